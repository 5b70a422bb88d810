/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simulator's only source of chance: splitmix64 (Steele, Lea, Flood 2014).
 * One seed gives one sequence, on every machine.
 */
#ifndef CELLAR_SIM_RNG_H
#define CELLAR_SIM_RNG_H

#include <stdint.h>

/* Any value is a good start. */
struct rng {
	uint64_t state;
};

uint64_t rng_next(struct rng *rng);

/* 0…n - 1; n > 0. */
unsigned int rng_below(struct rng *rng, unsigned int n);

/* -limit … +limit, triangular: small deviations are the usual ones. */
double rng_spread(struct rng *rng, double limit);

/*
 * 0 … 1, without 1: number @i of @stream, whoever has asked for others before
 * (spec/field.md 8.1).
 */
double rng_at(uint64_t seed, uint64_t stream, uint64_t i);

#endif /* CELLAR_SIM_RNG_H */
