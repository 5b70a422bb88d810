// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frames every dialect shares, with the quirks of protocols.md 1.1, 1.3 and
 * 8; and what holds for all rows of all dialects.
 */
#include "can_bus.h"

static const struct cellar_can_dialect *const dialects[] = {
	&cellar_can_pylontech, &cellar_can_victron, &cellar_can_deye,
	&cellar_can_growatt, &cellar_can_goodwe, &cellar_can_schneider, &cellar_can_sofar,
};

/* Those that have 0x351, 0x355 and 0x356 in common */
static const struct cellar_can_dialect *const kin[] = {
	&cellar_can_pylontech, &cellar_can_victron, &cellar_can_deye, &cellar_can_goodwe,
};

static void dialects_are_found_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(cellar_can_dialect(CELLAR_DIALECT_PYLONTECH), &cellar_can_pylontech);
	assert_ptr_equal(cellar_can_dialect(CELLAR_DIALECT_VICTRON), &cellar_can_victron);
	assert_ptr_equal(cellar_can_dialect(CELLAR_DIALECT_DEYE), &cellar_can_deye);
	assert_ptr_equal(cellar_can_dialect(CELLAR_DIALECT_GROWATT), &cellar_can_growatt);
	assert_ptr_equal(cellar_can_dialect(CELLAR_DIALECT_GOODWE), &cellar_can_goodwe);
	assert_ptr_equal(cellar_can_dialect(CELLAR_DIALECT_SCHNEIDER), &cellar_can_schneider);
	assert_ptr_equal(cellar_can_dialect(CELLAR_DIALECT_SOFAR), &cellar_can_sofar);
	assert_null(cellar_can_dialect(CELLAR_DIALECT_NONE));

	assert_int_equal(cellar_can_dialect_by_name("pylontech"), CELLAR_DIALECT_PYLONTECH);
	assert_int_equal(cellar_can_dialect_by_name("victron"), CELLAR_DIALECT_VICTRON);
	assert_int_equal(cellar_can_dialect_by_name("deye"), CELLAR_DIALECT_DEYE);
	assert_int_equal(cellar_can_dialect_by_name("growatt"), CELLAR_DIALECT_GROWATT);
	assert_int_equal(cellar_can_dialect_by_name("goodwe"), CELLAR_DIALECT_GOODWE);
	assert_int_equal(cellar_can_dialect_by_name("schneider"), CELLAR_DIALECT_SCHNEIDER);
	assert_int_equal(cellar_can_dialect_by_name("sofar"), CELLAR_DIALECT_SOFAR);
	assert_int_equal(cellar_can_dialect_by_name("deye "), CELLAR_DIALECT_NONE);
	assert_int_equal(cellar_can_dialect_by_name(""), CELLAR_DIALECT_NONE);
}

static u32 width_of(const struct cellar_can_dialect *dialect)
{
	return dialect->rows[0].id & CELLAR_CAN_EXTENDED;
}

/*
 * No identifier belongs to two rows, none to an inverter, all of a dialect have one
 * width, and each finds its row.
 */
static void rows_do_not_overlap(void **state)
{
	u8 address;

	(void)state;
	for (size_t d = 0; d < ARRAY_SIZE(dialects); d++) {
		u32 width = width_of(dialects[d]);
		bool taken[0x800] = { false };

		for (unsigned int r = 0; r < dialects[d]->n_rows; r++) {
			const struct cellar_can_row *row = &dialects[d]->rows[r];
			u16 n = row->packs ? row->packs : 1;

			assert_true(row->len_min <= 8);
			assert_true(row->period_ms >= 100);
			assert_true(!row->max_age_ms || row->max_age_ms > 2 * row->period_ms);
			for (u16 i = 0; i < n; i++) {
				u32 id = (row->id ^ width) + i;

				assert_true(id < 0x800);
				assert_false(taken[id]);
				taken[id] = true;
				assert_ptr_equal(cellar_can_find_row(dialects[d], id | width,
								     &address), row);
				assert_int_equal(address, row->packs ? 1 + i : 0);
			}
		}
		for (u32 id = 0; id < 0x800; id++) {
			if (!taken[id])
				assert_null(cellar_can_find_row(dialects[d], id | width,
								&address));
			assert_null(cellar_can_find_row(dialects[d],
							id | (width ^ CELLAR_CAN_EXTENDED),
							&address));
		}
		for (u32 id = 0x300; id <= 0x30f && !width; id++)
			assert_false(taken[id]);
	}
}

/* Limits, charge and measurements, in whichever frames they are */
static void complete_samples_need_their_frames(void **state)
{
	static const u32 needs[] = {
		0x351, 0x355, 0x356, 0x110, 0x150, 0x311, 0x313,
		CELLAR_CAN_EXTENDED | 0x321, CELLAR_CAN_EXTENDED | 0x322,
		CELLAR_CAN_EXTENDED | 0x323, CELLAR_CAN_EXTENDED | 0x324,
		CELLAR_CAN_EXTENDED | 0x351, CELLAR_CAN_EXTENDED | 0x355,
		CELLAR_CAN_EXTENDED | 0x356,
	};

	(void)state;
	for (size_t d = 0; d < ARRAY_SIZE(dialects); d++)
		for (unsigned int r = 0; r < dialects[d]->n_rows; r++) {
			const struct cellar_can_row *row = &dialects[d]->rows[r];
			bool needed = false;

			for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
				needed |= row->id == needs[i];
			assert_int_equal(row->required, needed);
		}
}

/* Each row, at each length: refused below its minimum, taken above. */
static void short_frames_are_refused(void **state)
{
	(void)state;
	for (size_t d = 0; d < ARRAY_SIZE(dialects); d++)
		for (unsigned int r = 0; r < dialects[d]->n_rows; r++) {
			const struct cellar_can_row *row = &dialects[d]->rows[r];

			for (u8 len = 0; len < row->len_min; len++) {
				struct bus bus = { .dialect = dialects[d] };
				struct cellar_can_frame frame = { .id = row->id, .len = len };

				assert_int_equal(hear_frame(&bus, &frame), -EMSGSIZE);
			}
		}
}

/* The lengths that captures and documents have of frames that may be short */
static void shortest_frames_are_taken(void **state)
{
	static const struct {
		const struct cellar_can_dialect *dialect;
		u32 id;
		u8 len_min;
	} cases[] = {
		{ &cellar_can_pylontech, 0x351, 6 }, { &cellar_can_pylontech, 0x355, 4 },
		{ &cellar_can_pylontech, 0x356, 4 }, { &cellar_can_pylontech, 0x359, 4 },
		{ &cellar_can_pylontech, 0x35a, 4 }, { &cellar_can_pylontech, 0x35c, 1 },
		{ &cellar_can_pylontech, 0x35e, 1 }, { &cellar_can_pylontech, 0x35f, 4 },
		{ &cellar_can_pylontech, 0x370, 8 }, { &cellar_can_pylontech, 0x371, 8 },
		{ &cellar_can_pylontech, 0x372, 2 }, { &cellar_can_pylontech, 0x373, 8 },
		{ &cellar_can_pylontech, 0x374, 1 }, { &cellar_can_pylontech, 0x378, 4 },
		{ &cellar_can_pylontech, 0x379, 2 }, { &cellar_can_pylontech, 0x380, 1 },
		{ &cellar_can_victron, 0x351, 6 }, { &cellar_can_victron, 0x355, 4 },
		{ &cellar_can_victron, 0x35a, 4 }, { &cellar_can_victron, 0x35b, 0 },
		{ &cellar_can_victron, 0x35f, 4 }, { &cellar_can_victron, 0x360, 1 },
		{ &cellar_can_victron, 0x372, 2 }, { &cellar_can_victron, 0x373, 8 },
		{ &cellar_can_deye, 0x359, 7 }, { &cellar_can_deye, 0x35e, 5 },
		{ &cellar_can_deye, 0x35f, 4 }, { &cellar_can_deye, 0x361, 8 },
		{ &cellar_can_deye, 0x363, 2 }, { &cellar_can_deye, 0x364, 5 },
		{ &cellar_can_deye, 0x371, 4 }, { &cellar_can_deye, 0x110, 8 },
		{ &cellar_can_deye, 0x150, 4 }, { &cellar_can_deye, 0x200, 8 },
		{ &cellar_can_deye, 0x250, 4 }, { &cellar_can_deye, 0x400, 6 },
		{ &cellar_can_deye, 0x500, 2 }, { &cellar_can_deye, 0x550, 4 },
		{ &cellar_can_deye, 0x600, 1 }, { &cellar_can_deye, 0x650, 1 },
		{ &cellar_can_deye, 0x700, 8 }, { &cellar_can_deye, 0x750, 8 },
		{ &cellar_can_growatt, 0x311, 6 }, { &cellar_can_growatt, 0x312, 5 },
		{ &cellar_can_growatt, 0x313, 8 }, { &cellar_can_growatt, 0x314, 4 },
		{ &cellar_can_growatt, 0x319, 5 }, { &cellar_can_goodwe, 0x35f, 6 },
		{ &cellar_can_schneider, CELLAR_CAN_EXTENDED | 0x320, 2 },
		{ &cellar_can_schneider, CELLAR_CAN_EXTENDED | 0x321, 8 },
		{ &cellar_can_schneider, CELLAR_CAN_EXTENDED | 0x324, 4 },
		{ &cellar_can_schneider, CELLAR_CAN_EXTENDED | 0x325, 6 },
		{ &cellar_can_schneider, CELLAR_CAN_EXTENDED | 0x333, 5 },
		{ &cellar_can_sofar, CELLAR_CAN_EXTENDED | 0x30f, 2 },
		{ &cellar_can_sofar, CELLAR_CAN_EXTENDED | 0x351, 8 },
		{ &cellar_can_sofar, CELLAR_CAN_EXTENDED | 0x355, 4 },
		{ &cellar_can_sofar, CELLAR_CAN_EXTENDED | 0x356, 6 },
		{ &cellar_can_sofar, CELLAR_CAN_EXTENDED | 0x35f, 6 },
	};
	u8 address;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct cellar_can_row *row;

		row = cellar_can_find_row(cases[i].dialect, cases[i].id, &address);
		assert_non_null(row);
		assert_int_equal(row->len_min, cases[i].len_min);
	}
}

static void an_empty_reading_is_not_sent(void **state)
{
	struct cellar_reading empty = { 0 };
	struct cellar_can_frame frame;

	(void)state;
	for (size_t d = 0; d < ARRAY_SIZE(dialects); d++)
		for (unsigned int i = 0; i < 4; i++) {
			struct cellar_can_memory memory = {
				.setting = i & 1 ? CELLAR_SETTING_VICTRON : CELLAR_SETTING_NATIVE,
				.lux = i & 2,
			};

			for (unsigned int r = 0; r < dialects[d]->n_rows; r++) {
				const struct cellar_can_row *row = &dialects[d]->rows[r];

				assert_int_equal(cellar_can_encode(row, row->packs ? 1 : 0,
								   &memory, &empty, &frame),
						 -ENODATA);
			}
		}
}

static void a_length_over_eight_is_refused(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };
	struct cellar_can_frame frame = { .id = 0x360, .len = 9 };

	(void)state;
	assert_int_equal(hear_frame(&bus, &frame), -EMSGSIZE);
}

static void limits_are_read(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x351, "14 02 B0 04 40 06 C2 01"), 0);
	assert_int_equal(bus.news.have,
			 A(CHARGE_VOLTAGE_LIMIT) | A(CHARGE_CURRENT_LIMIT) |
			 A(DISCHARGE_CURRENT_LIMIT) | A(DISCHARGE_VOLTAGE_LIMIT));
	assert_int_equal(bus.news.charge_voltage_limit_mv, 53200);
	assert_int_equal(bus.news.charge_current_limit_ma, 120000);
	assert_int_equal(bus.news.discharge_current_limit_ma, 160000);
	assert_int_equal(bus.news.discharge_voltage_limit_mv, 45000);
}

static void either_sign_of_a_current_limit(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x351, "14 02 50 FB C0 F9 C2 01"), 0);
	assert_int_equal(bus.news.charge_current_limit_ma, 120000);
	assert_int_equal(bus.news.discharge_current_limit_ma, 160000);
	assert_int_equal(hear(&bus, 0x351, "14 02 FF 7F 01 80 C2 01"), 0);
	assert_int_equal(bus.news.charge_current_limit_ma, 3276700);
	assert_int_equal(bus.news.discharge_current_limit_ma, 3276700);
}

static void limits_in_six_and_seven_bytes(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x351, "14 02 64 00 FA 00"), 0);
	assert_false(HAS(&bus.news, DISCHARGE_VOLTAGE_LIMIT));
	assert_false(NONE(&bus.news, DISCHARGE_VOLTAGE_LIMIT));
	assert_int_equal(bus.news.discharge_current_limit_ma, 25000);
	assert_int_equal(hear(&bus, 0x351, "14 02 64 00 FA 00 C2"), 0);
	assert_false(HAS(&bus.news, DISCHARGE_VOLTAGE_LIMIT));
}

static void limits_that_mean_no_value(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x351, "FF FF 00 80 00 80 FF FF"), 0);
	assert_int_equal(bus.news.have, 0);
	assert_int_equal(bus.news.none,
			 A(CHARGE_VOLTAGE_LIMIT) | A(CHARGE_CURRENT_LIMIT) |
			 A(DISCHARGE_CURRENT_LIMIT) | A(DISCHARGE_VOLTAGE_LIMIT));
}

static void limits_of_zero_are_limits(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x351, "00 00 00 00 00 00"), 0);
	assert_true(HAS(&bus.news, CHARGE_VOLTAGE_LIMIT));
	assert_true(HAS(&bus.news, CHARGE_CURRENT_LIMIT));
	assert_true(HAS(&bus.news, DISCHARGE_CURRENT_LIMIT));
	assert_int_equal(bus.news.charge_current_limit_ma, 0);
}

static void voltage_limits_end_at_seventy(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x351, "BC 02 00 00 00 00 BC 02"), 0);
	assert_int_equal(bus.news.charge_voltage_limit_mv, 70000);
	assert_int_equal(hear(&bus, 0x351, "BD 02 00 00 00 00 C2 01"), -ERANGE);
	assert_int_equal(hear(&bus, 0x351, "14 02 00 00 00 00 BD 02"), -ERANGE);
	assert_int_equal(hear(&bus, 0x351, "00 80 00 00 00 00 C2 01"), -ERANGE);
}

static void limits_are_sent_rounded_to_the_safe_side(void **state)
{
	struct cellar_can_memory memory = { 0 };
	struct cellar_reading r = {
		.have = A(CHARGE_VOLTAGE_LIMIT) | A(CHARGE_CURRENT_LIMIT) |
			A(DISCHARGE_CURRENT_LIMIT) | A(DISCHARGE_VOLTAGE_LIMIT),
		.charge_voltage_limit_mv = 53299,
		.charge_current_limit_ma = 99,
		.discharge_current_limit_ma = 160099,
		.discharge_voltage_limit_mv = 44901,
	};

	(void)state;
	for (size_t d = 0; d < ARRAY_SIZE(kin); d++)
		assert_says(kin[d], &memory, &r, 0x351, "14 02 00 00 40 06 C2 01");

	/* what does not fit is sent as the highest that does */
	r.charge_voltage_limit_mv = 4000000000U;
	r.charge_current_limit_ma = 4000000000U;
	assert_says(&cellar_can_victron, &memory, &r, 0x351, "BC 02 FF 7F 40 06 C2 01");

	r.have = A(DISCHARGE_CURRENT_LIMIT);
	assert_says(&cellar_can_victron, &memory, &r, 0x351, "FF FF 00 80 40 06 FF FF");
	r.have = A(SOC);
	assert_says_nothing(&cellar_can_victron, &memory, &r, 0x351);
}

static void charge_in_four_six_and_eight_bytes(void **state)
{
	static const struct {
		const char *hex;
		u16 soc_centi, soh_centi;
	} cases[] = {
		{ "5A 00 64 00", 9000, 10000 },
		{ "5A 00 64 00 00", 9000, 10000 },
		{ "54 00 60 00 00 00", 8400, 9600 },
		{ "3C 00 64 00 84 17", 6020, 10000 },
		{ "3C 00 64 00 84 17 00", 6020, 10000 },
		{ "3C 00 64 00 84 17 00 00", 6020, 10000 },
		{ "32 00 64 00 88 13 00 00", 5000, 10000 },
		{ "1E 00 64 00 00 00 00 00", 3000, 10000 },
		/* a percent either way is the same SOC, more is not */
		{ "3C 00 64 00 0C 17 00 00", 5900, 10000 },
		{ "3C 00 64 00 D4 17 00 00", 6100, 10000 },
		{ "3C 00 64 00 0B 17 00 00", 6000, 10000 },
		{ "3C 00 64 00 D5 17 00 00", 6000, 10000 },
		/* 0.00 % is one only beside 0 % */
		{ "01 00 64 00 00 00 00 00", 100, 10000 },
		{ "00 00 64 00 00 00 00 00", 0, 10000 },
		{ "00 00 64 00 32 00 00 00", 50, 10000 },
		/* nothing is over 100 % */
		{ "64 00 64 00 10 27 00 00", 10000, 10000 },
		{ "64 00 64 00 11 27 00 00", 10000, 10000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t d = 0; d < ARRAY_SIZE(kin); d++) {
			struct bus bus = { .dialect = kin[d] };

			assert_int_equal(hear(&bus, 0x355, cases[i].hex), 0);
			assert_int_equal(bus.news.have, A(SOC) | A(SOH));
			assert_int_equal(bus.news.soc_centi, cases[i].soc_centi);
			assert_int_equal(bus.news.soh_centi, cases[i].soh_centi);
		}
}

static void charge_with_cells_of_luxpower(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x355, "1E 00 64 00 CF 0C CA 0C"), 0);
	assert_int_equal(bus.news.soc_centi, 3000);
	assert_int_equal(bus.news.cell_voltage_max_mv, 3279);
	assert_int_equal(bus.news.cell_voltage_min_mv, 3274);

	/* the lower one first: neither cells nor a SOC */
	assert_int_equal(hear(&bus, 0x355, "1E 00 64 00 CA 0C CF 0C"), 0);
	assert_int_equal(bus.news.have, A(SOC) | A(SOH));
	assert_int_equal(bus.news.soc_centi, 3000);

	/* 2.000 V and 4.500 V are still cells, 1.999 V and 4.501 V are not */
	assert_int_equal(hear(&bus, 0x355, "1E 00 64 00 94 11 D0 07"), 0);
	assert_true(HAS(&bus.news, CELL_VOLTAGE_MAX));
	assert_int_equal(hear(&bus, 0x355, "1E 00 64 00 CA 0C CA 0C"), 0);
	assert_true(HAS(&bus.news, CELL_VOLTAGE_MAX));
	assert_int_equal(hear(&bus, 0x355, "1E 00 64 00 95 11 D0 07"), 0);
	assert_false(HAS(&bus.news, CELL_VOLTAGE_MAX));
	assert_int_equal(hear(&bus, 0x355, "1E 00 64 00 94 11 CF 07"), 0);
	assert_false(HAS(&bus.news, CELL_VOLTAGE_MIN));
}

static void charge_without_value_or_out_of_range(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x355, "FF FF 64 00 84 17 00 00"), 0);
	assert_true(NONE(&bus.news, SOC));
	assert_int_equal(bus.news.have, A(SOH));
	assert_int_equal(hear(&bus, 0x355, "5A 00 FF FF"), 0);
	assert_int_equal(bus.news.none, A(SOH));
	assert_int_equal(hear(&bus, 0x355, "65 00 64 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x355, "64 00 65 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x355, "00 80 64 00"), -ERANGE);
}

static void charge_is_sent_in_each_form(void **state)
{
	struct cellar_can_memory memory = { 0 }, lux = { .lux = true };
	struct cellar_reading r = {
		.have = A(SOC) | A(SOH) | A(CELL_VOLTAGE_MIN) | A(CELL_VOLTAGE_MAX),
		.soc_centi = 6099, .soh_centi = 9950,
		.cell_voltage_min_mv = 3274, .cell_voltage_max_mv = 3279,
	};

	(void)state;
	assert_says(&cellar_can_pylontech, &memory, &r, 0x355, "3C 00 63 00");
	assert_says(&cellar_can_victron, &memory, &r, 0x355, "3C 00 63 00 D3 17 00 00");
	assert_says(&cellar_can_deye, &memory, &r, 0x355, "3C 00 63 00 00 00 00 00");
	assert_says(&cellar_can_pylontech, &lux, &r, 0x355, "3C 00 63 00 CF 0C CA 0C");
	r.have = A(SOC) | A(SOH) | A(CELL_VOLTAGE_MIN);
	assert_says(&cellar_can_pylontech, &lux, &r, 0x355, "3C 00 63 00");
	r.have = A(SOC) | A(SOH) | A(CELL_VOLTAGE_MAX);
	assert_says(&cellar_can_pylontech, &lux, &r, 0x355, "3C 00 63 00");
	r.have = A(SOH);
	assert_says(&cellar_can_victron, &memory, &r, 0x355, "FF FF 63 00 00 00 00 00");
}

static void voltage_in_either_scale(void **state)
{
	static const struct {
		const char *hex;
		u32 mv;
	} cases[] = {
		{ "84 13 00 00 37 00", 49960 },		/* 0.01 V, Pylontech */
		{ "F3 01 00 00 37 00", 49900 },		/* 0.1 V, Sol-Ark */
		{ "D0 07 00 00 37 00", 20000 },
		{ "58 1B 00 00 37 00", 70000 },
		{ "C8 00 00 00 37 00", 20000 },
		{ "BC 02 00 00 37 00", 70000 },
		{ "C7 00 00 00 37 00", 0 },
		{ "BD 02 00 00 37 00", 0 },
		{ "CF 07 00 00 37 00", 0 },
		{ "59 1B 00 00 37 00", 0 },
		{ "00 00 00 00 00 00", 0 },
		{ "FF FF 00 00 37 00", 0 },
		{ "7C EC 00 00 37 00", 0 },		/* -49.96 V */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t d = 0; d < ARRAY_SIZE(kin); d++) {
			struct bus bus = { .dialect = kin[d] };

			assert_int_equal(hear(&bus, 0x356, cases[i].hex),
					 cases[i].mv ? 0 : -ERANGE);
			if (!cases[i].mv)
				continue;
			assert_int_equal(bus.news.voltage_mv, cases[i].mv);
			assert_int_equal(bus.news.temperature_decic, 55);
		}
}

static void measurements_without_value_or_out_of_range(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x356, "00 80 00 80 00 80"), 0);
	assert_int_equal(bus.news.have, 0);
	assert_int_equal(bus.news.none, A(VOLTAGE) | A(CURRENT) | A(TEMPERATURE));

	assert_int_equal(hear(&bus, 0x356, "84 13 01 80 A8 FD"), 0);
	assert_int_equal(bus.news.current_ma, -3276700);
	assert_int_equal(bus.news.temperature_decic, -600);
	assert_int_equal(hear(&bus, 0x356, "84 13 FF 7F DC 05"), 0);
	assert_int_equal(bus.news.current_ma, 3276700);
	assert_int_equal(bus.news.temperature_decic, 1500);
	assert_int_equal(hear(&bus, 0x356, "84 13 00 00 A7 FD"), -ERANGE);
	assert_int_equal(hear(&bus, 0x356, "84 13 00 00 DD 05"), -ERANGE);
}

static void measurements_in_four_to_eight_bytes(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x356, "84 13 F1 FF"), 0);
	assert_int_equal(bus.news.have, A(VOLTAGE) | A(CURRENT));
	assert_int_equal(bus.news.current_ma, -1500);
	assert_int_equal(hear(&bus, 0x356, "84 13 F1 FF 37"), 0);
	assert_int_equal(bus.news.have, A(VOLTAGE) | A(CURRENT));
	/* what Seplos has in bytes 6-7 is not known */
	assert_int_equal(hear(&bus, 0x356, "84 13 F1 FF 37 00 1A 00"), 0);
	assert_int_equal(bus.news.have, A(VOLTAGE) | A(CURRENT) | A(TEMPERATURE));
}

static void measurements_are_sent(void **state)
{
	struct cellar_can_memory memory = { 0 }, lux = { .lux = true };
	struct cellar_reading r = {
		.have = A(VOLTAGE) | A(CURRENT) | A(TEMPERATURE) |
			A(CELL_TEMPERATURE_MIN) | A(CELL_TEMPERATURE_MAX),
		.voltage_mv = 49960, .current_ma = -1500, .temperature_decic = 55,
		.cell_temperature_min_decic = -20, .cell_temperature_max_decic = 60,
	};

	(void)state;
	assert_says(&cellar_can_pylontech, &memory, &r, 0x356, "84 13 F1 FF 37 00");
	assert_says(&cellar_can_victron, &memory, &r, 0x356, "84 13 F1 FF 37 00 00 00");
	assert_says(&cellar_can_pylontech, &lux, &r, 0x356, "84 13 F1 FF 3C 00 EC FF");
	r.have = A(CURRENT);
	assert_says(&cellar_can_victron, &memory, &r, 0x356, "00 80 F1 FF 00 80 00 00");
	/* 0 V would be a lie as 20 V */
	r.have = A(VOLTAGE) | A(CURRENT);
	r.voltage_mv = 0;
	assert_says(&cellar_can_victron, &memory, &r, 0x356, "00 80 F1 FF 00 80 00 00");
}

static void requests_bit_by_bit(void **state)
{
	static const struct {
		const char *hex;
		bool charge, discharge, force, full;
	} cases[] = {
		{ "00", false, false, false, false },
		{ "80", true, false, false, false },
		{ "40 00", false, true, false, false },
		{ "20", false, false, true, false },
		{ "10", false, false, true, false },
		{ "08", false, false, false, true },
		{ "07", false, false, false, false },
		{ "C0 00 00 00 00 00 00 00", true, true, false, false },
	};
	static const struct cellar_can_dialect *const with[] = {
		&cellar_can_pylontech, &cellar_can_deye,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t d = 0; d < ARRAY_SIZE(with); d++) {
			struct bus bus = { .dialect = with[d] };

			assert_int_equal(hear(&bus, 0x35c, cases[i].hex), 0);
			assert_int_equal(bus.news.have,
					 A(CHARGE_ENABLE) | A(DISCHARGE_ENABLE) |
					 A(FORCE_CHARGE) | A(FULL_CHARGE_REQUEST));
			assert_int_equal(bus.news.charge_enable, cases[i].charge);
			assert_int_equal(bus.news.discharge_enable, cases[i].discharge);
			assert_int_equal(bus.news.force_charge, cases[i].force);
			assert_int_equal(bus.news.full_charge_request, cases[i].full);
		}
}

static void requests_are_sent(void **state)
{
	struct cellar_can_memory memory = { 0 };
	struct cellar_reading r = {
		.have = A(CHARGE_ENABLE) | A(DISCHARGE_ENABLE) | A(FORCE_CHARGE) |
			A(FULL_CHARGE_REQUEST),
		.charge_enable = true, .force_charge = true, .full_charge_request = true,
	};

	(void)state;
	assert_says(&cellar_can_pylontech, &memory, &r, 0x35c, "A8 00");
	assert_says(&cellar_can_deye, &memory, &r, 0x35c, "A8 00 00 00 00 00 00 00");
	/* what is not known is not enabled */
	r.have = A(DISCHARGE_ENABLE);
	r.discharge_enable = true;
	assert_says(&cellar_can_pylontech, &memory, &r, 0x35c, "40 00");
	r.have = A(SOC);
	assert_says_nothing(&cellar_can_pylontech, &memory, &r, 0x35c);
}

static void manufacturer_is_text(void **state)
{
	struct cellar_can_memory memory = { 0 };
	struct cellar_reading r = { .have = A(MANUFACTURER), .manufacturer = "WeCo" };
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x35e, "50 59 4C 4F 4E 20 20 20"), 0);
	assert_string_equal(bus.news.manufacturer, "PYLON");
	assert_int_equal(hear(&bus, 0x35e, "50 59 54 45 53"), 0);
	assert_string_equal(bus.news.manufacturer, "PYTES");
	assert_int_equal(hear(&bus, 0x35e, "42 59 44 00 00 00 00 00"), 0);
	assert_string_equal(bus.news.manufacturer, "BYD");
	assert_int_equal(hear(&bus, 0x35e, "00 00 00 00 00 00 00 00"), 0);
	assert_true(NONE(&bus.news, MANUFACTURER));

	assert_says(&cellar_can_pylontech, &memory, &r, 0x35e, "57 65 43 6F 20 20 20 20");
	assert_says(&cellar_can_victron, &memory, &r, 0x35e, "57 65 43 6F 00 00 00 00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dialects_are_found_by_name),
		cmocka_unit_test(rows_do_not_overlap),
		cmocka_unit_test(complete_samples_need_their_frames),
		cmocka_unit_test(short_frames_are_refused),
		cmocka_unit_test(shortest_frames_are_taken),
		cmocka_unit_test(an_empty_reading_is_not_sent),
		cmocka_unit_test(a_length_over_eight_is_refused),
		cmocka_unit_test(limits_are_read),
		cmocka_unit_test(either_sign_of_a_current_limit),
		cmocka_unit_test(limits_in_six_and_seven_bytes),
		cmocka_unit_test(limits_that_mean_no_value),
		cmocka_unit_test(limits_of_zero_are_limits),
		cmocka_unit_test(voltage_limits_end_at_seventy),
		cmocka_unit_test(limits_are_sent_rounded_to_the_safe_side),
		cmocka_unit_test(charge_in_four_six_and_eight_bytes),
		cmocka_unit_test(charge_with_cells_of_luxpower),
		cmocka_unit_test(charge_without_value_or_out_of_range),
		cmocka_unit_test(charge_is_sent_in_each_form),
		cmocka_unit_test(voltage_in_either_scale),
		cmocka_unit_test(measurements_without_value_or_out_of_range),
		cmocka_unit_test(measurements_in_four_to_eight_bytes),
		cmocka_unit_test(measurements_are_sent),
		cmocka_unit_test(requests_bit_by_bit),
		cmocka_unit_test(requests_are_sent),
		cmocka_unit_test(manufacturer_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
