// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Site: the house as it is: what flows, what may, and who says so. What is
 * kept of it is object_site_kept.c, what people change of it object_site_verbs.c.
 */
#include "object_site.h"

#include "config_keys.h"

static const char *const flow_keys[SITE_FLOWS] = {
	[SITE_FLOW_PV] = "PV", [SITE_FLOW_LOAD] = "Load", [SITE_FLOW_CHARGERS] = "Chargers",
	[SITE_FLOW_BATTERY] = "Battery", [SITE_FLOW_GRID] = "Grid",
};

static const struct {
	u8 bit;
	const char *word;
} unable_words[] = {
	{ SITE_CANNOT_FORCE_DISCHARGE, "force-discharge" },
	{ SITE_CANNOT_CHARGE_FROM_GRID, "charge-from-grid" },
	{ SITE_CANNOT_CURTAIL, "curtail" },
	{ SITE_CANNOT_DISCONNECT, "disconnect" },
};

static const struct config_house *config_of(const struct object *o)
{
	return &object_house(o)->config->house;
}

static const struct site_outputs *out_of(const struct object *o)
{
	return &object_house(o)->out;
}

static const char *key_word(const char *key, unsigned int number)
{
	return config_key_named(CONFIG_SITE, key)->word(number);
}

static int open_map(sd_bus_message *m)
{
	return sd_bus_message_open_container(m, 'a', "{sv}");
}

static int close_map(sd_bus_message *m, int r)
{
	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_watts(sd_bus_message *m, const char *key, s32 w)
{
	if (w >= SITE_NO_LIMIT || w <= -SITE_NO_LIMIT)
		return 0;

	return values_entry(m, key, "d", (double)w);
}

static int put_winner(sd_bus_message *m, const char *key, u8 winner)
{
	return winner == SITE_NOBODY ? 0 : values_entry(m, key, "s", site_winner_word(winner));
}

static int put_configured(sd_bus_message *m, const struct object *o)
{
	int given = config_of(o)->given;

	return sd_bus_message_append_basic(m, 'b', &given);
}

static int put_plant(sd_bus_message *m, const struct object *o)
{
	const struct config_house *house = config_of(o);
	const struct plant_cluster *c = house_cluster(object_house(o));
	const struct site_config *site = &house->site;
	int r = open_map(m);

	if (r >= 0 && c)
		r = values_entry(m, "Cluster", "s", c->name);
	if (!house->given)
		return close_map(m, r);
	if (r >= 0)
		r = values_entry(m, "Kind", "s", site_plant_word(site->plant));
	if (r >= 0)
		r = values_entry(m, "Phases", "u", (u32)site->phases);
	if (r >= 0)
		r = values_entry(m, "Exchange", "s", key_word("exchange", site->exchange));
	if (r >= 0)
		r = values_entry(m, "Production", "s", key_word("production", site->production));
	if (r >= 0)
		r = values_entry(m, "Control", "s", key_word("control", site->control));
	if (r >= 0)
		r = values_entry(m, "GridCode", "s", key_word("grid_code", site->grid_code));
	if (r >= 0 && house->timezone[0])
		r = values_entry(m, "TimeZone", "s", house->timezone);

	return close_map(m, r);
}

static int put_flow(sd_bus_message *m, const struct object *o)
{
	const struct site_outputs *out = out_of(o);
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sd}");
	for (unsigned int i = 0; r >= 0 && i < SITE_FLOWS; i++)
		if (out->flows_known & BIT(i))
			r = sd_bus_message_append(m, "{sd}", flow_keys[i],
						  (double)out->flow_w[i]);

	return close_map(m, r);
}

static int put_mode(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', config_of(o)->given ?
					   site_mode_word(out_of(o)->mode) : "");
}

static int put_battery(sd_bus_message *m, const struct object *o)
{
	const struct site_outputs *out = out_of(o);
	int r = open_map(m);

	if (!config_of(o)->given)
		return close_map(m, r);
	if (r >= 0)
		r = put_watts(m, "SetPoint", out->battery_w);
	if (r >= 0)
		r = put_watts(m, "Min", out->battery_min_w);
	if (r >= 0)
		r = put_watts(m, "Max", out->battery_max_w);
	if (r >= 0)
		r = put_winner(m, "MinBy", out->battery_min_winner);
	if (r >= 0)
		r = put_winner(m, "MaxBy", out->battery_max_winner);
	if (r >= 0)
		r = put_winner(m, "LimitedBy", out->limited_by);
	if (r >= 0)
		r = values_entry(m, "ForceCharge", "b", (int)out->force_charge);
	if (r >= 0 && out->rule >= 0)
		r = values_entry(m, "Rule", "u", (u32)out->rule);
	if (r >= 0 && out->mode_next_ms != SITE_NO_TIME)
		r = values_entry(m, "Next", "u", out->mode_next_ms / 1000);

	return close_map(m, r);
}

static int put_grid(sd_bus_message *m, const struct object *o)
{
	const struct site_outputs *out = out_of(o);
	int r = open_map(m);

	if (!config_of(o)->given)
		return close_map(m, r);
	if (r >= 0)
		r = put_watts(m, "Min", out->grid_min_w);
	if (r >= 0)
		r = put_watts(m, "Max", out->grid_max_w);
	if (r >= 0)
		r = put_winner(m, "MinBy", out->grid_min_winner);
	if (r >= 0)
		r = put_winner(m, "MaxBy", out->grid_max_winner);
	if (r >= 0)
		r = values_entry(m, "OffGrid", "b", (int)out->off_grid);
	if (r >= 0)
		r = values_entry(m, "Overload", "b", (int)out->overload);

	return close_map(m, r);
}

static int put_production(sd_bus_message *m, const struct object *o)
{
	const struct site_outputs *out = out_of(o);
	int r = open_map(m);

	if (!config_of(o)->given)
		return close_map(m, r);
	if (r >= 0)
		r = put_watts(m, "Max", out->pv_max_w);
	if (r >= 0 && out->pv_max_w != SITE_NO_LIMIT)
		r = put_winner(m, "MaxBy", out->pv_winner);

	return close_map(m, r);
}

static int put_contract(sd_bus_message *m, const struct object *o)
{
	const struct site_config *site = &config_of(o)->site;
	int r = open_map(m);

	if (r >= 0)
		r = put_watts(m, "Power", site->contract_w);
	if (r >= 0 && site->contract_w != SITE_NO_LIMIT)
		r = put_watts(m, "Margin", site->contract_margin_w);

	return close_map(m, r);
}

static int put_feed_in(sd_bus_message *m, const struct object *o)
{
	int r = open_map(m);

	if (r >= 0)
		r = put_watts(m, "Power", config_of(o)->site.feed_in_w);

	return close_map(m, r);
}

static int put_eps(sd_bus_message *m, const struct object *o)
{
	const struct site_config *site = &config_of(o)->site;
	int r = open_map(m);

	if (r >= 0)
		r = values_entry(m, "Enabled", "b", (int)site->eps);
	if (r >= 0)
		r = values_entry(m, "DepthOfDischarge", "d", (double)site->eps_dod_percent);
	if (r >= 0)
		r = values_entry(m, "Buffer", "d", (double)site->eps_buffer_percent);
	if (r >= 0)
		r = values_entry(m, "OffGrid", "b", (int)out_of(o)->off_grid);
	if (r >= 0)
		r = values_entry(m, "Overload", "b", (int)object_house(o)->state.eps.overload);

	return close_map(m, r);
}

static int put_contacts(sd_bus_message *m, const char *key, const struct object *o,
			const struct site_value *value)
{
	if (value->age_ms > config_of(o)->site.contact_fresh_ms)
		return 0;

	return values_entry(m, key, "u", (u32)value->value);
}

static int put_curtailment(sd_bus_message *m, const struct curtailment *c)
{
	int r = values_entry(m, "Direction", "s", site_direction_word(c->drawing));

	if (r >= 0)
		r = put_watts(m, "Limit", c->limit_w);
	if (r >= 0 && c->since_s)
		r = values_entry(m, "Since", "x", c->since_s);
	if (r >= 0 && c->measured)
		r = put_watts(m, "Before", c->before_w);

	return r;
}

static int put_demand_response(sd_bus_message *m, const struct object *o)
{
	const struct site_inputs *in = &object_house(o)->inputs;
	const struct gridcode *code = &object_house(o)->state.gridcode;
	u8 kind = config_of(o)->site.grid_code;
	int r = open_map(m);

	if (r >= 0)
		r = values_entry(m, "Interface", "s", key_word("grid_code", kind));
	if (r >= 0 && kind == SITE_CODE_DRM)
		r = put_contacts(m, "Contacts", o, &in->drm);
	if (r >= 0 && kind == SITE_CODE_RRCR)
		r = put_contacts(m, "Contacts", o, &in->rrcr);
	if (r >= 0 && kind == SITE_CODE_CEASE)
		r = put_contacts(m, "Contacts", o, &in->cease);
	if (r >= 0)
		r = values_entry(m, "Curtailed", "b", (int)code->curtailed);
	if (r >= 0 && code->curtailed)
		r = put_curtailment(m, &code->session);

	return close_map(m, r);
}

static int put_unable(sd_bus_message *m, const struct object *o)
{
	int r = sd_bus_message_open_container(m, 'a', "s");

	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(unable_words); i++)
		if (config_of(o)->given && (out_of(o)->unable & unable_words[i].bit))
			r = sd_bus_message_append_basic(m, 's', unable_words[i].word);

	return close_map(m, r);
}

static const struct object_row rows[] = {
	{ "Configured", put_configured },
	{ "Plant", put_plant },
	{ "Flow", put_flow },
	{ "Mode", put_mode },
	{ "Battery", put_battery },
	{ "Grid", put_grid },
	{ "Production", put_production },
	{ "Contract", put_contract },
	{ "FeedIn", put_feed_in },
	{ "EPS", put_eps },
	{ "DemandResponse", put_demand_response },
	{ "Rules", object_site_put_rules },
	{ "RulesEnabled", object_site_put_rules_enabled },
	{ "Energy", object_site_put_energy },
	{ "Gaps", object_site_put_gaps },
	{ "Unable", put_unable },
	{ "Owner", object_site_put_owner },
	{ "Administrators", object_site_put_administrators },
	{ "Set", object_site_put_set },
	{ NULL, NULL }
};

OBJECT_ROWS_GETTER(rows)

/* Of what is set: it changes when a person or the files change it. */
static u64 mark_settings(const struct object *o)
{
	return object_house(o)->changes;
}

static u64 mark_plant(const struct object *o)
{
	const struct plant_cluster *c = house_cluster(object_house(o));

	return mark_text(mark_settings(o) + MARK_START, c ? c->name : "");
}

static u64 mark_flow(const struct object *o)
{
	const struct site_outputs *out = out_of(o);
	u64 mark = mark_bytes(MARK_START, out->flow_w, sizeof(out->flow_w));

	return mark_bytes(mark, &out->flows_known, sizeof(out->flows_known));
}

static u64 mark_mode(const struct object *o)
{
	return mark_bytes(mark_settings(o) + MARK_START, &out_of(o)->mode, sizeof(u8));
}

static u64 mark_battery(const struct object *o)
{
	const struct site_outputs *out = out_of(o);
	const s64 figures[] = {
		out->battery_w, out->battery_min_w, out->battery_max_w, out->battery_min_winner,
		out->battery_max_winner, out->limited_by, out->force_charge, out->rule,
		config_of(o)->given, (s64)object_end_s(o, out->mode_next_ms),
	};

	return mark_numbers(MARK_START, figures, ARRAY_SIZE(figures));
}

static u64 mark_grid(const struct object *o)
{
	const struct site_outputs *out = out_of(o);
	const s64 figures[] = {
		out->grid_min_w, out->grid_max_w, out->grid_min_winner, out->grid_max_winner,
		out->off_grid, out->overload, config_of(o)->given,
	};

	return mark_numbers(MARK_START, figures, ARRAY_SIZE(figures));
}

static u64 mark_production(const struct object *o)
{
	const s64 figures[] = {
		out_of(o)->pv_max_w, out_of(o)->pv_winner, config_of(o)->given,
	};

	return mark_numbers(MARK_START, figures, ARRAY_SIZE(figures));
}

static u64 mark_eps(const struct object *o)
{
	const s64 figures[] = { out_of(o)->off_grid, object_house(o)->state.eps.overload };

	return mark_numbers(mark_settings(o) + MARK_START, figures,
			    ARRAY_SIZE(figures));
}

static u64 mark_demand_response(const struct object *o)
{
	const struct site_inputs *in = &object_house(o)->inputs;
	const struct gridcode *code = &object_house(o)->state.gridcode;
	u32 fresh_ms = config_of(o)->site.contact_fresh_ms;
	const s64 figures[] = {
		in->drm.value, in->rrcr.value, in->cease.value, in->drm.age_ms > fresh_ms,
		in->rrcr.age_ms > fresh_ms, in->cease.age_ms > fresh_ms, code->curtailed,
		code->session.limit_w, code->session.since_s, code->session.before_w,
	};

	return mark_numbers(mark_settings(o) + MARK_START, figures,
			    ARRAY_SIZE(figures));
}

static u64 mark_unable(const struct object *o)
{
	return config_of(o)->given ? out_of(o)->unable : 0;
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define ANYBODY	SD_BUS_VTABLE_UNPRIVILEGED

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("SetContract", SD_BUS_ARGS("d", power),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetFeedIn", SD_BUS_ARGS("d", power),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetRule", SD_BUS_ARGS("u", number, "a{ss}", settings),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("RemoveRule", SD_BUS_ARGS("u", number),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("EnableRules", SD_BUS_ARGS("b", enabled),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("EnableOutputs", SD_BUS_ARGS("b", enabled),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Reset", SD_BUS_ARGS("s", section),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Claim", SD_BUS_ARGS("s", user),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("AddAdministrator", SD_BUS_ARGS("s", user),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("RemoveAdministrator", SD_BUS_ARGS("s", user),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Feed", SD_BUS_ARGS("a{sv}", values),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_PROPERTY("Configured", "b", get, 0, CHANGES),
	SD_BUS_PROPERTY("Plant", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Flow", "a{sd}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Mode", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Battery", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Grid", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Production", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Contract", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("FeedIn", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("EPS", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("DemandResponse", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Rules", "aa{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("RulesEnabled", "b", get, 0, CHANGES),
	SD_BUS_PROPERTY("Energy", "a{sa{st}}", get, 0, 0),
	SD_BUS_PROPERTY("Gaps", "a{sa{st}}", get, 0, 0),
	SD_BUS_PROPERTY("Unable", "as", get, 0, CHANGES),
	SD_BUS_PROPERTY("Owner", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Administrators", "as", get, 0, CHANGES),
	SD_BUS_PROPERTY("Set", "a{sa{ss}}", get, 0, CHANGES),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Configured", mark_settings },
	{ "Plant", mark_plant },
	{ "Flow", mark_flow },
	{ "Mode", mark_mode },
	{ "Battery", mark_battery },
	{ "Grid", mark_grid },
	{ "Production", mark_production },
	{ "Contract", mark_settings },
	{ "FeedIn", mark_settings },
	{ "EPS", mark_eps },
	{ "DemandResponse", mark_demand_response },
	{ "Rules", mark_settings },
	{ "RulesEnabled", mark_settings },
	{ "Unable", mark_unable },
	{ "Owner", mark_settings },
	{ "Administrators", mark_settings },
	{ "Set", mark_settings },
	{ NULL, NULL }
};

static void path_of(const struct object *o, char *path)
{
	(void)o;
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/site");
}

static unsigned int count(const struct bus_setup *setup)
{
	(void)setup;

	return 1;
}

const struct object_kind object_site = {
	"org.cellar1.Site", vtable, properties, object_site_verbs, path_of, count, NULL
};
