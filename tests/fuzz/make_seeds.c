// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeds for the fuzzers from recordings: DIR/frames gets every recording, in
 * pieces, as the frames of codec_laws.h, DIR/line every line of it.
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
	u8 seed[CODEC_FRAME_BYTES] = { (u8)frame->id, (u8)(frame->id >> 8), frame->len };

	memcpy(seed + 3, frame->data, sizeof(frame->data));
	fwrite(seed, sizeof(seed), 1, out);
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

		if (line_parse(buf, strlen(buf), &line, &error) ||
		    line.kind != LINE_CAN || line.not_classical)
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
