// SPDX-License-Identifier: GPL-2.0-only
/*
 * The signals that end the program are blocked and waited for, so a wait is also
 * the place where they are noticed and no handler is needed.
 */
#include "pace.h"

#include <errno.h>

#define NS_PER_S	1000000000LL
#define NS_PER_MS	1000000LL

int pace_start(struct pace *pace, double speed, bool fast)
{
	*pace = (struct pace){ .speed = speed, .fast = fast };
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
