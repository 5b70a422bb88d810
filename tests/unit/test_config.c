// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellard.conf: what each key does, and what is said of each mistake.
 */
#include "config_rig.h"

static void no_file_is_no_cluster(void **state)
{
	struct config config;
	struct heard heard;

	assert_int_equal(load_file(*state, &config, &heard), 0);
	assert_int_equal(config.clusters, 0);
	assert_null(config_of_bus(&config, 0));
}

static void every_key_reaches_its_place(void **state)
{
	const struct config_cluster *c;
	struct config config;
	struct heard heard;

	fake_write(*state, "etc", "a",
		   "# roof\n[cluster roof]\nbuses = cellar0 cellar12\nkit = yes\npacks = 3\n"
		   "currents = highest\npeak = yes\nforce_charge = no\ncable_pairs = 2\n"
		   "charge_current_a = 120.5\ndischarge_current_a = 0\nabsorption_v = 55.25\n"
		   "float_v = 54\ncutoff_v = 47.5\nrecharge_v = 50\nrestart_v = 52\n"
		   "dod_percent = 80\nlow_soc_percent = 20\neps_dod_percent = 90\n"
		   "eps_buffer_percent = 5\ncommissioned = yes\n[cluster shed]\nbuses = cellar3\n");
	if (load_file(*state, &config, &heard))
		fail_msg("%s", heard.text);
	assert_int_equal(config.clusters, 2);
	c = config_of_bus(&config, 12);
	assert_non_null(c);
	assert_ptr_equal(c, config_of_bus(&config, 0));
	assert_string_equal(c->name, "roof");
	assert_true(c->cluster.kit && c->commissioned && c->limits.peak);
	assert_false(c->limits.rated || c->limits.force_charge);
	assert_int_equal(c->cluster.packs_of_system, 3);
	assert_int_equal(c->limits.cable_pairs, 2);
	assert_int_equal(c->limits.charge_ma, 120500);
	assert_int_equal(c->limits.discharge_ma, 0);
	assert_int_equal(c->limits.absorption_mv, 55250);
	assert_int_equal(c->limits.float_mv, 54000);
	assert_int_equal(c->limits.cutoff_mv, 47500);
	assert_int_equal(c->limits.recharge_mv, 50000);
	assert_int_equal(c->limits.restart_mv, 52000);
	assert_int_equal(c->limits.dod_percent, 80);
	assert_int_equal(c->limits.low_soc_percent, 20);
	assert_int_equal(c->limits.eps_dod_percent, 90);
	assert_int_equal(c->limits.eps_buffer_percent, 5);
	c = config_of_bus(&config, 3);
	assert_true(c->limits.rated && c->limits.force_charge);
	assert_int_equal(c->limits.charge_ma, LIMITS_NONE);
}

static void a_drop_in_replaces_what_was_said(void **state)
{
	struct config config;
	struct heard heard;

	fake_write(*state, "etc", "a", "[cluster roof]\nbuses = cellar0\ndod_percent = 80\n");
	fake_write(*state, "etc/a.d", "90.conf", "[cluster roof]\ndod_percent = 70\n");
	fake_write(*state, "etc/a.d", "10.conf", "[cluster roof]\ndod_percent = 60\n");
	fake_write(*state, "etc/a.d", "99.conf~", "[cluster roof]\ndod_percent = 50\n");
	if (load_file(*state, &config, &heard))
		fail_msg("%s", heard.text);
	assert_int_equal(config.clusters, 1);
	assert_int_equal(config.cluster[0].limits.dod_percent, 70);
	assert_int_equal(config.cluster[0].buses, 1);
}

#define HEAD	"[cluster roof]\nbuses = cellar0\n"

static void a_mistake_is_named(void **state)
{
	static const struct {
		const char *text, *where, *what, *right;
	} wrong[] = {
		{ HEAD "dod_percent = 101\n", "a:3: ", "dod_percent = 101", "1 to 100" },
		{ HEAD "dod_percent = 0\n", "a:3: ", "dod_percent = 0", "1 to 100" },
		{ HEAD "dod_percent = -5\n", "a:3: ", "dod_percent = -5", "1 to 100" },
		{ HEAD "\n\nkit = maybe\n", "a:5: ", "kit = maybe", "yes or no" },
		{ HEAD "kit = \n", "a:3: ", "kit = ", "yes or no" },
		{ HEAD "charge_current_a = 1e3\n", "a:3: ", "charge_current_a", "0 to 10000, in A" },
		{ HEAD "charge_current_a = 99999999999999999999\n", "a:3: ", "charge_current_a",
		  "0 to 10000, in A" },
		{ HEAD "charge_current_a = 1.2345\n", "a:3: ", "charge_current_a", "in A" },
		{ HEAD "charge_current_a = .5\n", "a:3: ", "charge_current_a", "in A" },
		{ HEAD "absorption_v = 560\n", "a:3: ", "absorption_v = 560", "40 to 60, in V" },
		{ HEAD "currents = all\n", "a:3: ", "currents = all", "standard or highest" },
		{ "[cluster roof]\nbuses = can0\n", "a:2: ", "buses = can0", "cellar0 cellar1" },
		{ "[cluster roof]\nbuses = \n", "a:2: ", "buses = ", "cellar0 cellar1" },
		{ HEAD "colour = red\n", "a:3: ", "colour is no key", "dod_percent" },
		{ HEAD "kit = yes\nkit = no\n", "a:4: ", "kit is given twice", "must go" },
		{ "[roof]\nbuses = cellar0\n", "a:1: ", "section [roof]", "[cluster NAME]" },
		{ "[cluster a b]\nbuses = cellar0\n", "a:1: ", "[cluster a b]", "letters" },
		{ "[cluster cellar1]\nbuses = cellar0\n", "a:1: ", "[cluster cellar1]", "not cellar" },
		{ HEAD "dod_percent\n", "a:3: ", "neither", "KEY = VALUE" },
		{ "[cluster roof]\nkit = yes\n", "", "[cluster roof]: no buses", "cellar0" },
		{ "[cluster roof]\n", "", "[cluster roof]: no buses", "cellar0" },
		{ "[roof]\n", "a:1: ", "section [roof]", "[cluster NAME]" },
		{ HEAD "[cluster shed]\nbuses = cellar0\n", "", "cellar0 is in [cluster roof]", "one" },
		{ HEAD "absorption_v = 54\nfloat_v = 55\n", "", "[cluster roof]: float voltage",
		  "must not be above" },
		{ HEAD "cutoff_v = 50\nrecharge_v = 49\n", "", "[cluster roof]", "rise" },
		{ HEAD "# a comment that is too long: 0123456789012345678901234567890123456789"
		  "01234567890123456789012345678901234567890123456789012345678901234567890123"
		  "01234567890123456789012345678901234567890123456789012345678901234567890123\n",
		  "a:3: ", "too long", "at most" },
	};
	struct config config;
	struct heard heard;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		fake_write(*state, "etc", "a", wrong[i].text);
		assert_int_equal(load_file(*state, &config, &heard), -EINVAL);
		if (heard.n != 1 || !strstr(heard.text, wrong[i].where) ||
		    !strstr(heard.text, wrong[i].what) || !strstr(heard.text, wrong[i].right))
			fail_msg("%zu: %u complaints, the last: %s", i, heard.n, heard.text);
	}
}

#define INVERTER	"[inverter one]\ninterface = can0\nprotocol = deye\n"

static void every_key_of_an_inverter(void **state)
{
	const struct config_inverter *c;
	struct config config;
	struct heard heard;

	fake_write(*state, "etc", "a",
		   HEAD "[inverter east]\ninterface = can0\nprotocol = growatt\ncluster = roof\n"
		   "share_percent = 35\ncharge_current_a = 62.5\ndischarge_current_a = 100\n"
		   "listen = yes\n[inverter west]\ninterface = can1\nprotocol = deye\n");
	if (load_file(*state, &config, &heard))
		fail_msg("%s", heard.text);
	assert_int_equal(config.inverters, 2);
	c = &config.inverter[0];
	assert_string_equal(c->name, "east");
	assert_string_equal(c->interface, "can0");
	assert_string_equal(c->cluster, "roof");
	assert_int_equal(c->dialect, CELLAR_DIALECT_GROWATT);
	assert_int_equal(c->share_permille, 350);
	assert_int_equal(c->most_ma[CORE_CHARGE], 62500);
	assert_int_equal(c->most_ma[CORE_DISCHARGE], 100000);
	assert_true(c->listen);
	c = &config.inverter[1];
	assert_string_equal(c->cluster, "roof");
	assert_int_equal(c->share_permille, 650);
	assert_int_equal(c->most_ma[CORE_CHARGE], LIMITS_NONE);
	assert_int_equal(c->most_ma[CORE_DISCHARGE], LIMITS_NONE);
	assert_false(c->listen);
}

/* packs.md, "DIP switches" */
static void makes_of_inverters_are_protocols(void **state)
{
	static const struct {
		const char *make;
		enum cellar_dialect dialect;
	} makes[] = {
		{ "pylontech", CELLAR_DIALECT_PYLONTECH }, { "victron", CELLAR_DIALECT_VICTRON },
		{ "deye", CELLAR_DIALECT_DEYE }, { "growatt", CELLAR_DIALECT_GROWATT },
		{ "goodwe", CELLAR_DIALECT_GOODWE }, { "schneider", CELLAR_DIALECT_SCHNEIDER },
		{ "sofar", CELLAR_DIALECT_SOFAR }, { "sma", CELLAR_DIALECT_VICTRON },
		{ "studer", CELLAR_DIALECT_VICTRON }, { "sunsynk", CELLAR_DIALECT_DEYE },
		{ "sol-ark", CELLAR_DIALECT_PYLONTECH }, { "solis", CELLAR_DIALECT_PYLONTECH },
		{ "saj", CELLAR_DIALECT_PYLONTECH }, { "luxpower", CELLAR_DIALECT_PYLONTECH },
		{ "megarevo", CELLAR_DIALECT_PYLONTECH }, { "invt", CELLAR_DIALECT_PYLONTECH },
		{ "sermatec", CELLAR_DIALECT_PYLONTECH }, { "tbb", CELLAR_DIALECT_PYLONTECH },
		{ "must", CELLAR_DIALECT_PYLONTECH },
	};
	struct config config;
	struct heard heard;
	char text[128];

	for (size_t i = 0; i < ARRAY_SIZE(makes); i++) {
		snprintf(text, sizeof(text), "[inverter x]\ninterface = can0\nprotocol = %s\n",
			 makes[i].make);
		fake_write(*state, "etc", "a", text);
		if (load_file(*state, &config, &heard))
			fail_msg("%s", heard.text);
		assert_int_equal(config.inverter[0].dialect, makes[i].dialect);
		assert_string_equal(config.inverter[0].cluster, "");
	}
	/* what the complaint lists is all there is */
	fake_write(*state, "etc", "a", "[inverter x]\ninterface = can0\nprotocol = ?\n");
	load_file(*state, &config, &heard);
	for (size_t i = 0; i < ARRAY_SIZE(makes); i++)
		assert_non_null(strstr(heard.text, makes[i].make));
}

static void shares_of_those_who_have_none(void **state)
{
	struct config config;
	struct heard heard;

	fake_write(*state, "etc", "a",
		   HEAD "[cluster shed]\nbuses = cellar1\n"
		   "[inverter a]\ninterface = can0\nprotocol = sma\ncluster = roof\n"
		   "[inverter b]\ninterface = can1\nprotocol = sma\ncluster = roof\n"
		   "[inverter c]\ninterface = can2\nprotocol = sma\ncluster = roof\n"
		   "[inverter d]\ninterface = can3\nprotocol = sma\ncluster = shed\n"
		   "[inverter e]\ninterface = can4\nprotocol = sma\ncluster = cellar7\n");
	if (load_file(*state, &config, &heard))
		fail_msg("%s", heard.text);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(config.inverter[i].share_permille, 333);
	assert_int_equal(config.inverter[3].share_permille, 1000);
	assert_int_equal(config.inverter[4].share_permille, 1000);
}

static void a_mistake_with_an_inverter_is_named(void **state)
{
	static const struct {
		const char *text, *where, *what, *right;
	} wrong[] = {
		{ INVERTER "share_percent = 0\n", "a:4: ", "share_percent = 0", "1 to 100" },
		{ INVERTER "share_percent = 101\n", "a:4: ", "share_percent", "1 to 100" },
		{ INVERTER "listen = maybe\n", "a:4: ", "listen = maybe", "yes or no" },
		{ INVERTER "dod_percent = 80\n", "a:4: ", "dod_percent is no key of a [inverter",
		  "share_percent" },
		{ HEAD "interface = can0\n", "a:3: ", "interface is no key of a [cluster", "buses" },
		{ INVERTER "cluster = a b\n", "a:4: ", "cluster = a b", "name" },
		{ INVERTER "charge_current_a = -1\n", "a:4: ", "charge_current_a", "in A" },
		{ "[inverter a-b]\ninterface = can0\n", "a:1: ", "[inverter a-b]", "letters" },
		{ "[inverter]\ninterface = can0\n", "a:1: ", "[inverter]", "[inverter NAME]" },
		{ "[inverter x]\nprotocol = sma\n", "", "[inverter x]: no interface", "can0" },
		{ "[inverter x]\ninterface = can0\n", "", "[inverter x]: no protocol", "studer" },
		{ INVERTER "[inverter two]\ninterface = a0123456789abcdef\n", "a:5: ",
		  "interface = a0123456789abcdef", "CAN interface" },
		{ "[inverter x]\ninterface = can/0\n", "a:2: ", "can/0", "CAN interface" },
		{ "[inverter x]\ninterface = can 0\n", "a:2: ", "can 0", "CAN interface" },
		{ "[inverter x]\nprotocol = sungrow\n", "a:2: ", "protocol = sungrow", "growatt" },
		{ INVERTER "[inverter two]\ninterface = can0\nprotocol = sma\n", "",
		  "[inverter two]: can0", "[inverter one]" },
		{ INVERTER "cluster = shed\n", "", "[inverter one]: cluster = shed", "no such" },
		{ HEAD INVERTER "cluster = cellar0\n", "", "cluster = cellar0", "no such" },
		{ INVERTER "cluster = cellar01\n", "", "cluster = cellar01", "no such" },
		{ INVERTER "cluster = cellar99999\n", "", "cluster = cellar99999", "no such" },
		{ HEAD "[cluster shed]\nbuses = cellar1\n" INVERTER, "",
		  "[inverter one]: no cluster", "several" },
		{ INVERTER "[inverter two]\ninterface = can1\nprotocol = sma\ncluster = cellar0\n",
		  "", "[inverter one]: no cluster", "several" },
		{ INVERTER "share_percent = 60\n[inverter two]\ninterface = can1\n"
		  "protocol = sma\nshare_percent = 41\n", "", "come to 101 %", "100" },
		{ INVERTER "share_percent = 100\n[inverter two]\ninterface = can1\n"
		  "protocol = sma\n", "", "[inverter two]: the others leave nothing", "less" },
	};
	struct config config;
	struct heard heard;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		fake_write(*state, "etc", "a", wrong[i].text);
		assert_int_equal(load_file(*state, &config, &heard), -EINVAL);
		if (!strstr(heard.text, wrong[i].where) || !strstr(heard.text, wrong[i].what) ||
		    !strstr(heard.text, wrong[i].right))
			fail_msg("%zu: %u complaints, the last: %s", i, heard.n, heard.text);
	}
}

static void eight_inverters_are_enough(void **state)
{
	char text[1024] = "";
	struct config config;
	struct heard heard;

	for (unsigned int n = 8; n < 10; n++) {
		size_t length = 0;

		for (unsigned int i = 0; i < n; i++)
			length += (size_t)snprintf(text + length, sizeof(text) - length,
						   "[inverter i%u]\nprotocol = sma\n"
						   "interface = can%u\n", i, i);
		fake_write(*state, "etc", "a", text);
		assert_int_equal(load_file(*state, &config, &heard), n > 8 ? -EINVAL : 0);
	}
	assert_non_null(strstr(heard.text, "[inverter i8] is one inverter too many: at most 8"));
}

static void every_mistake_is_found_at_once(void **state)
{
	struct config config;
	struct heard heard;

	fake_write(*state, "etc", "a", HEAD "kit = 1\npacks = 0\nfoo = bar\n");
	assert_int_equal(load_file(*state, &config, &heard), -EINVAL);
	assert_int_equal(heard.n, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_file_is_no_cluster, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(every_key_reaches_its_place, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(a_drop_in_replaces_what_was_said, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(a_mistake_is_named, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(every_key_of_an_inverter, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(makes_of_inverters_are_protocols, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(shares_of_those_who_have_none, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(a_mistake_with_an_inverter_is_named, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(eight_inverters_are_enough, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(every_mistake_is_found_at_once, fake_class_new,
						fake_class_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
