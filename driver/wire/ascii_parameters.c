// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a recording may hold of Pylontech's dialect that is no reading: the system
 * parameters, 0x47, and the protocol version, 0x4F (protocols.md 4.3, 4.6).
 */
#include "ascii_pylontech.h"
#include "bytes.h"

#define VERSION	CELLAR_ASCII_VERSION_20

enum kind { MV, DECIC, DECIA };

#define PARAMETER(m, k)	{ offsetof(struct cellar_ascii_parameters, m), k }

/* In the order of the wire, two bytes each, after INFOFLAG */
static const struct {
	u8 offset;
	u8 kind;
} table[] = {
	PARAMETER(cell_high_mv, MV),
	PARAMETER(cell_low_alarm_mv, MV),
	PARAMETER(cell_low_protection_mv, MV),
	PARAMETER(charge_high_decic, DECIC),
	PARAMETER(charge_low_decic, DECIC),
	PARAMETER(charge_current_ma, DECIA),
	PARAMETER(pack_high_mv, MV),
	PARAMETER(pack_low_alarm_mv, MV),
	PARAMETER(pack_low_protection_mv, MV),
	PARAMETER(discharge_high_decic, DECIC),
	PARAMETER(discharge_low_decic, DECIC),
	PARAMETER(discharge_current_ma, DECIA),
};

#define KELVIN		2731
#define INFO_LEN	(1 + 2 * ARRAY_SIZE(table))

/* A voltage has no sign, whatever the document's table of types says (4.6) */
static s32 value_of(u8 kind, const u8 *p)
{
	switch (kind) {
	case MV:
		return cellar_be16(p);
	case DECIC:
		return cellar_be16(p) - KELVIN;
	default:
		return cellar_be16s(p) * 100;
	}
}

static u16 raw_of(u8 kind, s32 value)
{
	switch (kind) {
	case MV:
		return (u16)value;
	case DECIC:
		return (u16)(value + KELVIN);
	default:
		return (u16)(value / 100);
	}
}

int cellar_ascii_parameters_decode(u8 address, const struct cellar_rs485_telegram *answer,
				   struct cellar_ascii_parameters *parameters)
{
	int err = cellar_ascii_check_answer(answer, VERSION, address);
	const u8 *p;
	unsigned int i;

	if (err)
		return err;
	if (cellar_ascii_info_len(answer) != INFO_LEN)
		return -ENOMSG;

	p = cellar_ascii_info(answer) + 1;
	for (i = 0; i < ARRAY_SIZE(table); i++, p += 2)
		*(s32 *)((u8 *)parameters + table[i].offset) = value_of(table[i].kind, p);

	return 0;
}

int cellar_ascii_parameters_encode(u8 address,
				   const struct cellar_ascii_parameters *parameters,
				   u8 *wire)
{
	u8 info[INFO_LEN] = { 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		s32 value = *(const s32 *)((const u8 *)parameters + table[i].offset);

		cellar_put_be16(info + 1 + 2 * i, raw_of(table[i].kind, value));
	}

	return cellar_ascii_frame(wire, VERSION, address, 0, info, sizeof(info));
}

int cellar_ascii_protocol_decode(u8 address, const struct cellar_rs485_telegram *answer,
				 u8 *version)
{
	int err = cellar_ascii_check_answer(answer, cellar_ascii_version(answer), address);

	if (err)
		return err;
	if (cellar_ascii_info_len(answer))
		return -ENOMSG;

	*version = cellar_ascii_version(answer);

	return 0;
}

int cellar_ascii_protocol_encode(u8 address, u8 version, u8 *wire)
{
	return cellar_ascii_frame(wire, version, address, 0, NULL, 0);
}
