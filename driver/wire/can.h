/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every CAN dialect looks like from outside: a table of frames, each with
 * its period and a decoder and encoder of one frame. The transport looks a frame
 * up once (or registers one filter per row), calls the row, and merges the news
 * into the reading of the system or of the pack the row speaks of.
 *
 * No I/O, no clock, no allocation; any context. The caller serialises calls that
 * share a struct cellar_can_memory.
 */
#ifndef CELLAR_WIRE_CAN_H
#define CELLAR_WIRE_CAN_H

#include "state.h"

#define CELLAR_CAN_PACKS_MAX	32

/*
 * Inverter → battery keep-alive of most dialects (protocols.md 1, 2.3, 3.1). Growatt,
 * Schneider and Sofar have others, which nothing here sends.
 */
#define CELLAR_CAN_KEEPALIVE_ID	0x305

/* Beside an identifier of 29 bits, where <linux/can.h> has it, too. */
#define CELLAR_CAN_EXTENDED	0x80000000U

/*
 * A classical data frame. The transport has already put aside RTR, FD and error
 * frames.
 */
struct cellar_can_frame {
	u32 id;		/* 11 bits, or 29 with CELLAR_CAN_EXTENDED */
	u8 len;		/* 0…8 */
	u8 data[8];
};

enum cellar_dialect {
	CELLAR_DIALECT_NONE,
	CELLAR_DIALECT_PYLONTECH,
	CELLAR_DIALECT_VICTRON,
	CELLAR_DIALECT_DEYE,
	CELLAR_DIALECT_GROWATT,
	CELLAR_DIALECT_GOODWE,
	CELLAR_DIALECT_SCHNEIDER,
	CELLAR_DIALECT_SOFAR,
	CELLAR_DIALECTS
};

/*
 * A Deye battery has a switch for what it tells the inverter; the sign of the
 * current in 0x356 depends on it (protocols.md 3.1). Other dialects have only
 * the first.
 */
enum cellar_setting {
	CELLAR_SETTING_UNKNOWN,
	CELLAR_SETTING_NATIVE,
	CELLAR_SETTING_VICTRON,
};

/* Alarms of one of the two frames that may both carry them (0x359, 0x35A). */
struct cellar_alarm_source {
	u64 protections;
	u64 warnings;
	u8 have;	/* bit 0: protections are known, bit 1: warnings are */
	u8 missed;	/* frames of the other source since this one spoke */
};

/*
 * What a decoder must remember between frames of one bus. All zero is a fresh
 * one. The setting is learned from the frames; an encoder sets it.
 */
struct cellar_can_memory {
	enum cellar_setting setting;
	bool lux;			/* 0x359 carries Ah, not "PN" (Luxpower) */
	u8 fine_kelvin;			/* 0x373 to come since a binary 0x370 */
	struct cellar_alarm_source bits;	/* 0x359 */
	struct cellar_alarm_source pairs;	/* 0x35A */
	u8 name[16];			/* raw 0x370, 0x371 */
	u8 name_parts;			/* bit 0: 0x370 seen, bit 1: 0x371 seen */
};

/*
 * @id: identifier of the frame, as in struct cellar_can_frame; of the first pack's
 *      where @packs is not 0
 * @packs: 0 when the frame speaks of the system, else the number of consecutive
 *         identifiers, one per pack: pack address = 1 + id - row->id
 * @len_min: shortest frame that can be decoded; longer ones, up to 8, always can
 * @period_ms: how often the sender sends it
 * @max_age_ms: how long its fields may be shown as live, 0: until the pack is lost
 * @required: part of a complete sample
 * @name: for people: "limits"
 * @decode: fill @news (have and none are 0 on entry, the rest is undefined).
 *          0, or -EMSGSIZE (too short), or -ERANGE (a number outside of what its
 *          field can be): then the frame is malformed as a whole and @news and
 *          the memory are unchanged.
 * @encode: fill frame->data and ->len from the reading; -ENODATA when the
 *          reading holds nothing of what this frame carries. A field that is
 *          missing beside others is sent as "no value" where the frame has such
 *          a value; where it has none, -ENODATA, too. Numbers round towards the
 *          safe side: limits towards 0, the lowest voltage of a discharge upwards.
 */
struct cellar_can_row {
	u32 id;
	u8 packs;
	u8 len_min;
	u16 period_ms;
	u16 max_age_ms;
	bool required;
	const char *name;
	int (*decode)(struct cellar_can_memory *memory,
		      const struct cellar_can_frame *frame,
		      struct cellar_reading *news);
	int (*encode)(const struct cellar_can_memory *memory,
		      const struct cellar_reading *reading,
		      struct cellar_can_frame *frame);
};

/*
 * @name: as in configfs, in the `dialect` attribute and on command lines
 * @system_fields, @pack_fields: what it can ever say of the system and of a
 *        pack, as sets of BIT_ULL(enum cellar_field); pack_fields is 0 when it
 *        knows only the system
 */
struct cellar_can_dialect {
	const char *name;
	const char *title;
	const struct cellar_can_row *rows;
	unsigned int n_rows;
	u64 system_fields;
	u64 pack_fields;
};

extern const struct cellar_can_dialect cellar_can_pylontech;
extern const struct cellar_can_dialect cellar_can_victron;
extern const struct cellar_can_dialect cellar_can_deye;
extern const struct cellar_can_dialect cellar_can_growatt;
extern const struct cellar_can_dialect cellar_can_goodwe;
extern const struct cellar_can_dialect cellar_can_schneider;
extern const struct cellar_can_dialect cellar_can_sofar;

/* NULL for CELLAR_DIALECT_NONE. */
const struct cellar_can_dialect *cellar_can_dialect(enum cellar_dialect dialect);

/* CELLAR_DIALECT_NONE when no dialect has this name. */
enum cellar_dialect cellar_can_dialect_by_name(const char *name);

/*
 * The row that decodes @id, NULL if the dialect does not know it. *address is
 * set to 0 for the system or to 1…32.
 */
const struct cellar_can_row *
cellar_can_find_row(const struct cellar_can_dialect *dialect, u32 id, u8 *address);

/*
 * row->decode() with its rules applied: the length is checked, news->have and
 * ->none start at 0 and stay 0 on error.
 */
int cellar_can_decode(const struct cellar_can_row *row,
		      struct cellar_can_memory *memory,
		      const struct cellar_can_frame *frame,
		      struct cellar_reading *news);

/*
 * The frame of @row for the system (@address 0) or for a pack. 0, or -ENODATA.
 */
int cellar_can_encode(const struct cellar_can_row *row, u8 address,
		      const struct cellar_can_memory *memory,
		      const struct cellar_reading *reading,
		      struct cellar_can_frame *frame);

#endif /* CELLAR_WIRE_CAN_H */
