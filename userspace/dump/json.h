/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The JSON form of cellar-dump (spec/interfaces.md): one object at the end.
 */
#ifndef CELLAR_DUMP_JSON_H
#define CELLAR_DUMP_JSON_H

#include "decode.h"

/* 0, -ENOMEM, or -EIO when it could not be written. */
int json_write(FILE *out, const struct decode *decode, u64 bad_lines);

#endif /* CELLAR_DUMP_JSON_H */
