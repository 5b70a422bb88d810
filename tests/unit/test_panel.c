// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the LEDs show: every row of both tables of spec/packs.md, "Front-panel LEDs",
 * and what no table says.
 */
#include "core_rig.h"

#include "../../userspace/core/panel.h"

#define VOLTIUM		"voltium,ve-ess-r5120"
#define ZSX5120		"zcs,zsx5120"
#define A(word)		BIT_ULL(CELLAR_##word)

/*
 * @leds: one character for each LED: - off, + on, 1 2 3 flash, ? not known, b a bar by
 *        SOC, B the same with its highest LED in flash 2
 */
struct row {
	const char *says;
	const char *key;
	s32 ma;
	unsigned int soc;
	u64 protections, warnings;
	const char *leds;
};

static const struct row rows[] = {
	{ "standby", LESSO, 0, 57, 0, 0, "1-b+" },
	{ "standby with a warning", LESSO, 0, 57, 0, A(CELL_IMBALANCE), "13b+" },
	{ "charge", LESSO, 500, 57, 0, 0, "+-B+" },
	{ "charge with a warning", LESSO, 30000, 57, 0, A(OVERVOLTAGE), "+3B+" },
	{ "COCP", LESSO, 0, 57, A(CHARGE_OVERCURRENT), 0, "1-b+" },
	{ "COCP as it comes", LESSO, 70000, 57, A(CHARGE_OVERCURRENT), A(CHARGE_OVERCURRENT),
	  "1-b+" },
	{ "COCP, and it discharges", LESSO, -9000, 57, A(CHARGE_OVERCURRENT), 0, "?-b+" },
	{ "discharge", LESSO, -500, 57, 0, 0, "3-b+" },
	{ "discharge with a warning", LESSO, -500, 8, 0, A(LOW_SOC), "33b+" },
	{ "CUVP", LESSO, 0, 2, A(CELL_UNDERVOLTAGE), 0, "-3-+" },
	{ "PUVP", LESSO, -100, 2, A(PACK_UNDERVOLTAGE), A(UNDERVOLTAGE), "-3-+" },
	{ "under-voltage, whichever", LESSO, 0, 2, A(UNDERVOLTAGE), 0, "-3-+" },
	{ "CUVP, and it is charged", LESSO, 9000, 2, A(CELL_UNDERVOLTAGE), 0, "???+" },
	{ "DOCP", LESSO, 0, 57, A(DISCHARGE_OVERCURRENT), 0, "-+-+" },
	{ "CHTP", LESSO, 0, 57, A(CHARGE_OVERTEMPERATURE), 0, "-+-+" },
	{ "DHTP", LESSO, 0, 57, A(DISCHARGE_OVERTEMPERATURE), 0, "-+-+" },
	{ "MOSFET too hot", LESSO, 0, 57, A(MOSFET_OVERTEMPERATURE), 0, "-+-+" },
	{ "CLTP", LESSO, 0, 57, A(CHARGE_UNDERTEMPERATURE), 0, "-+-+" },
	{ "DLTP", LESSO, 0, 57, A(DISCHARGE_UNDERTEMPERATURE), 0, "-+-+" },
	{ "sensor failure", LESSO, 0, 57, A(SENSOR_FAILURE), 0, "-+-+" },
	{ "cell failure", LESSO, 0, 57, A(CELL_FAILURE), 0, "-+-+" },
	{ "MOSFET failure", LESSO, 0, 57, A(MOSFET_FAILURE), 0, "-+-+" },
	{ "reversed", LESSO, 0, 57, A(REVERSED_POLARITY), 0, "-+-+" },
	{ "SCP", LESSO, 0, 57, A(SHORT_CIRCUIT), 0, "-+-+" },
	{ "two protections that look the same", LESSO, 0, 57,
	  A(SHORT_CIRCUIT) | A(DISCHARGE_OVERCURRENT), 0, "-+-+" },
	{ "two that do not", LESSO, 0, 2, A(SENSOR_FAILURE) | A(CELL_UNDERVOLTAGE), 0, "-?-+" },
	{ "over-voltage, which has no row", LESSO, 0, 100, A(CELL_OVERVOLTAGE), 0, "???+" },
	{ "a failure that has no row", LESSO, 0, 50, A(MEMORY_FAILURE), 0, "???+" },
	{ "one with a row and one without", LESSO, 0, 50, A(MEMORY_FAILURE) | A(SHORT_CIRCUIT), 0,
	  "???+" },

	{ "the other brand, charge", VOLTIUM, 500, 57, 0, 0, "+-B+" },
	{ "the other brand, CUVP", VOLTIUM, 0, 2, A(CELL_UNDERVOLTAGE), 0, "-3-+" },

	{ "ZSX5120 standby, first step", ZSX5120, 0, 0, 0, 0, "1------+" },
	{ "ZSX5120 17 %", ZSX5120, 0, 17, 0, 0, "1------+" },
	{ "ZSX5120 18 %", ZSX5120, 0, 18, 0, 0, "1-----++" },
	{ "ZSX5120 33 %", ZSX5120, 0, 33, 0, 0, "1-----++" },
	{ "ZSX5120 34 %", ZSX5120, 0, 34, 0, 0, "1----+++" },
	{ "ZSX5120 50 %", ZSX5120, 0, 50, 0, 0, "1----+++" },
	{ "ZSX5120 51 %", ZSX5120, 0, 51, 0, 0, "1---++++" },
	{ "ZSX5120 66 %", ZSX5120, 0, 66, 0, 0, "1---++++" },
	{ "ZSX5120 67 %", ZSX5120, 0, 67, 0, 0, "1--+++++" },
	{ "ZSX5120 83 %", ZSX5120, 0, 83, 0, 0, "1--+++++" },
	{ "ZSX5120 84 %", ZSX5120, 0, 84, 0, 0, "1-++++++" },
	{ "ZSX5120 100 %", ZSX5120, 0, 100, 0, 0, "1-++++++" },
	{ "ZSX5120 charge", ZSX5120, 9000, 57, 0, 0, "+---2+++" },
	{ "ZSX5120 charge, nearly full", ZSX5120, 9000, 99, 0, 0, "+-2+++++" },
	{ "ZSX5120 charge, empty", ZSX5120, 9000, 3, 0, 0, "+------2" },
	{ "ZSX5120 discharge", ZSX5120, -9000, 57, 0, 0, "3---++++" },
	{ "ZSX5120 warning, of which L7 says nothing", ZSX5120, 0, 57, 0, A(LOW_SOC), "1?--++++" },
	{ "ZSX5120 over-voltage", ZSX5120, 0, 99, A(PACK_OVERVOLTAGE), 0, "+?++++++" },
	{ "ZSX5120 under-voltage", ZSX5120, 0, 9, A(CELL_UNDERVOLTAGE), 0, "--------" },
	{ "ZSX5120 protection", ZSX5120, 0, 57, A(CHARGE_OVERCURRENT), 0, "-+------" },
	{ "ZSX5120 too cold", ZSX5120, 0, 57, A(CHARGE_UNDERTEMPERATURE), 0, "-+------" },
	{ "ZSX5120 fault", ZSX5120, 0, 57, A(MOSFET_FAILURE), 0, "-+------" },
};

static const char *leds_of(const struct panel *panel)
{
	static char leds[PANEL_LEDS_MAX + 1];

	memset(leds, 0, sizeof(leds));
	for (unsigned int i = 0; i < panel->n; i++)
		leds[i] = "?-+123bB"[panel->shows[i]];

	return leds;
}

static void supply_of(struct supply *s, const struct row *row)
{
	struct rig rig = { 0 };

	rig_pack(&rig, 0, row->key);
	*s = rig.supply[0];
	rig_say(&s->reading, CELLAR_CURRENT, row->ma);
	rig_say(&s->reading, CELLAR_SOC, row->soc * 100);
	s->reading.protections = row->protections;
	s->reading.warnings = row->warnings;
}

static void rows_are_those_of_the_page(void **state)
{
	char words[PANEL_WORDS_SIZE];
	struct panel panel;
	struct supply s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool all = !strchr(rows[i].leds, '?');

		supply_of(&s, &rows[i]);
		panel_of(&panel, &s, PANEL_MASTER);
		if (strcmp(leds_of(&panel), rows[i].leds))
			fail_msg("%s: %s instead of %s", rows[i].says, leds_of(&panel), rows[i].leds);
		if (panel.why != (all ? PANEL_KNOWN : PANEL_NOT_IN_TABLE))
			fail_msg("%s: why %u", rows[i].says, panel.why);
		panel_words(&panel, words, sizeof(words));
		if (!strstr(words, "not known") != all || strlen(words) > sizeof(words) - 2)
			fail_msg("%s: \"%s\"", rows[i].says, words);
	}
}

static const struct row resting = { "", LESSO, 0, 57, 0, 0, "" };
static const struct row charging = { "", ZSX5120, 9000, 57, 0, 0, "" };

static void master_led_is_for_the_master_of_a_parallel_system(void **state)
{
	struct panel panel;
	struct supply s;

	(void)state;
	supply_of(&s, &resting);
	panel_of(&panel, &s, PANEL_MASTER);
	assert_string_equal(leds_of(&panel), "1-b+");
	panel_of(&panel, &s, PANEL_NO_MASTER);
	assert_string_equal(leds_of(&panel), "1-b-");
	panel_of(&panel, &s, PANEL_PLACE_UNKNOWN);
	assert_string_equal(leds_of(&panel), "1-b?");
	assert_int_equal(panel.why, PANEL_NOT_SAID);
}

static void old_reading_says_nothing(void **state)
{
	char words[PANEL_WORDS_SIZE];
	struct panel panel;
	struct supply s;

	(void)state;
	supply_of(&s, &resting);
	s.age_ms = 73000;
	panel_of(&panel, &s, PANEL_MASTER);
	assert_string_equal(leds_of(&panel), "????");
	assert_int_equal(panel.why, PANEL_STALE);
	panel_words(&panel, words, sizeof(words));
	assert_string_equal(words,
			    "not known: last heard 73 s ago; if it is off, every LED is off");

	supply_of(&s, &charging);
	s.age_ms = 73000;
	panel_of(&panel, &s, PANEL_MASTER);
	panel_words(&panel, words, sizeof(words));
	assert_string_equal(words, "not known: last heard 73 s ago");

	s.age_ms = SUPPLY_NEVER;
	panel_of(&panel, &s, PANEL_MASTER);
	panel_words(&panel, words, sizeof(words));
	assert_string_equal(words, "not known: it was never heard");
}

static void model_without_a_table_has_no_panel(void **state)
{
	static const char *const keys[] = { "zcs,zsx5000", "pylontech,us5000", "weco,5k3", NULL };
	struct row row = resting;
	char words[PANEL_WORDS_SIZE];
	struct panel panel;
	struct supply s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		row.key = keys[i];
		supply_of(&s, &row);
		panel_of(&panel, &s, PANEL_MASTER);
		assert_int_equal(panel.n, 0);
		assert_int_equal(panel.why, PANEL_NO_TABLE);
		panel_words(&panel, words, sizeof(words));
		assert_string_equal(words, "the maker of this model gives no table of its LEDs");
	}
}

static void a_system_has_no_front(void **state)
{
	struct panel panel;
	struct supply s;

	(void)state;
	supply_of(&s, &resting);
	s.of_system = true;
	panel_of(&panel, &s, PANEL_MASTER);
	assert_int_equal(panel.n, 0);
}

static void forget(struct supply *s, enum cellar_field field)
{
	s->reading.have &= ~BIT_ULL(field);
}

static void what_the_bms_does_not_say_is_not_known(void **state)
{
	struct panel panel;
	struct supply s;

	(void)state;
	supply_of(&s, &resting);
	forget(&s, CELLAR_CURRENT);
	panel_of(&panel, &s, PANEL_MASTER);
	assert_string_equal(leds_of(&panel), "???+");
	assert_int_equal(panel.why, PANEL_NOT_SAID);

	supply_of(&s, &resting);
	forget(&s, CELLAR_PROTECTIONS);
	panel_of(&panel, &s, PANEL_MASTER);
	assert_string_equal(leds_of(&panel), "???+");

	supply_of(&s, &resting);
	forget(&s, CELLAR_WARNINGS);
	panel_of(&panel, &s, PANEL_MASTER);
	assert_string_equal(leds_of(&panel), "1?b+");
	assert_int_equal(panel.why, PANEL_NOT_SAID);

	supply_of(&s, &charging);
	forget(&s, CELLAR_SOC);
	panel_of(&panel, &s, PANEL_MASTER);
	assert_string_equal(leds_of(&panel), "+-??????");
	assert_int_equal(panel.why, PANEL_NOT_SAID);
}

static void words_can_be_read_out_on_the_telephone(void **state)
{
	char words[PANEL_WORDS_SIZE], few[12];
	struct panel panel;
	struct supply s;
	size_t len;

	(void)state;
	supply_of(&s, &resting);
	panel_of(&panel, &s, PANEL_MASTER);
	len = panel_words(&panel, words, sizeof(words));
	assert_int_equal(len, strlen(words));
	assert_string_equal(words, "RUN flash 1 (0.25 s on, 3.75 s off), ALM off, "
			    "SOC bar lit by SOC (57 %), M/S on");
	assert_int_equal(panel_words(&panel, few, sizeof(few)), 11);
	assert_string_equal(few, "RUN flash 1");

	supply_of(&s, &charging);
	panel_of(&panel, &s, PANEL_MASTER);
	panel_words(&panel, words, sizeof(words));
	assert_string_equal(words, "L8 RUN on, L7 ALM off, L6 off, L5 off, "
			    "L4 flash 2 (0.50 s on, 0.50 s off), L3 on, L2 on, L1 on");

	s.reading.current_ma = -9000;
	panel_of(&panel, &s, PANEL_MASTER);
	panel_words(&panel, words, sizeof(words));
	assert_non_null(strstr(words, "L8 RUN flash 3 (0.50 s on, 1.50 s off), "));
}

static void flashes_are_as_long_as_the_page_says(void **state)
{
	static const u32 times[PANEL_SHOWS][2] = {
		[PANEL_FLASH_1] = { 250, 3750 },
		[PANEL_FLASH_2] = { 500, 500 },
		[PANEL_FLASH_3] = { 500, 1500 },
	};
	u32 on_ms, off_ms;

	(void)state;
	for (unsigned int i = 0; i < PANEL_SHOWS; i++) {
		panel_flash_ms(i, &on_ms, &off_ms);
		assert_int_equal(on_ms, times[i][0]);
		assert_int_equal(off_ms, times[i][1]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_those_of_the_page),
		cmocka_unit_test(master_led_is_for_the_master_of_a_parallel_system),
		cmocka_unit_test(old_reading_says_nothing),
		cmocka_unit_test(model_without_a_table_has_no_panel),
		cmocka_unit_test(a_system_has_no_front),
		cmocka_unit_test(what_the_bms_does_not_say_is_not_known),
		cmocka_unit_test(words_can_be_read_out_on_the_telephone),
		cmocka_unit_test(flashes_are_as_long_as_the_page_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
