// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record of 0x42 by its item count, the states that the record of 0x44 begins
 * with, and answers of one and of many records.
 */
#include "ascii_record.h"
#include "bytes.h"

#define NUMBER	CELLAR_ASCII_NUMBER
#define W(word)	CELLAR_ALARM_BIT(word)

/*
 * From the current on, which follows the temperatures.
 *
 * @items: what stands at ITEMS and tells the dialect
 * @tail: bytes after it
 * @kelvin: raw temperature of 0 °C
 * @mosfet: as in cellar_ascii_states_decode()
 * @first_cell, @cells: which temperatures are of cells
 * @numbers: at from the current
 */
struct shape {
	enum cellar_rs485_dialect_id dialect;
	u8 items;
	u8 tail;
	u16 kelvin;
	u8 mosfet;
	u8 first_cell;
	u8 last_cell;
	u8 n_numbers;
	struct cellar_ascii_number numbers[8];
};

#define ITEMS	6
#define TAIL	(ITEMS + 1)

#define CENTI_AH(f, a)	NUMBER(f, a, U16, 10, 0, 0, 0xfffe)
#define PERMILLE(f, a)	NUMBER(f, a, U16, 10, 0, 0, 1000)
#define CYCLES_AT(a)	NUMBER(CYCLES, a, U16, 1, 0, 0, 0xfffe)

static const struct shape shapes[] = {
	{
		/* protocols.md 4.4: up to 65 Ah */
		.dialect = CELLAR_RS485_PYLONTECH, .items = 2, .tail = 4,
		.kelvin = 2731, .first_cell = 1, .last_cell = 7,
		.n_numbers = 5,
		.numbers = {
			NUMBER(CURRENT, 0, S16, 100, 0, -0x7fff, 0x7fff),
			CELLAR_ASCII_PACK_MV(VOLTAGE, 2),
			NUMBER(REMAINING, 4, U16, 1, 0, 0, 0xfffe),
			NUMBER(FULL, TAIL, U16, 1, 0, 0, 0xfffe),
			CYCLES_AT(TAIL + 2),
		},
	}, {
		/* protocols.md 4.4: above, the two-byte capacities are 0xFFFF */
		.dialect = CELLAR_RS485_PYLONTECH, .items = 4, .tail = 10,
		.kelvin = 2731, .first_cell = 1, .last_cell = 7,
		.n_numbers = 5,
		.numbers = {
			NUMBER(CURRENT, 0, S16, 100, 0, -0x7fff, 0x7fff),
			CELLAR_ASCII_PACK_MV(VOLTAGE, 2),
			CYCLES_AT(TAIL + 2),
			NUMBER(REMAINING, TAIL + 4, U24, 1, 0, 0, 0xfffffe),
			NUMBER(FULL, TAIL + 7, U24, 1, 0, 0, 0xfffffe),
		},
	}, {
		/* protocols.md 5.3; the sensors as nkinnan/esphome-pace-bms has them */
		.dialect = CELLAR_RS485_PACE, .items = 3, .tail = 6,
		.kelvin = 2730, .mosfet = 5, .last_cell = 3,
		.n_numbers = 6,
		.numbers = {
			NUMBER(CURRENT, 0, S16, 10, 0, -0x7fff, 0x7fff),
			CELLAR_ASCII_PACK_MV(VOLTAGE, 2),
			CENTI_AH(REMAINING, 4),
			CENTI_AH(FULL, TAIL),
			CYCLES_AT(TAIL + 2),
			CENTI_AH(DESIGN, TAIL + 4),
		},
	}, {
		/* protocols.md 4.10; Seplos V2.0, tables 8 and 9 */
		.dialect = CELLAR_RS485_SEPLOS, .items = 10, .tail = 20,
		.kelvin = 2731, .mosfet = 6, .last_cell = 3,
		.n_numbers = 8,
		.numbers = {
			NUMBER(CURRENT, 0, S16, 10, 0, -0x7fff, 0x7fff),
			NUMBER(VOLTAGE, 2, U16, 10, 0, 2000, 7000),
			CENTI_AH(REMAINING, 4),
			CENTI_AH(FULL, TAIL),
			PERMILLE(SOC, TAIL + 2),
			CENTI_AH(DESIGN, TAIL + 4),
			CYCLES_AT(TAIL + 6),
			PERMILLE(SOH, TAIL + 8),
		},
	},
};

/* Where the parts of a record are */
struct parts {
	const struct shape *shape;
	u8 cells;
	u8 temperatures;
	u16 at_temperatures;
	u16 at_numbers;
	u16 len;
};

static bool are_counts(u8 cells, u8 temperatures)
{
	return cells >= CELLAR_ASCII_CELLS_MIN && cells <= CELLAR_CELLS_MAX &&
	       temperatures && temperatures <= CELLAR_TEMPERATURES_MAX;
}

static bool find_parts(const u8 *p, unsigned int len, struct parts *parts)
{
	unsigned int i, at;

	if (!len || p[0] > CELLAR_CELLS_MAX)
		return false;
	at = 1 + 2 * p[0];
	if (len <= at || !are_counts(p[0], p[at]))
		return false;

	parts->cells = p[0];
	parts->temperatures = p[at];
	parts->at_temperatures = (u16)(at + 1);
	parts->at_numbers = (u16)(at + 1 + 2 * p[at]);
	if (len < (unsigned int)parts->at_numbers + TAIL)
		return false;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		if (shapes[i].items != p[parts->at_numbers + ITEMS])
			continue;
		parts->shape = &shapes[i];
		parts->len = parts->at_numbers + TAIL + shapes[i].tail;
		return parts->len <= len;
	}

	return false;
}

/* A broken cell has less than 1 V (protocols.md 4.5) and must be seen to have */
#define CELL_MV_MAX	5000

static int decode_cells(const u8 *p, u8 cells, struct cellar_reading *news)
{
	unsigned int i;

	news->cells = cells;
	news->cell_voltage_min_mv = CELL_MV_MAX;
	news->cell_voltage_max_mv = 0;
	for (i = 0; i < cells; i++) {
		u16 mv = cellar_be16(p + 2 * i);

		if (mv > CELL_MV_MAX)
			return -ERANGE;
		news->cells_mv[i] = mv;
		if (mv < news->cell_voltage_min_mv)
			news->cell_voltage_min_mv = mv;
		if (mv > news->cell_voltage_max_mv)
			news->cell_voltage_max_mv = mv;
	}
	cellar_say(news, CELLAR_CELLS);
	cellar_say(news, CELLAR_CELL_VOLTAGE_MIN);
	cellar_say(news, CELLAR_CELL_VOLTAGE_MAX);

	return 0;
}

#define DECIC_MIN	(-600)
#define DECIC_MAX	1500

static void say_cell_temperatures(const struct shape *shape, struct cellar_reading *news)
{
	s16 min = DECIC_MAX, max = DECIC_MIN;
	unsigned int i;

	if (news->temperatures <= shape->first_cell)
		return;

	for (i = shape->first_cell; i < news->temperatures && i <= shape->last_cell; i++) {
		if (news->temperatures_decic[i] < min)
			min = news->temperatures_decic[i];
		if (news->temperatures_decic[i] > max)
			max = news->temperatures_decic[i];
	}
	news->cell_temperature_min_decic = min;
	news->cell_temperature_max_decic = max;
	cellar_say(news, CELLAR_CELL_TEMPERATURE_MIN);
	cellar_say(news, CELLAR_CELL_TEMPERATURE_MAX);
}

/* Both documents name the sensors of six; of others it is not known which is which */
#define NAMED_TEMPERATURES	6

static int decode_temperatures(const struct shape *shape, const u8 *p, u8 temperatures,
			       struct cellar_reading *news)
{
	unsigned int i;

	news->temperatures = temperatures;
	for (i = 0; i < temperatures; i++) {
		s32 decic = cellar_be16(p + 2 * i) - shape->kelvin;

		if (decic < DECIC_MIN || decic > DECIC_MAX)
			return -ERANGE;
		news->temperatures_decic[i] = (s16)decic;
	}
	cellar_say(news, CELLAR_TEMPERATURES);
	say_cell_temperatures(shape, news);

	if (shape->mosfet && temperatures == NAMED_TEMPERATURES) {
		news->mosfet_temperature_decic = news->temperatures_decic[shape->mosfet - 1];
		cellar_say(news, CELLAR_MOSFET_TEMPERATURE);
	}

	return 0;
}

/*
 * Remaining of full capacity in 0.01 %, rounded down. Digit by digit: neither
 * overflows with 24-bit mAh, and the kernel has no 64-bit division everywhere.
 */
static u16 soc_centi_of(u32 remaining_mah, u32 full_mah)
{
	unsigned int digits;
	u32 soc = 0;

	if (remaining_mah >= full_mah)
		return 10000;

	for (digits = 0; digits < 4; digits++) {
		remaining_mah *= 10;
		soc = 10 * soc + remaining_mah / full_mah;
		remaining_mah %= full_mah;
	}

	return (u16)soc;
}

static void say_soc(struct cellar_reading *news)
{
	if (!cellar_has(news, CELLAR_REMAINING) || !cellar_has(news, CELLAR_FULL) ||
	    !news->full_mah) {
		cellar_say_none(news, CELLAR_SOC);
		return;
	}

	news->soc_centi = soc_centi_of(news->remaining_mah, news->full_mah);
	cellar_say(news, CELLAR_SOC);
}

int cellar_ascii_values_decode(enum cellar_rs485_dialect_id dialect, const u8 *p,
			       unsigned int len, struct cellar_reading *news)
{
	struct parts parts;

	if (!find_parts(p, len, &parts) || parts.shape->dialect != dialect)
		return -ENOMSG;

	if (decode_cells(p + 1, parts.cells, news) ||
	    decode_temperatures(parts.shape, p + parts.at_temperatures, parts.temperatures,
				news) ||
	    cellar_ascii_numbers_decode(parts.shape->numbers, parts.shape->n_numbers,
					p + parts.at_numbers, news))
		return -ERANGE;
	if (!cellar_has(news, CELLAR_SOC))
		say_soc(news);

	return parts.len;
}

/* The shape that holds the capacities */
static const struct shape *shape_for(enum cellar_rs485_dialect_id dialect,
				     const struct cellar_reading *reading)
{
	const struct shape *shape = shapes;

	while (shape->dialect != dialect)
		shape++;

	if (dialect == CELLAR_RS485_PYLONTECH &&
	    ((cellar_has(reading, CELLAR_FULL) && reading->full_mah > 65000) ||
	     (cellar_has(reading, CELLAR_REMAINING) && reading->remaining_mah > 65000)))
		shape++;

	return shape;
}

static u16 raw_temperature(const struct shape *shape, s16 decic)
{
	if (decic < DECIC_MIN)
		decic = DECIC_MIN;
	if (decic > DECIC_MAX)
		decic = DECIC_MAX;

	return (u16)(decic + shape->kelvin);
}

int cellar_ascii_values_encode(enum cellar_rs485_dialect_id dialect,
			       const struct cellar_reading *reading, u8 *p)
{
	const struct shape *shape = shape_for(dialect, reading);
	unsigned int i;
	u8 *to = p;

	if (!cellar_has(reading, CELLAR_CELLS) || !cellar_has(reading, CELLAR_TEMPERATURES) ||
	    !are_counts(reading->cells, reading->temperatures))
		return -ENODATA;

	*to++ = reading->cells;
	for (i = 0; i < reading->cells; i++, to += 2)
		cellar_put_be16(to, reading->cells_mv[i] < CELL_MV_MAX ?
				reading->cells_mv[i] : CELL_MV_MAX);
	*to++ = reading->temperatures;
	for (i = 0; i < reading->temperatures; i++, to += 2)
		cellar_put_be16(to, raw_temperature(shape, reading->temperatures_decic[i]));

	memset(to, 0, TAIL + shape->tail);
	if (shape->items == 4) {
		cellar_put_be16(to + 4, 0xffff);
		cellar_put_be16(to + TAIL, 0xffff);
	}
	to[ITEMS] = shape->items;
	cellar_ascii_numbers_encode(shape->numbers, shape->n_numbers, reading, to);

	return (int)(to + TAIL + shape->tail - p);
}

static const struct cellar_ascii_state cell_state = {
	W(CELL_UNDERVOLTAGE), W(CELL_OVERVOLTAGE)
};

static const struct cellar_ascii_state temperature_state = {
	W(UNDERTEMPERATURE), W(OVERTEMPERATURE)
};

static const struct cellar_ascii_state mosfet_state = {
	W(UNDERTEMPERATURE), W(MOSFET_OVERTEMPERATURE)
};

/* protocols.md 4.5; PACE has 80…EF for what its makers add, and all of it is trouble */
static u64 word_of(const struct cellar_ascii_state *words, u8 state)
{
	u8 word = 0;

	if (!state)
		return 0;
	if (state == 1)
		word = words->below;
	if (state == 2)
		word = words->above;

	return word ? BIT_ULL(word - 1) : BIT_ULL(CELLAR_GENERAL);
}

int cellar_ascii_states_decode(const struct cellar_ascii_state *last, unsigned int n_last,
			       unsigned int mosfet, const u8 *p, unsigned int len,
			       u64 *warnings)
{
	unsigned int i, at;
	u8 temperatures;

	if (!len || p[0] > CELLAR_CELLS_MAX)
		return -ENOMSG;
	at = 1 + p[0];
	if (len <= at || !are_counts(p[0], p[at]))
		return -ENOMSG;
	temperatures = p[at++];
	if (len < at + temperatures + n_last)
		return -ENOMSG;

	for (i = 1; i <= p[0]; i++)
		*warnings |= word_of(&cell_state, p[i]);
	for (i = 1; i <= temperatures; i++, at++)
		*warnings |= word_of(i == mosfet && temperatures == NAMED_TEMPERATURES ?
				     &mosfet_state : &temperature_state, p[at]);
	for (i = 0; i < n_last; i++, at++)
		*warnings |= word_of(&last[i], p[at]);

	return (int)at;
}

int cellar_ascii_states_encode(const struct cellar_reading *reading, u8 cells,
			       u8 temperatures, unsigned int n_last, u8 *p)
{
	unsigned int len;

	if (cellar_has(reading, CELLAR_CELLS) && cellar_has(reading, CELLAR_TEMPERATURES) &&
	    are_counts(reading->cells, reading->temperatures)) {
		cells = reading->cells;
		temperatures = reading->temperatures;
	}

	len = 2 + cells + temperatures + n_last;
	memset(p, 0, len);
	p[0] = cells;
	p[1 + cells] = temperatures;

	return (int)len;
}

static int decode_record(enum cellar_rs485_dialect_id dialect, u8 command, const u8 *p,
			 unsigned int len, struct cellar_reading *news)
{
	if (command == CELLAR_ASCII_VALUES)
		return cellar_ascii_values_decode(dialect, p, len, news);

	switch (dialect) {
	case CELLAR_RS485_PYLONTECH:
		return cellar_ascii_pylontech_alarms(p, len, news);
	case CELLAR_RS485_PACE:
		return cellar_ascii_pace_alarms(p, len, news);
	case CELLAR_RS485_SEPLOS:
		return cellar_ascii_seplos_alarms(p, len, news);
	default:
		return -ENOMSG;
	}
}

static u8 version_of(enum cellar_rs485_dialect_id dialect)
{
	return dialect == CELLAR_RS485_PACE ? CELLAR_ASCII_PACE : CELLAR_ASCII_VERSION_20;
}

/*
 * INFOFLAG has no such bit (protocols.md 4.2); an answer to 0x61 begins with a
 * voltage that has: the two can be equally long.
 */
#define NO_FLAGS	0xc0

static int check_prefix(enum cellar_rs485_dialect_id dialect, u8 address,
			const struct cellar_rs485_telegram *answer)
{
	int err = cellar_ascii_check_answer(answer, version_of(dialect), address);

	if (err)
		return err;
	if (cellar_ascii_info_len(answer) < CELLAR_ASCII_PREFIX ||
	    cellar_ascii_info(answer)[0] & NO_FLAGS)
		return -ENOMSG;

	return 0;
}

/* A Seplos pack at address 0 says group 1 when it is alone (syssi/esphome-seplos-bms) */
static bool is_command_value(enum cellar_rs485_dialect_id dialect, u8 address, u8 value)
{
	return value == address ||
	       (dialect == CELLAR_RS485_SEPLOS && !address && value == 1);
}

int cellar_ascii_pack_decode(enum cellar_rs485_dialect_id dialect, u8 command, u8 address,
			     const struct cellar_rs485_telegram *answer,
			     struct cellar_reading *news)
{
	int used = check_prefix(dialect, address, answer);
	unsigned int len;
	const u8 *info;

	if (used)
		return used;

	info = cellar_ascii_info(answer);
	len = cellar_ascii_info_len(answer) - CELLAR_ASCII_PREFIX;
	if (!is_command_value(dialect, address, info[1]))
		return -ENOMSG;

	used = decode_record(dialect, command, info + CELLAR_ASCII_PREFIX, len, news);
	if (used < 0)
		return used;

	return (unsigned int)used == len ? 0 : -ENOMSG;
}

int cellar_ascii_pack_encode(enum cellar_rs485_dialect_id dialect, u8 address, u8 *info,
			     int len, u8 *wire)
{
	if (len < 0)
		return len;

	info[0] = 0;
	info[1] = address;

	return cellar_ascii_frame(wire, version_of(dialect), address, 0, info,
				  (unsigned int)len + CELLAR_ASCII_PREFIX);
}

int cellar_ascii_packs(struct cellar_ascii_packs *packs,
		       enum cellar_rs485_dialect_id dialect, u8 command,
		       const struct cellar_rs485_telegram *answer)
{
	u8 address = cellar_ascii_address(answer);
	int err = check_prefix(dialect, address, answer);

	if (err)
		return err;

	*packs = (struct cellar_ascii_packs) {
		.dialect = dialect,
		.command = command,
		.address = address,
		.left = cellar_ascii_info(answer)[1],
		.len = (u16)(cellar_ascii_info_len(answer) - CELLAR_ASCII_PREFIX),
		.p = cellar_ascii_info(answer) + CELLAR_ASCII_PREFIX,
	};

	return packs->left ? 0 : -ENOMSG;
}

int cellar_ascii_packs_next(struct cellar_ascii_packs *packs, u8 *address,
			    struct cellar_reading *news)
{
	int used;

	if (!packs->left)
		return packs->len ? -ENOMSG : 0;

	news->have = 0;
	news->none = 0;
	used = decode_record(packs->dialect, packs->command, packs->p, packs->len, news);
	if (used < 0)
		return used;

	*address = packs->address++;
	packs->left--;
	packs->len -= (u16)used;
	packs->p += used;

	return 1;
}
