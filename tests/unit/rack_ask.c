// SPDX-License-Identifier: GPL-2.0-only
/*
 * A master for the tests of cellar-sim rack: asks questions on a serial port, one
 * after the other. A line for each: milliseconds from asking to the last byte, bytes
 * that came, what came of it (ok, refused, broken, silent), and for ok the reading,
 * as in the truth of cellar-sim.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../../driver/wire/rs485.h"
#include "../../userspace/sim/said.h"

#define NS_PER_MS	1000000ULL

struct master {
	const struct cellar_rs485_dialect *dialect;
	u64 silence_ns;
	int fd;
};

static u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000 * NS_PER_MS + (u64)ts.tv_nsec;
}

static const struct cellar_rs485_question *question_named(const struct master *master,
							  const char *name)
{
	unsigned int i;

	for (i = 0; i < master->dialect->n_questions; i++)
		if (!strcmp(master->dialect->questions[i].name, name))
			return &master->dialect->questions[i];
	fprintf(stderr, "rack_ask: %s has no question '%s'; it has:\n",
		master->dialect->name, name);
	for (i = 0; i < master->dialect->n_questions; i++)
		fprintf(stderr, "  %s\n", master->dialect->questions[i].name);
	return NULL;
}

/* One byte, or 0 after as long a silence as was asked for. */
static int next_byte(const struct master *master, u64 until_ns, u8 *byte)
{
	struct pollfd wait = { .fd = master->fd, .events = POLLIN };
	u64 now = now_ns();
	int left_ms = until_ns > now ? (int)((until_ns - now) / NS_PER_MS) + 1 : 0;
	int ready = poll(&wait, 1, left_ms);

	if (ready < 0)
		return -errno;
	if (!ready)
		return 0;
	return read(master->fd, byte, 1) == 1 ? 1 : -EIO;
}

static int ask(const struct master *master, const struct cellar_rs485_question *question,
	       u8 address)
{
	struct cellar_rs485_deframer deframer = { .framing = master->dialect->framing };
	struct said said = { address, "", question->name, NULL };
	struct cellar_rs485_telegram telegram;
	u8 wire[CELLAR_RS485_QUESTION_MAX];
	struct cellar_reading reading;
	const char *outcome = "silent";
	int ret, answered = -ENOMSG;
	u64 asked_ns, last_ns;
	size_t n = 0;
	u8 byte;

	ret = question->ask(address, wire);
	asked_ns = last_ns = now_ns();
	if (ret <= 0 || write(master->fd, wire, (size_t)ret) != ret)
		return -EIO;
	while ((ret = next_byte(master, last_ns + master->silence_ns, &byte)) > 0) {
		last_ns = now_ns();
		n++;
		if (answered == -ENOMSG && cellar_rs485_feed(&deframer, byte, &telegram))
			answered = cellar_rs485_decode(question, address, &telegram,
						       &reading);
	}
	if (n)
		outcome = !answered ? "ok" : answered == -EREMOTEIO ? "refused" : "broken";
	printf("%llu %zu %s ", (unsigned long long)((last_ns - asked_ns) / NS_PER_MS), n,
	       outcome);
	said.reading = &reading;
	if (answered)
		putchar('\n');
	else
		said_write(stdout, last_ns, &said);
	fflush(stdout);
	return ret;
}

static int open_port(struct master *master, const char *path)
{
	struct termios settings;

	master->fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master->fd < 0 || tcgetattr(master->fd, &settings))
		return -errno;
	cfmakeraw(&settings);
	return tcsetattr(master->fd, TCSANOW, &settings) ? -errno : 0;
}

int main(int argc, char **argv)
{
	struct master master = { 0 };
	int i, err;

	if (argc < 6 || argc % 2) {
		fprintf(stderr, "usage: rack_ask TTY DIALECT SILENCE_MS "
			"{ADDRESS QUESTION}...\n");
		return 2;
	}
	master.dialect = cellar_rs485_dialect(cellar_rs485_dialect_by_name(argv[2]));
	master.silence_ns = strtoull(argv[3], NULL, 10) * NS_PER_MS;
	if (!master.dialect)
		return 2;
	err = open_port(&master, argv[1]);
	for (i = 4; !err && i < argc; i += 2) {
		const struct cellar_rs485_question *question;

		question = question_named(&master, argv[i + 1]);
		if (!question)
			return 2;
		err = ask(&master, question, (u8)strtoul(argv[i], NULL, 0));
	}
	if (err)
		fprintf(stderr, "rack_ask: %s: %s\n", argv[1], strerror(-err));
	return !!err;
}
