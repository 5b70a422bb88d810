// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said of objects on the bus, and when: objects of the test, a clock of its own, and in
 * place of libsystemd's calls ones that keep what is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "../../userspace/cellard/object.h"
#include "../../userspace/cellard/polkit.h"

#include <time.h>

#define T0_MS		5000000u
#define PERIOD_MS	1000
#define SAID_SIZE	512

/* Of each kind that there is here: how many, and the marks of what they show. */
struct shown {
	unsigned int n, looks;
	char name[8];
	u64 state, reading;
	u32 period_ms;
};

static struct shown in_parts, at_once, of_plant, of_manager;
static u64 now_ms, queued;
static bool open;
static int refuses;
static char said[SAID_SIZE], shown_path[OBJECT_PATH_SIZE];
static char socket_of_bus, slot_of_bus;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	assert_int_equal(clock, CLOCK_BOOTTIME);
	*now = (struct timespec){
		.tv_sec = (time_t)(now_ms / 1000), .tv_nsec = (long)(now_ms % 1000) * 1000000,
	};

	return 0;
}

static void say(const char *what, const char *path)
{
	size_t used = strlen(said);

	snprintf(said + used, sizeof(said) - used, "%s%s%s", *said ? ", " : "", what,
		 path + strlen(OBJECT_ROOT));
}

/* libsystemd's ---------------------------------------------------------------------- */

int sd_bus_open_system(sd_bus **bus)
{
	*bus = (sd_bus *)&socket_of_bus;
	open = true;

	return 0;
}

sd_bus *sd_bus_close_unref(sd_bus *bus)
{
	assert_true(!bus || open);
	open = false;

	return NULL;
}

int sd_bus_is_open(sd_bus *bus)
{
	assert_ptr_equal(bus, &socket_of_bus);

	return open;
}

int sd_bus_get_n_queued_write(sd_bus *bus, uint64_t *n)
{
	assert_ptr_equal(bus, &socket_of_bus);
	*n = queued;

	return 0;
}

int sd_bus_match_signal(sd_bus *bus, sd_bus_slot **slot, const char *sender, const char *path,
			const char *interface, const char *member,
			sd_bus_message_handler_t callback, void *user)
{
	(void)bus, (void)sender, (void)path, (void)interface, (void)member;
	(void)callback, (void)user;
	*slot = (sd_bus_slot *)&slot_of_bus;

	return 0;
}

int sd_bus_add_object_manager(sd_bus *bus, sd_bus_slot **slot, const char *path)
{
	(void)bus, (void)path;
	*slot = (sd_bus_slot *)&slot_of_bus;

	return 0;
}

int sd_bus_add_object_vtable(sd_bus *bus, sd_bus_slot **slot, const char *path,
			     const char *interface, const sd_bus_vtable *vtable, void *user)
{
	(void)bus, (void)interface, (void)vtable, (void)user;
	if (refuses)
		return refuses;
	snprintf(shown_path, sizeof(shown_path), "%s", path);
	*slot = (sd_bus_slot *)&slot_of_bus;

	return 0;
}

sd_bus_slot *sd_bus_slot_unref(sd_bus_slot *slot)
{
	(void)slot;

	return NULL;
}

int sd_bus_attach_event(sd_bus *bus, sd_event *event, int priority)
{
	(void)bus, (void)event, (void)priority;

	return 0;
}

int sd_bus_request_name_async(sd_bus *bus, sd_bus_slot **slot, const char *name, uint64_t flags,
			      sd_bus_message_handler_t callback, void *user)
{
	(void)bus, (void)slot, (void)flags, (void)callback, (void)user;
	assert_string_equal(name, "org.cellar1");

	return 0;
}

int sd_bus_emit_object_added(sd_bus *bus, const char *path)
{
	(void)bus;
	assert_string_equal(path, shown_path);
	say("+", path);

	return 0;
}

int sd_bus_emit_object_removed(sd_bus *bus, const char *path)
{
	(void)bus;
	say("-", path);

	return 0;
}

int sd_bus_emit_properties_changed_strv(sd_bus *bus, const char *path, const char *interface,
					char **names)
{
	(void)bus, (void)interface;
	say("", path);
	for (; *names; names++) {
		size_t used = strlen(said);

		snprintf(said + used, sizeof(said) - used, " %s", *names);
	}

	return 0;
}

/* polkit.c's ------------------------------------------------------------------------ */

int polkit_new(struct polkit **polkit, sd_bus *bus, const struct polkit_hooks *hooks, void *user)
{
	(void)bus, (void)hooks, (void)user;
	*polkit = NULL;

	return 0;
}

void polkit_free(struct polkit *polkit)
{
	assert_null(polkit);
}

int polkit_ask(struct polkit *polkit, sd_bus_message *call, const char *action,
	       sd_bus_error *error)
{
	(void)polkit, (void)call, (void)action, (void)error;

	return -ENOSYS;
}

/* The kinds of objects -------------------------------------------------------------- */

static u64 state_in_parts(const struct object *o)
{
	(void)o;

	return in_parts.state;
}

static u64 reading_in_parts(const struct object *o)
{
	(void)o;

	return in_parts.reading;
}

static u64 state_at_once(const struct object *o)
{
	(void)o;

	return at_once.state;
}

static u64 reading_at_once(const struct object *o)
{
	(void)o;

	return at_once.reading;
}

static u64 state_of_manager(const struct object *o)
{
	(void)o;

	return of_manager.state;
}

/* Of clusters and packs alike; looks at packs are counted, as are those at their names. */
static u64 state_of_plant(const struct object *o)
{
	of_plant.looks += o->kind == &object_pack;

	return of_plant.state;
}

static void path_of_cluster(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/cluster/%s", o->cluster->name);
}

static void path_of_pack(const struct object *o, char *path)
{
	of_plant.looks++;
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/pack/%s",
		 o->cluster->supply[o->index].serial);
}

static u32 period_of(const struct object *o)
{
	(void)o;

	return in_parts.period_ms;
}

static void path_in_parts(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/parts/%s%u", in_parts.name, o->index);
}

static void path_at_once(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/once/%s%u", at_once.name, o->index);
}

static unsigned int count_in_parts(const struct bus_setup *setup)
{
	(void)setup;

	return in_parts.n;
}

static unsigned int count_at_once(const struct bus_setup *setup)
{
	(void)setup;

	return at_once.n;
}

static unsigned int count_none(const struct bus_setup *setup)
{
	(void)setup;

	return 0;
}

static const struct object_property nothing[] = { { NULL, NULL } };
static const struct object_property of_parts[] = {
	{ "State", state_in_parts }, { "Reading", reading_in_parts }, { NULL, NULL }
};
static const struct object_property of_once[] = {
	{ "Reading", reading_at_once }, { "State", state_at_once }, { NULL, NULL }
};

static const struct object_property of_managers[] = {
	{ "State", state_of_manager }, { NULL, NULL }
};
static const struct object_property of_clusters[] = {
	{ "State", state_of_plant }, { NULL, NULL }
};

#define NONE	{ .interface = "", .properties = nothing, .count = count_none }

const struct object_kind object_manager = { .interface = "", .properties = of_managers };
const struct object_kind object_cluster = {
	.interface = "", .properties = of_clusters, .path = path_of_cluster,
};
const struct object_kind object_pack = {
	.interface = "", .properties = of_clusters, .path = path_of_pack,
};
const struct object_kind object_site = NONE;
const struct object_kind object_charger = NONE;
const struct object_kind object_output = NONE;
const struct object_kind object_contact = NONE;
const struct object_kind object_meter = NONE;
const struct object_kind object_sensor = NONE;
const struct object_kind object_inverter = {
	.interface = "", .properties = of_once, .path = path_at_once, .count = count_at_once,
};
static const struct object_parts parts = { "Reading", period_of };

const struct object_kind object_hybrid = {
	.interface = "", .properties = of_parts, .path = path_in_parts, .count = count_in_parts,
	.parts = &parts,
};

/* The tests ------------------------------------------------------------------------- */

static struct plant plant;
static struct plant_cluster clusters[2];
static struct bus *bus;
static sd_event *event;

static int begin(void **state)
{
	static const struct bus_setup setup = { .plant = &plant };

	(void)state;
	in_parts = (struct shown){ .period_ms = PERIOD_MS };
	at_once = (struct shown){ .state = 7, .reading = 7 };
	of_plant = (struct shown){ .state = 7 };
	of_manager = (struct shown){ .state = 7 };
	memset(&plant, 0, sizeof(plant));
	memset(clusters, 0, sizeof(clusters));
	refuses = 0;
	now_ms = T0_MS;
	queued = 0;
	if (sd_event_new(&event) < 0 || bus_new(&bus, event, &setup) ||
	    sd_event_run(event, UINT64_MAX) < 0)
		return -1;
	*said = '\0';

	return !open;
}

static int end(void **state)
{
	(void)state;
	bus_free(bus);
	sd_event_unref(event);

	return open;
}

/* @ms after the last time something is published: what is said. */
static void must_say(u32 ms, const char *what)
{
	now_ms += ms;
	*said = '\0';
	bus_publish(bus);
	assert_string_equal(said, what);
}

static void what_changes_is_said_once(void **state)
{
	(void)state;
	at_once.n = 1;
	must_say(0, "+/once/0");
	must_say(1000, "");
	at_once.state++;
	must_say(1000, "/once/0 State");
	must_say(1000, "");
	at_once.state++;
	at_once.reading++;
	must_say(1000, "/once/0 Reading State");
	must_say(1000, "");
	of_manager.state++;
	must_say(1000, " State");
	/* what has no parts has no period either */
	at_once.reading++;
	must_say(1, "/once/0 Reading");
	at_once.reading++;
	must_say(0, "/once/0 Reading");
}

static void a_reading_that_comes_in_parts_is_said_once_a_period(void **state)
{
	(void)state;
	in_parts.n = 1;
	must_say(0, "+/parts/0");
	in_parts.reading++;
	must_say(1, "/parts/0 Reading");
	in_parts.reading++;
	must_say(400, "");
	in_parts.reading++;
	must_say(PERIOD_MS - 401, "");
	must_say(1, "/parts/0 Reading");
	/* all of it has been said by then */
	must_say(PERIOD_MS, "");
	/* and the period is from when it was */
	in_parts.reading++;
	must_say(1, "/parts/0 Reading");
	in_parts.period_ms = 300;
	in_parts.reading++;
	must_say(299, "");
	must_say(1, "/parts/0 Reading");
}

static void what_else_has_changed_waits_for_no_period(void **state)
{
	(void)state;
	in_parts.n = 1;
	must_say(0, "+/parts/0");
	in_parts.reading++;
	must_say(1, "/parts/0 Reading");
	/* it takes along what there is of the reading, and the period is from then */
	in_parts.reading++;
	in_parts.state++;
	must_say(100, "/parts/0 State Reading");
	in_parts.reading++;
	must_say(PERIOD_MS - 1, "");
	must_say(1, "/parts/0 Reading");
	/* without a reading it does not begin one */
	in_parts.state++;
	must_say(600, "/parts/0 State");
	in_parts.reading++;
	must_say(PERIOD_MS - 600, "/parts/0 Reading");
}

static void a_bus_that_takes_nothing_hears_all_of_it_later(void **state)
{
	(void)state;
	at_once.n = 1;
	must_say(0, "+/once/0");
	queued = BUS_QUEUE_MAX;
	at_once.state++;
	must_say(1000, "");
	at_once.reading++;
	must_say(1000, "");
	queued = 0;
	open = false;
	must_say(1000, "");
	open = true;
	queued = BUS_QUEUE_MAX - 1;
	must_say(1000, "/once/0 Reading State");
}

static u64 no_clock(void)
{
	return 1;
}

static s64 no_calendar(void)
{
	return 0;
}

static void keep(void *user, const struct event *of)
{
	*(struct event *)user = *of;
}

static void what_cannot_be_shown_now_is_shown_later(void **state)
{
	static const struct events_hooks hooks = { no_clock, no_calendar, keep };
	struct event told = { 0 };

	(void)state;
	at_once.n = 1;
	in_parts.n = 1;
	assert_int_equal(events_new(&plant.events, &hooks, &told), 0);
	must_say(0, "+/once/0, +/parts/0");
	assert_int_equal(told.sequence, 0);
	at_once.n = 2;
	refuses = -ENOMEM;
	must_say(0, "");
	assert_string_equal(told.code, "bus-error");
	assert_string_equal(told.words,
			    "something cannot be said on the system bus: Cannot allocate memory");
	refuses = 0;
	must_say(0, "+/once/1");
	events_free(plant.events);
	plant.events = NULL;
}

static void what_comes_between_others_leaves_them(void **state)
{
	(void)state;
	at_once.n = 1;
	in_parts.n = 1;
	must_say(0, "+/once/0, +/parts/0");
	at_once.n = 2;
	must_say(0, "+/once/1");
	at_once.state++;
	in_parts.state++;
	must_say(0, "/once/0 State, /once/1 State, /parts/0 State");
}

static void new_cluster(struct plant_cluster *c, const char *name, const char *serial)
{
	snprintf(c->name, sizeof(c->name), "%s", name);
	snprintf(c->supply[0].serial, sizeof(c->supply[0].serial), "%s1", serial);
	snprintf(c->supply[1].serial, sizeof(c->supply[1].serial), "%s2", serial);
	c->used = 2;
	c->next = plant.clusters;
	plant.clusters = c;
}

/* A pack of which nothing has been heard since is as it was. */
static void packs_are_looked_at_when_they_have_had_a_turn(void **state)
{
	(void)state;
	new_cluster(&clusters[0], "roof", "R");
	must_say(0, "+/cluster/roof, +/pack/R1, +/pack/R2");
	of_plant.looks = 0;
	of_plant.state++;
	must_say(0, "/cluster/roof State");
	assert_int_equal(of_plant.looks, 0);
	clusters[0].turn[1]++;
	must_say(0, "/pack/R2 State");
	must_say(0, "");
	assert_int_equal(of_plant.looks, 1);
	/* one that says its serial number by now is another one; the others are not */
	snprintf(clusters[0].supply[0].serial, sizeof(clusters[0].supply[0].serial), "S9");
	must_say(0, "");
	clusters[0].named++;
	must_say(0, "-/pack/R1, +/pack/S9");
	of_plant.looks = 0;
	must_say(0, "");
	assert_int_equal(of_plant.looks, 0);
	clusters[0].used = 3;
	snprintf(clusters[0].supply[2].serial, sizeof(clusters[0].supply[2].serial), "R3");
	must_say(0, "+/pack/R3");
}

static void clusters_are_known_wherever_they_stand(void **state)
{
	(void)state;
	new_cluster(&clusters[0], "roof", "R");
	at_once.n = 1;
	must_say(0, "+/cluster/roof, +/pack/R1, +/pack/R2, +/once/0");
	new_cluster(&clusters[1], "shed", "S");
	must_say(0, "+/cluster/shed, +/pack/S1, +/pack/S2");
	must_say(0, "");
	clusters[0].next = &clusters[1];
	clusters[1].next = NULL;
	plant.clusters = &clusters[0];
	of_plant.state++;
	must_say(0, "/cluster/roof State, /cluster/shed State");
	*said = '\0';
	bus_cluster_goes(bus, &clusters[0]);
	plant.clusters = &clusters[1];
	assert_non_null(strstr(said, "-/cluster/roof"));
	assert_non_null(strstr(said, "-/pack/R1"));
	assert_non_null(strstr(said, "-/pack/R2"));
	assert_null(strstr(said, "S1"));
	must_say(0, "");
	/* names of the house leave clusters alone */
	bus_names_change(bus);
	assert_string_equal(said, "");
}

static void what_is_no_longer_there_is_taken_away(void **state)
{
	(void)state;
	at_once.n = 3;
	in_parts.n = 1;
	must_say(0, "+/once/0, +/once/1, +/once/2, +/parts/0");
	must_say(0, "");
	at_once.n = 2;
	snprintf(in_parts.name, sizeof(in_parts.name), "new");
	*said = '\0';
	bus_names_change(bus);
	assert_string_equal(said, "-/once/2, -/parts/0");
	must_say(0, "+/parts/new0");
	at_once.state++;
	must_say(0, "/once/0 State, /once/1 State");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(what_changes_is_said_once),
		CASE(a_reading_that_comes_in_parts_is_said_once_a_period),
		CASE(what_else_has_changed_waits_for_no_period),
		CASE(a_bus_that_takes_nothing_hears_all_of_it_later),
		CASE(what_cannot_be_shown_now_is_shown_later),
		CASE(what_comes_between_others_leaves_them),
		CASE(packs_are_looked_at_when_they_have_had_a_turn),
		CASE(clusters_are_known_wherever_they_stand),
		CASE(what_is_no_longer_there_is_taken_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
