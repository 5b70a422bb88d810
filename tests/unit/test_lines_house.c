// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between Modbus lines and the house: what of meters, inverters and wallboxes it is told, how
 * old that is, and what it tells them.
 */
#include "lines_wire.h"
#include "plant_rig.h"

#include "../../userspace/cellard/lines_house.h"

#define LINE		"[line a]\nhost = a\n"
#define GRID		"[meter grid]\nline = a\naddress = 1\nkind = dtsu666\n"
#define SHED		"[meter shed]\nline = a\naddress = 2\nkind = dtsu666\nrole = production\n"
#define BARN		"[meter barn]\nline = a\naddress = 3\nkind = dtsu666\nrole = production\n"
#define ROOF		"[inverter roof]\nline = a\naddress = 4\nmap = sofar-g3\n" \
			"rated_w = 5000\nbattery_w = 3000\n"
#define LOFT		"[inverter loft]\nline = a\naddress = 5\nmap = sofar-g3\n" \
			"rated_w = 5000\nbattery_w = 3000\n"
#define GUEST		"map = sofar-g3\ninterface = can0\nprotocol = pylontech\n"
#define BOX		"[charger garage]\nline = a\naddress = 6\n" \
			"profile = userspace/wallboxes/heidelberg.conf\n"
#define ONE		"[site]\nplant = free\nphases = 1\ncontrol = set-points\n"
#define THREE		"[site]\nplant = free\nphases = 3\ncontrol = set-points\n"
#define BY_METERS	"exchange = meter\nproduction = meter\n"
#define BY_ONE_METER	"exchange = meter\nproduction = none\n"
#define BY_INVERTERS	"exchange = inverter\nproduction = inverter\n"

static struct config config;
static struct plant_rig plant;
static struct house *house;

static void begin(void **state, const char *text, unsigned int packs)
{
	must_load(*state, &config, text);
	wire_start(&config);
	plant_rig_new(&plant, &config, packs);
	plant_rig_run(&plant, packs ? 70 : 0);
	assert_int_equal(house_new(&house, plant.plant, &config, NULL), 0);
}

static void end(void)
{
	house_free(house);
	plant_free(plant.plant);
	wire_free();
}

/* As a meter has it, > 0 forward; the sum, and its phases if it says them. */
static void measure(unsigned int i, s64 mw, const s64 *phases, u64 at_ms)
{
	struct meter *m = &wire.lines->meter[i].meter;

	m->state = METER_WELL;
	m->reading.at_ms = at_ms;
	m->reading.number[METER_W] = mw;
	m->reading.known |= METER_BIT(METER_W);
	for (unsigned int phase = 0; phases && phase < METER_PHASES; phase++) {
		m->reading.number[METER_W_1 + phase] = phases[phase];
		m->reading.known |= METER_BIT(METER_W_1 + phase);
	}
}

static void hears(enum house_figure figure, s32 value, u64 at_ms)
{
	assert_true(house->heard[figure].known);
	assert_int_equal(house->heard[figure].value, value);
	assert_int_equal(house->heard[figure].at_ms, at_ms);
}

static void tell(void)
{
	lines_tell(wire.lines, house, wire.now_ms);
}

static void a_house_of_one_phase_hears_the_sum_of_its_meter(void **state)
{
	static const s64 phases[] = { 1000000, 2000000, 3000000 };
	static const struct {
		s64 mw;
		s32 watts;
	} rows[] = {
		{ 1234499, -1234 }, { 1234500, -1235 }, { -1234499, 1234 }, { -1234500, 1235 },
		{ 499, 0 }, { -499, 0 }, { 0, 0 },
	};

	begin(state, ONE BY_METERS LINE GRID SHED, 0);
	tell();
	assert_false(house->heard[HOUSE_EXCHANGE_1].known);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		measure(0, rows[i].mw, phases, 77 + i);
		tell();
		hears(HOUSE_EXCHANGE_1, rows[i].watts, 77 + i);
	}
	assert_false(house->heard[HOUSE_EXCHANGE_2].known);
	assert_false(house->heard[HOUSE_PRODUCTION].known);
	end();
}

static void a_house_of_three_phases_hears_each_of_them(void **state)
{
	static const s64 phases[] = { 1000000, -2000000, 3000000 };

	begin(state, THREE BY_METERS LINE GRID SHED, 0);
	/* the sum alone says nothing of a phase */
	measure(0, 4000000, NULL, 70);
	tell();
	assert_false(house->heard[HOUSE_EXCHANGE_1].known);
	measure(0, 2000000, phases, 77);
	tell();
	hears(HOUSE_EXCHANGE_1, -1000, 77);
	hears(HOUSE_EXCHANGE_2, 2000, 77);
	hears(HOUSE_EXCHANGE_3, -3000, 77);
	end();
}

/* All of it or nothing, and as old as the oldest. */
static void production_is_the_sum_of_its_meters(void **state)
{
	begin(state, ONE BY_METERS LINE GRID SHED BARN, 0);
	measure(0, 9000000, NULL, 10);
	measure(1, 1000600, NULL, 80);
	tell();
	assert_false(house->heard[HOUSE_PRODUCTION].known);
	measure(2, 500000, NULL, 75);
	tell();
	hears(HOUSE_PRODUCTION, 1501, 75);
	measure(1, 1000600, NULL, 70);
	tell();
	hears(HOUSE_PRODUCTION, 1501, 70);
	/* what is taken at night is no production */
	measure(1, -30000, NULL, 90);
	measure(2, -10000, NULL, 91);
	tell();
	hears(HOUSE_PRODUCTION, 0, 90);
	end();
}

static void of_another_source_and_without_a_house_nothing_is_told(void **state)
{
	static const char *const texts[] = {
		LINE GRID SHED ROOF, ONE BY_INVERTERS LINE GRID SHED ROOF,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(texts); i++) {
		begin(state, texts[i], 0);
		measure(0, 1000000, NULL, 77);
		measure(1, -1000000, NULL, 77);
		tell();
		assert_false(house->heard[HOUSE_EXCHANGE_1].known);
		assert_false(house->heard[HOUSE_PRODUCTION].known);
		end();
	}
}

static void the_meter_at_the_grid_may_be_any_of_them(void **state)
{
	begin(state, ONE BY_METERS LINE SHED BARN GRID, 0);
	measure(2, 1000000, NULL, 77);
	measure(0, 2000000, NULL, 78);
	measure(1, 3000000, NULL, 79);
	tell();
	hears(HOUSE_EXCHANGE_1, -1000, 77);
	hears(HOUSE_PRODUCTION, 5000, 78);
	end();
}

static struct hybrid *inverter(unsigned int i)
{
	return &wire.lines->inverter[i].hybrid;
}

static void says(struct hybrid *h, enum hybrid_number number, s64 value)
{
	h->reading.number[number] = value;
	h->reading.known |= HYBRID_BIT(number);
}

static void exchange_of_inverters_is_that_of_the_first_in_the_house(void **state)
{
	begin(state, ONE BY_INVERTERS LINE "[inverter guest]\nline = a\naddress = 9\n" GUEST
	      ROOF LOFT, 0);
	inverter(0)->reading.at_ms = 50;
	says(inverter(0), HYBRID_GRID_W, 1000);
	says(inverter(2), HYBRID_GRID_W, 2000);
	says(inverter(1), HYBRID_GRID_W, -700400);
	tell();
	assert_false(house->heard[HOUSE_EXCHANGE_1].known);
	inverter(1)->reading.at_ms = 60;
	tell();
	hears(HOUSE_EXCHANGE_1, -700, 60);
	assert_false(house->heard[HOUSE_EXCHANGE_2].known);
	end();
	begin(state, THREE BY_INVERTERS LINE ROOF, 0);
	inverter(0)->reading.at_ms = 60;
	says(inverter(0), HYBRID_GRID_W, 6000000);
	for (unsigned int phase = 1; phase <= 3; phase++)
		says(inverter(0), HYBRID_GRID_W + phase, 1000000 * (s64)phase);
	tell();
	for (unsigned int phase = 1; phase <= 3; phase++)
		hears(HOUSE_EXCHANGE_1 + phase - 1, 1000 * (s32)phase, 60);
	end();
}

static void production_of_inverters_is_that_of_all_of_them(void **state)
{
	begin(state, ONE BY_INVERTERS LINE ROOF LOFT, 0);
	inverter(0)->reading.pv_ms = 70;
	says(inverter(0), HYBRID_PV_W_1, 1000000);
	says(inverter(0), HYBRID_PV_W_2, 500000);
	tell();
	assert_false(house->heard[HOUSE_PRODUCTION].known);
	inverter(1)->reading.pv_ms = 65;
	says(inverter(1), HYBRID_PV_W_1, 250600);
	tell();
	hears(HOUSE_PRODUCTION, 1751, 65);
	inverter(1)->reading.pv_ms = 75;
	tell();
	hears(HOUSE_PRODUCTION, 1751, 70);
	end();
}

static void a_house_with_meters_hears_nothing_of_that_of_inverters(void **state)
{
	begin(state, ONE BY_METERS LINE GRID SHED ROOF, 0);
	inverter(0)->reading.at_ms = 60;
	inverter(0)->reading.pv_ms = 60;
	says(inverter(0), HYBRID_GRID_W, 1000000);
	says(inverter(0), HYBRID_PV_W_1, 1000000);
	tell();
	assert_false(house->heard[HOUSE_EXCHANGE_1].known);
	assert_false(house->heard[HOUSE_PRODUCTION].known);
	end();
}

/* Who is neither on the grid nor without it is not there. */
static void an_inverter_is_told_by_its_state(void **state)
{
	static const struct {
		enum hybrid_state state;
		bool ok, off_grid;
	} rows[] = {
		{ HYBRID_WAITING, false, false }, { HYBRID_CHECKING, false, false },
		{ HYBRID_ON_GRID, true, false }, { HYBRID_EPS, true, true },
		{ HYBRID_FAULT, false, false }, { HYBRID_BROKEN, false, false },
		{ HYBRID_UPGRADING, false, false }, { HYBRID_SELF_CHARGING, false, false },
		{ HYBRID_STANDBY, false, false }, { HYBRID_NONSENSE, false, false },
		{ HYBRID_REFUSES, false, false },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		begin(state, ONE BY_ONE_METER LINE GRID ROOF, 0);
		inverter(0)->state = rows[i].state;
		inverter(0)->reading.at_ms = 10000;
		inverter(0)->reading.state_ms = 9000;
		tell();
		assert_true(house->inverter[0].known);
		assert_int_equal(house->inverter[0].said.ok, rows[i].ok);
		assert_int_equal(house->inverter[0].said.off_grid, rows[i].off_grid);
		assert_int_equal(house->inverter[0].at_ms, 10000);
		assert_int_equal(house->heard[HOUSE_GRID].known, rows[i].ok);
		if (rows[i].ok)
			hears(HOUSE_GRID, !rows[i].off_grid, 10000);
		assert_false(house->inverter[0].said.pv_known);
		assert_false(house->inverter[0].said.battery_known);
		end();
	}
}

static void an_inverter_is_as_old_as_the_older_of_its_words(void **state)
{
	begin(state, ONE BY_ONE_METER LINE GRID "[inverter guest]\nline = a\naddress = 9\n" GUEST
	      ROOF, 0);
	inverter(0)->state = HYBRID_ON_GRID;
	inverter(0)->reading.at_ms = 10000;
	inverter(0)->reading.state_ms = 10000;
	inverter(1)->state = HYBRID_ON_GRID;
	inverter(1)->reading.state_ms = 9000;
	tell();
	assert_false(house->inverter[0].known);
	inverter(1)->reading.at_ms = 20000;
	inverter(1)->reading.state_ms = 0;
	tell();
	assert_false(house->inverter[0].known);
	inverter(1)->reading.state_ms = 9000;
	inverter(1)->reading.pv_ms = 1;
	says(inverter(1), HYBRID_PV_W_1, 1000600);
	says(inverter(1), HYBRID_BATTERY_W, -500600);
	tell();
	/* a state is asked for every 5 s, and counts for as long */
	assert_int_equal(house->inverter[0].at_ms, 14000);
	assert_true(house->inverter[0].said.pv_known && house->inverter[0].said.battery_known);
	assert_int_equal(house->inverter[0].said.pv_w, 1001);
	assert_int_equal(house->inverter[0].said.battery_w, -501);
	inverter(1)->reading.at_ms = 13000;
	tell();
	assert_int_equal(house->inverter[0].at_ms, 13000);
	/* and of one that is silent nothing is known */
	inverter(1)->state = HYBRID_SILENT;
	inverter(1)->reading.at_ms = 13500;
	tell();
	assert_int_equal(house->inverter[0].at_ms, 13000);
	assert_false(house->inverter[1].known);
	end();
}

/* A step of the house wants @w of inverter @i. */
static void want(unsigned int i, s32 w, s32 least, s32 most)
{
	house->out.inverter[i] = (struct site_inverter_outputs){
		.battery_w = w, .battery_min_w = least, .battery_max_w = most,
		.pv_max_w = HYBRID_NO_LIMIT,
	};
}

static void steer(u64 stepped_ms)
{
	house->stepped = true;
	house->stepped_ms = stepped_ms;
	lines_steer(wire.lines, house, wire.now_ms);
}

/* inverter.md, "Set-points" */
static void an_inverter_goes_half_of_its_way_with_each_step_of_the_house(void **state)
{
	begin(state, ONE BY_ONE_METER LINE GRID ROOF, 0);
	want(0, 1000, -3000, 3000);
	lines_steer(wire.lines, house, wire.now_ms);
	assert_false(inverter(0)->ordered);
	/* the first one at once */
	steer(1000);
	assert_int_equal(inverter(0)->order_w, 1000);
	want(0, 2000, -3000, 3000);
	steer(2000);
	assert_int_equal(inverter(0)->order_w, 1500);
	/* a step of the daemon alone is none of the house */
	steer(2000);
	assert_int_equal(inverter(0)->order_w, 1500);
	steer(3000);
	assert_int_equal(inverter(0)->order_w, 1750);
	want(0, -1750, -3000, 3000);
	steer(4000);
	assert_int_equal(inverter(0)->order_w, 0);
	end();
}

static void a_small_way_is_gone_at_once(void **state)
{
	static const struct {
		s32 to, order;
	} rows[] = {
		{ 1049, 1049 }, { 1050, 1025 }, { 951, 951 }, { 950, 975 }, { 1000, 1000 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		begin(state, ONE BY_ONE_METER LINE GRID ROOF, 0);
		want(0, 1000, -3000, 3000);
		steer(1000);
		want(0, rows[i].to, -3000, 3000);
		steer(2000);
		assert_int_equal(inverter(0)->order_w, rows[i].order);
		end();
	}
}

/* What is allowed holds at once, in a step of the daemon, too. */
static void no_way_leads_beyond_what_is_allowed(void **state)
{
	begin(state, ONE BY_ONE_METER LINE GRID ROOF, 0);
	want(0, 3000, -3000, 3000);
	steer(1000);
	want(0, 0, -3000, 500);
	steer(1000);
	assert_int_equal(inverter(0)->order_w, 500);
	want(0, 0, -3000, 0);
	steer(1000);
	assert_int_equal(inverter(0)->order_w, 0);
	want(0, -3000, -3000, 3000);
	steer(2000);
	assert_int_equal(inverter(0)->order_w, -1500);
	want(0, 0, -200, 3000);
	steer(2000);
	assert_int_equal(inverter(0)->order_w, -200);
	end();
}

static void each_inverter_of_the_house_is_told_its_own(void **state)
{
	begin(state, ONE BY_ONE_METER LINE GRID "[inverter guest]\nline = a\naddress = 9\n" GUEST
	      ROOF LOFT, 0);
	want(0, 111, -3000, 3000);
	want(1, 222, -3000, 3000);
	house->out.inverter[1].pv_max_w = 1234;
	steer(1000);
	assert_false(inverter(0)->ordered);
	assert_int_equal(inverter(1)->order_w, 111);
	assert_int_equal(inverter(1)->pv_max_w, HYBRID_NO_LIMIT);
	assert_int_equal(inverter(2)->order_w, 222);
	assert_int_equal(inverter(2)->pv_max_w, 1234);
	end();
}

static void the_house_s_limit_of_feed_in_is_kept_by_who_is_to_keep_it(void **state)
{
	begin(state, ONE BY_ONE_METER "feed_in_w = 2500\n" LINE GRID ROOF "keep_feed_in_limit = yes\n"
	      LOFT, 0);
	steer(1000);
	assert_true(inverter(0)->feed_in.wants);
	assert_false(inverter(1)->feed_in.wants);
	end();
}

/* Enough of them, one a second, all feeding in. */
static void look(const s64 *phases, unsigned int seconds)
{
	while (seconds--) {
		wire.now_ms += 1000;
		measure(0, phases[0] + phases[1] + phases[2], phases, wire.now_ms);
		tell();
	}
}

static void a_meter_that_looks_reversed_is_said_to(void **state)
{
	static const s64 all[] = { -1000000, -1000000, -1000000 };
	static const s64 two[] = { -100000, 3000000, -100000 };

	begin(state, THREE BY_ONE_METER LINE GRID, 0);
	look(all, 9);
	assert_int_equal(wire_events("meter-looks-reversed", "grid"), 0);
	look(all, 20);
	assert_int_equal(wire_events("meter-looks-reversed", "grid"), 1);
	assert_string_equal(wire_words("meter-looks-reversed", "grid"),
		"the sun and the battery are off, and still the house feeds in on L1, L2, L3: it looks reversed; turn its wiring round, or set invert");
	end();
	begin(state, THREE BY_ONE_METER LINE GRID, 0);
	look(two, 10);
	assert_non_null(strstr(wire_words("meter-looks-reversed", "grid"),
			       "feeds in on L1, L3: it looks"));
	end();
}

static void a_meter_is_not_looked_at_while_the_sun_may_shine(void **state)
{
	static const s64 all[] = { -1000000, -1000000, -1000000 };

	begin(state, THREE BY_METERS LINE GRID SHED, 0);
	look(all, 20);
	assert_int_equal(wire_events("meter-looks-reversed", "grid"), 0);
	house_hears(house, HOUSE_PRODUCTION, 500, wire.now_ms + 100000);
	look(all, 20);
	assert_int_equal(wire_events("meter-looks-reversed", "grid"), 0);
	house_hears(house, HOUSE_PRODUCTION, 0, wire.now_ms);
	wire.now_ms += config.house.site.fresh_ms;
	look(all, 20);
	assert_int_equal(wire_events("meter-looks-reversed", "grid"), 0);
	house_hears(house, HOUSE_PRODUCTION, 0, wire.now_ms + 10000);
	look(all, 10);
	assert_int_equal(wire_events("meter-looks-reversed", "grid"), 1);
	end();
}

static void a_meter_is_not_looked_at_while_the_battery_works_or_is_not_known(void **state)
{
	static const s64 all[] = { -1000000, -1000000, -1000000 };
	static const struct {
		s64 ma;
		bool known, said;
	} rows[] = {
		{ 0, true, true }, { 20000, true, false }, { -20000, true, false },
		{ 0, false, false },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cellar_reading *sum;

		begin(state, THREE BY_ONE_METER LINE GRID, 2);
		sum = &plant.plant->clusters->cluster->out.sum;
		sum->current_ma = (s32)rows[i].ma;
		if (!rows[i].known)
			sum->have &= ~BIT_ULL(CELLAR_CURRENT);
		look(all, 12);
		assert_int_equal(wire_events("meter-looks-reversed", "grid"), rows[i].said);
		end();
	}
}

/* A wallbox that says its state and its power. */
static struct wallbox *plug(enum wallbox_link link, enum wallbox_state car)
{
	struct wallbox *box = &wire.lines->wallbox[0].box;

	box->link = link;
	box->state = car;
	box->reading.known = BIT(WALLBOX_STATE) | BIT(WALLBOX_W);
	box->reading.at_ms[WALLBOX_STATE] = wire.now_ms - 200;
	box->reading.at_ms[WALLBOX_W] = wire.now_ms - 300;

	return box;
}

/* IEC 61851 */
static void a_wallbox_is_told_by_its_car(void **state)
{
	static const struct {
		enum wallbox_link link;
		enum wallbox_state state;
		enum site_car car;
	} rows[] = {
		{ WALLBOX_WELL, WALLBOX_OTHER, SITE_CAR_UNKNOWN },
		{ WALLBOX_WELL, WALLBOX_A, SITE_CAR_NONE },
		{ WALLBOX_WELL, WALLBOX_B, SITE_CAR_PLUGGED },
		{ WALLBOX_WELL, WALLBOX_C, SITE_CAR_CHARGES },
		{ WALLBOX_WELL, WALLBOX_D, SITE_CAR_CHARGES },
		{ WALLBOX_WELL, WALLBOX_E, SITE_CAR_FAULT },
		{ WALLBOX_WELL, WALLBOX_F, SITE_CAR_FAULT },
		{ WALLBOX_UNSAFE, WALLBOX_C, SITE_CAR_FAULT },
		{ WALLBOX_ARMING, WALLBOX_C, SITE_CAR_UNKNOWN },
		{ WALLBOX_NONSENSE, WALLBOX_C, SITE_CAR_UNKNOWN },
		{ WALLBOX_REFUSES, WALLBOX_C, SITE_CAR_UNKNOWN },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		begin(state, ONE BY_ONE_METER LINE GRID BOX, 0);
		plug(rows[i].link, rows[i].state);
		tell();
		assert_true(house->charger[0].known);
		assert_int_equal(house->charger[0].said.car, rows[i].car);
		assert_int_equal(house->charger[0].at_ms, wire.now_ms - 300);
		end();
	}
	begin(state, ONE BY_ONE_METER LINE GRID BOX, 0);
	tell();
	assert_false(house->charger[0].known);
	plug(WALLBOX_SILENT, WALLBOX_C);
	tell();
	assert_false(house->charger[0].known);
	end();
}

static void what_a_car_draws_is_told_as_it_was_measured(void **state)
{
	static const struct {
		s64 mw;
		s32 watts;
	} rows[] = {
		{ 1234499, 1234 }, { 1234500, 1235 }, { 0, 0 },
		{ SITE_POWER_MAX_W * 1000LL + 999, SITE_POWER_MAX_W },
		{ SITE_POWER_MAX_W * 3000LL, SITE_POWER_MAX_W },
	};
	struct wallbox *box;

	begin(state, ONE BY_ONE_METER LINE GRID BOX, 0);
	box = plug(WALLBOX_WELL, WALLBOX_C);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		box->reading.number[WALLBOX_W] = rows[i].mw;
		tell();
		assert_true(house->charger[0].said.power_known);
		assert_int_equal(house->charger[0].said.power_w, rows[i].watts);
	}
	/* and of one that does not measure it nothing is told */
	box->reading.known = BIT(WALLBOX_STATE);
	box->config.profile.number[WALLBOX_W].type = REGISTER_NONE;
	tell();
	assert_false(house->charger[0].said.power_known);
	end();
}

static void a_counter_of_a_wallbox_counts_for_three_minutes(void **state)
{
	static const struct {
		s64 wh;
		u64 age_ms;
		bool known;
	} rows[] = {
		{ 123, 0, true }, { 123, 179999, true }, { 123, 180000, false }, { 0, 0, true },
		{ -1, 0, false }, { INT32_MAX, 0, true }, { INT32_MAX + 1LL, 0, false },
	};
	struct wallbox *box;

	begin(state, ONE BY_ONE_METER LINE GRID BOX, 0);
	box = plug(WALLBOX_WELL, WALLBOX_C);
	tell();
	assert_false(house->charger[0].said.energy_known);
	box->reading.known |= BIT(WALLBOX_WH);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		box->reading.number[WALLBOX_WH] = rows[i].wh;
		box->reading.at_ms[WALLBOX_WH] = wire.now_ms - rows[i].age_ms;
		tell();
		assert_int_equal(house->charger[0].said.energy_known, rows[i].known);
		if (rows[i].known)
			assert_int_equal(house->charger[0].said.energy_wh, rows[i].wh);
	}
	end();
}

static void a_card_is_told_once_and_as_whose_it_is(void **state)
{
	static const struct {
		const char *uid;
		u8 card;
	} rows[] = {
		{ "04A35B1C", 1 }, { "04A35B1D", 2 }, { "04A35B1E", SITE_UNKNOWN_CARD },
	};
	struct wallbox *box;

	begin(state, ONE BY_ONE_METER LINE GRID BOX "[card ann]\nuid = 04:A3:5B:1C\n"
	      "[card ben]\nuid = 04:A3:5B:1D\n", 0);
	box = plug(WALLBOX_WELL, WALLBOX_B);
	tell();
	assert_int_equal(house->charger[0].said.card, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(box->card, sizeof(box->card), "%s", rows[i].uid);
		box->card_known = true;
		box->card_shown = true;
		house->charger[0].said.card = 0;
		tell();
		assert_int_equal(house->charger[0].said.card, rows[i].card);
		assert_false(box->card_shown);
	}
	end();
}

static void a_wallbox_is_told_its_current_when_the_house_has_stepped(void **state)
{
	const struct wallbox *box;

	begin(state, ONE BY_ONE_METER LINE GRID BOX, 0);
	box = &wire.lines->wallbox[0].box;
	slave_start_wallbox(wire_new_slave(wire.made[0], 1), &config.charger[0].box.wallbox.profile,
			    6, wire.now_ms * 1000000);
	house->out.charger[0].current_ma = 9000;
	/* it is heard meanwhile */
	for (unsigned int i = 0; i < 30; i++) {
		lines_steer(wire.lines, house, wire.now_ms);
		wire_run(1);
	}
	assert_false(box->has_told);
	for (unsigned int i = 0; i < 30; i++) {
		steer(wire.now_ms);
		wire_run(1);
	}
	assert_int_equal(box->link, WALLBOX_WELL);
	assert_int_equal(box->told_ma, 9000);
	end();
}

/* For a moment, while another configuration is taken, it may have fewer. */
static void a_wallbox_that_the_house_has_no_more_is_neither_heard_nor_told(void **state)
{
	begin(state, ONE BY_ONE_METER LINE GRID BOX, 0);
	plug(WALLBOX_WELL, WALLBOX_C);
	house->config->house.site.chargers = 0;
	house->out.charger[0].current_ma = 9000;
	tell();
	steer(1000);
	assert_false(house->charger[0].known);
	assert_false(wire.lines->wallbox[0].box.has_told);
	end();
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)
	const struct CMUnitTest tests[] = {
		CASE(a_house_of_one_phase_hears_the_sum_of_its_meter),
		CASE(a_house_of_three_phases_hears_each_of_them),
		CASE(production_is_the_sum_of_its_meters),
		CASE(of_another_source_and_without_a_house_nothing_is_told),
		CASE(the_meter_at_the_grid_may_be_any_of_them),
		CASE(a_house_with_meters_hears_nothing_of_that_of_inverters),
		CASE(the_house_s_limit_of_feed_in_is_kept_by_who_is_to_keep_it),
		CASE(exchange_of_inverters_is_that_of_the_first_in_the_house),
		CASE(production_of_inverters_is_that_of_all_of_them),
		CASE(an_inverter_is_told_by_its_state),
		CASE(an_inverter_is_as_old_as_the_older_of_its_words),
		CASE(an_inverter_goes_half_of_its_way_with_each_step_of_the_house),
		CASE(a_small_way_is_gone_at_once),
		CASE(no_way_leads_beyond_what_is_allowed),
		CASE(each_inverter_of_the_house_is_told_its_own),
		CASE(a_meter_that_looks_reversed_is_said_to),
		CASE(a_meter_is_not_looked_at_while_the_sun_may_shine),
		CASE(a_meter_is_not_looked_at_while_the_battery_works_or_is_not_known),
		CASE(a_wallbox_is_told_by_its_car),
		CASE(what_a_car_draws_is_told_as_it_was_measured),
		CASE(a_counter_of_a_wallbox_counts_for_three_minutes),
		CASE(a_card_is_told_once_and_as_whose_it_is),
		CASE(a_wallbox_is_told_its_current_when_the_house_has_stepped),
		CASE(a_wallbox_that_the_house_has_no_more_is_neither_heard_nor_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
