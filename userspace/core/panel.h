/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the LEDs on the front of a pack show now (spec/packs.md, "Front-panel LEDs"),
 * so that a person on the telephone can compare. Only what a maker's table says: a
 * model without one has no panel here, and what a table leaves open is unknown.
 */
#ifndef CELLAR_CORE_PANEL_H
#define CELLAR_CORE_PANEL_H

#include "supply.h"

#define PANEL_LEDS_MAX		8
#define PANEL_WORDS_SIZE	512

enum panel_shows {
	PANEL_UNKNOWN,
	PANEL_OFF,
	PANEL_ON,
	PANEL_FLASH_1,
	PANEL_FLASH_2,
	PANEL_FLASH_3,
	PANEL_BY_SOC,		/* a bar of LEDs, as many as the SOC wants */
	PANEL_BY_SOC_TOP_FLASH,	/* the same, its highest lit LED in flash 2 */
	PANEL_SHOWS
};

/* A pack's place in a parallel system, as far as anybody knows. */
enum panel_place {
	PANEL_PLACE_UNKNOWN,
	PANEL_MASTER,
	PANEL_NO_MASTER		/* a slave, or a pack alone */
};

enum panel_why {
	PANEL_KNOWN,
	PANEL_NO_TABLE,		/* no table for this model; or a system, which has no front */
	PANEL_STALE,
	PANEL_NOT_SAID,		/* its BMS does not say its current or its protections */
	PANEL_NOT_IN_TABLE	/* the maker does not say what this state looks like */
};

/*
 * @shows: what each of @n LEDs does; @n is 0 with PANEL_NO_TABLE
 * @name: "RUN", …; static
 * @why: what the first unknown LED, if there is one, is owed to
 * @soc_centi: what a bar stands for; @soc_known
 * @dark_when_off: an LED that is on, or flashes, means that the pack is not off
 * @age_ms: of the reading
 */
struct panel {
	u8 n;
	u8 why;			/* enum panel_why */
	bool soc_known, dark_when_off;
	u16 soc_centi;
	u32 age_ms;
	u8 shows[PANEL_LEDS_MAX];	/* enum panel_shows */
	const char *name[PANEL_LEDS_MAX];
};

/* How long a flashing LED is on and off, ms; both 0 for what does not flash. */
void panel_flash_ms(enum panel_shows shows, u32 *on_ms, u32 *off_ms);

/* What the front of @s shows. A reading that is not fresh tells nothing. */
void panel_of(struct panel *panel, const struct supply *s, enum panel_place place);

/*
 * "RUN flash 1 (0.25 s on, 3.75 s off), ALM off, …", and why something is not known.
 * Returns the length; @buf of PANEL_WORDS_SIZE holds every panel.
 */
size_t panel_words(const struct panel *panel, char *buf, size_t size);

#endif /* CELLAR_CORE_PANEL_H */
