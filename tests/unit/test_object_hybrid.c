// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inverters of Modbus lines on the bus: what each property says, what is absent, and that what
 * changes is said, and nothing else.
 */
#include "lines_wire.h"

#include "../../userspace/io/boot_clock.h"
#include "../../userspace/io/hybrid_maps.h"
#include "../../userspace/io/hybrid_parts.h"
#include "object_page.h"

#define LINES	"[site]\nplant = free\nphases = 1\nproduction = none\nexchange = meter\n" \
		"[line a]\nhost = a\n[line b]\nhost = b\n"
#define LOFT	"[inverter loft]\nline = a\naddress = 7\nmap = sofar-me3000\nrated_w = 3000\n" \
		"battery_w = 3000\n"
#define ROOF	"[inverter roof]\nline = b\naddress = 3\nmap = sofar-g3\nrated_w = 5000\n" \
		"battery_w = 3000\n"
#define SHED	"[inverter shed]\nline = b\naddress = 4\nmap = sunspec\nrated_w = 5000\n" \
		"battery_w = 3000\n"

static struct config config;
static struct bus bus;
static char text[PAGE_SIZE];
static struct page_before before;

static struct object begin(void **state, const char *files, unsigned int index)
{
	must_load(*state, &config, files);
	page_connect(&bus);
	wire_start(&config);
	bus.setup.lines = wire.lines;

	return (struct object){ .kind = &object_hybrid, .bus = &bus, .index = index };
}

static void end(void)
{
	wire_free();
	page_close(&bus);
}

static struct hybrid *hybrid_at(unsigned int index)
{
	return &wire.lines->inverter[index].hybrid;
}

static void only(struct hybrid *h, enum hybrid_number number, s64 value)
{
	h->reading.known = HYBRID_BIT(number);
	h->reading.number[number] = value;
}

static void one_that_has_said_nothing_says_where_it_is(void **state)
{
	struct object o = begin(state, LINES LOFT ROOF, 1);
	char path[OBJECT_PATH_SIZE];

	assert_int_equal(object_hybrid.count(&bus.setup), 2);
	object_hybrid.path(&o, path);
	assert_string_equal(path, "/org/cellar1/hybrid/roof");
	assert_string_equal(object_hybrid.interface, "org.cellar1.Hybrid");
	page_of(&o, text);
	assert_string_equal(text, "Name: roof\nLine: b\nAddress: 3\nMap: sofar-g3\nModel: \n"
			    "Serial: \nFirmware: \nState: unheard\nFresh: no\nFaults: []\n"
			    "Reading: []\nControl: asks-mode\nTold: []\n"
			    "FeedIn: [State=not-kept]\nEPS: \nStatus: []\n");
	o.index = 0;
	page_of(&o, text);
	assert_non_null(strstr(text, "Name: loft\nLine: a\nAddress: 7\nMap: sofar-me3000\n"));
	end();
}

static void what_it_is_is_known_by_its_serial_number_else_by_itself(void **state)
{
	struct object o = begin(state, LINES SHED, 0);
	struct hybrid *h = hybrid_at(0);

	page_remember(&o, &before);
	snprintf(h->version, sizeof(h->version), "V1.23");
	page_changed(&o, &before, "Firmware");
	page_says(&o, "Firmware", "V1.23");
	/* also of one that has no number, or none that tells */
	snprintf(h->name, sizeof(h->name), "Maker Model 9");
	page_changed(&o, &before, "Model");
	page_says(&o, "Model", "Maker Model 9");
	snprintf(h->serial, sizeof(h->serial), "123");
	page_changed(&o, &before, "Serial");
	page_says(&o, "Model", "Maker Model 9");
	page_says(&o, "Serial", "123");
	snprintf(h->serial, sizeof(h->serial), "SP1ES120N6");
	assert_non_null(hybrid_model(h->serial));
	page_changed(&o, &before, "Model Serial");
	page_says(&o, "Model", hybrid_model(h->serial));
	end();
}

/* Each number by itself, under its own name, in units of SI; @kept: also when it is old. */
static void each_number_has_its_name_and_its_unit(void **state)
{
	static const struct {
		enum hybrid_number number;
		bool kept;
		s64 value;
		const char *says;
	} rows[] = {
		{ HYBRID_AC_W, false, 3000125, "Power=3000.125" },
		{ HYBRID_GRID_W, false, -1250500, "GridPower=-1250.5" },
		{ HYBRID_GRID_W_1, false, 1001, "GridPower1=1.001" },
		{ HYBRID_GRID_W_2, false, 1002, "GridPower2=1.002" },
		{ HYBRID_GRID_W_3, false, 1003, "GridPower3=1.003" },
		{ HYBRID_OTHER_PV_W, false, 2000, "OtherProduction=2" },
		{ HYBRID_LOAD_W, false, 640000, "LoadPower=640" },
		{ HYBRID_W_1, false, 2001, "Power1=2.001" },
		{ HYBRID_W_2, false, 2002, "Power2=2.002" },
		{ HYBRID_W_3, false, 2003, "Power3=2.003" },
		{ HYBRID_EPS_W, false, 55000, "EPSPower=55" },
		{ HYBRID_EPS_V, false, 229900, "EPSVoltage=229.9" },
		{ HYBRID_PV_W_1, false, 3001, "PVPower1=3.001" },
		{ HYBRID_PV_W_2, false, 3002, "PVPower2=3.002" },
		{ HYBRID_PV_W_3, false, 3003, "PVPower3=3.003" },
		{ HYBRID_PV_W_4, false, 3004, "PVPower4=3.004" },
		{ HYBRID_PV_V_1, false, 400100, "PVVoltage1=400.1" },
		{ HYBRID_PV_V_2, false, 400200, "PVVoltage2=400.2" },
		{ HYBRID_PV_V_3, false, 400300, "PVVoltage3=400.3" },
		{ HYBRID_PV_V_4, false, 400400, "PVVoltage4=400.4" },
		{ HYBRID_AVAILABLE_W, false, 4500000, "AvailablePower=4500" },
		{ HYBRID_V_1, false, 230100, "Voltage1=230.1" },
		{ HYBRID_V_2, false, 230200, "Voltage2=230.2" },
		{ HYBRID_V_3, false, 230300, "Voltage3=230.3" },
		{ HYBRID_A_1, false, 4010, "Current1=4.01" },
		{ HYBRID_A_2, false, 4020, "Current2=4.02" },
		{ HYBRID_A_3, false, 4030, "Current3=4.03" },
		{ HYBRID_HZ, false, 49980, "Frequency=49.98" },
		{ HYBRID_BATTERY_V, false, 52400, "BatteryVoltage=52.4" },
		{ HYBRID_BATTERY_A, false, -20500, "BatteryCurrent=-20.5" },
		{ HYBRID_BATTERY_W, false, -1074000, "BatteryPower=-1074" },
		{ HYBRID_SOC, false, 6350, "StateOfCharge=63.5" },
		{ HYBRID_SOH, false, 9900, "StateOfHealth=99" },
		{ HYBRID_BATTERY_C, false, -25, "BatteryTemperature=-2.5" },
		{ HYBRID_BATTERY_2_V, false, 53100, "BatteryVoltage2=53.1" },
		{ HYBRID_BATTERY_2_W, false, 700000, "BatteryPower2=700" },
		{ HYBRID_SOC_2, false, 4100, "StateOfCharge2=41" },
		{ HYBRID_HEATSINK_C, false, 455, "Temperature=45.5" },
		{ HYBRID_INNER_C, false, 381, "InnerTemperature=38.1" },
		{ HYBRID_INSULATION, false, 2000, "Insulation=2000000" },
		{ HYBRID_RATED_W, true, 5000000, "RatedPower=5000" },
		{ HYBRID_AC_MAX_W, true, 5500000, "PowerMax=5500" },
		{ HYBRID_CHARGE_MAX_W, true, 3100000, "ChargePowerMax=3100" },
		{ HYBRID_CHARGE_MAX_A, true, 60000, "ChargeCurrentMax=60" },
		{ HYBRID_DISCHARGE_MAX_A, true, 65000, "DischargeCurrentMax=65" },
		{ HYBRID_DEPTH, true, 8050, "DepthOfDischarge=80.5" },
		{ HYBRID_CYCLES, true, 321, "Cycles=321" },
		{ HYBRID_DAY_PV, true, 10001, "TodayProduced=10001" },
		{ HYBRID_DAY_LOAD, true, 10002, "TodayConsumed=10002" },
		{ HYBRID_DAY_BOUGHT, true, 10003, "TodayImported=10003" },
		{ HYBRID_DAY_SOLD, true, 10004, "TodayExported=10004" },
		{ HYBRID_DAY_CHARGED, true, 10005, "TodayCharged=10005" },
		{ HYBRID_DAY_DISCHARGED, true, 10006, "TodayDischarged=10006" },
		{ HYBRID_ALL_PV, true, 20001, "Produced=20001" },
		{ HYBRID_ALL_LOAD, true, 20002, "Consumed=20002" },
		{ HYBRID_ALL_BOUGHT, true, 20003, "Imported=20003" },
		{ HYBRID_ALL_SOLD, true, 20004, "Exported=20004" },
		{ HYBRID_ALL_CHARGED, true, 20005, "Charged=20005" },
		{ HYBRID_ALL_DISCHARGED, true, 20006, "Discharged=20006" },
		{ HYBRID_ALL_GIVEN, true, 20007, "Given=20007" },
	};
	struct object o = begin(state, LINES SHED, 0);
	struct hybrid *h = hybrid_at(0);
	char says[64];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		only(h, rows[i].number, rows[i].value);
		snprintf(says, sizeof(says), "[%s]", rows[i].says);
		h->reading.at_ms = boot_clock_ms();
		page_says(&o, "Reading", says);
		h->reading.at_ms = 1;
		page_says(&o, "Reading", rows[i].kept ? says : "[]");
	}
	end();
}

static void sums_are_of_all_strings_and_of_both_batteries(void **state)
{
	struct object o = begin(state, LINES ROOF, 0);
	struct hybrid *h = hybrid_at(0);

	page_remember(&o, &before);
	h->reading.at_ms = boot_clock_ms();
	only(h, HYBRID_PV_W_1, 1000000);
	h->reading.pv_ms = h->reading.at_ms;
	page_changed(&o, &before, "Fresh Reading");
	h->reading.known |= HYBRID_BIT(HYBRID_PV_W_3);
	h->reading.number[HYBRID_PV_W_3] = 500250;
	page_changed(&o, &before, "Reading");
	page_says(&o, "Reading", "[PVPower1=1000 PVPower3=500.25 PVPower=1500.25]");
	only(h, HYBRID_BATTERY_W, -2000500);
	h->reading.pv_ms = 0;
	page_says(&o, "Reading", "[BatteryPower=-2000.5]");
	h->reading.known |= HYBRID_BIT(HYBRID_BATTERY_2_W);
	h->reading.number[HYBRID_BATTERY_2_W] = 500000;
	page_says(&o, "Reading", "[BatteryPower2=500 BatteryPower=-1500.5]");
	/* sums of what is old are old */
	page_remember(&o, &before);
	h->reading.pv_ms = h->reading.at_ms;
	h->reading.at_ms = 1;
	page_changed(&o, &before, "Fresh Reading");
	page_says(&o, "Fresh", "no");
	page_says(&o, "Reading", "[]");
	end();
}

static void faults_are_words_of_its_own_maker(void **state)
{
	struct object o = begin(state, LINES ROOF LOFT, 0);
	char made[HYBRID_FAULT_SIZE], says[PAGE_SIZE];

	page_remember(&o, &before);
	hybrid_at(0)->reading.fault[0] = BIT(0) | BIT(6);
	page_changed(&o, &before, "Faults");
	page_says(&o, "Faults", "[grid-overvoltage=fault-7]");
	/* the last bit of all words */
	hybrid_at(0)->reading.fault[0] = 0;
	hybrid_at(0)->reading.fault[HYBRID_FAULT_WORDS - 1] = BIT(15);
	page_changed(&o, &before, "Faults");
	page_says(&o, "Faults", "[fault-480]");
	o.index = 1;
	page_says(&o, "Faults", "[]");
	hybrid_at(1)->reading.fault[0] = BIT(1);
	snprintf(says, sizeof(says), "[%s]", hybrid_fault_word(HYBRID_ME3000, 1, made));
	page_says(&o, "Faults", says);
	end();
}

/* It is what its battery was told only once that is on its way to it. */
static void what_it_was_told_is_shown_while_it_is_steered(void **state)
{
	struct object o = begin(state, LINES ROOF, 0);
	struct hybrid *h = hybrid_at(0);

	page_remember(&o, &before);
	h->control = HYBRID_SETS_POINTS;
	page_changed(&o, &before, "Control");
	page_says(&o, "Control", "sets-points");
	h->has_point = true;
	h->point_w = -1500;
	page_changed(&o, &before, "");
	page_says(&o, "Told", "[]");
	h->control = HYBRID_SETS_MODE;
	page_changed(&o, &before, "Control Told");
	page_says(&o, "Told", "[BatteryPower=-1500]");
	h->control = HYBRID_STEERED;
	page_changed(&o, &before, "Control");
	h->point_w = 2000;
	page_changed(&o, &before, "Told");
	page_says(&o, "Told", "[BatteryPower=2000]");
	h->has_point = false;
	page_changed(&o, &before, "Told");
	page_says(&o, "Told", "[]");
	end();
}

static void its_own_limit_of_feed_in_is_shown_when_it_has_one(void **state)
{
	struct object o = begin(state, LINES ROOF, 0);
	struct hybrid_feed_in *f = &hybrid_at(0)->feed_in;

	page_remember(&o, &before);
	f->state = HYBRID_FEED_IN_WAITS;
	page_changed(&o, &before, "FeedIn");
	page_says(&o, "FeedIn", "[State=waits]");
	f->seen[0] = 0;
	f->seen[1] = 30;
	page_changed(&o, &before, "");
	f->saw = true;
	f->seen[0] = 1;
	page_changed(&o, &before, "FeedIn");
	page_says(&o, "FeedIn", "[State=waits Power=3000]");
	f->seen[1] = 31;
	page_changed(&o, &before, "FeedIn");
	f->seen[1] = 0;
	page_changed(&o, &before, "FeedIn");
	page_says(&o, "FeedIn", "[State=waits Power=0]");
	end();
}

static void the_output_for_emergencies_is_as_it_says_or_as_it_was_told(void **state)
{
	static const char *const modes[] = { "off", "on", "on-with-cold-start", "" };
	struct object o = begin(state, LINES LOFT, 0);
	struct hybrid *h = hybrid_at(0);

	page_remember(&o, &before);
	h->eps = HYBRID_EPS_ASKED;
	page_changed(&o, &before, "EPS");
	page_says(&o, "EPS", "asked");
	h->eps = HYBRID_EPS_TOLD_ON;
	page_changed(&o, &before, "EPS");
	page_says(&o, "EPS", "on");
	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		only(h, HYBRID_EPS_MODE, i);
		page_says(&o, "EPS", modes[i]);
	}
	end();
}

static void status_is_shown_of_what_it_has_while_it_is_fresh(void **state)
{
	struct object o = begin(state, LINES SHED, 0);
	struct hybrid_status *s = &hybrid_at(0)->status_122;

	page_remember(&o, &before);
	s->at_ms = boot_clock_ms();
	page_changed(&o, &before, "");
	s->known = BIT(HYBRID_STATUS_PV);
	page_changed(&o, &before, "Status");
	page_says(&o, "Status", "[PV=[]]");
	s->set[HYBRID_STATUS_PV] = BIT(0) | BIT(2);
	page_changed(&o, &before, "Status");
	page_says(&o, "Status", "[PV=[connected=operating]]");
	/* bit 11 of the controls means nothing */
	s->known = BIT(HYBRID_STATUS_SETS) - 1;
	s->set[HYBRID_STATUS_STORAGE] = BIT(1);
	s->set[HYBRID_STATUS_GRID] = BIT(1);
	s->set[HYBRID_STATUS_LIMITS] = BIT(0);
	s->set[HYBRID_STATUS_CONTROLS] = BIT(11) | BIT(12);
	s->set[HYBRID_STATUS_RIDES] = BIT(3);
	page_changed(&o, &before, "Status");
	page_says(&o, "Status", "[PV=[connected=operating] Battery=[available]"
		 " Grid=[disconnected] LimitsReached=[power] Controls=[scheduled]"
		 " RidesThrough=[high-frequency]]");
	s->at_ms = 1;
	page_changed(&o, &before, "Status");
	page_says(&o, "Status", "[]");
	end();
}

static void what_changes_of_where_and_how_it_is_is_said(void **state)
{
	struct object o = begin(state, LINES ROOF, 0);
	struct lines_inverter *l = &wire.lines->inverter[0];

	page_remember(&o, &before);
	page_changed(&o, &before, "");
	snprintf(l->config.line, sizeof(l->config.line), "a");
	page_changed(&o, &before, "Line");
	l->hybrid.config.address = 9;
	page_changed(&o, &before, "Address");
	l->hybrid.config.kind = HYBRID_HYD_ES;
	page_changed(&o, &before, "Map");
	l->hybrid.state = HYBRID_ON_GRID;
	page_changed(&o, &before, "State");
	page_says(&o, "State", "on-grid");
	end();
}

static void who_cannot_be_told_of_its_output_says_why(void **state)
{
	struct object o = begin(state, LINES LOFT ROOF SHED, 0);

	assert_true(page_call(&o, "SetEPS", "b", 1, text) < 0);
	assert_string_equal(text, "org.freedesktop.DBus.Error.Failed: loft does not answer: must"
			    " do so first");
	hybrid_at(0)->state = HYBRID_ON_GRID;
	assert_true(page_call(&o, "SetEPS", "b", 1, text) >= 0);
	assert_string_equal(text, "");
	page_says(&o, "EPS", "asked");
	assert_int_equal(hybrid_at(0)->write[HYBRID_COMMANDS_EPS].value[0], LEGACY_EPS_ON);
	assert_true(page_call(&o, "SetEPS", "b", 0, text) >= 0);
	assert_int_equal(hybrid_at(0)->write[HYBRID_COMMANDS_EPS].value[0], LEGACY_EPS_OFF);
	o.index = 1;
	assert_true(page_call(&o, "SetEPS", "b", 0, text) < 0);
	assert_string_equal(text, "org.freedesktop.DBus.Error.NotSupported: a sofar-g3 has that in"
			    " a memory that wears: must be set on its own screen");
	o.index = 2;
	assert_true(page_call(&o, "SetEPS", "b", 0, text) < 0);
	assert_string_equal(text, "org.freedesktop.DBus.Error.NotSupported: a sunspec cannot be"
			    " told: must be a sofar-me3000 or sofar-hyd-es");
	end();
}

static void its_reading_comes_in_parts_for_a_period(void **state)
{
	struct object o = begin(state, LINES ROOF "period_ms = 700\n" LOFT, 0);

	assert_string_equal(object_hybrid.parts->property, "Reading");
	assert_int_equal(object_hybrid.parts->round_ms(&o), 700);
	o.index = 1;
	assert_int_equal(object_hybrid.parts->round_ms(&o), 1000);
	end();
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)
	const struct CMUnitTest tests[] = {
		CASE(one_that_has_said_nothing_says_where_it_is),
		CASE(what_it_is_is_known_by_its_serial_number_else_by_itself),
		CASE(each_number_has_its_name_and_its_unit),
		CASE(sums_are_of_all_strings_and_of_both_batteries),
		CASE(faults_are_words_of_its_own_maker),
		CASE(what_it_was_told_is_shown_while_it_is_steered),
		CASE(its_own_limit_of_feed_in_is_shown_when_it_has_one),
		CASE(the_output_for_emergencies_is_as_it_says_or_as_it_was_told),
		CASE(status_is_shown_of_what_it_has_while_it_is_fresh),
		CASE(what_changes_of_where_and_how_it_is_is_said),
		CASE(who_cannot_be_told_of_its_output_says_why),
		CASE(its_reading_comes_in_parts_for_a_period),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
