// SPDX-License-Identifier: GPL-2.0-only
/*
 * PACE V2.5: the public frames, every bit of the alarms, and what the dialect shares
 * with Pylontech's but for its scales (protocols.md 5.3).
 */
#include "rs485_line.h"

#define D	(&cellar_rs485_pace)

#define VALUES	"~25014600F07A0001100CC70CC80CC70CC70CC70CC50CC60CC70CC70CC60CC70CC60CC60CC70CC60" \
		"CC7060B9B0B990B990B990BB30BBCFF1FCCCD12D303286A008C2710E1E4\r"
#define ALARMS	"~25014600004C00011000000000000000000000000000000000060000000000000000000000" \
		"0E000000000000EF3A\r"
#define EASUN	"~25014600E04E00011000000000000000000000000000000000060000000000000000000000" \
		"0E00000000000000EEC3\r"

static void public_values(void **state)
{
	static const s16 decic[] = { 241, 239, 239, 239, 265, 274 };
	struct cellar_reading r, again;

	(void)state;
	assert_int_equal(hear(D, "values", 1, VALUES, &r), 0);
	assert_int_equal(r.cells, 16);
	assert_int_equal(r.cells_mv[0], 3271);
	assert_int_equal(r.cell_voltage_min_mv, 3269);
	assert_int_equal(r.cell_voltage_max_mv, 3272);
	assert_int_equal(r.temperatures, 6);
	assert_memory_equal(r.temperatures_decic, decic, sizeof(decic));
	assert_int_equal(r.cell_temperature_min_decic, 239);
	assert_int_equal(r.cell_temperature_max_decic, 241);
	assert_int_equal(r.mosfet_temperature_decic, 265);
	assert_int_equal(r.current_ma, -2250);
	assert_int_equal(r.voltage_mv, 52429);
	assert_int_equal(r.remaining_mah, 48190);
	assert_int_equal(r.full_mah, 103460);
	assert_int_equal(r.design_mah, 100000);
	assert_int_equal(r.cycles, 140);
	assert_int_equal(r.soc_centi, 4657);

	assert_int_equal(round_trip(D, "values", 1, &r, &again), 0);
	assert_true(cellar_reading_equal(&r, &again));
	assert_int_equal(hear(D, "values", 2, VALUES, &r), -ENOMSG);
}

static void public_alarms(void **state)
{
	static const char *const frames[] = { ALARMS, EASUN };
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		assert_int_equal(hear(D, "alarms", 1, frames[i], &r), 0);
		assert_int_equal(r.protections | r.warnings | r.balancing, 0);
		assert_true(r.charge_enable);
		assert_true(r.discharge_enable);
	}
}

static void public_texts(void **state)
{
	struct cellar_reading r, again;
	char serial[CELLAR_SERIAL_SIZE];

	(void)state;
	assert_int_equal(hear(D, "firmware", 1,
			      "~25014600602850313653313030412D313831322D312E30302000F58E\r", &r), 0);
	assert_string_equal(r.firmware, "P16S100A-1812-1.00");
	assert_int_equal(round_trip(D, "firmware", 1, &r, &again), 0);
	assert_true(cellar_reading_equal(&r, &again));

	assert_int_equal(hear(D, "serial number", 1,
			      "~25014600B0503138313231303133383033303944202020202020202020202020"
			      "2020202020202020202020202020EE0F\r", &r), 0);
	cellar_reading_serial(&r, serial);
	assert_string_equal(serial, "1812101380309D");
	assert_int_equal(round_trip(D, "serial number", 1, &r, &again), 0);
	assert_true(cellar_reading_equal(&r, &again));
}

static void public_questions(void **state)
{
	(void)state;
	assert_asks(D, "values", 1, "~25014642E00201FD30");
	assert_asks(D, "alarms", 1, "~25014644E00201FD2E");
	assert_asks(D, "firmware", 1, "~250146C10000FD9A");
	assert_asks(D, "serial number", 1, "~250146C20000FD99");
}

/* Flag, address, 16 cells, 6 temperatures, 3 states, 9 of status */
#define TEMPERATURES	20
#define LAST		26
#define STATUS		29
#define LEN		38

static int hear_alarms(unsigned int at, u8 value, struct cellar_reading *r)
{
	u8 info[LEN] = { 0, 1, 16, [TEMPERATURES - 1] = 6 };

	info[at] = value;

	return hear_info(D, "alarms", 0x25, 1, info, LEN, r);
}

static void each_status_bit_alone(void **state)
{
	static const u64 protections[9][8] = {
		{ A(CELL_OVERVOLTAGE), A(CELL_UNDERVOLTAGE), A(PACK_OVERVOLTAGE),
		  A(PACK_UNDERVOLTAGE), A(CHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT),
		  A(SHORT_CIRCUIT), 0 },
		{ A(CHARGE_OVERTEMPERATURE), A(DISCHARGE_OVERTEMPERATURE),
		  A(CHARGE_UNDERTEMPERATURE), A(DISCHARGE_UNDERTEMPERATURE),
		  A(MOSFET_OVERTEMPERATURE), A(OVERTEMPERATURE), A(UNDERTEMPERATURE), 0 },
		{ 0, 0, 0, 0, A(REVERSED_POLARITY), 0, 0, 0 },
		{ 0 },
		{ A(MOSFET_FAILURE), A(MOSFET_FAILURE), A(SENSOR_FAILURE), 0,
		  A(CELL_FAILURE), A(SENSOR_FAILURE), 0, 0 },
	};
	static const u64 warnings[9][8] = {
		[7] = { A(CELL_OVERVOLTAGE), A(CELL_UNDERVOLTAGE), A(PACK_OVERVOLTAGE),
			A(PACK_UNDERVOLTAGE), A(CHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT),
			0, 0 },
		[8] = { A(CHARGE_OVERTEMPERATURE), A(DISCHARGE_OVERTEMPERATURE),
			A(CHARGE_UNDERTEMPERATURE), A(DISCHARGE_UNDERTEMPERATURE),
			A(OVERTEMPERATURE), A(UNDERTEMPERATURE), A(MOSFET_OVERTEMPERATURE),
			A(LOW_SOC) },
	};
	struct cellar_reading r, again;

	(void)state;
	for (unsigned int byte = 0; byte < 9; byte++)
		for (unsigned int bit = 0; bit < 8; bit++) {
			assert_int_equal(hear_alarms(STATUS + byte, (u8)(1 << bit), &r), 0);
			assert_int_equal(r.protections, protections[byte][bit]);
			assert_int_equal(r.warnings, warnings[byte][bit]);
			assert_int_equal(r.charge_enable, byte == 2 && bit == 1);
			assert_int_equal(r.discharge_enable, byte == 2 && bit == 2);
			assert_int_equal(r.balancing, byte == 5 ? 0x100 << bit :
						      byte == 6 ? 1 << bit : 0);
			assert_int_equal(round_trip(D, "alarms", 1, &r, &again), 0);
			assert_true(cellar_reading_equal(&r, &again));
		}
}

static void states_are_warnings(void **state)
{
	static const struct {
		unsigned int at;
		u64 below, above;
	} cases[] = {
		{ 3, A(CELL_UNDERVOLTAGE), A(CELL_OVERVOLTAGE) },
		{ 18, A(CELL_UNDERVOLTAGE), A(CELL_OVERVOLTAGE) },
		{ TEMPERATURES, A(UNDERTEMPERATURE), A(OVERTEMPERATURE) },
		{ TEMPERATURES + 3, A(UNDERTEMPERATURE), A(OVERTEMPERATURE) },
		{ TEMPERATURES + 4, A(UNDERTEMPERATURE), A(MOSFET_OVERTEMPERATURE) },
		{ TEMPERATURES + 5, A(UNDERTEMPERATURE), A(OVERTEMPERATURE) },
		{ LAST, A(CHARGE_OVERCURRENT), A(CHARGE_OVERCURRENT) },
		{ LAST + 1, A(PACK_UNDERVOLTAGE), A(PACK_OVERVOLTAGE) },
		{ LAST + 2, A(DISCHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT) },
	};
	static const u8 others[] = { 3, 0x80, 0xef, 0xf0, 0xff };
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		hear_alarms(cases[i].at, 1, &r);
		assert_int_equal(r.warnings, cases[i].below);
		hear_alarms(cases[i].at, 2, &r);
		assert_int_equal(r.warnings, cases[i].above);
		for (size_t o = 0; o < ARRAY_SIZE(others); o++) {
			hear_alarms(cases[i].at, others[o], &r);
			assert_int_equal(r.warnings, A(GENERAL));
		}
		assert_int_equal(r.protections, 0);
	}
}

/* Ten bytes of status are taken, eight or eleven are not */
static void other_lengths(void **state)
{
	u8 info[LEN + 2] = { 0, 1, 16, [TEMPERATURES - 1] = 6 };
	struct cellar_reading r;

	(void)state;
	assert_int_equal(hear_info(D, "alarms", 0x25, 1, info, LEN - 1, &r), -ENOMSG);
	assert_int_equal(hear_info(D, "alarms", 0x25, 1, info, LEN, &r), 0);
	assert_int_equal(hear_info(D, "alarms", 0x25, 1, info, LEN + 1, &r), 0);
	assert_int_equal(hear_info(D, "alarms", 0x25, 1, info, LEN + 2, &r), -ENOMSG);
	assert_int_equal(hear_info(D, "alarms", 0x20, 1, info, LEN, &r), -ENOMSG);
}

static void no_protection_is_lost(void **state)
{
	struct cellar_reading r = { .have = A(PROTECTIONS) }, news;

	(void)state;
	for (unsigned int word = 0; word < CELLAR_ALARMS; word++) {
		r.protections = BIT_ULL(word);
		assert_int_equal(round_trip(D, "alarms", 1, &r, &news), 0);
		assert_int_not_equal(news.protections, 0);
		assert_false(news.charge_enable || news.discharge_enable);
	}
	r.have = 0;
	assert_int_equal(round_trip(D, "alarms", 1, &r, &news), -ENODATA);
}

/* A serial number that is longer than can be held ends where packs differ */
static void long_serial_number(void **state)
{
	u8 info[40] = "MAKER-MODEL-2026-000123";
	struct cellar_reading r;
	char serial[CELLAR_SERIAL_SIZE];

	(void)state;
	assert_int_equal(hear_info(D, "serial number", 0x25, 1, info, 40, &r), 0);
	cellar_reading_serial(&r, serial);
	assert_string_equal(serial, "ODEL-2026-000123");
	assert_int_equal(hear_info(D, "serial number", 0x25, 1, info, 39, &r), -ENOMSG);
	info[2] = 0x10;
	assert_int_equal(hear_info(D, "serial number", 0x25, 1, info, 40, &r), -ENOMSG);
}

static void temperatures_that_nobody_named(void **state)
{
	struct cellar_reading r = {
		.have = A(CELLS) | A(TEMPERATURES), .cells = 16, .temperatures = 8,
		.temperatures_decic = { 210, 200, 205, 207, 400, 410, 420, 430 },
	}, news;

	(void)state;
	assert_int_equal(round_trip(D, "values", 1, &r, &news), 0);
	assert_int_equal(news.temperatures, 8);
	assert_false(HAS(&news, MOSFET_TEMPERATURE));
	assert_int_equal(news.cell_temperature_max_decic, 210);
	assert_int_equal(news.cell_temperature_min_decic, 200);
}

static void addresses(void **state)
{
	(void)state;
	assert_int_equal(D->n_addresses, 16);
	assert_int_equal(D->addresses[0], 1);
	assert_int_equal(D->addresses[1], 0);
	for (u8 address = 2; address < 16; address++) {
		assert_int_equal(D->addresses[address], address);
		assert_int_equal(D->group(address), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_values),
		cmocka_unit_test(public_alarms),
		cmocka_unit_test(public_texts),
		cmocka_unit_test(public_questions),
		cmocka_unit_test(each_status_bit_alone),
		cmocka_unit_test(states_are_warnings),
		cmocka_unit_test(other_lengths),
		cmocka_unit_test(no_protection_is_lost),
		cmocka_unit_test(long_serial_number),
		cmocka_unit_test(temperatures_that_nobody_named),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
