// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is in the cluster and why not, and what the members are together; each case
 * named after what a user would report.
 */
#include "core_rig.h"

static void assert_out(struct rig *rig, unsigned int i, enum cluster_state state,
		       enum cluster_reason reason)
{
	const struct cluster_pack *p = rig_member(rig, i);

	if (p->state != state || p->reason != reason)
		fail_msg("%s is %s (%s)", rig->supply[i].name, cluster_state_word(p->state),
			 cluster_reason_word(p->reason));
	if (state != CLUSTER_MEMBER)
		assert_non_null(strstr(p->why, rig->supply[i].name));
	else
		assert_string_equal(p->why, "");
}

static void assert_in(struct rig *rig, unsigned int i)
{
	assert_out(rig, i, CLUSTER_MEMBER, CLUSTER_NO_REASON);
}

/* Seconds until @i is a member, at most @most. */
static unsigned int seconds_to_member(struct rig *rig, unsigned int i, unsigned int most)
{
	unsigned int s;

	for (s = 0; s < most && rig_member(rig, i)->state != CLUSTER_MEMBER; s++)
		rig_step(rig, 1000);

	return s;
}

static void the_daemon_was_restarted(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 4);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig_step(rig, 1000);
	assert_out(rig, 0, CLUSTER_CHECKING, CLUSTER_HOLDING);
	assert_int_equal(rig->cluster->out.members, 0);
	rig_run(rig, 6);
	for (unsigned int i = 0; i < 4; i++)
		assert_in(rig, i);
	rig_free(rig);
}

static void a_pack_was_never_connected(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 2);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->silent[1] = true;
	rig->supply[1].age_ms = SUPPLY_NEVER;
	rig_run(rig, 20);
	assert_in(rig, 0);
	assert_out(rig, 1, CLUSTER_ABSENT, CLUSTER_NEVER_HEARD);
	assert_int_equal(rig->cluster->out.sum.packs_offline, 0);
	rig_free(rig);
}

static void one_of_four_packs_was_unplugged(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);

	(void)state;
	rig->silent[2] = true;
	rig_run(rig, 2);
	assert_in(rig, 2);
	rig_step(rig, 1000);
	assert_out(rig, 2, CLUSTER_SUSPENDED, CLUSTER_SILENT);
	assert_int_equal(rig->cluster->out.members, 3);
	assert_int_equal(rig->cluster->out.sum.packs_online, 3);
	assert_int_equal(rig->cluster->out.sum.packs_offline, 1);
	rig_run(rig, 60);
	assert_out(rig, 2, CLUSTER_ABSENT, CLUSTER_GONE);
	rig_free(rig);
}

static void it_was_plugged_in_again(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);
	unsigned int s;

	(void)state;
	rig->silent[2] = true;
	rig_run(rig, 10);
	rig->silent[2] = false;
	rig_step(rig, 1000);
	assert_out(rig, 2, CLUSTER_CHECKING, CLUSTER_HOLDING);
	assert_in_range(rig_member(rig, 2)->hold_left_ms, 58000, 60000);
	s = seconds_to_member(rig, 2, 100);
	assert_in_range(s, 58, 60);
	rig_free(rig);
}

static void the_plug_is_loose(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);

	(void)state;
	rig->silent[1] = true;
	rig_run(rig, 5);
	for (unsigned int i = 0; i < 20; i++) {
		rig->silent[1] = false;
		rig_run(rig, 50);
		rig->silent[1] = true;
		rig_run(rig, 4);
		assert_int_not_equal(rig_member(rig, 1)->state, CLUSTER_MEMBER);
	}
	assert_int_equal(rig->cluster->out.members, 3);
	rig_free(rig);
}

static void a_slow_bus_is_no_silent_bus(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig->supply[1].max_age_ms = 8000;
	rig->silent[0] = rig->silent[1] = true;
	rig_run(rig, 7);
	assert_out(rig, 0, CLUSTER_SUSPENDED, CLUSTER_SILENT);
	assert_in(rig, 1);
	rig_run(rig, 2);
	assert_out(rig, 1, CLUSTER_SUSPENDED, CLUSTER_SILENT);
	rig_free(rig);
}

static void the_clock_jumped_a_day(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig->silent[1] = true;
	rig_run(rig, 5);
	rig->silent[1] = false;
	rig_run(rig, 3);
	rig_step(rig, 86400000);
	assert_out(rig, 1, CLUSTER_CHECKING, CLUSTER_HOLDING);
	assert_in_range(seconds_to_member(rig, 1, 100), 53, 57);
	rig_free(rig);
}

static void the_clock_went_back(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig->silent[1] = true;
	rig_run(rig, 5);
	rig->silent[1] = false;
	rig_run(rig, 3);
	rig->now_ms -= 500000;
	rig_step(rig, 0);
	assert_out(rig, 1, CLUSTER_CHECKING, CLUSTER_HOLDING);
	assert_in(rig, 0);
	assert_in_range(seconds_to_member(rig, 1, 100), 55, 59);
	rig_free(rig);
}

static void a_charged_pack_is_added_to_empty_ones(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 3);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->silent[2] = true;
	rig->supply[2].age_ms = SUPPLY_NEVER;
	rig_run(rig, 100);
	rig->silent[2] = false;
	rig_say(&rig->supply[2].reading, CELLAR_VOLTAGE, 53350);
	rig_run(rig, 90);
	assert_out(rig, 2, CLUSTER_CHECKING, CLUSTER_VOLTAGE);
	assert_string_equal(rig_member(rig, 2)->why, "cellar0-03 has 53.35 V, the members' median "
			    "is 52.80 V: at most 0.5 V between them");
	rig_say(&rig->supply[2].reading, CELLAR_VOLTAGE, 53301);
	rig_step(rig, 1000);
	assert_out(rig, 2, CLUSTER_CHECKING, CLUSTER_VOLTAGE);
	rig_say(&rig->supply[2].reading, CELLAR_VOLTAGE, 53300);
	rig_step(rig, 1000);
	assert_in(rig, 2);
	rig_free(rig);
}

static void a_new_pack_waits_a_minute_beside_running_ones(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 2);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->silent[1] = true;
	rig->supply[1].age_ms = SUPPLY_NEVER;
	rig_run(rig, 100);
	rig->silent[1] = false;
	assert_in_range(seconds_to_member(rig, 1, 100), 59, 61);
	rig_free(rig);
}

static void members_may_drift_apart_under_load(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);

	(void)state;
	rig_say(&rig->supply[1].reading, CELLAR_VOLTAGE, 51900);
	rig_run(rig, 30);
	assert_in(rig, 1);
	rig_free(rig);
}

static void a_person_takes_a_pack_out(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);

	(void)state;
	rig->supply[0].out = true;
	rig_step(rig, 100);
	assert_out(rig, 0, CLUSTER_SUSPENDED, CLUSTER_BY_PERSON);
	assert_int_equal(rig->cluster->out.members, 2);
	rig_run(rig, 600);
	assert_out(rig, 0, CLUSTER_SUSPENDED, CLUSTER_BY_PERSON);
	rig->supply[0].out = false;
	assert_in_range(seconds_to_member(rig, 0, 100), 59, 61);
	rig_free(rig);
}

static void a_pack_was_swapped_for_another_serial(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);

	(void)state;
	strcpy(rig->supply[1].serial, "NEW1");
	rig_step(rig, 1000);
	assert_out(rig, 1, CLUSTER_SUSPENDED, CLUSTER_CHANGED);
	assert_in_range(seconds_to_member(rig, 1, 100), 58, 61);
	/* a serial number that is not heard for a while is no other one */
	strcpy(rig->supply[1].serial, "");
	rig_run(rig, 5);
	assert_in(rig, 1);
	strcpy(rig->supply[1].serial, "NEW2");
	rig_step(rig, 1000);
	assert_out(rig, 1, CLUSTER_SUSPENDED, CLUSTER_CHANGED);
	rig_free(rig);
}

static void packs_without_a_serial_number_all_count(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 3);
	struct rig *rig = rig_of(&plan);

	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		strcpy(rig->supply[i].serial, "");
	rig_run(rig, 10);
	assert_int_equal(rig->cluster->out.members, 3);
	rig_free(rig);
}

static void the_largest_cluster_lies(void **state)
{
	struct supply *supply = calloc(CLUSTER_PACKS_MAX, sizeof(*supply));
	struct cluster_config config = { 0 };
	struct cluster *cluster;
	struct rig rig = { 0 };

	(void)state;
	assert_non_null(supply);
	assert_int_equal(cluster_new(&cluster, &config, CLUSTER_PACKS_MAX), 0);
	rig_pack(&rig, 0, "pylontech,us5000");
	rig_say(&rig.supply[0].reading, CELLAR_CURRENT, INT32_MIN);
	rig_say(&rig.supply[0].reading, CELLAR_FULL, UINT32_MAX);
	for (unsigned int i = 0; i < CLUSTER_PACKS_MAX; i++) {
		supply[i] = rig.supply[0];
		snprintf(supply[i].serial, sizeof(supply[i].serial), "%u", i);
	}
	for (u64 now_ms = 0; now_ms < 10000; now_ms += 1000)
		cluster_step(cluster, supply, false, now_ms);
	assert_int_equal(cluster->out.members, CLUSTER_PACKS_MAX);
	assert_int_equal(cluster->out.sum.current_ma, INT32_MIN);
	assert_int_equal(cluster->out.sum.full_mah, UINT32_MAX);
	assert_int_equal(cluster->out.sum.soc_centi, 5000);
	cluster_free(cluster);
	free(supply);
}

static void one_pack_on_two_cables(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);

	(void)state;
	rig->silent[1] = true;
	rig_run(rig, 10);
	rig->silent[1] = false;
	strcpy(rig->supply[1].serial, rig->supply[2].serial);
	rig_run(rig, 100);
	/* the one that serves already is the one that counts */
	assert_out(rig, 1, CLUSTER_SUSPENDED, CLUSTER_DUPLICATE);
	assert_in(rig, 2);
	assert_int_equal(rig->cluster->out.sum.packs_offline, 0);
	rig_free(rig);
}

static void a_pack_moved_to_another_cable(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig->silent[1] = true;
	strcpy(rig->supply[1].serial, "MOVED");
	rig_run(rig, 10);
	strcpy(rig->supply[0].serial, "MOVED");
	rig_run(rig, 62);
	assert_in(rig, 0);
	/* nor does one that a person took out stand in the way of its other cable */
	rig->silent[1] = false;
	rig->supply[0].out = true;
	rig_run(rig, 62);
	assert_in(rig, 1);
	rig->supply[1].out = true;
	rig->supply[0].out = false;
	rig_run(rig, 62);
	assert_in(rig, 0);
	rig->silent[0] = true;
	rig->supply[1].out = false;
	rig_run(rig, 65);
	assert_in(rig, 1);
	rig_free(rig);
}

static void a_pack_says_no_voltage(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	cellar_say_none(&rig->supply[1].reading, CELLAR_VOLTAGE);
	rig_step(rig, 1000);
	assert_out(rig, 1, CLUSTER_SUSPENDED, CLUSTER_NO_VOLTAGE);
	rig_free(rig);
}

static void a_pack_with_a_broken_sensor_leaves(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);

	(void)state;
	rig_protect(rig, 3, CELLAR_SENSOR_FAILURE);
	rig_step(rig, 100);
	assert_out(rig, 3, CLUSTER_SUSPENDED, CLUSTER_BLOCKED);
	assert_string_equal(rig_member(rig, 3)->why, "cellar0-04: charge stopped by a protection, "
			    "discharge stopped by a protection");
	assert_int_equal(rig->cluster->out.members, 3);
	rig->supply[3].reading.protections = 0;
	assert_in_range(seconds_to_member(rig, 3, 100), 59, 61);
	rig_free(rig);
}

static void the_words_follow_when_the_reason_changes(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig_protect(rig, 1, CELLAR_SHORT_CIRCUIT);
	rig_step(rig, 1000);
	rig->supply[1].reading.protections = 0;
	rig->supply[1].reading.charge_enable = false;
	rig->supply[1].reading.discharge_enable = false;
	rig_step(rig, 1000);
	assert_string_equal(rig_member(rig, 1)->why,
			    "cellar0-02: charge forbidden by its BMS, discharge forbidden by its BMS");
	rig_free(rig);
}

static void a_full_pack_still_discharges(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);

	(void)state;
	rig_protect(rig, 0, CELLAR_CELL_OVERVOLTAGE);
	rig_step(rig, 1000);
	assert_in(rig, 0);
	assert_false(rig_member(rig, 0)->carries[CORE_CHARGE]);
	assert_true(rig_member(rig, 0)->carries[CORE_DISCHARGE]);
	assert_int_equal(rig->cluster->out.carrying[CORE_CHARGE], 3);
	assert_int_equal(rig->cluster->out.sum.packs_blocking_charge, 1);
	assert_int_equal(rig->cluster->out.sum.packs_blocking_discharge, 0);
	rig_free(rig);
}

static void a_full_pack_charges_again_after_a_minute(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig_protect(rig, 0, CELLAR_PACK_OVERVOLTAGE);
	rig_run(rig, 5);
	rig->supply[0].reading.protections = 0;
	rig_run(rig, 59);
	assert_false(rig_member(rig, 0)->carries[CORE_CHARGE]);
	rig_run(rig, 2);
	assert_true(rig_member(rig, 0)->carries[CORE_CHARGE]);
	rig_free(rig);
}

static void an_empty_pack_may_still_be_charged(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	rig_protect(rig, 0, CELLAR_CELL_UNDERVOLTAGE);
	rig_step(rig, 1000);
	assert_in(rig, 0);
	assert_true(rig_member(rig, 0)->carries[CORE_CHARGE]);
	assert_false(rig_member(rig, 0)->carries[CORE_DISCHARGE]);
	rig_free(rig);
}

/* What each protection stops, of a pack that says no enable flags. */
static void protections_stop_what_the_page_says(void **state)
{
	static const struct {
		u8 alarm;
		bool charge, discharge;
	} rows[] = {
		{ CELLAR_CELL_OVERVOLTAGE, true, false },
		{ CELLAR_PACK_OVERVOLTAGE, true, false },
		{ CELLAR_OVERVOLTAGE, true, false },
		{ CELLAR_CELL_UNDERVOLTAGE, false, true },
		{ CELLAR_PACK_UNDERVOLTAGE, false, true },
		{ CELLAR_UNDERVOLTAGE, false, true },
		{ CELLAR_CHARGE_OVERTEMPERATURE, true, true },
		{ CELLAR_DISCHARGE_OVERTEMPERATURE, true, true },
		{ CELLAR_OVERTEMPERATURE, true, true },
		{ CELLAR_CHARGE_UNDERTEMPERATURE, true, true },
		{ CELLAR_DISCHARGE_UNDERTEMPERATURE, true, true },
		{ CELLAR_CHARGE_OVERCURRENT, true, false },
		{ CELLAR_DISCHARGE_OVERCURRENT, false, true },
		{ CELLAR_SHORT_CIRCUIT, true, true },
		{ CELLAR_REVERSED_POLARITY, true, true },
		{ CELLAR_MOSFET_FAILURE, true, true },
		{ CELLAR_CELL_FAILURE, true, true },
		{ CELLAR_SENSOR_FAILURE, true, true },
		{ CELLAR_SYSTEM_ERROR, true, true },
		{ CELLAR_GENERAL, true, true },
		{ CELLAR_LOW_SOC, false, true },
	};
	struct rig rig = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cellar_reading *r = &rig.supply[0].reading;

		rig_pack(&rig, 0, LESSO);
		r->have &= ~(BIT_ULL(CELLAR_CHARGE_ENABLE) | BIT_ULL(CELLAR_DISCHARGE_ENABLE));
		r->protections = BIT_ULL(rows[i].alarm);
		if ((supply_blocks(&rig.supply[0], CORE_CHARGE) != SUPPLY_FREE) != rows[i].charge ||
		    (supply_blocks(&rig.supply[0], CORE_DISCHARGE) != SUPPLY_FREE) !=
		    rows[i].discharge)
			fail_msg("%s", cellar_alarm_word(rows[i].alarm));
		/* a warning stops nothing */
		r->warnings = r->protections;
		r->protections = 0;
		assert_int_equal(supply_blocks(&rig.supply[0], CORE_CHARGE), SUPPLY_FREE);
		assert_int_equal(supply_blocks(&rig.supply[0], CORE_DISCHARGE), SUPPLY_FREE);
	}
}

static void every_protection_stops_something(void **state)
{
	struct rig rig = { 0 };

	(void)state;
	rig_pack(&rig, 0, LESSO);
	for (unsigned int i = 0; i < CELLAR_ALARMS; i++) {
		rig_protect(&rig, 0, i);
		assert_true(supply_blocks(&rig.supply[0], CORE_CHARGE) ||
			    supply_blocks(&rig.supply[0], CORE_DISCHARGE));
	}
}

static void too_cold_to_charge_and_the_bms_says_discharging_is_fine(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	rig_protect(rig, 0, CELLAR_CHARGE_UNDERTEMPERATURE);
	rig_step(rig, 1000);
	assert_false(rig_member(rig, 0)->carries[CORE_CHARGE]);
	assert_true(rig_member(rig, 0)->carries[CORE_DISCHARGE]);
	rig_free(rig);
}

static void colder_than_the_maker_allows(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CELL_TEMPERATURE_MIN, -51);
	rig_step(rig, 1000);
	assert_int_equal(rig_member(rig, 0)->block[CORE_CHARGE], SUPPLY_TOO_COLD);
	assert_int_equal(rig_member(rig, 0)->block[CORE_DISCHARGE], SUPPLY_FREE);
	rig_say(&rig->supply[0].reading, CELLAR_CELL_TEMPERATURE_MAX, 501);
	rig_say(&rig->supply[0].reading, CELLAR_CELL_TEMPERATURE_MIN, 200);
	rig_step(rig, 1000);
	assert_int_equal(rig_member(rig, 0)->block[CORE_CHARGE], SUPPLY_TOO_HOT);
	assert_out(rig, 0, CLUSTER_SUSPENDED, CLUSTER_BLOCKED);
	rig_free(rig);
}

static void packs_win_over_the_system_of_their_bus(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 3);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->supply[0].of_system = true;
	strcpy(rig->supply[0].serial, "");
	rig_say(&rig->supply[0].reading, CELLAR_PACKS_ONLINE, 2);
	rig_run(rig, 100);
	assert_out(rig, 0, CLUSTER_SUSPENDED, CLUSTER_PACKS_SPEAK);
	assert_int_equal(rig->cluster->out.members, 2);
	assert_int_equal(rig->cluster->out.packs, 2);
	rig_free(rig);
}

static void a_system_on_another_bus_counts(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 3);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->supply[0].of_system = true;
	rig->supply[0].bus = 7;
	rig_say(&rig->supply[0].reading, CELLAR_PACKS_ONLINE, 4);
	rig_run(rig, 100);
	assert_in(rig, 0);
	assert_int_equal(rig->cluster->out.packs, 6);
	rig_free(rig);
}

static void the_packs_fall_silent_and_the_system_goes_on(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 3);
	struct rig *rig = rig_of(&plan);
	unsigned int s;

	(void)state;
	rig->supply[0].of_system = true;
	rig_say(&rig->supply[0].reading, CELLAR_PACKS_ONLINE, 2);
	rig_run(rig, 100);
	rig->silent[1] = rig->silent[2] = true;
	rig_run(rig, 4);
	assert_int_equal(rig->cluster->out.members, 0);
	s = seconds_to_member(rig, 0, 100);
	assert_in_range(s, 57, 61);
	assert_int_equal(rig->cluster->out.packs, 2);
	rig_free(rig);
}

static void a_lone_system_is_as_many_packs_as_it_says(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig = rig_of(&plan);
	struct cellar_reading *r = &rig->supply[0].reading;

	(void)state;
	rig->supply[0].of_system = true;
	rig_say(r, CELLAR_PACKS_ONLINE, 5);
	rig_say(r, CELLAR_PACKS_BLOCKING_CHARGE, 2);
	rig_run(rig, 100);
	assert_int_equal(rig->cluster->out.packs, 5);
	assert_int_equal(rig->cluster->out.carrying[CORE_CHARGE], 3);
	assert_int_equal(rig->cluster->out.carrying[CORE_DISCHARGE], 5);
	rig_say(r, CELLAR_PACKS_ONLINE, 65535);
	rig_step(rig, 1000);
	assert_int_equal(rig->cluster->out.packs, CLUSTER_PACKS_MAX);
	r->have &= ~(BIT_ULL(CELLAR_PACKS_ONLINE) | BIT_ULL(CELLAR_PACKS_BLOCKING_CHARGE));
	rig_step(rig, 1000);
	assert_int_equal(rig->cluster->out.packs, 1);
	rig_free(rig);
}

static void the_owner_says_how_many_packs_a_silent_system_has(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig;

	(void)state;
	plan.cluster.packs_of_system = 4;
	rig = rig_of(&plan);
	rig->supply[0].of_system = true;
	rig_run(rig, 100);
	assert_int_equal(rig->cluster->out.packs, 4);
	rig_free(rig);
}

static void packs_without_limits_take_the_share_of_their_system(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 3);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->supply[0].of_system = true;
	rig_say(&rig->supply[0].reading, CELLAR_CHARGE_CURRENT_LIMIT, 90000);
	rig_say(&rig->supply[0].reading, CELLAR_PACKS_ONLINE, 3);
	for (unsigned int i = 1; i < 3; i++)
		cellar_say_none(&rig->supply[i].reading, CELLAR_CHARGE_CURRENT_LIMIT);
	rig_run(rig, 100);
	/* three on line, two of them heard: a third each */
	assert_int_equal(rig_member(rig, 1)->allowed_ma[CORE_CHARGE], 30000);
	rig->silent[0] = true;
	rig_run(rig, 4);
	assert_int_equal(rig_member(rig, 1)->allowed_ma[CORE_CHARGE], 0);
	assert_int_equal(rig_member(rig, 1)->block[CORE_CHARGE], SUPPLY_SAYS_NO_LIMIT);
	rig_free(rig);
}

static void more_packs_are_heard_than_their_system_knows(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 5);
	struct rig *rig = rig_of(&plan);

	(void)state;
	/* supplies 3 and 4 hang on another bus, which has no system */
	rig->supply[0].of_system = true;
	rig_say(&rig->supply[0].reading, CELLAR_CHARGE_CURRENT_LIMIT, 90000);
	rig_say(&rig->supply[0].reading, CELLAR_PACKS_ONLINE, 1);
	for (unsigned int i = 1; i < 5; i++) {
		rig->supply[i].bus = i / 3;
		cellar_say_none(&rig->supply[i].reading, CELLAR_CHARGE_CURRENT_LIMIT);
	}
	rig_run(rig, 100);
	assert_int_equal(rig_member(rig, 1)->allowed_ma[CORE_CHARGE], 45000);
	assert_int_equal(rig_member(rig, 2)->allowed_ma[CORE_CHARGE], 45000);
	assert_int_equal(rig_member(rig, 3)->allowed_ma[CORE_CHARGE], 0);
	assert_int_equal(rig_member(rig, 4)->block[CORE_CHARGE], SUPPLY_SAYS_NO_LIMIT);
	rig_free(rig);
}

static void packs_without_alarms_have_those_of_their_system(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 2);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->supply[0].of_system = true;
	rig->supply[1].reading.have &= ~(BIT_ULL(CELLAR_PROTECTIONS) |
					 BIT_ULL(CELLAR_CHARGE_ENABLE) |
					 BIT_ULL(CELLAR_DISCHARGE_ENABLE));
	rig_run(rig, 100);
	assert_in(rig, 1);
	rig_protect(rig, 0, CELLAR_CELL_OVERVOLTAGE);
	rig_step(rig, 1000);
	assert_false(rig_member(rig, 1)->carries[CORE_CHARGE]);
	assert_true(rig_member(rig, 1)->carries[CORE_DISCHARGE]);
	rig_free(rig);
}

static void one_foreign_pack_does_not_keep_out_the_others(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 4);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig_pack(rig, 0, "zcs,zsx5120");
	rig_run(rig, 20);
	assert_out(rig, 0, CLUSTER_SUSPENDED, CLUSTER_MIX);
	assert_int_equal(rig_member(rig, 0)->rule, MIX_MAKER);
	for (unsigned int i = 1; i < 4; i++)
		assert_in(rig, i);
	rig_free(rig);
}

static void one_charged_pack_does_not_keep_out_the_others(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 4);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_VOLTAGE, 54000);
	rig_run(rig, 20);
	assert_out(rig, 0, CLUSTER_CHECKING, CLUSTER_VOLTAGE);
	assert_int_equal(rig->cluster->out.members, 3);
	rig_free(rig);
}

static void a_fifth_azzurro_is_refused(void **state)
{
	struct rig_plan plan = rig_plan("zcs,zsx5120", 5);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig_run(rig, 20);
	assert_int_equal(rig->cluster->out.members, 4);
	assert_out(rig, 4, CLUSTER_SUSPENDED, CLUSTER_MIX);
	assert_int_equal(rig_member(rig, 4)->rule, MIX_COUNT);
	/* one fails, and the fifth takes its place */
	rig->silent[0] = true;
	rig_run(rig, 130);
	assert_in(rig, 4);
	rig_free(rig);
}

static void a_refused_pack_is_tried_again_once_a_minute(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 2);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig_say(&rig->supply[1].reading, CELLAR_DESIGN, 86000);
	rig_run(rig, 100);
	assert_out(rig, 1, CLUSTER_SUSPENDED, CLUSTER_MIX);
	rig_say(&rig->supply[1].reading, CELLAR_DESIGN, 100000);
	rig_run(rig, 20);
	assert_out(rig, 1, CLUSTER_SUSPENDED, CLUSTER_MIX);
	rig_run(rig, 10);
	assert_in(rig, 1);
	rig_free(rig);
}

static void soc_is_weighted_by_capacity(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);
	const struct cellar_reading *sum = &rig->cluster->out.sum;

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_SOC, 9000);
	rig_say(&rig->supply[0].reading, CELLAR_FULL, 50000);
	rig_step(rig, 100);
	/* (9000 × 50 + 5000 × 200) / 250 */
	assert_int_equal(sum->soc_centi, 5800);
	assert_int_equal(sum->full_mah, 250000);
	cellar_say_none(&rig->supply[1].reading, CELLAR_SOC);
	rig_step(rig, 100);
	assert_int_equal(sum->soc_centi, 6333);
	/* 6333.67, to the nearest */
	rig_say(&rig->supply[0].reading, CELLAR_SOC, 9001);
	rig_step(rig, 100);
	assert_int_equal(sum->soc_centi, 6334);
	rig_free(rig);
}

static void a_liar_does_not_move_the_voltage(void **state)
{
	struct rig *rig = rig_simple(LESSO, 5);

	(void)state;
	rig_say(&rig->supply[4].reading, CELLAR_VOLTAGE, 65000);
	rig_say(&rig->supply[0].reading, CELLAR_VOLTAGE, 52700);
	rig_step(rig, 100);
	assert_int_equal(rig->cluster->out.sum.voltage_mv, 52800);
	rig_free(rig);
}

static void currents_are_summed(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);
	const struct cellar_reading *sum = &rig->cluster->out.sum;

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, -30000);
	rig_say(&rig->supply[1].reading, CELLAR_CURRENT, -25000);
	rig_say(&rig->supply[2].reading, CELLAR_CURRENT, 2000);
	rig_step(rig, 100);
	assert_int_equal(sum->current_ma, -53000);
	/* a sum without one of its parts is no sum */
	cellar_say_none(&rig->supply[2].reading, CELLAR_CURRENT);
	rig_step(rig, 100);
	assert_false(cellar_has(sum, CELLAR_CURRENT));
	rig_free(rig);
}

static void the_lowest_cell_is_named(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);
	struct cellar_reading *r = &rig->supply[1].reading;
	const struct cluster_sum *out = &rig->cluster->out;

	(void)state;
	r->cells = 16;
	for (unsigned int i = 0; i < 16; i++)
		r->cells_mv[i] = 3300;
	r->cells_mv[6] = 3111;
	cellar_say(r, CELLAR_CELLS);
	rig_say(&rig->supply[2].reading, CELLAR_CELL_VOLTAGE_MAX, 3444);
	rig_say(&rig->supply[1].reading, CELLAR_CELL_TEMPERATURE_MIN, -13);
	rig_say(&rig->supply[2].reading, CELLAR_CELL_TEMPERATURE_MAX, 313);
	rig_step(rig, 100);
	assert_int_equal(out->sum.cell_voltage_min_mv, 3111);
	assert_int_equal(out->cell_min.supply, 1);
	assert_int_equal(out->cell_min.cell, 7);
	assert_int_equal(out->sum.cell_voltage_max_mv, 3444);
	assert_int_equal(out->cell_max.supply, 2);
	assert_int_equal(out->cell_max.cell, 0);
	assert_int_equal(out->sum.cell_temperature_min_decic, -13);
	assert_int_equal(out->coldest, 1);
	assert_int_equal(out->sum.cell_temperature_max_decic, 313);
	assert_int_equal(out->warmest, 2);
	rig_free(rig);
}

static void the_alarm_of_a_pack_that_left_is_still_seen(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);

	(void)state;
	rig_protect(rig, 1, CELLAR_SHORT_CIRCUIT);
	rig_run(rig, 5);
	assert_int_equal(rig->cluster->out.sum.protections, BIT_ULL(CELLAR_SHORT_CIRCUIT));
	rig->supply[1].out = true;
	rig_step(rig, 1000);
	assert_int_equal(rig->cluster->out.sum.protections, 0);
	/* what a silent pack said last is no news */
	rig->supply[1].out = false;
	rig->silent[1] = true;
	rig_run(rig, 5);
	assert_int_equal(rig->cluster->out.sum.protections, 0);
	rig_free(rig);
}

static void nobody_is_left(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig->silent[0] = rig->silent[1] = true;
	rig_run(rig, 5);
	assert_int_equal(rig->cluster->out.members, 0);
	assert_false(cellar_has(&rig->cluster->out.sum, CELLAR_VOLTAGE));
	assert_false(cellar_has(&rig->cluster->out.sum, CELLAR_SOC));
	assert_false(cellar_has(&rig->cluster->out.sum, CELLAR_CURRENT));
	rig_free(rig);
}

/* What nobody has heard of yet is not looked at, and changes nothing. */
static void room_for_more_packs_changes_nothing(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 4);
	const struct limits_input input = { .inverter_ma = { LIMITS_NONE, LIMITS_NONE } };
	struct supply *supplies = malloc(CLUSTER_PACKS_MAX * sizeof(*supplies));
	struct rig *rig = rig_of(&plan);
	struct cluster *cluster;
	struct limits *limits;

	(void)state;
	assert_int_equal(cluster_new(&cluster, &plan.cluster, CLUSTER_PACKS_MAX), 0);
	assert_int_equal(limits_new(&limits, &plan.limits, CLUSTER_PACKS_MAX, true), 0);
	memset(supplies, 0xff, CLUSTER_PACKS_MAX * sizeof(*supplies));
	cluster_use(cluster, 4);
	for (unsigned int s = 0; s < 100; s++) {
		rig_say(&rig->supply[s % 4].reading, CELLAR_CURRENT, (s64)s * 500);
		rig->silent[2] = s > 50;
		rig_step(rig, 1000);
		memcpy(supplies, rig->supply, 4 * sizeof(*supplies));
		cluster_step(cluster, supplies, false, rig->now_ms);
		limits_step(limits, cluster, supplies, &input);
		assert_memory_equal(&cluster->out, &rig->cluster->out, sizeof(cluster->out));
		assert_memory_equal(&limits->out, &rig->limits->out, sizeof(limits->out));
	}
	assert_int_equal(cluster->out.members, 3);

	rig_pack(rig, 4, LESSO);
	supplies[4] = rig->supply[4];
	cluster_use(cluster, 5);
	cluster_step(cluster, supplies, false, rig->now_ms + 1000);
	assert_int_equal(cluster->pack[4].state, CLUSTER_CHECKING);
	cluster_use(cluster, CLUSTER_PACKS_MAX + 1);
	assert_int_equal(cluster->n, CLUSTER_PACKS_MAX);
	cluster_free(cluster);
	limits_free(limits);
	free(supplies);
	rig_free(rig);
}

static void sizes_that_make_no_cluster(void **state)
{
	struct cluster_config config = { 0 };
	struct cluster *cluster;

	(void)state;
	assert_int_equal(cluster_new(&cluster, &config, 0), -EINVAL);
	assert_int_equal(cluster_new(&cluster, &config, CLUSTER_PACKS_MAX + 1), -EINVAL);
	assert_int_equal(cluster_new(&cluster, &config, CLUSTER_PACKS_MAX), 0);
	cluster_free(cluster);
	cluster_free(NULL);
}

static void every_value_has_a_word(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < CLUSTER_STATES; i++)
		assert_non_null(cluster_state_word(i));
	for (unsigned int i = 0; i < CLUSTER_REASONS; i++)
		assert_non_null(cluster_reason_word(i));
	for (unsigned int i = 0; i <= SUPPLY_SAYS_NO_LIMIT; i++)
		assert_non_null(supply_block_word(i));
	for (unsigned int i = 0; i < LIMITS_TERMS; i++)
		assert_non_null(limits_term_word(i));
}

static void a_median_is_the_middle_one(void **state)
{
	u32 odd[] = { 9, 1, 5 }, even[] = { 4, 3, 2, 1 };

	(void)state;
	assert_int_equal(cluster_median(odd, 3), 5);
	assert_int_equal(cluster_median(even, 4), 2);
	assert_int_equal(cluster_median(even, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_daemon_was_restarted),
		cmocka_unit_test(a_pack_was_never_connected),
		cmocka_unit_test(one_of_four_packs_was_unplugged),
		cmocka_unit_test(it_was_plugged_in_again),
		cmocka_unit_test(the_plug_is_loose),
		cmocka_unit_test(a_slow_bus_is_no_silent_bus),
		cmocka_unit_test(the_clock_jumped_a_day),
		cmocka_unit_test(the_clock_went_back),
		cmocka_unit_test(a_charged_pack_is_added_to_empty_ones),
		cmocka_unit_test(a_new_pack_waits_a_minute_beside_running_ones),
		cmocka_unit_test(members_may_drift_apart_under_load),
		cmocka_unit_test(a_person_takes_a_pack_out),
		cmocka_unit_test(a_pack_was_swapped_for_another_serial),
		cmocka_unit_test(packs_without_a_serial_number_all_count),
		cmocka_unit_test(the_largest_cluster_lies),
		cmocka_unit_test(one_pack_on_two_cables),
		cmocka_unit_test(a_pack_moved_to_another_cable),
		cmocka_unit_test(a_pack_says_no_voltage),
		cmocka_unit_test(a_pack_with_a_broken_sensor_leaves),
		cmocka_unit_test(the_words_follow_when_the_reason_changes),
		cmocka_unit_test(a_full_pack_still_discharges),
		cmocka_unit_test(a_full_pack_charges_again_after_a_minute),
		cmocka_unit_test(an_empty_pack_may_still_be_charged),
		cmocka_unit_test(protections_stop_what_the_page_says),
		cmocka_unit_test(every_protection_stops_something),
		cmocka_unit_test(too_cold_to_charge_and_the_bms_says_discharging_is_fine),
		cmocka_unit_test(colder_than_the_maker_allows),
		cmocka_unit_test(packs_win_over_the_system_of_their_bus),
		cmocka_unit_test(a_system_on_another_bus_counts),
		cmocka_unit_test(the_packs_fall_silent_and_the_system_goes_on),
		cmocka_unit_test(a_lone_system_is_as_many_packs_as_it_says),
		cmocka_unit_test(the_owner_says_how_many_packs_a_silent_system_has),
		cmocka_unit_test(packs_without_limits_take_the_share_of_their_system),
		cmocka_unit_test(more_packs_are_heard_than_their_system_knows),
		cmocka_unit_test(packs_without_alarms_have_those_of_their_system),
		cmocka_unit_test(one_foreign_pack_does_not_keep_out_the_others),
		cmocka_unit_test(one_charged_pack_does_not_keep_out_the_others),
		cmocka_unit_test(a_fifth_azzurro_is_refused),
		cmocka_unit_test(a_refused_pack_is_tried_again_once_a_minute),
		cmocka_unit_test(soc_is_weighted_by_capacity),
		cmocka_unit_test(a_liar_does_not_move_the_voltage),
		cmocka_unit_test(currents_are_summed),
		cmocka_unit_test(the_lowest_cell_is_named),
		cmocka_unit_test(the_alarm_of_a_pack_that_left_is_still_seen),
		cmocka_unit_test(nobody_is_left),
		cmocka_unit_test(room_for_more_packs_changes_nothing),
		cmocka_unit_test(sizes_that_make_no_cluster),
		cmocka_unit_test(every_value_has_a_word),
		cmocka_unit_test(a_median_is_the_middle_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
