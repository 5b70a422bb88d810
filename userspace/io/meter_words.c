// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words for what meters are, how they are, and what a person should know of them.
 */
#include "meter.h"

static const char *const kind_words[METER_KINDS] = {
	[METER_DTSU666] = "dtsu666",
	[METER_DDSU666] = "ddsu666",
	[METER_SUNSPEC] = "sunspec",
};

static const char *const state_words[METER_STATES] = {
	[METER_UNHEARD] = "unheard",
	[METER_STARTING] = "starting",
	[METER_WELL] = "well",
	[METER_NONSENSE] = "nonsense",
	[METER_REFUSES] = "refuses",
	[METER_SILENT] = "silent",
};

static const char *const role_words[METER_ROLES] = {
	[METER_EXCHANGE] = "exchange",
	[METER_PRODUCTION] = "production",
};

static const char *const note_words[METER_NOTES] = {
	[METER_SAYS_UNITS] = "it counts in whole volts, amperes and watts, and is read so",
	[METER_ENERGY_OLD] = "its energy counters are at 0x401e, where older ones have them",
	[METER_ENERGY_NONE] =
		"it does not count the two directions apart: cellard adds up what it measures",
	[METER_RATIO_UNKNOWN] =
		"it does not say the ratio of its current transformers: give ct_ratio; until then it is not used",
	[METER_RATIO_DIFFERS] =
		"it says another transformer ratio than the configuration, which is used",
	[METER_NO_MODEL] = "there is no SunSpec meter model in it: it is not used",
};

const char *meter_state_word(enum meter_state state)
{
	return state_words[state];
}

const char *meter_kind_word(enum meter_kind kind)
{
	return kind_words[kind];
}

const char *meter_role_word(enum meter_role role)
{
	return role_words[role];
}

const char *meter_note_words(enum meter_note note)
{
	return note_words[note];
}
