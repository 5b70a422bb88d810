// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each cluster as it was after the last step, to hold the next one against.
 */
#include "news.h"

#include "alarms.h"

#include <stdlib.h>

#define PLACES		(CLUSTER_PACKS_MAX + ADVICE_SPARE + 1)

_Static_assert(ADVICE_CODES <= 32, "the items of a place are bits of 32");

struct was_pack {
	bool member;
	u64 protections;
};

/* @advised: the items that stand, a bit for each code, as advice->changes counts them */
struct was_cluster {
	struct was_cluster *next;
	const struct plant_cluster *cluster;
	bool flag[8], members;
	u32 changes;
	u32 advised[PLACES];
	struct was_pack pack[CLUSTER_PACKS_MAX];
};

struct news {
	struct was_cluster *clusters;
};

static const struct {
	size_t offset;
	const char *code, *begins, *over, *ends;
} flags[] = {
	{ offsetof(struct limits_out, low_voltage),
	  "low-voltage", "below its cut-off voltage: no discharge until it is charged",
	  "low-voltage-over", "its voltage is high enough again" },
	{ offsetof(struct limits_out, low_soc),
	  "low-soc", "its charge is at the end: no discharge until it is charged",
	  "low-soc-over", "its charge is high enough again" },
	{ offsetof(struct limits_out, below_floor),
	  "below-floor", "down to what a person wants kept: no discharge",
	  "below-floor-over", "above what a person wants kept again" },
	{ offsetof(struct limits_out, force_charge),
	  "force-charge", "asks its inverter to charge it", "force-charge-over",
	  "need not be charged at once any more" },
	{ offsetof(struct limits_out, full_charge_request),
	  "full-charge", "asks for a full charge", "full-charge-over",
	  "asks for no full charge any more" },
};

int news_new(struct news **news)
{
	*news = calloc(1, sizeof(**news));

	return *news ? 0 : -ENOMEM;
}

void news_free(struct news *news)
{
	if (!news)
		return;

	while (news->clusters)
		news_cluster_goes(news, news->clusters->cluster);
	free(news);
}

void news_cluster_goes(struct news *news, const struct plant_cluster *cluster)
{
	struct was_cluster **at = &news->clusters, *was;

	while (*at && (*at)->cluster != cluster)
		at = &(*at)->next;
	was = *at;
	if (was)
		*at = was->next;
	free(was);
}

static struct was_cluster *was_of(struct news *news, const struct plant_cluster *cluster)
{
	struct was_cluster *was;

	for (was = news->clusters; was; was = was->next)
		if (was->cluster == cluster)
			return was;

	was = calloc(1, sizeof(*was));
	if (!was)
		return NULL;
	was->cluster = cluster;
	was->next = news->clusters;
	news->clusters = was;

	return was;
}

static const char *key_of(const struct supply *s)
{
	return *s->serial ? s->serial : s->name;
}

static void membership(struct events *events, struct was_pack *was, const struct plant_cluster *c,
		       unsigned int i)
{
	const struct cluster_pack *p = &c->cluster->pack[i];
	const struct supply *s = &c->supply[i];
	bool member = p->state == CLUSTER_MEMBER;

	if (member == was->member)
		return;
	was->member = member;
	if (member)
		events_add(events, "pack-joined", key_of(s), "%s is a member of %s", s->name,
			   c->name);
	else
		events_add(events, "pack-left", key_of(s), "%s is no member of %s any more: %s",
			   s->name, c->name, p->why);
}

/* What is told twice, by a system for its packs or by the same pack, is told once. */
static bool speaks(const struct cluster_pack *p)
{
	return p->fresh && p->reason != CLUSTER_PACKS_SPEAK && p->reason != CLUSTER_DUPLICATE;
}

/* A silent pack has not said that its protections are over. */
static void protections(struct events *events, struct was_pack *was,
			const struct plant_cluster *c, unsigned int i)
{
	const struct supply *s = &c->supply[i];
	u64 now, rise, fall;
	char words[EVENT_WORDS_SIZE];

	if (!speaks(&c->cluster->pack[i]) || !cellar_has(&s->reading, CELLAR_PROTECTIONS))
		return;

	now = s->reading.protections;
	rise = now & ~was->protections;
	fall = was->protections & ~now;
	was->protections = now;
	if (rise) {
		cellar_alarm_words(rise, words, sizeof(words));
		events_add(events, "protection", key_of(s), "%s protects itself: %s", s->name,
			   words);
	}
	if (fall) {
		cellar_alarm_words(fall, words, sizeof(words));
		events_add(events, "protection-over", key_of(s), "%s: over: %s", s->name, words);
	}
}

static void cut_offs(struct events *events, struct was_cluster *was,
		     const struct plant_cluster *c)
{
	const char *out = (const char *)&c->limits->out;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		bool flag = *(const bool *)(out + flags[i].offset);

		if (flag != was->flag[i])
			events_add(events, flag ? flags[i].code : flags[i].over, c->name,
				   "%s: %s", c->name, flag ? flags[i].begins : flags[i].ends);
		was->flag[i] = flag;
	}
}

static void first_and_last(struct events *events, struct was_cluster *was,
			   const struct plant_cluster *c)
{
	bool members = c->cluster->out.members;

	if (members == was->members)
		return;
	was->members = members;
	if (members)
		events_add(events, "battery-there", c->name, "%s: its first pack is in", c->name);
	else
		events_add(events, "battery-gone", c->name,
			   "%s: no pack is in any more: nothing may flow", c->name);
}

static void advice_comes(struct events *events, const struct plant_cluster *c,
			 const struct advice_item *item)
{
	char words[ADVICE_WORDS_SIZE];

	advice_words(item, words, sizeof(words));
	events_add(events, "advice", *item->key ? item->key : c->name, "%s: %s",
		   advice_code_word(item->code), words);
}

static void advice_goes(struct events *events, const struct plant_cluster *c, unsigned int place,
			u32 codes)
{
	const char *key = c->advice->kept->pack[place].key;

	for (unsigned int code = 0; code < ADVICE_CODES; code++)
		if (codes & BIT(code))
			events_add(events, "advice-over", *key ? key : c->name, "%s: over",
				   advice_code_word(code));
}

/* advice_next() leaves its cursor behind the item: places × codes. */
static void advice(struct events *events, struct was_cluster *was, const struct plant_cluster *c)
{
	u32 stands[PLACES] = { 0 };
	struct advice_item item;
	unsigned int cursor = 0, place;

	if (c->advice->changes == was->changes)
		return;
	was->changes = c->advice->changes;
	while (advice_next(c->advice, &cursor, &item)) {
		place = (cursor - 1) / ADVICE_CODES;
		stands[place] |= BIT(item.code);
		if (!(was->advised[place] & BIT(item.code)))
			advice_comes(events, c, &item);
	}
	for (place = 0; place < PLACES; place++) {
		if (was->advised[place] & ~stands[place])
			advice_goes(events, c, place, was->advised[place] & ~stands[place]);
		was->advised[place] = stands[place];
	}
}

void news_step(struct news *news, const struct plant *plant)
{
	const struct plant_cluster *c;
	struct was_cluster *was;

	for (c = plant->clusters; c; c = c->next) {
		was = was_of(news, c);
		if (!was)
			return;
		for (unsigned int i = 0; i < c->used; i++) {
			membership(plant->events, &was->pack[i], c, i);
			protections(plant->events, &was->pack[i], c, i);
		}
		first_and_last(plant->events, was, c);
		cut_offs(plant->events, was, c);
		advice(plant->events, was, c);
	}
}
