// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests and answers of a simulated Modbus device, and how a number becomes registers.
 */
#include "slave.h"

#include <math.h>
#include <string.h>

#define READ_HOLDING	3
#define READ_INPUT	4
#define WRITE_COIL	5
#define WRITE_ONE	6
#define WRITE_MANY	16
#define IS_EXCEPTION	0x80
#define COIL_ON		0xff00

#define NS_PER_S	1e9

static const struct slave_kind *const kinds[] = {
	&slave_dtsu666, &slave_dtsu666_old, &slave_dtsu666_units, &slave_ddsu666,
	&slave_ddsu666_basic, &slave_sunspec_meter, &slave_sofar_g3, &slave_me3000, &slave_hyd_es,
	&slave_sunspec_inverter,
};

const struct slave_kind *slave_kind_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i]->name, name))
			return kinds[i];
	return NULL;
}

void slave_kinds_help(FILE *to)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		fprintf(to, "  %-18s %s\n", kinds[i]->name, kinds[i]->help);
	fprintf(to, "  %-18s %s\n", slave_wallbox.name, slave_wallbox.help);
}

static bool is_there(const struct slave *s, unsigned int at)
{
	for (unsigned int i = 0; i < s->holes; i++)
		if (s->hole[i] == at)
			return false;
	return s->there[at / 8] & 1 << at % 8;
}

static bool are_there(const struct slave *s, unsigned int at, unsigned int n)
{
	for (unsigned int i = at; i < at + n; i++)
		if (i >= SLAVE_REGISTERS || !is_there(s, i))
			return false;
	return true;
}

void slave_make_room(struct slave *s, unsigned int at, unsigned int n)
{
	for (unsigned int i = at; i < at + n; i++)
		s->there[i / 8] |= (uint8_t)(1 << i % 8);
}

static void make_room(struct slave *s, const struct register_map *map)
{
	for (unsigned int b = 0; b < map->blocks; b++)
		slave_make_room(s, map->block[b].at, map->block[b].n);
}

static void start(struct slave *s, const struct slave_kind *kind,
		  const struct wallbox_profile *profile, uint8_t address, uint64_t now_ns)
{
	memset(s, 0, sizeof(*s));
	s->kind = kind;
	s->profile = profile;
	s->address = address;
	s->ct = 1;
	s->pt_deci = 10;
	s->stepped_ns = now_ns;
	for (unsigned int i = 0; kind->maps[i]; i++)
		make_room(s, kind->maps[i]);
	kind->begin(s);
}

void slave_start(struct slave *s, const struct slave_kind *kind, uint8_t address,
		 uint64_t now_ns)
{
	start(s, kind, NULL, address, now_ns);
}

void slave_start_wallbox(struct slave *s, const struct wallbox_profile *profile, uint8_t address,
			 uint64_t now_ns)
{
	start(s, &slave_wallbox, profile, address, now_ns);
}

void slave_set_power(struct slave *s, double watts)
{
	for (unsigned int i = 0; i < SLAVE_PHASES; i++)
		s->power_w[i] = watts / SLAVE_PHASES;
}

void slave_set_phases(struct slave *s, const double *watts)
{
	for (unsigned int i = 0; i < SLAVE_PHASES; i++)
		s->power_w[i] = watts[i];
}

void slave_make_hole(struct slave *s, uint16_t at)
{
	s->hole[s->holes < SLAVE_HOLES_MAX ? s->holes++ : SLAVE_HOLES_MAX - 1] = at;
}

static uint64_t raw_of(const struct register_row *row, double counts)
{
	float single = (float)counts;
	uint32_t bits;

	uint64_t wide;

	if (row->type == REGISTER_F64) {
		memcpy(&wide, &counts, sizeof(wide));
		return wide;
	}
	if (row->type != REGISTER_F32)
		return (uint64_t)llround(counts);
	memcpy(&bits, &single, sizeof(bits));
	return bits;
}

void slave_put(struct slave *s, const struct register_map *map, unsigned int place,
	       double number)
{
	const struct register_row *row = &map->row[place];
	unsigned int words = register_words(row->type);
	double counts = number * row->den / row->num;
	uint64_t raw;

	if (row->ratios & REGISTER_CT)
		counts /= s->ct;
	if (row->ratios & REGISTER_PT)
		counts /= s->pt_deci / 10.0;
	if (row->scale_at)
		counts /= pow(10, (int16_t)s->value[s->base + row->scale_at]);
	raw = raw_of(row, counts);
	for (unsigned int i = 0; i < words; i++) {
		unsigned int shift = 16 * (s->swapped ? i : words - 1 - i);

		s->value[s->base + row->at + i] = (uint16_t)(raw >> shift);
	}
}

void slave_put_text(struct slave *s, uint16_t at, unsigned int n, const char *text)
{
	size_t length = strlen(text);

	for (unsigned int i = 0; i < n; i++) {
		unsigned int high = 2 * i < length ? (uint8_t)text[2 * i] : 0;
		unsigned int low = 2 * i + 1 < length ? (uint8_t)text[2 * i + 1] : 0;

		s->value[at + i] = (uint16_t)(high << 8 | low);
	}
}

static void live(struct slave *s, uint64_t now_ns)
{
	double seconds = (double)(now_ns - s->stepped_ns) / NS_PER_S;

	if (s->frozen)
		return;
	s->stepped_ns = now_ns;
	s->kind->step(s, seconds);
}

static size_t refuse(const struct slave *s, const uint8_t *request, uint8_t code,
		     uint8_t *answer)
{
	answer[0] = s->kind->refusal ? s->kind->refusal : request[0] | IS_EXCEPTION;
	answer[1] = code;
	return 2;
}

static unsigned int word_at(const uint8_t *bytes)
{
	return (unsigned int)bytes[0] << 8 | bytes[1];
}

/* Whether the device answers that at all: an exception, or 0. */
static uint8_t asked(const struct slave *s, uint8_t function, unsigned int at, unsigned int n)
{
	return s->profile ? slave_wallbox_asked(s, function, at, n) : 0;
}

static size_t answer_read(struct slave *s, const uint8_t *request, uint8_t *answer)
{
	unsigned int at = word_at(request + 1), n = word_at(request + 3);

	if (n < 1 || n > REGISTERS_MAX)
		return refuse(s, request, SLAVE_ILLEGAL_VALUE, answer);
	if (!are_there(s, at, n))
		return refuse(s, request, SLAVE_ILLEGAL_ADDRESS, answer);
	if (asked(s, request[0], at, n))
		return refuse(s, request, asked(s, request[0], at, n), answer);
	answer[0] = request[0];
	answer[1] = (uint8_t)(2 * n);
	for (unsigned int i = 0; i < n; i++) {
		answer[2 + 2 * i] = (uint8_t)(s->value[at + i] >> 8);
		answer[3 + 2 * i] = (uint8_t)s->value[at + i];
	}
	return 2 + 2 * n;
}

/* What it does not take stays as it was. */
static bool take(struct slave *s, unsigned int at, unsigned int n, const uint8_t *bytes)
{
	uint16_t before[REGISTERS_MAX];

	memcpy(before, s->value + at, n * sizeof(*before));
	for (unsigned int i = 0; i < n; i++)
		s->value[at + i] = (uint16_t)word_at(bytes + 2 * i);
	if (s->kind->wrote && s->kind->wrote(s, (uint16_t)at, n))
		return true;
	memcpy(s->value + at, before, n * sizeof(*before));
	return false;
}

static size_t answer_write(struct slave *s, const uint8_t *request, size_t size,
			   uint8_t *answer)
{
	bool many = request[0] == WRITE_MANY;
	unsigned int at = word_at(request + 1), n = many ? word_at(request + 3) : 1;

	if (n < 1 || n > REGISTERS_MAX || (many && (size < 6 || request[5] != 2 * n ||
						    size != 6 + 2 * n)))
		return refuse(s, request, SLAVE_ILLEGAL_VALUE, answer);
	if (!are_there(s, at, n))
		return refuse(s, request, SLAVE_ILLEGAL_ADDRESS, answer);
	if (asked(s, request[0], at, n))
		return refuse(s, request, asked(s, request[0], at, n), answer);
	if (!take(s, at, n, request + (many ? 6 : 3)))
		return refuse(s, request, SLAVE_ILLEGAL_VALUE, answer);
	memcpy(answer, request, 5);
	return 5;
}

static size_t answer_command(struct slave *s, const uint8_t *request, size_t n, uint8_t *answer)
{
	size_t size = s->kind->command ? s->kind->command(s, request, n, answer) : 0;

	return size ? size : refuse(s, request, SLAVE_ILLEGAL_FUNCTION, answer);
}

/* A coil is kept as a register of 0 or 1. */
static size_t answer_coil(struct slave *s, const uint8_t *request, size_t size, uint8_t *answer)
{
	const uint8_t one[] = { WRITE_COIL, request[1], request[2], 0, request[3] == 0xff };
	unsigned int value = word_at(request + 3);
	size_t n;

	if (!s->profile)
		return refuse(s, request, SLAVE_ILLEGAL_FUNCTION, answer);
	if (value && value != COIL_ON)
		return refuse(s, request, SLAVE_ILLEGAL_VALUE, answer);
	n = answer_write(s, one, size, answer);
	if (n == size)
		memcpy(answer, request, size);
	return n;
}

size_t slave_answer(struct slave *s, uint64_t now_ns, const uint8_t *request, size_t n,
		    uint8_t *answer)
{
	if (s->muted || s->muted_by_power || n < 1)
		return 0;
	live(s, now_ns);
	if (s->refuse)
		return refuse(s, request, s->refuse, answer);
	switch (request[0]) {
	case READ_HOLDING:
	case READ_INPUT:
		return n == 5 ? answer_read(s, request, answer) :
		       refuse(s, request, SLAVE_ILLEGAL_VALUE, answer);
	case WRITE_COIL:
		return n == 5 ? answer_coil(s, request, n, answer) :
		       refuse(s, request, SLAVE_ILLEGAL_VALUE, answer);
	case WRITE_ONE:
	case WRITE_MANY:
		return n >= 5 ? answer_write(s, request, n, answer) :
		       refuse(s, request, SLAVE_ILLEGAL_VALUE, answer);
	default:
		return answer_command(s, request, n, answer);
	}
}
