// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readings as JSON. Every key is in the table of fields; an object or a key of
 * which nothing was said is left out.
 */
#include "json.h"

#include <jansson.h>

/* Takes @value over, also on failure and when it is NULL. */
static int put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) ? -ENOMEM : 0;
}

static json_t *alarm_words(u64 alarms)
{
	json_t *array = json_array();
	unsigned int i;

	for (i = 0; i < CELLAR_ALARMS; i++) {
		if (!(alarms & BIT_ULL(i)))
			continue;
		if (json_array_append_new(array, json_string(cellar_alarm_word(i)))) {
			json_decref(array);
			return NULL;
		}
	}

	return array;
}

static json_t *cells(const struct cellar_reading *r)
{
	json_t *array = json_array();
	unsigned int i;

	for (i = 0; i < r->cells; i++) {
		if (json_array_append_new(array, json_integer(r->cells_mv[i]))) {
			json_decref(array);
			return NULL;
		}
	}

	return array;
}

static json_t *temperatures(const struct cellar_reading *r)
{
	json_t *array = json_array();
	unsigned int i;

	for (i = 0; i < r->temperatures; i++) {
		if (json_array_append_new(array, json_integer(r->temperatures_decic[i]))) {
			json_decref(array);
			return NULL;
		}
	}

	return array;
}

static json_t *serial(const struct cellar_reading *r)
{
	char text[CELLAR_SERIAL_SIZE];

	cellar_reading_serial(r, text);

	return json_string(text);
}

static json_t *value(const struct cellar_reading *r, enum cellar_field f)
{
	const struct cellar_field_info *info = &cellar_fields[f];

	if (f == CELLAR_SERIAL_HEAD)
		return serial(r);

	switch ((enum cellar_kind)info->kind) {
	case CELLAR_KIND_UNSIGNED:
	case CELLAR_KIND_SIGNED:
		return json_integer(cellar_reading_number(r, f));
	case CELLAR_KIND_BOOL:
		return json_boolean(cellar_reading_number(r, f));
	case CELLAR_KIND_ALARMS:
		return alarm_words((u64)cellar_reading_number(r, f));
	case CELLAR_KIND_TEXT:
		return json_string((const char *)r + info->offset);
	case CELLAR_KIND_CELLS:
		return cells(r);
	case CELLAR_KIND_TEMPERATURES:
		return temperatures(r);
	case CELLAR_KIND_COUNTS:
		break;
	}

	return NULL;
}

static bool is_said(const struct cellar_reading *r, unsigned int f)
{
	char text[CELLAR_SERIAL_SIZE];

	if (f == CELLAR_SERIAL_HEAD)
		return cellar_reading_serial(r, text);

	return cellar_fields[f].in_json && cellar_has(r, f);
}

static int put_reading(json_t *object, const struct cellar_reading *r)
{
	unsigned int f;
	int ret;

	for (f = 0; f < CELLAR_FIELDS; f++) {
		if (is_said(r, f)) {
			ret = put(object, cellar_fields[f].name, value(r, f));
			if (ret)
				return ret;
		}

		/* a sender that names only its family has no better model */
		if (f == CELLAR_MODEL && !cellar_has(r, f) && cellar_has(r, CELLAR_FAMILY)) {
			ret = put(object, "model", json_string(r->family));
			if (ret)
				return ret;
		}
	}

	return 0;
}

static int put_packs(json_t *root, const struct decode *decode)
{
	json_t *array = NULL, *pack;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(decode->packs); i++) {
		if (!decode->packs[i].have)
			continue;

		if (!array) {
			array = json_array();
			ret = put(root, "packs", array);
			if (ret)
				return ret;
		}

		pack = json_object();
		ret = json_array_append_new(array, pack) ? -ENOMEM :
		      put(pack, "address", json_integer(i));
		if (!ret)
			ret = put_reading(pack, &decode->packs[i]);
		if (ret)
			return ret;
	}

	return 0;
}

/* Left out where frames of several dialects were read */
static const char *dialect_of(const struct decode *decode)
{
	const char *name = decode->can ? decode->can->name : NULL;

	for (unsigned int i = 0; i < decode->n_rs485; i++) {
		const char *heard = cellar_rs485_dialect(decode->rs485[i])->name;

		if (!(decode->rs485_heard & 1U << i))
			continue;
		if (name && strcmp(name, heard))
			return NULL;
		name = heard;
	}

	return name;
}

static int put_all(json_t *root, const struct decode *decode, u64 bad_lines)
{
	const char *dialect = dialect_of(decode);
	json_t *system;
	int ret = 0;

	if (dialect)
		ret = put(root, "dialect", json_string(dialect));
	if (!ret)
		ret = put(root, "frames", json_integer((json_int_t)decode->frames));
	if (!ret)
		ret = put(root, "malformed", json_integer((json_int_t)decode->malformed));
	if (!ret)
		ret = put(root, "unknown", json_integer((json_int_t)decode->unknown));
	if (!ret)
		ret = put(root, "bad_lines", json_integer((json_int_t)bad_lines));
	if (!ret && decode->system.have) {
		system = json_object();
		ret = put(root, "system", system);
		if (!ret)
			ret = put_reading(system, &decode->system);
	}

	return ret ? ret : put_packs(root, decode);
}

int json_write(FILE *out, const struct decode *decode, u64 bad_lines)
{
	json_t *root = json_object();
	int ret;

	ret = root ? put_all(root, decode, bad_lines) : -ENOMEM;
	if (!ret && (json_dumpf(root, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) ||
		     fputc('\n', out) == EOF))
		ret = -EIO;
	json_decref(root);

	return ret;
}
