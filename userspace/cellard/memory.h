/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a plant remembers over a restart, as one text: of each cluster, by its name, that
 * it was started and its advice; the packs that a person has taken out; and of the house
 * what memory_house.h says, and of meters what memory_meters.h does. Clusters and meters
 * that are not there now are kept as they were. Where the text is kept is keeper.h.
 */
#ifndef CELLAR_CELLARD_MEMORY_H
#define CELLAR_CELLARD_MEMORY_H

#include "plant.h"

#include <jansson.h>

#define MEMORY_VERSION		1
#define MEMORY_FAULT_SIZE	128

struct memory;

/* @advice: NULL for none; the caller frees it */
struct memory_cluster {
	bool started;
	struct advice_kept *advice;
};

/* Remembers nothing. Returns 0 or -ENOMEM. */
int memory_new(struct memory **memory);
void memory_free(struct memory *memory);

/*
 * What memory_write() has written. -ENOMEM, or -EINVAL with what is wrong in @fault
 * (MEMORY_FAULT_SIZE); the memory is then as it was.
 */
int memory_read(struct memory *memory, const char *text, size_t length, char *fault);

/* What is known of the cluster @name. Returns 0, -ENOENT or -ENOMEM. */
int memory_of_cluster(const struct memory *memory, const char *name, struct memory_cluster *c);

/* The packs that were out; returns how many, at most @n. */
unsigned int memory_of_out(const struct memory *memory, struct plant_out *out, unsigned int n);

/* What is known of the house (memory_house.h), the memory's own; NULL: nothing. */
const json_t *memory_of_house(const struct memory *memory);

/* The same of its meters (memory_meters.h). */
const json_t *memory_of_meters(const struct memory *memory);

/* Takes @meters over; NULL: what is known stays as it was. */
void memory_take_meters(struct memory *memory, json_t *meters);

/* Remember @plant as it is now, between two steps. -ENOMEM: as it was. */
int memory_take(struct memory *memory, const struct plant *plant);

/* The caller frees it; NULL: no memory. */
char *memory_write(const struct memory *memory);

#endif /* CELLAR_CELLARD_MEMORY_H */
