// SPDX-License-Identifier: GPL-2.0-only
/*
 * What libiio's local context says of the devices of the driver. The library is there
 * for as long as that takes: what it brings along (libxml2, ICU, avahi) would be a third
 * of the daemon's memory, and its context is a snapshot anyway.
 */
#include "cells_find.h"

#include "libiio.h"

#include <ctype.h>
#include <stdlib.h>

/*
 * How many channels @kind<1...> there are in a row. None when their raw values are not
 * in the unit that the ABI says: @scale to millivolts or thousandths of a degree.
 */
static unsigned int count(const struct libiio *lib, const struct iio_device *device,
			  const char *kind, unsigned int max, long long scale)
{
	const struct iio_channel *channel;
	long long said;
	unsigned int n;
	char id[24];

	for (n = 0; n < max; n++) {
		snprintf(id, sizeof(id), "%s%u", kind, n + 1);
		channel = lib->device_find_channel(device, id, false);
		if (!channel || lib->channel_attr_read_longlong(channel, "scale", &said) ||
		    said != scale)
			break;
	}

	return n;
}

static bool is_word(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (!isgraph((unsigned char)*text))
			return false;

	return true;
}

static void read_label(const struct libiio *lib, const struct iio_device *device,
		       unsigned int number, char *label)
{
	const struct iio_channel *channel;
	ssize_t n = -1;
	char id[24];

	snprintf(id, sizeof(id), "temp%u", number);
	channel = lib->device_find_channel(device, id, false);
	if (channel)
		n = lib->channel_attr_read(channel, "label", label, SUPPLY_LABEL_SIZE);
	if (n > 0 && n < SUPPLY_LABEL_SIZE)
		label[n] = '\0';
	if (n > 0)
		label[strcspn(label, "\n")] = '\0';
	if (n <= 0 || n >= SUPPLY_LABEL_SIZE || !is_word(label))
		snprintf(label, SUPPLY_LABEL_SIZE, "temperature%u", number);
}

static bool describe(const struct libiio *lib, const struct iio_device *device,
		     struct cells_device *to)
{
	const char *name = lib->device_get_name(device);

	if (!name || strncmp(name, "cellar", strlen("cellar")) != 0 ||
	    strlen(name) >= sizeof(to->supply))
		return false;

	snprintf(to->supply, sizeof(to->supply), "%s", name);
	snprintf(to->folder, sizeof(to->folder), CELLS_DEVICES "/%s", lib->device_get_id(device));
	to->cells = count(lib, device, "voltage", CELLAR_CELLS_MAX, 1);
	to->temperatures = count(lib, device, "temp", CELLAR_TEMPERATURES_MAX, 100);
	for (unsigned int i = 0; i < to->temperatures; i++)
		read_label(lib, device, i + 1, to->label[i]);

	return true;
}

int cells_find(void (*found)(void *user, const struct cells_device *device), void *user)
{
	struct iio_context *context;
	struct libiio lib;
	int ret;

	ret = libiio_open(&lib);
	if (ret)
		return ret;

	errno = 0;
	context = lib.create_local_context();
	if (!context)
		ret = errno ? -errno : -ENOMEM;
	for (unsigned int i = 0; context && i < lib.context_get_devices_count(context); i++) {
		struct cells_device device = { 0 };

		if (describe(&lib, lib.context_get_device(context, i), &device))
			found(user, &device);
	}
	if (context)
		lib.context_destroy(context);
	libiio_close(&lib);

	return ret;
}
