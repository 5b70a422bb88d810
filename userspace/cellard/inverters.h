/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inverters of the configuration: which cluster each is told of, with which share and
 * what it can itself; whether they obey; and for those that are only listened to, the
 * comparison. The lines are io/inverter_can.h.
 */
#ifndef CELLAR_CELLARD_INVERTERS_H
#define CELLAR_CELLARD_INVERTERS_H

#include "../core/obey.h"
#include "../io/inverter_can.h"
#include "comparison.h"
#include "plant.h"

/*
 * @bound: name of the cluster that it is told of; "": none yet, or nobody said which of
 *         several. Without a name in the configuration it stays with the first.
 * @says: there is something to say, which is @say
 * @together: of the first inverter of a cluster that is driven: what all of them do, by
 *            what the packs measure; @own: of one that measures by itself
 * @over_together, @over_own: one way or the other it takes too much
 * @was: state of the line that an event has told
 * @measures: it says what it measures, now
 * @silent: it was heard, and is no longer; @heard_wall_s: when that was found out or it
 *          came back, seconds since the epoch, 0: never, or nobody has set the clock
 */
struct inverter {
	struct config_inverter config;
	struct inverter_can *line;
	char bound[CONFIG_NAME_SIZE];
	struct one_battery battery;
	bool says;
	struct cellar_reading say;
	struct obey together, own;
	bool over_together, over_own;
	struct comparison comparison;
	enum inverter_can_state was;
	bool heard, silent, measures;
	s64 heard_wall_s;
};

struct inverters {
	struct plant *plant;
	sd_event *event;
	struct inverter_can_hooks hooks;
	void *user;
	struct inverter inverter[CONFIG_INVERTERS_MAX];
	unsigned int n;
};

#define INVERTERS_WORDS_SIZE	128

/*
 * Lines for the inverters of @config that have an interface. @changed: a step is wanted. Returns 0 or a negative
 * errno; @plant and @event outlive them.
 */
int inverters_new(struct inverters **inverters, struct plant *plant, sd_event *event,
		  const struct config *config, void (*changed)(void *user), void *user);

/* Those that were spoken to hear 0 A, and then nothing. */
void inverters_free(struct inverters *inverters);

/*
 * Another configuration: lines that stay as they are go on without a gap. The plant has it
 * already. 0, or a negative errno when a new line could not be made, which is left out.
 */
int inverters_reconfigure(struct inverters *inverters, const struct config *config);

/* Before plant_step(): what each cluster's inverters can, and whether they obey. */
void inverters_learn(struct inverters *inverters, u64 now_ms);

/* After plant_step(): tell them. */
void inverters_say(struct inverters *inverters, u64 now_ms, s64 wall_s);

/* The first inverter of its cluster that is driven, or NULL. */
const struct inverter *inverters_first(const struct inverters *inverters, const char *cluster);

/* "obeys", "exceeds charge limit by 17 %"; @words holds INVERTERS_WORDS_SIZE. */
void inverters_obey_words(const struct inverters *inverters, const struct inverter *inverter,
			  char *words);

/* What it may be told at most because somebody does not obey; LIMITS_NONE. */
void inverters_lowered(const struct inverters *inverters, const struct inverter *inverter,
		       u32 cap_ma[CORE_WAYS]);

#endif /* CELLAR_CELLARD_INVERTERS_H */
