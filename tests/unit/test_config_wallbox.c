// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wallboxes on Modbus lines in cellard.conf: what each key does, what stands where none is, and
 * what is said of each mistake.
 */
#include "config_rig.h"

#define HEIDELBERG	"profile = userspace/wallboxes/heidelberg.conf\n"
#define KEBA		"profile = userspace/wallboxes/keba-p40.conf\n"
#define GO_E		"profile = userspace/wallboxes/go-e.conf\n"
#define HOUSE		"[site]\nplant = free\nphases = 3\nexchange = meter\nproduction = none\n"
#define LAN		"[line lan]\nhost = 192.168.1.60\n"
#define WIRE		"[line wire]\ndevice = /dev/ttyUSB0\n"

static void a_box_is_as_its_profile_has_it(void **state)
{
	const struct config_wallbox *box;
	struct config config;

	must_load(*state, &config, HOUSE LAN "[charger garage]\nphases = 3\nline = lan\n" KEBA);
	box = &config.charger[0].box;
	assert_string_equal(box->wallbox.profile.model, "KEBA KeContact P40");
	assert_int_equal(box->device.address, 255);
	assert_int_equal(box->device.gap_ms, 500);
	assert_int_equal(box->device.write_gap_ms, 5000);
	assert_int_equal(box->wallbox.safe_ma, 0);
	assert_int_equal(box->wallbox.most_ma, 16000);
	assert_int_equal(box->wallbox.phases, 3);
	assert_int_equal(box->wallbox.period_ms, 1000);
}

static void every_key_of_a_box(void **state)
{
	const struct config_wallbox *box;
	struct config config;

	must_load(*state, &config, HOUSE WIRE "[charger garage]\nline = wire\naddress = 7\n"
		  HEIDELBERG "fail_safe_a = 8.5\nbox_a = 20\ncable_a = 13\nperiod_ms = 2000\n");
	box = &config.charger[0].box;
	assert_int_equal(box->device.address, 7);
	assert_int_equal(box->wallbox.safe_ma, 8500);
	assert_int_equal(box->wallbox.most_ma, 13000);
	assert_int_equal(box->wallbox.phases, 1);
	assert_int_equal(box->wallbox.period_ms, 2000);
	must_load(*state, &config, HOUSE WIRE "[charger garage]\nline = wire\n" HEIDELBERG);
	assert_int_equal(config.charger[0].box.wallbox.safe_ma, 6000);
	assert_int_equal(config.charger[0].box.device.address, 1);
}

static void eight_boxes_and_a_box_without_a_line(void **state)
{
	char text[2048] = HOUSE LAN;
	struct config config;

	for (unsigned int i = 1; i < 8; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "[charger c%u]\nline = lan\naddress = %u\n" GO_E, i, i);
	strcat(text, "[charger alone]\nstrategy = fast\n");
	must_load(*state, &config, text);
	assert_int_equal(config.chargers, 8);
	assert_int_equal(config.charger[6].box.device.address, 7);
	assert_false(config.charger[7].box.line[0]);
}

static void a_mistake_is_named(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ HOUSE "[charger c]\n" KEBA, "[charger c]: no line: must be the NAME of a [line NAME]" },
		{ HOUSE "[charger c]\nfail_safe_a = 0\n", "[charger c]: no line" },
		{ HOUSE "[charger c]\nline = lan\n" KEBA, "line = lan: there is no such line" },
		{ HOUSE LAN "[charger c]\nline = lan\n", "[charger c]: no profile: must be the name" },
		{ HOUSE LAN "[charger c]\nline = lan\nprofile = none-such\n", "[charger c]: profile: " },
		{ HOUSE LAN "[charger c]\nline = lan\nprofile = ../x\n", "profile = ../x: must be" },
		{ HOUSE LAN "[charger c]\nline = lan\naddress = 250\n" KEBA, "address = 250: must be 1 to 247, or 255 on TCP" },
		{ HOUSE WIRE "[charger c]\nline = wire\n" KEBA, "address = 255: must be 1 to 247 on a serial line" },
		{ HOUSE LAN "[charger c]\nline = lan\nfail_safe_a = 5\n" KEBA, "fail_safe_a = 5: must be 0, or 6 to 80, in A" },
		{ HOUSE LAN "[charger c]\nline = lan\nfail_safe_a = 20\n" KEBA, "and no more than cable_a and box_a" },
		{ HOUSE LAN "[charger c]\nline = lan\nfail_safe_a = 6\n" GO_E, "fail_safe_a: a go-e Charger takes none from us: must go" },
		{ HOUSE LAN "[charger c]\nline = lan\n" KEBA "[charger d]\nline = lan\n" KEBA,
		  "[charger d]: address = 255 of line lan is that of [charger c] as well" },
		{ HOUSE LAN "[meter m]\nline = lan\naddress = 1\nkind = dtsu666\n[charger c]\nline = lan\n" GO_E,
		  "[charger c]: address = 1 of line lan is that of [meter m] as well" },
	};
	struct config config;
	struct heard heard;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (load(*state, &config, &heard, rows[i].text) != -EINVAL ||
		    !strstr(heard.text, rows[i].says))
			fail_msg("%s\nis wrong by \"%s\", and not by\n%s", rows[i].text,
				 rows[i].says, heard.text);
}

static void people_cannot_say_what_a_box_is(void **state)
{
	static const char *const keys[] = {
		"line", "profile", "address", "fail_safe_a", "period_ms",
	};
	struct config config;
	struct heard heard;

	must_load(*state, &config, HOUSE LAN "[charger c]\nline = lan\n" KEBA);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		assert_int_equal(config_put(&config, "charger c", keys[i], "1", hear, &heard),
				 -EINVAL);
		assert_non_null(strstr(heard.text, "is set in the files alone"));
	}
	assert_int_equal(config_put(&config, "charger c", "box_a", "10", hear, &heard), 0);
	assert_int_equal(config_finish(&config, hear, &heard), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)
	const struct CMUnitTest tests[] = {
		CASE(a_box_is_as_its_profile_has_it),
		CASE(every_key_of_a_box),
		CASE(eight_boxes_and_a_box_without_a_line),
		CASE(a_mistake_is_named),
		CASE(people_cannot_say_what_a_box_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
