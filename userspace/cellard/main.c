// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellard: options, and the loop. Supplies wake it, and a timer; then all that was heard
 * makes one step, and the bus is told.
 */
#include "../io/psy.h"
#include "bus.h"
#include "config.h"
#include "plant.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/timex.h>
#include <systemd/sd-daemon.h>
#include <time.h>

enum {
	EXIT_USAGE = 2,
	EXIT_CONFIG = 3,
};

struct daemon {
	struct config config;
	struct plant *plant;
	struct psy_source *source;
	struct bus *bus;
	sd_event *event;
	sd_event_source *timer, *step;
};

static void usage(FILE *to)
{
	fputs("Usage: cellard [OPTION]...\n"
	      "Make clusters of the battery packs that the kernel shows, and tell the system bus\n"
	      "how they are and what they may do.\n"
	      "\n"
	      "  --config FILE      instead of " CONFIG_FILE "\n"
	      "  --check-config     read the configuration, say what is wrong, and exit\n"
	      "  --class DIRECTORY  supplies from here, not " PSY_CLASS ", to try\n"
	      "                     it out; read once a second\n"
	      "  --help             show this and exit\n"
	      "  --version          show the version and exit\n"
	      "\n"
	      "Exit status: 0 ended by SIGTERM or SIGINT, or the configuration is right; 1 an\n"
	      "error; 2 wrong usage; 3 the configuration is wrong.\n", to);
}

static void complain(void *user, const char *text)
{
	(void)user;
	fprintf(stderr, "cellard: %s\n", text);
}

static int fail(const char *what, int error)
{
	fprintf(stderr, "cellard: %s: %s\n", what, strerror(-error));

	return error;
}

/* Goes on in suspend, as the ages of the kernel do. */
static u64 now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);

	return (u64)now.tv_sec * 1000 + (u64)now.tv_nsec / 1000000;
}

/* Of a clock that somebody has set. */
static s64 wall_s(void)
{
	struct timex ask = { 0 };
	int state = adjtimex(&ask);

	return state < 0 || state == TIME_ERROR ? 0 : time(NULL);
}

static int want_step(struct daemon *d)
{
	return sd_event_source_set_enabled(d->step, SD_EVENT_ONESHOT);
}

static void heard(void *user, const struct supply *supply)
{
	struct daemon *d = user;
	int r;

	r = plant_heard(d->plant, supply, now_ms());
	if (r)
		fail(supply->name, r);
	want_step(d);
}

static void gone(void *user, const char *name)
{
	struct daemon *d = user;

	plant_gone(d->plant, name, now_ms());
	want_step(d);
}

/* Comes when everything that was ready has been read: its priority is the lowest. */
static int on_step(sd_event_source *source, void *user)
{
	struct daemon *d = user;
	int r;

	(void)source;
	plant_step(d->plant, now_ms(), wall_s());
	r = bus_publish(d->bus);
	if (r < 0)
		return fail("bus", r);

	r = sd_event_source_set_time_relative(d->timer,
					      plant_wait_ms(d->plant, now_ms()) * 1000ull);
	if (r >= 0)
		r = sd_event_source_set_enabled(d->timer, SD_EVENT_ONESHOT);

	return r;
}

static int on_timer(sd_event_source *source, u64 usec, void *user)
{
	struct daemon *d = user;

	(void)source;
	(void)usec;
	psy_source_tick(d->source);

	return want_step(d);
}

/* Without steps what the bus shows would grow old: who cannot step ends. */
static int set_up_loop(struct daemon *d)
{
	sigset_t signals;
	int r;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return -errno;

	r = sd_event_default(&d->event);
	if (r >= 0)
		r = sd_event_add_signal(d->event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(d->event, NULL, SIGINT, NULL, NULL);
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

static int set_up(struct daemon *d, const char *class)
{
	static const struct psy_hooks hooks = { .heard = heard, .gone = gone };
	int r;

	r = plant_new(&d->plant, &d->config);
	if (!r)
		r = set_up_loop(d);
	if (r < 0)
		return fail("cannot start", r);

	r = psy_source_new(&d->source, d->event, class, &hooks, d);
	if (r < 0)
		return fail(class, r);

	plant_step(d->plant, now_ms(), wall_s());
	r = bus_new(&d->bus, d->event, d->plant);

	return r < 0 ? fail("system bus", r) : 0;
}

static int run(struct daemon *d, const char *class)
{
	int r;

	r = set_up(d, class);
	if (r >= 0) {
		sd_notify(false, "READY=1");
		r = sd_event_loop(d->event);
	}
	sd_notify(false, "STOPPING=1");
	psy_source_free(d->source);
	bus_free(d->bus);
	sd_event_source_disable_unref(d->timer);
	sd_event_source_disable_unref(d->step);
	sd_event_unref(d->event);
	plant_free(d->plant);

	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check-config", no_argument, NULL, 'C' },
		{ "class", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	const char *config = CONFIG_FILE, *class = PSY_CLASS;
	struct daemon d = { 0 };
	bool check = false;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			config = optarg;
			break;
		case 'C':
			check = true;
			break;
		case 'd':
			class = optarg;
			break;
		case 'h':
			usage(stdout);
			return EXIT_SUCCESS;
		case 'V':
			puts("cellard " CELLAR_VERSION);
			return EXIT_SUCCESS;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "cellard: what is \"%s\"?\n", argv[optind]);
		usage(stderr);
		return EXIT_USAGE;
	}

	if (config_load(&d.config, config, complain, NULL))
		return EXIT_CONFIG;
	if (check) {
		printf("%s: right; %u clusters\n", config, d.config.clusters);
		return EXIT_SUCCESS;
	}

	return run(&d, class);
}
