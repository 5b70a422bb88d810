/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an object shows on the bus, as text, a line for each property; without a bus: its getters
 * write into messages of a connection that has nobody at its other end.
 */
#ifndef CELLAR_TESTS_OBJECT_PAGE_H
#define CELLAR_TESTS_OBJECT_PAGE_H

#include "../../userspace/cellard/object.h"

#include <sys/socket.h>

#define PAGE_SIZE	4096
#define PAGE_ROWS	24

/* All that an object of a test knows of the bus. */
struct bus {
	struct bus_setup setup;
	sd_bus *connection;
	int fd[2];
};

const struct bus_setup *bus_setup_of(const struct bus *bus)
{
	return &bus->setup;
}

/* It is shown here, and not called. */
int object_verb_called(sd_bus_message *call, void *user, sd_bus_error *error)
{
	(void)call, (void)user, (void)error;

	return -ENOSYS;
}

static inline void page_connect(struct bus *bus)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, bus->fd), 0);
	assert_int_equal(sd_bus_new(&bus->connection), 0);
	assert_int_equal(sd_bus_set_fd(bus->connection, bus->fd[0], bus->fd[0]), 0);
	assert_true(sd_bus_start(bus->connection) >= 0);
}

static inline void page_close(struct bus *bus)
{
	sd_bus_close(bus->connection);
	sd_bus_unref(bus->connection);
	close(bus->fd[1]);
}

static inline void page_add(char *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static inline void page_add(char *text, const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + length, PAGE_SIZE - length, format, args);
	va_end(args);
}

/* All values up to the end of the container that is open, with a space between them. */
static inline void page_values(sd_bus_message *m, char *text)
{
	const char *contents, *between = "";
	char type;

	while (sd_bus_message_peek_type(m, &type, &contents) > 0) {
		union {
			const char *s;
			double d;
			int b;
			u32 u;
			u64 t;
			u8 y;
			s64 x;
		} value = { .t = 0 };

		page_add(text, "%s", between);
		between = type == 'e' || contents ? " " : "=";
		if (contents) {
			assert_true(sd_bus_message_enter_container(m, type, contents) > 0);
			page_add(text, type == 'a' ? "[" : "");
			page_values(m, text);
			page_add(text, type == 'a' ? "]" : "");
			assert_true(sd_bus_message_exit_container(m) >= 0);
			continue;
		}
		assert_true(sd_bus_message_read_basic(m, type, &value) > 0);
		switch (type) {
		case 's':
		case 'o':
			page_add(text, "%s", value.s);
			break;
		case 'd':
			page_add(text, "%.10g", value.d);
			break;
		case 'b':
			page_add(text, "%s", value.b ? "yes" : "no");
			break;
		case 'u':
			page_add(text, "%u", value.u);
			break;
		case 't':
			page_add(text, "%llu", (unsigned long long)value.t);
			break;
		case 'x':
			page_add(text, "%lld", (long long)value.x);
			break;
		default:
			fail_msg("no value of type %c", type);
		}
	}
}

/* The value of @property, "" when @row is none; its type is that of its vtable. */
static inline void page_row(struct object *o, const sd_bus_vtable *row, char *text)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *m = NULL;

	*text = '\0';
	/* the getter has the object itself */
	assert_int_equal(row->x.property.offset, 0);
	assert_true(sd_bus_message_new_signal(o->bus->connection, &m, "/page", "page.Page",
					      "Page") >= 0);
	assert_true(row->x.property.get(o->bus->connection, "/page", o->kind->interface,
					row->x.property.member, m, o, &error) >= 0);
	assert_true(sd_bus_message_seal(m, 1, 0) >= 0);
	assert_string_equal(sd_bus_message_get_signature(m, 1), row->x.property.signature);
	page_values(m, text);
	sd_bus_message_unref(m);
}

static inline bool page_is_property(const sd_bus_vtable *row)
{
	return row->type == _SD_BUS_VTABLE_PROPERTY;
}

/* All of them, "Name: value" each. */
static inline void page_of(struct object *o, char text[PAGE_SIZE])
{
	char value[PAGE_SIZE];

	*text = '\0';
	for (const sd_bus_vtable *row = o->kind->vtable; row->type != _SD_BUS_VTABLE_END; row++) {
		if (!page_is_property(row))
			continue;
		page_row(o, row, value);
		page_add(text, "%s: %s\n", row->x.property.member, value);
	}
}

/* The page has a line "@name: @value", as asserted. */
static inline void page_says(struct object *o, const char *name, const char *value)
{
	char text[PAGE_SIZE], line[PAGE_SIZE] = "";

	page_of(o, text);
	page_add(line, "%s: %s\n", name, value);
	if (!strstr(text, line))
		fail_msg("no %s in: %s", line, text);
}

/* What was shown, and the marks of that. */
struct page_before {
	char value[PAGE_ROWS][PAGE_SIZE];
	u64 mark[PAGE_ROWS];
};

static inline void page_remember(struct object *o, struct page_before *before)
{
	const struct object_property *p = o->kind->properties;

	for (unsigned int i = 0; p[i].name; i++) {
		const sd_bus_vtable *row = o->kind->vtable;

		assert_true(i < PAGE_ROWS);
		while (!page_is_property(row) || strcmp(row->x.property.member, p[i].name) != 0) {
			assert_int_not_equal(row->type, _SD_BUS_VTABLE_END);
			row++;
		}
		assert_true(row->flags & SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE);
		page_row(o, row, before->value[i]);
		before->mark[i] = p[i].mark(o);
	}
}

/*
 * Of what has changed since @before the mark has changed, too, and of nothing else: @changed
 * has their names, with a space between them. Then @before is what is shown now.
 */
static inline void page_changed(struct object *o, struct page_before *before, const char *changed)
{
	static struct page_before now;
	char marks[PAGE_SIZE] = "", values[PAGE_SIZE] = "";

	page_remember(o, &now);
	for (unsigned int i = 0; o->kind->properties[i].name; i++) {
		const char *name = o->kind->properties[i].name;

		if (now.mark[i] != before->mark[i])
			page_add(marks, "%s%s", *marks ? " " : "", name);
		if (strcmp(now.value[i], before->value[i]) != 0)
			page_add(values, "%s%s", *values ? " " : "", name);
	}
	assert_string_equal(values, changed);
	assert_string_equal(marks, changed);
	*before = now;
}

/*
 * What comes of the verb @name, called with @value of @type ("": with nothing): a negative errno
 * with the words for people in @words, or more. Nobody waits for the reply.
 */
static inline int page_call(struct object *o, const char *name, const char *type, int value,
			    char words[PAGE_SIZE])
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	const struct object_verb *verb = o->kind->verbs;
	sd_bus_message *call = NULL;
	int r;

	while (verb->name && strcmp(verb->name, name) != 0)
		verb++;
	assert_non_null(verb->name);
	assert_true(sd_bus_message_new_method_call(o->bus->connection, &call, NULL, "/page",
						   o->kind->interface, name) >= 0);
	assert_true(sd_bus_message_set_expect_reply(call, 0) >= 0);
	assert_true(!*type || sd_bus_message_append(call, type, value) >= 0);
	assert_true(sd_bus_message_seal(call, 1, 0) >= 0);
	r = verb->run(o, call, &error);
	snprintf(words, PAGE_SIZE, "%s%s%s", error.name ? error.name : "", error.name ? ": " : "",
		 error.message ? error.message : "");
	sd_bus_error_free(&error);
	sd_bus_message_unref(call);

	return r;
}

#endif /* CELLAR_TESTS_OBJECT_PAGE_H */
