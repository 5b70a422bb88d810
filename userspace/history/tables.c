// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of a history. A column that is added here is added to files that are there
 * (schema.h); one that is here stays.
 */
#include "tables.h"

#define AT(key)			{ "time", key, HISTORY_TIME, HISTORY_KEY, 0 }
#define OF(name, key)		{ name, key, HISTORY_NAME, HISTORY_KEY, 0 }
#define SECONDS			{ "seconds", "Seconds", HISTORY_NUMBER, HISTORY_SUM, 0 }
#define NUMBER(name, key, fold, by) \
	{ name, key, HISTORY_NUMBER, HISTORY_ ## fold, by }
#define WORD(name, key, fold)	{ name, key, HISTORY_NAME, HISTORY_ ## fold, 0 }

static const struct history_column flows[] = {
	AT("Time"),
	SECONDS,
	NUMBER("pv_w", "PV", MEAN, 1),
	NUMBER("load_w", "Load", MEAN, 1),
	NUMBER("chargers_w", "Chargers", MEAN, 1),
	NUMBER("battery_w", "Battery", MEAN, 1),
	NUMBER("grid_w", "Grid", MEAN, 1),
	NUMBER("soc_centi", "StateOfCharge", LAST, 100),
	NUMBER("battery_min_w", "BatteryMin", HIGHEST, 1),
	WORD("battery_min_by", "BatteryMinBy", BY),
	NUMBER("battery_max_w", "BatteryMax", LOWEST, 1),
	WORD("battery_max_by", "BatteryMaxBy", BY),
	NUMBER("grid_min_w", "GridMin", HIGHEST, 1),
	WORD("grid_min_by", "GridMinBy", BY),
	NUMBER("grid_max_w", "GridMax", LOWEST, 1),
	WORD("grid_max_by", "GridMaxBy", BY),
	NUMBER("pv_max_w", "ProductionMax", LOWEST, 1),
	WORD("pv_max_by", "ProductionMaxBy", BY),
	WORD("mode", "Mode", LAST),
	WORD("limited_by", "LimitedBy", LAST),
};

static const struct history_column limits[] = {
	AT("Time"),
	OF("cluster", "Cluster"),
	SECONDS,
	NUMBER("soc_centi", "StateOfCharge", LAST, 100),
	NUMBER("current_ma", "Current", MEAN, 1000),
	NUMBER("charge_ma", "ChargeCurrent", LOWEST, 1000),
	WORD("charge_by", "ChargeCurrentBy", BY),
	NUMBER("discharge_ma", "DischargeCurrent", LOWEST, 1000),
	WORD("discharge_by", "DischargeCurrentBy", BY),
	NUMBER("voltage_mv", "ChargeVoltage", LOWEST, 1000),
	WORD("voltage_by", "ChargeVoltageBy", BY),
};

static const struct history_column charging[] = {
	AT("Time"),
	OF("charger", "Charger"),
	SECONDS,
	NUMBER("power_w", "Power", MEAN, 1),
	NUMBER("current_ma", "Current", LAST, 1000),
	WORD("current_by", "CurrentBy", LAST),
	WORD("state", "State", LAST),
};

/* In the order of enum energy_kind (core/energy.h). */
#define KINDS \
	NUMBER("pv_mj", "PV", SUM, 3600000), \
	NUMBER("self_consumed_mj", "SelfConsumed", SUM, 3600000), \
	NUMBER("export_mj", "Export", SUM, 3600000), \
	NUMBER("consumed_mj", "Consumed", SUM, 3600000), \
	NUMBER("import_mj", "Import", SUM, 3600000), \
	NUMBER("charged_mj", "Charged", SUM, 3600000), \
	NUMBER("discharged_mj", "Discharged", SUM, 3600000), \
	NUMBER("cars_mj", "Cars", SUM, 3600000), \
	NUMBER("pv_gap_ms", "PVGap", SUM, 1000), \
	NUMBER("self_consumed_gap_ms", "SelfConsumedGap", SUM, 1000), \
	NUMBER("export_gap_ms", "ExportGap", SUM, 1000), \
	NUMBER("consumed_gap_ms", "ConsumedGap", SUM, 1000), \
	NUMBER("import_gap_ms", "ImportGap", SUM, 1000), \
	NUMBER("charged_gap_ms", "ChargedGap", SUM, 1000), \
	NUMBER("discharged_gap_ms", "DischargedGap", SUM, 1000), \
	NUMBER("cars_gap_ms", "CarsGap", SUM, 1000)

static const struct history_column energy[] = {
	{ "day", "Day", HISTORY_DAY, HISTORY_KEY, 0 },
	KINDS,
};

static const struct history_column events[] = {
	AT("Time"),
	NUMBER("sequence", "Sequence", KEY, 0),
	WORD("code", "Code", LAST),
	{ "subject", "Subject", HISTORY_TEXT, HISTORY_LAST, 0 },
	{ "words", "Words", HISTORY_TEXT, HISTORY_LAST, 0 },
};

static const struct history_column curtailments[] = {
	AT("Begin"),
	OF("cause", "Cause"),
	{ "until", "End", HISTORY_TIME, HISTORY_LAST, 0 },
	WORD("state", "State", LAST),
	WORD("direction", "Direction", LAST),
	NUMBER("limit_w", "Limit", LOWEST, 1),
	NUMBER("before_w", "Before", LAST, 1),
	NUMBER("most_w", "Most", HIGHEST, 1),
	NUMBER("generated_mj", "Generated", SUM, 3600000),
};

static const struct history_column sessions[] = {
	AT("Begin"),
	OF("charger", "Charger"),
	{ "until", "End", HISTORY_TIME, HISTORY_LAST, 0 },
	WORD("state", "State", LAST),
	NUMBER("energy_wh", "Energy", SUM, 1),
	WORD("strategy", "Strategy", LAST),
	WORD("card", "Card", LAST),
};

static const struct history_column switched[] = {
	AT("Begin"),
	OF("output", "Output"),
	{ "until", "End", HISTORY_TIME, HISTORY_LAST, 0 },
	WORD("state", "State", LAST),
};

/* @period: enum energy_period; @day: that is today; @wall_s: when */
static const struct history_column totals[] = {
	NUMBER("period", NULL, KEY, 0),
	NUMBER("day", NULL, LAST, 0),
	NUMBER("wall_s", NULL, LAST, 0),
	KINDS,
};

#define HAS(of, n)	_Static_assert(ARRAY_SIZE(of) == (n), #of)

HAS(flows, FLOWS_COLUMNS);
HAS(limits, LIMITS_COLUMNS);
HAS(charging, CHARGING_COLUMNS);
HAS(events, EVENTS_COLUMNS);
HAS(curtailments, CURTAILMENTS_COLUMNS);
HAS(sessions, SESSIONS_COLUMNS);
HAS(switched, SWITCHED_COLUMNS);

#define COLUMNS(of)	.column = of, .columns = ARRAY_SIZE(of)

const struct history_table history_tables[HISTORY_TABLES_ALL] = {
	[HISTORY_FLOWS] = { "flows", COLUMNS(flows), .keys = 1, .thinned = true, .years = 2 },
	[HISTORY_LIMITS] = { "limits", COLUMNS(limits), .keys = 2, .thinned = true, .years = 2 },
	[HISTORY_CHARGING] = { "charging", COLUMNS(charging), .keys = 2, .thinned = true,
			       .years = 2 },
	[HISTORY_ENERGY] = { "energy", COLUMNS(energy), .keys = 1, .adds = true },
	[HISTORY_EVENTS] = { "events", COLUMNS(events), .keys = 2, .years = 2, .rows = 50000 },
	[HISTORY_CURTAILMENTS] = { "curtailments", COLUMNS(curtailments), .keys = 2, .years = 10,
				   .rows = 20000 },
	[HISTORY_SESSIONS] = { "sessions", COLUMNS(sessions), .keys = 2, .years = 10,
			       .rows = 20000 },
	[HISTORY_SWITCHED] = { "switched", COLUMNS(switched), .keys = 2, .years = 2,
			       .rows = 50000 },
	[HISTORY_TOTALS] = { "totals", COLUMNS(totals), .keys = 1 },
};

const struct history_table *history_table_by_name(const char *name)
{
	for (size_t i = 0; i < HISTORY_TABLES; i++)
		if (!strcmp(history_tables[i].name, name))
			return &history_tables[i];

	return NULL;
}

void history_row_clear(struct history_row *row, enum history_table_of table)
{
	const struct history_table *t = &history_tables[table];

	row->table = (u8)table;
	for (unsigned int i = 0; i < t->columns; i++) {
		if (history_is_text(&t->column[i]))
			row->value[i].text = NULL;
		else
			row->value[i].number = HISTORY_NOTHING;
	}
}
