// SPDX-License-Identifier: GPL-2.0-only
/*
 * The wires between a simulated house (cellar-sim plant --wires) and cellard that no bus of
 * the configuration is for: the grid operator's contacts and the wallboxes. What the house
 * says is fed to org.cellar1.Site, what a charger is told goes to its box. Without cellard
 * a box hears nothing: that is for the box to notice.
 * usage: house_wires SOCKET
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#define BOXES_MAX	8
#define TRIES		100	/* a tenth of a second apart */

struct box {
	char name[32], car[12], card[24];
	double w, wh;
	unsigned int ma, phases;
};

struct heard {
	unsigned int drm, boxes;
	struct box box[BOXES_MAX];
};

static FILE *house_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	for (unsigned int i = 0; i < TRIES; i++) {
		if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
			return fdopen(fd, "r+");
		usleep(100000);
	}
	return NULL;
}

static int put_double(sd_bus_message *m, const char *key, double value)
{
	return sd_bus_message_append(m, "{sv}", key, "d", value);
}

static int put_box(sd_bus_message *m, const struct box *box)
{
	int r = sd_bus_message_open_container(m, 'e', "sa{sv}");

	r |= sd_bus_message_append(m, "s", box->name);
	r |= sd_bus_message_open_container(m, 'a', "{sv}");
	r |= sd_bus_message_append(m, "{sv}", "Car", "s", box->car);
	r |= put_double(m, "Power", box->w);
	r |= put_double(m, "Energy", box->wh);
	if (box->ma) {
		r |= put_double(m, "CarCurrent", box->ma / 1000.0);
		r |= sd_bus_message_append(m, "{sv}", "CarPhases", "u", box->phases);
	}
	if (box->card[0])
		r |= sd_bus_message_append(m, "{sv}", "Card", "s", box->card);
	r |= sd_bus_message_close_container(m);
	r |= sd_bus_message_close_container(m);
	return r;
}

/* Negative when cellard is not there, or does not want it. */
static int feed(sd_bus *bus, const struct heard *heard)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *m = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &m, "org.cellar1", "/org/cellar1/site",
					   "org.cellar1.Site", "Feed");
	if (r < 0)
		return r;
	r = sd_bus_message_open_container(m, 'a', "{sv}");
	r |= sd_bus_message_append(m, "{sv}", "DRM", "u", heard->drm);
	r |= sd_bus_message_open_container(m, 'e', "sv");
	r |= sd_bus_message_append(m, "s", "Chargers");
	r |= sd_bus_message_open_container(m, 'v', "a{sa{sv}}");
	r |= sd_bus_message_open_container(m, 'a', "{sa{sv}}");
	for (unsigned int i = 0; i < heard->boxes; i++)
		r |= put_box(m, &heard->box[i]);
	r |= sd_bus_message_close_container(m);
	r |= sd_bus_message_close_container(m);
	r |= sd_bus_message_close_container(m);
	r |= sd_bus_message_close_container(m);
	if (r >= 0)
		r = sd_bus_call(bus, m, 2000000, &error, NULL);
	if (r < 0 && !sd_bus_error_has_name(&error, SD_BUS_ERROR_SERVICE_UNKNOWN))
		fprintf(stderr, "house_wires: Feed: %s\n",
			error.message ? error.message : strerror(-r));
	sd_bus_error_free(&error);
	sd_bus_message_unref(m);
	return r;
}

/* What the charger of this name is told, in A; negative: not known. */
static double told_a(sd_bus *bus, const char *name)
{
	char path[64];
	sd_bus_message *m = NULL;
	const char *key;
	double a = -1;

	snprintf(path, sizeof(path), "/org/cellar1/charger/%s", name);
	if (sd_bus_get_property(bus, "org.cellar1", path, "org.cellar1.Charger", "Told", NULL, &m,
				"a{sv}") < 0 || sd_bus_message_enter_container(m, 'a', "{sv}") < 0)
		return a;
	while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
		sd_bus_message_read(m, "s", &key);
		if (!strcmp(key, "Current"))
			sd_bus_message_read(m, "v", "d", &a);
		else
			sd_bus_message_skip(m, "v");
		sd_bus_message_exit_container(m);
	}
	sd_bus_message_unref(m);
	return a;
}

static void tell_boxes(sd_bus *bus, const struct heard *heard, int fd)
{
	for (unsigned int i = 0; i < heard->boxes; i++) {
		double a = told_a(bus, heard->box[i].name);

		if (a >= 0)
			dprintf(fd, "box %s %ld\n", heard->box[i].name, lround(a * 1000));
	}
}

/* True with the last line of a block. */
static int take(struct heard *heard, const char *line)
{
	struct box *box = &heard->box[heard->boxes];

	if (line[0] == '.')
		return 1;
	if (sscanf(line, "drm %u", &heard->drm) == 1 || heard->boxes == BOXES_MAX)
		return 0;
	*box = (struct box){ .name = "" };
	if (sscanf(line, "box %31s %11s %lf %lf %u %u %23s", box->name, box->car, &box->w, &box->wh,
		   &box->ma, &box->phases, box->card) >= 6)
		heard->boxes++;
	return 0;
}

int main(int argc, char **argv)
{
	struct heard heard = { 0 };
	sd_bus *bus = NULL;
	char line[256];
	FILE *house;

	house = argc == 2 ? house_of(argv[1]) : NULL;
	if (!house || sd_bus_open_system(&bus) < 0) {
		fprintf(stderr, "usage: house_wires SOCKET\n");
		return 1;
	}
	while (fgets(line, sizeof(line), house)) {
		if (!take(&heard, line))
			continue;
		if (feed(bus, &heard) >= 0)
			tell_boxes(bus, &heard, fileno(house));
		heard.boxes = 0;
	}
	sd_bus_unref(bus);
	fclose(house);
	return 0;
}
