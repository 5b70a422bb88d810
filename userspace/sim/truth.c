// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plant's own numbers, before a BMS or a wire rounds or hides anything,
 * beside the alarms and the SOC its BMS has.
 */
#include "truth.h"

void truth_header(FILE *to)
{
	fputs("time_s,address,online,soc_percent,voltage_v,current_a,temperature_c,"
	      "cell_min_v,cell_max_v,bms_soc_percent,charge_limit_a,"
	      "discharge_limit_a,protections,warnings\n", to);
}

void truth_write(FILE *to, const struct sim *sim, u64 now_ms)
{
	char protections[1024], warnings[1024];
	unsigned int i;

	for (i = 0; i < sim->bank.plant.packs; i++) {
		const struct plant_pack *pack = &sim->bank.plant.pack[i];
		struct bms_sense sense;

		plant_sense(&sim->bank.plant, pack, &sense);
		cellar_alarm_words(pack->bms.protections, protections,
				   sizeof(protections));
		cellar_alarm_words(pack->bms.warnings, warnings, sizeof(warnings));
		fprintf(to, "%llu.%03llu,%u,%d,%.4f,%.4f,%.4f,%.3f,%.4f,%.4f,%.2f,"
			"%.1f,%.1f,%s,%s\n",
			(unsigned long long)now_ms / 1000,
			(unsigned long long)now_ms % 1000, i + 1, plant_online(pack),
			plant_pack_soc(&sim->bank.plant, pack) * 100,
			plant_pack_v(&sim->bank.plant, pack), pack->current_a,
			pack->temperature_c, sense.value[BMS_CELL_MIN] / 1000,
			sense.value[BMS_CELL_MAX] / 1000,
			bms_soc_centi(&pack->bms) / 100.0, pack->bms.ccl_ma / 1000.0,
			pack->bms.dcl_ma / 1000.0, protections, warnings);
	}
}
