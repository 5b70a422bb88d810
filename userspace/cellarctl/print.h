/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs of cellarctl as text for people, from the objects of the service as JSON:
 * paths, of interfaces, of properties. What nobody said is "-".
 */
#ifndef CELLAR_CELLARCTL_PRINT_H
#define CELLAR_CELLARCTL_PRINT_H

#include <jansson.h>
#include <stdbool.h>

void print_status(json_t *objects);
void print_packs(json_t *objects);
void print_cells(json_t *objects);
void print_limits(json_t *objects);
void print_advice(json_t *objects);
void print_inverters(json_t *objects);
void print_meters(json_t *objects);
void print_hybrids(json_t *objects);
void print_contacts(json_t *objects);
void print_sensors(json_t *objects);
void print_site(json_t *objects);
void print_chargers(json_t *objects);
void print_outputs(json_t *objects);
void print_rules(json_t *objects);
void print_energy(json_t *objects);

/* The properties of @interface; NULL when @object does not have it. */
json_t *print_properties(json_t *object, const char *interface);

/* The member @key of @object, which may be missing: "-", 0 or no then. */
const char *print_text(json_t *object, const char *key);
double print_number(json_t *object, const char *key);
bool print_is_set(json_t *object, const char *key);

/* How a line of an object begins, printf() being given its label. */
#define LABEL	"  %-18s "

/* Such a line with the texts of an array; none when there are none. */
void print_words(const char *label, json_t *words);

#endif /* CELLAR_CELLARCTL_PRINT_H */
