/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pictures of year_plot.h, as gnuplot(1) is told to draw them.
 */
#ifndef CELLAR_SIM_YEAR_DRAW_H
#define CELLAR_SIM_YEAR_DRAW_H

#include "year_plot.h"

/* Draw @plot, of @plots, to its path. 0, or a negative errno after saying what is wrong. */
int year_draw(const struct year_plots *plots, const struct year_plot *plot);

#endif /* CELLAR_SIM_YEAR_DRAW_H */
