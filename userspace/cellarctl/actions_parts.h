/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs that change something, in tables: of the batteries, and of the house.
 */
#ifndef CELLAR_CELLARCTL_ACTIONS_PARTS_H
#define CELLAR_CELLARCTL_ACTIONS_PARTS_H

#include <jansson.h>
#include <systemd/sd-bus.h>

/*
 * @least, @most: words, the verb included
 * @run: returns an exit status, and has said what went wrong, but for EXIT_USAGE
 */
struct action {
	const char *name;
	int least, most;
	int (*run)(sd_bus *bus, json_t *objects, int n, char **words);
};

/* Each ends with one without a name. */
extern const struct action actions_of_batteries[];
extern const struct action actions_of_house[];

/*
 * The path of what has @interface and is called @name; NULL, and standard error is told
 * which @what there are.
 */
const char *action_path(json_t *objects, const char *interface, const char *what,
			const char *name);

#endif /* CELLAR_CELLARCTL_ACTIONS_PARTS_H */
