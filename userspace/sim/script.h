/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The script of a simulation: lines `at SECONDS VERB ARGUMENTS`, read into a
 * list of events in order of time.
 */
#ifndef CELLAR_SIM_SCRIPT_H
#define CELLAR_SIM_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum script_verb {
	SCRIPT_CURRENT,
	SCRIPT_LOAD,
	SCRIPT_AMBIENT,
	SCRIPT_HEAT,
	SCRIPT_COOL,
	SCRIPT_UNPLUG,
	SCRIPT_PLUG,
	SCRIPT_SLEEP,
	SCRIPT_SHORT,
	SCRIPT_FAIL,
	SCRIPT_RESET,
	SCRIPT_UNBALANCE,
	SCRIPT_DRIFT,
	SCRIPT_FREEZE,
	SCRIPT_THAW,
	SCRIPT_SILENT,
	SCRIPT_RESUME,
	SCRIPT_GARBAGE,
	SCRIPT_DROP,
	SCRIPT_SWAP,
	SCRIPT_ADDRESS,
	SCRIPT_TURNS,
	SCRIPT_DELAY,
	SCRIPT_LATE,
	SCRIPT_TRUNCATE,
	SCRIPT_REFUSE,
	SCRIPT_BABBLE,
	SCRIPT_ECHO,
	SCRIPT_FLIP,
	SCRIPT_NOISE,
	SCRIPT_REPEAT,
	SCRIPT_CUT,
	SCRIPT_POWER,
	SCRIPT_HOLE,
	SCRIPT_WORDS,
	SCRIPT_COLLIDE,
	SCRIPT_SUN,
	SCRIPT_BLACKOUT,
	SCRIPT_FAULT,
	SCRIPT_MODE,
	SCRIPT_CAR,
	SCRIPT_INVERTER_OBEY,
	SCRIPT_INVERTER_SLOW,
	SCRIPT_INVERTER_LIE,
	SCRIPT_INVERTER_IGNORE,
	SCRIPT_INVERTER_VANISH,
	SCRIPT_INVERTER_RETURN,
	SCRIPT_INVERTER_DEAF,
	SCRIPT_INVERTER_HEAR,
	SCRIPT_VERBS
};

#define SCRIPT_ALL_PACKS	0

/* What the packs are on: not every verb means something on every wire. */
enum script_wire {
	SCRIPT_CAN = 1 << 0,
	SCRIPT_RS485 = 1 << 1,
	SCRIPT_MODBUS = 1 << 2,	/* what is called a pack here is a device */
};

/* What a script may speak of: so many packs on this wire, so many inverters. */
struct script_world {
	unsigned int packs;
	enum script_wire wire;
	unsigned int inverters;
};

/*
 * @pack: 1…, or SCRIPT_ALL_PACKS; @inverter: 1…, 0 when the verb is not about one;
 * @value: in the unit of the verb
 */
struct script_event {
	uint64_t at_ms;
	enum script_verb verb;
	unsigned int pack;
	unsigned int inverter;
	double value;
};

/* All zero is an empty one. */
struct script {
	struct script_event *events;
	size_t n;
};

/*
 * Add one line. 0 also for blank lines and comments; -EINVAL with a message for
 * people in @error; -ENOMEM.
 */
int script_line(struct script *script, const char *line,
		const struct script_world *world, char *error, size_t size);

/*
 * Read a whole file. On error nothing more is read and @error says
 * "name:line: what is wrong and what is possible".
 */
int script_read(struct script *script, FILE *file, const char *name,
		const struct script_world *world, char *error, size_t size);

void script_free(struct script *script);

/* One line of help per verb. */
void script_help(FILE *to, enum script_wire wire);

#endif /* CELLAR_SIM_SCRIPT_H */
