// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulated inverters, fed with frames by hand: what they take of a bank in each manner,
 * what they say, when they stop by themselves, and what is logged of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../driver/wire/bytes.h"
#include "../../driver/wire/inverter_said.h"
#include "../../userspace/sim/inverter_log.h"
#include "../../userspace/sim/sim.h"

#define STEP_MS		100
/* One step of the coarsest limit on any wire */
#define WIRE_A		0.11

/* @told: limits are said to it every step, as they would be each second */
struct rig {
	struct bank bank;
	struct inverters inverters;
	struct script script;
	u64 now_ms;
	bool told[INVERTERS_MAX];
	double ccl_a[INVERTERS_MAX], dcl_a[INVERTERS_MAX];
	bool no_charge, no_discharge, forces;
	u32 cvl_mv;
};

static const struct report_texts texts = { NULL, "1.0", "1.0" };

/* Four packs at 50 %, of whom the house wants @demand_a; script by lines, NULL at the end. */
static struct rig *rig_of(unsigned int inverters, enum cellar_dialect dialect, double demand_a,
			  const char *const *lines)
{
	const struct script_world world = { 4, SCRIPT_CAN, inverters };
	struct rig *rig = calloc(1, sizeof(*rig));
	struct bank_config config = {
		.model = cellar_model_by_key("lesso,lsrr51v100ah"),
		.packs = 4, .seed = 3, .soc = 0.5, .ambient_c = 22,
		.kind = PLANT_CURRENT, .demand = demand_a,
	};
	struct rng rng = { 3 };
	char error[512];
	unsigned int i;

	assert_non_null(rig);
	rig->inverters.n = inverters;
	for (i = 0; i < inverters; i++)
		rig->inverters.of[i].config.dialect = dialect;
	for (; lines && *lines; lines++)
		if (script_line(&rig->script, *lines, &world, error, sizeof(error)))
			fail_msg("%s", error);
	rig->cvl_mv = 57600;
	config.inverters = &rig->inverters;
	bank_start(&rig->bank, &config, &rig->script, &texts, &rng);
	return rig;
}

static void drop(struct rig *rig)
{
	script_free(&rig->script);
	free(rig);
}

/* All frames of a battery that says so; returns how many had limits. */
static unsigned int say(struct rig *rig, unsigned int n)
{
	struct inverter *inverter = &rig->inverters.of[n];
	const struct cellar_can_dialect *dialect = cellar_can_dialect(inverter->config.dialect);
	struct cellar_can_memory memory = { .setting = CELLAR_SETTING_NATIVE };
	struct cellar_reading reading = {
		.have = BIT_ULL(CELLAR_VOLTAGE) | BIT_ULL(CELLAR_CURRENT) |
			BIT_ULL(CELLAR_TEMPERATURE) | BIT_ULL(CELLAR_SOC) |
			BIT_ULL(CELLAR_SOH) | BIT_ULL(CELLAR_CHARGE_VOLTAGE_LIMIT) |
			BIT_ULL(CELLAR_DISCHARGE_VOLTAGE_LIMIT) |
			BIT_ULL(CELLAR_CHARGE_CURRENT_LIMIT) |
			BIT_ULL(CELLAR_DISCHARGE_CURRENT_LIMIT) |
			BIT_ULL(CELLAR_CHARGE_ENABLE) | BIT_ULL(CELLAR_DISCHARGE_ENABLE) |
			BIT_ULL(CELLAR_PROTECTIONS) | BIT_ULL(CELLAR_WARNINGS) |
			BIT_ULL(CELLAR_FORCE_CHARGE),
		.voltage_mv = 52800, .temperature_decic = 250, .soc_centi = 5000,
		.soh_centi = 9900, .charge_voltage_limit_mv = rig->cvl_mv,
		.discharge_voltage_limit_mv = 46000,
		.charge_current_limit_ma = (u32)(rig->ccl_a[n] * 1000),
		.discharge_current_limit_ma = (u32)(rig->dcl_a[n] * 1000),
		.charge_enable = !rig->no_charge, .discharge_enable = !rig->no_discharge,
		.force_charge = rig->forces,
	};
	unsigned int i, limits = 0;

	for (i = 0; i < dialect->n_rows; i++) {
		struct cellar_can_frame wire;
		struct can_frame frame;

		if (cellar_can_encode(&dialect->rows[i], 0, &memory, &reading, &wire))
			continue;
		frame = (struct can_frame){ .can_id = wire.id, .can_dlc = wire.len };
		memcpy(frame.data, wire.data, wire.len);
		limits += inverter_hear(inverter, rig->now_ms, &frame);
	}
	return limits;
}

static void run(struct rig *rig, u64 until_ms)
{
	unsigned int i;

	while (rig->now_ms < until_ms) {
		for (i = 0; i < rig->inverters.n; i++)
			if (rig->told[i])
				say(rig, i);
		rig->now_ms = bank_next_ms(&rig->bank);
		assert_null(bank_next_event(&rig->bank, rig->now_ms));
		bank_step(&rig->bank, rig->now_ms);
	}
}

static void tell(struct rig *rig, unsigned int n, double ccl_a, double dcl_a)
{
	rig->told[n] = true;
	rig->ccl_a[n] = ccl_a;
	rig->dcl_a[n] = dcl_a;
}

static void is_near(double a, double wanted_a, double off_a)
{
	if (a < wanted_a - off_a || a > wanted_a + off_a)
		fail_msg("%.3f A, not %.3f", a, wanted_a);
}

static void bank_takes(const struct rig *rig, double wanted_a)
{
	is_near(rig->bank.plant.current_a, wanted_a, WIRE_A);
}

static void takes(const struct rig *rig, unsigned int n, double wanted_a)
{
	is_near(inverter_current_a(&rig->inverters.of[n], &rig->bank.plant), wanted_a, WIRE_A);
}

static void nothing_heard_is_nothing_taken(void **state)
{
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 100, NULL);

	(void)state;
	run(rig, 10000);
	bank_takes(rig, 0);
	assert_true(inverter_timed_out(&rig->inverters.of[0], rig->now_ms));
	assert_true(inverter_age_ms(&rig->inverters.of[0], rig->now_ms) == UINT64_MAX);
	drop(rig);
}

static void limits_are_kept_within_a_step(void **state)
{
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 100, NULL);

	(void)state;
	tell(rig, 0, 30, 70);
	run(rig, STEP_MS);
	bank_takes(rig, 30);
	tell(rig, 0, 12, 70);
	run(rig, 2 * STEP_MS);
	bank_takes(rig, 12);
	tell(rig, 0, 150, 70);
	run(rig, 3 * STEP_MS);
	bank_takes(rig, 100);
	rig->bank.plant.demand = -200;
	run(rig, 4 * STEP_MS);
	bank_takes(rig, -70);
	rig->bank.plant.demand = -20;
	run(rig, 5 * STEP_MS);
	bank_takes(rig, -20);
	drop(rig);
}

/* 200 A at about 53 V */
static void a_load_in_watts_is_kept_too(void **state)
{
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 0, NULL);

	(void)state;
	rig->bank.plant.kind = PLANT_LOAD;
	rig->bank.plant.demand = 10600;
	tell(rig, 0, 30, 300);
	run(rig, 1000);
	is_near(rig->bank.plant.current_a, -10600 / rig->bank.plant.bus_v, 1);
	tell(rig, 0, 30, 50);
	run(rig, 1100);
	bank_takes(rig, -50);
	drop(rig);
}

static void every_dialect_is_understood(void **state)
{
	enum cellar_dialect d;

	(void)state;
	for (d = CELLAR_DIALECT_NONE + 1; d < CELLAR_DIALECTS; d++) {
		struct rig *rig = rig_of(1, d, 100, NULL);

		tell(rig, 0, 33, 44);
		assert_true(say(rig, 0) >= 1);
		run(rig, 1000);
		is_near(rig->bank.plant.current_a, 33, 1);
		rig->bank.plant.demand = -100;
		run(rig, 2000);
		is_near(rig->bank.plant.current_a, -44, 1);
		drop(rig);
	}
}

static void an_enable_that_is_off_is_no_current(void **state)
{
	struct rig *rig = rig_of(1, CELLAR_DIALECT_PYLONTECH, 100, NULL);

	(void)state;
	tell(rig, 0, 30, 30);
	run(rig, 1000);
	bank_takes(rig, 30);
	rig->no_charge = true;
	run(rig, 1100);
	bank_takes(rig, 0);
	rig->bank.plant.demand = -100;
	run(rig, 1200);
	bank_takes(rig, -30);
	rig->no_discharge = true;
	run(rig, 1300);
	bank_takes(rig, 0);
	drop(rig);
}

static void old_limits_are_none(void **state)
{
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 100, NULL);
	struct rig *sma = rig_of(1, CELLAR_DIALECT_VICTRON, 100, NULL);

	(void)state;
	sma->inverters.of[0].config.sma = true;
	tell(rig, 0, 30, 30);
	tell(sma, 0, 30, 30);
	run(rig, 1000);
	run(sma, 1000);
	/* heard last before the step that ended at 1000 */
	rig->told[0] = false;
	sma->told[0] = false;
	run(rig, 3900);
	bank_takes(rig, 30);
	run(rig, 4000);
	bank_takes(rig, 0);
	run(sma, 60900);
	bank_takes(sma, 30);
	run(sma, 61000);
	bank_takes(sma, 0);
	rig->told[0] = true;
	run(rig, 4100);
	bank_takes(rig, 30);
	drop(rig);
	drop(sma);
}

static void a_slow_one_comes_in_a_line(void **state)
{
	static const char *const lines[] = { "at 0 inverter 1 slow 10", NULL };
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 100, lines);

	(void)state;
	tell(rig, 0, 60, 60);
	run(rig, 5000);
	bank_takes(rig, 30);
	run(rig, 9000);
	bank_takes(rig, 54);
	run(rig, 20000);
	bank_takes(rig, 60);
	tell(rig, 0, 20, 60);
	run(rig, 25000);
	bank_takes(rig, 40);
	run(rig, 30000);
	bank_takes(rig, 20);
	run(rig, 40000);
	bank_takes(rig, 20);
	rig->told[0] = false;
	run(rig, 43100);
	bank_takes(rig, 0);
	drop(rig);
}

static void a_liar_takes_more(void **state)
{
	static const char *const lines[] = {
		"at 0 inverter 1 lie 20", "at 3 inverter 1 obey", NULL
	};
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 100, lines);

	(void)state;
	tell(rig, 0, 50, 50);
	run(rig, 1000);
	bank_takes(rig, 60);
	tell(rig, 0, 0, 50);
	run(rig, 2000);
	bank_takes(rig, 0);
	tell(rig, 0, 90, 50);
	run(rig, 2900);
	bank_takes(rig, 100);
	tell(rig, 0, 50, 50);
	run(rig, 4000);
	bank_takes(rig, 50);
	drop(rig);
}

static void who_ignores_takes_what_is_wanted(void **state)
{
	static const char *const lines[] = { "at 0 inverter 1 ignore", NULL };
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 80, lines);

	(void)state;
	run(rig, 500);
	bank_takes(rig, 80);
	tell(rig, 0, 5, 5);
	run(rig, 1000);
	bank_takes(rig, 80);
	rig->bank.plant.demand = -120;
	run(rig, 1500);
	bank_takes(rig, -120);
	drop(rig);
}

static void one_vanishes_and_returns(void **state)
{
	static const char *const lines[] = {
		"at 0 inverter 1 lie 10", "at 2 inverter 1 vanish",
		"at 3 inverter 1 return", NULL
	};
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 100, lines);
	struct can_frame frame;

	(void)state;
	tell(rig, 0, 50, 50);
	run(rig, 1900);
	bank_takes(rig, 55);
	assert_true(inverter_keepalive(&rig->inverters.of[0], &rig->bank.plant, &frame));
	run(rig, 2000);
	bank_takes(rig, 0);
	assert_int_equal(say(rig, 0), 0);
	assert_false(inverter_keepalive(&rig->inverters.of[0], &rig->bank.plant, &frame));
	rig->told[0] = false;
	run(rig, 4000);
	bank_takes(rig, 0);
	assert_true(inverter_keepalive(&rig->inverters.of[0], &rig->bank.plant, &frame));
	rig->told[0] = true;
	run(rig, 4100);
	bank_takes(rig, 55);
	drop(rig);
}

static void a_deaf_one_goes_on_until_it_is_too_late(void **state)
{
	static const char *const lines[] = {
		"at 1 inverter 1 deaf", "at 9 inverter 1 hear", NULL
	};
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 100, lines);
	struct can_frame frame;

	(void)state;
	tell(rig, 0, 50, 50);
	run(rig, 1000);
	tell(rig, 0, 10, 10);
	run(rig, 3800);
	bank_takes(rig, 50);
	run(rig, 4000);
	bank_takes(rig, 0);
	assert_true(inverter_keepalive(&rig->inverters.of[0], &rig->bank.plant, &frame));
	run(rig, 9200);
	bank_takes(rig, 10);
	drop(rig);
}

/* By what each is allowed: nobody takes more than that, all no more than is wanted. */
static void several_share(void **state)
{
	static const char *const lines[] = {
		"at 2 inverter 3 ignore", "at 3 inverter 3 vanish", NULL
	};
	struct rig *rig = rig_of(3, CELLAR_DIALECT_VICTRON, 45, lines);

	(void)state;
	tell(rig, 0, 60, 10);
	tell(rig, 1, 30, 20);
	run(rig, 1000);
	takes(rig, 0, 30);
	takes(rig, 1, 15);
	takes(rig, 2, 0);
	rig->bank.plant.demand = 200;
	run(rig, 1500);
	takes(rig, 0, 60);
	takes(rig, 1, 30);
	bank_takes(rig, 90);
	rig->bank.plant.demand = -24;
	run(rig, 1900);
	takes(rig, 0, -8);
	takes(rig, 1, -16);
	rig->bank.plant.demand = 20;
	run(rig, 2500);
	bank_takes(rig, 20);
	takes(rig, 2, 20.0 * 20 / 110);
	run(rig, 3500);
	takes(rig, 2, 0);
	bank_takes(rig, 20);
	drop(rig);
}

static void the_charge_voltage_is_kept(void **state)
{
	static const char *const lines[] = { "at 4 inverter 2 ignore", NULL };
	struct rig *rig = rig_of(2, CELLAR_DIALECT_VICTRON, 150, lines);

	(void)state;
	tell(rig, 0, 100, 100);
	tell(rig, 1, 100, 100);
	run(rig, 2000);
	bank_takes(rig, 150);
	rig->cvl_mv = ((u32)(rig->bank.plant.bus_v * 1000) - 100) / 100 * 100;
	run(rig, 3900);
	is_near(rig->bank.plant.bus_v * 1000, rig->cvl_mv, 20);
	assert_true(rig->bank.plant.current_a > 50 && rig->bank.plant.current_a < 149);
	/* Who ignores takes three quarters, and leaves no room for the other. */
	rig->bank.plant.demand = 300;
	run(rig, 5000);
	takes(rig, 0, 0);
	takes(rig, 1, 225);
	assert_true(rig->bank.plant.bus_v * 1000 > rig->cvl_mv + 100);
	rig->bank.plant.demand = -60;
	run(rig, 5500);
	bank_takes(rig, -60);
	drop(rig);
}

/* What is on the wire, and that it means what the codec for it reads. */
static void keepalives_are_the_dialects(void **state)
{
	static const struct {
		enum cellar_dialect dialect;
		u32 id;
		u8 first, last;
	} wanted[] = {
		{ CELLAR_DIALECT_PYLONTECH, 0x305, 0, 0 },
		{ CELLAR_DIALECT_VICTRON, 0x305, 0, 0 },
		{ CELLAR_DIALECT_DEYE, 0x305, 0, 0 },
		{ CELLAR_DIALECT_GOODWE, 0x305, 0, 0 },
		{ CELLAR_DIALECT_GROWATT, 0x301, 0x11, 0x88 },
		{ CELLAR_DIALECT_SCHNEIDER, CAN_EFF_FLAG | 0x310, 0, 0 },
	};
	struct can_frame frame;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct rig *rig = rig_of(1, wanted[i].dialect, 0, NULL);

		assert_true(inverter_keepalive(&rig->inverters.of[0], &rig->bank.plant,
					       &frame));
		assert_int_equal(frame.can_id, wanted[i].id);
		assert_int_equal(frame.can_dlc, 8);
		assert_int_equal(frame.data[0], wanted[i].first);
		assert_int_equal(frame.data[7], wanted[i].last);
		drop(rig);
	}
}

static void sma_says_what_it_measures(void **state)
{
	struct rig *rig = rig_of(2, CELLAR_DIALECT_VICTRON, 40, NULL);
	struct cellar_inverter_said said;
	struct cellar_can_frame wire;
	struct can_frame frame;

	(void)state;
	rig->inverters.of[0].config.sma = true;
	tell(rig, 0, 30, 30);
	tell(rig, 1, 10, 10);
	run(rig, 1000);
	assert_true(inverter_keepalive(&rig->inverters.of[0], &rig->bank.plant, &frame));
	assert_true(cellar_le16s(frame.data + 2) < 0);
	wire = (struct cellar_can_frame){ .id = frame.can_id, .len = frame.can_dlc };
	memcpy(wire.data, frame.data, sizeof(wire.data));
	assert_int_equal(cellar_inverter_hear(CELLAR_DIALECT_VICTRON, &wire, &said), 0);
	assert_true(said.measures);
	is_near(said.current_ma / 1000.0, 30, WIRE_A);
	is_near(said.voltage_mv / 1000.0, rig->bank.plant.bus_v, 0.1);
	is_near(said.temperature_decic / 10.0, 22, 0.2);
	is_near(said.soc_centi / 100.0, 50, 1);
	drop(rig);
}

static void what_is_no_limit_is_not_heard(void **state)
{
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 100, NULL);
	struct inverter *inverter = &rig->inverters.of[0];
	struct can_frame frame = {
		.can_id = 0x351, .can_dlc = 8, .data = { 0x30, 2, 0xf4, 1, 0xf4, 1, 0xc0, 1 },
	};
	struct can_frame other;

	(void)state;
	other = frame;
	other.can_id |= CAN_RTR_FLAG;
	assert_false(inverter_hear(inverter, 0, &other));
	other.can_id = 0x351 | CAN_EFF_FLAG;
	assert_false(inverter_hear(inverter, 0, &other));
	other.can_id = 0x351 | CAN_ERR_FLAG;
	assert_false(inverter_hear(inverter, 0, &other));
	other = frame;
	other.can_dlc = 5;
	assert_false(inverter_hear(inverter, 0, &other));
	other = (struct can_frame){ .can_id = 0x355, .can_dlc = 4, .data = { 50, 0, 99, 0 } };
	assert_false(inverter_hear(inverter, 0, &other));
	assert_true(inverter_timed_out(inverter, 0));
	assert_true(inverter_hear(inverter, 7, &frame));
	assert_false(inverter_timed_out(inverter, 7));
	assert_false(inverter_hear(inverter, 500, &other));
	assert_int_equal(inverter_age_ms(inverter, 1007), 1000);
	drop(rig);
}

/* The log's line of inverter @n, as text that the next call overwrites. */
static const char *logged(const struct rig *rig, unsigned int n, u64 battery_ms, bool frame)
{
	const struct inverter_moment moment = {
		.time_ms = 1000000 + rig->now_ms,
		.now_ms = rig->now_ms,
		.battery_ms = battery_ms,
		.frame = frame,
	};
	static char line[400];
	FILE *file = fmemopen(line, sizeof(line), "w");

	assert_non_null(file);
	inverter_log_write(file, &rig->bank, n, &moment);
	fclose(file);
	return line;
}

/* Four packs of 50 A to charge and 100 A to discharge (packs.md, "Models"). */
static void the_log_has_what_was_heard_and_what_is_true(void **state)
{
	static const char *const lines[] = {
		"at 2 unplug 2", "at 2 short 3", "at 2 sleep 4", NULL
	};
	struct rig *rig = rig_of(2, CELLAR_DIALECT_PYLONTECH, -60, lines);
	const struct plant_pack *pack = rig->bank.plant.pack;
	char wanted[200];

	(void)state;
	tell(rig, 0, 120, 60);
	run(rig, 1000);
	snprintf(wanted, sizeof(wanted), "1001000,1,1,57600,120000,60000,1,1,0,100,0,%u,%u,"
		 "1000900,-60000,-60000,", pack[0].bms.ccl_ma + pack[1].bms.ccl_ma +
		 pack[2].bms.ccl_ma + pack[3].bms.ccl_ma, pack[0].bms.dcl_ma +
		 pack[1].bms.dcl_ma + pack[2].bms.dcl_ma + pack[3].bms.dcl_ma);
	assert_memory_equal(logged(rig, 0, 1000900, true), wanted, strlen(wanted));
	snprintf(wanted, sizeof(wanted), "1001000,2,0,,,,,,,,1,%u,",
		 pack[0].bms.ccl_ma + pack[1].bms.ccl_ma + pack[2].bms.ccl_ma +
		 pack[3].bms.ccl_ma);
	assert_memory_equal(logged(rig, 1, 0, false), wanted, strlen(wanted));
	assert_non_null(strstr(logged(rig, 1, 0, false), ",,-60000,0,"));
	run(rig, 2000);
	/* One is gone, one stops discharging, one sleeps. */
	snprintf(wanted, sizeof(wanted), ",%u,%u,", pack[0].bms.ccl_ma + pack[2].bms.ccl_ma,
		 pack[0].bms.dcl_ma);
	assert_non_null(strstr(logged(rig, 0, 1, false), wanted));
	rig->told[0] = false;
	run(rig, 6000);
	assert_non_null(strstr(logged(rig, 0, 1, false), ",4100,1,"));
	drop(rig);
}

static void the_log_has_the_worst_pack(void **state)
{
	static const char *const lines[] = { "at 0 inverter 1 ignore", NULL };
	struct rig *rig = rig_of(1, CELLAR_DIALECT_VICTRON, 300, lines);
	double worst = 0;
	unsigned int i;
	char wanted[40];

	(void)state;
	run(rig, 1000);
	for (i = 0; i < 4; i++) {
		const struct plant_pack *pack = &rig->bank.plant.pack[i];

		if (pack->current_a * 1e6 / pack->bms.ccl_ma > worst)
			worst = pack->current_a * 1e6 / pack->bms.ccl_ma;
	}
	assert_true(worst > 1000);
	snprintf(wanted, sizeof(wanted), ",%u\n", (unsigned int)worst);
	assert_non_null(strstr(logged(rig, 0, 1, false), wanted));
	rig->bank.plant.pack[0].bms.ccl_ma = 0;
	assert_non_null(strstr(logged(rig, 0, 1, false), ",99999\n"));
	rig->bank.plant.demand = 0;
	run(rig, 1100);
	drop(rig);
}

/* Frames that were taken, by what they were sent as. */
static int take(void *to, u64 now_ms, const struct can_frame *frame)
{
	const bool *lost = to;

	(void)now_ms;
	(void)frame;
	return *lost;
}

static u64 spoken(const char *line, bool lost)
{
	static const struct script_world world = { 2, SCRIPT_CAN, 0 };
	const struct sim_config config = {
		.bank = {
			.model = cellar_model_by_key("lesso,lsrr51v100ah"),
			.packs = 2, .seed = 5, .soc = 0.5, .ambient_c = 22,
		},
		.dialect = CELLAR_DIALECT_PYLONTECH,
		.keepalive = true,
	};
	struct sim *sim = malloc(sizeof(*sim));
	struct script script = { 0 };
	char error[512];
	u64 n;

	assert_non_null(sim);
	assert_int_equal(script_line(&script, line, &world, error, sizeof(error)), 0);
	assert_int_equal(sim_start(sim, &config, &script, take, &lost), 0);
	while (sim_next_ms(sim) < 3000)
		assert_int_equal(sim_run(sim, sim_next_ms(sim)), 0);
	n = sim->talker.spoken;
	sim_stop(sim);
	script_free(&script);
	free(sim);
	return n;
}

/* Every second, of each frame that it has; not what is broken, dropped, lost or another's. */
static void the_battery_speaks_in_whole_frames(void **state)
{
	u64 n = spoken("", false);

	(void)state;
	assert_true(n >= 3 * 4);
	assert_int_equal(n % 3, 0);
	assert_int_equal(spoken("at 1 garbage 300", false), n);
	assert_int_equal(spoken("at 0 drop 100", false), 0);
	assert_int_equal(spoken("at 0 silent", false), 0);
	assert_int_equal(spoken("at 1.5 unplug 1", false), n);
	assert_int_equal(spoken("", true), 0);
}

static void a_battery_that_asks_for_it_is_charged_by_who_hears_it(void **state)
{
	struct rig *rig = rig_of(2, CELLAR_DIALECT_PYLONTECH, -30, NULL);

	(void)state;
	tell(rig, 0, 12, 20);
	tell(rig, 1, 8, 20);
	run(rig, 2000);
	bank_takes(rig, -30);
	rig->forces = true;
	run(rig, 4000);
	bank_takes(rig, 20);
	takes(rig, 0, 12);
	rig->told[0] = rig->told[1] = false;
	run(rig, 9000);
	bank_takes(rig, 0);
	drop(rig);
}

/* The sun has more than it asks for. */
static void who_asks_for_little_takes_what_the_house_leaves(void **state)
{
	struct rig *rig = rig_of(1, CELLAR_DIALECT_PYLONTECH, 30, NULL);

	(void)state;
	rig->forces = true;
	tell(rig, 0, 10, 20);
	run(rig, 2000);
	bank_takes(rig, 10);
	tell(rig, 0, 50, 20);
	run(rig, 4000);
	bank_takes(rig, 50);
	rig->forces = false;
	run(rig, 6000);
	bank_takes(rig, 30);
	drop(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_battery_that_asks_for_it_is_charged_by_who_hears_it),
		cmocka_unit_test(who_asks_for_little_takes_what_the_house_leaves),
		cmocka_unit_test(nothing_heard_is_nothing_taken),
		cmocka_unit_test(limits_are_kept_within_a_step),
		cmocka_unit_test(a_load_in_watts_is_kept_too),
		cmocka_unit_test(every_dialect_is_understood),
		cmocka_unit_test(an_enable_that_is_off_is_no_current),
		cmocka_unit_test(old_limits_are_none),
		cmocka_unit_test(a_slow_one_comes_in_a_line),
		cmocka_unit_test(a_liar_takes_more),
		cmocka_unit_test(who_ignores_takes_what_is_wanted),
		cmocka_unit_test(one_vanishes_and_returns),
		cmocka_unit_test(a_deaf_one_goes_on_until_it_is_too_late),
		cmocka_unit_test(several_share),
		cmocka_unit_test(the_charge_voltage_is_kept),
		cmocka_unit_test(keepalives_are_the_dialects),
		cmocka_unit_test(sma_says_what_it_measures),
		cmocka_unit_test(what_is_no_limit_is_not_heard),
		cmocka_unit_test(the_log_has_what_was_heard_and_what_is_true),
		cmocka_unit_test(the_log_has_the_worst_pack),
		cmocka_unit_test(the_battery_speaks_in_whole_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
