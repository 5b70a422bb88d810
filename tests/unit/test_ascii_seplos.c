// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seplos V2.0: a public record and the questions of its document, and every bit of its
 * twenty events (protocols.md 4.10).
 */
#include "rs485_line.h"

#define D	(&cellar_rs485_seplos)

/* tests/components/seplos_bms/frames.h of syssi/esphome-seplos-bms; the pack is at 0 */
static const u8 public_record[75] = {
	0x00, 0x01, 0x10,
	0x0c, 0xd7, 0x0c, 0xe9, 0x0c, 0xf4, 0x0c, 0xd6, 0x0c, 0xef, 0x0c, 0xe5, 0x0c, 0xe1,
	0x0c, 0xdc, 0x0c, 0xe9, 0x0c, 0xf0, 0x0c, 0xe8, 0x0c, 0xef, 0x0c, 0xea, 0x0c, 0xda,
	0x0c, 0xde, 0x0c, 0xd8,
	0x06, 0x0b, 0xa6, 0x0b, 0xa0, 0x0b, 0x97, 0x0b, 0xa6, 0x0b, 0xa5, 0x0b, 0xa2,
	0xfd, 0x5c, 0x14, 0xa0, 0x34, 0x4e, 0x0a,
	0x42, 0x68, 0x03, 0x13, 0x46, 0x50, 0x00, 0x46, 0x03, 0xe8, 0x14, 0x9f,
};

static void public_values(void **state)
{
	static const s16 decic[] = { 251, 245, 236, 251, 250, 247 };
	struct cellar_reading r, again;

	(void)state;
	assert_int_equal(hear_info(D, "values", 0x20, 0, public_record, 75, &r), 0);
	assert_int_equal(r.cells, 16);
	assert_int_equal(r.cells_mv[0], 3287);
	assert_int_equal(r.cells_mv[15], 3288);
	assert_int_equal(r.cell_voltage_min_mv, 3286);
	assert_int_equal(r.cell_voltage_max_mv, 3316);
	assert_int_equal(r.temperatures, 6);
	assert_memory_equal(r.temperatures_decic, decic, sizeof(decic));
	assert_int_equal(r.cell_temperature_min_decic, 236);
	assert_int_equal(r.cell_temperature_max_decic, 251);
	assert_int_equal(r.mosfet_temperature_decic, 247);
	assert_int_equal(r.current_ma, -6760);
	assert_int_equal(r.voltage_mv, 52800);
	assert_int_equal(r.remaining_mah, 133900);
	assert_int_equal(r.full_mah, 170000);
	assert_int_equal(r.soc_centi, 7870);
	assert_int_equal(r.design_mah, 180000);
	assert_int_equal(r.cycles, 70);
	assert_int_equal(r.soh_centi, 10000);

	assert_int_equal(round_trip(D, "values", 0, &r, &again), 0);
	assert_true(cellar_reading_equal(&r, &again));
}

/* Group 1 is said by a pack alone, which is at address 0 (the same source) */
static void whose_answer(void **state)
{
	u8 info[75];
	struct cellar_reading r;

	(void)state;
	memcpy(info, public_record, sizeof(info));
	info[1] = 0;
	assert_int_equal(hear_info(D, "values", 0x20, 0, info, 75, &r), 0);
	info[1] = 2;
	assert_int_equal(hear_info(D, "values", 0x20, 0, info, 75, &r), -ENOMSG);
	assert_int_equal(hear_info(D, "values", 0x20, 2, info, 75, &r), 0);
	info[1] = 1;
	assert_int_equal(hear_info(D, "values", 0x20, 2, info, 75, &r), -ENOMSG);
	assert_int_equal(hear_info(D, "values", 0x20, 1, info, 75, &r), 0);
	assert_int_equal(hear_info(D, "values", 0x20, 1, info, 74, &r), -ENOMSG);
}

static void numbers_that_cannot_be(void **state)
{
	static const struct {
		u8 at, high, low;
		int expected;
	} cases[] = {
		{ 50, 0x07, 0xcf, -ERANGE }, { 50, 0x07, 0xd0, 0 },	/* 20.00 V */
		{ 50, 0x1b, 0x58, 0 }, { 50, 0x1b, 0x59, -ERANGE },	/* 70.00 V */
		{ 57, 0x03, 0xe8, 0 }, { 57, 0x03, 0xe9, -ERANGE },	/* 100.0 % */
		{ 63, 0x03, 0xe9, -ERANGE },
	};
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		u8 info[75];

		memcpy(info, public_record, sizeof(info));
		info[cases[i].at] = cases[i].high;
		info[cases[i].at + 1] = cases[i].low;
		assert_int_equal(hear_info(D, "values", 0x20, 1, info, 75, &r),
				 cases[i].expected);
	}
}

/* Tables 7 and 10 */
static void questions_of_the_document(void **state)
{
	(void)state;
	assert_asks(D, "values", 0, "~20004642E00200FD37");
	assert_asks(D, "values", 1, "~20014642E00201FD35");
	assert_asks(D, "values", 15, "~200F4642E0020FFD0B");
	assert_asks(D, "alarms", 0, "~20004644E00200FD35");
	assert_asks(D, "alarms", 10, "~200A4644E0020AFD13");
}

/* Flag, group, 16 cells, 6 temperatures, 2 states, 20, 20 events */
#define TEMPERATURES	20
#define LAST		26
#define COUNT		28
#define EVENTS		29
#define LEN		49

static int hear_alarms(unsigned int at, u8 value, struct cellar_reading *r)
{
	u8 info[LEN] = { 0, 1, 16, [TEMPERATURES - 1] = 6, [COUNT] = 20 };

	info[at] = value;

	return hear_info(D, "alarms", 0x20, 1, info, LEN, r);
}

/* Table 13 */
static void each_event_bit_alone(void **state)
{
	static const struct {
		u64 protections[8];
		u64 warnings[8];
	} events[20] = {
		{ .protections = {
			A(SENSOR_FAILURE), A(SENSOR_FAILURE), A(SENSOR_FAILURE),
			A(SYSTEM_ERROR), A(CELL_FAILURE), A(MOSFET_FAILURE),
			A(MOSFET_FAILURE), A(MOSFET_FAILURE) } },
		{ .protections = { 0, A(CELL_OVERVOLTAGE), 0, A(CELL_UNDERVOLTAGE),
				   0, A(PACK_OVERVOLTAGE), 0, A(PACK_UNDERVOLTAGE) },
		  .warnings = { A(CELL_OVERVOLTAGE), 0, A(CELL_UNDERVOLTAGE), 0,
				A(PACK_OVERVOLTAGE), 0, A(PACK_UNDERVOLTAGE), 0 } },
		{ .protections = { 0, A(CHARGE_OVERTEMPERATURE), 0, A(CHARGE_UNDERTEMPERATURE),
				   0, A(DISCHARGE_OVERTEMPERATURE),
				   0, A(DISCHARGE_UNDERTEMPERATURE) },
		  .warnings = { A(CHARGE_OVERTEMPERATURE), 0, A(CHARGE_UNDERTEMPERATURE), 0,
				A(DISCHARGE_OVERTEMPERATURE), 0,
				A(DISCHARGE_UNDERTEMPERATURE), 0 } },
		{ .protections = { 0, A(OVERTEMPERATURE), 0, A(UNDERTEMPERATURE),
				   A(MOSFET_OVERTEMPERATURE), 0, 0, 0 },
		  .warnings = { A(OVERTEMPERATURE), 0, A(UNDERTEMPERATURE), 0,
				0, A(MOSFET_OVERTEMPERATURE), 0, 0 } },
		{ .protections = { 0, A(CHARGE_OVERCURRENT), 0, A(DISCHARGE_OVERCURRENT),
				   A(DISCHARGE_OVERCURRENT), A(SHORT_CIRCUIT),
				   A(DISCHARGE_OVERCURRENT), A(SHORT_CIRCUIT) },
		  .warnings = { A(CHARGE_OVERCURRENT), 0, A(DISCHARGE_OVERCURRENT) } },
		{ .protections = { A(OVERVOLTAGE), 0, 0, A(LOW_SOC), A(CELL_UNDERVOLTAGE),
				   A(REVERSED_POLARITY), A(CONTACTOR), 0 },
		  .warnings = { 0, 0, A(LOW_SOC) } },
		[10] = { .protections = {
			A(CELL_FAILURE), A(CELL_FAILURE), A(CELL_FAILURE), A(CELL_FAILURE),
			A(CELL_FAILURE), A(CELL_FAILURE), A(CELL_FAILURE), A(CELL_FAILURE) } },
		[11] = { .protections = {
			A(CELL_FAILURE), A(CELL_FAILURE), A(CELL_FAILURE), A(CELL_FAILURE),
			A(CELL_FAILURE), A(CELL_FAILURE), A(CELL_FAILURE), A(CELL_FAILURE) } },
		[13] = { .protections = { A(MEMORY_FAILURE) }, .warnings = { 0, A(GENERAL) } },
	};
	struct cellar_reading r, again;

	(void)state;
	for (unsigned int byte = 0; byte < 20; byte++)
		for (unsigned int bit = 0; bit < 8; bit++) {
			assert_int_equal(hear_alarms(EVENTS + byte, (u8)(1 << bit), &r), 0);
			assert_int_equal(r.protections, events[byte].protections[bit]);
			assert_int_equal(r.warnings, events[byte].warnings[bit]);
			assert_int_equal(r.discharge_enable, byte == 6 && bit == 0);
			assert_int_equal(r.charge_enable, byte == 6 && bit == 1);
			assert_int_equal(r.balancing, byte == 7 ? 1 << bit :
						      byte == 8 ? 0x100 << bit : 0);
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
		{ TEMPERATURES + 4, A(UNDERTEMPERATURE), A(OVERTEMPERATURE) },
		{ TEMPERATURES + 5, A(UNDERTEMPERATURE), A(MOSFET_OVERTEMPERATURE) },
		{ LAST, A(DISCHARGE_OVERCURRENT), A(CHARGE_OVERCURRENT) },
		{ LAST + 1, A(PACK_UNDERVOLTAGE), A(PACK_OVERVOLTAGE) },
	};
	struct cellar_reading r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		hear_alarms(cases[i].at, 1, &r);
		assert_int_equal(r.warnings, cases[i].below);
		hear_alarms(cases[i].at, 2, &r);
		assert_int_equal(r.warnings, cases[i].above);
		hear_alarms(cases[i].at, 0xf0, &r);
		assert_int_equal(r.warnings, A(GENERAL));
		assert_int_equal(r.protections, 0);
	}
}

static void other_lengths(void **state)
{
	u8 info[LEN + 1] = { 0, 1, 16, [TEMPERATURES - 1] = 6, [COUNT] = 20 };
	struct cellar_reading r;

	(void)state;
	assert_int_equal(hear_info(D, "alarms", 0x20, 1, info, LEN - 1, &r), -ENOMSG);
	assert_int_equal(hear_info(D, "alarms", 0x20, 1, info, LEN, &r), 0);
	assert_int_equal(hear_info(D, "alarms", 0x20, 1, info, LEN + 1, &r), -ENOMSG);
	info[COUNT] = 19;
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
	r.have = A(WARNINGS);
	assert_int_equal(round_trip(D, "alarms", 1, &r, &news), -ENODATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_values),
		cmocka_unit_test(whose_answer),
		cmocka_unit_test(numbers_that_cannot_be),
		cmocka_unit_test(questions_of_the_document),
		cmocka_unit_test(each_event_bit_alone),
		cmocka_unit_test(states_are_warnings),
		cmocka_unit_test(other_lengths),
		cmocka_unit_test(no_protection_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
