// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules, each from a line of spec/packs.md. A rule sees facts and remembers nothing:
 * what it needs from before is in the kept place.
 */
#include "advice_rules.h"
#include "profile.h"

#define A(word)		BIT_ULL(CELLAR_##word)

#define UNDERVOLTAGE	(A(CELL_UNDERVOLTAGE) | A(PACK_UNDERVOLTAGE) | A(UNDERVOLTAGE))
#define OVERVOLTAGE	(A(CELL_OVERVOLTAGE) | A(PACK_OVERVOLTAGE) | A(OVERVOLTAGE))
#define OTHER_FAILURES \
	(A(PRECHARGE_FAILURE) | A(FUSE_BLOWN) | A(CONTACTOR) | A(HEATER_FAILURE) | \
	 A(INTERNAL_COMMUNICATION) | A(INVERTER_COMMUNICATION) | A(MEMORY_FAILURE) | \
	 A(DUPLICATE_ADDRESS) | A(SYSTEM_ERROR) | A(GENERAL))

#define SOC_BACK_CENTI	500	/* above the floor, an over-discharged pack is charged again */
#define SOC_EDGE_CENTI	200	/* hysteresis of the SOC kept in storage */
#define COLD_EDGE_DECIC	10

static bool knows_soc(const struct advice_view *v)
{
	return v->s && cellar_has(&v->s->reading, CELLAR_SOC);
}

static s32 current_ma(const struct advice_view *v)
{
	return supply_current_ma(v->s, CORE_CHARGE);
}

static enum advice_says protected(const struct advice_view *v, u64 alarms)
{
	if (!v->s || !cellar_has(&v->s->reading, CELLAR_PROTECTIONS))
		return ADVICE_KEEP;

	return v->protections & alarms ? ADVICE_YES : ADVICE_NO;
}

static enum advice_says reversed(const struct advice_view *v, struct advice_finding *f)
{
	(void)f;

	return protected(v, A(REVERSED_POLARITY));
}

static enum advice_says short_circuit(const struct advice_view *v, struct advice_finding *f)
{
	(void)f;

	return protected(v, A(SHORT_CIRCUIT));
}

static enum advice_says mosfet(const struct advice_view *v, struct advice_finding *f)
{
	(void)f;

	return protected(v, A(MOSFET_FAILURE));
}

static enum advice_says cell(const struct advice_view *v, struct advice_finding *f)
{
	(void)f;

	return protected(v, A(CELL_FAILURE));
}

static enum advice_says sensor(const struct advice_view *v, struct advice_finding *f)
{
	(void)f;

	return protected(v, A(SENSOR_FAILURE));
}

static enum advice_says failure(const struct advice_view *v, struct advice_finding *f)
{
	f->figure[0] = (s64)(v->protections & OTHER_FAILURES);

	return protected(v, OTHER_FAILURES);
}

static enum advice_says low_power(const struct advice_view *v, struct advice_finding *f)
{
	enum advice_says says = protected(v, UNDERVOLTAGE);

	(void)f;
	if (v->s && current_ma(v) > 0)
		return ADVICE_NO;

	return says;
}

static bool knows_temperature(const struct advice_view *v)
{
	return v->kept->at[ADVICE_HAD_TEMPERATURE] &&
	       v->clock_s - v->kept->at[ADVICE_HAD_TEMPERATURE] <= ADVICE_WARM_S;
}

/* The maker's time while it is as warm as it is now, connected as it is now. */
static u32 over_discharge_limit_s(const struct advice_view *v)
{
	const struct advice_kept_pack *k = v->kept;
	bool known = knows_temperature(v);

	if (!v->maker)
		return ADVICE_NO_LIMIT;
	if (k->disconnected)
		return advice_band_limit_s(v->maker->away, v->maker->away_bands, known,
					   k->coldest_decic, k->warmest_decic);

	return advice_band_limit_s(v->maker->connected, v->maker->connected_bands, known,
				   k->coldest_decic, k->warmest_decic);
}

/* Charged again when nothing is known but a voltage: where the cluster would restart. */
static bool voltage_is_back(const struct advice_view *v)
{
	const struct profile *profile = profile_of(v->model);

	return profile && cellar_has(&v->s->reading, CELLAR_VOLTAGE) &&
	       v->s->reading.voltage_mv >= profile->restart_mv;
}

static enum advice_says over_discharged(const struct advice_view *v, struct advice_finding *f)
{
	u32 floor = v->maker && v->model ? 10000 - v->model->dod_percent * 100u : 0;

	f->limit_s = over_discharge_limit_s(v);
	f->figure[0] = v->kept->soc_centi;
	if (!v->s)
		return ADVICE_KEEP;
	if (protected(v, UNDERVOLTAGE) == ADVICE_YES)
		return ADVICE_YES;
	if (!knows_soc(v))
		return voltage_is_back(v) ? ADVICE_NO : ADVICE_KEEP;
	if (floor && v->s->reading.soc_centi <= floor)
		return ADVICE_YES;
	if (!v->stands)
		return ADVICE_NO;

	return v->s->reading.soc_centi >= floor + SOC_BACK_CENTI ? ADVICE_NO : ADVICE_KEEP;
}

static enum advice_says locked(const struct advice_view *v, enum core_way way, u64 alarm,
			       struct advice_finding *f)
{
	enum advice_says says = protected(v, alarm);

	f->figure[0] = v->kept->trips[way];
	if (says == ADVICE_YES && v->kept->trips[way] < ADVICE_ROW && !v->stands)
		return ADVICE_NO;

	return says;
}

static enum advice_says charge_locked(const struct advice_view *v, struct advice_finding *f)
{
	return locked(v, CORE_CHARGE, A(CHARGE_OVERCURRENT), f);
}

static enum advice_says discharge_locked(const struct advice_view *v, struct advice_finding *f)
{
	return locked(v, CORE_DISCHARGE, A(DISCHARGE_OVERCURRENT), f);
}

static enum advice_says silent(const struct advice_view *v, struct advice_finding *f)
{
	f->figure[0] = v->neighbours;
	f->figure[1] = v->kept->item[ADVICE_LOW_POWER].since_s != 0;
	if (!v->here)
		return ADVICE_KEEP;

	return v->silent && !v->all_silent ? ADVICE_YES : ADVICE_NO;
}

static enum advice_says all_silent(const struct advice_view *v, struct advice_finding *f)
{
	f->figure[0] = v->heard;

	return v->all_silent ? ADVICE_YES : ADVICE_NO;
}

static enum advice_says packs_missing(const struct advice_view *v, struct advice_finding *f)
{
	f->figure[0] = v->missing;
	f->figure[1] = v->heard;

	return v->missing && !v->all_silent ? ADVICE_YES : ADVICE_NO;
}

static enum advice_says kept_out(const struct advice_view *v, enum cluster_reason reason)
{
	if (!v->s)
		return ADVICE_KEEP;

	return v->member->reason == reason ? ADVICE_YES : ADVICE_NO;
}

static enum advice_says duplicate(const struct advice_view *v, struct advice_finding *f)
{
	(void)f;
	if (!v->s)
		return ADVICE_KEEP;

	return v->twice ? ADVICE_YES : ADVICE_NO;
}

static enum advice_says does_not_mix(const struct advice_view *v, struct advice_finding *f)
{
	f->figure[0] = v->s ? v->member->rule : MIX_FITS;

	return kept_out(v, CLUSTER_MIX);
}

static enum advice_says voltage_apart(const struct advice_view *v, struct advice_finding *f)
{
	f->figure[0] = v->s ? v->s->reading.voltage_mv : 0;

	return kept_out(v, CLUSTER_VOLTAGE);
}

static bool is_new(const struct advice_view *v)
{
	if (v->s && cellar_has(&v->s->reading, CELLAR_CYCLES))
		return v->s->reading.cycles <= ADVICE_NEW_CYCLES;

	return v->clock_s - v->kept->at[ADVICE_FIRST_HEARD] < ADVICE_NEW_S;
}

static bool wants_float(const struct advice_view *v)
{
	return v->maker && v->maker->new_packs && is_new(v);
}

static enum advice_says new_pack(const struct advice_view *v, struct advice_finding *f)
{
	f->figure[0] = v->model ? v->model->float_mv : 0;
	if (!v->s)
		return ADVICE_KEEP;
	if (!wants_float(v))
		return ADVICE_NO;

	return (v->protections | v->warnings) & (OVERVOLTAGE | A(CELL_IMBALANCE)) ? ADVICE_YES :
	       ADVICE_NO;
}

static enum advice_says imbalance(const struct advice_view *v, struct advice_finding *f)
{
	u32 high, low;

	if (!v->s)
		return ADVICE_KEEP;
	if (!((v->protections | v->warnings) & A(CELL_IMBALANCE)) || wants_float(v))
		return ADVICE_NO;
	if (supply_cell_mv(v->s, CORE_CHARGE, &high, NULL) &&
	    supply_cell_mv(v->s, CORE_DISCHARGE, &low, NULL) && high > low)
		f->figure[0] = high - low;

	return ADVICE_YES;
}

static bool is_stored(const struct advice_view *v)
{
	const struct advice_kept_pack *k = v->kept;
	u32 used_s = k->at[ADVICE_HAD_CURRENT];

	if (!used_s)
		used_s = k->at[ADVICE_FIRST_HEARD];

	return (!v->s || k->disconnected) && v->clock_s - used_s >= ADVICE_STORED_S;
}

static enum advice_says storage_temperature(const struct advice_view *v,
					    struct advice_finding *f)
{
	const struct advice_kept_pack *k = v->kept;
	const struct advice_band *last;
	bool known = knows_temperature(v);

	if (!v->maker || (v->s && !k->disconnected))
		return ADVICE_NO;
	if (!known)
		return ADVICE_KEEP;

	last = &v->maker->storage[v->maker->storage_bands - 1];
	f->figure[0] = k->coldest_decic < last->min_decic ? k->coldest_decic : k->warmest_decic;
	if (!advice_outside(v->maker->storage, v->maker->storage_bands, known, k->coldest_decic,
			    k->warmest_decic))
		return ADVICE_NO;

	return v->stands || is_stored(v) ? ADVICE_YES : ADVICE_NO;
}

static enum advice_says storage_soc(const struct advice_view *v, struct advice_finding *f)
{
	u16 soc = v->kept->soc_centi;
	int edge = v->stands ? SOC_EDGE_CENTI : 0;
	int min, max;

	f->figure[0] = soc;
	if (!v->maker || !is_stored(v))
		return ADVICE_NO;
	if (soc == ADVICE_SOC_UNKNOWN)
		return ADVICE_KEEP;

	min = v->maker->keep_min_centi;
	max = v->maker->keep_max_centi;

	return soc > max - edge || (min && soc < min + edge) ? ADVICE_YES : ADVICE_NO;
}

static enum advice_says storage_recharge(const struct advice_view *v, struct advice_finding *f)
{
	const struct advice_kept_pack *k = v->kept;
	bool known;

	if (!v->maker || !is_stored(v))
		return ADVICE_NO;

	known = knows_temperature(v) &&
		!advice_outside(v->maker->storage, v->maker->storage_bands, true,
				k->coldest_decic, k->warmest_decic);
	f->from_s = k->at[ADVICE_WAS_CHARGED];
	if (!f->from_s)
		f->from_s = k->at[ADVICE_FIRST_HEARD];
	f->limit_s = advice_band_limit_s(v->maker->storage, v->maker->storage_bands,
					 known, k->coldest_decic, k->warmest_decic);
	f->figure[0] = knows_temperature(v) ? k->warmest_decic : INT16_MAX;

	return ADVICE_YES;
}

static enum advice_says full_charge(const struct advice_view *v, struct advice_finding *f)
{
	const struct advice_kept_pack *k = v->kept;
	u32 from_s = k->at[ADVICE_WAS_FULL];

	f->figure[0] = from_s != 0;
	if (!from_s)
		from_s = k->at[ADVICE_FIRST_HEARD];
	if (!v->maker || !v->maker->full_s || is_stored(v))
		return ADVICE_NO;

	f->from_s = from_s;
	f->limit_s = v->maker->full_s;

	return v->clock_s - from_s + ADVICE_NOTICE_S >= v->maker->full_s ? ADVICE_YES : ADVICE_NO;
}

/* An hour at 99 % without a discharge: floating 0.5–1 h would have calibrated it. */
static enum advice_says calibrate(const struct advice_view *v, struct advice_finding *f)
{
	u16 soc;

	(void)f;
	if (!knows_soc(v))
		return ADVICE_KEEP;

	soc = v->s->reading.soc_centi;
	if (!v->maker || !v->maker->full_s || soc == 10000 || soc < 9700)
		return ADVICE_NO;
	if (soc >= 9900 && current_ma(v) >= 0)
		return ADVICE_YES;

	return v->stands ? ADVICE_KEEP : ADVICE_NO;
}

static enum advice_says soc_jumped(const struct advice_view *v, struct advice_finding *f)
{
	const struct advice_kept_pack *k = v->kept;

	f->figure[0] = k->jump_centi[0];
	f->figure[1] = k->jump_centi[1];
	if (!v->maker || !v->maker->full_s || !k->at[ADVICE_JUMPED])
		return ADVICE_NO;

	return v->clock_s - k->at[ADVICE_JUMPED] < ADVICE_JUMP_S ? ADVICE_YES : ADVICE_NO;
}

static enum advice_says cold(const struct advice_view *v, struct advice_finding *f)
{
	s16 coldest, warmest, edge = v->stands ? COLD_EDGE_DECIC : 0;

	if (!v->s || !supply_temperatures_decic(v->s, &coldest, &warmest))
		return ADVICE_KEEP;
	if (!v->maker || v->maker->cold_decic == INT16_MIN)
		return ADVICE_NO;

	f->figure[0] = coldest;

	return coldest < v->maker->cold_decic + edge ? ADVICE_YES : ADVICE_NO;
}

#define SECONDS(n)	((n) * 1000u)
#define MINUTES(n)	SECONDS((n) * 60u)

/*
 * Holds are ours. A protection must be said for 3 s, in more than one sample, and be
 * gone for a minute; what comes and goes with the sun or a load is held for an hour.
 * What depends on storage waits until every pack has had the time to say its serial
 * number after a start.
 */
#define FAILS(rule, words)	{ .says = (rule), .word = (words), \
				  .raise_ms = SECONDS(3), .end_ms = MINUTES(1) }

const struct advice_rule advice_rules[ADVICE_CODES] = {
	[ADVICE_REVERSED_POLARITY] = FAILS(reversed, "reversed-polarity"),
	[ADVICE_SHORT_CIRCUIT] = FAILS(short_circuit, "short-circuit"),
	[ADVICE_MOSFET_FAILURE] = FAILS(mosfet, "mosfet-failure"),
	[ADVICE_CELL_FAILURE] = FAILS(cell, "cell-failure"),
	[ADVICE_SENSOR_FAILURE] = FAILS(sensor, "sensor-failure"),
	[ADVICE_FAILURE] = {
		.says = failure, .word = "failure",
		.raise_ms = SECONDS(3), .end_ms = MINUTES(1), .follows = true,
	},
	[ADVICE_LOW_POWER] = {
		.says = low_power, .word = "low-power-danger",
		.raise_ms = SECONDS(3), .end_ms = MINUTES(1), .outlives = true,
	},
	[ADVICE_OVER_DISCHARGED] = {
		.says = over_discharged, .word = "over-discharged",
		.raise_ms = SECONDS(3), .end_ms = MINUTES(1), .outlives = true,
	},
	[ADVICE_CHARGE_LOCKED] = FAILS(charge_locked, "charge-overcurrent-locked"),
	[ADVICE_DISCHARGE_LOCKED] = FAILS(discharge_locked, "discharge-overcurrent-locked"),
	[ADVICE_SILENT] = {
		.says = silent, .word = "silent", .raise_ms = SECONDS(10), .end_ms = SECONDS(10),
	},
	[ADVICE_ALL_SILENT] = {
		.says = all_silent, .word = "all-silent",
		.raise_ms = SECONDS(5), .end_ms = SECONDS(10), .of_cluster = true,
	},
	[ADVICE_PACKS_MISSING] = {
		.says = packs_missing, .word = "packs-missing",
		.raise_ms = MINUTES(5), .end_ms = MINUTES(1), .of_cluster = true, .follows = true,
	},
	[ADVICE_DUPLICATE] = {
		.says = duplicate, .word = "heard-twice",
		.raise_ms = MINUTES(1), .end_ms = MINUTES(1),
	},
	[ADVICE_DOES_NOT_MIX] = {
		.says = does_not_mix, .word = "does-not-mix",
		.raise_ms = SECONDS(10), .end_ms = MINUTES(2),
	},
	[ADVICE_VOLTAGE_APART] = {
		.says = voltage_apart, .word = "voltage-apart",
		.raise_ms = MINUTES(1), .end_ms = MINUTES(1),
	},
	[ADVICE_NEW_PACK] = {
		.says = new_pack, .word = "new-pack",
		.raise_ms = SECONDS(3), .end_ms = MINUTES(60),
	},
	[ADVICE_IMBALANCE] = {
		.says = imbalance, .word = "imbalance",
		.raise_ms = MINUTES(1), .end_ms = MINUTES(60),
	},
	[ADVICE_STORAGE_TEMPERATURE] = {
		.says = storage_temperature, .word = "storage-temperature",
		.raise_ms = MINUTES(1), .end_ms = MINUTES(10),
	},
	[ADVICE_STORAGE_SOC] = {
		.says = storage_soc, .word = "storage-soc",
		.raise_ms = MINUTES(5), .end_ms = SECONDS(10), .outlives = true,
	},
	[ADVICE_STORAGE_RECHARGE] = {
		.says = storage_recharge, .word = "storage-recharge",
		.raise_ms = MINUTES(5), .end_ms = SECONDS(10), .outlives = true,
	},
	[ADVICE_FULL_CHARGE] = {
		.says = full_charge, .word = "full-charge-due",
		.raise_ms = SECONDS(10), .end_ms = MINUTES(5),
	},
	[ADVICE_CALIBRATE] = {
		.says = calibrate, .word = "calibrate",
		.raise_ms = MINUTES(60), .end_ms = MINUTES(1),
	},
	[ADVICE_SOC_JUMPED] = { .says = soc_jumped, .word = "soc-jumped" },
	[ADVICE_COLD] = {
		.says = cold, .word = "cold-charge",
		.raise_ms = MINUTES(1), .end_ms = MINUTES(10),
	},
};
