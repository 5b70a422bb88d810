// SPDX-License-Identifier: GPL-2.0-only
/*
 * The laws of site_laws.h in invented houses, quiet ones and such in which something
 * happens all the time. property_site [STEPS [SEED]].
 */
#include "site_laws.h"

#include <stdlib.h>

#define STEPS		50000000
#define SEED		20260115
#define WORLD_STEPS	2500
#define TWIN_EVERY	16
#define ENOUGH_STEPS	10000000	/* for everything to have happened */
#define YEAR_STEPS	(365 * 86400 / (SITE_STEP_MAX_MS / 1000))
#define MJ_PER_WH	3600000

/* splitmix64 */
static u64 next(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;

	return z ^ z >> 31;
}

/* Mostly a second; also an edge at once, minutes between two steps, a night that was slept. */
static void any_time(u64 chance, u32 *ms, u32 *clock_ms)
{
	static const u32 usual[] = { 1000, 1000, 1000, 1000, 1000, 200, 3000, 10000 };
	static const u32 rare[] = { 0, 1, 60000, 900000, 86400000, 5000, 5001, 3600000 };

	*ms = usual[chance % ARRAY_SIZE(usual)];
	chance >>= 8;
	if (!(chance & 0x3f))
		*ms = rare[chance >> 6 & 7];
	*clock_ms = *ms;
	*ms = *ms < 60000 ? *ms : 60000;
}

static int complain(const char *broken, u64 seed, u64 number, u64 step)
{
	fprintf(stderr, "property_site: %s (seed %llu, world %llu, step %llu)\n", broken,
		(unsigned long long)seed, (unsigned long long)number, (unsigned long long)step);

	return -1;
}

static int live(struct site_house house[2], u64 *state, u64 number, u64 seed,
		struct site_seen *seen)
{
	u64 plan = next(state), mask = BIT_ULL(1 + 2 * (next(state) & 3)) - 1, step, chance, what;
	bool twin = number % TWIN_EVERY == 0;
	const char *broken = NULL;
	u32 ms, clock_ms;
	unsigned int i;

	for (i = 0; i <= twin; i++)
		site_house_start(&house[i], plan, seen);
	for (step = 0; step < WORLD_STEPS && !broken; step++) {
		chance = next(state);
		any_time(chance >> 40, &ms, &clock_ms);
		what = chance & mask ? 0 : next(state);
		for (i = 0; i <= twin && !broken; i++) {
			if (!(chance & mask))
				site_world_change(&house[i].world, what);
			broken = site_house_step(&house[i], ms, clock_ms, chance >> 16);
		}
		if (twin && !broken && !site_houses_equal(&house[0], &house[1]))
			broken = "two houses that were told the same differ";
	}

	return broken ? complain(broken, seed, number, step - 1) : 0;
}

/* Laws that were never put to the test are not kept. */
static int check_seen(const struct site_seen *seen)
{
	const u64 codes = BIT_ULL(SITE_BY_DRM) | BIT_ULL(SITE_BY_RRCR) | BIT_ULL(SITE_BY_CEASE);
	const u64 battery = BIT_ULL(SITE_BY_CLUSTER) | BIT_ULL(SITE_BY_INVERTER) | codes |
			    BIT_ULL(SITE_BY_CONTRACT) | BIT_ULL(SITE_BY_FEED_IN) |
			    BIT_ULL(SITE_BY_EPS) | BIT_ULL(SITE_BY_BLACKOUT) |
			    BIT_ULL(SITE_BY_RETURN) | BIT_ULL(SITE_BY_TIMED_CHARGE) |
			    BIT_ULL(SITE_BY_FORCE_CHARGE) | BIT_ULL(SITE_BY_PERSON) |
			    BIT_ULL(SITE_BY_STALE);
	const u64 exchange = BIT_ULL(SITE_NOBODY) | BIT_ULL(SITE_BY_CONTRACT) |
			     BIT_ULL(SITE_BY_FEED_IN) | BIT_ULL(SITE_BY_BLACKOUT);
	const u64 chargers = BIT_ULL(SITE_NOBODY) | BIT_ULL(SITE_BY_CONTRACT) |
			     BIT_ULL(SITE_BY_BLACKOUT) | BIT_ULL(SITE_BY_RETURN) |
			     BIT_ULL(SITE_BY_STRATEGY) | BIT_ULL(SITE_BY_PERSON) |
			     BIT_ULL(SITE_BY_CAR) | BIT_ULL(SITE_BY_CABLE) |
			     BIT_ULL(SITE_BY_BOX) | BIT_ULL(SITE_BY_MIN_TIME) |
			     BIT_ULL(SITE_BY_HOURS) | BIT_ULL(SITE_BY_STALE);
	const u64 outputs = BIT_ULL(SITE_NOBODY) | BIT_ULL(SITE_BY_MIN_TIME) |
			    BIT_ULL(SITE_BY_HOURS) | BIT_ULL(SITE_BY_STALE);
	const struct {
		const char *name;
		u64 seen, all;
	} rows[] = {
		{ "plants", seen->plants, BIT_ULL(SITE_PLANTS) - 1 },
		{ "modes", seen->modes, BIT_ULL(SITE_STOPPED + 1) - 1 },
		{ "events", seen->events, BIT_ULL(SITE_EVENT_CODES) - 1 },
		{ "states of chargers", seen->states, BIT_ULL(SITE_CHARGER_FAULT + 1) - 1 },
		{ "strategies", seen->strategies, BIT_ULL(SITE_STRATEGIES) - 1 },
		{ "modes of chargers", seen->charger_modes, 7 },
		{ "variables", seen->variables, BIT_ULL(SITE_VARIABLES) - 1 },
		{ "things that cannot be done", seen->unable, 15 },
		{ "winners of set-points", seen->limiters, battery | BIT_ULL(SITE_NOBODY) },
		{ "winners of the battery", seen->battery_winners, battery },
		{ "winners of the exchange", seen->grid_winners, exchange },
		{ "winners of production", seen->pv_winners,
		  codes | (exchange & ~BIT_ULL(SITE_BY_CONTRACT)) },
		{ "winners of chargers", seen->charger_winners, chargers },
		{ "winners of outputs", seen->output_winners, outputs },
		{ "days, gaps, starts or stops", !!seen->days + !!seen->gaps + !!seen->starts +
						 !!seen->stops, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if ((rows[i].seen & rows[i].all) == rows[i].all)
			continue;
		fprintf(stderr, "property_site: some %s never happened (%llx of %llx)\n",
			rows[i].name, (unsigned long long)rows[i].seen,
			(unsigned long long)rows[i].all);
		return -1;
	}

	return 0;
}

/* What happens in a year in which nothing fails: sun, loads, cars, people, packs. */
static void live_on(struct site_world *w, u64 chance)
{
	static const u8 usual[] = { 0, 1, 2, 3, 4, 5, 6, 7, 12 };

	site_world_change(w, (chance & ~15ULL) | usual[(chance >> 56) % ARRAY_SIZE(usual)]);
}

/*
 * A year of a house whose instruments tell the truth: what was summed is what flowed, to a
 * watt-hour.
 */
static int a_year(struct site_house *house, u64 *state, u64 seed, struct site_seen *seen)
{
	const struct energy_sum *life = &house->world.state.energy.sum[ENERGY_LIFE];
	const char *broken;
	u64 step, chance;
	unsigned int i;

	site_house_start(house, (next(state) & ~0xffULL) | SITE_PLANT_HYBRID_3PH, seen);
	broken = site_house_step(house, 0, 0, next(state));
	for (step = 0; step < YEAR_STEPS && !broken; step++) {
		chance = next(state);
		if (!(chance & 0x3f))
			live_on(&house->world, next(state));
		broken = site_house_step(house, SITE_STEP_MAX_MS, SITE_STEP_MAX_MS, chance >> 8);
	}
	for (i = 0; i < ENERGY_KINDS && !broken; i++) {
		u64 is = life->mj[i], was = house->world.truth.mj[i];

		if ((is > was ? is - was : was - is) > MJ_PER_WH || life->gap_ms[i])
			broken = "a year's energy is not what flowed";
	}

	return broken ? complain(broken, seed, 0, step) : 0;
}

int main(int argc, char **argv)
{
	u64 steps = argc > 1 ? strtoull(argv[1], NULL, 0) : STEPS;
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : SEED;
	u64 state = seed, done, world = 0;
	struct site_house *house = calloc(2, sizeof(*house));
	struct site_seen seen = { 0 };
	int result = house ? 0 : -1;

	for (done = 0; done < steps && !result; done += WORLD_STEPS, world++)
		result = live(house, &state, world, seed, &seen);
	if (!result && steps > YEAR_STEPS)
		result = a_year(house, &state, seed, &seen);
	if (!result && steps >= ENOUGH_STEPS)
		result = check_seen(&seen);
	free(house);
	if (result)
		return EXIT_FAILURE;

	printf("property_site: %llu steps in %llu worlds, each also with something stale, "
	       "%llu charges begun, %llu ended, %llu outputs switched, %llu days, %llu steps "
	       "with a gap, seed %llu\n",
	       (unsigned long long)done, (unsigned long long)world,
	       (unsigned long long)seen.starts, (unsigned long long)seen.stops,
	       (unsigned long long)seen.switches, (unsigned long long)seen.days,
	       (unsigned long long)seen.gaps, (unsigned long long)seed);

	return EXIT_SUCCESS;
}
