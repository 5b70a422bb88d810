// SPDX-License-Identifier: GPL-2.0-only
/*
 * The schedule of a bus. Rows and packs start at different phases, as on the
 * Deye capture, where no two identifiers share an instant.
 */
#include "talker.h"

#include <stdlib.h>

#define KEEPALIVE_PERIOD_MS	1000
#define ROW_PHASE_MS		37
#define PACK_PHASE_MS		3
#define GARBAGE_EVERY_MS	5

enum garbage {
	GARBAGE_SHORT,
	GARBAGE_RTR,
	GARBAGE_WIDTH,		/* 29 bits for 11, and the other way round */
	GARBAGE_OUT_OF_RANGE,
	GARBAGES
};

static u32 period_ms(const struct talker_slot *slot)
{
	return slot->row ? slot->row->period_ms : KEEPALIVE_PERIOD_MS;
}

static void add_slot(struct talker *talker, const struct cellar_can_row *row, u8 address)
{
	struct talker_slot *slot = &talker->slots[talker->n_slots++];
	u64 nth = row ? (u64)(row - talker->dialect->rows) : 0;

	*slot = (struct talker_slot){ .row = row, .address = address };
	slot->next_ms = (nth * ROW_PHASE_MS + (u64)address * PACK_PHASE_MS) %
			period_ms(slot);
}

int talker_start(struct talker *talker, const struct cellar_can_dialect *dialect,
		 enum cellar_setting setting, unsigned int packs, bool keepalive,
		 u64 seed)
{
	unsigned int i, k, most = 1;

	*talker = (struct talker){
		.dialect = dialect,
		.memory.setting = setting,
		.rng = { seed },
	};
	for (i = 0; i < dialect->n_rows; i++)
		most += dialect->rows[i].packs ? dialect->rows[i].packs : 1;
	talker->slots = calloc(most, sizeof(*talker->slots));
	if (!talker->slots)
		return -ENOMEM;

	for (i = 0; i < dialect->n_rows; i++) {
		const struct cellar_can_row *row = &dialect->rows[i];

		if (!row->packs)
			add_slot(talker, row, 0);
		for (k = 1; k <= row->packs && k <= packs; k++)
			add_slot(talker, row, (u8)k);
	}
	if (keepalive)
		add_slot(talker, NULL, 0);
	return 0;
}

void talker_stop(struct talker *talker)
{
	free(talker->slots);
	talker->slots = NULL;
	talker->n_slots = 0;
}

void talker_garbage(struct talker *talker, unsigned int frames, u64 now_ms)
{
	if (!talker->garbage)
		talker->garbage_next_ms = now_ms;
	talker->garbage += frames;
}

u64 talker_next_ms(const struct talker *talker)
{
	u64 next = talker->garbage ? talker->garbage_next_ms : UINT64_MAX;
	size_t i;

	for (i = 0; i < talker->n_slots; i++)
		if (talker->slots[i].next_ms < next)
			next = talker->slots[i].next_ms;
	return next;
}

/* As talker_send. */
static int put_out(struct talker *talker, u64 now_ms, const struct can_frame *frame)
{
	if (talker->silent)
		return 1;
	if (talker->drop_percent > 0 &&
	    rng_below(&talker->rng, 1000000) < talker->drop_percent * 10000)
		return 1;
	return talker->send(talker->to, now_ms, frame);
}

/* Numbers that this row cannot mean, if there are any. */
static bool out_of_range(const struct talker *talker, const struct cellar_can_row *row,
			 struct can_frame *frame)
{
	static const u8 patterns[] = { 0xff, 0x7f, 0xfe, 0x81 };
	struct cellar_can_memory memory = talker->memory;
	struct cellar_reading news;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct cellar_can_frame wire = { .id = row->id, .len = 8 };

		memset(wire.data, patterns[i], sizeof(wire.data));
		if (cellar_can_decode(row, &memory, &wire, &news) == -ERANGE) {
			memcpy(frame->data, wire.data, sizeof(wire.data));
			frame->can_dlc = 8;
			return true;
		}
	}
	return false;
}

/* Whatever is drawn, it is a frame that no decoder may take for a reading. */
static void make_garbage(struct talker *talker, struct can_frame *frame)
{
	const struct cellar_can_dialect *dialect = talker->dialect;
	const struct cellar_can_row *row;
	u64 noise;

	row = &dialect->rows[rng_below(&talker->rng, dialect->n_rows)];
	*frame = (struct can_frame){ .can_id = row->id };
	noise = rng_next(&talker->rng);
	memcpy(frame->data, &noise, sizeof(noise));

	switch (rng_below(&talker->rng, GARBAGES)) {
	case GARBAGE_OUT_OF_RANGE:
		if (out_of_range(talker, row, frame))
			return;
		/* fall through */
	case GARBAGE_SHORT:
		if (row->len_min > 0) {
			frame->can_dlc = (u8)rng_below(&talker->rng, row->len_min);
			return;
		}
		/* fall through */
	case GARBAGE_RTR:
		frame->can_id |= CAN_RTR_FLAG;
		break;
	case GARBAGE_WIDTH:
		frame->can_id ^= CAN_EFF_FLAG;
		frame->can_dlc = 8;
		break;
	}
}

static int run_slot(struct talker *talker, struct talker_slot *slot, u64 now_ms,
		    const struct talker_voices *voices)
{
	const struct cellar_reading *reading = voices->of[slot->address];
	struct can_frame frame = { 0 };
	struct cellar_can_frame wire;
	int err;

	slot->next_ms += period_ms(slot);
	if (!slot->row) {
		frame.can_id = CELLAR_CAN_KEEPALIVE_ID;
		frame.can_dlc = 8;
		return put_out(talker, now_ms, &frame);
	}
	/* A row that has nothing to say of this battery or setting is not sent. */
	if (!reading || cellar_can_encode(slot->row, slot->address, &talker->memory,
					  reading, &wire))
		return 0;
	frame.can_id = wire.id;
	frame.can_dlc = wire.len;
	memcpy(frame.data, wire.data, wire.len);
	err = put_out(talker, now_ms, &frame);
	if (!err)
		talker->spoken++;
	return err;
}

int talker_run(struct talker *talker, u64 now_ms, const struct talker_voices *voices)
{
	struct can_frame frame;
	size_t i;
	int err;

	while (talker->garbage && talker->garbage_next_ms <= now_ms) {
		make_garbage(talker, &frame);
		talker->garbage--;
		talker->garbage_next_ms += GARBAGE_EVERY_MS;
		err = put_out(talker, now_ms, &frame);
		if (err < 0)
			return err;
	}
	for (i = 0; i < talker->n_slots; i++) {
		if (talker->slots[i].next_ms > now_ms)
			continue;
		err = run_slot(talker, &talker->slots[i], now_ms, voices);
		if (err < 0)
			return err;
	}
	return 0;
}
