/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a model of wallbox has in its Modbus registers, from a file that people can write
 * (cellar-wallbox(5)): nothing of any model is in the code. Whatever is wrong with a file is
 * said with its line, and what would be right. The same files serve the daemon and the
 * simulator on the other side of the wire.
 */
#ifndef CELLAR_IO_WALLBOX_PROFILE_H
#define CELLAR_IO_WALLBOX_PROFILE_H

#include "modbus_plan.h"

#include <stdio.h>

#define WALLBOX_NAME_SIZE	96	/* of a profile, or the path of one */
#define WALLBOX_MODEL_SIZE	64
#define WALLBOX_WORDS_SIZE	160
#define WALLBOX_STATES_MAX	40
#define WALLBOX_TEXT_SIZE	8	/* of a state */
#define WALLBOX_TEXT_WORDS	16	/* registers of a text */
#define WALLBOX_KEEPS		3
#define WALLBOX_READS_MAX	MODBUS_READS_MAX

/* Less cannot be said to a car (IEC 61851-1), nor more to one on a single line. */
#define WALLBOX_LEAST_MA	6000
#define WALLBOX_MOST_MA		80000

/*
 * What a box that fell silent was told is kept free for it for so long by the house
 * (core/charger_parts.h): its fail-safe has to have acted by then.
 */
#define WALLBOX_LAPSE_MAX_S	60
#define WALLBOX_LAPSE_MIN_S	4

/* IEC 61851-1; what is C or D here draws, who asks and is not let is B */
enum wallbox_state {
	WALLBOX_OTHER,		/* says nothing of the car: it starts up, say */
	WALLBOX_A,
	WALLBOX_B,
	WALLBOX_C,
	WALLBOX_D,
	WALLBOX_E,
	WALLBOX_F,
	WALLBOX_STATES
};

/* What is read. Currents are in mA, voltages in mV, power in mW, energy in Wh, times in ms. */
enum wallbox_number {
	WALLBOX_STATE,
	WALLBOX_PLUGGED,
	WALLBOX_A_1, WALLBOX_A_2, WALLBOX_A_3,
	WALLBOX_V_1, WALLBOX_V_2, WALLBOX_V_3,
	WALLBOX_W,
	WALLBOX_WH,
	WALLBOX_SESSION_WH,
	WALLBOX_CARD,
	WALLBOX_ERROR,
	WALLBOX_CURRENT_IS,
	WALLBOX_SAFE_IS,
	WALLBOX_LAPSE_IS,
	WALLBOX_NUMBERS
};

/* What is written, in the order in which it is when all is due. */
enum wallbox_setting {
	WALLBOX_SET_CURRENT,
	WALLBOX_ENABLE,
	WALLBOX_SAFE,		/* current of its fail-safe */
	WALLBOX_LAPSE,		/* after which that acts */
	WALLBOX_KEEP_1, WALLBOX_KEEP_2, WALLBOX_KEEP_3,
	WALLBOX_PHASES,
	WALLBOX_SETTINGS
};

_Static_assert(WALLBOX_SETTINGS <= MODBUS_WRITES_MAX, "each has its slot");

#define WALLBOX_TEXT	REGISTER_TYPES	/* a type: characters, two to a register */

/*
 * @type: enum register_type, or WALLBOX_TEXT; REGISTER_NONE: the model has none
 * @function: MODBUS_READ_…; 0: as the box
 * @words: registers of it; @mask: of a u16 or u32; 0: all of it
 * @num, @den: unit of the number by count; @every_ms: 0: as often as the box is asked
 */
struct wallbox_register {
	u8 type, function;
	u16 at, words;
	u32 mask, every_ms;
	s32 num, den;
};

/*
 * @type: u16, u32, f32, REGISTER_NONE: there is none; @function: MODBUS_WRITES…
 * @refresh_ms: written again so often, 0: not
 * @value: of WALLBOX_ENABLE off and on; of WALLBOX_PHASES one and three; of what is kept, that,
 *	of WALLBOX_LAPSE that in ms
 * @min_ma, @max_ma, @zero: of currents; @default_ma: of WALLBOX_SAFE
 */
struct wallbox_write_to {
	u8 type, function;
	bool zero;
	u16 at;
	s32 num, den;
	u32 refresh_ms;
	u32 value[2];
	u32 min_ma, max_ma, default_ma;
};

/* @begins: any text that begins so; @value: of a state that is a number */
struct wallbox_state_of {
	u8 state;	/* enum wallbox_state */
	bool begins;
	char text[WALLBOX_TEXT_SIZE];
	u32 value;
};

enum wallbox_safety {
	WALLBOX_UNSAID,
	WALLBOX_ARMED,		/* a current and a time are written */
	WALLBOX_OWN,		/* what it is told lapses by itself */
	WALLBOX_UNGUARDED	/* it has none, and its words say so */
};

/*
 * @unit: Modbus address, 1…247 or 255; @one_a_read: never more than one number in a request
 * @read_over: registers between two numbers that one request may read over
 * @plugged: values that say that a car is, of WALLBOX_PLUGGED
 * @safety: enum wallbox_safety; @lapse_ms: after which it acts; @by_writes: only writes keep it
 *	from that, not any request; @words: of the file, on that
 */
struct wallbox_profile {
	char model[WALLBOX_MODEL_SIZE];
	u8 unit, order;
	bool one_a_read, by_writes;
	u8 safety, states, plugs;
	u16 read_over, gap_ms, write_gap_ms, timeout_ms;
	u32 lapse_ms;
	char words[WALLBOX_WORDS_SIZE];
	struct wallbox_register number[WALLBOX_NUMBERS];
	struct wallbox_write_to setting[WALLBOX_SETTINGS];
	struct wallbox_state_of state[WALLBOX_STATES_MAX];
	u32 plugged[WALLBOX_TEXT_SIZE];
};

typedef void (*wallbox_complain)(void *user, const char *text);

/*
 * Read a profile from @file, which complaints call @path. 0, or -EINVAL when something was
 * complained of; @profile is then not to be used.
 */
int wallbox_profile_read(struct wallbox_profile *profile, FILE *file, const char *path,
			 wallbox_complain complain, void *user);

/*
 * The profile @name: a path, when there is a / in it; else NAME.conf of the first folder of
 * wallbox_profile_folders that has it. As wallbox_profile_read().
 */
int wallbox_profile_load(struct wallbox_profile *profile, const char *name,
			 wallbox_complain complain, void *user);

/* Ended by NULL; what people put in /etc goes before what was installed. */
extern const char *const wallbox_profile_folders[];

/*
 * The requests that bring all numbers: @reads with its period, 0: as often as the box is
 * asked. Returns how many, WALLBOX_READS_MAX + 1 when those are too few.
 */
struct wallbox_read {
	struct register_read read;
	u32 every_ms;
};

unsigned int wallbox_profile_plan(const struct wallbox_profile *profile,
				  struct wallbox_read reads[WALLBOX_READS_MAX]);

/* Registers that @setting takes for @value (mA, ms, or as it is), rounded down; 0: it cannot. */
unsigned int wallbox_profile_put(const struct wallbox_profile *profile,
				 enum wallbox_setting setting, u32 value, u16 to[4]);

/* The state of a number, or of @text when states are texts; -ENODATA: it is not in the file. */
int wallbox_profile_state(const struct wallbox_profile *profile, u32 value, const char *text);

#endif /* CELLAR_IO_WALLBOX_PROFILE_H */
