// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of a configuration cannot be, and what would be right. Each check returns the first
 * thing that is wrong, or NULL.
 */
#include "site_parts.h"

#define LEAST_MA	6000	/* IEC 61851: what a car can be told at the least */
#define MOST_MA		80000	/* and at the most */
#define DAY_S		86400
#define FRESH_MAX_MS	60000
#define HOLD_MAX_S	3600
#define WEEK		0x7f

static bool is_power(s32 w)
{
	return w >= 0 && (w <= SITE_POWER_MAX_W || w == SITE_NO_LIMIT);
}

static const char *wrong_days(unsigned int from, unsigned int to)
{
	if (!from && !to)
		return NULL;
	if (!civil_is_month_day(from) || !civil_is_month_day(to))
		return "a date must be a day of the year, month and day, and both must be given";

	return NULL;
}

static const char *wrong_hours(unsigned int from, unsigned int to)
{
	if (from > CIVIL_DAY_MIN || to > CIVIL_DAY_MIN)
		return "a time of day must be 00:00 to 24:00";

	return NULL;
}

static const char *wrong_rule(const struct site_rule *rule)
{
	const char *why = wrong_hours(rule->from_min, rule->to_min);

	if (!why)
		why = wrong_days(rule->from_day, rule->to_day);
	if (why)
		return why;
	if (!rule->target_percent || rule->target_percent > 100)
		return "a rule's target must be 1 to 100 %";
	if (!rule->power_w || rule->power_w > SITE_POWER_MAX_W)
		return "a rule's power must be 1 W to 1 MW";
	if (!rule->weekdays || rule->weekdays > WEEK)
		return "a rule must have at least one day of the week";

	return NULL;
}

static const char *wrong_currents(const struct site_charger_config *c)
{
	if (c->min_ma < LEAST_MA)
		return "a wallbox's lowest current must be 6 A or more (IEC 61851)";
	if (c->cable_ma > MOST_MA || c->box_ma > MOST_MA)
		return "currents of a wallbox and its cable must be at most 80 A (IEC 61851)";
	if (c->cable_ma < c->min_ma || c->box_ma < c->min_ma)
		return "a wallbox and its cable must carry its lowest current";
	if (!c->step_ma || c->step_ma > MOST_MA)
		return "a wallbox's step must be 1 mA to 80 A";

	return NULL;
}

static const char *wrong_strategy(const struct site_charger_config *c)
{
	if (c->strategy >= SITE_STRATEGIES)
		return "a wallbox's strategy must be one of the six";
	if (c->mode > SITE_OFFLINE_CARDS)
		return "a wallbox's mode must be remote, plug & play or offline with cards";
	if ((c->strategy == SITE_KILOMETRES_ONCE || c->strategy == SITE_KILOMETRES_REPEATED) &&
	    (!c->wh_per_km || c->wh_per_km > 10000 || !c->km || c->km > 10000))
		return "kilometres want 1 to 10000 km at 1 to 10000 Wh/km";
	if (c->strategy == SITE_TIME_POWER &&
	    (c->start_min >= CIVIL_DAY_MIN || !c->duration_min ||
	     c->duration_min > CIVIL_DAY_MIN))
		return "time-power wants a start of 00:00 to 23:59 and 1 min to 24 h";
	if (!c->power_w || !is_power(c->power_w))
		return "a wallbox's set maximum must be 1 W to 1 MW";

	return NULL;
}

static const char *wrong_charger(const struct site_config *config,
				 const struct site_charger_config *c)
{
	const char *why;

	if (c->phases != 1 && c->phases != 3)
		return "a wallbox must have 1 or 3 phases";
	if (c->phases > config->phases)
		return "a three-phase wallbox wants a three-phase plant";
	if (c->phase >= config->phases)
		return "a wallbox must be on a phase of the plant";

	why = wrong_currents(c);
	if (!why)
		why = wrong_strategy(c);
	if (why)
		return why;
	if (c->min_run_s > DAY_S || c->min_pause_s > DAY_S)
		return "a wallbox's shortest run and pause must be at most a day";
	if (c->cards >> SITE_CARDS_MAX)
		return "only 16 cards can be known";
	if (__builtin_popcount(c->cards) > SITE_BOX_CARDS_MAX)
		return "a wallbox must have at most 8 cards";

	return NULL;
}

static const char *wrong_output(const struct site_output_config *c)
{
	const char *why = wrong_hours(c->from_min, c->to_min);

	if (!why)
		why = wrong_days(c->from_day, c->to_day);
	if (why)
		return why;
	if (c->variable >= SITE_VARIABLES)
		return "an output's variable must be one of the five";
	if (c->lower < 0 || c->lower >= c->upper || c->upper > SITE_POWER_MAX_W)
		return "an output's lower threshold must be 0 or more, and below its upper one";
	if (c->variable == SITE_SOC && c->upper > 100)
		return "an output's thresholds of SOC must be 0 to 100 %";
	if (!c->check_s || c->check_s > DAY_S)
		return "an output must be checked every second to once a day";
	if (c->min_on_s > DAY_S || c->min_off_s > DAY_S)
		return "an output's shortest times must be at most a day";
	if (c->load_w < 0 || c->load_w > SITE_POWER_MAX_W)
		return "an output's load must be 0 W to 1 MW";

	return NULL;
}

/* A thing measured twice, and a thing that nobody measures (spec/ems.md, "Plant"). */
static const char *wrong_sources(const struct site_config *config)
{
	bool by_inverter = config->exchange == SITE_SOURCE_INVERTER ||
			   config->production == SITE_SOURCE_INVERTER;

	if (config->plant >= SITE_PLANTS)
		return "a plant must be one of the nine of the manual, or free";
	if (config->phases != 1 && config->phases != 3)
		return "a plant must have 1 or 3 phases";
	if (config->exchange == SITE_SOURCE_NONE || config->exchange >= SITE_SOURCES)
		return "nobody measures the exchange: an inverter, a meter or sensor 1 must";
	if (config->production >= SITE_SOURCES)
		return "production must be measured by an inverter, a meter or sensor 2, or be none";
	if (config->exchange == SITE_SOURCE_SENSOR_2)
		return "sensor 2 measures production: the exchange wants sensor 1";
	if (config->production == SITE_SOURCE_SENSOR_1)
		return "sensor 1 measures the exchange: production wants sensor 2";
	if (config->exchange == SITE_SOURCE_SENSOR_1 && config->phases == 3)
		return "one sensor sees one phase: the exchange of three wants a meter or an inverter";
	if (!site_is_preset(config))
		return "this plant measures otherwise: choose another, or free";
	if (by_inverter && !config->inverters)
		return "an inverter is to measure, and there is none: add it, or choose a meter";

	return NULL;
}

/* What an inverter with a battery of its own sees, sensors and meters see a second time. */
static const char *wrong_plant(const struct site_config *config)
{
	bool string = config->plant == SITE_PLANT_STRING_1PH ||
		      config->plant == SITE_PLANT_STRING_3PH;
	unsigned int i;

	for (i = 0; i < config->inverters; i++) {
		const struct site_inverter_config *c = &config->inverter[i];

		if (!c->rated_w || c->rated_w > SITE_POWER_MAX_W)
			return "an inverter's rated power must be 1 W to 1 MW";
		if (c->battery_w > SITE_POWER_MAX_W || c->eps_w > SITE_POWER_MAX_W)
			return "an inverter's battery and EPS power must be at most 1 MW";
		if (string && c->battery_w)
			return "an inverter with a battery measures the exchange itself, a second time: choose a hybrid or a free plant";
	}

	return NULL;
}

static const char *wrong_limits(const struct site_config *config)
{
	if (!is_power(config->contract_w) || !config->contract_w)
		return "contracted power must be 1 W to 1 MW";
	if (config->contract_margin_w < 0 || config->contract_margin_w > SITE_POWER_MAX_W ||
	    (config->contract_w != SITE_NO_LIMIT &&
	     config->contract_margin_w >= config->contract_w))
		return "the margin must be 0 W or more, and below the contracted power";
	if (!is_power(config->feed_in_w))
		return "feed-in must be 0 W (zero feed-in) to 1 MW";
	if (config->standby_w < 0 || config->standby_w > 1000)
		return "the standby band must be 0 to 1000 W";
	if (!config->fresh_ms || config->fresh_ms > FRESH_MAX_MS)
		return "measurements must count for 1 ms to 60 s";
	if (!config->contact_fresh_ms || config->contact_fresh_ms > FRESH_MAX_MS)
		return "contacts must count for 1 ms to 60 s";
	if (config->rrcr_hold_s > HOLD_MAX_S || config->return_s > HOLD_MAX_S)
		return "times after wrong contacts and after a blackout must be at most 3600 s";

	return NULL;
}

static const char *wrong_battery(const struct site_config *config)
{
	if (!config->dod_percent || config->dod_percent > 100)
		return "depth of discharge must be 1 to 100 %";
	if (!config->eps_dod_percent || config->eps_dod_percent > 100)
		return "EPS depth of discharge must be 1 to 100 %";
	if (config->eps_buffer_percent > config->eps_dod_percent)
		return "EPS safety buffer must not be more than the EPS depth of discharge";
	if (config->control > SITE_BY_SET_POINTS)
		return "an inverter must be steered by limits or by set-points";
	if (config->grid_code >= SITE_CODES)
		return "a grid code must be none, DRM, RRCR or cease";
	if (config->family >= SITE_FAMILIES)
		return "a battery's family must be Pylontech, WeCo, Azzurro or other";

	return NULL;
}

static const char *wrong_counts(const struct site_config *config)
{
	if (config->inverters > SITE_INVERTERS_MAX)
		return "there can be at most 8 inverters";
	if (config->chargers > SITE_CHARGERS_MAX)
		return "there can be at most 8 wallboxes";
	if (config->outputs > SITE_OUTPUTS_MAX)
		return "there can be at most 4 outputs";
	if (config->rules > SITE_RULES_MAX)
		return "there can be at most 16 rules";

	return NULL;
}

/* Those of one kind, @n names that lie @stride apart; a thing without one is not named. */
static const char *wrong_names(const char *first, size_t stride, unsigned int n)
{
	unsigned int i, j;

	for (i = 0; i < n; i++) {
		const char *name = first + i * stride;

		if (!memchr(name, 0, SITE_NAME_SIZE))
			return "a name must have at most 31 characters";
		for (j = 0; *name && j < i; j++)
			if (!strcmp(name, first + j * stride))
				return "two things of a kind must not have the same name";
	}

	return NULL;
}

static const char *wrong_parts(const struct site_config *config)
{
	const char *why = wrong_names(config->inverter[0].name, sizeof(config->inverter[0]),
				      config->inverters);
	unsigned int i;

	if (!why)
		why = wrong_names(config->charger[0].name, sizeof(config->charger[0]),
				  config->chargers);
	if (!why)
		why = wrong_names(config->output[0].name, sizeof(config->output[0]),
				  config->outputs);
	for (i = 0; !why && i < config->chargers; i++)
		why = wrong_charger(config, &config->charger[i]);
	for (i = 0; !why && i < config->outputs; i++)
		why = wrong_output(&config->output[i]);
	for (i = 0; !why && i < config->rules; i++)
		why = wrong_rule(&config->rule[i]);

	return why;
}

int site_rule_check(const struct site_rule *rule, const char **why)
{
	*why = wrong_rule(rule);

	return *why ? -EINVAL : 0;
}

int site_config_check(const struct site_config *config, const char **why)
{
	static const char *(*const checks[])(const struct site_config *) = {
		wrong_counts, wrong_sources, wrong_plant, wrong_limits, wrong_battery, wrong_parts,
	};
	unsigned int i;

	*why = NULL;
	for (i = 0; !*why && i < ARRAY_SIZE(checks); i++)
		*why = checks[i](config);

	return *why ? -EINVAL : 0;
}
