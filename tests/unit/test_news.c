// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a step of the plant lets people know.
 */
#include "plant_rig.h"

#include "../../userspace/cellard/news.h"

static struct plant_rig *clock_of;

static u64 now_ms(void)
{
	return clock_of->now;
}

static s64 wall_s(void)
{
	return 0;
}

static const struct events_hooks hooks = { now_ms, wall_s, NULL };

struct home {
	struct plant_rig rig;
	struct config config;
	struct news *news;
	struct events *events;
	u64 seen;
};

static void home_new(struct home *home, unsigned int packs)
{
	memset(home, 0, sizeof(*home));
	clock_of = &home->rig;
	plant_rig_new(&home->rig, &home->config, packs);
	assert_int_equal(news_new(&home->news), 0);
	assert_int_equal(events_new(&home->events, &hooks, NULL), 0);
	home->rig.plant->events = home->events;
}

static void home_free(struct home *home)
{
	news_free(home->news);
	events_free(home->events);
	plant_free(home->rig.plant);
}

static void run(struct home *home, unsigned int seconds)
{
	while (seconds--) {
		plant_rig_run(&home->rig, 1);
		news_step(home->news, home->rig.plant);
	}
}

/*
 * How many events of @code there are since the last forget(), about @subject or anything
 * if it is NULL; @last: the last of them.
 */
static unsigned int heard_of(const struct home *home, const char *code, const char *subject,
			     const struct event **last)
{
	const struct event *e;
	unsigned int n = 0;

	for (u64 at = home->seen + 1; (e = events_from(home->events, at)); at = e->sequence + 1) {
		if (strcmp(e->code, code) != 0 || (subject && strcmp(e->subject, subject) != 0))
			continue;
		*last = e;
		n++;
	}

	return n;
}

static unsigned int heard(const struct home *home, const char *code, const struct event **last)
{
	return heard_of(home, code, NULL, last);
}

static void forget(struct home *home)
{
	const struct event *e;

	while ((e = events_from(home->events, home->seen + 1)))
		home->seen = e->sequence;
}

static void packs_that_join_are_told_of_once(void **state)
{
	const struct event *e;
	struct home home;

	(void)state;
	home_new(&home, 3);
	run(&home, 60);
	assert_int_equal(heard(&home, "pack-joined", &e), 3);
	assert_string_equal(e->words, "cellar0-03 is a member of cellar0");
	assert_string_equal(e->subject, home.rig.supply[2].serial);
	assert_int_equal(heard(&home, "battery-there", &e), 1);
	assert_string_equal(e->subject, "cellar0");
	forget(&home);
	run(&home, 60);
	assert_int_equal(heard(&home, "pack-joined", &e), 0);
	home_free(&home);
}

static void a_pack_that_leaves_says_why(void **state)
{
	const struct event *e;
	struct home home;

	(void)state;
	home_new(&home, 2);
	run(&home, 60);
	home.rig.silent[0] = true;
	run(&home, 4);
	assert_int_equal(heard(&home, "pack-left", &e), 1);
	assert_string_equal(e->subject, home.rig.supply[0].serial);
	assert_non_null(strstr(e->words, "no member of cellar0 any more: "));
	assert_non_null(strstr(e->words, home.rig.plant->clusters->cluster->pack[0].why));
	assert_int_equal(heard(&home, "battery-gone", &e), 0);
	home.rig.silent[1] = true;
	run(&home, 4);
	assert_int_equal(heard(&home, "pack-left", &e), 2);
	assert_int_equal(heard(&home, "battery-gone", &e), 1);
	home_free(&home);
}

static void a_protection_rises_and_clears(void **state)
{
	const struct event *e;
	struct home home;

	(void)state;
	home_new(&home, 2);
	run(&home, 60);
	home.rig.supply[1].reading.protections = BIT_ULL(CELLAR_CELL_OVERVOLTAGE);
	run(&home, 3);
	assert_int_equal(heard(&home, "protection", &e), 1);
	assert_string_equal(e->words, "cellar0-02 protects itself: cell_overvoltage");
	home.rig.supply[1].reading.protections |= BIT_ULL(CELLAR_CHARGE_OVERCURRENT);
	run(&home, 3);
	assert_int_equal(heard(&home, "protection", &e), 2);
	assert_string_equal(e->words, "cellar0-02 protects itself: charge_overcurrent");
	assert_int_equal(heard(&home, "protection-over", &e), 0);
	/* silence is no word of the BMS */
	home.rig.silent[1] = true;
	run(&home, 10);
	assert_int_equal(heard(&home, "protection-over", &e), 0);
	/* nor is what it said too long ago */
	home.rig.silent[1] = false;
	home.rig.supply[1].reading.protections = 0;
	home.rig.supply[1].age_ms = SUPPLY_FRESH_MS + 1;
	run(&home, 3);
	assert_int_equal(heard(&home, "protection-over", &e), 0);
	home.rig.supply[1].age_ms = 100;
	run(&home, 3);
	assert_int_equal(heard(&home, "protection-over", &e), 1);
	assert_non_null(strstr(e->words, "cell_overvoltage"));
	assert_non_null(strstr(e->words, "charge_overcurrent"));
	home_free(&home);
}

/* Its packs speak for themselves: what it says of them is not told again. */
static void a_system_is_no_second_voice(void **state)
{
	const struct event *e;
	struct home home;

	(void)state;
	home_new(&home, 3);
	home.rig.supply[2].of_system = true;
	home.rig.supply[2].serial[0] = '\0';
	snprintf(home.rig.supply[2].name, SUPPLY_NAME_SIZE, "cellar0");
	run(&home, 60);
	home.rig.supply[0].reading.protections = BIT_ULL(CELLAR_CELL_OVERVOLTAGE);
	home.rig.supply[2].reading.protections = BIT_ULL(CELLAR_CELL_OVERVOLTAGE);
	run(&home, 3);
	assert_int_equal(heard(&home, "protection", &e), 1);
	assert_string_equal(e->subject, home.rig.supply[0].serial);
	home_free(&home);
}

static void advice_comes_and_goes(void **state)
{
	const struct event *e;
	const char *serial;
	struct home home;

	(void)state;
	home_new(&home, 2);
	serial = home.rig.supply[0].serial;
	run(&home, 60);
	forget(&home);
	home.rig.silent[0] = true;
	run(&home, 900);
	assert_int_equal(heard_of(&home, "advice", serial, &e), 1);
	assert_int_equal(strncmp(e->words, "silent: ", 8), 0);
	assert_int_equal(heard_of(&home, "advice", "cellar0", &e), 1);
	assert_int_equal(strncmp(e->words, "packs-missing: ", 15), 0);
	assert_int_equal(heard(&home, "advice-over", &e), 0);
	home.rig.silent[0] = false;
	run(&home, 900);
	assert_int_equal(heard_of(&home, "advice-over", serial, &e), 1);
	assert_string_equal(e->words, "silent: over");
	assert_int_equal(heard_of(&home, "advice-over", "cellar0", &e), 1);
	home_free(&home);
}

static void a_cluster_at_its_cut_off(void **state)
{
	const struct event *e;
	struct home home;

	(void)state;
	home_new(&home, 1);
	run(&home, 60);
	forget(&home);
	home.rig.supply[0].reading.voltage_mv = 46500;
	run(&home, 120);
	assert_int_equal(heard(&home, "low-voltage", &e), 1);
	assert_string_equal(e->subject, "cellar0");
	assert_int_equal(heard(&home, "low-voltage-over", &e), 0);
	home.rig.supply[0].reading.voltage_mv = 53000;
	run(&home, 120);
	assert_int_equal(heard(&home, "low-voltage", &e), 1);
	assert_int_equal(heard(&home, "low-voltage-over", &e), 1);
	home_free(&home);
}

static void a_cluster_that_has_gone_is_forgotten(void **state)
{
	const struct event *e;
	struct home home;

	(void)state;
	home_new(&home, 1);
	run(&home, 60);
	forget(&home);
	news_cluster_goes(home.news, home.rig.plant->clusters);
	news_cluster_goes(home.news, home.rig.plant->clusters);
	run(&home, 1);
	assert_int_equal(heard(&home, "pack-joined", &e), 1);
	home_free(&home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packs_that_join_are_told_of_once),
		cmocka_unit_test(a_pack_that_leaves_says_why),
		cmocka_unit_test(a_protection_rises_and_clears),
		cmocka_unit_test(a_system_is_no_second_voice),
		cmocka_unit_test(advice_comes_and_goes),
		cmocka_unit_test(a_cluster_at_its_cut_off),
		cmocka_unit_test(a_cluster_that_has_gone_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
