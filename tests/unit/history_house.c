// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows of a minute.
 */
#include "history_house.h"

#include "../../userspace/core/mark.h"

#define HOUR_S	3600
#define DAY_S	86400

struct out {
	u8 *bytes;
	size_t n, room;
};

/* 0…@below - 1, always the same for the same @time_s and @what */
static s64 any(s64 time_s, unsigned int what, s64 below)
{
	u64 mark = mark_bytes(mark_bytes(MARK_START, &time_s, sizeof(time_s)), &what,
			      sizeof(what));

	return (s64)((mark ^ mark >> 32) % (u64)below);
}

static void put(struct out *o, const struct history_row *row)
{
	size_t n = rows_put(o->bytes + o->n, o->room - o->n, row);

	assert(n);
	o->n += n;
}

/* By the name of the column. */
static union history_value *of(struct history_row *row, const char *name)
{
	const struct history_table *table = &history_tables[row->table];
	unsigned int i;

	for (i = 0; strcmp(table->column[i].name, name) != 0; i++)
		assert(i + 1 < table->columns);

	return &row->value[i];
}

static void number(struct history_row *row, const char *name, s64 value)
{
	of(row, name)->number = value;
}

static void text(struct history_row *row, const char *name, const char *value)
{
	of(row, name)->text = value;
}

static void flows(struct out *o, s64 t)
{
	static const char *const winners[] = { "cluster", "contract", "inverter", "feed-in" };
	struct history_row row;

	history_row_clear(&row, HISTORY_FLOWS);
	number(&row, "time", t);
	number(&row, "seconds", 60);
	number(&row, "pv_w", any(t, 1, 10000));
	number(&row, "load_w", any(t, 2, 6000));
	number(&row, "chargers_w", any(t, 3, 40000));
	number(&row, "battery_w", any(t, 4, 20000) - 10000);
	number(&row, "grid_w", any(t, 5, 20000) - 10000);
	number(&row, "soc_centi", any(t, 6, 10000));
	number(&row, "battery_min_w", -any(t / HOUR_S, 7, 12000));
	text(&row, "battery_min_by", winners[any(t / HOUR_S, 8, 4)]);
	number(&row, "battery_max_w", any(t / HOUR_S, 9, 12000));
	text(&row, "battery_max_by", winners[any(t / HOUR_S, 10, 4)]);
	number(&row, "grid_min_w", -3000);
	text(&row, "grid_min_by", "contract");
	number(&row, "grid_max_w", 4000);
	text(&row, "grid_max_by", "feed-in");
	number(&row, "pv_max_w", any(t / HOUR_S, 11, 12000));
	text(&row, "pv_max_by", "rrcr");
	text(&row, "mode", "charging");
	text(&row, "limited_by", winners[any(t, 12, 4)]);
	put(o, &row);
}

static void limits(struct out *o, s64 t, unsigned int cluster)
{
	static const char *const winners[] = { "bms", "cell-voltage", "temperature", "sharing" };
	struct history_row row;
	char name[16];

	snprintf(name, sizeof(name), "cellar%u", cluster);
	history_row_clear(&row, HISTORY_LIMITS);
	number(&row, "time", t);
	text(&row, "cluster", name);
	number(&row, "seconds", 60);
	number(&row, "soc_centi", any(t, 20 + cluster, 10000));
	number(&row, "current_ma", any(t, 40 + cluster, 400000) - 200000);
	number(&row, "charge_ma", any(t, 60 + cluster, 200000));
	text(&row, "charge_by", winners[any(t, 80 + cluster, 4)]);
	number(&row, "discharge_ma", any(t, 100 + cluster, 200000));
	text(&row, "discharge_by", winners[any(t, 120 + cluster, 4)]);
	number(&row, "voltage_mv", 52000 + any(t, 140 + cluster, 4000));
	text(&row, "voltage_by", "policy");
	put(o, &row);
}

/* Each box has a car for eight hours a day. */
static void charger(struct out *o, s64 t, unsigned int i)
{
	s64 begun = t - t % DAY_S + (s64)i * HOUR_S;
	struct history_row row;
	char name[16];

	if (t < begun || t >= begun + 8 * HOUR_S)
		return;
	snprintf(name, sizeof(name), "car%u", i);
	history_row_clear(&row, HISTORY_CHARGING);
	number(&row, "time", t);
	text(&row, "charger", name);
	number(&row, "seconds", 60);
	number(&row, "power_w", any(t, 160 + i, 22000));
	number(&row, "current_ma", 6000 + any(t, 180 + i, 26) * 1000);
	text(&row, "current_by", "strategy");
	text(&row, "state", "charging");
	put(o, &row);

	history_row_clear(&row, HISTORY_SESSIONS);
	number(&row, "time", begun);
	text(&row, "charger", name);
	number(&row, "until", t + 60);
	text(&row, "state", t + 60 < begun + 8 * HOUR_S ? HISTORY_RUNS : HISTORY_ENDED);
	number(&row, "energy_wh", (t - begun) * 3);
	text(&row, "strategy", "ecological-pure");
	put(o, &row);
}

/* As often as its check lets it: 15 min closed, 15 min open. */
static void output(struct out *o, s64 t, unsigned int i)
{
	static const char *const names[HOUSE_OUTPUTS] = { "boiler", "pump", "heater", "horn" };
	s64 begun = t - t % 1800;
	struct history_row row;

	if (t - begun >= 900)
		return;
	history_row_clear(&row, HISTORY_SWITCHED);
	number(&row, "time", begun);
	text(&row, "output", names[i]);
	number(&row, "until", t + 60);
	text(&row, "state", t + 60 - begun < 900 ? HISTORY_RUNS : HISTORY_ENDED);
	put(o, &row);
}

static void event(struct out *o, s64 t, unsigned int i)
{
	struct history_row row;

	history_row_clear(&row, HISTORY_EVENTS);
	number(&row, "time", t);
	number(&row, "sequence", t / 60 % 1000000 * 4 + i);
	text(&row, "code", i % 2 ? "pack-left" : "pack-joined");
	text(&row, "subject", "LSR26010100123");
	text(&row, "words", "cellar0-03 is no member of house any more: it says nothing");
	put(o, &row);
}

static void curtailment(struct out *o, s64 t)
{
	s64 begun = t - t % DAY_S + 12 * HOUR_S;
	struct history_row row;

	if (t < begun || t >= begun + HOUR_S)
		return;
	history_row_clear(&row, HISTORY_CURTAILMENTS);
	number(&row, "time", begun);
	text(&row, "cause", "rrcr");
	number(&row, "until", t + 60);
	text(&row, "state", t + 60 < begun + HOUR_S ? HISTORY_RUNS : HISTORY_ENDED);
	number(&row, "limit_w", 6000);
	put(o, &row);
}

/* One row of @table: energies that grow with the day, and some more by @period. */
static void energies(struct out *o, s64 t, unsigned int table, unsigned int period)
{
	const struct history_table *of_kind = &history_tables[table];
	struct history_row row;

	history_row_clear(&row, table);
	for (unsigned int i = 1; i < of_kind->columns; i++)
		row.value[i].number = (t % DAY_S + 60) * 3000000 * (s64)(period + i);
	row.value[0].number = table == HISTORY_ENERGY ? t / DAY_S : period;
	put(o, &row);
}

size_t history_house_minute(s64 time_s, u8 *bytes, size_t room)
{
	struct out o = { .bytes = bytes, .room = room };
	unsigned int i;

	flows(&o, time_s);
	for (i = 0; i < HOUSE_CLUSTERS; i++)
		limits(&o, time_s, i);
	for (i = 0; i < HOUSE_CHARGERS; i++)
		charger(&o, time_s, i);
	for (i = 0; i < HOUSE_OUTPUTS; i++)
		output(&o, time_s, i);
	curtailment(&o, time_s);
	/* a hundred a day */
	for (i = 0; i < 4 && time_s % 3456 < 60; i++)
		event(&o, time_s, i);
	energies(&o, time_s, HISTORY_ENERGY, 0);
	for (i = 0; i <= ENERGY_PERIODS; i++)
		energies(&o, time_s, HISTORY_TOTALS, i);

	return o.n;
}
