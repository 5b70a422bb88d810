// SPDX-License-Identifier: GPL-2.0-only
/*
 * How old limits and alarms become: looks at the ages that all supplies of a bus
 * give, again and again, and prints the worst of each in milliseconds.
 */
#include "feed.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An age is seen at most that much younger than it has become. */
#define STEP_MS		25

#define FILES_MAX	256

enum age { LIMITS, ALARMS, AGES };

static const char *const age_files[AGES] = {
	[LIMITS] = "limits_age_ms", [ALARMS] = "alarms_age_ms",
};

struct ages {
	size_t n;
	int fd[FILES_MAX];
	enum age age[FILES_MAX];
	long worst_ms[AGES];
};

static int open_ages(struct ages *ages, const char *bus, enum age age)
{
	char pattern[128];
	glob_t found;
	int ret = 0;
	size_t i;

	snprintf(pattern, sizeof(pattern), "/sys/class/power_supply/%s*/cellar/%s", bus,
		 age_files[age]);
	if (glob(pattern, 0, NULL, &found))
		return -ENODEV;
	for (i = 0; !ret && i < found.gl_pathc; i++) {
		ages->age[ages->n] = age;
		ages->fd[ages->n] = ages->n < FILES_MAX ?
				    open(found.gl_pathv[i], O_RDONLY | O_CLOEXEC) : -1;
		ret = ages->fd[ages->n++] < 0 ? -errno : 0;
	}
	globfree(&found);

	return ret;
}

static int look(struct ages *ages)
{
	ssize_t len;
	char text[32];
	size_t i;
	long ms;

	for (i = 0; i < ages->n; i++) {
		len = pread(ages->fd[i], text, sizeof(text) - 1, 0);
		if (len <= 0)
			return len ? -errno : -ENODATA;
		text[len] = '\0';
		ms = strtol(text, NULL, 10);
		if (ms > ages->worst_ms[ages->age[i]])
			ages->worst_ms[ages->age[i]] = ms;
	}

	return 0;
}

int main(int argc, char **argv)
{
	static struct ages ages;
	int64_t end_ns;
	int ret;

	if (argc != 3) {
		fprintf(stderr, "usage: ages SECONDS BUS\n");
		return 2;
	}

	end_ns = feed_now_ns() + strtol(argv[1], NULL, 10) * 1000000000LL;
	ret = open_ages(&ages, argv[2], LIMITS);
	if (!ret)
		ret = open_ages(&ages, argv[2], ALARMS);
	while (!ret && feed_now_ns() < end_ns) {
		ret = look(&ages);
		feed_sleep_ms(STEP_MS);
	}
	if (ret) {
		fprintf(stderr, "ages %s: %s\n", argv[2], strerror(-ret));
		return 1;
	}
	printf("%ld %ld\n", ages.worst_ms[LIMITS], ages.worst_ms[ALARMS]);

	return 0;
}
