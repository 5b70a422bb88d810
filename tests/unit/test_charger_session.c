// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions at a wallbox: who lets a car charge, when it ends, what it got. Each case named
 * after the sentence of the manual or what a user wants.
 */
#include "loads_rig.h"

#define BOX_W	11040	/* three phases, 16 A */

static struct rig box_in(enum site_charger_mode mode)
{
	struct rig rig = rig_of(1);

	rig.config.charger[0].mode = (u8)mode;
	rig_seconds(&rig, 1);

	return rig;
}

/* Plugged in, of a box that charges. */
static struct rig charging(enum site_charger_mode mode)
{
	struct rig rig = box_in(mode);

	rig.config.charger[0].cards = 1;
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	if (mode == SITE_REMOTE)
		rig_say(&rig, 0, SITE_START);
	if (mode == SITE_OFFLINE_CARDS)
		rig_show(&rig, 0, 1);
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);

	return rig;
}

static struct rig kilometres(enum site_strategy strategy, u32 wh_per_km, u32 km)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	rig.config.charger[0].strategy = (u8)strategy;
	rig.config.charger[0].wh_per_km = wh_per_km;
	rig.config.charger[0].km = km;
	rig.config.charger[0].min_pause_s = 0;

	return rig;
}

/* From 23:00 on, for 90 minutes; it is @minute. */
static struct rig night(enum site_charger_mode mode, unsigned int minute)
{
	struct rig rig = rig_of(1);

	rig.config.charger[0].mode = (u8)mode;
	rig.config.charger[0].cards = 1;
	rig.config.charger[0].strategy = SITE_TIME_POWER;
	rig.config.charger[0].start_min = 23 * 60;
	rig.config.charger[0].duration_min = 90;
	rig_clock(&rig, 2026, 6, 10, minute);
	rig_plug(&rig, 0);

	return rig;
}

/* row: ems.md "Wallbox strategies" plug & play */
static void charges_as_soon_as_a_car_is_plugged_in(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	assert_state(&rig, 0, SITE_CHARGER_FREE, SITE_NOBODY);
	assert_told(&rig, 0, 0);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
	assert_true(rig.out.charger[0].in_session);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 1);
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
	assert_int_equal(rig.out.charger[0].power_w, BOX_W);
	assert_int_equal(rig.out.charger[0].phases, 3);
}

static void a_car_that_was_there_before_the_daemon_charges_too(void **state)
{
	struct rig rig = rig_of(1);

	(void)state;
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

static void a_box_set_to_plug_and_play_takes_the_car_that_waits(void **state)
{
	struct rig rig = box_in(SITE_REMOTE);

	(void)state;
	rig_plug(&rig, 0);
	rig_seconds(&rig, 5);
	assert_told(&rig, 0, 0);
	rig.config.charger[0].mode = SITE_PLUG_AND_PLAY;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

/* row: ems.md "Wallbox strategies" start and stop */
static void start_by_remote_when_the_car_is_plugged_in(void **state)
{
	struct rig rig = box_in(SITE_REMOTE);

	(void)state;
	rig_say(&rig, 0, SITE_START);
	assert_state(&rig, 0, SITE_CHARGER_FREE, SITE_NOBODY);
	rig_plug(&rig, 0);
	rig_minutes(&rig, 2);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
	assert_told(&rig, 0, 0);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 0);
	rig_say(&rig, 0, SITE_START);
	assert_told(&rig, 0, 16000);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 1);
}

/* row: ems.md "Wallbox strategies" start and stop */
static void stop_by_remote_ends_it_at_once(void **state)
{
	(void)state;
	for (enum site_charger_mode mode = SITE_REMOTE; mode <= SITE_OFFLINE_CARDS; mode++) {
		struct rig rig = charging(mode);

		rig_say(&rig, 0, SITE_STOP);
		assert_told(&rig, 0, 0);
		assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
		assert_false(rig.out.charger[0].in_session);
		assert_int_equal(rig.events[SITE_EVENT_SESSION_ENDS], 1);
		rig_minutes(&rig, 30);
		assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
		assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 1);
	}
}

static void who_was_stopped_is_started_again_by_remote(void **state)
{
	struct rig rig = charging(SITE_PLUG_AND_PLAY);

	(void)state;
	rig.config.charger[0].min_pause_s = 0;
	rig_say(&rig, 0, SITE_STOP);
	rig_say(&rig, 0, SITE_START);
	assert_told(&rig, 0, 16000);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 2);
}

static void who_was_stopped_is_started_again_by_the_plug(void **state)
{
	struct rig rig = charging(SITE_PLUG_AND_PLAY);

	(void)state;
	rig.config.charger[0].min_pause_s = 0;
	rig_say(&rig, 0, SITE_STOP);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

static void a_stop_before_the_car_comes_stops_nobody(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_say(&rig, 0, SITE_STOP);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

static void a_stop_in_the_second_in_which_the_car_comes_stops_it(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_plug(&rig, 0);
	rig_say(&rig, 0, SITE_STOP);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
	rig_minutes(&rig, 5);
	assert_told(&rig, 0, 0);
}

static void a_start_while_it_charges_is_no_second_session(void **state)
{
	struct rig rig = charging(SITE_REMOTE);

	(void)state;
	rig_say(&rig, 0, SITE_START);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 1);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_ENDS], 0);
	assert_told(&rig, 0, 16000);
}

static void the_next_car_of_a_remote_box_wants_its_own_start(void **state)
{
	struct rig rig = charging(SITE_REMOTE);

	(void)state;
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_FREE, SITE_NOBODY);
	assert_told(&rig, 0, 0);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_ENDS], 1);
	rig_plug(&rig, 0);
	rig_minutes(&rig, 10);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
}

/* row: ems.md "Wallbox strategies" changed only */
static void a_strategy_changes_only_between_sessions(void **state)
{
	struct rig rig = charging(SITE_PLUG_AND_PLAY);

	(void)state;
	rig.config.charger[0].min_pause_s = 0;
	rig.config.charger[0].strategy = SITE_ECOLOGICAL_PURE;
	rig_minutes(&rig, 10);
	assert_int_equal(rig.out.charger[0].strategy, SITE_FAST);
	assert_told(&rig, 0, 16000);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_int_equal(rig.out.charger[0].strategy, SITE_ECOLOGICAL_PURE);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_STRATEGY);
}

/* row: ems.md "Wallbox strategies" changed only */
static void kilometres_and_hours_of_a_session_stay_as_well(void **state)
{
	struct rig rig = kilometres(SITE_KILOMETRES_REPEATED, 200, 10);

	(void)state;
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	rig.config.charger[0].km = 1;
	rig_minutes(&rig, 8);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
	assert_int_equal(rig.out.charger[0].wanted_wh, 2000);

	rig = night(SITE_PLUG_AND_PLAY, 23 * 60);
	rig_seconds(&rig, 1);
	rig.config.charger[0].start_min = 12 * 60;
	rig.config.charger[0].duration_min = 1;
	rig_minutes(&rig, 60);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
}

/* row: ems.md "Wallbox strategies" kilometres, single */
static void so_many_kilometres_on_top_of_what_is_in_the_car_then_it_stops(void **state)
{
	struct rig rig = kilometres(SITE_KILOMETRES_ONCE, 184, 20);

	(void)state;
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_int_equal(rig.out.charger[0].wanted_wh, 3680);
	assert_int_equal(rig.last[SITE_EVENT_SESSION_BEGINS].figure, 3680);
	rig_seconds(&rig, 1199);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
	assert_told(&rig, 0, 0);
	assert_int_equal(rig.out.charger[0].session_wh, 3680);
	assert_int_equal(rig.last[SITE_EVENT_SESSION_ENDS].figure, 3680);
	rig_minutes(&rig, 60);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
	assert_int_equal(rig.out.charger[0].session_wh, 3680);
	assert_int_equal(rig.out.charger[0].session_s, 1200);
}

/* row: ems.md "Wallbox strategies" kilometres, single */
static void a_single_order_is_not_served_twice(void **state)
{
	struct rig rig = kilometres(SITE_KILOMETRES_ONCE, 100, 1);

	(void)state;
	rig_plug(&rig, 0);
	rig_minutes(&rig, 2);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	rig_plug(&rig, 0);
	rig_minutes(&rig, 2);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_STRATEGY);
	assert_told(&rig, 0, 0);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 1);

	rig.config.charger[0].km = 2;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
	assert_int_equal(rig.out.charger[0].wanted_wh, 200);
}

static void other_words_of_an_order_are_another_order(void **state)
{
	struct rig rig = kilometres(SITE_KILOMETRES_ONCE, 100, 1);

	(void)state;
	rig_plug(&rig, 0);
	rig_minutes(&rig, 2);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	rig.config.charger[0].wh_per_km = 110;
	rig_plug(&rig, 0);
	rig_minutes(&rig, 2);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 2);
	rig_unplug(&rig, 0);
	rig.config.charger[0].strategy = SITE_FAST;
	rig_seconds(&rig, 1);
	rig.config.charger[0].strategy = SITE_KILOMETRES_ONCE;
	rig_plug(&rig, 0);
	rig_minutes(&rig, 2);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 3);
}

static void a_start_by_a_person_is_another_order(void **state)
{
	struct rig rig = kilometres(SITE_KILOMETRES_ONCE, 100, 1);

	(void)state;
	rig_plug(&rig, 0);
	rig_minutes(&rig, 2);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
	rig_say(&rig, 0, SITE_START);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 2);
	assert_told(&rig, 0, 16000);
}

static void a_start_during_an_order_is_not_another_one(void **state)
{
	struct rig rig = kilometres(SITE_KILOMETRES_ONCE, 100, 1);

	(void)state;
	rig_plug(&rig, 0);
	rig_seconds(&rig, 2);
	rig_say(&rig, 0, SITE_START);
	rig_minutes(&rig, 2);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	rig_plug(&rig, 0);
	rig_minutes(&rig, 2);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_STRATEGY);
}

/* row: ems.md "Wallbox strategies" kilometres, repeated */
static void repeated_kilometres_serve_every_session_until_the_strategy_changes(void **state)
{
	struct rig rig = kilometres(SITE_KILOMETRES_REPEATED, 100, 1);

	(void)state;
	for (unsigned int i = 1; i <= 3; i++) {
		rig_plug(&rig, 0);
		rig_minutes(&rig, 2);
		assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
		assert_in_range(rig.out.charger[0].session_wh, 100, 104);
		assert_int_equal(rig.events[SITE_EVENT_SESSION_ENDS], i);
		rig_unplug(&rig, 0);
		rig_seconds(&rig, 1);
	}
	rig.config.charger[0].strategy = SITE_FAST;
	rig_plug(&rig, 0);
	rig_minutes(&rig, 30);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
}

static void a_lorry_to_the_moon_does_not_overflow(void **state)
{
	struct rig rig = kilometres(SITE_KILOMETRES_REPEATED, UINT32_MAX, UINT32_MAX);

	(void)state;
	rig_plug(&rig, 0);
	rig_minutes(&rig, 1);
	assert_int_equal(rig.out.charger[0].wanted_wh, UINT32_MAX);
	assert_int_equal(rig.last[SITE_EVENT_SESSION_BEGINS].figure, INT32_MAX);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
}

/* row: ems.md "Wallbox strategies" time–power */
static void begins_at_its_start_time_and_stops_by_itself(void **state)
{
	(void)state;
	for (enum site_charger_mode mode = SITE_REMOTE; mode <= SITE_PLUG_AND_PLAY; mode++) {
		struct rig rig = night(mode, 22 * 60);

		rig_seconds(&rig, 1);
		assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_HOURS);
		assert_int_equal(rig.out.charger[0].next_ms, 3599000);
		rig_seconds(&rig, 3598);
		assert_told(&rig, 0, 0);
		rig_seconds(&rig, 1);
		assert_told(&rig, 0, 16000);
		rig_seconds(&rig, 90 * 60 - 1);
		assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
		assert_int_equal(rig.out.charger[0].next_ms, 1000);
		rig_seconds(&rig, 1);
		assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
		assert_told(&rig, 0, 0);
		rig_minutes(&rig, 24 * 60);
		assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 1);
	}
}

static void who_comes_late_gets_what_is_left_of_the_time(void **state)
{
	struct rig rig = night(SITE_PLUG_AND_PLAY, 24);

	(void)state;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
	rig_seconds(&rig, 6 * 60 - 1);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
}

static void a_start_by_remote_does_not_begin_before_its_time(void **state)
{
	struct rig rig = night(SITE_REMOTE, 20 * 60);

	(void)state;
	rig_seconds(&rig, 1);
	rig_say(&rig, 0, SITE_START);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_HOURS);
}

static void who_was_stopped_while_waiting_does_not_begin(void **state)
{
	struct rig rig = night(SITE_REMOTE, 22 * 60);

	(void)state;
	rig_seconds(&rig, 1);
	rig_say(&rig, 0, SITE_STOP);
	rig_minutes(&rig, 90);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
	assert_int_equal(rig.out.charger[0].next_ms, SITE_NO_TIME);
}

static void a_strategy_may_change_while_it_waits_for_its_time(void **state)
{
	struct rig rig = night(SITE_PLUG_AND_PLAY, 20 * 60);

	(void)state;
	rig_seconds(&rig, 1);
	assert_false(rig.out.charger[0].in_session);
	rig.config.charger[0].strategy = SITE_FAST;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

/* row: ems.md "Wallbox strategies" stays connected */
static void the_wallbox_must_stay_in_communication_while_it_waits(void **state)
{
	struct rig rig = night(SITE_PLUG_AND_PLAY, 22 * 60 + 30);

	(void)state;
	rig_seconds(&rig, 1);
	rig.silent[0] = true;
	rig_minutes(&rig, 40);
	assert_state(&rig, 0, SITE_CHARGER_ABSENT, SITE_BY_STALE);
	assert_told(&rig, 0, 0);
	rig.silent[0] = false;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
	rig.silent[0] = true;
	rig_minutes(&rig, 120);
	rig.silent[0] = false;
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
}

static void without_a_time_of_day_it_waits(void **state)
{
	struct rig rig = night(SITE_PLUG_AND_PLAY, 23 * 60);

	(void)state;
	rig.image.timed = false;
	rig_minutes(&rig, 10);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_STALE);
	assert_int_equal(rig.out.charger[0].next_ms, SITE_NO_TIME);
	rig.image.timed = true;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

/* Its clock shows 2:00 to 3:00 twice; a duration is a duration. */
static void an_hour_that_comes_twice_is_not_charged_in_twice(void **state)
{
	struct rig rig = night(SITE_PLUG_AND_PLAY, 2 * 60);

	(void)state;
	rig.config.charger[0].start_min = 2 * 60;
	rig.config.charger[0].duration_min = 120;
	rig_minutes(&rig, 60);
	rig.image.local_s -= 3600;
	rig_minutes(&rig, 59);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
	rig_minutes(&rig, 2);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
}

static void a_whole_day_ends_after_a_day(void **state)
{
	struct rig rig = night(SITE_PLUG_AND_PLAY, 12 * 60);

	(void)state;
	rig.config.charger[0].duration_min = 1440;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
	for (unsigned int i = 1; i < 24 * 60; i++)
		rig_pass(&rig, 60000);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
	assert_int_equal(rig.out.charger[0].next_ms, SITE_NO_TIME);
	rig_pass(&rig, 60000);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
}

static void no_duration_is_no_time(void **state)
{
	struct rig rig = night(SITE_PLUG_AND_PLAY, 23 * 60);

	(void)state;
	rig.config.charger[0].duration_min = 0;
	rig_minutes(&rig, 5);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_HOURS);
}

/* row: ems.md "Wallbox strategies" offline with cards */
static void a_known_card_opens_the_wallbox(void **state)
{
	struct rig rig = box_in(SITE_OFFLINE_CARDS);

	(void)state;
	rig.config.charger[0].cards = 1u << 4;
	rig_plug(&rig, 0);
	rig_minutes(&rig, 5);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
	rig_show(&rig, 0, 5);
	assert_told(&rig, 0, 16000);
	assert_int_equal(rig.events[SITE_EVENT_CARD_REFUSED], 0);
}

/* row: ems.md "Wallbox strategies" offline with cards */
static void an_unknown_card_is_refused(void **state)
{
	static const u8 unknown[] = { SITE_UNKNOWN_CARD, SITE_CARDS_MAX + 1, 200 };
	struct rig rig = box_in(SITE_OFFLINE_CARDS);

	(void)state;
	rig.config.charger[0].cards = UINT32_MAX;
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(unknown); i++) {
		rig_show(&rig, 0, unknown[i]);
		assert_told(&rig, 0, 0);
		assert_int_equal(rig.events[SITE_EVENT_CARD_REFUSED], i + 1);
		assert_int_equal(rig.last[SITE_EVENT_CARD_REFUSED].figure, 0);
	}
}

/* row: ems.md "Wallbox strategies" offline with cards */
static void a_card_of_another_box_is_refused(void **state)
{
	struct rig rig = box_in(SITE_OFFLINE_CARDS);

	(void)state;
	rig.config.charger[0].cards = 1u << 1;
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	rig_show(&rig, 0, 1);
	assert_told(&rig, 0, 0);
	assert_int_equal(rig.events[SITE_EVENT_CARD_REFUSED], 1);
	assert_int_equal(rig.last[SITE_EVENT_CARD_REFUSED].figure, 1);
	rig_show(&rig, 0, 2);
	assert_told(&rig, 0, 16000);
}

/* row: ems.md "Wallbox strategies" 8 cards */
static void each_of_its_eight_cards_opens_a_box(void **state)
{
	(void)state;
	for (u8 card = 1; card <= SITE_CARDS_MAX; card++) {
		struct rig rig = box_in(SITE_OFFLINE_CARDS);

		rig.config.charger[0].cards = 0x5555;
		rig_plug(&rig, 0);
		rig_seconds(&rig, 1);
		rig_show(&rig, 0, card);
		assert_int_equal(rig.out.charger[0].in_session, card % 2);
	}
}

/* row: ems.md "Wallbox strategies" several wallboxes */
static void one_card_may_open_several_wallboxes(void **state)
{
	struct rig rig = rig_of(3);
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		rig.config.charger[i].mode = SITE_OFFLINE_CARDS;
		rig.config.charger[i].cards = i == 2 ? 2 : 1;
		rig_plug(&rig, i);
	}
	rig_seconds(&rig, 1);
	for (i = 0; i < 3; i++)
		rig_show(&rig, i, 1);
	assert_true(rig.out.charger[0].in_session);
	assert_true(rig.out.charger[1].in_session);
	assert_false(rig.out.charger[2].in_session);
	assert_int_equal(rig.last[SITE_EVENT_CARD_REFUSED].subject, 2);
	rig_show(&rig, 1, 1);
	assert_true(rig.out.charger[0].in_session);
	assert_false(rig.out.charger[1].in_session);
}

static void the_same_card_again_ends_the_session(void **state)
{
	struct rig rig = charging(SITE_OFFLINE_CARDS);

	(void)state;
	rig.config.charger[0].min_pause_s = 0;
	rig_show(&rig, 0, 1);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
	assert_told(&rig, 0, 0);
	rig_show(&rig, 0, 1);
	assert_told(&rig, 0, 16000);
}

static void another_card_does_not_end_it(void **state)
{
	struct rig rig = charging(SITE_OFFLINE_CARDS);

	(void)state;
	rig.config.charger[0].cards = 3;
	rig_show(&rig, 0, 2);
	assert_told(&rig, 0, 16000);
	assert_int_equal(rig.events[SITE_EVENT_CARD_REFUSED], 1);
	assert_int_equal(rig.last[SITE_EVENT_CARD_REFUSED].figure, 2);
}

static void a_card_may_be_shown_before_the_car_is_plugged_in(void **state)
{
	struct rig rig = box_in(SITE_OFFLINE_CARDS);

	(void)state;
	rig.config.charger[0].cards = 1;
	rig_show(&rig, 0, 1);
	assert_state(&rig, 0, SITE_CHARGER_FREE, SITE_NOBODY);
	rig_seconds(&rig, 59);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);

	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	rig_show(&rig, 0, 1);
	rig_seconds(&rig, 60);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
}

static void a_card_shown_twice_before_the_car_opens_nothing(void **state)
{
	struct rig rig = box_in(SITE_OFFLINE_CARDS);

	(void)state;
	rig.config.charger[0].cards = 1;
	rig_show(&rig, 0, 1);
	rig_show(&rig, 0, 1);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 5);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
	rig_show(&rig, 0, 1);
	assert_told(&rig, 0, 16000);
}

static void a_card_opens_the_box_for_its_night_hours(void **state)
{
	struct rig rig = night(SITE_OFFLINE_CARDS, 22 * 60);

	(void)state;
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
	rig_show(&rig, 0, 1);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_HOURS);
	rig_minutes(&rig, 60);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
	rig_show(&rig, 0, 1);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
}

static void a_card_ends_what_a_person_started(void **state)
{
	struct rig rig = box_in(SITE_OFFLINE_CARDS);

	(void)state;
	rig.config.charger[0].cards = 1;
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	rig_say(&rig, 0, SITE_START);
	assert_told(&rig, 0, 16000);
	rig_show(&rig, 0, 1);
	assert_told(&rig, 0, 0);
	assert_int_equal(rig.events[SITE_EVENT_CARD_REFUSED], 0);
}

static void cards_mean_nothing_to_a_box_without_them(void **state)
{
	struct rig rig = charging(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_show(&rig, 0, 1);
	rig_show(&rig, 0, SITE_UNKNOWN_CARD);
	assert_told(&rig, 0, 16000);
	assert_int_equal(rig.events[SITE_EVENT_CARD_REFUSED], 0);
}

/* row: ems.md "Reading the plant" wallbox state */
static void the_energy_of_a_session_is_that_of_the_boxs_counter(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].drawn_mj = 1234567 * 3600000ull;
	rig_seconds(&rig, 1);
	rig.car[0].volt = 207;
	rig_minutes(&rig, 60);
	assert_int_equal(rig.out.charger[0].session_wh, 9936);
	assert_int_equal(rig.out.charger[0].session_s, 3600);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_int_equal(rig.last[SITE_EVENT_SESSION_ENDS].figure, 9936);
	rig_minutes(&rig, 60);
	assert_int_equal(rig.out.charger[0].session_wh, 9936);
	assert_int_equal(rig.out.charger[0].session_s, 3601);
}

static void a_box_without_a_counter_is_counted_by_its_power(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].no_counter = true;
	rig.car[0].volt = 200;
	rig_seconds(&rig, 1);
	rig_minutes(&rig, 60);
	assert_int_equal(rig.out.charger[0].session_wh, 9600);
}

static void a_box_without_a_meter_is_counted_by_what_it_was_told(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].mute = true;
	rig_seconds(&rig, 1);
	rig_minutes(&rig, 60);
	assert_int_equal(rig.out.charger[0].session_wh, BOX_W);
	rig.car[0].wants_wh = 0;
	rig_minutes(&rig, 60);
	assert_int_equal(rig.out.charger[0].session_wh, BOX_W);
}

static void a_counter_that_goes_back_loses_nothing(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].drawn_mj = 5000 * 3600000ull;
	rig_seconds(&rig, 1);
	rig_minutes(&rig, 30);
	assert_int_equal(rig.out.charger[0].session_wh, BOX_W / 2);
	rig.car[0].drawn_mj = 0;	/* another box was hung up */
	rig_minutes(&rig, 30);
	assert_in_range(rig.out.charger[0].session_wh, BOX_W - 5, BOX_W);
}

static void a_counter_that_is_not_heard_for_a_while_is_made_up_for(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].volt = 200;
	rig_seconds(&rig, 1);
	rig_minutes(&rig, 30);
	assert_int_equal(rig.out.charger[0].session_wh, 4800);
	rig.car[0].mute = true;
	rig_minutes(&rig, 15);
	assert_in_range(rig.out.charger[0].session_wh, 7555, 7560);	/* as if at 230 V */
	rig.car[0].mute = false;
	rig_minutes(&rig, 7);
	assert_in_range(rig.out.charger[0].session_wh, 8319, 8320);	/* 52 min at 200 V */
}

/* The counter of a KEBA is read once a minute, and a session ends when it does. */
static void a_counter_that_is_read_rarely_is_made_up_for(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].drawn_mj = 1000 * 3600000ull;
	rig.car[0].stuck = true;
	rig.car[0].stuck_wh = 1000;
	rig_seconds(&rig, 1);
	rig_seconds(&rig, 45);
	assert_in_range(rig.out.charger[0].session_wh, BOX_W / 80 - 1, BOX_W / 80);
	rig.car[0].stuck_wh = 1000 + BOX_W / 80;	/* it is read */
	rig_seconds(&rig, 15);
	assert_in_range(rig.out.charger[0].session_wh, BOX_W / 60 - 4, BOX_W / 60);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_in_range(rig.last[SITE_EVENT_SESSION_ENDS].figure, BOX_W / 60 - 4, BOX_W / 60);
	/* what the counter says too late of that car is not the next one's */
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_int_equal(rig.out.charger[0].session_wh, 0);
	rig.car[0].stuck_wh = 1000 + BOX_W / 60;
	rig_seconds(&rig, 1);
	assert_in_range(rig.out.charger[0].session_wh, 0, BOX_W / 1200);
}

/* Nor does a power that is ten times too high make a session of what no box can give. */
static void no_box_is_believed_to_give_more_than_it_can(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].volt = 2300;
	rig.car[0].no_counter = true;
	rig_seconds(&rig, 1);
	rig_minutes(&rig, 60);
	assert_int_equal(rig.out.charger[0].session_wh, BOX_W);
}

/* What has been shown does not become less. */
static void the_energy_of_a_session_never_falls(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);
	u32 was = 0;

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].volt = 150;
	for (unsigned int i = 0; i < 3600; i++) {
		rig.car[0].mute = i / 300 % 2;
		rig_seconds(&rig, 1);
		assert_true(rig.out.charger[0].session_wh >= was);
		was = rig.out.charger[0].session_wh;
	}
	assert_true(was > 7000);
}

/* A register that reads 0 for ever must not make a car of 20 km one of 500 km. */
static void a_counter_that_never_moves_is_not_believed(void **state)
{
	struct rig rig = kilometres(SITE_KILOMETRES_REPEATED, 200, 20);

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].stuck = true;
	rig_seconds(&rig, 1);
	rig_minutes(&rig, 11);
	assert_in_range(rig.out.charger[0].session_wh, 2020, 2024);
	rig_minutes(&rig, 11);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
	assert_in_range(rig.out.charger[0].session_wh, 4000, 4003);
}

static void a_negative_counter_is_none(void **state)
{
	struct rig rig = box_in(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_plug(&rig, 0);
	rig.car[0].stuck = true;
	rig.car[0].stuck_wh = -5;
	rig_seconds(&rig, 1);
	rig_minutes(&rig, 6);
	assert_int_equal(rig.out.charger[0].session_wh, BOX_W / 10);
}

static void the_next_session_begins_at_nothing(void **state)
{
	struct rig rig = charging(SITE_PLUG_AND_PLAY);

	(void)state;
	rig_minutes(&rig, 30);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_int_equal(rig.out.charger[0].session_wh, 0);
	assert_int_equal(rig.out.charger[0].session_s, 0);
}

static void a_pause_a_silence_and_a_fault_do_not_end_a_session(void **state)
{
	struct rig rig = charging(SITE_REMOTE);

	(void)state;
	rig_minutes(&rig, 5);
	rig.silent[0] = true;
	rig_minutes(&rig, 10);
	assert_true(rig.out.charger[0].in_session);
	for (u8 car = SITE_CAR_FAULT;; car = SITE_CAR_UNKNOWN) {
		rig.in.charger[0].age_ms = 0;
		rig.in.charger[0].car = car;
		rig_pass(&rig, 1000);
		assert_true(rig.out.charger[0].in_session);
		assert_told(&rig, 0, 0);
		if (car == SITE_CAR_UNKNOWN)
			break;
		assert_state(&rig, 0, SITE_CHARGER_FAULT, SITE_BY_BOX);
	}
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_STALE);
	rig.silent[0] = false;
	rig_minutes(&rig, 6);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 1);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_ENDS], 0);
	assert_true(rig.out.charger[0].session_wh > BOX_W / 12);
}

static void a_car_that_left_while_the_box_was_silent_has_ended_its_session(void **state)
{
	struct rig rig = charging(SITE_REMOTE);

	(void)state;
	rig.silent[0] = true;
	rig_minutes(&rig, 10);
	rig_unplug(&rig, 0);
	rig.silent[0] = false;
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_FREE, SITE_NOBODY);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_ENDS], 1);
}

static void a_stop_reaches_a_session_of_a_silent_box(void **state)
{
	struct rig rig = charging(SITE_PLUG_AND_PLAY);

	(void)state;
	rig.config.charger[0].min_pause_s = 0;
	rig.silent[0] = true;
	rig_minutes(&rig, 1);
	rig_say(&rig, 0, SITE_STOP);
	assert_false(rig.out.charger[0].in_session);
	rig.silent[0] = false;
	rig_minutes(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
}

static void a_box_that_was_taken_away_begins_anew_when_it_is_back(void **state)
{
	struct rig rig = charging(SITE_REMOTE);

	(void)state;
	rig.config.chargers = 0;
	rig_seconds(&rig, 1);
	rig.config.chargers = 1;
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_WAITING, SITE_BY_PERSON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(charges_as_soon_as_a_car_is_plugged_in),
		cmocka_unit_test(a_car_that_was_there_before_the_daemon_charges_too),
		cmocka_unit_test(a_box_set_to_plug_and_play_takes_the_car_that_waits),
		cmocka_unit_test(start_by_remote_when_the_car_is_plugged_in),
		cmocka_unit_test(stop_by_remote_ends_it_at_once),
		cmocka_unit_test(who_was_stopped_is_started_again_by_remote),
		cmocka_unit_test(who_was_stopped_is_started_again_by_the_plug),
		cmocka_unit_test(a_stop_before_the_car_comes_stops_nobody),
		cmocka_unit_test(a_stop_in_the_second_in_which_the_car_comes_stops_it),
		cmocka_unit_test(a_start_while_it_charges_is_no_second_session),
		cmocka_unit_test(the_next_car_of_a_remote_box_wants_its_own_start),
		cmocka_unit_test(a_strategy_changes_only_between_sessions),
		cmocka_unit_test(kilometres_and_hours_of_a_session_stay_as_well),
		cmocka_unit_test(so_many_kilometres_on_top_of_what_is_in_the_car_then_it_stops),
		cmocka_unit_test(a_single_order_is_not_served_twice),
		cmocka_unit_test(other_words_of_an_order_are_another_order),
		cmocka_unit_test(a_start_by_a_person_is_another_order),
		cmocka_unit_test(a_start_during_an_order_is_not_another_one),
		cmocka_unit_test(repeated_kilometres_serve_every_session_until_the_strategy_changes),
		cmocka_unit_test(a_lorry_to_the_moon_does_not_overflow),
		cmocka_unit_test(begins_at_its_start_time_and_stops_by_itself),
		cmocka_unit_test(who_comes_late_gets_what_is_left_of_the_time),
		cmocka_unit_test(a_start_by_remote_does_not_begin_before_its_time),
		cmocka_unit_test(who_was_stopped_while_waiting_does_not_begin),
		cmocka_unit_test(a_strategy_may_change_while_it_waits_for_its_time),
		cmocka_unit_test(the_wallbox_must_stay_in_communication_while_it_waits),
		cmocka_unit_test(without_a_time_of_day_it_waits),
		cmocka_unit_test(an_hour_that_comes_twice_is_not_charged_in_twice),
		cmocka_unit_test(a_whole_day_ends_after_a_day),
		cmocka_unit_test(no_duration_is_no_time),
		cmocka_unit_test(a_known_card_opens_the_wallbox),
		cmocka_unit_test(an_unknown_card_is_refused),
		cmocka_unit_test(a_card_of_another_box_is_refused),
		cmocka_unit_test(each_of_its_eight_cards_opens_a_box),
		cmocka_unit_test(one_card_may_open_several_wallboxes),
		cmocka_unit_test(the_same_card_again_ends_the_session),
		cmocka_unit_test(another_card_does_not_end_it),
		cmocka_unit_test(a_card_may_be_shown_before_the_car_is_plugged_in),
		cmocka_unit_test(a_card_shown_twice_before_the_car_opens_nothing),
		cmocka_unit_test(a_card_opens_the_box_for_its_night_hours),
		cmocka_unit_test(a_card_ends_what_a_person_started),
		cmocka_unit_test(cards_mean_nothing_to_a_box_without_them),
		cmocka_unit_test(the_energy_of_a_session_is_that_of_the_boxs_counter),
		cmocka_unit_test(a_box_without_a_counter_is_counted_by_its_power),
		cmocka_unit_test(a_box_without_a_meter_is_counted_by_what_it_was_told),
		cmocka_unit_test(a_counter_that_goes_back_loses_nothing),
		cmocka_unit_test(a_counter_that_is_not_heard_for_a_while_is_made_up_for),
		cmocka_unit_test(the_energy_of_a_session_never_falls),
		cmocka_unit_test(a_counter_that_is_read_rarely_is_made_up_for),
		cmocka_unit_test(no_box_is_believed_to_give_more_than_it_can),
		cmocka_unit_test(a_counter_that_never_moves_is_not_believed),
		cmocka_unit_test(a_negative_counter_is_none),
		cmocka_unit_test(the_next_session_begins_at_nothing),
		cmocka_unit_test(a_pause_a_silence_and_a_fault_do_not_end_a_session),
		cmocka_unit_test(a_car_that_left_while_the_box_was_silent_has_ended_its_session),
		cmocka_unit_test(a_stop_reaches_a_session_of_a_silent_box),
		cmocka_unit_test(a_box_that_was_taken_away_begins_anew_when_it_is_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
