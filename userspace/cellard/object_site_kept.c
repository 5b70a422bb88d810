// SPDX-License-Identifier: GPL-2.0-only
/*
 * What org.cellar1.Site shows of what is kept: rules, energies, who may, and what people
 * have set.
 */
#include "object_site.h"

#include "wishes.h"

static const char *const period_keys[ENERGY_PERIODS] = {
	[ENERGY_TODAY] = "Today", [ENERGY_WEEK] = "Week", [ENERGY_MONTH] = "Month",
	[ENERGY_YEAR] = "Year", [ENERGY_LIFE] = "Life",
};

static const char *const energy_keys[ENERGY_KINDS] = {
	[ENERGY_PV] = "PV", [ENERGY_SELF_CONSUMED] = "SelfConsumed", [ENERGY_EXPORT] = "Export",
	[ENERGY_CONSUMED] = "Consumed", [ENERGY_IMPORT] = "Import",
	[ENERGY_CHARGED] = "Charged", [ENERGY_DISCHARGED] = "Discharged",
	[ENERGY_CARS] = "Cars",
};

static int close_container(sd_bus_message *m, int r)
{
	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_rule(sd_bus_message *m, unsigned int number, const struct site_rule *rule)
{
	char hours[16], days[16];
	int r;

	snprintf(hours, sizeof(hours), "%02u:%02u-%02u:%02u", rule->from_min / 60,
		 rule->from_min % 60, rule->to_min / 60, rule->to_min % 60);
	snprintf(days, sizeof(days), "%02u/%02u-%02u/%02u", rule->from_day / 100,
		 rule->from_day % 100, rule->to_day / 100, rule->to_day % 100);
	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0)
		r = values_entry(m, "Number", "u", number);
	if (r >= 0)
		r = values_entry(m, "Enabled", "b", (int)rule->enabled);
	if (r >= 0)
		r = values_entry(m, "Hours", "s", hours);
	if (r >= 0)
		r = values_entry(m, "Target", "d", (double)rule->target_percent);
	if (r >= 0)
		r = values_entry(m, "Power", "d", (double)rule->power_w);
	if (r >= 0 && rule->from_day)
		r = values_entry(m, "Days", "s", days);
	if (r >= 0)
		r = values_entry(m, "Weekdays", "u", (u32)rule->weekdays);

	return close_container(m, r);
}

int object_site_put_rules(sd_bus_message *m, const struct object *o)
{
	const struct config *config = object_house(o)->config;
	int r = sd_bus_message_open_container(m, 'a', "a{sv}");

	for (unsigned int i = 0; r >= 0 && i < SITE_RULES_MAX; i++)
		if (config->rule[i].given)
			r = put_rule(m, i, &config->rule[i].site);

	return close_container(m, r);
}

int object_site_put_rules_enabled(sd_bus_message *m, const struct object *o)
{
	int enabled = object_house(o)->config->house.site.timed_charge;

	return sd_bus_message_append_basic(m, 'b', &enabled);
}

static int put_energies(sd_bus_message *m, const struct object *o, bool gaps)
{
	const struct energy *energy = &object_house(o)->state.energy;
	int r = sd_bus_message_open_container(m, 'a', "{sa{st}}");

	for (unsigned int p = energy->begun ? 0 : ENERGY_LIFE; r >= 0 && p < ENERGY_PERIODS; p++) {
		const struct energy_sum *sum = &energy->sum[p];

		r = sd_bus_message_open_container(m, 'e', "sa{st}");
		if (r >= 0)
			r = sd_bus_message_append_basic(m, 's', period_keys[p]);
		if (r >= 0)
			r = sd_bus_message_open_container(m, 'a', "{st}");
		for (unsigned int k = 0; r >= 0 && k < ENERGY_KINDS; k++)
			if (!gaps || sum->gap_ms[k])
				r = sd_bus_message_append(m, "{st}", energy_keys[k], gaps ?
							  sum->gap_ms[k] / 1000 :
							  energy_wh(sum->mj[k]));
		if (r >= 0)
			r = sd_bus_message_close_container(m);
		r = close_container(m, r);
	}

	return close_container(m, r);
}

int object_site_put_energy(sd_bus_message *m, const struct object *o)
{
	return put_energies(m, o, false);
}

int object_site_put_gaps(sd_bus_message *m, const struct object *o)
{
	return put_energies(m, o, true);
}

int object_site_put_owner(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', object_house(o)->roles.owner.name);
}

int object_site_put_administrators(sd_bus_message *m, const struct object *o)
{
	const struct roles *roles = &object_house(o)->roles;
	int r = sd_bus_message_open_container(m, 'a', "s");

	for (unsigned int i = 0; r >= 0 && i < roles->administrators; i++)
		r = sd_bus_message_append_basic(m, 's', roles->administrator[i].name);

	return close_container(m, r);
}

static int put_section(sd_bus_message *m, const char *section, json_t *keys)
{
	const char *key;
	json_t *value;
	int r;

	r = sd_bus_message_open_container(m, 'e', "sa{ss}");
	if (r >= 0)
		r = sd_bus_message_append_basic(m, 's', section);
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'a', "{ss}");
	json_object_foreach(keys, key, value)
		if (r >= 0)
			r = sd_bus_message_append(m, "{ss}", key, json_string_value(value));
	if (r >= 0)
		r = sd_bus_message_close_container(m);

	return close_container(m, r);
}

int object_site_put_set(sd_bus_message *m, const struct object *o)
{
	json_t *set = wishes_write(object_house(o)->wishes), *keys;
	const char *section;
	int r;

	if (!set)
		return -ENOMEM;

	r = sd_bus_message_open_container(m, 'a', "{sa{ss}}");
	json_object_foreach(set, section, keys)
		if (r >= 0)
			r = put_section(m, section, keys);
	json_decref(set);

	return close_container(m, r);
}
