// SPDX-License-Identifier: GPL-2.0-only
/*
 * [contacts] and [sensor NAME] in cellard.conf: what each key does, and what is said of each
 * mistake.
 */
#include "config_rig.h"

#define SITE	"[site]\nplant = no-pv-1ph\ngrid_code = drm\n"
#define SENSOR	"[sensor a]\ndevice = d\nchannel = c\n"

static void nothing_is_wired_by_default(void **state)
{
	struct config config;

	must_load(*state, &config, "");
	for (unsigned int i = 0; i < CONFIG_CONTACTS; i++)
		assert_false(config.contacts.line[i].given);
	assert_int_equal(config.contacts.debounce_ms, 20);
	assert_int_equal(config.sensors, 0);
}

static void every_contact_has_its_line(void **state)
{
	const struct config_contacts *c;
	struct config config;

	must_load(*state, &config,
		  SITE "[contacts]\ndrm0 = c:0\ndrm1_5 = c:1\ndrm2_6 = c:2\ndrm3_7 = c:3\n"
		  "drm4_8 = c:4\ncharge_enable = c:10\ndischarge_enable = c:11\n"
		  "shutdown_switch = c:12\noutput_1 = c:13 open-drain\noutput_2 = c:14\n"
		  "output_3 = c:15\noutput_4 = c:16\nrapid_shutdown = c:17\n"
		  "output_1_at_exit = open\noutput_2_at_exit = closed\n"
		  "output_3_at_exit = open\noutput_4_at_exit = closed\n"
		  "debounce_ms = 5\ncluster = cellar3\n");
	c = &config.contacts;
	for (unsigned int i = 0; i <= CONFIG_DRM4_8; i++)
		assert_int_equal(c->line[i].offset, i);
	for (unsigned int i = CONFIG_CHARGE_ENABLE; i < CONFIG_CONTACTS; i++)
		assert_int_equal(c->line[i].offset, i);
	assert_false(c->line[CONFIG_CEASE].given);
	assert_int_equal(c->line[CONFIG_OUTPUT_1].drive, GPIO_OPEN_DRAIN);
	assert_false(c->closed_at_exit[CONFIG_OUTPUT_1]);
	assert_true(c->closed_at_exit[CONFIG_OUTPUT_1 + 1]);
	assert_false(c->closed_at_exit[CONFIG_OUTPUT_1 + 2]);
	assert_true(c->closed_at_exit[CONFIG_OUTPUT_1 + 3]);
	assert_int_equal(c->debounce_ms, 5);
	assert_string_equal(c->cluster, "cellar3");
	assert_string_equal(config_contact_word(CONFIG_RRCR_L4), "rrcr_l4");
	assert_string_equal(config_contact_word(CONFIG_RAPID_SHUTDOWN), "rapid_shutdown");
	assert_true(config_contact_is_output(CONFIG_OUTPUT_1));
	assert_false(config_contact_is_output(CONFIG_SHUTDOWN_SWITCH));
}

static void a_sensor_with_all_its_keys(void **state)
{
	const struct config_sensor *s;
	struct config config;

	must_load(*state, &config,
		  "[sensor mains]\nuri = ip:192.168.1.60\ndevice = ADS 1015\n"
		  "channel = voltage0-voltage1\nkind = ct\ninput = 2\nmultiply = 3\n"
		  "gain = -2300.5\noffset = 12.25\nperiod_ms = 250\n" SENSOR "kind = pt100\n");
	s = config.sensor;
	assert_string_equal(s->sensor.uri, "ip:192.168.1.60");
	assert_string_equal(s->sensor.device, "ADS 1015");
	assert_string_equal(s->sensor.channel, "voltage0-voltage1");
	assert_int_equal(s->sensor.scale.kind, SENSOR_CT);
	assert_int_equal(s->input, 2);
	assert_int_equal(s->sensor.scale.multiply, 3);
	assert_int_equal(s->sensor.scale.gain_milli, -2300500);
	assert_int_equal(s->sensor.scale.offset_milli, 12250);
	assert_int_equal(s->sensor.period_ms, 250);
	s++;
	assert_string_equal(s->sensor.uri, "local:");
	assert_int_equal(s->sensor.scale.kind, SENSOR_PT100);
	assert_int_equal(s->sensor.scale.gain_milli, 1000);
	assert_int_equal(s->sensor.scale.multiply, 1);
	assert_int_equal(s->sensor.period_ms, 1000);
}

static void mistakes_are_said_in_words(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ SITE "[contacts]\ndrm0 = c:1\ndrm1_5 = c:1\n",
		  "[contacts]: drm1_5: c:1 is drm0 as well: must be of one" },
		{ SITE "[contacts]\ndrm0 = c:1 open-drain\n", "drm0: nobody drives a contact" },
		{ "[contacts]\ndrm0 = c:1\n", "drm0: there is no [site]: must be there, with grid_code = drm" },
		{ SITE "[contacts]\nrrcr_l2 = c:1\n",
		  "rrcr_l2: nobody obeys it: [site] must have grid_code = rrcr" },
		{ SITE "[contacts]\ncease = c:1\n",
		  "cease: nobody obeys it: [site] must have grid_code = cease" },
		{ "[contacts]\nrapid_shutdown = c:1\n", "must have a shutdown_switch" },
		{ "[contacts]\ncharge_enable = c:1 upside-down\n", "must be a line, NAME or CHIP:OFFSET" },
		{ "[contacts]\ndebounce_ms = 1001\n", "must be 0 to 1000, in ms" },
		{ "[contacts]\ncluster = roof\n", "cluster = roof: there is no such cluster" },
		{ "[contacts]\noutput_1_at_exit = half\n", "must be open or closed" },
		{ "[sensor a]\nchannel = c\nkind = ct\n", "[sensor a]: no device: must be id" },
		{ "[sensor a]\ndevice = d\nkind = ct\n", "[sensor a]: no channel: must be id" },
		{ SENSOR, "[sensor a]: no kind: must be ct, pt100 or channel" },
		{ SENSOR "kind = pt100\ninput = 1\n", "input and multiply are of kind = ct" },
		{ SENSOR "kind = channel\nmultiply = 3\n", "input and multiply are of kind = ct" },
		{ SENSOR "kind = ct\ngain = 0\n", "gain = 0: must be another" },
		{ SENSOR "kind = ct\ninput = 3\n", "must be 1 or 2" },
		{ SENSOR "kind = ct\nmultiply = 2\n", "must be 1 or 3" },
		{ SENSOR "kind = ct\ninput = 1\n[sensor b]\ndevice = d\nchannel = e\nkind = ct\ninput = 1\n",
		  "[sensor b]: input = 1 is of [sensor a] as well" },
	};
	struct config config;
	struct heard heard;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (load(*state, &config, &heard, rows[i].text) != -EINVAL)
			fail_msg("taken: %s", rows[i].text);
		if (heard.n != 1 || !strstr(heard.text, rows[i].says))
			fail_msg("%u complaints: '%s', not '%s'", heard.n, heard.text,
				 rows[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_wired_by_default, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(every_contact_has_its_line, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(a_sensor_with_all_its_keys, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(mistakes_are_said_in_words, fake_class_new,
						fake_class_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
