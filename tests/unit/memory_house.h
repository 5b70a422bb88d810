/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A plant with packs that speak each second, on a fake clock and a fake calendar, for
 * tests of what it remembers.
 */
#ifndef CELLAR_TESTS_MEMORY_HOUSE_H
#define CELLAR_TESTS_MEMORY_HOUSE_H

#include "core_rig.h"

#include "../../userspace/cellard/memory.h"

#define HOUSE_PACKS	4
#define HOUSE_T0	1000000u
#define HOUSE_WALL_S	1800000000
#define HOUR		3600

/* @here: which packs speak */
struct house {
	struct config config;
	struct plant *plant;
	struct rig rig;
	bool here[HOUSE_PACKS];
	u64 now_ms;
	s64 wall_s;
};

static inline struct supply *house_pack(struct house *h, unsigned int i)
{
	return &h->rig.supply[i];
}

static inline void house_open(struct house *h, const char *key, const struct memory *memory)
{
	memset(h, 0, sizeof(*h));
	assert_int_equal(plant_new(&h->plant, &h->config, memory), 0);
	for (unsigned int i = 0; i < HOUSE_PACKS; i++) {
		rig_pack(&h->rig, i, key);
		h->here[i] = true;
	}
	h->now_ms = HOUSE_T0;
	h->wall_s = HOUSE_WALL_S;
}

static inline void house_close(struct house *h)
{
	plant_free(h->plant);
}

/* A second later; a calendar that is not known stays so. */
static inline void house_step(struct house *h)
{
	h->now_ms += 1000;
	h->wall_s += !!h->wall_s;
	for (unsigned int i = 0; i < HOUSE_PACKS; i++)
		if (h->here[i])
			assert_int_equal(plant_heard(h->plant, house_pack(h, i), h->now_ms), 0);
	plant_step(h->plant, h->now_ms, h->wall_s);
}

static inline void house_run(struct house *h, unsigned int seconds)
{
	while (seconds--)
		house_step(h);
}

static inline void house_say(struct house *h, enum cellar_field field, s64 value)
{
	for (unsigned int i = 0; i < HOUSE_PACKS; i++)
		rig_say(&house_pack(h, i)->reading, field, value);
}

static inline enum cluster_reason house_reason(const struct house *h, const char *name)
{
	const struct plant_cluster *c;

	for (c = h->plant->clusters; c; c = c->next)
		for (unsigned int i = 0; i < c->used; i++)
			if (!strcmp(c->supply[i].name, name))
				return c->cluster->pack[i].reason;
	fail_msg("no supply %s", name);

	return CLUSTER_NO_REASON;
}

static inline bool house_is_member(const struct house *h, const char *name)
{
	return house_reason(h, name) == CLUSTER_NO_REASON;
}

static inline bool house_advises(const struct house *h, const char *key, enum advice_code code,
				 struct advice_item *item)
{
	unsigned int cursor = 0;

	while (advice_next(h->plant->clusters->advice, &cursor, item))
		if (item->code == code && !strcmp(item->key, key))
			return true;

	return false;
}

#endif /* CELLAR_TESTS_MEMORY_HOUSE_H */
