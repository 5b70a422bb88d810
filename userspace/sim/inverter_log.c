// SPDX-License-Identifier: GPL-2.0-only
/*
 * The truth is of the BMSs in the plant, not of what they last said: packs that are
 * plugged in and awake, each with its own limits, which are 0 while it protects itself.
 */
#include "inverter_log.h"

/* A pack that must not be used at all, and is */
#define WORST_PERMILLE	99999
/* packs.md: what is less is not seen */
#define DEAD_BAND_A	0.5

void inverter_log_header(FILE *to)
{
	fputs("time_ms,inverter,frame,cvl_mv,ccl_ma,dcl_ma,charge_enable,discharge_enable,"
	      "alarm,age_ms,timed_out,allowed_charge_ma,allowed_discharge_ma,battery_ms,"
	      "current_ma,own_ma,worst_permille\n", to);
}

/* An empty field is one that nobody has said anything of. */
static void write_heard(FILE *to, const struct inverter *inverter)
{
	static const enum cellar_field fields[] = {
		CELLAR_CHARGE_VOLTAGE_LIMIT, CELLAR_CHARGE_CURRENT_LIMIT,
		CELLAR_DISCHARGE_CURRENT_LIMIT, CELLAR_CHARGE_ENABLE,
		CELLAR_DISCHARGE_ENABLE,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (cellar_has(&inverter->heard, fields[i]))
			fprintf(to, "%lld", (long long)cellar_reading_number(
							&inverter->heard, fields[i]));
		fputc(',', to);
	}
	if (cellar_has(&inverter->heard, CELLAR_PROTECTIONS))
		fputc(inverter->heard.protections ? '1' : '0', to);
	fputc(',', to);
}

/* A pack's current as a part of its limit, in permille. */
static unsigned int part_of_limit(const struct plant_pack *pack)
{
	double a = pack->current_a > 0 ? pack->current_a : -pack->current_a;
	u32 ma = pack->current_a > 0 ? pack->bms.ccl_ma : pack->bms.dcl_ma;

	if (a < DEAD_BAND_A)
		return 0;
	if (a * 1e6 >= (double)ma * WORST_PERMILLE)
		return WORST_PERMILLE;
	return (unsigned int)(a * 1e6 / ma);
}

static long long milliamperes(double a)
{
	return (long long)(a * 1000 + (a < 0 ? -0.5 : 0.5));
}

void inverter_log_write(FILE *to, const struct bank *bank, unsigned int n,
			const struct inverter_moment *moment)
{
	const struct inverter *inverter = &bank->inverters->of[n];
	u64 age_ms = inverter_age_ms(inverter, moment->now_ms);
	unsigned int i, worst = 0;
	u64 ccl_ma = 0, dcl_ma = 0;

	for (i = 0; i < bank->plant.packs; i++) {
		const struct plant_pack *pack = &bank->plant.pack[i];

		if (!plant_online(pack))
			continue;
		ccl_ma += pack->bms.ccl_ma;
		dcl_ma += pack->bms.dcl_ma;
		worst = part_of_limit(pack) > worst ? part_of_limit(pack) : worst;
	}
	fprintf(to, "%llu,%u,%d,", (unsigned long long)moment->time_ms, n + 1, moment->frame);
	write_heard(to, inverter);
	if (inverter->has_heard)
		fprintf(to, "%llu", (unsigned long long)age_ms);
	fprintf(to, ",%d,%llu,%llu,", inverter_timed_out(inverter, moment->now_ms),
		(unsigned long long)ccl_ma, (unsigned long long)dcl_ma);
	if (moment->battery_ms)
		fprintf(to, "%llu", (unsigned long long)moment->battery_ms);
	fprintf(to, ",%lld,%lld,%u\n", milliamperes(bank->plant.current_a),
		milliamperes(inverter_current_a(inverter, &bank->plant)), worst);
}
