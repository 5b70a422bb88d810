/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the modes of cellar-sim share on the command line: exit statuses,
 * numbers with a range, where and how fast frames go, and where text does.
 */
#ifndef CELLAR_SIM_OPTIONS_H
#define CELLAR_SIM_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "can_out.h"
#include "script.h"

#define EXIT_OK		0
#define EXIT_FAILED	1
#define EXIT_USAGE	2

/* @speed: virtual seconds per second */
struct out_options {
	const char *interface;
	const char *output;
	double speed;
	bool fast;
};

#define OUT_OPTIONS_DEFAULT	{ .speed = 1 }

/*
 * A mode that takes options and nothing else.
 * @mode: its word on the command line
 * @known: what getopt_long() knows
 * @help: the one among them that -h means as well
 * @set: take one, with its value or NULL, for @user: 0, or -EINVAL after saying what is wrong
 */
struct option_reader {
	const char *mode;
	const struct option *known;
	int help;
	int (*set)(void *user, int option, const char *text);
};

/* All of a command line: 0, or -EINVAL after saying what is wrong. */
int options_read(const struct option_reader *reader, void *user, int argc, char **argv);

/* -EINVAL after saying @why. */
int option_refuse(const char *why);

/*
 * Read @text, the value of option @name, as a number from @low to @high. 0, or
 * -EINVAL after saying what is wrong.
 */
int option_number(const char *name, const char *text, double low, double high,
		  double *number);

/* The same for a whole number. */
int option_whole(const char *name, const char *text, uint64_t low, uint64_t high,
		 uint64_t *number);

/* The --baud of a simulated line, 9600 or 115200: 0, or -EINVAL after saying what is wrong. */
int option_baud(const char *text, unsigned int *baud);

/*
 * Start the clock and open what the options ask for: vcan0 when nothing is. An
 * exit status, after saying what is wrong if it is not EXIT_OK.
 */
int out_open(const struct out_options *options, struct pace *pace, struct can_out *out);

/* Report lost frames and close. @err: what the sending ended with. Exit status. */
int out_close(struct can_out *out, int err);

/* The file of an option, to be read; NULL after saying why not. */
FILE *option_file(const char *path);

/* The script of an option; NULL: none. 0, or a negative errno after saying what is wrong. */
int option_script(const char *path, const struct script_world *world, struct script *script);

/* A file to write text to, - is standard output; NULL after saying why not. */
FILE *text_open(const char *path);

/* All of it is written: 0, or a negative errno after saying what is wrong. */
int text_close(FILE *to, const char *path);

#endif /* CELLAR_SIM_OPTIONS_H */
