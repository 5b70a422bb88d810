// SPDX-License-Identifier: GPL-2.0-only
/*
 * The signals that end the program are blocked and waited for, so a wait is also
 * the place where they are noticed and no handler is needed.
 */
#include "pace.h"

#include <errno.h>
#include <poll.h>
#include <sys/signalfd.h>

#define NS_PER_S	1000000000LL
#define NS_PER_MS	1000000LL

/* A pseudo-terminal that nobody has open says so at once, and for ever. */
#define HUNG_UP_NS	(10 * NS_PER_MS)

int pace_start(struct pace *pace, double speed, bool fast)
{
	*pace = (struct pace){ .speed = speed, .fast = fast, .signals = -1 };
	sigemptyset(&pace->stop);
	sigaddset(&pace->stop, SIGINT);
	sigaddset(&pace->stop, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &pace->stop, NULL) ||
	    clock_gettime(CLOCK_MONOTONIC, &pace->start))
		return -errno;
	return 0;
}

static int wait_ns(struct pace *pace, long long ns)
{
	struct timespec wait = { 0 };
	int sig;

	if (ns > 0) {
		wait.tv_sec = ns / NS_PER_S;
		wait.tv_nsec = ns % NS_PER_S;
	}
	/* A stop and continue from the shell's job control is no end. */
	do {
		sig = sigtimedwait(&pace->stop, NULL, &wait);
	} while (sig < 0 && errno == EINTR);
	return sig > 0 ? -EINTR : 0;
}

int pace_until(struct pace *pace, uint64_t now_ms)
{
	struct timespec now;
	long long passed;

	if (pace->fast)
		return wait_ns(pace, 0);
	if (clock_gettime(CLOCK_MONOTONIC, &now))
		return -errno;
	passed = (now.tv_sec - pace->start.tv_sec) * NS_PER_S +
		 now.tv_nsec - pace->start.tv_nsec;
	return wait_ns(pace, (long long)((double)now_ms * 1e6 / pace->speed) - passed);
}

int pace_pause(struct pace *pace, unsigned int ms)
{
	return wait_ns(pace, ms * NS_PER_MS);
}

int pace_hold(struct pace *pace, unsigned int ms)
{
	long long ns = pace->start.tv_nsec + ms * NS_PER_MS;

	pace->start.tv_sec += ns / NS_PER_S;
	pace->start.tv_nsec = ns % NS_PER_S;
	return pace_pause(pace, ms);
}

uint64_t pace_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* How many of @fds have something, or -EINTR; at most until @until_ns. */
static int poll_until(struct pollfd *fds, nfds_t n, uint64_t until_ns)
{
	uint64_t now_ns = pace_clock_ns();
	struct timespec wait = { 0 };
	int ready;

	if (until_ns > now_ns) {
		wait.tv_sec = (time_t)((until_ns - now_ns) / NS_PER_S);
		wait.tv_nsec = (long)((until_ns - now_ns) % NS_PER_S);
	}
	ready = ppoll(fds, n, &wait, NULL);
	if (ready < 0)
		return errno == EINTR ? 0 : -errno;
	return fds[0].revents ? -EINTR : ready;
}

uint64_t pace_ns(const struct pace *pace, uint64_t now_ms)
{
	return (uint64_t)pace->start.tv_sec * NS_PER_S + (uint64_t)pace->start.tv_nsec +
	       (uint64_t)((double)now_ms * NS_PER_MS / pace->speed);
}

int pace_poll(struct pace *pace, const int *fds, unsigned int n, uint64_t until_ns)
{
	struct pollfd polled[1 + PACE_FDS_MAX] = { { .events = POLLIN } };
	uint64_t later_ns;
	unsigned int i;
	int ready;

	if (pace->signals < 0)
		pace->signals = signalfd(-1, &pace->stop, SFD_CLOEXEC);
	if (pace->signals < 0)
		return -errno;
	polled[0].fd = pace->signals;
	for (i = 0; i < n; i++)
		polled[1 + i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	ready = poll_until(polled, 1 + n, until_ns);
	if (ready <= 0)
		return ready;
	for (i = 1; i <= n; i++)
		if (polled[i].revents & POLLIN)
			return 0;
	later_ns = pace_clock_ns() + HUNG_UP_NS;
	ready = poll_until(polled, 1, later_ns < until_ns ? later_ns : until_ns);
	return ready < 0 ? ready : 0;
}
