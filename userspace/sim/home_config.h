/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A simulated house out of the files that cellard reads.
 */
#ifndef CELLAR_SIM_HOME_CONFIG_H
#define CELLAR_SIM_HOME_CONFIG_H

#include "../cellard/config.h"
#include "house.h"

/*
 * Read @path, a cellard.conf(5) with a [site], and set the clocks to its time zone. @house
 * gets what its [simulation] says of sun and people, NULL: nobody wants to know. 0, or
 * -EINVAL after saying what is wrong.
 */
int home_config_load(struct home_config *home, struct house_config *house, const char *path);

/* The same, and all else that stands there, to @config. */
int home_config_read(struct config *config, struct home_config *home,
		     struct house_config *house, const char *path);

#endif /* CELLAR_SIM_HOME_CONFIG_H */
