// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the configuration before it is taken.
 */
#include "settings.h"

#include <stdlib.h>

static void complain(void *user, const char *text)
{
	struct settings *s = user;
	size_t length = strlen(s->wrong);

	fprintf(stderr, "cellard: %s\n", text);
	snprintf(s->wrong + length, sizeof(s->wrong) - length, "%s%s", length ? "\n" : "", text);
}

int settings_read(struct settings *settings, struct config **config)
{
	struct config *c;
	int r;

	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;

	settings->wrong[0] = '\0';
	r = config_load(c, settings->path, complain, settings);
	if (r) {
		free(c);
		return r;
	}
	*config = c;

	return 0;
}

void settings_take(struct settings *settings, struct config *config, s64 wall_s)
{
	free(settings->config);
	settings->config = config;
	settings->taken_s = wall_s;
}

void settings_free(struct settings *settings)
{
	free(settings->config);
	settings->config = NULL;
}
