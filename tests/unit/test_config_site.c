// SPDX-License-Identifier: GPL-2.0-only
/*
 * The house in cellard.conf: what each key does, and what is said of each mistake.
 */
#include "config_rig.h"

#define SITE	"[site]\nplant = hybrid-1ph\n"
#define FREE	"[site]\nplant = free\nphases = 1\nexchange = meter\nproduction = none\n"

static void without_a_section_there_is_no_house(void **state)
{
	struct site_config defaults;
	struct config config;

	site_defaults(&defaults);
	must_load(*state, &config, "[cluster roof]\nbuses = cellar0\n");
	assert_false(config.house.given);
	assert_int_equal(config.house.site.chargers, 0);
	assert_int_equal(config.house.site.contract_w, SITE_NO_LIMIT);
	assert_int_equal(config.house.site.fresh_ms, defaults.fresh_ms);
}

static void every_key_of_the_site(void **state)
{
	const struct site_config *s;
	struct config config;

	must_load(*state, &config,
		  "[site]\ncontract_w = 3000\nplant = free\nphases = 3\nexchange = meter\n"
		  "production = inverter\ncontrol = set-points\ngrid_code = rrcr\n"
		  "contract_margin_w = 150\nfeed_in_w = 0\nstandby_w = 120\ndod_percent = 70\n"
		  "eps = yes\neps_dod_percent = 60\neps_buffer_percent = 15\ntimed_charge = yes\n"
		  "battery_to_cars = yes\nreturn_s = 90\nrrcr_hold_s = 600\nfresh_ms = 4000\n"
		  "contact_fresh_ms = 1500\ntimezone = Europe/Rome\ncluster = cellar4\n"
		  "[inverter garage]\nrated_w = 6000\nbattery_w = 5000\neps_w = 3000\ncurtails = yes\n"
		  "cluster = cellar4\n");
	s = &config.house.site;
	assert_true(config.house.given && s->eps && s->timed_charge && s->battery_to_cars);
	assert_string_equal(config.house.cluster, "cellar4");
	assert_string_equal(config.house.timezone, "Europe/Rome");
	assert_int_equal(s->plant, SITE_PLANT_FREE);
	assert_int_equal(s->phases, 3);
	assert_int_equal(s->exchange, SITE_SOURCE_METER);
	assert_int_equal(s->production, SITE_SOURCE_INVERTER);
	assert_int_equal(s->control, SITE_BY_SET_POINTS);
	assert_int_equal(s->grid_code, SITE_CODE_RRCR);
	assert_int_equal(s->contract_w, 3000);
	assert_int_equal(s->contract_margin_w, 150);
	assert_int_equal(s->feed_in_w, 0);
	assert_int_equal(s->standby_w, 120);
	assert_int_equal(s->dod_percent, 70);
	assert_int_equal(s->eps_dod_percent, 60);
	assert_int_equal(s->eps_buffer_percent, 15);
	assert_int_equal(s->return_s, 90);
	assert_int_equal(s->rrcr_hold_s, 600);
	assert_int_equal(s->fresh_ms, 4000);
	assert_int_equal(s->contact_fresh_ms, 1500);
	assert_int_equal(s->inverters, 1);
	assert_string_equal(s->inverter[0].name, "garage");
	assert_int_equal(s->inverter[0].rated_w, 6000);
	assert_int_equal(s->inverter[0].battery_w, 5000);
	assert_int_equal(s->inverter[0].eps_w, 3000);
	assert_true(s->inverter[0].curtails);
	assert_int_equal(config.inverter[0].of_house, 1);
}

static void a_limit_is_lifted_by_none(void **state)
{
	struct config config;

	must_load(*state, &config, "");
	fake_write(*state, "etc/a.d", "x.conf", "[site]\ncontract_w = none\nfeed_in_w = none\n");
	must_load(*state, &config, SITE "contract_w = 3000\nfeed_in_w = 100\n"
		  "[inverter x]\nrated_w = 5000\nbattery_w = 5000\n");
	assert_int_equal(config.house.site.contract_w, SITE_NO_LIMIT);
	assert_int_equal(config.house.site.feed_in_w, SITE_NO_LIMIT);
}

static void a_plant_brings_its_sources_wherever_it_stands(void **state)
{
	struct config config;

	must_load(*state, &config,
		  "[site]\nphases = 3\nexchange = inverter\nplant = hybrid-3ph\n"
		  "[inverter x]\nrated_w = 5000\nbattery_w = 5000\n");
	assert_int_equal(config.house.site.phases, 3);
	assert_int_equal(config.house.site.exchange, SITE_SOURCE_INVERTER);
	assert_int_equal(config.house.site.production, SITE_SOURCE_INVERTER);
}

static void every_key_of_a_charger(void **state)
{
	const struct site_charger_config *c;
	struct config config;

	must_load(*state, &config,
		  FREE "[charger street]\n[charger garage]\nstrategy = time-power\nmode = cards\n"
		  "phases = 1\nphase = 1\npriority = 7\ncable_a = 20\nbox_a = 16.5\nmin_a = 6.5\n"
		  "step_a = 0.5\nwh_per_km = 180\nkm = 60\nstart = 22:30\nduration_min = 240\n"
		  "power_w = 3680\nmin_run_s = 301\nmin_pause_s = 302\n"
		  "cards = anna 04:a3:5b:1c 99887766\n"
		  "[card bob]\nuid = 04A35B1C\n[card anna]\nuid = 01:02:03:04:05:06:07\n");
	assert_int_equal(config.house.site.chargers, 2);
	c = &config.house.site.charger[1];
	assert_string_equal(config.house.site.charger[0].name, "street");
	assert_string_equal(c->name, "garage");
	assert_int_equal(c->strategy, SITE_TIME_POWER);
	assert_int_equal(c->mode, SITE_OFFLINE_CARDS);
	assert_int_equal(c->phases, 1);
	assert_int_equal(c->phase, 0);
	assert_int_equal(c->priority, 7);
	assert_int_equal(c->cable_ma, 20000);
	assert_int_equal(c->box_ma, 16500);
	assert_int_equal(c->min_ma, 6500);
	assert_int_equal(c->step_ma, 500);
	assert_int_equal(c->wh_per_km, 180);
	assert_int_equal(c->km, 60);
	assert_int_equal(c->start_min, 22 * 60 + 30);
	assert_int_equal(c->duration_min, 240);
	assert_int_equal(c->power_w, 3680);
	assert_int_equal(c->min_run_s, 301);
	assert_int_equal(c->min_pause_s, 302);
	/* bob by his uid, anna by her name, and one that has no section */
	assert_int_equal(config.cards, 3);
	assert_int_equal(c->cards, 7);
	assert_string_equal(config.card[1].uid, "01020304050607");
	assert_string_equal(config.card[2].name, "99887766");
}

static void every_key_of_an_output(void **state)
{
	const struct site_output_config *o;
	struct config config;

	must_load(*state, &config,
		  FREE "[output pump]\nnumber = 3\nenabled = yes\nvariable = grid-power\nupper = 3000\n"
		  "lower = 500\ncheck_s = 60\nmin_on_s = 601\nmin_off_s = 602\nhours = 22:00-06:15\n"
		  "days = 11/15-02/29\nload_w = 1200\nwithout = closed\ndirection = out\n");
	assert_int_equal(config.house.site.outputs, 1);
	assert_int_equal(config.output[0].number, 3);
	o = &config.house.site.output[0];
	assert_string_equal(o->name, "pump");
	assert_true(o->enabled && o->closed_without && o->grid_out);
	assert_int_equal(o->variable, SITE_GRID_POWER);
	assert_int_equal(o->upper, 3000);
	assert_int_equal(o->lower, 500);
	assert_int_equal(o->check_s, 60);
	assert_int_equal(o->min_on_s, 601);
	assert_int_equal(o->min_off_s, 602);
	assert_int_equal(o->from_min, 22 * 60);
	assert_int_equal(o->to_min, 6 * 60 + 15);
	assert_int_equal(o->from_day, 1115);
	assert_int_equal(o->to_day, 229);
	assert_int_equal(o->load_w, 1200);
}

static void every_key_of_a_rule(void **state)
{
	const struct site_rule *r;
	struct config config;

	must_load(*state, &config,
		  FREE "[rule 2]\npower_w = 2000\nhours = 00:30-24:00\ntarget_percent = 80\n"
		  "days = 01/01-12/31\nweekdays = sat-mon wed\n[rule 0]\npower_w = 1000\n"
		  "enabled = no\n");
	assert_int_equal(config.house.site.rules, 3);
	r = &config.house.site.rule[2];
	assert_true(r->enabled);
	assert_int_equal(r->from_min, 30);
	assert_int_equal(r->to_min, 1440);
	assert_int_equal(r->target_percent, 80);
	assert_int_equal(r->power_w, 2000);
	assert_int_equal(r->from_day, 101);
	assert_int_equal(r->to_day, 1231);
	assert_int_equal(r->weekdays, 0x65);
	r = &config.house.site.rule[0];
	assert_false(r->enabled);
	assert_int_equal(r->weekdays, 0x7f);
	assert_int_equal(r->target_percent, 100);
	assert_false(config.house.site.rule[1].enabled);
}

static void an_inverter_needs_no_can_bus(void **state)
{
	struct config config;

	must_load(*state, &config,
		  "[inverter string]\nrated_w = 4000\ncurtails = yes\n"
		  "[inverter a]\ninterface = can0\nprotocol = sma\n"
		  "[inverter b]\nrated_w = 4000\nbattery_w = 3000\n");
	assert_string_equal(config.inverter[0].interface, "");
	/* who has no battery has no share of it; who is told nothing of it has */
	assert_int_equal(config.inverter[0].share_permille, 0);
	assert_int_equal(config.inverter[1].share_permille, 500);
	assert_int_equal(config.inverter[1].of_house, 0);
	assert_int_equal(config.inverter[2].of_house, 2);
	assert_int_equal(config.house.site.inverters, 2);
}

#define WRONG_KEY(head)	{ head "x = 1\n", "a:7: ", "x is no key", "there are" }

static void a_mistake_in_the_house_is_named(void **state)
{
	static const struct {
		const char *text, *where, *what, *right;
	} wrong[] = {
		{ SITE "contract_w = -1\n", "a:3: ", "contract_w = -1", "in W, or none" },
		{ SITE "contract_w = 1000001\n", "a:3: ", "contract_w", "1 to 1000000" },
		{ SITE "contract_w = 0\n", "a:3: ", "contract_w = 0", "1 to 1000000" },
		{ SITE "contract_w = some\n", "a:3: ", "contract_w = some", "or none" },
		{ SITE "contract_margin_w = none\n", "a:3: ", "contract_margin_w = none", "in W" },
		{ SITE "standby_w = 1001\n", "a:3: ", "standby_w", "0 to 1000" },
		{ "[site]\nplant = villa\n", "a:2: ", "plant = villa", "hybrid-1ph, " },
		{ "[site]\nplant = villa\n", "a:2: ", "free, ", " or no-pv-3ph" },
		{ SITE "phases = 2\n", "a:3: ", "phases = 2", "1 or 3" },
		{ SITE "exchange = ct\n", "a:3: ", "exchange = ct",
		  "none, inverter, meter, sensor-1 or sensor-2" },
		{ SITE "control = both\n", "a:3: ", "control = both", "limits or set-points" },
		{ SITE "grid_code = x\n", "a:3: ", "grid_code", "none, drm, rrcr or cease" },
		{ SITE "dod_percent = 0\n", "a:3: ", "dod_percent = 0", "1 to 100" },
		{ SITE "eps_buffer_percent = 101\n", "a:3: ", "eps_buffer_percent", "0 to 100" },
		{ SITE "fresh_ms = 100\n", "a:3: ", "fresh_ms = 100", "200 to 60000, in ms" },
		{ SITE "return_s = 3601\n", "a:3: ", "return_s", "0 to 3600, in s" },
		{ SITE "timezone = Mars/Phobos\n", "a:3: ", "Mars/Phobos", "Europe/Rome" },
		{ SITE "timezone = Europe\n", "a:3: ", "timezone = Europe", "Europe/Rome" },
		{ SITE "timezone = ../../etc/passwd\n", "a:3: ", "passwd", "Europe/Rome" },
		{ SITE "cluster = roof\n", "", "[site]: cluster = roof", "no such" },
		{ "[cluster a]\nbuses = cellar0\n[cluster b]\nbuses = cellar1\n" SITE, "",
		  "[site]: no cluster", "several" },
		{ SITE "colour = red\n", "a:3: ", "colour is no key of a [site]", "contract_w" },
		{ "[site house]\nplant = free\n", "a:1: ", "[site house]", "[site], " },
		{ SITE "exchange = meter\n", "", "[site]: exchange = meter: must be inverter",
		  "plant free" },
		{ SITE "phases = 3\n", "", "[site]: phases = 3: must be 1", "plant free" },
		{ SITE "production = sensor-2\n", "", "production = sensor-2: must be", "plant free" },
		{ "[charger a]\nkm = 5\n", "", "[charger a]: there is no [site]", "plant" },
		{ "[output a]\nnumber = 1\n", "", "[output a]: there is no [site]", "plant" },
		{ "[rule 3]\npower_w = 1\n", "", "[rule 3]: there is no [site]", "plant" },
		{ FREE "[charger a]\nstrategy = slow\n", "a:7: ", "strategy = slow", "fast, " },
		{ FREE "[charger a]\nmode = x\n", "a:7: ", "mode = x",
		  "remote, plug-and-play or cards" },
		{ FREE "[charger a]\nphase = 0\n", "a:7: ", "phase = 0", "1, 2 or 3" },
		{ FREE "[charger a]\nphase = 4\n", "a:7: ", "phase = 4", "1, 2 or 3" },
		{ FREE "[charger a]\nmin_a = 5.999\n", "a:7: ", "min_a = 5.999", "6 to 80" },
		{ FREE "[charger a]\nstart = 24:00\n", "a:7: ", "start = 24:00", "HH:MM" },
		{ FREE "[charger a]\nstart = 7:30\n", "a:7: ", "start = 7:30", "HH:MM" },
		{ FREE "[charger a]\nstart = 07:60\n", "a:7: ", "start = 07:60", "HH:MM" },
		{ FREE "[charger a]\nduration_min = 0\n", "a:7: ", "duration_min", "1 to 1440" },
		{ FREE "[charger a]\ncards = anna\n", "", "[charger a]: cards: anna is none",
		  "[card NAME]" },
		{ FREE "[card a]\nuid = 1234567\n", "a:7: ", "uid = 1234567", "4, 7 or 10 bytes" },
		{ FREE "[card a]\nuid = 12:34:56:7x\n", "a:7: ", "uid", "4, 7 or 10 bytes" },
		{ FREE "[card a]\nuid = 1:2345678\n", "a:7: ", "uid", "4, 7 or 10 bytes" },
		{ FREE "[card a]\nuid = 11223344\n[card b]\nuid = 11:22:33:44\n", "",
		  "[card b]: uid = 11223344 is of [card a]", "one" },
		{ FREE "[output a]\nnumber = 5\n", "a:7: ", "number = 5", "1 to 4" },
		{ FREE "[output a]\nenabled = no\n", "", "[output a]: no number", "1 to 4" },
		{ FREE "[output a]\nnumber = 1\n[output b]\nnumber = 1\n", "",
		  "[output b]: number = 1 is of [output a]", "one" },
		{ FREE "[output a]\nvariable = wind\n", "a:7: ", "variable = wind", "soc, " },
		{ FREE "[output a]\nwithout = shut\n", "a:7: ", "without = shut", "open or closed" },
		{ FREE "[output a]\ndirection = up\n", "a:7: ", "direction = up", "in or out" },
		{ FREE "[output a]\nhours = 25:00-26:00\n", "a:7: ", "hours", "HH:MM-HH:MM" },
		{ FREE "[output a]\nhours = 22:00\n", "a:7: ", "hours = 22:00", "HH:MM-HH:MM" },
		{ FREE "[output a]\nhours = 22:00-06:00 x\n", "a:7: ", "hours", "HH:MM-HH:MM" },
		{ FREE "[output a]\ndays = 02/30-03/01\n", "a:7: ", "days", "MM/DD-MM/DD" },
		{ FREE "[output a]\ndays = 13/01-03/01\n", "a:7: ", "days", "MM/DD-MM/DD" },
		{ FREE "[output a]\nnumber = 1\nupper = 5\nlower = 6\n", "", "[output a]: ", "upper" },
		{ FREE "[rule 16]\npower_w = 1\n", "a:6: ", "[rule 16]", "N from 0 to 15" },
		{ FREE "[rule 01]\npower_w = 1\n", "a:6: ", "[rule 01]", "N from 0 to 15" },
		{ FREE "[rule x]\npower_w = 1\n", "a:6: ", "[rule x]", "N from 0 to 15" },
		{ FREE "[rule 1]\nweekdays = monday\n", "a:7: ", "weekdays = monday", "mon-fri sun" },
		{ FREE "[rule 1]\nweekdays = mon-\n", "a:7: ", "weekdays = mon-", "mon-fri sun" },
		{ FREE "[rule 1]\nweekdays = \n", "a:7: ", "weekdays = ", "mon-fri sun" },
		{ FREE "[rule 1]\ntarget_percent = 80\n", "", "[rule 1]: ", "power" },
		{ "[inverter a]\nrated_w = 0\n", "a:2: ", "rated_w = 0", "1 to 1000000" },
		{ "[inverter a]\nbattery_w = 1\n", "", "[inverter a]: no rated_w", "in W" },
		{ "[inverter a]\ncurtails = yes\n", "", "[inverter a]: no ", "" },
		{ "[inverter a]\nrated_w = 5\nprotocol = sma\n", "", "[inverter a]: no interface",
		  "can0" },
		{ "[inverter a]\nrated_w = 5\ninterface = can0\n", "", "[inverter a]: no protocol",
		  "studer" },
		WRONG_KEY(FREE "[charger a]\n"), WRONG_KEY(FREE "[card a]\n"),
		WRONG_KEY(FREE "[output a]\n"), WRONG_KEY(FREE "[rule 1]\n"),
	};
	static struct config config;
	struct heard heard;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(load(*state, &config, &heard, wrong[i].text), -EINVAL);
		if (!strstr(heard.text, wrong[i].where) || !strstr(heard.text, wrong[i].what) ||
		    !strstr(heard.text, wrong[i].right))
			fail_msg("%zu: %u complaints, the last: %s", i, heard.n, heard.text);
	}
}

/* No more sections of a kind than the site has room for. */
static void there_may_be_so_many_of_each(void **state)
{
	static const struct {
		const char *head, *word, *body;
		unsigned int most;
	} kinds[] = {
		{ FREE, "charger", "km = 5", SITE_CHARGERS_MAX },
		{ FREE, "card", "uid = 000000%02u", SITE_CARDS_MAX },
	};
	static struct config config;
	struct heard heard;
	char text[2048];

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		for (unsigned int n = kinds[k].most; n < kinds[k].most + 2; n++) {
			size_t length = (size_t)snprintf(text, sizeof(text), "%s", kinds[k].head);

			for (unsigned int i = 0; i < n; i++) {
				length += (size_t)snprintf(text + length, sizeof(text) - length,
							   "[%s i%u]\n", kinds[k].word, i);
				length += (size_t)snprintf(text + length, sizeof(text) - length,
							   k ? "uid = 000000%02u\n" : "km = 1%u\n",
							   i);
			}
			assert_int_equal(load(*state, &config, &heard, text),
					 n > kinds[k].most ? -EINVAL : 0);
		}
		assert_non_null(strstr(heard.text, "too many: at most"));
	}
}

static void what_is_put_on_top_counts(void **state)
{
	static struct config config;
	struct heard heard = { 0 };

	must_load(*state, &config,
		  FREE "contract_w = 3000\n[charger a]\nkm = 5\n[rule 1]\npower_w = 7\n");
	assert_int_equal(config_put(&config, "site", "contract_w", "4000", hear, &heard), 0);
	assert_int_equal(config_put(&config, "charger a", "strategy", "fast", hear, &heard), 0);
	assert_int_equal(config_put(&config, "rule 5", "power_w", "100", hear, &heard), 0);
	config_drop_rule(&config, 1);
	assert_int_equal(config_finish(&config, hear, &heard), 0);
	assert_int_equal(config.house.site.contract_w, 4000);
	assert_int_equal(config.house.site.charger[0].strategy, SITE_FAST);
	assert_int_equal(config.house.site.charger[0].km, 5);
	assert_int_equal(config.house.site.rules, 6);
	assert_true(config.house.site.rule[5].enabled);
	assert_false(config.house.site.rule[1].enabled);
	assert_int_equal(heard.n, 0);
}

static void what_cannot_be_put_on_top_is_named(void **state)
{
	static const struct {
		const char *section, *key, *value, *what;
	} wrong[] = {
		{ "charger b", "km", "5", "there is no [charger b]" },
		{ "output a", "load_w", "5", "there is no [output a]" },
		{ "rule 16", "power_w", "5", "there is no [rule 16]" },
		{ "garden", "power_w", "5", "there is no [garden]" },
		{ "charger a", "km", "0", "km = 0: must be 1 to 2000" },
		{ "charger a", "miles", "1", "miles is no key of a [charger NAME]" },
	};
	static struct config config;
	struct heard heard;

	must_load(*state, &config, FREE "[charger a]\nkm = 5\n");
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		memset(&heard, 0, sizeof(heard));
		assert_int_equal(config_put(&config, wrong[i].section, wrong[i].key,
					    wrong[i].value, hear, &heard), -EINVAL);
		assert_int_equal(heard.n, 1);
		assert_non_null(strstr(heard.text, wrong[i].what));
	}
	assert_int_equal(config.chargers, 1);
	assert_int_equal(config.outputs, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)
	const struct CMUnitTest tests[] = {
		CASE(without_a_section_there_is_no_house),
		CASE(every_key_of_the_site),
		CASE(a_limit_is_lifted_by_none),
		CASE(a_plant_brings_its_sources_wherever_it_stands),
		CASE(every_key_of_a_charger),
		CASE(every_key_of_an_output),
		CASE(every_key_of_a_rule),
		CASE(an_inverter_needs_no_can_bus),
		CASE(a_mistake_in_the_house_is_named),
		CASE(there_may_be_so_many_of_each),
		CASE(what_is_put_on_top_counts),
		CASE(what_cannot_be_put_on_top_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
