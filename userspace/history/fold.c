// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sums and choices of a fold.
 */
#include "fold.h"

/* Rounded to the nearest, halves away from 0. */
static s64 divide(s64 sum, s64 by)
{
	return (sum + (sum < 0 ? -by / 2 : by / 2)) / by;
}

/* Is @value better than what stands there? What nobody knows is never. */
static bool wins(enum history_fold how, s64 was, s64 value)
{
	if (value == HISTORY_NOTHING)
		return false;
	if (was == HISTORY_NOTHING || how == HISTORY_LAST)
		return true;

	return how == HISTORY_LOWEST ? value < was : value > was;
}

static s64 seconds_of(const struct history_table *table, const s64 *values)
{
	s64 seconds = table->thinned ? values[history_seconds_column(table)] : 1;

	return seconds > 0 ? seconds : 0;
}

static void add_column(struct fold *f, unsigned int i, const s64 *values, s64 seconds, bool took)
{
	s64 *to = &f->value[i], value = values[i];

	switch ((enum history_fold)f->table->column[i].fold) {
	case HISTORY_KEY:
		break;
	case HISTORY_SUM:
		if (value != HISTORY_NOTHING)
			*to = *to == HISTORY_NOTHING ? value : *to + value;
		break;
	case HISTORY_MEAN:
		if (value == HISTORY_NOTHING)
			break;
		f->sum[i] += value * seconds;
		f->weight_s[i] += seconds;
		break;
	default:
		if (took)
			*to = value;
		break;
	}
}

void fold_add(struct fold *f, const s64 *values)
{
	s64 seconds = seconds_of(f->table, values);
	bool took = false;

	f->rows++;
	for (unsigned int i = 0; i < f->table->columns; i++) {
		enum history_fold how = f->table->column[i].fold;

		if (how != HISTORY_BY)
			took = wins(how, f->value[i], values[i]);
		add_column(f, i, values, seconds, took);
	}
}

void fold_begin(struct fold *f, const struct history_table *table, s64 time_s, const s64 *values)
{
	memset(f, 0, sizeof(*f));
	f->table = table;
	for (unsigned int i = 0; i < table->columns; i++)
		f->value[i] = table->column[i].fold == HISTORY_KEY ? values[i] : HISTORY_NOTHING;
	f->value[0] = time_s;
	fold_add(f, values);
}

bool fold_is_alike(const struct fold *f, const s64 *values)
{
	for (unsigned int i = 1; i < f->table->keys; i++)
		if (f->value[i] != values[i])
			return false;

	return true;
}

void fold_end(const struct fold *f, s64 *values)
{
	for (unsigned int i = 0; i < f->table->columns; i++) {
		values[i] = f->value[i];
		if (f->table->column[i].fold == HISTORY_MEAN)
			values[i] = f->weight_s[i] ? divide(f->sum[i], f->weight_s[i]) :
				    HISTORY_NOTHING;
	}
}
