// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellar-history: keeps the history of cellard, which starts it with a socket as standard
 * input. A process of its own, since a card may take seconds, and nothing that is wrong
 * with a file shall ever reach what steers a battery.
 */
#include "database.h"
#include "link.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_USAGE	2

/*
 * @ready: READY has been said
 * @message: the one that is being put together or has come
 * @size: of what is put together
 */
struct keeper {
	struct database *database;
	struct link_message in, out;
	size_t size;
	bool ready;
};

static void usage(FILE *to)
{
	fputs("Usage: cellar-history FOLDER\n"
	      "Keep the history of cellard in FOLDER. cellard starts it, with a socket.\n"
	      "\n"
	      "  --help     show this and exit\n"
	      "  --version  show the version and exit\n"
	      "\n"
	      "Exit status: 0 cellard has ended, 1 an error, 2 wrong usage.\n", to);
}

static int answer(struct keeper *k, enum link_kind kind, s64 number, s64 time_s)
{
	k->out.header = (struct link_header){
		.kind = (u8)kind, .number = number, .time_s = time_s,
	};

	return link_send(STDIN_FILENO, &k->out, k->size);
}

static void put_text(struct keeper *k, const char *text)
{
	size_t n = strlen(text) + 1;

	if (k->size + n > sizeof(k->out.bytes))
		return;
	memcpy(k->out.bytes + k->size, text, n);
	k->size += n;
}

static void said(void *user, const char *code, const char *text)
{
	struct keeper *k = user;

	k->size = 0;
	put_text(k, code);
	put_text(k, text);
	answer(k, LINK_SAID, 0, 0);
}

static int put_row(void *user, const struct history_row *row)
{
	struct keeper *k = user;
	size_t n;
	int r;

	n = rows_put(k->out.bytes + k->size, sizeof(k->out.bytes) - k->size, row);
	if (!n) {
		r = answer(k, LINK_ROWS, 0, 0);
		if (r < 0)
			return r;
		k->size = 0;
		n = rows_put(k->out.bytes, sizeof(k->out.bytes), row);
	}
	k->size += n;

	return 0;
}

static int say_ready(struct keeper *k)
{
	static const struct database_question totals = {
		.table = HISTORY_TOTALS, .to = INT32_MAX,
	};
	s64 next;
	int r;

	k->size = 0;
	r = database_read(k->database, &totals, put_row, k, &next);
	if (r < 0)
		return r;
	k->ready = true;

	return answer(k, LINK_READY, 0, 0);
}

/* What cannot be opened now may be when there is something to write. */
static int say_closed(struct keeper *k)
{
	k->size = 0;
	put_text(k, database_why(k->database));

	return answer(k, LINK_CLOSED, 0, 0);
}

static int write_rows(struct keeper *k, size_t size)
{
	const struct database_batch batch = {
		.rows = k->in.bytes, .size = size, .token = k->in.header.token,
		.now_s = k->in.header.time_s, .minute_days = (u16)k->in.header.number,
	};
	int r = 0;

	if (!k->ready)
		r = say_ready(k);
	if (!r)
		r = database_write(k->database, &batch);
	k->size = 0;
	if (r)
		put_text(k, database_why(k->database));

	return answer(k, LINK_WRITTEN, r, 0);
}

static int read_rows(struct keeper *k)
{
	const struct link_header *h = &k->in.header;
	struct database_question question = {
		.table = (u8)h->number, .from = h->time_s, .to = h->token, .step_s = h->step_s,
	};
	s64 next;
	int r;

	k->size = 0;
	r = database_read(k->database, &question, put_row, k, &next);
	if (!r && k->size)
		r = answer(k, LINK_ROWS, 0, 0);
	k->size = 0;
	if (r)
		put_text(k, database_why(k->database));

	return answer(k, LINK_END, r, next);
}

/* 0, or a negative errno: cellard has gone, or speaks another language. */
static int serve(struct keeper *k)
{
	size_t size;
	int r;

	do {
		r = link_receive(STDIN_FILENO, &k->in, &size);
		if (r)
			return r;
		if (k->in.header.kind == LINK_WRITE)
			r = write_rows(k, size);
		else if (k->in.header.kind == LINK_ASK &&
			 k->in.header.number >= 0 && k->in.header.number < HISTORY_TABLES)
			r = read_rows(k);
		else
			r = -EBADMSG;
	} while (!r);

	return r;
}

static int run(const char *folder)
{
	struct keeper *k;
	int r;

	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;

	r = database_new(&k->database, folder, said, k);
	if (!r) {
		r = say_ready(k);
		if (!r)
			database_check(k->database);
		else
			r = say_closed(k);
		if (!r)
			r = serve(k);
	}
	database_free(k->database);
	free(k);

	return r;
}

/* The end of the socket is our signal: what is being written is written to its end. */
static void ignore_signals(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

static bool has_socket(void)
{
	int type;
	socklen_t size = sizeof(type);

	return !getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &size) &&
	       type == SOCK_SEQPACKET;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			usage(stdout);
			return EXIT_SUCCESS;
		case 'V':
			puts("cellar-history " CELLAR_VERSION);
			return EXIT_SUCCESS;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	}
	if (optind + 1 != argc) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (!has_socket()) {
		fputs("cellar-history: standard input is not cellard's socket: cellard starts"
		      " this program\n", stderr);
		return EXIT_USAGE;
	}

	ignore_signals();
	/* when people are at home is nobody else's to read */
	umask(0077);
	r = run(argv[optind]);
	if (r != -EPIPE)
		fprintf(stderr, "cellar-history: %s\n", strerror(-r));

	return r == -EPIPE ? EXIT_SUCCESS : EXIT_FAILURE;
}
