/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kinds of sections of cellard.conf(5): where in the configuration each is kept, its
 * keys, and what may stand behind them.
 */
#ifndef CELLAR_CELLARD_CONFIG_KEYS_H
#define CELLAR_CELLARD_CONFIG_KEYS_H

#include "config.h"

enum config_kind {
	CONFIG_CLUSTER,
	CONFIG_INVERTER,
	CONFIG_SITE,
	CONFIG_CHARGER,
	CONFIG_CARD,
	CONFIG_OUTPUT,
	CONFIG_RULE,
	CONFIG_SIMULATION,
	CONFIG_LINE,
	CONFIG_METER,
	CONFIG_HISTORY,
	CONFIG_CONTACTS_OF,
	CONFIG_SENSOR,
	CONFIG_KINDS
};

#define CONFIG_OF_KIND_MAX	16	/* sections of one kind */
#define CONFIG_RIGHT_SIZE	512

/* How a value is written, and how it is kept. */
enum config_value {
	CONFIG_YES_NO,		/* bool */
	CONFIG_WORD,		/* u8, one of config_key.word's */
	CONFIG_U8,
	CONFIG_U16,
	CONFIG_U32,		/* or s32, when @max lets no more in */
	CONFIG_U32_OR_NONE,	/* the same; "none" is SITE_NO_LIMIT */
	CONFIG_MILLI,		/* u32: V or A with up to three decimals, in mV or mA */
	CONFIG_DEGREES,		/* s32: with up to three decimals, in thousandths; @max either way */
	CONFIG_PHASE,		/* u8: 1…3, kept from 0 on */
	CONFIG_PHASES,		/* u8: 1 or 3 */
	CONFIG_TIME,		/* u16: HH:MM, as minutes */
	CONFIG_HOURS,		/* two u16: HH:MM-HH:MM */
	CONFIG_DAYS,		/* two u16: MM/DD-MM/DD, month × 100 + day */
	CONFIG_WEEKDAYS,	/* u8: bit 0 is Monday */
	CONFIG_BUSES,		/* of a struct config_cluster */
	CONFIG_INTERFACE,
	CONFIG_PROTOCOL,	/* enum cellar_dialect */
	CONFIG_NAME,
	CONFIG_TIMEZONE,
	CONFIG_UID,
	CONFIG_CARDS,
	CONFIG_BAUD,		/* u32, one of those that there are */
	CONFIG_DEVICE,		/* the path of a serial port, MODBUS_PATH_SIZE */
	CONFIG_HOST,		/* as long */
	CONFIG_PROFILE,		/* name or path, WALLBOX_NAME_SIZE */
	CONFIG_SAFE,		/* u32: as CONFIG_MILLI, and 0 */
	CONFIG_UNIT,		/* u8: of Modbus, 1…247 or 255 */
	CONFIG_GPIO,		/* struct gpio_want */
	CONFIG_IIO,		/* name of a device or channel, SENSOR_NAME_SIZE */
};

/*
 * @right: what may stand there, as a complaint says it; NULL: the words
 * @min, @max: as it is kept
 * @word: of CONFIG_WORD, the word for each number from @min to @max
 */
struct config_key {
	const char *name;
	u8 value;	/* enum config_value */
	u16 offset;
	u32 min, max;
	const char *right;
	const char *(*word)(unsigned int number);
};

/*
 * Sections of one kind.
 *
 * @word: what such a section begins with; @title: as a complaint lists it
 * @most: how many there may be; 1: it has no name
 * @numbered: its name is its place; the others are called by what they begin with
 * @first, @size, @count: in struct config, of an array and of how many of it are taken
 * @begin: what one is before its first key
 */
struct config_keys {
	const char *word, *title;
	const struct config_key *key;
	size_t n;
	unsigned int most;
	bool numbered;
	size_t first, size, count;
	void (*begin)(void *section, const char *name);
};

extern const struct config_keys config_keys[CONFIG_KINDS];

/* config_keys_contacts.c: of each contact, what the four outputs are at exit, and two more. */
#define CONFIG_CONTACTS_KEYS	(CONFIG_CONTACTS + SITE_OUTPUTS_MAX + 2)
extern const struct config_key config_contacts_keys[CONFIG_CONTACTS_KEYS];

/* config_begin.c: what a section called @name is before its first key. */
void config_begin_cluster(void *section, const char *name);
void config_begin_inverter(void *section, const char *name);
void config_begin_site(void *section, const char *name);
void config_begin_charger(void *section, const char *name);
void config_begin_card(void *section, const char *name);
void config_begin_output(void *section, const char *name);
void config_begin_rule(void *section, const char *name);
void config_begin_simulation(void *section, const char *name);
void config_begin_line(void *section, const char *name);
void config_begin_meter(void *section, const char *name);
void config_begin_history(void *section, const char *name);
void config_begin_sensor(void *section, const char *name);
void config_begin_contacts(void *section, const char *name);

/* Put what @text says into @section, of the kind of @key; false: it cannot stand there. */
bool config_key_take(void *section, const struct config_key *key, const char *text);

/* What may stand behind @key; @right has CONFIG_RIGHT_SIZE. Returns @right. */
const char *config_key_right(const struct config_key *key, char *right);

const struct config_key *config_key_named(enum config_kind kind, const char *name);

#endif /* CELLAR_CELLARD_CONFIG_KEYS_H */
