// SPDX-License-Identifier: GPL-2.0-only
/*
 * The thread of a line, its queues, and who wakes whom. The plan and the port are the
 * thread's alone; what is shared is the two rings, each with one writer and one reader,
 * the counters, and when to end. The last of both frees it.
 */
#include "modbus.h"

#include "boot_clock.h"
#include "event_fd.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Powers of two. Commands of a house that starts, all devices of a line at once. */
#define COMMANDS	512
#define RESULTS		64

/* A loop that does not take its results is looked at again after so long. */
#define FULL_MS		100

/* Results that are told before others of the loop get their turn. */
#define TOLD_AT_ONCE	32

enum command_kind {
	COMMAND_DEVICE,
	COMMAND_READ,
	COMMAND_WRITE,
	COMMAND_HURRY,
	COMMAND_FIRST,
};

struct command {
	u8 kind, device, slot;
	bool again;
	struct modbus_device config;
	struct register_read read;
	u32 period_ms;
	u16 value[MODBUS_WRITE_MAX];
};

/* @is_line: of the line, @error, and not of a request */
struct report {
	bool is_line;
	int error;
	struct modbus_result result;
};

/* @from: next to be read, by its reader; @to: next to be written, by its writer */
struct ring {
	atomic_uint from, to;
};

/*
 * @users: the loop's side and the thread
 * @ends_ms: when the thread is to end, MODBUS_NEVER: not
 * @told: what the loop was last told of the line
 */
struct modbus_line {
	atomic_uint users;
	_Atomic u64 ends_ms;
	int to_thread, to_loop;
	struct ring commands, results;
	struct command command[COMMANDS];
	struct report report[RESULTS];
	_Atomic u64 count[sizeof(struct modbus_counters) / sizeof(u64)];

	/* the thread's */
	struct modbus_plan plan;
	struct modbus_port *port;
	bool open, tcp;
	unsigned int unanswered;
	u32 pause_ms;
	u64 open_ms;
	int told;

	/* the loop's */
	pthread_t thread;
	sd_event_source *io;
	const struct modbus_hooks *hooks;
	void *user;
};

#define COUNT(member)	(offsetof(struct modbus_counters, member) / sizeof(u64))
#define NOT_TOLD	1

static void count(struct modbus_line *l, size_t what)
{
	atomic_fetch_add_explicit(&l->count[what], 1, memory_order_relaxed);
}

void modbus_line_count(const struct modbus_line *line, struct modbus_counters *counters)
{
	u64 *to = (u64 *)counters;

	for (size_t i = 0; i < sizeof(*counters) / sizeof(u64); i++)
		to[i] = atomic_load_explicit(&((struct modbus_line *)line)->count[i],
					     memory_order_relaxed);
}

/* Where the next one goes; -1: there is no room. */
static int ring_room(struct ring *ring, unsigned int size)
{
	unsigned int to = atomic_load_explicit(&ring->to, memory_order_relaxed);

	if (to - atomic_load_explicit(&ring->from, memory_order_acquire) == size)
		return -1;

	return (int)(to % size);
}

static void ring_put(struct ring *ring)
{
	atomic_fetch_add_explicit(&ring->to, 1, memory_order_release);
}

/* Where the next one is; -1: there is none. */
static int ring_next(struct ring *ring, unsigned int size)
{
	unsigned int from = atomic_load_explicit(&ring->from, memory_order_relaxed);

	if (from == atomic_load_explicit(&ring->to, memory_order_acquire))
		return -1;

	return (int)(from % size);
}

static void ring_took(struct ring *ring)
{
	atomic_fetch_add_explicit(&ring->from, 1, memory_order_release);
}

static void line_unref(struct modbus_line *l)
{
	if (atomic_fetch_sub(&l->users, 1) > 1)
		return;

	modbus_port_free(l->port);
	if (l->to_thread >= 0)
		close(l->to_thread);
	if (l->to_loop >= 0)
		close(l->to_loop);
	free(l);
}

/* The thread ------------------------------------------------------------------------ */

static void obey(struct modbus_line *l, const struct command *c, u64 now)
{
	switch ((enum command_kind)c->kind) {
	case COMMAND_DEVICE:
		modbus_plan_device(&l->plan, c->device, &c->config);
		break;
	case COMMAND_READ:
		modbus_plan_read(&l->plan, c->device, c->slot, &c->read, c->period_ms, now);
		break;
	case COMMAND_WRITE:
		modbus_plan_write_by(&l->plan, c->device, c->slot, (u8)c->read.function,
				     c->read.at, c->read.n, c->value, c->period_ms, c->again,
				     now);
		break;
	case COMMAND_HURRY:
		modbus_plan_hurry(&l->plan, c->device, c->slot, now);
		break;
	case COMMAND_FIRST:
		modbus_plan_first(&l->plan, c->device, c->slot);
		break;
	}
}

static void obey_all(struct modbus_line *l, u64 now)
{
	int i;

	while ((i = ring_next(&l->commands, COMMANDS)) >= 0) {
		obey(l, &l->command[i], now);
		ring_took(&l->commands);
	}
}

static void wait_until(struct modbus_line *l, u64 until_ms)
{
	struct pollfd fd = { .fd = l->to_thread, .events = POLLIN };
	u64 now = boot_clock_ms(), ends = atomic_load(&l->ends_ms);
	u64 wait_ms;

	if (until_ms > ends)
		until_ms = ends;
	wait_ms = until_ms > now ? until_ms - now : 0;
	if (poll(&fd, 1, until_ms == MODBUS_NEVER ? -1 : wait_ms > 60000 ? 60000 : (int)wait_ms) > 0)
		event_fd_calm(l->to_thread);
}

static void tell_line(struct modbus_line *l, int error)
{
	int i = ring_room(&l->results, RESULTS);

	if (l->told == error || i < 0)
		return;
	l->report[i] = (struct report){ .is_line = true, .error = error };
	l->told = error;
	ring_put(&l->results);
	event_fd_wake(l->to_loop);
}

static void close_line(struct modbus_line *l, int error, u64 now)
{
	if (l->open)
		modbus_port_close(l->port);
	l->pause_ms = l->pause_ms ? l->pause_ms * 2 : MODBUS_OPEN_MS;
	if (l->pause_ms > MODBUS_OPEN_MAX_MS)
		l->pause_ms = MODBUS_OPEN_MAX_MS;
	l->open = false;
	l->open_ms = now + l->pause_ms;
	tell_line(l, error);
}

static void open_line(struct modbus_line *l)
{
	int r = modbus_port_open(l->port);
	u64 now = boot_clock_ms();

	if (r) {
		close_line(l, r, now);
		return;
	}
	count(l, COUNT(opens));
	l->open = true;
	l->unanswered = 0;
	modbus_plan_renew(&l->plan, now);
	tell_line(l, 0);
}

static void count_outcome(struct modbus_line *l, enum modbus_outcome outcome)
{
	static const size_t counts[] = {
		[MODBUS_DONE] = COUNT(answers), [MODBUS_REFUSED] = COUNT(refusals),
		[MODBUS_LOST] = COUNT(losses), [MODBUS_GARBLED] = COUNT(garbled),
	};

	count(l, COUNT(requests));
	count(l, counts[outcome]);
	l->unanswered = outcome == MODBUS_LOST ? l->unanswered + 1 : 0;
	if (outcome == MODBUS_DONE || outcome == MODBUS_REFUSED)
		l->pause_ms = 0;
}

/* There is room for the result: it was looked at before. */
static void exchange(struct modbus_line *l, const struct modbus_ask *ask)
{
	struct report *report = &l->report[ring_room(&l->results, RESULTS)];
	struct modbus_result *result = &report->result;
	u64 now;
	int r;

	*report = (struct report){ .result = {
		.device = ask->device, .slot = ask->slot, .write = ask->write, .at = ask->at,
		.n = ask->n, .at_ms = boot_clock_ms(),
	} };
	if (ask->write)
		memcpy(result->value, ask->value, sizeof(ask->value));
	r = modbus_port_exchange(l->port, ask, &result->outcome, &result->exception,
				 result->value);
	now = boot_clock_ms();
	if (r) {
		close_line(l, r, now);
		return;
	}
	count_outcome(l, result->outcome);
	if (modbus_plan_done(&l->plan, ask, result->outcome, result->exception, now)) {
		result->silent = modbus_plan_silent(&l->plan, ask->device);
		ring_put(&l->results);
		event_fd_wake(l->to_loop);
	}
	if (l->tcp && l->unanswered >= MODBUS_TCP_LOST)
		close_line(l, -ETIMEDOUT, now);
}

/*
 * A loop that does not take its results gets no more: data that is not read grows old. It does
 * not say when it takes them, as it nearly always does at once.
 */
static void turn(struct modbus_line *l, u64 now)
{
	struct modbus_ask ask;

	if (ring_room(&l->results, RESULTS) < 0) {
		wait_until(l, now + FULL_MS);
		return;
	}
	if (!l->open) {
		if (now < l->open_ms)
			wait_until(l, l->open_ms);
		else
			open_line(l);
		return;
	}
	if (modbus_plan_next(&l->plan, now, &ask))
		exchange(l, &ask);
	else
		wait_until(l, ask.at_ms);
}

/* After the loop has ended: only what is to be written, and nobody hears of it. */
static void last_words(struct modbus_line *l)
{
	struct modbus_ask ask;
	u64 now;

	obey_all(l, boot_clock_ms());
	while (l->open && (now = boot_clock_ms()) < atomic_load(&l->ends_ms)) {
		while (ring_next(&l->results, RESULTS) >= 0)
			ring_took(&l->results);
		if (modbus_plan_next_write(&l->plan, now, &ask))
			exchange(l, &ask);
		else if (ask.at_ms == MODBUS_NEVER)
			return;
		else
			wait_until(l, ask.at_ms);
	}
}

static void *run(void *user)
{
	struct modbus_line *l = user;

	while (atomic_load(&l->ends_ms) == MODBUS_NEVER) {
		u64 now = boot_clock_ms();

		obey_all(l, now);
		turn(l, now);
	}
	last_words(l);
	modbus_port_close(l->port);
	line_unref(l);

	return NULL;
}

/* The loop's side ------------------------------------------------------------------- */

static int on_results(sd_event_source *io, int fd, uint32_t events, void *user)
{
	struct modbus_line *l = user;
	unsigned int told;
	int i;

	(void)io, (void)events;
	event_fd_calm(fd);
	for (told = 0; told < TOLD_AT_ONCE; told++) {
		i = ring_next(&l->results, RESULTS);
		if (i < 0)
			break;
		if (l->report[i].is_line)
			l->hooks->line(l->user, l->report[i].error);
		else
			l->hooks->heard(l->user, &l->report[i].result);
		ring_took(&l->results);
	}
	if (told == TOLD_AT_ONCE)
		event_fd_wake(fd);

	return 0;
}

/* Signals are the loop's. */
static int start_thread(struct modbus_line *l)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	r = -pthread_sigmask(SIG_SETMASK, &all, &before);
	if (r)
		return r;
	atomic_fetch_add(&l->users, 1);
	r = -pthread_create(&l->thread, NULL, run, l);
	if (r)
		atomic_fetch_sub(&l->users, 1);
	pthread_sigmask(SIG_SETMASK, &before, NULL);

	return r;
}

int modbus_line_new(struct modbus_line **line, sd_event *event,
		    const struct modbus_port_config *config, const struct modbus_hooks *hooks,
		    void *user)
{
	struct modbus_line *l;
	int r;

	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;

	atomic_init(&l->users, 1);
	atomic_init(&l->ends_ms, MODBUS_NEVER);
	l->hooks = hooks;
	l->user = user;
	l->tcp = !config->device[0];
	l->told = NOT_TOLD;
	modbus_gaps(&l->plan, modbus_port_baud(config), config->gap_ms);
	l->to_thread = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->to_loop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = l->to_thread < 0 || l->to_loop < 0 ? -errno : 0;
	if (!r)
		r = modbus_port_new(&l->port, config);
	if (!r)
		r = sd_event_add_io(event, &l->io, l->to_loop, EPOLLIN, on_results, l);
	if (r >= 0)
		r = start_thread(l);
	if (r < 0) {
		sd_event_source_disable_unref(l->io);
		line_unref(l);
		return r;
	}
	*line = l;

	return 0;
}

static void leave(struct modbus_line *l, u64 ends_ms)
{
	l->io = sd_event_source_disable_unref(l->io);
	atomic_store(&l->ends_ms, ends_ms);
	event_fd_wake(l->to_thread);
}

void modbus_line_free(struct modbus_line *l)
{
	if (!l)
		return;

	leave(l, 0);
	pthread_detach(l->thread);
	line_unref(l);
}

void modbus_line_leave(struct modbus_line *l, u32 most_ms)
{
	if (!l)
		return;

	leave(l, boot_clock_ms() + most_ms);
	pthread_detach(l->thread);
	line_unref(l);
}

void modbus_line_end(struct modbus_line *l, u32 most_ms)
{
	if (!l)
		return;

	leave(l, boot_clock_ms() + most_ms);
	pthread_join(l->thread, NULL);
	line_unref(l);
}

static int say(struct modbus_line *l, const struct command *c)
{
	int i = ring_room(&l->commands, COMMANDS);

	if (i < 0)
		return -ENOBUFS;
	l->command[i] = *c;
	ring_put(&l->commands);
	event_fd_wake(l->to_thread);

	return 0;
}

int modbus_line_device(struct modbus_line *line, unsigned int device,
		       const struct modbus_device *config)
{
	const struct command c = {
		.kind = COMMAND_DEVICE, .device = (u8)device, .config = *config,
	};

	return say(line, &c);
}

int modbus_line_read(struct modbus_line *line, unsigned int device, unsigned int slot,
		     const struct register_read *read, u32 period_ms)
{
	const struct command c = {
		.kind = COMMAND_READ, .device = (u8)device, .slot = (u8)slot, .read = *read,
		.period_ms = period_ms,
	};

	return say(line, &c);
}

int modbus_line_write_by(struct modbus_line *line, unsigned int device, unsigned int slot,
			 u8 function, u16 at, unsigned int n, const u16 *value, u32 refresh_ms,
			 bool again)
{
	struct command c = {
		.kind = COMMAND_WRITE, .device = (u8)device, .slot = (u8)slot, .again = again,
		.read = { function, at, (u16)n }, .period_ms = refresh_ms,
	};

	memcpy(c.value, value, n * sizeof(*value));

	return say(line, &c);
}

int modbus_line_write(struct modbus_line *line, unsigned int device, unsigned int slot, u16 at,
		      unsigned int n, const u16 *value, u32 refresh_ms, bool again)
{
	return modbus_line_write_by(line, device, slot, MODBUS_WRITES, at, n, value, refresh_ms,
				    again);
}

int modbus_line_hurry(struct modbus_line *line, unsigned int device, unsigned int slot)
{
	const struct command c = {
		.kind = COMMAND_HURRY, .device = (u8)device, .slot = (u8)slot,
	};

	return say(line, &c);
}

int modbus_line_first(struct modbus_line *line, unsigned int device, unsigned int slot)
{
	const struct command c = {
		.kind = COMMAND_FIRST, .device = (u8)device, .slot = (u8)slot,
	};

	return say(line, &c);
}
