// SPDX-License-Identifier: GPL-2.0-only
/*
 * The LED tables of spec/packs.md, "Front-panel LEDs", one row per state of the pack,
 * and which rows a reading calls for. When two rows may hold at once, and the page does
 * not say which one wins, an LED on which they differ is unknown.
 */
#include "panel.h"

#include <stdarg.h>

#define A(word)		BIT_ULL(CELLAR_##word)

#define OVERVOLTAGE	(A(CELL_OVERVOLTAGE) | A(PACK_OVERVOLTAGE) | A(OVERVOLTAGE))
#define UNDERVOLTAGE	(A(CELL_UNDERVOLTAGE) | A(PACK_UNDERVOLTAGE) | A(UNDERVOLTAGE))
#define TEMPERATURE \
	(A(CHARGE_OVERTEMPERATURE) | A(DISCHARGE_OVERTEMPERATURE) | A(OVERTEMPERATURE) | \
	 A(MOSFET_OVERTEMPERATURE) | A(HEATER_OVERTEMPERATURE) | \
	 A(CONNECTOR_OVERTEMPERATURE) | A(CHARGE_UNDERTEMPERATURE) | \
	 A(DISCHARGE_UNDERTEMPERATURE) | A(UNDERTEMPERATURE))
#define FAILURE \
	(A(SENSOR_FAILURE) | A(CELL_FAILURE) | A(MOSFET_FAILURE) | A(REVERSED_POLARITY) | \
	 A(SHORT_CIRCUIT))
#define ALL_ALARMS	(BIT_ULL(CELLAR_ALARMS) - 1)

/* The way of the current while a row holds: bits, as a row may hold for several. */
#define RESTING		BIT(0)
#define CHARGING	BIT(1)
#define DISCHARGING	BIT(2)
#define ANY_WAY		(RESTING | CHARGING | DISCHARGING)

/*
 * @protections: any of these; 0 for the rows of a pack without a protection
 * @ways: where the page puts the row; a protection with the current flowing another way
 *        may be shown by this row or by the one of that way
 * @alm, @alm_warning: without and with a warning
 */
struct row {
	u64 protections;
	u8 ways;
	u8 run, alm, alm_warning, bar;
};

#define EITHER_ALM(shows)	.alm = (shows), .alm_warning = (shows)

static const struct row lesso_rows[] = {
	{ 0, RESTING, PANEL_FLASH_1, PANEL_OFF, PANEL_FLASH_3, PANEL_BY_SOC },
	{ 0, CHARGING, PANEL_ON, PANEL_OFF, PANEL_FLASH_3, PANEL_BY_SOC_TOP_FLASH },
	{ 0, DISCHARGING, PANEL_FLASH_3, PANEL_OFF, PANEL_FLASH_3, PANEL_BY_SOC },
	{ A(CHARGE_OVERCURRENT), RESTING | CHARGING,
	  .run = PANEL_FLASH_1, EITHER_ALM(PANEL_OFF), .bar = PANEL_BY_SOC },
	{ UNDERVOLTAGE, RESTING | DISCHARGING,
	  .run = PANEL_OFF, EITHER_ALM(PANEL_FLASH_3), .bar = PANEL_OFF },
	{ A(DISCHARGE_OVERCURRENT), RESTING | DISCHARGING,
	  .run = PANEL_OFF, EITHER_ALM(PANEL_ON), .bar = PANEL_OFF },
	{ TEMPERATURE | FAILURE, ANY_WAY,
	  .run = PANEL_OFF, EITHER_ALM(PANEL_ON), .bar = PANEL_OFF },
};

/* What a warning or an over-voltage does to L7 the page does not say. */
static const struct row zsx5120_rows[] = {
	{ 0, RESTING, PANEL_FLASH_1, PANEL_OFF, PANEL_UNKNOWN, PANEL_BY_SOC },
	{ 0, CHARGING, PANEL_ON, PANEL_OFF, PANEL_UNKNOWN, PANEL_BY_SOC_TOP_FLASH },
	{ 0, DISCHARGING, PANEL_FLASH_3, PANEL_OFF, PANEL_UNKNOWN, PANEL_BY_SOC },
	{ OVERVOLTAGE, RESTING | CHARGING,
	  .run = PANEL_ON, EITHER_ALM(PANEL_UNKNOWN), .bar = PANEL_ON },
	{ UNDERVOLTAGE, RESTING | DISCHARGING,
	  .run = PANEL_OFF, EITHER_ALM(PANEL_OFF), .bar = PANEL_OFF },
	{ ALL_ALARMS & ~(OVERVOLTAGE | UNDERVOLTAGE), ANY_WAY,
	  .run = PANEL_OFF, EITHER_ALM(PANEL_ON), .bar = PANEL_OFF },
};

/*
 * @bar: LEDs of the bar, lowest last, each with its own name; 0 where the page does not
 *       count them: the bar is one entry then
 * @master: it has an M/S LED
 * @dark_when_off: the page has a row for a pack that is off, and all of it is off
 */
struct front {
	const char *model;
	const struct row *rows;
	u8 n_rows;
	u8 bar;
	bool master, dark_when_off;
	const char *name[PANEL_LEDS_MAX];
};

#define ROWS(table)	.rows = (table), .n_rows = ARRAY_SIZE(table)
#define LESSO_FRONT \
	ROWS(lesso_rows), .master = true, .dark_when_off = true, \
	.name = { "RUN", "ALM", "SOC bar", "M/S" }

static const struct front fronts[] = {
	{ "lesso,lsrr51v100ah", LESSO_FRONT },
	{ "voltium,ve-ess-r5120", LESSO_FRONT },
	{ "zcs,zsx5120", ROWS(zsx5120_rows), .bar = 6,
	  .name = { "L8 RUN", "L7 ALM", "L6", "L5", "L4", "L3", "L2", "L1" } },
};

/* Highest SOC, whole percent, of each step of the bar of a ZSX5120. */
static const u8 steps[] = { 17, 33, 50, 66, 83, 100 };

static const struct {
	const char *word;
	u16 on_ms, off_ms;
} shown[PANEL_SHOWS] = {
	[PANEL_UNKNOWN] = { .word = "not known" },
	[PANEL_OFF] = { .word = "off" },
	[PANEL_ON] = { .word = "on" },
	[PANEL_FLASH_1] = { "flash 1", 250, 3750 },
	[PANEL_FLASH_2] = { "flash 2", 500, 500 },
	[PANEL_FLASH_3] = { "flash 3", 500, 1500 },
	[PANEL_BY_SOC] = { .word = "lit by SOC" },
	[PANEL_BY_SOC_TOP_FLASH] = { .word = "lit by SOC, its highest lit LED flash 2" },
};

void panel_flash_ms(enum panel_shows shows, u32 *on_ms, u32 *off_ms)
{
	*on_ms = shown[shows].on_ms;
	*off_ms = shown[shows].off_ms;
}

static const struct front *front_of(const struct supply *s)
{
	unsigned int i;

	for (i = 0; s->model && !s->of_system && i < ARRAY_SIZE(fronts); i++)
		if (!strcmp(fronts[i].model, s->model->key))
			return &fronts[i];

	return NULL;
}

static void same_or_unknown(u8 *shows, u8 also)
{
	if (*shows != also)
		*shows = PANEL_UNKNOWN;
}

/* Put @row beside those that hold already; @first of them. */
static void join_row(struct row *to, const struct row *row, bool first)
{
	if (first) {
		*to = *row;
		return;
	}

	same_or_unknown(&to->run, row->run);
	same_or_unknown(&to->alm, row->alm);
	same_or_unknown(&to->alm_warning, row->alm_warning);
	same_or_unknown(&to->bar, row->bar);
}

static u8 way_of(const struct cellar_reading *r)
{
	if (!r->current_ma)
		return RESTING;

	return r->current_ma > 0 ? CHARGING : DISCHARGING;
}

/* False when a protection is on that no row of @front speaks of. */
static bool find_row(const struct front *front, const struct cellar_reading *r, struct row *to)
{
	u64 left = r->protections;
	bool other_way = !left, first = true;
	u8 way = way_of(r);
	unsigned int i;

	for (i = 0; i < front->n_rows; i++) {
		const struct row *row = &front->rows[i];

		if (!(r->protections & row->protections))
			continue;
		left &= ~row->protections;
		join_row(to, row, first);
		first = false;
		if (!(row->ways & way))
			other_way = true;
	}
	for (i = 0; i < front->n_rows && other_way; i++)
		if (!front->rows[i].protections && (front->rows[i].ways & way))
			join_row(to, &front->rows[i], first);

	return !left;
}

static unsigned int lit_of(u16 soc_centi)
{
	unsigned int lit = 0;

	while (lit < ARRAY_SIZE(steps) - 1 && soc_centi / 100 > steps[lit])
		lit++;

	return lit + 1;
}

/* LED @i of a bar of @n, counted from the lowest, 1. */
static u8 bar_led(const struct panel *panel, u8 bar, unsigned int i)
{
	unsigned int lit;

	if (bar != PANEL_BY_SOC && bar != PANEL_BY_SOC_TOP_FLASH)
		return bar;
	if (!panel->soc_known)
		return PANEL_UNKNOWN;

	lit = lit_of(panel->soc_centi);
	if (i == lit && bar == PANEL_BY_SOC_TOP_FLASH)
		return PANEL_FLASH_2;

	return i <= lit ? PANEL_ON : PANEL_OFF;
}

static u8 master_led(enum panel_place place)
{
	if (place == PANEL_PLACE_UNKNOWN)
		return PANEL_UNKNOWN;

	return place == PANEL_MASTER ? PANEL_ON : PANEL_OFF;
}

static void name_leds(struct panel *panel, const struct front *front)
{
	panel->n = (u8)(2 + (front->bar ? front->bar : 1) + front->master);
	panel->dark_when_off = front->dark_when_off;
	memcpy(panel->name, front->name, sizeof(panel->name));
}

static void light(struct panel *panel, const struct front *front, const struct row *row,
		  bool warning, u8 master)
{
	unsigned int i;

	name_leds(panel, front);
	panel->shows[0] = row->run;
	panel->shows[1] = warning ? row->alm_warning : row->alm;
	panel->shows[2] = row->bar;
	for (i = 0; i < front->bar; i++)
		panel->shows[2 + i] = bar_led(panel, row->bar, front->bar - i);
	if (front->master)
		panel->shows[panel->n - 1] = master;
}

static bool is_complete(const struct panel *panel)
{
	unsigned int i;

	for (i = 0; i < panel->n; i++)
		if (panel->shows[i] == PANEL_UNKNOWN)
			return false;

	return true;
}

void panel_of(struct panel *panel, const struct supply *s, enum panel_place place)
{
	const struct front *front = front_of(s);
	const struct cellar_reading *r = &s->reading;
	bool warning = cellar_has(r, CELLAR_WARNINGS) && r->warnings;
	struct row row = { 0 };
	bool in_table;

	memset(panel, 0, sizeof(*panel));
	panel->age_ms = s->age_ms;
	if (!front) {
		panel->why = PANEL_NO_TABLE;
		return;
	}
	name_leds(panel, front);
	if (!supply_is_fresh(s)) {
		panel->why = PANEL_STALE;
		return;
	}

	panel->soc_known = cellar_has(r, CELLAR_SOC);
	panel->soc_centi = panel->soc_known ? r->soc_centi : 0;
	if (!cellar_has(r, CELLAR_PROTECTIONS) || !cellar_has(r, CELLAR_CURRENT)) {
		light(panel, front, &row, false, master_led(place));
		panel->why = PANEL_NOT_SAID;
		return;
	}

	if (!find_row(front, r, &row))
		memset(&row, 0, sizeof(row));
	in_table = row.run && row.bar && (warning ? row.alm_warning : row.alm);
	if (!cellar_has(r, CELLAR_WARNINGS))
		same_or_unknown(&row.alm, row.alm_warning);
	light(panel, front, &row, warning, master_led(place));
	if (!in_table)
		panel->why = PANEL_NOT_IN_TABLE;
	else if (!is_complete(panel))
		panel->why = PANEL_NOT_SAID;
}

/* Appends; returns the length so far, which never reaches @size. */
static size_t append(char *buf, size_t size, size_t len, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static size_t append(char *buf, size_t size, size_t len, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(buf + len, size - len, format, args);
	va_end(args);
	if (n < 0)
		return len;

	return len + (size_t)n < size ? len + (size_t)n : size - 1;
}

static size_t append_led(char *buf, size_t size, size_t len, const struct panel *panel,
			 unsigned int i)
{
	u8 shows = panel->shows[i];

	len = append(buf, size, len, "%s%s %s", i ? ", " : "", panel->name[i], shown[shows].word);
	if (shown[shows].on_ms)
		len = append(buf, size, len, " (%u.%02u s on, %u.%02u s off)",
			     shown[shows].on_ms / 1000, shown[shows].on_ms % 1000 / 10,
			     shown[shows].off_ms / 1000, shown[shows].off_ms % 1000 / 10);
	if ((shows == PANEL_BY_SOC || shows == PANEL_BY_SOC_TOP_FLASH) && panel->soc_known)
		len = append(buf, size, len, " (%u %%)", panel->soc_centi / 100);

	return len;
}

size_t panel_words(const struct panel *panel, char *buf, size_t size)
{
	static const char *const why[] = {
		[PANEL_KNOWN] = "",
		[PANEL_NO_TABLE] = "the maker of this model gives no table of its LEDs",
		[PANEL_STALE] = "",
		[PANEL_NOT_SAID] = "; what is not known nobody says",
		[PANEL_NOT_IN_TABLE] = "; what is not known is not in its maker's table",
	};
	size_t len = 0;
	unsigned int i;

	if (!size)
		return 0;

	buf[0] = '\0';
	if (panel->why == PANEL_STALE && panel->age_ms == SUPPLY_NEVER)
		return append(buf, size, len, "not known: it was never heard");
	if (panel->why == PANEL_STALE)
		return append(buf, size, len, "not known: last heard %u s ago%s",
			      panel->age_ms / 1000,
			      panel->dark_when_off ? "; if it is off, every LED is off" : "");
	for (i = 0; i < panel->n; i++)
		len = append_led(buf, size, len, panel, i);

	return append(buf, size, len, "%s", why[panel->why]);
}
