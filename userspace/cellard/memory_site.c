// SPDX-License-Identifier: GPL-2.0-only
/*
 * The states of chargers, outputs and the rest of a site by tables of their members.
 */
#include "memory_site.h"

enum kind {
	NUMBER,
	TIME,	/* of the clock of the steps, ms */
};

struct member {
	const char *name;
	u16 offset;
	u8 size, kind;
};

#define MEMBER(type, member, kind) \
	{ #member, offsetof(struct type, member), sizeof(((struct type *)NULL)->member), kind }

static const struct member charger_members[] = {
	MEMBER(charger, heard, NUMBER),
	MEMBER(charger, plugged, NUMBER),
	MEMBER(charger, started, NUMBER),
	MEMBER(charger, stopped, NUMBER),
	MEMBER(charger, in_session, NUMBER),
	MEMBER(charger, done, NUMBER),
	MEMBER(charger, on, NUMBER),
	MEMBER(charger, switched, NUMBER),
	MEMBER(charger, counter_known, NUMBER),
	MEMBER(charger, order_used, NUMBER),
	MEMBER(charger, strategy, NUMBER),
	MEMBER(charger, card, NUMBER),
	MEMBER(charger, order_strategy, NUMBER),
	MEMBER(charger, start_min, NUMBER),
	MEMBER(charger, duration_min, NUMBER),
	MEMBER(charger, wanted_wh, NUMBER),
	MEMBER(charger, order_wh_per_km, NUMBER),
	MEMBER(charger, order_km, NUMBER),
	MEMBER(charger, current_ma, NUMBER),
	MEMBER(charger, gone_ma, NUMBER),
	MEMBER(charger, counter_wh, NUMBER),
	MEMBER(charger, session_wh, NUMBER),
	MEMBER(charger, excess_w, NUMBER),
	MEMBER(charger, session_mj, NUMBER),
	MEMBER(charger, since_mj, NUMBER),
	MEMBER(charger, before_mj, NUMBER),
	MEMBER(charger, switched_ms, TIME),
	MEMBER(charger, changed_ms, TIME),
	MEMBER(charger, idle_ms, TIME),
	MEMBER(charger, gone_ms, TIME),
	MEMBER(charger, excess_ms, TIME),
	MEMBER(charger, armed_ms, TIME),
	MEMBER(charger, began_ms, TIME),
	MEMBER(charger, ended_ms, TIME),
};

static const struct member output_members[] = {
	MEMBER(output, closed, NUMBER),
	MEMBER(output, wanted, NUMBER),
	MEMBER(output, switched, NUMBER),
	MEMBER(output, checked, NUMBER),
	MEMBER(output, checked_ms, TIME),
	MEMBER(output, switched_ms, TIME),
};

/* What narrows until something is better again; the rest is heard anew. */
static const struct member latches[] = {
	MEMBER(site_state, deep, NUMBER),
	MEMBER(site_state, eps.low, NUMBER),
	MEMBER(site_state, eps.reserve, NUMBER),
	MEMBER(site_state, eps.returning, NUMBER),
	MEMBER(site_state, gridcode.any_valid, NUMBER),
	MEMBER(site_state, gridcode.valid_rrcr, NUMBER),
	MEMBER(site_state, eps.back_ms, TIME),
	MEMBER(site_state, gridcode.valid_ms, TIME),
};

static u64 get(const void *state, const struct member *member)
{
	const char *at = (const char *)state + member->offset;

	switch (member->size) {
	case sizeof(u8):
		return *(const u8 *)at;
	case sizeof(u16):
		return *(const u16 *)at;
	case sizeof(u32):
		return *(const u32 *)at;
	default:
		return *(const u64 *)at;
	}
}

static void put(void *state, const struct member *member, u64 value)
{
	char *at = (char *)state + member->offset;

	switch (member->size) {
	case sizeof(u8):
		*(u8 *)at = (u8)value;
		break;
	case sizeof(u16):
		*(u16 *)at = (u16)value;
		break;
	case sizeof(u32):
		*(u32 *)at = (u32)value;
		break;
	default:
		*(u64 *)at = value;
		break;
	}
}

/* What is 0 need not be said. */
static json_t *write_members(const void *state, const struct member *member, size_t n, u64 now_ms)
{
	json_t *to = json_object();
	int r = 0;

	for (; n--; member++) {
		u64 value = get(state, member);

		if (member->kind == TIME && value)
			r |= json_object_set_new(to, member->name,
						 json_integer((json_int_t)(now_ms - value)));
		else if (value)
			r |= json_object_set_new(to, member->name,
						 json_integer((json_int_t)value));
	}
	if (r) {
		json_decref(to);
		return NULL;
	}

	return to;
}

static const struct member *named(const struct member *member, size_t n, const char *name)
{
	for (; n--; member++)
		if (!strcmp(member->name, name))
			return member;

	return NULL;
}

/* A clock that has begun anew was not there so long ago: then it was at its beginning. */
static u64 time_of(u64 ago_ms, u64 now_ms)
{
	return ago_ms < now_ms ? now_ms - ago_ms : 1;
}

static bool read_members(const json_t *from, void *state, const struct member *members, size_t n,
			 u64 now_ms)
{
	const struct member *member;
	const char *name;
	json_int_t value;
	json_t *of;

	if (!json_is_object(from))
		return false;
	json_object_foreach((json_t *)from, name, of) {
		member = named(members, n, name);
		if (!member || !json_is_integer(of))
			return false;
		value = json_integer_value(of);
		if (value < 0 || (member->kind == NUMBER && member->size < sizeof(u64) &&
				  value >> (8 * member->size)))
			return false;
		put(state, member, member->kind == TIME ? time_of((u64)value, now_ms) :
		    (u64)value);
	}

	return true;
}

json_t *memory_write_charger(const struct charger *charger, u64 now_ms)
{
	return write_members(charger, charger_members, ARRAY_SIZE(charger_members), now_ms);
}

json_t *memory_write_output(const struct output *output, u64 now_ms)
{
	return write_members(output, output_members, ARRAY_SIZE(output_members), now_ms);
}

bool memory_read_charger(const json_t *from, struct charger *charger, u64 now_ms)
{
	memset(charger, 0, sizeof(*charger));

	return read_members(from, charger, charger_members, ARRAY_SIZE(charger_members), now_ms) &&
	       charger->strategy < SITE_STRATEGIES;
}

bool memory_read_output(const json_t *from, struct output *output, u64 now_ms)
{
	memset(output, 0, sizeof(*output));

	return read_members(from, output, output_members, ARRAY_SIZE(output_members), now_ms);
}

json_t *memory_write_latches(const struct site_state *site, u64 now_ms)
{
	return write_members(site, latches, ARRAY_SIZE(latches), now_ms);
}

bool memory_read_latches(const json_t *from, struct site_state *site, u64 now_ms)
{
	return read_members(from, site, latches, ARRAY_SIZE(latches), now_ms);
}
