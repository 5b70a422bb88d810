// SPDX-License-Identifier: GPL-2.0-only
/*
 * One table of verbs says what a line may hold; the parser and the help both
 * read it.
 */
#include "script.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX	7
#define BLANKS		" \t\r\n"
/* Thirty years: past any simulation, and milliseconds still count exactly. */
#define SECONDS_MAX	1e9

enum target {
	NO_PACK,
	ONE_PACK,
	PACK_OR_ALL,
	ONE_INVERTER,
};

#define ON_CAN		SCRIPT_CAN
#define ON_RS485	SCRIPT_RS485
#define ON_BOTH		(SCRIPT_CAN | SCRIPT_RS485)
#define ON_MODBUS	SCRIPT_MODBUS
#define ON_LINES	(SCRIPT_RS485 | SCRIPT_MODBUS)
#define ON_ALL		(ON_BOTH | SCRIPT_MODBUS)

/* Eight rows have this name; the word after the number tells them apart. */
#define INVERTER	"inverter"

/*
 * @wires: set of enum script_wire
 * @low, @high: range of the number, both 0 when the verb takes none
 * @arguments: with ONE_INVERTER the second word is written as it stands: what it does
 */
struct verb {
	const char *name;
	unsigned int wires;
	enum target target;
	double low, high;
	bool whole;
	const char *arguments;
	const char *help;
};

static const struct verb verbs[SCRIPT_VERBS] = {
	[SCRIPT_CURRENT] = {
		"current", ON_BOTH, NO_PACK, -20000, 20000, false, "A",
		"the battery current asked for, > 0 charges"
	},
	[SCRIPT_LOAD] = {
		"load", ON_BOTH, NO_PACK, -1000000, 1000000, false, "W",
		"the power asked for instead, > 0 discharges"
	},
	[SCRIPT_AMBIENT] = {
		"ambient", ON_BOTH, NO_PACK, -60, 100, false, "C",
		"temperature of the room"
	},
	[SCRIPT_HEAT] = {
		"heat", ON_BOTH, ONE_PACK, -60, 120, false, "PACK C",
		"bring a pack to this temperature in seconds and hold it"
	},
	[SCRIPT_COOL] = {
		"cool", ON_BOTH, ONE_PACK, 0, 0, false, "PACK",
		"bring a pack back to the room's temperature in seconds"
	},
	[SCRIPT_UNPLUG] = {
		"unplug", ON_ALL, ONE_PACK, 0, 0, false, "PACK",
		"power and communication of it are cut"
	},
	[SCRIPT_PLUG] = {
		"plug", ON_ALL, ONE_PACK, 0, 0, false, "PACK",
		"and are back"
	},
	[SCRIPT_SLEEP] = {
		"sleep", ON_BOTH, ONE_PACK, 0, 0, false, "PACK",
		"the BMS goes dormant until it is charged or reset"
	},
	[SCRIPT_SHORT] = {
		"short", ON_BOTH, ONE_PACK, 0, 0, false, "PACK",
		"short circuit: discharging stops until it is charged or reset"
	},
	[SCRIPT_FAIL] = {
		"fail", ON_BOTH, ONE_PACK, 0, 0, false, "PACK",
		"a sensor fails: the pack stops until it is reset"
	},
	[SCRIPT_RESET] = {
		"reset", ON_BOTH, ONE_PACK, 0, 0, false, "PACK",
		"somebody presses the reset key"
	},
	[SCRIPT_UNBALANCE] = {
		"unbalance", ON_BOTH, ONE_PACK, -50, 50, false, "PACK PERCENT",
		"cell 1 holds that much more charge"
	},
	[SCRIPT_DRIFT] = {
		"drift", ON_BOTH, ONE_PACK, -100, 100, false, "PACK PERCENT",
		"the gauge shows that much more than there is"
	},
	[SCRIPT_FREEZE] = {
		"freeze", ON_ALL, PACK_OR_ALL, 0, 0, false, "PACK|all",
		"it goes on saying the same"
	},
	[SCRIPT_THAW] = {
		"thaw", ON_ALL, PACK_OR_ALL, 0, 0, false, "PACK|all",
		"and is alive again"
	},
	[SCRIPT_SILENT] = {
		"silent", ON_ALL, NO_PACK, 0, 0, false, "",
		"nothing is sent any more"
	},
	[SCRIPT_RESUME] = {
		"resume", ON_ALL, NO_PACK, 0, 0, false, "",
		"and is sent again"
	},
	[SCRIPT_GARBAGE] = {
		"garbage", ON_CAN, NO_PACK, 1, 1000000, true, "N",
		"N broken frames: short, RTR, 29-bit, numbers out of range"
	},
	[SCRIPT_DROP] = {
		"drop", ON_ALL, NO_PACK, 0, 100, false, "PERCENT",
		"so many frames, or bytes, are lost from now on"
	},
	[SCRIPT_SWAP] = {
		"swap", ON_BOTH, ONE_PACK, 0, 0, false, "PACK",
		"another pack, with another serial number, takes its place"
	},
	[SCRIPT_ADDRESS] = {
		"address", ON_RS485, ONE_PACK, 0, 254, true, "PACK ADDRESS",
		"somebody turns its address switches, perhaps to one in use"
	},
	[SCRIPT_TURNS] = {
		"turns", ON_RS485, NO_PACK, 0, 1, true, "0|1",
		"packs of one address answer in turns (1), not at once (0)"
	},
	[SCRIPT_DELAY] = {
		"delay", ON_LINES, PACK_OR_ALL, 0, 60000, true, "PACK|all MS",
		"time from a question to its answer"
	},
	[SCRIPT_LATE] = {
		"late", ON_RS485, ONE_PACK, 1, 60000, true, "PACK MS",
		"its next answer comes so much later, whoever speaks then"
	},
	[SCRIPT_TRUNCATE] = {
		"truncate", ON_LINES, PACK_OR_ALL, 0, 100, false, "PACK|all PERCENT",
		"so many answers end too early"
	},
	[SCRIPT_REFUSE] = {
		"refuse", ON_LINES, PACK_OR_ALL, 0, 255, true, "PACK|all CODE",
		"answers only this code; 0 ends it"
	},
	[SCRIPT_BABBLE] = {
		"babble", ON_RS485, ONE_PACK, 0, 60000, true, "PACK MS",
		"answers every so often without being asked; 0 ends it"
	},
	[SCRIPT_ECHO] = {
		"echo", ON_RS485, NO_PACK, 0, 1, true, "0|1",
		"the line gives back what is sent"
	},
	[SCRIPT_FLIP] = {
		"flip", ON_LINES, NO_PACK, 0, 100, false, "PERCENT",
		"so many bytes have a wrong bit"
	},
	[SCRIPT_NOISE] = {
		"noise", ON_LINES, NO_PACK, 0, 64, true, "BYTES",
		"up to so many stray bytes before and after an answer"
	},
	[SCRIPT_REPEAT] = {
		"repeat", ON_RS485, NO_PACK, 0, 100, false, "PERCENT",
		"so many answers run into one to an older question"
	},
	[SCRIPT_CUT] = {
		"cut", ON_LINES, NO_PACK, 0, 3600, false, "SECONDS",
		"the line goes in the middle of the next answer, for so long"
	},
	[SCRIPT_POWER] = {
		"power", ON_MODBUS, ONE_PACK, -1000000, 1000000, false, "PACK W",
		"flows forward through a meter, or into the house of an inverter"
	},
	[SCRIPT_HOLE] = {
		"hole", ON_MODBUS, ONE_PACK, 0, 65535, true, "PACK REGISTER",
		"has this register no more: what it is in is refused"
	},
	[SCRIPT_WORDS] = {
		"words", ON_MODBUS, PACK_OR_ALL, 0, 1, true, "PACK|all 0|1",
		"numbers have the high word first (0), or the low one (1)"
	},
	[SCRIPT_COLLIDE] = {
		"collide", ON_MODBUS, NO_PACK, 0, 100, false, "PERCENT",
		"a second master asks into so many answers"
	},
	[SCRIPT_SUN] = {
		"sun", ON_MODBUS, ONE_PACK, 0, 1000000, false, "PACK W",
		"an inverter has so much from its panels"
	},
	[SCRIPT_BLACKOUT] = {
		"blackout", ON_MODBUS, ONE_PACK, 0, 1, true, "PACK 0|1",
		"an inverter has no grid (1)"
	},
	[SCRIPT_FAULT] = {
		"fault", ON_MODBUS, ONE_PACK, 0, 480, true, "PACK NUMBER",
		"an inverter or a wallbox has this fault; 0 ends it"
	},
	[SCRIPT_MODE] = {
		"mode", ON_MODBUS, ONE_PACK, 0, 6, true, "PACK MODE",
		"another master sets the storage mode of an inverter"
	},
	[SCRIPT_CAR] = {
		"car", ON_MODBUS, ONE_PACK, 0, 80, false, "PACK A",
		"a car that takes so much is plugged into a wallbox; 0: it leaves"
	},
	[SCRIPT_INVERTER_OBEY] = {
		INVERTER, ON_BOTH, ONE_INVERTER, 0, 0, false, "N obey",
		"takes what it is allowed, at once"
	},
	[SCRIPT_INVERTER_SLOW] = {
		INVERTER, ON_BOTH, ONE_INVERTER, 0, 3600, false, "N slow SECONDS",
		"takes so long to come to a new limit"
	},
	[SCRIPT_INVERTER_LIE] = {
		INVERTER, ON_BOTH, ONE_INVERTER, 0, 1000, false, "N lie PERCENT",
		"takes so much more than it is allowed"
	},
	[SCRIPT_INVERTER_IGNORE] = {
		INVERTER, ON_BOTH, ONE_INVERTER, 0, 0, false, "N ignore",
		"takes all that the house wants"
	},
	[SCRIPT_INVERTER_VANISH] = {
		INVERTER, ON_BOTH, ONE_INVERTER, 0, 0, false, "N vanish",
		"is off: no current, no keep-alive"
	},
	[SCRIPT_INVERTER_RETURN] = {
		INVERTER, ON_BOTH, ONE_INVERTER, 0, 0, false, "N return",
		"is back, and has heard nothing yet"
	},
	[SCRIPT_INVERTER_DEAF] = {
		INVERTER, ON_BOTH, ONE_INVERTER, 0, 0, false, "N deaf",
		"hears nothing, but goes on"
	},
	[SCRIPT_INVERTER_HEAR] = {
		INVERTER, ON_BOTH, ONE_INVERTER, 0, 0, false, "N hear",
		"and hears again"
	},
};

static bool to_number(const char *word, double *number)
{
	char *end;

	*number = strtod(word, &end);
	return end != word && !*end && isfinite(*number);
}

static int wrong(char *error, size_t size, const struct verb *verb, const char *what)
{
	snprintf(error, size, "'%s': %s; use 'at SECONDS %s%s%s'", verb->name, what,
		 verb->name, *verb->arguments ? " " : "", verb->arguments);
	return -EINVAL;
}

/* Rows of one name follow each other. */
static bool is_named_before(unsigned int i)
{
	return i > 0 && !strcmp(verbs[i].name, verbs[i - 1].name);
}

static int unknown_verb(const char *word, enum script_wire wire, char *error, size_t size)
{
	int len = snprintf(error, size, "unknown verb '%.40s'; possible are", word);
	unsigned int i;

	for (i = 0; i < SCRIPT_VERBS && len > 0 && (size_t)len < size; i++)
		if (verbs[i].wires & wire && !is_named_before(i))
			len += snprintf(error + len, size - (size_t)len, " %s",
					verbs[i].name);
	return -EINVAL;
}

/* "N slow SECONDS" means what is written as "slow". */
static bool is_deed(const struct verb *verb, const char *word)
{
	const char *deed = strchr(verb->arguments, ' ') + 1;
	size_t len = strcspn(deed, " ");

	return strlen(word) == len && !strncmp(word, deed, len);
}

static int unknown_deed(char *error, size_t size)
{
	int len = snprintf(error, size, "'" INVERTER "': use 'at SECONDS " INVERTER
			   " N' and one of");
	unsigned int i;

	for (i = 0; i < SCRIPT_VERBS && len > 0 && (size_t)len < size; i++)
		if (verbs[i].target == ONE_INVERTER)
			len += snprintf(error + len, size - (size_t)len, " '%s'",
					strchr(verbs[i].arguments, ' ') + 1);
	return -EINVAL;
}

static int parse_target(const struct verb *verb, const char *word, unsigned int most,
			unsigned int *target, char *error, size_t size)
{
	const char *kind = verb->target == ONE_INVERTER ? "inverter" : "pack";
	char what[80];
	double number;

	if (verb->target == PACK_OR_ALL && !strcmp(word, "all")) {
		*target = SCRIPT_ALL_PACKS;
		return 0;
	}
	if (to_number(word, &number) && number >= 1 && number <= most &&
	    number == floor(number)) {
		*target = (unsigned int)number;
		return 0;
	}
	if (most)
		snprintf(what, sizeof(what), "no %s '%.20s', there are 1 to %u", kind, word,
			 most);
	else
		snprintf(what, sizeof(what), "there is no %s without --inverter-on", kind);
	return wrong(error, size, verb, what);
}

static int parse_value(const struct verb *verb, const char *word, double *value,
		       char *error, size_t size)
{
	char what[100];

	if (!to_number(word, value) || *value < verb->low || *value > verb->high ||
	    (verb->whole && *value != floor(*value))) {
		snprintf(what, sizeof(what), "'%.20s' is not a%s number from %.0f to %.0f",
			 word, verb->whole ? " whole" : "", verb->low, verb->high);
		return wrong(error, size, verb, what);
	}
	return 0;
}

static int parse_arguments(struct script_event *event, char **words, unsigned int n,
			   const struct script_world *world, char *error, size_t size)
{
	const struct verb *verb = &verbs[event->verb];
	bool takes_value = verb->low != 0 || verb->high != 0;
	bool inverter = verb->target == ONE_INVERTER;
	unsigned int wanted = (verb->target != NO_PACK) + inverter;
	int err = 0;

	if (n < wanted + takes_value)
		return wrong(error, size, verb, "something is missing");
	if (n > wanted + takes_value)
		return wrong(error, size, verb, "there is more than it takes");
	if (inverter)
		err = parse_target(verb, words[0], world->inverters, &event->inverter,
				   error, size);
	else if (verb->target != NO_PACK)
		err = parse_target(verb, words[0], world->packs, &event->pack, error, size);
	if (!err && takes_value)
		err = parse_value(verb, words[wanted], &event->value, error, size);
	return err;
}

/* Behind those of the same time, so that they happen in the order written. */
static int insert(struct script *script, const struct script_event *event)
{
	struct script_event *grown;
	size_t i;

	grown = realloc(script->events, (script->n + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	script->events = grown;
	for (i = script->n; i > 0 && grown[i - 1].at_ms > event->at_ms; i--)
		grown[i] = grown[i - 1];
	grown[i] = *event;
	script->n++;
	return 0;
}

/* The row of a line's verb, SCRIPT_VERBS if there is none. */
static enum script_verb find_verb(char **words, unsigned int n, enum script_wire wire)
{
	enum script_verb verb = 0;

	while (verb < SCRIPT_VERBS &&
	       (!(verbs[verb].wires & wire) || strcmp(words[2], verbs[verb].name) ||
		(verbs[verb].target == ONE_INVERTER &&
		 (n < 5 || !is_deed(&verbs[verb], words[4])))))
		verb++;
	return verb;
}

static int parse_words(struct script *script, char **words, unsigned int n,
		       const struct script_world *world, char *error, size_t size)
{
	struct script_event event = { 0 };
	double seconds;
	int err;

	if (strcmp(words[0], "at") || n < 3) {
		snprintf(error, size, "a line is 'at SECONDS VERB ARGUMENTS'");
		return -EINVAL;
	}
	if (!to_number(words[1], &seconds) || seconds < 0 || seconds > SECONDS_MAX) {
		snprintf(error, size, "'%.20s' is not a time in seconds, 0 or more",
			 words[1]);
		return -EINVAL;
	}
	event.verb = find_verb(words, n, world->wire);
	if (event.verb == SCRIPT_VERBS && !strcmp(words[2], INVERTER))
		return unknown_deed(error, size);
	if (event.verb == SCRIPT_VERBS)
		return unknown_verb(words[2], world->wire, error, size);

	event.at_ms = (uint64_t)(seconds * 1000 + 0.5);
	err = parse_arguments(&event, words + 3, n - 3, world, error, size);
	return err ? err : insert(script, &event);
}

int script_line(struct script *script, const char *line,
		const struct script_world *world, char *error, size_t size)
{
	char *words[WORDS_MAX], *copy, *rest, *word;
	unsigned int n = 0;
	int err = 0;

	copy = strndup(line, strcspn(line, "#"));
	if (!copy) {
		snprintf(error, size, "out of memory");
		return -ENOMEM;
	}
	for (word = strtok_r(copy, BLANKS, &rest); word && n < WORDS_MAX;
	     word = strtok_r(NULL, BLANKS, &rest))
		words[n++] = word;
	if (n > 0)
		err = parse_words(script, words, n, world, error, size);
	if (err == -ENOMEM)
		snprintf(error, size, "out of memory");
	free(copy);
	return err;
}

int script_read(struct script *script, FILE *file, const char *name,
		const struct script_world *world, char *error, size_t size)
{
	unsigned int number = 0;
	size_t room = 0;
	char *line = NULL;
	char what[512];
	int err = 0;

	while (!err && getline(&line, &room, file) >= 0) {
		number++;
		err = script_line(script, line, world, what, sizeof(what));
		if (err)
			snprintf(error, size, "%s:%u: %s", name, number, what);
	}
	if (!err && ferror(file)) {
		snprintf(error, size, "%s: cannot be read", name);
		err = -EIO;
	}
	free(line);
	return err;
}

void script_free(struct script *script)
{
	free(script->events);
	*script = (struct script){ 0 };
}

void script_help(FILE *to, enum script_wire wire)
{
	unsigned int i;

	for (i = 0; i < SCRIPT_VERBS; i++) {
		char usage[40];

		if (!(verbs[i].wires & wire))
			continue;
		snprintf(usage, sizeof(usage), "%s %s", verbs[i].name,
			 verbs[i].arguments);
		fprintf(to, "  %-23s %s\n", usage, verbs[i].help);
	}
}
