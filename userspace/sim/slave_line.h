/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The line between a master and simulated Modbus devices: frames of RTU or of TCP, the time
 * an answer takes, and what bad wiring and a second master make of it. No I/O: bytes come
 * in, and go out when they are due.
 */
#ifndef CELLAR_SIM_SLAVE_LINE_H
#define CELLAR_SIM_SLAVE_LINE_H

#include "rng.h"
#include "script.h"
#include "slave.h"

#define SLAVE_LINE_DEVICES_MAX	32

/* The longest frame of either kind, and noise around it. */
#define SLAVE_FRAME_MAX		260
#define SLAVE_NOISE_MAX		64
#define SLAVE_OUT_MAX		(2 * SLAVE_FRAME_MAX + 2 * SLAVE_NOISE_MAX)

/*
 * One wire, or one connection of TCP.
 *
 * @in: what has been heard of a frame, last at @heard_ns
 * @out: what is to be said at @due_ns
 */
struct slave_wire {
	uint8_t in[2 * SLAVE_FRAME_MAX];
	size_t n_in;
	uint64_t heard_ns;
	uint8_t out[SLAVE_OUT_MAX];
	size_t n_out;
	uint64_t due_ns;
};

struct slave_counts {
	uint64_t requests, answers, broken;
};

/*
 * @tcp: frames of Modbus TCP, not of RTU
 * @baud: answers take as long as on a wire of that speed; 0: no time
 * @cut_ns: the line goes for so long, once; slave_line_cut() takes it
 * @log: each request, and what became of it; NULL
 */
struct slave_line {
	bool tcp;
	unsigned int baud;
	struct slave device[SLAVE_LINE_DEVICES_MAX];
	unsigned int n;
	const struct script *script;
	size_t next;
	uint64_t start_ns, cut_ns;
	bool silent;
	double flip_percent, drop_percent, collide_percent;
	unsigned int noise_bytes;
	struct rng rng;
	struct slave_counts counts;
	FILE *log;
};

/* @line: zero but for its devices, @tcp, @baud and @log. @script outlives it. */
void slave_line_start(struct slave_line *line, const struct script *script, uint64_t seed,
		      uint64_t now_ns);

/* Bytes have come in over @wire. */
void slave_line_hear(struct slave_line *line, struct slave_wire *wire, uint64_t now_ns,
		     const uint8_t *bytes, size_t n);

/* What is due at @now_ns, into @to with room for SLAVE_OUT_MAX; how much. */
size_t slave_line_run(struct slave_line *line, struct slave_wire *wire, uint64_t now_ns,
		      uint8_t *to);

/* When slave_line_run() next has something for @wire; UINT64_MAX. */
uint64_t slave_wire_next_ns(const struct slave_wire *wire);

/* When the script next changes something; UINT64_MAX. */
uint64_t slave_line_next_ns(const struct slave_line *line);

/* What the script has for up to @now_ns. */
void slave_line_play(struct slave_line *line, uint64_t now_ns);

/* One event, now. */
void slave_line_do(struct slave_line *line, const struct script_event *event);

/* For how long the line is to be gone from now on, once; 0: not. */
uint64_t slave_line_cut(struct slave_line *line);

#endif /* CELLAR_SIM_SLAVE_LINE_H */
