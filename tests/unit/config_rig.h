/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of a configuration in a folder of the test's own, and what is said of them.
 */
#ifndef CELLAR_TESTS_CONFIG_RIG_H
#define CELLAR_TESTS_CONFIG_RIG_H

#include "fake_class.h"

#include "../../userspace/cellard/config.h"

/* @text: the last one of @n */
struct heard {
	unsigned int n;
	char text[1024];
};

static inline void hear(void *user, const char *text)
{
	struct heard *heard = user;

	heard->n++;
	snprintf(heard->text, sizeof(heard->text), "%s", text);
}

/* What stands in etc/a. */
static inline int load_file(const struct fake_class *in, struct config *config,
			    struct heard *heard)
{
	char path[128];

	memset(heard, 0, sizeof(*heard));
	snprintf(path, sizeof(path), "%s/etc/a", in->path);

	return config_load(config, path, hear, heard);
}

static inline int load(const struct fake_class *in, struct config *config, struct heard *heard,
		       const char *text)
{
	fake_write(in, "etc", "a", text);

	return load_file(in, config, heard);
}

static inline void must_load(const struct fake_class *in, struct config *config, const char *text)
{
	struct heard heard;

	if (load(in, config, &heard, text))
		fail_msg("%s", heard.text);
}

#endif /* CELLAR_TESTS_CONFIG_RIG_H */
