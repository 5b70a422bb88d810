// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Meter: a meter on a Modbus line: what it measures, as the house counts it, how
 * it is, and what people should know of it.
 */
#include "object_rows.h"

#include "../io/boot_clock.h"
#include "lines.h"

static struct lines *lines_of(const struct object *o)
{
	return bus_setup_of(o->bus)->lines;
}

static const struct lines_meter *meter_of(const struct object *o)
{
	return &lines_of(o)->meter[o->index];
}

static const struct lines_line *line_of(const struct object *o)
{
	return &lines_of(o)->line[meter_of(o)->line];
}

static bool is_fresh(const struct object *o)
{
	return meter_is_fresh(&meter_of(o)->meter, boot_clock_ms());
}

static int put_name(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', meter_of(o)->config.name);
}

static int put_line(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', line_of(o)->config.name);
}

static int put_address(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append(m, "u", (u32)meter_of(o)->meter.config.address);
}

static int put_kind(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's',
					   meter_kind_word(meter_of(o)->meter.config.kind));
}

static int put_role(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's',
					   meter_role_word(meter_of(o)->meter.config.role));
}

static int put_model(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', meter_of(o)->meter.model);
}

static int put_state(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', meter_state_word(meter_of(o)->meter.state));
}

static int put_fresh(sd_bus_message *m, const struct object *o)
{
	int fresh = is_fresh(o);

	return sd_bus_message_append_basic(m, 'b', &fresh);
}

/* @phases: the key is followed by 1…3; @first: 1 when the sum has a place before them */
static const struct {
	const char *key;
	u8 first, phases;
	double by;
} numbers[] = {
	{ "Voltage", METER_V_1, 3, 1e3 },
	{ "Current", METER_A_1, 3, 1e3 },
	{ "ReactivePower", METER_VAR, 0, 1e3 },
	{ "PowerFactor", METER_PF, 0, 1e3 },
	{ "Frequency", METER_HZ, 0, 1e3 },
};

static int put_number(sd_bus_message *m, const struct meter_reading *r, const char *key,
		      unsigned int phase, unsigned int number, double by)
{
	char name[32];

	if (!(r->known & METER_BIT(number)))
		return 0;
	snprintf(name, sizeof(name), phase ? "%s%u" : "%s", key, phase);

	return values_entry(m, name, "d", (double)r->number[number] / by);
}

static int put_power(sd_bus_message *m, const struct meter *meter)
{
	int r = 0;

	for (unsigned int phase = 0; r >= 0 && phase <= METER_PHASES; phase++) {
		char name[16];
		s64 mw;

		if (!meter_power_mw(meter, phase, &mw))
			continue;
		snprintf(name, sizeof(name), phase ? "Power%u" : "Power", phase);
		r = values_entry(m, name, "d", (double)mw / 1e3);
	}

	return r;
}

static int put_energy(sd_bus_message *m, const struct meter *meter)
{
	bool production = meter->config.role == METER_PRODUCTION, by, by_us = false;
	static const char *const keys[2][2] = {
		{ "ImportEnergy", "ExportEnergy" }, { "ConsumedEnergy", "ProducedEnergy" },
	};
	int r = 0;
	u64 wh;

	for (unsigned int out = 0; r >= 0 && out < 2; out++) {
		if (!meter_energy_wh(meter, out, &wh, &by))
			continue;
		by_us = by;
		r = values_entry(m, keys[production][out], "d", (double)wh);
	}

	return r < 0 || !by_us ? r : values_entry(m, "EnergyByCellard", "b", 1);
}

/* What is old is not there. */
static int put_reading(sd_bus_message *m, const struct object *o)
{
	const struct meter *meter = &meter_of(o)->meter;
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0 && is_fresh(o)) {
		r = put_power(m, meter);
		for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(numbers); i++) {
			if (!numbers[i].phases)
				r = put_number(m, &meter->reading, numbers[i].key, 0,
					       numbers[i].first, numbers[i].by);
			for (unsigned int phase = 1; r >= 0 && phase <= numbers[i].phases; phase++)
				r = put_number(m, &meter->reading, numbers[i].key, phase,
					       numbers[i].first + phase - 1, numbers[i].by);
		}
	}
	if (r >= 0)
		r = put_energy(m, meter);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_notes(sd_bus_message *m, const struct object *o)
{
	const struct lines_meter *meter = meter_of(o);
	int r;

	r = sd_bus_message_open_container(m, 'a', "s");
	for (unsigned int note = 0; r >= 0 && note < METER_NOTES; note++)
		if (meter->meter.notes & BIT(note))
			r = sd_bus_message_append_basic(m, 's', meter_note_words(note));
	if (r >= 0 && meter->check.reversed)
		r = sd_bus_message_append_basic(m, 's', "it looks reversed");
	if (r >= 0 && line_of(o)->known && line_of(o)->error)
		r = sd_bus_message_append_basic(m, 's', strerror(-line_of(o)->error));

	return r < 0 ? r : sd_bus_message_close_container(m);
}

/* Of its line, but for what was thrown away. */
static int put_counters(sd_bus_message *m, const struct object *o)
{
	struct modbus_counters c;

	modbus_line_count(line_of(o)->modbus, &c);

	return sd_bus_message_append(m, "a{st}", 7, "Requests", c.requests, "Answers", c.answers,
				     "Refusals", c.refusals, "Losses", c.losses, "Garbled",
				     c.garbled, "Opens", c.opens, "Nonsense",
				     meter_of(o)->meter.nonsense);
}

static const struct object_row rows[] = {
	{ "Name", put_name },
	{ "Line", put_line },
	{ "Address", put_address },
	{ "Kind", put_kind },
	{ "Role", put_role },
	{ "Model", put_model },
	{ "State", put_state },
	{ "Fresh", put_fresh },
	{ "Reading", put_reading },
	{ "Notes", put_notes },
	{ "Counters", put_counters },
	{ NULL, NULL }
};

OBJECT_ROWS_GETTER(rows)

static u64 mark_line(const struct object *o)
{
	return mark_text(MARK_START, line_of(o)->config.name);
}

static u64 mark_address(const struct object *o)
{
	return meter_of(o)->meter.config.address;
}

static u64 mark_kind(const struct object *o)
{
	return meter_of(o)->meter.config.kind;
}

static u64 mark_role(const struct object *o)
{
	return meter_of(o)->meter.config.role;
}

static u64 mark_model(const struct object *o)
{
	return mark_text(MARK_START, meter_of(o)->meter.model);
}

static u64 mark_state(const struct object *o)
{
	return meter_of(o)->meter.state;
}

static u64 mark_fresh(const struct object *o)
{
	return is_fresh(o);
}

static u64 mark_reading(const struct object *o)
{
	const struct meter *m = &meter_of(o)->meter;
	const s64 more[] = {
		is_fresh(o), m->reading.at_ms != 0, m->reading.energy_ms != 0, m->summed_ms != 0,
		(s64)m->forward.wh, (s64)m->reverse.wh, m->notes & BIT(METER_ENERGY_NONE),
	};
	u64 mark = mark_bytes(MARK_START, &m->reading.known, sizeof(m->reading.known));

	mark = mark_bytes(mark, m->reading.number, sizeof(m->reading.number));

	return mark_numbers(mark, more, ARRAY_SIZE(more));
}

static u64 mark_notes(const struct object *o)
{
	const s64 notes[] = {
		meter_of(o)->meter.notes, meter_of(o)->check.reversed, line_of(o)->error,
	};

	return mark_numbers(MARK_START, notes, ARRAY_SIZE(notes));
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Name", "s", get, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Line", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Address", "u", get, 0, CHANGES),
	SD_BUS_PROPERTY("Kind", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Role", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Model", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("State", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Fresh", "b", get, 0, CHANGES),
	SD_BUS_PROPERTY("Reading", "a{sv}", get, 0, CHANGES),
	SD_BUS_PROPERTY("Notes", "as", get, 0, CHANGES),
	SD_BUS_PROPERTY("Counters", "a{st}", get, 0, 0),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Line", mark_line },
	{ "Address", mark_address },
	{ "Kind", mark_kind },
	{ "Role", mark_role },
	{ "Model", mark_model },
	{ "State", mark_state },
	{ "Fresh", mark_fresh },
	{ "Reading", mark_reading },
	{ "Notes", mark_notes },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ NULL, NULL, NULL }
};

static void path_of(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/meter/%s", meter_of(o)->config.name);
}

static unsigned int count(const struct bus_setup *setup)
{
	return setup->lines->meters;
}

const struct object_kind object_meter = {
	"org.cellar1.Meter", vtable, properties, verbs, path_of, count, NULL
};
