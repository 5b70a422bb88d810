// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guards that watch one signal each, from one table; the gauge; the limits. The
 * figures of packs.md are named as such, the others are the simulator's own and
 * merely plausible for LFP.
 */
#include "bms.h"
#include "ocv.h"

/* "Enough" current the other way releases a voltage protection [own figure] */
#define RELIEF_A		5.0
/* Over-current releases by itself after this [own figure] */
#define AUTO_RELEASE_MS		10000
/* A pack that worked this long without a trip starts counting anew [own] */
#define QUIET_MS		60000
/* packs.md: "three times in a row locks it" */
#define ROW_LOCKS		3
/* packs.md: "current below about 0.5 A is reported as 0" */
#define DEAD_BAND_A		0.5
/* Charging at the end of charge stops below this part of the capacity [own] */
#define CUT_OFF_C		0.05
/* packs.md: the gauge waits here for the cut-off current or the voltage mark */
#define GAUGE_HOLD		0.99
/* Below this the gauge calls for the cut-off again after a full charge [own] */
#define GAUGE_REARM		0.985

#define STOPS_CHARGE		BIT(0)
#define STOPS_DISCHARGE		BIT(1)
#define STOPS_BOTH		(STOPS_CHARGE | STOPS_DISCHARGE)
#define ONLY_WARNS		0

#define NO_COUNT		0xff

enum base {
	BASE_ZERO,
	BASE_CELL_HIGH,		/* highest pack voltage, per cell */
	BASE_CELL_LOW,		/* lowest pack voltage, per cell */
	BASE_CHARGE_HOT,
	BASE_CHARGE_COLD,
	BASE_DISCHARGE_HOT,
	BASE_DISCHARGE_COLD,
	BASE_CHARGE_A,		/* thresholds are factors of the model's maximum */
	BASE_DISCHARGE_A,
	BASES
};

enum release {
	RELEASE_BACK,		/* the signal is back in the release range */
	RELEASE_TIME,		/* after AUTO_RELEASE_MS, ROW_LOCKS in a row lock */
	RELEASE_CHARGE,		/* charging, or the reset key */
	RELEASE_HAND,		/* the reset key only */
};

/*
 * @sign: +1 trips above, -1 trips below, 0 never by itself
 * @trip, @release: from @base, added for voltages and temperatures, multiplied
 *                  for currents
 * @count: which fault counter it advances
 */
struct guard {
	u8 alarm, signal, base;
	s8 sign;
	u8 stops, lifted, count;
	double trip, release;
	u32 delay_ms;
};

/*
 * The peaks are packs.md's: 101–119 A for 5 min and 120–200 A for 15 s at
 * 100 A continuous.
 */
static const struct guard guards[] = {
	{ CELLAR_CELL_OVERVOLTAGE, BMS_CELL_MAX, BASE_CELL_HIGH, 1,
	  STOPS_CHARGE, RELEASE_BACK, 0, 50, -100, 1000 },
	{ CELLAR_PACK_OVERVOLTAGE, BMS_PACK, BASE_CELL_HIGH, 1,
	  STOPS_CHARGE, RELEASE_BACK, 0, 0, -100, 1000 },
	{ CELLAR_CELL_UNDERVOLTAGE, BMS_CELL_MIN, BASE_CELL_LOW, -1,
	  STOPS_DISCHARGE, RELEASE_BACK, 1, -100, 150, 1000 },
	{ CELLAR_PACK_UNDERVOLTAGE, BMS_PACK, BASE_CELL_LOW, -1,
	  STOPS_DISCHARGE, RELEASE_BACK, 1, 0, 100, 1000 },
	{ CELLAR_CHARGE_OVERTEMPERATURE, BMS_HOTTEST, BASE_CHARGE_HOT, 1,
	  STOPS_CHARGE, RELEASE_BACK, 6, 5, 0, 1000 },
	{ CELLAR_DISCHARGE_OVERTEMPERATURE, BMS_HOTTEST, BASE_DISCHARGE_HOT, 1,
	  STOPS_BOTH, RELEASE_BACK, 7, 10, 5, 1000 },
	{ CELLAR_MOSFET_OVERTEMPERATURE, BMS_MOSFET, BASE_ZERO, 1,
	  STOPS_BOTH, RELEASE_BACK, 3, 100, 80, 1000 },
	{ CELLAR_CHARGE_UNDERTEMPERATURE, BMS_COLDEST, BASE_CHARGE_COLD, -1,
	  STOPS_CHARGE, RELEASE_BACK, NO_COUNT, 0, 3, 1000 },
	{ CELLAR_DISCHARGE_UNDERTEMPERATURE, BMS_COLDEST, BASE_DISCHARGE_COLD, -1,
	  STOPS_BOTH, RELEASE_BACK, NO_COUNT, -5, 0, 1000 },
	{ CELLAR_CHARGE_OVERCURRENT, BMS_CHARGE_A, BASE_CHARGE_A, 1,
	  STOPS_CHARGE, RELEASE_TIME, 4, 1.1, 1, 5000 },
	{ CELLAR_DISCHARGE_OVERCURRENT, BMS_DISCHARGE_A, BASE_DISCHARGE_A, 1,
	  STOPS_DISCHARGE, RELEASE_TIME, 5, 1.005, 1, 300000 },
	{ CELLAR_DISCHARGE_OVERCURRENT, BMS_DISCHARGE_A, BASE_DISCHARGE_A, 1,
	  STOPS_DISCHARGE, RELEASE_TIME, 5, 1.195, 1, 15000 },
	{ CELLAR_DISCHARGE_OVERCURRENT, BMS_DISCHARGE_A, BASE_DISCHARGE_A, 1,
	  STOPS_DISCHARGE, RELEASE_TIME, 5, 2, 1, 100 },
	{ CELLAR_SHORT_CIRCUIT, BMS_DISCHARGE_A, BASE_ZERO, 0,
	  STOPS_DISCHARGE, RELEASE_CHARGE, 2, 0, 0, 0 },
	{ CELLAR_SENSOR_FAILURE, BMS_HOTTEST, BASE_ZERO, 0,
	  STOPS_BOTH, RELEASE_HAND, NO_COUNT, 0, 0, 0 },

	{ CELLAR_CELL_OVERVOLTAGE, BMS_CELL_MAX, BASE_CELL_HIGH, 1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 0, -80, 1000 },
	{ CELLAR_PACK_OVERVOLTAGE, BMS_PACK, BASE_CELL_HIGH, 1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, -50, -100, 1000 },
	{ CELLAR_CELL_UNDERVOLTAGE, BMS_CELL_MIN, BASE_CELL_LOW, -1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 0, 100, 1000 },
	{ CELLAR_PACK_UNDERVOLTAGE, BMS_PACK, BASE_CELL_LOW, -1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 80, 150, 1000 },
	{ CELLAR_CHARGE_OVERTEMPERATURE, BMS_HOTTEST, BASE_CHARGE_HOT, 1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 0, -3, 1000 },
	{ CELLAR_DISCHARGE_OVERTEMPERATURE, BMS_HOTTEST, BASE_DISCHARGE_HOT, 1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 5, 2, 1000 },
	{ CELLAR_CHARGE_UNDERTEMPERATURE, BMS_COLDEST, BASE_CHARGE_COLD, -1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 3, 5, 1000 },
	{ CELLAR_DISCHARGE_UNDERTEMPERATURE, BMS_COLDEST, BASE_DISCHARGE_COLD, -1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 0, 3, 1000 },
	{ CELLAR_CHARGE_OVERCURRENT, BMS_CHARGE_A, BASE_CHARGE_A, 1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 1.02, 0.98, 1000 },
	{ CELLAR_DISCHARGE_OVERCURRENT, BMS_DISCHARGE_A, BASE_DISCHARGE_A, 1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 1.005, 0.98, 1000 },
	{ CELLAR_CELL_IMBALANCE, BMS_CELL_SPREAD, BASE_ZERO, 1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 200, 120, 5000 },
	{ CELLAR_LOW_SOC, BMS_GAUGE, BASE_ZERO, -1,
	  ONLY_WARNS, RELEASE_BACK, NO_COUNT, 10, 12, 1000 },
};

_Static_assert(ARRAY_SIZE(guards) <= BMS_GUARDS_MAX, "struct bms is too small");

/* Fractions of the standard current; all figures are the simulator's own. */
static const struct point ccl_by_gauge[] = {
	{ 90, 1.0 }, { 95, 0.5 }, { 98, 0.2 }, { 100, 0.04 },
};

static const struct point ccl_by_cell_mv[] = {
	{ 3450, 1.0 }, { 3500, 0.4 }, { 3550, 0.1 }, { 3600, 0.02 },
};

static const struct point dcl_by_gauge[] = {
	{ 0, 0.02 }, { 4, 0.1 }, { 10, 0.5 }, { 15, 1.0 },
};

/* °C inside the range the maker allows, from its nearer end. */
static const struct point current_by_margin_c[] = {
	{ 0, 0.1 }, { 5, 0.5 }, { 10, 1.0 },
};

/* packs.md: ZSX5120 limits its own charge current below 15 °C; how far is ours. */
static const struct point cold_shy_ccl_by_c[] = {
	{ 0, 0.1 }, { 14.9, 0.4 }, { 15, 1.0 },
};

#define LINE(points, x)	line_through(points, ARRAY_SIZE(points), x)

static u32 larger(u32 a, u32 b)
{
	return a > b ? a : b;
}

static bool multiplies(const struct guard *g)
{
	return g->base == BASE_CHARGE_A || g->base == BASE_DISCHARGE_A;
}

void bms_rules_of(struct bms_rules *rules, const struct cellar_model *model)
{
	double cells = model->cells, base[BASES] = { 0 };
	bool no_range;
	size_t i;

	*rules = (struct bms_rules){ .model = model, .cells = cells };
	rules->cvl_mv = model->absorption_mv ? model->absorption_mv :
					       (u32)model->cells * 3500;
	rules->dvl_mv = model->voltage_min_mv ? model->voltage_min_mv :
						(u32)model->cells * 2800;
	rules->full_mv = rules->cvl_mv / cells;
	/* LESSO's 54.6 V is 3412 mV a cell: used where no float is given. */
	rules->float_mv = model->float_mv ? model->float_mv / cells : 3412;
	rules->charge_ma = model->charge_ma ? model->charge_ma :
					      model->capacity_mah / 2;
	rules->discharge_ma = model->discharge_ma ? model->discharge_ma :
						    model->capacity_mah / 2;
	rules->cold_shy = !strcmp(model->key, "zcs,zsx5120");

	/* The narrowest of the table's ranges where a maker gives none. */
	no_range = model->charge_min_c == model->charge_max_c;
	rules->charge_min_c = no_range ? 0 : model->charge_min_c;
	rules->charge_max_c = no_range ? 50 : model->charge_max_c;
	rules->discharge_min_c = no_range ? -10 : model->discharge_min_c;
	rules->discharge_max_c = no_range ? 50 : model->discharge_max_c;

	base[BASE_CELL_HIGH] = model->voltage_max_mv ?
		model->voltage_max_mv / cells : rules->full_mv + 50;
	base[BASE_CELL_LOW] = rules->dvl_mv / cells;
	base[BASE_CHARGE_HOT] = rules->charge_max_c;
	base[BASE_CHARGE_COLD] = rules->charge_min_c;
	base[BASE_DISCHARGE_HOT] = rules->discharge_max_c;
	base[BASE_DISCHARGE_COLD] = rules->discharge_min_c;
	base[BASE_CHARGE_A] = larger(model->charge_max_ma,
				     rules->charge_ma) / 1000.0;
	base[BASE_DISCHARGE_A] = larger(model->discharge_max_ma,
					rules->discharge_ma) / 1000.0;

	for (i = 0; i < ARRAY_SIZE(guards); i++) {
		const struct guard *g = &guards[i];
		double b = base[g->base];

		rules->trip[i] = multiplies(g) ? b * g->trip : b + g->trip;
		rules->release[i] = multiplies(g) ? b * g->release : b + g->release;
	}
}

/* Enough current the other way: packs.md lets it release a voltage protection. */
static bool relieved(const struct guard *g, const struct bms_sense *sense)
{
	u64 alarm = BIT_ULL(g->alarm);

	if (alarm & cellar_alarm_class(CELLAR_CLASS_OVERVOLTAGE))
		return sense->value[BMS_DISCHARGE_A] >= RELIEF_A;
	if (alarm & cellar_alarm_class(CELLAR_CLASS_UNDERVOLTAGE))
		return sense->value[BMS_CHARGE_A] >= RELIEF_A;
	return false;
}

static bool one_is_back(const struct bms_rules *rules,
			const struct bms_sense *sense, size_t i)
{
	double distance = sense->value[guards[i].signal] - rules->release[i];

	return guards[i].sign * distance <= 0;
}

/*
 * Cell and pack voltage both have to be back (packs.md, COVP / POVP): a
 * protection waits for every other of the same direction. A warning is alone.
 */
static bool is_back(const struct bms_rules *rules,
		    const struct bms_sense *sense, size_t i)
{
	static const enum cellar_alarm_class voltages[] = {
		CELLAR_CLASS_OVERVOLTAGE, CELLAR_CLASS_UNDERVOLTAGE,
	};
	size_t v, k;

	if (!one_is_back(rules, sense, i))
		return false;
	if (guards[i].stops == ONLY_WARNS)
		return true;
	for (v = 0; v < ARRAY_SIZE(voltages); v++) {
		u64 class = cellar_alarm_class(voltages[v]);

		if (!(class & BIT_ULL(guards[i].alarm)))
			continue;
		for (k = 0; k < ARRAY_SIZE(guards); k++)
			if (guards[k].stops != ONLY_WARNS &&
			    class & BIT_ULL(guards[k].alarm) &&
			    !one_is_back(rules, sense, k))
				return false;
	}
	return true;
}

static void trip(struct bms *bms, size_t i)
{
	const struct guard *g = &guards[i];
	unsigned int side = g->signal == BMS_DISCHARGE_A;

	bms->active |= BIT_ULL(i);
	bms->pending_ms[i] = 0;
	if (g->count != NO_COUNT && bms->fault_counts[g->count] < 0xffff)
		bms->fault_counts[g->count]++;
	if (g->lifted == RELEASE_TIME) {
		bms->quiet_ms[side] = 0;
		if (++bms->row[side] >= ROW_LOCKS)
			bms->locked |= BIT_ULL(i);
	}
}

static bool lifted(const struct bms *bms, const struct bms_rules *rules,
		   const struct bms_sense *sense, size_t i)
{
	switch (guards[i].lifted) {
	case RELEASE_BACK:
		return is_back(rules, sense, i) || relieved(&guards[i], sense);
	case RELEASE_TIME:
		return !(bms->locked & BIT_ULL(i)) &&
		       bms->pending_ms[i] >= AUTO_RELEASE_MS;
	case RELEASE_CHARGE:
		return sense->value[BMS_CHARGE_A] >= DEAD_BAND_A;
	default:
		return false;
	}
}

static void watch(struct bms *bms, const struct bms_rules *rules,
		  const struct bms_sense *sense, size_t i, u32 dt_ms)
{
	const struct guard *g = &guards[i];
	double over = g->sign * (sense->value[g->signal] - rules->trip[i]);

	if (bms->active & BIT_ULL(i)) {
		bms->pending_ms[i] += dt_ms;
		if (lifted(bms, rules, sense, i)) {
			bms->active &= ~BIT_ULL(i);
			bms->pending_ms[i] = 0;
		}
		return;
	}
	if (over <= 0 || relieved(g, sense)) {
		bms->pending_ms[i] = 0;
		return;
	}
	bms->pending_ms[i] += dt_ms;
	if (bms->pending_ms[i] >= g->delay_ms)
		trip(bms, i);
}

static void sum_up(struct bms *bms)
{
	unsigned int stopped = 0;
	size_t i;

	bms->protections = 0;
	bms->warnings = 0;
	for (i = 0; i < ARRAY_SIZE(guards); i++) {
		if (!(bms->active & BIT_ULL(i)))
			continue;
		stopped |= guards[i].stops;
		if (guards[i].stops == ONLY_WARNS)
			bms->warnings |= BIT_ULL(guards[i].alarm);
		else
			bms->protections |= BIT_ULL(guards[i].alarm);
	}
	bms->charge_enable = !(stopped & STOPS_CHARGE);
	bms->discharge_enable = !(stopped & STOPS_DISCHARGE);
}

static void count_charge(struct bms *bms, const struct bms_rules *rules,
			 const struct bms_sense *sense, u32 dt_ms)
{
	double charge_a = sense->value[BMS_CHARGE_A];
	double mv = sense->value[BMS_PACK];
	bool at_mark;

	bms->gauge += sense->current_a * dt_ms / (bms->capacity_ah * 3.6e6);
	if (bms->gauge < 0)
		bms->gauge = 0;

	at_mark = charge_a >= DEAD_BAND_A &&
		  (mv >= rules->full_mv ||
		   (mv >= rules->float_mv &&
		    charge_a <= CUT_OFF_C * bms->capacity_ah));
	if (at_mark && !bms->full) {
		bms->full = true;
		bms->gauge = 1;
	}
	if (bms->gauge < GAUGE_REARM)
		bms->full = false;
	if (!bms->full && bms->gauge > GAUGE_HOLD)
		bms->gauge = GAUGE_HOLD;
	if (bms->gauge > 1)
		bms->gauge = 1;
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

static double temperature_share(const struct bms_sense *sense, double min_c,
				double max_c)
{
	double margin = smaller(max_c - sense->value[BMS_HOTTEST],
				sense->value[BMS_COLDEST] - min_c);

	return LINE(current_by_margin_c, margin);
}

static void set_limits(struct bms *bms, const struct bms_rules *rules,
		       const struct bms_sense *sense)
{
	double charge, discharge;

	charge = smaller(LINE(ccl_by_gauge, bms->gauge * 100),
			 LINE(ccl_by_cell_mv, sense->value[BMS_CELL_MAX]));
	charge = smaller(charge, temperature_share(sense, rules->charge_min_c,
						   rules->charge_max_c));
	if (rules->cold_shy)
		charge = smaller(charge, LINE(cold_shy_ccl_by_c,
					      sense->value[BMS_COLDEST]));
	discharge = smaller(LINE(dcl_by_gauge, bms->gauge * 100),
			    temperature_share(sense, rules->discharge_min_c,
					      rules->discharge_max_c));

	bms->ccl_ma = bms->charge_enable ? (u32)(charge * rules->charge_ma) : 0;
	bms->dcl_ma = bms->discharge_enable ?
		      (u32)(discharge * rules->discharge_ma) : 0;
}

void bms_start(struct bms *bms, double soc, double capacity_ah)
{
	*bms = (struct bms){
		.gauge = smaller(soc, GAUGE_HOLD),
		.capacity_ah = capacity_ah,
	};
	sum_up(bms);
}

void bms_step(struct bms *bms, const struct bms_rules *rules,
	      const struct bms_sense *sense, u32 dt_ms)
{
	struct bms_sense seen = *sense;
	size_t i;

	count_charge(bms, rules, sense, dt_ms);
	seen.value[BMS_GAUGE] = bms->gauge * 100;
	for (i = 0; i < ARRAY_SIZE(guards); i++)
		watch(bms, rules, &seen, i, dt_ms);
	for (i = 0; i < ARRAY_SIZE(bms->row); i++) {
		bms->quiet_ms[i] += dt_ms;
		if (bms->quiet_ms[i] >= QUIET_MS)
			bms->row[i] = 0;
	}
	sum_up(bms);
	set_limits(bms, rules, &seen);
}

u16 bms_soc_centi(const struct bms *bms)
{
	return (u16)(bms->gauge * 10000);
}

s32 bms_current_ma(double current_a)
{
	if (current_a < DEAD_BAND_A && current_a > -DEAD_BAND_A)
		return 0;
	return (s32)(current_a * 1000 + (current_a > 0 ? 0.5 : -0.5));
}

void bms_fail(struct bms *bms, enum cellar_alarm alarm)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(guards); i++)
		if (guards[i].sign == 0 && guards[i].alarm == alarm &&
		    !(bms->active & BIT_ULL(i)))
			trip(bms, i);
	sum_up(bms);
}

void bms_reset(struct bms *bms)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(guards); i++)
		if (guards[i].lifted != RELEASE_BACK)
			bms->active &= ~BIT_ULL(i);
	bms->locked = 0;
	memset(bms->row, 0, sizeof(bms->row));
	sum_up(bms);
}
