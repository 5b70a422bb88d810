// SPDX-License-Identifier: GPL-2.0-only
/*
 * Characters and milliseconds of a serial line.
 */
#include "modbus_wire.h"

/* Start, eight bits, parity or a second stop, stop (Modbus over serial line, 2.5.1) */
#define CHARACTER_BITS	11

/* Of a read: address, function, from where, how many, check; of its answer without values. */
#define REQUEST_CHARACTERS	8
#define ANSWER_CHARACTERS	5

u32 modbus_silence_ms(u32 baud)
{
	return baud > 19200 ? 2 : 7 * CHARACTER_BITS * 1000 / 2 / baud + 1;
}

static u32 at_least(u32 ms, u32 least_ms)
{
	return ms > least_ms ? ms : least_ms;
}

void modbus_gaps(struct modbus_plan *plan, u32 baud, u16 gap_ms)
{
	u32 silence_ms = baud ? modbus_silence_ms(baud) : 0;

	if (!baud) {
		plan->gap_ms = 0;
		plan->again_gap_ms = 0;
	} else if (gap_ms == MODBUS_GAP_UNSAID) {
		plan->again_gap_ms = silence_ms + MODBUS_MARGIN_MS;
		plan->gap_ms = at_least(MODBUS_OTHER_GAP_MS, plan->again_gap_ms);
	} else {
		plan->gap_ms = at_least(gap_ms, silence_ms);
		plan->again_gap_ms = plan->gap_ms;
	}
}

u16 modbus_hold_registers(u32 baud)
{
	u32 characters = (u32)((u64)baud * MODBUS_HOLD_MS / 1000 / CHARACTER_BITS);
	u32 registers;

	if (!baud)
		return 0;
	if (characters < REQUEST_CHARACTERS + ANSWER_CHARACTERS + 2)
		return 1;
	registers = (characters - REQUEST_CHARACTERS - ANSWER_CHARACTERS) / 2;

	return registers < REGISTERS_MAX ? (u16)registers : REGISTERS_MAX;
}
