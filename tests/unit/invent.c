// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers and texts from a stream that a seed gives.
 */
#include "invent.h"

/* splitmix64: any state gives an own stream */
u64 draw(struct random *random)
{
	u64 z = random->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;

	return z ^ z >> 31;
}

struct random random_of(u64 seed, u64 state)
{
	struct random random = { seed };

	random.state = draw(&random) ^ state * 0xd1342543de82ef95ULL;

	return random;
}

u64 pick(struct random *random, u64 n)
{
	return draw(random) % n;
}

void set_number(struct cellar_reading *reading, unsigned int field, s64 value)
{
	void *p = (u8 *)reading + cellar_fields[field].offset;

	switch (cellar_fields[field].size) {
	case 2:
		*(u16 *)p = (u16)value;
		break;
	case 4:
		*(u32 *)p = (u32)value;
		break;
	default:
		*(u64 *)p = (u64)value;
	}
}

const struct number *find_number(const struct number *numbers, unsigned int field)
{
	for (; numbers->step; numbers++)
		if (numbers->field == field)
			return numbers;

	return NULL;
}

s64 invent_number(struct random *random, const struct number *n)
{
	u64 steps = (u64)((n->max - n->min) / n->step);

	switch (pick(random, 8)) {
	case 0:
		return n->min;
	case 1:
		return n->min + (s64)steps * n->step;
	default:
		return n->min + (s64)pick(random, steps + 1) * n->step;
	}
}

void invent_text(struct random *random, char *to, size_t max)
{
	size_t len = 1 + pick(random, max);
	u64 bits = 0;

	for (size_t i = 0; i < len; i++) {
		bits = i % 8 ? bits >> 8 : draw(random);
		to[i] = (char)(' ' + (bits & 0xff) % 95);
	}
	if (to[len - 1] == ' ')
		to[len - 1] = '~';
	to[len] = '\0';
}
