// SPDX-License-Identifier: GPL-2.0-only
/*
 * A world of packs as the input wants it: ten bytes are a change, and how long it
 * lasts. The laws are those of the property tests.
 */
#include "../unit/core_laws.h"

#include <stdlib.h>

#define HEAD	9
#define CHANGE	10

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static u64 word(const u8 *data)
{
	u64 value;

	memcpy(&value, data, sizeof(value));

	return value;
}

static void live(struct core_world *world, const u8 *change)
{
	static const s64 clocks[] = { 1000, 10, 100, 3000, 0, -1000000, 86400000, 60000 };
	static const u8 lasts[] = { 1, 1, 1, 2, 5, 12, 31, 62 };
	s64 clock_ms = clocks[change[9] % ARRAY_SIZE(clocks)];
	u32 ms = clock_ms > 0 && clock_ms < 86400000 ? (u32)clock_ms : 1000;
	unsigned int steps = lasts[change[8] % ARRAY_SIZE(lasts)];
	const char *broken;

	core_world_change(world, word(change));
	do {
		broken = core_world_step(world, ms, clock_ms);
		if (broken) {
			fprintf(stderr, "fuzz_core: %s\n", broken);
			abort();
		}
	} while (--steps);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct core_seen seen = { 0 };
	struct core_world *world;

	if (size < HEAD)
		return 0;

	world = core_world_new(1 + data[0] % 4, word(data + 1), &seen);
	data += HEAD;
	for (size -= HEAD; size >= CHANGE; size -= CHANGE, data += CHANGE)
		live(world, data);
	core_world_free(world);

	return 0;
}
