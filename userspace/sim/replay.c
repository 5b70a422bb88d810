// SPDX-License-Identifier: GPL-2.0-only
/*
 * `cellar-sim replay`: a recorded bus, read whole and checked first, then played
 * with the timing of its log.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "../dump/line.h"
#include "modes.h"
#include "options.h"

/* Between frames of a recording that has no times */
#define UNTIMED_GAP_US		100000
#define LOOPS_MAX		1000000

enum {
	OPT_INTERFACE = 256,
	OPT_OUTPUT,
	OPT_SPEED,
	OPT_FAST,
	OPT_LOOP,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "interface", required_argument, NULL, OPT_INTERFACE },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "speed", required_argument, NULL, OPT_SPEED },
	{ "fast", no_argument, NULL, OPT_FAST },
	{ "loop", required_argument, NULL, OPT_LOOP },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 }
};

/* @after_us: since the frame before, or since the start of the recording */
struct recorded {
	int64_t after_us;
	struct cellar_can_frame can;
};

/* @skipped: lines that are no classical CAN data frame */
struct recording {
	struct recorded *frames;
	size_t n, room;
	size_t skipped;
	bool has_time;
	int64_t last_us;
};

void replay_help(FILE *to)
{
	fputs("cellar-sim replay FILE - play a recorded bus with its timing\n"
	      "\n"
	      "FILE holds candump lines, as `candump -l`, `candump -L` or plain candump\n"
	      "write them; - is standard input. Every data frame is played,\n"
	      "whoever sent it and on whichever interface; other frames are counted and\n"
	      "left out. Lines without a time follow each other after 100 ms; a time that\n"
	      "goes back is played at once. A line that is no recording at all is an\n"
	      "error, and then nothing is played.\n"
	      "\n"
	      "  --interface NAME   SocketCAN interface (vcan0)\n"
	      "  --output FILE      instead of it: candump log lines, time from 0; - is\n"
	      "                     standard output\n"
	      "  --speed X          X times as fast (1)\n"
	      "  --fast             do not wait at all\n"
	      "  --loop N           play it N times; 0 is for ever (1)\n"
	      "\n"
	      "Examples\n"
	      "  cellar-sim replay tests/data/can/pylontech_lv_4modules.log --loop 0\n"
	      "  xzcat night.log.xz | cellar-sim replay - --interface vcan1 --speed 10\n", to);
}

static int64_t gap_us(struct recording *recording, const struct line *line)
{
	int64_t gap;

	if (!line->has_time)
		return recording->n ? UNTIMED_GAP_US : 0;
	gap = recording->has_time ? line->time_us - recording->last_us : 0;
	recording->has_time = true;
	recording->last_us = line->time_us;
	return gap > 0 ? gap : 0;
}

static int append(struct recording *recording, const struct line *line)
{
	struct recorded *grown;

	if (recording->n == recording->room) {
		size_t room = recording->room ? recording->room * 2 : 256;

		grown = realloc(recording->frames, room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		recording->frames = grown;
		recording->room = room;
	}
	recording->frames[recording->n] = (struct recorded){
		.after_us = gap_us(recording, line),
		.can = line->can,
	};
	recording->n++;
	return 0;
}

static int take_line(struct recording *recording, const char *text, size_t len,
		     const char **error)
{
	struct line line;
	int err;

	err = line_parse(text, len, &line, error);
	if (err || line.kind == LINE_EMPTY)
		return err;
	if (line.kind != LINE_CAN || line.not_classical) {
		recording->skipped++;
		return 0;
	}
	err = append(recording, &line);
	*error = "out of memory";
	return err;
}

static int read_recording(struct recording *recording, FILE *file, const char *name)
{
	unsigned int number = 0;
	size_t room = 0;
	char *text = NULL;
	int err = 0;
	ssize_t len;

	while (!err && (len = getline(&text, &room, file)) >= 0) {
		const char *error = NULL;

		number++;
		err = take_line(recording, text, (size_t)len, &error);
		if (err)
			fprintf(stderr, "cellar-sim: %s:%u: %s\n", name, number, error);
	}
	free(text);
	if (!err && ferror(file)) {
		fprintf(stderr, "cellar-sim: %s cannot be read\n", name);
		err = -EIO;
	}
	if (!err && !recording->n) {
		fprintf(stderr, "cellar-sim: %s holds no frame to play\n", name);
		err = -ENODATA;
	}
	return err;
}

static int open_recording(struct recording *recording, const char *path)
{
	FILE *file;
	int err;

	if (!strcmp(path, "-"))
		return read_recording(recording, stdin, "standard input");
	file = fopen(path, "re");
	if (!file) {
		err = -errno;
		fprintf(stderr, "cellar-sim: %s: %s\n", path, strerror(-err));
		return err;
	}
	err = read_recording(recording, file, path);
	fclose(file);
	return err;
}

static int play(const struct recording *recording, uint64_t loops, struct pace *pace,
		struct can_out *out)
{
	uint64_t done, now_us = 0;
	int err = 0;
	size_t i;

	for (done = 0; !err && (!loops || done < loops); done++) {
		if (done)
			now_us += UNTIMED_GAP_US;
		for (i = 0; !err && i < recording->n; i++) {
			const struct recorded *r = &recording->frames[i];
			struct can_frame frame = { .can_id = r->can.id };

			frame.can_dlc = r->can.len;
			memcpy(frame.data, r->can.data, r->can.len);
			now_us += (uint64_t)r->after_us;
			err = pace_until(pace, now_us / 1000);
			if (!err)
				err = can_out_send(out, now_us / 1000, &frame);
			if (err > 0)
				err = 0;
		}
	}
	return err;
}

static int replay(const char *path, uint64_t loops, const struct out_options *options)
{
	struct recording recording = { 0 };
	int status = EXIT_FAILED;
	struct can_out out;
	struct pace pace;

	if (!open_recording(&recording, path)) {
		status = out_open(options, &pace, &out);
		if (status == EXIT_OK)
			status = out_close(&out, play(&recording, loops, &pace, &out));
		if (recording.skipped)
			fprintf(stderr, "cellar-sim: %zu lines were no 11-bit data frames "
				"and left out\n", recording.skipped);
	}
	free(recording.frames);
	return status;
}

int replay_main(int argc, char **argv)
{
	struct out_options options = OUT_OPTIONS_DEFAULT;
	uint64_t loops = 1;
	int option, err = 0;

	while (!err && (option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		switch (option) {
		case OPT_INTERFACE:
			options.interface = optarg;
			break;
		case OPT_OUTPUT:
			options.output = optarg;
			break;
		case OPT_SPEED:
			err = option_number("--speed", optarg, 0.001, 1e6, &options.speed);
			break;
		case OPT_FAST:
			options.fast = true;
			break;
		case OPT_LOOP:
			err = option_whole("--loop", optarg, 0, LOOPS_MAX, &loops);
			break;
		case 'h':
		case OPT_HELP:
			replay_help(stdout);
			return EXIT_OK;
		default:
			err = -EINVAL;
			break;
		}
	}
	if (!err && argc - optind == 1)
		return replay(argv[optind], loops, &options);
	fputs("cellar-sim: use cellar-sim replay FILE [OPTIONS], see --help\n", stderr);
	return EXIT_USAGE;
}
