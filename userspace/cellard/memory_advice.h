/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct advice_kept as JSON: every member by its name, but for those that are 0.
 */
#ifndef CELLAR_CELLARD_MEMORY_ADVICE_H
#define CELLAR_CELLARD_MEMORY_ADVICE_H

#include "../core/advice.h"

#include <jansson.h>

/* NULL: no memory. */
json_t *memory_write_advice(const struct advice_kept *kept);

/*
 * Free *@kept with free(). -ENOMEM, or -EINVAL for what memory_write_advice() does not
 * write: *@fault, static storage, is then the name of what is wrong.
 */
int memory_read_advice(json_t *from, struct advice_kept **kept, const char **fault);

/* @from has the texts @name that is to be copied to @to of @size. */
bool memory_read_text(json_t *from, const char *name, char *to, size_t size);

#endif /* CELLAR_CELLARD_MEMORY_ADVICE_H */
