// SPDX-License-Identifier: GPL-2.0-only
/*
 * What telling the bus costs at least: so many objects, of which each tells once a second
 * that its property has changed, one a{sv} with as many numbers as a reading of a pack has.
 * It knows no battery; the values are made up. Runs until it is killed.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#define OBJECTS_MAX	256
#define NUMBERS		20	/* in Reading of a Deye pack */
#define SECOND_US	1000000ull

struct publisher {
	sd_bus *bus;
	sd_event_source *timer;
	unsigned int objects, next;
	uint64_t round;
};

static int get_reading(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *user,
		       sd_bus_error *error)
{
	const struct publisher *p = user;
	char key[16];
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "{sv}");
	for (unsigned int i = 0; r >= 0 && i < NUMBERS; i++) {
		snprintf(key, sizeof(key), "Number%u", i);
		r = sd_bus_message_append(reply, "{sv}", key, "d",
					  (double)(p->round * 7 + i));
	}

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Reading", "a{sv}", get_reading, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_VTABLE_END
};

static void path_of(unsigned int object, char path[64])
{
	snprintf(path, 64, "/org/cellar1/bench/pack%u", object);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *user)
{
	struct publisher *p = user;
	char path[64];
	int r;

	path_of(p->next, path);
	r = sd_bus_emit_properties_changed(p->bus, path, "org.cellar1.bench.Pack", "Reading",
					   NULL);
	if (++p->next == p->objects) {
		p->next = 0;
		p->round++;
	}
	if (r >= 0)
		r = sd_event_source_set_time(source, usec + SECOND_US / p->objects);

	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int publish(struct publisher *p)
{
	sd_event *event;
	char path[64];
	int r;

	r = sd_event_default(&event);
	if (r >= 0)
		r = sd_bus_open_system(&p->bus);
	for (unsigned int i = 0; r >= 0 && i < p->objects; i++) {
		path_of(i, path);
		r = sd_bus_add_object_vtable(p->bus, NULL, path, "org.cellar1.bench.Pack",
					     vtable, p);
	}
	if (r >= 0)
		r = sd_bus_attach_event(p->bus, event, 0);
	if (r >= 0)
		r = sd_bus_request_name(p->bus, "org.cellar1.bench", 0);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &p->timer, CLOCK_MONOTONIC, SECOND_US, 1000,
					       on_timer, p);
	if (r >= 0)
		r = sd_event_source_set_exit_on_failure(p->timer, true);

	return r < 0 ? r : sd_event_loop(event);
}

int main(int argc, char **argv)
{
	struct publisher p = { 0 };
	int r;

	if (argc == 2)
		p.objects = (unsigned int)strtoul(argv[1], NULL, 10);
	if (!p.objects || p.objects > OBJECTS_MAX) {
		fprintf(stderr, "usage: publish OBJECTS\n");
		return 2;
	}
	r = publish(&p);
	fprintf(stderr, "publish: %s\n", strerror(-r));

	return 1;
}
