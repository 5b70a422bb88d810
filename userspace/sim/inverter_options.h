/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command line says of simulated inverters: INTERFACE:DIALECT[:MANNER]...
 */
#ifndef CELLAR_SIM_INVERTER_OPTIONS_H
#define CELLAR_SIM_INVERTER_OPTIONS_H

#include <net/if.h>
#include <stdio.h>

#include "inverters.h"

struct inverter_option {
	char interface[IFNAMSIZ];
	struct inverter_config config;
};

/* @log_path: NULL when nothing is to be logged */
struct inverter_options {
	struct inverter_option of[INVERTERS_MAX];
	unsigned int n;
	const char *log_path;
};

/* Take one more. 0, or -EINVAL after saying what is wrong and what is possible. */
int inverter_options_add(struct inverter_options *options, const char *text);

/* Lines of help. */
void inverter_options_help(FILE *to);

#endif /* CELLAR_SIM_INVERTER_OPTIONS_H */
