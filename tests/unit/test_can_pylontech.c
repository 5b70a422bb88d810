// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pylontech on CAN: every alarm bit, the module count, what Luxpower, Seplos and
 * emulators made of 0x359, and 0x359 and 0x35A side by side (protocols.md 1, 8).
 */
#include "can_bus.h"

struct alarm_bit {
	u8 byte, bit;
	u64 protections, warnings;
};

/* protocols.md 1.2; b7 of bytes 1 and 3: emulators; byte 3 b4: Seplos */
static const struct alarm_bit alarm_bits[] = {
	{ 0, 1, A(OVERVOLTAGE), 0 },
	{ 0, 2, A(UNDERVOLTAGE), 0 },
	{ 0, 3, A(OVERTEMPERATURE), 0 },
	{ 0, 4, A(UNDERTEMPERATURE), 0 },
	{ 0, 7, A(DISCHARGE_OVERCURRENT), 0 },
	{ 1, 0, A(CHARGE_OVERCURRENT), 0 },
	{ 1, 3, A(SYSTEM_ERROR), 0 },
	{ 1, 7, A(GENERAL), 0 },
	{ 2, 1, 0, A(OVERVOLTAGE) },
	{ 2, 2, 0, A(UNDERVOLTAGE) },
	{ 2, 3, 0, A(OVERTEMPERATURE) },
	{ 2, 4, 0, A(UNDERTEMPERATURE) },
	{ 2, 7, 0, A(DISCHARGE_OVERCURRENT) },
	{ 3, 0, 0, A(CHARGE_OVERCURRENT) },
	{ 3, 3, 0, A(INTERNAL_COMMUNICATION) },
	{ 3, 4, 0, A(CELL_FAILURE) },
	{ 3, 7, 0, A(GENERAL) },
};

static const struct alarm_bit *known_bit(unsigned int byte, unsigned int bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(alarm_bits); i++)
		if (alarm_bits[i].byte == byte && alarm_bits[i].bit == bit)
			return &alarm_bits[i];

	return NULL;
}

static void each_alarm_bit_alone(void **state)
{
	(void)state;
	for (unsigned int byte = 0; byte < 4; byte++)
		for (unsigned int bit = 0; bit < 8; bit++) {
			struct cellar_can_frame f = frame_of(0x359, "00 00 00 00 02 50 4E");
			const struct alarm_bit *known = known_bit(byte, bit);
			struct bus bus = { .dialect = &cellar_can_pylontech };

			f.data[byte] = (u8)(1 << bit);
			assert_int_equal(hear_frame(&bus, &f), 0);
			assert_true(HAS(&bus.news, PROTECTIONS));
			assert_true(HAS(&bus.news, WARNINGS));
			assert_int_equal(bus.news.protections, known ? known->protections : 0);
			assert_int_equal(bus.news.warnings, known ? known->warnings : 0);
		}
}

/* Each word goes out as its own bit, but for "general", which no inverter knows */
static void each_alarm_word_alone(void **state)
{
	struct cellar_can_memory memory = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(alarm_bits); i++) {
		const struct cellar_can_row *row;
		struct cellar_can_frame frame;
		struct cellar_reading r = {
			.have = A(PROTECTIONS) | A(WARNINGS) | A(PACKS_ONLINE),
			.protections = alarm_bits[i].protections,
			.warnings = alarm_bits[i].warnings,
			.packs_online = 4,
		};
		u8 expected[8] = { 0, 0, 0, 0, 4, 0x50, 0x4e };
		u8 address;

		expected[alarm_bits[i].byte] =
			(u8)(1 << (alarm_bits[i].bit == 7 && alarm_bits[i].byte & 1 ?
				   3 : alarm_bits[i].bit));
		row = cellar_can_find_row(&cellar_can_pylontech, 0x359, &address);
		assert_int_equal(cellar_can_encode(row, 0, &memory, &r, &frame), 0);
		assert_int_equal(frame.len, 7);
		assert_memory_equal(frame.data, expected, sizeof(expected));
	}
}

/* Words without a bit of their own are said with the nearest one, never lost */
static void finer_words_have_stand_ins(void **state)
{
	static const struct {
		u64 protections, warnings;
		const char *hex;
	} cases[] = {
		{ A(CELL_OVERVOLTAGE), A(PACK_OVERVOLTAGE), "02 00 02 00 00 50 4E" },
		{ A(PACK_UNDERVOLTAGE), A(CELL_UNDERVOLTAGE), "04 00 04 00 00 50 4E" },
		{ A(MOSFET_OVERTEMPERATURE), A(CHARGE_OVERTEMPERATURE), "08 00 08 00 00 50 4E" },
		{ A(CHARGE_UNDERTEMPERATURE), A(DISCHARGE_UNDERTEMPERATURE),
		  "10 00 10 00 00 50 4E" },
		{ A(SHORT_CIRCUIT), A(SHORT_CIRCUIT), "00 08 00 08 00 50 4E" },
		{ A(MOSFET_FAILURE), A(SENSOR_FAILURE), "00 08 00 08 00 50 4E" },
		{ A(CELL_IMBALANCE), A(CELL_IMBALANCE), "00 08 00 00 00 50 4E" },
		{ A(LOW_SOC), A(LOW_SOC) | A(TEMPERATURE_IMBALANCE), "00 08 00 00 00 50 4E" },
	};
	struct cellar_can_memory memory = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cellar_reading r = {
			.have = A(PROTECTIONS) | A(WARNINGS),
			.protections = cases[i].protections,
			.warnings = cases[i].warnings,
		};

		assert_says(&cellar_can_pylontech, &memory, &r, 0x359, cases[i].hex);
	}
}

static void alarms_that_are_not_known_are_not_sent(void **state)
{
	struct cellar_reading r = { .have = A(PACKS_ONLINE), .packs_online = 4 };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_says_nothing(&cellar_can_pylontech, &memory, &r, 0x359);
	assert_says_nothing(&cellar_can_pylontech, &memory, &r, 0x35a);
}

static void alarms_in_four_to_eight_bytes(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x359, "02 00 00 00"), 0);
	assert_int_equal(bus.news.have, A(PROTECTIONS) | A(WARNINGS));
	assert_int_equal(hear(&bus, 0x359, "02 00 00 00 04"), 0);
	assert_int_equal(bus.news.have, A(PROTECTIONS) | A(WARNINGS) | A(PACKS_ONLINE));
	assert_int_equal(bus.news.packs_online, 4);
	assert_int_equal(hear(&bus, 0x359, "02 00 00 00 04 50"), 0);
	assert_false(bus.memory.lux);
	assert_int_equal(hear(&bus, 0x359, "02 00 00 00 04 50 4E 00"), 0);
	assert_int_equal(bus.news.have, A(PROTECTIONS) | A(WARNINGS) | A(PACKS_ONLINE));
	/* YamBMS leaves "PN" out */
	assert_int_equal(hear(&bus, 0x359, "02 00 00 00 04 00 00 00"), 0);
	assert_int_equal(bus.news.have, A(PROTECTIONS) | A(WARNINGS) | A(PACKS_ONLINE));
	assert_false(bus.memory.lux);
}

static void seplos_tells_who_is_on_line(void **state)
{
	struct cellar_reading r = {
		.have = A(PROTECTIONS) | A(WARNINGS) | A(PACKS_ONLINE) | A(ONLINE_MAP),
		.packs_online = 3, .online_map = 0x0b,
	};
	struct bus bus = { .dialect = &cellar_can_pylontech };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_int_equal(hear(&bus, 0x359, "00 00 00 10 03 50 4E 0B"), 0);
	assert_true(HAS(&bus.news, ONLINE_MAP));
	assert_int_equal(bus.news.online_map, 0x0b);
	assert_int_equal(bus.news.warnings, A(CELL_FAILURE));
	assert_says(&cellar_can_pylontech, &memory, &r, 0x359, "00 00 00 00 03 50 4E 0B");
}

static void luxpower_has_its_own_fields(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	/* before 0x359 told so, nothing is taken for Luxpower's */
	assert_int_equal(hear(&bus, 0x356, "84 13 F1 FF 3C 00 EC FF"), 0);
	assert_int_equal(bus.news.have, A(VOLTAGE) | A(CURRENT) | A(TEMPERATURE));
	assert_int_equal(hear(&bus, 0x35c, "C0 00 7B 00"), 0);
	assert_false(HAS(&bus.news, CYCLES));

	assert_int_equal(hear(&bus, 0x359, "00 00 00 00 02 C8 00 00"), 0);
	assert_true(bus.memory.lux);
	assert_int_equal(bus.news.design_mah, 200000);

	assert_int_equal(hear(&bus, 0x356, "84 13 F1 FF 3C 00 EC FF"), 0);
	assert_int_equal(bus.news.have, A(VOLTAGE) | A(CURRENT) |
			 A(CELL_TEMPERATURE_MIN) | A(CELL_TEMPERATURE_MAX));
	assert_int_equal(bus.news.none, A(TEMPERATURE));
	assert_int_equal(bus.news.cell_temperature_max_decic, 60);
	assert_int_equal(bus.news.cell_temperature_min_decic, -20);
	assert_false(HAS(&bus.system, TEMPERATURE));
	assert_int_equal(hear(&bus, 0x356, "84 13 F1 FF EC FF 3C 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x356, "84 13 F1 FF 3C 00"), 0);
	assert_true(HAS(&bus.news, TEMPERATURE));

	assert_int_equal(hear(&bus, 0x35c, "C0 00 7B 00"), 0);
	assert_int_equal(bus.news.cycles, 123);
	assert_int_equal(hear(&bus, 0x35c, "C0 00"), 0);
	assert_false(HAS(&bus.news, CYCLES));

	/* nothing there says nothing, "PN" ends it */
	assert_int_equal(hear(&bus, 0x359, "00 00 00 00 02 00 00 00"), 0);
	assert_true(bus.memory.lux);
	assert_int_equal(hear(&bus, 0x359, "00 00 00 00 02 50 4E 00"), 0);
	assert_false(bus.memory.lux);
}

static void luxpower_is_sent(void **state)
{
	struct cellar_reading r = {
		.have = A(PROTECTIONS) | A(WARNINGS) | A(PACKS_ONLINE) | A(DESIGN) |
			A(CHARGE_ENABLE) | A(CYCLES),
		.packs_online = 2, .design_mah = 200999, .cycles = 123,
		.charge_enable = true,
	};
	struct cellar_can_memory lux = { .lux = true };

	(void)state;
	assert_says(&cellar_can_pylontech, &lux, &r, 0x359, "00 00 00 00 02 C8 00");
	assert_says(&cellar_can_pylontech, &lux, &r, 0x35c, "80 00 7B 00");
}

#define BITS_OK		"00 00 00 00 02 50 4E"
#define PAIRS_NOTHING	"00 00 00 00 00 00 00 00"
#define PAIRS_OK	"AA AA AA 02 AA AA AA 02"

/* Neither frame may hide what the other one says */
static void two_sources_add_up(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x359, "02 00 00 01 02 50 4E"), 0);
	assert_int_equal(hear(&bus, 0x35a, PAIRS_NOTHING), 0);
	assert_int_equal(bus.news.protections, A(OVERVOLTAGE));
	assert_int_equal(bus.news.warnings, A(CHARGE_OVERCURRENT));
	assert_int_equal(hear(&bus, 0x35a, PAIRS_OK), 0);
	assert_int_equal(bus.news.protections, A(OVERVOLTAGE));
	assert_int_equal(hear(&bus, 0x35a, "AA AA AA 02 A9 AA AA 02"), 0);
	assert_int_equal(bus.news.protections, A(OVERVOLTAGE));
	assert_int_equal(bus.news.warnings, A(CHARGE_OVERCURRENT) | A(GENERAL));
	assert_int_equal(hear(&bus, 0x359, BITS_OK), 0);
	assert_int_equal(bus.news.protections, 0);
	assert_int_equal(bus.news.warnings, A(GENERAL));
	assert_int_equal(hear(&bus, 0x35a, PAIRS_OK), 0);
	assert_int_equal(bus.news.warnings, 0);
}

static void a_source_that_fell_silent_is_forgotten(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x359, "02 00 00 00 02 50 4E"), 0);
	for (int i = 1; i < 8; i++) {
		assert_int_equal(hear(&bus, 0x35a, PAIRS_NOTHING), 0);
		assert_int_equal(bus.news.protections, A(OVERVOLTAGE));
	}
	assert_int_equal(hear(&bus, 0x35a, PAIRS_NOTHING), 0);
	assert_true(NONE(&bus.news, PROTECTIONS));
	assert_true(NONE(&bus.news, WARNINGS));

	assert_int_equal(hear(&bus, 0x35a, "A9 AA AA 02 AA AA AA 02"), 0);
	for (int i = 1; i < 8; i++) {
		assert_int_equal(hear(&bus, 0x359, BITS_OK), 0);
		assert_int_equal(bus.news.protections, A(GENERAL));
	}
	assert_int_equal(hear(&bus, 0x359, BITS_OK), 0);
	assert_int_equal(bus.news.protections, 0);
}

static void a_source_that_speaks_in_turn_is_kept(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	for (int i = 0; i < 50; i++) {
		assert_int_equal(hear(&bus, 0x359, "02 00 00 00 02 50 4E"), 0);
		assert_int_equal(hear(&bus, 0x35a, PAIRS_OK), 0);
		assert_int_equal(bus.news.protections, A(OVERVOLTAGE));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_alarm_bit_alone),
		cmocka_unit_test(each_alarm_word_alone),
		cmocka_unit_test(finer_words_have_stand_ins),
		cmocka_unit_test(alarms_that_are_not_known_are_not_sent),
		cmocka_unit_test(alarms_in_four_to_eight_bytes),
		cmocka_unit_test(seplos_tells_who_is_on_line),
		cmocka_unit_test(luxpower_has_its_own_fields),
		cmocka_unit_test(luxpower_is_sent),
		cmocka_unit_test(two_sources_add_up),
		cmocka_unit_test(a_source_that_fell_silent_is_forgotten),
		cmocka_unit_test(a_source_that_speaks_in_turn_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
