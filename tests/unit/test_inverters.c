// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which inverter is told what, on a fake clock, with lines that the test plays.
 */
#include "core_rig.h"

#include "../../userspace/cellard/inverters.h"

#define T0	1000000u

/* What inverter_can.c would be. @said: what the line was last told, or nothing */
struct inverter_can {
	char interface[16];
	enum cellar_dialect dialect;
	struct inverter_can_status status;
	bool says, listens;
	u32 hold_ms;
	struct cellar_reading said;
};

static struct inverter_can *lines[16];
static unsigned int n_lines, n_freed;
static struct cellar_reading last_words;
static unsigned int n_last_words;

int inverter_can_new(struct inverter_can **line, sd_event *event,
		     const struct inverter_can_options *options,
		     const struct inverter_can_hooks *hooks, void *user)
{
	struct inverter_can *l = calloc(1, sizeof(*l));

	(void)event, (void)hooks, (void)user;
	snprintf(l->interface, sizeof(l->interface), "%s", options->interface);
	l->dialect = options->dialect;
	l->listens = options->listen;
	l->status.state = options->listen ? INVERTER_CAN_LISTENING : INVERTER_CAN_SPEAKING;
	lines[n_lines++] = l;
	*line = l;

	return 0;
}

void inverter_can_free(struct inverter_can *line)
{
	n_freed++;
	free(line);
}

int inverter_can_say(struct inverter_can *line, const struct cellar_reading *say, u32 hold_ms)
{
	assert_false(line->listens);
	line->says = say;
	line->hold_ms = hold_ms;
	if (say)
		line->said = *say;

	return 0;
}

void inverter_can_last_words(struct inverter_can *line, const struct cellar_reading *say)
{
	(void)line;
	n_last_words++;
	last_words = *say;
}

const struct inverter_can_status *inverter_can_status(const struct inverter_can *line)
{
	return &line->status;
}

const char *inverter_can_state_word(enum inverter_can_state state)
{
	(void)state;

	return "";
}

/* @current_ma: of each pack */
struct house {
	struct config config;
	struct plant *plant;
	struct inverters *inverters;
	unsigned int packs;
	s32 current_ma;
	u16 bus;
	u64 now;
};

static void changed(void *user)
{
	(void)user;
}

static struct config_inverter *add(struct house *h, const char *name, u16 share_permille)
{
	struct config_inverter *c = &h->config.inverter[h->config.inverters++];

	*c = (struct config_inverter){
		.dialect = CELLAR_DIALECT_PYLONTECH, .share_permille = share_permille,
		.most_ma = { LIMITS_NONE, LIMITS_NONE },
	};
	snprintf(c->name, sizeof(c->name), "%s", name);
	snprintf(c->interface, sizeof(c->interface), "can_%s", name);

	return c;
}

static void open_house(struct house *h)
{
	n_lines = n_freed = n_last_words = 0;
	h->now = T0;
	h->packs = 4;
	assert_int_equal(plant_new(&h->plant, &h->config, NULL), 0);
	assert_int_equal(inverters_new(&h->inverters, h->plant, NULL, &h->config, changed, h), 0);
}

static void close_house(struct house *h)
{
	inverters_free(h->inverters);
	plant_free(h->plant);
	assert_int_equal(n_freed, n_lines);
}

static void step(struct house *h)
{
	inverters_learn(h->inverters, h->now);
	plant_step(h->plant, h->now, 0);
	inverters_say(h->inverters, h->now, 0);
}

static void hear(struct house *h, u16 bus)
{
	struct rig rig = { 0 };

	for (u8 i = 0; i < h->packs; i++) {
		rig_pack(&rig, i, LESSO);
		rig.supply[i].bus = bus;
		rig.supply[i].serial[0] = (char)('A' + bus);
		snprintf(rig.supply[i].name, sizeof(rig.supply[i].name), "cellar%u-%02u", bus,
			 i + 1);
		rig.supply[i].reading.current_ma = h->current_ma;
		assert_int_equal(plant_heard(h->plant, &rig.supply[i], h->now), 0);
	}
}

static void run(struct house *h, unsigned int seconds)
{
	for (; seconds--; h->now += 1000) {
		hear(h, h->bus);
		step(h);
	}
}

static void one_inverter_has_it_all(void **state)
{
	struct house h = { 0 };

	(void)state;
	add(&h, "one", 1000);
	open_house(&h);
	step(&h);
	assert_false(lines[0]->says);
	run(&h, 100);
	assert_true(lines[0]->says);
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 200000);
	assert_string_equal(h.inverters->inverter[0].bound, "cellar0");
	close_house(&h);
	assert_int_equal(n_last_words, 1);
	assert_int_equal(last_words.charge_current_limit_ma, 0);
	assert_int_equal(last_words.discharge_current_limit_ma, 0);
	assert_true(last_words.protections);
	assert_false(last_words.charge_enable || last_words.discharge_enable);
}

static void it_is_told_who_made_the_battery(void **state)
{
	struct house h = { 0 };

	(void)state;
	add(&h, "one", 500);
	add(&h, "two", 500)->dialect = CELLAR_DIALECT_VICTRON;
	open_house(&h);
	run(&h, 100);
	assert_string_equal(lines[0]->said.manufacturer, "PYLON");
	assert_false(cellar_has(&lines[0]->said, CELLAR_MODEL));
	assert_true(cellar_has(&lines[1]->said, CELLAR_MANUFACTURER));
	assert_string_equal(lines[1]->said.manufacturer, "LESSO");
	assert_true(cellar_has(&lines[1]->said, CELLAR_MODEL));
	assert_string_equal(lines[1]->said.model, "LSRR51V100AH-LFP");
	close_house(&h);
}

static void two_share_and_one_can_less(void **state)
{
	struct house h = { 0 };

	(void)state;
	add(&h, "big", 700);
	add(&h, "small", 300)->most_ma[CORE_CHARGE] = 25000;
	open_house(&h);
	run(&h, 100);
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 140000);
	assert_int_equal(lines[1]->said.charge_current_limit_ma, 25000);
	assert_int_equal(lines[1]->said.discharge_current_limit_ma, 60000);
	/* one of them does not say what it can: nothing is known of both */
	assert_int_equal(h.plant->clusters->inverter_ma[CORE_CHARGE], LIMITS_NONE);
	close_house(&h);
}

static void the_cluster_knows_what_its_inverters_can(void **state)
{
	struct house h = { 0 };

	(void)state;
	add(&h, "big", 500)->most_ma[CORE_CHARGE] = 60000;
	add(&h, "small", 500)->most_ma[CORE_CHARGE] = 30000;
	add(&h, "ears", 1000)->listen = true;
	h.config.inverter[2].most_ma[CORE_CHARGE] = 5000;
	open_house(&h);
	run(&h, 100);
	assert_int_equal(h.plant->clusters->inverter_ma[CORE_CHARGE], 90000);
	assert_int_equal(h.plant->clusters->inverter_ma[CORE_DISCHARGE], LIMITS_NONE);
	assert_int_equal(h.plant->clusters->limits->out.current[CORE_CHARGE].winner,
			 LIMITS_INVERTER);
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 45000);
	assert_int_equal(lines[1]->said.charge_current_limit_ma, 30000);
	close_house(&h);
}

static void stale_packs_are_0_a_in_the_same_step(void **state)
{
	struct house h = { 0 };

	(void)state;
	add(&h, "one", 1000);
	open_house(&h);
	run(&h, 100);
	h.now += 1400;
	step(&h);
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 200000);
	h.now += 101;
	step(&h);
	assert_true(lines[0]->says);
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 0);
	assert_int_equal(lines[0]->said.discharge_current_limit_ma, 0);
	close_house(&h);
}

/* Whatever becomes of the loop: half a second after the next step is due, at most. */
static void nothing_is_said_3_s_after_the_last_reading(void **state)
{
	struct house h = { 0 };

	(void)state;
	add(&h, "one", 1000);
	open_house(&h);
	run(&h, 100);
	assert_in_range(lines[0]->hold_ms, 1001, 1500);
	h.now += 1400;
	step(&h);
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 200000);
	assert_int_equal(lines[0]->hold_ms, 501);
	close_house(&h);
}

/* 4 × 54 A into packs that allow 4 × 50 A: 8 % too much */
static void an_inverter_that_takes_too_much_is_told_less(void **state)
{
	char words[INVERTERS_WORDS_SIZE];
	struct house h = { 0 };
	u32 cap_ma[CORE_WAYS];

	(void)state;
	add(&h, "one", 1000);
	open_house(&h);
	run(&h, 100);
	h.current_ma = 54000;
	run(&h, 5);
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 200000);
	inverters_obey_words(h.inverters, &h.inverters->inverter[0], words);
	assert_string_equal(words, "obeys");
	run(&h, 3);
	assert_in_range(lines[0]->said.charge_current_limit_ma, 150000, 190000);
	assert_int_equal(lines[0]->said.discharge_current_limit_ma, 200000);
	inverters_obey_words(h.inverters, &h.inverters->inverter[0], words);
	assert_string_equal(words, "exceeds charge limit by 8 %");
	inverters_lowered(h.inverters, &h.inverters->inverter[0], cap_ma);
	assert_in_range(cap_ma[CORE_CHARGE], 150000, 190000);
	assert_int_equal(cap_ma[CORE_DISCHARGE], LIMITS_NONE);

	/* it keeps to that: everything comes back in time */
	h.current_ma = 40000;
	run(&h, 10);
	inverters_obey_words(h.inverters, &h.inverters->inverter[0], words);
	assert_string_equal(words, "obeys");
	run(&h, 600);
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 200000);
	close_house(&h);
}

static void a_line_that_does_not_speak_is_not_blamed(void **state)
{
	char words[INVERTERS_WORDS_SIZE];
	struct house h = { 0 };

	(void)state;
	add(&h, "one", 1000);
	open_house(&h);
	run(&h, 100);
	lines[0]->status.state = INVERTER_CAN_NO_ACK;
	h.current_ma = 80000;
	run(&h, 30);
	inverters_obey_words(h.inverters, &h.inverters->inverter[0], words);
	assert_string_equal(words, "obeys");
	close_house(&h);
}

/* Two inverters, of which one measures: it alone is told less. */
static void one_that_measures_is_judged_by_itself(void **state)
{
	char words[INVERTERS_WORDS_SIZE];
	struct house h = { 0 };

	(void)state;
	add(&h, "sma", 500)->dialect = CELLAR_DIALECT_VICTRON;
	add(&h, "other", 500);
	open_house(&h);
	run(&h, 100);
	h.current_ma = 40000;
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 100000);
	lines[0]->status.said = (struct cellar_inverter_said){ .measures = true,
							       .current_ma = 117000 };
	for (unsigned int i = 0; i < 8; i++) {
		lines[0]->status.heard = true;
		lines[0]->status.heard_ms = h.now;
		run(&h, 1);
	}
	assert_in_range(lines[0]->said.charge_current_limit_ma, 80000, 90000);
	assert_int_equal(lines[1]->said.charge_current_limit_ma, 100000);
	inverters_obey_words(h.inverters, &h.inverters->inverter[0], words);
	assert_string_equal(words, "exceeds charge limit by 17 %");
	inverters_obey_words(h.inverters, &h.inverters->inverter[1], words);
	assert_string_equal(words, "obeys");
	assert_true(h.inverters->inverter[0].measures);

	/* what it said is too old: nothing is learned from it */
	run(&h, 5);
	assert_false(h.inverters->inverter[0].measures);
	assert_in_range(lines[0]->said.charge_current_limit_ma, 80000, 90000);
	close_house(&h);
}

static void nobody_says_which_of_two_clusters(void **state)
{
	struct house h = { 0 };

	(void)state;
	add(&h, "one", 1000);
	open_house(&h);
	h.bus = 1;
	hear(&h, 0);
	run(&h, 100);
	assert_false(lines[0]->says);
	assert_string_equal(h.inverters->inverter[0].bound, "");
	close_house(&h);
	assert_int_equal(n_last_words, 0);
}

static void a_second_cluster_does_not_move_it(void **state)
{
	struct house h = { 0 };

	(void)state;
	add(&h, "one", 1000);
	open_house(&h);
	run(&h, 100);
	hear(&h, 3);
	run(&h, 10);
	assert_string_equal(h.inverters->inverter[0].bound, "cellar0");
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 200000);
	close_house(&h);
}

static void each_cluster_has_its_inverter(void **state)
{
	struct house h = { 0 };

	(void)state;
	snprintf(add(&h, "one", 1000)->cluster, CONFIG_NAME_SIZE, "cellar0");
	snprintf(add(&h, "two", 1000)->cluster, CONFIG_NAME_SIZE, "cellar7");
	open_house(&h);
	run(&h, 100);
	assert_true(lines[0]->says);
	assert_false(lines[1]->says);
	h.bus = 7;
	h.packs = 2;
	run(&h, 100);
	assert_int_equal(lines[1]->said.charge_current_limit_ma, 100000);
	assert_int_equal(lines[0]->said.charge_current_limit_ma, 0);
	close_house(&h);
}

static void who_listens_compares(void **state)
{
	const struct comparison_row *row;
	struct house h = { 0 };

	(void)state;
	add(&h, "ears", 1000)->listen = true;
	open_house(&h);
	run(&h, 100);
	row = &h.inverters->inverter[0].comparison.row[COMPARISON_CHARGE_CURRENT];
	assert_false(row->known);
	for (unsigned int i = 0; i < 10; i++) {
		cellar_say_number(&lines[0]->status.battery, CELLAR_CHARGE_CURRENT_LIMIT, 280000);
		lines[0]->status.battery_ms = h.now;
		run(&h, 1);
	}
	assert_int_equal(row->battery, 280000);
	assert_int_equal(row->ours, 200000);
	assert_int_equal(row->least, -80000);
	assert_int_equal(row->less_ms, 10000);
	/* the battery is silent: counted for as long as its limits count */
	run(&h, 20);
	assert_int_equal(row->less_ms, 12000);
	close_house(&h);
	assert_int_equal(n_last_words, 0);
}

static void a_keep_alive_that_ceases(void **state)
{
	struct house h = { 0 };
	struct inverter *inverter;

	(void)state;
	add(&h, "one", 1000);
	open_house(&h);
	inverter = &h.inverters->inverter[0];
	run(&h, 20);
	assert_false(inverter->heard || inverter->silent);
	lines[0]->status.heard = true;
	lines[0]->status.heard_ms = h.now;
	run(&h, 10);
	assert_true(inverter->heard && !inverter->silent);
	run(&h, 1);
	assert_true(inverter->silent);
	lines[0]->status.heard_ms = h.now;
	run(&h, 1);
	assert_false(inverter->silent);
	close_house(&h);
}

static void a_reload_keeps_the_lines_that_stay(void **state)
{
	struct house h = { 0 };
	struct inverter_can *stays;
	struct config other;

	(void)state;
	add(&h, "one", 500);
	add(&h, "two", 500);
	open_house(&h);
	run(&h, 100);
	stays = lines[1];
	other = h.config;
	other.inverters = 0;
	memset(other.inverter, 0, sizeof(other.inverter));
	h.config = other;
	add(&h, "three", 400);
	add(&h, "two", 600);
	assert_int_equal(inverters_reconfigure(h.inverters, &h.config), 0);
	assert_int_equal(n_freed, 1);
	assert_int_equal(n_last_words, 1);
	assert_int_equal(last_words.charge_current_limit_ma, 0);
	assert_int_equal(n_lines, 3);
	assert_string_equal(lines[2]->interface, "can_three");
	run(&h, 2);
	assert_int_equal(stays->said.charge_current_limit_ma, 120000);
	assert_int_equal(lines[2]->said.charge_current_limit_ma, 80000);
	/* the same inverter on another interface is another line */
	snprintf(h.config.inverter[1].interface, CONFIG_INTERFACE_SIZE, "can9");
	assert_int_equal(inverters_reconfigure(h.inverters, &h.config), 0);
	assert_int_equal(n_freed, 2);
	assert_int_equal(n_lines, 4);
	close_house(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_inverter_has_it_all),
		cmocka_unit_test(it_is_told_who_made_the_battery),
		cmocka_unit_test(two_share_and_one_can_less),
		cmocka_unit_test(the_cluster_knows_what_its_inverters_can),
		cmocka_unit_test(stale_packs_are_0_a_in_the_same_step),
		cmocka_unit_test(nothing_is_said_3_s_after_the_last_reading),
		cmocka_unit_test(an_inverter_that_takes_too_much_is_told_less),
		cmocka_unit_test(a_line_that_does_not_speak_is_not_blamed),
		cmocka_unit_test(one_that_measures_is_judged_by_itself),
		cmocka_unit_test(nobody_says_which_of_two_clusters),
		cmocka_unit_test(a_second_cluster_does_not_move_it),
		cmocka_unit_test(each_cluster_has_its_inverter),
		cmocka_unit_test(who_listens_compares),
		cmocka_unit_test(a_keep_alive_that_ceases),
		cmocka_unit_test(a_reload_keeps_the_lines_that_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
