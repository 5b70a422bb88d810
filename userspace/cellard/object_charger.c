// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Charger: one wallbox: its car, its session, and who keeps it from more.
 */
#include "object_rows.h"

#include "../io/boot_clock.h"
#include "config_keys.h"
#include "lines.h"

#define PAIRS_MAX	16
#define ERROR_SESSION	"org.cellar1.Error.SessionRuns"
#define ERROR_NO_CAR	"org.cellar1.Error.NoCar"

static const char *const car_words[] = {
	[SITE_CAR_UNKNOWN] = "unknown", [SITE_CAR_NONE] = "none", [SITE_CAR_PLUGGED] = "plugged",
	[SITE_CAR_CHARGES] = "charges", [SITE_CAR_FAULT] = "fault",
};

static const struct site_charger_config *config_of(const struct object *o)
{
	return &object_house(o)->config->house.site.charger[o->index];
}

static const struct site_charger_inputs *inputs_of(const struct object *o)
{
	return &object_house(o)->inputs.charger[o->index];
}

static const struct site_charger_outputs *out_of(const struct object *o)
{
	return &object_house(o)->out.charger[o->index];
}

static bool is_fresh(const struct object *o, u32 age_ms)
{
	return age_ms <= object_house(o)->config->house.site.fresh_ms;
}

static u8 car_of(const struct object *o)
{
	return is_fresh(o, inputs_of(o)->age_ms) ? inputs_of(o)->car : SITE_CAR_UNKNOWN;
}

static int put_name(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', config_of(o)->name);
}

static int put_car(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', car_words[car_of(o)]);
}

static int put_state(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', site_charger_state_word(out_of(o)->state));
}

static int put_reading(sd_bus_message *m, const struct object *o)
{
	const struct site_charger_inputs *in = inputs_of(o);
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0 && is_fresh(o, in->power_w.age_ms))
		r = values_entry(m, "Power", "d", (double)in->power_w.value);
	if (r >= 0 && is_fresh(o, in->energy_wh.age_ms))
		r = values_entry(m, "Energy", "d", (double)in->energy_wh.value);
	if (r >= 0 && is_fresh(o, in->age_ms) && in->car_ma)
		r = values_entry(m, "CarCurrent", "d", in->car_ma / 1e3);
	if (r >= 0 && is_fresh(o, in->age_ms) && in->car_phases)
		r = values_entry(m, "CarPhases", "u", (u32)in->car_phases);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_told(sd_bus_message *m, const struct object *o)
{
	const struct site_charger_outputs *out = out_of(o);
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0)
		r = values_entry(m, "Current", "d", out->current_ma / 1e3);
	if (r >= 0)
		r = values_entry(m, "Power", "d", (double)out->power_w);
	if (r >= 0)
		r = values_entry(m, "Phases", "u", (u32)out->phases);
	if (r >= 0 && out->winner != SITE_NOBODY)
		r = values_entry(m, "LimitedBy", "s", site_winner_word(out->winner));
	if (r >= 0 && out->next_ms != SITE_NO_TIME)
		r = values_entry(m, "Next", "u", out->next_ms / 1000);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_session(sd_bus_message *m, const struct object *o)
{
	const struct site_charger_outputs *out = out_of(o);
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0)
		r = values_entry(m, "Runs", "b", (int)out->in_session);
	if (r >= 0)
		r = values_entry(m, "Strategy", "s", site_strategy_word(out->strategy));
	if (r >= 0)
		r = values_entry(m, "Energy", "d", (double)out->session_wh);
	if (r >= 0 && out->wanted_wh)
		r = values_entry(m, "Wanted", "d", (double)out->wanted_wh);
	if (r >= 0)
		r = values_entry(m, "Duration", "u", out->session_s);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_strategy(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', site_strategy_word(config_of(o)->strategy));
}

static int put_settings(sd_bus_message *m, const struct object *o)
{
	const struct site_charger_config *c = config_of(o);
	char start[8];
	int r;

	snprintf(start, sizeof(start), "%02u:%02u", c->start_min / 60, c->start_min % 60);
	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0)
		r = values_entry(m, "Mode", "s",
				 config_key_named(CONFIG_CHARGER, "mode")->word(c->mode));
	if (r >= 0)
		r = values_entry(m, "Phases", "u", (u32)c->phases);
	if (r >= 0 && c->phases == 1)
		r = values_entry(m, "Phase", "u", c->phase + 1u);
	if (r >= 0)
		r = values_entry(m, "Priority", "u", (u32)c->priority);
	if (r >= 0)
		r = values_entry(m, "CableCurrent", "d", c->cable_ma / 1e3);
	if (r >= 0)
		r = values_entry(m, "BoxCurrent", "d", c->box_ma / 1e3);
	if (r >= 0)
		r = values_entry(m, "MinCurrent", "d", c->min_ma / 1e3);
	if (r >= 0 && c->power_w != SITE_NO_LIMIT)
		r = values_entry(m, "MaxPower", "d", (double)c->power_w);
	if (r >= 0)
		r = values_entry(m, "Consumption", "u", c->wh_per_km);
	if (r >= 0)
		r = values_entry(m, "Distance", "u", c->km);
	if (r >= 0)
		r = values_entry(m, "Start", "s", start);
	if (r >= 0)
		r = values_entry(m, "Duration", "u", (u32)c->duration_min);
	if (r >= 0)
		r = values_entry(m, "MinRun", "u", c->min_run_s);
	if (r >= 0)
		r = values_entry(m, "MinPause", "u", c->min_pause_s);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_cards(sd_bus_message *m, const struct object *o)
{
	const struct config *config = object_house(o)->config;
	int r;

	r = sd_bus_message_open_container(m, 'a', "s");
	for (unsigned int i = 0; r >= 0 && i < config->cards; i++)
		if (config_of(o)->cards & BIT(i))
			r = sd_bus_message_append_basic(m, 's', config->card[i].name);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static const struct lines_wallbox *wallbox_of(const struct object *o)
{
	return lines_wallbox_of(bus_setup_of(o->bus)->lines, o->index);
}

static bool box_is_fresh(const struct wallbox *w)
{
	return w->link != WALLBOX_SILENT && wallbox_is_fresh(w, boot_clock_ms());
}

/* What it measures that is shown, and no other number that it has. */
static const struct {
	const char *key;
	u8 number;
	double by;
} measured[] = {
	{ "Current1", WALLBOX_A_1, 1e3 }, { "Current2", WALLBOX_A_2, 1e3 },
	{ "Current3", WALLBOX_A_3, 1e3 }, { "Voltage1", WALLBOX_V_1, 1e3 },
	{ "Voltage2", WALLBOX_V_2, 1e3 }, { "Voltage3", WALLBOX_V_3, 1e3 },
	{ "SessionEnergy", WALLBOX_SESSION_WH, 1 }, { "Error", WALLBOX_ERROR, 1 },
};

static int put_measured(sd_bus_message *m, const struct wallbox *w)
{
	int r = 0;
	s64 value;

	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(measured); i++)
		if (wallbox_has(w, measured[i].number, &value))
			r = values_entry(m, measured[i].key, "d", (double)value / measured[i].by);

	return r;
}

static u64 mark_measured(u64 mark, const struct wallbox *w)
{
	for (size_t i = 0; i < ARRAY_SIZE(measured); i++) {
		s64 value[] = { (s64)i, 0 };

		if (wallbox_has(w, measured[i].number, &value[1]))
			mark = mark_numbers(mark, value, ARRAY_SIZE(value));
	}

	return mark;
}

static const char *safety_of(const struct wallbox *w)
{
	static const char *const words[] = {
		[WALLBOX_ARMED] = "armed", [WALLBOX_OWN] = "own", [WALLBOX_UNGUARDED] = "none",
	};
	u8 safety = w->config.profile.safety;

	return safety == WALLBOX_UNGUARDED || wallbox_is_armed(w) ? words[safety] : "not armed";
}

static int put_safety(sd_bus_message *m, const struct wallbox *w)
{
	const struct wallbox_profile *p = &w->config.profile;
	int r;

	r = values_entry(m, "FailSafe", "s", safety_of(w));
	if (r >= 0 && p->safety == WALLBOX_ARMED)
		r = values_entry(m, "FailSafeCurrent", "d", w->config.safe_ma / 1e3);
	if (r >= 0 && p->lapse_ms)
		r = values_entry(m, "FailSafeTime", "u", p->lapse_ms / 1000);
	if (r >= 0 && p->words[0])
		r = values_entry(m, "FailSafeWords", "s", p->words);

	return r;
}

/* Of one that is on no line there is nothing. */
static int put_box(sd_bus_message *m, const struct object *o)
{
	const struct lines_wallbox *l = wallbox_of(o);
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0 && l)
		r = values_entry(m, "Model", "s", l->box.config.profile.model);
	if (r >= 0 && l)
		r = values_entry(m, "Profile", "s", l->config.profile);
	if (r >= 0 && l)
		r = values_entry(m, "Line", "s", l->config.line);
	if (r >= 0 && l)
		r = values_entry(m, "Address", "u", (u32)l->config.device.address);
	if (r >= 0 && l)
		r = values_entry(m, "Link", "s", wallbox_link_word(l->box.link));
	if (r >= 0 && l)
		r = put_safety(m, &l->box);
	if (r >= 0 && l && box_is_fresh(&l->box))
		r = values_entry(m, "Says", "s", wallbox_state_word(l->box.state));
	if (r >= 0 && l && box_is_fresh(&l->box))
		r = put_measured(m, &l->box);
	if (r >= 0 && l && l->box.has_told)
		r = values_entry(m, "Told", "d", l->box.told_ma / 1e3);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static const struct object_row rows[] = {
	{ "Name", put_name },
	{ "Car", put_car },
	{ "State", put_state },
	{ "Reading", put_reading },
	{ "Told", put_told },
	{ "Session", put_session },
	{ "Strategy", put_strategy },
	{ "Settings", put_settings },
	{ "Cards", put_cards },
	{ "Box", put_box },
	{ NULL, NULL }
};

OBJECT_ROWS_GETTER(rows)

static u64 mark_car(const struct object *o)
{
	return car_of(o);
}

static u64 mark_state(const struct object *o)
{
	return out_of(o)->state;
}

static u64 mark_reading(const struct object *o)
{
	const struct site_charger_inputs *in = inputs_of(o);
	const s64 figures[] = {
		in->power_w.value, in->energy_wh.value, in->car_ma, in->car_phases,
		is_fresh(o, in->power_w.age_ms), is_fresh(o, in->energy_wh.age_ms),
		is_fresh(o, in->age_ms),
	};

	return mark_numbers(MARK_START, figures, ARRAY_SIZE(figures));
}

static u64 mark_told(const struct object *o)
{
	const struct site_charger_outputs *out = out_of(o);
	const s64 figures[] = {
		out->current_ma, out->power_w, out->phases, out->winner,
		(s64)object_end_s(o, out->next_ms),
	};

	return mark_numbers(MARK_START, figures, ARRAY_SIZE(figures));
}

/* Not the seconds: they go by. */
static u64 mark_session(const struct object *o)
{
	const struct site_charger_outputs *out = out_of(o);
	const s64 figures[] = {
		out->in_session, out->strategy, out->session_wh, out->wanted_wh,
	};

	return mark_numbers(MARK_START, figures, ARRAY_SIZE(figures));
}

static u64 mark_safety(u64 mark, const struct wallbox *w)
{
	const struct wallbox_profile *p = &w->config.profile;
	const s64 figures[] = { p->safety, wallbox_is_armed(w), w->config.safe_ma, p->lapse_ms };

	return mark_text(mark_numbers(mark, figures, ARRAY_SIZE(figures)), p->words);
}

static u64 mark_wallbox(const struct lines_wallbox *l)
{
	const struct wallbox *w = &l->box;
	bool fresh = box_is_fresh(w);
	const s64 figures[] = {
		l->config.device.address, w->link, fresh, fresh ? w->state : 0,
		w->has_told ? (s64)w->told_ma : -1,
	};
	u64 mark = mark_text(MARK_START, w->config.profile.model);

	mark = mark_text(mark, l->config.profile);
	mark = mark_text(mark, l->config.line);
	mark = mark_numbers(mark, figures, ARRAY_SIZE(figures));
	mark = mark_safety(mark, w);

	return fresh ? mark_measured(mark, w) : mark;
}

static u64 mark_box(const struct object *o)
{
	const struct lines_wallbox *l = wallbox_of(o);

	return l ? mark_wallbox(l) : MARK_START;
}

static u64 mark_settings(const struct object *o)
{
	return object_house(o)->changes;
}

static int start(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	u8 car = car_of(o);

	if (car != SITE_CAR_PLUGGED && car != SITE_CAR_CHARGES)
		return sd_bus_error_setf(error, ERROR_NO_CAR, "%s cannot start: its car is %s: must be plugged in",
					 config_of(o)->name, car_words[car]);

	house_command(object_house(o), o->index, SITE_START);

	return object_done(o, call);
}

static int stop(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	(void)error;
	house_command(object_house(o), o->index, SITE_STOP);

	return object_done(o, call);
}

static int set_strategy(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	char section[CONFIG_NAME_SIZE + 8], why[HOUSE_WHY_SIZE];
	struct house_pair pairs[PAIRS_MAX];
	const char *strategy;
	int r;

	snprintf(section, sizeof(section), "charger %s", config_of(o)->name);
	r = sd_bus_message_read_basic(call, 's', &strategy);
	if (r < 0)
		return r;
	if (out_of(o)->in_session)
		return sd_bus_error_setf(error, ERROR_SESSION,
					 "a charging session runs on %s: its strategy changes between sessions",
					 config_of(o)->name);
	pairs[0] = (struct house_pair){ section, "strategy", strategy };
	r = object_read_pairs(call, section, pairs + 1, PAIRS_MAX - 1, error);
	if (r < 0)
		return r;

	r = house_set(object_house(o), pairs, (unsigned int)r + 1, why);

	return object_was_set(o, call, r, why, error);
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define ANYBODY	SD_BUS_VTABLE_UNPRIVILEGED

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("Start", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, object_verb_called,
				ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Stop", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, object_verb_called,
				ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetStrategy", SD_BUS_ARGS("s", strategy, "a{ss}", settings),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_PROPERTY("Name", "s", get, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Car", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("State", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Reading", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Told", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Session", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Strategy", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Settings", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Cards", "as", get, 0, CHANGES),
	SD_BUS_PROPERTY("Box", "a{sv}", get, 0, CHANGES),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Car", mark_car },
	{ "State", mark_state },
	{ "Reading", mark_reading },
	{ "Told", mark_told },
	{ "Session", mark_session },
	{ "Strategy", mark_settings },
	{ "Settings", mark_settings },
	{ "Cards", mark_settings },
	{ "Box", mark_box },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ "Start", ROLES_CHANGE_STRATEGY, start },
	{ "Stop", ROLES_CHANGE_STRATEGY, stop },
	{ "SetStrategy", ROLES_CHANGE_STRATEGY, set_strategy },
	{ NULL, NULL, NULL }
};

static void path_of(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/charger/%s", config_of(o)->name);
}

static unsigned int count(const struct bus_setup *setup)
{
	return setup->house->config->house.site.chargers;
}

const struct object_kind object_charger = {
	"org.cellar1.Charger", vtable, properties, verbs, path_of, count, NULL
};
