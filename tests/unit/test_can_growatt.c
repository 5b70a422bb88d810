// SPDX-License-Identifier: GPL-2.0-only
/*
 * Growatt: each frame in bytes written down by hand from protocols.md 3.5, every
 * alarm bit, and what is said of a reading that lacks something.
 */
#include "can_bus.h"

#define GROWATT	&cellar_can_growatt

static const struct cellar_can_memory memory;

static void limits_are_big_endian_and_without_a_sign(void **state)
{
	struct bus bus = { .dialect = GROWATT };

	(void)state;
	assert_int_equal(hear(&bus, 0x311, "02 1C 04 B0 06 40 08 02"), 0);
	assert_int_equal(bus.news.have, A(CHARGE_VOLTAGE_LIMIT) | A(CHARGE_CURRENT_LIMIT) |
			 A(DISCHARGE_CURRENT_LIMIT));
	assert_int_equal(bus.news.charge_voltage_limit_mv, 54000);
	assert_int_equal(bus.news.charge_current_limit_ma, 120000);
	assert_int_equal(bus.news.discharge_current_limit_ma, 160000);

	assert_int_equal(hear(&bus, 0x311, "02 BC 7F FF 00 00"), 0);
	assert_int_equal(bus.news.charge_voltage_limit_mv, 70000);
	assert_int_equal(bus.news.charge_current_limit_ma, 3276700);
	assert_int_equal(bus.news.discharge_current_limit_ma, 0);
	assert_int_equal(hear(&bus, 0x311, "02 BD 04 B0 06 40"), -ERANGE);
	/* -120 A is not 5434 A */
	assert_int_equal(hear(&bus, 0x311, "02 1C FB 50 06 40"), -ERANGE);
	assert_int_equal(hear(&bus, 0x311, "02 1C 04 B0 80 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x311, "FF FF 04 B0 06 40"), 0);
	assert_true(NONE(&bus.news, CHARGE_VOLTAGE_LIMIT));
}

static void limits_are_sent_whole_or_not_at_all(void **state)
{
	static const u64 whole = A(CHARGE_VOLTAGE_LIMIT) | A(CHARGE_CURRENT_LIMIT) |
				 A(DISCHARGE_CURRENT_LIMIT);
	static const u64 needed[] = {
		A(CHARGE_VOLTAGE_LIMIT), A(CHARGE_CURRENT_LIMIT), A(DISCHARGE_CURRENT_LIMIT),
	};
	struct cellar_reading r = {
		.have = whole, .charge_voltage_limit_mv = 54099,
		.charge_current_limit_ma = 120099, .discharge_current_limit_ma = 99,
	};

	(void)state;
	assert_says(GROWATT, &memory, &r, 0x311, "02 1C 04 B0 00 00 04 01");
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		r.have = whole & ~needed[i];
		assert_says_nothing(GROWATT, &memory, &r, 0x311);
	}

	/* what does not fit is sent as the highest that does */
	r.have = whole;
	r.charge_voltage_limit_mv = r.charge_current_limit_ma = 4000000000U;
	assert_says(GROWATT, &memory, &r, 0x311, "02 BC 7F FF 00 00 04 01");
}

static void the_state_follows_the_current_and_the_protections(void **state)
{
	static const struct {
		s32 ma;
		u64 have, protections;
		const char *hex;
	} cases[] = {
		{ 0, A(CURRENT), 0, "00 00 00 00 00 00 04 01" },
		{ 1, A(CURRENT), 0, "00 00 00 00 00 00 08 02" },
		{ -1, A(CURRENT), 0, "00 00 00 00 00 00 0C 03" },
		{ -1, 0, 0, "00 00 00 00 00 00 04 01" },
		{ 0, A(PROTECTIONS), 0, "00 00 00 00 00 00 04 01" },
		{ 1, A(CURRENT) | A(PROTECTIONS), A(SHORT_CIRCUIT),
		  "00 00 00 00 00 00 08 06" },
		{ 1, A(CURRENT), A(SHORT_CIRCUIT), "00 00 00 00 00 00 08 02" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cellar_reading r = {
			.have = A(CHARGE_VOLTAGE_LIMIT) | A(CHARGE_CURRENT_LIMIT) |
				A(DISCHARGE_CURRENT_LIMIT) | cases[i].have,
			.current_ma = cases[i].ma, .protections = cases[i].protections,
		};

		assert_says(GROWATT, &memory, &r, 0x311, cases[i].hex);
	}
}

/* protocols.md 3.5, bytes 0 to 3 of 0x312, b0 first */
static const u64 bits[4][8] = {
	{
		A(PRECHARGE_FAILURE), A(PACK_UNDERVOLTAGE), A(PACK_OVERVOLTAGE),
		A(CELL_UNDERVOLTAGE), A(CELL_OVERVOLTAGE), A(SHORT_CIRCUIT),
		A(CHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT),
	}, {
		A(GENERAL), A(GENERAL), A(CELL_IMBALANCE), A(SYSTEM_ERROR),
		A(CHARGE_UNDERTEMPERATURE), A(DISCHARGE_UNDERTEMPERATURE),
		A(CHARGE_OVERTEMPERATURE), A(DISCHARGE_OVERTEMPERATURE),
	}, {
		0, A(PACK_UNDERVOLTAGE), A(PACK_OVERVOLTAGE), A(CELL_UNDERVOLTAGE),
		A(CELL_OVERVOLTAGE), 0, A(CHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT),
	}, {
		A(INTERNAL_COMMUNICATION), A(GENERAL), A(CELL_IMBALANCE), 0,
		A(CHARGE_UNDERTEMPERATURE), A(DISCHARGE_UNDERTEMPERATURE),
		A(CHARGE_OVERTEMPERATURE), A(DISCHARGE_OVERTEMPERATURE),
	},
};

static void each_alarm_bit_alone(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 32; bit++) {
		struct cellar_can_frame f = frame_of(0x312, "00 00 00 00 04 00 00 10");
		u64 word = bits[bit / 8][bit % 8];
		struct bus bus = { .dialect = GROWATT };

		f.data[bit / 8] = (u8)BIT(bit % 8);
		assert_int_equal(hear_frame(&bus, &f), 0);
		assert_int_equal(bus.news.have, A(PROTECTIONS) | A(WARNINGS) |
				 A(PACKS_ONLINE));
		assert_int_equal(bus.news.protections, bit < 16 ? word : 0);
		assert_int_equal(bus.news.warnings, bit < 16 ? 0 : word);
		assert_int_equal(bus.news.packs_online, 4);
	}
}

static void each_certain_word_is_sent_as_its_bit(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 32; bit++) {
		struct cellar_can_frame frame, e = frame_of(0x312, "00 00 00 00 00 00 00 00");
		u64 word = bits[bit / 8][bit % 8];
		struct cellar_reading r = {
			.have = A(PROTECTIONS) | A(WARNINGS),
			.protections = bit < 16 ? word : 0, .warnings = bit < 16 ? 0 : word,
		};
		const struct cellar_can_row *row;
		u8 address;

		if (!word || word == A(GENERAL) || (bit >= 8 && bit < 12))
			continue;
		e.data[bit / 8] = (u8)BIT(bit % 8);
		row = cellar_can_find_row(GROWATT, 0x312, &address);
		assert_int_equal(cellar_can_encode(row, 0, &memory, &r, &frame), 0);
		assert_memory_equal(frame.data, e.data, 8);
	}
}

static void other_words_are_sent_at_bits_that_are_certain(void **state)
{
	static const struct {
		u64 protections, warnings;
		const char *hex;
	} cases[] = {
		{ A(OVERTEMPERATURE), 0, "00 C0 00 00 00 00 00 00" },
		{ A(UNDERTEMPERATURE), 0, "00 30 00 00 00 00 00 00" },
		{ A(OVERVOLTAGE), 0, "10 00 00 00 00 00 00 00" },
		{ A(UNDERVOLTAGE), 0, "08 00 00 00 00 00 00 00" },
		{ A(SYSTEM_ERROR), 0, "01 08 00 00 00 00 00 00" },
		{ A(FUSE_BLOWN), 0, "01 00 00 00 00 00 00 00" },
		{ A(GENERAL), 0, "01 00 00 00 00 00 00 00" },
		{ A(CELL_IMBALANCE), 0, "01 00 00 00 00 00 00 00" },
		{ A(LOW_SOC), 0, "01 00 00 00 00 00 00 00" },
		{ 0, A(OVERTEMPERATURE), "00 00 00 C0 00 00 00 00" },
		{ 0, A(MOSFET_OVERTEMPERATURE), "00 00 00 40 00 00 00 00" },
		{ 0, A(FUSE_BLOWN), "00 00 00 01 00 00 00 00" },
		{ 0, A(GENERAL), "00 00 00 01 00 00 00 00" },
		{ 0, A(SHORT_CIRCUIT), "00 00 00 01 00 00 00 00" },
		{ 0, A(LOW_SOC), "00 00 00 00 00 00 00 00" },
		{ 0, A(CELL_IMBALANCE), "00 00 00 04 00 00 00 00" },
	};
	struct cellar_reading r = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		r.have = A(PROTECTIONS) | A(WARNINGS);
		r.protections = cases[i].protections;
		r.warnings = cases[i].warnings;
		assert_says(GROWATT, &memory, &r, 0x312, cases[i].hex);
	}

	r.have = A(WARNINGS) | A(PACKS_ONLINE);
	assert_says_nothing(GROWATT, &memory, &r, 0x312);
}

static void packs_are_counted_from_one(void **state)
{
	struct cellar_reading r = { .have = A(PROTECTIONS) | A(PACKS_ONLINE) };
	struct bus bus = { .dialect = GROWATT };

	(void)state;
	assert_int_equal(hear(&bus, 0x312, "00 00 00 00 00"), 0);
	assert_true(NONE(&bus.news, PACKS_ONLINE));
	assert_says(GROWATT, &memory, &r, 0x312, "00 00 00 00 00 00 00 00");
	r.packs_online = 300;
	assert_says(GROWATT, &memory, &r, 0x312, "00 00 00 00 FF 00 00 00");
}

static void measurements(void **state)
{
	struct bus bus = { .dialect = GROWATT };

	(void)state;
	assert_int_equal(hear(&bus, 0x313, "14 B4 FF F1 00 E6 3C 63"), 0);
	assert_int_equal(bus.news.have, A(VOLTAGE) | A(CURRENT) | A(CELL_TEMPERATURE_MAX) |
			 A(SOC) | A(SOH));
	assert_int_equal(bus.news.voltage_mv, 53000);
	assert_int_equal(bus.news.current_ma, -1500);
	assert_int_equal(bus.news.cell_temperature_max_decic, 230);
	assert_int_equal(bus.news.soc_centi, 6000);
	assert_int_equal(bus.news.soh_centi, 9900);

	/* b7 of the SOH is not part of it */
	assert_int_equal(hear(&bus, 0x313, "14 B4 00 0F FF CE 00 E4"), 0);
	assert_int_equal(bus.news.soh_centi, 10000);
	assert_int_equal(bus.news.cell_temperature_max_decic, -50);
	assert_int_equal(hear(&bus, 0x313, "14 B4 00 0F 00 E6 65 63"), -ERANGE);
	assert_int_equal(hear(&bus, 0x313, "14 B4 00 0F 00 E6 3C 65"), -ERANGE);
	assert_int_equal(hear(&bus, 0x313, "07 CF 00 0F 00 E6 3C 63"), -ERANGE);
	assert_int_equal(hear(&bus, 0x313, "1B 59 00 0F 00 E6 3C 63"), -ERANGE);
}

static void the_average_stands_in_for_the_warmest_cell(void **state)
{
	struct cellar_reading r = {
		.have = A(VOLTAGE) | A(CURRENT) | A(SOC) | A(SOH) | A(TEMPERATURE) |
			A(CELL_TEMPERATURE_MAX),
		.voltage_mv = 53009, .current_ma = -1599, .soc_centi = 6099,
		.soh_centi = 9999, .temperature_decic = 200,
		.cell_temperature_max_decic = 230,
	};

	(void)state;
	assert_says(GROWATT, &memory, &r, 0x313, "14 B4 FF F0 00 E6 3C 63");
	r.have &= ~A(CELL_TEMPERATURE_MAX);
	assert_says(GROWATT, &memory, &r, 0x313, "14 B4 FF F0 00 C8 3C 63");
	r.have &= ~A(TEMPERATURE);
	assert_says_nothing(GROWATT, &memory, &r, 0x313);
	r.have |= A(TEMPERATURE);
	r.have &= ~A(SOC);
	assert_says_nothing(GROWATT, &memory, &r, 0x313);
}

static void capacity_and_spread(void **state)
{
	struct cellar_reading r = {
		.have = A(REMAINING) | A(FULL) | A(CYCLES) | A(CELL_VOLTAGE_MIN) |
			A(CELL_VOLTAGE_MAX),
		.remaining_mah = 62009, .full_mah = 100000, .cycles = 12,
		.cell_voltage_min_mv = 3270, .cell_voltage_max_mv = 3283,
	};
	struct bus bus = { .dialect = GROWATT };

	(void)state;
	assert_says(GROWATT, &memory, &r, 0x314, "18 38 27 10 00 0D 00 0C");
	assert_int_equal(hear(&bus, 0x314, "18 38 27 10 00 0D 00 0C"), 0);
	assert_int_equal(bus.news.have, A(REMAINING) | A(FULL) | A(CYCLES));
	assert_int_equal(bus.news.remaining_mah, 62000);
	assert_int_equal(bus.news.full_mah, 100000);
	assert_int_equal(bus.news.cycles, 12);

	r.have &= ~(A(CELL_VOLTAGE_MIN) | A(CYCLES));
	assert_says(GROWATT, &memory, &r, 0x314, "18 38 27 10 00 00 00 00");
	assert_int_equal(hear(&bus, 0x314, "18 38 27 10 00 00 00 00"), 0);
	assert_true(NONE(&bus.news, CYCLES));
	r.remaining_mah = 1500000;
	assert_says(GROWATT, &memory, &r, 0x314, "FF FE 27 10 00 00 00 00");
	r.have &= ~A(FULL);
	assert_says_nothing(GROWATT, &memory, &r, 0x314);
}

static void requests_and_extreme_cells(void **state)
{
	static const struct {
		u8 bits;
		bool charge, discharge, force;
	} cases[] = {
		{ 0x00, false, false, false }, { 0x80, true, false, false },
		{ 0x40, false, true, false }, { 0x20, false, false, true },
		{ 0x10, false, false, true }, { 0x0f, false, false, false },
		{ 0xff, true, true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cellar_can_frame f = frame_of(0x319, "00 0C D3 0C C6 03 07 00");
		struct bus bus = { .dialect = GROWATT };

		f.data[0] = cases[i].bits;
		assert_int_equal(hear_frame(&bus, &f), 0);
		assert_int_equal(bus.news.charge_enable, cases[i].charge);
		assert_int_equal(bus.news.discharge_enable, cases[i].discharge);
		assert_int_equal(bus.news.force_charge, cases[i].force);
		assert_int_equal(bus.news.cell_voltage_max_mv, 3283);
		assert_int_equal(bus.news.cell_voltage_min_mv, 3270);
		f.data[4] = 0xd4;
		assert_int_equal(hear_frame(&bus, &f), -ERANGE);
		f.data[3] = f.data[4] = 0;
		assert_int_equal(hear_frame(&bus, &f), 0);
		assert_true(NONE(&bus.news, CELL_VOLTAGE_MIN));
	}
}

static void what_is_not_known_is_not_enabled(void **state)
{
	struct cellar_reading r = {
		.have = A(CHARGE_ENABLE), .charge_enable = true, .discharge_enable = true,
		.force_charge = true, .cell_voltage_min_mv = 3270,
		.cell_voltage_max_mv = 3283,
	};

	(void)state;
	assert_says(GROWATT, &memory, &r, 0x319, "80 00 00 00 00 00 00 00");
	r.have = A(DISCHARGE_ENABLE) | A(CELL_VOLTAGE_MIN) | A(CELL_VOLTAGE_MAX);
	assert_says(GROWATT, &memory, &r, 0x319, "40 0C D3 0C C6 00 00 00");
	r.have = A(FORCE_CHARGE);
	assert_says(GROWATT, &memory, &r, 0x319, "20 00 00 00 00 00 00 00");
	r.have = A(CELL_VOLTAGE_MIN) | A(CELL_VOLTAGE_MAX);
	assert_says_nothing(GROWATT, &memory, &r, 0x319);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_big_endian_and_without_a_sign),
		cmocka_unit_test(limits_are_sent_whole_or_not_at_all),
		cmocka_unit_test(the_state_follows_the_current_and_the_protections),
		cmocka_unit_test(each_alarm_bit_alone),
		cmocka_unit_test(each_certain_word_is_sent_as_its_bit),
		cmocka_unit_test(other_words_are_sent_at_bits_that_are_certain),
		cmocka_unit_test(packs_are_counted_from_one),
		cmocka_unit_test(measurements),
		cmocka_unit_test(the_average_stands_in_for_the_warmest_cell),
		cmocka_unit_test(capacity_and_spread),
		cmocka_unit_test(requests_and_extreme_cells),
		cmocka_unit_test(what_is_not_known_is_not_enabled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
