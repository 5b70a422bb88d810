// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deye: the two settings and their signs, every bit of the fault tables, and the
 * twelve frames of each of 32 packs (protocols.md 3.1).
 */
#include "can_bus.h"

/* T1…T7 of protocols.md 3.1, in the nearest words of spec/interfaces.md */
static const u64 faults[7][8] = {
	{
		A(CELL_OVERVOLTAGE), A(CELL_UNDERVOLTAGE), A(PACK_OVERVOLTAGE),
		A(PACK_UNDERVOLTAGE), A(CHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT),
		A(CHARGE_OVERTEMPERATURE), A(CHARGE_UNDERTEMPERATURE),
	}, {
		A(DISCHARGE_OVERTEMPERATURE), A(DISCHARGE_UNDERTEMPERATURE),
		A(CELL_IMBALANCE), A(TEMPERATURE_IMBALANCE), A(MOSFET_OVERTEMPERATURE),
		A(HEATER_OVERTEMPERATURE), A(DISCHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT),
	}, {
		A(UNDERVOLTAGE), A(OVERVOLTAGE), A(DISCHARGE_OVERCURRENT),
		A(CHARGE_OVERCURRENT), A(SHORT_CIRCUIT), A(UNDERTEMPERATURE),
		A(OVERTEMPERATURE), A(SHORT_CIRCUIT),
	}, {
		A(INTERNAL_COMMUNICATION), A(SENSOR_FAILURE), A(SENSOR_FAILURE),
		A(MOSFET_FAILURE), A(MEMORY_FAILURE), A(INTERNAL_COMMUNICATION),
		A(INVERTER_COMMUNICATION), A(DUPLICATE_ADDRESS),
	}, {
		A(CELL_OVERVOLTAGE), A(CELL_UNDERVOLTAGE), A(PACK_OVERVOLTAGE),
		A(PACK_UNDERVOLTAGE), A(CHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT),
		A(CHARGE_OVERTEMPERATURE), A(CHARGE_UNDERTEMPERATURE),
	}, {
		A(DISCHARGE_OVERTEMPERATURE), A(DISCHARGE_UNDERTEMPERATURE),
		A(CELL_IMBALANCE), A(TEMPERATURE_IMBALANCE), A(MOSFET_OVERTEMPERATURE),
		A(HEATER_OVERTEMPERATURE), A(HEATER_FAILURE), A(HEATER_FAILURE),
	}, {
		A(CONNECTOR_OVERTEMPERATURE), A(PRECHARGE_FAILURE), A(REVERSED_POLARITY),
		A(CONNECTOR_OVERTEMPERATURE), A(FUSE_BLOWN), A(SENSOR_FAILURE),
		A(SENSOR_FAILURE), A(GENERAL),
	},
};

static bool is_warning(unsigned int table)
{
	return table == 4 || table == 5;
}

static void each_fault_bit_alone(void **state)
{
	static const u16 ids[] = { 0x359, 0x110, 0x12f };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		for (unsigned int bit = 0; bit < 56; bit++) {
			struct cellar_can_frame f = frame_of(ids[i], "00 00 00 00 00 00 00 00");
			struct bus bus = { .dialect = &cellar_can_deye };
			u64 word = faults[bit / 8][bit % 8];
			bool warning = is_warning(bit / 8);

			f.data[bit / 8] = (u8)(1 << bit % 8);
			assert_int_equal(hear_frame(&bus, &f), 0);
			assert_true(HAS(&bus.news, PROTECTIONS) && HAS(&bus.news, WARNINGS));
			assert_int_equal(bus.news.protections, warning ? 0 : word);
			assert_int_equal(bus.news.warnings, warning ? word : 0);
		}
}

/* Sent and heard again, each word is the same word and no other */
static void each_fault_word_alone(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 56; bit++) {
		struct bus bus = { .dialect = &cellar_can_deye };
		u64 word = faults[bit / 8][bit % 8];
		bool warning = is_warning(bit / 8);
		struct cellar_reading r = {
			.have = A(PROTECTIONS) | A(WARNINGS),
			.protections = warning ? 0 : word, .warnings = warning ? word : 0,
		};
		const struct cellar_can_row *row;
		struct cellar_can_frame frame;
		unsigned int bits = 0;
		u8 address;

		row = cellar_can_find_row(&cellar_can_deye, 0x359, &address);
		assert_int_equal(cellar_can_encode(row, 0, &bus.memory, &r, &frame), 0);
		for (unsigned int i = 0; i < 64; i++)
			bits += frame.data[i / 8] >> i % 8 & 1;
		assert_int_equal(bits, 1);
		assert_int_equal(hear_frame(&bus, &frame), 0);
		assert_int_equal(bus.news.protections, r.protections);
		assert_int_equal(bus.news.warnings, r.warnings);
	}
}

#define MINUS_1_5_A	"84 13 F1 FF 37 00 00 00"

static void no_current_before_the_setting_is_known(void **state)
{
	struct bus bus = { .dialect = &cellar_can_deye };

	(void)state;
	assert_int_equal(hear(&bus, 0x356, MINUS_1_5_A), 0);
	assert_int_equal(bus.news.have, A(VOLTAGE) | A(TEMPERATURE));
	assert_int_equal(bus.news.none, 0);
}

static void either_setting_has_its_sign(void **state)
{
	static const struct {
		u16 id;
		const char *hex;
		s32 current_ma;
	} cases[] = {
		{ 0x359, "00 00 00 00 00 00 00 00", 1500 },
		{ 0x35c, "C0 00 00 00 00 00 00 00", 1500 },
		{ 0x361, "2D 0D 08 0D E6 00 E6 00", 1500 },
		{ 0x363, "F0 02 F0 02 00 00 00 00", 1500 },
		{ 0x364, "01 01 00 00 01 00 00 00", 1500 },
		{ 0x371, "00 00 FC 08 00 00 00 00", 1500 },
		{ 0x35a, "00 00 00 00 00 00 00 00", -1500 },
		{ 0x35f, "00 1C F0 05 FC 08 44 59", -1500 },
	};
	struct bus bus = { .dialect = &cellar_can_deye };

	(void)state;
	/* from a fresh start, and over again: the battery may change over */
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bus fresh = { .dialect = &cellar_can_deye };

		assert_int_equal(hear(&fresh, cases[i].id, cases[i].hex), 0);
		assert_int_equal(hear(&fresh, 0x356, MINUS_1_5_A), 0);
		assert_true(HAS(&fresh.news, CURRENT));
		assert_int_equal(fresh.news.current_ma, cases[i].current_ma);
		assert_int_equal(hear(&bus, cases[i].id, cases[i].hex), 0);
		assert_int_equal(hear(&bus, 0x356, MINUS_1_5_A), 0);
		assert_int_equal(bus.news.current_ma, cases[i].current_ma);
	}
	assert_int_equal(hear(&bus, 0x356, "84 13 00 80 37 00"), 0);
	assert_true(NONE(&bus.news, CURRENT));

	/* a malformed frame teaches nothing */
	assert_int_equal(hear(&bus, 0x361, "08 0D 2D 0D E6 00 E6 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x356, MINUS_1_5_A), 0);
	assert_int_equal(bus.news.current_ma, -1500);
}

static void a_pack_discharges_with_plus_in_either_setting(void **state)
{
	struct bus bus = { .dialect = &cellar_can_deye };

	(void)state;
	assert_int_equal(hear(&bus, 0x150, "17 02 0F 00 E4 03 E8 03"), 0);
	assert_int_equal(bus.packs[1].current_ma, -1500);
	assert_int_equal(hear(&bus, 0x35a, "00 00 00 00 00 00 00 00"), 0);
	assert_int_equal(hear(&bus, 0x150, "17 02 0F 00 E4 03 E8 03"), 0);
	assert_int_equal(bus.packs[1].current_ma, -1500);
	assert_int_equal(hear(&bus, 0x150, "17 02 F1 FF E4 03 E8 03"), 0);
	assert_int_equal(bus.packs[1].current_ma, 1500);
	assert_int_equal(bus.packs[1].voltage_mv, 53500);
	assert_int_equal(bus.packs[1].soc_centi, 9960);
	assert_int_equal(bus.packs[1].soh_centi, 10000);
}

static void each_setting_sends_its_own_frames(void **state)
{
	static const u16 native_only[] = { 0x359, 0x35c, 0x361, 0x363, 0x364, 0x371 };
	static const u16 victron_only[] = { 0x35a, 0x35f };
	struct cellar_can_memory native = { .setting = CELLAR_SETTING_NATIVE };
	struct cellar_can_memory victron = { .setting = CELLAR_SETTING_VICTRON };
	struct cellar_reading r = {
		.have = cellar_can_deye.system_fields, .firmware = "F002",
		.voltage_mv = 53500, .current_ma = -1500, .temperature_decic = 230,
		.design_mah = 230000, .manufacturer = "DY", .packs_online = 12,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(native_only); i++)
		assert_says_nothing(&cellar_can_deye, &victron, &r, native_only[i]);
	for (size_t i = 0; i < ARRAY_SIZE(victron_only); i++)
		assert_says_nothing(&cellar_can_deye, &native, &r, victron_only[i]);
	assert_says(&cellar_can_deye, &native, &r, 0x356, "E6 14 0F 00 E6 00 00 00");
	assert_says(&cellar_can_deye, &victron, &r, 0x356, "E6 14 F1 FF E6 00 00 00");
	assert_says(&cellar_can_deye, &native, &r, 0x35e, "44 59 30 31 32 00 FC 08");
	assert_says(&cellar_can_deye, &victron, &r, 0x35e, "50 59 4C 4F 4E 00 FC 08");
	assert_says(&cellar_can_deye, &native, &r, 0x363, "F0 02 00 00 00 00 00 00");
	assert_says(&cellar_can_deye, &victron, &r, 0x35f, "00 00 F0 02 FC 08 44 59");

	r.packs_online = 999;
	assert_says(&cellar_can_deye, &native, &r, 0x35e, "44 59 39 39 39 00 FC 08");
	r.packs_online = 1000;
	assert_says(&cellar_can_deye, &native, &r, 0x35e, "44 59 39 39 39 00 FC 08");

	r.have &= ~(A(CURRENT) | A(PACKS_ONLINE));
	assert_says(&cellar_can_deye, &native, &r, 0x356, "E6 14 00 80 E6 00 00 00");
	assert_says(&cellar_can_deye, &native, &r, 0x35e, "44 59 30 30 31 00 FC 08");
	snprintf(r.firmware, sizeof(r.firmware), "1.23");
	assert_says_nothing(&cellar_can_deye, &native, &r, 0x363);
	assert_says_nothing(&cellar_can_deye, &victron, &r, 0x35f);
}

static void maker_and_capacity_of_the_system(void **state)
{
	struct bus bus = { .dialect = &cellar_can_deye };

	(void)state;
	assert_int_equal(hear(&bus, 0x35e, "44 59 30 30 31 1C FC 08"), 0);
	assert_string_equal(bus.news.manufacturer, "DY");
	assert_int_equal(bus.news.design_mah, 230000);
	assert_int_equal(hear(&bus, 0x35e, "50 59 4C 4F 4E 1C FC 08"), 0);
	assert_string_equal(bus.news.manufacturer, "PYLON");
	assert_int_equal(bus.news.design_mah, 230000);
	assert_int_equal(hear(&bus, 0x35e, "50 59 4C 4F 4E 1C 00 00"), 0);
	assert_true(NONE(&bus.news, DESIGN));
	assert_int_equal(hear(&bus, 0x35e, "44 59 30 30 31"), 0);
	assert_int_equal(bus.news.have, A(MANUFACTURER));
	assert_int_equal(hear(&bus, 0x35e, "53 55 4E 53 59 4E 4B 20"), 0);
	assert_string_equal(bus.news.manufacturer, "SUNSYNK");
	assert_int_equal(bus.news.have, A(MANUFACTURER));
	assert_int_equal(hear(&bus, 0x35f, "00 1C F0 05 FC 08 44 59"), 0);
	assert_string_equal(bus.news.firmware, "F005");
	assert_int_equal(bus.news.design_mah, 230000);
}

static void counts_and_limits_of_the_system(void **state)
{
	struct cellar_can_memory native = { .setting = CELLAR_SETTING_NATIVE };
	struct bus bus = { .dialect = &cellar_can_deye };

	(void)state;
	assert_int_equal(hear(&bus, 0x364, "03 01 02 04 05 00 00 00"), 0);
	assert_int_equal(bus.news.packs_online, 5);
	assert_int_equal(bus.news.packs_offline, 4);
	assert_int_equal(bus.news.packs_blocking_charge, 1);
	assert_int_equal(bus.news.packs_blocking_discharge, 2);
	assert_says(&cellar_can_deye, &native, &bus.system, 0x364, "05 01 02 04 05 00 00 00");
	bus.system.packs_online = 300;
	assert_says(&cellar_can_deye, &native, &bus.system, 0x364, "FF 01 02 04 FF 00 00 00");
	bus.system.have = A(PACKS_ONLINE);
	assert_says(&cellar_can_deye, &native, &bus.system, 0x364, "FF 00 00 00 FF 00 00 00");

	assert_int_equal(hear(&bus, 0x371, "9C FF FC 08 00 00 00 00"), 0);
	assert_int_equal(bus.news.grid_charge_current_limit_ma, 10000);
	assert_int_equal(bus.news.grid_discharge_current_limit_ma, 230000);
	assert_int_equal(hear(&bus, 0x371, "00 80 FC 08"), 0);
	assert_true(NONE(&bus.news, GRID_CHARGE_CURRENT_LIMIT));
	assert_says(&cellar_can_deye, &native, &bus.system, 0x371, "00 80 FC 08 00 00 00 00");

	assert_int_equal(hear(&bus, 0x361, "2D 0D 08 0D E6 00 00 80"), 0);
	assert_int_equal(bus.news.cell_voltage_max_mv, 3373);
	assert_int_equal(bus.news.cell_voltage_min_mv, 3336);
	assert_int_equal(bus.news.cell_temperature_max_decic, 230);
	assert_true(NONE(&bus.news, CELL_TEMPERATURE_MIN));
	assert_int_equal(hear(&bus, 0x361, "00 00 08 0D E6 00 00 80"), 0);
	assert_true(NONE(&bus.news, CELL_VOLTAGE_MAX));

	assert_int_equal(hear(&bus, 0x363, "F0 0A F0 05 00 00 00 00"), 0);
	assert_string_equal(bus.news.firmware, "F00A");
}

static void frames_of_one_pack(void **state)
{
	struct bus bus = { .dialect = &cellar_can_deye };
	const struct cellar_reading *pack = &bus.packs[4];
	static const struct {
		u16 id;
		const char *hex;
	} cases[] = {
		{ 0x113, "00 00 00 00 00 00 00 31" },
		{ 0x153, "17 02 0F 00 E4 03 E8 03" },
		{ 0x203, "2D 0D 08 0D F0 00 E6 FF" },
		{ 0x253, "FA 00 70 FE 0A 00 E6 00" },
		{ 0x403, "00 00 7B 00 12 80 00 00" },
		{ 0x503, "F0 02 AA 56 31 2E 30 46" },
		{ 0x553, "2E 18 00 00 33 00 00 00" },
		{ 0x603, "53 41 4D 50 4C 45 30 30" },
		{ 0x653, "53 41 4D 50 4C 45 30 31" },
		{ 0x703, "02 00 1A 00 00 00 03 00" },
		{ 0x753, "01 00 02 00 03 00 FF FF" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(hear(&bus, cases[i].id, cases[i].hex), 0);
	assert_int_equal(bus.system.have, 0);
	for (size_t i = 1; i <= CELLAR_CAN_PACKS_MAX; i++)
		assert_int_equal(bus.packs[i].have != 0, i == 4);

	assert_true(pack->charge_enable && pack->discharge_enable);
	assert_int_equal(pack->cell_temperature_max_decic, 240);
	assert_int_equal(pack->cell_temperature_min_decic, -26);
	assert_int_equal(pack->mosfet_temperature_decic, 250);
	assert_false(HAS(pack, HEATER_TEMPERATURE));
	assert_int_equal(pack->charge_current_limit_ma, 10000);
	assert_int_equal(pack->discharge_current_limit_ma, 230000);
	assert_int_equal(pack->cycles, 123);
	assert_int_equal(pack->balancing, 0x8012);
	assert_string_equal(pack->firmware, "F002 V1.0F");
	assert_int_equal(pack->energy_charged_wh, 6190);
	assert_int_equal(pack->energy_discharged_wh, 51);
	assert_string_equal(pack->serial, "SAMPLE00SAMPLE01");
	assert_int_equal(pack->fault_counts[0], 2);
	assert_int_equal(pack->fault_counts[1], 26);
	assert_int_equal(pack->fault_counts[3], 3);
	assert_int_equal(pack->fault_counts[4], 1);
	assert_int_equal(pack->fault_counts[7], 65535);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_says(&cellar_can_deye, &bus.memory, pack, cases[i].id, cases[i].hex);
}

static void switches_of_a_pack_one_by_one(void **state)
{
	struct bus bus = { .dialect = &cellar_can_deye };

	(void)state;
	assert_int_equal(hear(&bus, 0x110, "00 00 00 00 00 00 00 EF"), 0);
	assert_int_equal(bus.news.charge_enable, false);
	assert_int_equal(bus.news.discharge_enable, true);
	assert_int_equal(hear(&bus, 0x110, "00 00 00 00 00 00 00 DF"), 0);
	assert_int_equal(bus.news.charge_enable, true);
	assert_int_equal(bus.news.discharge_enable, false);
	/* what is not known is not enabled, alarms that are not are not sent */
	bus.packs[1].have = A(PROTECTIONS);
	assert_says(&cellar_can_deye, &bus.memory, &bus.packs[1], 0x110,
		    "00 00 00 00 00 00 00 01");
	bus.packs[1].have = A(CHARGE_ENABLE);
	assert_says_nothing(&cellar_can_deye, &bus.memory, &bus.packs[1], 0x110);
}

static void balancing_without_cycles(void **state)
{
	struct cellar_reading r = { .have = A(BALANCING), .balancing = 0x8012 };
	struct bus bus = { .dialect = &cellar_can_deye };

	(void)state;
	assert_says(&cellar_can_deye, &bus.memory, &r, 0x400, "00 00 FF FF 12 80 00 00");
	assert_int_equal(hear(&bus, 0x400, "00 00 FF FF 12 80"), 0);
	assert_int_equal(bus.news.have, A(BALANCING));
	assert_int_equal(bus.news.none, A(CYCLES));
}

/* protocols.md 3.1, "Measured periods": use 7 s for the slow frames at least */
static void slow_frames_stay_live_longer(void **state)
{
	static const struct {
		u16 id, period_ms, max_age_ms;
	} cases[] = {
		{ 0x110, 1000, 2500 }, { 0x150, 1000, 2500 }, { 0x200, 1000, 2500 },
		{ 0x250, 1000, 2500 }, { 0x400, 1000, 2500 }, { 0x359, 1000, 2500 },
		{ 0x500, 2100, 0 }, { 0x600, 2100, 0 }, { 0x650, 2100, 0 },
		{ 0x550, 5300, 16000 }, { 0x700, 5300, 16000 }, { 0x750, 5300, 16000 },
	};
	u8 address;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct cellar_can_row *row;

		row = cellar_can_find_row(&cellar_can_deye, cases[i].id, &address);
		assert_non_null(row);
		assert_int_equal(row->period_ms, cases[i].period_ms);
		assert_int_equal(row->max_age_ms, cases[i].max_age_ms);
	}
}

static void measurements_of_a_pack_out_of_range(void **state)
{
	struct bus bus = { .dialect = &cellar_can_deye };

	(void)state;
	assert_int_equal(hear(&bus, 0x150, "C8 00 00 00 E4 03 E8 03"), 0);
	assert_int_equal(hear(&bus, 0x150, "BC 02 00 00 E4 03 E8 03"), 0);
	assert_int_equal(hear(&bus, 0x150, "C7 00 00 00 E4 03 E8 03"), -ERANGE);
	assert_int_equal(hear(&bus, 0x150, "BD 02 00 00 E4 03 E8 03"), -ERANGE);
	/* 0x150 knows only 0.1 V */
	assert_int_equal(hear(&bus, 0x150, "E6 14 00 00 E4 03 E8 03"), -ERANGE);
	assert_int_equal(hear(&bus, 0x150, "17 02 00 00 E9 03 E8 03"), -ERANGE);
	assert_int_equal(hear(&bus, 0x150, "17 02 00 00 E8 03 E9 03"), -ERANGE);
	assert_int_equal(hear(&bus, 0x150, "FF FF 00 80 FF FF FF FF"), 0);
	assert_int_equal(bus.news.have, 0);
	assert_int_equal(bus.news.none, A(VOLTAGE) | A(CURRENT) | A(SOC) | A(SOH));
	assert_int_equal(hear(&bus, 0x150, "17 02 0F 00"), 0);
	assert_int_equal(bus.news.have, A(VOLTAGE) | A(CURRENT));
	assert_int_equal(hear(&bus, 0x200, "08 0D 2D 0D E6 00 E6 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x250, "DD 05 70 FE 0A 00 E6 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x250, "FA 00 DD 05 0A 00 E6 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x250, "FA 00 A7 FD 0A 00 E6 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x250, "A7 FD FA 00 0A 00 E6 00"), -ERANGE);
	assert_int_equal(hear(&bus, 0x250, "70 FE 70 FE FF FF FF FF"), 0);
	assert_int_equal(bus.news.have, 0);
}

static void version_without_boot_text(void **state)
{
	struct bus bus = { .dialect = &cellar_can_deye };

	(void)state;
	assert_int_equal(hear(&bus, 0x500, "F0 02"), 0);
	assert_string_equal(bus.news.firmware, "F002");
	assert_int_equal(hear(&bus, 0x500, "F0 02 AA 00 00 00 00 00"), 0);
	assert_string_equal(bus.news.firmware, "F002");
	assert_says(&cellar_can_deye, &bus.memory, &bus.packs[1], 0x500,
		    "F0 02 AA 00 00 00 00 00");
	snprintf(bus.packs[1].firmware, sizeof(bus.packs[1].firmware), "f002");
	assert_says_nothing(&cellar_can_deye, &bus.memory, &bus.packs[1], 0x500);
}

static void every_address_has_its_identifiers(void **state)
{
	struct cellar_can_memory memory = { 0 };
	struct cellar_can_frame frame;

	(void)state;
	for (unsigned int r = 0; r < cellar_can_deye.n_rows; r++) {
		const struct cellar_can_row *row = &cellar_can_deye.rows[r];
		u64 fields = row->packs ? cellar_can_deye.pack_fields :
			     cellar_can_deye.system_fields;
		struct cellar_reading reading = { .have = fields, .firmware = "F002" };

		memory.setting = row->id == 0x35a || row->id == 0x35f ?
				 CELLAR_SETTING_VICTRON : CELLAR_SETTING_NATIVE;
		for (unsigned int address = 0; address <= 0xff; address++) {
			bool ours = row->packs ? address >= 1 && address <= 32 : !address;

			assert_int_equal(cellar_can_encode(row, (u8)address, &memory, &reading,
							   &frame), ours ? 0 : -ENODATA);
			if (ours)
				assert_int_equal(frame.id,
						 row->id + (address ? address - 1 : 0));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_bit_alone),
		cmocka_unit_test(each_fault_word_alone),
		cmocka_unit_test(no_current_before_the_setting_is_known),
		cmocka_unit_test(either_setting_has_its_sign),
		cmocka_unit_test(a_pack_discharges_with_plus_in_either_setting),
		cmocka_unit_test(each_setting_sends_its_own_frames),
		cmocka_unit_test(maker_and_capacity_of_the_system),
		cmocka_unit_test(counts_and_limits_of_the_system),
		cmocka_unit_test(frames_of_one_pack),
		cmocka_unit_test(switches_of_a_pack_one_by_one),
		cmocka_unit_test(balancing_without_cycles),
		cmocka_unit_test(slow_frames_stay_live_longer),
		cmocka_unit_test(measurements_of_a_pack_out_of_range),
		cmocka_unit_test(version_without_boot_text),
		cmocka_unit_test(every_address_has_its_identifiers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
