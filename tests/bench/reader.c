// SPDX-License-Identifier: GPL-2.0-only
/*
 * What cellar-rs485 is held against: a program that puts the same questions to the
 * same packs on the same line, without a pause but the one that is due between
 * telegrams, and reads the answers with the same codec. It shows them to nobody.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../../driver/wire/rs485.h"

#define TIMEOUT_MS	300
#define PACKS_MAX	32

/* 3.5 characters of ten bits, and the EOI, as driver/rs485/schedule.c has it */
#define GAP_BITS	45

struct reader {
	const struct cellar_rs485_dialect *dialect;
	struct cellar_rs485_deframer deframer;
	struct cellar_reading reading[PACKS_MAX];
	u8 address[PACKS_MAX];
	unsigned int packs;
	unsigned int baud;
	int fd;
};

static int open_line(struct reader *reader, const char *path)
{
	struct termios settings;

	reader->fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (reader->fd < 0 || tcgetattr(reader->fd, &settings))
		return -errno;
	cfmakeraw(&settings);

	return tcsetattr(reader->fd, TCSANOW, &settings) ? -errno : 0;
}

static int wait_for_answer(struct reader *reader, unsigned int pack,
			   const struct cellar_rs485_question *question)
{
	struct pollfd wait = { .fd = reader->fd, .events = POLLIN };
	struct cellar_rs485_telegram telegram;
	u8 bytes[CELLAR_RS485_WIRE_MAX];
	ssize_t n, i;
	int ret;

	for (;;) {
		ret = poll(&wait, 1, TIMEOUT_MS);
		if (ret <= 0)
			return ret ? -errno : -ETIMEDOUT;
		n = read(reader->fd, bytes, sizeof(bytes));
		if (n < 0)
			return -errno;
		for (i = 0; i < n; i++) {
			if (!cellar_rs485_feed(&reader->deframer, bytes[i], &telegram))
				continue;
			ret = cellar_rs485_decode(question, reader->address[pack], &telegram,
						  &reader->reading[pack]);
			if (ret != -ENOMSG)
				return ret;
		}
	}
}

static int ask(struct reader *reader, unsigned int pack,
	       const struct cellar_rs485_question *question)
{
	struct timespec gap = { 0, GAP_BITS * 1000000000L / reader->baud };
	u8 wire[CELLAR_RS485_QUESTION_MAX];
	int len;

	nanosleep(&gap, NULL);
	len = question->ask(reader->address[pack], wire);
	cellar_rs485_reset(&reader->deframer);
	if (write(reader->fd, wire, (size_t)len) != len)
		return -EIO;

	return wait_for_answer(reader, pack, question);
}

/* All that is due once a second, as cellar-rs485 asks when it never rests. */
static int ask_all(struct reader *reader)
{
	unsigned int q, pack;
	int ret;

	for (q = 0; q < reader->dialect->n_questions; q++) {
		const struct cellar_rs485_question *question = &reader->dialect->questions[q];

		if (question->of_system || question->urgency == CELLAR_URGENCY_IDENTITY)
			continue;
		for (pack = 0; pack < reader->packs; pack++) {
			ret = ask(reader, pack, question);
			if (ret)
				return ret;
		}
	}

	return 0;
}

int main(int argc, char **argv)
{
	static struct reader reader;
	int ret, i;

	reader.dialect = &cellar_rs485_pylontech;
	reader.baud = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 10) : 0;
	if (argc < 4 || argc > 3 + PACKS_MAX || !reader.baud) {
		fprintf(stderr, "usage: reader TTY BAUD ADDRESS...\n");
		return 2;
	}

	for (i = 3; i < argc; i++)
		reader.address[reader.packs++] = (u8)strtoul(argv[i], NULL, 0);
	ret = open_line(&reader, argv[1]);
	while (!ret)
		ret = ask_all(&reader);
	fprintf(stderr, "reader %s: %s\n", argv[1], strerror(-ret));

	return 1;
}
