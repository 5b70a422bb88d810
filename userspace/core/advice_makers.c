// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of spec/packs.md: "Protections and what lifts them" (over-discharge),
 * "Reading quirks", "Storage". Where two bands meet, or the temperature is not known,
 * the stricter one counts.
 */
#include "advice_makers.h"

#define HOURS(n)	((n) * ADVICE_HOUR_S)
#define DAYS(n)		((n) * ADVICE_DAY_S)
#define MONTHS(n)	((n) * ADVICE_MONTH_S)

/* 24 h at any temperature; SOC "near 50 %, never long above 80 %" */
#define LESSO_VOLTIUM \
	.connected = { { INT16_MIN, INT16_MAX, HOURS(24) } }, .connected_bands = 1, \
	.away = { { INT16_MIN, INT16_MAX, HOURS(24) } }, .away_bands = 1, \
	.storage = { { 0, 300, MONTHS(6) }, { -100, 450, MONTHS(3) } }, .storage_bands = 2, \
	.keep_max_centi = 8000, .humidity_max = 75, .full_s = MONTHS(1), .new_packs = true, \
	.cold_decic = INT16_MIN

static const struct advice_maker makers[] = {
	/* the reset key is in the manual of this brand only [L] */
	{ "lesso,lsrr51v100ah", LESSO_VOLTIUM, .reset_key = true },
	{ "voltium,ve-ess-r5120", LESSO_VOLTIUM },
	{
		"zcs,zsx5120",
		.connected = { { -100, 450, HOURS(12) } }, .connected_bands = 1,
		.away = { { -100, 250, DAYS(15) }, { -100, 450, DAYS(7) } }, .away_bands = 2,
		.storage = {
			{ -100, 250, MONTHS(12) }, { -100, 350, MONTHS(6) },
			{ -100, 450, MONTHS(3) },
		},
		.storage_bands = 3,
		.keep_min_centi = 3000, .keep_max_centi = 6000, .humidity_max = 70,
		.recharge_ma = 20000, .recharge_percent = 50, .cold_decic = 150,
	},
};

const struct advice_maker *advice_maker_of(const char *model)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(makers); i++)
		if (!strcmp(makers[i].model, model))
			return &makers[i];

	return NULL;
}

static bool holds(const struct advice_band *band, bool last, s16 coldest, s16 warmest)
{
	return coldest >= band->min_decic &&
	       (last ? warmest <= band->max_decic : warmest < band->max_decic);
}

u32 advice_band_limit_s(const struct advice_band *bands, unsigned int n, bool known,
			s16 coldest_decic, s16 warmest_decic)
{
	unsigned int i;

	if (!n)
		return UINT32_MAX;
	if (!known)
		return bands[n - 1].limit_s;

	for (i = 0; i < n; i++)
		if (holds(&bands[i], i == n - 1, coldest_decic, warmest_decic))
			return bands[i].limit_s;

	return 0;
}

bool advice_outside(const struct advice_band *bands, unsigned int n, bool known,
		    s16 coldest_decic, s16 warmest_decic)
{
	return known && n && !holds(&bands[n - 1], true, coldest_decic, warmest_decic);
}
