// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contacts of the grid operator between a simulated house (cellar-sim plant --wires) and
 * cellard, on a kernel that has no gpio-sim for them: fed to org.cellar1.Site.
 * usage: house_wires SOCKET
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#define TRIES	100	/* a tenth of a second apart */

static FILE *house_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	for (unsigned int i = 0; i < TRIES; i++) {
		if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
			return fdopen(fd, "r");
		usleep(100000);
	}
	return NULL;
}

/* Without cellard nobody is told: that is for cellard to notice. */
static void feed(sd_bus *bus, unsigned int drm)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_call_method(bus, "org.cellar1", "/org/cellar1/site", "org.cellar1.Site", "Feed",
			       &error, NULL, "a{sv}", 1, "DRM", "u", drm);
	if (r < 0 && !sd_bus_error_has_name(&error, SD_BUS_ERROR_SERVICE_UNKNOWN))
		fprintf(stderr, "house_wires: Feed: %s\n",
			error.message ? error.message : strerror(-r));
	sd_bus_error_free(&error);
}

int main(int argc, char **argv)
{
	sd_bus *bus = NULL;
	unsigned int drm;
	FILE *house;

	house = argc == 2 ? house_of(argv[1]) : NULL;
	if (!house || sd_bus_open_system(&bus) < 0) {
		fprintf(stderr, "usage: house_wires SOCKET\n");
		return 1;
	}
	while (fscanf(house, "drm %u\n", &drm) == 1)
		feed(bus, drm);
	sd_bus_unref(bus);
	fclose(house);
	return 0;
}
