/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a step of the plant has changed that people would want to be told: packs that
 * come and go, protections, advice, cut-offs. Each becomes an event.
 */
#ifndef CELLAR_CELLARD_NEWS_H
#define CELLAR_CELLARD_NEWS_H

#include "plant.h"

struct news;

/* Returns 0 or -ENOMEM; free with news_free(). */
int news_new(struct news **news);
void news_free(struct news *news);

/* After each step. Tells @plant->events. */
void news_step(struct news *news, const struct plant *plant);

/* @cluster is about to go. */
void news_cluster_goes(struct news *news, const struct plant_cluster *cluster);

#endif /* CELLAR_CELLARD_NEWS_H */
