// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Manager: the daemon itself, what has happened, and what may be decided of a
 * pack that has no object because it is only remembered.
 */
#include "object.h"

#include "history_bus.h"
#include "roles.h"
#include "settings.h"

#define ERROR_CONFIGURATION	"org.cellar1.Error.Configuration"

static int get_version(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *user,
		       sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)user, (void)error;

	return sd_bus_message_append_basic(reply, 's', CELLAR_VERSION);
}

static bool has_member(const struct object *o)
{
	const struct plant_cluster *c;

	for (c = bus_setup_of(o->bus)->plant->clusters; c; c = c->next)
		if (c->cluster->out.members)
			return true;

	return false;
}

static int get_state(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *user, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append_basic(reply, 's', has_member(user) ? "running" : "waiting");
}

static u64 mark_state(const struct object *o)
{
	return has_member(o);
}

static int get_configuration(sd_bus *bus, const char *path, const char *interface,
			     const char *property, sd_bus_message *reply, void *user,
			     sd_bus_error *error)
{
	const struct settings *s = bus_setup_of(((const struct object *)user)->bus)->settings;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;

	return sd_bus_message_append(reply, "(sxs)", s->path, s->taken_s, s->wrong);
}

static u64 mark_configuration(const struct object *o)
{
	const struct settings *s = bus_setup_of(o->bus)->settings;

	return mark_text(mark_bytes(MARK_START, &s->taken_s, sizeof(s->taken_s)),
				s->wrong);
}

static int put_events(sd_bus_message *reply, const struct events *events, u64 from)
{
	const struct event *e;
	int r;

	r = sd_bus_message_open_container(reply, 'a', "(txsss)");
	for (; r >= 0 && (e = events_from(events, from)); from = e->sequence + 1)
		r = sd_bus_message_append(reply, "(txsss)", e->sequence, e->wall_s, e->code,
					  e->subject, e->words);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_events(sd_bus_message *call, void *user, sd_bus_error *error)
{
	const struct object *o = user;
	sd_bus_message *reply = NULL;
	u64 from;
	int r;

	(void)error;
	r = sd_bus_message_read_basic(call, 't', &from);
	if (r >= 0)
		r = sd_bus_message_new_method_return(call, &reply);
	if (r >= 0)
		r = put_events(reply, bus_setup_of(o->bus)->plant->events, from);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);

	return r;
}

static int get_history(sd_bus_message *call, void *user, sd_bus_error *error)
{
	const struct object *o = user;

	return history_bus_get(bus_setup_of(o->bus)->history, call, error);
}

static int reload(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	const struct bus_setup *setup = bus_setup_of(o->bus);
	int r;

	r = setup->reload(setup->user);
	if (r == -EINVAL)
		return sd_bus_error_set(error, ERROR_CONFIGURATION, setup->settings->wrong);

	return r < 0 ? r : sd_bus_reply_method_return(call, NULL);
}

static int forget_pack(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	const char *key;
	int r;

	r = sd_bus_message_read_basic(call, 's', &key);
	if (r < 0)
		return r;

	return object_decided(o, call, key, plant_forget(bus_setup_of(o->bus)->plant, key),
			      error);
}

static int set_pack_connected(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	const char *key;
	int r, connected;

	r = sd_bus_message_read(call, "sb", &key, &connected);
	if (r < 0)
		return r;

	r = plant_set_disconnected(bus_setup_of(o->bus)->plant, key, !connected);

	return object_decided(o, call, key, r, error);
}

static int set_pack_member(struct object *o, sd_bus_message *call, sd_bus_error *error)
{
	const char *key;
	int r, member;

	r = sd_bus_message_read(call, "sb", &key, &member);
	if (r < 0)
		return r;

	return object_decided(o, call, key, plant_set_out(bus_setup_of(o->bus)->plant, key,
							  !member), error);
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define ANYBODY	SD_BUS_VTABLE_UNPRIVILEGED

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("GetEvents", SD_BUS_ARGS("t", from),
				SD_BUS_RESULT("a(txsss)", events), get_events, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetHistory", SD_BUS_ARGS("s", table, "x", from, "x", to,
							  "u", step),
				SD_BUS_RESULT("aa{sv}", rows, "x", next), get_history, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, object_verb_called,
				ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetPackMember", SD_BUS_ARGS("s", pack, "b", member),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetPackConnected", SD_BUS_ARGS("s", pack, "b", connected),
				SD_BUS_NO_RESULT, object_verb_called, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("ForgetPack", SD_BUS_ARGS("s", pack), SD_BUS_NO_RESULT,
				object_verb_called, ANYBODY),
	SD_BUS_SIGNAL_WITH_ARGS("EventAdded", SD_BUS_ARGS("t", sequence, "x", time, "s", code,
							  "s", subject, "s", words), 0),
	SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("State", "s", get_state, 0, CHANGES),
	SD_BUS_PROPERTY("Configuration", "(sxs)", get_configuration, 0, CHANGES),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "State", mark_state },
	{ "Configuration", mark_configuration },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ "Reload", ROLES_ADD_DEVICES, reload },
	{ "SetPackMember", ROLES_CONTROL_BATTERY, set_pack_member },
	{ "SetPackConnected", ROLES_CONTROL_BATTERY, set_pack_connected },
	{ "ForgetPack", ROLES_CONTROL_BATTERY, forget_pack },
	{ NULL, NULL, NULL }
};

static void path_of(const struct object *o, char *path)
{
	(void)o;
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT);
}

const struct object_kind object_manager = {
	"org.cellar1.Manager", vtable, properties, verbs, path_of, NULL, NULL
};
