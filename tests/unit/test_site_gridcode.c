// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the grid operator wants by contacts, and the proof that it was done. Each case named
 * after the sentence of the manual or what a user wants.
 */
#include "site_rig.h"

#define L1	0x1
#define L2	0x2
#define L3	0x4
#define L4	0x8

/* 6 kW rated, 4 kW of sun, 1 kW of load; the battery is at rest. */
static struct house wired(enum site_grid_code code)
{
	struct house h = house();

	h.config.grid_code = (u8)code;
	h.in.drm.age_ms = 0;
	h.in.rrcr.age_ms = 0;
	h.in.cease.age_ms = 0;
	h.pv_w = 4000;
	h.load_w = 1000;

	return h;
}

static struct house drm(u32 modes)
{
	struct house h = wired(SITE_CODE_DRM);

	h.in.drm.value = (s32)modes;
	house_step(&h, 1000);

	return h;
}

/* A second later, with these contacts closed. */
static void rrcr(struct house *h, u32 contacts)
{
	h->in.rrcr.value = (s32)contacts;
	house_step(h, 1000);
}

static void assert_ac(const struct house *h, s32 min_w, s32 max_w)
{
	assert_int_equal(h->out.ac_min_w, min_w);
	assert_int_equal(h->out.ac_max_w, max_w);
}

static void assert_free(const struct house *h)
{
	assert_ac(h, -SITE_NO_LIMIT, SITE_NO_LIMIT);
	assert_window(h, -5000, SITE_BY_CLUSTER, 5000, SITE_BY_CLUSTER);
	assert_int_equal(h->out.pv_max_w, SITE_NO_LIMIT);
	assert_false(h->out.disconnect);
}

static void without_a_mode_nothing_is_limited(void **state)
{
	struct house h = drm(0);

	(void)state;
	assert_free(&h);
	assert_battery(&h, 3000, SITE_NOBODY);
	assert_int_equal(h.out.events, 0);
}

/* row: inverter.md "Demand response and remote power limits" DRM0 */
static void drm0_disconnects(void **state)
{
	struct house h = drm(BIT(0));

	(void)state;
	assert_true(h.out.disconnect);
	assert_battery(&h, 0, SITE_BY_DRM);
	assert_window(&h, 0, SITE_BY_DRM, 0, SITE_BY_DRM);
	assert_int_equal(h.out.pv_max_w, 0);
	assert_int_equal(h.out.pv_winner, SITE_BY_DRM);
	assert_ac(&h, 0, 0);
	assert_mode(&h, SITE_STOPPED);
}

/* row: inverter.md "Demand response and remote power limits" DRM1 */
static void drm1_does_not_consume(void **state)
{
	struct house h = drm(BIT(1));

	(void)state;
	assert_ac(&h, 0, SITE_NO_LIMIT);
	assert_window(&h, -5000, SITE_BY_CLUSTER, 4000, SITE_BY_DRM);
	assert_battery(&h, 3000, SITE_NOBODY);
	house_see(&h, 0, 1000);
	assert_window(&h, -5000, SITE_BY_CLUSTER, 0, SITE_BY_DRM);
	assert_battery(&h, -1000, SITE_NOBODY);
}

/* row: inverter.md "Demand response and remote power limits" DRM2 */
static void drm2_consumes_at_most_half(void **state)
{
	struct house h = drm(BIT(2));

	(void)state;
	house_see(&h, 0, 1000);
	assert_ac(&h, -3000, SITE_NO_LIMIT);
	assert_window(&h, -5000, SITE_BY_CLUSTER, 3000, SITE_BY_DRM);
}

/* row: inverter.md "Demand response and remote power limits" DRM3 */
static void drm3_consumes_at_most_three_quarters(void **state)
{
	struct house h = drm(BIT(3));

	(void)state;
	house_see(&h, 0, 1000);
	assert_ac(&h, -4500, SITE_NO_LIMIT);
	assert_window(&h, -5000, SITE_BY_CLUSTER, 4500, SITE_BY_DRM);
}

/* row: inverter.md "Demand response and remote power limits" DRM4 */
static void drm4_consumes_more(void **state)
{
	struct house h = drm(BIT(4));

	(void)state;
	assert_battery(&h, 5000, SITE_BY_CLUSTER);
	assert_ac(&h, -SITE_NO_LIMIT, SITE_NO_LIMIT);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 0);
}

/* Nobody else than the grid operator decides. */
static void drm4_and_drm8_are_named_where_nothing_else_limits(void **state)
{
	struct house h = wired(SITE_CODE_DRM);

	(void)state;
	h.config.inverters = 0;
	h.in.battery.charge_w = SITE_POWER_MAX_W;
	h.in.battery.discharge_w = SITE_POWER_MAX_W;
	h.in.drm.value = BIT(4);
	house_step(&h, 1000);
	assert_battery(&h, SITE_POWER_MAX_W, SITE_BY_DRM);
	h.in.drm.value = BIT(8);
	house_step(&h, 1000);
	assert_battery(&h, -SITE_POWER_MAX_W, SITE_BY_DRM);
}

static void drm4_consumes_no_more_than_the_contract(void **state)
{
	struct house h = wired(SITE_CODE_DRM);

	(void)state;
	h.config.contract_w = 3000;
	h.in.drm.value = BIT(4);
	house_see(&h, 0, 1000);
	assert_battery(&h, 1900, SITE_BY_CONTRACT);
}

/* row: inverter.md "Demand response and remote power limits" DRM5 */
static void drm5_does_not_generate(void **state)
{
	struct house h = drm(BIT(5));

	(void)state;
	assert_ac(&h, -SITE_NO_LIMIT, 0);
	assert_battery(&h, 4000, SITE_BY_DRM);
	assert_window(&h, 4000, SITE_BY_DRM, 5000, SITE_BY_CLUSTER);
	assert_int_equal(h.out.pv_max_w, 5000);
	assert_int_equal(h.out.pv_winner, SITE_BY_DRM);
}

/* row: inverter.md "Demand response and remote power limits" DRM5 */
static void drm5_with_a_full_battery_nothing_is_produced(void **state)
{
	struct house h = wired(SITE_CODE_DRM);

	(void)state;
	h.in.drm.value = BIT(5);
	h.in.battery.charge_w = 0;
	house_step(&h, 1000);
	assert_battery(&h, 0, SITE_BY_CLUSTER);
	assert_int_equal(h.out.pv_max_w, 0);
	assert_int_equal(h.out.inverter[0].pv_max_w, 0);
}

/* row: inverter.md "Demand response and remote power limits" DRM6 */
static void drm6_generates_at_most_half(void **state)
{
	struct house h = drm(BIT(6));

	(void)state;
	assert_ac(&h, -SITE_NO_LIMIT, 3000);
	assert_window(&h, 1000, SITE_BY_DRM, 5000, SITE_BY_CLUSTER);
	assert_int_equal(h.out.pv_max_w, 8000);
}

/* row: inverter.md "Demand response and remote power limits" DRM7 */
static void drm7_generates_at_most_three_quarters(void **state)
{
	struct house h = drm(BIT(7));

	(void)state;
	house_see(&h, 5500, 6000);
	assert_ac(&h, -SITE_NO_LIMIT, 4500);
	assert_window(&h, 1000, SITE_BY_DRM, 5000, SITE_BY_CLUSTER);
	assert_battery(&h, 1000, SITE_BY_DRM);
}

/* row: inverter.md "Demand response and remote power limits" DRM8 */
static void drm8_generates_more(void **state)
{
	struct house h = drm(BIT(8));

	(void)state;
	assert_battery(&h, -5000, SITE_BY_CLUSTER);
	assert_ac(&h, -SITE_NO_LIMIT, SITE_NO_LIMIT);
}

static void drm8_feeds_in_no_more_than_is_allowed(void **state)
{
	struct house h = wired(SITE_CODE_DRM);

	(void)state;
	h.config.feed_in_w = 500;
	h.in.drm.value = BIT(8);
	house_see(&h, 0, 1000);
	assert_battery(&h, -1500, SITE_BY_FEED_IN);
}

/* row: inverter.md "Demand response and remote power limits" DRM6 */
static void the_battery_is_not_discharged_above_the_limit(void **state)
{
	struct house h = wired(SITE_CODE_DRM);

	(void)state;
	h.in.drm.value = BIT(6);
	house_see(&h, 1000, 5000);
	assert_battery(&h, -2000, SITE_BY_DRM);
}

/* row: inverter.md "Demand response and remote power limits" shared contacts */
static void a_contact_of_two_modes_limits_the_direction_that_there_is(void **state)
{
	static const struct {
		u32 modes;
		s32 min_w, max_w;
	} contacts[] = {
		{ BIT(1) | BIT(5), 0, 0 },
		{ BIT(2) | BIT(6), -3000, 3000 },
		{ BIT(3) | BIT(7), -4500, 4500 },
		{ BIT(4) | BIT(8), -SITE_NO_LIMIT, SITE_NO_LIMIT },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(contacts); i++) {
		struct house h = drm(contacts[i].modes);

		assert_ac(&h, contacts[i].min_w, contacts[i].max_w);
	}
}

/* row: inverter.md "Demand response and remote power limits" shared contacts */
static void drm4_and_8_on_one_contact_push_on_where_power_goes(void **state)
{
	struct house h = drm(BIT(4) | BIT(8));

	(void)state;
	assert_int_equal(h.out.battery_w, -5000);
	h.battery_w = 4001;
	house_step(&h, 1000);
	assert_int_equal(h.out.battery_w, 5000);
	h.battery_w = 4000;
	house_step(&h, 1000);
	assert_int_equal(h.out.battery_w, -5000);
}

/* row: inverter.md "Demand response and remote power limits" shared contacts */
static void a_mode_alone_does_not_ask_for_the_direction(void **state)
{
	struct house h = drm(BIT(4));

	(void)state;
	assert_int_equal(h.out.battery_w, 5000);
	h = drm(BIT(8));
	h.battery_w = 5000;
	house_step(&h, 1000);
	assert_int_equal(h.out.battery_w, -5000);
}

/* row: inverter.md "Demand response and remote power limits" DRM */
static void of_several_modes_the_hardest_counts(void **state)
{
	static const struct {
		u32 modes;
		s32 min_w, max_w;
	} several[] = {
		{ BIT(1) | BIT(2), 0, SITE_NO_LIMIT },
		{ BIT(2) | BIT(3), -3000, SITE_NO_LIMIT },
		{ BIT(3) | BIT(4), -4500, SITE_NO_LIMIT },
		{ BIT(5) | BIT(6), -SITE_NO_LIMIT, 0 },
		{ BIT(6) | BIT(7), -SITE_NO_LIMIT, 3000 },
		{ BIT(7) | BIT(8), -SITE_NO_LIMIT, 4500 },
		{ BIT(1) | BIT(7), 0, 4500 },
		{ 0x1fe, 0, 0 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(several); i++) {
		struct house h = drm(several[i].modes);

		assert_ac(&h, several[i].min_w, several[i].max_w);
		assert_false(h.out.disconnect);
	}
}

/* row: inverter.md "Demand response and remote power limits" DRM0 */
static void drm0_is_above_every_other_mode(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 1; i <= 8; i++) {
		struct house h = drm(BIT(0) | BIT(i));

		assert_true(h.out.disconnect);
		assert_battery(&h, 0, SITE_BY_DRM);
	}
}

/* row: inverter.md "Demand response and remote power limits" DRM */
static void a_wish_for_more_does_not_count_while_another_mode_limits(void **state)
{
	static const u32 modes[] = {
		BIT(4) | BIT(3), BIT(4) | BIT(7), BIT(8) | BIT(3), BIT(8) | BIT(7),
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		struct house h = drm(modes[i]);

		assert_battery(&h, 3000, SITE_NOBODY);
	}
}

static void contacts_that_no_mode_has_are_not_believed(void **state)
{
	struct house h = drm(BIT(9) | BIT(12));

	(void)state;
	assert_free(&h);
}

/* row: inverter.md "Demand response and remote power limits" DRM */
static void a_mode_is_held_while_its_contact_is_closed_and_no_longer(void **state)
{
	struct house h = drm(BIT(5));

	(void)state;
	house_live(&h, 3600);
	assert_ac(&h, -SITE_NO_LIMIT, 0);
	h.in.drm.value = 0;
	house_step(&h, 1000);
	assert_free(&h);
}

/* row: inverter.md "Demand response and remote power limits" in time */
static void the_step_that_sees_a_contact_obeys_it(void **state)
{
	struct house h = drm(0);

	(void)state;
	assert_free(&h);
	h.in.drm.value = BIT(0);
	house_step(&h, 1);
	assert_true(h.out.disconnect);
	h = wired(SITE_CODE_CEASE);
	house_step(&h, 1000);
	assert_free(&h);
	h.in.cease.value = 1;
	house_step(&h, 1);
	assert_ac(&h, -SITE_NO_LIMIT, 0);
}

/* row: inverter.md "Demand response and remote power limits" in time */
static void drm_contacts_of_which_nothing_is_heard_for_2_s_mean_the_hardest(void **state)
{
	struct house h = drm(0);

	(void)state;
	h.in.drm.age_ms = 2000;
	house_step(&h, 1000);
	assert_free(&h);
	h.in.drm.age_ms = 2001;
	house_step(&h, 1000);
	assert_ac(&h, 0, 0);
	assert_false(h.out.disconnect);
	assert_window(&h, 4000, SITE_BY_DRM, 4000, SITE_BY_DRM);
	h.in.drm.age_ms = SITE_NEVER;
	house_step(&h, 1000);
	assert_ac(&h, 0, 0);
	h.in.drm = (struct site_value){ -1, 0 };
	house_step(&h, 1000);
	assert_ac(&h, 0, 0);
}

/* row: inverter.md "Demand response and remote power limits" DRM1 */
static void a_rule_does_not_charge_from_the_grid_under_drm1(void **state)
{
	struct house h = wired(SITE_CODE_DRM);

	(void)state;
	h.config.timed_charge = true;
	h.config.rules = 1;
	h.config.rule[0] = (struct site_rule){
		.enabled = true, .target_percent = 80, .power_w = 3000, .weekdays = 0x7f,
	};
	house_clock(&h, 2026, 6, 10, 2, 0);
	h.in.drm.value = BIT(1);
	house_see(&h, 0, 1000);
	assert_battery(&h, 0, SITE_BY_DRM);
	h.in.drm.value = BIT(8);
	house_see(&h, 0, 1000);
	assert_battery(&h, -5000, SITE_BY_CLUSTER);
}

/* row: inverter.md "Demand response and remote power limits" DRM */
static void off_the_grid_there_is_nobody_to_obey(void **state)
{
	static const u8 codes[] = { SITE_CODE_DRM, SITE_CODE_RRCR, SITE_CODE_CEASE };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		struct house h = wired(codes[i]);

		h.config.eps = true;
		house_blackout(&h, true);
		h.in.drm.value = BIT(0);
		h.in.rrcr.value = L1;
		h.in.cease.value = 1;
		house_step(&h, 1000);
		assert_ac(&h, -SITE_NO_LIMIT, SITE_NO_LIMIT);
		assert_false(h.out.disconnect);
		assert_battery(&h, 3000, SITE_NOBODY);
		h.in.drm.age_ms = SITE_NEVER;
		h.in.rrcr.age_ms = SITE_NEVER;
		h.in.cease.age_ms = SITE_NEVER;
		house_step(&h, 1000);
		h.in.rrcr.age_ms = 0;
		rrcr(&h, 0);
		assert_int_equal(h.events[SITE_EVENT_CONTACTS_STALE], 0);
		assert_int_equal(h.events[SITE_EVENT_CURTAILED], 0);
		assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 0);
	}
}

static void contacts_of_a_code_that_is_not_wired_do_nothing(void **state)
{
	struct house h = wired(SITE_CODE_NONE);

	(void)state;
	h.in.drm.value = BIT(0);
	h.in.rrcr.value = L1;
	h.in.cease.value = 1;
	house_step(&h, 1000);
	assert_free(&h);
	h.config.grid_code = SITE_CODE_RRCR;
	h.in.rrcr.value = L4;
	house_step(&h, 1000);
	assert_free(&h);
	h.config.grid_code = SITE_CODE_CEASE;
	h.in.cease.value = 0;
	house_step(&h, 1000);
	assert_free(&h);
}

static void rrcr_contact(u32 contact, s32 max_w)
{
	struct house h = wired(SITE_CODE_RRCR);

	h.pv_w = 5000;
	rrcr(&h, contact);
	assert_ac(&h, -SITE_NO_LIMIT, max_w);
	assert_window(&h, 5000 - max_w, SITE_BY_RRCR, 5000, SITE_BY_CLUSTER);
	assert_int_equal(h.out.pv_max_w, max_w + 5000);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 0);
	assert_int_equal(h.last[SITE_EVENT_CURTAILED].figure, max_w);
	assert_int_equal(h.out.mode_next_ms, SITE_NO_TIME);
}

/* row: inverter.md "Demand response and remote power limits" RRCR */
static void rrcr_l1_generates_nothing(void **state)
{
	(void)state;
	rrcr_contact(L1, 0);
}

/* row: inverter.md "Demand response and remote power limits" RRCR */
static void rrcr_l2_generates_30_percent(void **state)
{
	(void)state;
	rrcr_contact(L2, 1800);
}

/* row: inverter.md "Demand response and remote power limits" RRCR */
static void rrcr_l3_generates_60_percent(void **state)
{
	(void)state;
	rrcr_contact(L3, 3600);
}

/* row: inverter.md "Demand response and remote power limits" RRCR */
static void rrcr_l4_generates_as_it_likes(void **state)
{
	struct house h = wired(SITE_CODE_RRCR);

	(void)state;
	rrcr(&h, L4);
	assert_free(&h);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 0);
}

/* row: inverter.md "Demand response and remote power limits" exactly one */
static void with_no_contact_the_last_one_counts_for_a_minute(void **state)
{
	struct house h = wired(SITE_CODE_RRCR);
	unsigned int s;

	(void)state;
	rrcr(&h, L3);
	for (s = 1; s < 60; s++) {
		rrcr(&h, 0);
		assert_ac(&h, -SITE_NO_LIMIT, 3600);
		assert_int_equal(h.out.mode_next_ms, (60 - s) * 1000);
	}
	rrcr(&h, 0);
	assert_ac(&h, -SITE_NO_LIMIT, 0);
	assert_int_equal(h.out.mode_next_ms, SITE_NO_TIME);
	rrcr(&h, L3);
	assert_ac(&h, -SITE_NO_LIMIT, 3600);
}

/* row: inverter.md "Demand response and remote power limits" exactly one */
static void with_several_contacts_the_last_one_counts_for_a_minute(void **state)
{
	unsigned int contacts;

	(void)state;
	for (contacts = 3; contacts < 16; contacts++) {
		struct house h = wired(SITE_CODE_RRCR);

		if (contacts == L3 || contacts == L4)
			continue;
		rrcr(&h, L2);
		rrcr(&h, contacts);
		assert_ac(&h, -SITE_NO_LIMIT, 1800);
		house_step(&h, 60000);
		assert_ac(&h, -SITE_NO_LIMIT, 0);
	}
}

/* row: inverter.md "Demand response and remote power limits" exactly one */
static void wrong_contacts_are_said_once(void **state)
{
	struct house h = wired(SITE_CODE_RRCR);

	(void)state;
	rrcr(&h, L4);
	rrcr(&h, L4 | L1);
	rrcr(&h, L2 | L1);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 1);
	assert_int_equal(h.last[SITE_EVENT_CONTACTS_WRONG].figure, L4 | L1);
	rrcr(&h, L4);
	rrcr(&h, 0);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 2);
	assert_int_equal(h.last[SITE_EVENT_CONTACTS_WRONG].figure, 0);
}

/* row: inverter.md "Demand response and remote power limits" exactly one */
static void who_has_never_seen_one_contact_generates_nothing(void **state)
{
	struct house h = wired(SITE_CODE_RRCR);

	(void)state;
	rrcr(&h, L1 | L4);
	assert_ac(&h, -SITE_NO_LIMIT, 0);
	assert_int_equal(h.out.mode_next_ms, SITE_NO_TIME);
	h = wired(SITE_CODE_RRCR);
	h.now_ms = 0;
	rrcr(&h, 0);
	assert_false(h.state.gridcode.curtailed);
}

static void contacts_that_are_heard_and_wrong_are_said_to_be(void **state)
{
	struct house h = wired(SITE_CODE_RRCR);

	(void)state;
	h.in.rrcr.age_ms = SITE_NEVER;
	rrcr(&h, 0);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 0);
	h.in.rrcr.age_ms = 0;
	rrcr(&h, 0);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 1);
}

static void rrcr_contacts_that_are_not_heard_are_none(void **state)
{
	struct house h = wired(SITE_CODE_RRCR);

	(void)state;
	rrcr(&h, L4);
	h.in.rrcr.age_ms = 2001;
	house_step(&h, 1000);
	assert_ac(&h, -SITE_NO_LIMIT, SITE_NO_LIMIT);
	assert_int_equal(h.out.mode_next_ms, 59000);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_STALE], 1);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 0);
	house_step(&h, 59000);
	assert_ac(&h, -SITE_NO_LIMIT, 0);
	h.in.rrcr.age_ms = 2000;
	house_step(&h, 1000);
	assert_free(&h);
}

static void a_fifth_rrcr_contact_is_not_believed(void **state)
{
	struct house h = wired(SITE_CODE_RRCR);

	(void)state;
	rrcr(&h, L2 | 0x10);
	assert_ac(&h, -SITE_NO_LIMIT, 1800);
	rrcr(&h, 0x10);
	assert_ac(&h, -SITE_NO_LIMIT, 1800);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 1);
}

/* What the operator said meanwhile counts when the grid is back. */
static void contacts_are_followed_in_a_blackout_for_when_it_is_over(void **state)
{
	struct house h = wired(SITE_CODE_RRCR);

	(void)state;
	rrcr(&h, L4);
	house_blackout(&h, true);
	rrcr(&h, L2);
	assert_ac(&h, -SITE_NO_LIMIT, SITE_NO_LIMIT);
	rrcr(&h, 0);
	house_blackout(&h, false);
	rrcr(&h, 0);
	assert_ac(&h, -SITE_NO_LIMIT, 1800);
	assert_int_equal(h.out.mode_next_ms, 58000);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 1);
}

/* row: inverter.md "Demand response and remote power limits" cease */
static void cease_closed_generates_nothing_and_open_all(void **state)
{
	struct house h = wired(SITE_CODE_CEASE);

	(void)state;
	house_step(&h, 1000);
	assert_free(&h);
	h.in.cease.value = 1;
	house_step(&h, 1000);
	assert_ac(&h, -SITE_NO_LIMIT, 0);
	assert_battery(&h, 4000, SITE_BY_CEASE);
	assert_window(&h, 4000, SITE_BY_CEASE, 5000, SITE_BY_CLUSTER);
	h.in.cease.value = 0;
	house_step(&h, 1000);
	assert_free(&h);
}

/* row: inverter.md "Demand response and remote power limits" cease */
static void cease_that_is_not_heard_is_closed(void **state)
{
	struct house h = wired(SITE_CODE_CEASE);

	(void)state;
	h.in.cease.age_ms = 2000;
	house_step(&h, 1000);
	assert_free(&h);
	h.in.cease.age_ms = 2001;
	house_step(&h, 1000);
	assert_ac(&h, -SITE_NO_LIMIT, 0);
}

static void a_limit_counts_also_while_production_is_not_known(void **state)
{
	struct house h = wired(SITE_CODE_RRCR);

	(void)state;
	h.in.production_w.age_ms = SITE_NEVER;
	rrcr(&h, L2);
	assert_ac(&h, -SITE_NO_LIMIT, 1800);
	assert_int_equal(h.out.battery_w, 3000);
	assert_int_equal(h.out.pv_max_w, 4800);
	house_see(&h, 0, 4000);
	assert_battery(&h, 0, SITE_BY_RRCR);
	assert_int_equal(h.out.pv_max_w, 1800);
}

static void an_inverter_that_cannot_be_told_to_produce_less_is_said(void **state)
{
	struct house h = wired(SITE_CODE_CEASE);

	(void)state;
	h.config.inverter[0].curtails = false;
	h.in.battery.charge_w = 1000;
	h.in.cease.value = 1;
	house_step(&h, 1000);
	assert_int_equal(h.out.unable, SITE_CANNOT_CURTAIL);
	h.in.production_w.age_ms = SITE_NEVER;
	house_step(&h, 1000);
	assert_int_equal(h.out.unable, SITE_CANNOT_CURTAIL);
	h.in.cease.value = 0;
	house_step(&h, 1000);
	assert_int_equal(h.out.unable, 0);
}

/* 6 kW of sun, of which the battery takes 1 kW; from the third second on 4 kW. */
static struct house curtailed(void)
{
	struct house h = wired(SITE_CODE_DRM);

	house_clock(&h, 2026, 6, 10, 12, 0);
	h.in.battery.charge_w = 1000;
	h.battery_w = 1000;
	h.in.drm.value = BIT(6);
	house_see(&h, 6000, 1000);
	house_see(&h, 6000, 1000);
	house_see(&h, 6000, 1000);

	return h;
}

/* row: inverter.md "Demand response and remote power limits" DRM6 */
static void a_curtailment_is_recorded_as_proof(void **state)
{
	struct house h = curtailed();
	const struct curtailment *session = &h.state.gridcode.session;
	s64 began_s = h.in.wall_s - 2;
	unsigned int s;

	(void)state;
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 1);
	assert_int_equal(h.last[SITE_EVENT_CURTAILED].figure, 3000);
	assert_int_equal(h.out.pv_max_w, 4000);
	for (s = 0; s < 58; s++)
		house_see(&h, h.out.pv_max_w, 1000);
	assert_true(h.state.gridcode.curtailed);
	assert_int_equal(session->since_s, began_s);
	assert_int_equal(session->ms, 60000);
	assert_int_equal(session->limit_w, 3000);
	assert_int_equal(session->before_w, 5000);
	assert_int_equal(session->most_w, 3000);
	assert_int_equal(session->generated_mj, (2 * 5000 + 58 * 3000) * 1000);
	assert_true(session->measured);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 0);
}

static void the_end_of_a_curtailment_is_said_and_kept(void **state)
{
	struct house h = curtailed();

	(void)state;
	house_see(&h, 4000, 1000);
	h.in.drm.value = 0;
	house_see(&h, 4000, 1000);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 1);
	assert_int_equal(h.last[SITE_EVENT_CURTAILED_OVER].figure, 4);
	assert_int_equal(h.last[SITE_EVENT_CURTAILED_OVER].subject, 0);
	assert_false(h.state.gridcode.curtailed);
	assert_int_equal(h.state.gridcode.ended.ms, 4000);
	assert_int_equal(h.state.gridcode.ended.limit_w, 3000);
	house_see(&h, 4000, 1000);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 1);
}

/* The inverter has 5 s to follow (EN 50549-1). */
static void what_was_generated_after_5_s_is_held_against_the_limit(void **state)
{
	struct house h = curtailed();
	const struct curtailment *session = &h.state.gridcode.session;

	(void)state;
	house_see(&h, 6000, 1000);
	house_see(&h, 6000, 1000);
	house_see(&h, 4000, 1000);
	assert_int_equal(session->most_w, 3000);
	house_see(&h, 3900, 1000);
	assert_int_equal(session->most_w, 3000);
	house_see(&h, 4100, 1000);
	assert_int_equal(session->most_w, 3100);
}

static void another_limit_is_another_curtailment(void **state)
{
	struct house h = curtailed();

	(void)state;
	h.in.drm.value = BIT(7);
	house_see(&h, 4000, 1000);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 1);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 2);
	assert_int_equal(h.state.gridcode.ended.limit_w, 3000);
	assert_int_equal(h.state.gridcode.session.limit_w, 4500);
	assert_int_equal(h.state.gridcode.session.ms, 0);
	assert_int_equal(h.state.gridcode.session.before_w, 3000);
}

/* row: inverter.md "Demand response and remote power limits" DRM2 */
static void a_limit_of_drawing_is_recorded_as_negative(void **state)
{
	struct house h = wired(SITE_CODE_DRM);
	const struct curtailment *session = &h.state.gridcode.session;
	unsigned int s;

	(void)state;
	h.in.drm.value = BIT(2);
	h.battery_w = 4000;
	for (s = 0; s < 6; s++)
		house_see(&h, 0, 1000);
	h.battery_w = 2500;
	house_see(&h, 0, 1000);
	h.battery_w = 2000;
	house_see(&h, 0, 1000);
	assert_int_equal(h.last[SITE_EVENT_CURTAILED].figure, -3000);
	assert_int_equal(session->limit_w, -3000);
	assert_int_equal(session->before_w, -4000);
	assert_int_equal(session->most_w, -4000);
	assert_int_equal(session->generated_mj, 0);
}

static void the_least_of_drawing_counts_only_after_5_s(void **state)
{
	struct house h = wired(SITE_CODE_DRM);
	unsigned int s;

	(void)state;
	h.in.drm.value = BIT(2);
	h.battery_w = 4000;
	for (s = 0; s < 5; s++)
		house_see(&h, 0, 1000);
	h.battery_w = 2500;
	house_see(&h, 0, 1000);
	h.battery_w = 2000;
	house_see(&h, 0, 1000);
	assert_int_equal(h.state.gridcode.session.most_w, -2500);
}

/* Both of them are limits of 0 W. */
/* row: inverter.md "Demand response and remote power limits" DRM1 */
static void not_to_draw_is_another_curtailment_than_not_to_generate(void **state)
{
	struct house h = drm(BIT(1));
	const struct curtailment *session = &h.state.gridcode.session;
	unsigned int s;

	(void)state;
	for (s = 0; s < 6; s++)
		house_see(&h, 4000, 1000);
	assert_true(session->drawing);
	house_see(&h, 3000, 1000);
	assert_int_equal(session->most_w, 3000);
	house_see(&h, 3500, 1000);
	assert_int_equal(session->most_w, 3000);
	h.in.drm.value = BIT(5);
	house_see(&h, 3500, 1000);
	assert_false(session->drawing);
	assert_true(h.state.gridcode.ended.drawing);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 2);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 1);
}

static void a_limit_of_both_directions_is_recorded_as_one_of_generating(void **state)
{
	struct house h = drm(BIT(2) | BIT(7));

	(void)state;
	assert_false(h.state.gridcode.session.drawing);
	assert_int_equal(h.state.gridcode.session.limit_w, 4500);
}

static void what_was_not_measured_is_not_proof(void **state)
{
	struct house h = curtailed();

	(void)state;
	h.in.production_w.age_ms = SITE_NEVER;
	house_see(&h, 4000, 1000);
	assert_false(h.state.gridcode.session.measured);
	h.in.production_w.age_ms = 0;
	house_see(&h, 4000, 1000);
	assert_false(h.state.gridcode.session.measured);
	assert_int_equal(h.state.gridcode.session.generated_mj, 2 * 5000 * 1000);

	h = curtailed();
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_see(&h, 4000, 1000);
	assert_false(h.state.gridcode.session.measured);
}

static void a_curtailment_that_begins_unmeasured_stays_so(void **state)
{
	struct house h = wired(SITE_CODE_CEASE);

	(void)state;
	h.in.cease.value = 1;
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_step(&h, 1000);
	h.in.battery.battery_w.age_ms = 0;
	house_step(&h, 1000);
	assert_false(h.state.gridcode.session.measured);
	h = wired(SITE_CODE_CEASE);
	h.in.cease.value = 1;
	h.in.production_w.age_ms = SITE_NEVER;
	house_step(&h, 1000);
	assert_false(h.state.gridcode.session.measured);
}

static void a_blackout_ends_a_curtailment(void **state)
{
	struct house h = curtailed();

	(void)state;
	house_blackout(&h, true);
	house_step(&h, 1000);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 1);
	house_blackout(&h, false);
	house_step(&h, 1000);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 2);
}

/* Whoever starts cellard has no curtailment in the records for it. */
static void until_contacts_are_heard_the_worst_is_obeyed_and_is_no_curtailment(void **state)
{
	static const u8 codes[] = { SITE_CODE_DRM, SITE_CODE_RRCR, SITE_CODE_CEASE };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		struct house h = wired(codes[i]);

		h.in.rrcr.value = L4;
		h.in.drm.age_ms = SITE_NEVER;
		h.in.rrcr.age_ms = SITE_NEVER;
		h.in.cease.age_ms = SITE_NEVER;
		house_step(&h, 1000);
		assert_int_equal(h.out.ac_max_w, 0);
		house_step(&h, 1000);
		assert_int_equal(h.out.ac_max_w, 0);
		assert_int_equal(h.events[SITE_EVENT_CONTACTS_STALE], 1);
		assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], 0);
		assert_int_equal(h.events[SITE_EVENT_CURTAILED], 0);
		assert_false(h.state.gridcode.curtailed);
		h.in.drm.age_ms = 0;
		h.in.rrcr.age_ms = 0;
		h.in.cease.age_ms = 0;
		house_step(&h, 1000);
		assert_free(&h);
		assert_int_equal(h.events[SITE_EVENT_CONTACTS_STALE], 1);
		assert_int_equal(h.events[SITE_EVENT_CONTACTS_BACK], 1);
		assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 0);
	}
}

static void contacts_that_nobody_asks_for_are_not_missed(void **state)
{
	struct house h = wired(SITE_CODE_NONE);

	(void)state;
	h.in.drm.age_ms = SITE_NEVER;
	h.in.rrcr.age_ms = SITE_NEVER;
	h.in.cease.age_ms = SITE_NEVER;
	house_step(&h, 1000);
	assert_int_equal(h.out.events, 0);
}

static void a_curtailment_ends_when_nothing_is_heard_of_its_contacts(void **state)
{
	struct house h = curtailed();

	(void)state;
	h.in.drm.age_ms = 2001;
	house_see(&h, 4000, 1000);
	assert_ac(&h, 0, 0);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 1);
	assert_int_equal(h.state.gridcode.ended.limit_w, 3000);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 1);
	h.in.drm.age_ms = 0;
	house_see(&h, 4000, 1000);
	assert_int_equal(h.events[SITE_EVENT_CONTACTS_BACK], 1);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 2);
	assert_int_equal(h.state.gridcode.session.limit_w, 3000);
}

/* The last valid contact is its word for as long as that counts; what is assumed then is not. */
static void a_curtailment_by_rrcr_lasts_as_long_as_its_contact_counts(void **state)
{
	bool heard = false;

	(void)state;
	do {
		struct house h = wired(SITE_CODE_RRCR);

		rrcr(&h, L3);
		h.in.rrcr.age_ms = heard ? 0 : SITE_NEVER;
		rrcr(&h, 0);
		house_step(&h, 58000);
		assert_true(h.state.gridcode.curtailed);
		assert_int_equal(h.state.gridcode.session.limit_w, 3600);
		house_step(&h, 1000);
		assert_ac(&h, -SITE_NO_LIMIT, 0);
		assert_false(h.state.gridcode.curtailed);
		assert_int_equal(h.events[SITE_EVENT_CURTAILED], 1);
		assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 1);
		assert_int_equal(h.events[SITE_EVENT_CONTACTS_WRONG], heard);
		assert_int_equal(h.events[SITE_EVENT_CONTACTS_STALE], !heard);
		heard = !heard;
	} while (heard);
}

/* row: inverter.md "Demand response and remote power limits" shared contacts */
static void a_curtailment_by_a_contact_of_two_modes_is_of_the_direction_that_there_is(void **state)
{
	struct house h = wired(SITE_CODE_DRM);
	const struct curtailment *session = &h.state.gridcode.session;

	(void)state;
	h.in.drm.value = BIT(3) | BIT(7);
	h.battery_w = 1000;
	house_see(&h, 0, 1000);
	assert_true(session->drawing);
	assert_int_equal(session->limit_w, -4500);
	assert_int_equal(session->before_w, -1000);

	/* what is hardly any power has no direction */
	h.battery_w = -99;
	house_see(&h, 0, 1000);
	assert_true(session->drawing);
	h.battery_w = -100;
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_see(&h, 1000, 1000);
	assert_true(session->drawing);
	h.in.battery.battery_w.age_ms = 0;
	house_see(&h, 0, 1000);
	assert_false(session->drawing);
	assert_int_equal(session->limit_w, 4500);
	assert_true(h.state.gridcode.ended.drawing);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 2);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED_OVER], 1);
	h.battery_w = 99;
	house_see(&h, 0, 1000);
	assert_false(session->drawing);
	h.battery_w = 100;
	house_see(&h, 0, 1000);
	assert_true(session->drawing);
	assert_int_equal(h.events[SITE_EVENT_CURTAILED], 3);
}

static void a_small_power_has_a_direction_when_a_curtailment_begins(void **state)
{
	struct house h = wired(SITE_CODE_DRM);

	(void)state;
	h.in.drm.value = BIT(1) | BIT(5);
	h.battery_w = 1;
	house_see(&h, 0, 1000);
	assert_true(h.state.gridcode.session.drawing);
	h = wired(SITE_CODE_DRM);
	h.in.drm.value = BIT(1) | BIT(5);
	house_see(&h, 0, 1000);
	assert_false(h.state.gridcode.session.drawing);
	h = wired(SITE_CODE_DRM);
	h.in.drm.value = BIT(1) | BIT(5);
	h.battery_w = 1000;
	h.in.production_w.age_ms = SITE_NEVER;
	house_see(&h, 0, 1000);
	assert_false(h.state.gridcode.session.drawing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_mode_nothing_is_limited),
		cmocka_unit_test(drm0_disconnects),
		cmocka_unit_test(drm1_does_not_consume),
		cmocka_unit_test(drm2_consumes_at_most_half),
		cmocka_unit_test(drm3_consumes_at_most_three_quarters),
		cmocka_unit_test(drm4_consumes_more),
		cmocka_unit_test(drm4_and_drm8_are_named_where_nothing_else_limits),
		cmocka_unit_test(drm4_consumes_no_more_than_the_contract),
		cmocka_unit_test(drm5_does_not_generate),
		cmocka_unit_test(drm5_with_a_full_battery_nothing_is_produced),
		cmocka_unit_test(drm6_generates_at_most_half),
		cmocka_unit_test(drm7_generates_at_most_three_quarters),
		cmocka_unit_test(drm8_generates_more),
		cmocka_unit_test(drm8_feeds_in_no_more_than_is_allowed),
		cmocka_unit_test(the_battery_is_not_discharged_above_the_limit),
		cmocka_unit_test(a_contact_of_two_modes_limits_the_direction_that_there_is),
		cmocka_unit_test(drm4_and_8_on_one_contact_push_on_where_power_goes),
		cmocka_unit_test(a_mode_alone_does_not_ask_for_the_direction),
		cmocka_unit_test(of_several_modes_the_hardest_counts),
		cmocka_unit_test(drm0_is_above_every_other_mode),
		cmocka_unit_test(a_wish_for_more_does_not_count_while_another_mode_limits),
		cmocka_unit_test(contacts_that_no_mode_has_are_not_believed),
		cmocka_unit_test(a_mode_is_held_while_its_contact_is_closed_and_no_longer),
		cmocka_unit_test(the_step_that_sees_a_contact_obeys_it),
		cmocka_unit_test(drm_contacts_of_which_nothing_is_heard_for_2_s_mean_the_hardest),
		cmocka_unit_test(a_rule_does_not_charge_from_the_grid_under_drm1),
		cmocka_unit_test(off_the_grid_there_is_nobody_to_obey),
		cmocka_unit_test(contacts_of_a_code_that_is_not_wired_do_nothing),
		cmocka_unit_test(rrcr_l1_generates_nothing),
		cmocka_unit_test(rrcr_l2_generates_30_percent),
		cmocka_unit_test(rrcr_l3_generates_60_percent),
		cmocka_unit_test(rrcr_l4_generates_as_it_likes),
		cmocka_unit_test(with_no_contact_the_last_one_counts_for_a_minute),
		cmocka_unit_test(with_several_contacts_the_last_one_counts_for_a_minute),
		cmocka_unit_test(wrong_contacts_are_said_once),
		cmocka_unit_test(who_has_never_seen_one_contact_generates_nothing),
		cmocka_unit_test(contacts_that_are_heard_and_wrong_are_said_to_be),
		cmocka_unit_test(rrcr_contacts_that_are_not_heard_are_none),
		cmocka_unit_test(a_fifth_rrcr_contact_is_not_believed),
		cmocka_unit_test(contacts_are_followed_in_a_blackout_for_when_it_is_over),
		cmocka_unit_test(cease_closed_generates_nothing_and_open_all),
		cmocka_unit_test(cease_that_is_not_heard_is_closed),
		cmocka_unit_test(a_limit_counts_also_while_production_is_not_known),
		cmocka_unit_test(an_inverter_that_cannot_be_told_to_produce_less_is_said),
		cmocka_unit_test(a_curtailment_is_recorded_as_proof),
		cmocka_unit_test(the_end_of_a_curtailment_is_said_and_kept),
		cmocka_unit_test(what_was_generated_after_5_s_is_held_against_the_limit),
		cmocka_unit_test(another_limit_is_another_curtailment),
		cmocka_unit_test(a_limit_of_drawing_is_recorded_as_negative),
		cmocka_unit_test(the_least_of_drawing_counts_only_after_5_s),
		cmocka_unit_test(not_to_draw_is_another_curtailment_than_not_to_generate),
		cmocka_unit_test(a_limit_of_both_directions_is_recorded_as_one_of_generating),
		cmocka_unit_test(what_was_not_measured_is_not_proof),
		cmocka_unit_test(a_curtailment_that_begins_unmeasured_stays_so),
		cmocka_unit_test(a_blackout_ends_a_curtailment),
		cmocka_unit_test(until_contacts_are_heard_the_worst_is_obeyed_and_is_no_curtailment),
		cmocka_unit_test(contacts_that_nobody_asks_for_are_not_missed),
		cmocka_unit_test(a_curtailment_ends_when_nothing_is_heard_of_its_contacts),
		cmocka_unit_test(a_curtailment_by_rrcr_lasts_as_long_as_its_contact_counts),
		cmocka_unit_test(a_curtailment_by_a_contact_of_two_modes_is_of_the_direction_that_there_is),
		cmocka_unit_test(a_small_power_has_a_direction_when_a_curtailment_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
