// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection, its loss and its return, which objects there are, and the way of a
 * verb: from its caller by polkit to the object.
 */
#include "bus.h"

#include "../io/boot_clock.h"
#include "house.h"
#include "object.h"
#include "polkit.h"

#include <stdlib.h>

#define BUS_NAME	"org.cellar1"

/* A queue is not a name: RequestName's answers (D-Bus specification) */
#define PRIMARY_OWNER	1u
#define ALREADY_OWNER	4u

/*
 * @bus: NULL while there is none
 * @caller: the user of whom a verb runs
 */
struct bus {
	const struct bus_setup *setup;
	sd_event *event;
	sd_event_source *retry;
	sd_bus *bus;
	sd_bus_slot *manager_objects, *lost;
	struct polkit *polkit;
	struct object manager;
	struct object *objects;
	u32 caller;
	bool settled, away;
};

const struct bus_setup *bus_setup_of(const struct bus *bus)
{
	return bus->setup;
}

static void object_remove(struct bus *bus, struct object **at)
{
	struct object *o = *at;

	*at = o->next;
	sd_bus_emit_object_removed(bus->bus, o->path);
	sd_bus_slot_unref(o->slot);
	free(o);
}

static int object_show(struct object *o)
{
	for (size_t i = 0; o->kind->properties[i].name; i++)
		o->mark[i] = o->kind->properties[i].mark(o);

	return sd_bus_add_object_vtable(o->bus->bus, &o->slot, o->path, o->kind->interface,
					o->kind->vtable, o);
}

static int object_add(struct bus *bus, struct object **at, const struct object *as)
{
	struct object *o;
	int r;

	o = calloc(1, sizeof(*o));
	if (!o)
		return -ENOMEM;

	*o = *as;
	r = object_show(o);
	if (r < 0) {
		free(o);
		return r;
	}
	o->next = *at;
	*at = o;

	return sd_bus_emit_object_added(bus->bus, o->path);
}

static int object_say_changes(struct bus *bus, struct object *o, u64 now_ms)
{
	const char *names[OBJECT_PROPERTIES_MAX + 1];

	if (!object_changes(o, names, now_ms))
		return 0;

	return sd_bus_emit_properties_changed_strv(bus->bus, o->path, o->kind->interface,
						   (char **)names);
}

/*
 * Where the object @as is, or @from where it would be. Objects stand in the order in which
 * they are published: the next one is nearly always at @from.
 */
static struct object **object_find(struct bus *bus, struct object **from, const struct object *as)
{
	struct object **at = from, *o;

	for (unsigned int rounds = 2; rounds--; at = &bus->objects)
		for (; (o = *at); at = &o->next)
			if (o->cluster == as->cluster && o->kind == as->kind &&
			    o->index == as->index)
				return at;

	return from;
}

/*
 * The object at *@at, or after it, must be @as; *@at is then what follows it. A pack whose
 * path has changed, because it has said its serial number by now, is another object. What
 * has had no turn since is as it was.
 */
static int object_keep(struct bus *bus, struct object ***at, struct object *as, u64 now_ms)
{
	struct object **found = object_find(bus, *at, as), *o = *found;
	bool is_pack = as->kind == &object_pack, known;
	int r = 0;

	known = o && o->cluster == as->cluster && o->kind == as->kind && o->index == as->index;
	if (!known || (is_pack && o->named != as->named)) {
		as->kind->path(as, as->path);
		if (known && strcmp(o->path, as->path)) {
			object_remove(bus, found);
			known = false;
		}
	}
	if (!known)
		r = object_add(bus, found, as);
	else if (!is_pack || o->turn != as->turn)
		r = object_say_changes(bus, o, now_ms);
	if (r < 0)
		return r;

	o = *found;
	o->named = as->named;
	o->turn = as->turn;
	*at = &o->next;

	return 0;
}

/* Kinds that belong to no cluster. */
static const struct object_kind *const others[] = {
	&object_inverter, &object_meter, &object_hybrid, &object_site, &object_charger, &object_output,
	&object_contact, &object_sensor,
};

static int publish(struct bus *bus)
{
	struct object **at = &bus->objects;
	const struct plant_cluster *c;
	u64 now_ms = boot_clock_ms();
	int r;

	r = object_say_changes(bus, &bus->manager, now_ms);
	for (c = bus->setup->plant->clusters; r >= 0 && c; c = c->next) {
		struct object as = {
			.bus = bus, .cluster = c, .kind = &object_cluster, .named = c->named,
		};

		r = object_keep(bus, &at, &as, now_ms);
		as.kind = &object_pack;
		for (as.index = 0; r >= 0 && as.index < c->used; as.index++) {
			as.turn = c->turn[as.index];
			r = object_keep(bus, &at, &as, now_ms);
		}
	}
	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(others); i++) {
		struct object as = { .bus = bus, .kind = others[i] };

		for (; r >= 0 && as.index < others[i]->count(bus->setup); as.index++)
			r = object_keep(bus, &at, &as, now_ms);
	}

	return r;
}

static bool takes_messages(const struct bus *bus)
{
	u64 queued;

	return bus->bus && sd_bus_is_open(bus->bus) > 0 &&
	       sd_bus_get_n_queued_write(bus->bus, &queued) >= 0 && queued < BUS_QUEUE_MAX;
}

void bus_publish(struct bus *bus)
{
	int r;

	if (!takes_messages(bus))
		return;

	r = publish(bus);
	if (r < 0)
		events_add(bus->setup->plant->events, "bus-error", "",
			   "something cannot be said on the system bus: %s", strerror(-r));
}

void bus_cluster_goes(struct bus *bus, const struct plant_cluster *cluster)
{
	struct object **at = &bus->objects;

	while (*at) {
		if ((*at)->cluster == cluster)
			object_remove(bus, at);
		else
			at = &(*at)->next;
	}
}

void bus_names_change(struct bus *bus)
{
	struct object **at = &bus->objects, *o;
	char path[OBJECT_PATH_SIZE];
	bool stays;

	while ((o = *at)) {
		stays = !o->kind->count || o->index < o->kind->count(bus->setup);
		if (stays && o->kind->count) {
			o->kind->path(o, path);
			stays = !strcmp(o->path, path);
		}
		if (stays)
			at = &o->next;
		else
			object_remove(bus, at);
	}
}

void bus_say_event(struct bus *bus, const struct event *event)
{
	if (bus && takes_messages(bus))
		sd_bus_emit_signal(bus->bus, OBJECT_ROOT, object_manager.interface, "EventAdded",
				   "txsss", event->sequence, event->wall_s, event->code,
				   event->subject, event->words);
}

static const struct object_verb *verb_of(const struct object *o, sd_bus_message *call)
{
	const struct object_verb *verb;

	for (verb = o->kind->verbs; verb->name; verb++)
		if (!strcmp(verb->name, sd_bus_message_get_member(call)))
			return verb;

	return NULL;
}

int object_verb_called(sd_bus_message *call, void *user, sd_bus_error *error)
{
	struct object *o = user;

	return polkit_ask(o->bus->polkit, call, verb_of(o, call)->action, error);
}

/* The object may have gone while somebody typed a password. */
static int run_verb(void *user, sd_bus_message *call, u32 uid, sd_bus_error *error)
{
	const char *path = sd_bus_message_get_path(call);
	const struct object_verb *verb = NULL;
	struct bus *bus = user;
	struct object *o;

	bus->caller = uid;
	if (!strcmp(path, bus->manager.path))
		return verb_of(&bus->manager, call)->run(&bus->manager, call, error);

	for (o = bus->objects; o; o = o->next) {
		if (strcmp(o->path, path) != 0)
			continue;
		verb = verb_of(o, call);
		if (verb)
			return verb->run(o, call, error);
	}

	return sd_bus_error_setf(error, SD_BUS_ERROR_UNKNOWN_OBJECT, "%s has gone", path);
}

static enum roles_word may(void *user, u32 uid, const char *action)
{
	const struct bus *bus = user;

	return roles_may(&bus->setup->house->roles, uid, action);
}

u32 bus_caller(const struct bus *bus)
{
	return bus->caller;
}

int object_decided(struct object *o, sd_bus_message *call, const char *key, int result,
		   sd_bus_error *error)
{
	const struct bus_setup *setup = o->bus->setup;

	if (result == -ENOENT)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "no pack \"%s\" is known", key);
	if (result == -EBUSY)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "the pack %s is here: only one that has gone can be forgotten",
					 key);
	if (result < 0)
		return result;

	setup->decided(setup->user);

	return sd_bus_reply_method_return(call, NULL);
}

static void drop(struct bus *bus)
{
	struct object *o;

	while ((o = bus->objects)) {
		bus->objects = o->next;
		sd_bus_slot_unref(o->slot);
		free(o);
	}
	bus->manager.slot = sd_bus_slot_unref(bus->manager.slot);
	bus->manager_objects = sd_bus_slot_unref(bus->manager_objects);
	bus->lost = sd_bus_slot_unref(bus->lost);
	polkit_free(bus->polkit);
	bus->polkit = NULL;
	bus->bus = sd_bus_close_unref(bus->bus);
}

static void settle(struct bus *bus, int error)
{
	if (!bus->settled)
		bus->setup->settled(bus->setup->user, error);
	bus->settled = true;
}

/* The bus can be left when nothing of it is on the stack: later. */
static int lose(struct bus *bus, int error)
{
	int r;

	if (!bus->away)
		events_add(bus->setup->plant->events, "bus-lost", "",
			   "the system bus has gone: %s; all else goes on", strerror(-error));
	bus->away = true;
	settle(bus, 0);
	r = sd_event_source_set_time_relative(bus->retry, BUS_RETRY_MS * 1000);

	return r < 0 ? r : sd_event_source_set_enabled(bus->retry, SD_EVENT_ONESHOT);
}

static int on_lost(sd_bus_message *signal, void *user, sd_bus_error *error)
{
	(void)signal, (void)error;

	return lose(user, -ECONNRESET);
}

static int on_name(sd_bus_message *answer, void *user, sd_bus_error *error)
{
	struct bus *bus = user;
	u32 result = 0;
	int r;

	(void)error;
	r = -sd_bus_message_get_errno(answer);
	if (!r)
		r = sd_bus_message_read_basic(answer, 'u', &result);
	if (r >= 0 && result != PRIMARY_OWNER && result != ALREADY_OWNER)
		r = -EEXIST;
	if (r < 0 && !bus->settled) {
		settle(bus, r);
		return 0;
	}
	if (r < 0)
		return lose(bus, r);

	if (bus->away)
		events_add(bus->setup->plant->events, "bus-back", "",
			   "the system bus is back, and " BUS_NAME " is ours again");
	bus->away = false;
	settle(bus, 0);

	return 0;
}

static int come(struct bus *bus)
{
	static const struct polkit_hooks hooks = { .may = may, .allowed = run_verb };
	int r;

	r = sd_bus_open_system(&bus->bus);
	if (r >= 0)
		r = sd_bus_match_signal(bus->bus, &bus->lost, "org.freedesktop.DBus.Local",
					"/org/freedesktop/DBus/Local",
					"org.freedesktop.DBus.Local", "Disconnected", on_lost,
					bus);
	if (r >= 0)
		r = polkit_new(&bus->polkit, bus->bus, &hooks, bus);
	if (r >= 0)
		r = sd_bus_add_object_manager(bus->bus, &bus->manager_objects, OBJECT_ROOT);
	if (r >= 0)
		r = object_show(&bus->manager);
	if (r >= 0)
		r = publish(bus);
	if (r >= 0)
		r = sd_bus_attach_event(bus->bus, bus->event, 0);
	if (r >= 0)
		r = sd_bus_request_name_async(bus->bus, NULL, BUS_NAME, 0, on_name, bus);

	return r < 0 ? r : 0;
}

static int on_retry(sd_event_source *source, u64 usec, void *user)
{
	struct bus *bus = user;
	int r;

	(void)source, (void)usec;
	drop(bus);
	r = come(bus);

	return r < 0 ? lose(bus, r) : 0;
}

int bus_new(struct bus **bus, sd_event *event, const struct bus_setup *setup)
{
	struct bus *b;
	int r;

	b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;

	b->setup = setup;
	b->event = event;
	b->manager = (struct object){ .kind = &object_manager, .bus = b, .path = OBJECT_ROOT };
	r = sd_event_add_time_relative(event, &b->retry, CLOCK_BOOTTIME, 0, 0, on_retry, b);
	if (r < 0) {
		bus_free(b);
		return r;
	}
	*bus = b;

	return 0;
}

void bus_free(struct bus *bus)
{
	if (!bus)
		return;

	drop(bus);
	sd_event_source_disable_unref(bus->retry);
	free(bus);
}
