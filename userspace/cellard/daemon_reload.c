// SPDX-License-Identifier: GPL-2.0-only
/*
 * A configuration takes the place of the one that ran, in everything that has a part of it.
 */
#include "daemon_parts.h"

#include "../io/time_zone.h"

#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <time.h>

static unsigned long long monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return (unsigned long long)now.tv_sec * 1000000 + (unsigned long long)now.tv_nsec / 1000;
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

	settings_take(d->settings, config, daemon_wall_s());
	r = inverters_reconfigure(d->inverters, config);
	if (r < 0)
		daemon_fail("an inverter", r);
	r = lines_reconfigure(d->lines, config);
	if (r < 0)
		daemon_fail("a Modbus line", r);
	contacts_reconfigure(d->contacts, config);
	r = sensors_reconfigure(d->sensors, config);
	if (r < 0)
		daemon_fail("a sensor", r);
	r = house_configure(d->house, config);
	if (r < 0)
		daemon_fail("the house", r);
	time_zone_set(config->house.timezone);
	history_configure(d->history, config->history.keep, config->history.minute_days);
	bus_names_change(d->bus);
	daemon_want_step(d);

	return 0;
}

int daemon_reload(void *user)
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
	daemon_want_step(d);
	sd_notify(false, "READY=1");

	return r;
}
