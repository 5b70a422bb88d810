/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is asked what on a Modbus line, and when. Nothing here sends, waits, decodes or looks
 * at a clock: times are arguments, in milliseconds of one that only goes forward.
 *
 * The rules:
 *
 * One request is under way. What is to be written goes before what is to be read: of that
 * what has been due for longest is next. Of what is to be read that is next which would be
 * due once more first, so that what is asked once a minute, even if it is much, keeps
 * nobody from what is asked each second. A write goes out when it changes, and again before
 * it lapses; never sooner after the last write to its device than that one's write gap.
 *
 * One that is urgent does not wait for that gap, nor for more than MODBUS_URGENT_REST_MS of
 * its device's rest, and while it waits for that nothing else is asked on the line: it is the
 * next request after the one that is under way. The same write is urgent no more than once in
 * a write gap.
 *
 * After an answer a device rests for its gap, and the line for one of its own two: before a
 * request to another device than the one that has answered, and after what was no answer, the
 * long one, in which that one lets go of the wires and the other hears that its frame is over;
 * before one to the same device the short one, which is never less than the silence that ends
 * a frame (3.5 characters; field.md section 7: "longer gap when slave id changes"). Whose turn
 * it is does not depend on that: the device that may be asked sooner is not asked more often.
 *
 * What was not answered is asked again, after what has been due on the line for longer, and
 * nothing else of that device before: so a late
 * answer meets its own request, and is at most read as a little younger than it is. When it
 * was the repeated request that was answered, the device is left alone until the other
 * answer, too, must have come. A device that has not answered as often in a row as it is
 * tried is silent: it is asked after 1, 2, 4 … 60 s, and on a line where others are due,
 * waits for silent devices take no more than a quarter of the time. Whatever had been
 * written to it is written again when it is back.
 *
 * A refusal (an exception) is an answer. One that says "busy" is asked again after a period,
 * and at least a second; the others after ten periods, and at least a minute: what a device
 * has not, it will not have soon.
 */
#ifndef CELLAR_IO_MODBUS_PLAN_H
#define CELLAR_IO_MODBUS_PLAN_H

#include "registers.h"

#define MODBUS_DEVICES_MAX	16	/* of a line */
#define MODBUS_READS_MAX	16	/* of a device */
#define MODBUS_WRITES_MAX	8
#define MODBUS_WRITE_MAX	16	/* registers in one write */

#define MODBUS_BUSY_MS		1000
#define MODBUS_REFUSED_MS	60000
#define MODBUS_SILENT_MS	1000	/* the first rest of a silent device … */
#define MODBUS_SILENT_MAX_MS	60000	/* … and the longest */

#define MODBUS_URGENT_REST_MS	100	/* the least pause of field.md 2.1 */

#define MODBUS_NEVER		UINT64_MAX

/* Functions (Modbus application protocol, 6). */
#define MODBUS_READ_HOLDING	3
#define MODBUS_READ_INPUT	4
#define MODBUS_WRITES_COIL	5
#define MODBUS_WRITES_ONE	6
#define MODBUS_WRITES		16

/* Exceptions that mean "not now" (Modbus application protocol, 7; field.md 2.1). */
enum modbus_exception {
	MODBUS_ILLEGAL_FUNCTION = 1,
	MODBUS_ILLEGAL_ADDRESS = 2,
	MODBUS_ILLEGAL_VALUE = 3,
	MODBUS_FAILURE = 4,
	MODBUS_ACKNOWLEDGED = 5,
	MODBUS_BUSY = 6,
	MODBUS_NAK = 7,
	MODBUS_UNREADABLE = 0xff,	/* refused, by an answer that hides the code */
};

/*
 * @address: 1…247, or 255 on TCP; @timeout_ms: from request to answer
 * @gap_ms: from an answer to the next request; @write_gap_ms: between writes
 * @tries: until it counts as silent, ≥ 1
 */
struct modbus_device {
	u8 address, tries;
	u16 timeout_ms, gap_ms, write_gap_ms;
};

/*
 * What a request is about.
 *
 * @device, @slot: as they were given; @value: of a write
 * @at_ms: not before
 */
struct modbus_ask {
	u8 device, slot, address, function;
	bool write;
	u16 at, n, timeout_ms;
	u64 at_ms;
	u16 value[MODBUS_WRITE_MAX];
};

enum modbus_outcome {
	MODBUS_DONE,
	MODBUS_REFUSED,		/* an exception */
	MODBUS_LOST,		/* nothing came in time */
	MODBUS_GARBLED,		/* something came that is no answer to this */
};

/*
 * @at_ms: when it was asked for, by CLOCK_BOOTTIME: what it says is no older
 * @silent: the device is, from now on
 * @at, @n, @value: of a read that was done, or of a write; of a command its status
 */
struct modbus_result {
	u8 device, slot, exception;
	bool write, silent;
	enum modbus_outcome outcome;
	u64 at_ms;
	u16 at, n;
	u16 value[REGISTERS_MAX];
};

struct modbus_plan_read {
	struct register_read read;
	u32 period_ms;		/* 0: not asked */
	u64 due_ms;
};

/*
 * @function: MODBUS_WRITES, another that writes, or one of the device's own
 * @refresh_ms: 0: only when it changes
 * @wanted: something is to be there; @known: the device has taken @value
 * @urgent: until it has; @calm_ms: not again before
 */
struct modbus_plan_write {
	u8 function;
	u16 at, n;
	u16 value[MODBUS_WRITE_MAX];
	u32 refresh_ms;
	bool wanted, known, urgent;
	u64 due_ms, calm_ms;
};

/*
 * @fails: in a row; @late: of the request that is asked now, one went unanswered
 * @again: what it must be asked next, while @fails or @late
 * @urgent_ms: when it can take what is urgent
 */
struct modbus_plan_device {
	struct modbus_device config;
	bool silent, late, again_write;
	u8 again;
	unsigned int fails;
	u32 rest_ms;
	u64 free_ms, write_ms, urgent_ms, try_ms;
	struct modbus_plan_read read[MODBUS_READS_MAX];
	struct modbus_plan_write write[MODBUS_WRITES_MAX];
};

/*
 * All zero but for @gap_ms and @again_gap_ms, which is no more, is a line without devices.
 *
 * @devices: places that have had one
 * @spoke: the device that has answered last, + 1; 0: what came last was no answer
 * @free_ms, @again_ms: when the line can take a request, and one to that device
 */
struct modbus_plan {
	u32 gap_ms, again_gap_ms;
	unsigned int devices, spoke;
	u64 free_ms, again_ms;
	u64 probe_ms;		/* silent devices are not asked before */
	u64 asked_ms;
	struct modbus_plan_device device[MODBUS_DEVICES_MAX];
};

/* A device at place @device; what it was is forgotten. */
void modbus_plan_device(struct modbus_plan *plan, unsigned int device,
			const struct modbus_device *config);

/* Read this every @period_ms, from @now_ms on; 0: no more. */
void modbus_plan_read(struct modbus_plan *plan, unsigned int device, unsigned int slot,
		      const struct register_read *read, u32 period_ms, u64 now_ms);

/*
 * These @n ≤ MODBUS_WRITE_MAX registers from @at on are to hold @value, and are written
 * every @refresh_ms as well when that is not 0; @n 0: no more. @again: although they may
 * hold it already.
 */
void modbus_plan_write(struct modbus_plan *plan, unsigned int device, unsigned int slot, u16 at,
		       unsigned int n, const u16 *value, u32 refresh_ms, bool again, u64 now_ms);

/*
 * The same by another function, with one value: MODBUS_WRITES_ONE register,
 * MODBUS_WRITES_COIL, which is on when @value is not 0, or a command of the device's own
 * (modbus_command.h).
 */
void modbus_plan_write_by(struct modbus_plan *plan, unsigned int device, unsigned int slot,
			  u8 function, u16 at, unsigned int n, const u16 *value,
			  u32 refresh_ms, bool again, u64 now_ms);

/* What is to be written there cannot wait; nothing, when the device has it already. */
void modbus_plan_hurry(struct modbus_plan *plan, unsigned int device, unsigned int slot,
		       u64 now_ms);

/*
 * What is to be written there goes before all else that is, as soon as its device can take it;
 * nothing, when the device has it already.
 */
void modbus_plan_first(struct modbus_plan *plan, unsigned int device, unsigned int slot);

/*
 * What to do next: true and @ask, to be sent at @ask->at_ms or as soon after as possible;
 * false and when to look again in @ask->at_ms, MODBUS_NEVER if only something new can
 * change that. The outcome is to be told before the next call of any of these.
 */
bool modbus_plan_next(struct modbus_plan *plan, u64 now_ms, struct modbus_ask *ask);

/* The same of what has not been written yet, and of devices that answer, alone. */
bool modbus_plan_next_write(struct modbus_plan *plan, u64 now_ms, struct modbus_ask *ask);

/*
 * How it went; @exception of MODBUS_REFUSED. Returns whether this is to be told: what will
 * be tried again at once is not.
 */
bool modbus_plan_done(struct modbus_plan *plan, const struct modbus_ask *ask,
		      enum modbus_outcome outcome, u8 exception, u64 now_ms);

/* The line was away and is back: all is due, and all is written again. */
void modbus_plan_renew(struct modbus_plan *plan, u64 now_ms);

bool modbus_plan_silent(const struct modbus_plan *plan, unsigned int device);

#endif /* CELLAR_IO_MODBUS_PLAN_H */
