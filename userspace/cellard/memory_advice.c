// SPDX-License-Identifier: GPL-2.0-only
/*
 * The members of struct advice_kept, their names in the file, and both ways between.
 * Reading is strict: what is missing is 0, what is not known or too large is refused.
 */
#include "memory_advice.h"

#include <stdlib.h>

enum kind {
	BOOL,
	U8,
	U16,
	S16,
	U32,
	S64,
};

struct member {
	const char *name;
	u16 offset;
	u8 kind;
};

#define OF_PACK(member)	offsetof(struct advice_kept_pack, member)
#define OF_ITEM(member)	offsetof(struct advice_kept_item, member)

static const struct member pack_members[] = {
	{ "first_heard_s", OF_PACK(at[ADVICE_FIRST_HEARD]), U32 },
	{ "heard_s", OF_PACK(at[ADVICE_HEARD]), U32 },
	{ "was_full_s", OF_PACK(at[ADVICE_WAS_FULL]), U32 },
	{ "was_charged_s", OF_PACK(at[ADVICE_WAS_CHARGED]), U32 },
	{ "had_current_s", OF_PACK(at[ADVICE_HAD_CURRENT]), U32 },
	{ "had_temperature_s", OF_PACK(at[ADVICE_HAD_TEMPERATURE]), U32 },
	{ "tripped_charge_s", OF_PACK(at[ADVICE_TRIPPED_CHARGE]), U32 },
	{ "tripped_discharge_s", OF_PACK(at[ADVICE_TRIPPED_DISCHARGE]), U32 },
	{ "jumped_s", OF_PACK(at[ADVICE_JUMPED]), U32 },
	{ "charge_trips", OF_PACK(trips[CORE_CHARGE]), U8 },
	{ "discharge_trips", OF_PACK(trips[CORE_DISCHARGE]), U8 },
	{ "charge_tripped", OF_PACK(tripped[CORE_CHARGE]), BOOL },
	{ "discharge_tripped", OF_PACK(tripped[CORE_DISCHARGE]), BOOL },
	{ "disconnected", OF_PACK(disconnected), BOOL },
	{ "soc_centi", OF_PACK(soc_centi), U16 },
	{ "jump_from_centi", OF_PACK(jump_centi[0]), U16 },
	{ "jump_to_centi", OF_PACK(jump_centi[1]), U16 },
	{ "coldest_decic", OF_PACK(coldest_decic), S16 },
	{ "warmest_decic", OF_PACK(warmest_decic), S16 },
};

static const struct member item_members[] = {
	{ "since_s", OF_ITEM(since_s), U32 },
	{ "from_s", OF_ITEM(from_s), U32 },
	{ "limit_s", OF_ITEM(limit_s), U32 },
	{ "figure0", OF_ITEM(figure[0]), S64 },
	{ "figure1", OF_ITEM(figure[1]), S64 },
};

static const struct {
	s64 min, max;
} kinds[] = {
	[BOOL] = { 0, 1 },
	[U8] = { 0, UINT8_MAX },
	[U16] = { 0, UINT16_MAX },
	[S16] = { INT16_MIN, INT16_MAX },
	[U32] = { 0, UINT32_MAX },
	[S64] = { INT64_MIN, INT64_MAX },
};

static s64 get(const void *of, const struct member *m)
{
	const char *at = (const char *)of + m->offset;

	switch ((enum kind)m->kind) {
	case BOOL:
		return *(const bool *)at;
	case U8:
		return *(const u8 *)at;
	case U16:
		return *(const u16 *)at;
	case S16:
		return *(const s16 *)at;
	case U32:
		return *(const u32 *)at;
	case S64:
		return *(const s64 *)at;
	}

	return 0;
}

static void set(void *of, const struct member *m, s64 value)
{
	char *at = (char *)of + m->offset;

	switch ((enum kind)m->kind) {
	case BOOL:
		*(bool *)at = value;
		break;
	case U8:
		*(u8 *)at = (u8)value;
		break;
	case U16:
		*(u16 *)at = (u16)value;
		break;
	case S16:
		*(s16 *)at = (s16)value;
		break;
	case U32:
		*(u32 *)at = (u32)value;
		break;
	case S64:
		*(s64 *)at = value;
		break;
	}
}

static int write_members(json_t *to, const void *of, const struct member *members, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n; i++)
		if (get(of, &members[i]))
			r |= json_object_set_new(to, members[i].name,
						 json_integer(get(of, &members[i])));

	return r;
}

/* How many of the members of @from are ours; -EINVAL, and which it is, for a wrong one. */
static int read_members(json_t *from, void *to, const struct member *members, size_t n,
			const char **fault)
{
	int found = 0;

	for (size_t i = 0; i < n; i++) {
		const struct member *m = &members[i];
		json_t *value = json_object_get(from, m->name);
		s64 number = json_integer_value(value);

		if (!value)
			continue;
		if (!json_is_integer(value) || number < kinds[m->kind].min ||
		    number > kinds[m->kind].max) {
			*fault = m->name;
			return -EINVAL;
		}
		set(to, m, number);
		found++;
	}

	return found;
}

static json_t *write_items(const struct advice_kept_pack *k)
{
	json_t *items = json_object(), *item;
	int r = 0;

	for (unsigned int code = 0; items && code < ADVICE_CODES; code++) {
		if (!k->item[code].since_s)
			continue;
		item = json_object();
		if (!item)
			r = -1;
		else
			r |= write_members(item, &k->item[code], item_members,
					   ARRAY_SIZE(item_members));
		r |= json_object_set_new(items, advice_code_word(code), item);
	}
	if (r) {
		json_decref(items);
		return NULL;
	}

	return items;
}

static int read_items(json_t *from, struct advice_kept_pack *k, const char **fault)
{
	size_t known = 0;
	int found;

	for (unsigned int code = 0; code < ADVICE_CODES; code++) {
		json_t *item = json_object_get(from, advice_code_word(code));

		if (!item)
			continue;
		found = read_members(item, &k->item[code], item_members, ARRAY_SIZE(item_members),
				     fault);
		if (found < 0)
			return found;
		if (!k->item[code].since_s || (size_t)found != json_object_size(item)) {
			*fault = advice_code_word(code);
			return -EINVAL;
		}
		known++;
	}
	if (!json_is_object(from) || known != json_object_size(from)) {
		*fault = "items";
		return -EINVAL;
	}

	return 0;
}

static json_t *write_pack(const struct advice_kept_pack *k)
{
	json_t *pack;

	pack = json_pack("{s:s, s:s, s:s, s:o}", "key", k->key, "name", k->name, "model",
			 k->model, "items", write_items(k));
	if (pack && write_members(pack, k, pack_members, ARRAY_SIZE(pack_members))) {
		json_decref(pack);
		return NULL;
	}

	return pack;
}

bool memory_read_text(json_t *from, const char *name, char *to, size_t size)
{
	const char *text = json_string_value(json_object_get(from, name));

	if (!text || strlen(text) >= size)
		return false;

	snprintf(to, size, "%s", text);

	return true;
}

/* The place of the cluster itself, which has no key, is the last one. */
static int read_pack(json_t *from, struct advice_kept_pack *k, bool of_cluster,
		     const char **fault)
{
	int found, r;

	*fault = "packs";
	if (!memory_read_text(from, "key", k->key, sizeof(k->key)) ||
	    !memory_read_text(from, "name", k->name, sizeof(k->name)) ||
	    !memory_read_text(from, "model", k->model, sizeof(k->model)) ||
	    !*k->key != of_cluster)
		return -EINVAL;

	found = read_members(from, k, pack_members, ARRAY_SIZE(pack_members), fault);
	if (found < 0)
		return found;
	r = read_items(json_object_get(from, "items"), k, fault);
	if (!r && (size_t)found + 4 != json_object_size(from))
		r = -EINVAL;

	return r;
}

json_t *memory_write_advice(const struct advice_kept *kept)
{
	json_t *packs = json_array();
	int r = 0;

	for (unsigned int i = 0; packs && i < kept->n; i++)
		if (*kept->pack[i].key || i + 1 == kept->n)
			r |= json_array_append_new(packs, write_pack(&kept->pack[i]));
	if (r) {
		json_decref(packs);
		return NULL;
	}

	return json_pack("{s:I, s:I, s:o}", "wall_s", (json_int_t)kept->wall_s, "clock_s",
			 (json_int_t)kept->clock_s, "packs", packs);
}

/* What no single member shows is the core's to know: it is asked. */
static int try_it(const struct advice_kept *kept)
{
	struct advice *advice;
	int r;

	r = advice_new(&advice, 1, kept);
	if (!r)
		advice_free(advice);

	return r;
}

int memory_read_advice(json_t *from, struct advice_kept **kept, const char **fault)
{
	json_int_t wall_s, clock_s;
	struct advice_kept *k;
	json_t *packs;
	size_t i, n;
	int r = 0;

	*fault = "advice";
	if (json_unpack_ex(from, NULL, JSON_STRICT, "{s:I, s:I, s:o}", "wall_s", &wall_s,
			   "clock_s", &clock_s, "packs", &packs) ||
	    clock_s < 0 || clock_s > UINT32_MAX)
		return -EINVAL;

	n = json_array_size(packs);
	k = calloc(1, advice_kept_size((unsigned int)n));
	if (!k)
		return -ENOMEM;

	k->wall_s = wall_s;
	k->clock_s = (u32)clock_s;
	k->n = (u32)n;
	for (i = 0; !r && i < n; i++)
		r = read_pack(json_array_get(packs, i), &k->pack[i], i + 1 == n, fault);
	if (!r) {
		*fault = "times of advice";
		r = try_it(k);
	}
	if (r) {
		free(k);
		return r;
	}
	*kept = k;

	return 0;
}
