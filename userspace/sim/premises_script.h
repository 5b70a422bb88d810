/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The script of a whole house: lines `at SECONDS WHO WHAT`. What happens to packs and to
 * Modbus devices is in the scripts that those have (script.h); the rest is here.
 */
#ifndef CELLAR_SIM_PREMISES_SCRIPT_H
#define CELLAR_SIM_PREMISES_SCRIPT_H

#include "premises.h"
#include "script.h"

enum premises_deed {
	PREMISES_CLOUD,
	PREMISES_LOAD,
	PREMISES_GRID,
	PREMISES_DRM,
	PREMISES_RRCR,
	PREMISES_CEASE,
	PREMISES_CAR_COMES,
	PREMISES_CAR_GOES,
	PREMISES_CAR_SHOWS,
	PREMISES_CAR_USES,
	PREMISES_BOX_REBOOTS,
	PREMISES_REBOOT,
};

/*
 * @at: of the box, contact or inverter
 * @value: share, W, 0 or 1, Wh, phases or s; @ma: of a car
 */
struct premises_event {
	u64 at_ms;
	enum premises_deed deed;
	unsigned int at;
	double value;
	u32 ma;
	char card[PREMISES_CARD_SIZE];
};

/* @line: of each line of the configuration. All zero is an empty one. */
struct premises_script {
	struct premises_event *events;
	size_t n, next;
	struct script packs;
	struct script line[CONFIG_LINES_MAX];
};

/* Which device of line @line_at is the meter, inverter or charger so called, from 1; 0: none is. */
unsigned int premises_device(const struct config *config, unsigned int line_at, const char *name);

/*
 * Read a whole file for the house of @config with so many packs. On error, -EINVAL or
 * -ENOMEM, @error says "name:line: what is wrong and what is possible".
 * premises_script_free() in any case.
 */
int premises_script_read(struct premises_script *script, FILE *file, const char *name,
			 const struct config *config, unsigned int packs, char *error, size_t size);
void premises_script_free(struct premises_script *script);

/* When the next event of the house itself is; UINT64_MAX. */
u64 premises_script_next_ms(const struct premises_script *script);

/* Let happen what is due. True when a contact or a car has changed. */
bool premises_script_play(struct premises_script *script, struct premises *p, u64 now_ms);

/* Lines of help. */
void premises_script_help(FILE *to);

#endif /* CELLAR_SIM_PREMISES_SCRIPT_H */
