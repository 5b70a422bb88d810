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
	assert_int_equal(plant_new(&plant, &config), 0);
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
	plant_new(&plant, &config);
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
	plant_new(&plant, &config);
	now = run(plant, T0, 60, 4);
	plant_step(plant, now + 1500, 0);
	assert_int_equal(members(plant), 0);
	assert_int_equal(charge_ma(plant), 0);
	assert_int_equal(plant_wait_ms(plant, now + 1500), PLANT_STEP_MS);
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
	plant_new(&plant, &config);
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
	plant_new(&plant, &config);
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
	plant_new(&plant, &config);
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

static void a_supply_too_many_is_refused(void **state)
{
	struct config config = { 0 };
	struct plant *plant;
	struct supply s = pack(0, 0);

	(void)state;
	plant_new(&plant, &config);
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
		cmocka_unit_test(a_pack_that_is_registered_anew_stays),
		cmocka_unit_test(a_pack_whose_supply_is_gone_is_out),
		cmocka_unit_test(configured_buses_are_one_cluster),
		cmocka_unit_test(a_supply_too_many_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
