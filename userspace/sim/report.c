// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rounds the doubles of the plant to the integers of a reading, and sums packs
 * up the way a master BMS does.
 */
#include "report.h"

#define FIELD(f)	BIT_ULL(CELLAR_##f)

/* More than a wire can carry; no simulated pack comes near it. */
#define HIGHEST		2000000000.0

#define PACK_FIELDS \
	(FIELD(VOLTAGE) | FIELD(CURRENT) | FIELD(TEMPERATURE) | FIELD(SOC) | \
	 FIELD(SOH) | FIELD(CHARGE_VOLTAGE_LIMIT) | \
	 FIELD(DISCHARGE_VOLTAGE_LIMIT) | FIELD(CHARGE_CURRENT_LIMIT) | \
	 FIELD(DISCHARGE_CURRENT_LIMIT) | FIELD(CHARGE_ENABLE) | \
	 FIELD(DISCHARGE_ENABLE) | FIELD(PROTECTIONS) | FIELD(WARNINGS) | \
	 FIELD(CELL_VOLTAGE_MIN) | FIELD(CELL_VOLTAGE_MAX) | \
	 FIELD(CELL_TEMPERATURE_MIN) | FIELD(CELL_TEMPERATURE_MAX) | \
	 FIELD(CELLS) | FIELD(TEMPERATURES) | FIELD(REMAINING) | FIELD(FULL) | \
	 FIELD(DESIGN) | FIELD(CYCLES) | FIELD(ENERGY_CHARGED) | \
	 FIELD(ENERGY_DISCHARGED) | FIELD(MANUFACTURER) | FIELD(MODEL) | \
	 FIELD(SERIAL_HEAD) | FIELD(SERIAL_TAIL) | FIELD(FIRMWARE) | \
	 FIELD(MOSFET_TEMPERATURE) | FIELD(BALANCING) | \
	 FIELD(FAULT_COUNTS_BASIC) | FIELD(FAULT_COUNTS_CURRENT) | \
	 FIELD(CELL_VOLTAGE_MIN_PLACE) | FIELD(CELL_VOLTAGE_MAX_PLACE) | \
	 FIELD(CELL_TEMPERATURE_MIN_PLACE) | FIELD(CELL_TEMPERATURE_MAX_PLACE))

#define SYSTEM_FIELDS \
	((PACK_FIELDS & ~(FIELD(CELLS) | FIELD(TEMPERATURES) | \
			  FIELD(BALANCING) | FIELD(MOSFET_TEMPERATURE) | \
			  FIELD(FAULT_COUNTS_BASIC) | \
			  FIELD(FAULT_COUNTS_CURRENT))) | \
	 FIELD(FORCE_CHARGE) | FIELD(FULL_CHARGE_REQUEST) | \
	 FIELD(PACKS_ONLINE) | FIELD(PACKS_OFFLINE) | \
	 FIELD(PACKS_BLOCKING_CHARGE) | FIELD(PACKS_BLOCKING_DISCHARGE) | \
	 FIELD(FAMILY) | FIELD(GRID_CHARGE_CURRENT_LIMIT) | \
	 FIELD(GRID_DISCHARGE_CURRENT_LIMIT))

/* Force charge: asked for below, no longer above (protocols.md 1.3) */
#define FORCE_CHARGE_CENTI	900

static s32 rounded(double x)
{
	if (x > HIGHEST)
		x = HIGHEST;
	if (x < -HIGHEST)
		x = -HIGHEST;
	return (s32)(x < 0 ? x - 0.5 : x + 0.5);
}

/* As in 0x375 "0206": pack, then cell (protocols.md 2.4). */
static void place(char *to, unsigned int pack, unsigned int cell)
{
	snprintf(to, CELLAR_PLACE_MAX + 1, "%02u%02u", pack % 100, cell % 100);
}

static void report_cells(const struct plant *plant, unsigned int n,
			 struct cellar_reading *r)
{
	const struct plant_pack *pack = &plant->pack[n];
	unsigned int i, low = 0, high = 0;

	r->cells = plant->rules.model->cells;
	for (i = 0; i < r->cells; i++) {
		r->cells_mv[i] = (u16)rounded(plant_cell_mv(pack, i));
		low = r->cells_mv[i] < r->cells_mv[low] ? i : low;
		high = r->cells_mv[i] > r->cells_mv[high] ? i : high;
	}
	r->cell_voltage_min_mv = r->cells_mv[low];
	r->cell_voltage_max_mv = r->cells_mv[high];
	place(r->cell_voltage_min_place, n + 1, low + 1);
	place(r->cell_voltage_max_place, n + 1, high + 1);
}

static void report_temperatures(const struct plant *plant, unsigned int n,
				struct cellar_reading *r)
{
	const struct plant_pack *pack = &plant->pack[n];
	unsigned int i, low = 0, high = 0;
	s32 sum = 0;

	r->temperatures = ARRAY_SIZE(pack->sensor_offset_c);
	for (i = 0; i < r->temperatures; i++) {
		double c = pack->temperature_c + pack->sensor_offset_c[i];

		r->temperatures_decic[i] = (s16)rounded(c * 10);
		sum += r->temperatures_decic[i];
		if (r->temperatures_decic[i] < r->temperatures_decic[low])
			low = i;
		if (r->temperatures_decic[i] > r->temperatures_decic[high])
			high = i;
	}
	r->temperature_decic = (s16)(sum / r->temperatures);
	r->cell_temperature_min_decic = r->temperatures_decic[low];
	r->cell_temperature_max_decic = r->temperatures_decic[high];
	place(r->cell_temperature_min_place, n + 1, low + 1);
	place(r->cell_temperature_max_place, n + 1, high + 1);
	r->mosfet_temperature_decic = (s16)rounded(plant_mosfet_c(pack) * 10);
}

static void report_bms(const struct plant *plant, unsigned int n,
		       struct cellar_reading *r)
{
	const struct bms *bms = &plant->pack[n].bms;

	r->soc_centi = bms_soc_centi(bms);
	r->current_ma = bms_current_ma(plant->pack[n].current_a);
	r->charge_voltage_limit_mv = plant->rules.cvl_mv;
	r->discharge_voltage_limit_mv = plant->rules.dvl_mv;
	r->charge_current_limit_ma = bms->ccl_ma;
	r->discharge_current_limit_ma = bms->dcl_ma;
	r->charge_enable = bms->charge_enable;
	r->discharge_enable = bms->discharge_enable;
	r->protections = bms->protections;
	r->warnings = bms->warnings;
	memcpy(r->fault_counts, bms->fault_counts, sizeof(r->fault_counts));
}

void report_pack(const struct plant *plant, unsigned int n,
		 const struct report_texts *texts, struct cellar_reading *r)
{
	const struct cellar_model *model = plant->rules.model;
	const struct plant_pack *pack = &plant->pack[n];

	*r = (struct cellar_reading){ .have = PACK_FIELDS };
	report_cells(plant, n, r);
	report_temperatures(plant, n, r);
	report_bms(plant, n, r);
	r->voltage_mv = (u32)rounded(plant_pack_v(plant, pack) * 1000);
	r->soh_centi = (u16)rounded(pack->soh * 10000);
	r->design_mah = model->capacity_mah;
	r->full_mah = (u32)rounded(pack->capacity_ah * 1000);
	r->remaining_mah = (u32)(pack->bms.gauge * pack->capacity_ah * 1000);
	r->cycles = pack->cycles_before +
		    (u32)(pack->discharged_ah / pack->capacity_ah);
	r->energy_charged_wh = (u64)pack->charged_wh;
	r->energy_discharged_wh = (u64)pack->discharged_wh;
	r->balancing = pack->balancing;
	snprintf(r->manufacturer, sizeof(r->manufacturer), "%s", model->maker);
	snprintf(r->model, sizeof(r->model), "%s", model->model);
	snprintf(r->serial, sizeof(r->serial), "SIM%02u-%010u", n + 1, pack->serial);
	snprintf(r->firmware, sizeof(r->firmware), "%s", texts->pack_firmware);
}

static u32 median_mv(const u32 *sorted, unsigned int n)
{
	return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
}

static void insert_mv(u32 *sorted, unsigned int n, u32 mv)
{
	while (n > 0 && sorted[n - 1] > mv) {
		sorted[n] = sorted[n - 1];
		n--;
	}
	sorted[n] = mv;
}

static void take_extremes(struct cellar_reading *sum, const struct cellar_reading *r)
{
	if (r->cell_voltage_min_mv < sum->cell_voltage_min_mv) {
		sum->cell_voltage_min_mv = r->cell_voltage_min_mv;
		memcpy(sum->cell_voltage_min_place, r->cell_voltage_min_place,
		       sizeof(r->cell_voltage_min_place));
	}
	if (r->cell_voltage_max_mv > sum->cell_voltage_max_mv) {
		sum->cell_voltage_max_mv = r->cell_voltage_max_mv;
		memcpy(sum->cell_voltage_max_place, r->cell_voltage_max_place,
		       sizeof(r->cell_voltage_max_place));
	}
	if (r->cell_temperature_min_decic < sum->cell_temperature_min_decic) {
		sum->cell_temperature_min_decic = r->cell_temperature_min_decic;
		memcpy(sum->cell_temperature_min_place, r->cell_temperature_min_place,
		       sizeof(r->cell_temperature_min_place));
	}
	if (r->cell_temperature_max_decic > sum->cell_temperature_max_decic) {
		sum->cell_temperature_max_decic = r->cell_temperature_max_decic;
		memcpy(sum->cell_temperature_max_place, r->cell_temperature_max_place,
		       sizeof(r->cell_temperature_max_place));
	}
}

static void add_pack(struct cellar_reading *sum, const struct cellar_reading *r)
{
	sum->current_ma += r->current_ma;
	sum->protections |= r->protections;
	sum->warnings |= r->warnings;
	sum->remaining_mah += r->remaining_mah;
	sum->full_mah += r->full_mah;
	sum->design_mah += r->design_mah;
	sum->energy_charged_wh += r->energy_charged_wh;
	sum->energy_discharged_wh += r->energy_discharged_wh;
	sum->cycles = r->cycles > sum->cycles ? r->cycles : sum->cycles;
	sum->packs_blocking_charge += !r->charge_enable;
	sum->packs_blocking_discharge += !r->discharge_enable;
	take_extremes(sum, r);
}

static void report_limits(const struct plant *plant, u64 members,
			  struct cellar_reading *r)
{
	struct plant_limits limits = plant_limits_of(plant, members);

	r->charge_voltage_limit_mv = limits.cvl_mv;
	r->discharge_voltage_limit_mv = limits.dvl_mv;
	r->charge_current_limit_ma = limits.ccl_ma;
	r->discharge_current_limit_ma = limits.dcl_ma;
	r->grid_charge_current_limit_ma = limits.ccl_ma;
	r->grid_discharge_current_limit_ma = limits.dcl_ma;
	r->charge_enable = limits.charge_enable;
	r->discharge_enable = limits.discharge_enable;
}

int report_system(const struct plant *plant, u64 members,
		  const struct cellar_reading *packs,
		  const struct report_texts *texts, struct cellar_reading *r)
{
	double soc = 0, soh = 0, capacity = 0;
	u32 mv[PLANT_PACKS_MAX];
	unsigned int i, n = 0, offline = 0;
	s32 decic = 0;

	*r = (struct cellar_reading){
		.have = SYSTEM_FIELDS,
		.cell_voltage_min_mv = UINT16_MAX,
		.cell_temperature_min_decic = INT16_MAX,
		.cell_temperature_max_decic = INT16_MIN,
	};
	for (i = 0; i < plant->packs; i++) {
		if (!(members & BIT_ULL(i)))
			continue;
		if (!plant_online(&plant->pack[i])) {
			offline++;
			continue;
		}
		if (n == 0)
			memcpy(r->serial, packs[i].serial, sizeof(r->serial));
		add_pack(r, &packs[i]);
		insert_mv(mv, n++, packs[i].voltage_mv);
		decic += packs[i].temperature_decic;
		soc += (double)packs[i].soc_centi * packs[i].full_mah;
		soh += (double)packs[i].soh_centi * packs[i].full_mah;
		capacity += packs[i].full_mah;
	}
	if (n == 0) {
		r->have = 0;
		return -ENODATA;
	}
	r->voltage_mv = median_mv(mv, n);
	r->temperature_decic = (s16)(decic / (s32)n);
	r->soc_centi = (u16)(soc / capacity);
	r->soh_centi = (u16)(soh / capacity);
	r->packs_online = (u16)n;
	r->packs_offline = (u16)offline;
	r->force_charge = r->soc_centi < FORCE_CHARGE_CENTI;
	report_limits(plant, members, r);
	snprintf(r->manufacturer, sizeof(r->manufacturer), "%s",
		 texts->maker ? texts->maker : plant->rules.model->maker);
	snprintf(r->model, sizeof(r->model), "%s", plant->rules.model->model);
	snprintf(r->family, sizeof(r->family), "%s", plant->rules.model->maker);
	snprintf(r->firmware, sizeof(r->firmware), "%s", texts->firmware);
	return 0;
}
