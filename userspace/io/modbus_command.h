/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands of inverters before G3 (spec/field.md 3.1): functions of their maker's own, whose
 * answers libmodbus cannot tell the length of. What is sent goes through it, what comes back
 * is read and judged here.
 */
#ifndef CELLAR_IO_MODBUS_COMMAND_H
#define CELLAR_IO_MODBUS_COMMAND_H

#include "modbus_plan.h"

#include <modbus/modbus.h>

/*
 * Functions. The answers to a heartbeat and to MODBUS_EPS are documented nowhere, not even that
 * there are any. The latter has a count of values in front of its one.
 */
#define MODBUS_EPS		0x41
#define MODBUS_COMMAND		0x42
#define MODBUS_HEARTBEAT	0x49

/* Low byte of the answer to a command. */
enum modbus_command_status {
	MODBUS_COMMAND_TAKEN,
	MODBUS_COMMAND_WRONG_MODE,
	MODBUS_COMMAND_BAD_CRC,
	MODBUS_COMMAND_BUSY,
	MODBUS_COMMAND_BAD_VALUE,
};

/* Longest request, without what a line puts around it. */
#define MODBUS_COMMAND_REQUEST	8

/* Longest answer that is read, with what TCP has in front of it. */
#define MODBUS_COMMAND_MAX	32

/* The bytes of @ask from its address on; how many there are. */
size_t modbus_command_request(const struct modbus_ask *ask, u8 bytes[MODBUS_COMMAND_REQUEST]);

/*
 * What came back of @ask, @n bytes as they were on the wire, 0: nothing. @value[0]: the
 * status of a command that was answered, of MODBUS_EPS what was asked, 0 otherwise.
 */
enum modbus_outcome modbus_command_judge(const struct modbus_ask *ask, bool tcp,
					 const u8 *bytes, size_t n, u8 *exception, u16 *value);

/* As modbus_port_exchange(), of an open @modbus whose input is empty. */
int modbus_command_exchange(modbus_t *modbus, bool tcp, const struct modbus_ask *ask,
			    enum modbus_outcome *outcome, u8 *exception, u16 *value);

#endif /* CELLAR_IO_MODBUS_COMMAND_H */
