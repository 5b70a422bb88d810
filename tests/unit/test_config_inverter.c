// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inverters on Modbus lines in cellard.conf: what an inverter is to keep itself, and what is
 * said of each mistake.
 */
#include "config_rig.h"

#define SITE	"[site]\nplant = free\nexchange = inverter\nproduction = inverter\n"
#define WIRE	"[line wire]\ndevice = /dev/ttyUSB0\n"
#define ROOF	"[inverter roof]\nrated_w = 5000\nline = wire\naddress = 1\n"
#define KEEP	"keep_feed_in_limit = yes\n"

static void a_setting_of_an_inverter_is_left_alone_unless_a_person_says_so(void **state)
{
	struct config config;

	must_load(*state, &config, SITE "feed_in_w = 3000\n" WIRE ROOF "map = sofar-g3\n");
	assert_false(config.inverter[0].hybrid.keep_feed_in);
	must_load(*state, &config, SITE "feed_in_w = 3000\n" WIRE ROOF "map = sofar-g3\n"
		  "keep_feed_in_limit = no\n");
	assert_false(config.inverter[0].hybrid.keep_feed_in);
}

static void a_limit_is_kept_by_the_inverter_with_the_phases_of_the_house(void **state)
{
	struct config config;

	must_load(*state, &config, SITE "feed_in_w = 0\nphases = 3\n" WIRE ROOF
		  "map = sofar-g3\n" KEEP);
	assert_true(config.inverter[0].hybrid.keep_feed_in);
	assert_int_equal(config.inverter[0].hybrid.phases, 3);
	must_load(*state, &config, SITE "feed_in_w = 0\n" WIRE ROOF "map = sofar-g3\n" KEEP);
	assert_int_equal(config.inverter[0].hybrid.phases, 1);
}

static void a_limit_that_no_inverter_can_keep_is_a_mistake(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ SITE "feed_in_w = 3000\n" WIRE ROOF "map = sofar-me3000\n" KEEP,
		  "[inverter roof]: keep_feed_in_limit: a sofar-me3000 has none that is known: must go, or map be sofar-g3" },
		{ SITE "feed_in_w = 3000\n" WIRE ROOF "map = sunspec\n" KEEP,
		  "[inverter roof]: keep_feed_in_limit: a sunspec has none that is known: must go, or map be sofar-g3" },
		{ SITE WIRE ROOF "map = sofar-g3\n" KEEP,
		  "[inverter roof]: keep_feed_in_limit: there is no feed_in_w of a [site] to keep: must be there, or keep_feed_in_limit must go" },
		{ SITE "feed_in_w = none\n" WIRE ROOF "map = sofar-g3\n" KEEP,
		  "[inverter roof]: keep_feed_in_limit: there is no feed_in_w of a [site] to keep: must be there, or keep_feed_in_limit must go" },
		{ WIRE ROOF "map = sofar-g3\n" KEEP,
		  "[inverter roof]: keep_feed_in_limit: there is no feed_in_w of a [site] to keep: must be there, or keep_feed_in_limit must go" },
		{ SITE "feed_in_w = 3000\n" WIRE "[inverter first]\nrated_w = 3000\n" ROOF
		  "map = sofar-g3\n" KEEP,
		  "[inverter roof]: keep_feed_in_limit: the meter at the grid is that of the first inverter with a rated_w: must be of that one" },
		{ SITE "feed_in_w = 3000\n[inverter roof]\nrated_w = 3000\n" KEEP,
		  "[inverter roof]: no line: must be the NAME of a [line NAME], or address, map and keep_feed_in_limit must go" },
	};
	struct config config;
	struct heard heard;

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(load(*state, &config, &heard, cases[i].text) < 0);
		assert_int_equal(heard.n, 1);
		if (!strstr(heard.text, cases[i].says))
			fail_msg("%u: %s", i, heard.text);
	}
}

static void the_speed_of_a_line_says_how_much_one_request_may_bring(void **state)
{
	static const struct {
		const char *line;
		unsigned int hold, gap_ms;
	} cases[] = {
		{ "device = /dev/ttyUSB0\n", 37, MODBUS_GAP_UNSAID },
		{ "device = /dev/ttyUSB0\nbaud = 19200\ngap_ms = 30\n", 80, 30 },
		{ "device = /dev/ttyUSB0\nbaud = 115200\ngap_ms = 0\n", REGISTERS_MAX, 0 },
		{ "host = 192.168.1.50\n", 0, MODBUS_GAP_UNSAID },
	};
	struct config config;
	char text[512];

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text),
			 "[line near]\ndevice = /dev/ttyUSB7\nbaud = 1200\n[line far]\n%s"
			 "[meter grid]\nline = far\naddress = 1\nkind = dtsu666\n"
			 "[site]\nplant = free\n[inverter roof]\nrated_w = 5000\nline = far\n"
			 "address = 2\nmap = sofar-g3\n",
			 cases[i].line);
		must_load(*state, &config, text);
		assert_int_equal(config.meter[0].meter.hold, cases[i].hold);
		assert_int_equal(config.inverter[0].hybrid.hold, cases[i].hold);
		assert_int_equal(config.line[1].port.gap_ms, cases[i].gap_ms);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)
	const struct CMUnitTest tests[] = {
		CASE(a_setting_of_an_inverter_is_left_alone_unless_a_person_says_so),
		CASE(a_limit_is_kept_by_the_inverter_with_the_phases_of_the_house),
		CASE(a_limit_that_no_inverter_can_keep_is_a_mistake),
		CASE(the_speed_of_a_line_says_how_much_one_request_may_bring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
