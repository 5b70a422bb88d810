// SPDX-License-Identifier: GPL-2.0-only
/*
 * A house as the input wants it: ten bytes are a change, and how long it lasts. The laws
 * are those of the property tests.
 */
#include "../unit/site_laws.h"

#include <stdlib.h>

#define HEAD	8
#define CHANGE	10

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static u64 word(const u8 *data)
{
	u64 value;

	memcpy(&value, data, sizeof(value));

	return value;
}

static void live(struct site_house *house, const u8 *change)
{
	static const u32 clocks[] = { 1000, 200, 5000, 10000, 0, 60000, 86400000, 900000 };
	static const u8 lasts[] = { 1, 1, 1, 2, 5, 12, 31, 62 };
	u32 clock_ms = clocks[change[9] % ARRAY_SIZE(clocks)];
	u32 ms = clock_ms < 60000 ? clock_ms : 60000;
	unsigned int steps = lasts[change[8] % ARRAY_SIZE(lasts)];
	const char *broken;

	site_world_change(&house->world, word(change));
	do {
		broken = site_house_step(house, ms, clock_ms, word(change) + steps);
		if (broken) {
			fprintf(stderr, "fuzz_site: %s\n", broken);
			abort();
		}
	} while (--steps);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct site_seen seen = { 0 };
	struct site_house house;

	if (size < HEAD)
		return 0;

	site_house_start(&house, word(data), &seen);
	data += HEAD;
	for (size -= HEAD; size >= CHANGE; size -= CHANGE, data += CHANGE)
		live(&house, data);

	return 0;
}
