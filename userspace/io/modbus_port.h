/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A Modbus line as libmodbus has it, RTU on a serial port or TCP: opened for us alone, one
 * request at a time, and every way to fail told apart. Calls wait; they belong in a thread
 * of their own. When to come back after a loss is the caller's business.
 */
#ifndef CELLAR_IO_MODBUS_PORT_H
#define CELLAR_IO_MODBUS_PORT_H

#include "modbus_wire.h"

#define MODBUS_PATH_SIZE	128
#define MODBUS_TCP_PORT		502

/* What is waited for at most between two characters of an answer, whatever carries it. */
#define MODBUS_BYTE_MS		100

enum modbus_parity {
	MODBUS_PARITY_NONE,
	MODBUS_PARITY_EVEN,
	MODBUS_PARITY_ODD,
};

/*
 * @device: of a serial line, "" of a TCP one
 * @host, @tcp_port: name or address
 * @baud, @parity, @stop_bits: 1 or 2
 * @gap_ms: least pause between two frames, or MODBUS_GAP_UNSAID
 */
struct modbus_port_config {
	char device[MODBUS_PATH_SIZE];
	char host[MODBUS_PATH_SIZE];
	u16 tcp_port;
	u32 baud;
	u8 parity;	/* enum modbus_parity */
	u8 stop_bits;
	u16 gap_ms;
};

/* Its speed; 0: it is of TCP and has none. */
static inline u32 modbus_port_baud(const struct modbus_port_config *config)
{
	return config->device[0] ? config->baud : 0;
}

struct modbus_port;

/* @config is copied. 0 or -ENOMEM. The port is closed. */
int modbus_port_new(struct modbus_port **port, const struct modbus_port_config *config);
void modbus_port_free(struct modbus_port *port);

/*
 * Open it for us alone. A negative errno: -EBUSY when another program has it, and whatever
 * the system says.
 */
int modbus_port_open(struct modbus_port *port);
void modbus_port_close(struct modbus_port *port);

/*
 * Send @ask and wait for its answer: 0 with @outcome, and @value of a read that was done
 * (room for REGISTERS_MAX) or of a command (modbus_command.h), or @exception of one that was
 * refused. A negative errno: the port itself has failed, and is to be closed.
 */
int modbus_port_exchange(struct modbus_port *port, const struct modbus_ask *ask,
			 enum modbus_outcome *outcome, u8 *exception, u16 *value);

#endif /* CELLAR_IO_MODBUS_PORT_H */
