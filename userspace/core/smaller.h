/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The smaller and the larger of two figures.
 */
#ifndef CELLAR_CORE_SMALLER_H
#define CELLAR_CORE_SMALLER_H

#include "env.h"

static inline u32 smaller(u32 a, u32 b)
{
	return a < b ? a : b;
}

static inline u32 larger(u32 a, u32 b)
{
	return a > b ? a : b;
}

/* … of two that may be negative */
static inline s32 lower(s32 a, s32 b)
{
	return a < b ? a : b;
}

static inline s32 higher(s32 a, s32 b)
{
	return a > b ? a : b;
}

#endif /* CELLAR_CORE_SMALLER_H */
