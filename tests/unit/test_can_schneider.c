// SPDX-License-Identifier: GPL-2.0-only
/*
 * Schneider: each frame in bytes written down by hand from protocols.md 3.6, every
 * alarm bit, and what is said of a reading that lacks something.
 */
#include "can_bus.h"

#define SCHNEIDER	&cellar_can_schneider
#define X(id)		(CELLAR_CAN_EXTENDED | (id))

static const struct cellar_can_memory memory;

static void only_29_bits_and_only_version_two(void **state)
{
	struct cellar_reading r = { .have = A(SOC) };
	struct bus bus = { .dialect = SCHNEIDER };

	(void)state;
	assert_int_equal(hear(&bus, 0x320, "00 02"), -ENOENT);
	assert_int_equal(hear(&bus, X(0x320), "00 02"), 0);
	assert_int_equal(hear(&bus, X(0x320), "00 01"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x320), "02 00"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x333), "53 45 42 4D 53 00"), 0);
	assert_int_equal(hear(&bus, X(0x333), "53 45 42 4D 54 00"), -ERANGE);
	assert_int_equal(bus.system.have, 0);
	assert_says(SCHNEIDER, &memory, &r, X(0x320), "00 02");
	assert_says(SCHNEIDER, &memory, &r, X(0x333), "53 45 42 4D 53 00");
}

static void limits_in_hundredths(void **state)
{
	struct bus bus = { .dialect = SCHNEIDER };

	(void)state;
	assert_int_equal(hear(&bus, X(0x321), "00 00 15 18 00 00 12 C0"), 0);
	assert_int_equal(bus.news.have, A(CHARGE_VOLTAGE_LIMIT) | A(DISCHARGE_VOLTAGE_LIMIT));
	assert_int_equal(bus.news.charge_voltage_limit_mv, 54000);
	assert_int_equal(bus.news.discharge_voltage_limit_mv, 48000);
	assert_int_equal(hear(&bus, X(0x321), "00 00 1B 58 00 00 1B 58"), 0);
	assert_int_equal(hear(&bus, X(0x321), "00 00 1B 59 00 00 12 C0"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x321), "00 00 15 18 00 00 1B 59"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x321), "80 00 00 00 00 00 12 C0"), -ERANGE);

	assert_int_equal(hear(&bus, X(0x322), "00 00 2E E0 00 00 3E 80"), 0);
	assert_int_equal(bus.news.charge_current_limit_ma, 120000);
	assert_int_equal(bus.news.discharge_current_limit_ma, 160000);
	/* which sign a limit has is not known */
	assert_int_equal(hear(&bus, X(0x322), "FF FF D1 20 FF FF C1 80"), 0);
	assert_int_equal(bus.news.charge_current_limit_ma, 120000);
	assert_int_equal(bus.news.discharge_current_limit_ma, 160000);
	assert_int_equal(hear(&bus, X(0x322), "00 04 FF F6 FF FB 00 0A"), 0);
	assert_int_equal(bus.news.charge_current_limit_ma, 3276700);
	assert_int_equal(bus.news.discharge_current_limit_ma, 3276700);
	assert_int_equal(hear(&bus, X(0x322), "00 04 FF F7 00 00 00 00"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x322), "00 00 00 00 FF FB 00 09"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x322), "80 00 00 00 00 00 00 00"), 0);
	assert_true(NONE(&bus.news, CHARGE_CURRENT_LIMIT));
}

static void limits_are_sent_whole_and_to_the_safe_side(void **state)
{
	struct cellar_reading r = {
		.have = A(CHARGE_VOLTAGE_LIMIT) | A(DISCHARGE_VOLTAGE_LIMIT) |
			A(CHARGE_CURRENT_LIMIT) | A(DISCHARGE_CURRENT_LIMIT),
		.charge_voltage_limit_mv = 54009, .discharge_voltage_limit_mv = 47991,
		.charge_current_limit_ma = 120009, .discharge_current_limit_ma = 9,
	};

	(void)state;
	assert_says(SCHNEIDER, &memory, &r, X(0x321), "00 00 15 18 00 00 12 C0");
	assert_says(SCHNEIDER, &memory, &r, X(0x322), "00 00 2E E0 00 00 00 00");
	r.charge_current_limit_ma = 4000000000U;
	assert_says(SCHNEIDER, &memory, &r, X(0x322), "00 04 FF F6 00 00 00 00");
	r.have &= ~(A(DISCHARGE_VOLTAGE_LIMIT) | A(CHARGE_CURRENT_LIMIT));
	assert_says_nothing(SCHNEIDER, &memory, &r, X(0x321));
	assert_says_nothing(SCHNEIDER, &memory, &r, X(0x322));
}

static void measurements(void **state)
{
	struct cellar_reading r = {
		.have = A(VOLTAGE) | A(CURRENT) | A(SOC) | A(CELL_TEMPERATURE_MAX),
		.voltage_mv = 53000, .current_ma = -1500, .soc_centi = 6019,
		.cell_temperature_max_decic = -50, .temperature_decic = 230,
	};
	struct bus bus = { .dialect = SCHNEIDER };

	(void)state;
	assert_says(SCHNEIDER, &memory, &r, X(0x323), "00 00 14 B4 FF FF FF 6A");
	assert_int_equal(hear(&bus, X(0x323), "00 00 14 B4 FF FF FF 6A"), 0);
	assert_int_equal(bus.news.voltage_mv, 53000);
	assert_int_equal(bus.news.current_ma, -1500);
	assert_int_equal(hear(&bus, X(0x323), "00 00 07 CF 00 00 00 00"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x323), "00 00 1B 59 00 00 00 00"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x323), "00 00 14 B4 7F FF FF FF"), -ERANGE);

	/* the warmest cell stands in for the average */
	assert_says(SCHNEIDER, &memory, &r, X(0x324), "FF CE 02 59");
	r.have |= A(TEMPERATURE);
	assert_says(SCHNEIDER, &memory, &r, X(0x324), "00 E6 02 59");
	assert_int_equal(hear(&bus, X(0x324), "00 E6 02 59"), 0);
	assert_int_equal(bus.news.temperature_decic, 230);
	assert_int_equal(bus.news.soc_centi, 6010);
	assert_int_equal(hear(&bus, X(0x324), "00 E6 03 E9"), -ERANGE);
	r.have = A(TEMPERATURE) | A(VOLTAGE);
	assert_says_nothing(SCHNEIDER, &memory, &r, X(0x324));
	assert_says_nothing(SCHNEIDER, &memory, &r, X(0x323));
}

/* "stop" wins over whatever else is said, and a forced charge needs a permission */
static void commands_are_read_to_the_safe_side(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits < 256; bits++) {
		struct cellar_can_frame f = frame_of(X(0x325), "00 00 00 00 00 00");
		struct bus bus = { .dialect = SCHNEIDER };
		bool stop = bits & 8;

		f.data[1] = (u8)bits;
		assert_int_equal(hear_frame(&bus, &f), 0);
		assert_int_equal(bus.news.charge_enable, !stop && bits & 2);
		assert_int_equal(bus.news.discharge_enable, !stop && bits & 4);
		assert_int_equal(bus.news.force_charge, !stop && (bits & 3) == 3);
	}
}

static void commands_are_sent_to_the_safe_side(void **state)
{
	static const char *const hex[] = {
		"00 08 00 00 00 00", "00 02 00 00 00 00", "00 04 00 00 00 00",
		"00 06 00 00 00 00", "00 08 00 00 00 00", "00 03 00 00 00 00",
		"00 04 00 00 00 00", "00 07 00 00 00 00",
	};
	struct cellar_reading r;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(hex); i++) {
		r = (struct cellar_reading){
			.have = A(PROTECTIONS) | A(CHARGE_ENABLE) | A(DISCHARGE_ENABLE) |
				A(FORCE_CHARGE),
			.charge_enable = i & 1, .discharge_enable = i & 2,
			.force_charge = i & 4,
		};
		assert_says(SCHNEIDER, &memory, &r, X(0x325), hex[i]);
	}

	/* what is not known is not enabled */
	r.have = A(PROTECTIONS);
	assert_says(SCHNEIDER, &memory, &r, X(0x325), "00 08 00 00 00 00");
	r.have = A(CHARGE_ENABLE) | A(DISCHARGE_ENABLE) | A(WARNINGS);
	assert_says_nothing(SCHNEIDER, &memory, &r, X(0x325));
}

/* protocols.md 3.6, in the order of the bits */
static const u64 words[] = {
	A(CHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT), A(OVERTEMPERATURE),
	A(UNDERTEMPERATURE), A(OVERVOLTAGE), A(UNDERVOLTAGE), A(CELL_IMBALANCE),
	A(INTERNAL_COMMUNICATION), A(SYSTEM_ERROR),
};

static void each_alarm_bit_alone(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 32; bit++) {
		struct cellar_can_frame f = frame_of(X(0x325), "00 06 00 00 00 00");
		bool warning = bit < 16;
		u64 word = bit % 16 < ARRAY_SIZE(words) ? words[bit % 16] : 0;
		struct bus bus = { .dialect = SCHNEIDER };
		struct cellar_can_frame back;
		const struct cellar_can_row *row;
		u8 address;

		f.data[(warning ? 3 : 5) - bit % 16 / 8] = (u8)BIT(bit % 8);
		assert_int_equal(hear_frame(&bus, &f), 0);
		assert_int_equal(bus.news.warnings, warning ? word : 0);
		assert_int_equal(bus.news.protections, warning ? 0 : word);
		if (!word)
			continue;

		row = cellar_can_find_row(SCHNEIDER, f.id, &address);
		assert_int_equal(cellar_can_encode(row, 0, &memory, &bus.system, &back), 0);
		assert_int_equal(back.len, 6);
		assert_memory_equal(back.data, f.data, 8);
	}
}

static void other_words_are_sent_as_what_there_is(void **state)
{
	static const struct {
		u64 protections, warnings;
		const char *hex;
	} cases[] = {
		{ A(CELL_OVERVOLTAGE), 0, "00 08 00 00 00 10" },
		{ A(MOSFET_OVERTEMPERATURE), 0, "00 08 00 00 00 04" },
		{ A(SHORT_CIRCUIT), 0, "00 08 00 00 01 00" },
		{ A(FUSE_BLOWN), 0, "00 08 00 00 01 00" },
		{ A(LOW_SOC), 0, "00 08 00 00 01 00" },
		{ 0, A(CHARGE_UNDERTEMPERATURE), "00 08 00 08 00 00" },
		{ 0, A(LOW_SOC), "00 08 00 00 00 00" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cellar_reading r = {
			.have = A(PROTECTIONS) | A(WARNINGS),
			.protections = cases[i].protections, .warnings = cases[i].warnings,
		};

		assert_says(SCHNEIDER, &memory, &r, X(0x325), cases[i].hex);
	}
}

static void state_and_what_is_optional(void **state)
{
	struct cellar_reading r = {
		.have = A(SOH) | A(CYCLES) | A(FULL), .soh_centi = 9899, .cycles = 258,
		.full_mah = 400099,
	};
	struct bus bus = { .dialect = SCHNEIDER };

	(void)state;
	assert_says(SCHNEIDER, &memory, &r, X(0x326), "00 03 01 02 00 62 0F A0");
	assert_int_equal(hear(&bus, X(0x326), "00 03 01 02 00 62 0F A0"), 0);
	assert_int_equal(bus.news.soh_centi, 9800);
	assert_int_equal(bus.news.cycles, 258);
	assert_int_equal(bus.news.full_mah, 400000);
	assert_int_equal(hear(&bus, X(0x326), "00 03 00 00 00 65 00 00"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x326), "00 03 00 00 00 00 00 00"), 0);
	assert_int_equal(bus.news.none, A(SOH) | A(CYCLES) | A(FULL));

	r.have = A(SOH) | A(PROTECTIONS);
	r.protections = A(OVERVOLTAGE);
	assert_says(SCHNEIDER, &memory, &r, X(0x326), "00 04 00 00 00 62 00 00");
	r.protections = 0;
	assert_says(SCHNEIDER, &memory, &r, X(0x326), "00 03 00 00 00 62 00 00");
	r.have = A(PROTECTIONS);
	assert_says_nothing(SCHNEIDER, &memory, &r, X(0x326));
}

static void extreme_cells_and_energy(void **state)
{
	struct cellar_reading r = {
		.have = A(CELL_TEMPERATURE_MAX) | A(CELL_TEMPERATURE_MIN) |
			A(CELL_VOLTAGE_MAX) | A(CELL_VOLTAGE_MIN) | A(ENERGY_CHARGED) |
			A(ENERGY_DISCHARGED),
		.cell_temperature_max_decic = 250, .cell_temperature_min_decic = -10,
		.cell_voltage_max_mv = 3283, .cell_voltage_min_mv = 3270,
		.energy_charged_wh = 0x1020304, .energy_discharged_wh = 7,
	};
	struct bus bus = { .dialect = SCHNEIDER };

	(void)state;
	assert_says(SCHNEIDER, &memory, &r, X(0x327), "00 FA FF F6 0C D3 0C C6");
	assert_int_equal(hear(&bus, X(0x327), "00 FA FF F6 0C D3 0C C6"), 0);
	assert_int_equal(bus.news.cell_temperature_max_decic, 250);
	assert_int_equal(bus.news.cell_temperature_min_decic, -10);
	assert_int_equal(bus.news.cell_voltage_max_mv, 3283);
	assert_int_equal(bus.news.cell_voltage_min_mv, 3270);
	assert_int_equal(hear(&bus, X(0x327), "FF F6 00 FA 0C D3 0C C6"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x327), "00 FA FF F6 0C C6 0C D3"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x327), "00 FA FF F6 0C D3 00 00"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x327), "00 00 00 00 00 00 00 00"), 0);
	assert_int_equal(bus.news.have | bus.news.none, 0);

	assert_says(SCHNEIDER, &memory, &r, X(0x328), "01 02 03 04 00 00 00 07");
	assert_int_equal(hear(&bus, X(0x328), "01 02 03 04 00 00 00 00"), 0);
	assert_int_equal(bus.news.energy_charged_wh, 0x1020304);
	assert_true(NONE(&bus.news, ENERGY_DISCHARGED));
	r.have &= ~A(CELL_VOLTAGE_MIN);
	assert_says_nothing(SCHNEIDER, &memory, &r, X(0x327));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_29_bits_and_only_version_two),
		cmocka_unit_test(limits_in_hundredths),
		cmocka_unit_test(limits_are_sent_whole_and_to_the_safe_side),
		cmocka_unit_test(measurements),
		cmocka_unit_test(commands_are_read_to_the_safe_side),
		cmocka_unit_test(commands_are_sent_to_the_safe_side),
		cmocka_unit_test(each_alarm_bit_alone),
		cmocka_unit_test(other_words_are_sent_as_what_there_is),
		cmocka_unit_test(state_and_what_is_optional),
		cmocka_unit_test(extreme_cells_and_energy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
