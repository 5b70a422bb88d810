// SPDX-License-Identifier: GPL-2.0-only
/*
 * "SunS", and then models: each has its number, its length, and that much more.
 */
#include "sunspec.h"

#define SUN		0x5375
#define S_		0x6e53
#define END		0xffff

/* Where it may begin (SunSpec Device Information Model Specification, 6.3) */
static const u16 bases[] = { 40000, 0, 50000 };

void sunspec_walk_start(struct sunspec_walk *walk)
{
	*walk = (struct sunspec_walk){ .stage = SUNSPEC_SEEKS };
}

bool sunspec_walk_next(const struct sunspec_walk *walk, struct register_read *read)
{
	u16 at = walk->stage == SUNSPEC_SEEKS ? bases[walk->base] : walk->at;

	*read = (struct register_read){ MODBUS_READ_HOLDING, at, 2 };

	return walk->stage < SUNSPEC_DONE;
}

static void elsewhere(struct sunspec_walk *walk)
{
	if (++walk->base == ARRAY_SIZE(bases))
		walk->stage = SUNSPEC_NONE;
}

/* A model that would reach beyond the last register ends the walk, too. */
static void take_model(struct sunspec_walk *walk, u16 id, u16 length)
{
	struct sunspec_model *model = &walk->model[walk->models];
	u32 next = walk->at + 2u + length;

	if (id == END || next > UINT16_MAX - 1) {
		walk->stage = SUNSPEC_DONE;
		return;
	}
	*model = (struct sunspec_model){ id, walk->at, (u16)(length + 2) };
	walk->at = (u16)next;
	if (++walk->models == SUNSPEC_MODELS_MAX)
		walk->stage = SUNSPEC_DONE;
}

void sunspec_walk_take(struct sunspec_walk *walk, const struct modbus_result *result)
{
	struct register_read asked;

	if (!sunspec_walk_next(walk, &asked) || asked.at != result->at || result->n != 2)
		return;
	if (result->outcome == MODBUS_REFUSED) {
		if (walk->stage == SUNSPEC_SEEKS)
			elsewhere(walk);
		else
			walk->stage = SUNSPEC_DONE;
	}
	if (result->outcome != MODBUS_DONE)
		return;

	if (walk->stage == SUNSPEC_WALKS) {
		take_model(walk, result->value[0], result->value[1]);
	} else if (result->value[0] == SUN && result->value[1] == S_) {
		walk->stage = SUNSPEC_WALKS;
		walk->at = (u16)(bases[walk->base] + 2);
	} else {
		elsewhere(walk);
	}
}

const struct sunspec_model *sunspec_find(const struct sunspec_walk *walk, u16 first, u16 last)
{
	for (unsigned int i = 0; i < walk->models; i++)
		if (walk->model[i].id >= first && walk->model[i].id <= last)
			return &walk->model[i];

	return NULL;
}
