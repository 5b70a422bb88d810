/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * org.cellar1 on the system bus: an object for each cluster, supply and inverter, and for
 * the house, its chargers and outputs; one
 * PropertiesChanged for each of them when a step has changed it, and the methods by which
 * people change something. A bus that goes away is waited for; nothing else waits for it.
 */
#ifndef CELLAR_CELLARD_BUS_H
#define CELLAR_CELLARD_BUS_H

#include "plant.h"

#include <systemd/sd-bus.h>

#define BUS_RETRY_MS		1000

/*
 * A bus that takes nothing any more is not given more than so many messages to keep:
 * what has changed meanwhile is said when it takes them again.
 */
#define BUS_QUEUE_MAX		512

struct bus;
struct contacts;
struct history;
struct house;
struct inverters;
struct lines;
struct sensors;
struct settings;

/*
 * @settings: where the configuration comes from, and what was wrong with it
 * @reload: read the configuration again; 0, or a negative errno, and @settings says why
 * @decided: a person has decided something: what that changes wants a step
 * @settled: once: the name is ours, or (0 as well) there is no bus yet. A negative errno:
 *           the name is taken, or we may not have it.
 */
struct bus_setup {
	struct plant *plant;
	struct house *house;
	struct history *history;
	const struct inverters *inverters;
	struct lines *lines;
	struct contacts *contacts;
	struct sensors *sensors;
	const struct settings *settings;
	int (*reload)(void *user);
	void (*decided)(void *user);
	void (*settled)(void *user, int error);
	void *user;
};

/* @setup and what it points to outlive the bus. Returns 0 or a negative errno. */
int bus_new(struct bus **bus, sd_event *event, const struct bus_setup *setup);
void bus_free(struct bus *bus);

/* After each step: say what came, went and changed. */
void bus_publish(struct bus *bus);

/* @cluster and its packs are about to go. */
void bus_cluster_goes(struct bus *bus, const struct plant_cluster *cluster);

/*
 * Other inverters, chargers or outputs than before are there: what is shown of those that
 * went is shown no more.
 */
void bus_names_change(struct bus *bus);

/* @event has been added. @bus may be NULL. */
void bus_say_event(struct bus *bus, const struct event *event);

/* For the verbs of the objects: the user of whom one runs. */
const struct bus_setup *bus_setup_of(const struct bus *bus);
u32 bus_caller(const struct bus *bus);

#endif /* CELLAR_CELLARD_BUS_H */
