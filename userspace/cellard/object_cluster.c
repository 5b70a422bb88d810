// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Cluster: the packs as one battery, its limits with every term, its advice.
 */
#include "object.h"

#include "roles.h"

static const char *const stage_words[] = {
	[LIMITS_BULK] = "bulk",
	[LIMITS_ABSORPTION] = "absorption",
	[LIMITS_FLOAT] = "float",
};

static void path_of(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/cluster/%s", o->cluster->name);
}

static const struct limits_out *limits_of(const struct object *o)
{
	return &o->cluster->told;
}

static int get_name(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *user, sd_bus_error *error)
{
	const struct object *o = user;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's', o->cluster->name);
}

static int get_reading(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *user,
		       sd_bus_error *error)
{
	const struct object *o = user;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return values_reading(reply, &o->cluster->cluster->out.sum);
}

static u64 mark_reading(const struct object *o)
{
	return values_mark_reading(MARK_START, &o->cluster->cluster->out.sum);
}

/* Terms that say nothing are absent. */
static int put_limit(sd_bus_message *m, const char *key, const struct limit *limit)
{
	unsigned int i;
	int r;

	r = sd_bus_message_open_container(m, 'e', "s(dsba{sd})");
	if (r >= 0)
		r = sd_bus_message_append_basic(m, 's', key);
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'r', "dsba{sd}");
	if (r >= 0)
		r = sd_bus_message_append(m, "dsb", limit->value / 1e3,
					  limits_term_word(limit->winner), (int)limit->rising);
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'a', "{sd}");
	for (i = 0; r >= 0 && i < LIMITS_TERMS; i++)
		if (limit->term[i] != LIMITS_NONE)
			r = sd_bus_message_append(m, "{sd}", limits_term_word(i),
						  limit->term[i] / 1e3);
	for (i = 0; r >= 0 && i < 3; i++)
		r = sd_bus_message_close_container(m);

	return r;
}

static int get_limits(sd_bus *bus, const char *path, const char *interface,
		      const char *property, sd_bus_message *reply, void *user,
		      sd_bus_error *error)
{
	const struct limits_out *out = limits_of(user);
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "{s(dsba{sd})}");
	if (r >= 0)
		r = put_limit(reply, "ChargeCurrent", &out->current[CORE_CHARGE]);
	if (r >= 0)
		r = put_limit(reply, "DischargeCurrent", &out->current[CORE_DISCHARGE]);
	if (r >= 0 && out->known && out->charge_voltage.value != LIMITS_NONE)
		r = put_limit(reply, "ChargeVoltage", &out->charge_voltage);
	if (r >= 0 && out->known && out->discharge_voltage.value != LIMITS_NONE)
		r = put_limit(reply, "DischargeVoltage", &out->discharge_voltage);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_limit(u64 mark, const struct limit *limit)
{
	mark = mark_bytes(mark, &limit->value, sizeof(limit->value));
	mark = mark_bytes(mark, limit->term, sizeof(limit->term));
	mark = mark_bytes(mark, &limit->winner, sizeof(limit->winner));

	return mark_bytes(mark, &limit->rising, sizeof(limit->rising));
}

static u64 mark_limits(const struct object *o)
{
	const struct limits_out *out = limits_of(o);
	u64 mark = mark_bytes(MARK_START, &out->known, sizeof(out->known));

	mark = mark_limit(mark, &out->current[CORE_CHARGE]);
	mark = mark_limit(mark, &out->current[CORE_DISCHARGE]);
	mark = mark_limit(mark, &out->charge_voltage);

	return mark_limit(mark, &out->discharge_voltage);
}

static int get_stage(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's', stage_words[limits_of(user)->stage]);
}

static u64 mark_stage(const struct object *o)
{
	return mark_bytes(MARK_START, &limits_of(o)->stage, sizeof(limits_of(o)->stage));
}

/* What holds now, as words: of an inverter, and of the cut-offs. */
static const struct {
	const char *word;
	size_t offset;
} flags[] = {
	{ "force-charge", offsetof(struct limits_out, force_charge) },
	{ "full-charge-request", offsetof(struct limits_out, full_charge_request) },
	{ "low-voltage", offsetof(struct limits_out, low_voltage) },
	{ "low-soc", offsetof(struct limits_out, low_soc) },
	{ "below-floor", offsetof(struct limits_out, below_floor) },
};

static bool flag_of(const struct limits_out *out, size_t i)
{
	return *(const bool *)((const char *)out + flags[i].offset);
}

static int get_flags(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "s");
	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(flags); i++)
		if (flag_of(limits_of(user), i))
			r = sd_bus_message_append_basic(reply, 's', flags[i].word);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_flags(const struct object *o)
{
	u64 mark = MARK_START;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		bool flag = flag_of(limits_of(o), i);

		mark = mark_bytes(mark, &flag, sizeof(flag));
	}

	return mark;
}

static int get_members(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *user,
		       sd_bus_error *error)
{
	const struct plant_cluster *c = ((const struct object *)user)->cluster;
	char member[OBJECT_PATH_SIZE];
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "o");
	for (unsigned int i = 0; r >= 0 && i < c->used; i++) {
		if (c->cluster->pack[i].state != CLUSTER_MEMBER)
			continue;
		object_pack_path(c, i, member);
		r = sd_bus_message_append_basic(reply, 'o', member);
	}

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_members(const struct object *o)
{
	const struct plant_cluster *c = o->cluster;
	u64 mark = mark_bytes(MARK_START, &c->named, sizeof(c->named));

	for (unsigned int i = 0; i < c->used; i++)
		if (c->cluster->pack[i].state == CLUSTER_MEMBER)
			mark = mark_bytes(mark, &i, sizeof(i));

	return mark;
}

static int put_advice(sd_bus_message *m, const struct advice_item *item)
{
	char words[ADVICE_WORDS_SIZE];
	int r;

	advice_words(item, words, sizeof(words));
	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0)
		r = values_entry(m, "Code", "s", advice_code_word(item->code));
	if (r >= 0)
		r = values_entry(m, "Words", "s", words);
	if (r >= 0 && item->name[0])
		r = values_entry(m, "Supply", "s", item->name);
	if (r >= 0 && item->key[0])
		r = values_entry(m, "Pack", "s", item->key);
	if (r >= 0 && item->since)
		r = values_entry(m, "Since", "x", item->since);
	if (r >= 0 && item->deadline)
		r = values_entry(m, "Deadline", "x", item->deadline);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int get_advice(sd_bus *bus, const char *path, const char *interface,
		      const char *property, sd_bus_message *reply, void *user,
		      sd_bus_error *error)
{
	const struct object *o = user;
	struct advice_item item;
	unsigned int cursor = 0;
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "a{sv}");
	while (r >= 0 && advice_next(o->cluster->advice, &cursor, &item))
		r = put_advice(reply, &item);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_advice(const struct object *o)
{
	return o->cluster->advice->changes;
}

static const char *const asked_keys[CORE_WAYS] = {
	[CORE_CHARGE] = "ChargeCurrent", [CORE_DISCHARGE] = "DischargeCurrent",
};

static int get_asked(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	const struct plant_asked *asked = &((const struct object *)user)->cluster->asked;
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "{sv}");
	if (r >= 0 && asked->full_charge)
		r = values_entry(reply, "FullCharge", "b", 1);
	for (unsigned int way = 0; r >= 0 && way < CORE_WAYS; way++)
		if (asked->ma[way] != LIMITS_NONE)
			r = values_entry(reply, asked_keys[way], "d", asked->ma[way] / 1e3);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static u64 mark_asked(const struct object *o)
{
	const struct plant_asked *asked = &o->cluster->asked;
	u64 mark = mark_bytes(MARK_START, &asked->full_charge, sizeof(asked->full_charge));

	return mark_bytes(mark, asked->ma, sizeof(asked->ma));
}

/* The plant's own, which may be changed. */
static struct plant_cluster *cluster_of(const struct object *o)
{
	struct plant_cluster *c = bus_setup_of(o->bus)->plant->clusters;

	while (c != o->cluster)
		c = c->next;

	return c;
}

static int done(struct object *o, sd_bus_message *call)
{
	const struct bus_setup *setup = bus_setup_of(o->bus);

	setup->decided(setup->user);

	return sd_bus_reply_method_return(call, NULL);
}

static int request_full_charge(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	int r, wanted;

	(void)error;
	r = sd_bus_message_read_basic(call, 'b', &wanted);
	if (r < 0)
		return r;

	plant_ask_full_charge(cluster_of(o), wanted);

	return done(o, call);
}

/* A NaN is neither more nor less than anything. */
static bool is_current(double amperes, u32 highest_ma)
{
	return amperes >= 0 && amperes <= highest_ma / 1e3;
}

static int set_limits(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	struct plant_cluster *c = cluster_of(o);
	double amperes[CORE_WAYS];
	u32 ma[CORE_WAYS], highest;
	int r;

	r = sd_bus_message_read(call, "dd", &amperes[CORE_CHARGE], &amperes[CORE_DISCHARGE]);
	if (r < 0)
		return r;

	for (unsigned int way = 0; way < CORE_WAYS; way++) {
		highest = plant_highest_ma(c, way);
		if (!is_current(amperes[way], highest))
			return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
						 "%s of %g A: must be 0 to %g A",
						 asked_keys[way], amperes[way], highest / 1e3);
		ma[way] = (u32)(amperes[way] * 1e3);
	}
	r = plant_ask_limits(c, ma);

	return r < 0 ? r : done(o, call);
}

static int clear_limits(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	static const u32 none[CORE_WAYS] = { LIMITS_NONE, LIMITS_NONE };
	int r;

	(void)error;
	r = plant_ask_limits(cluster_of(o), none);

	return r < 0 ? r : done(o, call);
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define ANYBODY	SD_BUS_VTABLE_UNPRIVILEGED

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("RequestFullCharge", SD_BUS_ARGS("b", wanted),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetLimits", SD_BUS_ARGS("d", charge, "d", discharge),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("ClearLimits", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT,
				object_verb_called, ANYBODY),
	SD_BUS_PROPERTY("Name", "s", get_name, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Reading", "a{sv}", get_reading, 0, CHANGES),
	SD_BUS_PROPERTY("Limits", "a{s(dsba{sd})}", get_limits, 0, CHANGES),
	SD_BUS_PROPERTY("Stage", "s", get_stage, 0, CHANGES),
	SD_BUS_PROPERTY("Flags", "as", get_flags, 0, CHANGES),
	SD_BUS_PROPERTY("Members", "ao", get_members, 0, CHANGES),
	SD_BUS_PROPERTY("Advice", "aa{sv}", get_advice, 0, CHANGES),
	SD_BUS_PROPERTY("Asked", "a{sv}", get_asked, 0, CHANGES),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Reading", mark_reading },
	{ "Limits", mark_limits },
	{ "Stage", mark_stage },
	{ "Flags", mark_flags },
	{ "Members", mark_members },
	{ "Advice", mark_advice },
	{ "Asked", mark_asked },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ "RequestFullCharge", ROLES_CONTROL_BATTERY, request_full_charge },
	{ "SetLimits", ROLES_CHANGE_POWER, set_limits },
	{ "ClearLimits", ROLES_CHANGE_POWER, clear_limits },
	{ NULL, NULL, NULL }
};

const struct object_kind object_cluster = {
	"org.cellar1.Cluster", vtable, properties, verbs, path_of, NULL, NULL
};
