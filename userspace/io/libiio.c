// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the functions of libiio.
 */
#include "libiio.h"

#include <dlfcn.h>

#define LIBRARY	"libiio.so.0"

#define FUNCTION(name)	{ "iio_" #name, offsetof(struct libiio, name) }

static const struct {
	const char *name;
	size_t at;
} functions[] = {
	FUNCTION(create_local_context),
	FUNCTION(create_context_from_uri),
	FUNCTION(context_destroy),
	FUNCTION(context_set_timeout),
	FUNCTION(context_get_devices_count),
	FUNCTION(context_get_device),
	FUNCTION(context_find_device),
	FUNCTION(device_get_id),
	FUNCTION(device_get_name),
	FUNCTION(device_get_channels_count),
	FUNCTION(device_get_channel),
	FUNCTION(device_find_channel),
	FUNCTION(channel_is_output),
	FUNCTION(channel_get_type),
	FUNCTION(channel_find_attr),
	FUNCTION(channel_attr_read),
	FUNCTION(channel_attr_read_longlong),
	FUNCTION(channel_attr_read_double),
};

int libiio_open(struct libiio *lib)
{
	void *function;

	lib->handle = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	if (!lib->handle)
		return -ENOSYS;

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		function = dlsym(lib->handle, functions[i].name);
		if (!function) {
			libiio_close(lib);
			return -ENOSYS;
		}
		memcpy((char *)lib + functions[i].at, &function, sizeof(function));
	}

	return 0;
}

void libiio_close(struct libiio *lib)
{
	if (lib->handle)
		dlclose(lib->handle);
	lib->handle = NULL;
}
