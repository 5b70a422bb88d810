/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several rows of a table with the same key but for their time become one, as the fold of
 * each column has it. Names are numbers here, as they are in the file.
 */
#ifndef CELLAR_HISTORY_FOLD_H
#define CELLAR_HISTORY_FOLD_H

#include "tables.h"

/*
 * @value: of the row so far, but for means
 * @sum, @weight_s: of means
 */
struct fold {
	const struct history_table *table;
	s64 value[HISTORY_COLUMNS_MAX];
	s64 sum[HISTORY_COLUMNS_MAX], weight_s[HISTORY_COLUMNS_MAX];
	unsigned int rows;
};

/* @table without texts. @values: the first row; its time becomes @time_s. */
void fold_begin(struct fold *fold, const struct history_table *table, s64 time_s,
		const s64 *values);
void fold_add(struct fold *fold, const s64 *values);

/* Whether @values belong to the same, but for their time. */
bool fold_is_alike(const struct fold *fold, const s64 *values);

/* The one row, in @values, of as many columns as the table has. */
void fold_end(const struct fold *fold, s64 *values);

#endif /* CELLAR_HISTORY_FOLD_H */
