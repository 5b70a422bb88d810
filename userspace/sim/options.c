// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers are taken whole or not at all; errors name the option and its range.
 */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_INTERFACE	"vcan0"

int options_read(const struct option_reader *reader, void *user, int argc, char **argv)
{
	int option, err;

	while ((option = getopt_long(argc, argv, "h", reader->known, NULL)) != -1) {
		if (option == '?') {
			fprintf(stderr, "cellar-sim: see cellar-sim %s --help\n", reader->mode);
			return -EINVAL;
		}
		err = reader->set(user, option == 'h' ? reader->help : option, optarg);
		if (err)
			return err;
	}
	if (optind == argc)
		return 0;
	fprintf(stderr, "cellar-sim: '%s' is not expected, see cellar-sim %s --help\n",
		argv[optind], reader->mode);
	return -EINVAL;
}

int option_refuse(const char *why)
{
	fprintf(stderr, "cellar-sim: %s\n", why);
	return -EINVAL;
}

int option_number(const char *name, const char *text, double low, double high,
		  double *number)
{
	char *end;

	*number = strtod(text, &end);
	if (end != text && !*end && isfinite(*number) && *number >= low &&
	    *number <= high)
		return 0;
	fprintf(stderr, "cellar-sim: %s '%s' is not a number from %g to %g\n",
		name, text, low, high);
	return -EINVAL;
}

int option_whole(const char *name, const char *text, uint64_t low, uint64_t high,
		 uint64_t *number)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && !*end && !errno && value >= low &&
	    value <= high) {
		*number = value;
		return 0;
	}
	fprintf(stderr, "cellar-sim: %s '%s' is not a whole number from %llu to %llu\n",
		name, text, (unsigned long long)low, (unsigned long long)high);
	return -EINVAL;
}

int option_baud(const char *text, unsigned int *baud)
{
	*baud = !strcmp(text, "9600") ? 9600 : !strcmp(text, "115200") ? 115200 : 0;
	if (*baud)
		return 0;
	fprintf(stderr, "cellar-sim: --baud '%s' is neither 9600 nor 115200\n", text);
	return -EINVAL;
}

FILE *option_file(const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file)
		fprintf(stderr, "cellar-sim: %s: %s\n", path, strerror(errno));
	return file;
}

int option_script(const char *path, const struct script_world *world, struct script *script)
{
	char error[640];
	FILE *file;
	int err;

	if (!path)
		return 0;
	file = option_file(path);
	if (!file)
		return -EINVAL;
	err = script_read(script, file, path, world, error, sizeof(error));
	fclose(file);
	if (err)
		fprintf(stderr, "cellar-sim: %s\n", error);
	return err;
}

int out_open(const struct out_options *options, struct pace *pace, struct can_out *out)
{
	const char *interface = options->interface;
	int err;

	if (interface && options->output) {
		fprintf(stderr,
			"cellar-sim: --interface and --output exclude each other\n");
		return EXIT_USAGE;
	}
	if (!interface)
		interface = DEFAULT_INTERFACE;
	err = options->output ? can_out_log(out, options->output) :
				can_out_interface(out, interface, pace);
	if (err)
		return EXIT_FAILED;
	err = pace_start(pace, options->speed, options->fast);
	if (err) {
		fprintf(stderr, "cellar-sim: no clock: %s\n", strerror(-err));
		can_out_close(out);
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

int out_close(struct can_out *out, int err)
{
	if (out->lost)
		fprintf(stderr,
			"cellar-sim: %llu frames were lost, nobody took them from %s\n",
			(unsigned long long)out->lost, out->name);
	if (can_out_close(out))
		return EXIT_FAILED;
	return err && err != -EINTR ? EXIT_FAILED : EXIT_OK;
}

FILE *text_open(const char *path)
{
	FILE *to = strcmp(path, "-") ? fopen(path, "we") : stdout;

	if (!to)
		fprintf(stderr, "cellar-sim: %s cannot be written: %s\n", path, strerror(errno));
	return to;
}

int text_close(FILE *to, const char *path)
{
	int err = fflush(to) ? errno : ferror(to) ? EIO : 0;

	if (to != stdout && fclose(to) && !err)
		err = errno;
	if (err)
		fprintf(stderr, "cellar-sim: %s cannot be written: %s\n", path, strerror(err));
	return -err;
}
