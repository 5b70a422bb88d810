// SPDX-License-Identifier: GPL-2.0-only
/*
 * The nine plants of the manual, and what of a configuration is refused, with the reason.
 * Each case named after the sentence of the manual or what a person did.
 */
#include "site_rig.h"

static struct house plant(enum site_plant plant)
{
	struct house h = house_of(plant);

	if (plant == SITE_PLANT_STRING_1PH || plant == SITE_PLANT_STRING_3PH)
		h.config.inverter[0].battery_w = 0;

	return h;
}

static void assert_right(const struct site_config *config)
{
	const char *why = "";

	if (site_config_check(config, &why))
		fail_msg("%s", why);
	assert_null(why);
}

/* Refused, with a reason that has @words in it. */
static void assert_wrong(const struct site_config *config, const char *words)
{
	const char *why = NULL;

	assert_int_equal(site_config_check(config, &why), -EINVAL);
	assert_non_null(why);
	if (!strstr(why, words))
		fail_msg("\"%s\" says nothing of \"%s\"", why, words);
}

static void row(enum site_plant number, const char *word, u8 phases, u8 exchange, u8 production)
{
	struct house h = plant(number);
	struct site_config other;
	unsigned int source;

	assert_string_equal(site_plant_word(number), word);
	assert_int_equal(h.config.plant, number);
	assert_int_equal(h.config.phases, phases);
	assert_int_equal(h.config.exchange, exchange);
	assert_int_equal(h.config.production, production);
	assert_right(&h.config);

	/* whatever else measures is refused, also by whom it is not said */
	for (source = 0; source < SITE_SOURCES; source++) {
		const char *why;

		other = h.config;
		other.exchange = (u8)source;
		if (source != exchange)
			assert_int_equal(site_config_check(&other, &why), -EINVAL);
		other = h.config;
		other.production = (u8)source;
		if (source != production)
			assert_int_equal(site_config_check(&other, &why), -EINVAL);
	}
	other = h.config;
	other.phases = 4 - phases;
	assert_int_equal(site_config_check(&other, &(const char *){ NULL }), -EINVAL);
}

/* row: ems.md "Plant" 1 */
static void single_phase_hybrid_the_inverter_measures_both(void **state)
{
	(void)state;
	row(SITE_PLANT_HYBRID_1PH, "hybrid-1ph", 1, SITE_SOURCE_INVERTER, SITE_SOURCE_INVERTER);
}

/* row: ems.md "Plant" 2 */
static void retrofit_storage_the_inverter_measures_both(void **state)
{
	(void)state;
	row(SITE_PLANT_RETROFIT_1PH, "retrofit-1ph", 1, SITE_SOURCE_INVERTER,
	    SITE_SOURCE_INVERTER);
}

/* row: ems.md "Plant" 3 */
static void three_phase_hybrid_the_inverter_measures_both(void **state)
{
	(void)state;
	row(SITE_PLANT_HYBRID_3PH, "hybrid-3ph", 3, SITE_SOURCE_INVERTER, SITE_SOURCE_INVERTER);
}

/* row: ems.md "Plant" 4 */
static void single_phase_string_sensor_1_and_the_inverter(void **state)
{
	(void)state;
	row(SITE_PLANT_STRING_1PH, "string-1ph", 1, SITE_SOURCE_SENSOR_1, SITE_SOURCE_INVERTER);
}

/* row: ems.md "Plant" 5 */
static void three_phase_string_a_meter_and_the_inverter(void **state)
{
	(void)state;
	row(SITE_PLANT_STRING_3PH, "string-3ph", 3, SITE_SOURCE_METER, SITE_SOURCE_INVERTER);
}

/* row: ems.md "Plant" 6 */
/* row: ems.md "Plant" current sensors */
static void foreign_single_phase_pv_sensors_1_and_2(void **state)
{
	(void)state;
	row(SITE_PLANT_FOREIGN_1PH, "foreign-1ph", 1, SITE_SOURCE_SENSOR_1, SITE_SOURCE_SENSOR_2);
}

/* row: ems.md "Plant" 7 */
static void foreign_three_phase_pv_a_meter_and_sensor_2(void **state)
{
	(void)state;
	row(SITE_PLANT_FOREIGN_3PH, "foreign-3ph", 3, SITE_SOURCE_METER, SITE_SOURCE_SENSOR_2);
}

/* row: ems.md "Plant" 8 */
static void single_phase_without_pv_sensor_1(void **state)
{
	(void)state;
	row(SITE_PLANT_NO_PV_1PH, "no-pv-1ph", 1, SITE_SOURCE_SENSOR_1, SITE_SOURCE_NONE);
}

/* row: ems.md "Plant" 9 */
static void three_phase_without_pv_a_meter(void **state)
{
	(void)state;
	row(SITE_PLANT_NO_PV_3PH, "no-pv-3ph", 3, SITE_SOURCE_METER, SITE_SOURCE_NONE);
}

static void a_house_is_right_as_it_is_set_up_first(void **state)
{
	struct site_config config;

	(void)state;
	site_defaults(&config);
	assert_right(&config);
	assert_int_equal(config.contract_w, SITE_NO_LIMIT);
	assert_int_equal(config.feed_in_w, SITE_NO_LIMIT);
	assert_int_equal(config.contract_margin_w, 100);
	assert_int_equal(config.standby_w, 100);
	assert_int_equal(config.dod_percent, 50);
	assert_int_equal(config.eps_dod_percent, 80);
	assert_int_equal(config.eps_buffer_percent, 10);
	assert_int_equal(config.fresh_ms, 5000);
	assert_int_equal(config.contact_fresh_ms, 2000);
	assert_int_equal(config.rrcr_hold_s, 60);
	assert_int_equal(config.return_s, 60);
	assert_false(config.eps);
	assert_string_equal(site_plant_word(config.plant), "free");
}

static void wallboxes_and_outputs_are_right_as_they_are_added(void **state)
{
	struct house h = house();

	(void)state;
	h.config.chargers = 1;
	site_charger_defaults(&h.config.charger[0], "garage");
	h.config.outputs = 1;
	site_output_defaults(&h.config.output[0], "boiler");
	assert_right(&h.config);
	assert_string_equal(h.config.charger[0].name, "garage");
	assert_int_equal(h.config.charger[0].strategy, SITE_FAST);
	assert_int_equal(h.config.charger[0].mode, SITE_REMOTE);
	assert_int_equal(h.config.charger[0].phases, 1);
	assert_int_equal(h.config.charger[0].cable_ma, 16000);
	assert_int_equal(h.config.charger[0].box_ma, 16000);
	assert_int_equal(h.config.charger[0].min_ma, 6000);
	assert_int_equal(h.config.charger[0].step_ma, 1000);
	assert_int_equal(h.config.charger[0].power_w, SITE_NO_LIMIT);
	assert_int_equal(h.config.charger[0].min_run_s, 300);
	assert_int_equal(h.config.charger[0].min_pause_s, 300);
	assert_int_equal(h.config.charger[0].duration_min, 60);
	assert_int_equal(h.config.charger[0].wh_per_km, 180);
	assert_int_equal(h.config.charger[0].km, 50);
	assert_string_equal(h.config.output[0].name, "boiler");
	assert_int_equal(h.config.output[0].check_s, 900);
	assert_int_equal(h.config.output[0].upper, 3000);
	assert_int_equal(h.config.output[0].lower, 2000);
	assert_int_equal(h.config.output[0].variable, SITE_PV_POWER);
}

static void a_free_plant_keeps_what_was_chosen(void **state)
{
	struct house h = plant(SITE_PLANT_FOREIGN_3PH);

	(void)state;
	site_preset(&h.config, SITE_PLANT_FREE);
	assert_int_equal(h.config.plant, SITE_PLANT_FREE);
	assert_int_equal(h.config.phases, 3);
	assert_int_equal(h.config.exchange, SITE_SOURCE_METER);
	assert_int_equal(h.config.production, SITE_SOURCE_SENSOR_2);
	h.config.exchange = SITE_SOURCE_INVERTER;
	assert_right(&h.config);
	h.config.production = SITE_SOURCE_METER;
	assert_right(&h.config);
}

/* row: ems.md "Plant" not combined */
static void a_meter_beside_an_inverter_that_measures_the_same_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_HYBRID_1PH);

	(void)state;
	h.config.exchange = SITE_SOURCE_METER;
	assert_wrong(&h.config, "this plant measures otherwise");
	h = plant(SITE_PLANT_HYBRID_3PH);
	h.config.production = SITE_SOURCE_METER;
	assert_wrong(&h.config, "this plant measures otherwise");
}

/* row: ems.md "Plant" not combined */
static void an_inverter_with_a_battery_at_a_string_plant_s_sensor_is_refused(void **state)
{
	static const u8 plants[] = { SITE_PLANT_STRING_1PH, SITE_PLANT_STRING_3PH };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(plants); i++) {
		struct house h = plant(plants[i]);

		house_inverter(&h);
		assert_wrong(&h.config, "a second time");
		h.config.inverter[1].battery_w = 0;
		assert_right(&h.config);
	}
}

/* row: ems.md "Plant" not combined */
static void a_plant_without_pv_that_measures_production_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_NO_PV_1PH);

	(void)state;
	h.config.production = SITE_SOURCE_SENSOR_2;
	assert_wrong(&h.config, "this plant measures otherwise");
}

static void an_exchange_that_nobody_measures_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	h.config.exchange = SITE_SOURCE_NONE;
	assert_wrong(&h.config, "nobody measures the exchange");
	h.config.exchange = SITE_SOURCES;
	assert_wrong(&h.config, "nobody measures the exchange");
}

static void production_of_which_nobody_knows_who_measures_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	h.config.production = SITE_SOURCES;
	assert_wrong(&h.config, "production must be measured");
}

/* row: ems.md "Plant" current sensors */
static void sensors_that_are_swapped_are_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	h.config.exchange = SITE_SOURCE_SENSOR_2;
	assert_wrong(&h.config, "the exchange wants sensor 1");
	h = plant(SITE_PLANT_FREE);
	h.config.production = SITE_SOURCE_SENSOR_1;
	assert_wrong(&h.config, "production wants sensor 2");
}

/* row: ems.md "Plant" single-phase or three-phase */
static void one_sensor_for_three_phases_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	h.config.exchange = SITE_SOURCE_SENSOR_1;
	assert_right(&h.config);
	h.config.phases = 3;
	assert_wrong(&h.config, "one sensor sees one phase");
}

/* row: ems.md "Plant" single-phase or three-phase */
static void a_plant_of_two_phases_is_refused(void **state)
{
	static const u8 phases[] = { 0, 2, 4 };
	struct house h = plant(SITE_PLANT_FREE);
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(phases); i++) {
		h.config.phases = phases[i];
		assert_wrong(&h.config, "a plant must have 1 or 3 phases");
	}
	h.config.phases = 3;
	assert_right(&h.config);
}

static void an_inverter_that_is_to_measure_and_is_not_there_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_HYBRID_1PH);

	(void)state;
	h.config.inverters = 0;
	assert_wrong(&h.config, "an inverter is to measure");
	h = plant(SITE_PLANT_STRING_1PH);
	h.config.inverters = 0;
	assert_wrong(&h.config, "an inverter is to measure");
	h = plant(SITE_PLANT_FREE);
	h.config.inverters = 0;
	assert_right(&h.config);
	h.config.exchange = SITE_SOURCE_INVERTER;
	assert_wrong(&h.config, "an inverter is to measure");
}

static void a_tenth_plant_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	h.config.plant = SITE_PLANTS;
	assert_wrong(&h.config, "one of the nine");
}

/* row: ems.md "Plant" wallboxes */
/* row: ems.md "Plant" inverters */
/* row: ems.md "Plant" outputs */
static void more_than_there_can_be_is_refused(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);
	unsigned int i;

	(void)state;
	while (h.config.inverters < SITE_INVERTERS_MAX)
		house_inverter(&h);
	while (h.config.chargers < SITE_CHARGERS_MAX)
		house_car(&h);
	for (i = 0; i < SITE_OUTPUTS_MAX; i++)
		site_output_defaults(&h.config.output[i], "");
	h.config.outputs = SITE_OUTPUTS_MAX;
	assert_int_equal(h.config.inverters, 8);
	assert_int_equal(h.config.chargers, 8);
	assert_int_equal(h.config.outputs, 4);
	assert_right(&h.config);
	h.config.inverters = 9;
	assert_wrong(&h.config, "8 inverters");
	h.config.inverters = 8;
	h.config.chargers = 9;
	assert_wrong(&h.config, "8 wallboxes");
	h.config.chargers = 8;
	h.config.outputs = 5;
	assert_wrong(&h.config, "4 outputs");
	h.config.outputs = 4;
	h.config.rules = 17;
	assert_wrong(&h.config, "16 rules");
}

/* One figure of a configuration: what can be, at both ends, and what cannot. */
#define assert_range(h, field, least, most, words) do { \
	(h)->config.field = (least); \
	assert_right(&(h)->config); \
	(h)->config.field = (most); \
	assert_right(&(h)->config); \
	(h)->config.field = (most) + 1; \
	assert_wrong(&(h)->config, words); \
	if ((least) > 0) { \
		(h)->config.field = (least) - 1; \
		assert_wrong(&(h)->config, words); \
	} \
	(h)->config.field = (most); \
} while (0)

/* row: ems.md "Plant" contracted power */
static void a_contract_of_nothing_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	h.config.contract_margin_w = 0;
	assert_range(&h, contract_w, 1, SITE_POWER_MAX_W, "contracted power");
	h.config.contract_w = -1;
	assert_wrong(&h.config, "contracted power");
	h.config.contract_w = SITE_NO_LIMIT;
	assert_right(&h.config);
}

static void a_margin_that_eats_the_contract_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	h.config.contract_w = 3000;
	assert_range(&h, contract_margin_w, 0, 2999, "the margin");
	h.config.contract_margin_w = -1;
	assert_wrong(&h.config, "the margin");
	h.config.contract_w = SITE_NO_LIMIT;
	assert_range(&h, contract_margin_w, 0, SITE_POWER_MAX_W, "the margin");
}

static void a_negative_feed_in_is_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	assert_range(&h, feed_in_w, 0, SITE_POWER_MAX_W, "feed-in");
	h.config.feed_in_w = -1;
	assert_wrong(&h.config, "feed-in");
}

static void times_and_bands_that_cannot_be_are_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	assert_range(&h, standby_w, 0, 1000, "standby band");
	h.config.standby_w = -1;
	assert_wrong(&h.config, "standby band");
	h.config.standby_w = 100;
	assert_range(&h, fresh_ms, 1, 60000, "measurements");
	assert_range(&h, contact_fresh_ms, 1, 60000, "contacts");
	assert_range(&h, rrcr_hold_s, 0, 3600, "times after");
	assert_range(&h, return_s, 0, 3600, "times after");
}

/* row: inverter.md "Battery side" settings */
static void depths_that_cannot_be_are_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	assert_range(&h, dod_percent, 1, 100, "depth of discharge must");
	h.config.eps_buffer_percent = 0;
	assert_range(&h, eps_dod_percent, 1, 100, "EPS depth of discharge");
	h.config.eps_dod_percent = 80;
	assert_range(&h, eps_buffer_percent, 0, 80, "safety buffer");
}

static void words_that_there_are_not_are_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	assert_range(&h, control, 0, SITE_BY_SET_POINTS, "limits or by set-points");
	assert_range(&h, grid_code, 0, SITE_CODES - 1, "a grid code");
	assert_range(&h, family, 0, SITE_FAMILIES - 1, "family");
}

static void an_inverter_s_powers_that_cannot_be_are_refused(void **state)
{
	struct house h = plant(SITE_PLANT_FREE);

	(void)state;
	assert_range(&h, inverter[0].rated_w, 1, SITE_POWER_MAX_W, "rated power");
	assert_range(&h, inverter[0].battery_w, 0, SITE_POWER_MAX_W, "battery and EPS");
	assert_range(&h, inverter[0].eps_w, 0, SITE_POWER_MAX_W, "battery and EPS");
	house_inverter(&h);
	h.config.inverter[1].rated_w = 0;
	assert_wrong(&h.config, "rated power");
}

static void a_wallbox_that_cannot_be_is_refused(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);

	(void)state;
	house_car(&h);
	house_car(&h);
	h.config.charger[1].phases = 2;
	assert_wrong(&h.config, "1 or 3 phases");
	h.config.charger[1].phases = 1;
	assert_range(&h, charger[1].phase, 0, 2, "on a phase of the plant");
	assert_range(&h, charger[1].min_ma, 6000, 16000, "lowest current");
	h.config.charger[1].min_ma = 6000;
	assert_range(&h, charger[1].cable_ma, 6000, 80000, "cable");
	assert_range(&h, charger[1].box_ma, 6000, 80000, "cable");
	assert_range(&h, charger[1].step_ma, 1, 80000, "step");
	assert_range(&h, charger[1].mode, 0, SITE_OFFLINE_CARDS, "mode");
	assert_range(&h, charger[1].power_w, 1, SITE_POWER_MAX_W, "set maximum");
	h.config.charger[1].power_w = SITE_NO_LIMIT;
	assert_range(&h, charger[1].min_run_s, 0, 86400, "shortest run");
	assert_range(&h, charger[1].min_pause_s, 0, 86400, "shortest run");
	assert_range(&h, charger[1].strategy, 0, SITE_STRATEGIES - 1, "one of the six");
}

static void a_wallbox_that_does_not_fit_the_plant_is_refused(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	h.config.charger[0].phases = 3;
	assert_wrong(&h.config, "wants a three-phase plant");
	h.config.charger[0].phases = 1;
	h.config.charger[0].phase = 1;
	assert_wrong(&h.config, "on a phase of the plant");
}

static void orders_of_a_strategy_that_cannot_be_are_refused(void **state)
{
	static const u8 kilometres[] = { SITE_KILOMETRES_ONCE, SITE_KILOMETRES_REPEATED };
	struct house h = house();
	unsigned int i;

	(void)state;
	house_car(&h);
	for (i = 0; i < ARRAY_SIZE(kilometres); i++) {
		h.config.charger[0].strategy = kilometres[i];
		assert_range(&h, charger[0].km, 1, 10000, "kilometres");
		assert_range(&h, charger[0].wh_per_km, 1, 10000, "kilometres");
	}
	h.config.charger[0].strategy = SITE_TIME_POWER;
	assert_range(&h, charger[0].start_min, 0, 1439, "time-power");
	assert_range(&h, charger[0].duration_min, 1, 1440, "time-power");
	h.config.charger[0].strategy = SITE_FAST;
	h.config.charger[0].km = 0;
	h.config.charger[0].start_min = 1440;
	assert_right(&h.config);
}

/* row: ems.md "Wallbox strategies" 8 cards */
static void a_ninth_card_of_a_wallbox_is_refused(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	h.config.charger[0].cards = 0xff00;
	assert_right(&h.config);
	h.config.charger[0].cards = 0xff01;
	assert_wrong(&h.config, "at most 8 cards");
	h.config.charger[0].cards = 0x10000;
	assert_wrong(&h.config, "16 cards");
}

static void an_output_that_cannot_be_is_refused(void **state)
{
	struct house h = house();

	(void)state;
	h.config.outputs = 2;
	site_output_defaults(&h.config.output[0], "a");
	site_output_defaults(&h.config.output[1], "b");
	assert_range(&h, output[1].from_min, 0, 1440, "time of day");
	assert_range(&h, output[1].to_min, 0, 1440, "time of day");
	assert_range(&h, output[1].lower, 0, 2999, "lower threshold");
	h.config.output[1].lower = -1;
	assert_wrong(&h.config, "lower threshold");
	h.config.output[1].lower = 50;
	assert_range(&h, output[1].upper, 51, SITE_POWER_MAX_W, "threshold");
	h.config.output[1].variable = SITE_SOC;
	assert_range(&h, output[1].upper, 51, 100, "threshold");
	assert_range(&h, output[1].check_s, 1, 86400, "checked");
	assert_range(&h, output[1].min_on_s, 0, 86400, "shortest times");
	assert_range(&h, output[1].min_off_s, 0, 86400, "shortest times");
	assert_range(&h, output[1].load_w, 0, SITE_POWER_MAX_W, "load");
	h.config.output[1].load_w = -1;
	assert_wrong(&h.config, "load");
	h.config.output[1].load_w = 0;
	h.config.output[1].from_day = 101;
	assert_wrong(&h.config, "a date must");
	h.config.output[1].from_day = 0;
	assert_range(&h, output[1].variable, 0, SITE_VARIABLES - 1, "one of the five");
}

#define assert_rule_range(rule, field, least, most, words) do { \
	const char *why; \
	(rule)->field = (least); \
	assert_int_equal(site_rule_check(rule, &why), 0); \
	assert_null(why); \
	(rule)->field = (most); \
	assert_int_equal(site_rule_check(rule, &why), 0); \
	(rule)->field = (most) + 1; \
	assert_int_equal(site_rule_check(rule, &why), -EINVAL); \
	assert_non_null(strstr(why, words)); \
	if ((least) > 0) { \
		(rule)->field = (least) - 1; \
		assert_int_equal(site_rule_check(rule, &why), -EINVAL); \
		assert_non_null(strstr(why, words)); \
	} \
	(rule)->field = (most); \
} while (0)

static struct site_rule some_rule(void)
{
	return (struct site_rule){
		.from_min = 120, .to_min = 300, .target_percent = 80, .power_w = 3000,
		.weekdays = 0x7f,
	};
}

static void a_rule_that_cannot_be_is_refused(void **state)
{
	struct site_rule rule = some_rule();

	(void)state;
	assert_rule_range(&rule, from_min, 0, 1440, "time of day");
	assert_rule_range(&rule, to_min, 0, 1440, "time of day");
	assert_rule_range(&rule, target_percent, 1, 100, "target");
	assert_rule_range(&rule, power_w, 1, SITE_POWER_MAX_W, "power");
	assert_rule_range(&rule, weekdays, 1, 0x7f, "day of the week");
}

static void a_rule_of_a_day_that_no_year_has_is_refused(void **state)
{
	static const u16 days[] = { 230, 431, 631, 931, 1131, 132, 100, 1301, 31, 0 };
	struct site_rule rule = some_rule();
	const char *why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(days); i++) {
		rule.from_day = days[i];
		rule.to_day = 1231;
		assert_int_equal(site_rule_check(&rule, &why), -EINVAL);
		assert_non_null(strstr(why, "a date must"));
		rule.from_day = 101;
		rule.to_day = days[i];
		assert_int_equal(site_rule_check(&rule, &why), -EINVAL);
	}
	rule.from_day = 229;
	rule.to_day = 229;
	assert_int_equal(site_rule_check(&rule, &why), 0);
}

static void a_wrong_rule_makes_the_configuration_wrong(void **state)
{
	struct house h = house();

	(void)state;
	h.config.rules = 2;
	h.config.rule[0] = some_rule();
	h.config.rule[1] = some_rule();
	assert_right(&h.config);
	h.config.rule[1].power_w = 0;
	assert_wrong(&h.config, "a rule's power");
	h.config.rules = 1;
	assert_right(&h.config);
	h.config.rule[0].power_w = 0;
	assert_wrong(&h.config, "a rule's power");
}

static void two_things_of_a_kind_with_one_name_are_refused(void **state)
{
	struct house h = house();

	(void)state;
	house_inverter(&h);
	house_inverter(&h);
	strcpy(h.config.inverter[2].name, "inverter-0");
	assert_wrong(&h.config, "the same name");
	h.config.inverter[0].name[0] = 0;
	h.config.inverter[1].name[0] = 0;
	assert_right(&h.config);

	house_car(&h);
	house_car(&h);
	strcpy(h.config.charger[1].name, "box-0");
	assert_wrong(&h.config, "the same name");
	strcpy(h.config.charger[1].name, "inverter-0");
	assert_right(&h.config);

	h.config.outputs = 2;
	site_output_defaults(&h.config.output[0], "boiler");
	site_output_defaults(&h.config.output[1], "boiler");
	assert_wrong(&h.config, "the same name");
	strcpy(h.config.output[1].name, "pump");
	assert_right(&h.config);
}

static void a_name_without_an_end_is_refused(void **state)
{
	struct house h = house();

	(void)state;
	memset(h.config.inverter[0].name, 'x', SITE_NAME_SIZE);
	assert_wrong(&h.config, "31 characters");
	h.config.inverter[0].name[SITE_NAME_SIZE - 1] = 0;
	assert_right(&h.config);
}

static void a_longer_name_than_there_is_room_for_is_cut(void **state)
{
	struct site_charger_config box;
	struct site_output_config output;

	(void)state;
	site_charger_defaults(&box, "a-name-that-is-longer-than-thirty-one-characters");
	assert_int_equal(strlen(box.name), SITE_NAME_SIZE - 1);
	site_output_defaults(&output, "a-name-that-is-longer-than-thirty-one-characters");
	assert_int_equal(strlen(output.name), SITE_NAME_SIZE - 1);
}

/* Each has one, and no two the same. */
#define assert_words(word_of, count, type) do { \
	unsigned int i_, k_; \
	for (i_ = 0; i_ < (count); i_++) { \
		const char *word_ = word_of((type)i_); \
		assert_non_null(word_); \
		assert_true(*word_ || !i_); \
		for (k_ = 0; k_ < i_; k_++) \
			assert_string_not_equal(word_, word_of((type)k_)); \
	} \
} while (0)

static void everything_has_a_word_of_its_own(void **state)
{
	(void)state;
	assert_words(site_winner_word, SITE_WINNERS, enum site_winner);
	assert_words(site_strategy_word, SITE_STRATEGIES, enum site_strategy);
	assert_words(site_mode_word, SITE_STOPPED + 1, enum site_mode);
	assert_words(site_charger_state_word, SITE_CHARGER_FAULT + 1, enum site_charger_state);
	assert_words(site_variable_word, SITE_VARIABLES, enum site_variable);
	assert_words(site_event_word, SITE_EVENT_CODES, enum site_event_code);
	assert_words(site_plant_word, SITE_PLANTS, enum site_plant);
	assert_string_equal(site_winner_word(SITE_NOBODY), "");
	assert_string_equal(site_winner_word(SITE_BY_CONTRACT), "contract");
	assert_string_equal(site_mode_word(SITE_OFF_GRID), "off-grid");
	assert_string_equal(site_strategy_word(SITE_ECOLOGICAL_MIXED), "ecological-mixed");
	assert_string_equal(site_charger_state_word(SITE_CHARGER_STANDBY), "standby");
	assert_string_equal(site_variable_word(SITE_SOC), "soc");
	assert_string_equal(site_event_word(SITE_EVENT_OVERLOAD), "overload");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_phase_hybrid_the_inverter_measures_both),
		cmocka_unit_test(retrofit_storage_the_inverter_measures_both),
		cmocka_unit_test(three_phase_hybrid_the_inverter_measures_both),
		cmocka_unit_test(single_phase_string_sensor_1_and_the_inverter),
		cmocka_unit_test(three_phase_string_a_meter_and_the_inverter),
		cmocka_unit_test(foreign_single_phase_pv_sensors_1_and_2),
		cmocka_unit_test(foreign_three_phase_pv_a_meter_and_sensor_2),
		cmocka_unit_test(single_phase_without_pv_sensor_1),
		cmocka_unit_test(three_phase_without_pv_a_meter),
		cmocka_unit_test(a_house_is_right_as_it_is_set_up_first),
		cmocka_unit_test(wallboxes_and_outputs_are_right_as_they_are_added),
		cmocka_unit_test(a_free_plant_keeps_what_was_chosen),
		cmocka_unit_test(a_meter_beside_an_inverter_that_measures_the_same_is_refused),
		cmocka_unit_test(an_inverter_with_a_battery_at_a_string_plant_s_sensor_is_refused),
		cmocka_unit_test(a_plant_without_pv_that_measures_production_is_refused),
		cmocka_unit_test(an_exchange_that_nobody_measures_is_refused),
		cmocka_unit_test(production_of_which_nobody_knows_who_measures_is_refused),
		cmocka_unit_test(sensors_that_are_swapped_are_refused),
		cmocka_unit_test(one_sensor_for_three_phases_is_refused),
		cmocka_unit_test(a_plant_of_two_phases_is_refused),
		cmocka_unit_test(an_inverter_that_is_to_measure_and_is_not_there_is_refused),
		cmocka_unit_test(a_tenth_plant_is_refused),
		cmocka_unit_test(more_than_there_can_be_is_refused),
		cmocka_unit_test(a_contract_of_nothing_is_refused),
		cmocka_unit_test(a_margin_that_eats_the_contract_is_refused),
		cmocka_unit_test(a_negative_feed_in_is_refused),
		cmocka_unit_test(times_and_bands_that_cannot_be_are_refused),
		cmocka_unit_test(depths_that_cannot_be_are_refused),
		cmocka_unit_test(words_that_there_are_not_are_refused),
		cmocka_unit_test(an_inverter_s_powers_that_cannot_be_are_refused),
		cmocka_unit_test(a_wallbox_that_cannot_be_is_refused),
		cmocka_unit_test(a_wallbox_that_does_not_fit_the_plant_is_refused),
		cmocka_unit_test(orders_of_a_strategy_that_cannot_be_are_refused),
		cmocka_unit_test(a_ninth_card_of_a_wallbox_is_refused),
		cmocka_unit_test(an_output_that_cannot_be_is_refused),
		cmocka_unit_test(a_rule_that_cannot_be_is_refused),
		cmocka_unit_test(a_rule_of_a_day_that_no_year_has_is_refused),
		cmocka_unit_test(a_wrong_rule_makes_the_configuration_wrong),
		cmocka_unit_test(two_things_of_a_kind_with_one_name_are_refused),
		cmocka_unit_test(a_name_without_an_end_is_refused),
		cmocka_unit_test(a_longer_name_than_there_is_room_for_is_cut),
		cmocka_unit_test(everything_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
