/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bus for the CAN tests: frames go in as hex, readings of the system and of
 * each pack come out as the kernel would show them.
 */
#ifndef CELLAR_TESTS_CAN_BUS_H
#define CELLAR_TESTS_CAN_BUS_H

#include "../../driver/wire/can.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define A(word)		BIT_ULL(CELLAR_##word)
#define HAS(r, f)	(!!((r)->have & BIT_ULL(CELLAR_##f)))
#define NONE(r, f)	(!!((r)->none & BIT_ULL(CELLAR_##f)))

struct bus {
	const struct cellar_can_dialect *dialect;
	struct cellar_can_memory memory;
	struct cellar_reading news;	/* of the last frame */
	struct cellar_reading system;
	struct cellar_reading packs[1 + CELLAR_CAN_PACKS_MAX];
};

static inline struct cellar_can_frame frame_of(u32 id, const char *hex)
{
	struct cellar_can_frame frame = { .id = id };
	char *end;

	while (*hex) {
		assert_true(frame.len < 8);
		frame.data[frame.len++] = (u8)strtoul(hex, &end, 16);
		assert_ptr_not_equal(end, hex);
		hex = end;
	}

	return frame;
}

/* What the decoder returns; its news are merged if it liked the frame. */
static inline int hear_frame(struct bus *bus, const struct cellar_can_frame *frame)
{
	struct cellar_can_memory before = bus->memory;
	const struct cellar_can_row *row;
	u8 address;
	int err;

	row = cellar_can_find_row(bus->dialect, frame->id, &address);
	if (!row)
		return -ENOENT;

	memset(&bus->news, 0xa5, sizeof(bus->news));
	err = cellar_can_decode(row, &bus->memory, frame, &bus->news);
	assert_int_equal(bus->news.have & bus->news.none, 0);
	if (err) {
		assert_int_equal(bus->news.have | bus->news.none, 0);
		assert_memory_equal(&bus->memory, &before, sizeof(before));
	} else {
		cellar_reading_merge(address ? &bus->packs[address] : &bus->system,
				     &bus->news);
	}

	return err;
}

static inline int hear(struct bus *bus, u32 id, const char *hex)
{
	struct cellar_can_frame frame = frame_of(id, hex);

	return hear_frame(bus, &frame);
}

/* The frame that says @reading: its identifier, length and bytes. */
static inline void assert_says(const struct cellar_can_dialect *dialect,
			       const struct cellar_can_memory *memory,
			       const struct cellar_reading *reading, u32 id,
			       const char *hex)
{
	struct cellar_can_frame expected = frame_of(id, hex);
	const struct cellar_can_row *row;
	struct cellar_can_frame frame;
	u8 address;

	row = cellar_can_find_row(dialect, id, &address);
	assert_non_null(row);
	memset(&frame, 0xa5, sizeof(frame));
	assert_int_equal(cellar_can_encode(row, address, memory, reading, &frame), 0);
	assert_int_equal(frame.id, id);
	assert_int_equal(frame.len, expected.len);
	assert_memory_equal(frame.data, expected.data, sizeof(frame.data));
}

static inline void assert_says_nothing(const struct cellar_can_dialect *dialect,
				       const struct cellar_can_memory *memory,
				       const struct cellar_reading *reading, u32 id)
{
	const struct cellar_can_row *row;
	struct cellar_can_frame frame;
	u8 address;

	row = cellar_can_find_row(dialect, id, &address);
	assert_non_null(row);
	assert_int_equal(cellar_can_encode(row, address, memory, reading, &frame),
			 -ENODATA);
}

#endif /* CELLAR_TESTS_CAN_BUS_H */
