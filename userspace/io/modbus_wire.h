/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the speed of a serial Modbus line decides: for how long it is to be quiet between
 * frames, and how much one request may ask for. Numbers only; who keeps to them is
 * modbus_plan.h and the drivers of devices.
 */
#ifndef CELLAR_IO_MODBUS_WIRE_H
#define CELLAR_IO_MODBUS_WIRE_H

#include "modbus_plan.h"

/*
 * Before a request to another device than the one that has answered (field.md section 7:
 * "practical per-bus gap 25-50 ms; longer gap when slave id changes").
 */
#define MODBUS_OTHER_GAP_MS	30

/* Over the silence that ends a frame: our clock counts whole ms, a UART tells in pieces. */
#define MODBUS_MARGIN_MS	2

/* A pause that nobody has configured. */
#define MODBUS_GAP_UNSAID	UINT16_MAX

/*
 * One request and its answer have the wire for no longer than this, where a device can be
 * read in parts: with 20 ms to debounce a contact, as much for a device that thinks, the
 * pause before another one and the set-point itself (24 ms at 9600 Bd), an edge that comes at
 * the worst moment of such a request is on the wire within 200 ms. When the request was to the
 * inverter itself, that rests for MODBUS_URGENT_REST_MS, and it is up to 240 ms.
 */
#define MODBUS_HOLD_MS		100

/* 3.5 characters, rounded up to ms; above 19200 Bd always 1.75 ms. @baud > 0 */
u32 modbus_silence_ms(u32 baud);

/*
 * Both pauses of a line of @baud into @plan: those that are stated here, or @gap_ms between
 * any two frames unless that is MODBUS_GAP_UNSAID; never less than the silence. @baud 0: TCP,
 * which needs none.
 */
void modbus_gaps(struct modbus_plan *plan, u32 baud, u16 gap_ms);

/*
 * How many registers one request may bring within MODBUS_HOLD_MS at @baud, 1…REGISTERS_MAX;
 * 0 of TCP, @baud 0: any number.
 */
u16 modbus_hold_registers(u32 baud);

/* May a request for @n registers be made of a device on a line with @most of them? */
static inline bool modbus_holds(u16 most, unsigned int n)
{
	return !most || n <= most;
}

#endif /* CELLAR_IO_MODBUS_WIRE_H */
