// SPDX-License-Identifier: GPL-2.0-only
/*
 * The physics of cellar-sim's whole house, and the script of what happens to it.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../userspace/io/hybrid_maps.h"
#include "../../userspace/io/wallbox_profile.h"
#include "../../userspace/sim/inverters.h"
#include "../../userspace/sim/premises_script.h"
#include "../../userspace/sim/year_houses.h"

#define STEP_MS		100
#define NS_PER_MS	1000000ULL
#define NOON_S		((171 * 24 + 11) * 3600)	/* June 21 */
#define PACKS		2

static struct home_config home;
static struct premises p;
static struct plant plant;
static struct slave slave[2], box;
static struct wallbox_profile heidelberg, keba;
static struct inverters can;
static u64 now_ms;

static void complain(void *user, const char *text)
{
	(void)user;
	fail_msg("%s", text);
}

static void load(struct wallbox_profile *profile, const char *path)
{
	assert_int_equal(wallbox_profile_load(profile, path, complain, NULL), 0);
}

static void wire_box(const struct wallbox_profile *profile)
{
	slave_start_wallbox(&box, profile, 1, 0);
	box.box.charge = &p.box[0].charge;
	p.box[0].slave = &box;
}

static int set_up(void **state)
{
	struct house_config year;

	(void)state;
	load(&heidelberg, "userspace/wallboxes/heidelberg.conf");
	load(&keba, "userspace/wallboxes/keba-p30.conf");
	year_house_of(YEAR_MIDDLE, YEAR_MEDIUM, &home, &year);
	home.site.control = SITE_BY_SET_POINTS;
	home.site.eps = true;
	home.site.inverters = 2;
	for (unsigned int i = 0; i < 2; i++)
		home.site.inverter[i] = (struct site_inverter_config){
			.rated_w = 3000, .battery_w = 2500, .eps_w = 1500,
		};
	home.site.chargers = 1;
	site_charger_defaults(&home.site.charger[0], "garage");
	home.site.charger[0].phases = 1;
	assert_int_equal(premises_start(&p, &home, &year, NOON_S, 1), 0);
	plant_start(&plant, cellar_model_by_key("lesso,lsrr51v100ah"), PACKS, 1, 0.5, 25);
	for (unsigned int i = 0; i < 2; i++) {
		slave_start(&slave[i], &slave_sofar_g3, (u8)(i + 1), 0);
		p.inverter[i].slave = &slave[i];
	}
	memset(&can, 0, sizeof(can));
	now_ms = 0;
	wire_box(&heidelberg);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	premises_stop(&p);
	return 0;
}

static void pass(u64 ms)
{
	for (u64 end_ms = now_ms + ms; now_ms < end_ms;) {
		now_ms += STEP_MS;
		premises_ask(&p, &plant, now_ms, now_ms * NS_PER_MS);
		if (can.n)
			inverters_drive(&can, &plant, now_ms, STEP_MS);
		plant_step(&plant, STEP_MS);
		premises_settle(&p, &plant, STEP_MS);
	}
}

static void put_point(struct slave *s, unsigned int at, s32 w)
{
	s->value[SOFAR_POINTS + at] = (u16)((u32)w >> 16);
	s->value[SOFAR_POINTS + at + 1] = (u16)w;
}

static void set_points(s32 least_w, s32 most_w)
{
	for (unsigned int i = 0; i < 2; i++) {
		slave[i].value[SOFAR_MODE] = SOFAR_MODE_PASSIVE;
		put_point(&slave[i], 2, least_w);
		put_point(&slave[i], 4, most_w);
	}
}

static void assert_near(double got, double wanted, double within)
{
	if (fabs(got - wanted) > within)
		fail_msg("%.1f, wanted %.1f", got, wanted);
}

static void assert_adds_up(void)
{
	assert_near(p.pv_w - p.load_w - p.cars_w - p.battery_w, p.grid_w, 0.1);
}

/* Whoever has the line of the box reads or writes: the answer's second word. */
static unsigned int ask_box(u8 function, unsigned int at, unsigned int value)
{
	const u8 request[] = {
		function, (u8)(at >> 8), (u8)at, (u8)(value >> 8), (u8)value,
	};
	u8 answer[SLAVE_PDU_MAX];

	assert_true(slave_answer(&box, now_ms * NS_PER_MS, request, sizeof(request), answer) >= 4);
	assert_int_equal(answer[0], function);
	return (unsigned int)answer[2] << 8 | answer[3];
}

static void tell_heidelberg(unsigned int deci_a)
{
	ask_box(6, 261, deci_a);
}

static unsigned int input(unsigned int at)
{
	return ask_box(4, at, 1);
}

static void car_comes(unsigned int deci_a)
{
	premises_car_comes(&p, 0, 5000, 16000, "");
	tell_heidelberg(deci_a);
}

static void at_noon_the_sun_shines_and_flows_add_up(void **state)
{
	(void)state;
	pass(1000);
	assert_true(p.pv_w > 1500);
	assert_true(p.load_w > 50);
	assert_adds_up();
	p.clear = 0.25;
	pass(1000);
	assert_near(p.pv_w, p.roof_w, 0.1);
	assert_true(p.pv_w < 1200);
	assert_adds_up();
}

static void set_points_move_the_battery_whatever_the_sun_does(void **state)
{
	(void)state;
	set_points(700, 700);
	pass(1000);
	assert_near(p.battery_w, 1400, 20);
	set_points(-300, -300);
	pass(1000);
	assert_near(p.battery_w, -600, 20);
	assert_adds_up();
	set_points(9000, 9000);
	pass(1000);
	assert_near(p.battery_w, 5000, 60);
}

static void in_self_use_the_battery_takes_what_is_left(void **state)
{
	(void)state;
	p.clear = 0.5;
	pass(1000);
	assert_near(p.grid_w, 0, 25);
	assert_true(p.battery_w > 100);
	p.more_w = 4000;
	pass(1000);
	assert_near(p.grid_w, 0, 40);
	assert_true(p.battery_w < -500);
}

static void an_inverter_without_a_master_goes_back_to_self_use(void **state)
{
	(void)state;
	set_points(0, 0);
	slave[0].value[SOFAR_LAPSE] = slave[1].value[SOFAR_LAPSE] = 60;
	pass(59000);
	assert_int_equal(slave[0].value[SOFAR_MODE], SOFAR_MODE_PASSIVE);
	assert_near(p.battery_w, 0, 5);
	pass(3000);
	assert_int_equal(slave[0].value[SOFAR_MODE], SOFAR_MODE_SELF_USE);
	assert_true(fabs(p.battery_w) > 100);
}

static void packs_that_are_gone_take_nothing(void **state)
{
	(void)state;
	set_points(700, 700);
	plant.pack[0].plugged = plant.pack[1].plugged = false;
	pass(1000);
	assert_near(p.battery_w, 0, 0.1);
	assert_near(premises_soc(&plant), 0, 0.001);
	assert_adds_up();
}

static void a_box_follows_2_s_later(void **state)
{
	(void)state;
	pass(1000);
	car_comes(100);
	pass(1900);
	assert_near(p.cars_w, 0, 0.1);
	pass(200);
	assert_near(p.cars_w, 2300, 0.1);
	assert_adds_up();
	p.box[0].most_ma = 13000;
	tell_heidelberg(160);
	pass(2100);
	assert_near(p.cars_w, 13 * 230, 0.1);
}

static void a_car_takes_nothing_below_6_a(void **state)
{
	(void)state;
	pass(1000);
	car_comes(60);
	box.value[261] = 59;
	pass(3000);
	assert_near(p.cars_w, 0, 0.1);
	tell_heidelberg(60);
	pass(3000);
	assert_near(p.cars_w, 1380, 0.1);
}

static void a_box_says_what_its_car_does(void **state)
{
	(void)state;
	pass(1000);
	assert_int_equal(input(5), 2);
	car_comes(100);
	assert_int_equal(input(5), 4);
	pass(3000);
	assert_int_equal(input(5), 7);
	assert_int_equal(input(6), 100);
	assert_int_equal(input(7), 0);
	assert_int_equal(input(14), 2300);
	assert_near(p.box[0].charge.wh, 0.6, 0.1);
	pass(3600000 / 23);
	assert_near(box.box.wh - 1234500, 0, 1);
	input(18);
	assert_near(box.box.wh - 1234500, 100, 1);
	assert_near(box.box.session_wh, 100, 1);
	premises_car_goes(&p, 0);
	pass(1000);
	assert_int_equal(input(5), 2);
	assert_near(p.cars_w, 0, 0.1);
}

static void without_a_request_its_fail_safe_strikes(void **state)
{
	(void)state;
	pass(1000);
	car_comes(100);
	ask_box(6, 262, 60);
	ask_box(6, 257, 15000);
	pass(14000);
	assert_near(p.box[0].quiet_s, 14, 0.11);
	assert_near(p.cars_w, 2300, 0.1);
	input(5);
	pass(14900);
	assert_int_equal(p.box[0].let_ma, 10000);
	pass(200);
	assert_int_equal(p.box[0].let_ma, 6000);
	pass(2000);
	assert_near(p.cars_w, 1380, 0.1);
	input(5);
	pass(1000);
	assert_int_equal(p.box[0].let_ma, 6000);
	tell_heidelberg(80);
	assert_near(slave_wallbox_lets_a(&box, now_ms * NS_PER_MS), 8, 0.001);
}

static void of_a_keba_only_writes_keep_it(void **state)
{
	(void)state;
	wire_box(&keba);
	pass(1000);
	ask_box(6, 5004, 10000);
	ask_box(6, 5014, 1);
	ask_box(6, 5018, 40);
	for (unsigned int i = 0; i < 39; i++) {
		pass(1000);
		ask_box(3, 1000, 2);
	}
	assert_int_equal(p.box[0].let_ma, 10000);
	pass(1200);
	assert_int_equal(p.box[0].let_ma, 0);
	assert_near(p.box[0].quiet_s, 40.1, 0.15);
}

static void a_card_is_shown_until_the_car_goes(void **state)
{
	(void)state;
	wire_box(&keba);
	assert_int_equal(ask_box(3, 1500, 2), 0);
	premises_car_comes(&p, 0, 900, 16000, "04:A3:5B:1C");
	assert_int_equal(ask_box(3, 1500, 2), 0x04a3);
	assert_int_equal(box.value[1501], 0x5b1c);
	premises_car_goes(&p, 0);
	assert_int_equal(box.value[1500] | box.value[1501], 0);
	keba.order = REGISTER_LOW_FIRST;
	slave_show_card(&box, "04:A3:5B:1C");
	assert_int_equal(box.value[1500], 0x5b1c);
	assert_int_equal(box.value[1501], 0x04a3);
}

static void a_box_without_a_wire_lets_nothing(void **state)
{
	(void)state;
	p.box[0].slave = NULL;
	premises_car_comes(&p, 0, 5000, 16000, "04:A3:5B:1C");
	pass(5000);
	assert_near(p.cars_w, 0, 0.1);
	premises_car_goes(&p, 0);
	assert_false(p.box[0].plugged);
}

static void a_car_of_fewer_phases_takes_less(void **state)
{
	(void)state;
	home.site.phases = 3;
	home.site.charger[0].phases = 3;
	home.site.charger[0].phase = 2;
	pass(1000);
	assert_near(p.grid_phase_w[0], p.grid_w / 3, 0.1);
	car_comes(100);
	pass(2100);
	assert_near(p.cars_w, 6900, 0.1);
	assert_near(p.grid_phase_w[2], p.grid_w / 3, 0.1);
	premises_car_uses(&p, 0, 1);
	pass(100);
	assert_near(p.cars_w, 2300, 0.1);
	assert_int_equal(p.box[0].charge.phases, 1);
	assert_near(p.grid_phase_w[0] - p.grid_phase_w[2], 2300, 0.1);
	premises_car_uses(&p, 0, 2);
	pass(100);
	assert_near(p.grid_phase_w[1] - p.grid_phase_w[0], 2300, 0.1);
	assert_near(p.grid_phase_w[0], p.grid_phase_w[2], 0.1);
	home.site.charger[0].phases = 1;
	home.site.phases = 1;
	pass(100);
	assert_near(p.cars_w, 2300, 0.1);
	assert_near(p.grid_phase_w[0], p.grid_phase_w[2], 0.1);
}

static void a_box_that_reboots_has_forgotten(void **state)
{
	(void)state;
	pass(1000);
	car_comes(100);
	ask_box(6, 262, 60);
	pass(3000);
	assert_near(p.cars_w, 2300, 0.1);
	premises_box_reboots(&p, 0, now_ms, 2000);
	pass(100);
	assert_near(p.cars_w, 0, 0.1);
	assert_true(box.muted_by_power);
	pass(1800);
	assert_true(box.muted_by_power);
	pass(200);
	assert_false(box.muted_by_power);
	assert_int_equal(box.value[261] | box.value[262], 0);
	assert_int_equal(p.box[0].let_ma, 0);
	tell_heidelberg(80);
	pass(2200);
	assert_near(p.cars_w, 1840, 0.1);
}

static void a_full_car_takes_nothing(void **state)
{
	(void)state;
	pass(1000);
	premises_car_comes(&p, 0, 10, 16000, "");
	tell_heidelberg(160);
	pass(30000);
	assert_near(p.cars_w, 0, 0.1);
	assert_near((double)p.box[0].given_mj / 3.6e6, 10, 0.2);
	premises_car_goes(&p, 0);
	assert_false(p.box[0].plugged);
}

static void off_the_grid_nothing_is_exchanged(void **state)
{
	(void)state;
	p.grid = false;
	pass(1000);
	assert_int_equal(p.inverter[0].state, PREMISES_ON_EPS);
	assert_near(p.grid_w, 0, 0.01);
	assert_near(p.load_w, p.wanted_load_w, 0.1);
	assert_adds_up();
	assert_near(p.inverter[0].flows.eps_w, p.load_w / 2, 1);
	assert_true(p.pv_w <= p.roof_w + 0.1);
}

static void off_the_grid_only_so_much_is_served(void **state)
{
	(void)state;
	p.grid = false;
	p.more_w = 6000;
	pass(1000);
	assert_near(p.load_w, 3000, 30);
	assert_adds_up();
	p.clear = 0;
	plant.pack[0].plugged = plant.pack[1].plugged = false;
	pass(1000);
	assert_near(p.load_w, 0, 0.1);
	home.site.eps = false;
	pass(1000);
	assert_int_equal(p.inverter[0].state, PREMISES_CHECKS);
	assert_near(p.load_w, 0, 0.1);
}

static void off_the_grid_set_points_of_before_do_not_count(void **state)
{
	(void)state;
	p.grid = false;
	p.clear = 0;
	p.more_w = 500;
	set_points(-2000, -2000);
	pass(100);
	assert_adds_up();
	assert_near(p.battery_w, -p.wanted_load_w, 10);
	set_points(0, 0);
	pass(1000);
	assert_near(p.battery_w, -p.wanted_load_w, 10);
	assert_near(p.load_w, p.wanted_load_w, 1);
	p.grid = true;
	pass(1000);
	assert_near(p.battery_w, 0, 1);
}

/* As a master says it, by function 16: to both, what their batteries may take. */
static void tell_points(s32 least_w, s32 most_w)
{
	const u32 values[] = { 0, (u32)least_w, (u32)most_w };
	u8 request[6 + 2 * 6] = { 16, SOFAR_POINTS >> 8, SOFAR_POINTS & 0xff, 0, 6, 12 };
	u8 answer[SLAVE_PDU_MAX];

	for (unsigned int i = 0; i < 12; i++)
		request[6 + i] = (u8)(values[i / 4] >> (24 - i % 4 * 8));
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(slave_answer(&slave[i], now_ms * NS_PER_MS, request,
					      sizeof(request), answer), 5);
		assert_int_equal(answer[0], 16);
	}
}

static void off_the_grid_bounds_hold_that_are_told_there(void **state)
{
	(void)state;
	p.clear = 0;
	p.more_w = 500;
	set_points(0, 0);
	tell_points(0, 0);
	p.grid = false;
	pass(1000);
	assert_near(p.battery_w, -p.wanted_load_w, 10);
	tell_points(-100, 0);
	pass(1000);
	assert_near(p.battery_w, -200, 10);
	assert_near(p.load_w, 200, 10);
	tell_points(0, 0);
	pass(1000);
	assert_near(p.load_w, 0, 1);
	tell_points(-2000, 2000);
	pass(1000);
	assert_near(p.load_w, p.wanted_load_w, 1);
}

static void who_reboots_is_silent_then_checks_then_is_back(void **state)
{
	(void)state;
	set_points(700, 700);
	pass(1000);
	premises_reboot(&p, 0, now_ms, 5000);
	pass(1000);
	assert_int_equal(p.inverter[0].state, PREMISES_OFF);
	assert_true(slave[0].muted_by_power);
	assert_near(p.inverter[0].pv_w, 0, 0.1);
	assert_near(p.battery_w, 700, 20);
	pass(5000);
	assert_int_equal(p.inverter[0].state, PREMISES_CHECKS);
	assert_false(slave[0].muted_by_power);
	assert_near(p.battery_w, 700, 20);
	pass(PREMISES_CHECKS_MS);
	assert_int_equal(p.inverter[0].state, PREMISES_ON_GRID);
	assert_int_equal(slave[0].value[SOFAR_MODE], SOFAR_MODE_PASSIVE);
	assert_near(p.inverter[0].battery_w, 0, 1);
	assert_near(p.inverter[1].battery_w, 700, 20);
}

static void an_inverter_that_hears_limits_keeps_to_them(void **state)
{
	/* victron: 56 V, then 10 A in and 4 A out */
	const struct can_frame frame = {
		.can_id = 0x351, .can_dlc = 8, .data = { 0x30, 2, 100, 0, 40, 0, 0xcc, 1 },
	};

	(void)state;
	home.site.control = SITE_BY_LIMITS;
	home.site.inverters = 1;
	p.inverter[0].slave = NULL;
	can.n = 1;
	can.of[0].config.dialect = CELLAR_DIALECT_VICTRON;
	pass(1000);
	assert_near(p.battery_w, 0, 0.1);
	assert_true(inverter_hear(&can.of[0], now_ms, &frame));
	pass(1000);
	assert_near(plant.current_a, 10, 0.1);
	p.more_w = 6000;
	pass(1000);
	assert_near(plant.current_a, -4, 0.1);
	assert_adds_up();
	pass(3000);
	assert_near(p.battery_w, 0, 0.1);
}

/* Only where what was recorded does not have it already. */
static void a_closed_output_draws_its_load(void **state)
{
	double used_w;

	(void)state;
	home.site.outputs = 2;
	home.site.output[0].load_w = 700;
	home.site.output[1].load_w = 300;
	home.switched_loads = true;
	pass(1000);
	used_w = p.load_w;
	p.relay[0].closed = true;
	p.relay[1].closed = true;
	pass(100);
	assert_near(p.load_w, used_w + 1000, 1);
	assert_near(p.relay[0].w, 700, 0.1);
	assert_near(p.relay[1].w, 300, 0.1);
	assert_adds_up();
	p.relay[0].closed = false;
	pass(100);
	assert_near(p.load_w, used_w + 300, 1);
	assert_near(p.relay[0].w, 0, 0.1);
	home.switched_loads = false;
	pass(100);
	assert_near(p.load_w, used_w, 1);
	assert_near(p.relay[1].w, 0, 0.1);
}

static void the_sun_runs_faster_than_the_clock(void **state)
{
	(void)state;
	p.speed = 60;
	assert_int_equal(premises_at_s(&p, 10000), NOON_S + 600);
	assert_int_equal(premises_at_s(&p, 40000000000ULL), HOUSE_YEAR_S - 1);
}

/* Scripts -------------------------------------------------------------------------- */

static struct config config;
static struct premises_script script;
static char error[700];

static int set_up_script(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	config.lines = 2;
	strcpy(config.line[0].name, "cellar");
	strcpy(config.line[1].name, "roof");
	config.meters = 2;
	strcpy(config.meter[0].name, "grid");
	strcpy(config.meter[1].name, "sun");
	config.meter[1].line_at = 1;
	config.inverters = 1;
	strcpy(config.inverter[0].name, "left");
	strcpy(config.inverter[0].line, "roof");
	config.inverter[0].line_at = 1;
	config.inverter[0].of_house = 1;
	config.chargers = 2;
	strcpy(config.charger[0].site.name, "garage");
	strcpy(config.charger[1].site.name, "drive");
	strcpy(config.charger[1].box.line, "roof");
	config.charger[1].box.line_at = 1;
	return 0;
}

static int tear_down_script(void **state)
{
	(void)state;
	premises_script_free(&script);
	return 0;
}

static int read_text(const char *text)
{
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	int err;

	assert_non_null(file);
	err = premises_script_read(&script, file, "day", &config, PACKS, error, sizeof(error));
	fclose(file);
	return err;
}

static void each_line_goes_to_whom_it_is_about(void **state)
{
	(void)state;
	assert_int_equal(read_text("# a day\n\n"
				   "at 9 cloud 30 # dark\n"
				   "at 2.5 car drive comes 900 10 04:A3:5B:1C\n"
				   "at 3 pack unplug 2\n"
				   "at 4 meter grid unplug\n"
				   "at 5 inverter left delay 50\n"
				   "at 6 line roof silent\n"
				   "at 7 inverter left reboots 20\n"
				   "at 7 charger drive unplug\n"
				   "at 8 drm 5 closed\n"), 0);
	assert_int_equal(script.n, 4);
	assert_int_equal(script.events[0].at_ms, 2500);
	assert_int_equal(script.events[0].deed, PREMISES_CAR_COMES);
	assert_int_equal(script.events[0].at, 1);
	assert_int_equal(script.events[0].ma, 10000);
	assert_near(script.events[0].value, 900, 0);
	assert_string_equal(script.events[0].card, "04:A3:5B:1C");
	assert_int_equal(script.events[1].deed, PREMISES_REBOOT);
	assert_int_equal(script.events[1].at, 0);
	assert_int_equal(script.events[2].deed, PREMISES_DRM);
	assert_int_equal(script.events[2].at, 5);
	assert_near(script.events[2].value, 1, 0);
	assert_int_equal(script.events[3].deed, PREMISES_CLOUD);
	assert_int_equal(script.packs.n, 1);
	assert_int_equal(script.packs.events[0].verb, SCRIPT_UNPLUG);
	assert_int_equal(script.packs.events[0].pack, 2);
	assert_int_equal(script.line[0].n, 1);
	assert_int_equal(script.line[0].events[0].pack, 1);
	assert_int_equal(script.line[1].n, 3);
	assert_int_equal(script.line[1].events[0].verb, SCRIPT_DELAY);
	assert_int_equal(script.line[1].events[0].pack, 2);
	assert_int_equal(script.line[1].events[1].verb, SCRIPT_SILENT);
	assert_int_equal(script.line[1].events[2].verb, SCRIPT_UNPLUG);
	assert_int_equal(script.line[1].events[2].pack, 3);
}

static void a_wrong_line_says_what_would_be_right(void **state)
{
	static const struct {
		const char *line, *says;
	} wrong[] = {
		{ "cloud 30", "a line is 'at SECONDS" },
		{ "at soon cloud 30", "not a time" },
		{ "at -1 cloud 30", "not a time" },
		{ "at 1 wind 30", "must be cloud, load" },
		{ "at 1 cloud 101", "from 0 to 100" },
		{ "at 1 cloud nan", "from 0 to 100" },
		{ "at 1 cloud", "'cloud PERCENT'" },
		{ "at 1 cloud 1 2", "'cloud PERCENT'" },
		{ "at 1 grid 0.5", "whole number from 0 to 1" },
		{ "at 1 drm 9 closed", "from 0 to 8" },
		{ "at 1 drm 5", "'drm N closed'" },
		{ "at 1 rrcr 0 closed", "from 1 to 4" },
		{ "at 1 rrcr 5 open", "from 1 to 4" },
		{ "at 1 rrcr closed", "'rrcr N closed'" },
		{ "at 1 cease", "'cease closed'" },
		{ "at 1 cease 1 closed", "'cease open'" },
		{ "at 1 cease closed now", "'cease closed'" },
		{ "at 1 car shed comes 900", "no [charger]" },
		{ "at 1 car garage", "'car BOX goes'" },
		{ "at 1 car garage comes", "'car BOX comes" },
		{ "at 1 car garage comes 900 5", "6 to 80" },
		{ "at 1 car garage comes 900 16 0123456789012345678901234567890", "too long" },
		{ "at 1 car garage goes 3", "'car BOX goes'" },
		{ "at 1 car garage shows", "'car BOX shows CARD'" },
		{ "at 1 car garage shows 1 2", "'car BOX shows CARD'" },
		{ "at 1 car garage shows 0123456789012345678901234567890", "too long" },
		{ "at 1 car garage uses 0", "from 1 to 3" },
		{ "at 1 car garage uses 4", "from 1 to 3" },
		{ "at 1 car garage uses 1.5", "whole number from 1 to 3" },
		{ "at 1 car garage uses", "'car BOX uses PHASES'" },
		{ "at 1 charger shed reboots 3", "no [charger]" },
		{ "at 1 charger garage reboots 3601", "from 0 to 3600" },
		{ "at 1 charger garage reboots", "'charger NAME reboots SECONDS'" },
		{ "at 1 inverter right reboots 3", "no [inverter]" },
		{ "at 1 inverter left reboots 3601", "from 0 to 3600" },
		{ "at 1 inverter right unplug", "no meter, inverter or charger" },
		{ "at 1 charger garage unplug", "no meter, inverter or charger" },
		{ "at 1 meter grid explode", "unknown verb" },
		{ "at 1 meter grid", "a verb is missing" },
		{ "at 1 line shed silent", "no [line]" },
		{ "at 1 pack unplug 3", "there are 1 to 2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (read_text(wrong[i].line) != -EINVAL)
			fail_msg("'%s' is taken", wrong[i].line);
		if (!strstr(error, wrong[i].says) || strncmp(error, "day:1: ", 7) != 0)
			fail_msg("'%s': %s", wrong[i].line, error);
		premises_script_free(&script);
	}
}

static void contacts_close_and_open(void **state)
{
	set_up(state);
	assert_int_equal(p.rrcr, 8);
	assert_false(p.cease);
	assert_int_equal(read_text("at 1 rrcr 4 open\nat 2 rrcr 1 closed\nat 3 rrcr 3 closed\n"
				   "at 4 rrcr 1 open\nat 5 cease closed\nat 6 cease open\n"), 0);
	assert_true(premises_script_play(&script, &p, 1000));
	assert_int_equal(p.rrcr, 0);
	assert_true(premises_script_play(&script, &p, 2000));
	assert_int_equal(p.rrcr, 1);
	assert_true(premises_script_play(&script, &p, 3000));
	assert_int_equal(p.rrcr, 5);
	assert_true(premises_script_play(&script, &p, 4000));
	assert_int_equal(p.rrcr, 4);
	assert_true(premises_script_play(&script, &p, 5000));
	assert_true(p.cease);
	assert_true(premises_script_play(&script, &p, 6000));
	assert_false(p.cease);
	assert_int_equal(p.drm, 0);
	tear_down(state);
}

static void what_happens_happens_in_its_time(void **state)
{
	set_up(state);
	assert_int_equal(read_text("at 1 grid 0\nat 2 grid 1\nat 2 drm 5 closed\n"
				   "at 3 drm 5 open\nat 4 load 70\nat 5 car garage comes 9\n"
				   "at 6 car garage goes\nat 7 inverter left reboots 2\n"
				   "at 8 cloud 40\nat 9 car garage shows 04:A3:5B:1C\n"
				   "at 9 car garage uses 2\n"
				   "at 10 charger garage reboots 2\n"), 0);
	assert_int_equal(premises_script_next_ms(&script), 1000);
	assert_false(premises_script_play(&script, &p, 999));
	assert_true(p.grid);
	assert_false(premises_script_play(&script, &p, 1000));
	assert_false(p.grid);
	assert_true(premises_script_play(&script, &p, 2000));
	assert_true(p.grid);
	assert_int_equal(p.drm, 0x20);
	assert_true(premises_script_play(&script, &p, 3000));
	assert_int_equal(p.drm, 0);
	assert_false(premises_script_play(&script, &p, 4000));
	assert_near(p.more_w, 70, 0);
	assert_true(premises_script_play(&script, &p, 5000));
	assert_true(p.box[0].plugged);
	assert_int_equal(p.box[0].most_ma, 16000);
	assert_true(premises_script_play(&script, &p, 6000));
	assert_false(p.box[0].plugged);
	assert_false(premises_script_play(&script, &p, 7000));
	assert_int_equal(p.inverter[0].off_until_ms, 9000);
	premises_script_play(&script, &p, 8000);
	assert_near(p.clear, 0.4, 1e-9);
	wire_box(&keba);
	assert_false(premises_script_play(&script, &p, 9000));
	assert_int_equal(box.value[1500], 0x04a3);
	assert_int_equal(p.box[0].car_phases, 2);
	assert_false(premises_script_play(&script, &p, 10000));
	assert_int_equal(p.box[0].off_until_ms, 12000);
	assert_int_equal(box.value[1500], 0);
	assert_true(premises_script_next_ms(&script) == UINT64_MAX);
	tear_down(state);
}

#define TEST(f)		cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define SCRIPT_TEST(f)	cmocka_unit_test_setup_teardown(f, set_up_script, tear_down_script)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(at_noon_the_sun_shines_and_flows_add_up),
		TEST(set_points_move_the_battery_whatever_the_sun_does),
		TEST(in_self_use_the_battery_takes_what_is_left),
		TEST(an_inverter_without_a_master_goes_back_to_self_use),
		TEST(packs_that_are_gone_take_nothing),
		TEST(a_box_follows_2_s_later),
		TEST(a_car_takes_nothing_below_6_a),
		TEST(a_box_says_what_its_car_does),
		TEST(without_a_request_its_fail_safe_strikes),
		TEST(of_a_keba_only_writes_keep_it),
		TEST(a_card_is_shown_until_the_car_goes),
		TEST(a_box_without_a_wire_lets_nothing),
		TEST(a_car_of_fewer_phases_takes_less),
		TEST(a_box_that_reboots_has_forgotten),
		TEST(a_full_car_takes_nothing),
		TEST(off_the_grid_nothing_is_exchanged),
		TEST(off_the_grid_only_so_much_is_served),
		TEST(off_the_grid_set_points_of_before_do_not_count),
		TEST(off_the_grid_bounds_hold_that_are_told_there),
		TEST(who_reboots_is_silent_then_checks_then_is_back),
		TEST(an_inverter_that_hears_limits_keeps_to_them),
		TEST(a_closed_output_draws_its_load),
		TEST(the_sun_runs_faster_than_the_clock),
		SCRIPT_TEST(each_line_goes_to_whom_it_is_about),
		SCRIPT_TEST(a_wrong_line_says_what_would_be_right),
		SCRIPT_TEST(contacts_close_and_open),
		SCRIPT_TEST(what_happens_happens_in_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
