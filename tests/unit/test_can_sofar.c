// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sofar's extended frames, and GoodWe's part of the SMA set, in bytes written down by
 * hand from protocols.md 3.3 and 3.10.
 */
#include "can_bus.h"

#define SOFAR	&cellar_can_sofar
#define GOODWE	&cellar_can_goodwe
#define X(id)	(CELLAR_CAN_EXTENDED | (id))

static const struct cellar_can_memory memory;

/* Battery 1 has 0x1351; 11 bits are another dialect's */
static void only_29_bits_of_battery_zero(void **state)
{
	struct bus bus = { .dialect = SOFAR };

	(void)state;
	assert_int_equal(hear(&bus, X(0x351), "1C 02 B0 04 40 06 C2 01"), 0);
	assert_int_equal(hear(&bus, X(0x1351), "1C 02 B0 04 40 06 C2 01"), -ENOENT);
	assert_int_equal(hear(&bus, 0x351, "1C 02 B0 04 40 06 C2 01"), -ENOENT);
}

static void limits(void **state)
{
	static const u64 whole = A(CHARGE_VOLTAGE_LIMIT) | A(CHARGE_CURRENT_LIMIT) |
				 A(DISCHARGE_CURRENT_LIMIT) | A(DISCHARGE_VOLTAGE_LIMIT);
	struct cellar_reading r = {
		.have = whole, .charge_voltage_limit_mv = 54099,
		.charge_current_limit_ma = 120099, .discharge_current_limit_ma = 99,
		.discharge_voltage_limit_mv = 44901,
	};
	struct bus bus = { .dialect = SOFAR };

	(void)state;
	assert_int_equal(hear(&bus, X(0x351), "1C 02 B0 04 40 06 C2 01"), 0);
	assert_int_equal(bus.news.have, whole);
	assert_int_equal(bus.news.charge_voltage_limit_mv, 54000);
	assert_int_equal(bus.news.charge_current_limit_ma, 120000);
	assert_int_equal(bus.news.discharge_current_limit_ma, 160000);
	assert_int_equal(bus.news.discharge_voltage_limit_mv, 45000);
	/* -120 A is not 5434 A */
	assert_int_equal(hear(&bus, X(0x351), "1C 02 50 FB 40 06 C2 01"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x351), "1C 02 B0 04 00 80 C2 01"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x351), "BD 02 B0 04 40 06 C2 01"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x351), "1C 02 B0 04 40 06 BD 02"), -ERANGE);

	assert_says(SOFAR, &memory, &r, X(0x351), "1C 02 B0 04 00 00 C2 01");
	r.charge_current_limit_ma = 4000000000U;
	assert_says(SOFAR, &memory, &r, X(0x351), "1C 02 FF 7F 00 00 C2 01");
	for (u64 left = whole; left; left &= left - 1) {
		r.have = whole & ~(left & -left);
		assert_says_nothing(SOFAR, &memory, &r, X(0x351));
	}
}

static void charge_and_measurements(void **state)
{
	struct cellar_reading r = {
		.have = A(SOC) | A(SOH) | A(REMAINING) | A(VOLTAGE) | A(CURRENT) |
			A(CELL_TEMPERATURE_MAX),
		.soc_centi = 4999, .soh_centi = 10000, .remaining_mah = 24699,
		.voltage_mv = 51899, .current_ma = -15000, .cell_temperature_max_decic = 250,
		.temperature_decic = 230,
	};
	struct bus bus = { .dialect = SOFAR };

	(void)state;
	assert_says(SOFAR, &memory, &r, X(0x355), "31 00 64 00 FF FF F6 00");
	assert_int_equal(hear(&bus, X(0x355), "31 00 64 00 FF FF F6 00"), 0);
	assert_int_equal(bus.news.have, A(SOC) | A(SOH) | A(REMAINING));
	assert_int_equal(bus.news.soc_centi, 4900);
	assert_int_equal(bus.news.remaining_mah, 24600);
	assert_int_equal(hear(&bus, X(0x355), "65 00 64 00"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x355), "31 00 65 00"), -ERANGE);

	/* the warmest cell stands in for the average */
	assert_says(SOFAR, &memory, &r, X(0x356), "06 02 6A FF FA 00 00 00");
	r.have |= A(TEMPERATURE);
	assert_says(SOFAR, &memory, &r, X(0x356), "06 02 6A FF E6 00 00 00");
	assert_int_equal(hear(&bus, X(0x356), "06 02 6A FF E6 00 34 12"), 0);
	assert_int_equal(bus.news.have, A(VOLTAGE) | A(CURRENT) | A(TEMPERATURE));
	assert_int_equal(bus.news.voltage_mv, 51800);
	assert_int_equal(bus.news.current_ma, -15000);
	assert_int_equal(bus.news.temperature_decic, 230);
	/* 0.1 V, never 0.01 V */
	assert_int_equal(hear(&bus, X(0x356), "3C 14 6A FF E6 00"), -ERANGE);
	assert_int_equal(hear(&bus, X(0x356), "C7 00 6A FF E6 00"), -ERANGE);

	r.have = A(SOC) | A(VOLTAGE) | A(CURRENT);
	assert_says_nothing(SOFAR, &memory, &r, X(0x355));
	assert_says_nothing(SOFAR, &memory, &r, X(0x356));
}

static void enables(void **state)
{
	static const char *const hex[] = {
		"00 00 00 00 00 00 00 00", "00 02 00 00 00 00 00 00",
		"00 01 00 00 00 00 00 00", "00 03 00 00 00 00 00 00",
	};
	struct cellar_reading r;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(hex); i++) {
		struct bus bus = { .dialect = SOFAR };

		r = (struct cellar_reading){
			.have = A(CHARGE_ENABLE) | A(DISCHARGE_ENABLE),
			.charge_enable = i & 1, .discharge_enable = i & 2,
		};
		assert_says(SOFAR, &memory, &r, X(0x30f), hex[i]);
		assert_int_equal(hear(&bus, X(0x30f), hex[i]), 0);
		assert_int_equal(bus.news.have, r.have);
		assert_int_equal(bus.news.charge_enable, r.charge_enable);
		assert_int_equal(bus.news.discharge_enable, r.discharge_enable);
	}

	/* what is not known is not enabled */
	r.have = A(CHARGE_ENABLE);
	assert_says(SOFAR, &memory, &r, X(0x30f), hex[1]);
	r.have = A(DISCHARGE_ENABLE);
	assert_says(SOFAR, &memory, &r, X(0x30f), hex[2]);
	r.have = A(FORCE_CHARGE) | A(SOC);
	assert_says_nothing(SOFAR, &memory, &r, X(0x30f));
}

static void name_and_capacity(void **state)
{
	struct cellar_reading r = {
		.have = A(MANUFACTURER) | A(DESIGN), .manufacturer = "AMASS",
		.design_mah = 100999,
	};
	struct bus bus = { .dialect = SOFAR };

	(void)state;
	assert_says(SOFAR, &memory, &r, X(0x35e), "41 4D 41 53 53 00 00 00");
	assert_int_equal(hear(&bus, X(0x35e), "41 4D 41 53 53 00 00 00"), 0);
	assert_string_equal(bus.news.manufacturer, "AMASS");
	assert_says(SOFAR, &memory, &r, X(0x35f), "01 00 00 00 64 00 00 00");
	assert_int_equal(hear(&bus, X(0x35f), "01 02 03 04 64 00 00 00"), 0);
	assert_int_equal(bus.news.have, A(DESIGN));
	assert_int_equal(bus.news.design_mah, 100000);
	r.have = A(FIRMWARE) | A(REMAINING);
	assert_says_nothing(SOFAR, &memory, &r, X(0x35f));
}

static void goodwe_hears_its_own_name(void **state)
{
	struct cellar_reading r = { .have = A(MANUFACTURER), .manufacturer = "LESSO" };
	struct bus bus = { .dialect = GOODWE };

	(void)state;
	assert_says(GOODWE, &memory, &r, 0x35e, "47 6F 6F 64 57 65 00 00");
	assert_int_equal(hear(&bus, 0x35e, "4C 45 53 53 4F"), 0);
	assert_string_equal(bus.news.manufacturer, "LESSO");
}

/* What is left, as the smaller of the two that "capacity" may be */
static void goodwe_capacity_is_what_is_left(void **state)
{
	struct cellar_reading r = {
		.have = A(REMAINING) | A(DESIGN) | A(FIRMWARE), .remaining_mah = 62999,
		.design_mah = 100000, .firmware = "1.2",
	};
	struct bus bus = { .dialect = GOODWE };

	(void)state;
	assert_says(GOODWE, &memory, &r, 0x35f, "00 00 00 00 3E 00 00 00");
	assert_int_equal(hear(&bus, 0x35f, "01 00 02 00 3E 00 03 00"), 0);
	assert_int_equal(bus.news.have, A(REMAINING));
	assert_int_equal(bus.news.remaining_mah, 62000);
	r.have &= ~A(REMAINING);
	assert_says_nothing(GOODWE, &memory, &r, 0x35f);
}

static void goodwe_has_the_fine_soc_and_no_cells(void **state)
{
	struct cellar_reading r = { .have = A(SOC) | A(SOH), .soc_centi = 6020, .soh_centi = 9900 };
	struct bus bus = { .dialect = GOODWE };

	(void)state;
	assert_says(GOODWE, &memory, &r, 0x355, "3C 00 63 00 84 17 00 00");
	assert_int_equal(hear(&bus, 0x355, "3C 00 63 00 84 17 00 00"), 0);
	assert_int_equal(bus.news.soc_centi, 6020);
	assert_int_equal(hear(&bus, 0x355, "1E 00 64 00 CF 0C CA 0C"), 0);
	assert_int_equal(bus.news.have, A(SOC) | A(SOH));
}

static void goodwe_is_sent_every_100_ms(void **state)
{
	(void)state;
	for (unsigned int r = 0; r < cellar_can_goodwe.n_rows; r++)
		assert_int_equal(cellar_can_goodwe.rows[r].period_ms, 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_29_bits_of_battery_zero),
		cmocka_unit_test(limits),
		cmocka_unit_test(charge_and_measurements),
		cmocka_unit_test(enables),
		cmocka_unit_test(name_and_capacity),
		cmocka_unit_test(goodwe_hears_its_own_name),
		cmocka_unit_test(goodwe_capacity_is_what_is_left),
		cmocka_unit_test(goodwe_has_the_fine_soc_and_no_cells),
		cmocka_unit_test(goodwe_is_sent_every_100_ms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
