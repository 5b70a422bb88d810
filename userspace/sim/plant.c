// SPDX-License-Identifier: GPL-2.0-only
/*
 * Physics of the packs, in doubles and the four operations only, so that a seed
 * gives the same numbers wherever they are IEEE 754. All figures are the
 * simulator's own, in the range of a 5 kWh LFP pack.
 */
#include "plant.h"
#include "ocv.h"

/* 100 Ah cell, 16 in a row, leads and MOSFETs: about 20 mΩ a pack */
#define CELL_OHM		0.0007
#define LEAD_OHM		0.0090
/* A cell of another capacity: resistance goes with 1 / capacity */
#define REFERENCE_AH		100.0
#define SPREAD_CELL_OHM		0.08
#define SPREAD_LEAD_OHM		0.30
#define SPREAD_CELL_SOC		0.004
#define SPREAD_PACK_SOC		0.005
#define SPREAD_SENSOR_C		0.8

/* 45 kg of LFP, steel and copper; at rest 3 h to follow the room */
#define HEAT_J_PER_K		45000.0
#define COOLING_W_PER_K		4.0
/* `heat` and `cool` are forced: within a few seconds, not within hours */
#define FORCE_TAU_S		5.0
#define FORCE_DONE_K		0.5
#define MOSFET_K_PER_A2		0.002

#define BALANCE_A		0.1
#define BALANCE_FROM_MV		3400.0
#define BALANCE_GAP_MV		10.0

/* Halvings of a 100 V interval: 1e-16 V, as fine as a double gets */
#define BISECTIONS		60
#define BUS_SEARCH_V		100.0

struct branch {
	double emf_v, ohm;
	bool charge, discharge;
};

bool plant_online(const struct plant_pack *pack)
{
	return pack->plugged && !pack->asleep;
}

static double emf_v(const struct plant *plant, const struct plant_pack *pack)
{
	unsigned int i;
	double mv = 0;

	for (i = 0; i < plant->rules.model->cells; i++)
		mv += ocv_mv(pack->soc[i]);
	return mv / 1000;
}

static double pack_ohm(const struct plant *plant, const struct plant_pack *pack)
{
	double ohm = pack->lead_ohm;
	unsigned int i;

	for (i = 0; i < plant->rules.model->cells; i++)
		ohm += pack->cell_ohm[i];
	return ohm;
}

double plant_cell_mv(const struct plant_pack *pack, unsigned int cell)
{
	return ocv_mv(pack->soc[cell]) +
	       pack->current_a * pack->cell_ohm[cell] * 1000;
}

double plant_pack_v(const struct plant *plant, const struct plant_pack *pack)
{
	return emf_v(plant, pack) + pack->current_a * pack_ohm(plant, pack);
}

double plant_pack_soc(const struct plant *plant, const struct plant_pack *pack)
{
	unsigned int i;
	double sum = 0;

	for (i = 0; i < plant->rules.model->cells; i++)
		sum += pack->soc[i];
	return sum / plant->rules.cells;
}

double plant_mosfet_c(const struct plant_pack *pack)
{
	return pack->temperature_c +
	       pack->current_a * pack->current_a * MOSFET_K_PER_A2;
}

void plant_sense(const struct plant *plant, const struct plant_pack *pack,
		 struct bms_sense *sense)
{
	double cell_max = plant_cell_mv(pack, 0), cell_min = cell_max;
	double hottest = pack->temperature_c + pack->sensor_offset_c[0];
	double coldest = hottest;
	unsigned int i;

	for (i = 1; i < plant->rules.model->cells; i++) {
		double mv = plant_cell_mv(pack, i);

		cell_max = mv > cell_max ? mv : cell_max;
		cell_min = mv < cell_min ? mv : cell_min;
	}
	for (i = 1; i < ARRAY_SIZE(pack->sensor_offset_c); i++) {
		double c = pack->temperature_c + pack->sensor_offset_c[i];

		hottest = c > hottest ? c : hottest;
		coldest = c < coldest ? c : coldest;
	}
	*sense = (struct bms_sense){
		.current_a = pack->current_a,
		.value = {
			[BMS_CELL_MAX] = cell_max,
			[BMS_CELL_MIN] = cell_min,
			[BMS_CELL_SPREAD] = cell_max - cell_min,
			[BMS_PACK] = plant_pack_v(plant, pack) * 1000 /
				     plant->rules.cells,
			[BMS_HOTTEST] = hottest,
			[BMS_COLDEST] = coldest,
			[BMS_MOSFET] = plant_mosfet_c(pack),
			[BMS_CHARGE_A] = pack->current_a > 0 ?
					 pack->current_a : 0,
			[BMS_DISCHARGE_A] = pack->current_a < 0 ?
					    -pack->current_a : 0,
		},
	};
}

/* An open MOSFET leaves its diode: the other direction still conducts. */
static double branch_a(const struct branch *b, double bus_v)
{
	double a = (bus_v - b->emf_v) / b->ohm;

	if ((a > 0 && !b->charge) || (a < 0 && !b->discharge))
		return 0;
	return a;
}

static double all_a(const struct branch *branches, unsigned int n, double bus_v)
{
	unsigned int i;
	double sum = 0;

	for (i = 0; i < n; i++)
		sum += branch_a(&branches[i], bus_v);
	return sum;
}

/* The sum only grows with the voltage: halve until it is the wanted one. */
static double bus_voltage(const struct branch *branches, unsigned int n, double want_a)
{
	double low = 0, high = BUS_SEARCH_V;
	unsigned int i;

	for (i = 0; i < BISECTIONS; i++) {
		double middle = (low + high) / 2;

		if (all_a(branches, n, middle) < want_a)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

struct plant_limits plant_limits_of(const struct plant *plant, u64 members)
{
	unsigned int i, charging = 0, discharging = 0;
	u32 ccl_ma = UINT32_MAX, dcl_ma = UINT32_MAX;
	struct plant_limits limits = {
		.cvl_mv = plant->rules.cvl_mv,
		.dvl_mv = plant->rules.dvl_mv,
	};

	/*
	 * The lowest limit times the packs that take part, not the sum: packs
	 * share by resistance, so no one of them is driven past its own limit.
	 */
	for (i = 0; i < plant->packs; i++) {
		const struct plant_pack *pack = &plant->pack[i];

		if (!plant_online(pack) || !(members & BIT_ULL(i)))
			continue;
		if (pack->bms.charge_enable) {
			charging++;
			ccl_ma = pack->bms.ccl_ma < ccl_ma ? pack->bms.ccl_ma : ccl_ma;
		}
		if (pack->bms.discharge_enable) {
			discharging++;
			dcl_ma = pack->bms.dcl_ma < dcl_ma ? pack->bms.dcl_ma : dcl_ma;
		}
	}
	limits.charge_enable = charging > 0;
	limits.discharge_enable = discharging > 0;
	limits.ccl_ma = charging ? ccl_ma * charging : 0;
	limits.dcl_ma = discharging ? dcl_ma * discharging : 0;
	return limits;
}

struct plant_limits plant_limits(const struct plant *plant)
{
	return plant_limits_of(plant, ~0ULL);
}

static double obedient_a(const struct plant *plant, const struct branch *branches,
			 double want_a)
{
	struct plant_limits limits = plant_limits(plant);
	double most_a = limits.ccl_ma / 1000.0;
	double least_a = -(limits.dcl_ma / 1000.0);
	double at_cvl_a = all_a(branches, plant->packs, limits.cvl_mv / 1000.0);

	if (at_cvl_a < most_a)
		most_a = at_cvl_a > 0 ? at_cvl_a : 0;
	if (want_a > most_a)
		return most_a;
	return want_a < least_a ? least_a : want_a;
}

double plant_demand_a(const struct plant *plant)
{
	return plant->kind == PLANT_LOAD ? -plant->demand / plant->bus_v : plant->demand;
}

static void branch_out(const struct plant *plant, struct branch *branches)
{
	unsigned int i;

	for (i = 0; i < plant->packs; i++) {
		const struct plant_pack *pack = &plant->pack[i];
		bool online = plant_online(pack);

		branches[i] = (struct branch){
			.emf_v = emf_v(plant, pack),
			.ohm = pack_ohm(plant, pack),
			.charge = online && pack->bms.charge_enable,
			.discharge = online && pack->bms.discharge_enable,
		};
	}
}

double plant_current_at(const struct plant *plant, double bus_v)
{
	struct branch branches[PLANT_PACKS_MAX];

	branch_out(plant, branches);
	return all_a(branches, plant->packs, bus_v);
}

void plant_drive(struct plant *plant, double a)
{
	plant->driven = true;
	plant->drive_a = a;
}

static void share_current(struct plant *plant)
{
	double want_a = plant->driven ? plant->drive_a : plant_demand_a(plant);
	struct branch branches[PLANT_PACKS_MAX];
	bool charge = false, discharge = false;
	unsigned int i;

	branch_out(plant, branches);
	for (i = 0; i < plant->packs; i++) {
		charge |= branches[i].charge;
		discharge |= branches[i].discharge;
	}
	if (plant->obey)
		want_a = obedient_a(plant, branches, want_a);
	if ((want_a > 0 && !charge) || (want_a < 0 && !discharge))
		want_a = 0;

	if (charge || discharge)
		plant->bus_v = bus_voltage(branches, plant->packs, want_a);
	plant->current_a = 0;
	for (i = 0; i < plant->packs; i++) {
		plant->pack[i].current_a = branch_a(&branches[i], plant->bus_v);
		plant->current_a += plant->pack[i].current_a;
	}
}

static void balance(const struct plant *plant, struct plant_pack *pack, double hours)
{
	unsigned int i, cells = plant->rules.model->cells;
	double lowest = plant_cell_mv(pack, 0);

	for (i = 1; i < cells; i++) {
		double mv = plant_cell_mv(pack, i);

		lowest = mv < lowest ? mv : lowest;
	}
	pack->balancing = 0;
	for (i = 0; i < cells && i < 16; i++) {
		double mv = plant_cell_mv(pack, i);

		if (mv < BALANCE_FROM_MV || mv < lowest + BALANCE_GAP_MV)
			continue;
		pack->balancing |= (u16)(1U << i);
		pack->soc[i] -= BALANCE_A * hours / pack->capacity_ah;
	}
}

static void move_charge(const struct plant *plant, struct plant_pack *pack, double hours)
{
	double ah = pack->current_a * hours;
	double wh = ah * plant_pack_v(plant, pack);
	unsigned int i;

	for (i = 0; i < plant->rules.model->cells; i++)
		pack->soc[i] += ah / pack->capacity_ah;
	if (ah > 0) {
		pack->charged_ah += ah;
		pack->charged_wh += wh;
	} else {
		pack->discharged_ah -= ah;
		pack->discharged_wh -= wh;
	}
}

static void move_heat(const struct plant *plant, struct plant_pack *pack, double s)
{
	double loss_w = pack->current_a * pack->current_a * pack_ohm(plant, pack);
	double away_k = pack->temperature_c - plant->ambient_c;

	switch (pack->force) {
	case PLANT_HEAT:
		pack->temperature_c +=
			(pack->force_c - pack->temperature_c) * s / FORCE_TAU_S;
		break;
	case PLANT_COOL:
		pack->temperature_c -= away_k * s / FORCE_TAU_S;
		if (away_k < FORCE_DONE_K && away_k > -FORCE_DONE_K)
			pack->force = PLANT_FREE;
		break;
	case PLANT_FREE:
		pack->temperature_c +=
			(loss_w - away_k * COOLING_W_PER_K) * s / HEAT_J_PER_K;
		break;
	}
}

static void wake_by_charger(struct plant *plant)
{
	double a = plant->driven ? plant->drive_a : plant_demand_a(plant);
	unsigned int i;

	if (a <= 0)
		return;
	for (i = 0; i < plant->packs; i++)
		plant->pack[i].asleep = false;
}

void plant_step(struct plant *plant, u32 dt_ms)
{
	double s = dt_ms / 1000.0;
	unsigned int i;

	wake_by_charger(plant);
	share_current(plant);
	for (i = 0; i < plant->packs; i++) {
		struct plant_pack *pack = &plant->pack[i];
		struct bms_sense sense;

		move_charge(plant, pack, s / 3600);
		balance(plant, pack, s / 3600);
		move_heat(plant, pack, s);
		plant_sense(plant, pack, &sense);
		bms_step(&pack->bms, &plant->rules, &sense, dt_ms);
	}
}

static void build_pack(struct plant *plant, struct plant_pack *pack,
		       struct rng *rng, double soc)
{
	double nominal_ah = plant->rules.model->capacity_mah / 1000.0;
	double pack_soc = soc + rng_spread(rng, SPREAD_PACK_SOC);
	double scale = REFERENCE_AH / nominal_ah;
	struct bms_sense sense;
	unsigned int i;

	*pack = (struct plant_pack){ .plugged = true };
	pack->soh = 1 - rng_below(rng, 4) / 100.0;
	pack->capacity_ah = nominal_ah * pack->soh;
	pack->lead_ohm = LEAD_OHM * scale * (1 + rng_spread(rng, SPREAD_LEAD_OHM));
	pack->temperature_c = plant->ambient_c;
	pack->serial = (u32)rng_next(rng);
	pack->cycles_before = rng_below(rng, 300);
	for (i = 0; i < plant->rules.model->cells; i++) {
		pack->soc[i] = pack_soc + rng_spread(rng, SPREAD_CELL_SOC);
		pack->cell_ohm[i] = CELL_OHM * scale *
				    (1 + rng_spread(rng, SPREAD_CELL_OHM));
	}
	for (i = 0; i < ARRAY_SIZE(pack->sensor_offset_c); i++)
		pack->sensor_offset_c[i] = rng_spread(rng, SPREAD_SENSOR_C);

	pack_soc = plant_pack_soc(plant, pack);
	bms_start(&pack->bms, pack_soc > 0 ? pack_soc : 0, pack->capacity_ah);
	plant_sense(plant, pack, &sense);
	bms_step(&pack->bms, &plant->rules, &sense, 0);
}

void plant_start(struct plant *plant, const struct cellar_model *model,
		 unsigned int packs, u64 seed, double soc, double ambient_c)
{
	struct rng rng = { seed };
	unsigned int i;

	*plant = (struct plant){ .packs = packs, .ambient_c = ambient_c };
	bms_rules_of(&plant->rules, model);
	for (i = 0; i < packs; i++)
		build_pack(plant, &plant->pack[i], &rng, soc);
	plant->bus_v = emf_v(plant, &plant->pack[0]);
}

void plant_swap(struct plant *plant, unsigned int n, u64 seed)
{
	struct rng rng = { seed };

	build_pack(plant, &plant->pack[n], &rng, plant_pack_soc(plant, &plant->pack[n]));
	plant_step(plant, 0);
}

void plant_unbalance(struct plant_pack *pack, double by)
{
	pack->soc[0] += by;
}
