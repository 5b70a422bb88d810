// SPDX-License-Identifier: GPL-2.0-only
/*
 * The document of memory.h: one JSON object, whose parts are checked when it is read, so
 * that nothing can be wrong with them when a cluster asks.
 */
#include "memory.h"

#include "memory_advice.h"
#include "memory_house.h"
#include "memory_meters.h"

#include <stdlib.h>

struct memory {
	json_t *clusters;	/* by name: { "started", "advice" } */
	json_t *out;		/* [ { "key", "name" } ] */
	json_t *house;		/* NULL: nothing is known of it */
	json_t *meters;		/* the same */
};

int memory_new(struct memory **memory)
{
	struct memory *m;

	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;

	m->clusters = json_object();
	m->out = json_array();
	if (!m->clusters || !m->out) {
		memory_free(m);
		return -ENOMEM;
	}
	*memory = m;

	return 0;
}

void memory_free(struct memory *memory)
{
	if (!memory)
		return;

	json_decref(memory->clusters);
	json_decref(memory->out);
	json_decref(memory->house);
	json_decref(memory->meters);
	free(memory);
}

static int read_cluster(json_t *from, struct memory_cluster *c, const char **fault)
{
	json_t *advice;
	int started;

	*fault = "cluster";
	if (json_unpack_ex(from, NULL, JSON_STRICT, "{s:b, s:o}", "started", &started, "advice",
			   &advice))
		return -EINVAL;

	c->started = started;

	return memory_read_advice(advice, &c->advice, fault);
}

static int check_clusters(json_t *clusters, char *fault)
{
	struct memory_cluster c;
	const char *name, *what;
	json_t *from;
	int r;

	json_object_foreach(clusters, name, from) {
		r = read_cluster(from, &c, &what);
		if (r) {
			snprintf(fault, MEMORY_FAULT_SIZE, "%s of %.32s", what, name);
			return r;
		}
		free(c.advice);
	}

	return 0;
}

static bool read_out(json_t *from, struct plant_out *out)
{
	return json_object_size(from) == 2 &&
	       memory_read_text(from, "key", out->key, sizeof(out->key)) && *out->key &&
	       memory_read_text(from, "name", out->name, sizeof(out->name));
}

static bool out_is_right(json_t *out)
{
	struct plant_out taken;
	json_t *from;
	size_t i;

	json_array_foreach(out, i, from)
		if (!read_out(from, &taken))
			return false;

	return json_is_array(out) && json_array_size(out) <= PLANT_OUT_MAX;
}

/* What was written before there was a house, or meters that are added up, has none. */
static int check(json_t *root, struct memory *parts, char *fault)
{
	const char *what;

	snprintf(fault, MEMORY_FAULT_SIZE, "its parts are not clusters, out, house and meters");
	if (json_unpack_ex(root, NULL, JSON_STRICT, "{s:o, s:o, s?o, s?o}", "clusters",
			   &parts->clusters, "out", &parts->out, "house", &parts->house,
			   "meters", &parts->meters) || !json_is_object(parts->clusters))
		return -EINVAL;
	if (parts->house && memory_check_house(parts->house, &what)) {
		snprintf(fault, MEMORY_FAULT_SIZE, "%s", what);
		return -EINVAL;
	}
	if (!out_is_right(parts->out)) {
		snprintf(fault, MEMORY_FAULT_SIZE, "out");
		return -EINVAL;
	}
	if (parts->meters && memory_check_meters(parts->meters)) {
		snprintf(fault, MEMORY_FAULT_SIZE, "meters");
		return -EINVAL;
	}

	return check_clusters(parts->clusters, fault);
}

static void replace(json_t **part, json_t *by)
{
	json_decref(*part);
	*part = json_incref(by);
}

int memory_read(struct memory *memory, const char *text, size_t length, char *fault)
{
	struct memory parts = { .clusters = NULL };
	json_error_t error;
	json_t *root;
	int r;

	root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	if (!root) {
		snprintf(fault, MEMORY_FAULT_SIZE, "line %d: %.80s", error.line, error.text);
		return -EINVAL;
	}

	r = check(root, &parts, fault);
	if (!r) {
		replace(&memory->clusters, parts.clusters);
		replace(&memory->out, parts.out);
		replace(&memory->house, parts.house);
		replace(&memory->meters, parts.meters);
	}
	json_decref(root);

	return r;
}

int memory_of_cluster(const struct memory *memory, const char *name, struct memory_cluster *c)
{
	json_t *from = json_object_get(memory->clusters, name);
	const char *fault;

	memset(c, 0, sizeof(*c));

	return from ? read_cluster(from, c, &fault) : -ENOENT;
}

unsigned int memory_of_out(const struct memory *memory, struct plant_out *out, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n && i < json_array_size(memory->out); i++)
		read_out(json_array_get(memory->out, i), &out[i]);

	return i;
}

const json_t *memory_of_house(const struct memory *memory)
{
	return memory->house;
}

const json_t *memory_of_meters(const struct memory *memory)
{
	return memory->meters;
}

void memory_take_meters(struct memory *memory, json_t *meters)
{
	if (!meters)
		return;

	json_decref(memory->meters);
	memory->meters = meters;
}

static json_t *write_out(const struct plant *plant)
{
	json_t *out = json_array();
	int r = 0;

	for (unsigned int i = 0; i < plant->outs; i++)
		r |= json_array_append_new(out, json_pack("{s:s, s:s}", "key", plant->out[i].key,
							  "name", plant->out[i].name));
	if (r) {
		json_decref(out);
		return NULL;
	}

	return out;
}

/* Those of before, with those that are there now in their places. */
static json_t *write_clusters(const struct memory *memory, const struct plant *plant)
{
	json_t *clusters = json_copy(memory->clusters);
	const struct plant_cluster *c;
	int r = 0;

	for (c = plant->clusters; c; c = c->next)
		r |= json_object_set_new(clusters, c->name,
					 json_pack("{s:b, s:o}", "started",
						   c->limits->out.started, "advice",
						   memory_write_advice(c->advice->kept)));
	if (r) {
		json_decref(clusters);
		return NULL;
	}

	return clusters;
}

int memory_take(struct memory *memory, const struct plant *plant)
{
	json_t *clusters = write_clusters(memory, plant);
	json_t *out = write_out(plant);
	json_t *house = plant->house ? memory_write_house(plant->house) :
			json_incref(memory->house);

	if (!clusters || !out || (plant->house && !house)) {
		json_decref(clusters);
		json_decref(out);
		json_decref(house);
		return -ENOMEM;
	}

	json_decref(memory->clusters);
	json_decref(memory->out);
	json_decref(memory->house);
	memory->clusters = clusters;
	memory->out = out;
	memory->house = house;

	return 0;
}

char *memory_write(const struct memory *memory)
{
	json_t *root = json_pack("{s:O, s:O, s:O*, s:O*}", "clusters", memory->clusters, "out",
				 memory->out, "house", memory->house, "meters",
				 memory->meters);
	char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;

	json_decref(root);

	return text;
}
