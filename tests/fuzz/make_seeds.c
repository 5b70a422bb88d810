// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeds for the fuzzers from recordings: DIR/frames gets every recording, in
 * pieces, as the frames of codec_laws.h, DIR/line every line of it, DIR/rs485 every
 * RS-485 frame as it is on the line and as the answer of rs485_laws.h.
 */
#include "../../userspace/dump/line.h"
#include "codec_laws.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>

/* a little more than one round of what the busiest capture sends */
#define FRAMES_PER_SEED	25

static FILE *open_seed(const char *dir, const char *kind, const char *name, unsigned int n)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s-%u", dir, kind, name, n);
	file = fopen(path, "w");
	if (!file) {
		perror(path);
		exit(EXIT_FAILURE);
	}

	return file;
}

static void put_frame(FILE *out, const struct cellar_can_frame *frame)
{
	u16 id = (u16)(frame->id & CODEC_ID_MASK);
	u8 seed[CODEC_FRAME_BYTES];

	if (frame->id & CELLAR_CAN_EXTENDED)
		id |= CODEC_ID_EXTENDED;
	seed[0] = (u8)id;
	seed[1] = (u8)(id >> 8);
	seed[2] = frame->len;

	memcpy(seed + 3, frame->data, sizeof(frame->data));
	fwrite(seed, sizeof(seed), 1, out);
}

/* ~ VER ADR CID1 CID2 LENGTH INFO CHKSUM, two digits a byte */
static void put_rs485(const char *dir, const char *name, unsigned int n,
		      const struct line_rs485 *frame)
{
	u8 head[] = { 1, frame->version, frame->address, frame->command };
	FILE *line = open_seed(dir, "rs485", name, 2 * n);
	FILE *answer = open_seed(dir, "rs485", name, 2 * n + 1);

	fputc(0, line);
	fwrite(frame->text, 1, frame->len, line);
	fputc('\r', line);
	fclose(line);

	fwrite(head, 1, sizeof(head), answer);
	for (size_t at = 13; at + 6 <= frame->len; at += 2) {
		char digits[] = { frame->text[at], frame->text[at + 1], '\0' };

		fputc((int)strtoul(digits, NULL, 16), answer);
	}
	fclose(answer);
}

static void seeds_of(const char *dir, char *path)
{
	const char *error, *name = basename(path);
	FILE *in = fopen(path, "r"), *frames = NULL, *text;
	unsigned int number = 0, n = 0;
	char buf[8192];
	struct line line;

	if (!in) {
		perror(path);
		exit(EXIT_FAILURE);
	}

	while (fgets(buf, sizeof(buf), in)) {
		text = open_seed(dir, "line", name, ++number);
		fputs(buf, text);
		fclose(text);

		if (line_parse(buf, strlen(buf), &line, &error))
			continue;
		if (line.kind == LINE_RS485)
			put_rs485(dir, name, number, &line.rs485);
		if (line.kind != LINE_CAN || line.not_classical)
			continue;
		if (n % FRAMES_PER_SEED == 0) {
			if (frames)
				fclose(frames);
			frames = open_seed(dir, "frames", name, n);
		}
		put_frame(frames, &line.can);
		n++;
	}
	if (frames)
		fclose(frames);
	fclose(in);
}

int main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		seeds_of(argv[1], argv[i]);

	return EXIT_SUCCESS;
}
