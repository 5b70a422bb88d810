// SPDX-License-Identifier: GPL-2.0-only
/*
 * From supplies to limits on a fake clock: how readings grow old, go and come back, and
 * which cluster a bus belongs to.
 */
#include "core_rig.h"

#include "../../userspace/cellard/plant.h"

#define T0	1000000u

static struct supply pack(unsigned int i, u16 bus)
{
	struct rig rig = { 0 };

	rig_pack(&rig, i, LESSO);
	rig.supply[i].bus = bus;
	snprintf(rig.supply[i].name, sizeof(rig.supply[i].name), "cellar%u-%02u", bus, i + 1);

	return rig.supply[i];
}

/* @seconds of four packs that speak each second, and a step after each */
static u64 run(struct plant *plant, u64 now, unsigned int seconds, unsigned int packs)
{
	for (unsigned int s = 0; s < seconds; s++, now += 1000) {
		for (unsigned int i = 0; i < packs; i++) {
			struct supply supply = pack(i, 0);

			assert_int_equal(plant_heard(plant, &supply, now), 0);
		}
		plant_step(plant, now + 10, 0);
	}

	return now;
}

static u32 charge_ma(const struct plant *plant)
{
	return plant->clusters->limits->out.current[CORE_CHARGE].value;
}

static unsigned int members(const struct plant *plant)
{
	return plant->clusters->cluster->out.members;
}

/* 50 A standard current each */
static void a_bus_is_a_cluster_by_itself(void **state)
{
	struct config config = { 0 };
	struct plant *plant;

	(void)state;
	assert_int_equal(plant_new(&plant, &config, NULL), 0);
	assert_null(plant->clusters);
	run(plant, T0, 60, 4);
	assert_string_equal(plant->clusters->name, "cellar0");
	assert_null(plant->clusters->next);
	assert_int_equal(members(plant), 4);
	assert_int_equal(charge_ma(plant), 200000);
	plant_free(plant);
}

static void a_silent_pack_is_out_when_its_reading_is_too_old(void **state)
{
	struct config config = { 0 };
	struct plant *plant;
	u64 now, last;

	(void)state;
	plant_new(&plant, &config, NULL);
	now = run(plant, T0, 60, 4);
	last = now - 1000;
	for (; now <= last + 2000; now += 1000) {
		for (unsigned int i = 0; i < 3; i++) {
			struct supply supply = pack(i, 0);

			plant_heard(plant, &supply, now);
		}
		plant_step(plant, now, 0);
	}
	assert_int_equal(members(plant), 4);
	/* 100 ms old when it was read */
	assert_int_equal(plant_wait_ms(plant, last + 2000), 401);
	plant_step(plant, last + 2400, 0);
	assert_int_equal(members(plant), 4);
	plant_step(plant, last + 2401, 0);
	assert_int_equal(members(plant), 3);
	assert_true(charge_ma(plant) <= 150000);
	plant_free(plant);
}

static void all_silent_is_no_current(void **state)
{
	struct config config = { 0 };
	struct plant *plant;
	u64 now;

	(void)state;
	plant_new(&plant, &config, NULL);
	now = run(plant, T0, 60, 4);
	plant_step(plant, now + 1500, 0);
	assert_int_equal(members(plant), 0);
	assert_int_equal(charge_ma(plant), 0);
	assert_int_equal(plant_wait_ms(plant, now + 1500), PLANT_STEP_MS);
	plant_free(plant);
}

/* 32 packs at 9600 baud: a sample of each about every 10 s. */
static void a_slow_transport_has_its_own_limit(void **state)
{
	struct config config = { 0 };
	struct supply slow = pack(0, 0);
	struct plant *plant;
	u64 now;

	(void)state;
	slow.max_age_ms = 24500;
	plant_new(&plant, &config, NULL);
	for (now = T0; now < T0 + 60000; now += 1000) {
		if ((now - T0) % 10000 == 0)
			plant_heard(plant, &slow, now);
		plant_step(plant, now, 0);
	}
	assert_int_equal(members(plant), 1);
	assert_true(charge_ma(plant) > 0);

	/* last heard 9 s ago, and then 100 ms old */
	now = T0 + 50000 + 24400;
	plant_step(plant, now - 600, 0);
	assert_int_equal(plant_wait_ms(plant, now - 600), 601);
	plant_step(plant, now, 0);
	assert_int_equal(members(plant), 1);
	plant_step(plant, now + 1, 0);
	assert_int_equal(members(plant), 0);
	assert_int_equal(charge_ma(plant), 0);
	plant_free(plant);
}

static void a_slow_pack_whose_supply_is_gone_is_out_as_soon(void **state)
{
	struct config config = { 0 };
	struct supply slow = pack(0, 0);
	struct plant *plant;
	u64 now;

	(void)state;
	slow.max_age_ms = 24500;
	plant_new(&plant, &config, NULL);
	for (now = T0; now < T0 + 60000; now += 1000) {
		plant_heard(plant, &slow, now);
		plant_step(plant, now, 0);
	}
	plant_gone(plant, slow.name, now);
	plant_step(plant, now + PLANT_GONE_MS, 0);
	assert_int_equal(members(plant), 1);
	plant_step(plant, now + PLANT_GONE_MS + 1, 0);
	assert_int_equal(members(plant), 0);
	plant_free(plant);
}

/* What a BMS says otherwise is acted on at once, whatever else comes. */
static void readings_share_a_step_unless_a_bms_commands(void **state)
{
	struct supply first = pack(0, 0), second = pack(1, 0);
	struct config config = { 0 };
	struct plant *plant;
	u64 now;

	(void)state;
	plant_new(&plant, &config, NULL);
	now = run(plant, T0, 60, 2);
	plant_heard(plant, &first, now);
	assert_int_equal(plant_wait_ms(plant, now), 0);
	plant_step(plant, now, 0);
	assert_int_equal(plant_wait_ms(plant, now), PLANT_STEP_MS);

	second.reading.current_ma = 7000;
	plant_heard(plant, &second, now + 20);
	assert_int_equal(plant_wait_ms(plant, now + 20), PLANT_GATHER_MS - 20);
	first.reading.charge_current_limit_ma = 20000;
	plant_heard(plant, &first, now + 30);
	assert_int_equal(plant_wait_ms(plant, now + 30), 0);
	plant_step(plant, now + 30, 0);
	assert_int_equal(plant->clusters->limits->out.current[CORE_CHARGE].term[LIMITS_BMS],
			 120000);
	second.reading.protections = BIT_ULL(CELLAR_CELL_OVERVOLTAGE);
	plant_heard(plant, &second, now + 31);
	assert_int_equal(plant_wait_ms(plant, now + 31), PLANT_HURRY_MS - 1);
	plant_free(plant);
}

/* Dozens a second: cellard wants a step for each, PLANT_GATHER_MS after the last one. */
static void answers_of_lines_that_come_together_share_a_step(void **state)
{
	struct config config = { 0 };
	struct plant *plant;

	(void)state;
	plant_new(&plant, &config, NULL);
	plant_step(plant, T0, 0);
	assert_int_equal(plant_wait_ms(plant, T0), PLANT_STEP_MS);
	for (unsigned int ms = 10; ms < PLANT_GATHER_MS; ms += 10) {
		plant_want_step(plant, PLANT_GATHER_MS, T0 + ms);
		assert_int_equal(plant_wait_ms(plant, T0 + ms), PLANT_GATHER_MS - ms);
	}
	/* what is in more of a hurry comes sooner, and nothing is put off by it */
	plant_want_step(plant, PLANT_HURRY_MS, T0 + 2);
	assert_int_equal(plant_wait_ms(plant, T0 + 2), PLANT_HURRY_MS - 2);
	plant_want_step(plant, PLANT_GATHER_MS, T0 + 3);
	assert_int_equal(plant_wait_ms(plant, T0 + 3), PLANT_HURRY_MS - 3);
	/* the first for long is not waited with, and the next are not due before it */
	plant_step(plant, T0 + 1000, 0);
	plant_want_step(plant, PLANT_GATHER_MS, T0 + 1500);
	assert_int_equal(plant_wait_ms(plant, T0 + 1499), 1);
	assert_int_equal(plant_wait_ms(plant, T0 + 1500), 0);
	plant_step(plant, T0 + 1500, 0);
	plant_want_step(plant, PLANT_GATHER_MS, T0 + 1501);
	assert_int_equal(plant_wait_ms(plant, T0 + 1501), PLANT_GATHER_MS - 1);
	plant_free(plant);
}

/* Each thing that a BMS may say otherwise, and a word that it says no more. */
static void every_command_of_a_bms_is_in_a_hurry(void **state)
{
	static const enum cellar_field commands[] = {
		CELLAR_CHARGE_VOLTAGE_LIMIT, CELLAR_DISCHARGE_VOLTAGE_LIMIT,
		CELLAR_CHARGE_CURRENT_LIMIT, CELLAR_DISCHARGE_CURRENT_LIMIT,
		CELLAR_GRID_CHARGE_CURRENT_LIMIT, CELLAR_GRID_DISCHARGE_CURRENT_LIMIT,
		CELLAR_CHARGE_ENABLE, CELLAR_DISCHARGE_ENABLE, CELLAR_FORCE_CHARGE,
		CELLAR_FULL_CHARGE_REQUEST, CELLAR_PROTECTIONS, CELLAR_WARNINGS,
		CELLAR_PACKS_ONLINE, CELLAR_PACKS_BLOCKING_CHARGE,
		CELLAR_PACKS_BLOCKING_DISCHARGE,
	};
	struct config config = { 0 };
	struct supply s = pack(0, 0);
	struct plant *plant;
	u64 now = T0;

	(void)state;
	plant_new(&plant, &config, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct cellar_field_info *info = &cellar_fields[commands[i]];

		cellar_say(&s.reading, commands[i]);
		plant_heard(plant, &s, now);
		plant_step(plant, now, 0);
		plant_heard(plant, &s, now + 1);
		assert_int_equal(plant_wait_ms(plant, now + 1), PLANT_GATHER_MS - 1);
		((u8 *)&s.reading)[info->offset] ^= 1;
		plant_heard(plant, &s, now + 2);
		assert_int_equal(plant_wait_ms(plant, now + 2), PLANT_HURRY_MS - 2);
		plant_step(plant, now + PLANT_HURRY_MS, 0);
		s.reading.have &= ~BIT_ULL(commands[i]);
		plant_heard(plant, &s, now + PLANT_HURRY_MS + 1);
		assert_int_equal(plant_wait_ms(plant, now + PLANT_HURRY_MS + 1),
				 PLANT_HURRY_MS - 1);
		now += 1000;
	}
	plant_free(plant);
}

static void a_turn_counts_what_is_seen_of_a_pack(void **state)
{
	struct config config = { 0 };
	struct plant_cluster *c;
	struct plant *plant;
	struct supply s;
	u32 first, second;
	u64 now;

	(void)state;
	plant_new(&plant, &config, NULL);
	now = run(plant, T0, 60, 2);
	c = plant->clusters;
	first = c->turn[0];
	second = c->turn[1];
	plant_step(plant, now, 0);
	assert_int_equal(c->turn[0], first);

	s = pack(0, 0);
	plant_heard(plant, &s, now);
	plant_step(plant, now, 0);
	assert_int_equal(c->turn[0], first + 1);
	assert_int_equal(c->turn[1], second);

	/* silent: seen otherwise, though nothing was read */
	plant_step(plant, now + 2401, 0);
	assert_int_equal(c->turn[0], first + 2);
	assert_int_equal(c->turn[1], second + 1);
	plant_free(plant);
}

static void a_turn_counts_a_pack_that_becomes_a_member(void **state)
{
	struct config config = { 0 };
	struct supply slow = pack(0, 0);
	struct plant *plant;
	u32 watched;

	(void)state;
	slow.max_age_ms = 24500;
	plant_new(&plant, &config, NULL);
	for (u64 ms = 0; ms <= 4000; ms += 1000) {
		plant_heard(plant, &slow, T0 + ms);
		plant_step(plant, T0 + ms, 0);
	}
	watched = plant->clusters->turn[0];
	plant_step(plant, T0 + 6000, 0);
	assert_int_equal(members(plant), 1);
	assert_int_equal(plant->clusters->turn[0], watched + 1);
	plant_free(plant);
}

/* Its packs go on, and it stays out for the same reason. */
static void a_turn_counts_a_silent_system(void **state)
{
	struct supply system = pack(0, 0), slow = pack(1, 0);
	struct config config = { 0 };
	struct plant *plant;
	u32 heard;

	(void)state;
	system.of_system = true;
	snprintf(system.name, sizeof(system.name), "cellar0");
	slow.max_age_ms = 24500;
	plant_new(&plant, &config, NULL);
	plant_heard(plant, &system, T0);
	plant_heard(plant, &slow, T0);
	plant_step(plant, T0, 0);
	heard = plant->clusters->turn[0];
	plant_step(plant, T0 + 3000, 0);
	assert_int_equal(plant->clusters->cluster->pack[0].reason, CLUSTER_PACKS_SPEAK);
	assert_int_equal(plant->clusters->turn[0], heard + 1);
	plant_free(plant);
}

static void a_pack_that_comes_later_is_watched_for_a_minute(void **state)
{
	struct config config = { 0 };
	unsigned int seconds = 0;
	struct plant *plant;
	u64 now;

	(void)state;
	plant_new(&plant, &config, NULL);
	now = run(plant, T0, 300, 2);
	while (members(plant) == 2 && seconds++ < 100)
		now = run(plant, now, 1, 3);
	assert_in_range(seconds, 60, 62);
	plant_free(plant);
}

/* As the driver does when it has heard more of a battery than before. */
static void a_pack_that_is_registered_anew_stays(void **state)
{
	struct supply back = pack(1, 0);
	struct config config = { 0 };
	struct plant *plant;
	u64 now;

	(void)state;
	plant_new(&plant, &config, NULL);
	now = run(plant, T0, 60, 4);
	plant_gone(plant, back.name, now - 990);
	plant_step(plant, now - 990 + PLANT_GONE_MS - 100, 0);
	plant_heard(plant, &back, now - 990 + PLANT_GONE_MS - 50);
	plant_step(plant, now - 990 + PLANT_GONE_MS + 50, 0);
	assert_int_equal(members(plant), 4);
	plant_free(plant);
}

static void a_pack_whose_supply_is_gone_is_out(void **state)
{
	struct config config = { 0 };
	struct plant *plant;
	u64 now;

	(void)state;
	plant_new(&plant, &config, NULL);
	now = run(plant, T0, 60, 4) - 990;
	plant_gone(plant, "cellar0-02", now);
	plant_step(plant, now + PLANT_GONE_MS + 1, 0);
	assert_int_equal(members(plant), 3);
	assert_true(charge_ma(plant) <= 150000);
	plant_free(plant);
}

static void configured_buses_are_one_cluster(void **state)
{
	struct config config = { .clusters = 1 };
	struct supply first = pack(0, 0), second = pack(1, 5), third = pack(2, 9);
	struct plant *plant;

	(void)state;
	config_cluster_defaults(&config.cluster[0], "roof");
	config.cluster[0].buses = 2;
	config.cluster[0].bus[0] = 5;
	plant_new(&plant, &config, NULL);
	/* it is there before its packs are, and allows nothing */
	plant_step(plant, T0, 0);
	assert_string_equal(plant->clusters->name, "roof");
	assert_int_equal(charge_ma(plant), 0);
	plant_heard(plant, &first, T0);
	plant_heard(plant, &second, T0);
	plant_heard(plant, &third, T0);
	assert_int_equal(plant->clusters->used, 2);
	assert_string_equal(plant->clusters->next->name, "cellar9");
	assert_int_equal(plant->clusters->next->used, 1);
	plant_free(plant);
}

/* However often there is a step, but a protection that ends soon is not overlooked. */
static void advice_is_looked_at_once_a_second_and_when_a_bms_says_otherwise(void **state)
{
	struct config config = { 0 };
	struct supply s = pack(0, 0);
	const struct advice *advice;
	struct plant *plant;
	u64 now, looked_ms;

	(void)state;
	plant_new(&plant, &config, NULL);
	now = run(plant, T0, 60, 4);
	advice = plant->clusters->advice;
	plant_step(plant, now, 0);
	looked_ms = advice->last_ms;
	for (; now < looked_ms + 1000; now += 100) {
		s.reading.voltage_mv++;
		plant_heard(plant, &s, now);
		plant_step(plant, now, 0);
		assert_int_equal(advice->last_ms, looked_ms);
	}
	plant_step(plant, looked_ms + 1000, 0);
	assert_int_equal(advice->last_ms, looked_ms + 1000);
	now = looked_ms + 1100;
	s.reading.protections = BIT(CELLAR_CHARGE_OVERCURRENT);
	plant_heard(plant, &s, now);
	plant_step(plant, now + 5, 0);
	assert_int_equal(advice->last_ms, now + 5);
	snprintf(s.serial, sizeof(s.serial), "another");
	plant_heard(plant, &s, now + 100);
	plant_step(plant, now + 105, 0);
	assert_int_equal(advice->last_ms, now + 105);
	plant_free(plant);
}

static void a_supply_too_many_is_refused(void **state)
{
	struct config config = { 0 };
	struct plant *plant;
	struct supply s = pack(0, 0);

	(void)state;
	plant_new(&plant, &config, NULL);
	for (unsigned int i = 0; i < CLUSTER_PACKS_MAX; i++) {
		snprintf(s.name, sizeof(s.name), "cellar0-%u", i);
		assert_int_equal(plant_heard(plant, &s, T0), 0);
	}
	assert_int_equal(plant_heard(plant, &s, T0), 0);
	snprintf(s.name, sizeof(s.name), "cellar0-x");
	assert_int_equal(plant_heard(plant, &s, T0), -ENOSPC);
	plant_free(plant);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bus_is_a_cluster_by_itself),
		cmocka_unit_test(a_silent_pack_is_out_when_its_reading_is_too_old),
		cmocka_unit_test(all_silent_is_no_current),
		cmocka_unit_test(a_pack_that_comes_later_is_watched_for_a_minute),
		cmocka_unit_test(a_slow_transport_has_its_own_limit),
		cmocka_unit_test(a_slow_pack_whose_supply_is_gone_is_out_as_soon),
		cmocka_unit_test(readings_share_a_step_unless_a_bms_commands),
		cmocka_unit_test(answers_of_lines_that_come_together_share_a_step),
		cmocka_unit_test(every_command_of_a_bms_is_in_a_hurry),
		cmocka_unit_test(a_turn_counts_what_is_seen_of_a_pack),
		cmocka_unit_test(a_turn_counts_a_pack_that_becomes_a_member),
		cmocka_unit_test(a_turn_counts_a_silent_system),
		cmocka_unit_test(a_pack_that_is_registered_anew_stays),
		cmocka_unit_test(a_pack_whose_supply_is_gone_is_out),
		cmocka_unit_test(configured_buses_are_one_cluster),
		cmocka_unit_test(advice_is_looked_at_once_a_second_and_when_a_bms_says_otherwise),
		cmocka_unit_test(a_supply_too_many_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
