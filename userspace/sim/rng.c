// SPDX-License-Identifier: GPL-2.0-only
/*
 * splitmix64 and the shapes of chance the simulator needs.
 */
#include "rng.h"

uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

unsigned int rng_below(struct rng *rng, unsigned int n)
{
	return (unsigned int)((rng_next(rng) >> 32) * n >> 32);
}

/* 53 bits are what a double holds. */
static double rng_unit(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

double rng_spread(struct rng *rng, double limit)
{
	double a = rng_unit(rng);
	double b = rng_unit(rng);

	return (a - b) * limit;
}

double rng_at(uint64_t seed, uint64_t stream, uint64_t i)
{
	struct rng rng = {
		seed * 0x9e3779b97f4a7c15u ^ stream * 0xd1b54a32d192ed03u ^ i,
	};

	return rng_unit(&rng);
}
