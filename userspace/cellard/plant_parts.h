/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the plant have of each other.
 */
#ifndef CELLAR_CELLARD_PLANT_PARTS_H
#define CELLAR_CELLARD_PLANT_PARTS_H

#include "plant.h"

/* A cluster without a supply, with what is remembered of it; NULL: no memory. */
struct plant_cluster *plant_cluster_new(const struct plant *plant,
					const struct config_cluster *config);
void plant_cluster_free(struct plant_cluster *c);

#endif /* CELLAR_CELLARD_PLANT_PARTS_H */
