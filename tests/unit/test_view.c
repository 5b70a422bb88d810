// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of the monitor, of every size: what is on them, and that they fit.
 */
#include "page.h"

#include "../../userspace/cellarctl/view.h"

#define PAGE_SIZE	(64 * 1024)

static const char objects_text[] =
	"{\"/org/cellar1/cluster/roof\": {\"org.cellar1.Cluster\": {"
	"  \"Name\": \"roof\", \"Stage\": \"bulk\", \"Flags\": [\"low-soc\"],"
	"  \"Members\": [\"/org/cellar1/pack/A\"],"
	"  \"Reading\": {\"StateOfCharge\": 12.5, \"Voltage\": 52.8, \"Current\": -20.04,"
	"    \"Power\": -1058, \"CellVoltageMin\": 3.301, \"CellVoltageMax\": 3.315,"
	"    \"CellTemperatureMin\": -1.5, \"CellTemperatureMax\": 20.1,"
	"    \"Protections\": [\"cell_overvoltage\"], \"Warnings\": [\"low_soc\"]},"
	"  \"Limits\": {\"ChargeCurrent\": [0.0, \"protection\", false, {}],"
	"    \"DischargeCurrent\": [70.5, \"rated\", true, {}],"
	"    \"ChargeVoltage\": [56.0, \"bms\", false, {}]},"
	"  \"Advice\": [{\"Code\": \"x\", \"Words\": \"charge it before Friday\"}]}},"
	" \"/org/cellar1/pack/B\": {\"org.cellar1.Pack\": {"
	"  \"Supply\": \"cellar0-10\", \"Role\": \"pack\","
	"  \"Cluster\": \"/org/cellar1/cluster/roof\", \"Reading\": {}, \"Cells\": [],"
	"  \"Membership\": [\"suspended\", \"silent\", \"it is \\u001b[31msilent\"]}},"
	" \"/org/cellar1/pack/A\": {\"org.cellar1.Pack\": {"
	"  \"Supply\": \"cellar0-02\", \"Role\": \"pack\","
	"  \"Cluster\": \"/org/cellar1/cluster/roof\","
	"  \"Reading\": {\"StateOfCharge\": 63.4, \"Voltage\": 52.8, \"Current\": 5.0,"
	"    \"Protections\": [\"cell_overvoltage\"], \"Warnings\": [\"evil\\u001b[2J\"]},"
	"  \"Cells\": [3.301, 3.302, 3.315], \"Blocks\": {\"charge\": \"protection\"},"
	"  \"Temperatures\": {\"bms\": 20.1, \"cells1-4\": -1.5},"
	"  \"Membership\": [\"member\", \"\", \"\"]}},"
	" \"/org/cellar1/inverter/deye\": {\"org.cellar1.Inverter\": {"
	"  \"Name\": \"deye\", \"State\": \"speaking\", \"Silent\": true,"
	"  \"Obeys\": \"exceeds charge limit by 17 %\", \"Protocol\": \"pylontech\","
	"  \"Interface\": \"can1\", \"Sent\": {\"ChargeCurrentLimit\": 50.0,"
	"    \"DischargeCurrentLimit\": 70.0, \"ChargeVoltageLimit\": 56.0}}}}";

static const char events_text[] =
	"[[1, 0, \"started\", \"\", \"cellard has started\"],"
	" [2, 1700000000, \"pack-left\", \"B\", \"it is silent\\u0007\"]]";

/* The page of @view in @text. */
static void page(struct view *view, unsigned int columns, unsigned int rows, bool utf8,
		 bool colours, char *text)
{
	const struct screen_can can = { columns, utf8, colours };
	struct screen *s = screen_new(&can);

	assert_non_null(s);
	view_frame(view, s, rows);
	assert_in_range(screen_lines(s), 1, rows);
	page_of(s, text, PAGE_SIZE);
	if (!utf8)
		for (const char *c = text; *c; c++)
			assert_false(*c & 0x80);
	screen_free(s);
}

static struct view view_of(const char *objects)
{
	struct view view = { .clock = "12:34:56" };

	view.objects = json_loads(objects, 0, NULL);
	view.events = json_loads(events_text, 0, NULL);
	assert_non_null(view.objects);
	assert_non_null(view.events);

	return view;
}

static void view_free(struct view *view)
{
	json_decref(view->objects);
	json_decref(view->events);
}

static void has(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("\"%s\" is not in:\n%s", wanted, text);
}

static void has_not(const char *text, const char *unwanted)
{
	if (strstr(text, unwanted))
		fail_msg("\"%s\" is in:\n%s", unwanted, text);
}

static void a_wide_page_says_all(void **state)
{
	struct view view = view_of(objects_text);
	char *text = malloc(PAGE_SIZE);

	(void)state;
	page(&view, 200, 40, true, true, text);
	has(text, "12:34:56\n");
	has(text, "roof █████···");
	has(text, " 12.5 %  52.80 V  -20.0 A  -1058 W  discharging, bulk\n");
	has(text, "  may charge        0.0 A protection        56.00 V bms\n");
	has(text, "  may discharge    70.5 A rated↑\n");
	has(text, "  1 of 2 packs in use, cells 3.301 to 3.315 V, -1.5 to 20.1 °C\n");
	has(text, "\n  cell_overvoltage\n  low_soc\n  asks for low-soc\n");
	has(text, "\n  ! charge it before Friday\n");
	has(text, " 63 %   52.80   +5.0   -1.5...20.1   3301...3315 +14 ▁▁▅ member");
	has(text, "member cell_overvoltage evil?[2J no charge: protection\n");
	has(text, " suspended silent\n");
	has(text, "\ndeye  speaking  does not answer  charge 50.0 A  discharge 70.0 A  56.00 V  "
	    "exceeds charge limit by 17 %  pylontech can1\n");
	has(text, " cellard has started\n");
	has(text, " B: it is silent?\n");
	has(text, "\nq quits\n");
	has_not(text, "nothing new");
	view_free(&view);
	free(text);
}

static void packs_are_in_the_order_of_their_names(void **state)
{
	struct view view = view_of(objects_text);
	char *text = malloc(PAGE_SIZE);

	(void)state;
	page(&view, 80, 40, true, true, text);
	assert_true(strstr(text, "cellar0-02") < strstr(text, "cellar0-10"));
	view_free(&view);
	free(text);
}

static void what_is_least_needed_goes_first(void **state)
{
	struct view view = view_of(objects_text);
	char *text = malloc(PAGE_SIZE);

	(void)state;
	page(&view, 80, 40, true, true, text);
	has(text, "3301...3315 +14");
	has(text, "-1058 W");
	page(&view, 64, 40, true, true, text);
	has_not(text, "3301...3315");
	has(text, "-1.5...20.1");
	page(&view, 40, 40, true, true, text);
	has_not(text, "-1.5...20.1");
	has_not(text, "-1058 W");
	has(text, "roof 12.5 %  52.80 V  -20.0 A\n█████··");
	has(text, "cellar0-02 ███▊··  63 %   +5.0 member c…\n");
	has(text, " charge       0.0 A protec");
	view_free(&view);
	free(text);
}

/* Whatever the terminal is like: page() holds widths and heights against it. */
static void every_size_fits(void **state)
{
	struct view view = view_of(objects_text);
	char *text = malloc(PAGE_SIZE);

	(void)state;
	for (unsigned int columns = 1; columns < 220; columns++)
		for (unsigned int rows = 1; rows < 30; rows += 1 + columns % 3)
			for (unsigned int how = 0; how < 4; how++)
				page(&view, columns, rows, how & 1, how & 2, text);
	view_free(&view);
	free(text);
}

static void a_short_page_scrolls_to_its_end_and_no_further(void **state)
{
	struct view view = view_of(objects_text);
	char *text = malloc(PAGE_SIZE);

	(void)state;
	page(&view, 80, 8, true, false, text);
	has(text, "roof");
	has(text, "up, down: lines 1 to 6 of 17\n");
	view.scroll = 2;
	page(&view, 80, 8, true, false, text);
	has(text, "lines 3 to 8 of 17\n");
	has_not(text, "may charge");
	view.scroll = 4000000000u;
	page(&view, 80, 8, true, false, text);
	assert_int_equal(view.scroll, 11);
	has(text, "it is silent?\nq quits");
	view.scroll = 12;
	page(&view, 80, 8, true, false, text);
	assert_int_equal(view.scroll, 11);
	page(&view, 80, 40, true, false, text);
	assert_int_equal(view.scroll, 0);
	view_free(&view);
	free(text);
}

static void no_service_is_said(void **state)
{
	struct view view = { .clock = "12:34:56", .silent_s = 99 };
	char *text = malloc(PAGE_SIZE);

	(void)state;
	page(&view, 80, 24, true, true, text);
	has(text, "cellard is not there; waiting for it");
	has_not(text, "nothing new");
	view.objects = json_object();
	page(&view, 80, 24, true, true, text);
	has(text, "no battery has been heard");
	json_decref(view.objects);
	free(text);
}

static void silence_is_said(void **state)
{
	struct view view = view_of(objects_text);
	char *text = malloc(PAGE_SIZE);

	(void)state;
	view.silent_s = 4;
	page(&view, 80, 24, true, true, text);
	has_not(text, "nothing new");
	view.silent_s = 5;
	page(&view, 80, 24, true, true, text);
	has(text, "nothing new for 5 s");
	view_free(&view);
	free(text);
}

/* Whatever is missing, of another type, or beyond all measure. */
static void odd_objects_are_shown_as_they_can(void **state)
{
	static const char *const odd[] = {
		"{\"/x\": {\"org.cellar1.Cluster\": {}}}",
		"{\"/x\": {\"org.cellar1.Pack\": {}}}",
		"{\"/x\": {\"org.cellar1.Inverter\": {}}}",
		"{\"/x\": {\"org.cellar1.Inverter\": {\"State\": [\"up\", 3], \"Name\": 3}}}",
		"{\"/x\": {\"org.cellar1.Cluster\": {\"Name\": 7, \"Reading\": []}}}",
		"{\"/x\": {\"org.cellar1.Cluster\": {\"Reading\": {\"StateOfCharge\": 1e300,"
		"  \"Voltage\": -1e300, \"Current\": 1e300, \"Power\": 1e300}}}}",
		"{\"/x\": {\"org.cellar1.Cluster\": {\"Limits\": {\"ChargeCurrent\": 3}}}}",
		"{\"/x\": {\"org.cellar1.Pack\": {\"Reading\": {\"StateOfCharge\": -1e300,"
		"  \"Voltage\": 1e300, \"Current\": 1e300}, \"Cells\": [1e300, -1e300, \"a\"],"
		"  \"Temperatures\": {\"a\": 1e300, \"b\": -1e300}}}}",
	};
	char *text = malloc(PAGE_SIZE);

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		struct view view = view_of(odd[i]);

		page(&view, 40, 24, true, true, text);
		page(&view, 200, 24, true, true, text);
		view_free(&view);
	}
	free(text);
}

static void a_change_is_one_line(void **state)
{
	const struct screen_can can = { .columns = 400 };
	struct view view = view_of(objects_text);
	struct screen *s = screen_new(&can);

	(void)state;
	assert_true(view_log(s, "12:34:56", json_object_get(view.objects,
							    "/org/cellar1/cluster/roof")));
	assert_true(view_log(s, "12:34:56", json_object_get(view.objects,
							    "/org/cellar1/pack/A")));
	assert_false(view_log(s, "12:34:56", json_object_get(view.objects,
							     "/org/cellar1/inverter/deye")));
	assert_int_equal(screen_lines(s), 2);
	assert_string_equal(screen_text(s, 0),
			    "12:34:56 roof 12.5 % 52.80 V -20.0 A protections: cell_overvoltage "
			    "warnings: low_soc, charge 0.0 A by protection, "
			    "discharge 70.5 A by rated");
	assert_string_equal(screen_text(s, 1),
			    "12:34:56 cellar0-02 63.4 % 52.80 V +5.0 A protections: "
			    "cell_overvoltage warnings: evil?[2J cells 3.301 to 3.315 V "
			    "-1.5 to 20.1 C member");
	screen_free(s);
	view_free(&view);
}

static const char house_text[] =
	"{\"/org/cellar1/site\": {\"org.cellar1.Site\": {\"Configured\": true, \"Mode\": \"charging\","
	"  \"Flow\": {\"PV\": 3000, \"Load\": 444.4, \"Chargers\": 0, \"Battery\": 1056,"
	"    \"Grid\": -500}, \"Battery\": {\"LimitedBy\": \"contract\"},"
	"  \"Grid\": {\"Overload\": true}, \"DemandResponse\": {\"Curtailed\": true}}}}";

static void a_house_has_a_line(void **state)
{
	const struct screen_can can = { .columns = 400 };
	struct view view = view_of(house_text);
	struct screen *s = screen_new(&can);
	char *text = malloc(PAGE_SIZE);
	json_t *site;

	(void)state;
	page(&view, 200, 40, true, true, text);
	has(text, "\nhouse  PV 3000 W  house 444 W  cars 0 W  battery +1056 W  grid -500 W  charging "
	    "by contract  overload  curtailed\n");
	assert_true(view_log(s, "12:34:56", json_object_get(view.objects, "/org/cellar1/site")));
	has(screen_text(s, 0), "12:34:56 house  PV 3000 W  house 444 W");
	site = json_object_get(json_object_get(view.objects, "/org/cellar1/site"),
			       "org.cellar1.Site");
	json_object_del(json_object_get(site, "Flow"), "PV");
	page(&view, 200, 40, true, true, text);
	has(text, "\nhouse  house 444 W  cars");
	/* one that nobody has configured has none */
	json_object_set_new(site, "Configured", json_false());
	page(&view, 200, 40, true, true, text);
	has_not(text, "house");
	assert_false(view_log(s, "12:34:56", json_object_get(view.objects, "/org/cellar1/site")));
	screen_free(s);
	view_free(&view);
	free(text);
}

static void what_is_wrong_is_red(void **state)
{
	const struct screen_can can = { .columns = 80, .utf8 = true, .colours = true };
	struct view view = view_of(objects_text);
	struct screen *s = screen_new(&can);
	unsigned int red = 0;

	(void)state;
	view_body(&view, s);
	for (unsigned int i = 0; i < screen_lines(s); i++)
		red += strstr(screen_text(s, i), "\033[0;1;31m") != NULL;
	/* low charge, no charge current, the protection, both packs, and the inverter */
	assert_int_equal(red, 6);
	has(screen_text(s, 1), "\033[0;1;31m    0.0 A");
	has(screen_text(s, 13), "\033[0;32m  speaking\033[0;1;31m  does not answer");
	screen_free(s);
	view_free(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wide_page_says_all),
		cmocka_unit_test(packs_are_in_the_order_of_their_names),
		cmocka_unit_test(what_is_least_needed_goes_first),
		cmocka_unit_test(every_size_fits),
		cmocka_unit_test(a_short_page_scrolls_to_its_end_and_no_further),
		cmocka_unit_test(no_service_is_said),
		cmocka_unit_test(silence_is_said),
		cmocka_unit_test(odd_objects_are_shown_as_they_can),
		cmocka_unit_test(a_change_is_one_line),
		cmocka_unit_test(a_house_has_a_line),
		cmocka_unit_test(what_is_wrong_is_red),
	};

	return cmocka_run_group_tests(tests, page_setup, NULL);
}
