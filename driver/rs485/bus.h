/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside cellar-rs485.ko: a line with packs on it, between the transport that owns
 * the line (serdev.c, ldisc.c) and the master that asks (master.c).
 */
#ifndef CELLAR_RS485_BUS_H
#define CELLAR_RS485_BUS_H

#include "../cellar.h"
#include "../wire/rs485.h"

struct cellar_rs485_bus;

/**
 * struct cellar_rs485_settings - what a bus is told by firmware or cellar-attach
 * @dialect: CELLAR_RS485_NONE to find out
 * @model: what the packs are, or NULL; outlives the bus
 * @baud: of the line, or 0 to find it among 9600 and 115200
 * @scope_system: this host runs on the battery
 */
struct cellar_rs485_settings {
	enum cellar_rs485_dialect_id dialect;
	const struct cellar_model *model;
	unsigned int baud;
	bool scope_system;
};

/**
 * struct cellar_rs485_line_ops - what a transport can do with its line
 * @send: send all of @data; may sleep. 0 or a negative errno
 * @set_baud: change the speed, 8N1 stays; may sleep. 0 or a negative errno
 *
 * Only called from the master's thread, and no more once
 * cellar_rs485_bus_destroy() has returned.
 */
struct cellar_rs485_line_ops {
	int (*send)(void *line, const u8 *data, size_t len);
	int (*set_baud)(void *line, unsigned int baud);
};

/**
 * cellar_rs485_bus_create() - begin to ask
 * @dev: parent of the supplies; outlives the bus
 * @settings: copied
 * @ops: of the transport, static storage
 * @line: argument of @ops
 *
 * The line must be open. Process context.
 *
 * Return: the bus, owned by the caller, or an ERR_PTR.
 */
struct cellar_rs485_bus *
cellar_rs485_bus_create(struct device *dev, const struct cellar_rs485_settings *settings,
			const struct cellar_rs485_line_ops *ops, void *line);

/**
 * cellar_rs485_bus_destroy() - stop asking, remove all supplies and free the bus
 * @bus: the bus; nobody calls cellar_rs485_bus_received() any more
 *
 * Process context.
 */
void cellar_rs485_bus_destroy(struct cellar_rs485_bus *bus);

/**
 * cellar_rs485_bus_received() - bytes have come from the line
 * @bus: the bus
 * @data: copied, all of it is taken
 * @count: how many
 *
 * Any context.
 */
void cellar_rs485_bus_received(struct cellar_rs485_bus *bus, const u8 *data, size_t count);

/* Number of the bus, the B of "cellarB". */
unsigned int cellar_rs485_bus_number(const struct cellar_rs485_bus *bus);

/*
 * Attributes of @dev while it carries a bus (Documentation/ABI): dialect, baud,
 * free_run, and the line's own counters. For the dev_groups of the drivers.
 * The drvdata of @dev is the bus.
 */
extern const struct attribute_group *cellar_rs485_bus_groups[];

#endif /* CELLAR_RS485_BUS_H */
