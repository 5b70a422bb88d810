// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is at an address, found out by reading alone: by what a meter of a house measures, by
 * the beginning of a serial number, or by SunSpec (spec/field.md 1.2, 1.3, 2.1, 3 and 5).
 */
#include "scan.h"

#include "../io/hybrid_maps.h"
#include "../io/sunspec.h"

/* Where kits of inverters have their meters, and inverters themselves (field.md 1.2). */
static const u8 addresses[] = { 1, 2, 3, 4, 32 };

#define MEASURED	0x2000
#define MEASURED_N	8

/* Raw V_A of a DTSU666 in tenths or in V, and of a DDSU666, in mV of what they seem. */
#define TENTHS_MIN_MV	1500000
#define TENTHS_MAX_MV	2800000
#define VOLTS_MIN_MV	150000
#define VOLTS_MAX_MV	280000

/* A house has none that is larger. */
#define RATED_MAX_MW	1000000000LL

#define TRIES		2

/* @heard: it answers at all, an exception is enough */
struct probe {
	struct modbus_port *port;
	u16 timeout_ms;
	u8 address;
	bool heard;
	u16 value[REGISTERS_MAX];
};

/* 0: @n registers are there; -ENODATA: they are not; another negative errno: the port is. */
static int ask(struct probe *p, u8 function, u16 at, u16 n)
{
	const struct modbus_ask ask = {
		.address = p->address, .function = function, .at = at, .n = n,
		.timeout_ms = p->timeout_ms,
	};
	enum modbus_outcome outcome;
	u8 exception;
	int r;

	for (unsigned int i = 0; i < TRIES; i++) {
		r = modbus_port_exchange(p->port, &ask, &outcome, &exception, p->value);
		if (r)
			return r;
		if (outcome == MODBUS_DONE || outcome == MODBUS_REFUSED) {
			p->heard = true;
			return outcome == MODBUS_DONE ? 0 : -ENODATA;
		}
		/* who has never answered is not there */
		if (outcome == MODBUS_LOST && !p->heard)
			break;
	}

	return -ENODATA;
}

static s64 float_mv(const struct probe *p, unsigned int at)
{
	static const struct register_map map;
	static const struct register_scale scale = REGISTER_SCALE_NONE;
	const struct register_row row = {
		.name = "V", .at = (u16)at, .type = REGISTER_F32, .unit = UNIT_MV, .num = 1000,
		.den = 1,
	};
	const struct register_image image = { 0, MEASURED_N, p->value };
	s64 mv;

	return register_number(&map, &row, &scale, &image, &mv) ? -1 : mv;
}

static bool is_within(s64 value, s64 least, s64 most)
{
	return value >= least && value <= most;
}

/* The one of three phases has voltages between them first, and the phases' own at 6. */
static int is_chint(struct probe *p, struct scan_device *found)
{
	int r = ask(p, MODBUS_READ_HOLDING, MEASURED, MEASURED_N);
	s64 first, phase;

	if (r)
		return r;
	first = float_mv(p, 0);
	phase = float_mv(p, 6);
	found->section = "meter";
	if (is_within(phase, TENTHS_MIN_MV, TENTHS_MAX_MV) ||
	    is_within(phase, VOLTS_MIN_MV, VOLTS_MAX_MV))
		found->kind = "dtsu666";
	else if (is_within(first, VOLTS_MIN_MV, VOLTS_MAX_MV))
		found->kind = "ddsu666";
	else
		found->section = NULL;

	return found->section ? 0 : -ENODATA;
}

static void serial_of(const struct probe *p, u16 n, char serial[HYBRID_SERIAL_SIZE])
{
	const struct register_image image = { 0, n, p->value };

	register_text(&image, 0, n, serial, HYBRID_SERIAL_SIZE);
}

static void says(struct scan_device *found, const char *model, const char *serial)
{
	snprintf(found->says, sizeof(found->says), "%s, serial number %s", model, serial);
}

static bool is_before_g3(const char *serial)
{
	return !strncmp(serial, "SM1E", 4) || !strncmp(serial, "ZM1E", 4);
}

/* One number of what is read at @at, W; 0: it does not say. Another errno than -ENODATA. */
static int ask_watts(struct probe *p, const struct register_map *map, unsigned int place, u16 at,
		     u32 *watts)
{
	static const struct register_scale scale = REGISTER_SCALE_NONE;
	const struct register_image image = { map->block->at, map->block->n, p->value };
	int r = ask(p, MODBUS_READ_HOLDING, at, map->block->n);
	s64 mw;

	*watts = 0;
	if (r)
		return r == -ENODATA ? 0 : r;
	if (!register_number(map, &map->row[place], &scale, &image, &mw) && mw > 0 &&
	    mw <= RATED_MAX_MW)
		*watts = (u32)(mw / 1000);

	return 0;
}

static int is_g3(struct probe *p, struct scan_device *found)
{
	int r = ask(p, MODBUS_READ_HOLDING, SOFAR_SERIAL, 8);
	char serial[HYBRID_SERIAL_SIZE];

	if (r)
		return r;
	serial_of(p, 8, serial);
	if (!hybrid_model(serial) || is_before_g3(serial))
		return -ENODATA;
	found->section = "inverter";
	found->kind = hybrid_kind_word(HYBRID_SOFAR_G3);
	says(found, hybrid_model(serial), serial);

	return ask_watts(p, &sofar_rated, HYBRID_RATED_W, sofar_rated.block->at,
			 &found->rated_w);
}

/* Who has strings of its own has more to read. */
static int is_legacy(struct probe *p, struct scan_device *found)
{
	int r = ask(p, MODBUS_READ_INPUT, LEGACY_SERIAL, 7);
	char serial[HYBRID_SERIAL_SIZE];

	if (r)
		return r;
	serial_of(p, 7, serial);
	if (!is_before_g3(serial))
		return -ENODATA;
	r = ask(p, MODBUS_READ_HOLDING, LEGACY_STATE, legacy_hyd_es.block->n);
	if (r && r != -ENODATA)
		return r;
	found->section = "inverter";
	found->kind = hybrid_kind_word(r ? HYBRID_ME3000 : HYBRID_HYD_ES);
	says(found, hybrid_model(serial), serial);

	return 0;
}

static int name_sunspec(struct probe *p, const struct sunspec_walk *walk,
			struct scan_device *found)
{
	const struct sunspec_model *names = sunspec_find(walk, SUNSPEC_COMMON, SUNSPEC_COMMON);
	const struct register_image image = { 0, SUNSPEC_COMMON_N - 2, p->value };
	char maker[SCAN_TEXT_SIZE / 2], model[SCAN_TEXT_SIZE / 2 - 1];
	int r;

	if (!names || names->n < image.n)
		return 0;
	r = ask(p, MODBUS_READ_HOLDING, names->at, image.n);
	if (r)
		return r == -ENODATA ? 0 : r;
	register_text(&image, SUNSPEC_MAKER, 16, maker, sizeof(maker));
	register_text(&image, SUNSPEC_MODEL, 16, model, sizeof(model));
	snprintf(found->says, sizeof(found->says), "%s %s", maker, model);

	return 0;
}

static int is_sunspec(struct probe *p, struct scan_device *found)
{
	struct modbus_result result;
	struct register_read read;
	const struct sunspec_model *plate;
	struct sunspec_walk walk;
	int r;

	sunspec_walk_start(&walk);
	while (sunspec_walk_next(&walk, &read)) {
		r = ask(p, MODBUS_READ_HOLDING, read.at, read.n);
		if (r && r != -ENODATA)
			return r;
		result = (struct modbus_result){
			.outcome = r ? MODBUS_REFUSED : MODBUS_DONE, .at = read.at, .n = read.n,
			.value = { p->value[0], p->value[1] },
		};
		sunspec_walk_take(&walk, &result);
	}
	if (sunspec_find(&walk, 101, 103) || sunspec_find(&walk, 111, 113))
		found->section = "inverter";
	else if (sunspec_find(&walk, 201, 204))
		found->section = "meter";
	else
		return -ENODATA;
	found->kind = "sunspec";
	plate = sunspec_find(&walk, 120, 120);
	r = 0;
	if (plate && plate->n >= sunspec_nameplate.block->n)
		r = ask_watts(p, &sunspec_nameplate, HYBRID_RATED_W, plate->at, &found->rated_w);

	return r ? r : name_sunspec(p, &walk, found);
}

static int look_at(struct probe *p, struct scan_device *found)
{
	static int (*const kinds[])(struct probe *p, struct scan_device *found) = {
		is_chint, is_g3, is_legacy, is_sunspec,
	};
	int r;

	*found = (struct scan_device){ .address = p->address };
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		r = kinds[i](p, found);
		if (r != -ENODATA)
			return r;
		if (!p->heard)
			break;
	}

	return 0;
}

int scan_devices(struct modbus_port *port, u16 timeout_ms,
		 struct scan_device found[SCAN_DEVICES_MAX])
{
	struct probe p = { .port = port, .timeout_ms = timeout_ms };
	int n = 0, r;

	_Static_assert(ARRAY_SIZE(addresses) <= SCAN_DEVICES_MAX, "each has a place");
	for (unsigned int i = 0; i < ARRAY_SIZE(addresses); i++) {
		p.address = addresses[i];
		p.heard = false;
		r = look_at(&p, &found[n]);
		if (r)
			return r;
		n += p.heard;
	}

	return n;
}
