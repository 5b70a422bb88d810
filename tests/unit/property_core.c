// SPDX-License-Identifier: GPL-2.0-only
/*
 * The laws of core_laws.h on invented worlds: packs come, go, lie, freeze and jump,
 * slowly in some worlds and all the time in others. property_core [STEPS [SEED]].
 */
#include "core_laws.h"

#include <stdlib.h>

#define STEPS		10000000
#define SEED		20260115
#define WORLD_STEPS	2500
#define TWIN_EVERY	16
#define ENOUGH_STEPS	1000000	/* for everything to have happened */

/* splitmix64 */
static u64 next(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;

	return z ^ z >> 31;
}

static unsigned int any_size(u64 chance)
{
	if (chance % 64 == 0)
		return CORE_WORLD_PACKS;

	return 1 + (unsigned int)(chance >> 8) % 4;
}

/* Mostly a second; also a sample at once, a process that slept, a clock that jumps. */
static void any_time(u64 chance, u32 *ms, s64 *clock_ms)
{
	static const u32 usual[] = { 1000, 1000, 1000, 1000, 500, 100, 10, 3000 };

	*ms = usual[chance % ARRAY_SIZE(usual)];
	*clock_ms = *ms;
	switch (chance >> 8 & 0x3ff) {
	case 0:
		*clock_ms = 86400000;
		break;
	case 1:
		*clock_ms = -1000000;
		break;
	case 2:
		*clock_ms = 0;
		break;
	case 3:
		*ms = 20000;
		*clock_ms = 20000;
		break;
	}
}

static int live(u64 *state, u64 number, u64 seed, u64 steps, struct core_seen *seen)
{
	unsigned int n = any_size(next(state));
	u64 plan = next(state), mask = BIT_ULL(1 + 2 * (next(state) & 3)) - 1, step, chance;
	struct core_world *w = core_world_new(n, plan, seen);
	struct core_world *twin = number % TWIN_EVERY ? NULL : core_world_new(n, plan, seen);
	const char *broken = NULL;
	s64 clock_ms;
	u32 ms;

	for (step = 0; step < steps && !broken; step++) {
		chance = next(state);
		any_time(chance >> 32, &ms, &clock_ms);
		if (!(chance & mask)) {
			chance = next(state);
			core_world_change(w, chance);
			if (twin)
				core_world_change(twin, chance);
		}
		broken = core_world_step(w, ms, clock_ms);
		if (twin && !broken) {
			broken = core_world_step(twin, ms, clock_ms);
			if (!broken && !core_worlds_equal(w, twin))
				broken = "two worlds that were told the same differ";
		}
	}
	if (broken)
		fprintf(stderr, "property_core: %s (seed %llu, world %llu, step %llu)\n", broken,
			(unsigned long long)seed, (unsigned long long)number,
			(unsigned long long)step);
	core_world_free(w);
	if (twin)
		core_world_free(twin);

	return broken ? -1 : 0;
}

/* Laws that were never put to the test are not kept. */
static int check_seen(const struct core_seen *seen)
{
	const u64 no_voltage_terms = BIT_ULL(LIMITS_SHARING) | BIT_ULL(LIMITS_TEMPERATURE) |
		BIT_ULL(LIMITS_SOC) | BIT_ULL(LIMITS_CABLE) | BIT_ULL(LIMITS_INVERTER) |
		BIT_ULL(LIMITS_PROTECTION) | BIT_ULL(LIMITS_MAX);
	const u64 terms = BIT_ULL(LIMITS_TERMS) - 1 - BIT_ULL(LIMITS_HOUSE) -
		BIT_ULL(LIMITS_CONTACT);
	const struct {
		const char *name;
		u64 seen, all;
	} rows[] = {
		{ "reasons", seen->reasons, BIT_ULL(CLUSTER_REASONS) - 1 -
					    BIT_ULL(CLUSTER_NEVER_HEARD) },
		{ "blocks", seen->blocks, BIT_ULL(SUPPLY_SAYS_NO_LIMIT + 1) - 1 },
		{ "rules of mixing", seen->rules, BIT_ULL(MIX_MAKER) | BIT_ULL(MIX_MODEL) |
						  BIT_ULL(MIX_CAPACITY) | BIT_ULL(MIX_COUNT) },
		{ "stages", seen->stages, 7 },
		{ "words to inverters", seen->told > seen->falls, 1 },
		{ "winners of charge", seen->winners[CORE_CHARGE], terms & ~BIT_ULL(LIMITS_STARTUP) },
		{ "winners of discharge", seen->winners[CORE_DISCHARGE], terms },
		{ "winners of voltage", seen->volt_winners, terms & ~no_voltage_terms },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if ((rows[i].seen & rows[i].all) == rows[i].all)
			continue;
		fprintf(stderr, "property_core: some %s never happened (%llx of %llx)\n",
			rows[i].name, (unsigned long long)rows[i].seen,
			(unsigned long long)rows[i].all);
		return -1;
	}

	return 0;
}

int main(int argc, char **argv)
{
	u64 steps = argc > 1 ? strtoull(argv[1], NULL, 0) : STEPS;
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : SEED;
	u64 state = seed, done, world = 0;
	struct core_seen seen = { 0 };

	for (done = 0; done < steps; done += WORLD_STEPS, world++)
		if (live(&state, world, seed, WORLD_STEPS, &seen))
			return EXIT_FAILURE;
	if (steps >= ENOUGH_STEPS && check_seen(&seen))
		return EXIT_FAILURE;

	printf("property_core: %llu steps in %llu worlds, %llu joins, %llu of them returns, "
	       "%llu falls, %llu rises, %llu shares, seed %llu\n",
	       (unsigned long long)done, (unsigned long long)world, (unsigned long long)seen.joins,
	       (unsigned long long)seen.returns, (unsigned long long)seen.falls,
	       (unsigned long long)seen.rises, (unsigned long long)seen.shares,
	       (unsigned long long)seed);

	return EXIT_SUCCESS;
}
