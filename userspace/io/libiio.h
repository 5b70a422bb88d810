/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libiio for those that have something to ask it, and no longer than that: what it brings
 * along (libxml2, ICU, avahi) would be a third of the daemon's memory.
 */
#ifndef CELLAR_IO_LIBIIO_H
#define CELLAR_IO_LIBIIO_H

#include "env.h"

#include <iio.h>

/* Member @name is the function iio_@name. */
struct libiio {
	void *handle;
	__typeof__(iio_create_local_context) *create_local_context;
	__typeof__(iio_create_context_from_uri) *create_context_from_uri;
	__typeof__(iio_context_destroy) *context_destroy;
	__typeof__(iio_context_set_timeout) *context_set_timeout;
	__typeof__(iio_context_get_devices_count) *context_get_devices_count;
	__typeof__(iio_context_get_device) *context_get_device;
	__typeof__(iio_context_find_device) *context_find_device;
	__typeof__(iio_device_get_id) *device_get_id;
	__typeof__(iio_device_get_name) *device_get_name;
	__typeof__(iio_device_get_channels_count) *device_get_channels_count;
	__typeof__(iio_device_get_channel) *device_get_channel;
	__typeof__(iio_device_find_channel) *device_find_channel;
	__typeof__(iio_channel_is_output) *channel_is_output;
	__typeof__(iio_channel_get_type) *channel_get_type;
	__typeof__(iio_channel_find_attr) *channel_find_attr;
	__typeof__(iio_channel_attr_read) *channel_attr_read;
	__typeof__(iio_channel_attr_read_longlong) *channel_attr_read_longlong;
	__typeof__(iio_channel_attr_read_double) *channel_attr_read_double;
};

/* Returns 0 or -ENOSYS: the library is not there, or is another one. */
int libiio_open(struct libiio *lib);
void libiio_close(struct libiio *lib);

#endif /* CELLAR_IO_LIBIIO_H */
