// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Sensor: a channel of IIO: what it measures, and how it is.
 */
#include "object_rows.h"

#include "../io/boot_clock.h"
#include "sensors.h"

static const struct sensors_one *sensor_of(const struct object *o)
{
	return &bus_setup_of(o->bus)->sensors->one[o->index];
}

static int put_name(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', sensor_of(o)->config.name);
}

static int put_kind(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's',
					   sensor_kind_word(sensor_of(o)->config.sensor.scale.kind));
}

static int put_input(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append(m, "u", (u32)sensor_of(o)->config.input);
}

static int put_place(sd_bus_message *m, const struct object *o)
{
	const struct sensor_config *c = &sensor_of(o)->config.sensor;
	char place[SENSOR_URI_SIZE + 2 * SENSOR_NAME_SIZE + 2];

	snprintf(place, sizeof(place), "%s %s %s", c->uri, c->device, c->channel);

	return sd_bus_message_append_basic(m, 's', place);
}

static int put_state(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's',
					   sensors_state_word(sensor_of(o), boot_clock_ms()));
}

static int put_reading(sd_bus_message *m, const struct object *o)
{
	const struct sensor_scale *scale = &sensor_of(o)->config.sensor.scale;
	struct sensor_reading reading;
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0 && sensors_reading(sensor_of(o), &reading, boot_clock_ms())) {
		r = values_entry(m, "Value", "d", (double)reading.milli / 1000);
		if (r >= 0)
			r = values_entry(m, "Unit", "s", sensor_unit(scale, reading.quantity));
	}

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static const struct object_row rows[] = {
	{ "Name", put_name },
	{ "Kind", put_kind },
	{ "Input", put_input },
	{ "Place", put_place },
	{ "State", put_state },
	{ "Reading", put_reading },
	{ NULL, NULL }
};

OBJECT_ROWS_GETTER(rows)

static u64 mark_config(const struct object *o)
{
	return mark_bytes(MARK_START, &sensor_of(o)->config, sizeof(struct config_sensor));
}

static u64 mark_state(const struct object *o)
{
	return mark_text(MARK_START, sensors_state_word(sensor_of(o), boot_clock_ms()));
}

static u64 mark_reading(const struct object *o)
{
	struct sensor_reading reading;
	bool fresh = sensors_reading(sensor_of(o), &reading, boot_clock_ms());
	const s64 figures[] = { fresh, fresh ? reading.milli : 0 };

	return mark_numbers(MARK_START, figures, ARRAY_SIZE(figures));
}

#define CHANGES	SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Name", "s", get, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Kind", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Input", "u", get, 0, CHANGES),
	SD_BUS_PROPERTY("Place", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("State", "s", get, 0, CHANGES),
	SD_BUS_PROPERTY("Reading", "a{sv}", get, 0, CHANGES),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Kind", mark_config },
	{ "Input", mark_config },
	{ "Place", mark_config },
	{ "State", mark_state },
	{ "Reading", mark_reading },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ NULL, NULL, NULL }
};

static void path_of(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/sensor/%s", sensor_of(o)->config.name);
}

static unsigned int count(const struct bus_setup *setup)
{
	return setup->sensors->n;
}

const struct object_kind object_sensor = {
	"org.cellar1.Sensor", vtable, properties, verbs, path_of, count, NULL
};
