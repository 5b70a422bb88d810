// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verbs `site`, `chargers`, `outputs`, `rules` and `energy`: the house as text for
 * people.
 */
#include "print.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SITE	"org.cellar1.Site"
#define CHARGER	"org.cellar1.Charger"
#define OUTPUT	"org.cellar1.Output"

#define TEXT_SIZE	48

/* With its unit; what nobody said is "-". */
static const char *figure(char text[TEXT_SIZE], json_t *object, const char *key,
			  const char *unit)
{
	json_t *value = json_object_get(object, key);

	if (value)
		snprintf(text, TEXT_SIZE, "%.*f %s", strcmp(unit, "W") != 0 ? 1 : 0,
			 json_number_value(value), unit);
	else
		snprintf(text, TEXT_SIZE, "-");

	return text;
}

/* ", by contract"; "" when nobody is named */
static const char *by(char text[TEXT_SIZE], json_t *object, const char *key)
{
	json_t *word = json_object_get(object, key);

	*text = '\0';
	if (word)
		snprintf(text, TEXT_SIZE, ", by %.20s", json_string_value(word));

	return text;
}

/* ", next in 15 min 0 s" */
static const char *next_in(char text[TEXT_SIZE], json_t *object)
{
	json_t *next = json_object_get(object, "Next");
	json_int_t s = json_integer_value(next);

	*text = '\0';
	if (next && s >= 60)
		snprintf(text, TEXT_SIZE, ", next in %lld min", (long long)(s + 59) / 60);
	else if (next)
		snprintf(text, TEXT_SIZE, ", next in %lld s", (long long)s);

	return text;
}

static void print_flow(json_t *flow)
{
	static const struct {
		const char *key, *label, *more, *less;
	} rows[] = {
		{ "PV", "PV", "", "" },
		{ "Load", "house", "", "" },
		{ "Chargers", "cars", "", "" },
		{ "Battery", "battery", ", charging", ", discharging" },
		{ "Grid", "grid", ", fed in", ", drawn" },
	};
	char w[TEXT_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		double value = print_number(flow, rows[i].key);

		printf(LABEL "%s%s\n", rows[i].label, figure(w, flow, rows[i].key, "W"),
		       value > 0 ? rows[i].more : value < 0 ? rows[i].less : "");
	}
}

static void print_battery(json_t *battery)
{
	char set[TEXT_SIZE], min[TEXT_SIZE], max[TEXT_SIZE], why[TEXT_SIZE], more[TEXT_SIZE];

	printf(LABEL "%s%s%s%s\n", "set-point", figure(set, battery, "SetPoint", "W"),
	       by(why, battery, "LimitedBy"), print_is_set(battery, "ForceCharge") ?
	       ", asks for charge" : "", next_in(more, battery));
	printf(LABEL "%s%s to %s%s\n", "may", figure(min, battery, "Min", "W"),
	       by(why, battery, "MinBy"), figure(max, battery, "Max", "W"),
	       by(more, battery, "MaxBy"));
}

static void print_grid(json_t *grid, json_t *site)
{
	json_t *code = json_object_get(site, "DemandResponse");
	char min[TEXT_SIZE], max[TEXT_SIZE], why[TEXT_SIZE], more[TEXT_SIZE];

	printf(LABEL "%s%s to %s%s\n", "exchange may", figure(min, grid, "Min", "W"),
	       by(why, grid, "MinBy"), figure(max, grid, "Max", "W"), by(more, grid, "MaxBy"));
	if (print_is_set(grid, "OffGrid"))
		printf(LABEL "off the grid\n", "");
	if (print_is_set(grid, "Overload"))
		printf(LABEL "more than the contract is drawn\n", "");
	if (print_is_set(code, "Curtailed"))
		printf(LABEL "%s, %s %s\n", "curtailed", print_text(code, "Interface"),
		       print_text(code, "Direction"), figure(min, code, "Limit", "W"));
}

static void print_limits_of(json_t *site)
{
	json_t *contract = json_object_get(site, "Contract");
	json_t *feed_in = json_object_get(site, "FeedIn");
	json_t *eps = json_object_get(site, "EPS");
	char w[TEXT_SIZE], margin[TEXT_SIZE];

	if (json_object_get(contract, "Power"))
		printf(LABEL "%s, kept %s below\n", "contract", figure(w, contract, "Power", "W"),
		       figure(margin, contract, "Margin", "W"));
	if (json_object_get(feed_in, "Power"))
		printf(LABEL "at most %s\n", "feed-in", figure(w, feed_in, "Power", "W"));
	if (print_is_set(eps, "Enabled"))
		printf(LABEL "down to %.0f %%, then %.0f %% more before it is used again\n", "EPS",
		       100 - print_number(eps, "DepthOfDischarge"), print_number(eps, "Buffer"));
}

static void print_people(json_t *site)
{
	json_t *set = json_object_get(site, "Set"), *keys;
	const char *section, *key;
	json_t *value;

	printf(LABEL "%s\n", "owner", print_text(site, "Owner"));
	print_words("administrators", json_object_get(site, "Administrators"));
	json_object_foreach(set, section, keys) {
		printf(LABEL "[%s]", "set by people", section);
		if (!json_object_size(keys))
			printf(" removed");
		json_object_foreach(keys, key, value)
			printf(" %s=%s", key, json_string_value(value));
		putchar('\n');
	}
}

void print_site(json_t *objects)
{
	json_t *site = NULL, *object, *plant;
	const char *path;

	json_object_foreach(objects, path, object)
		if (print_properties(object, SITE))
			site = print_properties(object, SITE);
	if (!site)
		return;

	plant = json_object_get(site, "Plant");
	if (print_is_set(site, "Configured"))
		printf("site: %s, %s, by %s, battery %s\n", print_text(plant, "Kind"),
		       print_text(site, "Mode"), print_text(plant, "Control"),
		       print_text(plant, "Cluster"));
	else
		printf("site: not configured, battery %s\n", print_text(plant, "Cluster"));
	print_flow(json_object_get(site, "Flow"));
	if (print_is_set(site, "Configured")) {
		print_battery(json_object_get(site, "Battery"));
		print_grid(json_object_get(site, "Grid"), site);
		print_limits_of(site);
		print_words("cannot", json_object_get(site, "Unable"));
	}
	print_people(site);
}

/* Of one that is on a line: what it says, and what it does without us. */
static void print_box(json_t *box)
{
	char told[TEXT_SIZE], a[TEXT_SIZE];

	if (!json_object_size(box))
		return;
	printf(LABEL "%s at %s, address %.0f: %s, %s, told %s\n", "box", print_text(box, "Model"),
	       print_text(box, "Line"), print_number(box, "Address"), print_text(box, "Link"),
	       print_text(box, "Says"), figure(told, box, "Told", "A"));
	printf(LABEL "%s", "fail-safe", print_text(box, "FailSafe"));
	if (json_object_get(box, "FailSafeCurrent"))
		printf(", %s after %.0f s", figure(a, box, "FailSafeCurrent", "A"),
		       print_number(box, "FailSafeTime"));
	if (json_object_get(box, "FailSafeWords"))
		printf(": %s", print_text(box, "FailSafeWords"));
	putchar('\n');
	if (print_number(box, "Error") > 0)
		printf(LABEL "%.0f\n", "error", print_number(box, "Error"));
}

static void print_charger(json_t *charger)
{
	json_t *told = json_object_get(charger, "Told"), *session = json_object_get(charger, "Session");
	char a[TEXT_SIZE], w[TEXT_SIZE], why[TEXT_SIZE], more[TEXT_SIZE];
	json_t *wanted = json_object_get(session, "Wanted");

	printf("%s: %s, car %s, %s\n", print_text(charger, "Name"), print_text(charger, "State"),
	       print_text(charger, "Car"), print_text(charger, "Strategy"));
	printf(LABEL "%s\n", "draws", figure(w, json_object_get(charger, "Reading"), "Power", "W"));
	printf(LABEL "%s%s%s\n", "may", figure(a, told, "Current", "A"), by(why, told, "LimitedBy"),
	       next_in(more, told));
	printf(LABEL "%s, %.1f kWh", print_is_set(session, "Runs") ? "session" : "last session",
	       print_text(session, "Strategy"), print_number(session, "Energy") / 1000);
	if (wanted)
		printf(" of %.1f kWh", json_number_value(wanted) / 1000);
	printf(" in %.0f min\n", print_number(session, "Duration") / 60);
	print_box(json_object_get(charger, "Box"));
	print_words("cards", json_object_get(charger, "Cards"));
}

void print_chargers(json_t *objects)
{
	json_t *object, *charger;
	const char *path;

	json_object_foreach(objects, path, object) {
		charger = print_properties(object, CHARGER);
		if (charger)
			print_charger(charger);
	}
}

static void print_output(json_t *output)
{
	json_t *logic = json_object_get(output, "Logic"), *reading = json_object_get(output, "Reading");
	const char *variable = print_text(logic, "Variable");
	const char *unit = strcmp(variable, "soc") != 0 ? "W" : "%";
	char value[TEXT_SIZE], upper[TEXT_SIZE], lower[TEXT_SIZE], why[TEXT_SIZE], more[TEXT_SIZE];

	printf("%s: %s%s, contact %.0f\n", print_text(output, "Name"),
	       print_is_set(output, "Closed") ? "closed" : "open",
	       print_is_set(output, "Enabled") ? "" : ", its logic is off",
	       print_number(output, "Number"));
	printf(LABEL "%s%s%s%s\n", variable, figure(value, reading, "Value", unit),
	       by(why, reading, "DecidedBy"), next_in(more, reading),
	       json_object_get(logic, "Direction") ? strcmp(print_text(logic, "Direction"), "out") ?
	       ", drawn" : ", fed in" : "");
	printf(LABEL "closes at %s, opens at %s, hours %s, days %s\n", "logic",
	       figure(upper, logic, "Upper", unit), figure(lower, logic, "Lower", unit),
	       print_text(logic, "Hours"), print_text(logic, "Days"));
}

void print_outputs(json_t *objects)
{
	json_t *object, *output;
	const char *path;

	json_object_foreach(objects, path, object) {
		output = print_properties(object, OUTPUT);
		if (output)
			print_output(output);
	}
}

static void print_rule(json_t *rule)
{
	static const char days[] = "MTWTFSS";
	json_int_t weekdays = json_integer_value(json_object_get(rule, "Weekdays"));
	char w[TEXT_SIZE];

	printf("%2.0f %-4s %-12s %-12s ", print_number(rule, "Number"),
	       print_is_set(rule, "Enabled") ? "on" : "off", print_text(rule, "Hours"),
	       print_text(rule, "Days"));
	for (unsigned int i = 0; i < 7; i++)
		putchar(weekdays >> i & 1 ? days[i] : '-');
	printf(" %10s to %.0f %%\n", figure(w, rule, "Power", "W"), print_number(rule, "Target"));
}

void print_rules(json_t *objects)
{
	json_t *object, *site, *rule;
	const char *path;
	size_t i;

	json_object_foreach(objects, path, object) {
		site = print_properties(object, SITE);
		if (!site)
			continue;
		printf("timed charge is %s\n", print_is_set(site, "RulesEnabled") ? "on" : "off");
		json_array_foreach(json_object_get(site, "Rules"), i, rule)
			print_rule(rule);
	}
}

/* A time in which something was not known is said: the figure is then too low. */
static void print_period(const char *period, json_t *energy, json_t *gaps)
{
	static const char *const kinds[] = {
		"PV", "SelfConsumed", "Export", "Consumed", "Import", "Charged", "Discharged",
		"Cars",
	};
	json_int_t longest = 0, gap;

	printf("%-6s", period);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		printf(" %*.1f", (int)(strlen(kinds[i]) > 9 ? strlen(kinds[i]) : 9),
		       print_number(energy, kinds[i]) / 1000);
		gap = json_integer_value(json_object_get(gaps, kinds[i]));
		longest = gap > longest ? gap : longest;
	}
	if (longest >= 60)
		printf("  not all known for %lld min", (long long)longest / 60);
	putchar('\n');
}

void print_energy(json_t *objects)
{
	static const char *const periods[] = { "Today", "Week", "Month", "Year", "Life" };
	json_t *object, *site, *energy;
	const char *path;

	printf("%-6s %9s %12s %9s %9s %9s %9s %10s %9s\n", "kWh", "PV", "self-used", "export",
	       "consumed", "import", "charged", "discharged", "cars");
	json_object_foreach(objects, path, object) {
		site = print_properties(object, SITE);
		for (size_t i = 0; site && i < sizeof(periods) / sizeof(*periods); i++) {
			energy = json_object_get(json_object_get(site, "Energy"), periods[i]);
			if (energy)
				print_period(periods[i], energy, json_object_get(
					     json_object_get(site, "Gaps"), periods[i]));
		}
	}
}
