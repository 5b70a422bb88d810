// SPDX-License-Identifier: GPL-2.0-only
/*
 * The limit of feed-in that a G3 keeps itself (spec/field.md 2.5): what it is told, frame by
 * frame, how seldom, and what is left of it without a daemon.
 */
#include "hybrid_rig.h"

#define HOUR_S	3600
#define LIMIT	(SOFAR_FEED_IN + 1)

static const struct hybrid_config one_phase = 
	RIG_CONFIG(HYBRID_SOFAR_G3, 5000, .keep_feed_in = true, .phases = 1);

static const struct hybrid_config three_phases = 
	RIG_CONFIG(HYBRID_SOFAR_G3, 5000, .keep_feed_in = true, .phases = 3);

static const struct hybrid_config not_asked = RIG_CONFIG(HYBRID_SOFAR_G3, 5000);

static enum hybrid_feed_in_state state_of(const struct rig *rig)
{
	return rig->hybrid.feed_in.state;
}

static s32 kept_w(const struct rig *rig)
{
	s32 watts = -1;

	return hybrid_feed_in_w(&rig->hybrid, &watts) ? watts : -1;
}

static void test_a_limit_is_told_in_the_frame_of_the_document(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	keep_feed_in(&rig, 0, 10);
	assert_int_equal(rig.n, 1);
	assert_frame(&rig, 0, 0x01, 0x10, 0x10, 0x23, 0x00, 0x02, 0x04, 0x00, 0x01, 0x00, 0x00,
		     0x2D, 0xA2);
	rig_end(&rig);

	rig_start(&rig, &three_phases);
	keep_feed_in(&rig, 5000, 10);
	assert_int_equal(rig.n, 1);
	assert_frame(&rig, 0, 0x01, 0x10, 0x10, 0x23, 0x00, 0x02, 0x04, 0x00, 0x02, 0x00, 0x32,
		     0x5C, 0x77);
	rig_end(&rig);
}

static void test_it_is_read_back_and_never_said_again(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	assert_int_equal(kept_w(&rig), -1);
	keep_feed_in(&rig, 3000, 1);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_ASKS);
	keep_feed_in(&rig, 3000, 1);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_SETS);
	keep_feed_in(&rig, 3000, 3);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	assert_int_equal(kept_w(&rig), 3000);
	keep_feed_in(&rig, 3000, 2 * HOUR_S);
	assert_int_equal(rig.n, 1);
	rig_end(&rig);
}

static void test_one_that_nobody_asked_to_keep_it_is_not_written_to(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &not_asked);
	keep_feed_in(&rig, 3000, 30);
	assert_int_equal(rig.n, 0);
	assert_int_equal(rig.hybrid.want[HYBRID_READS_FEED_IN].period_ms, 0);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_NOT_KEPT);
	rig_end(&rig);

	/* nor another kind, whatever it is told */
	for (u8 kind = 0; kind < HYBRID_KINDS; kind++) {
		struct hybrid_config config = one_phase;

		config.kind = kind;
		rig_start(&rig, &config);
		keep_feed_in(&rig, 3000, 30);
		assert_int_equal(rig.n, kind == HYBRID_SOFAR_G3);
		rig_end(&rig);
	}
}

static void test_one_that_has_it_already_is_not_written_to(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	rig.slave->value[SOFAR_FEED_IN] = SOFAR_FEED_IN_NET;
	rig.slave->value[LIMIT] = 30;
	/* 3099 W are 30 steps: more would be too much */
	keep_feed_in(&rig, 3099, 100);
	assert_int_equal(rig.n, 0);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	rig_end(&rig);
}

static void test_how_it_counts_is_left_if_it_counts_all_of_the_house(void **state)
{
	static const struct {
		u16 had, has;
	} cases[] = {
		{ SOFAR_FEED_IN_OFF, SOFAR_FEED_IN_NET },
		{ SOFAR_FEED_IN_EXPORTED, SOFAR_FEED_IN_EXPORTED },
		{ SOFAR_FEED_IN_NET, SOFAR_FEED_IN_NET },
		{ SOFAR_FEED_IN_EACH, SOFAR_FEED_IN_NET },
		{ SOFAR_FEED_IN_MASTER, SOFAR_FEED_IN_MASTER },
		{ SOFAR_NEVER_SET, SOFAR_FEED_IN_NET },
	};
	struct rig rig;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		rig_start(&rig, &three_phases);
		rig.slave->value[SOFAR_FEED_IN] = cases[i].had;
		rig.slave->value[LIMIT] = 60;
		keep_feed_in(&rig, 5000, 5);
		assert_int_equal(rig.n, 1);
		assert_int_equal(rig.slave->value[SOFAR_FEED_IN], cases[i].has);
		assert_int_equal(rig.slave->value[LIMIT], 50);
		/* and twice in a row, too */
		keep_feed_in(&rig, 4000, 1);
		keep_feed_in(&rig, 3000, 5);
		assert_int_equal(rig.slave->value[SOFAR_FEED_IN], cases[i].has);
		assert_int_equal(rig.slave->value[LIMIT], 30);
		rig_end(&rig);
	}
}

static void test_a_limit_of_each_phase_is_not_that_of_the_house(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &three_phases);
	rig.slave->value[SOFAR_FEED_IN] = SOFAR_FEED_IN_EACH;
	rig.slave->value[LIMIT] = 50;
	keep_feed_in(&rig, 5000, 5);
	assert_int_equal(rig.slave->value[SOFAR_FEED_IN], SOFAR_FEED_IN_NET);
	rig_end(&rig);

	/* nor is one below nothing, which older firmware takes for a large one */
	rig_start(&rig, &three_phases);
	rig.slave->value[SOFAR_FEED_IN] = SOFAR_FEED_IN_NET;
	rig.slave->value[LIMIT] = 0x8000;
	rig_run(&rig, 1);
	assert_int_equal(kept_w(&rig), -1);
	keep_feed_in(&rig, 5000, 5);
	assert_int_equal(rig.slave->value[LIMIT], 50);
	rig_end(&rig);
}

static void test_less_is_told_at_once_and_more_after_an_hour(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	keep_feed_in(&rig, 5000, 5);
	keep_feed_in(&rig, 3000, 1);
	assert_int_equal(rig.slave->value[LIMIT], 30);
	/* also while the last one is not read back yet */
	keep_feed_in(&rig, 2000, 1);
	assert_int_equal(rig.slave->value[LIMIT], 20);
	assert_int_equal(rig.n, 3);
	keep_feed_in(&rig, 4000, HOUR_S - 5);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_WAITS);
	assert_int_equal(kept_w(&rig), 2000);
	assert_int_equal(rig.n, 3);
	keep_feed_in(&rig, 4000, 10);
	assert_int_equal(rig.n, 4);
	assert_int_equal(rig.slave->value[LIMIT], 40);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	rig_end(&rig);
}

static void test_one_that_had_less_before_is_told_more_after_an_hour(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	rig.slave->value[SOFAR_FEED_IN] = SOFAR_FEED_IN_EXPORTED;
	rig.slave->value[LIMIT] = 10;
	keep_feed_in(&rig, 4000, HOUR_S - 5);
	assert_int_equal(rig.n, 0);
	/* another wish: the hour begins again */
	keep_feed_in(&rig, 4500, HOUR_S - 5);
	assert_int_equal(rig.n, 0);
	keep_feed_in(&rig, 4500, 10);
	assert_int_equal(rig.n, 1);
	assert_int_equal(rig.slave->value[LIMIT], 45);
	rig_end(&rig);
}

static void test_who_cannot_decide_wears_nothing_out(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	for (unsigned int i = 0; i < 6 * 60; i++)
		keep_feed_in(&rig, i % 2 ? 4000 : 3000, 60);
	/* what was wanted first, and the less of both */
	assert_int_equal(rig.n, 1);
	assert_int_equal(rig.slave->value[LIMIT], 30);
	rig_end(&rig);

	/* more for longer than an hour, then less: a pair each time */
	rig_start(&rig, &one_phase);
	for (unsigned int i = 0; i < 4; i++) {
		keep_feed_in(&rig, 3000, HOUR_S);
		keep_feed_in(&rig, 4000, HOUR_S + 10);
	}
	assert_int_equal(rig.n, 8);
	rig_end(&rig);
}

static void test_a_wish_that_is_taken_back_does_not_leave_the_other_one_told(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	keep_feed_in(&rig, 5000, 60);
	/* 3000 W is on its way when 5000 W is wanted again: it has 3000 W, for an hour */
	hybrid_keep_feed_in(&rig.hybrid, 3000, rig.now_ms);
	hybrid_keep_feed_in(&rig.hybrid, 5000, rig.now_ms);
	assert_int_not_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	keep_feed_in(&rig, 5000, 60);
	assert_int_equal(kept_w(&rig), 3000);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_WAITS);
	keep_feed_in(&rig, 5000, HOUR_S + 60);
	assert_int_equal(kept_w(&rig), 5000);
	assert_int_equal(rig.n, 3);
	rig_end(&rig);
}

static void test_what_it_said_before_it_was_written_to_is_not_what_it_has(void **state)
{
	struct modbus_result late = {
		.slot = HYBRID_READS_FEED_IN, .at = SOFAR_FEED_IN, .n = 2,
		.value = { SOFAR_FEED_IN_EXPORTED, 50 },
	};
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	keep_feed_in(&rig, 5000, 60);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	hybrid_keep_feed_in(&rig.hybrid, 3000, rig.now_ms);
	late.at_ms = rig.now_ms;
	hybrid_take(&rig.hybrid, &late);
	assert_int_equal(kept_w(&rig), -1);
	rig_run(&rig, 1);
	late.at_ms = rig.now_ms - 2000;
	hybrid_take(&rig.hybrid, &late);
	assert_int_equal(kept_w(&rig), 3000);
	/* nor is half of it */
	late.at_ms = rig.now_ms;
	late.n = 1;
	hybrid_take(&rig.hybrid, &late);
	assert_int_equal(kept_w(&rig), 3000);
	rig_end(&rig);
}

static void test_somebody_who_changes_it_is_not_fought(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	keep_feed_in(&rig, 3000, 60);
	rig.n = 0;
	rig.slave->value[SOFAR_FEED_IN] = SOFAR_FEED_IN_OFF;
	keep_feed_in(&rig, 3000, 3 * HOUR_S);
	assert_int_equal(rig.n, 0);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_OVERRULED);
	assert_int_equal(kept_w(&rig), -1);
	/* another wish is told again */
	keep_feed_in(&rig, 2000, 5);
	assert_int_equal(rig.n, 1);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	/* and who takes it back is forgiven */
	rig.slave->value[LIMIT] = 70;
	keep_feed_in(&rig, 2000, 5);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_OVERRULED);
	rig.slave->value[LIMIT] = 20;
	keep_feed_in(&rig, 2000, 5);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	assert_int_equal(rig.n, 1);
	rig_end(&rig);
}

static void test_one_that_was_silent_is_told_again_at_most_once_an_hour(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	keep_feed_in(&rig, 3000, 60);
	rig.n = 0;
	for (unsigned int i = 0; i < 20; i++) {
		rig.slave->muted = true;
		keep_feed_in(&rig, 3000, 5);
		assert_int_equal(state_of(&rig), HYBRID_FEED_IN_ASKS);
		rig.slave->muted = false;
		rig.slave->value[SOFAR_FEED_IN] = SOFAR_FEED_IN_OFF;
		keep_feed_in(&rig, 3000, 60);
		assert_int_equal(state_of(&rig), HYBRID_FEED_IN_WAITS);
	}
	assert_int_equal(rig.n, 0);
	keep_feed_in(&rig, 3000, HOUR_S);
	assert_int_equal(rig.n, 1);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	rig.slave->muted = true;
	keep_feed_in(&rig, 3000, 5);
	rig.slave->muted = false;
	rig.slave->value[SOFAR_FEED_IN] = SOFAR_FEED_IN_OFF;
	/* less waits for nothing */
	keep_feed_in(&rig, 2900, 5);
	assert_int_equal(rig.n, 2);
	rig_end(&rig);
}

static void test_a_line_that_begins_anew_does_not_make_an_hour_shorter(void **state)
{
	struct hybrid was;
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	keep_feed_in(&rig, 3000, 60);
	was = rig.hybrid;
	hybrid_start(&rig.hybrid, &one_phase);
	hybrid_remember(&rig.hybrid, &was);
	rig.slave->value[SOFAR_FEED_IN] = SOFAR_FEED_IN_OFF;
	rig.n = 0;
	keep_feed_in(&rig, 3000, HOUR_S - 120);
	assert_int_equal(rig.n, 0);
	keep_feed_in(&rig, 3000, 180);
	assert_int_equal(rig.n, 1);
	rig_end(&rig);
}

static void test_one_that_refuses_is_not_asked_again_for_an_hour(void **state)
{
	const struct modbus_result refused = {
		.write = true, .slot = HYBRID_WRITES_FEED_IN, .outcome = MODBUS_REFUSED,
		.exception = MODBUS_ILLEGAL_VALUE, .at = SOFAR_FEED_IN, .n = 2,
	};
	struct modbus_result busy = refused;
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	rig_run(&rig, 1);
	hybrid_keep_feed_in(&rig.hybrid, 3000, rig.now_ms);
	assert_int_equal(rig.hybrid.write[HYBRID_WRITES_FEED_IN].n, 2);
	/* not now: its line tries that again */
	busy.exception = MODBUS_BUSY;
	hybrid_take(&rig.hybrid, &busy);
	assert_int_equal(rig.hybrid.write[HYBRID_WRITES_FEED_IN].n, 2);
	hybrid_take(&rig.hybrid, &refused);
	assert_int_equal(rig.hybrid.write[HYBRID_WRITES_FEED_IN].n, 0);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_REFUSED);
	keep_feed_in(&rig, 3000, HOUR_S - 60);
	assert_int_equal(rig.n, 0);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_REFUSED);
	keep_feed_in(&rig, 3000, 120);
	assert_int_equal(rig.n, 1);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	rig_end(&rig);
}

static void test_one_that_says_yes_and_does_not_is_not_asked_again_for_an_hour(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	keep_feed_in(&rig, 3000, 1);
	hybrid_keep_feed_in(&rig.hybrid, 3000, rig.now_ms);
	assert_int_equal(rig.hybrid.write[HYBRID_WRITES_FEED_IN].n, 2);
	hybrid_take(&rig.hybrid, &(struct modbus_result){
		.write = true, .slot = HYBRID_WRITES_FEED_IN, .at = SOFAR_FEED_IN, .n = 2,
		.value = { SOFAR_FEED_IN_EXPORTED, 30 }, .at_ms = rig.now_ms,
	});
	keep_feed_in(&rig, 3000, 290);
	/* it may take some minutes */
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_SETS);
	keep_feed_in(&rig, 3000, 20);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_REFUSED);
	keep_feed_in(&rig, 3000, HOUR_S - 400);
	assert_int_equal(rig.n, 0);
	/* another wish is another matter */
	keep_feed_in(&rig, 2500, 5);
	assert_int_equal(rig.n, 1);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_KEPT);
	rig_end(&rig);
}

static void test_one_without_that_register_says_so(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	slave_make_hole(rig.slave, LIMIT);
	keep_feed_in(&rig, 3000, 120);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_REFUSED);
	assert_int_equal(rig.n, 0);
	/* and all the rest of it is read */
	assert_int_equal(rig.hybrid.state, HYBRID_ON_GRID);
	rig_end(&rig);
}

static void test_no_limit_is_nothing_to_tell_it(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &one_phase);
	keep_feed_in(&rig, 3000, 60);
	rig.n = 0;
	keep_feed_in(&rig, HYBRID_NO_LIMIT, 2 * HOUR_S);
	assert_int_equal(rig.n, 0);
	assert_int_equal(rig.slave->value[LIMIT], 30);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_NOT_KEPT);
	/* who has changed it meanwhile has not overruled anybody */
	rig.slave->value[LIMIT] = 90;
	rig_run(&rig, 1);
	keep_feed_in(&rig, 3000, 1);
	assert_int_equal(state_of(&rig), HYBRID_FEED_IN_SETS);
	rig.slave->value[LIMIT] = 30;
	keep_feed_in(&rig, HYBRID_NO_LIMIT, 1);
	rig.n = 0;
	/* what has not been said yet is not said any more */
	hybrid_keep_feed_in(&rig.hybrid, 2000, rig.now_ms);
	hybrid_keep_feed_in(&rig.hybrid, HYBRID_NO_LIMIT, rig.now_ms);
	rig_run(&rig, 5);
	assert_int_equal(rig.n, 0);
	rig_end(&rig);
}

static void test_without_a_daemon_it_feeds_in_no_more_than_allowed(void **state)
{
	struct hybrid_config config = one_phase;
	struct rig rig;

	(void)state;
	config.steer = true;
	rig_start(&rig, &config);
	rig.slave->sun_w = 4500;
	slave_set_power(rig.slave, 500);
	for (unsigned int i = 0; i < 60; i++) {
		hybrid_keep_feed_in(&rig.hybrid, 700, rig.now_ms);
		steer(&rig, 0, 1);
	}
	assert_int_equal(exchange_of(&rig), 700000);
	/* nobody speaks any more: it goes back to self-use, with a battery that is full */
	rig.now_ms += 3600000;
	rig.slave->soc = 1;
	rig_run(&rig, 2);
	assert_int_equal(rig.slave->value[SOFAR_MODE], SOFAR_MODE_SELF_USE);
	assert_int_equal(exchange_of(&rig), 700000);
	rig_end(&rig);
}

static void test_another_master_of_its_battery_does_not_keep_it_from_being_told(void **state)
{
	struct hybrid_config config = one_phase;
	struct rig rig;

	(void)state;
	config.steer = true;
	rig_start(&rig, &config);
	steer(&rig, 1500, 30);
	hybrid_keep_feed_in(&rig.hybrid, 2000, rig.now_ms);
	assert_int_equal(rig.hybrid.write[HYBRID_WRITES_FEED_IN].n, 2);
	hybrid_take(&rig.hybrid, &(struct modbus_result){
		.slot = HYBRID_READS_MODE, .at = SOFAR_MODE, .n = 1, .at_ms = rig.now_ms + 60000,
	});
	assert_int_equal(rig.hybrid.control, HYBRID_OVERRULED);
	assert_int_equal(rig.hybrid.write[HYBRID_WRITES_FEED_IN].n, 2);
	rig_run(&rig, 1);
	assert_int_equal(rig.slave->value[LIMIT], 20);
	rig_end(&rig);
}

static void test_each_state_has_a_word(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < HYBRID_FEED_IN_STATES; i++)
		assert_non_null(hybrid_feed_in_word(i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_limit_is_told_in_the_frame_of_the_document),
		cmocka_unit_test(test_it_is_read_back_and_never_said_again),
		cmocka_unit_test(test_one_that_nobody_asked_to_keep_it_is_not_written_to),
		cmocka_unit_test(test_one_that_has_it_already_is_not_written_to),
		cmocka_unit_test(test_how_it_counts_is_left_if_it_counts_all_of_the_house),
		cmocka_unit_test(test_a_limit_of_each_phase_is_not_that_of_the_house),
		cmocka_unit_test(test_less_is_told_at_once_and_more_after_an_hour),
		cmocka_unit_test(test_one_that_had_less_before_is_told_more_after_an_hour),
		cmocka_unit_test(test_who_cannot_decide_wears_nothing_out),
		cmocka_unit_test(
			test_a_wish_that_is_taken_back_does_not_leave_the_other_one_told),
		cmocka_unit_test(test_what_it_said_before_it_was_written_to_is_not_what_it_has),
		cmocka_unit_test(test_somebody_who_changes_it_is_not_fought),
		cmocka_unit_test(test_one_that_was_silent_is_told_again_at_most_once_an_hour),
		cmocka_unit_test(test_a_line_that_begins_anew_does_not_make_an_hour_shorter),
		cmocka_unit_test(test_one_that_refuses_is_not_asked_again_for_an_hour),
		cmocka_unit_test(
			test_one_that_says_yes_and_does_not_is_not_asked_again_for_an_hour),
		cmocka_unit_test(test_one_without_that_register_says_so),
		cmocka_unit_test(test_no_limit_is_nothing_to_tell_it),
		cmocka_unit_test(test_without_a_daemon_it_feeds_in_no_more_than_allowed),
		cmocka_unit_test(
			test_another_master_of_its_battery_does_not_keep_it_from_being_told),
		cmocka_unit_test(test_each_state_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
