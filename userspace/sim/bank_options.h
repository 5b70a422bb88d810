/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every mode with simulated packs takes on its command line: which packs,
 * what is asked of them, and what happens when.
 */
#ifndef CELLAR_SIM_BANK_OPTIONS_H
#define CELLAR_SIM_BANK_OPTIONS_H

#include <getopt.h>

#include "bank.h"
#include "inverter_options.h"

/* A mode's own options have numbers from here on. */
#define BANK_OPTIONS_END	512

enum {
	BANK_PACKS = 256,
	BANK_MODEL,
	BANK_SEED,
	BANK_SOC,
	BANK_AMBIENT,
	BANK_CURRENT,
	BANK_LOAD,
	BANK_OBEY,
	BANK_INVERTER_ON,
	BANK_INVERTER_LOG,
	BANK_SCRIPT,
	BANK_DURATION,
	BANK_TRUTH,
};

/* Rows of a mode's own table of struct option. */
#define BANK_LONG_OPTIONS \
	{ "packs", required_argument, NULL, BANK_PACKS }, \
	{ "model", required_argument, NULL, BANK_MODEL }, \
	{ "seed", required_argument, NULL, BANK_SEED }, \
	{ "soc", required_argument, NULL, BANK_SOC }, \
	{ "ambient", required_argument, NULL, BANK_AMBIENT }, \
	{ "current", required_argument, NULL, BANK_CURRENT }, \
	{ "load", required_argument, NULL, BANK_LOAD }, \
	{ "obey", no_argument, NULL, BANK_OBEY }, \
	{ "inverter-on", required_argument, NULL, BANK_INVERTER_ON }, \
	{ "inverter-log", required_argument, NULL, BANK_INVERTER_LOG }, \
	{ "script", required_argument, NULL, BANK_SCRIPT }, \
	{ "duration", required_argument, NULL, BANK_DURATION }, \
	{ "truth", required_argument, NULL, BANK_TRUTH }

/* @duration_ms: UINT64_MAX runs until it is stopped */
struct bank_options {
	struct bank_config bank;
	struct inverter_options inverters;
	const char *script_path;
	const char *truth_path;
	uint64_t duration_ms;
	bool has_current, has_load;
};

/* One pack of the default model at 60 % in a room of 25 °C, for ever. */
struct bank_options bank_options_default(void);

/* Take @option with the value @text. 0, or -EINVAL after saying what is wrong. */
int bank_option(struct bank_options *options, int option, const char *text);

/* What only the whole command line can show. */
int bank_options_check(const struct bank_options *options);

/*
 * Read the script, if there is one; an empty one else. 0, or a negative errno after
 * saying what is wrong. script_free() @script in any case.
 */
int bank_options_script(const struct bank_options *options, enum script_wire wire,
			struct script *script);

/* Lines of help: of the packs, of what is asked of them, and lists at the end. */
void bank_options_help_packs(FILE *to);
void bank_options_help_events(FILE *to);
void bank_options_help_lists(FILE *to, enum script_wire wire);

#endif /* CELLAR_SIM_BANK_OPTIONS_H */
