// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Output: one switched output: its logic, whether it is closed, and when that
 * is looked at again.
 */
#include "object_rows.h"

#define PAIRS_MAX	16

static const struct site_output_config *config_of(const struct object *o)
{
	return &object_house(o)->config->house.site.output[o->index];
}

static const struct site_output_outputs *out_of(const struct object *o)
{
	return &object_house(o)->out.output[o->index];
}

static u32 number_of(const struct object *o)
{
	return object_house(o)->config->output[o->index].number;
}

static int put_name(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', config_of(o)->name);
}

static int put_number(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append(m, "u", number_of(o));
}

static int put_closed(sd_bus_message *m, const struct object *o)
{
	int closed = out_of(o)->closed;

	return sd_bus_message_append_basic(m, 'b', &closed);
}

static int put_enabled(sd_bus_message *m, const struct object *o)
{
	int enabled = config_of(o)->enabled;

	return sd_bus_message_append_basic(m, 'b', &enabled);
}

/* A day of the year is there only when there are days. */
static int put_logic(sd_bus_message *m, const struct object *o)
{
	const struct site_output_config *c = config_of(o);
	char hours[16], days[16];
	int r;

	snprintf(hours, sizeof(hours), "%02u:%02u-%02u:%02u", c->from_min / 60, c->from_min % 60,
		 c->to_min / 60, c->to_min % 60);
	snprintf(days, sizeof(days), "%02u/%02u-%02u/%02u", c->from_day / 100, c->from_day % 100,
		 c->to_day / 100, c->to_day % 100);
	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0)
		r = values_entry(m, "Variable", "s", site_variable_word(c->variable));
	if (r >= 0 && c->variable == SITE_GRID_POWER)
		r = values_entry(m, "Direction", "s", c->grid_out ? "out" : "in");
	if (r >= 0)
		r = values_entry(m, "Upper", "d", (double)c->upper);
	if (r >= 0)
		r = values_entry(m, "Lower", "d", (double)c->lower);
	if (r >= 0)
		r = values_entry(m, "Check", "u", c->check_s);
	if (r >= 0)
		r = values_entry(m, "MinOn", "u", c->min_on_s);
	if (r >= 0)
		r = values_entry(m, "MinOff", "u", c->min_off_s);
	if (r >= 0)
		r = values_entry(m, "Hours", "s", hours);
	if (r >= 0 && c->from_day)
		r = values_entry(m, "Days", "s", days);
	if (r >= 0)
		r = values_entry(m, "Load", "d", (double)c->load_w);
	if (r >= 0)
		r = values_entry(m, "Without", "s", c->closed_without ? "closed" : "open");

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_reading(sd_bus_message *m, const struct object *o)
{
	const struct site_output_outputs *out = out_of(o);
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0 && out->known)
		r = values_entry(m, "Value", "d", (double)out->value);
	if (r >= 0 && out->winner != SITE_NOBODY)
		r = values_entry(m, "DecidedBy", "s", site_winner_word(out->winner));
	if (r >= 0 && out->next_ms != SITE_NO_TIME)
		r = values_entry(m, "Next", "u", out->next_ms / 1000);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static const struct object_row rows[] = {
	{ "Name", put_name },
	{ "Number", put_number },
	{ "Closed", put_closed },
	{ "Enabled", put_enabled },
	{ "Logic", put_logic },
	{ "Reading", put_reading },
	{ NULL, NULL }
};

OBJECT_ROWS_GETTER(rows)

static u64 mark_closed(const struct object *o)
{
	return out_of(o)->closed;
}

static u64 mark_settings(const struct object *o)
{
	return object_house(o)->changes;
}

static u64 mark_reading(const struct object *o)
{
	const struct site_output_outputs *out = out_of(o);
	const s64 figures[] = {
		out->known, out->value, out->winner, (s64)object_end_s(o, out->next_ms),
	};

	return mark_numbers(MARK_START, figures, ARRAY_SIZE(figures));
}

static int set(struct object *o, sd_bus_message *call, const struct house_pair *pairs,
	       unsigned int n, sd_bus_error *error)
{
	char why[HOUSE_WHY_SIZE];
	int r;

	r = house_set(object_house(o), pairs, n, why);

	return object_was_set(o, call, r, why, error);
}

static int set_logic(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	struct house_pair pairs[PAIRS_MAX];
	char section[CONFIG_NAME_SIZE + 8];
	int r;

	snprintf(section, sizeof(section), "output %s", config_of(o)->name);
	r = object_read_pairs(call, section, pairs, PAIRS_MAX, error);
	if (r < 0)
		return r;

	return set(o, call, pairs, (unsigned int)r, error);
}

static int set_enabled(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	char section[CONFIG_NAME_SIZE + 8];
	struct house_pair pair = { section, "enabled", NULL };
	int r, enabled;

	snprintf(section, sizeof(section), "output %s", config_of(o)->name);
	r = sd_bus_message_read_basic(call, 'b', &enabled);
	if (r < 0)
		return r;
	pair.value = enabled ? "yes" : "no";

	return set(o, call, &pair, 1, error);
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define ANYBODY	SD_BUS_VTABLE_UNPRIVILEGED

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("SetLogic", SD_BUS_ARGS("a{ss}", settings), SD_BUS_NO_RESULT,
				object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetEnabled", SD_BUS_ARGS("b", enabled), SD_BUS_NO_RESULT,
				object_verb_called, ANYBODY),
	SD_BUS_PROPERTY("Name", "s", get, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Number", "u", get, 0, CHANGES),
	SD_BUS_PROPERTY("Closed", "b", get, 0, CHANGES),
	SD_BUS_PROPERTY("Enabled", "b", get, 0, CHANGES),
	SD_BUS_PROPERTY("Logic", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Reading", "a{sv}", get, 0, CHANGES),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Number", mark_settings },
	{ "Closed", mark_closed },
	{ "Enabled", mark_settings },
	{ "Logic", mark_settings },
	{ "Reading", mark_reading },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ "SetLogic", ROLES_MANAGE_OUTPUTS, set_logic },
	{ "SetEnabled", ROLES_MANAGE_OUTPUTS, set_enabled },
	{ NULL, NULL, NULL }
};

static void path_of(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/output/%s", config_of(o)->name);
}

static unsigned int count(const struct bus_setup *setup)
{
	return setup->house->config->house.site.outputs;
}

const struct object_kind object_output = {
	"org.cellar1.Output", vtable, properties, verbs, path_of, count, NULL
};
