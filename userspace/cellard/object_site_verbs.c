// SPDX-License-Identifier: GPL-2.0-only
/*
 * What people change of the house: each is a setting in the words of cellard.conf(5), which
 * stands on top of the files until it is reset.
 */
#include "object_site.h"

#define PAIRS_MAX	16
#define ERROR_CLAIMED	"org.cellar1.Error.Claimed"

/* Watts as text; false: it is no power. A NaN is neither more nor less than anything. */
static bool power_text(double watts, char text[16])
{
	if (watts == __builtin_inf()) {
		snprintf(text, 16, "none");
		return true;
	}
	if (!(watts >= 0 && watts <= SITE_POWER_MAX_W))
		return false;
	snprintf(text, 16, "%u", (u32)watts);

	return true;
}

static int set(struct object *o, sd_bus_message *call, const struct house_pair *pairs,
	       unsigned int n, sd_bus_error *error)
{
	char why[HOUSE_WHY_SIZE];
	int r;

	r = house_set(object_house(o), pairs, n, why);

	return object_was_set(o, call, r, why, error);
}

static int set_power(struct object *o, sd_bus_message *call, const char *key,
		     sd_bus_error *error)
{
	struct house_pair pair = { "site", key, NULL };
	char text[16];
	double watts;
	int r;

	r = sd_bus_message_read_basic(call, 'd', &watts);
	if (r < 0)
		return r;
	if (!power_text(watts, text))
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "%s of %g W: must be 0 to %d W, or infinity for none", key,
					 watts, SITE_POWER_MAX_W);
	pair.value = text;

	return set(o, call, &pair, 1, error);
}

static int set_contract(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	return set_power(o, call, "contract_w", error);
}

static int set_feed_in(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	return set_power(o, call, "feed_in_w", error);
}

static int set_rule(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	struct house_pair pairs[PAIRS_MAX];
	char section[24];
	u32 number;
	int r;

	r = sd_bus_message_read_basic(call, 'u', &number);
	if (r < 0)
		return r;
	snprintf(section, sizeof(section), "rule %u", number);
	r = object_read_pairs(call, section, pairs, PAIRS_MAX, error);
	if (r < 0)
		return r;
	if (!r)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"no setting: a rule must have at least its power_w");

	return set(o, call, pairs, (unsigned int)r, error);
}

static int remove_rule(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	char why[HOUSE_WHY_SIZE];
	u32 number;
	int r;

	r = sd_bus_message_read_basic(call, 'u', &number);
	if (r < 0)
		return r;

	r = house_drop_rule(object_house(o), object_files(o), number, why);

	return object_was_set(o, call, r, why, error);
}

static int enable_rules(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	struct house_pair pair = { "site", "timed_charge", NULL };
	int r, enabled;

	r = sd_bus_message_read_basic(call, 'b', &enabled);
	if (r < 0)
		return r;
	pair.value = enabled ? "yes" : "no";

	return set(o, call, &pair, 1, error);
}

static int enable_outputs(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	const struct site_config *site = &object_house(o)->config->house.site;
	char sections[SITE_OUTPUTS_MAX][CONFIG_NAME_SIZE + 8];
	struct house_pair pairs[SITE_OUTPUTS_MAX];
	int r, enabled;

	r = sd_bus_message_read_basic(call, 'b', &enabled);
	if (r < 0)
		return r;

	for (unsigned int i = 0; i < site->outputs; i++) {
		snprintf(sections[i], sizeof(sections[i]), "output %s", site->output[i].name);
		pairs[i] = (struct house_pair){ sections[i], "enabled", enabled ? "yes" : "no" };
	}

	return set(o, call, pairs, site->outputs, error);
}

static int reset(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	const char *section;
	int r;

	r = sd_bus_message_read_basic(call, 's', &section);
	if (r < 0)
		return r;

	r = house_reset(object_house(o), object_files(o), section);
	if (r == -ENOENT)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "nothing was set%s%s", *section ? " of " : "", section);

	return r < 0 ? r : object_done(o, call);
}

static int no_user(sd_bus_error *error, const char *name)
{
	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
				 "no user \"%s\": must be one in " USERS_FILE, name);
}

/* Who may write the list of users may say whose the plant is. */
static int claim(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	struct roles *roles = &object_house(o)->roles;
	u32 uid = bus_caller(o->bus);
	const char *name;
	int r;

	r = sd_bus_message_read_basic(call, 's', &name);
	if (r < 0)
		return r;
	if (*name && uid)
		return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED,
					"only root claims for others");

	r = *name ? users_by_name(roles->users, name, &uid) : 0;
	if (!r)
		r = roles_claim(roles, uid);
	if (r == -EEXIST)
		return sd_bus_error_setf(error, ERROR_CLAIMED, "the plant belongs to %s",
					 roles->owner.name);
	if (r == -ENOENT)
		return no_user(error, name);
	if (r < 0)
		return r;

	object_house(o)->changes++;

	return object_done(o, call);
}

static int add_administrator(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	const char *name;
	int r;

	r = sd_bus_message_read_basic(call, 's', &name);
	if (r < 0)
		return r;

	r = roles_add(&object_house(o)->roles, name);
	if (r == -ENOENT)
		return no_user(error, name);
	if (r == -EEXIST)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "%s is an administrator already", name);
	if (r == -ENOSPC)
		return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					 "there are %d administrators: one must go first",
					 ROLES_ADMINISTRATORS_MAX);
	if (r < 0)
		return r;

	object_house(o)->changes++;

	return object_done(o, call);
}

static int remove_administrator(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	const char *name;
	int r;

	r = sd_bus_message_read_basic(call, 's', &name);
	if (r < 0)
		return r;

	if (roles_remove(&object_house(o)->roles, name))
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "%s is no administrator", name);
	object_house(o)->changes++;

	return object_done(o, call);
}

const struct object_verb object_site_verbs[] = {
	{ "SetContract", ROLES_CHANGE_POWER, set_contract },
	{ "SetFeedIn", ROLES_CHANGE_POWER, set_feed_in },
	{ "SetRule", ROLES_CONTROL_BATTERY, set_rule },
	{ "RemoveRule", ROLES_CONTROL_BATTERY, remove_rule },
	{ "EnableRules", ROLES_CONTROL_BATTERY, enable_rules },
	{ "EnableOutputs", ROLES_MANAGE_OUTPUTS, enable_outputs },
	{ "Reset", ROLES_ADD_DEVICES, reset },
	{ "Claim", ROLES_CLAIM, claim },
	{ "AddAdministrator", ROLES_CHOOSE_ADMINISTRATORS, add_administrator },
	{ "RemoveAdministrator", ROLES_CHOOSE_ADMINISTRATORS, remove_administrator },
	{ "Feed", ROLES_ADD_DEVICES, object_site_feed },
	{ NULL, NULL, NULL }
};
