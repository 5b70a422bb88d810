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
	HYBRID_READS_MODE,
	HYBRID_READS_POINTS,
	HYBRID_READS_LAPSE,
};

enum hybrid_write_slot {
	HYBRID_WRITES_LAPSE,
	HYBRID_WRITES_POINTS,
	HYBRID_WRITES_MODE,
};

/*
 * One kind of inverter. @take: an answer with what it measures.
 */
struct hybrid_driver {
	void (*start)(struct hybrid *h);
	void (*take)(struct hybrid *h, const struct modbus_result *result);
};

extern const struct hybrid_driver hybrid_sofar;

void hybrid_want(struct hybrid *h, unsigned int slot, const struct register_map *map,
		 u32 period_ms);

/* The numbers of @map that are in the answer, into @reading; how many there were. */
unsigned int hybrid_numbers(const struct register_map *map, const struct modbus_result *result,
			    struct hybrid_reading *reading);

/* The steps of its being steered: @result is of a write, or of a read of what was written. */
void hybrid_control_take(struct hybrid *h, const struct modbus_result *result);

/* It was silent, or has just begun: from the first step on. */
void hybrid_control_start(struct hybrid *h);

#endif /* CELLAR_IO_HYBRID_PARTS_H */
