// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a supply of the driver from sysfs
 * (Documentation/ABI/testing/sysfs-class-power-cellar).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "supply.h"
#include "../io/read_file.h"

/* The first line of a file, without its newline. Length, or a negative errno. */
static ssize_t read_line(int dir_fd, const char *path, char *buf, size_t size)
{
	ssize_t n;

	buf[0] = '\0';
	n = read_file(dir_fd, path, buf, size);
	if (n < 0)
		return n;

	buf[strcspn(buf, "\n")] = '\0';

	return n;
}

static long read_number(int dir_fd, const char *path)
{
	char buf[32], *end;
	long number;

	if (read_line(dir_fd, path, buf, sizeof(buf)) <= 0)
		return SUPPLY_UNKNOWN;

	errno = 0;
	number = strtol(buf, &end, 10);
	if (errno || end == buf || *end)
		return SUPPLY_UNKNOWN;

	return number;
}

static void read_alarms(int dir_fd, char *buf, size_t size)
{
	char warnings[256];
	size_t len;

	read_line(dir_fd, "cellar/protections", buf, size);
	if (read_line(dir_fd, "cellar/warnings", warnings, sizeof(warnings)) <= 0 || !warnings[0])
		return;

	len = strlen(buf);
	snprintf(buf + len, size - len, "%s(%s)", len ? " " : "", warnings);
}

static int read_all(int fd, struct supply *supply)
{
	if (faccessat(fd, "cellar/role", F_OK, 0) < 0)
		return -ENODEV;

	read_line(fd, "cellar/role", supply->role, sizeof(supply->role));
	read_line(fd, "cellar/dialect", supply->dialect, sizeof(supply->dialect));
	read_line(fd, "manufacturer", supply->maker, sizeof(supply->maker));
	read_line(fd, "model_name", supply->model, sizeof(supply->model));
	read_line(fd, "status", supply->status, sizeof(supply->status));
	read_line(fd, "health", supply->health, sizeof(supply->health));
	read_alarms(fd, supply->alarms, sizeof(supply->alarms));
	supply->present = read_number(fd, "present") == 1;
	supply->voltage_uv = read_number(fd, "voltage_now");
	supply->current_ua = read_number(fd, "current_now");
	supply->capacity = read_number(fd, "capacity");
	supply->temperature_decic = read_number(fd, "temp");
	supply->charge_current_max_ua = read_number(fd, "constant_charge_current_max");
	supply->discharge_current_max_ua = read_number(fd, "cellar/discharge_current_max");
	supply->age_ms = read_number(fd, "cellar/age_ms");

	return 0;
}

int supply_read(int class_fd, const char *name, struct supply *supply)
{
	int fd, ret;

	memset(supply, 0, sizeof(*supply));
	snprintf(supply->name, sizeof(supply->name), "%s", name);

	fd = openat(class_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ENODEV : -errno;

	ret = read_all(fd, supply);
	close(fd);

	return ret;
}
