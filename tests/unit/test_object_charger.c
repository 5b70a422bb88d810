// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wallboxes on the bus: what each property says, what is absent, and that what changes is said,
 * and nothing else.
 */
#include "lines_wire.h"

#include "../../userspace/cellard/house.h"
#include "../../userspace/io/boot_clock.h"
#include "object_page.h"

#define SITE	"[site]\nplant = no-pv-1ph\n[line a]\nhost = a\n"
#define GARAGE	"[charger garage]\n"
#define CARDS	"[card red]\nuid = 04:A3:5B:1C\n[card blue]\nuid = 04:A3:5B:1D\n"
#define YARD	"[charger yard]\nline = a\naddress = 4\nfail_safe_a = 7.5\n" \
		"profile = userspace/wallboxes/heidelberg.conf\n"

static struct config config;
static struct bus bus;
static struct house house;
static char text[PAGE_SIZE];
static unsigned int decisions;
static struct page_before before;

static void decided(void *user)
{
	assert_ptr_equal(user, &house);
	decisions++;
}

static struct object begin(void **state, const char *files, unsigned int index)
{
	must_load(*state, &config, files);
	page_connect(&bus);
	wire_start(&config);
	memset(&house, 0, sizeof(house));
	house.config = &config;
	for (unsigned int i = 0; i < SITE_CHARGERS_MAX; i++) {
		house.inputs.charger[i].age_ms = SITE_NEVER;
		house.inputs.charger[i].power_w.age_ms = SITE_NEVER;
		house.inputs.charger[i].energy_wh.age_ms = SITE_NEVER;
		house.out.charger[i].next_ms = SITE_NO_TIME;
	}
	bus.setup.lines = wire.lines;
	bus.setup.house = &house;
	bus.setup.decided = decided;
	bus.setup.user = &house;
	decisions = 0;

	return (struct object){ .kind = &object_charger, .bus = &bus, .index = index };
}

static void end(void)
{
	wire_free();
	page_close(&bus);
}

static void one_of_which_nothing_is_known_has_its_settings(void **state)
{
	struct object o = begin(state, SITE YARD GARAGE, 1);
	char path[OBJECT_PATH_SIZE];

	assert_int_equal(object_charger.count(&bus.setup), 2);
	object_charger.path(&o, path);
	assert_string_equal(path, "/org/cellar1/charger/garage");
	assert_string_equal(object_charger.interface, "org.cellar1.Charger");
	page_of(&o, text);
	assert_string_equal(text, "Name: garage\nCar: unknown\nState: absent\nReading: []\n"
		"Told: [Current=0 Power=0 Phases=0]\n"
		"Session: [Runs=no Strategy=fast Energy=0 Duration=0]\nStrategy: fast\n"
		"Settings: [Mode=remote Phases=1 Phase=1 Priority=0 CableCurrent=16"
		" BoxCurrent=16 MinCurrent=6 Consumption=180 Distance=50 Start=00:00 Duration=60"
		" MinRun=300 MinPause=300]\n"
		"Cards: []\nBox: []\n");
	end();
}

static void settings_are_those_of_its_files(void **state)
{
	struct object o = begin(state, SITE CARDS YARD
		GARAGE "strategy = time-power\nmode = cards\nphases = 1\nphase = 1\npriority = 4\n"
		"cable_a = 20.5\nbox_a = 16\nmin_a = 7\npower_w = 4100\nwh_per_km = 155\nkm = 60\n"
		"start = 22:45\nduration_min = 90\nmin_run_s = 61\nmin_pause_s = 62\n"
		"cards = blue\n", 1);

	page_of(&o, text);
	assert_non_null(strstr(text, "\nStrategy: time-power\n"));
	page_says(&o, "Settings", "[Mode=cards Phases=1 Phase=1 Priority=4 CableCurrent=20.5"
		 " BoxCurrent=16 MinCurrent=7 MaxPower=4100 Consumption=155 Distance=60"
		 " Start=22:45 Duration=90 MinRun=61 MinPause=62]");
	page_says(&o, "Cards", "[blue]");
	/* what a person sets is not looked at each second: that something was is */
	page_remember(&o, &before);
	config.house.site.charger[1].cards = BIT(0) | BIT(1);
	config.house.site.charger[1].strategy = SITE_FAST;
	config.house.site.charger[1].phase = 2;
	house.changes++;
	page_changed(&o, &before, "Strategy Settings Cards");
	page_says(&o, "Cards", "[red=blue]");
	/* one on all phases is on none in particular */
	config.house.site.charger[1].phases = 3;
	page_of(&o, text);
	assert_non_null(strstr(text, " Phases=3 Priority=4 "));
	end();
}

static void what_is_read_of_it_is_shown_while_it_is_fresh(void **state)
{
	static const char *const cars[] = { "unknown", "none", "plugged", "charges", "fault" };
	struct object o = begin(state, SITE YARD GARAGE, 1);
	struct site_charger_inputs *in = &house.inputs.charger[1];
	u32 fresh_ms = config.house.site.fresh_ms;

	page_remember(&o, &before);
	in->car = SITE_CAR_CHARGES;
	in->car_ma = 20500;
	in->car_phases = 3;
	in->power_w.value = -14150;
	in->energy_wh.value = 123456;
	in->age_ms = fresh_ms;
	page_changed(&o, &before, "Car Reading");
	page_says(&o, "Reading", "[CarCurrent=20.5 CarPhases=3]");
	in->power_w.age_ms = fresh_ms;
	page_changed(&o, &before, "Reading");
	page_says(&o, "Reading", "[Power=-14150 CarCurrent=20.5 CarPhases=3]");
	in->power_w.age_ms = fresh_ms + 1;
	in->energy_wh.age_ms = 0;
	page_changed(&o, &before, "Reading");
	page_says(&o, "Reading", "[Energy=123456 CarCurrent=20.5 CarPhases=3]");
	in->car_phases = 0;
	page_changed(&o, &before, "Reading");
	page_says(&o, "Reading", "[Energy=123456 CarCurrent=20.5]");
	in->car_ma = 0;
	page_changed(&o, &before, "Reading");
	page_says(&o, "Reading", "[Energy=123456]");
	in->car_ma = 16000;
	page_changed(&o, &before, "Reading");
	in->energy_wh.value++;
	page_changed(&o, &before, "Reading");
	in->power_w.age_ms = 0;
	page_changed(&o, &before, "Reading");
	in->power_w.value++;
	page_changed(&o, &before, "Reading");
	for (unsigned int car = 0; car < ARRAY_SIZE(cars); car++) {
		in->car = (u8)car;
		page_says(&o, "Car", cars[car]);
	}
	page_remember(&o, &before);
	in->age_ms = fresh_ms + 1;
	page_changed(&o, &before, "Car Reading");
	page_says(&o, "Car", "unknown");
	page_says(&o, "Reading", "[Power=-14149 Energy=123457]");
	end();
}

static void what_it_is_told_and_by_whom_is_shown(void **state)
{
	struct object o = begin(state, SITE YARD GARAGE, 1);
	struct site_charger_outputs *out = &house.out.charger[1];

	house.stepped_ms = 1000000;
	page_remember(&o, &before);
	out->state = SITE_CHARGER_CHARGING;
	page_changed(&o, &before, "State");
	page_says(&o, "State", "charging");
	out->current_ma = 13500;
	page_changed(&o, &before, "Told");
	out->power_w = 9315;
	page_changed(&o, &before, "Told");
	out->phases = 3;
	page_changed(&o, &before, "Told");
	page_says(&o, "Told", "[Current=13.5 Power=9315 Phases=3]");
	out->winner = SITE_BY_CABLE;
	page_changed(&o, &before, "Told");
	out->next_ms = 61999;
	page_changed(&o, &before, "Told");
	page_of(&o, text);
	assert_non_null(strstr(text, "Told: [Current=13.5 Power=9315 Phases=3 LimitedBy=cable"
			       " Next=61]\n"));
	/* the other one is told nothing of that */
	o.index = 0;
	page_says(&o, "Told", "[Current=0 Power=0 Phases=0]");
	end();
}

/* Seconds go by without a word: they are as many as of the step. */
static void seconds_that_go_by_are_no_news(void **state)
{
	struct object o = begin(state, SITE YARD GARAGE, 1);
	struct site_charger_outputs *out = &house.out.charger[1];
	u64 told, session;

	house.stepped_ms = 1000000;
	out->next_ms = 60000;
	page_remember(&o, &before);
	told = before.mark[3];
	session = before.mark[4];
	assert_string_equal(object_charger.properties[3].name, "Told");
	assert_string_equal(object_charger.properties[4].name, "Session");
	house.stepped_ms += 1000;
	out->next_ms -= 1000;
	out->session_s++;
	page_remember(&o, &before);
	assert_int_equal(before.mark[3], told);
	assert_int_equal(before.mark[4], session);
	page_says(&o, "Told", "[Current=0 Power=0 Phases=0 Next=59]");
	page_says(&o, "Session", "[Runs=no Strategy=fast Energy=0 Duration=1]");
	end();
}

static void a_session_has_what_it_began_with_and_what_it_wants(void **state)
{
	struct object o = begin(state, SITE YARD GARAGE, 1);
	struct site_charger_outputs *out = &house.out.charger[1];

	page_remember(&o, &before);
	out->in_session = true;
	page_changed(&o, &before, "Session");
	out->strategy = SITE_KILOMETRES_ONCE;
	page_changed(&o, &before, "Session");
	out->session_wh = 4321;
	page_changed(&o, &before, "Session");
	page_says(&o, "Session", "[Runs=yes Strategy=kilometres-once Energy=4321 Duration=0]");
	out->wanted_wh = 9300;
	page_changed(&o, &before, "Session");
	out->session_s = 77;
	page_says(&o, "Session", "[Runs=yes Strategy=kilometres-once Energy=4321 Wanted=9300"
		 " Duration=77]");
	end();
}

static void a_car_that_is_there_is_started_and_stopped(void **state)
{
	struct object o = begin(state, SITE YARD GARAGE, 1);
	struct site_charger_inputs *in = &house.inputs.charger[1];

	assert_true(page_call(&o, "Start", "", 0, text) < 0);
	assert_string_equal(text, "org.cellar1.Error.NoCar: garage cannot start: its car is"
			    " unknown: must be plugged in");
	in->age_ms = 0;
	in->car = SITE_CAR_FAULT;
	assert_true(page_call(&o, "Start", "", 0, text) < 0);
	assert_int_equal(decisions, 0);
	in->car = SITE_CAR_PLUGGED;
	assert_true(page_call(&o, "Start", "", 0, text) >= 0);
	assert_int_equal(house.charger[1].command, SITE_START);
	assert_int_equal(decisions, 1);
	assert_true(page_call(&o, "Stop", "", 0, text) >= 0);
	assert_int_equal(house.charger[1].command, SITE_STOP);
	assert_int_equal(house.charger[0].command, SITE_NO_COMMAND);
	in->car = SITE_CAR_CHARGES;
	assert_true(page_call(&o, "Start", "", 0, text) >= 0);
	assert_int_equal(house.charger[1].command, SITE_START);
	assert_int_equal(decisions, 3);
	end();
}

#define BOX	"Model=Heidelberg Energy Control Profile=userspace/wallboxes/heidelberg.conf" \
		" Line=a Address=4 "
#define SAFE(word)	" FailSafe=" word " FailSafeCurrent=7.5 FailSafeTime=15"

static void says(struct wallbox *w, enum wallbox_number number, s64 value)
{
	w->reading.known |= BIT(number);
	w->reading.number[number] = value;
	w->reading.at_ms[number] = boot_clock_ms();
}

static void one_on_a_line_says_what_it_is_and_how_safe_it_is(void **state)
{
	struct object o = begin(state, SITE YARD GARAGE, 0);
	struct lines_wallbox *l = &wire.lines->wallbox[0];
	struct wallbox *w = &l->box;

	page_of(&o, text);
	assert_non_null(strstr(text, "Name: yard\n"));
	page_says(&o, "Box", "[" BOX "Link=unheard" SAFE("not armed") "]");
	page_remember(&o, &before);
	w->link = WALLBOX_ARMING;
	page_changed(&o, &before, "Box");
	w->taken = BIT(WALLBOX_SAFE) | BIT(WALLBOX_LAPSE);
	page_changed(&o, &before, "Box");
	page_says(&o, "Box", "[" BOX "Link=arming" SAFE("armed") "]");
	w->told_ma = 0;
	w->has_told = true;
	page_changed(&o, &before, "Box");
	w->told_ma = 8500;
	page_changed(&o, &before, "Box");
	page_says(&o, "Box", "[" BOX "Link=arming" SAFE("armed") " Told=8.5]");
	w->told_ma = 9000;
	page_changed(&o, &before, "Box");
	/* another configuration has it elsewhere */
	snprintf(l->config.line, sizeof(l->config.line), "b");
	page_changed(&o, &before, "Box");
	l->config.device.address = 5;
	page_changed(&o, &before, "Box");
	w->config.safe_ma = 8000;
	page_changed(&o, &before, "Box");
	snprintf(l->config.profile, sizeof(l->config.profile), "p");
	page_changed(&o, &before, "Box");
	snprintf(w->config.profile.model, sizeof(w->config.profile.model), "Other");
	page_changed(&o, &before, "Box");
	page_says(&o, "Box", "[Model=Other Profile=p Line=b Address=5 Link=arming"
		 " FailSafe=armed FailSafeCurrent=8 FailSafeTime=15 Told=9]");
	end();
}

static void each_kind_of_fail_safe_has_its_word(void **state)
{
	struct object o = begin(state, SITE YARD GARAGE, 0);
	struct wallbox *w = &wire.lines->wallbox[0].box;
	struct wallbox_profile *p = &w->config.profile;

	page_remember(&o, &before);
	p->safety = WALLBOX_OWN;
	page_changed(&o, &before, "Box");
	page_says(&o, "Box", "[" BOX "Link=unheard FailSafe=not armed FailSafeTime=15]");
	p->lapse_ms = 59999;
	page_changed(&o, &before, "Box");
	w->taken = BIT(WALLBOX_SET_CURRENT);
	page_changed(&o, &before, "Box");
	page_says(&o, "Box", "[" BOX "Link=unheard FailSafe=own FailSafeTime=59]");
	p->safety = WALLBOX_UNGUARDED;
	page_changed(&o, &before, "Box");
	p->lapse_ms = 0;
	page_changed(&o, &before, "Box");
	snprintf(p->words, sizeof(p->words), "!");
	page_changed(&o, &before, "Box");
	page_says(&o, "Box", "[" BOX "Link=unheard FailSafe=none FailSafeWords=!]");
	end();
}

static void what_a_box_measures_is_shown_while_it_is_fresh(void **state)
{
	static const struct {
		enum wallbox_number number;
		s64 value;
	} rows[] = {
		{ WALLBOX_A_1, 6100 }, { WALLBOX_A_2, 6200 }, { WALLBOX_A_3, 6300 },
		{ WALLBOX_V_1, 230100 }, { WALLBOX_V_2, 230200 }, { WALLBOX_V_3, 230300 },
		{ WALLBOX_SESSION_WH, 4567 }, { WALLBOX_ERROR, 12 },
	};
	struct object o = begin(state, SITE YARD GARAGE, 0);
	struct wallbox *w = &wire.lines->wallbox[0].box;

	page_remember(&o, &before);
	w->link = WALLBOX_WELL;
	page_changed(&o, &before, "Box");
	w->state = WALLBOX_C;
	says(w, WALLBOX_STATE, 7);
	says(w, WALLBOX_A_1, 6000);
	page_changed(&o, &before, "");
	w->reading.known &= ~BIT(WALLBOX_A_1);
	says(w, WALLBOX_W, 1);
	page_changed(&o, &before, "Box");
	page_says(&o, "Box", "[" BOX "Link=well" SAFE("not armed") " Says=car charges]");
	w->state = WALLBOX_B;
	page_changed(&o, &before, "Box");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		says(w, rows[i].number, rows[i].value + 1);
		page_changed(&o, &before, "Box");
		says(w, rows[i].number, rows[i].value);
		page_changed(&o, &before, "Box");
	}
	/* of what it says besides there is no word */
	says(w, WALLBOX_WH, 99);
	says(w, WALLBOX_W, 2);
	page_changed(&o, &before, "");
	page_says(&o, "Box", "[" BOX "Link=well" SAFE("not armed") " Says=car plugged in"
		 " Current1=6.1 Current2=6.2 Current3=6.3 Voltage1=230.1 Voltage2=230.2"
		 " Voltage3=230.3 SessionEnergy=4567 Error=12]");
	w->reading.at_ms[WALLBOX_W] = 1;
	page_changed(&o, &before, "Box");
	page_says(&o, "Box", "[" BOX "Link=well" SAFE("not armed") "]");
	says(w, WALLBOX_W, 1);
	page_changed(&o, &before, "Box");
	w->link = WALLBOX_SILENT;
	page_changed(&o, &before, "Box");
	page_says(&o, "Box", "[" BOX "Link=silent" SAFE("not armed") "]");
	end();
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)
	const struct CMUnitTest tests[] = {
		CASE(one_of_which_nothing_is_known_has_its_settings),
		CASE(settings_are_those_of_its_files),
		CASE(what_is_read_of_it_is_shown_while_it_is_fresh),
		CASE(what_it_is_told_and_by_whom_is_shown),
		CASE(seconds_that_go_by_are_no_news),
		CASE(a_session_has_what_it_began_with_and_what_it_wants),
		CASE(a_car_that_is_there_is_started_and_stopped),
		CASE(one_on_a_line_says_what_it_is_and_how_safe_it_is),
		CASE(each_kind_of_fail_safe_has_its_word),
		CASE(what_a_box_measures_is_shown_while_it_is_fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
