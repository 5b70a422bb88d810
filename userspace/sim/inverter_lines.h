/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CAN lines of simulated inverters, and the log of what they hear: between the clock,
 * the sockets and the inverters of a bank.
 */
#ifndef CELLAR_SIM_INVERTER_LINES_H
#define CELLAR_SIM_INVERTER_LINES_H

#include "bank.h"
#include "can_port.h"
#include "inverter_options.h"
#include "pace.h"

/*
 * @start_ns: CLOCK_MONOTONIC when the bank's time began
 * @battery_ms: CLOCK_BOOTTIME of the battery's last word, 0 before it
 * @step_ms: the bank's step that was logged last
 */
struct inverter_lines {
	struct inverters inverters;
	const struct bank *bank;
	struct can_port port[INVERTERS_MAX];
	u64 keepalive_ns[INVERTERS_MAX];
	u64 start_ns;
	u64 battery_ms;
	u64 step_ms;
	FILE *log;
};

/*
 * The inverters of @options, which outlives @lines; bank_config.inverters is
 * &lines->inverters, or NULL when there are none. 0, or a negative errno after saying
 * what is wrong: then nothing has to be closed.
 */
int inverter_lines_open(struct inverter_lines *lines, const struct inverter_options *options);

/* @bank has begun, at CLOCK_MONOTONIC @start_ns. */
void inverter_lines_start(struct inverter_lines *lines, const struct bank *bank,
			  u64 start_ns);

/* The battery has sent something valid just now. */
void inverter_lines_battery_spoke(struct inverter_lines *lines);

/* Hear, send and log what is due. Nothing is done when there is no inverter. */
void inverter_lines_run(struct inverter_lines *lines);

/* When inverter_lines_run() next has something to do, by CLOCK_MONOTONIC. */
u64 inverter_lines_next_ns(const struct inverter_lines *lines);

/* What to wait for: @fds has room for INVERTERS_MAX. Returns how many. */
unsigned int inverter_lines_fds(const struct inverter_lines *lines, int *fds);

/* Run them until CLOCK_MONOTONIC shows @until_ns. 0 or -EINTR. */
int inverter_lines_wait(struct inverter_lines *lines, struct pace *pace, u64 until_ns);

/* 0, or a negative errno after saying that the log could not be written. */
int inverter_lines_close(struct inverter_lines *lines);

#endif /* CELLAR_SIM_INVERTER_LINES_H */
