// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parallel inverters: who takes part, and with how much. Each case named after the sentence
 * of the manual or what a user wants.
 */
#include "site_rig.h"

/* A primary of 6 kW and two replicas of 3 kW; the battery allows all of it. */
static struct house three(void)
{
	struct house h = house();

	house_inverter(&h);
	house_inverter(&h);
	h.config.inverter[1].battery_w = 3000;
	h.config.inverter[2].battery_w = 3000;
	h.in.battery.charge_w = 12000;
	h.in.battery.discharge_w = 12000;

	return h;
}

#define assert_parts(h, what, a, b, c) do { \
	assert_int_equal((h)->out.inverter[0].what, a); \
	assert_int_equal((h)->out.inverter[1].what, b); \
	assert_int_equal((h)->out.inverter[2].what, c); \
} while (0)

/* row: inverter.md "Parallel inverters" primary and replicas */
static void charging_is_shared_in_proportion_to_what_each_can(void **state)
{
	struct house h = three();

	(void)state;
	house_see(&h, 5000, 1000);
	assert_battery(&h, 4000, SITE_NOBODY);
	assert_parts(&h, battery_w, 2000, 1000, 1000);
}

/* row: inverter.md "Parallel inverters" primary and replicas */
static void discharging_is_shared_in_proportion_to_what_each_can(void **state)
{
	struct house h = three();

	(void)state;
	house_see(&h, 1000, 9000);
	assert_battery(&h, -8000, SITE_NOBODY);
	assert_parts(&h, battery_w, -4000, -2000, -2000);
}

/* row: inverter.md "Parallel inverters" primary and replicas */
static void what_rounding_loses_goes_to_who_lost_most_and_of_equals_to_the_first(void **state)
{
	struct house h = three();

	(void)state;
	house_see(&h, 1101, 1000);
	assert_parts(&h, battery_w, 51, 25, 25);
	house_see(&h, 1102, 1000);
	assert_parts(&h, battery_w, 51, 26, 25);
	house_see(&h, 1103, 1000);
	assert_parts(&h, battery_w, 51, 26, 26);
	house_see(&h, 1000, 1102);
	assert_parts(&h, battery_w, -51, -26, -25);
}

/* Each between its bounds, and all of them together what was decided for all. */
static void assert_shared(const struct house *h)
{
	s32 sum = 0, low = 0, high = 0;
	unsigned int i;

	for (i = 0; i < h->config.inverters; i++) {
		const struct site_inverter_outputs *o = &h->out.inverter[i];
		s32 able_w = (s32)h->config.inverter[i].battery_w;

		assert_in_range(o->battery_w + able_w, 0, 2 * able_w);
		assert_true(o->battery_min_w <= o->battery_w && o->battery_w <= o->battery_max_w);
		assert_true(o->battery_min_w >= -able_w && o->battery_max_w <= able_w);
		sum += o->battery_w;
		low += o->battery_min_w;
		high += o->battery_max_w;
	}
	assert_int_equal(sum, h->out.battery_w);
	assert_int_equal(low, h->out.battery_min_w);
	assert_int_equal(high, h->out.battery_max_w);
}

/* row: inverter.md "Parallel inverters" primary and replicas */
/* row: ems.md "Plant" inverters */
static void eight_inverters_share_to_the_watt(void **state)
{
	static const u16 able[] = { 5000, 4999, 3001, 17, 1, 0, 2500, 3333 };
	struct house h = house();
	s32 w;

	(void)state;
	while (h.config.inverters < SITE_INVERTERS_MAX)
		house_inverter(&h);
	for (unsigned int i = 0; i < SITE_INVERTERS_MAX; i++)
		h.config.inverter[i].battery_w = able[i];
	h.in.battery.charge_w = 17000;
	h.in.battery.discharge_w = 16000;
	h.config.feed_in_w = 700;
	for (w = -20000; w <= 20000; w += 37) {
		house_see(&h, w > 0 ? w : 0, w > 0 ? 0 : -w);
		assert_shared(&h);
		assert_int_equal(h.out.inverter[5].battery_w, 0);
	}
	h.config.control = SITE_BY_LIMITS;
	for (w = -20000; w <= 20000; w += 1009) {
		house_see(&h, w > 0 ? w : 0, w > 0 ? 0 : -w);
		assert_shared(&h);
	}
}

static void an_inverter_without_a_battery_has_no_part_of_it(void **state)
{
	struct house h = three();

	(void)state;
	h.config.inverter[0].battery_w = 0;
	house_see(&h, 5000, 1000);
	assert_parts(&h, battery_w, 0, 2000, 2000);
}

/* row: inverter.md "Battery side" communication */
static void an_inverter_that_is_silent_has_no_part_and_the_others_have_its(void **state)
{
	struct house h = three();

	(void)state;
	h.in.inverter[0].age_ms = 5000;
	house_see(&h, 5000, 1000);
	assert_parts(&h, battery_w, 2000, 1000, 1000);
	h.in.inverter[0].age_ms = 5001;
	house_see(&h, 5000, 1000);
	assert_parts(&h, battery_w, 0, 2000, 2000);
	assert_window(&h, -6000, SITE_BY_INVERTER, 6000, SITE_BY_INVERTER);
	h.in.inverter[0].age_ms = SITE_NEVER;
	house_see(&h, 5000, 1000);
	assert_parts(&h, battery_w, 0, 2000, 2000);
}

static void an_inverter_that_does_not_obey_has_no_part(void **state)
{
	struct house h = three();

	(void)state;
	h.in.inverter[2].ok = false;
	house_see(&h, 10000, 1000);
	assert_battery(&h, 9000, SITE_NOBODY);
	assert_parts(&h, battery_w, 6000, 3000, 0);
	house_see(&h, 12000, 1000);
	assert_battery(&h, 9000, SITE_BY_INVERTER);
}

static void when_no_inverter_with_a_battery_is_heard_that_is_why(void **state)
{
	struct house h = three();
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++)
		h.in.inverter[i].age_ms = SITE_NEVER;
	house_see(&h, 5000, 1000);
	assert_window(&h, 0, SITE_BY_STALE, 0, SITE_BY_STALE);
	assert_battery(&h, 0, SITE_BY_STALE);
	h.config.inverter[1].battery_w = 0;
	h.in.inverter[1].age_ms = 0;
	house_see(&h, 5000, 1000);
	assert_window(&h, 0, SITE_BY_STALE, 0, SITE_BY_STALE);
}

static void a_replica_without_a_battery_does_not_speak_for_those_with_one(void **state)
{
	struct house h = three();

	(void)state;
	h.config.inverter[2].battery_w = 0;
	h.in.inverter[0].age_ms = SITE_NEVER;
	h.in.inverter[1].age_ms = SITE_NEVER;
	house_see(&h, 5000, 1000);
	assert_window(&h, 0, SITE_BY_STALE, 0, SITE_BY_STALE);
}

static void inverters_without_a_battery_are_not_silent(void **state)
{
	struct house h = house();

	(void)state;
	h.config.inverter[0].battery_w = 0;
	h.in.inverter[0].age_ms = SITE_NEVER;
	house_see(&h, 5000, 1000);
	assert_window(&h, 0, SITE_BY_INVERTER, 0, SITE_BY_INVERTER);
}

static void inverters_that_only_listen_need_not_be_heard(void **state)
{
	struct house h = three();

	(void)state;
	h.config.control = SITE_BY_LIMITS;
	h.in.inverter[0].age_ms = SITE_NEVER;
	h.in.inverter[1].ok = false;
	house_see(&h, 5000, 1000);
	assert_parts(&h, battery_w, 2000, 1000, 1000);
}

/* The sun goes through the same AC side. */
static void an_inverter_full_of_sun_has_less_to_discharge_with(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.discharge_w = 6000;
	h.in.inverter[0].pv_w = (struct site_value){ 4000, 0 };
	house_see(&h, 4000, 9000);
	assert_battery(&h, -2000, SITE_BY_INVERTER);
	h.in.inverter[0].pv_w.value = 7000;
	house_see(&h, 7000, 9000);
	assert_battery(&h, 0, SITE_BY_INVERTER);
	h.in.inverter[0].pv_w.age_ms = 5001;
	house_see(&h, 7000, 14000);
	assert_battery(&h, -6000, SITE_BY_CLUSTER);
}

static void the_sun_of_an_inverter_comes_on_top_of_its_rating_to_charge(void **state)
{
	struct house h = house();

	(void)state;
	h.config.inverter[0].battery_w = 8000;
	h.in.battery.charge_w = 8000;
	house_see(&h, 9000, 0);
	assert_battery(&h, 6000, SITE_BY_INVERTER);
	h.in.inverter[0].pv_w = (struct site_value){ 1500, 0 };
	house_see(&h, 9000, 0);
	assert_battery(&h, 7500, SITE_BY_INVERTER);
	h.in.inverter[0].pv_w.value = -100;
	house_see(&h, 9000, 0);
	assert_battery(&h, 6000, SITE_BY_INVERTER);
}

static void bounds_on_the_other_side_are_shared_as_well(void **state)
{
	struct house h = three();

	(void)state;
	h.in.battery.discharge_w = 9000;
	house_see(&h, 5000, 1000);
	assert_parts(&h, battery_min_w, -4500, -2250, -2250);
	assert_parts(&h, battery_max_w, 6000, 3000, 3000);
	house_see(&h, 1000, 5000);
	assert_parts(&h, battery_min_w, -4500, -2250, -2250);
	assert_parts(&h, battery_max_w, 6000, 3000, 3000);
}

static void bounds_nearer_than_the_set_point_are_shared_by_its_parts(void **state)
{
	struct house h = three();

	(void)state;
	h.config.feed_in_w = 500;
	house_see(&h, 4000, 1000);
	assert_parts(&h, battery_w, 1500, 750, 750);
	assert_parts(&h, battery_min_w, 1250, 625, 625);
	h.config.contract_w = 3100;
	house_see(&h, 0, 4000);
	assert_parts(&h, battery_w, -2000, -1000, -1000);
	assert_parts(&h, battery_max_w, -500, -250, -250);
}

static void a_bound_that_is_the_set_point_has_its_parts(void **state)
{
	struct house h = three();

	(void)state;
	h.in.battery.charge_w = 4001;
	h.in.battery.discharge_w = 0;
	house_see(&h, 9000, 1000);
	assert_parts(&h, battery_w, 2001, 1000, 1000);
	assert_parts(&h, battery_max_w, 2001, 1000, 1000);
	assert_parts(&h, battery_min_w, 0, 0, 0);
	house_see(&h, 0, 1000);
	assert_parts(&h, battery_w, 0, 0, 0);
	assert_parts(&h, battery_min_w, 0, 0, 0);
	assert_parts(&h, battery_max_w, 2001, 1000, 1000);
}

/* row: inverter.md "Zero feed-in (anti-reflux)" reflux power */
static void a_limit_of_production_is_shared_by_what_each_is_rated(void **state)
{
	struct house h = three();

	(void)state;
	h.config.inverter[1].rated_w = 3000;
	h.config.inverter[2].rated_w = 3000;
	h.config.feed_in_w = 0;
	h.in.battery.charge_w = 0;
	house_see(&h, 4000, 2000);
	assert_int_equal(h.out.pv_max_w, 2000);
	assert_parts(&h, pv_max_w, 1000, 500, 500);
}

static void who_cannot_be_told_counts_by_what_it_produces(void **state)
{
	struct house h = three();

	(void)state;
	h.config.feed_in_w = 0;
	h.in.battery.charge_w = 0;
	h.config.inverter[1].curtails = false;
	h.in.inverter[1].pv_w = (struct site_value){ 800, 0 };
	house_see(&h, 4000, 2000);
	assert_parts(&h, pv_max_w, 600, SITE_NO_LIMIT, 600);
	h.in.inverter[1].pv_w.value = -50;
	house_see(&h, 4000, 2000);
	assert_parts(&h, pv_max_w, 1000, SITE_NO_LIMIT, 1000);
	h.in.inverter[1].pv_w.value = 2500;
	house_see(&h, 4000, 2000);
	assert_parts(&h, pv_max_w, 0, SITE_NO_LIMIT, 0);
}

static void who_cannot_be_told_and_is_silent_counts_by_what_it_could_produce(void **state)
{
	struct house h = three();

	(void)state;
	h.config.feed_in_w = 0;
	h.in.battery.charge_w = 0;
	h.config.inverter[1].curtails = false;
	h.config.inverter[1].rated_w = 1500;
	house_see(&h, 4000, 2000);
	assert_parts(&h, pv_max_w, 250, SITE_NO_LIMIT, 250);
}

/* row: inverter.md "Demand response and remote power limits" DRM6 */
static void what_a_grid_code_allows_is_shared_by_what_each_is_rated(void **state)
{
	struct house h = three();

	(void)state;
	h.config.inverter[1].rated_w = 3000;
	h.config.inverter[2].rated_w = 1001;
	h.config.grid_code = SITE_CODE_DRM;
	h.in.drm = (struct site_value){ BIT(6) | BIT(2), 0 };
	house_see(&h, 0, 0);
	assert_int_equal(h.out.ac_max_w, 5000);
	assert_parts(&h, ac_max_w, 3000, 1500, 500);
	assert_int_equal(h.out.ac_min_w, -5000);
	assert_parts(&h, ac_min_w, -3000, -1500, -500);
	h.in.drm.value = 0;
	house_see(&h, 0, 0);
	assert_parts(&h, ac_max_w, SITE_NO_LIMIT, SITE_NO_LIMIT, SITE_NO_LIMIT);
	assert_parts(&h, ac_min_w, -SITE_NO_LIMIT, -SITE_NO_LIMIT, -SITE_NO_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(charging_is_shared_in_proportion_to_what_each_can),
		cmocka_unit_test(discharging_is_shared_in_proportion_to_what_each_can),
		cmocka_unit_test(what_rounding_loses_goes_to_who_lost_most_and_of_equals_to_the_first),
		cmocka_unit_test(eight_inverters_share_to_the_watt),
		cmocka_unit_test(an_inverter_without_a_battery_has_no_part_of_it),
		cmocka_unit_test(an_inverter_that_is_silent_has_no_part_and_the_others_have_its),
		cmocka_unit_test(an_inverter_that_does_not_obey_has_no_part),
		cmocka_unit_test(when_no_inverter_with_a_battery_is_heard_that_is_why),
		cmocka_unit_test(a_replica_without_a_battery_does_not_speak_for_those_with_one),
		cmocka_unit_test(inverters_without_a_battery_are_not_silent),
		cmocka_unit_test(inverters_that_only_listen_need_not_be_heard),
		cmocka_unit_test(an_inverter_full_of_sun_has_less_to_discharge_with),
		cmocka_unit_test(the_sun_of_an_inverter_comes_on_top_of_its_rating_to_charge),
		cmocka_unit_test(bounds_on_the_other_side_are_shared_as_well),
		cmocka_unit_test(bounds_nearer_than_the_set_point_are_shared_by_its_parts),
		cmocka_unit_test(a_bound_that_is_the_set_point_has_its_parts),
		cmocka_unit_test(a_limit_of_production_is_shared_by_what_each_is_rated),
		cmocka_unit_test(who_cannot_be_told_counts_by_what_it_produces),
		cmocka_unit_test(who_cannot_be_told_and_is_silent_counts_by_what_it_could_produce),
		cmocka_unit_test(what_a_grid_code_allows_is_shared_by_what_each_is_rated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
