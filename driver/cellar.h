/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one header between the core (cellar.ko) and the transports (cellar-can.ko,
 * cellar-rs485.ko): a transport says which packs there are and what was heard of
 * them; the core keeps the last state, knows how old it is and shows it to the rest
 * of the system.
 */
#ifndef CELLAR_H
#define CELLAR_H

#include <linux/types.h>

#include "wire/models.h"
#include "wire/state.h"

struct cellar_pack;
struct device;

/*
 * Longest time without a frame or answer after which a pack still counts as
 * present (design.md, "Core").
 */
#define CELLAR_PRESENT_MS	60000

/**
 * struct cellar_pack_config - what is fixed about a supply from its birth
 * @parent: device of the bus; outlives the pack
 * @bus: number of the bus, the B of "cellarB-AA", from cellar_bus_number_get()
 * @of_system: the supply is the whole system, and has no address
 * @address: address of the pack on its bus
 * @dialect: name of the dialect, static storage
 * @fields: what this dialect can ever say, a set of BIT_ULL(enum cellar_field)
 * @model: what the owner or the firmware says the packs are, or NULL
 * @scope_system: this host itself runs on the battery
 * @asks: packs speak when asked: the supply has a counter of time-outs
 * @temperature_labels: names of temperatures_decic[0...], CELLAR_TEMPERATURES_MAX of
 *                      them, or NULL: they have none. Static storage
 */
struct cellar_pack_config {
	struct device *parent;
	unsigned int bus;
	bool of_system;
	u8 address;
	const char *dialect;
	u64 fields;
	const struct cellar_model *model;
	bool scope_system;
	bool asks;
	const char *const *temperature_labels;
};

/**
 * cellar_bus_number_get() - a number for a bus of whatever transport
 *
 * Process context.
 *
 * Return: the lowest free number, or a negative errno.
 */
int cellar_bus_number_get(void);

/**
 * cellar_bus_number_put() - the bus is gone, and its supplies are
 * @number: from cellar_bus_number_get()
 */
void cellar_bus_number_put(unsigned int number);

/**
 * cellar_pack_create() - a pack that has been heard, or will be
 * @config: copied
 *
 * The supply itself appears from a workqueue after the first complete sample.
 * Process context.
 *
 * Return: the pack, owned by the caller, or ERR_PTR(-ENOMEM).
 */
struct cellar_pack *cellar_pack_create(const struct cellar_pack_config *config);

/**
 * cellar_pack_destroy() - remove the supply and free the pack
 * @pack: from cellar_pack_create(), or NULL
 *
 * The caller has made sure that nobody calls any other function on @pack any
 * more. Process context, never under RTNL.
 */
void cellar_pack_destroy(struct cellar_pack *pack);

/**
 * cellar_pack_update() - a frame or an answer of this pack was decoded
 * @pack: the pack
 * @news: fields with a value, and fields the sender has no value for
 * @max_age_ms: how long these values may be shown as live; 0 for identity, which
 *              holds until the pack is lost
 * @complete: with this frame a complete sample has arrived
 *
 * Any context.
 */
void cellar_pack_update(struct cellar_pack *pack, const struct cellar_reading *news,
			unsigned int max_age_ms, bool complete);

/**
 * cellar_pack_count_malformed() - frames meant for this pack were no frames
 * @pack: the pack
 * @count: how many
 *
 * Any context.
 */
void cellar_pack_count_malformed(struct cellar_pack *pack, unsigned int count);

/**
 * cellar_pack_count_timeout() - the pack was asked and did not answer
 * @pack: the pack
 *
 * Any context.
 */
void cellar_pack_count_timeout(struct cellar_pack *pack);

/**
 * cellar_pack_expire() - the transport knows that nothing more will come for now
 * @pack: the pack
 *
 * The interface went down, say: measurements end at once instead of after their
 * time. Any context.
 */
void cellar_pack_expire(struct cellar_pack *pack);

/**
 * cellar_pack_lose() - the transport knows that the pack is gone
 * @pack: the pack
 *
 * The interface was unplugged, say: PRESENT is 0 at once. The supply stays and
 * comes back with the next cellar_pack_update(). Any context.
 */
void cellar_pack_lose(struct cellar_pack *pack);

#endif /* CELLAR_H */
