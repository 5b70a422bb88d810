// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps of a tenth of a second, and the verbs of a script that mean a pack.
 */
#include "bank.h"

static void measure(struct bank *bank)
{
	unsigned int i;

	for (i = 0; i < bank->plant.packs; i++)
		if (!bank->frozen[i])
			report_pack(&bank->plant, i, bank->texts, &bank->pack[i]);
}

static void step(struct bank *bank, u64 now_ms, u32 dt_ms)
{
	if (bank->inverters)
		inverters_drive(bank->inverters, &bank->plant, now_ms, dt_ms);
	plant_step(&bank->plant, dt_ms);
	measure(bank);
}

void bank_start(struct bank *bank, const struct bank_config *config,
		const struct script *script, const struct report_texts *texts,
		struct rng *rng)
{
	*bank = (struct bank){
		.inverters = config->inverters,
		.script = script,
		.texts = texts,
		.next_step_ms = BANK_STEP_MS,
	};
	plant_start(&bank->plant, config->model, config->packs, rng_next(rng),
		    config->soc, config->ambient_c);
	/* its own: whoever draws from @rng next must not notice a new verb */
	bank->rng.state = ~rng->state;
	bank->plant.kind = config->kind;
	bank->plant.demand = config->demand;
	bank->plant.obey = config->obey;
	step(bank, 0, 0);
}

u64 bank_next_ms(const struct bank *bank)
{
	const struct script *script = bank->script;

	if (bank->next_event < script->n &&
	    script->events[bank->next_event].at_ms < bank->next_step_ms)
		return script->events[bank->next_event].at_ms;
	return bank->next_step_ms;
}

static void freeze(struct bank *bank, unsigned int pack, bool frozen)
{
	unsigned int i;

	for (i = 0; i < bank->plant.packs; i++)
		if (pack == SCRIPT_ALL_PACKS || pack == i + 1)
			bank->frozen[i] = frozen;
}

/* False when the event is not about a pack. */
static bool happen_to_pack(struct bank *bank, const struct script_event *event)
{
	struct plant_pack *pack = &bank->plant.pack[event->pack - 1];

	switch (event->verb) {
	case SCRIPT_HEAT:
		pack->force = PLANT_HEAT;
		pack->force_c = event->value;
		return true;
	case SCRIPT_COOL:
		pack->force = PLANT_COOL;
		return true;
	case SCRIPT_UNPLUG:
		pack->plugged = false;
		return true;
	case SCRIPT_PLUG:
		pack->plugged = true;
		return true;
	case SCRIPT_SLEEP:
		pack->asleep = true;
		return true;
	case SCRIPT_SHORT:
		bms_fail(&pack->bms, CELLAR_SHORT_CIRCUIT);
		return true;
	case SCRIPT_FAIL:
		bms_fail(&pack->bms, CELLAR_SENSOR_FAILURE);
		return true;
	case SCRIPT_RESET:
		pack->asleep = false;
		bms_reset(&pack->bms);
		return true;
	case SCRIPT_UNBALANCE:
		plant_unbalance(pack, event->value / 100);
		return true;
	case SCRIPT_DRIFT:
		pack->bms.gauge += event->value / 100;
		return true;
	case SCRIPT_SWAP:
		bank->frozen[event->pack - 1] = false;
		plant_swap(&bank->plant, event->pack - 1, rng_next(&bank->rng));
		measure(bank);
		return true;
	default:
		return false;
	}
}

static bool happen(struct bank *bank, const struct script_event *event)
{
	switch (event->verb) {
	case SCRIPT_CURRENT:
	case SCRIPT_LOAD:
		bank->plant.kind = event->verb == SCRIPT_LOAD ? PLANT_LOAD :
								PLANT_CURRENT;
		bank->plant.demand = event->value;
		return true;
	case SCRIPT_AMBIENT:
		bank->plant.ambient_c = event->value;
		return true;
	case SCRIPT_FREEZE:
	case SCRIPT_THAW:
		freeze(bank, event->pack, event->verb == SCRIPT_FREEZE);
		return event->pack != SCRIPT_ALL_PACKS;
	default:
		if (event->inverter) {
			inverters_happen(bank->inverters, event);
			return true;
		}
		return event->pack != SCRIPT_ALL_PACKS && happen_to_pack(bank, event);
	}
}

const struct script_event *bank_next_event(struct bank *bank, u64 now_ms)
{
	const struct script *script = bank->script;

	while (bank->next_event < script->n &&
	       script->events[bank->next_event].at_ms <= now_ms) {
		const struct script_event *event = &script->events[bank->next_event++];

		if (!happen(bank, event))
			return event;
	}
	return NULL;
}

bool bank_step(struct bank *bank, u64 now_ms)
{
	if (bank->next_step_ms > now_ms)
		return false;
	step(bank, bank->next_step_ms, BANK_STEP_MS);
	bank->next_step_ms += BANK_STEP_MS;
	return true;
}
