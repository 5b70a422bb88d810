/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of the body of the monitor, and how they read JSON.
 */
#ifndef CELLAR_CELLARCTL_VIEW_PARTS_H
#define CELLAR_CELLARCTL_VIEW_PARTS_H

#include "view.h"

/* One cluster: bar, what flows, its limits and who decides them, what is wrong. */
void view_cluster(struct screen *screen, json_t *objects, const char *path, json_t *cluster);

/* A line for each supply. */
void view_packs(struct screen *screen, json_t *objects);

/* A line of what flows in a house that is configured; its line of a log, as view_log(). */
void view_house(struct screen *screen, json_t *objects);
bool view_house_log(struct screen *screen, const char *clock, json_t *object);

/* Whether @key is a number in @dictionary; *@number is it, or 0. */
bool view_number(json_t *dictionary, const char *key, double *number);

/* "" if it is no text */
const char *view_text(json_t *value);

/* The words of an array, with commas between them and @before in front; none: nothing. */
void view_words(struct screen *screen, enum screen_style style, const char *before,
		json_t *words);

/* What screen_bar() takes, whatever @percent is. */
unsigned int view_permille(double percent);

/* Full, middling or low: a colour for a state of charge. */
enum screen_style view_soc_style(double percent);

#endif /* CELLAR_CELLARCTL_VIEW_PARTS_H */
