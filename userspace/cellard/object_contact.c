// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.cellar1.Contact: a dry contact that is read or switched: which line it is, and how.
 */
#include "object_rows.h"

#include "../io/boot_clock.h"
#include "contacts.h"

/* The contact @index of those that there are. */
static const struct contacts_line *line_of(const struct object *o)
{
	const struct contacts_line *l = bus_setup_of(o->bus)->contacts->line;
	unsigned int left = o->index;

	for (; !l->want.given || left; l++)
		left -= l->want.given;

	return l;
}

static unsigned int number_of(const struct object *o)
{
	const struct contacts_line *l = line_of(o);

	return (unsigned int)(l - l->contacts->line);
}

static int put_name(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's', config_contact_word(number_of(o)));
}

static int put_line(sd_bus_message *m, const struct object *o)
{
	char place[GPIO_NAME_SIZE + 12];

	return sd_bus_message_append_basic(m, 's', gpio_want_place(&line_of(o)->want, place));
}

static int put_direction(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's',
					   config_contact_is_output(number_of(o)) ? "out" : "in");
}

static int put_state(sd_bus_message *m, const struct object *o)
{
	return sd_bus_message_append_basic(m, 's',
					   contacts_state_word(line_of(o), boot_clock_ms()));
}

static const struct object_row rows[] = {
	{ "Name", put_name },
	{ "Line", put_line },
	{ "Direction", put_direction },
	{ "State", put_state },
	{ NULL, NULL }
};

OBJECT_ROWS_GETTER(rows)

static u64 mark_line(const struct object *o)
{
	return mark_bytes(MARK_START, &line_of(o)->want, sizeof(struct gpio_want));
}

static u64 mark_state(const struct object *o)
{
	return mark_text(MARK_START, contacts_state_word(line_of(o), boot_clock_ms()));
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Name", "s", get, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Line", "s", get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Direction", "s", get, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("State", "s", get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_VTABLE_END
};

static const struct object_property properties[] = {
	{ "Line", mark_line },
	{ "State", mark_state },
	{ NULL, NULL }
};

static const struct object_verb verbs[] = {
	{ NULL, NULL, NULL }
};

static void path_of(const struct object *o, char *path)
{
	snprintf(path, OBJECT_PATH_SIZE, OBJECT_ROOT "/contact/%s",
		 config_contact_word(number_of(o)));
}

static unsigned int count(const struct bus_setup *setup)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < CONFIG_CONTACTS; i++)
		n += setup->contacts->line[i].want.given;

	return n;
}

const struct object_kind object_contact = {
	"org.cellar1.Contact", vtable, properties, verbs, path_of, count, NULL
};
