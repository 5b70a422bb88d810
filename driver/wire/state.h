/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reading: what a battery bus said of one pack, or of the whole system, in
 * integers with their unit in the name. A codec fills readings, everybody else
 * merges, shows or sends them. Nothing here knows a protocol, a device or a
 * clock.
 */
#ifndef CELLAR_WIRE_STATE_H
#define CELLAR_WIRE_STATE_H

#include "alarms.h"

#define CELLAR_CELLS_MAX	24
#define CELLAR_TEMPERATURES_MAX	8
#define CELLAR_TEXT_MAX		20	/* longest name on any wire: RS-485 0x51 */
#define CELLAR_SERIAL_SIZE	(2 * 8 + 1)
#define CELLAR_PLACE_MAX	8	/* 0x374…0x377 */
#define CELLAR_FAULT_COUNTS	8

/*
 * One bit of cellar_reading.have and .none each. The order is the order in
 * which spec/interfaces.md lists the keys; what has no key there follows.
 */
enum cellar_field {
	CELLAR_VOLTAGE,
	CELLAR_CURRENT,
	CELLAR_TEMPERATURE,
	CELLAR_SOC,
	CELLAR_SOH,
	CELLAR_CHARGE_VOLTAGE_LIMIT,
	CELLAR_DISCHARGE_VOLTAGE_LIMIT,
	CELLAR_CHARGE_CURRENT_LIMIT,
	CELLAR_DISCHARGE_CURRENT_LIMIT,
	CELLAR_CHARGE_ENABLE,
	CELLAR_DISCHARGE_ENABLE,
	CELLAR_FORCE_CHARGE,
	CELLAR_FULL_CHARGE_REQUEST,
	CELLAR_PROTECTIONS,
	CELLAR_WARNINGS,
	CELLAR_PACKS_ONLINE,
	CELLAR_PACKS_OFFLINE,
	CELLAR_PACKS_BLOCKING_CHARGE,
	CELLAR_PACKS_BLOCKING_DISCHARGE,
	CELLAR_CELL_VOLTAGE_MIN,
	CELLAR_CELL_VOLTAGE_MAX,
	CELLAR_CELL_TEMPERATURE_MIN,
	CELLAR_CELL_TEMPERATURE_MAX,
	CELLAR_CELLS,
	CELLAR_TEMPERATURES,
	CELLAR_REMAINING,
	CELLAR_FULL,
	CELLAR_DESIGN,
	CELLAR_CYCLES,
	CELLAR_ENERGY_CHARGED,
	CELLAR_ENERGY_DISCHARGED,
	CELLAR_MANUFACTURER,
	CELLAR_MODEL,
	CELLAR_SERIAL_HEAD,	/* characters 1…8 of serial */
	CELLAR_SERIAL_TAIL,	/* characters 9…16 of serial */
	CELLAR_FIRMWARE,

	/* Not part of cellar-dump's JSON. */
	CELLAR_FAMILY,
	CELLAR_CELL_VOLTAGE_MIN_PLACE,
	CELLAR_CELL_VOLTAGE_MAX_PLACE,
	CELLAR_CELL_TEMPERATURE_MIN_PLACE,
	CELLAR_CELL_TEMPERATURE_MAX_PLACE,
	CELLAR_GRID_CHARGE_CURRENT_LIMIT,
	CELLAR_GRID_DISCHARGE_CURRENT_LIMIT,
	CELLAR_ONLINE_MAP,
	CELLAR_MOSFET_TEMPERATURE,
	CELLAR_HEATER_TEMPERATURE,
	CELLAR_BALANCING,
	CELLAR_FAULT_COUNTS_BASIC,	/* fault_counts[0…3] */
	CELLAR_FAULT_COUNTS_CURRENT,	/* fault_counts[4…7] */
	CELLAR_FIELDS
};

/*
 * @have: fields that hold a value.
 * @none: in news from a codec: the sender said that it has no value for these
 *        (0x8000, 0xFFFF, "not supported"). Never overlaps @have.
 *
 * Strings are NUL-terminated, trailing spaces and zeros removed.
 */
struct cellar_reading {
	u64 have;
	u64 none;

	u64 protections;	/* set of enum cellar_alarm */
	u64 warnings;
	u64 energy_charged_wh;
	u64 energy_discharged_wh;

	u32 voltage_mv;
	s32 current_ma;		/* > 0 charges */
	u32 charge_voltage_limit_mv;
	u32 discharge_voltage_limit_mv;
	u32 charge_current_limit_ma;
	u32 discharge_current_limit_ma;
	u32 grid_charge_current_limit_ma;	/* while on grid (Deye 0x371) */
	u32 grid_discharge_current_limit_ma;
	u32 remaining_mah;
	u32 full_mah;
	u32 design_mah;
	u32 cycles;
	u32 online_map;		/* bit n: the pack at address n is on line */

	s16 temperature_decic;
	u16 soc_centi;		/* 0…10000 */
	u16 soh_centi;		/* 0…10000 */
	u16 packs_online;
	u16 packs_offline;
	u16 packs_blocking_charge;
	u16 packs_blocking_discharge;
	u16 cell_voltage_min_mv;
	u16 cell_voltage_max_mv;
	s16 cell_temperature_min_decic;
	s16 cell_temperature_max_decic;
	s16 mosfet_temperature_decic;
	s16 heater_temperature_decic;
	u16 balancing;		/* bit n: cell n + 1 is being balanced */
	/*
	 * over-charge, over-discharge, short circuit, MOSFET over-temperature,
	 * charge and discharge over-current, charge and discharge
	 * over-temperature (Deye 0x700, 0x750)
	 */
	u16 fault_counts[CELLAR_FAULT_COUNTS];

	u16 cells_mv[CELLAR_CELLS_MAX];
	s16 temperatures_decic[CELLAR_TEMPERATURES_MAX];
	u8 cells;		/* how many of cells_mv are valid */
	u8 temperatures;

	bool charge_enable;
	bool discharge_enable;
	bool force_charge;
	bool full_charge_request;

	char manufacturer[CELLAR_TEXT_MAX + 1];
	char model[CELLAR_TEXT_MAX + 1];
	char serial[CELLAR_SERIAL_SIZE];	/* two halves of 8, each may end early */
	char firmware[CELLAR_TEXT_MAX + 1];
	char family[CELLAR_PLACE_MAX + 1];

	/* where the extremes are, as the BMS names it: "0206", "b0 m3" */
	char cell_voltage_min_place[CELLAR_PLACE_MAX + 1];
	char cell_voltage_max_place[CELLAR_PLACE_MAX + 1];
	char cell_temperature_min_place[CELLAR_PLACE_MAX + 1];
	char cell_temperature_max_place[CELLAR_PLACE_MAX + 1];
};

enum cellar_kind {
	CELLAR_KIND_UNSIGNED,
	CELLAR_KIND_SIGNED,
	CELLAR_KIND_BOOL,
	CELLAR_KIND_ALARMS,
	CELLAR_KIND_TEXT,
	CELLAR_KIND_CELLS,		/* u16 array, length in .cells */
	CELLAR_KIND_TEMPERATURES,	/* s16 array, length in .temperatures */
	CELLAR_KIND_COUNTS,		/* u16 array of fixed length */
};

/*
 * One row per enum cellar_field: how to copy, compare, print and invent a
 * field without knowing it.
 *
 * @name: key of spec/interfaces.md, or the member's name
 * @unit: for people, "" if it has none
 * @in_json: the name is a key of cellar-dump's JSON
 */
struct cellar_field_info {
	const char *name;
	const char *unit;
	u16 offset;
	u8 size;
	u8 kind;	/* enum cellar_kind */
	bool in_json;
};

extern const struct cellar_field_info cellar_fields[CELLAR_FIELDS];

static inline bool cellar_has(const struct cellar_reading *r, enum cellar_field f)
{
	return r->have & BIT_ULL(f);
}

static inline void cellar_say(struct cellar_reading *news, enum cellar_field f)
{
	news->have |= BIT_ULL(f);
	news->none &= ~BIT_ULL(f);
}

static inline void cellar_say_none(struct cellar_reading *news,
				   enum cellar_field f)
{
	news->none |= BIT_ULL(f);
	news->have &= ~BIT_ULL(f);
}

/*
 * Carry what @news says over to @to: fields it has replace the old value,
 * fields it says there is none of are dropped. @to->none stays 0.
 */
void cellar_reading_merge(struct cellar_reading *to,
			  const struct cellar_reading *news);

/* Same fields present, with the same values. @none is not compared. */
bool cellar_reading_equal(const struct cellar_reading *a,
			  const struct cellar_reading *b);

/* Value of an unsigned, signed or bool field; the field need not be present. */
s64 cellar_reading_number(const struct cellar_reading *r, enum cellar_field f);

/*
 * -ERANGE when @news has a lowest cell above the highest one, in voltage or in
 * temperature, else 0.
 */
int cellar_reading_check_extremes(const struct cellar_reading *news);

/* Whether a bool is known and true. */
static inline bool cellar_is_set(const struct cellar_reading *r, enum cellar_field f)
{
	return cellar_has(r, f) && cellar_reading_number(r, f);
}

/* Say that an unsigned or signed field of more than one byte is @value. */
void cellar_say_number(struct cellar_reading *news, enum cellar_field f, s64 value);

/*
 * The serial number as one text; @to must hold CELLAR_SERIAL_SIZE. Returns its
 * length, 0 with an empty text until both halves have been heard: half a serial
 * number would name another pack.
 */
size_t cellar_reading_serial(const struct cellar_reading *r, char *to);

/*
 * Copy up to @len characters of wire text to a NUL-terminated string: it ends
 * at the first zero, trailing spaces go, and anything that is not printable
 * ASCII becomes '?'. @to must hold @len + 1. Returns the length.
 */
size_t cellar_text_from_wire(char *to, const u8 *from, size_t len);

/*
 * The opposite: fill @len bytes with @text (an empty one for NULL), padded with
 * @pad.
 */
void cellar_text_to_wire(u8 *to, size_t len, const char *text, u8 pad);

#endif /* CELLAR_WIRE_STATE_H */
