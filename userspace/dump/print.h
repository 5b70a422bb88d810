/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text form of cellar-dump: one line per frame, in units of people.
 */
#ifndef CELLAR_DUMP_PRINT_H
#define CELLAR_DUMP_PRINT_H

#include "decode.h"

/* Errors of the stream are left in it for the caller's last look. */
void print_frame(FILE *out, const struct line *line, const struct decode_result *result);

#endif /* CELLAR_DUMP_PRINT_H */
