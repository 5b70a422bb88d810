// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grammar of one line, read from left to right by a cursor that never
 * leaves the line. What is not one of the known forms is an error, however close.
 */
#include "line.h"

#define CAN_ERROR_FLAG	0x20000000	/* candump prints error frames with it */
#define CAN_STD_MASK	0x7FF
#define CAN_EXT_MASK	0x1FFFFFFF
#define FD_LEN_MAX	64

/* VER ADR CID1 CID2 LENGTH CHKSUM with no INFO (protocols.md 4.2) */
#define RS485_SHORTEST	16

struct cursor {
	const char *at;
	const char *end;
};

static int fail(const char **error, const char *why)
{
	*error = why;
	return -EINVAL;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
	if (digit(c))
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;

	return -1;
}

static size_t left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

static char peek(const struct cursor *c)
{
	return c->at < c->end ? *c->at : '\0';
}

static bool take(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;

	return true;
}

static bool take_word(struct cursor *c, const char *word)
{
	size_t len = strlen(word);

	if (left(c) < len || memcmp(c->at, word, len))
		return false;
	c->at += len;

	return true;
}

static bool take_blanks(struct cursor *c)
{
	const char *from = c->at;

	while (c->at < c->end && blank(*c->at))
		c->at++;

	return c->at > from;
}

static bool take_byte(struct cursor *c, u8 *byte)
{
	int high, low;

	if (left(c) < 2)
		return false;

	high = hex_value(c->at[0]);
	low = hex_value(c->at[1]);
	if (high < 0 || low < 0)
		return false;

	*byte = (u8)(high << 4 | low);
	c->at += 2;

	return true;
}

/* Cut the line end, comments and blanks around; what is left is the line's matter. */
static void trim(struct cursor *c)
{
	const char *p;

	while (c->end > c->at && (c->end[-1] == '\n' || c->end[-1] == '\r'))
		c->end--;

	for (p = c->at; p < c->end; p++)
		if (*p == ';' && p > c->at && blank(p[-1]))
			break;
	c->end = p;

	while (c->end > c->at && blank(c->end[-1]))
		c->end--;
	take_blanks(c);
}

/* "(1436509052.249713)", microseconds as candump prints them */
static bool take_time(struct cursor *c, struct line *line)
{
	s64 seconds = 0, micros = 0;
	unsigned int i;

	if (!take(c, '('))
		return false;

	/* twelve digits are enough for the year 30000, and far from an overflow */
	for (i = 0; i < 12 && digit(peek(c)); i++)
		seconds = seconds * 10 + (*c->at++ - '0');
	if (!i || !take(c, '.'))
		return false;

	for (i = 0; i < 6 && digit(peek(c)); i++)
		micros = micros * 10 + (*c->at++ - '0');
	if (i != 6 || !take(c, ')'))
		return false;

	line->has_time = true;
	line->time_us = seconds * 1000000 + micros;

	return take_blanks(c);
}

static bool take_interface(struct cursor *c, struct line *line)
{
	size_t n = 0;

	for (; c->at < c->end && !blank(*c->at); c->at++) {
		if (n == LINE_INTERFACE_MAX || *c->at < '!' || *c->at > '~')
			return false;
		line->interface[n++] = *c->at;
	}
	line->interface[n] = '\0';

	return n && take_blanks(c);
}

/* Three hexadecimal digits for an 11-bit identifier, eight for 29 bits. */
static bool take_id(struct cursor *c, struct line *line)
{
	u32 id = 0;
	size_t n;

	for (n = 0; n < 8 && c->at < c->end && hex_value(*c->at) >= 0; n++)
		id = id << 4 | (u32)hex_value(*c->at++);
	if ((n != 3 && n != 8) || (n == 3 && id > CAN_STD_MASK))
		return false;

	line->id = id;
	line->extended = n == 8;
	if (line->extended && id & CAN_ERROR_FLAG)
		line->not_classical = "error frame";
	else if (id & ~CAN_EXT_MASK)
		return false;

	return true;
}

/* "##" has a flags digit and up to 64 bytes */
static int parse_log_fd(struct cursor *c, struct line *line, const char **error)
{
	unsigned int n;
	u8 byte;

	if (hex_value(peek(c)) < 0)
		return fail(error, "a CAN FD frame needs a flags digit behind ##");
	c->at++;

	for (n = 0; n <= FD_LEN_MAX && take_byte(c, &byte); n++)
		;
	if (n > FD_LEN_MAX)
		return fail(error, "more than 64 data bytes in a CAN FD frame");

	line->not_classical = "CAN FD frame";

	return 0;
}

static int parse_log_remote(struct cursor *c, struct line *line, const char **error)
{
	if (peek(c) >= '0' && peek(c) <= '8')
		c->at++;
	else if (digit(peek(c)))
		return fail(error, "a remote frame has a length of 0 to 8");

	line->not_classical = "remote frame";

	return 0;
}

/* "351#1402…", and a direction where candump was asked for it (-x) */
static int parse_log(struct cursor *c, struct line *line, const char **error)
{
	u8 byte;
	int ret = 0;

	if (take(c, '#')) {
		ret = parse_log_fd(c, line, error);
	} else if (take(c, 'R')) {
		ret = parse_log_remote(c, line, error);
	} else {
		while (take_byte(c, &byte)) {
			if (line->can.len == sizeof(line->can.data))
				return fail(error, "more than 8 data bytes");
			line->can.data[line->can.len++] = byte;
		}
	}
	if (ret)
		return ret;

	if (c->at == c->end)
		return 0;
	if (!take_blanks(c))
		return fail(error, "data bytes must be pairs of hexadecimal digits");
	if (!take(c, 'R') && !take(c, 'T'))
		return fail(error, "only R or T may follow the data");
	if (c->at != c->end)
		return fail(error, "text behind the direction");

	return 0;
}

/* "[8]" of a classical frame, "[08]" of CAN FD */
static bool take_length(struct cursor *c, struct line *line, unsigned int *len)
{
	unsigned int n = 0;

	*len = 0;
	if (!take(c, '['))
		return false;
	for (; n < 2 && digit(peek(c)); n++)
		*len = *len * 10 + (unsigned int)(*c->at++ - '0');
	if (!n || !take(c, ']'))
		return false;
	if (n == 2)
		line->not_classical = "CAN FD frame";

	return *len <= (n == 2 ? FD_LEN_MAX : sizeof(line->can.data));
}

/* What candump -a, and its decoding of error frames, put behind the data. */
static int parse_screen_tail(struct cursor *c, struct line *line, const char **error)
{
	if (c->at == c->end)
		return 0;
	if (peek(c) == '\'' && left(c) >= 2 && c->end[-1] == '\'')
		return 0;
	if (take_word(c, "ERRORFRAME") && c->at == c->end &&
	    line->id & CAN_ERROR_FLAG)
		return 0;

	return fail(error, "more data than the length in brackets says");
}

/* "351   [8]  14 02 …", the identifier is already taken */
static int parse_screen(struct cursor *c, struct line *line, const char **error)
{
	unsigned int len, i;
	u8 byte;

	take_blanks(c);
	if (!take_length(c, line, &len))
		return fail(error, "a length of [0] to [8] must follow the identifier");

	take_blanks(c);
	if (take_word(c, "remote request")) {
		line->not_classical = "remote frame";
		return c->at == c->end ? 0 : fail(error, "text behind a remote request");
	}

	for (i = 0; i < len; i++) {
		if (!take_byte(c, &byte) || (!take_blanks(c) && c->at != c->end))
			return fail(error, "fewer data bytes than the length in brackets says");
		if (i < sizeof(line->can.data))
			line->can.data[i] = byte;
	}
	line->can.len = (u8)(len <= sizeof(line->can.data) ? len : 0);

	return parse_screen_tail(c, line, error);
}

static int parse_can(struct cursor *c, struct line *line, const char **error)
{
	int ret;

	if (peek(c) == '(' && !take_time(c, line))
		return fail(error, "a time must look like (1436509052.249713)");
	if (!take_interface(c, line))
		return fail(error, "neither a candump line nor an RS-485 frame");

	/* the direction columns of candump -x */
	if (take_word(c, "RX - -") || take_word(c, "TX - -"))
		take_blanks(c);

	if (!take_id(c, line))
		return fail(error, "a CAN identifier has 3 or 8 hexadecimal digits, "
			    "with 3 up to 7FF, with 8 up to 1FFFFFFF");

	ret = take(c, '#') ? parse_log(c, line, error) : parse_screen(c, line, error);
	if (ret)
		return ret;

	line->kind = LINE_CAN;
	if (!line->not_classical)
		line->can.id = line->id | (line->extended ? CELLAR_CAN_EXTENDED : 0);

	return 0;
}

static int parse_rs485(struct cursor *c, struct line *line, const char **error)
{
	struct line_rs485 *head = &line->rs485;
	const char *p;

	for (p = c->at; p < c->end; p++)
		if (hex_value(*p) < 0 || (*p >= 'a' && *p <= 'f'))
			return fail(error, "only 0 to 9 and A to F may stand in an RS-485 frame");
	if (left(c) < RS485_SHORTEST || left(c) % 2)
		return fail(error, "an RS-485 frame has at least 16 digits, and an even number");

	head->text = c->at - 1;
	head->len = left(c) + 1;
	take_byte(c, &head->version);
	take_byte(c, &head->address);
	take_byte(c, &head->group);
	take_byte(c, &head->command);
	line->kind = LINE_RS485;

	return 0;
}

int line_parse(const char *text, size_t len, struct line *line, const char **error)
{
	struct cursor c = { .at = text, .end = text + len };

	*line = (struct line){ .kind = LINE_EMPTY };
	*error = NULL;

	trim(&c);
	if (c.at == c.end || *c.at == '#')
		return 0;
	if (take(&c, '~'))
		return parse_rs485(&c, line, error);

	return parse_can(&c, line, error);
}
