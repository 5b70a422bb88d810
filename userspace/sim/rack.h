/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packs in a rack, on one RS-485 line: each hears what is asked of its address and
 * answers, well or badly, as a script wants it. It reads no clock and no device:
 * bytes and their time go in and come out.
 */
#ifndef CELLAR_SIM_RACK_H
#define CELLAR_SIM_RACK_H

#include "bank.h"
#include "half_duplex.h"
#include "said.h"

#define RACK_RUN_MAX	LINE_RUN_MAX

/* Longer than any question or write request */
#define RACK_HEARD_MAX	64

/* Of a pack that leaves speaking to the first one of its bank (protocols.md 5.1). */
#define RACK_NO_ADDRESS	0xff

/*
 * @addresses: of the packs, bank.packs of them
 * @delay_ms: from a question to its answer
 */
struct rack_config {
	struct bank_config bank;
	enum cellar_rs485_dialect_id dialect;
	u8 addresses[PLANT_PACKS_MAX];
	unsigned int baud;
	bool paced;
	bool echo;
	u32 delay_ms;
};

/*
 * @late_ms: more than @delay_ms, for the next answer only
 * @asked, @asked_address, @serial, @says: what is being answered
 */
struct rack_pack {
	u8 address;
	u32 delay_ms;
	u32 late_ms;
	double truncate_percent;
	u8 refuse;
	u32 babble_ms;
	u64 babble_next_ns;

	const struct cellar_rs485_question *asked;
	u8 asked_address;
	char serial[CELLAR_SERIAL_SIZE];
	struct cellar_reading says;
};

/* An answer, kept to run into a later one. */
struct rack_answer {
	const struct cellar_rs485_question *question;
	u8 address;
	size_t len;
	u8 bytes[CELLAR_RS485_WIRE_MAX];
};

/*
 * @questions: that came through; @strange: none that this dialect knows;
 * @writes: that would have changed something in a pack; @returned: answers that the
 * line gave back, and nobody asks anything with; @delay_ns: from questions to their
 * answers, in sum
 */
struct rack_counts {
	u64 questions;
	u64 strange;
	u64 writes;
	u64 returned;
	u64 answers;
	u64 delay_ns;
};

/*
 * Somebody has said something, whole. The bytes leave line_run() with or after this.
 */
typedef void (*rack_said)(void *to, u64 now_ns, const struct said *said);

struct rack_speech;

struct rack {
	struct bank bank;
	struct half_duplex line;
	const struct cellar_rs485_dialect *dialect;
	const struct rack_speech *speech;
	struct rack_pack pack[PLANT_PACKS_MAX];
	struct rng rng;

	struct cellar_rs485_deframer deframer;
	u8 heard[RACK_HEARD_MAX];
	size_t n_heard;
	u64 heard_ns;
	bool harmed;

	bool silent;
	bool turns;
	unsigned int turn;
	double repeat_percent;
	double cut_s;
	bool cut_next;
	struct rack_answer last;

	struct rack_counts counts;
	u8 write[RACK_HEARD_MAX];	/* the first one: how it begins, without SOI */
	size_t write_len;
	u64 start_ns;
	u64 now_ns;
	rack_said said;
	void *said_to;
};

/*
 * Where @packs packs of @dialect are when nothing else is said: the lowest addresses
 * that it has. With a dialect that has only one, one pack speaks for all. -EINVAL
 * when it has not so many.
 */
int rack_addresses(const struct cellar_rs485_dialect *dialect, unsigned int packs,
		   u8 *addresses);

/*
 * @config is valid. @script outlives @rack. @said is called with @to. Time is
 * CLOCK_MONOTONIC, and the script begins at @now_ns.
 */
void rack_start(struct rack *rack, const struct rack_config *config,
		const struct script *script, u64 now_ns, rack_said said, void *to);

/* Bytes have come from the master at @now_ns. */
void rack_hear(struct rack *rack, u64 now_ns, const u8 *bytes, size_t n);

/* When rack_run() next has something to do. */
u64 rack_next_ns(const struct rack *rack);

/*
 * Do what is due at @now_ns. Bytes for the master go to @to, RACK_RUN_MAX of them at
 * most; returns how many.
 */
size_t rack_run(struct rack *rack, u64 now_ns, u8 *to);

/*
 * How long the line is gone, in ns, when what came last from rack_run() was cut off;
 * 0 when it was not. All who spoke are silent then.
 */
u64 rack_cut(struct rack *rack);

#endif /* CELLAR_SIM_RACK_H */
