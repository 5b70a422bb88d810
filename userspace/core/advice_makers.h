/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a maker says of storing, of charging again in time and of calibrating
 * (spec/packs.md). Models without a row here give no such advice.
 */
#ifndef CELLAR_CORE_ADVICE_MAKERS_H
#define CELLAR_CORE_ADVICE_MAKERS_H

#include "env.h"

#define ADVICE_BANDS	3

#define ADVICE_HOUR_S	3600u
#define ADVICE_DAY_S	(24 * ADVICE_HOUR_S)
#define ADVICE_MONTH_S	(30 * ADVICE_DAY_S)	/* the makers' months, on the short side */

/*
 * A deadline while the whole pack is from @min_decic to below @max_decic; the last band
 * of a row has its end in it. Bands of a row stand from lenient to strict.
 */
struct advice_band {
	s16 min_decic, max_decic;
	u32 limit_s;
};

/*
 * @connected, @away: over-discharged, connected to the inverter or not
 * @storage: charge again after
 * @keep_min_centi, @keep_max_centi: SOC kept in storage
 * @humidity_max: per cent, from 5
 * @recharge_ma, @recharge_percent: how storage charge is given; 0
 * @full_s: between two full charges; 0
 * @new_packs: a new one may report high voltage or imbalance: to the float voltage only
 * @reset_key: 3 s wake it
 * @cold_decic: below, it limits its own charge current; INT16_MIN
 */
struct advice_maker {
	const char *model;
	u8 connected_bands, away_bands, storage_bands;
	struct advice_band connected[1];
	struct advice_band away[ADVICE_BANDS];
	struct advice_band storage[ADVICE_BANDS];
	u16 keep_min_centi, keep_max_centi;
	u8 humidity_max;
	u8 recharge_percent;
	u32 recharge_ma;
	u32 full_s;
	bool new_packs, reset_key;
	s16 cold_decic;
};

/* NULL for a model without a row; @model may be "". */
const struct advice_maker *advice_maker_of(const char *model);

/*
 * The deadline of the first of @n bands that holds a pack of these temperatures; the
 * strictest when they are not @known; 0, at once, outside of all; UINT32_MAX without
 * any band.
 */
u32 advice_band_limit_s(const struct advice_band *bands, unsigned int n, bool known,
			s16 coldest_decic, s16 warmest_decic);

/* Outside of every band; false when not @known. */
bool advice_outside(const struct advice_band *bands, unsigned int n, bool known,
		    s16 coldest_decic, s16 warmest_decic);

#endif /* CELLAR_CORE_ADVICE_MAKERS_H */
