/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bank of packs under a script, in virtual time: the physics, what each BMS last
 * measured, and the events that happen to packs. Whatever carries the readings to
 * somebody, CAN or RS-485, stands on one of these.
 */
#ifndef CELLAR_SIM_BANK_H
#define CELLAR_SIM_BANK_H

#include "inverters.h"
#include "plant.h"
#include "report.h"
#include "script.h"

#define BANK_STEP_MS	100

/*
 * @soc: 0…1
 * @inverters: who takes the current, and outlives the bank; NULL: it is forced, or
 *             with @obey kept within the limits of the BMS
 */
struct bank_config {
	const struct cellar_model *model;
	unsigned int packs;
	u64 seed;
	double soc;
	double ambient_c;
	enum plant_demand kind;
	double demand;
	bool obey;
	struct inverters *inverters;
};

struct bank {
	struct plant plant;
	struct inverters *inverters;
	struct rng rng;
	const struct script *script;
	size_t next_event;
	u64 next_step_ms;
	const struct report_texts *texts;
	bool frozen[PLANT_PACKS_MAX];
	struct cellar_reading pack[PLANT_PACKS_MAX];
};

/*
 * @config is valid: a model, 1…PLANT_PACKS_MAX packs. @script and @texts outlive
 * @bank. Chance comes from @rng, of which the bank takes what it needs.
 */
void bank_start(struct bank *bank, const struct bank_config *config,
		const struct script *script, const struct report_texts *texts,
		struct rng *rng);

/* When there is a step or an event. */
u64 bank_next_ms(const struct bank *bank);

/*
 * Let everything happen to packs that is due at @now_ms, up to the first event
 * that is not, or not only, about packs: that one is returned, for the caller to
 * act on and call again. NULL when nothing is left.
 */
const struct script_event *bank_next_event(struct bank *bank, u64 now_ms);

/* True when a step was due and the BMSs have measured anew. */
bool bank_step(struct bank *bank, u64 now_ms);

#endif /* CELLAR_SIM_BANK_H */
