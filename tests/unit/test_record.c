// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of the batteries and the house becomes rows of the history, and what of the energies.
 */
#include "plant_rig.h"

#include "../../userspace/cellard/history_energy.h"
#include "../../userspace/cellard/record.h"

#include <stdlib.h>

#define WALL_S	1767225600	/* a full minute */

/* @text: of each row that was added, "table time|" and the columns that a test wants */
static struct {
	char text[8192];
	unsigned int rows;
	u8 table, columns[6];
} seen;

/* Rows of @table, with these columns. */
static void look_at(u8 table, const u8 *columns)
{
	memset(&seen, 0, sizeof(seen));
	seen.table = table;
	for (size_t i = 0; i < ARRAY_SIZE(seen.columns) && columns[i]; i++)
		seen.columns[i] = columns[i];
}

#define LOOK_AT(table, ...)	look_at(table, (const u8[7]){ __VA_ARGS__ })

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void put(const char *format, ...)
{
	size_t n = strlen(seen.text);
	va_list args;

	va_start(args, format);
	vsnprintf(seen.text + n, sizeof(seen.text) - n, format, args);
	va_end(args);
}

static void add(void *user, const struct history_row *row, u64 now_ms)
{
	const struct history_table *table = &history_tables[row->table];

	(void)user, (void)now_ms;
	if (row->table != seen.table)
		return;
	seen.rows++;
	if (row->value[0].number == HISTORY_NOTHING)
		put("?");
	else
		put("%lld", (long long)row->value[0].number -
		    (table->column[0].type == HISTORY_DAY ? 0 : WALL_S));
	for (size_t i = 0; i < ARRAY_SIZE(seen.columns) && seen.columns[i]; i++) {
		const union history_value *v = &row->value[seen.columns[i]];

		if (history_is_text(&table->column[seen.columns[i]]))
			put(" %s", v->text ? v->text : "-");
		else if (v->number == HISTORY_NOTHING)
			put(" -");
		else
			put(" %lld", (long long)v->number -
			    (table->column[seen.columns[i]].type == HISTORY_TIME ? WALL_S : 0));
	}
	put("|");
}

static const struct record_hooks hooks = { .add = add };

/* A house of which each step is as a test wants it, around four packs. */
struct stage {
	struct plant_rig rig;
	struct config config;
	struct house house;
	struct record *record;
	s64 wall_s;
};

static struct stage *open_stage(void)
{
	struct stage *s = calloc(1, sizeof(*s));
	struct site_config *site = &s->config.house.site;

	plant_rig_new(&s->rig, &s->config, 4);
	site_defaults(site);
	s->config.house.given = true;
	site->chargers = 1;
	site_charger_defaults(&site->charger[0], "garage");
	site->outputs = 1;
	site_output_defaults(&site->output[0], "boiler");
	site->grid_code = SITE_CODE_RRCR;
	snprintf(s->config.card[1].name, sizeof(s->config.card[1].name), "anna");
	s->config.cards = 2;
	s->house.config = &s->config;
	s->house.plant = s->rig.plant;
	site_inputs_clear(&s->house.inputs);
	s->wall_s = WALL_S;
	assert_int_equal(record_new(&s->record, &hooks, s), 0);

	return s;
}

static void close_stage(struct stage *s)
{
	record_free(s->record);
	plant_free(s->rig.plant);
	free(s);
}

static void run(struct stage *s, unsigned int seconds)
{
	while (seconds--) {
		plant_rig_run(&s->rig, 1);
		record_step(s->record, s->rig.plant, &s->house, s->rig.now, s->wall_s);
		s->wall_s += !!s->wall_s;
	}
}

static void flow(struct stage *s, enum site_flow of, s32 w)
{
	s->house.out.flow_w[of] = w;
	s->house.out.flows_known |= (u32)BIT(of);
}

static void a_minute_is_the_mean_of_its_steps(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_FLOWS, FLOWS_SECONDS, FLOWS_PV, FLOWS_GRID, FLOWS_LOAD);
	flow(s, SITE_FLOW_PV, 1000);
	flow(s, SITE_FLOW_GRID, -300);
	run(s, 31);
	flow(s, SITE_FLOW_PV, 3000);
	run(s, 29);
	assert_int_equal(seen.rows, 0);
	run(s, 1);
	/* the first step had no time before it */
	assert_string_equal(seen.text, "0 59 1983 -300 -|");
	run(s, 60);
	assert_string_equal(seen.text, "0 59 1983 -300 -|60 60 3000 -300 -|");
	/* three quarters of a second are one */
	seen.text[0] = '\0';
	s->rig.now -= 250;
	run(s, 60);
	assert_string_equal(seen.text, "120 60 3000 -300 -|");
	close_stage(s);
}

static void minutes_are_those_of_a_watch(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_FLOWS, FLOWS_SECONDS);
	s->wall_s = WALL_S + 50;
	run(s, 75);
	assert_string_equal(seen.text, "0 9|60 60|");
	record_end(s->record, s->rig.now, s->wall_s);
	assert_string_equal(seen.text, "0 9|60 60|120 5|");
	close_stage(s);
}

static void without_a_clock_a_minute_has_60_seconds_and_no_time(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_FLOWS, FLOWS_SECONDS);
	s->wall_s = 0;
	run(s, 121);
	assert_string_equal(seen.text, "? 59|? 60|");
	/* when it is set another one begins */
	s->wall_s = WALL_S + 30;
	run(s, 40);
	assert_string_equal(seen.text, "? 59|? 60|? 1|0 30|");
	close_stage(s);
}

static void a_clock_that_is_set_back_begins_another_minute(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_FLOWS, FLOWS_SECONDS);
	run(s, 30);
	s->wall_s = WALL_S - 3600;
	run(s, 61);
	assert_string_equal(seen.text, "0 29|-3600 60|");
	close_stage(s);
}

static void a_step_after_a_sleep_counts_for_five_seconds(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_FLOWS, FLOWS_SECONDS);
	run(s, 10);
	s->rig.now += 3600000;
	run(s, 20);
	record_end(s->record, s->rig.now, s->wall_s);
	assert_string_equal(seen.text, "0 33|");
	close_stage(s);
}

static void bounds_are_the_narrowest_of_the_minute_with_who_set_them(void **state)
{
	struct stage *s = open_stage();
	struct site_outputs *out = &s->house.out;

	(void)state;
	LOOK_AT(HISTORY_FLOWS, FLOWS_BATTERY_MAX, FLOWS_BATTERY_MAX_BY, FLOWS_GRID_MIN,
		FLOWS_GRID_MIN_BY, FLOWS_LIMITED_BY, FLOWS_MODE);
	out->battery_max_w = 5000;
	out->battery_max_winner = SITE_BY_CLUSTER;
	out->grid_min_w = -3000;
	out->grid_min_winner = SITE_BY_CONTRACT;
	out->mode = SITE_CHARGING;
	run(s, 20);
	out->battery_max_w = 400;
	out->battery_max_winner = SITE_BY_CONTRACT;
	out->limited_by = SITE_BY_CONTRACT;
	run(s, 1);
	out->battery_max_w = 4000;
	out->battery_max_winner = SITE_BY_INVERTER;
	out->mode = SITE_STANDBY;
	run(s, 1);
	out->battery_max_w = SITE_NO_LIMIT;
	out->grid_min_winner = SITE_NOBODY;
	run(s, 39);
	assert_string_equal(seen.text, "0 400 contract -3000 contract contract standby|");
	/* nobody's bound is none */
	seen.text[0] = '\0';
	out->battery_max_winner = SITE_NOBODY;
	out->battery_max_w = 7;
	out->limited_by = SITE_NOBODY;
	run(s, 119);
	seen.text[0] = '\0';
	run(s, 1);
	assert_string_equal(seen.text, "120 - - - - - standby|");
	close_stage(s);
}

static void charge_left_is_only_that_of_a_battery_that_speaks(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_FLOWS, FLOWS_SOC);
	s->house.inputs.battery.soc_centi = 4321;
	run(s, 61);
	s->house.inputs.battery.age_ms = 0;
	run(s, 60);
	assert_string_equal(seen.text, "0 -|60 4321|");
	close_stage(s);
}

static void limits_have_the_term_that_decides_them(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_LIMITS, LIMITS_OF, LIMITS_CHARGE, LIMITS_CHARGE_BY, LIMITS_DISCHARGE,
		LIMITS_DISCHARGE_BY, LIMITS_CHARGE_LEFT);
	s->config.house.given = false;
	run(s, 61);
	/* at first they are not known; 0 is the least */
	assert_string_equal(seen.text, "0 cellar0 0 stale 0 stale 5000|");
	LOOK_AT(HISTORY_LIMITS, LIMITS_OF, LIMITS_CHARGE, LIMITS_CHARGE_BY, LIMITS_SECONDS);
	run(s, 60);
	assert_non_null(strstr(seen.text, "60 cellar0 "));
	assert_null(strstr(seen.text, "stale"));
	assert_non_null(strstr(seen.text, " 60|"));
	assert_int_equal(seen.rows, 1);
	close_stage(s);
}

static void a_house_without_a_section_has_no_flows(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_FLOWS, FLOWS_SECONDS);
	s->config.house.given = false;
	run(s, 130);
	assert_int_equal(seen.rows, 0);
	close_stage(s);
}

static void session(struct stage *s, bool runs, u32 seconds, u32 wh)
{
	struct site_charger_outputs *out = &s->house.out.charger[0];

	out->in_session = runs;
	out->session_s = seconds;
	out->session_wh = wh;
	out->strategy = SITE_ECOLOGICAL_PURE;
	out->state = runs ? SITE_CHARGER_CHARGING : SITE_CHARGER_FREE;
}

static void a_session_is_told_when_it_begins_each_minute_and_when_it_ends(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_SESSIONS, INTERVAL_OF, INTERVAL_END, INTERVAL_STATE, SESSIONS_ENERGY,
		SESSIONS_STRATEGY, SESSIONS_CARD);
	run(s, 10);
	session(s, true, 4, 0);
	s->house.state.charger[0].card = 2;
	run(s, 1);
	assert_string_equal(seen.text, "6 garage 10 running 0 ecological-pure anna|");
	session(s, true, 30, 100);
	run(s, 49);
	seen.text[0] = '\0';
	run(s, 1);
	assert_string_equal(seen.text, "6 garage 60 running 100 ecological-pure anna|");
	session(s, true, 90, 200);
	run(s, 20);
	seen.text[0] = '\0';
	session(s, false, 91, 222);
	s->house.state.charger[0].card = 0;
	run(s, 1);
	assert_string_equal(seen.text, "6 garage 81 ended 222 ecological-pure anna|");
	run(s, 200);
	assert_string_equal(seen.text, "6 garage 81 ended 222 ecological-pure anna|");
	seen.text[0] = '\0';
	session(s, true, 0, 0);
	run(s, 1);
	assert_string_equal(seen.text, "282 garage 282 running 0 ecological-pure -|");
	seen.text[0] = '\0';
	record_end(s->record, s->rig.now, s->wall_s);
	assert_string_equal(seen.text, "282 garage 283 cut 0 ecological-pure -|");
	close_stage(s);
}

static void a_charger_with_another_name_is_another_session(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_SESSIONS, INTERVAL_OF, INTERVAL_STATE);
	session(s, true, 0, 5);
	run(s, 3);
	snprintf(s->config.house.site.charger[0].name, SITE_NAME_SIZE, "street");
	run(s, 1);
	assert_string_equal(seen.text, "0 garage running|0 garage ended|1 street running|");
	s->config.house.site.chargers = 0;
	run(s, 1);
	assert_string_equal(seen.text, "0 garage running|0 garage ended|1 street running|"
			    "1 street ended|");
	close_stage(s);
}

static void minutes_of_charging_are_those_of_a_session(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_CHARGING, CHARGING_CHARGER, CHARGING_SECONDS, CHARGING_POWER,
		CHARGING_CURRENT, CHARGING_CURRENT_BY, CHARGING_STATE);
	run(s, 60);
	session(s, true, 0, 0);
	s->house.out.charger[0].current_ma = 16000;
	s->house.out.charger[0].winner = SITE_BY_CABLE;
	s->house.inputs.charger[0].power_w = (struct site_value){ 3680, 100 };
	run(s, 30);
	session(s, false, 0, 0);
	run(s, 100);
	assert_string_equal(seen.text, "60 garage 30 3680 16000 cable charging|");
	close_stage(s);
}

static void an_output_is_told_while_it_is_closed(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_SWITCHED, INTERVAL_OF, INTERVAL_END, INTERVAL_STATE);
	run(s, 5);
	s->house.out.output[0].closed = true;
	s->house.state.output[0].switched = true;
	s->house.state.output[0].switched_ms = s->rig.now;
	run(s, 10);
	s->house.out.output[0].closed = false;
	run(s, 100);
	assert_string_equal(seen.text, "4 boiler 5 running|4 boiler 15 ended|");
	close_stage(s);
}

static void curtail(struct stage *s, s32 limit_w, s64 since_s)
{
	struct gridcode *code = &s->house.state.gridcode;

	if (code->curtailed)
		code->ended = code->session;
	code->curtailed = since_s;
	code->session = (struct curtailment){
		.since_s = since_s, .limit_w = limit_w, .measured = true, .before_w = 5000,
		.most_w = limit_w, .generated_mj = 360000000,
	};
}

static void a_curtailment_is_kept_as_proof(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_CURTAILMENTS, INTERVAL_OF, INTERVAL_END, INTERVAL_STATE,
		CURTAILMENTS_LIMIT, CURTAILMENTS_BEFORE, CURTAILMENTS_MOST);
	run(s, 5);
	curtail(s, 3000, s->wall_s);
	run(s, 20);
	s->house.state.gridcode.session.most_w = 2500;
	/* another limit is another curtailment, even in the same second */
	curtail(s, 0, s->wall_s);
	run(s, 1);
	curtail(s, 0, 0);
	run(s, 1);
	run(s, 100);
	assert_string_equal(seen.text, "5 rrcr 5 running 3000 5000 3000|"
			    "5 rrcr 25 ended 3000 5000 2500|25 rrcr 25 running 0 5000 0|"
			    "25 rrcr 26 ended 0 5000 0|");
	LOOK_AT(HISTORY_CURTAILMENTS, INTERVAL_STATE, CURTAILMENTS_BEFORE, CURTAILMENTS_GENERATED);
	curtail(s, 10, s->wall_s);
	s->house.state.gridcode.session.measured = false;
	run(s, 1);
	assert_string_equal(seen.text, "127 running - -|");
	close_stage(s);
}

/* DRM5 and DRM1 are both 0 W. */
static void nothing_generated_is_another_curtailment_than_nothing_drawn(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_CURTAILMENTS, INTERVAL_STATE, CURTAILMENTS_DIRECTION, CURTAILMENTS_LIMIT);
	curtail(s, 0, WALL_S);
	run(s, 1);
	curtail(s, 0, WALL_S);
	s->house.state.gridcode.session.drawing = true;
	run(s, 1);
	assert_string_equal(seen.text, "0 running generating 0|0 ended generating 0|"
			    "1 running drawing 0|");
	close_stage(s);
}

static void two_in_one_second_are_two(void **state)
{
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_CURTAILMENTS, INTERVAL_STATE, CURTAILMENTS_LIMIT);
	curtail(s, 3000, WALL_S);
	run(s, 1);
	s->wall_s = WALL_S;
	curtail(s, 2000, WALL_S);
	run(s, 1);
	assert_string_equal(seen.text, "0 running 3000|0 ended 3000|1 running 2000|");
	close_stage(s);
}

static void an_event_is_kept_as_it_was_said(void **state)
{
	struct event event = { .sequence = 7, .wall_s = WALL_S + 3, .now_ms = 5, .code = "x",
			       .subject = "S1", .words = "it is so" };
	struct stage *s = open_stage();

	(void)state;
	LOOK_AT(HISTORY_EVENTS, EVENTS_SEQUENCE, EVENTS_CODE, EVENTS_SUBJECT, EVENTS_WORDS);
	record_event(s->record, &event);
	event.wall_s = 0;
	record_event(s->record, &event);
	assert_string_equal(seen.text, "3 7 x S1 it is so|? 7 x S1 it is so|");
	close_stage(s);
}

/* Energies ------------------------------------------------------------------------ */

static void add_day(void *user, const struct history_row *row)
{
	(void)user;
	add(NULL, row, 0);
}

static void flow_for(struct energy *energy, u32 s, s64 local_s)
{
	struct energy_flow f = { .known = 1 << ENERGY_PV };

	f.w[ENERGY_PV] = 1;
	for (u32 i = 0; i < s; i++)
		energy_step(energy, &f, 1000, local_s + i);
}

#define DAY(n)	((s64)(n) * 86400)
#define PV_GAP	(1 + ENERGY_KINDS + ENERGY_IMPORT)

static void a_day_is_told_as_it_grows(void **state)
{
	struct history_days days;
	struct energy energy;

	(void)state;
	LOOK_AT(HISTORY_ENERGY, 1, PV_GAP);
	energy_start(&energy);
	history_days_start(&days, &energy);
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "");
	flow_for(&energy, 10, DAY(20) + 3600);
	history_days_step(&days, &energy, false, add_day, NULL);
	assert_string_equal(seen.text, "");
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "20 10000 10000|");
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "20 10000 10000|");
	flow_for(&energy, 5, DAY(20) + 3700);
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "20 10000 10000|20 5000 5000|");
}

static void midnight_is_told_at_once_and_nothing_is_lost(void **state)
{
	struct history_days days;
	struct energy energy;

	(void)state;
	LOOK_AT(HISTORY_ENERGY, 1);
	energy_start(&energy);
	history_days_start(&days, &energy);
	flow_for(&energy, 10, DAY(20) + 3600);
	history_days_step(&days, &energy, true, add_day, NULL);
	for (s64 t = DAY(21) - 5; t < DAY(21) + 5; t++) {
		flow_for(&energy, 1, t);
		history_days_step(&days, &energy, false, add_day, NULL);
	}
	/* the second that ends at midnight is of the day that ends */
	assert_string_equal(seen.text, "20 10000|20 6000|");
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "20 10000|20 6000|21 4000|");
}

/* An hour of the clock set back over midnight, and forward again. */
static void a_day_that_comes_back_is_added_to(void **state)
{
	struct history_days days;
	struct energy energy;

	(void)state;
	LOOK_AT(HISTORY_ENERGY, 1);
	energy_start(&energy);
	history_days_start(&days, &energy);
	flow_for(&energy, 10, DAY(21) + 60);
	history_days_step(&days, &energy, true, add_day, NULL);
	flow_for(&energy, 3, DAY(20) + 80000);
	history_days_step(&days, &energy, true, add_day, NULL);
	flow_for(&energy, 4, DAY(21) + 80);
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "21 10000|20 3000|21 4000|");
}

static void several_midnights_in_one_step_lose_nothing_of_the_last(void **state)
{
	struct history_days days;
	struct energy energy;

	(void)state;
	LOOK_AT(HISTORY_ENERGY, 1);
	energy_start(&energy);
	history_days_start(&days, &energy);
	flow_for(&energy, 2, DAY(20));
	history_days_step(&days, &energy, true, add_day, NULL);
	flow_for(&energy, 5, DAY(21));
	flow_for(&energy, 3, DAY(22));
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "20 2000|21 5000|22 2000|");
}

static void sums_come_back_exactly(void **state)
{
	u8 bytes[HISTORY_ENERGY_SIZE];
	const u8 *at = bytes, *end;
	struct energy energy, back;
	struct history_row row;
	s64 wall_s = 0;

	(void)state;
	srandom(3);
	energy_start(&energy);
	for (unsigned int p = 0; p < ENERGY_PERIODS; p++)
		for (unsigned int k = 0; k < ENERGY_KINDS; k++) {
			energy.sum[p].mj[k] = (u64)random() << 20 | (u64)random();
			energy.sum[p].gap_ms[k] = (u64)random();
		}
	energy.day = 20454;
	energy.begun = true;
	end = bytes + history_energy_put(&energy, WALL_S, bytes, sizeof(bytes));
	energy_start(&back);
	while (rows_take(&at, end, &row))
		history_energy_take(&back, &wall_s, &row);
	assert_int_equal(wall_s, WALL_S);
	assert_memory_equal(back.sum, energy.sum, sizeof(energy.sum));
	assert_int_equal(back.day, 20454);
	assert_true(back.begun);

	/* nobody knows the time yet: only life has counted */
	energy.begun = false;
	at = bytes;
	end = bytes + history_energy_put(&energy, 0, bytes, sizeof(bytes));
	energy_start(&back);
	while (rows_take(&at, end, &row))
		history_energy_take(&back, &wall_s, &row);
	assert_false(back.begun);
	assert_int_equal(wall_s, 0);
	assert_true(history_energy_is_later(&energy, &back));
	back.sum[ENERGY_LIFE].mj[ENERGY_CARS]++;
	assert_false(history_energy_is_later(&energy, &back));
	assert_true(history_energy_is_later(&back, &energy));
}

/* What was written is behind what is known by other means, or ahead of it. */
static void days_go_on_from_what_is_written(void **state)
{
	struct history_days days;
	struct energy energy, written;

	(void)state;
	LOOK_AT(HISTORY_ENERGY, 1);
	energy_start(&energy);
	flow_for(&energy, 10, DAY(20));
	written = energy;
	flow_for(&energy, 600, DAY(20) + 10);
	history_days_start(&days, &written);
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "20 600000|");
	/* written yesterday */
	flow_for(&energy, 7, DAY(21) + 3);
	energy.days_ended = written.days_ended;
	history_days_start(&days, &written);
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "20 600000|21 7000|");
	flow_for(&energy, 5000, DAY(21) + 10);
	history_days_start(&days, &written);
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "20 600000|21 7000|21 5007000|");
	/* the day of which more was written has begun anew since */
	LOOK_AT(HISTORY_ENERGY, 1);
	history_days_start(&days, &energy);
	energy.sum[ENERGY_TODAY] = written.sum[ENERGY_TODAY];
	history_days_step(&days, &energy, true, add_day, NULL);
	assert_string_equal(seen.text, "21 10000|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_minute_is_the_mean_of_its_steps),
		cmocka_unit_test(minutes_are_those_of_a_watch),
		cmocka_unit_test(without_a_clock_a_minute_has_60_seconds_and_no_time),
		cmocka_unit_test(a_clock_that_is_set_back_begins_another_minute),
		cmocka_unit_test(a_step_after_a_sleep_counts_for_five_seconds),
		cmocka_unit_test(bounds_are_the_narrowest_of_the_minute_with_who_set_them),
		cmocka_unit_test(charge_left_is_only_that_of_a_battery_that_speaks),
		cmocka_unit_test(limits_have_the_term_that_decides_them),
		cmocka_unit_test(a_house_without_a_section_has_no_flows),
		cmocka_unit_test(a_session_is_told_when_it_begins_each_minute_and_when_it_ends),
		cmocka_unit_test(a_charger_with_another_name_is_another_session),
		cmocka_unit_test(minutes_of_charging_are_those_of_a_session),
		cmocka_unit_test(an_output_is_told_while_it_is_closed),
		cmocka_unit_test(a_curtailment_is_kept_as_proof),
		cmocka_unit_test(nothing_generated_is_another_curtailment_than_nothing_drawn),
		cmocka_unit_test(two_in_one_second_are_two),
		cmocka_unit_test(an_event_is_kept_as_it_was_said),
		cmocka_unit_test(a_day_is_told_as_it_grows),
		cmocka_unit_test(midnight_is_told_at_once_and_nothing_is_lost),
		cmocka_unit_test(a_day_that_comes_back_is_added_to),
		cmocka_unit_test(several_midnights_in_one_step_lose_nothing_of_the_last),
		cmocka_unit_test(sums_come_back_exactly),
		cmocka_unit_test(days_go_on_from_what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
