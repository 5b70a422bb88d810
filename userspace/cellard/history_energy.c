// SPDX-License-Identifier: GPL-2.0-only
/*
 * The columns of the two tables that hold energies, and what is new of a day.
 */
#include "history_energy.h"

enum {			/* columns of HISTORY_TOTALS */
	TOTALS_PERIOD,
	TOTALS_DAY,
	TOTALS_WALL,
	TOTALS_KINDS
};

enum {			/* of HISTORY_ENERGY */
	ENERGY_DAY,
	ENERGY_FIRST_KIND
};

static void put_sum(struct history_row *row, unsigned int column, const struct energy_sum *sum)
{
	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++) {
		row->value[column + kind].number = (s64)sum->mj[kind];
		row->value[column + ENERGY_KINDS + kind].number = (s64)sum->gap_ms[kind];
	}
}

size_t history_energy_put(const struct energy *energy, s64 wall_s, u8 *bytes, size_t room)
{
	struct history_row row;
	size_t n = 0;

	for (unsigned int period = 0; period < ENERGY_PERIODS; period++) {
		history_row_clear(&row, HISTORY_TOTALS);
		row.value[TOTALS_PERIOD].number = period;
		if (energy->begun)
			row.value[TOTALS_DAY].number = energy->day;
		row.value[TOTALS_WALL].number = wall_s;
		put_sum(&row, TOTALS_KINDS, &energy->sum[period]);
		n += rows_put(bytes + n, room - n, &row);
	}

	return n;
}

static u64 whole(s64 number)
{
	return number > 0 ? (u64)number : 0;
}

void history_energy_take(struct energy *energy, s64 *wall_s, const struct history_row *row)
{
	s64 period = row->value[TOTALS_PERIOD].number, day = row->value[TOTALS_DAY].number;
	struct energy_sum *sum;

	if (row->table != HISTORY_TOTALS || period < 0 || period >= ENERGY_PERIODS)
		return;

	sum = &energy->sum[period];
	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++) {
		sum->mj[kind] = whole(row->value[TOTALS_KINDS + kind].number);
		sum->gap_ms[kind] = whole(row->value[TOTALS_KINDS + ENERGY_KINDS + kind].number);
	}
	*wall_s = (s64)whole(row->value[TOTALS_WALL].number);
	if (day < INT32_MIN || day > INT32_MAX)
		return;
	energy->day = (s32)day;
	energy->begun = true;
}

static bool is_below(const struct energy_sum *a, const struct energy_sum *b)
{
	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++)
		if (a->mj[kind] < b->mj[kind] || a->gap_ms[kind] < b->gap_ms[kind])
			return true;

	return false;
}

bool history_energy_is_later(const struct energy *a, const struct energy *b)
{
	return !is_below(&a->sum[ENERGY_LIFE], &b->sum[ENERGY_LIFE]);
}

void history_days_start(struct history_days *days, const struct energy *energy)
{
	memset(days, 0, sizeof(*days));
	if (!energy)
		return;
	days->begun = energy->begun;
	days->day = energy->day;
	days->days_ended = energy->days_ended;
	days->told = energy->sum[ENERGY_TODAY];
}

static bool is_nothing(const struct energy_sum *sum)
{
	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++)
		if (sum->mj[kind] || sum->gap_ms[kind])
			return false;

	return true;
}

/* Of @sum, what has not been told; a day that has come back began anew. */
static void tell(struct history_days *days, s32 day, const struct energy_sum *sum,
		 history_day_row put, void *user)
{
	struct energy_sum more;
	struct history_row row;

	if (is_below(sum, &days->told))
		memset(&days->told, 0, sizeof(days->told));
	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++) {
		more.mj[kind] = sum->mj[kind] - days->told.mj[kind];
		more.gap_ms[kind] = sum->gap_ms[kind] - days->told.gap_ms[kind];
	}
	days->told = *sum;
	if (is_nothing(&more))
		return;

	history_row_clear(&row, HISTORY_ENERGY);
	row.value[ENERGY_DAY].number = day;
	put_sum(&row, ENERGY_FIRST_KIND, &more);
	put(user, &row);
}

void history_days_step(struct history_days *days, const struct energy *energy, bool all,
		       history_day_row row, void *user)
{
	bool ended = days->begun && days->days_ended != energy->days_ended;

	if (!energy->begun)
		return;

	/* a step that passed several midnights has told of the last one only */
	if (ended && energy->ended_day != days->day)
		memset(&days->told, 0, sizeof(days->told));
	if (ended)
		tell(days, energy->ended_day, &energy->ended, row, user);
	if (ended || days->day != energy->day)
		memset(&days->told, 0, sizeof(days->told));
	days->begun = true;
	days->day = energy->day;
	days->days_ended = energy->days_ended;
	if (all)
		tell(days, energy->day, &energy->sum[ENERGY_TODAY], row, user);
}
