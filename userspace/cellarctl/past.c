// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a verb to questions, page by page, and from their answers to rows.
 */
#include "past.h"

#include "dates.h"
#include "message.h"
#include "past_print.h"
#include "service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MANAGER		"org.cellar1.Manager"
#define DAYS_SHOWN	30	/* if nobody says from when on */
#define DAY_S		86400
#define YEAR_10000_S	253402300800

/* Longer than a card may take. */
#define ASK_US		(60 * 1000000ull)

#define KWH(key, title)	{ key, title, 9, 2, 1000 }
#define TEXT(key, title, width)	{ key, title, width, 0, 0 }
#define WATTS(key, title)	{ key, title, 8, 0, 1 }

static const struct past_column energy[] = {
	TEXT("Day", "DAY", 10), KWH("PV", "PV kWh"), KWH("SelfConsumed", "self"),
	KWH("Export", "export"), KWH("Consumed", "consumed"), KWH("Import", "import"),
	KWH("Charged", "charged"), KWH("Discharged", "discharged"), KWH("Cars", "cars"),
	{ "Gap", "gap h", 6, 1, 3600 }, { 0 }
};

static const struct past_column events[] = {
	TEXT("Time", "TIME", 19), TEXT("Code", "CODE", 16), TEXT("Subject", "SUBJECT", 17),
	TEXT("Words", "WORDS", 0), { 0 }
};

static const struct past_column sessions[] = {
	TEXT("Begin", "BEGIN", 19), TEXT("End", "END", 19), TEXT("State", "STATE", 8),
	TEXT("Charger", "CHARGER", 12), KWH("Energy", "kWh"), TEXT("Strategy", "STRATEGY", 20),
	TEXT("Card", "CARD", 0), { 0 }
};

static const struct past_column curtailments[] = {
	TEXT("Begin", "BEGIN", 19), TEXT("End", "END", 19), TEXT("State", "STATE", 8),
	TEXT("Cause", "CAUSE", 6), TEXT("Direction", "DIRECTION", 10),
	WATTS("Limit", "limit W"), WATTS("Before", "before W"), WATTS("Most", "most W"),
	KWH("Generated", "kWh"), { 0 }
};

/* @table: NULL: its next word is its name */
static const struct past_verb {
	const char *name, *table;
	const struct past_column *columns;
} verbs[] = {
	{ "energy", "energy", energy },
	{ "events", "events", events },
	{ "sessions", "sessions", sessions },
	{ "curtailments", "curtailments", curtailments },
	{ "history", NULL, NULL },
};

/* What rows are put together to: characters of the day, or seconds. */
static const struct {
	const char *name;
	unsigned int of_day;
	uint32_t step_s;
} periods[] = {
	{ "day", 10, 0 }, { "month", 7, 0 }, { "year", 4, 0 },
	{ "minute", 0, 60 }, { "quarter", 0, 900 }, { "hour", 0, 3600 },
};

struct question {
	const struct history_table *table;
	int64_t from, to;
	uint32_t step_s;
	unsigned int of_day;
};

static const struct past_verb *verb_of(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];

	return NULL;
}

bool past_is(const char *name, const struct past_options *options)
{
	bool plain = !options->from && !options->to && !options->by && !options->as_csv;

	if (plain && (!strcmp(name, "events") || !strcmp(name, "energy")))
		return false;

	return verb_of(name);
}

static int wrong(const char *what, const char *text, const char *right)
{
	fprintf(stderr, "cellarctl: %s \"%s\": must be %s\n", what, text, right);

	return EXIT_USAGE;
}

static int set_table(struct question *q, const struct past_verb *verb, int n, char **words)
{
	const char *name = verb->table;
	char names[256] = "one of";

	if (!name && n == 2)
		name = words[1];
	if (n != (verb->table ? 1 : 2))
		return wrong("the words of", words[0],
			     verb->table ? "none" : "the name of a table");

	q->table = history_table_by_name(name);
	if (q->table)
		return EXIT_SUCCESS;
	for (unsigned int i = 0; i < HISTORY_TABLES; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), " %s",
			 history_tables[i].name);

	return wrong("table", name, names);
}

static int set_period(struct question *q, const char *by)
{
	bool by_day = q->table->column[0].type == HISTORY_DAY;

	q->of_day = by_day ? 10 : 0;
	if (!by)
		return EXIT_SUCCESS;
	for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); i++) {
		if (strcmp(periods[i].name, by) != 0 || by_day != !!periods[i].of_day ||
		    (periods[i].step_s && !q->table->thinned))
			continue;
		q->of_day = periods[i].of_day;
		q->step_s = periods[i].step_s;
		return EXIT_SUCCESS;
	}

	return wrong("--by", by, by_day ? "day, month or year" : q->table->thinned ?
		     "minute, quarter or hour" : "left out");
}

static int set_times(struct question *q, const struct past_options *o)
{
	static const char right[] =
		"a date, 2026-01-31, 2026-01, 2026 or 2026-01-31T13:45 say";
	bool by_day = q->table->column[0].type == HISTORY_DAY;
	bool (*parse)(const char *, bool, int64_t *) = by_day ? dates_parse_day : dates_parse;

	/* a clock that was wrong may have written of what is to come */
	q->to = YEAR_10000_S;
	q->from = (int64_t)time(NULL) - DAYS_SHOWN * DAY_S;
	if (o->from && !parse(o->from, false, &q->from))
		return wrong("--from", o->from, right);
	if (o->to && !parse(o->to, true, &q->to))
		return wrong("--to", o->to, right);
	if (o->to && !o->from)
		q->from = q->to - DAYS_SHOWN * DAY_S;
	if (q->from < 0)
		q->from = 0;
	if (q->from > q->to)
		return wrong("--to", o->to, "no earlier than --from");

	return EXIT_SUCCESS;
}

/* The most that anything of it was not known, in s. */
static void add_gap(json_t *row)
{
	const char *key;
	double most = 0;
	json_t *value;

	json_object_foreach(row, key, value)
		if (strlen(key) > 3 && !strcmp(key + strlen(key) - 3, "Gap") &&
		    json_number_value(value) > most)
			most = json_number_value(value);
	json_object_set_new(row, "Gap", json_real(most));
}

static void show_row(struct past_form *form, json_t *row)
{
	if (form->columns == energy && !form->as_csv && !form->as_json)
		add_gap(row);
	past_row(form, row);
}

/* Days of the same month or year become one row, which is shown when it is over. */
static void sum_up(struct past_form *form, json_t **sum, json_t *row, unsigned int of_day)
{
	const char *day = json_string_value(json_object_get(row, "Day")), *key;
	char name[16];
	json_t *value, *was;

	snprintf(name, sizeof(name), "%.*s", (int)of_day, day ? day : "");
	json_object_set_new(row, "Day", json_string(name));
	was = json_object_get(*sum, "Day");
	if (was && json_equal(was, json_object_get(row, "Day"))) {
		json_object_foreach(row, key, value)
			if (json_is_number(value))
				json_object_set_new(*sum, key, json_real(
					json_number_value(json_object_get(*sum, key)) +
					json_number_value(value)));
		return;
	}
	if (*sum)
		show_row(form, *sum);
	json_decref(*sum);
	*sum = json_deep_copy(row);
}

/* [rows, next] */
static int ask(sd_bus *bus, const struct question *q, json_t **rows, int64_t *next)
{
	sd_bus_message *call = NULL, *reply = NULL;
	sd_bus_error error = { 0 };
	json_t *end = NULL;
	int r, status = EXIT_SUCCESS;

	r = sd_bus_message_new_method_call(bus, &call, SERVICE, SERVICE_ROOT, MANAGER,
					   "GetHistory");
	if (r >= 0)
		r = sd_bus_message_append(call, "sxxu", q->table->name, q->from, q->to,
					  q->step_s);
	if (r >= 0)
		r = sd_bus_call(bus, call, ASK_US, &error, &reply);
	if (r >= 0)
		r = message_to_json(reply, rows);
	if (r >= 0)
		r = message_to_json(reply, &end);
	if (r < 0)
		status = service_failed(&error, r);
	*next = json_integer_value(end);
	json_decref(end);
	sd_bus_message_unref(reply);
	sd_bus_message_unref(call);
	sd_bus_error_free(&error);

	return status;
}

static int show_page(sd_bus *bus, struct question *q, struct past_form *form, json_t **sum)
{
	json_t *rows = NULL, *row;
	int64_t next = q->to;
	size_t i;
	int status;

	status = ask(bus, q, &rows, &next);
	json_array_foreach(rows, i, row) {
		if (q->of_day && q->of_day < 10)
			sum_up(form, sum, row, q->of_day);
		else
			show_row(form, row);
	}
	json_decref(rows);
	q->from = next > q->from ? next : q->to;

	return status;
}

static int show_all(struct question *q, struct past_form *form)
{
	json_t *sum = NULL;
	sd_bus *bus = NULL;
	int status;

	status = service_open(&bus);
	if (!status)
		past_begin(form);
	while (!status && q->from < q->to)
		status = show_page(bus, q, form, &sum);
	if (!status && sum)
		show_row(form, sum);
	if (!status)
		past_end(form);
	json_decref(sum);
	sd_bus_flush_close_unref(bus);

	return status;
}

int past_show(int n, char **words, const struct past_options *options)
{
	const struct past_verb *verb = verb_of(words[0]);
	struct past_form form = {
		.columns = verb->columns, .as_csv = options->as_csv, .as_json = options->as_json,
	};
	struct question q = { 0 };
	int status;

	if (options->as_csv && options->as_json)
		return wrong("--csv", "--json", "one of them alone");
	status = set_table(&q, verb, n, words);
	if (!status)
		status = set_period(&q, options->by);
	if (!status)
		status = set_times(&q, options);
	form.table = q.table;

	return status ? status : show_all(&q, &form);
}
