// SPDX-License-Identifier: GPL-2.0-only
/*
 * The inverters' keep-alives, by dialect, and the measurements that SMA's has
 * (protocols.md 1.1, 2.3, 3.1, 3.5, 3.6).
 */
#include "bytes.h"
#include "inverter_said.h"

/* Growatt, "11 22 33 44 55 66 77 88"; Schneider, of whose bytes nothing is known */
#define GROWATT_KEEPALIVE_ID	0x301
#define SCHNEIDER_KEEPALIVE_ID	(CELLAR_CAN_EXTENDED | 0x310)

/*
 * @id: 0 where nothing is sent regularly: Sofar's inverter only asks (protocols.md 3.3)
 * @measures: the frame may hold what the inverter measures; elsewhere it is zeros, a
 *            pattern or, from Deye, the date
 */
static const struct {
	u32 id;
	bool measures;
} keepalives[CELLAR_DIALECTS] = {
	[CELLAR_DIALECT_PYLONTECH] = { CELLAR_CAN_KEEPALIVE_ID, false },
	[CELLAR_DIALECT_VICTRON] = { CELLAR_CAN_KEEPALIVE_ID, true },
	[CELLAR_DIALECT_DEYE] = { CELLAR_CAN_KEEPALIVE_ID, false },
	[CELLAR_DIALECT_GROWATT] = { GROWATT_KEEPALIVE_ID, false },
	[CELLAR_DIALECT_GOODWE] = { CELLAR_CAN_KEEPALIVE_ID, false },
	[CELLAR_DIALECT_SCHNEIDER] = { SCHNEIDER_KEEPALIVE_ID, false },
};

/* What the numbers of a 48 V system can be. */
#define VOLTAGE_MIN_DECIV	200
#define VOLTAGE_MAX_DECIV	700
#define TEMPERATURE_MIN_DECIC	(-600)
#define TEMPERATURE_MAX_DECIC	1500
#define SOC_MAX_PERMILLE	1000

#define NO_CURRENT		(-0x8000)

u32 cellar_inverter_keepalive_id(enum cellar_dialect dialect)
{
	return keepalives[dialect].id;
}

/*
 * SMA: voltage, current (negative while charging), temperature, SOC. Venus OS sends
 * zeros there.
 */
static int hear_measurements(const struct cellar_can_frame *frame,
			     struct cellar_inverter_said *said)
{
	static const u8 zeros[sizeof(frame->data)];
	u16 deciv = cellar_le16(frame->data);
	s16 decia = cellar_le16s(frame->data + 2);
	s16 decic = cellar_le16s(frame->data + 4);
	s16 permille = cellar_le16s(frame->data + 6);

	if (frame->len < sizeof(frame->data))
		return -EMSGSIZE;
	if (!memcmp(frame->data, zeros, sizeof(zeros)))
		return 0;
	if (deciv < VOLTAGE_MIN_DECIV || deciv > VOLTAGE_MAX_DECIV || decia == NO_CURRENT ||
	    decic < TEMPERATURE_MIN_DECIC || decic > TEMPERATURE_MAX_DECIC ||
	    permille < 0 || permille > SOC_MAX_PERMILLE)
		return -ERANGE;

	said->measures = true;
	said->voltage_mv = deciv * 100;
	said->current_ma = -decia * 100;
	said->temperature_decic = decic;
	said->soc_centi = (u16)(permille * 10);

	return 0;
}

int cellar_inverter_hear(enum cellar_dialect dialect, const struct cellar_can_frame *frame,
			 struct cellar_inverter_said *said)
{
	u32 id = keepalives[dialect].id;

	memset(said, 0, sizeof(*said));
	if (!id || frame->id != id)
		return -ENOENT;

	return keepalives[dialect].measures ? hear_measurements(frame, said) : 0;
}
