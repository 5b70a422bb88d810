/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of an inverter on a Modbus line have of each other.
 */
#ifndef CELLAR_IO_HYBRID_PARTS_H
#define CELLAR_IO_HYBRID_PARTS_H

#include "hybrid.h"

/* Slots of @want and of @write, of all kinds. */
enum hybrid_slot {
	HYBRID_READS_GRID,
	HYBRID_READS_BATTERY,
	HYBRID_READS_PV,
	HYBRID_READS_SYSTEM,
	HYBRID_READS_EPS,
	HYBRID_READS_ENERGY,
	HYBRID_READS_IDENTITY,
	HYBRID_READS_RATED,
	HYBRID_READS_STATUS,	/* of SunSpec; of a G3 whether it has EPS */
	HYBRID_READS_GRID_2,	/* of a G3 on a slow line: the second halves */
	HYBRID_READS_SYSTEM_2,
	HYBRID_READS_MODE,
	HYBRID_READS_POINTS,
	HYBRID_READS_LAPSE,
	HYBRID_READS_FEED_IN,
};

/* Of a G3. */
enum hybrid_write_slot {
	HYBRID_WRITES_LAPSE,
	HYBRID_WRITES_POINTS,
	HYBRID_WRITES_MODE,
	HYBRID_WRITES_FEED_IN,
};

/* Of those that hear commands. */
enum hybrid_command_slot {
	HYBRID_COMMANDS_HEARTBEAT,
	HYBRID_COMMANDS_POINTS,
	HYBRID_COMMANDS_EPS,
};

/* Of SunSpec: when it lapses, rates, and at last that they count. */
enum hybrid_model_slot {
	HYBRID_WRITES_REVERT,
	HYBRID_WRITES_RATES,
	HYBRID_WRITES_GRID_CHARGE,
	HYBRID_WRITES_STORAGE,
	HYBRID_WRITES_LIMIT,
	HYBRID_WRITES_LIMITS,
};

/*
 * How one kind of inverter is told what its battery is to do.
 *
 * @start: it was silent, or has just begun: from the first step on
 * @take: something has come of a write, or of a read of what was written
 * @steer: @h->order_w is wanted; @release: see hybrid_release()
 */
struct hybrid_control_driver {
	void (*start)(struct hybrid *h);
	void (*take)(struct hybrid *h, const struct modbus_result *result);
	void (*steer)(struct hybrid *h, const struct hybrid_order *order, u64 now_ms);
	bool (*release)(struct hybrid *h);
};

/*
 * One kind of inverter. @take: an answer with what it measures; @sees_grid: its frequency and
 * voltages are those of the grid, not of what it makes itself without one
 */
struct hybrid_driver {
	void (*start)(struct hybrid *h);
	void (*take)(struct hybrid *h, const struct modbus_result *result);
	const struct hybrid_control_driver *control;
	bool sees_grid;
};

extern const struct hybrid_driver hybrid_sofar;
extern const struct hybrid_driver hybrid_legacy;
extern const struct hybrid_driver hybrid_sunspec;

extern const struct hybrid_control_driver hybrid_passive;	/* by registers, of a G3 */
extern const struct hybrid_control_driver hybrid_commands;	/* of the legacy map */
extern const struct hybrid_control_driver hybrid_models;	/* of SunSpec */

void hybrid_want(struct hybrid *h, unsigned int slot, const struct register_map *map,
		 u32 period_ms);

/* The numbers of @map that are in the answer, into @reading; how many there were. */
unsigned int hybrid_numbers(const struct register_map *map, const struct modbus_result *result,
			    struct hybrid_reading *reading);

/*
 * Is that a refusal? Then there is nothing to take from it; one that does not have what an
 * inverter of its map measures is none.
 */
bool hybrid_refuses(struct hybrid *h, const struct modbus_result *result);

/* These @n registers from @at on are to be written, also when they hold @value already. */
void hybrid_write(struct hybrid *h, unsigned int slot, u16 at, unsigned int n, const u16 *value);

/* The same, by @function of modbus_command.h. */
void hybrid_write_by(struct hybrid *h, unsigned int slot, u8 function, u16 at, unsigned int n,
		     const u16 *value);

/* What has been taken is not written again by itself, unless it is something else by now. */
void hybrid_wrote(struct hybrid *h, const struct modbus_result *result);

/* A step towards nothing, or back into what is allowed, is never too small. */
bool hybrid_is_worth_it(const struct hybrid *h, const struct hybrid_order *order);

/* Nothing is to be written; what was still to be is not. One slot alone, and all of them: */
void hybrid_write_none(struct hybrid *h, unsigned int slot);
void hybrid_write_nothing(struct hybrid *h);

/* What model 122 says besides numbers. */
void hybrid_take_status(struct hybrid *h, const struct modbus_result *result);

/* An answer that is one of SunSpec's models, also of one that is written to. */
void hybrid_sunspec_numbers(struct hybrid *h, const struct modbus_result *result);

/* Between bounds of a house: is what it says one of an inverter at all? */
bool hybrid_is_possible(const struct hybrid_reading *reading);

/* The nearest to @value that is at least @least and at most @most. */
s32 hybrid_within(s32 value, s32 least, s32 most);

/* Its own limit of feed-in. @take: returns whether that was what came. */
void hybrid_feed_in_start(struct hybrid *h);
void hybrid_feed_in_remember(struct hybrid *h, const struct hybrid *was);
bool hybrid_feed_in_take(struct hybrid *h, const struct modbus_result *result);

#endif /* CELLAR_IO_HYBRID_PARTS_H */
