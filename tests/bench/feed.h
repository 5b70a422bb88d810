/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the benchmarks share: the frames of a recording, a socket to send them
 * on one interface, and how many frames the driver says it has decoded.
 */
#ifndef CELLAR_BENCH_FEED_H
#define CELLAR_BENCH_FEED_H

#include <linux/can.h>
#include <stddef.h>
#include <stdint.h>

#define FEED_FRAMES_MAX	512

/*
 * What a battery sent, in the order of the recording; frames of an inverter are
 * left out.
 */
struct feed {
	size_t n;
	struct can_frame frame[FEED_FRAMES_MAX];
};

/*
 * 0, or -errno after a message on standard error. -EINVAL also for a recording
 * without frames.
 */
int feed_read(struct feed *feed, const char *path);

/* A socket that sends on @interface and receives nothing, or -errno. */
int feed_open(const char *interface);

/* 0, or -errno. */
int feed_send(int fd, const struct can_frame *frame);

/*
 * Sum of the attribute `frames` of @supply and of its packs ("cellar0",
 * "cellar0-01", ...), or -ENODEV when there is none.
 */
int64_t feed_decoded(const char *supply);

/* CLOCK_MONOTONIC */
int64_t feed_now_ns(void);
void feed_sleep_ms(unsigned int ms);

#endif /* CELLAR_BENCH_FEED_H */
