// SPDX-License-Identifier: GPL-2.0-only
/*
 * The process that keeps the history: started, told what to write once a minute, asked,
 * and started again when it has ended.
 */
#include "history.h"

#include "../history/link.h"
#include "../io/boot_clock.h"
#include "history_energy.h"
#include "history_queue.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define TEXT_SIZE	768
#define PATH_SIZE	256

struct asked {
	const struct history_answer *answer;
	void *user;
};

/*
 * @fd: of the process, -1: there is none; @begun_ms: when it was last started
 * @ready: it has said what was written last; @written: that, as far as @known
 * @writing: it has a batch, of which it has said nothing yet; @again: that one once more
 * @sent_ms: when it got the last one; @token: of that
 * @failed: that nothing can be written has been said
 * @asked: who waits for an answer, in the order of the questions, from @first on
 * @message: that is being sent, or has come
 */
struct history {
	sd_event *event;
	sd_event_source *heard;
	history_said said;
	void *user;
	const char *folder;
	char program[PATH_SIZE];
	bool keep;
	unsigned int minute_days;
	int fd;
	u64 begun_ms, sent_ms;
	bool ready, known, writing, again, failed;
	s64 token, written_wall_s;
	struct energy written;
	struct history_days days;
	struct history_queue queue;
	struct asked asked[HISTORY_ASKED_MAX];
	unsigned int first, waiting;
	struct link_message message;
};

static void tell(struct history *h, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void tell(struct history *h, const char *code, const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	h->said(h->user, code, text);
}

/* Said once, until it works again. */
static void failed(struct history *h, const char *why)
{
	if (!h->failed)
		tell(h, "history-unwritable", "the history cannot be written: %s; what is new waits"
		     " in memory", why);
	h->failed = true;
}

static void answer_ends(struct history *h, int error, const char *why, s64 next)
{
	const struct asked asked = h->asked[h->first];

	h->first = (h->first + 1) % HISTORY_ASKED_MAX;
	h->waiting--;
	asked.answer->end(asked.user, error, why, next);
}

/* It has gone, or says what it cannot say. What it was told may have been written. */
static void lose(struct history *h)
{
	sd_event_source_disable_unref(h->heard);
	h->heard = NULL;
	close(h->fd);
	h->fd = -1;
	h->again = h->writing;
	h->writing = false;
	while (h->waiting)
		answer_ends(h, -ENOTCONN, "cellar-history has ended", 0);
}

static bool rows_of(struct history *h, size_t size, void (*row)(void *, const struct history_row *),
		    void *user)
{
	const u8 *at = h->message.bytes, *end = at + size;
	struct history_row r;

	while (rows_take(&at, end, &r))
		row(user, &r);

	return at == end;
}

static void take_total(void *user, const struct history_row *row)
{
	struct history *h = user;

	h->known = true;
	history_energy_take(&h->written, &h->written_wall_s, row);
}

static void on_ready(struct history *h, size_t size)
{
	if (!h->ready)
		rows_of(h, size, take_total, h);
	h->ready = true;
}

static void on_written(struct history *h, const char *why)
{
	h->writing = false;
	if (h->message.header.number < 0) {
		failed(h, why);
		return;
	}
	history_queue_written(&h->queue);
	if (h->failed)
		tell(h, "history-written", "the history is written again");
	h->failed = false;
	if (h->queue.lost)
		tell(h, "history-lost", "%llu rows of the history found no room in memory while it"
		     " could not be written", (unsigned long long)h->queue.lost);
	h->queue.lost = 0;
}

static void on_said(struct history *h, const char *code, size_t size)
{
	size_t n = strnlen(code, size) + 1;

	if (n < size)
		tell(h, code, "%s", code + n);
}

/* False: that makes no sense, now. */
static bool take(struct history *h, size_t size)
{
	const char *text = size ? (const char *)h->message.bytes : "?";

	if (size && h->message.header.kind != LINK_ROWS && h->message.header.kind != LINK_READY &&
	    h->message.bytes[size - 1])
		return false;

	switch ((enum link_kind)h->message.header.kind) {
	case LINK_READY:
		on_ready(h, size);
		return true;
	case LINK_CLOSED:
		failed(h, text);
		return true;
	case LINK_WRITTEN:
		if (!h->writing)
			return false;
		on_written(h, text);
		return true;
	case LINK_SAID:
		on_said(h, text, size);
		return true;
	case LINK_ROWS:
		return h->waiting && rows_of(h, size, h->asked[h->first].answer->row,
					     h->asked[h->first].user);
	case LINK_END:
		if (!h->waiting)
			return false;
		answer_ends(h, (int)h->message.header.number, text, h->message.header.time_s);
		return true;
	default:
		return false;
	}
}

/* All that has come. */
static void listen_to(struct history *h)
{
	size_t size;
	int r;

	do {
		r = link_receive(h->fd, &h->message, &size);
		if (!r && !take(h, size))
			r = -EBADMSG;
	} while (!r);
	if (r == -EAGAIN)
		return;

	failed(h, r == -EPIPE ? "cellar-history has ended" : strerror(-r));
	lose(h);
}

static int on_heard(sd_event_source *source, int fd, u32 events, void *user)
{
	(void)source, (void)fd, (void)events;
	listen_to(user);

	return 0;
}

int history_program(char *program, size_t size)
{
	static const char name[] = "cellar-history";
	ssize_t n = readlink("/proc/self/exe", program, size);
	char *end;

	if (n < 0)
		return -errno;
	if ((size_t)n == size)
		return -ENAMETOOLONG;
	program[n] = '\0';
	end = strrchr(program, '/');
	if (!end || (size_t)(end + 1 - program) + sizeof(name) > size)
		return -ENAMETOOLONG;
	memcpy(end + 1, name, sizeof(name));

	return 0;
}

/* With its end of the socket as standard input, and signals as anybody would expect them. */
static int spawn(struct history *h, int socket)
{
	char *const words[] = { h->program, (char *)h->folder, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	pid_t pid;
	int r;

	r = posix_spawn_file_actions_init(&files);
	if (r)
		return -r;
	r = posix_spawnattr_init(&attr);
	if (r) {
		posix_spawn_file_actions_destroy(&files);
		return -r;
	}

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	r = posix_spawn_file_actions_adddup2(&files, socket, STDIN_FILENO);
	if (!r)
		r = posix_spawn(&pid, h->program, &files, &attr, words, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);

	return -r;
}

static int connect_to(struct history *h)
{
	int pair[2], r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;

	r = spawn(h, pair[1]);
	close(pair[1]);
	if (!r)
		r = sd_event_add_io(h->event, &h->heard, pair[0], POLLIN, on_heard, h);
	if (r < 0) {
		close(pair[0]);
		return r;
	}
	h->fd = pair[0];

	/* our end: the other one may wait */
	return fcntl(h->fd, F_SETFL, O_NONBLOCK) ? -errno : 0;
}

static void begin(struct history *h, u64 now_ms)
{
	int r;

	h->begun_ms = now_ms;
	r = connect_to(h);
	if (r < 0) {
		char why[PATH_SIZE + 64];

		snprintf(why, sizeof(why), "%s: %s", h->program, strerror(-r));
		failed(h, why);
	}
}

/* Until @done, or it has gone, or @ms are over. */
static void await(struct history *h, bool (*done)(const struct history *), u32 ms)
{
	u64 until_ms = boot_clock_ms() + ms, now_ms;

	while (h->fd >= 0 && !done(h) && (now_ms = boot_clock_ms()) < until_ms) {
		struct pollfd heard = { .fd = h->fd, .events = POLLIN };

		if (poll(&heard, 1, (int)(until_ms - now_ms)) > 0)
			listen_to(h);
	}
}

/* Or has said that it cannot: a battery does not wait for its history. */
static bool has_spoken(const struct history *h)
{
	return h->ready || h->failed;
}

static bool is_idle(const struct history *h)
{
	return !h->writing;
}

static bool never(const struct history *h)
{
	(void)h;

	return false;
}

int history_new(struct history **history, sd_event *event, const char *program,
		const char *folder, history_said said, void *user)
{
	struct history *h;

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;

	/* a child that ends leaves nothing behind: its socket says so */
	signal(SIGCHLD, SIG_IGN);
	h->event = sd_event_ref(event);
	h->said = said;
	h->user = user;
	h->folder = folder;
	h->fd = -1;
	h->queue.most = HISTORY_QUEUE_MAX;
	snprintf(h->program, sizeof(h->program), "%s", program);
	if (getrandom(&h->token, sizeof(h->token), 0) != sizeof(h->token))
		h->token = (s64)boot_clock_ms();
	energy_start(&h->written);
	*history = h;

	return 0;
}

void history_configure(struct history *h, bool keep, unsigned int minute_days)
{
	h->keep = keep;
	h->minute_days = minute_days;
	if (keep)
		return;

	if (h->fd >= 0)
		lose(h);
	h->again = false;
	history_queue_free(&h->queue);
}

bool history_restore_energy(struct history *h, struct energy *energy, s64 *wall_s)
{
	bool is_later;

	if (!h->keep)
		return false;

	begin(h, boot_clock_ms());
	await(h, has_spoken, HISTORY_BEGIN_MS);
	is_later = h->known && history_energy_is_later(&h->written, energy);
	if (is_later) {
		*energy = h->written;
		*wall_s = h->written_wall_s;
	}
	history_days_start(&h->days, h->known ? &h->written : energy);

	return is_later;
}

void history_add(struct history *h, const struct history_row *row, u64 now_ms)
{
	if (h->keep)
		history_queue_add(&h->queue, row, now_ms);
}

static void add_day(void *user, const struct history_row *row)
{
	struct history *h = user;

	history_add(h, row, 0);
}

/* All that waits and fits. What may have been written goes again as it was. */
static int send_batch(struct history *h, const struct energy *energy, u64 now_ms, s64 wall_s)
{
	size_t size = 0;
	int r;

	if (energy && h->ready)
		size = history_energy_put(energy, wall_s, h->message.bytes,
					  sizeof(h->message.bytes));
	size += history_queue_take(&h->queue, h->message.bytes + size,
				   sizeof(h->message.bytes) - size, now_ms, wall_s, h->again);
	if (!h->again)
		h->token++;
	h->message.header = (struct link_header){
		.kind = LINK_WRITE, .token = h->token, .time_s = wall_s, .number = h->minute_days,
	};
	r = link_send(h->fd, &h->message, size);
	if (r)
		return r;

	h->sent_ms = now_ms;
	h->writing = true;
	h->again = false;

	return 0;
}

void history_step(struct history *h, const struct energy *energy, u64 now_ms, s64 wall_s)
{
	bool is_due = now_ms - h->sent_ms >= HISTORY_PERIOD_MS;

	if (!h->keep)
		return;

	if (energy)
		history_days_step(&h->days, energy, is_due && !h->writing, add_day, h);
	if (h->fd < 0 && now_ms - h->begun_ms >= HISTORY_PERIOD_MS)
		begin(h, now_ms);
	if (!is_due || h->fd < 0 || h->writing || (!energy && !h->queue.size))
		return;

	/* it takes nothing any more: it is told when it does, or has gone, and then we are */
	if (send_batch(h, energy, now_ms, wall_s) == -EPIPE)
		listen_to(h);
}

int history_ask(struct history *h, const struct history_asked *asked,
		const struct history_answer *answer, void *user)
{
	int r;

	if (h->fd < 0)
		return -ENOTCONN;
	if (h->waiting == HISTORY_ASKED_MAX)
		return -EBUSY;

	h->message.header = (struct link_header){
		.kind = LINK_ASK, .number = asked->table, .time_s = asked->from,
		.token = asked->to, .step_s = asked->step_s,
	};
	r = link_send(h->fd, &h->message, 0);
	if (r)
		return r == -EPIPE ? -ENOTCONN : -EBUSY;

	h->asked[(h->first + h->waiting++) % HISTORY_ASKED_MAX] = (struct asked){ answer, user };

	return 0;
}

/* The last batch, then its end, which it says by its own. */
static void end(struct history *h, const struct energy *energy, u64 now_ms, s64 wall_s)
{
	await(h, is_idle, HISTORY_END_MS);
	if (energy)
		history_days_step(&h->days, energy, true, add_day, h);
	if (h->fd >= 0 && !h->writing && (energy || h->queue.size) &&
	    !send_batch(h, energy, now_ms, wall_s))
		await(h, is_idle, HISTORY_END_MS);
	if (h->fd < 0)
		return;

	h->failed = true;
	shutdown(h->fd, SHUT_WR);
	await(h, never, HISTORY_END_MS);
	if (h->fd >= 0)
		lose(h);
}

void history_free(struct history *h, const struct energy *energy, u64 now_ms, s64 wall_s)
{
	if (!h)
		return;

	if (h->keep)
		end(h, energy, now_ms, wall_s);
	if (h->fd >= 0)
		lose(h);
	history_queue_free(&h->queue);
	sd_event_unref(h->event);
	free(h);
}
