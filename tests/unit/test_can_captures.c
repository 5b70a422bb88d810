// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each public capture, frame by frame, against the reading it must end in: every
 * field it has with its value, and no other. Run from the top of the tree.
 */
#include "can_bus.h"
#include "../../userspace/dump/line.h"

#define LIMITS		(A(CHARGE_VOLTAGE_LIMIT) | A(DISCHARGE_VOLTAGE_LIMIT) | \
			 A(CHARGE_CURRENT_LIMIT) | A(DISCHARGE_CURRENT_LIMIT))
#define MEASURED	(A(VOLTAGE) | A(CURRENT) | A(TEMPERATURE))
#define CHARGE		(A(SOC) | A(SOH))
#define ALARMS		(A(PROTECTIONS) | A(WARNINGS))
#define REQUESTS	(A(CHARGE_ENABLE) | A(DISCHARGE_ENABLE) | A(FORCE_CHARGE) | \
			 A(FULL_CHARGE_REQUEST))
#define PACKS		(A(PACKS_ONLINE) | A(PACKS_OFFLINE) | A(PACKS_BLOCKING_CHARGE) | \
			 A(PACKS_BLOCKING_DISCHARGE))
#define EXTREMES	(A(CELL_VOLTAGE_MIN) | A(CELL_VOLTAGE_MAX) | \
			 A(CELL_TEMPERATURE_MIN) | A(CELL_TEMPERATURE_MAX))
#define PLACES		(A(CELL_VOLTAGE_MIN_PLACE) | A(CELL_VOLTAGE_MAX_PLACE) | \
			 A(CELL_TEMPERATURE_MIN_PLACE) | A(CELL_TEMPERATURE_MAX_PLACE))

struct capture {
	const char *file;
	const struct cellar_can_dialect *dialect;
	unsigned int frames, malformed, unknown;
	struct cellar_reading system;
	struct cellar_reading pack;	/* the one at address 1 */
};

static const struct capture captures[] = {
	{
		.file = "pylontech_lv_4modules",
		.dialect = &cellar_can_pylontech,
		.frames = 6,
		.system = {
			.have = LIMITS | MEASURED | CHARGE | ALARMS | REQUESTS |
				A(PACKS_ONLINE) | A(MANUFACTURER),
			.charge_voltage_limit_mv = 53200,
			.discharge_voltage_limit_mv = 45000,
			.charge_current_limit_ma = 120000,
			.discharge_current_limit_ma = 160000,
			.voltage_mv = 49960, .current_ma = -1500, .temperature_decic = 55,
			.soc_centi = 9000, .soh_centi = 10000,
			.charge_enable = true, .discharge_enable = true,
			.packs_online = 4, .manufacturer = "PYLON",
		},
	}, {
		.file = "pylontech_us5000_v13",
		.dialect = &cellar_can_pylontech,
		.frames = 6,
		.system = {
			.have = LIMITS | MEASURED | CHARGE | A(MANUFACTURER) | A(FIRMWARE) |
				A(REMAINING),
			.charge_voltage_limit_mv = 52800,
			.discharge_voltage_limit_mv = 45000,
			.charge_current_limit_ma = 480000,
			.discharge_current_limit_ma = 480000,
			.voltage_mv = 49870, .current_ma = -27900, .temperature_decic = 363,
			.soc_centi = 8400, .soh_centi = 9600,
			.manufacturer = "PYLON", .firmware = "1.3", .remaining_mah = 572000,
		},
	}, {
		.file = "pylontech_single_frames",
		.dialect = &cellar_can_pylontech,
		.frames = 3,
		.system = {
			.have = LIMITS | MEASURED | ALARMS | A(PACKS_ONLINE),
			.charge_voltage_limit_mv = 53200,
			.discharge_voltage_limit_mv = 45000,
			.charge_current_limit_ma = 10000,
			.discharge_current_limit_ma = 25000,
			.voltage_mv = 49830, .current_ma = -34300, .temperature_decic = 267,
			.packs_online = 1,
		},
	}, {
		.file = "be_pylon_lv_emulator_idle",
		.dialect = &cellar_can_pylontech,
		.frames = 6, .malformed = 1,	/* 0x356: 0 V */
		.system = {
			.have = (LIMITS & ~A(DISCHARGE_VOLTAGE_LIMIT)) | CHARGE | ALARMS |
				REQUESTS | A(PACKS_ONLINE) | A(MANUFACTURER),
			.packs_online = 1, .manufacturer = "PYLON",
		},
	}, {
		.file = "ecoworthy_cubix_pylon_v206",
		.dialect = &cellar_can_pylontech,
		.frames = 18,
		.system = {
			.have = LIMITS | MEASURED | CHARGE | ALARMS | REQUESTS | PACKS |
				EXTREMES | PLACES | A(MANUFACTURER) | A(FIRMWARE) | A(DESIGN),
			.charge_voltage_limit_mv = 58400,
			.discharge_voltage_limit_mv = 44800,
			.charge_current_limit_ma = 200000,
			.discharge_current_limit_ma = 200000,
			.voltage_mv = 52410, .current_ma = 0, .temperature_decic = 113,
			.soc_centi = 3000, .soh_centi = 10000,
			.charge_enable = true, .discharge_enable = true,
			.packs_online = 2, .manufacturer = "PYLON", .firmware = "13.5",
			.cell_voltage_min_mv = 3274, .cell_voltage_max_mv = 3279,
			.cell_temperature_min_decic = 108, .cell_temperature_max_decic = 118,
			.cell_voltage_min_place = "0204", .cell_voltage_max_place = "0206",
			.cell_temperature_min_place = "0202",
			.cell_temperature_max_place = "0202",
			.design_mah = 200000,
		},
	}, {
		.file = "byd_lvs_dfch",
		.dialect = &cellar_can_victron,
		.frames = 21, .unknown = 3,	/* what Venus OS says */
		.system = {
			.have = LIMITS | MEASURED | CHARGE | ALARMS | PACKS | EXTREMES | PLACES |
				A(MANUFACTURER) | A(FAMILY) | A(FIRMWARE) | A(REMAINING) |
				A(DESIGN) | A(FORCE_CHARGE) | A(ENERGY_CHARGED) |
				A(ENERGY_DISCHARGED),
			.charge_voltage_limit_mv = 58400,
			.discharge_voltage_limit_mv = 43000,
			.charge_current_limit_ma = 128000,
			.discharge_current_limit_ma = 128000,
			.voltage_mv = 53100, .current_ma = -700, .temperature_decic = 140,
			.soc_centi = 6700, .soh_centi = 10000,
			.packs_online = 2, .packs_blocking_charge = 2,
			.packs_blocking_discharge = 1,
			.cell_voltage_min_mv = 3306, .cell_voltage_max_mv = 3329,
			.cell_temperature_min_decic = 140, .cell_temperature_max_decic = 170,
			.cell_voltage_min_place = "2", .cell_voltage_max_place = "2",
			.cell_temperature_min_place = "2", .cell_temperature_max_place = "1",
			.manufacturer = "BYD", .family = "PREMIUM", .firmware = "1.23",
			.remaining_mah = 105000, .design_mah = 156000,
			.energy_charged_wh = 211200, .energy_discharged_wh = 183500,
		},
	}, {
		.file = "pytes_opendtu_pr1262",
		.dialect = &cellar_can_victron,
		.frames = 7,
		.system = {
			.have = LIMITS | MEASURED | CHARGE | A(MANUFACTURER) | A(FIRMWARE) |
				A(REMAINING) | A(FORCE_CHARGE),
			.charge_voltage_limit_mv = 52800,
			.discharge_voltage_limit_mv = 45500,
			.charge_current_limit_ma = 100000,
			.discharge_current_limit_ma = 25000,
			.voltage_mv = 52140, .current_ma = 0, .temperature_decic = 170,
			.soc_centi = 2000, .soh_centi = 10000,
			.manufacturer = "PYTES", .firmware = "22.4", .remaining_mah = 20000,
		},
	}, {
		.file = "pytes_native_pr1466",
		.dialect = &cellar_can_victron,
		.frames = 12, .unknown = 12,
	}, {
		.file = "deye_sef12c_native_5min_head",
		.dialect = &cellar_can_deye,
		.frames = 96, .unknown = 10,	/* what Venus OS says */
		.system = {
			.have = LIMITS | MEASURED | CHARGE | ALARMS | REQUESTS | PACKS |
				EXTREMES | A(MANUFACTURER) | A(DESIGN) | A(FIRMWARE) |
				A(GRID_CHARGE_CURRENT_LIMIT) | A(GRID_DISCHARGE_CURRENT_LIMIT),
			.charge_voltage_limit_mv = 58400,
			.discharge_voltage_limit_mv = 48000,
			.discharge_current_limit_ma = 230000,
			.grid_discharge_current_limit_ma = 230000,
			.voltage_mv = 53500, .temperature_decic = 230,
			.soc_centi = 10000, .soh_centi = 10000,
			.discharge_enable = true,
			.packs_online = 1, .packs_blocking_charge = 1,
			.cell_voltage_min_mv = 3337, .cell_voltage_max_mv = 3373,
			.cell_temperature_min_decic = 230, .cell_temperature_max_decic = 230,
			.manufacturer = "DY", .design_mah = 230000, .firmware = "F002",
		},
		.pack = {
			.have = A(VOLTAGE) | A(CURRENT) | CHARGE | ALARMS | EXTREMES |
				A(CHARGE_ENABLE) | A(DISCHARGE_ENABLE) |
				A(CHARGE_CURRENT_LIMIT) | A(DISCHARGE_CURRENT_LIMIT) |
				A(MOSFET_TEMPERATURE) | A(CYCLES) | A(BALANCING) | A(FIRMWARE) |
				A(ENERGY_CHARGED) | A(ENERGY_DISCHARGED) |
				A(SERIAL_HEAD) | A(SERIAL_TAIL) |
				A(FAULT_COUNTS_BASIC) | A(FAULT_COUNTS_CURRENT),
			.voltage_mv = 53500, .soc_centi = 9960, .soh_centi = 10000,
			.discharge_enable = true, .discharge_current_limit_ma = 230000,
			.cell_voltage_min_mv = 3337, .cell_voltage_max_mv = 3372,
			.cell_temperature_min_decic = 230, .cell_temperature_max_decic = 230,
			.mosfet_temperature_decic = 250, .firmware = "F002 V1.0F",
			.energy_charged_wh = 6190, .energy_discharged_wh = 51,
			.serial = "SAMPLE00SAMPLE01", .fault_counts = { 2, 26 },
		},
	}, {
		.file = "deye_victronCAN_profile_cycle",
		.dialect = &cellar_can_deye,
		.frames = 9,
		.system = {
			.have = LIMITS | MEASURED | CHARGE | A(MANUFACTURER) | A(DESIGN) |
				A(FIRMWARE),
			.charge_voltage_limit_mv = 58400,
			.discharge_voltage_limit_mv = 48000,
			.discharge_current_limit_ma = 230000,
			.voltage_mv = 54500, .temperature_decic = 230,
			.soc_centi = 10000, .soh_centi = 10000,
			.manufacturer = "PYLON", .design_mah = 230000, .firmware = "F005",
		},
		.pack = {
			.have = ALARMS | A(CHARGE_ENABLE) | A(DISCHARGE_ENABLE),
			.discharge_enable = true,
		},
	},
};

static void assert_reading(const struct cellar_reading *is,
			   const struct cellar_reading *should_be)
{
	for (unsigned int f = 0; f < CELLAR_FIELDS; f++) {
		struct cellar_reading a = *is, b = *should_be;

		a.have &= BIT_ULL(f);
		b.have &= BIT_ULL(f);
		if (!cellar_reading_equal(&a, &b))
			fail_msg("%s is not as it should be", cellar_fields[f].name);
	}
}

static void each_capture_ends_in_its_reading(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		const struct capture *c = &captures[i];
		struct bus bus = { .dialect = c->dialect };
		unsigned int frames = 0, malformed = 0, unknown = 0;
		char path[256], text[512];
		const char *error;
		struct line line;
		FILE *file;

		print_message("%s\n", c->file);
		snprintf(path, sizeof(path), "tests/data/can/%s.log", c->file);
		file = fopen(path, "r");
		assert_non_null(file);
		while (fgets(text, sizeof(text), file)) {
			int err;

			assert_int_equal(line_parse(text, strlen(text), &line, &error), 0);
			if (line.kind != LINE_CAN)
				continue;
			frames++;
			err = hear_frame(&bus, &line.can);
			malformed += err && err != -ENOENT;
			unknown += err == -ENOENT;
		}
		fclose(file);

		assert_int_equal(frames, c->frames);
		assert_int_equal(malformed, c->malformed);
		assert_int_equal(unknown, c->unknown);
		assert_reading(&bus.system, &c->system);
		assert_reading(&bus.packs[1], &c->pack);
		for (unsigned int p = 2; p <= CELLAR_CAN_PACKS_MAX; p++)
			assert_int_equal(bus.packs[p].have, 0);
	}
}

/* What the frames said is what the frames made of the reading say */
static void each_reading_can_be_sent_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		const struct capture *c = &captures[i];
		struct bus bus = { .dialect = c->dialect };
		struct cellar_can_memory memory = {
			.setting = !strcmp(c->system.manufacturer, "PYLON") ?
				   CELLAR_SETTING_VICTRON : CELLAR_SETTING_NATIVE,
		};

		print_message("%s\n", c->file);
		for (int cycle = 0; cycle < 2; cycle++)
			for (unsigned int r = 0; r < c->dialect->n_rows; r++) {
				const struct cellar_can_row *row = &c->dialect->rows[r];
				struct cellar_can_frame frame;

				if (!cellar_can_encode(row, row->packs ? 1 : 0, &memory,
						       row->packs ? &c->pack : &c->system, &frame))
					assert_int_equal(hear_frame(&bus, &frame), 0);
			}
		assert_reading(&bus.system, &c->system);
		assert_reading(&bus.packs[1], &c->pack);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_capture_ends_in_its_reading),
		cmocka_unit_test(each_reading_can_be_sent_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
