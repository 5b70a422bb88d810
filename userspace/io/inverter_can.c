// SPDX-License-Identifier: GPL-2.0-only
/*
 * The socket of a line, what is heard on it, and in which state the line is. What goes
 * out when is inverter_plan.c.
 */
#include "inverter_can.h"

#include "boot_clock.h"
#include "boot_timer.h"
#include "can_link.h"
#include "inverter_plan.h"

#include <linux/can/error.h>
#include <linux/can/raw.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

_Static_assert(BOOT_TIMER_NEVER == INVERTER_PLAN_NEVER, "never is never");
_Static_assert(CELLAR_CAN_EXTENDED == CAN_EFF_FLAG, "identifiers are as in <linux/can.h>");

/*
 * A battery says something in each second, and a little more (protocols.md 3.1): who comes
 * to a bus hears it before it speaks.
 */
#define FIRST_LISTEN_MS		1500

/* The last words are tried for so long; a bus that is well needs a few milliseconds. */
#define LAST_WORDS_MS		100

/*
 * A frame of a period may be late by so much: those of several inverters then share a wake-up
 * now and then. What hurries does not wait for the timer.
 */
#define TOGETHER_MS		20

/* Frames that are read before others of the loop get their turn. */
#define READ_AT_ONCE		16

/*
 * @at: the interface as it was last seen; @fd: bound to it, -1: to none
 * @silent_until_ms: nothing is said before
 * @other_ms: when another battery was last heard, 0: never
 * @hearing: what a decoder remembers of the battery's frames, @saying: of our own
 */
struct inverter_can {
	enum cellar_dialect id;
	const struct cellar_can_dialect *dialect;
	bool listen, bus_off;
	sd_event *event;
	sd_event_source *io, *timer;
	const struct inverter_can_hooks *hooks;
	void *user;
	struct can_link *link;
	struct can_link_state at;
	int fd;
	u64 silent_until_ms, other_ms;
	struct inverter_plan plan;
	struct cellar_can_memory hearing, saying;
	struct inverter_can_status status;
};

static const char *const state_words[INVERTER_CAN_STATES] = {
	[INVERTER_CAN_NO_INTERFACE] = "no-interface",
	[INVERTER_CAN_DOWN] = "down",
	[INVERTER_CAN_BUS_OFF] = "bus-off",
	[INVERTER_CAN_NO_ACK] = "no-ack",
	[INVERTER_CAN_CONFLICT] = "conflict",
	[INVERTER_CAN_WAITING] = "waiting",
	[INVERTER_CAN_SPEAKING] = "speaking",
	[INVERTER_CAN_LISTENING] = "listening",
};

const char *inverter_can_state_word(enum inverter_can_state state)
{
	return state_words[state];
}

static bool in_conflict(const struct inverter_can *l, u64 now)
{
	return l->other_ms && now < l->other_ms + INVERTER_CAN_CONFLICT_MS;
}

static enum inverter_can_state state_of(const struct inverter_can *l, u64 now)
{
	if (!l->at.index)
		return INVERTER_CAN_NO_INTERFACE;
	if (!l->at.up || l->fd < 0)
		return INVERTER_CAN_DOWN;
	if (l->bus_off || !l->at.carrier)
		return INVERTER_CAN_BUS_OFF;
	if (l->listen)
		return INVERTER_CAN_LISTENING;
	if (in_conflict(l, now))
		return INVERTER_CAN_CONFLICT;
	if (l->plan.no_ack)
		return INVERTER_CAN_NO_ACK;
	if (!inverter_plan_speaks(&l->plan, now) || now < l->silent_until_ms)
		return INVERTER_CAN_WAITING;

	return INVERTER_CAN_SPEAKING;
}

static bool may_send(const struct inverter_can *l, u64 now)
{
	enum inverter_can_state state = state_of(l, now);

	return now >= l->silent_until_ms &&
	       (state == INVERTER_CAN_SPEAKING || state == INVERTER_CAN_NO_ACK);
}

static void speak(struct inverter_can *l, u64 now)
{
	struct cellar_can_frame frame;
	struct can_frame out;

	if (!may_send(l, now) || !inverter_plan_take(&l->plan, now, &frame))
		return;

	out = (struct can_frame){ .can_id = frame.id, .can_dlc = frame.len };
	memcpy(out.data, frame.data, sizeof(out.data));
	if (write(l->fd, &out, sizeof(out)) != (ssize_t)sizeof(out))
		inverter_plan_full(&l->plan, now);
}

static u64 next_ms(const struct inverter_can *l, enum inverter_can_state state, u64 now)
{
	u64 next;

	switch (state) {
	case INVERTER_CAN_CONFLICT:
		return l->other_ms + INVERTER_CAN_CONFLICT_MS;
	case INVERTER_CAN_NO_ACK:
	case INVERTER_CAN_WAITING:
	case INVERTER_CAN_SPEAKING:
		next = inverter_plan_next_ms(&l->plan, now);
		return next < l->silent_until_ms ? l->silent_until_ms : next;
	default:
		return INVERTER_PLAN_NEVER;
	}
}

/* The one place where something is sent: after whatever has happened to the line. */
static void go_on(struct inverter_can *l)
{
	u64 now = boot_clock_ms();
	enum inverter_can_state state;

	inverter_plan_tick(&l->plan, now);
	speak(l, now);

	state = state_of(l, now);
	boot_timer_at(l->timer, next_ms(l, state, now));
	l->status.frames = l->plan.sent;
	l->status.unsent = l->plan.unsent;
	if (state != l->status.state) {
		l->status.state = state;
		l->hooks->changed(l->user);
	}
}

static int on_timer(sd_event_source *timer, u64 usec, void *user)
{
	struct inverter_can *l = user;

	(void)timer, (void)usec;
	go_on(l);

	return 0;
}

static void hear_error(struct inverter_can *l, u32 what)
{
	if (what & CAN_ERR_BUSOFF) {
		l->status.bus_offs += !l->bus_off;
		l->bus_off = true;
	}
	if (what & CAN_ERR_RESTARTED) {
		l->bus_off = false;
		inverter_plan_flushed(&l->plan);
	}
}

/* Returns whether it is news, as below. */
static bool hear_keepalive(struct inverter_can *l, const struct cellar_can_frame *frame, u64 now)
{
	struct cellar_inverter_said said;
	bool back = !l->status.heard || now >= l->status.heard_ms + INVERTER_CAN_SILENT_MS;

	l->status.heard = true;
	l->status.heard_ms = now;
	if (cellar_inverter_hear(l->id, frame, &said))
		return back;
	l->status.said = said;

	return back || said.measures;
}

static bool hear_battery(struct inverter_can *l, const struct cellar_can_frame *frame, u64 now)
{
	const struct cellar_can_row *row;
	struct cellar_reading news;
	u8 address;

	row = cellar_can_find_row(l->dialect, frame->id, &address);
	if (!row || address)
		return false;
	if (!l->listen) {
		l->other_ms = now;
		return false;
	}
	if (cellar_can_decode(row, &l->hearing, frame, &news))
		return false;

	cellar_reading_merge(&l->status.battery, &news);
	if (!cellar_has(&news, CELLAR_CHARGE_CURRENT_LIMIT))
		return false;
	l->status.battery_ms = now;

	return true;
}

/* What was really sent is what the inverter makes of it: its decoder is ours. */
static void hear_ourselves(struct inverter_can *l, const struct cellar_can_frame *frame, u64 now)
{
	const struct cellar_can_row *row;
	struct cellar_reading news;
	u8 address;

	inverter_plan_echo(&l->plan, frame, now);
	row = cellar_can_find_row(l->dialect, frame->id, &address);
	if (row && !cellar_can_decode(row, &l->saying, frame, &news))
		cellar_reading_merge(&l->status.sent, &news);
}

static bool hear(struct inverter_can *l, const struct can_frame *in, int flags)
{
	struct cellar_can_frame frame = { .id = in->can_id, .len = in->can_dlc };
	u64 now = boot_clock_ms();

	if (in->can_id & CAN_ERR_FLAG) {
		hear_error(l, in->can_id);
		return false;
	}
	memcpy(frame.data, in->data, sizeof(frame.data));
	l->bus_off = false;
	if (flags & MSG_CONFIRM) {
		hear_ourselves(l, &frame, now);
		return false;
	}
	/* what another program here sends is no sign of anybody out there */
	if (!(flags & MSG_DONTROUTE))
		inverter_plan_sign(&l->plan, now);
	if (frame.id == cellar_inverter_keepalive_id(l->id))
		return hear_keepalive(l, &frame, now);

	return hear_battery(l, &frame, now);
}

static void interface_changed(struct inverter_can *l, bool went_down);

/* Returns whether the inverter or the battery has said something that people act on. */
static bool read_frames(struct inverter_can *l)
{
	struct can_frame frame[READ_AT_ONCE];
	struct iovec data[READ_AT_ONCE];
	struct mmsghdr message[READ_AT_ONCE];
	bool news = false;
	int n;

	for (unsigned int i = 0; i < READ_AT_ONCE; i++) {
		data[i] = (struct iovec){ &frame[i], sizeof(frame[i]) };
		message[i] = (struct mmsghdr){
			.msg_hdr = { .msg_iov = &data[i], .msg_iovlen = 1 },
		};
	}
	n = recvmmsg(l->fd, message, READ_AT_ONCE, MSG_DONTWAIT, NULL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		interface_changed(l, true);
	for (int i = 0; i < n; i++)
		if (message[i].msg_len == sizeof(frame[i]) &&
		    frame[i].can_dlc <= sizeof(frame[i].data))
			news |= hear(l, &frame[i], message[i].msg_hdr.msg_flags);

	return news;
}

static int on_frames(sd_event_source *io, int fd, uint32_t events, void *user)
{
	struct inverter_can *l = user;
	bool news = read_frames(l);

	(void)io, (void)fd, (void)events;
	go_on(l);
	if (news)
		l->hooks->changed(l->user);

	return 0;
}

static void close_socket(struct inverter_can *l)
{
	l->io = sd_event_source_disable_unref(l->io);
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

/* Exactly these identifiers, and no remote requests for them. */
static int set_filters(const struct inverter_can *l, int fd)
{
	struct can_filter filters[INVERTER_PLAN_ROWS_MAX + 1];
	u32 ids[INVERTER_PLAN_ROWS_MAX + 1];
	unsigned int i, n = 0;

	for (i = 0; i < l->dialect->n_rows; i++)
		if (!l->dialect->rows[i].packs)
			ids[n++] = l->dialect->rows[i].id;
	if (cellar_inverter_keepalive_id(l->id))
		ids[n++] = cellar_inverter_keepalive_id(l->id);
	for (i = 0; i < n; i++) {
		filters[i].can_id = ids[i];
		filters[i].can_mask = CAN_EFF_FLAG | CAN_RTR_FLAG |
				      (ids[i] & CAN_EFF_FLAG ? CAN_EFF_MASK : CAN_SFF_MASK);
	}

	return setsockopt(fd, SOL_CAN_RAW, CAN_RAW_FILTER, filters, n * sizeof(filters[0]));
}

static int open_socket(struct inverter_can *l)
{
	struct sockaddr_can address = { .can_family = AF_CAN, .can_ifindex = l->at.index };
	const can_err_mask_t errors = CAN_ERR_BUSOFF | CAN_ERR_RESTARTED;
	const int own = 1;
	int r = 0;

	l->fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, CAN_RAW);
	if (l->fd < 0)
		return -errno;

	if (set_filters(l, l->fd) ||
	    setsockopt(l->fd, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, &errors, sizeof(errors)) ||
	    setsockopt(l->fd, SOL_CAN_RAW, CAN_RAW_RECV_OWN_MSGS, &own, sizeof(own)) ||
	    bind(l->fd, (struct sockaddr *)&address, sizeof(address)))
		r = -errno;
	if (!r)
		r = sd_event_add_io(l->event, &l->io, l->fd, EPOLLIN, on_frames, l);
	if (r < 0)
		close_socket(l);

	return r;
}

/* @went_down: it has been down, even if it is up again by now */
static void interface_changed(struct inverter_can *l, bool went_down)
{
	struct can_link_state was = l->at;

	can_link_look(l->link, &l->at);
	if (l->at.index != was.index) {
		close_socket(l);
		went_down = true;
		if (l->at.index && open_socket(l) < 0)
			l->at.index = 0;
	}
	went_down |= l->at.up != was.up;
	/* nobody comes to a bus while its only fault is that we were off it */
	if (went_down)
		l->silent_until_ms = boot_clock_ms() + FIRST_LISTEN_MS;
	if (went_down || (l->at.carrier && !was.carrier)) {
		l->bus_off = false;
		inverter_plan_flushed(&l->plan);
	}
}

static void on_link(void *user)
{
	struct inverter_can *l = user;

	interface_changed(l, false);
	go_on(l);
}

int inverter_can_new(struct inverter_can **line, sd_event *event,
		     const struct inverter_can_options *options,
		     const struct inverter_can_hooks *hooks, void *user)
{
	struct inverter_can *l;
	int r;

	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;

	l->id = options->dialect;
	l->dialect = cellar_can_dialect(options->dialect);
	l->listen = options->listen;
	l->event = event;
	l->hooks = hooks;
	l->user = user;
	l->fd = -1;
	l->saying.setting = CELLAR_SETTING_NATIVE;	/* as an encoder that is told none */
	inverter_plan_start(&l->plan, l->dialect);
	/* the clock of boot_clock_ms() */
	r = sd_event_add_time(event, &l->timer, CLOCK_BOOTTIME, 0, TOGETHER_MS * 1000, on_timer,
			      l);
	if (r >= 0)
		r = can_link_new(&l->link, event, options->interface, on_link, l);
	if (r < 0) {
		inverter_can_free(l);
		return r;
	}
	interface_changed(l, false);
	*line = l;

	return 0;
}

void inverter_can_free(struct inverter_can *line)
{
	if (!line)
		return;

	close_socket(line);
	can_link_free(line->link);
	sd_event_source_disable_unref(line->timer);
	free(line);
}

int inverter_can_say(struct inverter_can *line, const struct cellar_reading *say, u32 hold_ms)
{
	int r;

	if (line->listen)
		return -EPERM;

	r = inverter_plan_say(&line->plan, say, hold_ms, boot_clock_ms());
	go_on(line);

	return r;
}

void inverter_can_last_words(struct inverter_can *line, const struct cellar_reading *say)
{
	u64 now = boot_clock_ms(), end = now + LAST_WORDS_MS;

	if (line->listen || !line->plan.sent)
		return;

	inverter_plan_say(&line->plan, say, LAST_WORDS_MS, now);
	inverter_plan_renew(&line->plan);
	while (now < end) {
		struct pollfd wait = { .fd = line->fd, .events = POLLIN };

		speak(line, now);
		if (!line->plan.under_way || line->fd < 0)
			break;
		poll(&wait, 1, (int)(end - now));
		read_frames(line);
		now = boot_clock_ms();
	}
	inverter_plan_say(&line->plan, NULL, 0, now);
}

const struct inverter_can_status *inverter_can_status(const struct inverter_can *line)
{
	return &line->status;
}
