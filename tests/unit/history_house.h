/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A house of the largest kind as its history sees it: sixteen clusters, eight chargers of
 * which some serve a car, four outputs, a grid operator. Invented from a seed; the same
 * second has the same rows whenever it is asked for.
 */
#ifndef CELLAR_TESTS_HISTORY_HOUSE_H
#define CELLAR_TESTS_HISTORY_HOUSE_H

#include "../../userspace/core/energy.h"
#include "../../userspace/history/rows.h"

#define HOUSE_CLUSTERS	16
#define HOUSE_CHARGERS	8
#define HOUSE_OUTPUTS	4
#define HOUSE_BEGIN_S	1767225600	/* 2026-01-01 00:00 UTC */

/* A minute's rows in @bytes of @room; returns their size. */
size_t history_house_minute(s64 time_s, u8 *bytes, size_t room);

#endif /* CELLAR_TESTS_HISTORY_HOUSE_H */
