// SPDX-License-Identifier: GPL-2.0-only
/*
 * The house around a plant, on a fake clock: what is heard reaches the step, what it says
 * reaches the battery and never as more, and what is set or kept comes back.
 */
#include "fake_class.h"
#include "plant_rig.h"

#include "../../userspace/cellard/memory.h"
#include "../../userspace/cellard/memory_house.h"
#include "../../userspace/cellard/memory_site.h"
#include "../../userspace/cellard/wishes.h"

#define WALL_S	1800000000	/* a Friday, 08:00 UTC */

/* @dir: for the files of the configuration */
struct rig_house {
	struct fake_class *dir;
	struct plant_rig rig;
	struct config files;
	struct house *house;
	s64 wall_s;
};

static void must_not(void *user, const char *text)
{
	(void)user;
	fail_msg("%s", text);
}

static void load(struct rig_house *h, const char *text)
{
	char path[128];

	fake_write(h->dir, "etc", "a", text);
	snprintf(path, sizeof(path), "%s/etc/a", h->dir->path);
	assert_int_equal(config_load(&h->files, path, must_not, NULL), 0);
}

/* A house with four packs, after a minute. */
static void open_house(struct rig_house *h, const char *text)
{
	void *dir;

	memset(h, 0, sizeof(*h));
	fake_class_new(&dir);
	h->dir = dir;
	load(h, text);
	plant_rig_new(&h->rig, &h->files, 4);
	assert_int_equal(house_new(&h->house, h->rig.plant, &h->files, NULL), 0);
	h->rig.plant->house = h->house;
	h->wall_s = WALL_S;
}

static void close_house(struct rig_house *h)
{
	void *dir = h->dir;

	house_free(h->house);
	plant_free(h->rig.plant);
	fake_class_free(&dir);
}

static void step(struct rig_house *h)
{
	plant_rig_run(&h->rig, 1);
	house_step(h->house, h->rig.now, h->wall_s, 0);
	h->wall_s += !!h->wall_s;
}

/* @grid_w, @pv_w are measured in each of them. */
static void run(struct rig_house *h, unsigned int seconds, s32 grid_w, s32 pv_w)
{
	while (seconds--) {
		house_hears(h->house, HOUSE_EXCHANGE_1, grid_w, h->rig.now);
		house_hears(h->house, HOUSE_PRODUCTION, pv_w, h->rig.now);
		step(h);
	}
}

static struct plant_cluster *battery(struct rig_house *h)
{
	return h->rig.plant->clusters;
}

static u32 told_ma(struct rig_house *h, enum core_way way)
{
	return battery(h)->told.current[way].value;
}

static u32 allowed_ma(struct rig_house *h, enum core_way way)
{
	return battery(h)->limits->out.current[way].value;
}

#define SITE	"[site]\nplant = free\nexchange = meter\nproduction = meter\ncontrol = limits\n" \
		"dod_percent = 90\n"

static void without_a_site_nothing_of_the_limits_changes(void **state)
{
	struct rig_house h;

	(void)state;
	open_house(&h, "");
	house_hears(h.house, HOUSE_GRID, 0, h.rig.now);
	for (unsigned int i = 0; i < 60; i++) {
		step(&h);
		assert_memory_equal(&battery(&h)->told, &battery(&h)->limits->out,
				    sizeof(battery(&h)->told));
		assert_false(battery(&h)->house.off_grid);
	}
	assert_int_equal(told_ma(&h, CORE_CHARGE), 200000);
	assert_ptr_equal(house_cluster(h.house), battery(&h));
	close_house(&h);
}

static void without_a_site_the_battery_is_shown(void **state)
{
	struct rig_house h;

	(void)state;
	open_house(&h, "");
	for (unsigned int i = 0; i < 4; i++)
		rig_say(&h.rig.supply[i].reading, CELLAR_CURRENT, 5000);
	for (unsigned int i = 0; i < 10; i++)
		step(&h);
	assert_int_equal(h.house->out.flows_known & BIT(SITE_FLOW_GRID), 0);
	assert_true(h.house->out.flows_known & BIT(SITE_FLOW_BATTERY));
	assert_true(h.house->out.flow_w[SITE_FLOW_BATTERY] > 1000);
	close_house(&h);
}

static void a_silent_meter_narrows_and_a_fresh_one_lets_go_at_once(void **state)
{
	struct rig_house h;
	u32 fresh_ma;

	(void)state;
	open_house(&h, SITE "contract_w = 3000\n");
	run(&h, 60, 500, 2000);
	fresh_ma = told_ma(&h, CORE_CHARGE);
	assert_in_range(fresh_ma, 50000, 80000);
	for (unsigned int i = 0; i < 10; i++)
		step(&h);
	assert_int_equal(told_ma(&h, CORE_CHARGE), 0);
	assert_int_equal(told_ma(&h, CORE_DISCHARGE), 0);
	assert_int_equal(battery(&h)->told.current[CORE_CHARGE].winner, LIMITS_HOUSE);
	/* what the BMS allows goes on without the house */
	assert_int_equal(allowed_ma(&h, CORE_CHARGE), 200000);
	assert_int_equal(allowed_ma(&h, CORE_DISCHARGE), 200000);
	run(&h, 1, 500, 2000);
	assert_int_equal(told_ma(&h, CORE_CHARGE), fresh_ma);
	assert_int_equal(told_ma(&h, CORE_DISCHARGE), 200000);
	close_house(&h);
}

static void a_limit_is_narrowed_and_rises_as_before(void **state)
{
	struct limits_out out = { 0 };
	struct limit *limit = &out.current[CORE_CHARGE];

	(void)state;
	memset(limit->term, 0xff, sizeof(limit->term));
	limit->term[LIMITS_BMS] = 200000;
	limit->value = 100000;
	limit->winner = LIMITS_BMS;
	limit->rising = true;
	limits_narrow(&out, CORE_CHARGE, 150000);
	assert_int_equal(limit->value, 100000);
	assert_int_equal(limit->winner, LIMITS_HOUSE);
	assert_true(limit->rising);
	limits_narrow(&out, CORE_CHARGE, 40000);
	assert_int_equal(limit->value, 40000);
	assert_false(limit->rising);
	limits_narrow(&out, CORE_CHARGE, 60000);
	assert_int_equal(limit->value, 40000);
	assert_int_equal(limit->term[LIMITS_HOUSE], 40000);
}

static void charge_is_asked_for_only_where_it_may_flow(void **state)
{
	struct plant_house says = { .is = true, .force_charge = true, .ma = { 1000, 1000 } };
	struct rig_house h;

	(void)state;
	open_house(&h, "");
	for (unsigned int i = 0; i < 60; i++)
		step(&h);
	plant_set_house(battery(&h), &says);
	assert_true(battery(&h)->told.force_charge);
	says.ma[CORE_CHARGE] = 0;
	plant_set_house(battery(&h), &says);
	assert_false(battery(&h)->told.force_charge);
	close_house(&h);
}

static void a_rule_asks_the_inverter_for_charge(void **state)
{
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "timed_charge = yes\n[rule 0]\npower_w = 2000\n");
	run(&h, 60, -300, 0);
	assert_true(battery(&h)->told.force_charge);
	assert_in_range(told_ma(&h, CORE_CHARGE), 35000, 45000);
	assert_int_equal(told_ma(&h, CORE_DISCHARGE), 0);
	assert_int_equal(battery(&h)->told.current[CORE_DISCHARGE].winner, LIMITS_HOUSE);
	close_house(&h);
}

static void what_the_battery_says_reaches_the_step(void **state)
{
	struct site_battery_inputs *in;
	struct rig_house h;

	(void)state;
	open_house(&h, SITE);
	in = &h.house->inputs.battery;
	for (unsigned int i = 0; i < 4; i++)
		rig_say(&h.rig.supply[i].reading, CELLAR_CURRENT, -5000);
	run(&h, 60, 0, 0);
	assert_int_equal(in->packs, 4);
	assert_int_equal(in->battery_w.value, -(s64)in->voltage_mv * 20000 / 1000000);
	assert_false(in->force_charge);
	assert_int_equal(in->age_ms, in->battery_w.age_ms);
	/* as old as the oldest of its members */
	h.rig.silent[2] = true;
	run(&h, 1, 0, 0);
	assert_in_range(in->age_ms, 1000, 2000);
	h.rig.silent[2] = false;
	for (unsigned int i = 0; i < 4; i++) {
		h.rig.supply[i].reading.force_charge = true;
		cellar_say(&h.rig.supply[i].reading, CELLAR_FORCE_CHARGE);
	}
	run(&h, 2, 0, 0);
	assert_true(in->force_charge);
	assert_int_equal(h.house->inputs.utc_offset_s, 0);
	house_step(h.house, h.rig.now + 2000, h.wall_s, 3600);
	assert_int_equal(h.house->inputs.utc_offset_s, 3600);
	assert_int_equal(h.house->inputs.wall_s, h.wall_s);
	close_house(&h);
}

static u64 now_ms(void)
{
	return 1;
}

static s64 no_clock(void)
{
	return 0;
}

static void heard(void *user, const struct event *event)
{
	(void)event;
	++*(unsigned int *)user;
}

static const struct events_hooks events_hooks = {
	.now_ms = now_ms, .wall_s = no_clock, .said = heard,
};

static void only_a_site_has_news(void **state)
{
	unsigned int told = 0;
	struct events *events;
	struct rig_house h;

	(void)state;
	assert_int_equal(events_new(&events, &events_hooks, &told), 0);
	open_house(&h, "");
	h.rig.plant->events = events;
	run(&h, 3, 500, 500);
	for (unsigned int i = 0; i < 10; i++)
		step(&h);
	assert_int_equal(told, 0);
	/* what belongs to sections that are not there waits without a word */
	wishes_set(h.house->wishes, "site", "contract_w", "5");
	wishes_set(h.house->wishes, "charger a", "km", "5");
	wishes_set(h.house->wishes, "output o", "upper", "5");
	assert_int_equal(house_configure(h.house, &h.files), 0);
	assert_int_equal(told, 0);
	load(&h, SITE "contract_margin_w = 50\n");
	assert_int_equal(house_configure(h.house, &h.files), 0);
	assert_int_equal(told, 1);
	assert_string_equal(events_from(events, 1)->code, "setting-waits");
	assert_non_null(strstr(events_from(events, 1)->words, "[site]: "));
	house_reset(h.house, &h.files, "");
	run(&h, 1, 500, 500);
	for (unsigned int i = 0; i < 10; i++)
		step(&h);
	assert_string_equal(events_from(events, 2)->code, "meter-back");
	assert_string_equal(events_from(events, 3)->code, "meter-stale");
	h.rig.plant->events = NULL;
	events_free(events);
	close_house(&h);
}

static void nothing_is_ever_raised(void **state)
{
	struct rig_house h;
	u32 seed = 1;

	(void)state;
	open_house(&h, SITE "contract_w = 4000\nfeed_in_w = 500\neps = yes\n[rule 0]\n"
		   "power_w = 9000\n[inverter x]\nrated_w = 9000\nbattery_w = 9000\neps_w = 9000\n");
	house_set(h.house, &(struct house_pair){ "site", "timed_charge", "yes" }, 1,
		  (char[HOUSE_WHY_SIZE]){ 0 });
	for (unsigned int i = 0; i < 3000; i++) {
		seed = seed * 1664525 + 1013904223;
		for (unsigned int p = 0; p < 4; p++)
			rig_say(&h.rig.supply[p].reading, CELLAR_CHARGE_CURRENT_LIMIT,
				(seed >> (8 + p)) % 80000);
		h.rig.silent[seed % 4] = !((seed >> 20) % 5);
		if ((seed >> 16) % 4)
			run(&h, 1, (s32)(seed >> 17) % 9000 - 4500, (s32)(seed >> 18) % 6000);
		else
			step(&h);
		if (!((seed >> 24) % 16))
			house_hears(h.house, HOUSE_GRID, (seed >> 23) & 1, h.rig.now);
		for (unsigned int way = 0; way < CORE_WAYS; way++)
			assert_true(told_ma(&h, way) <= allowed_ma(&h, way));
		assert_true(battery(&h)->told.charge_voltage.value ==
			    battery(&h)->limits->out.charge_voltage.value);
		if (battery(&h)->told.force_charge && !battery(&h)->limits->out.force_charge)
			assert_true(told_ma(&h, CORE_CHARGE) > 0);
	}
	close_house(&h);
}

static void set_points_leave_the_limits_alone(void **state)
{
	struct rig_house h;

	(void)state;
	open_house(&h, "[site]\nplant = free\nexchange = meter\nproduction = meter\n"
		   "control = set-points\ncontract_w = 3000\n");
	for (unsigned int i = 0; i < 60; i++)
		step(&h);
	assert_false(battery(&h)->house.is);
	assert_int_equal(told_ma(&h, CORE_CHARGE), 200000);
	close_house(&h);
}

static void off_the_grid_is_told_to_the_limits(void **state)
{
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "eps = yes\n[inverter x]\nrated_w = 5000\nbattery_w = 5000\n"
		   "eps_w = 5000\n");
	house_hears_inverter(h.house, 0, &(struct house_inverter){ .ok = true }, h.rig.now);
	run(&h, 10, 0, 0);
	assert_false(battery(&h)->house.off_grid || h.house->hurry);
	house_hears_inverter(h.house, 0, &(struct house_inverter){ .ok = true, .off_grid = true },
			     h.rig.now);
	assert_true(h.house->hurry);
	run(&h, 1, 0, 0);
	assert_true(h.house->out.off_grid && battery(&h)->house.off_grid);
	run(&h, 1, 0, 0);
	assert_true(battery(&h)->limits->was_off_grid);
	close_house(&h);
}

static void only_its_own_battery_is_told(void **state)
{
	struct plant_cluster *other;
	struct rig_house h;

	(void)state;
	open_house(&h, "[cluster roof]\nbuses = cellar0\n[cluster shed]\nbuses = cellar1\n"
		   SITE "cluster = roof\ncontract_w = 3000\n");
	plant_rig_bus(&h.rig, 2, 1);
	plant_rig_bus(&h.rig, 3, 1);
	for (unsigned int i = 0; i < 90; i++)
		step(&h);
	other = plant_rig_cluster(&h.rig, "shed");
	assert_string_equal(house_cluster(h.house)->name, "roof");
	assert_true(plant_rig_cluster(&h.rig, "roof")->house.is);
	assert_false(other->house.is);
	assert_int_equal(other->told.current[CORE_CHARGE].value, 100000);
	/* the files let go of the one and take the other */
	load(&h, "[cluster roof]\nbuses = cellar0\n[cluster shed]\nbuses = cellar1\n"
	     SITE "cluster = shed\ncontract_w = 3000\n");
	assert_int_equal(house_configure(h.house, &h.files), 0);
	step(&h);
	assert_false(plant_rig_cluster(&h.rig, "roof")->house.is);
	assert_true(other->house.is);
	close_house(&h);
}

static void of_several_batteries_none_is_taken_by_chance(void **state)
{
	struct rig_house h;

	(void)state;
	open_house(&h, "");
	plant_rig_bus(&h.rig, 3, 1);
	step(&h);
	assert_null(house_cluster(h.house));
	close_house(&h);
}

/* Steps at most so often, but for what cannot wait. */
static void a_contact_does_not_wait_for_the_second(void **state)
{
	struct rig_house h;
	u64 before;

	(void)state;
	open_house(&h, SITE "grid_code = drm\n");
	house_hears(h.house, HOUSE_DRM, 0, h.rig.now);
	run(&h, 10, 0, 1000);
	before = h.house->stepped_ms;
	house_hears(h.house, HOUSE_DRM, 0, before + 50);
	house_step(h.house, before + 100, h.wall_s, 0);
	assert_int_equal(h.house->stepped_ms, before);
	house_hears(h.house, HOUSE_DRM, BIT(5), before + 150);
	house_step(h.house, before + 151, h.wall_s, 0);
	assert_int_equal(h.house->stepped_ms, before + 151);
	assert_int_equal(h.house->inputs.drm.value, BIT(5));
	assert_int_equal(h.house->inputs.drm.age_ms, 1);
	assert_true(h.house->state.gridcode.curtailed);
	house_step(h.house, before + 152, h.wall_s, 0);
	assert_int_equal(h.house->stepped_ms, before + 151);
	house_step(h.house, before + 151 + HOUSE_STEP_MS, h.wall_s, 0);
	assert_int_equal(h.house->stepped_ms, before + 151 + HOUSE_STEP_MS);
	close_house(&h);
}

static void a_battery_that_allows_less_does_not_wait_either(void **state)
{
	struct rig_house h;
	u64 before;

	(void)state;
	open_house(&h, SITE);
	run(&h, 60, 500, 2000);
	before = h.house->stepped_ms;
	for (unsigned int i = 0; i < 4; i++) {
		rig_say(&h.rig.supply[i].reading, CELLAR_CHARGE_CURRENT_LIMIT, 10000);
		plant_heard(h.rig.plant, &h.rig.supply[i], h.rig.now);
	}
	plant_step(h.rig.plant, before + 60, 0);
	house_step(h.house, before + 60, h.wall_s, 0);
	assert_int_equal(h.house->stepped_ms, before + 60);
	assert_int_equal(h.house->inputs.battery.charge_w,
			 (s64)h.house->inputs.battery.voltage_mv * 40000 / 1000000);
	for (unsigned int i = 0; i < 4; i++) {
		rig_say(&h.rig.supply[i].reading, CELLAR_DISCHARGE_CURRENT_LIMIT, 10000);
		plant_heard(h.rig.plant, &h.rig.supply[i], h.rig.now);
	}
	plant_step(h.rig.plant, before + 120, 0);
	house_step(h.house, before + 120, h.wall_s, 0);
	assert_int_equal(h.house->stepped_ms, before + 120);
	house_step(h.house, before + 130, h.wall_s, 0);
	assert_int_equal(h.house->stepped_ms, before + 120);
	close_house(&h);
}

static void a_figure_nobody_believes_is_not_heard(void **state)
{
	struct rig_house h;

	(void)state;
	open_house(&h, SITE);
	run(&h, 2, 500, 2000);
	house_hears(h.house, HOUSE_EXCHANGE_1, SITE_POWER_MAX_W + 1, h.rig.now);
	house_hears(h.house, HOUSE_PRODUCTION, -SITE_POWER_MAX_W - 1, h.rig.now);
	step(&h);
	assert_int_equal(h.house->inputs.exchange_w[0].value, 500);
	assert_int_equal(h.house->inputs.production_w.value, 2000);
	assert_int_equal(h.house->inputs.exchange_w[0].age_ms, 2000);
	assert_int_equal(h.house->inputs.exchange_w[1].age_ms, SITE_NEVER);
	close_house(&h);
}

static void a_word_of_a_person_is_for_one_step(void **state)
{
	struct house_charger said = { .car = SITE_CAR_PLUGGED, .card = 3 };
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "[charger a]\n[charger b]\nmode = cards\n");
	house_hears_charger(h.house, 1, &said, h.rig.now);
	said.card = 0;
	house_hears_charger(h.house, 1, &said, h.rig.now);
	house_command(h.house, 0, SITE_START);
	assert_true(h.house->hurry);
	step(&h);
	assert_int_equal(h.house->inputs.charger[0].command, SITE_START);
	assert_int_equal(h.house->inputs.charger[1].card, 3);
	step(&h);
	assert_int_equal(h.house->inputs.charger[0].command, SITE_NO_COMMAND);
	assert_int_equal(h.house->inputs.charger[1].card, 0);
	assert_int_equal(h.house->inputs.charger[1].car, SITE_CAR_PLUGGED);
	close_house(&h);
}

static void what_a_charger_says_reaches_the_step(void **state)
{
	struct house_charger said = {
		.car = SITE_CAR_CHARGES, .car_phases = 1, .car_ma = 10000, .power_known = true,
		.power_w = 2300,
	};
	struct site_charger_inputs *in;
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "[charger a]\n");
	in = &h.house->inputs.charger[0];
	step(&h);
	assert_int_equal(in->age_ms, SITE_NEVER);
	house_hears_charger(h.house, 0, &said, h.rig.now);
	step(&h);
	assert_int_equal(in->age_ms, 1000);
	assert_int_equal(in->car_ma, 10000);
	assert_int_equal(in->car_phases, 1);
	assert_int_equal(in->power_w.value, 2300);
	assert_int_equal(in->energy_wh.age_ms, SITE_NEVER);
	said.power_w = SITE_POWER_MAX_W + 1;
	house_hears_charger(h.house, 0, &said, h.rig.now);
	step(&h);
	assert_int_equal(in->power_w.value, 2300);
	assert_int_equal(in->age_ms, 2000);
	close_house(&h);
}

static void the_makers_of_packs_are_families(void **state)
{
	static const struct {
		const char *key;
		u8 family;
	} makers[] = {
		{ LESSO, SITE_FAMILY_OTHER },
		{ "pylontech,us5000", SITE_FAMILY_PYLONTECH },
		{ "weco,5k3", SITE_FAMILY_WECO },
		{ "zcs,zsx5000", SITE_FAMILY_AZZURRO },
	};
	struct rig_house h;
	struct rig core = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		open_house(&h, SITE);
		for (unsigned int p = 0; p < 4; p++) {
			char name[SUPPLY_NAME_SIZE];

			memcpy(name, h.rig.supply[p].name, sizeof(name));
			rig_pack(&core, p, makers[i].key);
			h.rig.supply[p] = core.supply[p];
			memcpy(h.rig.supply[p].name, name, sizeof(name));
		}
		for (unsigned int s = 0; s < 90; s++)
			step(&h);
		assert_int_equal(h.house->config->house.site.family, makers[i].family);
		close_house(&h);
	}
}

static int set_one(struct rig_house *h, const char *section, const char *key, const char *value,
		   char *why)
{
	return house_set(h->house, &(struct house_pair){ section, key, value }, 1, why);
}

static const struct site_config *site(const struct rig_house *h)
{
	return &h->house->config->house.site;
}

static void what_people_set_is_on_top_of_the_files(void **state)
{
	char why[HOUSE_WHY_SIZE];
	struct rig_house h;
	u32 changes;

	(void)state;
	open_house(&h, SITE "contract_w = 3000\n[charger a]\n[rule 1]\npower_w = 500\n");
	changes = h.house->changes;
	assert_int_equal(set_one(&h, "site", "contract_w", "4500", why), 0);
	assert_true(h.house->changes > changes && h.house->hurry);
	assert_int_equal(set_one(&h, "charger a", "strategy", "time-power", why), 0);
	assert_int_equal(set_one(&h, "rule 3", "power_w", "900", why), 0);
	assert_int_equal(site(&h)->contract_w, 4500);
	/* a reload brings what else is new in the files */
	load(&h, SITE "contract_w = 2000\nfeed_in_w = 0\n[charger a]\n[rule 1]\npower_w = 600\n");
	assert_int_equal(house_configure(h.house, &h.files), 0);
	assert_int_equal(site(&h)->contract_w, 4500);
	assert_int_equal(site(&h)->feed_in_w, 0);
	assert_int_equal(site(&h)->charger[0].strategy, SITE_TIME_POWER);
	assert_int_equal(site(&h)->rule[1].power_w, 600);
	assert_int_equal(site(&h)->rule[3].power_w, 900);
	/* and it can be taken back */
	assert_int_equal(house_reset(h.house, &h.files, "site"), 0);
	assert_int_equal(site(&h)->contract_w, 2000);
	assert_int_equal(site(&h)->charger[0].strategy, SITE_TIME_POWER);
	assert_int_equal(house_reset(h.house, &h.files, "site"), -ENOENT);
	assert_int_equal(house_reset(h.house, &h.files, ""), 0);
	assert_int_equal(site(&h)->charger[0].strategy, SITE_FAST);
	assert_int_equal(site(&h)->rules, 2);
	assert_int_equal(house_reset(h.house, &h.files, ""), -ENOENT);
	close_house(&h);
}

static void what_cannot_be_set_changes_nothing(void **state)
{
	const struct house_pair pairs[] = {
		{ "output o", "upper", "100" }, { "output o", "lower", "200" },
	};
	char why[HOUSE_WHY_SIZE];
	struct rig_house h;
	u32 changes;

	(void)state;
	open_house(&h, SITE "[output o]\nnumber = 1\nupper = 1000\nlower = 500\n");
	changes = h.house->changes;
	assert_int_equal(house_set(h.house, pairs, 2, why), -EINVAL);
	assert_non_null(strstr(why, "[output o]: "));
	assert_int_equal(house_set(h.house, pairs, 1, why), -EINVAL);
	assert_int_equal(set_one(&h, "site", "contract_w", "much", why), -EINVAL);
	assert_non_null(strstr(why, "contract_w = much: must be 1 to 1000000"));
	assert_int_equal(set_one(&h, "charger x", "km", "5", why), -EINVAL);
	assert_non_null(strstr(why, "there is no [charger x]"));
	assert_int_equal(site(&h)->output[0].upper, 1000);
	assert_int_equal(h.house->changes, changes);
	assert_int_equal(house_reset(h.house, &h.files, ""), -ENOENT);
	close_house(&h);
}

static void a_rule_that_was_removed_stays_away(void **state)
{
	char why[HOUSE_WHY_SIZE];
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "[rule 2]\npower_w = 500\nweekdays = mon\n");
	assert_int_equal(house_drop_rule(h.house, &h.files, 5, why), -EINVAL);
	assert_string_equal(why, "there is no rule 5");
	assert_int_equal(house_drop_rule(h.house, &h.files, 16, why), -EINVAL);
	assert_int_equal(house_drop_rule(h.house, &h.files, 2, why), 0);
	assert_false(site(&h)->rule[2].enabled);
	assert_int_equal(house_configure(h.house, &h.files), 0);
	assert_false(h.house->config->rule[2].given);
	/* anew it has nothing of the file's, now and after a reload */
	assert_int_equal(set_one(&h, "rule 2", "power_w", "700", why), 0);
	assert_int_equal(site(&h)->rule[2].weekdays, 0x7f);
	assert_int_equal(house_configure(h.house, &h.files), 0);
	assert_int_equal(site(&h)->rule[2].power_w, 700);
	assert_int_equal(site(&h)->rule[2].weekdays, 0x7f);
	/* one that only a person made is just gone */
	assert_int_equal(set_one(&h, "rule 7", "power_w", "700", why), 0);
	assert_int_equal(house_drop_rule(h.house, &h.files, 7, why), 0);
	assert_int_equal(house_reset(h.house, &h.files, "rule 7"), -ENOENT);
	close_house(&h);
}

static void what_does_not_go_with_other_files_waits(void **state)
{
	char why[HOUSE_WHY_SIZE];
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "[output o]\nnumber = 1\nupper = 3000\nlower = 500\n[charger a]\n");
	assert_int_equal(set_one(&h, "output o", "lower", "2000", why), 0);
	assert_int_equal(set_one(&h, "charger a", "km", "77", why), 0);
	load(&h, SITE "[output o]\nnumber = 1\nupper = 1000\nlower = 500\n");
	assert_int_equal(house_configure(h.house, &h.files), 0);
	assert_int_equal(site(&h)->output[0].upper, 1000);
	assert_int_equal(site(&h)->output[0].lower, 500);
	load(&h, SITE "[charger a]\n[output o]\nnumber = 1\nupper = 3000\nlower = 500\n");
	assert_int_equal(house_configure(h.house, &h.files), 0);
	assert_int_equal(site(&h)->output[0].lower, 2000);
	assert_int_equal(site(&h)->charger[0].km, 77);
	close_house(&h);
}

static void what_runs_goes_on_by_its_name(void **state)
{
	struct house_charger said = {
		.car = SITE_CAR_PLUGGED, .power_known = true, .car_ma = 16000,
	};
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "[charger a]\n[charger b]\n[output o]\nnumber = 1\n[output p]\n"
		   "number = 2\nenabled = yes\nupper = 100\nlower = 50\ncheck_s = 1\n");
	for (unsigned int i = 0; i < 5; i++) {
		house_hears_charger(h.house, 1, &said, h.rig.now);
		if (!i)
			house_command(h.house, 1, SITE_START);
		run(&h, 1, 3000, 4000);
	}
	assert_true(h.house->state.charger[1].in_session);
	assert_true(h.house->state.output[1].closed);
	load(&h, SITE "[charger b]\n[charger c]\n[output p]\nnumber = 2\nenabled = yes\n"
	     "upper = 100\nlower = 50\ncheck_s = 1\n");
	assert_int_equal(house_configure(h.house, &h.files), 0);
	assert_true(h.house->state.charger[0].in_session);
	assert_true(h.house->charger[0].known);
	assert_false(h.house->state.charger[1].in_session || h.house->charger[1].known);
	assert_true(h.house->state.output[0].closed);
	assert_false(h.house->state.output[1].closed);
	close_house(&h);
}

/* Over a restart, as text; the clock of the machine is another one then. */
static void restart(struct rig_house *h, u64 now_ms, unsigned int down_s)
{
	struct memory *memory;
	char *text, fault[MEMORY_FAULT_SIZE];

	assert_int_equal(memory_new(&memory), 0);
	assert_int_equal(memory_take(memory, h->rig.plant), 0);
	text = memory_write(memory);
	memory_free(memory);
	assert_int_equal(memory_new(&memory), 0);
	if (memory_read(memory, text, strlen(text), fault))
		fail_msg("%s: %s", fault, text);
	free(text);
	house_free(h->house);
	assert_int_equal(house_new(&h->house, h->rig.plant, &h->files,
				   memory_read_wishes(memory_of_house(memory))), 0);
	memory_read_house(memory_of_house(memory), h->house, now_ms);
	h->rig.plant->house = h->house;
	memory_free(memory);
	h->rig.now = now_ms;
	h->wall_s += h->wall_s ? down_s : 0;
}

static void what_is_set_and_who_may_survives(void **state)
{
	char why[HOUSE_WHY_SIZE], users[160], name[USERS_NAME_SIZE];
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "[charger a]\n");
	fake_write(h.dir, "etc", "passwd", "olive:x:1001:1001::/:/bin/sh\n"
		   "anna:x:1002:1002::/:/bin/sh\n");
	snprintf(users, sizeof(users), "%s/etc/passwd", h.dir->path);
	roles_start(&h.house->roles, users);
	assert_int_equal(users_by_uid(users, 1002, name), 0);
	assert_string_equal(name, "anna");
	assert_int_equal(roles_claim(&h.house->roles, 1001), 0);
	assert_int_equal(roles_add(&h.house->roles, "anna"), 0);
	assert_int_equal(set_one(&h, "charger a", "km", "77", why), 0);
	assert_int_equal(set_one(&h, "rule 1", "power_w", "100", why), 0);
	step(&h);
	restart(&h, 5000, 10);
	assert_string_equal(h.house->roles.owner.name, "olive");
	assert_int_equal(h.house->roles.owner.uid, 1001);
	assert_int_equal(h.house->roles.administrators, 1);
	assert_int_equal(h.house->roles.administrator[0].uid, 1002);
	assert_int_equal(site(&h)->charger[0].km, 77);
	assert_int_equal(site(&h)->rule[1].power_w, 100);
	close_house(&h);
}

static void energy_goes_on_and_the_time_between_is_a_gap(void **state)
{
	const struct energy_sum *today;
	struct energy_sum before;
	struct rig_house h;

	(void)state;
	open_house(&h, SITE);
	run(&h, 120, 500, 2000);
	before = h.house->state.energy.sum[ENERGY_TODAY];
	assert_true(before.mj[ENERGY_PV] > 100 * 2000000ull);
	restart(&h, 5000, 600);
	today = &h.house->state.energy.sum[ENERGY_TODAY];
	assert_memory_equal(today, &before, sizeof(before));
	run(&h, 10, 500, 2000);
	assert_int_equal(today->mj[ENERGY_PV], before.mj[ENERGY_PV] + 9 * 2000000ull);
	assert_int_equal(today->gap_ms[ENERGY_PV] - before.gap_ms[ENERGY_PV], 601000);
	close_house(&h);
}

static void a_session_goes_on_over_a_restart(void **state)
{
	struct house_charger said = {
		.car = SITE_CAR_CHARGES, .power_known = true, .energy_known = true,
		.power_w = 3000,
	};
	struct charger before, *after;
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "[charger a]\n[output o]\nnumber = 1\nenabled = yes\nupper = 100\n"
		   "lower = 50\ncheck_s = 60\nmin_on_s = 600\n");
	for (unsigned int i = 0; i < 60; i++) {
		house_hears_charger(h.house, 0, &said, h.rig.now);
		said.energy_wh += 10;
		if (!i)
			house_command(h.house, 0, SITE_START);
		run(&h, 1, 3000, 6000);
	}
	before = h.house->state.charger[0];
	assert_true(before.in_session && before.session_wh > 500);
	restart(&h, 5000000, 10);
	after = &h.house->state.charger[0];
	assert_true(after->in_session);
	assert_int_equal(after->session_mj, before.session_mj);
	assert_int_equal(after->counter_wh, before.counter_wh);
	assert_true(after->on == before.on && after->switched);
	assert_int_equal(5000000 - after->switched_ms, PLANT_T0 + 60000 - before.switched_ms);
	/* a contact keeps its minimum time */
	assert_true(h.house->state.output[0].closed);
	run(&h, 30, 3000, 0);
	assert_true(h.house->state.output[0].closed);
	close_house(&h);
}

/* Its contact was opened at the end, or by a crash: that is a change like another. */
static void a_contact_that_a_restart_opened_stays_open_for_its_time(void **state)
{
	struct rig_house h;

	(void)state;
	open_house(&h, SITE "[contacts]\noutput_1 = A\noutput_2 = B\noutput_2_at_exit = closed\n"
		   "[output o]\nnumber = 1\nenabled = yes\nupper = 100\nlower = 50\n"
		   "check_s = 1\nmin_off_s = 20\n"
		   "[output p]\nnumber = 2\nenabled = yes\nupper = 100\nlower = 50\n"
		   "check_s = 1\nmin_on_s = 40\n"
		   "[contacts]\noutput_3 = C\n[output q]\nnumber = 3\nenabled = yes\n"
		   "upper = 7000\nlower = 50\ncheck_s = 1\nmin_off_s = 20\n");
	run(&h, 60, 3000, 6000);
	assert_true(h.house->state.output[0].closed && h.house->state.output[1].closed);
	restart(&h, 5000000, 10);
	assert_false(h.house->state.output[0].closed);
	assert_true(h.house->state.output[1].closed);
	run(&h, 18, 3000, 8000);
	assert_false(h.house->state.output[0].closed || h.house->state.output[2].closed);
	assert_int_equal(h.house->out.output[0].winner, SITE_BY_MIN_TIME);
	run(&h, 3, 3000, 8000);
	assert_true(h.house->state.output[0].closed && h.house->state.output[2].closed);
	/* what has been closed for long may have been so since a moment ago */
	run(&h, 17, 3000, 0);
	assert_true(h.house->state.output[1].closed);
	run(&h, 3, 3000, 0);
	assert_false(h.house->state.output[1].closed);
	close_house(&h);
}

/* A restart gives no battery back to the house that waits for more charge. */
static void what_waits_for_more_charge_waits_after_a_restart(void **state)
{
	struct rig_house h;
	struct site_state *left;

	(void)state;
	open_house(&h, SITE);
	step(&h);
	left = &h.house->state;
	left->deep = true;
	left->eps.low = true;
	left->eps.reserve = true;
	left->eps.returning = true;
	left->eps.back_ms = h.house->stepped_ms - 400;
	left->gridcode.any_valid = true;
	left->gridcode.valid_rrcr = 3;
	left->gridcode.valid_ms = h.house->stepped_ms - 300;
	restart(&h, 5000, 10);
	left = &h.house->state;
	assert_true(left->deep && left->eps.low && left->eps.reserve && left->eps.returning &&
		    left->gridcode.any_valid);
	assert_int_equal(left->eps.back_ms, 4600);
	assert_int_equal(left->gridcode.valid_rrcr, 3);
	assert_int_equal(left->gridcode.valid_ms, 4700);
	close_house(&h);
}

static unsigned int ones(const void *state, size_t size)
{
	const unsigned char *at = state;
	unsigned int n = 0;

	while (size--)
		n += *at++ == 1;

	return n;
}

/* But for what the compiler left between them. */
static void every_member_survives(void **state)
{
	const u64 now_ms = UINT64_C(0x0101010101010101) + 5000;
	struct charger charger, charger_read;
	struct output output, output_read;
	json_t *kept;

	(void)state;
	memset(&charger, 1, sizeof(charger));
	kept = memory_write_charger(&charger, now_ms);
	assert_true(memory_read_charger(kept, &charger_read, now_ms));
	/* but what is of the last seconds alone */
	memset(&charger_read.said_w, 1, sizeof(charger_read.said_w));
	assert_in_range(ones(&charger_read, sizeof(charger_read)), sizeof(charger) - 7,
			sizeof(charger));
	/* by another clock they are as long ago */
	assert_true(memory_read_charger(kept, &charger_read, 9000));
	assert_int_equal(charger_read.began_ms, 4000);
	assert_true(memory_read_charger(kept, &charger_read, 1000));
	assert_int_equal(charger_read.began_ms, 1);
	json_decref(kept);
	memset(&output, 1, sizeof(output));
	kept = memory_write_output(&output, now_ms);
	assert_true(memory_read_output(kept, &output_read, now_ms));
	assert_in_range(ones(&output_read, sizeof(output_read)), sizeof(output) - 4,
			sizeof(output));
	json_decref(kept);
}

/* Right as it stands; each line of the table spoils it. */
static const char kept[] =
	"{\"clusters\": {}, \"out\": [], \"house\": {\"set\": {\"site\": {\"contract_w\": \"5\"},"
	" \"rule 3\": null, \"rule 4\": {\"power_w\": \"5\", \"anew\": \"yes\"}},"
	" \"roles\": {\"owner\": {\"name\": \"olive\", \"uid\": 7}, \"administrators\":"
	" [{\"name\": \"anna\", \"uid\": 8}]},"
	" \"energy\": {\"wall_s\": 9, \"day\": 10, \"begun\": true,"
#define SUM	"{\"pv\": [1, 2], \"self_consumed\": [0, 0], \"export\": [0, 0], \"consumed\":" \
		" [0, 0], \"import\": [0, 0], \"charged\": [0, 0], \"discharged\": [0, 0]," \
		" \"cars\": [0, 0]}"
	" \"today\": " SUM ", \"week\": " SUM ", \"month\": " SUM ", \"year\": " SUM
	", \"life\": " SUM "},"
	" \"chargers\": {\"a\": {\"in_session\": 1, \"session_mj\": 5, \"began_ms\": 77}},"
	" \"outputs\": {\"o\": {\"closed\": 1, \"checked_ms\": 5000}},"
	" \"latches\": {\"deep\": 1, \"eps.back_ms\": 8}}}";

static void what_is_kept_must_be_right(void **state)
{
	static const char *const edits[][2] = {
		{ "\"set\"", "\"sets\"" },
		{ "\"contract_w\": \"5\"", "\"contract_w\": 5" },
		{ "{\"contract_w\": \"5\"}", "{}" },
		{ "{\"contract_w\": \"5\"}", "null" },
		{ "\"site\"", "\"cluster roof\"" },
		{ "\"site\": {\"", "\"site\": {\"anew\": \"yes\", \"" },
		{ "\"owner\": {", "\"owner\": 5, \"x\": {" },
		{ "\"olive\"", "\"\"" },
		{ "\"olive\"", "\"0123456789012345678901234567890123\"" },
		{ "\"uid\": 7", "\"uid\": -7" },
		{ "\"uid\": 7", "\"uid\": 4294967296" },
		{ "\"uid\": 7", "\"uid\": \"7\"" },
		{ "\"uid\": 8", "\"gid\": 8" },
		{ "[{\"name\": \"anna\", \"uid\": 8}]", "{}" },
		{ "\"wall_s\": 9", "\"wall_s\": -9" },
		{ "\"day\": 10", "\"day\": 9999999999" },
		{ "\"begun\": true", "\"begun\": 1" },
		{ "[1, 2]", "[1]" },
		{ "[1, 2]", "[-1, 2]" },
		{ "[1, 2]", "[1, 2.5]" },
		{ "\"pv\"", "\"sun\"" },
		{ "\"week\"", "\"decade\"" },
		{ "\"in_session\": 1", "\"in_session\": 256" },
		{ "\"in_session\": 1", "\"in_session\": true" },
		{ "\"in_session\": 1", "\"strategy\": 6" },
		{ "\"in_session\"", "\"in_recession\"" },
		{ "\"session_mj\": 5", "\"session_mj\": -5" },
		{ "{\"a\": {", "{\"b\": 5, \"a\": {" },
		{ "{\"o\": {", "{\"p\": [], \"o\": {" },
		{ "5000", "-5000" },
		{ "\"began_ms\": 77", "\"began_ms\": -1" },
		{ "\"closed\": 1", "\"close\": 1" },
		{ "\"latches\"", "\"locks\"" },
		{ "\"deep\": 1", "\"deeper\": 1" },
		{ "\"eps.back_ms\": 8", "\"eps.back_ms\": \"8\"" },
	};
	char text[sizeof(kept) + 400], fault[MEMORY_FAULT_SIZE] = "";
	struct memory *memory;

	(void)state;
	memory_new(&memory);
	if (memory_read(memory, kept, strlen(kept), fault))
		fail_msg("%s", fault);
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		const char *at = strstr(kept, edits[i][0]);

		assert_non_null(at);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - kept), kept, edits[i][1],
			 at + strlen(edits[i][0]));
		*fault = '\0';
		if (memory_read(memory, text, strlen(text), fault) != -EINVAL ||
		    strncmp(fault, "house", 5) != 0)
			fail_msg("%zu, fault \"%s\": %s", i, fault, text);
	}
	/* what was before is still known */
	assert_non_null(json_object_get(memory_of_house(memory), "set"));
	memory_free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_site_nothing_of_the_limits_changes),
		cmocka_unit_test(without_a_site_the_battery_is_shown),
		cmocka_unit_test(a_silent_meter_narrows_and_a_fresh_one_lets_go_at_once),
		cmocka_unit_test(a_limit_is_narrowed_and_rises_as_before),
		cmocka_unit_test(charge_is_asked_for_only_where_it_may_flow),
		cmocka_unit_test(a_rule_asks_the_inverter_for_charge),
		cmocka_unit_test(what_the_battery_says_reaches_the_step),
		cmocka_unit_test(only_a_site_has_news),
		cmocka_unit_test(nothing_is_ever_raised),
		cmocka_unit_test(set_points_leave_the_limits_alone),
		cmocka_unit_test(off_the_grid_is_told_to_the_limits),
		cmocka_unit_test(only_its_own_battery_is_told),
		cmocka_unit_test(of_several_batteries_none_is_taken_by_chance),
		cmocka_unit_test(a_contact_does_not_wait_for_the_second),
		cmocka_unit_test(a_battery_that_allows_less_does_not_wait_either),
		cmocka_unit_test(a_figure_nobody_believes_is_not_heard),
		cmocka_unit_test(a_word_of_a_person_is_for_one_step),
		cmocka_unit_test(what_a_charger_says_reaches_the_step),
		cmocka_unit_test(the_makers_of_packs_are_families),
		cmocka_unit_test(what_people_set_is_on_top_of_the_files),
		cmocka_unit_test(what_cannot_be_set_changes_nothing),
		cmocka_unit_test(a_rule_that_was_removed_stays_away),
		cmocka_unit_test(what_does_not_go_with_other_files_waits),
		cmocka_unit_test(what_runs_goes_on_by_its_name),
		cmocka_unit_test(what_is_set_and_who_may_survives),
		cmocka_unit_test(energy_goes_on_and_the_time_between_is_a_gap),
		cmocka_unit_test(a_session_goes_on_over_a_restart),
		cmocka_unit_test(a_contact_that_a_restart_opened_stays_open_for_its_time),
		cmocka_unit_test(every_member_survives),
		cmocka_unit_test(what_waits_for_more_charge_waits_after_a_restart),
		cmocka_unit_test(what_is_kept_must_be_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
