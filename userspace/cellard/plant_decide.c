// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a person has decided of packs, and which supply is the pack that was meant.
 */
#include "plant.h"

static const char *key_of(const struct supply *s)
{
	return *s->serial ? s->serial : s->name;
}

static struct plant_out *out_of_key(struct plant *plant, const char *key)
{
	for (unsigned int i = 0; i < plant->outs; i++)
		if (!strcmp(plant->out[i].key, key))
			return &plant->out[i];

	return NULL;
}

static void set_text(struct plant *plant, char *to, const char *text)
{
	if (!strcmp(to, text))
		return;

	snprintf(to, SUPPLY_NAME_SIZE, "%s", text);
	plant->decisions++;
}

static void put_in(struct plant *plant, struct plant_out *out)
{
	*out = plant->out[--plant->outs];
	plant->decisions++;
}

/* A serial number is known later than the supply is there: until then its name counts. */
static bool nameless_is_out(struct plant *plant, const struct supply *s)
{
	for (unsigned int i = 0; i < plant->outs; i++)
		if (!strcmp(plant->out[i].name, s->name))
			return true;

	return false;
}

bool plant_is_out(struct plant *plant, const struct supply *s)
{
	struct plant_out *out, *named;

	if (!*s->serial)
		return nameless_is_out(plant, s);

	out = out_of_key(plant, s->serial);
	named = out_of_key(plant, s->name);
	if (!out && named) {
		set_text(plant, named->key, s->serial);
		out = named;
	}
	for (unsigned int i = 0; i < plant->outs; i++)
		if (&plant->out[i] != out && !strcmp(plant->out[i].name, s->name))
			set_text(plant, plant->out[i].name, "");
	if (out)
		set_text(plant, out->name, s->name);

	return out;
}

static const struct supply *supply_of_key(const struct plant *plant, const char *key)
{
	const struct plant_cluster *c;

	for (c = plant->clusters; c; c = c->next)
		for (unsigned int i = 0; i < c->used; i++)
			if (!strcmp(key_of(&c->supply[i]), key))
				return &c->supply[i];

	return NULL;
}

/* The name of a pack that is only remembered; NULL: it is not. */
static const char *remembered_name(const struct plant *plant, const char *key)
{
	const struct plant_cluster *c;

	for (c = plant->clusters; c; c = c->next) {
		const struct advice_kept *kept = c->advice->kept;

		for (unsigned int i = 0; i < kept->n; i++)
			if (*key && !strcmp(kept->pack[i].key, key))
				return kept->pack[i].name;
	}

	return NULL;
}

static int take_out(struct plant *plant, const char *key, const char *name)
{
	struct plant_out *out;

	if (out_of_key(plant, key))
		return 0;
	if (!name)
		return -ENOENT;
	if (plant->outs == PLANT_OUT_MAX)
		return -ENOSPC;

	out = &plant->out[plant->outs++];
	snprintf(out->key, sizeof(out->key), "%s", key);
	snprintf(out->name, sizeof(out->name), "%s", name);
	plant->decisions++;

	return 0;
}

/* @nameless: the pack is there without a serial number, out by the name of one before it */
static void put_in_all(struct plant *plant, const char *key, bool nameless)
{
	unsigned int i = 0;

	while (i < plant->outs) {
		struct plant_out *out = &plant->out[i];

		if (!strcmp(out->key, key) || (nameless && !strcmp(out->name, key)))
			put_in(plant, out);
		else
			i++;
	}
}

int plant_set_out(struct plant *plant, const char *key, bool out)
{
	const struct supply *s = supply_of_key(plant, key);
	const char *name = s ? s->name : remembered_name(plant, key);
	struct plant_cluster *c;
	int r;

	if (out) {
		r = take_out(plant, key, name);
		if (r)
			return r;
	} else {
		if (!name && !out_of_key(plant, key))
			return -ENOENT;
		put_in_all(plant, key, s && !*s->serial);
	}
	for (c = plant->clusters; c; c = c->next)
		for (unsigned int i = 0; i < c->used; i++)
			c->supply[i].out = plant_is_out(plant, &c->supply[i]);

	return 0;
}

int plant_set_disconnected(struct plant *plant, const char *key, bool disconnected)
{
	struct plant_cluster *c;
	int r = -ENOENT;

	for (c = plant->clusters; c; c = c->next)
		if (!advice_set_disconnected(c->advice, key, disconnected))
			r = 0;
	if (!r)
		plant->decisions++;

	return r;
}

/* It may be remembered by a cluster that it has left for another, where it is. */
int plant_forget(struct plant *plant, const char *key)
{
	bool busy = false, forgotten = false;
	struct plant_cluster *c;
	struct plant_out *out;
	int r;

	for (c = plant->clusters; c; c = c->next) {
		r = advice_forget(c->advice, key);
		busy |= r == -EBUSY;
		forgotten |= !r;
	}
	out = out_of_key(plant, key);
	if (out && !busy) {
		put_in(plant, out);
		forgotten = true;
	}
	if (!forgotten)
		return busy ? -EBUSY : -ENOENT;

	plant->decisions++;

	return 0;
}
