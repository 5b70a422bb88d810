// SPDX-License-Identifier: GPL-2.0-only
/*
 * One address of an RS-485 line, and how much of the line it takes: how long to wait
 * for it, how long an exchange with it is, whether it is slow.
 */
#include "place.h"
#include "search.h"

/*
 * Time-outs: USB dongles deliver in chunks of 16 ms, and a busy host may be late by a
 * few of them; the documents of PACE and Seplos name 500 ms (protocols.md 4.10, 5.3),
 * and no document more.
 */
#define TIMEOUT_MIN_US	(60 * MS)
#define TIMEOUT_MAX_US	CELLAR_RS485_TIMEOUT_MAX_US

static const u32 timeout_start_us[CELLAR_RS485_DIALECTS] = {
	[CELLAR_RS485_PYLONTECH] = 300 * MS,
	[CELLAR_RS485_PACE] = 500 * MS,
	[CELLAR_RS485_SEPLOS] = 500 * MS,
	[CELLAR_RS485_VOLTRONIC] = 300 * MS,
};

/* Every so many time-outs, a dead pack, or a new one, is thought to be a slow one. */
#define PATIENCE	CELLAR_RS485_PATIENCE

#define STRETCH_MAX	(16 * STRETCH_ONE)

/*
 * Everything every live pack could be asked, which is 3.7 exchanges a second (schedule.c),
 * takes so much of a second that a long one has no place of its own in it.
 */
#define CROWDED_US	(600 * MS * 3 / 11)

u32 cellar_rs485_wire_us(unsigned int baud, unsigned int characters)
{
	/* ten bits each, in sixteenths of a microsecond */
	u32 character = 10 * 1000000u / baud * 16 + 10 * 1000000u % baud * 16 / baud;

	return (u32)(((u64)character * characters) >> 4);
}

/* 3.5 characters, and the EOI: an answer is whole without it (wire/rs485.h). */
u32 cellar_rs485_gap_min_us(unsigned int baud)
{
	return cellar_rs485_wire_us(baud, 9) / 2;
}

u32 cellar_rs485_timeout_start_us(enum cellar_rs485_dialect_id dialect)
{
	return timeout_start_us[dialect];
}

u32 cellar_rs485_silence_us(const struct cellar_rs485_schedule *s, u32 timeout_us)
{
	return cellar_rs485_wire_us(s->baud, CELLAR_RS485_QUESTION_MAX) + timeout_us;
}

/* As long as there is room for; where there is none, others are late in any case. */
static u32 patience_us(const struct cellar_rs485_schedule *s, u32 usual_us, u32 room_us)
{
	if (room_us < cellar_rs485_silence_us(s, usual_us))
		return TIMEOUT_MAX_US;

	return min_u32(room_us - cellar_rs485_silence_us(s, 0), TIMEOUT_MAX_US);
}

/* The line stands still meanwhile: longest only where it may bring a pack back. */
u32 cellar_rs485_timeout_us(const struct cellar_rs485_schedule *s, unsigned int index,
			    u32 room_us)
{
	const struct cellar_rs485_place *place = &s->place[index];
	u32 start = timeout_start_us[s->dialect];
	u32 usual = start;

	if (place->slowest_us)
		usual = max_u32(TIMEOUT_MIN_US, min_u32(2 * place->slowest_us, TIMEOUT_MAX_US));

	if (!place->timeouts)
		return usual;
	if (place->timeouts % PATIENCE == (place->known ? DEAD : PATIENCE - 1))
		return patience_us(s, max_u32(usual, start), room_us);
	if (place->known && place->timeouts < DEAD)
		return min_u32(usual << place->timeouts, TIMEOUT_MAX_US);

	return max_u32(usual, start);
}

u32 cellar_rs485_exchange_us(const struct cellar_rs485_schedule *s, unsigned int index,
			     const struct cellar_rs485_question *question)
{
	const struct cellar_rs485_place *place = &s->place[index];
	unsigned int q = question - cellar_rs485_dialect(s->dialect)->questions;
	u32 wait_us = place->slowest_us;

	if (place->timeouts || place->asking[q].silences)
		wait_us = cellar_rs485_timeout_us(s, index, 0);
	else if (place->asking[q].exchange_us)
		return place->asking[q].exchange_us + s->gap_us;

	return cellar_rs485_silence_us(s, wait_us) +
	       cellar_rs485_wire_us(s->baud, question->answer_len) + s->gap_us;
}

void cellar_rs485_load(const struct cellar_rs485_schedule *s, struct cellar_rs485_load *load)
{
	unsigned int i, n = cellar_rs485_places(s);

	memset(load, 0, sizeof(*load));
	for (i = 0; i < n; i++) {
		if (!s->place[i].known || s->place[i].timeouts >= DEAD)
			continue;
		load->live++;
		load->exchanges_us += s->place[i].exchange_us;
	}
	load->crowded = s->free_run || load->exchanges_us > CROWDED_US;
}

u32 cellar_rs485_stretch(const struct cellar_rs485_place *place,
			 const struct cellar_rs485_load *load)
{
	u32 others;

	if (!load->crowded || load->live < 2 || place->timeouts >= DEAD)
		return STRETCH_ONE;

	others = (load->exchanges_us - place->exchange_us) / (load->live - 1);
	if (!others || place->exchange_us <= 2 * others)
		return STRETCH_ONE;

	return min_u32(place->exchange_us * STRETCH_ONE / others, STRETCH_MAX);
}

bool cellar_rs485_asked_here(const struct cellar_rs485_schedule *s, unsigned int index,
			     const struct cellar_rs485_question *question)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	u8 address = dialect->addresses[index];

	return !question->of_system || (s->groups == 1 && dialect->group(address) == address);
}
