// SPDX-License-Identifier: GPL-2.0-only
/*
 * [simulation] in cellard.conf: what cellar-sim is told, and what is said of mistakes.
 */
#include "fake_class.h"

#include "../../userspace/cellard/config.h"
#include "models.h"

static void hear(void *user, const char *text)
{
	snprintf(user, 1024, "%s", text);
}

static int load(const struct fake_class *in, struct config *config, char *heard,
		const char *text)
{
	char path[128];

	fake_write(in, "etc", "a", text);
	snprintf(path, sizeof(path), "%s/etc/a", in->path);

	return config_load(config, path, hear, heard);
}

static void one_pack_in_tuscany_when_nothing_is_said(void **state)
{
	char heard[1024] = "";
	struct config config;
	const struct config_simulation *s = &config.simulation;

	assert_int_equal(load(*state, &config, heard, "[site]\nplant = hybrid-1ph\n"
			      "[inverter a]\nrated_w = 5000\n"), 0);
	assert_false(s->given);
	assert_string_equal(cellar_models[s->model].key, "lesso,lsrr51v100ah");
	assert_int_equal(s->packs, 1);
	assert_int_equal(s->start_soc_percent, 50);
	assert_int_equal(s->efficiency_percent, 96);
	assert_int_equal(s->latitude, 43500);
	assert_int_equal(s->longitude, 11600);
	assert_int_equal(s->tilt, 25);
	assert_int_equal(s->climate, CONFIG_MIDDLE);
	assert_int_equal(s->load_kwh, 3500);
	assert_int_equal(s->pv_wp, 0);
	assert_false(s->switched_loads);
}

static void every_key_of_the_simulation(void **state)
{
	char heard[1024] = "";
	struct config config;
	const struct config_simulation *s = &config.simulation;

	assert_int_equal(load(*state, &config, heard,
			      "[simulation]\nmodel = weco,5k3-xp\npacks = 0\n"
			      "start_soc_percent = 7\nefficiency_percent = 100\n"
			      "inverter_lag_s = 1\ncharger_lag_s = 10\nswitched_loads = yes\n"
			      "climate = north\nlatitude = -33.9\nlongitude = -180\ntilt = 90\n"
			      "azimuth = 12.345\npv_kwp = 6.3\nload_kwh = 1000\n"
			      "relay_1 = R1\nrelay_2 = bank:7 active-low\nrelay_4 = R4\n"), 0);
	assert_true(s->given && s->switched_loads);
	assert_string_equal(cellar_models[s->model].key, "weco,5k3-xp");
	assert_string_equal(s->relay[0].name, "R1");
	assert_string_equal(s->relay[1].chip, "bank");
	assert_true(s->relay[1].offset == 7 && s->relay[1].active_low);
	assert_false(s->relay[2].given);
	assert_string_equal(s->relay[3].name, "R4");
	assert_int_equal(s->packs, 0);
	assert_int_equal(s->start_soc_percent, 7);
	assert_int_equal(s->efficiency_percent, 100);
	assert_int_equal(s->inverter_lag_s, 1);
	assert_int_equal(s->charger_lag_s, 10);
	assert_int_equal(s->climate, CONFIG_NORTH);
	assert_int_equal(s->latitude, -33900);
	assert_int_equal(s->longitude, -180000);
	assert_int_equal(s->tilt, 90);
	assert_int_equal(s->azimuth, 12345);
	assert_int_equal(s->pv_wp, 6300);
	assert_int_equal(s->load_kwh, 1000);
	assert_false(config.house.given);
}

static void mistakes_say_what_would_be_right(void **state)
{
	static const struct {
		const char *line, *right;
	} wrong[] = {
		{ "model = tesla", "model = tesla: must be lesso,lsrr51v100ah, " },
		{ "packs = 257", "packs = 257: must be 0 to 256" },
		{ "start_soc_percent = 101", "start_soc_percent = 101: must be 0 to 100" },
		{ "efficiency_percent = 49", "efficiency_percent = 49: must be 50 to 100" },
		{ "inverter_lag_s = 11", "inverter_lag_s = 11: must be 0 to 10, in s" },
		{ "charger_lag_s = -1", "charger_lag_s = -1: must be 0 to 10, in s" },
		{ "climate = polar", "climate = polar: must be north, middle or south" },
		{ "latitude = 66.001", "latitude = 66.001: must be -66 to 66, in degrees" },
		{ "latitude = --5", "latitude = --5: must be -66 to 66, in degrees" },
		{ "longitude = -", "longitude = -: must be -180 to 180, in degrees" },
		{ "azimuth = S", "azimuth = S: must be -180 to 180, in degrees from south" },
		{ "tilt = 91", "tilt = 91: must be 0 to 90, in degrees" },
		{ "pv_kwp = 1000.1", "pv_kwp = 1000.1: must be 0 to 1000, in kW" },
		{ "load_kwh = 999", "load_kwh = 999: must be 1000 to 100000, in kWh a year" },
		{ "colour = red", "colour is no key of a [simulation]; there are: model, packs" },
	};
	struct config config;
	char heard[1024], text[200];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		snprintf(text, sizeof(text), "[simulation]\n%s\n", wrong[i].line);
		assert_int_equal(load(*state, &config, heard, text), -EINVAL);
		assert_non_null(strstr(heard, "a:2: "));
		if (!strstr(heard, wrong[i].right))
			fail_msg("%s", heard);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)
	const struct CMUnitTest tests[] = {
		CASE(one_pack_in_tuscany_when_nothing_is_said),
		CASE(every_key_of_the_simulation),
		CASE(mistakes_say_what_would_be_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
