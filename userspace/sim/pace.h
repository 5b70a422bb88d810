/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual time against the clock: waiting for the next instant, at a chosen
 * speed, until somebody wants the program to end.
 */
#ifndef CELLAR_SIM_PACE_H
#define CELLAR_SIM_PACE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct pace {
	struct timespec start;
	sigset_t stop;
	double speed;
	bool fast;
	int signals;
};

/*
 * @speed: virtual seconds per second, > 0; @fast: never wait. From here on
 * SIGINT and SIGTERM only end a wait.
 */
int pace_start(struct pace *pace, double speed, bool fast);

/* 0 when virtual @now_ms has come, -EINTR when the program is to end. */
int pace_until(struct pace *pace, uint64_t now_ms);

/* Wait in real time, also when fast. 0 or -EINTR. */
int pace_pause(struct pace *pace, unsigned int ms);

/* CLOCK_MONOTONIC, in ns. */
uint64_t pace_clock_ns(void);

/* What CLOCK_MONOTONIC shows when virtual @now_ms comes. */
uint64_t pace_ns(const struct pace *pace, uint64_t now_ms);

#define PACE_FDS_MAX	16

/*
 * Wait in real time until CLOCK_MONOTONIC shows @until_ns, but no longer than until
 * something can be read from one of @n @fds, those >= 0; @n is at most PACE_FDS_MAX.
 * 0 or -EINTR.
 */
int pace_poll(struct pace *pace, const int *fds, unsigned int n, uint64_t until_ns);

/* The same as pace_pause(), and virtual time stands still meanwhile: nothing is made up for. */
int pace_hold(struct pace *pace, unsigned int ms);

#endif /* CELLAR_SIM_PACE_H */
