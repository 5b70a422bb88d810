/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of Modbus devices as tables that can be held against their documents, and
 * the reading of one number out of what was read. No I/O and no floating point: the same
 * tables serve the daemon, the simulator on the other side of the wire, and the tests.
 */
#ifndef CELLAR_IO_REGISTERS_H
#define CELLAR_IO_REGISTERS_H

#include "env.h"

/* What one request may ask for (Modbus application protocol, 6.3). */
#define REGISTERS_MAX		125

/* Most reads that a map needs. */
#define REGISTER_READS_MAX	12

enum register_type {
	REGISTER_NONE,		/* no such register in this map */
	REGISTER_U16,
	REGISTER_S16,
	REGISTER_U32,
	REGISTER_S32,
	REGISTER_U64,		/* four registers, below 2^63 */
	REGISTER_F32,		/* IEEE 754 single */
	REGISTER_F64,		/* IEEE 754 double */
	REGISTER_TYPES
};

/* In what a number comes out, whatever the device counts in. */
enum register_unit {
	UNIT_PLAIN,
	UNIT_MV,
	UNIT_MA,
	UNIT_MW,
	UNIT_MVAR,
	UNIT_MVA,
	UNIT_MHZ,
	UNIT_PERMILLE,
	UNIT_WH,
	UNIT_DECIC,		/* 0.1 °C */
	UNIT_CENTI,		/* 0.01 % */
	UNIT_S,
	UNITS
};

/* Ratios of the transformers in front of a meter, by which a number is multiplied. */
#define REGISTER_CT	1
#define REGISTER_PT	2

/*
 * One number of a device.
 *
 * @name: as its document has it
 * @at: address on the wire, from 0; of a SunSpec model, offset from the model's id
 * @num, @den: number = raw × @num / @den, in @unit
 * @scale_at: where the exponent of ten (s16) stands by which it is multiplied too; 0: none
 * @ratios: REGISTER_CT, REGISTER_PT
 */
struct register_row {
	const char *name;
	u16 at;
	u8 type;	/* enum register_type */
	u8 unit;	/* enum register_unit */
	s32 num, den;
	u16 scale_at;
	u8 ratios;
};

/* Registers that may be read over, gaps included, and that no request may reach beyond. */
struct register_block {
	u16 at, n;
	u8 function;	/* 3: holding, 4: input registers */
};

/*
 * @row: some may be REGISTER_NONE: a place is what a driver calls it by
 * @read_max: registers in one request
 * @sunspec: numbers that stand for "not implemented" do not count (spec/field.md 5)
 */
struct register_map {
	const char *name;
	const struct register_block *block;
	unsigned int blocks;
	const struct register_row *row;
	unsigned int rows;
	u16 read_max;
	bool sunspec;
};

enum register_order {
	REGISTER_HIGH_FIRST,	/* the high word at the lower address */
	REGISTER_LOW_FIRST,
};

/*
 * How a device counts.
 *
 * @ct: current ratio, 1 without; @pt_deci: voltage ratio × 10, 10 without
 */
struct register_scale {
	u8 order;	/* enum register_order */
	u16 ct, pt_deci;
};

#define REGISTER_SCALE_NONE	{ REGISTER_HIGH_FIRST, 1, 10 }

/* What was read: @n registers from @at on. */
struct register_image {
	u16 at, n;
	const u16 *value;
};

/* One request. */
struct register_read {
	u16 function, at, n;	/* no holes: it is compared */
};

/* How many registers a number takes; 0 for REGISTER_NONE. */
unsigned int register_words(enum register_type type);

/*
 * The number of @row, rounded to the nearest, half away from 0. -ENODATA: @image has not
 * all of it, or it says that there is none; -ERANGE: it is no number, or none that fits.
 */
int register_number(const struct register_map *map, const struct register_row *row,
		    const struct register_scale *scale, const struct register_image *image,
		    s64 *number);

/* Characters, two to a register, as far as they are printable; @size of @text with its end. */
void register_text(const struct register_image *image, u16 at, unsigned int n, char *text,
		   size_t size);

/*
 * The fewest requests that bring the rows of @map with a bit in @wanted (row n is bit n):
 * none crosses a block, none is longer than the map allows, and no number is cut. Returns
 * how many, at most REGISTER_READS_MAX; rows that are in no block are left out.
 */
unsigned int register_plan(const struct register_map *map, u64 wanted,
			   struct register_read reads[REGISTER_READS_MAX]);

/*
 * @num / @den, as registers of @type in @order, rounded down; @num ≥ 0, @den > 0, both below
 * 2^40. Returns how many registers; 0: it does not fit.
 */
unsigned int register_put(u16 to[4], enum register_type type, enum register_order order, u64 num,
			  u64 den);

/* The bytes of a signed number, as it is written, high word first. */
void register_put_s32(u16 to[2], s32 value);

/* Of a frame on a serial line, from its address on (Modbus over serial line, 6.2.2). */
u16 modbus_crc(const u8 *bytes, size_t n);

#endif /* CELLAR_IO_REGISTERS_H */
