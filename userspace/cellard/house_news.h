/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a step of the house has said happened, in words for people.
 */
#ifndef CELLAR_CELLARD_HOUSE_NEWS_H
#define CELLAR_CELLARD_HOUSE_NEWS_H

struct house;

/* After a step: tells the events of its plant. */
void house_news(const struct house *house);

#endif /* CELLAR_CELLARD_HOUSE_NEWS_H */
