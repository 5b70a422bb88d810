// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks at all supplies whose names begin with PREFIX, with a pause of PAUSE_MS
 * between two looks, for SECONDS: properties, attributes of the group cellar, and raw values of the IIO
 * device of the same name. A line for each value, with tabs between: when looking
 * began and ended (seconds of CLOCK_MONOTONIC), supply, role, address, serial number,
 * what, value. "-" is none. A supply whose serial number changed meanwhile is left out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SUPPLIES	"/sys/class/power_supply"
#define IIO_DEVICES	"/sys/bus/iio/devices"

#define VALUE_MAX	1024
#define PATH_LEN	512
#define LINES_MAX	(256 * 1024)

/* @lines: of the supply that is looked at, until it is known whose they are */
struct watch {
	const char *prefix;
	char role[VALUE_MAX];
	char address[VALUE_MAX];
	char serial[VALUE_MAX];
	const char *supply;
	double began_s;
	char lines[LINES_MAX];
	size_t len;
};

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The first line of a file: its length, or a negative errno. */
static int read_line(const char *folder, const char *name, char *value)
{
	char path[PATH_LEN];
	ssize_t len;
	int file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	len = read(file, value, VALUE_MAX - 1);
	close(file);
	if (len < 0)
		return -errno;

	value[len] = '\0';
	value[strcspn(value, "\n")] = '\0';

	return (int)strlen(value);
}

static void read_or_none(const char *folder, const char *name, char *value)
{
	if (read_line(folder, name, value) <= 0)
		strcpy(value, "-");
}

static void add_value(struct watch *watch, const char *folder, const char *name,
		      const char *what)
{
	char value[VALUE_MAX];
	int len;

	if (read_line(folder, name, value) < 0)
		return;
	len = snprintf(watch->lines + watch->len, LINES_MAX - watch->len,
		       "%.6f\t%.6f\t%s\t%s\t%s\t%s\t%s%s\t%s\n", watch->began_s, now_s(),
		       watch->supply, watch->role, watch->address, watch->serial, what,
		       name, value);
	if (len > 0 && (size_t)len < LINES_MAX - watch->len)
		watch->len += (size_t)len;
}

/* Files of @folder whose names end with @end. */
static void add_files(struct watch *watch, const char *folder, const char *end,
		      const char *what)
{
	DIR *files = opendir(folder);
	struct dirent *file;

	if (!files)
		return;
	while ((file = readdir(files))) {
		size_t len = strlen(file->d_name), tail = strlen(end);

		if (file->d_type == DT_REG && strcmp(file->d_name, "uevent") &&
		    len >= tail && !strcmp(file->d_name + len - tail, end))
			add_value(watch, folder, file->d_name, what);
	}
	closedir(files);
}

static void add_cells(struct watch *watch)
{
	DIR *devices = opendir(IIO_DEVICES);
	struct dirent *device;
	char name[VALUE_MAX];
	char path[PATH_LEN];

	if (!devices)
		return;
	while ((device = readdir(devices))) {
		snprintf(path, sizeof(path), IIO_DEVICES "/%s", device->d_name);
		if (read_line(path, "name", name) > 0 && !strcmp(name, watch->supply))
			add_files(watch, path, "_raw", "iio/");
	}
	closedir(devices);
}

static void look_at(struct watch *watch, const char *supply)
{
	char folder[PATH_LEN], group[PATH_LEN + 8];
	char serial[VALUE_MAX];

	snprintf(folder, sizeof(folder), SUPPLIES "/%s", supply);
	snprintf(group, sizeof(group), "%s/cellar", folder);
	watch->supply = supply;
	watch->began_s = now_s();
	watch->len = 0;
	read_or_none(group, "role", watch->role);
	read_or_none(group, "address", watch->address);
	read_or_none(folder, "serial_number", watch->serial);

	add_files(watch, folder, "", "");
	add_files(watch, group, "", "cellar/");
	add_cells(watch);

	read_or_none(folder, "serial_number", serial);
	if (!strcmp(serial, watch->serial))
		fwrite(watch->lines, 1, watch->len, stdout);
}

static int look(struct watch *watch)
{
	DIR *supplies = opendir(SUPPLIES);
	struct dirent *supply;

	if (!supplies)
		return -errno;
	while ((supply = readdir(supplies)))
		if (!strncmp(supply->d_name, watch->prefix, strlen(watch->prefix)))
			look_at(watch, supply->d_name);
	closedir(supplies);

	return 0;
}

int main(int argc, char **argv)
{
	static struct watch watch;
	double end_s;
	int err = 0;

	if (argc != 4) {
		fprintf(stderr, "usage: rack_watch PREFIX SECONDS PAUSE_MS\n");
		return 2;
	}

	watch.prefix = argv[1];
	end_s = now_s() + atof(argv[2]);
	while (!err && now_s() < end_s) {
		err = look(&watch);
		/* in virtual time only a pause lets time go by: give it one */
		usleep((useconds_t)atoi(argv[3]) * 1000);
	}
	if (!err && fflush(stdout))
		err = -errno;
	if (err)
		fprintf(stderr, "rack_watch: %s\n", strerror(-err));

	return !!err;
}
