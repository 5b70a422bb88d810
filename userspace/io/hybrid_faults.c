// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words for the faults of Sofar's and ZCS's inverters (spec/field.md 2.4 and 3), and what a
 * serial number says of its inverter (2.1).
 */
#include "hybrid_maps.h"

/* @id: from 1, as the document counts; @n: of a row of the same */
struct fault {
	u16 id, n;
	const char *word;
};

static const struct fault g3_faults[] = {
	{ 1, 1, "grid-overvoltage" },
	{ 2, 1, "grid-undervoltage" },
	{ 3, 1, "grid-overfrequency" },
	{ 4, 1, "grid-underfrequency" },
	{ 5, 1, "leakage-current" },
	{ 8, 1, "islanding" },
	{ 13, 1, "anti-backflow-overload" },
	{ 27, 1, "pv-insulation-low" },
	{ 34, 1, "internal-communication" },
	{ 41, 1, "relay-test" },
	{ 42, 1, "insulation-low" },
	{ 43, 1, "grounding" },
	{ 45, 1, "current-transformer" },
	{ 46, 1, "input-reversed" },
	{ 47, 1, "parallel" },
	{ 49, 1, "battery-temperature" },
	{ 50, 6, "heatsink-temperature" },
	{ 57, 2, "ambient-temperature" },
	{ 59, 3, "module-temperature" },
	{ 69, 1, "pv-overvoltage" },
	{ 70, 1, "battery-overvoltage" },
	{ 81, 1, "battery-overcurrent" },
	{ 89, 1, "pv-overcurrent" },
	{ 102, 1, "pv-overcurrent-hardware" },
	{ 105, 1, "meter-communication" },
	{ 107, 1, "hardware-version" },
	{ 108, 2, "generator" },
	{ 110, 3, "overload" },
	{ 113, 1, "temperature-derating" },
	{ 114, 2, "frequency-derating" },
	{ 124, 1, "battery-low" },
	{ 125, 1, "battery-discharge-prohibited" },
	{ 145, 1, "usb" },
	{ 146, 1, "wifi" },
	{ 148, 1, "clock" },
	{ 151, 1, "battery-partly-lost" },
	{ 157, 4, "battery-communication" },
	{ 161, 1, "forced-shutdown" },
	{ 162, 1, "remote-shutdown" },
	{ 163, 1, "drm0" },
	{ 164, 1, "station-communication" },
	{ 169, 7, "fan" },
	{ 177, 1, "bms-overvoltage" },
	{ 178, 1, "bms-undervoltage" },
	{ 179, 1, "bms-overtemperature" },
	{ 180, 1, "bms-undertemperature" },
	{ 181, 1, "bms-overcurrent" },
	{ 182, 1, "bms-short-circuit" },
	{ 186, 5, "battery-temperature-limit" },
	{ 305, 2, "control-board-temperature" },
	{ 313, 3, "module-temperature-high" },
	{ 321, 1, "phase-sequence" },
	{ 381, 4, "dc-switch" },
};

static const struct fault legacy_faults[] = {
	{ 1, 1, "grid-overvoltage" },
	{ 2, 1, "grid-undervoltage" },
	{ 3, 1, "grid-overfrequency" },
	{ 4, 1, "grid-underfrequency" },
	{ 5, 1, "battery-overvoltage" },
	{ 12, 1, "battery-overcurrent-hardware" },
	{ 49, 3, "consistency" },
	{ 52, 1, "battery-communication" },
	{ 53, 2, "internal-communication" },
	{ 55, 1, "relay-test" },
	{ 57, 3, "temperature" },
};

/* Of model 10x, by the bits of Evt1 (SunSpec Alliance Inverter Models) */
static const struct fault sunspec_faults[] = {
	{ 1, 1, "ground-fault" },
	{ 2, 1, "pv-overvoltage" },
	{ 3, 1, "ac-disconnect" },
	{ 4, 1, "dc-disconnect" },
	{ 5, 1, "grid-disconnect" },
	{ 6, 1, "cabinet-open" },
	{ 7, 1, "manual-shutdown" },
	{ 8, 1, "temperature" },
	{ 9, 1, "grid-overfrequency" },
	{ 10, 1, "grid-underfrequency" },
	{ 11, 1, "grid-overvoltage" },
	{ 12, 1, "grid-undervoltage" },
	{ 13, 1, "string-fuse" },
	{ 14, 1, "temperature-low" },
	{ 15, 1, "memory-loss" },
	{ 16, 1, "hardware-test" },
};

static const struct {
	const char *begins, *model;
} models[] = {
	{ "SP1", "Sofar HYD-KTL-3PH" },
	{ "SP2", "Sofar HYD-KTL-3PH" },
	{ "SH1", "Sofar HYD-KTL-3PH" },
	{ "ZP1", "ZCS 3PH HYD-ZSS" },
	{ "ZP2", "ZCS 3PH HYD-ZSS" },
	{ "SM2E", "Sofar HYD-EP" },
	{ "ZM2E", "ZCS 1PH HYD-ZSS-HP" },
	{ "SS2E", "Sofar KTLX-G3" },
	{ "ZS2E", "ZCS KTL-V3" },
	{ "SH3E", "Sofar single-phase G3" },
	{ "SM1E", "Sofar ME3000SP or HYD-ES" },
	{ "ZM1E", "ZCS 3000SP or HYD" },
};

static const struct {
	const struct fault *fault;
	size_t n;
} faults[HYBRID_KINDS] = {
	[HYBRID_SOFAR_G3] = { g3_faults, ARRAY_SIZE(g3_faults) },
	[HYBRID_ME3000] = { legacy_faults, ARRAY_SIZE(legacy_faults) },
	[HYBRID_HYD_ES] = { legacy_faults, ARRAY_SIZE(legacy_faults) },
	[HYBRID_SUNSPEC] = { sunspec_faults, ARRAY_SIZE(sunspec_faults) },
};

const char *hybrid_fault_word(enum hybrid_kind kind, unsigned int bit,
			      char made[HYBRID_FAULT_SIZE])
{
	unsigned int id = bit + 1;

	/* the legacy map has five words of it, and then those of its battery, from 100 on */
	if ((kind == HYBRID_ME3000 || kind == HYBRID_HYD_ES) && bit >= 16 * LEGACY_FAULT_WORDS)
		id = LEGACY_BATTERY_FAULT + bit - 16 * LEGACY_FAULT_WORDS;
	for (size_t i = 0; i < faults[kind].n; i++) {
		const struct fault *fault = &faults[kind].fault[i];

		if (id < fault->id || id >= (unsigned int)fault->id + fault->n)
			continue;
		if (fault->n == 1)
			return fault->word;
		snprintf(made, HYBRID_FAULT_SIZE, "%s-%u", fault->word, id - fault->id + 1);
		return made;
	}
	snprintf(made, HYBRID_FAULT_SIZE, "fault-%u", id);

	return made;
}

const char *hybrid_model(const char *serial)
{
	for (size_t i = 0; i < ARRAY_SIZE(models); i++)
		if (!strncmp(serial, models[i].begins, strlen(models[i].begins)))
			return models[i].model;

	return NULL;
}
