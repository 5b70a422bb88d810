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
};

unsigned int sim_packs_max(enum cellar_dialect dialect)
{
	return cellar_can_dialect(dialect)->pack_fields ? CELLAR_CAN_PACKS_MAX :
							  PLANT_PACKS_MAX;
}

static void measure(struct sim *sim)
{
	unsigned int i;

	for (i = 0; i < sim->plant.packs; i++)
		if (!sim->frozen[i])
			report_pack(&sim->plant, i, sim->texts, &sim->pack[i]);
	if (!sim->system_frozen)
		sim->speaks = !report_system(&sim->plant, sim->pack, sim->texts,
					     &sim->system);
}

int sim_start(struct sim *sim, const struct sim_config *config,
	      const struct script *script, talker_send send, void *to)
{
	struct rng rng = { config->seed };
	int err;

	*sim = (struct sim){ .script = script };
	plant_start(&sim->plant, config->model, config->packs, rng_next(&rng),
		    config->soc, config->ambient_c);
	sim->plant.kind = config->kind;
	sim->plant.demand = config->demand;
	sim->plant.obey = config->obey;
	sim->texts = &texts[config->dialect][config->setting];
	err = talker_start(&sim->talker, cellar_can_dialect(config->dialect),
			   config->setting, config->packs, config->keepalive,
			   rng_next(&rng));
	if (err)
		return err;
	sim->talker.send = send;
	sim->talker.to = to;
	sim->next_step_ms = SIM_STEP_MS;
	plant_step(&sim->plant, 0);
	measure(sim);
	return 0;
}

void sim_stop(struct sim *sim)
{
	talker_stop(&sim->talker);
}

static void freeze(struct sim *sim, unsigned int pack, bool frozen)
{
	unsigned int i;

	if (pack != SCRIPT_ALL_PACKS) {
		sim->frozen[pack - 1] = frozen;
		return;
	}
	for (i = 0; i < sim->plant.packs; i++)
		sim->frozen[i] = frozen;
	sim->system_frozen = frozen;
}

static void happen_to_pack(struct plant_pack *pack, const struct script_event *event)
{
	switch (event->verb) {
	case SCRIPT_HEAT:
		pack->force = PLANT_HEAT;
		pack->force_c = event->value;
		break;
	case SCRIPT_COOL:
		pack->force = PLANT_COOL;
		break;
	case SCRIPT_UNPLUG:
		pack->plugged = false;
		break;
	case SCRIPT_PLUG:
		pack->plugged = true;
		break;
	case SCRIPT_SLEEP:
		pack->asleep = true;
		break;
	case SCRIPT_SHORT:
		bms_fail(&pack->bms, CELLAR_SHORT_CIRCUIT);
		break;
	case SCRIPT_FAIL:
		bms_fail(&pack->bms, CELLAR_SENSOR_FAILURE);
		break;
	case SCRIPT_RESET:
		pack->asleep = false;
		bms_reset(&pack->bms);
		break;
	case SCRIPT_UNBALANCE:
		plant_unbalance(pack, event->value / 100);
		break;
	case SCRIPT_DRIFT:
		pack->bms.gauge += event->value / 100;
		break;
	default:
		break;
	}
}

static void happen(struct sim *sim, const struct script_event *event)
{
	switch (event->verb) {
	case SCRIPT_CURRENT:
	case SCRIPT_LOAD:
		sim->plant.kind = event->verb == SCRIPT_LOAD ? PLANT_LOAD :
							       PLANT_CURRENT;
		sim->plant.demand = event->value;
		break;
	case SCRIPT_AMBIENT:
		sim->plant.ambient_c = event->value;
		break;
	case SCRIPT_FREEZE:
	case SCRIPT_THAW:
		freeze(sim, event->pack, event->verb == SCRIPT_FREEZE);
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
		happen_to_pack(&sim->plant.pack[event->pack - 1], event);
		break;
	}
}

u64 sim_next_ms(const struct sim *sim)
{
	u64 next = talker_next_ms(&sim->talker);

	if (sim->next_step_ms < next)
		next = sim->next_step_ms;
	if (sim->next_event < sim->script->n &&
	    sim->script->events[sim->next_event].at_ms < next)
		next = sim->script->events[sim->next_event].at_ms;
	return next;
}

int sim_run(struct sim *sim, u64 now_ms)
{
	struct talker_voices voices = { 0 };
	unsigned int i;

	while (sim->next_event < sim->script->n &&
	       sim->script->events[sim->next_event].at_ms <= now_ms)
		happen(sim, &sim->script->events[sim->next_event++]);

	if (sim->next_step_ms <= now_ms) {
		plant_step(&sim->plant, SIM_STEP_MS);
		sim->next_step_ms += SIM_STEP_MS;
		measure(sim);
	}

	voices.of[0] = sim->speaks ? &sim->system : NULL;
	for (i = 0; i < sim->plant.packs; i++)
		if (plant_online(&sim->plant.pack[i]))
			voices.of[1 + i] = &sim->pack[i];
	return talker_run(&sim->talker, now_ms, &voices);
}
