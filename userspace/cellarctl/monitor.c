// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop of the monitor: signals of the bus change what is known, and what is known is
 * drawn. The service is asked once, when it is there; nothing is polled. The clock on the
 * page, and how long nothing has come, need a timer of their own.
 */
#include "monitor.h"

#include "objects.h"
#include "message.h"
#include "printable.h"
#include "service.h"
#include "terminal.h"
#include "view.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_US	(200 * 1000)
#define CLOCK_US	(1000 * 1000)
#define EVENTS_KEPT	32
#define LOG_COLUMNS	400

/*
 * @terminal: NULL when lines are written, of JSON if @as_json
 * @asked: an answer with all objects is on its way
 * @drawn_us, @changed_us: of CLOCK_MONOTONIC
 */
struct monitor {
	sd_event *event;
	sd_bus *bus;
	sd_event_source *redraw, *tick;
	struct terminal *terminal;
	bool as_json, asked;
	struct view view;
	u_int64_t drawn_us, changed_us;
	int status;
};

static void set_clock(struct monitor *m)
{
	time_t now = time(NULL);
	struct tm local;

	if (!localtime_r(&now, &local) ||
	    !strftime(m->view.clock, sizeof(m->view.clock), "%H:%M:%S", &local))
		m->view.clock[0] = '\0';
}

static uint64_t now_us(const struct monitor *m)
{
	uint64_t now = 0;

	sd_event_now(m->event, CLOCK_MONOTONIC, &now);

	return now;
}

static void draw(struct monitor *m)
{
	struct screen_can can = {
		.utf8 = terminal_is_utf8(), .colours = terminal_has_colours(),
	};
	struct screen *screen;
	unsigned int rows;

	terminal_size(&can.columns, &rows);
	screen = screen_new(&can);
	if (!screen)
		return;

	set_clock(m);
	m->drawn_us = now_us(m);
	m->view.silent_s = (unsigned int)((m->drawn_us - m->changed_us) / 1000000);
	view_frame(&m->view, screen, rows);
	terminal_show(m->terminal, screen, rows);
	screen_free(screen);
}

/* Soon, but not before the last page has been seen. */
static void want_draw(struct monitor *m)
{
	if (!m->terminal)
		return;

	sd_event_source_set_time(m->redraw, m->drawn_us + REDRAW_US);
	sd_event_source_set_enabled(m->redraw, SD_EVENT_ONESHOT);
}

static int on_redraw(sd_event_source *source, uint64_t usec, void *user)
{
	(void)source, (void)usec;
	draw(user);

	return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *user)
{
	struct monitor *m = user;

	(void)usec;
	want_draw(m);
	sd_event_source_set_time_relative(source, CLOCK_US);

	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void write_words(struct monitor *m, const char *words)
{
	if (m->terminal || m->as_json)
		return;

	set_clock(m);
	printf("%s %s\n", m->view.clock, words);
	fflush(stdout);
}

/* @news: of this object; NULL: it is there, as the copy has it */
static void write_object(struct monitor *m, const char *path, json_t *news)
{
	const struct screen_can can = { .columns = LOG_COLUMNS, .utf8 = terminal_is_utf8() };
	json_t *object = json_object_get(m->view.objects, path), *line;
	struct screen *screen;

	if (m->terminal)
		return;
	if (m->as_json) {
		line = json_pack("{s:O}", path, news ? news : object);
		json_dumpf(line, stdout, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
		putchar('\n');
		fflush(stdout);
		json_decref(line);
		return;
	}
	screen = screen_new(&can);
	if (!screen)
		return;
	set_clock(m);
	if (json_is_null(news)) {
		screen_line(screen);
		screen_put(screen, SCREEN_PLAIN, "%s %s has gone", m->view.clock, path);
		puts(screen_text(screen, 0));
	} else if (view_log(screen, m->view.clock, object)) {
		puts(screen_text(screen, 0));
	}
	fflush(stdout);
	screen_free(screen);
}

static void add_event(struct monitor *m, json_t *e)
{
	const char *words;

	json_array_append(m->view.events, e);
	if (json_array_size(m->view.events) > EVENTS_KEPT)
		json_array_remove(m->view.events, 0);
	printable(e);
	words = json_string_value(json_array_get(e, 4));
	write_words(m, words ? words : "");
}

static void set_gone(struct monitor *m, const char *words)
{
	if (m->view.objects)
		write_words(m, words);
	json_decref(m->view.objects);
	m->view.objects = NULL;
	m->asked = false;
	want_draw(m);
}

static int on_objects(sd_bus_message *reply, void *user, sd_bus_error *error)
{
	struct monitor *m = user;
	json_t *objects;
	const char *path;
	json_t *object;

	(void)error;
	m->asked = false;
	if (sd_bus_message_is_method_error(reply, NULL) ||
	    message_to_json(reply, &objects) < 0) {
		write_words(m, "cellard is not there; waiting for it");
		want_draw(m);
		return 0;
	}
	json_decref(m->view.objects);
	m->view.objects = objects;
	m->changed_us = now_us(m);
	json_object_foreach(objects, path, object)
		write_object(m, path, NULL);
	want_draw(m);

	return 0;
}

/* A service of before events is shown without them. */
static int on_events(sd_bus_message *reply, void *user, sd_bus_error *error)
{
	struct monitor *m = user;
	json_t *events, *e;
	size_t n;

	(void)error;
	if (sd_bus_message_is_method_error(reply, NULL) || message_to_json(reply, &events) < 0)
		return 0;

	n = json_array_size(events);
	json_array_clear(m->view.events);
	for (size_t i = n > EVENTS_KEPT ? n - EVENTS_KEPT : 0; i < n; i++) {
		e = json_array_get(events, i);
		json_array_append(m->view.events, e);
	}
	json_decref(events);
	want_draw(m);

	return 0;
}

static int ask(struct monitor *m)
{
	int r;

	if (m->asked)
		return 0;

	r = sd_bus_call_method_async(m->bus, NULL, SERVICE, SERVICE_ROOT,
				     "org.freedesktop.DBus.ObjectManager", "GetManagedObjects",
				     on_objects, m, NULL);
	if (r >= 0 && m->terminal)
		r = sd_bus_call_method_async(m->bus, NULL, SERVICE, SERVICE_ROOT,
					     "org.cellar1.Manager", "GetEvents", on_events, m,
					     "t", (uint64_t)1);
	m->asked = r >= 0;

	return r;
}

/* Who speaks without having answered was asked too early. */
static int on_change(sd_bus_message *signal, void *user, sd_bus_error *error)
{
	struct monitor *m = user;
	json_t *news = NULL;
	const char *path;

	(void)error;
	if (!m->view.objects)
		return ask(m);

	path = objects_apply(m->view.objects, signal, &news);
	if (path) {
		m->changed_us = now_us(m);
		write_object(m, path, news);
		want_draw(m);
	}
	json_decref(news);

	return 0;
}

static int on_event(sd_bus_message *signal, void *user, sd_bus_error *error)
{
	json_t *e = json_array(), *value;
	struct monitor *m = user;

	(void)error;
	while (sd_bus_message_at_end(signal, true) == 0 && message_to_json(signal, &value) >= 0)
		json_array_append_new(e, value);
	add_event(m, e);
	json_decref(e);
	want_draw(m);

	return 0;
}

static int on_owner(sd_bus_message *signal, void *user, sd_bus_error *error)
{
	const char *name, *was, *is;
	struct monitor *m = user;

	(void)error;
	if (sd_bus_message_read(signal, "sss", &name, &was, &is) < 0)
		return 0;
	if (*was)
		set_gone(m, "cellard has gone; waiting for it");

	return *is ? ask(m) : 0;
}

static int on_disconnected(sd_bus_message *signal, void *user, sd_bus_error *error)
{
	struct monitor *m = user;

	(void)signal, (void)error;
	m->status = EXIT_NO_SERVICE;

	return sd_event_exit(m->event, 0);
}

static int on_keys(sd_event_source *source, int fd, uint32_t events, void *user)
{
	struct monitor *m = user;
	unsigned int columns, rows, *scroll = &m->view.scroll;
	enum terminal_key key;

	(void)source, (void)fd;
	terminal_size(&columns, &rows);
	while ((key = terminal_key(m->terminal)) != TERMINAL_NONE) {
		if (key == TERMINAL_QUIT)
			return sd_event_exit(m->event, 0);
		if (key == TERMINAL_UP && *scroll)
			--*scroll;
		else if (key == TERMINAL_DOWN)
			++*scroll;
		else if (key == TERMINAL_PAGE_UP)
			*scroll = *scroll > rows / 2 ? *scroll - rows / 2 : 0;
		else if (key == TERMINAL_PAGE_DOWN)
			*scroll += rows / 2;
		else if (key == TERMINAL_TOP)
			*scroll = 0;
		else if (key == TERMINAL_BOTTOM)
			*scroll = UINT32_MAX / 2;
		draw(m);
	}

	return events & (EPOLLHUP | EPOLLERR) ? sd_event_exit(m->event, 0) : 0;
}

static int on_size(sd_event_source *source, const struct signalfd_siginfo *info, void *user)
{
	(void)source, (void)info;
	draw(user);

	return 0;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *user)
{
	struct monitor *m = user;

	(void)source, (void)info;
	terminal_leave(m->terminal);
	raise(SIGSTOP);
	terminal_enter(m->terminal);
	draw(m);

	return 0;
}

/* Stopped by SIGSTOP, which nobody can catch, and another program has used the terminal. */
static int on_continue(sd_event_source *source, const struct signalfd_siginfo *info, void *user)
{
	struct monitor *m = user;

	(void)source, (void)info;
	terminal_leave(m->terminal);
	terminal_enter(m->terminal);
	draw(m);

	return 0;
}

static int add_signal(struct monitor *m, int signal, sd_event_signal_handler_t handler)
{
	return sd_event_add_signal(m->event, NULL, signal | SD_EVENT_SIGNAL_PROCMASK, handler, m);
}

static int set_up_terminal(struct monitor *m)
{
	int r;

	m->terminal = terminal_new();
	if (!m->terminal)
		return -ENOMEM;

	r = sd_event_add_time_relative(m->event, &m->tick, CLOCK_MONOTONIC, CLOCK_US, 0, on_tick,
				       m);
	if (r >= 0)
		r = sd_event_add_time(m->event, &m->redraw, CLOCK_MONOTONIC, 0, 1000, on_redraw,
				      m);
	if (r >= 0)
		r = add_signal(m, SIGWINCH, on_size);
	if (r >= 0)
		r = add_signal(m, SIGTSTP, on_stop);
	if (r >= 0)
		r = add_signal(m, SIGCONT, on_continue);
	if (r >= 0 && isatty(STDIN_FILENO))
		r = sd_event_add_io(m->event, NULL, STDIN_FILENO, EPOLLIN, on_keys, m);
	if (r >= 0)
		terminal_enter(m->terminal);

	return r;
}

static int add_match(struct monitor *m, const char *rule, sd_bus_message_handler_t handler)
{
	return sd_bus_add_match(m->bus, NULL, rule, handler, m);
}

/* Signals first: nothing may change between the answer and them. */
static int set_up_bus(struct monitor *m)
{
	int r;

	r = add_match(m, "type='signal',sender='" SERVICE "',path_namespace='" SERVICE_ROOT "',"
		      "interface='org.freedesktop.DBus.Properties'", on_change);
	if (r >= 0)
		r = add_match(m, "type='signal',sender='" SERVICE "',path='" SERVICE_ROOT "',"
			      "interface='org.freedesktop.DBus.ObjectManager'", on_change);
	if (r >= 0)
		r = add_match(m, "type='signal',sender='" SERVICE "',path='" SERVICE_ROOT "',"
			      "interface='org.cellar1.Manager',member='EventAdded'", on_event);
	if (r >= 0)
		r = add_match(m, "type='signal',sender='org.freedesktop.DBus',"
			      "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
			      "arg0='" SERVICE "'", on_owner);
	if (r >= 0)
		r = sd_bus_match_signal(m->bus, NULL, "org.freedesktop.DBus.Local", NULL,
					"org.freedesktop.DBus.Local", "Disconnected",
					on_disconnected, m);
	if (r >= 0)
		r = sd_bus_attach_event(m->bus, m->event, 0);

	return r < 0 ? r : ask(m);
}

static int set_up(struct monitor *m)
{
	static const int last[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT };
	int r;

	m->view.events = json_array();
	r = m->view.events ? sd_event_default(&m->event) : -ENOMEM;
	for (size_t i = 0; r >= 0 && i < sizeof(last) / sizeof(*last); i++)
		r = sd_event_add_signal(m->event, NULL, last[i] | SD_EVENT_SIGNAL_PROCMASK, NULL,
					NULL);
	if (r >= 0 && !m->as_json && terminal_is_page())
		r = set_up_terminal(m);
	if (r >= 0)
		r = set_up_bus(m);

	return r;
}

int monitor(bool as_json)
{
	struct monitor m = { .as_json = as_json };
	int r;

	setlocale(LC_CTYPE, "");
	m.status = service_open(&m.bus);
	if (m.status)
		return m.status;

	r = set_up(&m);
	if (r >= 0)
		r = sd_event_loop(m.event);
	terminal_free(m.terminal);
	if (r < 0)
		m.status = service_failed(NULL, r);
	else if (m.status)
		fprintf(stderr, "cellarctl: the system bus has gone\n");
	sd_event_source_disable_unref(m.redraw);
	sd_event_source_disable_unref(m.tick);
	sd_bus_flush_close_unref(m.bus);
	sd_event_unref(m.event);
	json_decref(m.view.objects);
	json_decref(m.view.events);

	return m.status;
}
