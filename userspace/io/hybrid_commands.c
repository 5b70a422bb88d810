// SPDX-License-Identifier: GPL-2.0-only
/*
 * How an inverter of the legacy map is told what its battery is to do (spec/field.md 3.1):
 * by commands, which it hears only while passive mode is chosen on its own screen. Nothing
 * is kept in it; what it was told is said again together with a sign of life, by whoever
 * calls hybrid_steer() and not by the thread of the line: of a daemon that hangs it hears
 * neither. What it does then is not documented; it is taken to stand by. When the daemon
 * ends, it is told to do as it likes.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"
#include "modbus_command.h"

static void command(struct hybrid *h, enum hybrid_command_slot slot, u8 function, u16 at, u16 value)
{
	hybrid_write_by(h, slot, function, at, 1, &value);
}

static void start(struct hybrid *h)
{
	hybrid_write_nothing(h);
	h->has_point = false;
	h->heart_ms = 0;
	h->status = 0;
	if (h->eps == HYBRID_EPS_ASKED)
		h->eps = HYBRID_EPS_NOT_TOLD;
	h->control = h->config.steer ? HYBRID_SETS_POINTS : HYBRID_NOT_STEERED;
}

static void say(struct hybrid *h, s32 watts)
{
	if (watts > 0)
		command(h, HYBRID_COMMANDS_POINTS, MODBUS_COMMAND, LEGACY_CHARGE, (u16)watts);
	else if (watts < 0)
		command(h, HYBRID_COMMANDS_POINTS, MODBUS_COMMAND, LEGACY_DISCHARGE, (u16)-watts);
	else
		command(h, HYBRID_COMMANDS_POINTS, MODBUS_COMMAND, LEGACY_STANDBY,
			LEGACY_STANDBY_VALUE);
}

/* What a register holds. */
static s32 sayable(s32 watts)
{
	return watts > UINT16_MAX ? UINT16_MAX : watts < -UINT16_MAX ? -UINT16_MAX : watts;
}

static void steer(struct hybrid *h, const struct hybrid_order *order, u64 now_ms)
{
	bool heart = !h->heart_ms || now_ms >= h->heart_ms + LEGACY_HEARTBEAT_MS;
	bool worth = hybrid_is_worth_it(h, order);

	if (h->control == HYBRID_NOT_STEERED || (!worth && !heart))
		return;
	if (worth)
		h->point_w = sayable(h->order_w);
	h->has_point = true;
	if (heart) {
		h->heart_ms = now_ms;
		command(h, HYBRID_COMMANDS_HEARTBEAT, MODBUS_HEARTBEAT, LEGACY_HEARTBEAT,
			LEGACY_HEARTBEAT_VALUE);
	}
	say(h, h->point_w);
}

/* It is told once, and nobody knows whether it remembers that. */
int hybrid_tell_eps(struct hybrid *h, bool on)
{
	if (h->config.kind != HYBRID_ME3000 && h->config.kind != HYBRID_HYD_ES)
		return -EOPNOTSUPP;
	if (h->state == HYBRID_UNHEARD || h->state == HYBRID_SILENT)
		return -ENOTCONN;
	command(h, HYBRID_COMMANDS_EPS, MODBUS_EPS, LEGACY_EPS, on ? LEGACY_EPS_ON :
		LEGACY_EPS_OFF);
	h->eps = HYBRID_EPS_ASKED;

	return 0;
}

/* What was asked in between is on its way still. */
static void take_eps(struct hybrid *h, const struct modbus_result *result)
{
	const struct hybrid_write *w = &h->write[HYBRID_COMMANDS_EPS];

	if (!w->n || result->value[0] != w->value[0])
		return;
	h->eps = result->outcome != MODBUS_DONE ? HYBRID_EPS_REFUSED :
		 w->value[0] == LEGACY_EPS_ON ? HYBRID_EPS_TOLD_ON : HYBRID_EPS_TOLD_OFF;
	hybrid_write_none(h, HYBRID_COMMANDS_EPS);
}

/* Of a sign of life nothing is known but that it was sent. */
static void take(struct hybrid *h, const struct modbus_result *result)
{
	if (result->write && result->slot == HYBRID_COMMANDS_EPS)
		take_eps(h, result);
	if (!result->write || result->slot != HYBRID_COMMANDS_POINTS ||
	    h->control == HYBRID_NOT_STEERED)
		return;
	h->status = result->value[0];
	if (result->outcome == MODBUS_DONE)
		h->control = HYBRID_STEERED;
	else if ((h->status & 0xff) == MODBUS_COMMAND_WRONG_MODE)
		h->control = HYBRID_NOT_PASSIVE;
	else
		h->control = HYBRID_SETS_POINTS;
}

static bool release(struct hybrid *h)
{
	bool told = h->control != HYBRID_NOT_STEERED && h->has_point;

	hybrid_write_nothing(h);
	h->control = HYBRID_NOT_STEERED;
	if (told)
		command(h, HYBRID_COMMANDS_POINTS, MODBUS_COMMAND, LEGACY_AUTO, 0);

	return told;
}

const struct hybrid_control_driver hybrid_commands = { start, take, steer, release };
