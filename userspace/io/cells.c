// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IIO devices that there are, by the name of their supply, and reading them: a file
 * for each value. libiio, which cells_find.c asks what there is, would take twice as long
 * for that; a descriptor kept for each file takes a fifth, but 32 of a pack are too many.
 */
#include "cells.h"

#include "cells_find.h"

#include <fcntl.h>
#include <libudev.h>
#include <stdlib.h>
#include <unistd.h>

/* Devices come in a row, and each time all are looked at. */
#define SETTLE_US	(100 * 1000)

/* One that went just then may have spoilt it. */
#define AGAIN_US	(2 * 1000 * 1000)
#define TRIES		3

/* Said by a dialect, not by a pack: there are few. */
struct labels {
	struct labels *next;
	char text[CELLAR_TEMPERATURES_MAX][SUPPLY_LABEL_SIZE];
};

struct device {
	struct device *next;
	const struct labels *labels;
	unsigned int cells, temperatures;
	int folder_fd;
	char supply[SUPPLY_NAME_SIZE];
};

struct cells {
	const struct cells_hooks *hooks;
	void *user;
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event_source *monitor_io, *timer;
	struct device *devices;
	struct labels *labels;
	unsigned int tries;
};

static const struct labels *labels_of(struct cells *cells, const struct cells_device *found)
{
	struct labels *l;

	for (l = cells->labels; l; l = l->next)
		if (!memcmp(l->text, found->label, sizeof(l->text)))
			return l;

	l = calloc(1, sizeof(*l));
	if (!l)
		return NULL;

	memcpy(l->text, found->label, sizeof(l->text));
	l->next = cells->labels;
	cells->labels = l;

	return l;
}

static void devices_free(struct device *devices)
{
	struct device *d;

	while ((d = devices)) {
		devices = d->next;
		close(d->folder_fd);
		free(d);
	}
}

static void found(void *user, const struct cells_device *found)
{
	struct cells *cells = user;
	struct device *d;

	d = calloc(1, sizeof(*d));
	if (!d)
		return;

	d->labels = labels_of(cells, found);
	d->folder_fd = open(found->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!d->labels || d->folder_fd < 0) {
		if (d->folder_fd >= 0)
			close(d->folder_fd);
		free(d);
		return;
	}
	d->cells = found->cells;
	d->temperatures = found->temperatures;
	snprintf(d->supply, sizeof(d->supply), "%s", found->supply);
	d->next = cells->devices;
	cells->devices = d;
}

static int find_in(struct cells *cells, u64 usec)
{
	int r;

	r = sd_event_source_set_time_relative(cells->timer, usec);

	return r < 0 ? r : sd_event_source_set_enabled(cells->timer, SD_EVENT_ONESHOT);
}

/* Everything anew: a number of a device that went may be another one's by now. */
static int on_find(sd_event_source *timer, u64 usec, void *user)
{
	struct cells *cells = user;
	int r;

	(void)timer;
	(void)usec;
	devices_free(cells->devices);
	cells->devices = NULL;
	r = cells_find(found, cells);
	if (r == -ENOSYS) {
		cells->hooks->complain(cells->user, "cells are not shown: there is no libiio.so.0");
	} else if (r < 0 && ++cells->tries < TRIES) {
		find_in(cells, AGAIN_US);
	} else if (r < 0) {
		cells->hooks->complain(cells->user, "cells are not shown: libiio cannot read "
				       CELLS_DEVICES);
	}

	return 0;
}

static bool is_ours(const char *name)
{
	return name && !strncmp(name, "cellar", strlen("cellar"));
}

static int on_uevent(sd_event_source *io, int fd, uint32_t events, void *user)
{
	struct cells *cells = user;
	struct udev_device *device;
	bool has_come = false;

	(void)io;
	(void)fd;
	(void)events;
	while ((device = udev_monitor_receive_device(cells->monitor))) {
		const char *action = udev_device_get_action(device);

		if (action && !strcmp(action, "add") &&
		    is_ours(udev_device_get_sysattr_value(device, "name")))
			has_come = true;
		udev_device_unref(device);
	}
	/* messages were lost, of whichever */
	if (errno != EAGAIN)
		has_come = true;
	if (has_come) {
		cells->tries = 0;
		find_in(cells, SETTLE_US);
	}

	return 0;
}

static int monitor_new(struct cells *cells, sd_event *event)
{
	int r;

	cells->monitor = udev_monitor_new_from_netlink(cells->udev, "kernel");
	if (!cells->monitor)
		return -errno;

	r = udev_monitor_filter_add_match_subsystem_devtype(cells->monitor, "iio", "iio_device");
	if (r >= 0)
		r = udev_monitor_enable_receiving(cells->monitor);
	if (r < 0)
		return r;

	return sd_event_add_io(event, &cells->monitor_io, udev_monitor_get_fd(cells->monitor),
			       EPOLLIN, on_uevent, cells);
}

/* Where there is none, as on any CAN bus but Deye's, libiio is not asked. */
static bool any_is_there(struct udev *udev)
{
	struct udev_enumerate *all = udev_enumerate_new(udev);
	bool is = false;

	if (!all)
		return false;
	if (udev_enumerate_add_match_subsystem(all, "iio") >= 0 &&
	    udev_enumerate_add_match_sysattr(all, "name", "cellar*") >= 0 &&
	    udev_enumerate_scan_devices(all) >= 0)
		is = udev_enumerate_get_list_entry(all);
	udev_enumerate_unref(all);

	return is;
}

int cells_new(struct cells **cells, sd_event *event, const struct cells_hooks *hooks, void *user)
{
	struct cells *c;
	int r;

	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;

	c->hooks = hooks;
	c->user = user;
	c->udev = udev_new();
	r = c->udev ? monitor_new(c, event) : -ENOMEM;
	if (r >= 0)
		r = sd_event_add_time_relative(event, &c->timer, CLOCK_MONOTONIC, 0, 1000,
					       on_find, c);
	if (r >= 0 && !any_is_there(c->udev))
		r = sd_event_source_set_enabled(c->timer, SD_EVENT_OFF);
	if (r < 0) {
		cells_free(c);
		return r;
	}
	*cells = c;

	return 0;
}

void cells_free(struct cells *cells)
{
	struct labels *l;

	if (!cells)
		return;

	devices_free(cells->devices);
	while ((l = cells->labels)) {
		cells->labels = l->next;
		free(l);
	}
	sd_event_source_disable_unref(cells->monitor_io);
	sd_event_source_disable_unref(cells->timer);
	udev_monitor_unref(cells->monitor);
	udev_unref(cells->udev);
	free(cells);
}

/* @min...@max, or it is not said. */
static bool read_value(int folder_fd, const char *kind, unsigned int number, long min, long max,
		       long *value)
{
	char text[24], *end;
	ssize_t n;
	int fd;

	snprintf(text, sizeof(text), "in_%s%u_raw", kind, number);
	fd = openat(folder_fd, text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;

	text[n] = '\0';
	*value = strtol(text, &end, 10);

	return end != text && (!*end || *end == '\n') && *value >= min && *value <= max;
}

void cells_read(const struct cells *cells, struct supply *supply)
{
	struct cellar_reading *r = &supply->reading;
	const struct device *d;
	unsigned int i;
	long value;

	for (d = cells->devices; d && strcmp(d->supply, supply->name) != 0; d = d->next)
		;
	if (!d)
		return;

	for (i = 0; i < d->cells; i++) {
		if (!read_value(d->folder_fd, "voltage", i + 1, 1, UINT16_MAX, &value))
			break;
		r->cells_mv[i] = (u16)value;
	}
	if (i && i == d->cells) {
		r->cells = (u8)i;
		cellar_say(r, CELLAR_CELLS);
	}
	for (i = 0; i < d->temperatures; i++) {
		if (!read_value(d->folder_fd, "temp", i + 1, INT16_MIN, INT16_MAX, &value))
			break;
		r->temperatures_decic[i] = (s16)value;
	}
	if (i && i == d->temperatures) {
		r->temperatures = (u8)i;
		supply->temperature_labels = d->labels->text;
		cellar_say(r, CELLAR_TEMPERATURES);
	}
}
