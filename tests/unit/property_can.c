// SPDX-License-Identifier: GPL-2.0-only
/*
 * Laws of the CAN codecs, tried on invented states: what is sent can be heard
 * unchanged; nothing that is heard is out of range; no limit and no permission
 * grows on its way. property_can [COUNT [SEED]].
 */
#include "can_invent.h"
#include "property_laws.h"

#include <stdlib.h>

#define COUNT	1000000
#define SEED	20260115

static const struct range ranges[] = {
	{ CELLAR_VOLTAGE, 20000, 70000 },
	{ CELLAR_CURRENT, -3276700, 3276700 },
	{ CELLAR_TEMPERATURE, -600, 1500 },
	{ CELLAR_SOC, 0, 10000 },
	{ CELLAR_SOH, 0, 10000 },
	{ CELLAR_CHARGE_VOLTAGE_LIMIT, 0, 70000 },
	{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 0, 70000 },
	{ CELLAR_CHARGE_CURRENT_LIMIT, 0, 65534000 },
	{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0, 65534000 },
	{ CELLAR_GRID_CHARGE_CURRENT_LIMIT, 0, 3276700 },
	{ CELLAR_GRID_DISCHARGE_CURRENT_LIMIT, 0, 3276700 },
	{ CELLAR_PROTECTIONS, 0, BIT_ULL(CELLAR_ALARMS) - 1 },
	{ CELLAR_WARNINGS, 0, BIT_ULL(CELLAR_ALARMS) - 1 },
	{ CELLAR_CELL_VOLTAGE_MIN, 1000, 5000 },
	{ CELLAR_CELL_VOLTAGE_MAX, 1000, 5000 },
	{ CELLAR_CELL_TEMPERATURE_MIN, -600, 1500 },
	{ CELLAR_CELL_TEMPERATURE_MAX, -600, 1500 },
	{ CELLAR_MOSFET_TEMPERATURE, -600, 1500 },
	{ CELLAR_HEATER_TEMPERATURE, -600, 1500 },
	{ CELLAR_REMAINING, 0, 65534000 },
	{ CELLAR_DESIGN, 100, 65534000 },
	{ CELLAR_CYCLES, 0, 65534 },
	{ CELLAR_ENERGY_CHARGED, 0, 429496729400 },
	{ CELLAR_ENERGY_DISCHARGED, 0, 429496729400 },
	{ .max = -1 },
};

static bool is_skipped(const struct speech *speech, u16 id)
{
	for (size_t i = 0; i < ARRAY_SIZE(speech->skip); i++)
		if (speech->skip[i] == id)
			return true;

	return false;
}

/* Send every row, hear every frame, in two cycles as a setting may be learned. */
static int round_trip(struct run *run, const struct speech *speech, u64 *heard_fields)
{
	struct cellar_can_frame frames[32];
	const struct cellar_can_row *rows[32];
	struct cellar_can_memory memory = { 0 };
	struct cellar_reading reading, heard = { 0 }, news;
	struct random random = random_of(run->seed, run->state);
	u8 address = speech->pack ? (u8)(1 + pick(&random, CELLAR_CAN_PACKS_MAX)) : 0;
	unsigned int n = 0;

	invent_representable(&random, speech, &reading);

	for (unsigned int r = 0; r < speech->dialect->n_rows; r++) {
		const struct cellar_can_row *row = &speech->dialect->rows[r];
		u8 found;

		if (is_skipped(speech, row->id) ||
		    cellar_can_encode(row, address, &speech->memory, &reading, &frames[n]))
			continue;
		rows[n] = cellar_can_find_row(speech->dialect, frames[n].id, &found);
		if (rows[n] != row || found != address)
			return broken(run, "a frame is not found by its identifier");
		n++;
	}

	for (unsigned int i = 0; i < 2 * n; i++) {
		if (cellar_can_decode(rows[i % n], &memory, &frames[i % n], &news))
			return broken(run, rows[i % n]->name);
		cellar_reading_merge(&heard, &news);
	}

	*heard_fields |= heard.have;
	if (!cellar_reading_equal(&reading, &heard))
		return broken(run, first_difference(&reading, &heard));

	return 0;
}

/* Any frame of any length: refused without a trace, or in range. */
static int any_frame(struct run *run, const struct cellar_can_dialect *dialect,
		     struct cellar_can_memory *memory)
{
	struct random random = random_of(run->seed, run->state);
	const struct cellar_can_row *row = &dialect->rows[pick(&random, dialect->n_rows)];
	struct cellar_can_memory before = *memory;
	struct cellar_can_frame frame;
	struct cellar_reading news;
	int err;

	invent_frame(&random, row, &frame);
	err = cellar_can_decode(row, memory, &frame, &news);
	if (!err)
		return check_ranges(run, &news, row->packs ? dialect->pack_fields :
				    dialect->system_fields, ranges);

	if (err != -EMSGSIZE && err != -ERANGE)
		return broken(run, "an error of no kind");
	if (news.have | news.none || memcmp(memory, &before, sizeof(before)))
		return broken(run, "a refused frame left something behind");

	return 0;
}

/* Whatever the reading holds, what is heard of it allows no more than it does. */
static int any_reading(struct run *run, const struct cellar_can_dialect *dialect)
{
	struct random random = random_of(run->seed, run->state);
	struct cellar_can_memory memory = {
		.setting = 1 + pick(&random, 2), .lux = pick(&random, 4) == 0,
	};
	struct cellar_reading reading, news;

	invent_any(&random, &reading);

	for (unsigned int r = 0; r < dialect->n_rows; r++) {
		const struct cellar_can_row *row = &dialect->rows[r];
		struct cellar_can_memory heard = memory;
		struct cellar_can_frame frame;

		if (cellar_can_encode(row, row->packs ? 1 : 0, &memory, &reading, &frame))
			continue;
		if (cellar_can_decode(row, &heard, &frame, &news))
			return broken(run, row->name);

		if (check_safe_side(run, &reading, &news, 70000))
			return -1;
	}

	return 0;
}

static const struct cellar_can_dialect *const dialects[] = {
	&cellar_can_pylontech, &cellar_can_victron, &cellar_can_deye,
	&cellar_can_growatt, &cellar_can_goodwe, &cellar_can_schneider, &cellar_can_sofar,
};

static int check_masks(const u64 *heard)
{
	for (size_t d = 0; d < ARRAY_SIZE(dialects); d++) {
		u64 system_fields = 0, pack_fields = 0;

		for (unsigned int s = 0; s < n_speeches; s++)
			if (speeches[s].dialect == dialects[d])
				*(speeches[s].pack ? &pack_fields : &system_fields) |= heard[s];

		if (system_fields != dialects[d]->system_fields ||
		    pack_fields != dialects[d]->pack_fields) {
			fprintf(stderr, "%s: its rows say other fields than it claims\n",
				dialects[d]->name);
			return -1;
		}
	}

	return 0;
}

int main(int argc, char **argv)
{
	u64 count = argc > 1 ? strtoull(argv[1], NULL, 0) : COUNT;
	struct run run = { .seed = argc > 2 ? strtoull(argv[2], NULL, 0) : SEED };
	struct cellar_can_memory memories[ARRAY_SIZE(dialects)] = { 0 };
	u64 heard[16] = { 0 };

	run.law = "round trip";
	for (run.state = 0; run.state < count; run.state++) {
		unsigned int s = (unsigned int)(run.state % n_speeches);

		run.subject = speeches[s].name;
		if (round_trip(&run, &speeches[s], &heard[s]))
			return EXIT_FAILURE;
	}
	if (check_masks(heard))
		return EXIT_FAILURE;

	run.law = "any frame";
	for (run.state = 0; run.state < count; run.state++) {
		size_t d = run.state % ARRAY_SIZE(dialects);

		run.subject = dialects[d]->name;
		if (any_frame(&run, dialects[d], &memories[d]))
			return EXIT_FAILURE;
	}

	run.law = "any reading";
	for (run.state = 0; run.state < count / 4; run.state++) {
		size_t d = run.state % ARRAY_SIZE(dialects);

		run.subject = dialects[d]->name;
		if (any_reading(&run, dialects[d]))
			return EXIT_FAILURE;
	}

	printf("property_can: %llu states sent and heard, %llu frames, %llu readings, seed %llu\n",
	       (unsigned long long)count, (unsigned long long)count,
	       (unsigned long long)(count / 4), (unsigned long long)run.seed);

	return EXIT_SUCCESS;
}
