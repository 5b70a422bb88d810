// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inverters of CAN on the bus: what each property says, what is absent, and that what changes is
 * said, and nothing else.
 */
#include "core_rig.h"

#include "../../userspace/cellard/inverters.h"

#include <unistd.h>

#include "object_page.h"

#define T0_MS	1000000u

static struct bus bus;
static char text[PAGE_SIZE];
static struct page_before before;
static struct inverters inverters;
static struct object object = { .kind = &object_inverter, .bus = &bus, .index = 1 };

/* What inverter_can.c and inverters.c would know of the inverter at the same place. */
struct inverter_can {
	struct inverter_can_status status;
	char obeys[INVERTERS_WORDS_SIZE];
	u32 cap_ma[CORE_WAYS];
};

static struct inverter_can lines[2];

const struct inverter_can_status *inverter_can_status(const struct inverter_can *line)
{
	return &line->status;
}

const char *inverter_can_state_word(enum inverter_can_state state)
{
	return state == INVERTER_CAN_NO_ACK ? "no-ack" : "another";
}

void inverters_obey_words(const struct inverters *of, const struct inverter *inverter,
			  char *words)
{
	assert_ptr_equal(of, &inverters);
	snprintf(words, INVERTERS_WORDS_SIZE, "%s", inverter->line->obeys);
}

void inverters_lowered(const struct inverters *of, const struct inverter *inverter,
		       u32 cap_ma[CORE_WAYS])
{
	assert_ptr_equal(of, &inverters);
	memcpy(cap_ma, inverter->line->cap_ma, sizeof(inverter->line->cap_ma));
}

/* Two of them, of which the second is looked at. */
static int begin(void **state)
{
	static const char *const names[] = { "cellar", "roof" };

	memset(lines, 0, sizeof(lines));
	memset(&inverters, 0, sizeof(inverters));
	inverters.n = 2;
	for (unsigned int i = 0; i < 2; i++) {
		struct inverter *inverter = &inverters.inverter[i];

		inverter->line = &lines[i];
		inverter->config.dialect = CELLAR_DIALECT_PYLONTECH;
		inverter->config.share_permille = 1000;
		snprintf(inverter->config.name, sizeof(inverter->config.name), "%s", names[i]);
		snprintf(inverter->config.interface, sizeof(inverter->config.interface), "can%u",
			 i);
		snprintf(lines[i].obeys, sizeof(lines[i].obeys), "obeys");
		lines[i].cap_ma[CORE_CHARGE] = LIMITS_NONE;
		lines[i].cap_ma[CORE_DISCHARGE] = LIMITS_NONE;
	}
	page_connect(&bus);
	bus.setup.inverters = &inverters;
	*state = &inverters.inverter[1];
	page_remember(&object, &before);

	return 0;
}

static int end(void **state)
{
	(void)state;
	page_close(&bus);

	return 0;
}

static void must_say(const char *name, const char *value)
{
	page_says(&object, name, value);
}

static void must_change(const char *names)
{
	page_changed(&object, &before, names);
}

static void one_that_has_said_nothing_says_where_it_is(void **state)
{
	char path[OBJECT_PATH_SIZE];

	(void)state;
	assert_int_equal(object_inverter.count(&bus.setup), 2);
	object_inverter.path(&object, path);
	assert_string_equal(path, "/org/cellar1/inverter/roof");
	assert_string_equal(object_inverter.interface, "org.cellar1.Inverter");
	must_change("");
	page_of(&object, text);
	assert_string_equal(text, "Name: roof\nInterface: can1\nProtocol: pylontech\nMode: drive\n"
			    "Cluster: /\nShare: 100\nState: another\nHeard: no\nSilent: no\n"
			    "LastHeard: 0\nSent: []\nSaid: []\nObeys: obeys\nLowered: []\n"
			    "Comparison: []\nCounters: [Frames=0 Unsent=0 BusOffs=0]\n");
}

static void what_is_configured_is_shown(void **state)
{
	struct inverter *inverter = *state;

	snprintf(inverter->config.interface, sizeof(inverter->config.interface), "can7");
	must_change("Interface");
	must_say("Interface", "can7");
	inverter->config.dialect = CELLAR_DIALECT_VICTRON;
	must_change("Protocol");
	must_say("Protocol", "victron");
	inverter->config.listen = true;
	must_change("Mode");
	must_say("Mode", "listen");
	inverter->config.share_permille = 335;
	must_change("Share");
	must_say("Share", "33.5");
	snprintf(inverter->bound, sizeof(inverter->bound), "cellar0");
	must_change("Cluster");
	must_say("Cluster", "/org/cellar1/cluster/cellar0");
}

static void how_its_line_is_and_when_it_was_heard_is_shown(void **state)
{
	struct inverter *inverter = *state;

	lines[1].status.state = INVERTER_CAN_NO_ACK;
	must_change("State");
	must_say("State", "no-ack");
	inverter->heard = true;
	must_change("Heard");
	must_say("Heard", "yes");
	must_say("Silent", "no");
	inverter->silent = true;
	must_change("Silent");
	must_say("Silent", "yes");
	inverter->heard_wall_s = 1800000000;
	must_change("LastHeard");
	must_say("LastHeard", "1800000000");
}

static void what_was_on_the_wire_is_shown(void **state)
{
	struct cellar_reading *sent = &lines[1].status.sent;

	(void)state;
	rig_say(sent, CELLAR_CHARGE_CURRENT_LIMIT, 61500);
	rig_say(sent, CELLAR_CHARGE_VOLTAGE_LIMIT, 56200);
	must_change("Sent");
	must_say("Sent", "[ChargeVoltageLimit=56.2 ChargeCurrentLimit=61.5]");
	rig_say(sent, CELLAR_CHARGE_CURRENT_LIMIT, 0);
	must_change("Sent");
	must_say("Sent", "[ChargeVoltageLimit=56.2 ChargeCurrentLimit=0]");
	/* nor what a battery says that is listened to */
	rig_say(&lines[1].status.battery, CELLAR_CHARGE_CURRENT_LIMIT, 5000);
	must_change("");
	lines[1].status.frames = 12;
	lines[1].status.unsent = 3;
	lines[1].status.bus_offs = 2;
	must_change("");
	must_say("Counters", "[Frames=12 Unsent=3 BusOffs=2]");
}

/* One of which all has been said at T0_MS. */
static struct object said_at_t0(void)
{
	const char *names[OBJECT_PROPERTIES_MAX + 1];
	struct object o = object;

	object_changes(&o, names, T0_MS);

	return o;
}

static void sends(s32 mv)
{
	rig_say(&lines[1].status.sent, CELLAR_VOLTAGE, mv);
}

/* @words: what is said at @now_ms, with a space between the names */
static void says(struct object *o, u64 now_ms, const char *words)
{
	const char *names[OBJECT_PROPERTIES_MAX + 1];
	char said[PAGE_SIZE] = "";
	size_t n = object_changes(o, names, now_ms);

	for (size_t i = 0; i < n; i++)
		page_add(said, "%s%s", i ? " " : "", names[i]);
	assert_null(names[n]);
	assert_string_equal(said, words);
}

/* Frames go out one by one. */
static void what_was_sent_is_said_once_a_second(void **state)
{
	struct object o = said_at_t0();

	(void)state;
	sends(52000);
	says(&o, T0_MS + 999, "");
	sends(52100);
	says(&o, T0_MS + 1000, "Sent");
	says(&o, T0_MS + 1001, "");
	sends(52200);
	says(&o, T0_MS + 1999, "");
	says(&o, T0_MS + 2000, "Sent");
	says(&o, T0_MS + 9000, "");
	sends(52300);
	says(&o, T0_MS + 9001, "Sent");
}

static void with_whatever_else_has_changed_it_is_said_at_once(void **state)
{
	struct object o = said_at_t0();

	(void)state;
	sends(52000);
	says(&o, T0_MS + 10, "");
	lines[1].status.state = INVERTER_CAN_NO_ACK;
	says(&o, T0_MS + 20, "State Sent");
	says(&o, T0_MS + 30, "");
	sends(52100);
	says(&o, T0_MS + 1019, "");
	says(&o, T0_MS + 1020, "Sent");
	lines[1].status.state = INVERTER_CAN_SPEAKING;
	says(&o, T0_MS + 1021, "State");
}

static void what_is_sent_as_before_again_is_not_said(void **state)
{
	struct object o = said_at_t0();

	(void)state;
	sends(52000);
	says(&o, T0_MS + 1000, "Sent");
	sends(52100);
	says(&o, T0_MS + 1500, "");
	sends(52000);
	says(&o, T0_MS + 2000, "");
}

static void what_it_measures_is_shown_while_it_does(void **state)
{
	struct inverter *inverter = *state;
	struct cellar_inverter_said *said = &lines[1].status.said;

	said->voltage_mv = 52400;
	said->current_ma = -20500;
	said->temperature_decic = -35;
	said->soc_centi = 6350;
	must_change("");
	must_say("Said", "[]");
	inverter->measures = true;
	must_change("Said");
	must_say("Said", "[Voltage=52.4 Current=-20.5 StateOfCharge=63.5 Temperature=-3.5"
		 " Power=-1074.2]");
	said->current_ma = 0;
	must_change("Said");
}

static void whether_it_obeys_and_what_that_costs_is_shown(void **state)
{
	(void)state;
	snprintf(lines[1].obeys, sizeof(lines[1].obeys), "exceeds charge limit by 17 %%");
	must_change("Obeys");
	must_say("Obeys", "exceeds charge limit by 17 %");
	lines[1].cap_ma[CORE_CHARGE] = 20500;
	must_change("Lowered");
	must_say("Lowered", "[ChargeCurrent=20.5]");
	lines[1].cap_ma[CORE_DISCHARGE] = 0;
	must_change("Lowered");
	must_say("Lowered", "[ChargeCurrent=20.5 DischargeCurrent=0]");
	lines[1].cap_ma[CORE_CHARGE] = LIMITS_NONE;
	must_change("Lowered");
	must_say("Lowered", "[DischargeCurrent=0]");
}

/* Seconds go by without a word. */
static void the_comparison_has_what_both_have_said(void **state)
{
	struct inverter *inverter = *state;
	struct comparison_row *row = inverter->comparison.row;
	u64 marks[PAGE_ROWS];

	row[COMPARISON_CHARGE_CURRENT] = (struct comparison_row){
		.battery = 100500, .ours = 90250, .most = 1500, .least = -10250,
		.more_ms = 999000, .less_ms = 777777, .same_ms = 555555,
	};
	must_say("Comparison", "[]");
	row[COMPARISON_CHARGE_CURRENT].known = true;
	must_change("Comparison");
	must_say("Comparison", "[ChargeCurrent=[BatterySays=100.5 CellarWouldSay=90.25 "
		 "MostAbove=1.5 MostBelow=10.25 SecondsAbove=999 SecondsBelow=777"
		 " SecondsSame=555]]");
	row[COMPARISON_CHARGE_CURRENT].battery++;
	must_change("Comparison");
	row[COMPARISON_CHARGE_CURRENT].ours++;
	must_change("Comparison");
	row[COMPARISON_CHARGE_CURRENT].most++;
	must_change("Comparison");
	row[COMPARISON_CHARGE_CURRENT].least--;
	must_change("Comparison");
	row[COMPARISON_CHARGE_CURRENT].known = false;
	must_change("Comparison");
	row[COMPARISON_DISCHARGE_CURRENT].known = true;
	must_change("Comparison");
	row[COMPARISON_CHARGE_VOLTAGE].known = true;
	must_change("Comparison");
	row[COMPARISON_DISCHARGE_CURRENT].ours = 1000;
	row[COMPARISON_CHARGE_VOLTAGE].ours = 56000;
	must_change("Comparison");
	page_of(&object, text);
	assert_non_null(strstr(text, "[DischargeCurrent=[BatterySays=0 CellarWouldSay=1 "));
	assert_non_null(strstr(text, " ChargeVoltage=[BatterySays=0 CellarWouldSay=56 "));
	assert_null(strstr(text, "ChargeCurrent=[BatterySays=100"));
	memcpy(marks, before.mark, sizeof(marks));
	row[COMPARISON_CHARGE_VOLTAGE].same_ms = 5000;
	row[COMPARISON_CHARGE_VOLTAGE].more_ms = 6000;
	row[COMPARISON_CHARGE_VOLTAGE].less_ms = 7000;
	page_remember(&object, &before);
	assert_memory_equal(marks, before.mark, sizeof(marks));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(one_that_has_said_nothing_says_where_it_is),
		CASE(what_is_configured_is_shown),
		CASE(how_its_line_is_and_when_it_was_heard_is_shown),
		CASE(what_was_on_the_wire_is_shown),
		CASE(what_was_sent_is_said_once_a_second),
		CASE(with_whatever_else_has_changed_it_is_said_at_once),
		CASE(what_is_sent_as_before_again_is_not_said),
		CASE(what_it_measures_is_shown_while_it_does),
		CASE(whether_it_obeys_and_what_that_costs_is_shown),
		CASE(the_comparison_has_what_both_have_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
