// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop: supplies wake it, and a timer; then all that was heard makes one step, and
 * who wants to know is told.
 */
#include "daemon.h"

#include "../io/boot_clock.h"
#include "../io/boot_timer.h"
#include "../io/time_zone.h"
#include "daemon_parts.h"
#include "lines_house.h"
#include "memory_house.h"
#include "memory_meters.h"
#include "wishes.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/timex.h>
#include <systemd/sd-daemon.h>
#include <time.h>

static void complain(void *user, const char *text)
{
	(void)user;
	fprintf(stderr, "cellard: %s\n", text);
}

static void state_said(void *user, const char *code, const char *text)
{
	struct daemon *d = user;

	events_add(d->events, code, "", "%s", text);
}

int daemon_fail(const char *what, int error)
{
	fprintf(stderr, "cellard: %s: %s\n", what, strerror(-error));

	return error;
}

s64 daemon_wall_s(void)
{
	struct timex ask = { 0 };
	int state = adjtimex(&ask);

	return state < 0 || state == TIME_ERROR ? 0 : time(NULL);
}

int daemon_want_step(struct daemon *d)
{
	return sd_event_source_set_enabled(d->step, SD_EVENT_ONESHOT);
}

/*
 * The plant knows when its next step is due; by the clock of boot_clock_ms(), which is that of
 * the timer. Each reading asks for a step, and nearly all of them for one that is awaited.
 */
static int await_step(struct daemon *d)
{
	if (!plant_wait_ms(d->plant, boot_clock_ms()))
		return daemon_want_step(d);

	return boot_timer_at(d->timer, d->plant->due_ms);
}

static void heard(void *user, const struct supply *supply)
{
	struct supply with_cells = *supply;
	struct daemon *d = user;
	int r;

	if (d->cells)
		cells_read(d->cells, &with_cells);
	r = plant_heard(d->plant, &with_cells, boot_clock_ms());
	if (r)
		daemon_fail(supply->name, r);
	await_step(d);
}

static void gone(void *user, const char *name)
{
	struct daemon *d = user;

	plant_gone(d->plant, name, boot_clock_ms());
	await_step(d);
}

/* First what the batteries may do, then what the house makes of that. */
static void step(struct daemon *d, s64 wall)
{
	contacts_narrow(d->contacts, d->plant, boot_clock_ms());
	plant_step(d->plant, boot_clock_ms(), wall);
	contacts_tell(d->contacts, d->house);
	sensors_tell(d->sensors, d->house);
	lines_tell(d->lines, d->house, boot_clock_ms());
	house_step(d->house, boot_clock_ms(), wall, wall ? time_zone_offset_s(wall) : 0);
	lines_steer(d->lines, d->house, boot_clock_ms());
	contacts_switch(d->contacts, d->house, boot_clock_ms());
}

static const struct energy *energy_of(const struct daemon *d)
{
	return d->house->config->house.given ? &d->house->state.energy : NULL;
}

static void remember(struct daemon *d, s64 wall)
{
	record_step(d->record, d->plant, d->house, boot_clock_ms(), wall);
	history_step(d->history, energy_of(d), boot_clock_ms(), wall);
}

static void remember_meters(void *user, struct memory *memory)
{
	const struct daemon *d = user;

	if (d->lines)
		memory_take_meters(memory,
				   memory_write_meters(memory_of_meters(memory), d->lines));
}

static void add_row(void *user, const struct history_row *row, u64 now_ms)
{
	struct daemon *d = user;

	history_add(d->history, row, now_ms);
}

/* Comes when everything that was ready has been read: its priority is the lowest. */
static int on_step(sd_event_source *source, void *user)
{
	s64 wall = daemon_wall_s();
	struct daemon *d = user;

	(void)source;
	lines_step(d->lines);
	inverters_learn(d->inverters, boot_clock_ms());
	step(d, wall);
	inverters_say(d->inverters, boot_clock_ms(), wall);
	news_step(d->news, d->plant);
	bus_publish(d->bus);
	keeper_step(d->keeper, d->plant, boot_clock_ms());
	remember(d, wall);

	return await_step(d);
}

static int on_timer(sd_event_source *source, u64 usec, void *user)
{
	struct daemon *d = user;

	(void)source;
	(void)usec;
	psy_source_tick(d->source);

	return daemon_want_step(d);
}

/* For the journal, which knows when; a priority only for those that read one. */
static void said(void *user, const struct event *event)
{
	const char *priority = getenv("JOURNAL_STREAM") ? SD_NOTICE : "";
	struct daemon *d = user;

	fprintf(stderr, "%scellard: %s: %s\n", priority, event->code, event->words);
	bus_say_event(d->bus, event);
	if (d->record)
		record_event(d->record, event);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *user)
{
	(void)source, (void)info;
	daemon_reload(user);

	return 0;
}

static void decided(void *user)
{
	daemon_want_step(user);
}

static void inverter_changed(void *user)
{
	daemon_want_step(user);
}

/* Dozens of answers a second: a step for each would cost as many times the whole plant. */
static void line_heard(void *user)
{
	struct daemon *d = user;

	plant_want_step(d->plant, PLANT_GATHER_MS, boot_clock_ms());
	await_step(d);
}

static void contact_changed(void *user)
{
	daemon_want_step(user);
}

static void sensor_heard(void *user)
{
	daemon_want_step(user);
}

static void settled(void *user, int error)
{
	struct daemon *d = user;

	if (error < 0) {
		daemon_fail("system bus", error);
		sd_event_exit(d->event, error);
		return;
	}
	sd_notify(false, "READY=1");
}

/* Without steps what the bus shows would grow old: who cannot step ends. */
static int set_up_loop(struct daemon *d)
{
	sigset_t signals;
	int r;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return -errno;

	r = sd_event_default(&d->event);
	if (r >= 0)
		r = sd_event_add_signal(d->event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(d->event, NULL, SIGINT, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(d->event, NULL, SIGHUP, on_hangup, d);
	if (r >= 0)
		r = sd_event_set_watchdog(d->event, true);
	if (r >= 0)
		r = sd_event_add_defer(d->event, &d->step, on_step, d);
	if (r >= 0)
		r = sd_event_source_set_priority(d->step, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_event_source_set_exit_on_failure(d->step, true);
	if (r >= 0)
		r = sd_event_add_time_relative(d->event, &d->timer, CLOCK_BOOTTIME,
					       PLANT_STEP_MS * 1000ull, 1000, on_timer, d);
	if (r >= 0)
		r = sd_event_source_set_exit_on_failure(d->timer, true);

	return r < 0 ? r : 0;
}

/* With what was kept of it. */
static int set_up_house(struct daemon *d)
{
	const json_t *kept = memory_of_house(keeper_memory(d->keeper));
	struct wishes *wishes = kept ? memory_read_wishes(kept) : NULL;
	int r;

	if (kept && !wishes)
		return -ENOMEM;

	r = house_new(&d->house, d->plant, d->settings->config, wishes);
	if (r) {
		wishes_free(wishes);
		return r;
	}
	if (kept)
		memory_read_house(kept, d->house, boot_clock_ms());
	d->plant->house = d->house;
	time_zone_set(d->settings->config->house.timezone);

	return 0;
}

/* The sums of the history are at most a minute old, those of the memory ten. */
static int set_up_history(struct daemon *d, const char *state)
{
	static const struct record_hooks record_hooks = { .add = add_row };
	const struct config_history *config = &d->settings->config->history;
	const struct event *event;
	char program[PATH_MAX];
	int r;

	r = history_program(program, sizeof(program));
	if (!r)
		r = history_new(&d->history, d->event, program, state, state_said, d);
	if (!r)
		r = record_new(&d->record, &record_hooks, d);
	if (r)
		return r;

	history_configure(d->history, config->keep, config->minute_days);
	history_restore_energy(d->history, &d->house->state.energy, &d->house->was_wall_s);
	/* what has happened before there was a history */
	for (u64 at = 0; (event = events_from(d->events, at)); at = event->sequence + 1)
		record_event(d->record, event);

	return 0;
}

static int set_up(struct daemon *d, const char *class, const char *state)
{
	static const struct psy_hooks hooks = { .heard = heard, .gone = gone };
	static const struct cells_hooks cells_hooks = { .complain = complain };
	static const struct events_hooks events_hooks = {
		.now_ms = boot_clock_ms, .wall_s = daemon_wall_s, .said = said,
	};
	int r;

	r = events_new(&d->events, &events_hooks, d);
	if (!r)
		r = news_new(&d->news);
	if (!r)
		r = keeper_new(&d->keeper, state, state_said, remember_meters, d);
	if (!r)
		r = plant_new(&d->plant, d->settings->config, keeper_memory(d->keeper));
	if (!r) {
		d->plant->events = d->events;
		r = set_up_house(d);
	}
	if (!r)
		r = set_up_loop(d);
	if (!r)
		r = set_up_history(d, state);
	if (r < 0)
		return daemon_fail("cannot start", r);

	d->settings->taken_s = daemon_wall_s();
	d->bus_setup = (struct bus_setup){
		.plant = d->plant, .house = d->house, .history = d->history,
		.settings = d->settings, .reload = daemon_reload,
		.decided = decided, .settled = settled, .user = d,
	};

	/* a battery may be used without anybody seeing its cells */
	if (!strcmp(class, PSY_CLASS)) {
		r = cells_new(&d->cells, d->event, &cells_hooks, d);
		if (r < 0)
			daemon_fail("cells", r);
	}
	r = psy_source_new(&d->source, d->event, class, &hooks, d);
	if (r < 0)
		return daemon_fail(class, r);

	r = inverters_new(&d->inverters, d->plant, d->event, d->settings->config,
			  inverter_changed, d);
	if (r < 0)
		return daemon_fail("inverters", r);

	r = lines_new(&d->lines, d->event, d->events, d->settings->config, line_heard, d);
	if (r < 0)
		return daemon_fail("Modbus lines", r);

	memory_read_meters(memory_of_meters(keeper_memory(d->keeper)), d->lines);

	r = contacts_new(&d->contacts, d->event, d->events, d->settings->config,
			 contact_changed, d);
	if (r < 0)
		return daemon_fail("contacts", r);

	r = sensors_new(&d->sensors, d->event, d->events, d->settings->config, sensor_heard, d);
	if (r < 0)
		return daemon_fail("sensors", r);

	d->bus_setup.inverters = d->inverters;
	d->bus_setup.lines = d->lines;
	d->bus_setup.contacts = d->contacts;
	d->bus_setup.sensors = d->sensors;
	step(d, daemon_wall_s());
	r = bus_new(&d->bus, d->event, &d->bus_setup);

	return r < 0 ? daemon_fail("system bus", r) : 0;
}

/* What is not on the disk yet gets there. */
static void forget(struct daemon *d)
{
	if (d->record)
		record_end(d->record, boot_clock_ms(), daemon_wall_s());
	history_free(d->history, d->house ? energy_of(d) : NULL, boot_clock_ms(), daemon_wall_s());
	record_free(d->record);
	d->history = NULL;
	d->record = NULL;
}

int daemon_run(struct settings *settings, const char *class, const char *state)
{
	struct daemon d = { .settings = settings };
	int r;

	r = set_up(&d, class, state);
	if (r >= 0)
		r = sd_event_loop(d.event);
	sd_notify(false, "STOPPING=1");
	if (d.keeper)
		remember_meters(&d, keeper_memory(d.keeper));
	inverters_free(d.inverters);
	lines_free(d.lines);
	d.lines = NULL;
	contacts_free(d.contacts);
	sensors_free(d.sensors);
	psy_source_free(d.source);
	keeper_free(d.keeper, d.plant);
	forget(&d);
	bus_free(d.bus);
	cells_free(d.cells);
	sd_event_source_disable_unref(d.timer);
	sd_event_source_disable_unref(d.step);
	sd_event_unref(d.event);
	house_free(d.house);
	plant_free(d.plant);
	news_free(d.news);
	events_free(d.events);

	return r < 0 ? r : 0;
}
