// SPDX-License-Identifier: GPL-2.0-only
/*
 * From wallboxes to the house: their cars, what they draw, and whose card was shown; and
 * from the house to them: the current of each step.
 */
#include "lines_house.h"

#include "lines_parts.h"

/* A counter is the same for as long as it does not move. */
#define ENERGY_FRESH_MS	180000

static u8 car_of(const struct wallbox *w)
{
	static const u8 cars[WALLBOX_STATES] = {
		[WALLBOX_OTHER] = SITE_CAR_UNKNOWN, [WALLBOX_A] = SITE_CAR_NONE,
		[WALLBOX_B] = SITE_CAR_PLUGGED, [WALLBOX_C] = SITE_CAR_CHARGES,
		[WALLBOX_D] = SITE_CAR_CHARGES, [WALLBOX_E] = SITE_CAR_FAULT,
		[WALLBOX_F] = SITE_CAR_FAULT,
	};

	/* while its fail-safe is not armed it is told nothing, and the house should know */
	if (w->link == WALLBOX_UNSAFE)
		return SITE_CAR_FAULT;

	return w->link == WALLBOX_WELL ? cars[w->state] : (u8)SITE_CAR_UNKNOWN;
}

/* 1 + its place among those that are known, SITE_UNKNOWN_CARD; 0: none was shown. */
static u8 card_of(struct wallbox *w, const struct config *config)
{
	const char *uid = wallbox_card(w);

	if (!uid)
		return 0;
	for (unsigned int i = 0; i < config->cards; i++)
		if (!strcmp(config->card[i].uid, uid))
			return (u8)(i + 1);

	return SITE_UNKNOWN_CARD;
}

static void tell_charger(struct lines_wallbox *w, struct house *house, u64 now_ms)
{
	struct wallbox *box = &w->box;
	struct house_charger said = { .car = car_of(box) };
	u64 at_ms = wallbox_at_ms(box);
	s64 number;

	if (!at_ms || box->link == WALLBOX_SILENT)
		return;
	said.card = card_of(box, house->config);
	said.car_phases = wallbox_car_phases(box, now_ms);
	said.power_known = wallbox_has(box, WALLBOX_W, &number);
	if (said.power_known)
		said.power_w = number / 1000 < SITE_POWER_MAX_W ? (s32)((number + 500) / 1000) :
			       SITE_POWER_MAX_W;
	said.energy_known = wallbox_has(box, WALLBOX_WH, &number) && number >= 0 &&
			    number <= INT32_MAX &&
			    now_ms < box->reading.at_ms[WALLBOX_WH] + ENERGY_FRESH_MS;
	if (said.energy_known)
		said.energy_wh = (s32)number;
	house_hears_charger(house, w->of_house, &said, at_ms);
}

void lines_tell_chargers(struct lines *lines, struct house *house, u64 now_ms)
{
	for (unsigned int i = 0; i < lines->wallboxes; i++)
		if (lines->wallbox[i].of_house < house->config->house.site.chargers)
			tell_charger(&lines->wallbox[i], house, now_ms);
}

void lines_tell_wallboxes(struct lines *lines, const struct house *house, u64 now_ms)
{
	const struct site_config *site = &house->config->house.site;

	for (unsigned int i = 0; house->stepped && i < lines->wallboxes; i++) {
		struct lines_wallbox *w = &lines->wallbox[i];

		if (w->of_house >= site->chargers)
			continue;
		wallbox_tell(&w->box, house->out.charger[w->of_house].current_ma, now_ms);
		lines_wallbox_ask(lines, w);
	}
}
