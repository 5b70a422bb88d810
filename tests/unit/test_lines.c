// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modbus lines of cellard: who is asked for what on which line, what is said of it, and what
 * another configuration and the end leave of it.
 */
#include "lines_wire.h"

#include "../../userspace/io/hybrid_maps.h"
#include "../../userspace/io/hybrid_parts.h"
#include "../../userspace/io/modbus_command.h"

#define A		"[line a]\ndevice = /dev/a\n"
#define B		"[line b]\nhost = b\n"
#define GRID		"[meter grid]\nline = a\naddress = 1\nkind = dtsu666\n"
#define SHED		"[meter shed]\nline = b\naddress = 2\nkind = ddsu666\nrole = production\n"
#define SITE		"[site]\nplant = free\nphases = 1\nproduction = none\nexchange = meter\n"
#define HOUSE		SITE "control = set-points\n"
#define ROOF		"[inverter roof]\naddress = 3\nrated_w = 5000\nbattery_w = 3000\n"
#define ROOF_A		ROOF "map = sofar-g3\nline = a\n"
#define ROOF_B		ROOF "map = sofar-g3\nline = b\n"
#define BOX		"[charger garage]\naddress = 4\n" \
			"profile = userspace/wallboxes/heidelberg.conf\n"
#define BOX_B		BOX "line = b\n"
#define HEIDELBERG_A	261	/* its current, in tenths of an A */

static struct config config;

static void begin(void **state, const char *text)
{
	must_load(*state, &config, text);
	wire_start(&config);
}

static int another(void **state, const char *text)
{
	must_load(*state, &config, text);

	return lines_reconfigure(wire.lines, &config);
}

static struct slave *plug_box(struct modbus_line *line, unsigned int device)
{
	struct slave *s = wire_new_slave(line, device);

	slave_start_wallbox(s, &config.charger[0].box.wallbox.profile, line->device[device].address,
			    wire.now_ms * 1000000);

	return s;
}

static void each_is_asked_on_its_own_line_at_its_own_place(void **state)
{
	begin(state, HOUSE A B SHED GRID ROOF_A BOX_B "[meter attic]\nline = a\naddress = 9\n"
	      "kind = dtsu666\ntimeout_ms = 300\npause_ms = 70\nrole = production\n");
	assert_int_equal(wire.n, 2);
	assert_string_equal(wire.made[0]->config.device, "/dev/a");
	assert_string_equal(wire.made[1]->config.host, "b");
	assert_int_equal(wire.made[1]->device[0].address, 2);
	assert_int_equal(wire.made[0]->device[0].address, 1);
	assert_int_equal(wire.made[0]->device[1].address, 9);
	assert_int_equal(wire.made[0]->device[1].timeout_ms, 300);
	assert_int_equal(wire.made[0]->device[1].gap_ms, 70);
	assert_int_equal(wire.made[0]->device[2].address, 3);
	assert_int_equal(wire.made[1]->device[1].address, 4);
	assert_int_equal(wire.lines->line[0].devices, 3);
	assert_int_equal(wire.lines->line[1].devices, 2);
	wire_plug(wire.made[0], 0, "dtsu666")->power_w[0] = 1234;
	wire_plug(wire.made[0], 1, "dtsu666")->power_w[0] = 77;
	wire_plug(wire.made[1], 0, "ddsu666")->power_w[0] = 888;
	wire_run(20);
	assert_int_equal(wire.lines->meter[0].meter.reading.number[METER_W], 888000);
	assert_int_equal(wire.lines->meter[1].meter.reading.number[METER_W], 1234000);
	assert_int_equal(wire.lines->meter[2].meter.reading.number[METER_W], 77000);
	assert_true(wire.changes > 20);
	assert_ptr_equal(lines_wallbox_of(wire.lines, 0), &wire.lines->wallbox[0]);
	assert_null(lines_wallbox_of(wire.lines, 1));
	wire_free();
}

static void what_becomes_of_a_meter_is_said_once(void **state)
{
	struct slave *s;

	begin(state, A GRID);
	s = wire_plug(wire.made[0], 0, "dtsu666");
	wire_run(10);
	assert_int_equal(wire_events("meter-well", "grid"), 1);
	assert_string_equal(wire_words("meter-well", "grid"), "it says what it measures");
	assert_int_equal(wire.told, 1);
	s->muted = true;
	wire_run(10);
	assert_int_equal(wire_events("meter-silent", "grid"), 1);
	assert_string_equal(wire_words("meter-silent", "grid"), "it does not answer");
	/* that it answers again is news when it says something */
	s->muted = false;
	wire_run(10);
	assert_int_equal(wire_events("meter-heard", "grid"), 0);
	assert_int_equal(wire_events("meter-well", "grid"), 2);
	assert_int_equal(wire.told, 3);
	wire_free();
}

static void what_people_should_know_of_a_meter_is_said_once(void **state)
{
	begin(state, A GRID);
	wire_plug(wire.made[0], 0, "dtsu666-units");
	wire_run(30);
	assert_int_equal(wire_events("meter-note", "grid"), 1);
	assert_string_equal(wire_words("meter-note", "grid"), meter_note_words(METER_SAYS_UNITS));
	wire_free();
}

/* Nothing is asked twice of a line that takes it, and nothing is lost of one that does not. */
static void what_a_full_queue_did_not_take_is_said_later(void **state)
{
	static const char text[] = HOUSE A B GRID SHED ROOF_A "[inverter loft]\naddress = 8\n"
		"map = sofar-g3\nline = b\nrated_w = 1000\nbattery_w = 1000\n" BOX_B
		"[charger street]\naddress = 9\nline = a\n"
		"profile = userspace/wallboxes/heidelberg.conf\n";
	struct lines *lines;
	unsigned int all, said = 0;

	begin(state, text);
	lines = wire.lines;
	all = wire.said;
	wire.said = 0;
	lines_step(lines);
	assert_int_equal(wire.said, 0);
	for (unsigned int i = 0; i < 2; i++) {
		memset(wire.made[i]->want, 0, sizeof(wire.made[i]->want));
		memset(lines->meter[i].asked, 0, sizeof(lines->meter[i].asked));
		memset(lines->inverter[i].asked, 0, sizeof(lines->inverter[i].asked));
		memset(lines->inverter[i].wrote, 0, sizeof(lines->inverter[i].wrote));
		memset(lines->wallbox[i].asked, 0, sizeof(lines->wallbox[i].asked));
		memset(lines->wallbox[i].wrote, 0, sizeof(lines->wallbox[i].wrote));
	}
	for (unsigned int i = 0; i < 2 * all && wire.said == said; i++, said++) {
		wire.room = 1;
		lines_step(lines);
	}
	/* all but the six devices themselves */
	assert_int_equal(wire.said, all - 6);
	for (unsigned int i = 0; i < 2; i++) {
		assert_true(wire.made[i]->want[0][0].period_ms);
		assert_true(wire.made[i]->want[1][HYBRID_READS_LAPSE].period_ms);
		assert_true(wire.made[i]->want[2][0].period_ms);
	}
	wire_free();
}

static void a_line_that_is_lost_is_said_with_where_it_was(void **state)
{
	begin(state, A B GRID SHED);
	wire.made[0]->hooks->line(wire.made[0]->user, 0);
	assert_string_equal(wire_words("line-open", "a"), "/dev/a is open");
	assert_int_equal(wire.changes, 1);
	wire.made[1]->hooks->line(wire.made[1]->user, -EIO);
	assert_string_equal(wire_words("line-lost", "b"), "b: Input/output error");
	assert_int_equal(wire.told, 2);
	assert_true(wire.lines->line[0].known && !wire.lines->line[0].error);
	assert_int_equal(wire.lines->line[1].error, -EIO);
	wire_free();
}

/* Who is on it is silent, and nobody else is. */
static void what_is_on_a_line_that_is_lost_is_silent(void **state)
{
	begin(state, HOUSE A B GRID ROOF_A BOX_B);
	wire_plug(wire.made[0], 0, "dtsu666");
	wire_plug(wire.made[0], 1, "sofar-g3");
	plug_box(wire.made[1], 0);
	wire_run(30);
	assert_int_equal(wire.lines->inverter[0].hybrid.state, HYBRID_ON_GRID);
	assert_int_equal(wire.lines->wallbox[0].box.link, WALLBOX_WELL);
	assert_string_equal(wire_words("inverter-state", "roof"), "it is on the grid");
	assert_int_equal(wire_events("charger-well", "garage"), 1);
	wire.made[1]->hooks->line(wire.made[1]->user, -EIO);
	assert_int_equal(wire.lines->wallbox[0].box.link, WALLBOX_SILENT);
	assert_int_equal(wire_events("charger-silent", "garage"), 1);
	assert_int_equal(wire.lines->inverter[0].hybrid.state, HYBRID_ON_GRID);
	for (unsigned int i = 0; i < 20; i++) {
		wallbox_tell(&wire.lines->wallbox[0].box, 0, wire.now_ms);
		wire_run(1);
	}
	assert_int_equal(wire.lines->wallbox[0].box.link, WALLBOX_WELL);
	/* one that is open says nothing of who is on it */
	wire.made[0]->hooks->line(wire.made[0]->user, 0);
	assert_int_equal(wire.lines->inverter[0].hybrid.state, HYBRID_ON_GRID);
	wire.made[0]->hooks->line(wire.made[0]->user, -EIO);
	assert_int_equal(wire.lines->inverter[0].hybrid.state, HYBRID_SILENT);
	assert_int_equal(wire_events("inverter-silent", "roof"), 1);
	assert_int_equal(wire.lines->wallbox[0].box.link, WALLBOX_WELL);
	wire_free();
}

static void a_line_on_which_nothing_has_changed_goes_on(void **state)
{
	begin(state, HOUSE A B GRID SHED ROOF_A BOX_B);
	wire.said = 0;
	assert_int_equal(another(state, HOUSE A B GRID SHED ROOF_A BOX_B "[history]\nkeep = yes\n"), 0);
	assert_int_equal(wire.n, 2);
	assert_int_equal(wire.said, 0);
	assert_int_equal(wire.lines->meters, 2);
	assert_int_equal(wire.lines->inverters, 1);
	assert_int_equal(wire.lines->wallboxes, 1);
	assert_false(wire.made[0]->left || wire.made[1]->left);
	wire_free();
}

/* Each in turn: what is left of the other line is as it was. */
static void a_line_on_which_something_has_changed_begins_anew(void **state)
{
	static const struct {
		const char *text;
		bool a, b;	/* goes on */
	} rows[] = {
		{ HOUSE A "baud = 19200\n" B GRID SHED ROOF_A BOX_B, false, true },
		{ HOUSE A B "port = 503\n" GRID SHED ROOF_A BOX_B, true, false },
		{ HOUSE A B GRID "period_ms = 500\n" SHED ROOF_A BOX_B, false, true },
		{ HOUSE A B GRID "timeout_ms = 500\n" SHED ROOF_A BOX_B, false, true },
		{ HOUSE A B GRID SHED "invert = yes\n" ROOF_A BOX_B, true, false },
		{ HOUSE A B GRID ROOF_A BOX_B, true, false },
		{ HOUSE A B SHED GRID "[meter more]\nline = b\naddress = 8\nkind = ddsu666\n"
		  "role = production\n" ROOF_A BOX_B, true, false },
		{ HOUSE A B GRID SHED BOX_B ROOF_A "timeout_ms = 700\n", false, true },
		{ HOUSE A B GRID SHED BOX_B, false, true },
		{ HOUSE A B GRID SHED BOX_B ROOF_A "[inverter more]\naddress = 8\nline = a\n"
		  "map = sofar-g3\nrated_w = 1000\nbattery_w = 1000\n", false, true },
		{ HOUSE A B GRID SHED ROOF_A BOX_B "period_ms = 500\n", true, false },
		{ HOUSE A B GRID SHED ROOF_A BOX_B "fail_safe_a = 7\n", true, false },
		{ HOUSE A B GRID SHED ROOF_A, true, false },
		{ HOUSE A B GRID SHED ROOF_A BOX_B "[charger more]\naddress = 8\nline = b\n"
		  "profile = userspace/wallboxes/heidelberg.conf\n", true, false },
		{ HOUSE A B GRID SHED ROOF_A "[charger street]\naddress = 4\nline = b\n"
		  "profile = userspace/wallboxes/heidelberg.conf\n", true, false },
		{ HOUSE A B GRID SHED ROOF_A BOX "line = a\n", false, false },
		{ HOUSE A B GRID SHED ROOF_B BOX_B, false, false },
		{ HOUSE B A GRID SHED ROOF_A BOX_B, false, false },
		{ HOUSE A GRID ROOF_A, true, false },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int anew;

		begin(state, HOUSE A B GRID SHED ROOF_A BOX_B);
		assert_int_equal(another(state, rows[i].text), 0);
		if (wire.made[0]->left == rows[i].a || wire.made[1]->left == rows[i].b)
			fail_msg("row %u", i);
		anew = config.lines - (rows[i].a ? 1 : 0) - (rows[i].b ? 1 : 0);
		assert_int_equal(wire.n, 2 + anew);
		assert_int_equal(wire.lines->n, config.lines);
		assert_int_equal(wire.lines->meters, config.meters);
		assert_int_equal(wire.lines->inverters, config.inverters);
		assert_int_equal(wire.lines->wallboxes, config.chargers);
		for (unsigned int l = 0; l < wire.lines->n; l++)
			assert_false(wire.lines->line[l].modbus->left);
		/* and all of them are asked */
		for (unsigned int m = 0; m < wire.lines->meters; m++)
			assert_true(wire.lines->line[wire.lines->meter[m].line].modbus->
				    want[wire.lines->meter[m].device][0].period_ms);
		wire_run(1);
		wire_free();
	}
}

/* What it cannot count itself would be gone. */
static void energy_that_was_added_up_goes_on_when_a_line_begins_anew(void **state)
{
	begin(state, A B GRID SHED);
	wire.lines->meter[1].meter.forward.wh = 123;
	wire.lines->meter[1].meter.reverse.wh = 45;
	assert_int_equal(another(state, A B "port = 503\n" GRID SHED), 0);
	assert_int_equal(wire.lines->meter[1].meter.forward.wh, 123);
	assert_int_equal(wire.lines->meter[1].meter.reverse.wh, 45);
	assert_int_equal(wire.lines->meter[1].meter.state, METER_UNHEARD);
	assert_int_equal(wire.lines->meter[0].meter.forward.wh, 0);
	/* also on another line */
	assert_int_equal(another(state, A B GRID "[meter shed]\nline = a\naddress = 2\n"
				 "kind = ddsu666\nrole = production\n"), 0);
	assert_int_equal(wire.lines->meter[1].meter.forward.wh, 123);
	wire_free();
}

static void set_up_steered(void **state)
{
	begin(state, HOUSE A B GRID ROOF_A BOX_B);
	wire_plug(wire.made[0], 0, "dtsu666");
	wire_plug(wire.made[0], 1, "sofar-g3");
	plug_box(wire.made[1], 0);
	for (unsigned int i = 0; i < 30; i++) {
		hybrid_steer(&wire.lines->inverter[0].hybrid, &(struct hybrid_order){
			500, -3000, 3000, HYBRID_NO_LIMIT }, wire.now_ms);
		wallbox_tell(&wire.lines->wallbox[0].box, 8000, wire.now_ms);
		wire_run(1);
	}
	assert_int_equal(wire.lines->inverter[0].hybrid.control, HYBRID_STEERED);
	assert_int_equal(wire.lines->wallbox[0].box.link, WALLBOX_WELL);
	assert_int_equal(wire_events("inverter-steered", "roof"), 1);
	wire_run(1);
	assert_null(wire_due(wire.made[0], 1, SOFAR_MODE));
	assert_null(wire_due(wire.made[1], 0, HEIDELBERG_A));
}

static void an_inverter_that_is_no_longer_steered_is_as_it_was_before(void **state)
{
	static const struct {
		const char *text;
		bool released, box;
	} rows[] = {
		{ HOUSE A B GRID BOX_B, true, false },
		{ HOUSE A B GRID BOX_B ROOF_A "period_ms = 500\n", false, false },
		{ HOUSE A B GRID BOX_B ROOF_B, false, false },
		{ SITE A B GRID BOX_B "[inverter roof]\nrated_w = 5000\n", true, false },
		{ HOUSE A B GRID BOX_B ROOF "map = sunspec\nline = a\n", true, false },
		{ HOUSE A B GRID BOX_B ROOF "curtails = yes\nmap = sunspec\nline = a\n", true, false },
		{ SITE "control = limits\n" A B GRID BOX_B ROOF_A, true, false },
		{ HOUSE A B GRID ROOF_A, false, true },
		{ HOUSE A B GRID ROOF_A BOX_B "period_ms = 500\n", false, false },
		{ HOUSE A B GRID ROOF_A BOX "line = a\n", false, false },
		{ HOUSE A B GRID ROOF_A "[charger garage]\n", false, true },
		{ HOUSE A B GRID ROOF_A "[charger street]\naddress = 4\nline = b\n"
		  "profile = userspace/wallboxes/heidelberg.conf\n", false, true },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		const u16 *mode, *current;

		set_up_steered(state);
		assert_int_equal(another(state, rows[i].text), 0);
		mode = wire_due(wire.made[0], 1, SOFAR_MODE);
		current = wire_due(wire.made[1], 0, HEIDELBERG_A);
		if (!mode == rows[i].released || !current == rows[i].box)
			fail_msg("row %u", i);
		if (mode)
			assert_int_equal(mode[0], SOFAR_MODE_SELF_USE);
		if (current)
			assert_int_equal(current[0], 60);
		if (wire.made[0]->left)
			assert_int_equal(wire.made[0]->most_ms, 2500);
		wire_free();
	}
}

static void the_mode_of_before_is_known_on_another_line_too(void **state)
{
	set_up_steered(state);
	wire.lines->inverter[0].hybrid.mode_before = 3;
	assert_int_equal(another(state, HOUSE A B GRID BOX_B ROOF_B), 0);
	assert_true(wire.lines->inverter[0].hybrid.has_mode_before);
	assert_int_equal(wire.lines->inverter[0].hybrid.mode_before, 3);
	wire_free();
	begin(state, HOUSE A B GRID ROOF_A);
	assert_false(wire.lines->inverter[0].hybrid.has_mode_before);
	wire_free();
}

static void at_the_end_all_is_as_it_was_before(void **state)
{
	const u16 *mode, *current;

	set_up_steered(state);
	wire_end();
	mode = wire_due(wire.made[0], 1, SOFAR_MODE);
	current = wire_due(wire.made[1], 0, HEIDELBERG_A);
	assert_true(mode && mode[0] == SOFAR_MODE_SELF_USE);
	assert_true(current && current[0] == 60);
	assert_true(wire.made[0]->ended && wire.made[1]->ended);
	assert_int_equal(wire.made[0]->most_ms, 2500);
	wire_free();
}

/* Who takes part in the house by another place of its list is still the same box. */
static void a_wallbox_that_is_kept_may_have_another_place_in_the_house(void **state)
{
	begin(state, HOUSE A B GRID BOX_B);
	assert_int_equal(wire.lines->wallbox[0].of_house, 0);
	assert_int_equal(another(state, HOUSE A B GRID "[charger first]\n" BOX_B), 0);
	assert_int_equal(wire.lines->wallboxes, 1);
	assert_int_equal(wire.lines->wallbox[0].of_house, 1);
	assert_false(wire.made[1]->left);
	assert_null(lines_wallbox_of(wire.lines, 0));
	assert_ptr_equal(lines_wallbox_of(wire.lines, 1), &wire.lines->wallbox[0]);
	wire_free();
}

static void lines_that_cannot_be_made_are_an_error(void **state)
{
	struct lines *lines = NULL;

	begin(state, A GRID);
	wire.error = -EMFILE;
	assert_int_equal(lines_new(&lines, (sd_event *)&wire, NULL, &config, wire_changed, &wire),
			 -EMFILE);
	assert_null(lines);
	/* and with another configuration they are left out, and the others are there */
	assert_int_equal(another(state, A B GRID SHED), -EMFILE);
	assert_int_equal(wire.lines->n, 2);
	assert_int_equal(wire.lines->meters, 1);
	assert_false(wire.made[0]->left);
	wire_run(1);
	wire.error = 0;
	assert_int_equal(another(state, A B GRID SHED), 0);
	assert_int_equal(wire.lines->meters, 2);
	assert_int_equal(wire.n, 2);
	wire_free();
}

static void eps_is_told_to_who_can_be_told(void **state)
{
	begin(state, HOUSE A B GRID ROOF_A "[inverter old]\naddress = 8\nline = b\n"
	      "map = sofar-hyd-es\nrated_w = 3000\n");
	assert_int_equal(lines_tell_eps(wire.lines, 0, true), -EOPNOTSUPP);
	assert_int_equal(lines_tell_eps(wire.lines, 1, true), -ENOTCONN);
	wire_plug(wire.made[1], 0, "sofar-hyd-es");
	wire_run(3);
	assert_int_equal(lines_tell_eps(wire.lines, 1, true), 0);
	assert_non_null(wire_due(wire.made[1], 0, LEGACY_EPS));
	assert_int_equal(wire.made[1]->write[0][HYBRID_COMMANDS_EPS].function, MODBUS_EPS);
	assert_int_equal(wire_events("inverter-eps-told", "old"), 0);
	wire_free();
}

/* A fault comes and goes, each once, by its word. */
static void faults_of_an_inverter_are_said_when_they_come_and_go(void **state)
{
	char made[HYBRID_FAULT_SIZE], words[HYBRID_FAULT_SIZE + 16];
	const char *fault;
	struct slave *s;

	begin(state, HOUSE A B GRID ROOF_A);
	s = wire_plug(wire.made[0], 1, "sofar-g3");
	wire_run(10);
	assert_int_equal(wire_events("inverter-fault", "roof"), 0);
	s->fault = 18;
	wire_run(10);
	fault = hybrid_fault_word(HYBRID_SOFAR_G3, 17, made);
	assert_int_equal(wire_events("inverter-fault", "roof"), 1);
	assert_string_equal(wire_words("inverter-fault", "roof"), fault);
	s->fault = 0;
	wire_run(10);
	assert_int_equal(wire_events("inverter-fault", "roof"), 1);
	assert_int_equal(wire_events("inverter-fault-over", "roof"), 1);
	snprintf(words, sizeof(words), "%s is over", fault);
	assert_string_equal(wire_words("inverter-fault-over", "roof"), words);
	wire_free();
}

static void each_state_of_an_inverter_is_said(void **state)
{
	static const struct {
		enum hybrid_state state;
		const char *code, *words;
	} rows[] = {
		{ HYBRID_CHECKING, "inverter-state", "it checks the grid" },
		{ HYBRID_ON_GRID, "inverter-state", "it is on the grid" },
		{ HYBRID_EPS, "inverter-state", "it has no grid and feeds its EPS output" },
		{ HYBRID_FAULT, "inverter-fault", "it has a fault, from which it will come back" },
		{ HYBRID_BROKEN, "inverter-fault", "it has a fault that needs a person" },
		{ HYBRID_UPGRADING, "inverter-state", "its firmware is replaced" },
		{ HYBRID_SELF_CHARGING, "inverter-state", "it charges by itself" },
		{ HYBRID_STANDBY, "inverter-state", "it stands by" },
		{ HYBRID_NONSENSE, "inverter-nonsense", "it says a state that there is none" },
		{ HYBRID_REFUSES, "inverter-refuses", "it refuses to say what it measures" },
		{ HYBRID_WAITING, "inverter-state", "it waits" },
	};
	/* nothing comes of it, and so its state is what the test has put there */
	static const struct modbus_result lost = { .outcome = MODBUS_LOST };

	begin(state, HOUSE A B GRID ROOF_A);
	wire.made[0]->hooks->heard(wire.made[0]->user, &lost);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct modbus_result of_roof = lost;

		of_roof.device = 1;
		wire.told = 0;
		wire.lines->inverter[0].hybrid.state = rows[i].state;
		wire.now_ms += 60000;
		wire.made[0]->hooks->heard(wire.made[0]->user, &of_roof);
		wire.made[0]->hooks->heard(wire.made[0]->user, &of_roof);
		assert_int_equal(wire.told, 1);
		assert_string_equal(wire_words(rows[i].code, "roof"), rows[i].words);
	}
	wire_free();
}

static void what_becomes_of_steering_an_inverter_is_said_once(void **state)
{
	static const struct {
		enum hybrid_control control;
		const char *code, *words;
	} rows[] = {
		{ HYBRID_STEERED, "inverter-steered", "its battery does what it is told" },
		{ HYBRID_OVERRULED, "inverter-overruled",
		  "another master changes its mode or set-points: it is left alone for 300 s" },
		{ HYBRID_NOT_PASSIVE, "inverter-not-passive",
		  "it takes no command: passive mode must be chosen on its screen" },
		{ HYBRID_ASKS_MODE, NULL, NULL },
	};
	static const struct modbus_result lost = { .outcome = MODBUS_LOST, .device = 1 };

	begin(state, HOUSE A B GRID ROOF_A);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		wire.told = 0;
		wire.lines->inverter[0].hybrid.control = rows[i].control;
		wire.made[0]->hooks->heard(wire.made[0]->user, &lost);
		wire.made[0]->hooks->heard(wire.made[0]->user, &lost);
		assert_int_equal(wire.told, !!rows[i].code);
		if (rows[i].code)
			assert_string_equal(wire_words(rows[i].code, "roof"), rows[i].words);
	}
	wire_free();
}

static void what_becomes_of_a_limit_of_feed_in_is_said_once(void **state)
{
	static const struct {
		enum hybrid_feed_in_state state;
		const char *code, *words;
	} rows[] = {
		{ HYBRID_FEED_IN_WAITS, NULL, NULL },
		{ HYBRID_FEED_IN_SETS, "inverter-feed-in-set",
		  "its own limit of feed-in is written, which wears its memory" },
		{ HYBRID_FEED_IN_REFUSED, "inverter-feed-in-refused",
		  "it does not take a limit of feed-in of its own: without cellard it feeds in what it likes" },
		{ HYBRID_FEED_IN_OVERRULED, "inverter-feed-in-overruled",
		  "somebody else has changed its own limit of feed-in: it is left like that" },
	};
	static const struct modbus_result lost = { .outcome = MODBUS_LOST, .device = 1 };

	begin(state, HOUSE A B GRID ROOF_A);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		wire.told = 0;
		wire.lines->inverter[0].hybrid.feed_in.state = rows[i].state;
		wire.made[0]->hooks->heard(wire.made[0]->user, &lost);
		wire.made[0]->hooks->heard(wire.made[0]->user, &lost);
		assert_int_equal(wire.told, !!rows[i].code);
		if (rows[i].code)
			assert_string_equal(wire_words(rows[i].code, "roof"), rows[i].words);
	}
	wire_free();
}

static void what_becomes_of_an_eps_output_is_said_once(void **state)
{
	static const struct {
		enum hybrid_eps eps;
		const char *code, *words;
	} rows[] = {
		{ HYBRID_EPS_ASKED, NULL, NULL },
		{ HYBRID_EPS_TOLD_ON, "inverter-eps-told", "its EPS output is told to be on" },
		{ HYBRID_EPS_TOLD_OFF, "inverter-eps-told", "its EPS output is told to be off" },
		{ HYBRID_EPS_REFUSED, "inverter-eps-refused",
		  "it does not let its EPS output be switched" },
		{ HYBRID_EPS_NOT_TOLD, NULL, NULL },
	};
	static const struct modbus_result lost = { .outcome = MODBUS_LOST, .device = 1 };

	begin(state, HOUSE A B GRID ROOF_A);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		wire.told = 0;
		wire.lines->inverter[0].hybrid.eps = rows[i].eps;
		wire.made[0]->hooks->heard(wire.made[0]->user, &lost);
		wire.made[0]->hooks->heard(wire.made[0]->user, &lost);
		assert_int_equal(wire.told, !!rows[i].code);
		if (rows[i].code)
			assert_string_equal(wire_words(rows[i].code, "roof"), rows[i].words);
	}
	wire_free();
}

static void a_battery_that_is_full_or_flat_is_said_once(void **state)
{
	static const struct {
		u16 status;
		const char *code, *words;
	} rows[] = {
		{ LEGACY_FULL, "inverter-battery-full", "it takes no charge: its battery is full" },
		{ 0, NULL, NULL },
		{ LEGACY_FLAT, "inverter-battery-flat", "it gives nothing: its battery is flat" },
		{ MODBUS_COMMAND_WRONG_MODE, NULL, NULL },
		{ LEGACY_FULL, "inverter-battery-full", "it takes no charge: its battery is full" },
	};
	static const struct modbus_result lost = { .outcome = MODBUS_LOST, .device = 1 };

	begin(state, HOUSE A B GRID ROOF_A);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		wire.told = 0;
		wire.lines->inverter[0].hybrid.status = rows[i].status;
		wire.made[0]->hooks->heard(wire.made[0]->user, &lost);
		wire.made[0]->hooks->heard(wire.made[0]->user, &lost);
		assert_int_equal(wire.told, !!rows[i].code);
		if (rows[i].code)
			assert_string_equal(wire_words(rows[i].code, "roof"), rows[i].words);
	}
	wire_free();
}

/* What was told may not be allowed any more, and does not wait for its turn. */
static void what_is_urgent_is_written_before_others(void **state)
{
	static const struct hybrid_order less = { 0, -3000, 0, HYBRID_NO_LIMIT };

	set_up_steered(state);
	hybrid_steer(&wire.lines->inverter[0].hybrid, &less, wire.now_ms);
	wire.room = 1;
	lines_step(wire.lines);
	assert_non_null(wire_due(wire.made[0], 1, SOFAR_POINTS));
	assert_false(wire.made[0]->write[1][HYBRID_WRITES_POINTS].hurry);
	/* a queue that had no room for that is told both again */
	wire.room = 2;
	lines_step(wire.lines);
	assert_true(wire.made[0]->write[1][HYBRID_WRITES_POINTS].hurry);
	wire.room = UINT32_MAX;
	wire.said = 0;
	lines_step(wire.lines);
	assert_int_equal(wire.said, 0);
	wire_free();
}

static void a_box_is_switched_off_before_it_hears_a_current_that_still_waits(void **state)
{
	struct wallbox *box;

	begin(state, HOUSE A B GRID "[charger drive]\nline = b\naddress = 3\n"
	      "profile = userspace/wallboxes/go-e.conf\n");
	plug_box(wire.made[1], 0);
	wire_run(20);
	box = &wire.lines->wallbox[0].box;
	assert_int_equal(box->link, WALLBOX_WELL);
	for (u32 ma = 16000; ma; ma -= 8000) {
		wallbox_tell(box, ma, wire.now_ms);
		lines_step(wire.lines);
		assert_true(wire.made[1]->write[0][WALLBOX_SET_CURRENT].due);
		assert_false(wire.made[1]->write[0][WALLBOX_ENABLE].first);
	}
	wallbox_tell(box, 0, wire.now_ms);
	wire.room = 1;
	lines_step(wire.lines);
	assert_false(wire.made[1]->write[0][WALLBOX_ENABLE].first);
	/* a queue that had no room for that is told both again */
	wire.room = UINT32_MAX;
	lines_step(wire.lines);
	assert_true(wire.made[1]->write[0][WALLBOX_ENABLE].first);
	wire_free();
}

static void what_becomes_of_a_wallbox_is_said_once(void **state)
{
	struct slave *s;

	begin(state, HOUSE A B GRID BOX_B);
	s = plug_box(wire.made[1], 0);
	wire_run(20);
	assert_string_equal(wire_words("charger-well", "garage"),
			    "it answers, and what it does without us is known");
	assert_int_equal(wire_events("charger-unguarded", "garage"), 0);
	s->frozen = true;
	s->value[5] = 99;
	wire_run(5);
	assert_int_equal(wire_events("charger-nonsense", "garage"), 1);
	assert_string_equal(wire_words("charger-nonsense", "garage"),
			    "it says a state that its profile has not: 99");
	s->muted = true;
	wire_run(5);
	assert_int_equal(wire_events("charger-silent", "garage"), 1);
	assert_string_equal(wire_words("charger-silent", "garage"), "it does not answer");
	s->muted = false;
	s->frozen = false;
	for (unsigned int i = 0; i < 20; i++) {
		wallbox_tell(&wire.lines->wallbox[0].box, 0, wire.now_ms);
		wire_run(1);
	}
	assert_int_equal(wire_events("charger-well", "garage"), 2);
	wire_free();
}

static void a_wallbox_that_refuses_its_settings_is_unsafe_and_says_which(void **state)
{
	struct slave *s;

	begin(state, HOUSE A B GRID BOX_B);
	s = plug_box(wire.made[1], 0);
	slave_make_hole(s, 262);
	slave_make_hole(s, 257);
	wire_run(20);
	assert_int_equal(wire_events("charger-refused", "garage"), 2);
	assert_string_equal(wire_words("charger-refused", "garage"),
			    "it refuses the time of its fail-safe (exception 2)");
	assert_int_equal(wire_events("charger-unsafe", "garage"), 1);
	assert_string_equal(wire_words("charger-unsafe", "garage"),
			    "its fail-safe cannot be armed: it is not used");
	wire_free();
}

static void a_wallbox_without_a_fail_safe_is_said_to_have_none(void **state)
{
	begin(state, HOUSE A B GRID "[charger garage]\naddress = 4\nline = b\n"
	      "profile = userspace/wallboxes/go-e.conf\n");
	wire_run(1);
	assert_int_equal(wire_events("charger-unguarded", "garage"), 0);
	plug_box(wire.made[1], 0);
	wire_run(30);
	assert_int_equal(wire_events("charger-unguarded", "garage"), 1);
	assert_non_null(strstr(wire_words("charger-unguarded", "garage"),
			       "it has no fail-safe: it goes on with what it was told last"));
	wire_free();
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)
	const struct CMUnitTest tests[] = {
		CASE(each_is_asked_on_its_own_line_at_its_own_place),
		CASE(what_becomes_of_a_meter_is_said_once),
		CASE(what_people_should_know_of_a_meter_is_said_once),
		CASE(what_a_full_queue_did_not_take_is_said_later),
		CASE(a_line_that_is_lost_is_said_with_where_it_was),
		CASE(what_is_on_a_line_that_is_lost_is_silent),
		CASE(a_line_on_which_nothing_has_changed_goes_on),
		CASE(a_line_on_which_something_has_changed_begins_anew),
		CASE(energy_that_was_added_up_goes_on_when_a_line_begins_anew),
		CASE(an_inverter_that_is_no_longer_steered_is_as_it_was_before),
		CASE(the_mode_of_before_is_known_on_another_line_too),
		CASE(at_the_end_all_is_as_it_was_before),
		CASE(a_wallbox_that_is_kept_may_have_another_place_in_the_house),
		CASE(lines_that_cannot_be_made_are_an_error),
		CASE(eps_is_told_to_who_can_be_told),
		CASE(faults_of_an_inverter_are_said_when_they_come_and_go),
		CASE(each_state_of_an_inverter_is_said),
		CASE(what_becomes_of_steering_an_inverter_is_said_once),
		CASE(what_becomes_of_a_limit_of_feed_in_is_said_once),
		CASE(what_becomes_of_an_eps_output_is_said_once),
		CASE(a_battery_that_is_full_or_flat_is_said_once),
		CASE(what_is_urgent_is_written_before_others),
		CASE(a_box_is_switched_off_before_it_hears_a_current_that_still_waits),
		CASE(what_becomes_of_a_wallbox_is_said_once),
		CASE(a_wallbox_that_refuses_its_settings_is_unsafe_and_says_which),
		CASE(a_wallbox_without_a_fail_safe_is_said_to_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
