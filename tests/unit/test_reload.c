// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another configuration for a plant that runs, and what people ask of it: who goes on
 * without a gap, who is made anew, and that nobody gets more than is configured.
 */
#include "plant_rig.h"

static char gone[128];

static void goes(void *user, struct plant_cluster *cluster)
{
	(void)user;
	strncat(gone, cluster->name, sizeof(gone) - strlen(gone) - 1);
	strncat(gone, " ", sizeof(gone) - strlen(gone) - 1);
}

static struct config_cluster *add(struct config *config, const char *name, unsigned int buses,
				  u16 first, u16 second)
{
	struct config_cluster *c = &config->cluster[config->clusters++];

	config_cluster_defaults(c, name);
	c->buses = buses;
	c->bus[0] = first;
	c->bus[1] = second;

	return c;
}

static void configure(struct plant_rig *rig, const struct config *config)
{
	gone[0] = '\0';
	assert_int_equal(plant_configure(rig->plant, config, goes, NULL), 0);
}

static void limits_change_without_a_gap(void **state)
{
	struct config before = { 0 }, after = { 0 };
	struct plant_cluster *c;
	struct plant_rig rig;

	(void)state;
	add(&before, "roof", 1, 0, 0);
	add(&after, "roof", 1, 0, 0)->limits.charge_ma = 30000;
	plant_rig_new(&rig, &before, 4);
	plant_rig_run(&rig, 60);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_CHARGE), 200000);
	c = plant_rig_cluster(&rig, "roof");
	configure(&rig, &after);
	assert_string_equal(gone, "");
	assert_ptr_equal(plant_rig_cluster(&rig, "roof"), c);
	plant_rig_run(&rig, 1);
	assert_int_equal(plant_rig_members(&rig, "roof"), 4);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_CHARGE), 30000);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_DISCHARGE), 200000);
	/* up again, it takes its time as after any fall */
	configure(&rig, &before);
	plant_rig_run(&rig, 1);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_CHARGE), 30000);
	plant_rig_run(&rig, 120);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_CHARGE), 200000);
	plant_free(rig.plant);
}

static void a_bus_more_leaves_the_others_in_peace(void **state)
{
	struct config before = { 0 }, after = { 0 };
	struct plant_rig rig;

	(void)state;
	add(&before, "roof", 1, 0, 0);
	add(&after, "roof", 2, 0, 1);
	plant_rig_new(&rig, &before, 4);
	plant_rig_bus(&rig, 2, 1);
	plant_rig_bus(&rig, 3, 1);
	plant_rig_run(&rig, 60);
	assert_int_equal(plant_rig_members(&rig, "roof"), 2);
	assert_int_equal(plant_rig_members(&rig, "cellar1"), 2);
	configure(&rig, &after);
	assert_string_equal(gone, "cellar1 ");
	assert_null(plant_rig_cluster(&rig, "cellar1"));
	plant_rig_run(&rig, 1);
	assert_true(plant_rig_members(&rig, "roof") >= 2);
	plant_rig_run(&rig, 90);
	assert_int_equal(plant_rig_members(&rig, "roof"), 4);
	plant_free(rig.plant);
}

static void a_cluster_that_is_split_is_made_anew(void **state)
{
	struct config before = { 0 }, after = { 0 };
	struct plant_rig rig;

	(void)state;
	add(&before, "roof", 2, 0, 1);
	add(&after, "house", 1, 1, 0);
	add(&after, "roof", 1, 0, 0);
	plant_rig_new(&rig, &before, 4);
	plant_rig_bus(&rig, 2, 1);
	plant_rig_bus(&rig, 3, 1);
	plant_rig_run(&rig, 60);
	configure(&rig, &after);
	assert_string_equal(gone, "roof ");
	/* heard before their next sample, in the order of the file */
	assert_string_equal(rig.plant->clusters->name, "house");
	assert_string_equal(rig.plant->clusters->next->name, "roof");
	assert_null(rig.plant->clusters->next->next);
	assert_int_equal(rig.plant->clusters->used, 2);
	assert_int_equal(rig.plant->clusters->next->used, 2);
	plant_rig_run(&rig, 90);
	assert_int_equal(plant_rig_members(&rig, "house"), 2);
	assert_int_equal(plant_rig_members(&rig, "roof"), 2);
	plant_free(rig.plant);
}

static void clusters_stand_in_the_order_of_the_file(void **state)
{
	struct config before = { 0 }, after = { 0 };
	struct plant_rig rig;

	(void)state;
	add(&before, "roof", 1, 8, 0);
	add(&before, "shed", 1, 9, 0);
	add(&after, "house", 1, 7, 0);
	add(&after, "shed", 1, 9, 0);
	add(&after, "roof", 1, 8, 0);
	plant_rig_new(&rig, &before, 1);
	plant_rig_run(&rig, 1);
	configure(&rig, &after);
	assert_string_equal(gone, "");
	assert_string_equal(rig.plant->clusters->name, "house");
	assert_string_equal(rig.plant->clusters->next->name, "shed");
	assert_string_equal(rig.plant->clusters->next->next->name, "roof");
	assert_string_equal(rig.plant->clusters->next->next->next->name, "cellar0");
	plant_free(rig.plant);
}

static void a_bus_nobody_configures_any_more_is_by_itself(void **state)
{
	struct config before = { 0 }, after = { 0 };
	struct plant_rig rig;

	(void)state;
	add(&before, "roof", 1, 0, 0);
	add(&before, "shed", 1, 9, 0);
	plant_rig_new(&rig, &before, 2);
	plant_rig_run(&rig, 60);
	configure(&rig, &after);
	assert_null(plant_rig_cluster(&rig, "roof"));
	assert_null(plant_rig_cluster(&rig, "shed"));
	assert_int_equal(plant_rig_cluster(&rig, "cellar0")->used, 2);
	plant_rig_run(&rig, 90);
	assert_int_equal(plant_rig_members(&rig, "cellar0"), 2);
	configure(&rig, &after);
	assert_string_equal(gone, "");
	plant_free(rig.plant);
}

/* What was heard long ago is not fresh because its cluster is new. */
static void readings_do_not_grow_young(void **state)
{
	struct config before = { 0 }, after = { 0 };
	struct plant_rig rig;

	(void)state;
	add(&after, "roof", 1, 0, 0);
	plant_rig_new(&rig, &before, 2);
	plant_rig_run(&rig, 60);
	rig.silent[0] = true;
	plant_rig_run(&rig, 10);
	configure(&rig, &after);
	plant_step(rig.plant, rig.now, 0);
	assert_false(plant_rig_cluster(&rig, "roof")->cluster->pack[0].fresh);
	assert_true(plant_rig_cluster(&rig, "roof")->cluster->pack[1].fresh);
	plant_free(rig.plant);
}

static void commissioned_is_not_taken_back(void **state)
{
	struct config before = { 0 }, after = { 0 };
	struct plant_rig rig;

	(void)state;
	add(&before, "roof", 1, 0, 0);
	add(&after, "roof", 1, 0, 0)->commissioned = true;
	plant_rig_new(&rig, &before, 1);
	assert_false(plant_rig_cluster(&rig, "roof")->limits->out.started);
	configure(&rig, &after);
	assert_true(plant_rig_cluster(&rig, "roof")->limits->out.started);
	configure(&rig, &before);
	assert_true(plant_rig_cluster(&rig, "roof")->limits->out.started);
	plant_free(rig.plant);
}

static void a_person_may_ask_for_less(void **state)
{
	static const u32 less[CORE_WAYS] = { 20000, 40000 }, more[CORE_WAYS] = { 20000, 60001 };
	static const u32 none[CORE_WAYS] = { LIMITS_NONE, LIMITS_NONE };
	struct config config = { 0 };
	struct plant_cluster *c;
	struct plant_rig rig;

	(void)state;
	add(&config, "roof", 1, 0, 0)->limits.discharge_ma = 60000;
	plant_rig_new(&rig, &config, 4);
	plant_rig_run(&rig, 60);
	c = plant_rig_cluster(&rig, "roof");
	assert_int_equal(plant_highest_ma(c, CORE_CHARGE), 10000000);
	assert_int_equal(plant_highest_ma(c, CORE_DISCHARGE), 60000);
	assert_int_equal(plant_ask_limits(c, less), 0);
	assert_int_equal(plant_ask_limits(c, more), -EINVAL);
	plant_rig_run(&rig, 1);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_CHARGE), 20000);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_DISCHARGE), 40000);
	plant_ask_limits(c, none);
	plant_rig_run(&rig, 120);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_CHARGE), 200000);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_DISCHARGE), 60000);
	plant_free(rig.plant);
}

/* … and keeps it over a reload, unless the file says less itself. */
static void what_a_person_asks_outlives_a_reload(void **state)
{
	static const u32 less[CORE_WAYS] = { 20000, 40000 };
	struct config before = { 0 }, after = { 0 };
	struct plant_cluster *c;
	struct plant_rig rig;

	(void)state;
	add(&before, "roof", 1, 0, 0);
	add(&after, "roof", 1, 0, 0)->limits.discharge_ma = 30000;
	plant_rig_new(&rig, &before, 4);
	plant_rig_run(&rig, 60);
	c = plant_rig_cluster(&rig, "roof");
	plant_ask_limits(c, less);
	configure(&rig, &after);
	plant_rig_run(&rig, 1);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_CHARGE), 20000);
	assert_int_equal(plant_rig_ma(&rig, "roof", CORE_DISCHARGE), 30000);
	assert_int_equal(c->asked.ma[CORE_CHARGE], 20000);
	assert_int_equal(c->asked.ma[CORE_DISCHARGE], LIMITS_NONE);
	plant_free(rig.plant);
}

static void set_soc(struct plant_rig *rig, unsigned int i, u16 centi)
{
	rig->supply[i].reading.soc_centi = centi;
}

static bool requested(struct plant_rig *rig)
{
	return rig->plant->clusters->limits->out.full_charge_request;
}

static void a_full_charge_is_asked_for_until_all_are_full(void **state)
{
	struct config config = { 0 };
	struct plant_rig rig;

	(void)state;
	plant_rig_new(&rig, &config, 2);
	plant_rig_run(&rig, 60);
	assert_false(requested(&rig));
	plant_ask_full_charge(rig.plant->clusters, true);
	plant_rig_run(&rig, 600);
	assert_true(requested(&rig));
	set_soc(&rig, 0, 10000);
	plant_rig_run(&rig, 600);
	assert_true(requested(&rig));
	set_soc(&rig, 0, 9500);
	set_soc(&rig, 1, 10000);
	plant_rig_run(&rig, 600);
	assert_false(requested(&rig));
	assert_false(rig.plant->clusters->asked.full_charge);
	plant_free(rig.plant);
}

static void a_full_charge_may_be_taken_back(void **state)
{
	struct config config = { 0 };
	struct plant_rig rig;

	(void)state;
	plant_rig_new(&rig, &config, 2);
	plant_rig_run(&rig, 60);
	plant_ask_full_charge(rig.plant->clusters, true);
	plant_rig_run(&rig, 1);
	assert_true(requested(&rig));
	plant_ask_full_charge(rig.plant->clusters, false);
	plant_rig_run(&rig, 1);
	assert_false(requested(&rig));
	plant_free(rig.plant);
}

/* Full before it was asked for is not what was asked for; nor is nobody there full. */
static void a_full_charge_of_yesterday_does_not_count(void **state)
{
	struct config config = { 0 };
	struct plant_rig rig;

	(void)state;
	plant_rig_new(&rig, &config, 1);
	set_soc(&rig, 0, 10000);
	plant_rig_run(&rig, 200);
	set_soc(&rig, 0, 8000);
	plant_rig_run(&rig, 200);
	plant_ask_full_charge(rig.plant->clusters, true);
	plant_rig_run(&rig, 5);
	assert_true(rig.plant->clusters->asked.full_charge);
	rig.silent[0] = true;
	plant_rig_run(&rig, 60);
	assert_true(rig.plant->clusters->asked.full_charge);
	plant_free(rig.plant);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_change_without_a_gap),
		cmocka_unit_test(a_bus_more_leaves_the_others_in_peace),
		cmocka_unit_test(a_cluster_that_is_split_is_made_anew),
		cmocka_unit_test(clusters_stand_in_the_order_of_the_file),
		cmocka_unit_test(a_bus_nobody_configures_any_more_is_by_itself),
		cmocka_unit_test(readings_do_not_grow_young),
		cmocka_unit_test(commissioned_is_not_taken_back),
		cmocka_unit_test(a_person_may_ask_for_less),
		cmocka_unit_test(what_a_person_asks_outlives_a_reload),
		cmocka_unit_test(a_full_charge_is_asked_for_until_all_are_full),
		cmocka_unit_test(a_full_charge_may_be_taken_back),
		cmocka_unit_test(a_full_charge_of_yesterday_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
