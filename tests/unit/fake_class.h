/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A folder that looks like /sys/class/power_supply, to write supplies into.
 */
#ifndef CELLAR_TESTS_FAKE_CLASS_H
#define CELLAR_TESTS_FAKE_CLASS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

struct fake_class {
	char path[64];
	int fd;
};

static inline int fake_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;

	return remove(path);
}

static inline int fake_class_new(void **state)
{
	struct fake_class *class = calloc(1, sizeof(*class));

	snprintf(class->path, sizeof(class->path), "/tmp/cellar-class.XXXXXX");
	if (!mkdtemp(class->path))
		return -1;
	class->fd = open(class->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	*state = class;

	return class->fd < 0;
}

static inline int fake_class_free(void **state)
{
	struct fake_class *class = *state;

	close(class->fd);
	nftw(class->path, fake_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(class);

	return 0;
}

/* @file: below the folder of the supply; folders on the way are made */
static inline void fake_write(const struct fake_class *class, const char *supply,
			      const char *file, const char *text)
{
	char path[256];
	FILE *to;

	snprintf(path, sizeof(path), "%s/%s", class->path, supply);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/cellar", class->path, supply);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", class->path, supply, file);
	to = fopen(path, "we");
	assert_non_null(to);
	fputs(text, to);
	fclose(to);
}

#endif /* CELLAR_TESTS_FAKE_CLASS_H */
