// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SMA / Victron set: every pair of 0x35A in every state, the meanings of
 * 0x370 and 0x371, counts, extremes and names (protocols.md 2).
 */
#include "can_bus.h"

/* protocols.md 2.2, from byte 0 b0 on */
static const u64 pairs[] = {
	A(GENERAL), A(OVERVOLTAGE), A(UNDERVOLTAGE), A(OVERTEMPERATURE),
	A(UNDERTEMPERATURE), A(CHARGE_OVERTEMPERATURE), A(CHARGE_UNDERTEMPERATURE),
	A(DISCHARGE_OVERCURRENT),
	A(CHARGE_OVERCURRENT), A(CONTACTOR), A(SHORT_CIRCUIT), A(SYSTEM_ERROR),
	A(CELL_IMBALANCE), 0, 0, 0,
};

static void each_pair_alone_in_each_state(void **state)
{
	(void)state;
	for (unsigned int pair = 0; pair < 2 * ARRAY_SIZE(pairs); pair++)
		for (unsigned int value = 0; value < 4; value++) {
			struct cellar_can_frame f = frame_of(0x35a, "00 00 00 00 00 00 00 00");
			bool warning = pair >= ARRAY_SIZE(pairs);
			u64 word = pairs[pair % ARRAY_SIZE(pairs)];
			bool known = word && (value == 1 || value == 2);
			struct bus bus = { .dialect = &cellar_can_victron };

			f.data[pair / 4] = (u8)(value << 2 * (pair % 4));
			assert_int_equal(hear_frame(&bus, &f), 0);
			assert_int_equal(HAS(&bus.news, PROTECTIONS), known && !warning);
			assert_int_equal(NONE(&bus.news, PROTECTIONS), !known || warning);
			assert_int_equal(HAS(&bus.news, WARNINGS), known && warning);
			assert_int_equal(NONE(&bus.news, WARNINGS), !known || !warning);
			if (known)
				assert_int_equal(warning ? bus.news.warnings :
						 bus.news.protections,
						 value == 1 ? word : 0);
		}
}

/* What is right for one pair need not hold beside others */
static void each_pair_among_others(void **state)
{
	(void)state;
	for (unsigned int pair = 0; pair < 13; pair++) {
		struct cellar_can_frame f = frame_of(0x35a, "AA AA AA AA AA AA AA AA");
		struct bus bus = { .dialect = &cellar_can_victron };

		f.data[pair / 4] ^= (u8)(3 << 2 * (pair % 4));
		f.data[4 + (12 - pair) / 4] ^= (u8)(3 << 2 * ((12 - pair) % 4));
		assert_int_equal(hear_frame(&bus, &f), 0);
		assert_int_equal(bus.news.protections, pairs[pair]);
		assert_int_equal(bus.news.warnings, pairs[12 - pair]);
	}
}

static void all_zero_pairs_are_not_ok(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x35a, "AA AA AA 02 AA AA AA 02"), 0);
	assert_int_equal(bus.news.have, A(PROTECTIONS) | A(WARNINGS));
	assert_int_equal(bus.news.protections | bus.news.warnings, 0);
	assert_true(HAS(&bus.system, PROTECTIONS));
	assert_int_equal(hear(&bus, 0x35a, "00 00 00 00 00 00 00 00"), 0);
	assert_int_equal(bus.news.none, A(PROTECTIONS) | A(WARNINGS));
	assert_false(HAS(&bus.system, PROTECTIONS));
	assert_int_equal(hear(&bus, 0x35a, "FF FF FF FF FF FF FF FF"), 0);
	assert_int_equal(bus.news.none, A(PROTECTIONS) | A(WARNINGS));
}

/* Discover's warnings stand elsewhere, its protections do not */
static void seven_bytes_tell_protections_only(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x35a, "A6 AA AA 02 55 55 55"), 0);
	assert_int_equal(bus.news.protections, A(OVERVOLTAGE));
	assert_false(HAS(&bus.news, WARNINGS));
}

static void each_word_is_sent_as_its_pair(void **state)
{
	struct cellar_can_memory memory = { 0 };

	(void)state;
	for (unsigned int pair = 0; pair < 13; pair++) {
		const struct cellar_can_row *row;
		struct cellar_reading r = {
			.have = A(PROTECTIONS) | A(WARNINGS),
			.protections = pairs[pair], .warnings = pairs[12 - pair],
		};
		struct cellar_can_frame frame, e = frame_of(0x35a, "AA AA AA 02 AA AA AA 02");
		u8 address;

		e.data[pair / 4] ^= (u8)(3 << 2 * (pair % 4));
		e.data[4 + (12 - pair) / 4] ^= (u8)(3 << 2 * ((12 - pair) % 4));
		row = cellar_can_find_row(&cellar_can_victron, 0x35a, &address);
		assert_int_equal(cellar_can_encode(row, 0, &memory, &r, &frame), 0);
		assert_memory_equal(frame.data, e.data, 8);
	}
}

static void only_what_is_known_is_sent_as_ok(void **state)
{
	struct cellar_reading r = { .have = A(PROTECTIONS), .protections = A(MOSFET_FAILURE) };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_says(&cellar_can_victron, &memory, &r, 0x35a, "AA AA 6A 02 00 00 00 00");
	r.have = A(WARNINGS);
	r.warnings = A(LOW_SOC);
	assert_says(&cellar_can_victron, &memory, &r, 0x35a, "00 00 00 00 AA AA AA 02");
}

static void events_hold_no_reading(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_int_equal(hear(&bus, 0x35b, "FF FF 00 80 00 80 FF FF"), 0);
	assert_int_equal(bus.news.have | bus.news.none, 0);
	assert_says_nothing(&cellar_can_victron, &memory, &bus.system, 0x35b);
}

static void product_tells_firmware_and_available_capacity(void **state)
{
	static const char *const no_versions[] = {
		"", "1", "1.", ".1", "1.256", "256.1", "1.:", "1./", "1.2.3", "1.2:", "F002",
	};
	struct cellar_reading r = {
		.have = A(FIRMWARE) | A(REMAINING), .firmware = "1.23", .remaining_mah = 105999,
	};
	struct bus bus = { .dialect = &cellar_can_victron };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_int_equal(hear(&bus, 0x35f, "4C 69 01 17 69 00 00 00"), 0);
	assert_string_equal(bus.news.firmware, "1.23");
	assert_int_equal(bus.news.remaining_mah, 105000);
	assert_int_equal(hear(&bus, 0x35f, "00 00 0D 05 00 00 00 00"), 0);
	assert_string_equal(bus.news.firmware, "13.5");
	assert_true(NONE(&bus.news, REMAINING));
	assert_int_equal(hear(&bus, 0x35f, "00 00 FF FE"), 0);
	assert_string_equal(bus.news.firmware, "255.254");
	assert_int_equal(bus.news.none, 0);
	assert_int_equal(hear(&bus, 0x35f, "00 00 FF FF FF FF"), 0);
	assert_int_equal(bus.news.none, A(FIRMWARE) | A(REMAINING));

	assert_says(&cellar_can_victron, &memory, &r, 0x35f, "00 00 01 17 69 00 00 00");
	snprintf(r.firmware, sizeof(r.firmware), "F002");
	assert_says(&cellar_can_victron, &memory, &r, 0x35f, "00 00 00 00 69 00 00 00");
	snprintf(r.firmware, sizeof(r.firmware), "1.256");
	assert_says(&cellar_can_victron, &memory, &r, 0x35f, "00 00 00 00 69 00 00 00");
	r.have = A(FIRMWARE);
	for (size_t i = 0; i < ARRAY_SIZE(no_versions); i++) {
		snprintf(r.firmware, sizeof(r.firmware), "%s", no_versions[i]);
		assert_says_nothing(&cellar_can_victron, &memory, &r, 0x35f);
	}
}

static void charge_request_is_all_or_nothing(void **state)
{
	struct cellar_reading r = { .have = A(FORCE_CHARGE), .force_charge = true };
	struct bus bus = { .dialect = &cellar_can_victron };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_int_equal(hear(&bus, 0x360, "FF"), 0);
	assert_true(bus.news.force_charge);
	assert_int_equal(hear(&bus, 0x360, "00 00 00 00 00 00 00 00"), 0);
	assert_true(HAS(&bus.news, FORCE_CHARGE));
	assert_false(bus.news.force_charge);
	assert_int_equal(hear(&bus, 0x360, "01"), -ERANGE);
	assert_says(&cellar_can_victron, &memory, &r, 0x360, "FF 00 00 00 00 00 00 00");
	bus.dialect = &cellar_can_pylontech;
	assert_int_equal(hear(&bus, 0x360, "FF"), -ENOENT);
}

#define PLACES		(A(CELL_VOLTAGE_MIN_PLACE) | A(CELL_VOLTAGE_MAX_PLACE) | \
			 A(CELL_TEMPERATURE_MIN_PLACE) | A(CELL_TEMPERATURE_MAX_PLACE))
#define CAN_SMAR	"43 41 4E 2D 53 4D 41 52"
#define TBMS_BAT	"54 42 4D 53 2D 42 41 54"
#define ZEROS		"00 00 00 00 00 00 00 00"

static void a_name_needs_both_halves(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x370, CAN_SMAR), 0);
	assert_int_equal(bus.news.have | bus.news.none, 0);
	assert_int_equal(hear(&bus, 0x370, CAN_SMAR), 0);
	assert_int_equal(bus.news.have | bus.news.none, 0);
	assert_int_equal(hear(&bus, 0x371, TBMS_BAT), 0);
	assert_int_equal(bus.news.have, A(MODEL));
	assert_string_equal(bus.news.model, "CAN-SMARTBMS-BAT");
	assert_int_equal(hear(&bus, 0x370, CAN_SMAR), 0);
	assert_string_equal(bus.news.model, "CAN-SMARTBMS-BAT");
}

static void a_short_name_ends_in_zeros(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x371, ZEROS), 0);
	assert_int_equal(bus.news.have | bus.news.none, 0);
	assert_int_equal(hear(&bus, 0x370, "4C 56 53 00 00 00 00 00"), 0);
	assert_string_equal(bus.news.model, "LVS");
}

/* Highest first, as Eco-Worthy's 0x373 and 0x375 prove (protocols.md 2.4) */
static void binary_extremes_and_places(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x370, "76 00 6C 00 CF 0C CA 0C"), 0);
	assert_int_equal(bus.news.have, A(CELL_TEMPERATURE_MIN) | A(CELL_TEMPERATURE_MAX) |
			 A(CELL_VOLTAGE_MIN) | A(CELL_VOLTAGE_MAX));
	assert_int_equal(bus.news.cell_temperature_max_decic, 118);
	assert_int_equal(bus.news.cell_temperature_min_decic, 108);
	assert_int_equal(bus.news.cell_voltage_max_mv, 3279);
	assert_int_equal(bus.news.cell_voltage_min_mv, 3274);
	assert_int_equal(hear(&bus, 0x371, "04 01 02 02 06 02 04 02"), 0);
	assert_string_equal(bus.news.cell_temperature_max_place, "0104");
	assert_string_equal(bus.news.cell_temperature_min_place, "0202");
	assert_string_equal(bus.news.cell_voltage_max_place, "0206");
	assert_string_equal(bus.news.cell_voltage_min_place, "0204");
	assert_false(HAS(&bus.system, MODEL));
}

static void temperatures_without_cells_are_said(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };
	struct cellar_reading r = {
		.have = A(CELL_TEMPERATURE_MIN) | A(CELL_TEMPERATURE_MAX),
	};

	(void)state;
	assert_says(&cellar_can_pylontech, &bus.memory, &r, 0x370, "00 00 00 00 00 00 FF FF");
	assert_int_equal(hear(&bus, 0x370, "00 00 00 00 00 00 FF FF"), 0);
	assert_true(HAS(&bus.news, CELL_TEMPERATURE_MAX));
	assert_false(HAS(&bus.news, CELL_VOLTAGE_MIN));

	/* 11.8 °C would be the letter v */
	r.cell_temperature_max_decic = 118;
	assert_says(&cellar_can_pylontech, &bus.memory, &r, 0x370, "76 00 00 00 00 00 FF FF");
}

static void whole_kelvins_do_not_hide_tenths_of_a_degree(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x370, "76 00 6C 00 CF 0C CA 0C"), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(hear(&bus, 0x373, "CA 0C CF 0C 1B 01 1C 01"), 0);
		assert_true(HAS(&bus.news, CELL_VOLTAGE_MIN));
		assert_false(HAS(&bus.news, CELL_TEMPERATURE_MIN));
		assert_false(NONE(&bus.news, CELL_TEMPERATURE_MAX));
		assert_int_equal(bus.system.cell_temperature_max_decic, 118);
	}

	/* 0x370 has gone silent: what is left counts */
	assert_int_equal(hear(&bus, 0x373, "CA 0C CF 0C 1B 01 1C 01"), 0);
	assert_int_equal(bus.system.cell_temperature_min_decic, 100);
	assert_int_equal(bus.system.cell_temperature_max_decic, 110);
}

static void binary_frames_that_cannot_be(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	/* the lowest first */
	assert_int_equal(hear(&bus, 0x370, "76 00 6C 00 CA 0C CF 0C"), -ERANGE);
	assert_int_equal(hear(&bus, 0x370, "6C 00 76 00 CF 0C CA 0C"), -ERANGE);
	/* 151 °C, 0.999 V, 5.001 V */
	assert_int_equal(hear(&bus, 0x370, "E6 05 6C 00 CF 0C CA 0C"), -ERANGE);
	assert_int_equal(hear(&bus, 0x370, "76 00 6C 00 CF 0C E7 03"), -ERANGE);
	assert_int_equal(hear(&bus, 0x370, "76 00 6C 00 89 13 CA 0C"), -ERANGE);
	/* a name that is not ASCII, half a name beside numbers, cell 100 */
	assert_int_equal(hear(&bus, 0x370, "42 41 54 54 C3 A9 20 31"), -ERANGE);
	assert_int_equal(hear(&bus, 0x371, "64 01 02 02 06 02 04 02"), -ERANGE);
	assert_int_equal(bus.memory.name_parts, 0);
	assert_int_equal(hear(&bus, 0x371, "04 01 02 02 06 02 04 02"), 0);
	assert_int_equal(hear(&bus, 0x370, CAN_SMAR), -ERANGE);
	assert_int_equal(bus.system.have & A(MODEL), 0);
}

static void unused_binary_frames_say_nothing(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };

	(void)state;
	assert_int_equal(hear(&bus, 0x370, ZEROS), 0);
	assert_int_equal(hear(&bus, 0x371, ZEROS), 0);
	assert_int_equal(hear(&bus, 0x370, ZEROS), 0);
	assert_int_equal(bus.news.have | bus.news.none, 0);
	assert_int_equal(hear(&bus, 0x370, "76 00 00 80 00 00 CA 0C"), 0);
	assert_int_equal(bus.news.have, A(CELL_TEMPERATURE_MAX) | A(CELL_VOLTAGE_MIN));
	assert_int_equal(bus.news.none, A(CELL_TEMPERATURE_MIN) | A(CELL_VOLTAGE_MAX));
	assert_int_equal(hear(&bus, 0x371, "04 01 00 00 00 00 04 02"), 0);
	assert_int_equal(bus.news.have,
			 A(CELL_TEMPERATURE_MAX_PLACE) | A(CELL_VOLTAGE_MIN_PLACE));
}

/* A bus may change from names to numbers: a new battery, a new firmware */
static void names_and_numbers_may_change_over(void **state)
{
	struct bus bus = { .dialect = &cellar_can_pylontech };

	(void)state;
	assert_int_equal(hear(&bus, 0x370, CAN_SMAR), 0);
	assert_int_equal(hear(&bus, 0x371, TBMS_BAT), 0);
	assert_int_equal(hear(&bus, 0x370, "76 00 6C 00 CF 0C CA 0C"), 0);
	assert_int_equal(bus.news.cell_voltage_max_mv, 3279);
	assert_int_equal(hear(&bus, 0x371, "04 01 02 02 06 02 04 02"), 0);
	assert_string_equal(bus.news.cell_voltage_max_place, "0206");
}

static void names_and_numbers_are_sent(void **state)
{
	static const char *const not_digits[] = {
		"/206", ":206", "0/06", "0:06", "02/6", "02:6", "020/", "020:", "206", "02061",
	};
	struct cellar_reading r = {
		.have = A(MODEL) | A(CELL_VOLTAGE_MAX) | A(CELL_VOLTAGE_MAX_PLACE) |
			A(CELL_VOLTAGE_MIN_PLACE),
		.model = "CAN-SMARTBMS-BAT", .cell_voltage_max_mv = 3279,
		.cell_voltage_max_place = "0206", .cell_voltage_min_place = "b0 m3",
	};
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_says(&cellar_can_victron, &memory, &r, 0x370, CAN_SMAR);
	assert_says(&cellar_can_victron, &memory, &r, 0x371, TBMS_BAT);
	assert_says(&cellar_can_pylontech, &memory, &r, 0x371, TBMS_BAT);
	snprintf(r.model, sizeof(r.model), "LVS");
	assert_says(&cellar_can_victron, &memory, &r, 0x370, "4C 56 53 00 00 00 00 00");
	assert_says(&cellar_can_victron, &memory, &r, 0x371, ZEROS);
	r.have &= ~A(MODEL);
	assert_says(&cellar_can_pylontech, &memory, &r, 0x370, "00 80 00 80 CF 0C FF FF");
	assert_says(&cellar_can_pylontech, &memory, &r, 0x371, "00 00 00 00 06 02 00 00");
	assert_says_nothing(&cellar_can_victron, &memory, &r, 0x370);
	/* only two and two digits are a pack and a cell */
	for (size_t i = 0; i < ARRAY_SIZE(not_digits); i++) {
		snprintf(r.cell_voltage_max_place, sizeof(r.cell_voltage_max_place), "%s",
			 not_digits[i]);
		assert_says_nothing(&cellar_can_pylontech, &memory, &r, 0x371);
	}
	snprintf(r.cell_voltage_max_place, sizeof(r.cell_voltage_max_place), "9009");
	assert_says(&cellar_can_pylontech, &memory, &r, 0x371, "00 00 00 00 09 5A 00 00");
	r.have = PLACES;
	memcpy(r.cell_voltage_min_place, "0102", 5);
	memcpy(r.cell_temperature_max_place, "0304", 5);
	memcpy(r.cell_temperature_min_place, "0506", 5);
	assert_says(&cellar_can_pylontech, &memory, &r, 0x371, "04 03 06 05 09 5A 02 01");
	memcpy(r.cell_voltage_min_place, "b0 m3", 6);
	r.have = A(CELL_VOLTAGE_MIN_PLACE);
	assert_says_nothing(&cellar_can_pylontech, &memory, &r, 0x370);
	assert_says_nothing(&cellar_can_pylontech, &memory, &r, 0x371);
}

static void counts_of_packs(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_int_equal(hear(&bus, 0x372, "02 00 03 00 01 00 04 01"), 0);
	assert_int_equal(bus.news.packs_online, 2);
	assert_int_equal(bus.news.packs_blocking_charge, 3);
	assert_int_equal(bus.news.packs_blocking_discharge, 1);
	assert_int_equal(bus.news.packs_offline, 260);
	assert_says(&cellar_can_victron, &memory, &bus.system, 0x372,
		    "02 00 03 00 01 00 04 01");
	assert_int_equal(hear(&bus, 0x372, "02 00"), 0);
	assert_int_equal(bus.news.have, A(PACKS_ONLINE));
	assert_int_equal(hear(&bus, 0x372, "02 00 FF FF"), 0);
	assert_int_equal(bus.news.none, A(PACKS_BLOCKING_CHARGE));
}

static void extremes_in_kelvin(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_int_equal(hear(&bus, 0x373, "EA 0C 01 0D 1F 01 22 01"), 0);
	assert_int_equal(bus.news.cell_voltage_min_mv, 3306);
	assert_int_equal(bus.news.cell_voltage_max_mv, 3329);
	assert_int_equal(bus.news.cell_temperature_min_decic, 140);
	assert_int_equal(bus.news.cell_temperature_max_decic, 170);
	assert_says(&cellar_can_victron, &memory, &bus.system, 0x373,
		    "EA 0C 01 0D 1F 01 22 01");

	assert_int_equal(hear(&bus, 0x373, "00 00 01 0D FC 00 00 00"), 0);
	assert_int_equal(bus.news.have, A(CELL_VOLTAGE_MAX) | A(CELL_TEMPERATURE_MIN));
	assert_int_equal(bus.news.none, A(CELL_VOLTAGE_MIN) | A(CELL_TEMPERATURE_MAX));
	assert_int_equal(bus.news.cell_temperature_min_decic, -210);
	assert_int_equal(hear(&bus, 0x373, "FF FF FF FF FF FF FF FF"), 0);
	assert_int_equal(bus.news.have, 0);

	assert_int_equal(hear(&bus, 0x373, "02 0D 01 0D 1F 01 22 01"), -ERANGE);
	assert_int_equal(hear(&bus, 0x373, "EA 0C 01 0D 23 01 22 01"), -ERANGE);
	assert_int_equal(hear(&bus, 0x373, "E7 03 01 0D 1F 01 22 01"), -ERANGE);
	assert_int_equal(hear(&bus, 0x373, "EA 0C 89 13 1F 01 22 01"), -ERANGE);
	assert_int_equal(hear(&bus, 0x373, "EA 0C 01 0D D4 00 22 01"), -ERANGE);
	assert_int_equal(hear(&bus, 0x373, "EA 0C 01 0D 1F 01 A8 01"), -ERANGE);
}

/* The coldest cell is never made warmer, the warmest never colder */
static void kelvins_round_outwards(void **state)
{
	struct cellar_reading r = {
		.have = A(CELL_TEMPERATURE_MIN) | A(CELL_TEMPERATURE_MAX),
		.cell_temperature_min_decic = -55, .cell_temperature_max_decic = 251,
	};
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_says(&cellar_can_victron, &memory, &r, 0x373, "00 00 00 00 0B 01 2B 01");
	r.cell_temperature_min_decic = 259;
	r.cell_temperature_max_decic = 260;
	assert_says(&cellar_can_victron, &memory, &r, 0x373, "00 00 00 00 2A 01 2B 01");
}

static void places_serial_number_and_family(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_int_equal(hear(&bus, 0x374, "30 32 30 34 00 00 00 00"), 0);
	assert_int_equal(hear(&bus, 0x375, "62 30 20 6D 33 00 00 00"), 0);
	assert_int_equal(hear(&bus, 0x376, "32"), 0);
	assert_int_equal(hear(&bus, 0x377, "31 00"), 0);
	assert_string_equal(bus.system.cell_voltage_min_place, "0204");
	assert_string_equal(bus.system.cell_voltage_max_place, "b0 m3");
	assert_string_equal(bus.system.cell_temperature_min_place, "2");
	assert_string_equal(bus.system.cell_temperature_max_place, "1");
	assert_int_equal(hear(&bus, 0x374, ZEROS), 0);
	assert_true(NONE(&bus.news, CELL_VOLTAGE_MIN_PLACE));

	assert_int_equal(hear(&bus, 0x380, "53 41 4D 50 4C 45 30 30"), 0);
	assert_int_equal(hear(&bus, 0x381, "53 41 4D 50 4C 45 30 31"), 0);
	assert_string_equal(bus.system.serial, "SAMPLE00SAMPLE01");
	assert_int_equal(hear(&bus, 0x382, "50 52 45 4D 49 55 4D 00"), 0);
	assert_string_equal(bus.system.family, "PREMIUM");

	assert_says(&cellar_can_victron, &memory, &bus.system, 0x375,
		    "62 30 20 6D 33 00 00 00");
	assert_says(&cellar_can_victron, &memory, &bus.system, 0x380,
		    "53 41 4D 50 4C 45 30 30");
	assert_says(&cellar_can_victron, &memory, &bus.system, 0x381,
		    "53 41 4D 50 4C 45 30 31");
	assert_says(&cellar_can_victron, &memory, &bus.system, 0x382,
		    "50 52 45 4D 49 55 4D 00");
}

static void energy_and_capacity(void **state)
{
	struct bus bus = { .dialect = &cellar_can_victron };
	struct cellar_can_memory memory = { 0 };

	(void)state;
	assert_int_equal(hear(&bus, 0x378, "40 08 00 00 2B 07 00 00"), 0);
	assert_int_equal(bus.news.energy_charged_wh, 211200);
	assert_int_equal(bus.news.energy_discharged_wh, 183500);
	assert_says(&cellar_can_victron, &memory, &bus.system, 0x378,
		    "40 08 00 00 2B 07 00 00");
	assert_int_equal(hear(&bus, 0x378, "FE FF FF FF FF FF FF FF"), 0);
	assert_int_equal(bus.news.energy_charged_wh, 429496729400);
	assert_true(NONE(&bus.news, ENERGY_DISCHARGED));

	/* a counter that does not fit stops, it does not wrap */
	assert_says(&cellar_can_victron, &memory, &bus.system, 0x378,
		    "28 5C 8F 02 FF FF FF FF");

	assert_int_equal(hear(&bus, 0x379, "9C 00 00 00 00 00 00 00"), 0);
	assert_int_equal(bus.news.design_mah, 156000);
	assert_says(&cellar_can_victron, &memory, &bus.system, 0x379,
		    "9C 00 00 00 00 00 00 00");
	assert_int_equal(hear(&bus, 0x379, "00 00"), 0);
	assert_true(NONE(&bus.news, DESIGN));
	assert_int_equal(hear(&bus, 0x379, "FF FF"), 0);
	assert_true(NONE(&bus.news, DESIGN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(temperatures_without_cells_are_said),
		cmocka_unit_test(whole_kelvins_do_not_hide_tenths_of_a_degree),
		cmocka_unit_test(each_pair_alone_in_each_state),
		cmocka_unit_test(each_pair_among_others),
		cmocka_unit_test(all_zero_pairs_are_not_ok),
		cmocka_unit_test(seven_bytes_tell_protections_only),
		cmocka_unit_test(each_word_is_sent_as_its_pair),
		cmocka_unit_test(only_what_is_known_is_sent_as_ok),
		cmocka_unit_test(events_hold_no_reading),
		cmocka_unit_test(product_tells_firmware_and_available_capacity),
		cmocka_unit_test(charge_request_is_all_or_nothing),
		cmocka_unit_test(a_name_needs_both_halves),
		cmocka_unit_test(a_short_name_ends_in_zeros),
		cmocka_unit_test(binary_extremes_and_places),
		cmocka_unit_test(binary_frames_that_cannot_be),
		cmocka_unit_test(unused_binary_frames_say_nothing),
		cmocka_unit_test(names_and_numbers_may_change_over),
		cmocka_unit_test(names_and_numbers_are_sent),
		cmocka_unit_test(counts_of_packs),
		cmocka_unit_test(extremes_in_kelvin),
		cmocka_unit_test(kelvins_round_outwards),
		cmocka_unit_test(places_serial_number_and_family),
		cmocka_unit_test(energy_and_capacity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
