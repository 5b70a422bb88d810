// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a contact of the grid operator to the set-point on the wire: pulls a line of gpio-sim
 * up, after the one that is up otherwise if there is such a one (a receiver of RRCR has always
 * one closed), and waits for the write that tells a G3 inverter to let its battery do nothing.
 * Of that write the simulator says when it has heard it, on a pseudo-terminal all at once; the
 * time that its characters take at the speed of the line is added here. Edges fall on all phases
 * of what the line does.
 * Prints: edges, how many were not obeyed within two seconds, p50, p95, p99 and worst in ns,
 * and the percentage of the time in which requests and answers were on the line.
 */
#include "feed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BITS		11	/* of a character (Modbus over serial line, 2.5.1) */
#define TRIALS_MAX	2000
#define WAIT_MS		2000	/* spec/ems.md: what AS/NZS 4777.2 leaves to a DRM */
#define STEERED_MS	120000	/* until a set-point is one that an edge must change */
#define FREE_MS		1500	/* of that set-point, at least; and up to so much more */

/* Function 16 at 0x1187, six registers: exchange, least and most of the battery. */
#define POINTS		"10118700060C"
#define POINTS_CHARS	21

/*
 * @pull: where the line is pulled; @rest: that of the one which is up otherwise, or NULL
 * @point: the last set-point was one that lets the battery do something
 * @told: when it was said; @chars: on the line so far; @chance: of when edges come
 * @ends: when the request under way has been answered, by a device that thinks so long
 * @least: of the master that knows at once
 */
struct edges {
	const char *pull, *rest;
	int log, baud;
	int64_t think_ns, ends_ns;
	char text[512];
	size_t n_text;
	int point;
	int64_t told_ns, chars;
	uint64_t chance;
	unsigned int n, missed;
	int64_t ns[TRIALS_MAX], least_ns[TRIALS_MAX];
};

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t wire_ns(const struct edges *e, int64_t chars)
{
	return chars * BITS * 1000000000LL / e->baud;
}

/* Characters of a request and, when there is one, its answer. */
static int64_t chars_of(const char *pdu, const char *outcome)
{
	int64_t asked = 1 + (int64_t)strlen(pdu) / 2 + 2;
	unsigned int n;

	if (strcmp(outcome, "answered") != 0)
		return asked;
	if (!strncmp(pdu, "10", 2) || !strncmp(pdu, "06", 2))
		return asked + 8;

	return sscanf(pdu + 6, "%4x", &n) == 1 ? asked + 5 + 2 * (int64_t)n : asked;
}

/* 3.5 characters; above 19200 Bd always 1.75 ms */
static int64_t silence_ns(const struct edges *e)
{
	return e->baud > 19200 ? 1750000 : wire_ns(e, 7) / 2;
}

/* A line of the log: seconds, address, request, what became of it. */
static void take(struct edges *e, const char *line)
{
	char pdu[512], outcome[16];
	int64_t chars;

	if (sscanf(line, "%*s %*u %511s %15s", pdu, outcome) != 2)
		return;
	chars = chars_of(pdu, outcome);
	e->chars += chars;
	e->ends_ns = feed_now_ns() + wire_ns(e, chars) + e->think_ns;
	if (strncmp(pdu, POINTS, strlen(POINTS)) != 0)
		return;
	e->told_ns = feed_now_ns() + wire_ns(e, POINTS_CHARS);
	e->point = strspn(pdu + strlen(POINTS) + 8, "0") < 16;
}

/* Hears what the log says until @end_ns, or until @until is what the battery may. */
static int hear(struct edges *e, int64_t end_ns, int until)
{
	struct pollfd wait = { .fd = e->log, .events = POLLIN };
	int64_t left_ns;
	ssize_t n;
	char *end;

	while (e->point != until && (left_ns = end_ns - feed_now_ns()) > 0) {
		if (poll(&wait, 1, (int)(left_ns / 1000000) + 1) <= 0)
			continue;
		n = read(e->log, e->text + e->n_text, sizeof(e->text) - 1 - e->n_text);
		if (n <= 0)
			return n ? -errno : -EPIPE;
		e->n_text += (size_t)n;
		e->text[e->n_text] = '\0';
		while ((end = strchr(e->text, '\n'))) {
			*end = '\0';
			take(e, e->text);
			e->n_text -= (size_t)(end + 1 - e->text);
			memmove(e->text, end + 1, e->n_text + 1);
		}
	}

	return e->point == until ? 0 : -ETIMEDOUT;
}

#define NOTHING	2	/* that a set-point never is */

static int pull(const char *line, const char *way)
{
	int fd = open(line, O_WRONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, way, strlen(way)) < 0 ? -errno : 0;
	close(fd);

	return ret;
}

static int try_once(struct edges *e)
{
	int64_t from_ns;
	int ret;

	ret = hear(e, feed_now_ns() + STEERED_MS * 1000000LL, 1);
	if (ret)
		return ret;
	do {
		e->chance = e->chance * 6364136223846793005ULL + 1442695040888963407ULL;
		ret = hear(e, feed_now_ns() + FREE_MS * 1000000LL +
			   (int64_t)(e->chance >> 33) % (FREE_MS * 1000000LL), NOTHING);
		if (ret != -ETIMEDOUT)
			return ret;
	} while (!e->point);

	ret = e->rest ? pull(e->rest, "pull-down") : 0;
	if (ret)
		return ret;
	from_ns = feed_now_ns();
	e->least_ns[e->n] = (e->ends_ns > from_ns ? e->ends_ns + silence_ns(e) - from_ns : 0) +
			    wire_ns(e, POINTS_CHARS);
	ret = pull(e->pull, "pull-up");
	if (ret)
		return ret;
	ret = hear(e, from_ns + WAIT_MS * 1000000LL, 0);
	if (ret && ret != -ETIMEDOUT)
		return ret;
	e->missed += ret == -ETIMEDOUT;
	e->ns[e->n++] = ret ? WAIT_MS * 1000000LL : e->told_ns - from_ns;

	ret = pull(e->pull, "pull-down");

	return ret || !e->rest ? ret : pull(e->rest, "pull-up");
}

int main(int argc, char **argv)
{
	static struct edges e = { .chance = 1 };
	unsigned int trials = argc == 6 || argc == 7 ? (unsigned int)strtoul(argv[5], NULL, 10) : 0;
	int64_t from_ns;
	int ret = 0;

	if (!trials || trials > TRIALS_MAX) {
		fprintf(stderr, "usage: edge PULL LOG BAUD THINK_MS EDGES, at most %d, [REST]\n",
			TRIALS_MAX);
		return 2;
	}

	e.pull = argv[1];
	e.rest = argc == 7 ? argv[6] : NULL;
	e.baud = atoi(argv[3]);
	e.think_ns = atoi(argv[4]) * 1000000LL;
	e.log = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (e.log < 0 || e.baud <= 0) {
		fprintf(stderr, "edge: %s, %s\n", argv[2], argv[3]);
		return 1;
	}
	from_ns = feed_now_ns();
	while (!ret && e.n < trials)
		ret = try_once(&e);
	if (ret) {
		fprintf(stderr, "edge: edge %u: %s\n", e.n, strerror(-ret));
		return 1;
	}
	qsort(e.ns, e.n, sizeof(e.ns[0]), by_size);
	qsort(e.least_ns, e.n, sizeof(e.least_ns[0]), by_size);
	printf("%u %u %lld %lld %lld %lld %lld %lld %lld %.1f\n", e.n, e.missed, (long long)e.ns[e.n / 2],
	       (long long)e.ns[e.n * 95 / 100], (long long)e.ns[e.n * 99 / 100],
	       (long long)e.ns[e.n - 1], (long long)e.least_ns[e.n / 2],
	       (long long)e.least_ns[e.n * 99 / 100], (long long)e.least_ns[e.n - 1],
	       100.0 * (double)wire_ns(&e, e.chars) / (double)(feed_now_ns() - from_ns));

	return 0;
}
