// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop: supplies wake it, and a timer; then all that was heard makes one step, and
 * who wants to know is told.
 */
#include "daemon.h"

#include "../io/boot_clock.h"
#include "../io/cells.h"
#include "../io/psy.h"
#include "bus.h"
#include "inverters.h"
#include "keeper.h"
#include "news.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/timex.h>
#include <systemd/sd-daemon.h>
#include <time.h>

struct daemon {
	struct settings *settings;
	struct bus_setup bus_setup;
	struct events *events;
	struct keeper *keeper;
	struct plant *plant;
	struct news *news;
	struct psy_source *source;
	struct cells *cells;	/* NULL: none are read */
	struct inverters *inverters;
	struct bus *bus;
	sd_event *event;
	sd_event_source *timer, *step;
};

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

static int fail(const char *what, int error)
{
	fprintf(stderr, "cellard: %s: %s\n", what, strerror(-error));

	return error;
}

/* Of a clock that somebody has set. */
static s64 wall_s(void)
{
	struct timex ask = { 0 };
	int state = adjtimex(&ask);

	return state < 0 || state == TIME_ERROR ? 0 : time(NULL);
}

static unsigned long long monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return (unsigned long long)now.tv_sec * 1000000 + (unsigned long long)now.tv_nsec / 1000;
}

static int want_step(struct daemon *d)
{
	return sd_event_source_set_enabled(d->step, SD_EVENT_ONESHOT);
}

/* The plant knows when its next step is due. */
static int await_step(struct daemon *d)
{
	u32 wait_ms = plant_wait_ms(d->plant, boot_clock_ms());
	int r;

	if (!wait_ms)
		return want_step(d);

	r = sd_event_source_set_time_relative(d->timer, wait_ms * 1000ull);

	return r < 0 ? r : sd_event_source_set_enabled(d->timer, SD_EVENT_ONESHOT);
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
		fail(supply->name, r);
	await_step(d);
}

static void gone(void *user, const char *name)
{
	struct daemon *d = user;

	plant_gone(d->plant, name, boot_clock_ms());
	await_step(d);
}

/* Comes when everything that was ready has been read: its priority is the lowest. */
static int on_step(sd_event_source *source, void *user)
{
	struct daemon *d = user;

	(void)source;
	inverters_learn(d->inverters, boot_clock_ms());
	plant_step(d->plant, boot_clock_ms(), wall_s());
	inverters_say(d->inverters, boot_clock_ms(), wall_s());
	news_step(d->news, d->plant);
	bus_publish(d->bus);
	keeper_step(d->keeper, d->plant, boot_clock_ms());

	return await_step(d);
}

static int on_timer(sd_event_source *source, u64 usec, void *user)
{
	struct daemon *d = user;

	(void)source;
	(void)usec;
	psy_source_tick(d->source);

	return want_step(d);
}

/* For the journal, which knows when; a priority only for those that read one. */
static void said(void *user, const struct event *event)
{
	const char *priority = getenv("JOURNAL_STREAM") ? SD_NOTICE : "";
	struct daemon *d = user;

	fprintf(stderr, "%scellard: %s: %s\n", priority, event->code, event->words);
	bus_say_event(d->bus, event);
}

static void cluster_goes(void *user, struct plant_cluster *cluster)
{
	struct daemon *d = user;

	news_cluster_goes(d->news, cluster);
	bus_cluster_goes(d->bus, cluster);
}

/* What is made anew in place of a cluster that goes remembers what that one knew. */
static int take_config(struct daemon *d, struct config *config)
{
	int r;

	r = memory_take(keeper_memory(d->keeper), d->plant);
	if (!r)
		r = plant_configure(d->plant, config, cluster_goes, d);
	if (r)
		return r;

	settings_take(d->settings, config, wall_s());
	r = inverters_reconfigure(d->inverters, config);
	if (r < 0)
		fail("an inverter", r);
	bus_inverters_change(d->bus);
	want_step(d);

	return 0;
}

static int reload(void *user)
{
	struct config *config = NULL;
	struct daemon *d = user;
	int r;

	sd_notifyf(false, "RELOADING=1\nMONOTONIC_USEC=%llu", monotonic_us());
	r = settings_read(d->settings, &config);
	if (!r)
		r = take_config(d, config);
	if (r == -EINVAL)
		events_add(d->events, "reload-refused", "",
			   "%s is wrong; what ran before goes on", d->settings->path);
	else if (r)
		events_add(d->events, "reload-refused", "", "%s; what ran before goes on",
			   strerror(-r));
	else
		events_add(d->events, "reloaded", "", "%s is in force", d->settings->path);
	if (r)
		free(config);
	want_step(d);
	sd_notify(false, "READY=1");

	return r;
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *user)
{
	(void)source, (void)info;
	reload(user);

	return 0;
}

static void decided(void *user)
{
	want_step(user);
}

static void inverter_changed(void *user)
{
	want_step(user);
}

static void settled(void *user, int error)
{
	struct daemon *d = user;

	if (error < 0) {
		fail("system bus", error);
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

static int set_up(struct daemon *d, const char *class, const char *state)
{
	static const struct psy_hooks hooks = { .heard = heard, .gone = gone };
	static const struct cells_hooks cells_hooks = { .complain = complain };
	static const struct events_hooks events_hooks = {
		.now_ms = boot_clock_ms, .wall_s = wall_s, .said = said,
	};
	int r;

	r = events_new(&d->events, &events_hooks, d);
	if (!r)
		r = news_new(&d->news);
	if (!r)
		r = keeper_new(&d->keeper, state, state_said, d);
	if (!r)
		r = plant_new(&d->plant, d->settings->config, keeper_memory(d->keeper));
	if (!r)
		r = set_up_loop(d);
	if (r < 0)
		return fail("cannot start", r);

	d->plant->events = d->events;
	d->settings->taken_s = wall_s();
	d->bus_setup = (struct bus_setup){
		.plant = d->plant, .settings = d->settings, .reload = reload,
		.decided = decided, .settled = settled, .user = d,
	};

	/* a battery may be used without anybody seeing its cells */
	if (!strcmp(class, PSY_CLASS)) {
		r = cells_new(&d->cells, d->event, &cells_hooks, d);
		if (r < 0)
			fail("cells", r);
	}
	r = psy_source_new(&d->source, d->event, class, &hooks, d);
	if (r < 0)
		return fail(class, r);

	r = inverters_new(&d->inverters, d->plant, d->event, d->settings->config,
			  inverter_changed, d);
	if (r < 0)
		return fail("inverters", r);

	d->bus_setup.inverters = d->inverters;
	plant_step(d->plant, boot_clock_ms(), wall_s());
	r = bus_new(&d->bus, d->event, &d->bus_setup);

	return r < 0 ? fail("system bus", r) : 0;
}

int daemon_run(struct settings *settings, const char *class, const char *state)
{
	struct daemon d = { .settings = settings };
	int r;

	r = set_up(&d, class, state);
	if (r >= 0)
		r = sd_event_loop(d.event);
	sd_notify(false, "STOPPING=1");
	inverters_free(d.inverters);
	psy_source_free(d.source);
	keeper_free(d.keeper, d.plant);
	bus_free(d.bus);
	cells_free(d.cells);
	sd_event_source_disable_unref(d.timer);
	sd_event_source_disable_unref(d.step);
	sd_event_unref(d.event);
	plant_free(d.plant);
	news_free(d.news);
	events_free(d.events);

	return r < 0 ? r : 0;
}
