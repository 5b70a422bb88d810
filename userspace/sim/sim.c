// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual time: script events, then physics, then frames of one instant.
 */
#include "sim.h"

/* By dialect and setting. Versions: 1.0 in a form each frame can carry. */
static const struct report_texts texts[CELLAR_DIALECTS][CELLAR_SETTING_VICTRON + 1] = {
	[CELLAR_DIALECT_PYLONTECH] = { { "PYLON", "1.0", "1.0" } },
	[CELLAR_DIALECT_VICTRON] = { { NULL, "1.0", "1.0" } },
	[CELLAR_DIALECT_DEYE] = {
		[CELLAR_SETTING_NATIVE] = { "DY", "0100", "0100 V1.0F" },
		[CELLAR_SETTING_VICTRON] = { "PYLON", "0100", "0100 V1.0F" },
	},
	[CELLAR_DIALECT_GROWATT] = { { NULL, "1.0", "1.0" } },
	[CELLAR_DIALECT_GOODWE] = { { NULL, "1.0", "1.0" } },
	[CELLAR_DIALECT_SCHNEIDER] = { { NULL, "1.0", "1.0" } },
	[CELLAR_DIALECT_SOFAR] = { { NULL, "1.0", "1.0" } },
};

unsigned int sim_packs_max(enum cellar_dialect dialect)
{
	return cellar_can_dialect(dialect)->pack_fields ? CELLAR_CAN_PACKS_MAX :
							  PLANT_PACKS_MAX;
}

static void measure_system(struct sim *sim)
{
	if (!sim->system_frozen)
		sim->speaks = !report_system(&sim->bank.plant, REPORT_ALL_PACKS,
					     sim->bank.pack, sim->bank.texts,
					     &sim->system);
}

int sim_start(struct sim *sim, const struct sim_config *config,
	      const struct script *script, talker_send send, void *to)
{
	struct rng rng = { config->bank.seed };
	int err;

	*sim = (struct sim){ 0 };
	bank_start(&sim->bank, &config->bank, script,
		   &texts[config->dialect][config->setting], &rng);
	err = talker_start(&sim->talker, cellar_can_dialect(config->dialect),
			   config->setting, config->bank.packs, config->keepalive,
			   rng_next(&rng));
	if (err)
		return err;
	sim->talker.send = send;
	sim->talker.to = to;
	measure_system(sim);
	return 0;
}

void sim_stop(struct sim *sim)
{
	talker_stop(&sim->talker);
}

static void happen(struct sim *sim, const struct script_event *event)
{
	switch (event->verb) {
	case SCRIPT_FREEZE:
	case SCRIPT_THAW:
		sim->system_frozen = event->verb == SCRIPT_FREEZE;
		break;
	case SCRIPT_SILENT:
	case SCRIPT_RESUME:
		sim->talker.silent = event->verb == SCRIPT_SILENT;
		break;
	case SCRIPT_GARBAGE:
		talker_garbage(&sim->talker, (unsigned int)event->value,
			       event->at_ms);
		break;
	case SCRIPT_DROP:
		sim->talker.drop_percent = event->value;
		break;
	default:
		break;
	}
}

u64 sim_next_ms(const struct sim *sim)
{
	u64 next = talker_next_ms(&sim->talker);
	u64 bank = bank_next_ms(&sim->bank);

	return bank < next ? bank : next;
}

int sim_run(struct sim *sim, u64 now_ms)
{
	struct talker_voices voices = { 0 };
	const struct script_event *event;
	unsigned int i;

	while ((event = bank_next_event(&sim->bank, now_ms)))
		happen(sim, event);
	if (bank_step(&sim->bank, now_ms))
		measure_system(sim);

	voices.of[0] = sim->speaks ? &sim->system : NULL;
	for (i = 0; i < sim->bank.plant.packs; i++)
		if (plant_online(&sim->bank.plant.pack[i]))
			voices.of[1 + i] = &sim->bank.pack[i];
	return talker_run(&sim->talker, now_ms, &voices);
}
