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
 * @lines, @n, @room: frames put by until the dialect is known
 * @detect, @auto_dialect: choose the dialect by what is heard
 * @first_interface: of the first CAN frame; @several: there were others
 */
struct dump {
	bool json;
	bool auto_dialect;
	bool several;
	const char *interface;
	struct cellar_can_detect detect;
	struct decode decode;
	struct line *lines;
	size_t n;
	size_t room;
	u64 bad_lines;
	char first_interface[LINE_INTERFACE_MAX + 1];
};

static void usage(FILE *out)
{
	fputs("Usage: cellar-dump [OPTION]... [FILE]...\n"
	      "Decode what a battery said on its bus: recordings of candump (log or screen\n"
	      "form) from FILEs, or from standard input without any or for \"-\".\n"
	      "\n"
	      "  --json            one JSON object at the end instead of a line per frame\n"
	      "  --dialect NAME    auto (the default: read all, then choose)", out);
	for (int d = CELLAR_DIALECT_NONE + 1; d < CELLAR_DIALECTS; d++)
		fprintf(out, ",\n                    %s (%s)", cellar_can_dialect(d)->name,
			cellar_can_dialect(d)->title);
	fputs("\n"
	      "  --interface NAME  only CAN frames of this interface\n"
	      "  --help            show this and exit\n"
	      "  --version         show the version and exit\n"
	      "\n"
	      "Exit status: 0, 1 if a line or a file could not be read, 2 for a wrong option.\n",
	      out);
}

static int set_dialect(struct dump *dump, const char *name)
{
	enum cellar_dialect dialect = cellar_can_dialect_by_name(name);

	dump->auto_dialect = !strcmp(name, "auto");
	dump->decode.dialect = cellar_can_dialect(dialect);
	if (dump->auto_dialect || dump->decode.dialect)
		return 0;

	fprintf(stderr, "cellar-dump: no dialect \"%s\", there are: auto", name);
	for (int d = CELLAR_DIALECT_NONE + 1; d < CELLAR_DIALECTS; d++)
		fprintf(stderr, ", %s", cellar_can_dialect(d)->name);
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
	dump->lines[dump->n++] = *line;

	return 0;
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

static void choose_dialect(struct dump *dump)
{
	struct cellar_can_verdict verdict = cellar_can_detect_verdict(&dump->detect, true);

	dump->decode.dialect = cellar_can_dialect(verdict.dialect);
	if (verdict.mixed)
		fprintf(stderr, "cellar-dump: two systems are on this bus, nothing is decoded: "
			"%s (--interface or --dialect can choose one)\n", verdict.why);
	else if (!dump->decode.dialect && *dump->first_interface)
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
	free(dump.lines);

	return status;
}
