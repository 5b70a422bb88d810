// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where to look for packs on an RS-485 line: all dialects, speeds and addresses while
 * nobody is known, and what two percent of line time allow afterwards.
 */
#include "search.h"

#define MS		1000u

/* One part in so many of line time. */
#define SHARE		50
#define CREDIT_MAX_US	(1100 * MS)	/* the dearest probe */
#define PROBE_MIN_US	(300 * MS)	/* the cheapest */

/* Speeds of the packs: protocols.md 4.1, 4.10, 5.1. */
static const unsigned int bauds[] = { 9600, 115200 };

/* A probe may fail by chance, and the whole rack would wait for the next one. */
#define INVITATIONS	2

/* Which unknown addresses are probed in turn. */
enum turn {
	BEHIND_KNOWN,
	FIRST_OF_GROUP,
	ANY,
	TURNS
};

unsigned int cellar_rs485_places(const struct cellar_rs485_schedule *s)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);

	if (!dialect)
		return 0;

	return dialect->n_addresses < CELLAR_RS485_ADDRESSES_MAX ? dialect->n_addresses :
								   CELLAR_RS485_ADDRESSES_MAX;
}

/* CELLAR_RS485_ADDRESSES_MAX if @address is none of the dialect's. */
static unsigned int find_address(const struct cellar_rs485_dialect *dialect, u8 address)
{
	unsigned int i;

	for (i = 0; i < dialect->n_addresses && i < CELLAR_RS485_ADDRESSES_MAX; i++)
		if (dialect->addresses[i] == address)
			return i;

	return CELLAR_RS485_ADDRESSES_MAX;
}

static unsigned int baud_now(const struct cellar_rs485_schedule *s)
{
	return s->fixed_baud ? s->fixed_baud : bauds[s->try_baud];
}

static unsigned int longest(const struct cellar_rs485_schedule *s)
{
	unsigned int id, n = 1;

	for (id = 1; id < CELLAR_RS485_DIALECTS; id++) {
		const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(id);

		if (s->fixed_dialect != CELLAR_RS485_NONE && s->fixed_dialect != id)
			continue;
		if (dialect->n_addresses > n)
			n = dialect->n_addresses;
	}

	return n < CELLAR_RS485_ADDRESSES_MAX ? n : CELLAR_RS485_ADDRESSES_MAX;
}

/* Each fourth round is for the first address, where a lone pack is. */
static unsigned int index_of_round(const struct cellar_rs485_schedule *s)
{
	return s->round % 4 == 3 ? 0 : (s->round - s->round / 4) % longest(s);
}

bool cellar_rs485_search_patient(const struct cellar_rs485_schedule *s)
{
	return (s->round - s->round / 4) / longest(s) % 4 == 3;
}

static unsigned int next_remembered(const struct cellar_rs485_schedule *s)
{
	unsigned int i, n = cellar_rs485_places(s);

	for (i = 0; i < n; i++) {
		unsigned int index = (s->revisit + i) % n;

		if (s->place[index].remembered)
			return index;
	}

	return CELLAR_RS485_ADDRESSES_MAX;
}

static bool is_to_try(const struct cellar_rs485_schedule *s)
{
	if (s->try_dialect == CELLAR_RS485_NONE)
		return baud_now(s) == s->baud &&
		       next_remembered(s) < CELLAR_RS485_ADDRESSES_MAX;
	if (s->fixed_dialect != CELLAR_RS485_NONE && s->fixed_dialect != s->try_dialect)
		return false;

	return index_of_round(s) < cellar_rs485_dialect(s->try_dialect)->n_addresses;
}

static void advance(struct cellar_rs485_schedule *s)
{
	do {
		if (++s->try_dialect < CELLAR_RS485_DIALECTS)
			continue;
		s->try_dialect = CELLAR_RS485_NONE;
		if (!s->fixed_baud && ++s->try_baud < ARRAY_SIZE(bauds))
			continue;
		s->try_baud = 0;
		s->round++;
	} while (!is_to_try(s));
}

void cellar_rs485_search_start(struct cellar_rs485_schedule *s)
{
	s->round = 0;
	s->try_baud = 0;
	s->try_dialect = CELLAR_RS485_NONE;
	if (!is_to_try(s))
		advance(s);
}

void cellar_rs485_search_restart(struct cellar_rs485_schedule *s)
{
	unsigned int i, n = cellar_rs485_places(s);

	for (i = 0; i < n; i++) {
		struct cellar_rs485_place *place = &s->place[i];

		place->remembered |= place->known;
		place->known = false;
		place->invited = 0;
		place->timeouts = 0;
	}
	s->known = 0;
	s->groups = 0;
	cellar_rs485_search_start(s);
}

void cellar_rs485_search_step(const struct cellar_rs485_schedule *s,
			      struct cellar_rs485_step *step)
{
	bool revisit = s->try_dialect == CELLAR_RS485_NONE;
	const struct cellar_rs485_dialect *dialect;

	step->dialect = revisit ? s->dialect : s->try_dialect;
	step->index = revisit ? next_remembered(s) : index_of_round(s);
	dialect = cellar_rs485_dialect(step->dialect);
	step->address = dialect->addresses[step->index];
	step->question = &dialect->questions[dialect->probe];
	step->probe = true;
	step->identify = s->fixed_dialect == CELLAR_RS485_NONE;
	step->baud = baud_now(s);
}

void cellar_rs485_search_credit(struct cellar_rs485_schedule *s, u64 now_us)
{
	u64 all = now_us - s->credit_since_us;
	u32 elapsed = all < SHARE * CREDIT_MAX_US ? all : SHARE * CREDIT_MAX_US;

	s->credit_us += elapsed / SHARE;
	if (s->credit_us > (s32)CREDIT_MAX_US)
		s->credit_us = CREDIT_MAX_US;
	s->credit_since_us = now_us - elapsed % SHARE;
	s->known_us += all - elapsed % SHARE;
}

static bool behind_known(const struct cellar_rs485_schedule *s,
			 const struct cellar_rs485_dialect *dialect, unsigned int index)
{
	u8 address = dialect->addresses[index];
	unsigned int before = find_address(dialect, address - 1);

	return before < CELLAR_RS485_ADDRESSES_MAX && s->place[before].known &&
	       dialect->group(address) == dialect->group(address - 1);
}

static bool is_candidate(const struct cellar_rs485_schedule *s, enum turn turn,
			 unsigned int index)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	u8 address = dialect->addresses[index];

	if (s->place[index].known)
		return false;

	switch (turn) {
	case BEHIND_KNOWN:
		return behind_known(s, dialect, index);
	case FIRST_OF_GROUP:
		return dialect->group(address) == address;
	default:
		return true;
	}
}

static bool invited(const struct cellar_rs485_schedule *s, unsigned int n, unsigned int *index)
{
	for (*index = 0; *index < n; ++*index)
		if (s->place[*index].invited)
			return true;

	return false;
}

bool cellar_rs485_search_probe(const struct cellar_rs485_schedule *s, unsigned int *index)
{
	unsigned int i, t, n = cellar_rs485_places(s);

	if (invited(s, n, index))
		return true;
	if (s->credit_us < (s32)PROBE_MIN_US)
		return false;

	for (t = 0; t < TURNS; t++) {
		enum turn turn = (s->turn + t) % TURNS;

		for (i = 0; i < n; i++) {
			*index = (s->cursor[turn] + i) % n;
			if (is_candidate(s, turn, *index))
				return true;
		}
	}

	return false;
}

bool cellar_rs485_search_affords(const struct cellar_rs485_schedule *s, unsigned int index,
				 u32 cost_us)
{
	return s->place[index].invited || s->credit_us >= (s32)cost_us;
}

bool cellar_rs485_search_translate(struct cellar_rs485_step *step,
				   enum cellar_rs485_dialect_id id)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(id);
	unsigned int index;

	if (!dialect)
		return false;

	index = find_address(dialect, step->address);
	if (index == CELLAR_RS485_ADDRESSES_MAX)
		return false;

	step->dialect = id;
	step->index = index;
	step->question = &dialect->questions[dialect->probe];

	return true;
}

static unsigned int count_groups(const struct cellar_rs485_schedule *s,
				 const struct cellar_rs485_dialect *dialect)
{
	unsigned int i, k, groups = 0, n = cellar_rs485_places(s);

	for (i = 0; i < n; i++) {
		u8 group = dialect->group(dialect->addresses[i]);

		if (!s->place[i].known)
			continue;
		for (k = 0; k < i; k++)
			if (s->place[k].known && dialect->group(dialect->addresses[k]) == group)
				break;
		groups += k == i;
	}

	return groups;
}

static void invite(struct cellar_rs485_schedule *s, unsigned int index)
{
	if (index < CELLAR_RS485_ADDRESSES_MAX && !s->place[index].known)
		s->place[index].invited = INVITATIONS;
}

/* Packs stand side by side: the next address of the group is worth a look. */
static void invite_next(struct cellar_rs485_schedule *s,
			const struct cellar_rs485_dialect *dialect, u8 address)
{
	u8 group = dialect->group(address);
	unsigned int index;

	do {
		index = find_address(dialect, ++address);
		if (index == CELLAR_RS485_ADDRESSES_MAX || dialect->group(address) != group)
			return;
	} while (s->place[index].known);

	invite(s, index);
}

/* After a probe, whatever came of it, the others have their turn. */
static void next_turn(struct cellar_rs485_schedule *s)
{
	s->cursor[s->turn] = s->step.index + 1;
	s->turn = (s->turn + 1) % TURNS;
}

void cellar_rs485_search_found(struct cellar_rs485_schedule *s, u64 now_us)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->step.dialect);
	struct cellar_rs485_place *place = &s->place[s->step.index];
	bool first = !s->known;
	u32 slowest_us;
	unsigned int i;

	if (s->dialect != s->step.dialect) {
		memset(s->place, 0, sizeof(s->place));
		memset(s->cursor, 0, sizeof(s->cursor));
		s->dialect = s->step.dialect;
	}

	if (first) {
		s->credit_us = 0;
		s->credit_since_us = now_us;
		for (i = 0; i < CELLAR_RS485_ADDRESSES_MAX; i++)
			s->place[i].invited = s->place[i].remembered ? INVITATIONS : 0;
	} else if (!place->invited) {
		next_turn(s);
	}

	slowest_us = place->slowest_us;
	memset(place, 0, sizeof(*place));
	place->slowest_us = slowest_us;
	place->known = true;
	s->known++;
	s->groups = count_groups(s, dialect);
	invite_next(s, dialect, s->step.address);
	if (first)
		invite(s, find_address(dialect, dialect->group(s->step.address)));
}

void cellar_rs485_search_missed(struct cellar_rs485_schedule *s, u64 now_us)
{
	struct cellar_rs485_place *place = &s->place[s->step.index];
	u32 used = now_us - s->sent_us;

	if (!s->known) {
		if (s->try_dialect == CELLAR_RS485_NONE)
			s->revisit = s->step.index + 1;
		advance(s);
		return;
	}

	s->probing_us += used;
	place->timeouts = (place->timeouts + 1) % CELLAR_RS485_PATIENCE;
	if (place->invited) {
		place->invited--;
		return;
	}

	s->credit_us -= used;
	next_turn(s);
}
