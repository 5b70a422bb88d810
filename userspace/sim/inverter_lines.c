// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets and times of up to eight inverters. One line of the log per frame with limits,
 * and one for each inverter after every step of the bank.
 */
#include "inverter_lines.h"

#include <errno.h>
#include <string.h>

#include "inverter_log.h"

#define NS_PER_MS	1000000ULL

static u64 boot_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (u64)now.tv_sec * 1000 + (u64)now.tv_nsec / NS_PER_MS;
}

static u64 bank_now_ms(const struct inverter_lines *lines)
{
	return (pace_clock_ns() - lines->start_ns) / NS_PER_MS;
}

int inverter_lines_open(struct inverter_lines *lines, const struct inverter_options *options)
{
	unsigned int i;
	int err;

	*lines = (struct inverter_lines){ .inverters.n = options->n };
	for (i = 0; i < options->n; i++) {
		lines->inverters.of[i].config = options->of[i].config;
		can_port_start(&lines->port[i], options->of[i].interface, true);
	}
	if (!options->log_path)
		return 0;
	lines->log = fopen(options->log_path, "we");
	if (!lines->log) {
		err = -errno;
		fprintf(stderr, "cellar-sim: %s: %s\n", options->log_path, strerror(-err));
		return err;
	}
	/* Tests read it while it grows. */
	setvbuf(lines->log, NULL, _IOLBF, 0);
	inverter_log_header(lines->log);
	return 0;
}

void inverter_lines_start(struct inverter_lines *lines, const struct bank *bank, u64 start_ns)
{
	unsigned int i;

	lines->bank = bank;
	lines->start_ns = start_ns;
	for (i = 0; i < lines->inverters.n; i++)
		lines->keepalive_ns[i] = start_ns;
}

void inverter_lines_battery_spoke(struct inverter_lines *lines)
{
	lines->battery_ms = boot_ms();
}

static void log_one(struct inverter_lines *lines, unsigned int i, bool frame)
{
	const struct inverter_moment moment = {
		.time_ms = boot_ms(),
		.now_ms = bank_now_ms(lines),
		.battery_ms = lines->battery_ms,
		.frame = frame,
	};

	if (lines->log)
		inverter_log_write(lines->log, lines->bank, i, &moment);
}

static void send_keepalive(struct inverter_lines *lines, unsigned int i)
{
	struct can_frame frame;
	int err;

	if (!inverter_keepalive(&lines->inverters.of[i], &lines->bank->plant, &frame))
		return;
	err = can_port_send(&lines->port[i], &frame);
	if (err)
		can_port_tell(&lines->port[i], err);
}

void inverter_lines_run(struct inverter_lines *lines)
{
	bool stepped = lines->inverters.n && lines->step_ms != lines->bank->next_step_ms;
	struct can_frame frame;
	unsigned int i;

	for (i = 0; i < lines->inverters.n; i++) {
		while (can_port_hear(&lines->port[i], &frame))
			if (inverter_hear(&lines->inverters.of[i], bank_now_ms(lines), &frame))
				log_one(lines, i, true);
		if (pace_clock_ns() >= lines->keepalive_ns[i]) {
			lines->keepalive_ns[i] += INVERTER_KEEPALIVE_MS * NS_PER_MS;
			send_keepalive(lines, i);
		}
		if (stepped)
			log_one(lines, i, false);
	}
	if (stepped)
		lines->step_ms = lines->bank->next_step_ms;
}

u64 inverter_lines_next_ns(const struct inverter_lines *lines)
{
	u64 next = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < lines->inverters.n; i++) {
		next = lines->keepalive_ns[i] < next ? lines->keepalive_ns[i] : next;
		if (lines->port[i].fd < 0 && lines->port[i].retry_ns < next)
			next = lines->port[i].retry_ns;
	}
	return next;
}

unsigned int inverter_lines_fds(const struct inverter_lines *lines, int *fds)
{
	unsigned int i;

	for (i = 0; i < lines->inverters.n; i++)
		fds[i] = lines->port[i].fd;
	return lines->inverters.n;
}

int inverter_lines_wait(struct inverter_lines *lines, struct pace *pace, u64 until_ns)
{
	int fds[INVERTERS_MAX];
	u64 next_ns;
	int err;

	do {
		inverter_lines_run(lines);
		next_ns = inverter_lines_next_ns(lines);
		err = pace_poll(pace, fds, inverter_lines_fds(lines, fds),
				next_ns < until_ns ? next_ns : until_ns);
	} while (!err && pace_clock_ns() < until_ns);
	return err;
}

int inverter_lines_close(struct inverter_lines *lines)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < lines->inverters.n; i++)
		can_port_close(&lines->port[i]);
	if (!lines->log)
		return 0;
	if (ferror(lines->log))
		err = -EIO;
	if (fclose(lines->log))
		err = -errno;
	if (err)
		fprintf(stderr, "cellar-sim: the log of the inverters could not be written: "
			"%s\n", strerror(-err));
	return err;
}
