// SPDX-License-Identifier: GPL-2.0-only
/*
 * A controller that knows the future: the least energy that a battery can let a house draw
 * from the grid in a whole year, when every quarter of an hour of sun and consumption is
 * known beforehand. A dynamic programme over the state of charge, backwards in time, on
 * the lines of `cellar-sim year --csv` and with the battery of its --summary.
 *
 * Usage: foresight CSV SUMMARY. Prints, in percent, the self-sufficiency of that controller
 * and that of the simulation.
 *
 * It keeps the rules of the house: a car that the battery may not feed has nothing of it.
 * Otherwise it is better off than any real one: within a quarter of an hour it sees only means, its
 * limits do not taper, blackouts and a grid operator's calls do not exist for it, and what
 * was held back of the sun is there to be used. It leaves the battery at the end as full
 * as the simulation did.
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS		401	/* of charge, from the floor to full */
#define QUARTERS_MAX	40000
#define HOURS		0.25
#define LINE_SIZE	1024

/* Wh, and AC Wh that pass in a quarter of an hour at the most */
struct battery {
	double floor_wh, room_wh, start_wh, end_wh;
	double charge_wh, discharge_wh, efficiency;
};

/*
 * Of a quarter.
 *
 * @need_wh: what is used beyond the sun; negative: the sun's surplus
 * @beyond_wh: of it, for cars that the battery may not feed
 */
struct quarter {
	double need_wh, beyond_wh;
};

struct year {
	unsigned int quarters;
	struct quarter quarter[QUARTERS_MAX];
	double used_wh;
};

static double number(const json_t *from, const char *key)
{
	const json_t *value = json_object_get(from, key);

	if (!json_is_number(value)) {
		fprintf(stderr, "foresight: the summary has no number %s\n", key);
		exit(EXIT_FAILURE);
	}
	return json_number_value(value);
}

static struct battery read_battery(const json_t *summary)
{
	const json_t *from = json_object_get(summary, "battery");
	double capacity_wh = number(from, "capacity_wh");
	struct battery battery = {
		.floor_wh = capacity_wh * number(from, "floor_percent") / 100,
		.charge_wh = number(from, "charge_w") * HOURS,
		.discharge_wh = number(from, "discharge_w") * HOURS,
		.efficiency = number(from, "efficiency_percent") / 100,
	};

	battery.room_wh = capacity_wh - battery.floor_wh;
	battery.start_wh = number(from, "start_wh") - battery.floor_wh;
	battery.end_wh = number(from, "end_wh") - battery.floor_wh;
	return battery;
}

/* What a column is of. */
enum column {
	OTHER,
	SUN,
	HOUSE,
	CAR,		/* that the battery may feed */
	CAR_BY_SUN,	/* has the sun before the house, and nothing of the battery */
	CAR_BY_GRID,	/* has what the house leaves of the sun */
	COLUMNS
};

static enum column car_of(const json_t *summary, size_t n)
{
	const json_t *charger = json_array_get(json_object_get(summary, "chargers"), n);
	const char *strategy = json_string_value(json_object_get(charger, "strategy"));

	if (!strategy)
		return CAR;
	if (!strncmp(strategy, "ecological", 10))
		return CAR_BY_SUN;
	if (json_is_true(json_object_get(json_object_get(summary, "battery"), "to_cars")) &&
	    (!strcmp(strategy, "fast") || !strcmp(strategy, "time-power")))
		return CAR;
	return CAR_BY_GRID;
}

static enum column column_of(const char *name, const json_t *summary)
{
	unsigned int n;
	char unit;

	if (!strcmp(name, "load_w"))
		return HOUSE;
	if (!strcmp(name, "pv_w") || !strcmp(name, "held_back_w"))
		return SUN;
	if (sscanf(name, "charger%u_%c", &n, &unit) == 2 && n)
		return car_of(summary, n - 1);
	return OTHER;
}

static void take_quarter(struct year *year, const double wh[COLUMNS])
{
	struct quarter *quarter = &year->quarter[year->quarters++];
	double used_wh = wh[HOUSE] + wh[CAR] + wh[CAR_BY_SUN] + wh[CAR_BY_GRID];
	double left_wh = fmax(wh[SUN] - wh[CAR_BY_SUN], 0);
	double battery_wh = fmax(wh[HOUSE] + wh[CAR] - left_wh, 0);

	quarter->need_wh = used_wh - wh[SUN];
	quarter->beyond_wh = fmax(quarter->need_wh - battery_wh, 0);
	year->used_wh += used_wh;
}

static int read_year(struct year *year, FILE *from, const json_t *summary)
{
	enum column columns[32] = { OTHER };
	char line[LINE_SIZE], *rest, *field;
	int n = 0, i;

	if (!fgets(line, sizeof(line), from))
		return -EINVAL;
	rest = line;
	while ((field = strsep(&rest, ",\n")) && n < 32)
		columns[n++] = column_of(field, summary);
	while (fgets(line, sizeof(line), from)) {
		double wh[COLUMNS] = { 0 };

		if (year->quarters == QUARTERS_MAX)
			return -EINVAL;
		rest = line;
		for (i = 0; (field = strsep(&rest, ",\n")) && i < n; i++)
			if (columns[i])
				wh[columns[i]] += atof(field) * HOURS;
		take_quarter(year, wh);
	}
	return year->quarters ? 0 : -EINVAL;
}

/* Least Wh drawn from here to the end, by what is left in the battery. */
static double at(const double *least, const struct battery *battery, double wh)
{
	double place = wh / battery->room_wh * (LEVELS - 1);
	int below = (int)place;

	if (below < 0)
		return least[0];
	if (below >= LEVELS - 1)
		return least[LEVELS - 1];
	return least[below] + (least[below + 1] - least[below]) * (place - below);
}

/* A quarter in which @wh becomes @to: what it draws, and all that comes after. */
static double cost(const double *least, const struct battery *battery,
		   const struct quarter *quarter, double wh, double to)
{
	double ac_wh = to > wh ? (to - wh) / battery->efficiency : (to - wh) * battery->efficiency;

	return fmax(quarter->need_wh + ac_wh, quarter->beyond_wh) + at(least, battery, to);
}

/*
 * The cost is convex in what the battery becomes, and straight between the levels and the
 * points where it bends: the least is at a level, at a bend, or at an end.
 */
static double best(const double *least, const struct battery *battery,
		   const struct quarter *quarter, double wh)
{
	double low = fmax(wh - battery->discharge_wh / battery->efficiency, 0);
	double high = fmin(wh + battery->charge_wh * battery->efficiency, battery->room_wh);
	double step = battery->room_wh / (LEVELS - 1);
	double gives_wh = quarter->need_wh - quarter->beyond_wh;
	double bend = wh - (gives_wh > 0 ? gives_wh / battery->efficiency :
					   gives_wh * battery->efficiency);
	double found = fmin(cost(least, battery, quarter, wh, low),
			    cost(least, battery, quarter, wh, high));
	int from = (int)ceil(low / step), to = (int)floor(high / step), middle;

	found = fmin(found, cost(least, battery, quarter, wh, wh));
	found = fmin(found, cost(least, battery, quarter, wh, fmin(fmax(bend, low), high)));
	while (from < to) {
		middle = (from + to) / 2;
		if (cost(least, battery, quarter, wh, middle * step) >
		    cost(least, battery, quarter, wh, (middle + 1) * step))
			from = middle + 1;
		else
			to = middle;
	}
	if (from == to && from * step >= low && from * step <= high)
		found = fmin(found, cost(least, battery, quarter, wh, from * step));
	return found;
}

static double least_drawn(const struct year *year, const struct battery *battery)
{
	static double least[2][LEVELS];
	double step = battery->room_wh / (LEVELS - 1);
	unsigned int q, now = 0;
	int level;

	/* short of the end that is wanted, what lacks would have to be drawn */
	for (level = 0; level < LEVELS; level++)
		least[now][level] = fmax(battery->end_wh - level * step, 0) /
				    battery->efficiency;
	for (q = year->quarters; q-- > 0; now = !now)
		for (level = 0; level < LEVELS; level++)
			least[!now][level] = best(least[now], battery, &year->quarter[q],
						  level * step);
	return at(least[now], battery, battery->start_wh);
}

int main(int argc, char **argv)
{
	static struct year year;
	struct battery battery;
	json_error_t error;
	json_t *summary;
	FILE *csv;

	if (argc != 3) {
		fputs("usage: foresight CSV SUMMARY\n", stderr);
		return EXIT_FAILURE;
	}
	csv = fopen(argv[1], "re");
	summary = json_load_file(argv[2], 0, &error);
	if (!csv || !summary || read_year(&year, csv, summary)) {
		fprintf(stderr, "foresight: %s or %s cannot be read\n", argv[1], argv[2]);
		return EXIT_FAILURE;
	}
	battery = read_battery(summary);
	printf("%.2f %.2f\n", 100 * (1 - least_drawn(&year, &battery) / year.used_wh),
	       number(summary, "self_sufficiency_percent"));
	json_decref(summary);
	fclose(csv);
	return EXIT_SUCCESS;
}
