// SPDX-License-Identifier: GPL-2.0-only
/*
 * From rows to dictionaries, in SI units; what nobody knows is absent.
 */
#include "history_bus.h"

#include "../core/civil.h"
#include "values.h"

#include <stdlib.h>

#define ERROR_NO_HISTORY	"org.cellar1.Error.NoHistory"
#define STEP_MAX_S		(366 * 86400)

/* @r: what went wrong with @reply */
struct page {
	sd_bus_message *call, *reply;
	int r;
};

static int put_value(sd_bus_message *m, const struct history_column *column,
		     const union history_value *value)
{
	char date[32];
	struct civil day;

	if (history_is_text(column) ? !value->text : value->number == HISTORY_NOTHING)
		return 0;

	switch ((enum history_type)column->type) {
	case HISTORY_NAME:
	case HISTORY_TEXT:
		return values_entry(m, column->key, "s", value->text);
	case HISTORY_DAY:
		civil_of(value->number * CIVIL_DAY_S, &day);
		snprintf(date, sizeof(date), "%04d-%02u-%02u", day.year, day.month, day.of_month);
		return values_entry(m, column->key, "s", date);
	default:
		break;
	}
	if (!column->by)
		return values_entry(m, column->key, "x", value->number);

	return values_entry(m, column->key, "d", (double)value->number / column->by);
}

static void put_row(void *user, const struct history_row *row)
{
	const struct history_table *table = &history_tables[row->table];
	struct page *p = user;
	int r = p->r;

	if (r >= 0)
		r = sd_bus_message_open_container(p->reply, 'a', "{sv}");
	for (unsigned int i = 0; r >= 0 && i < table->columns; i++)
		r = put_value(p->reply, &table->column[i], &row->value[i]);
	if (r >= 0)
		r = sd_bus_message_close_container(p->reply);
	p->r = r;
}

static void end(void *user, int error, const char *why, s64 next)
{
	struct page *p = user;
	int r = p->r;

	if (error) {
		sd_bus_reply_method_errorf(p->call, ERROR_NO_HISTORY, "%s", why);
	} else {
		if (r >= 0)
			r = sd_bus_message_close_container(p->reply);
		if (r >= 0)
			r = sd_bus_message_append_basic(p->reply, 'x', &next);
		if (r >= 0)
			r = sd_bus_send(NULL, p->reply, NULL);
		if (r < 0)
			sd_bus_reply_method_errno(p->call, r, NULL);
	}
	sd_bus_message_unref(p->reply);
	sd_bus_message_unref(p->call);
	free(p);
}

static int ask(struct history *history, sd_bus_message *call, const struct history_asked *asked)
{
	static const struct history_answer answer = { .row = put_row, .end = end };
	struct page *p;
	int r;

	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;

	r = sd_bus_message_new_method_return(call, &p->reply);
	if (r >= 0)
		r = sd_bus_message_open_container(p->reply, 'a', "a{sv}");
	if (r >= 0)
		r = history_ask(history, asked, &answer, p);
	if (r < 0) {
		sd_bus_message_unref(p->reply);
		free(p);
		return r;
	}
	p->call = sd_bus_message_ref(call);

	return 1;
}

static int no_table(const char *name, sd_bus_error *error)
{
	char names[256];
	size_t n = 0;

	for (unsigned int i = 0; i < HISTORY_TABLES; i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", i ? ", " : "",
				      history_tables[i].name);

	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
				 "no table \"%s\"; there is: %s", name, names);
}

int history_bus_get(struct history *history, sd_bus_message *call, sd_bus_error *error)
{
	const struct history_table *table;
	struct history_asked asked;
	const char *name;
	int r;

	r = sd_bus_message_read(call, "sxxu", &name, &asked.from, &asked.to, &asked.step_s);
	if (r < 0)
		return r;

	table = history_table_by_name(name);
	if (!table)
		return no_table(name, error);
	asked.table = (u8)(table - history_tables);
	if (asked.from > asked.to || asked.from < 0)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "from %lld to %lld: must be 0 or later, and not after the"
					 " end", (long long)asked.from, (long long)asked.to);
	if (asked.step_s > STEP_MAX_S || (asked.step_s && !table->thinned))
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "a step of %u s: must be"
					 " 0 to %u s, and 0 but for flows, limits and charging",
					 asked.step_s, STEP_MAX_S);

	r = ask(history, call, &asked);
	if (r == -ENOTCONN)
		return sd_bus_error_set(error, ERROR_NO_HISTORY,
					"no history is kept, or it cannot be read now");
	if (r == -EBUSY)
		return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					"others wait for the history: ask again later");

	return r;
}
