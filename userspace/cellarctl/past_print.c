// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of text, CSV (RFC 4180) and an array of JSON. What nobody knows is "-", nothing, or
 * absent.
 */
#include "past_print.h"

#include "dates.h"
#include "printable.h"

#include <stdio.h>

#define CELL_SIZE	32

static bool is_time(const struct history_table *table, const char *key)
{
	for (unsigned int i = 0; i < table->columns; i++)
		if (!strcmp(table->column[i].key, key))
			return table->column[i].type == HISTORY_TIME;

	return false;
}

/* Blanks at the end of a line are of no use. */
static void put_cell(const char *text, int width, bool number, bool last)
{
	if (number)
		printf("%*s%s", width, text, last ? "\n" : "  ");
	else if (last)
		printf("%s\n", text);
	else
		printf("%-*s  ", width, text);
}

static const char *figure(char *cell, json_t *value, double by, int decimals)
{
	if (json_is_number(value))
		snprintf(cell, CELL_SIZE, "%.*f", decimals, json_number_value(value) / by);
	else
		snprintf(cell, CELL_SIZE, "-");

	return cell;
}

static void print_column(const struct past_form *form, const struct past_column *column,
			 json_t *row)
{
	json_t *value = json_object_get(row, column->key);
	const char *text = json_string_value(value);
	char cell[CELL_SIZE];

	if (is_time(form->table, column->key))
		text = dates_text(json_integer_value(value), false, cell);
	else if (column->by != 0)
		text = figure(cell, value, column->by, column->decimals);
	put_cell(text && *text ? text : "-", column->width, column->by != 0, !column[1].key);
}

/* A column of the table itself: numbers to the right of their title. */
static void print_any(const struct history_table *table, unsigned int i, json_t *row)
{
	const struct history_column *column = &table->column[i];
	json_t *value = json_object_get(row, column->key);
	const char *text = json_string_value(value);
	bool number = column->type == HISTORY_NUMBER;
	int width = (int)strlen(column->key);
	char cell[CELL_SIZE];

	if (column->type == HISTORY_TIME) {
		text = dates_text(json_integer_value(value), false, cell);
		width = (int)sizeof("2026-01-31 12:00:00") - 1;
	} else if (number) {
		text = figure(cell, value, 1, column->by > 1 ? 2 : 0);
	} else if (width < 14) {
		width = 14;
	}
	put_cell(text && *text ? text : "-", width, number, i + 1 == table->columns);
}

static void print_titles(const struct past_form *form)
{
	const struct history_table *table = form->table;
	const struct past_column *c;
	int width;

	for (c = form->columns; c && c->key; c++)
		put_cell(c->title, c->width, c->by != 0, !c[1].key);
	for (unsigned int i = 0; !form->columns && i < table->columns; i++) {
		width = (int)strlen(table->column[i].key);
		if (table->column[i].type == HISTORY_TIME)
			width = (int)sizeof("2026-01-31 12:00:00") - 1;
		else if (history_is_text(&table->column[i]) && width < 14)
			width = 14;
		put_cell(table->column[i].key, width, table->column[i].type == HISTORY_NUMBER,
			 i + 1 == table->columns);
	}
}

static void print_row(const struct past_form *form, json_t *row)
{
	printable(row);
	for (const struct past_column *c = form->columns; c && c->key; c++)
		print_column(form, c, row);
	for (unsigned int i = 0; !form->columns && i < form->table->columns; i++)
		print_any(form->table, i, row);
}

static void csv_text(const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

static void csv_value(const struct history_column *column, json_t *value)
{
	char text[DATES_TEXT_SIZE];

	if (json_is_string(value))
		csv_text(json_string_value(value));
	else if (column->type == HISTORY_TIME && value)
		fputs(dates_text(json_integer_value(value), true, text), stdout);
	else if (json_is_integer(value))
		printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (value)
		printf("%.12g", json_number_value(value));
}

static void csv_row(const struct history_table *table, json_t *row)
{
	for (unsigned int i = 0; i < table->columns; i++) {
		if (i)
			putchar(',');
		if (row)
			csv_value(&table->column[i],
				  json_object_get(row, table->column[i].key));
		else
			csv_text(table->column[i].key);
	}
	fputs("\r\n", stdout);
}

void past_begin(struct past_form *form)
{
	form->rows = 0;
	if (form->as_json)
		fputs("[", stdout);
	else if (form->as_csv)
		csv_row(form->table, NULL);
}

void past_row(struct past_form *form, json_t *row)
{
	if (form->as_json) {
		fputs(form->rows ? ",\n" : "\n", stdout);
		json_dumpf(row, stdout, JSON_COMPACT | JSON_REAL_PRECISION(12));
	} else if (form->as_csv) {
		csv_row(form->table, row);
	} else {
		if (!form->rows)
			print_titles(form);
		print_row(form, row);
	}
	form->rows++;
}

void past_end(struct past_form *form)
{
	if (form->as_json)
		fputs("\n]\n", stdout);
	else if (!form->as_csv && !form->rows)
		puts("nothing is known of that time");
}
