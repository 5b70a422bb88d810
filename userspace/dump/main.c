// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellar-dump: what a battery bus said (spec/interfaces.md). Options, input line
 * by line, the choice of a dialect, and the order of things; the work is done
 * next door.
 */
#include "../../driver/wire/can_detect.h"
#include "json.h"
#include "print.h"

#include <getopt.h>
#include <stdlib.h>

/* An RS-485 frame has up to 4095 characters of INFO (protocols.md 4.2). */
#define LINE_MAX_LEN	8191

enum {
	EXIT_BAD_INPUT = 1,
	EXIT_USAGE = 2,
};

/*
 * @lines, @n, @room: frames put by until the dialect is known, with own copies of
 *                    the text of RS-485 frames
 * @detect, @identified, @auto_dialect: choose the dialect by what is heard on CAN and,
 *                                      as a set of dialects, on RS-485
 * @first_interface: of the first CAN frame; @several: there were others
 */
struct dump {
	bool json;
	bool auto_dialect;
	bool several;
	const char *interface;
	struct cellar_can_detect detect;
	unsigned int identified;
	struct decode decode;
	struct line *lines;
	size_t n;
	size_t room;
	u64 bad_lines;
	char first_interface[LINE_INTERFACE_MAX + 1];
};

/* Voltronic's frames are bytes that no line of a recording holds */
static bool is_written_in_lines(enum cellar_rs485_dialect_id dialect)
{
	return cellar_rs485_dialect(dialect)->framing == CELLAR_FRAMING_ASCII;
}

static void usage(FILE *out)
{
	fputs("Usage: cellar-dump [OPTION]... [FILE]...\n"
	      "Decode what a battery said on its bus: recordings of candump (log or screen\n"
	      "form) and RS-485 frames (~20024642E00202FD33) from FILEs, or from standard\n"
	      "input without any or for \"-\".\n"
	      "\n"
	      "  --json            one JSON object at the end instead of a line per frame\n"
	      "  --dialect NAME    auto (the default: read all, then choose)", out);
	for (int d = CELLAR_DIALECT_NONE + 1; d < CELLAR_DIALECTS; d++)
		fprintf(out, ",\n                    %s (CAN: %s)", cellar_can_dialect(d)->name,
			cellar_can_dialect(d)->title);
	for (int d = CELLAR_RS485_NONE + 1; d < CELLAR_RS485_DIALECTS; d++)
		if (is_written_in_lines(d))
			fprintf(out, ",\n                    %s (RS-485: %s)",
				cellar_rs485_dialect(d)->name,
				cellar_rs485_dialect(d)->title);
	fputs("\n"
	      "  --interface NAME  only CAN frames of this interface\n"
	      "  --help            show this and exit\n"
	      "  --version         show the version and exit\n"
	      "\n"
	      "Exit status: 0, 1 if a line or a file could not be read, 2 for a wrong option.\n",
	      out);
}

/* The same name may be a dialect on CAN and another one on RS-485 */
static int set_dialect(struct dump *dump, const char *name)
{
	enum cellar_rs485_dialect_id rs485 = cellar_rs485_dialect_by_name(name);
	struct decode *decode = &dump->decode;

	dump->auto_dialect = !strcmp(name, "auto");
	decode->can = cellar_can_dialect(cellar_can_dialect_by_name(name));
	decode->n_rs485 = 0;
	if (rs485 && is_written_in_lines(rs485))
		decode->rs485[decode->n_rs485++] = rs485;
	if (dump->auto_dialect || decode->can || decode->n_rs485)
		return 0;

	fprintf(stderr, "cellar-dump: no dialect \"%s\", there are: auto", name);
	for (int d = CELLAR_DIALECT_NONE + 1; d < CELLAR_DIALECTS; d++)
		fprintf(stderr, ", %s", cellar_can_dialect(d)->name);
	for (int d = CELLAR_RS485_NONE + 1; d < CELLAR_RS485_DIALECTS; d++)
		if (is_written_in_lines(d) &&
		    !cellar_can_dialect_by_name(cellar_rs485_dialect(d)->name))
			fprintf(stderr, ", %s", cellar_rs485_dialect(d)->name);
	fputc('\n', stderr);

	return -EINVAL;
}

static int put_by(struct dump *dump, const struct line *line)
{
	if (dump->n == dump->room) {
		size_t room = dump->room ? 2 * dump->room : 1024;
		struct line *lines = reallocarray(dump->lines, room, sizeof(*lines));

		if (!lines)
			return -ENOMEM;
		dump->lines = lines;
		dump->room = room;
	}
	dump->lines[dump->n] = *line;
	if (line->kind == LINE_RS485) {
		char *text = strndup(line->rs485.text, line->rs485.len);

		if (!text)
			return -ENOMEM;
		dump->lines[dump->n].rs485.text = text;
	}
	dump->n++;

	return 0;
}

static void free_lines(struct dump *dump)
{
	for (size_t i = 0; i < dump->n; i++)
		if (dump->lines[i].kind == LINE_RS485)
			free((char *)dump->lines[i].rs485.text);
	free(dump->lines);
}

static void decode_and_print(struct dump *dump, const struct line *line)
{
	struct decode_result result;

	decode_line(&dump->decode, line, &result);
	if (!dump->json)
		print_frame(stdout, line, &result);
}

static int use_line(struct dump *dump, const struct line *line)
{
	if (line->kind == LINE_CAN) {
		if (dump->interface && strcmp(dump->interface, line->interface))
			return 0;
		if (!*dump->first_interface)
			memcpy(dump->first_interface, line->interface,
			       sizeof(dump->first_interface));
		else if (strcmp(dump->first_interface, line->interface))
			dump->several = true;
		if (!line->not_classical)
			cellar_can_detect_feed(&dump->detect, &line->can);
	} else {
		dump->identified |= 1U << decode_identify(&line->rs485);
	}

	if (dump->auto_dialect)
		return put_by(dump, line);

	decode_and_print(dump, line);

	return 0;
}

/*
 * The next line without its end, cut at LINE_MAX_LEN; *@len is what it really
 * was. False at the end of the input.
 */
static bool read_line(FILE *in, char *buf, size_t *len)
{
	int c;

	*len = 0;
	while ((c = getc(in)) != EOF && c != '\n') {
		if (*len < LINE_MAX_LEN)
			buf[*len] = (char)c;
		++*len;
	}

	return c != EOF || *len;
}

static int read_stream(struct dump *dump, FILE *in, const char *name)
{
	char buf[LINE_MAX_LEN];
	const char *error;
	struct line line;
	u64 number = 0;
	size_t len;
	int ret;

	while (read_line(in, buf, &len)) {
		number++;
		error = "line too long";
		ret = len > sizeof(buf) ? -EINVAL : line_parse(buf, len, &line, &error);
		if (ret) {
			fprintf(stderr, "%s:%llu: %s\n", name,
				(unsigned long long)number, error);
			dump->bad_lines++;
		} else if (line.kind != LINE_EMPTY) {
			ret = use_line(dump, &line);
			if (ret)
				return ret;
		}
	}

	return ferror(in) ? -EIO : 0;
}

static int read_file(struct dump *dump, const char *name)
{
	bool is_stdin = !strcmp(name, "-");
	FILE *in = is_stdin ? stdin : fopen(name, "re");
	int ret;

	if (!in) {
		ret = -errno;
	} else {
		ret = read_stream(dump, in, is_stdin ? "standard input" : name);
		if (!is_stdin)
			fclose(in);
	}
	if (ret)
		fprintf(stderr, "cellar-dump: %s: %s\n", name, strerror(-ret));

	return ret;
}

/*
 * Pylontech and Seplos have the same version, and only some answers tell which it is;
 * PACE has its own.
 */
static void choose_rs485_dialects(struct dump *dump)
{
	static const unsigned int both = 1U << CELLAR_RS485_PYLONTECH | 1U << CELLAR_RS485_SEPLOS;
	bool seplos = (dump->identified & both) == 1U << CELLAR_RS485_SEPLOS;
	struct decode *decode = &dump->decode;

	decode->rs485[0] = seplos ? CELLAR_RS485_SEPLOS : CELLAR_RS485_PYLONTECH;
	decode->rs485[1] = CELLAR_RS485_PACE;
	decode->n_rs485 = 2;
	if ((dump->identified & both) == both)
		fputs("cellar-dump: RS-485 frames of pylontech and of seplos are mixed, those "
		      "of pylontech are decoded (--dialect chooses)\n", stderr);
}

static void choose_dialect(struct dump *dump)
{
	struct cellar_can_verdict verdict = cellar_can_detect_verdict(&dump->detect, true);

	choose_rs485_dialects(dump);
	dump->decode.can = cellar_can_dialect(verdict.dialect);
	if (verdict.mixed)
		fprintf(stderr, "cellar-dump: two systems are on this bus, nothing is decoded: "
			"%s (--interface or --dialect can choose one)\n", verdict.why);
	else if (!dump->decode.can && *dump->first_interface)
		fprintf(stderr, "cellar-dump: no dialect recognised, nothing is decoded: %s\n",
			verdict.why);
}

static int run(struct dump *dump, char *const *files)
{
	int ret, status = EXIT_SUCCESS;
	size_t i;

	if (!*files && read_file(dump, "-"))
		status = EXIT_BAD_INPUT;
	for (; *files; files++)
		if (read_file(dump, *files))
			status = EXIT_BAD_INPUT;

	if (dump->several)
		fputs("cellar-dump: frames of several interfaces are taken for one bus "
		      "(--interface chooses one)\n", stderr);

	if (dump->auto_dialect)
		choose_dialect(dump);
	for (i = 0; i < dump->n; i++)
		decode_and_print(dump, &dump->lines[i]);

	ret = dump->json ? json_write(stdout, &dump->decode, dump->bad_lines) : 0;
	if (!ret && (fflush(stdout) || ferror(stdout)))
		ret = -EIO;
	if (ret) {
		fprintf(stderr, "cellar-dump: standard output: %s\n", strerror(-ret));
		status = EXIT_BAD_INPUT;
	}

	return dump->bad_lines ? EXIT_BAD_INPUT : status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "dialect", required_argument, NULL, 'd' },
		{ "interface", required_argument, NULL, 'i' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ .name = NULL },
	};
	struct dump dump = { .auto_dialect = true };
	int option, status;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			dump.json = true;
			break;
		case 'd':
			if (set_dialect(&dump, optarg))
				return EXIT_USAGE;
			break;
		case 'i':
			dump.interface = optarg;
			break;
		case 'h':
			usage(stdout);
			return EXIT_SUCCESS;
		case 'v':
			puts("cellar-dump " CELLAR_VERSION);
			return EXIT_SUCCESS;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	}

	status = run(&dump, argv + optind);
	free_lines(&dump);

	return status;
}
