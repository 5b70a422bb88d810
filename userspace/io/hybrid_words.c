// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words for what inverters on Modbus lines are, how they are, and how far they are
 * steered.
 */
#include "hybrid.h"

static const char *const kind_words[HYBRID_KINDS] = {
	[HYBRID_SOFAR_G3] = "sofar-g3",
	[HYBRID_ME3000] = "sofar-me3000",
	[HYBRID_HYD_ES] = "sofar-hyd-es",
	[HYBRID_SUNSPEC] = "sunspec",
};

static const char *const state_words[HYBRID_STATES] = {
	[HYBRID_UNHEARD] = "unheard",
	[HYBRID_WAITING] = "waiting",
	[HYBRID_CHECKING] = "checking",
	[HYBRID_ON_GRID] = "on-grid",
	[HYBRID_EPS] = "eps",
	[HYBRID_FAULT] = "fault",
	[HYBRID_BROKEN] = "permanent-fault",
	[HYBRID_UPGRADING] = "upgrading",
	[HYBRID_SELF_CHARGING] = "self-charging",
	[HYBRID_STANDBY] = "standby",
	[HYBRID_NONSENSE] = "nonsense",
	[HYBRID_REFUSES] = "refuses",
	[HYBRID_SILENT] = "silent",
};

static const char *const control_words[HYBRID_CONTROLS] = {
	[HYBRID_NOT_STEERED] = "not-steered",
	[HYBRID_NOT_PASSIVE] = "not-passive",
	[HYBRID_ASKS_MODE] = "asks-mode",
	[HYBRID_SETS_LAPSE] = "sets-lapse",
	[HYBRID_SETS_POINTS] = "sets-points",
	[HYBRID_SETS_MODE] = "sets-mode",
	[HYBRID_CHECKS] = "checks",
	[HYBRID_STEERED] = "steered",
	[HYBRID_OVERRULED] = "overruled",
};

static const char *const feed_in_words[HYBRID_FEED_IN_STATES] = {
	[HYBRID_FEED_IN_NOT_KEPT] = "not-kept",
	[HYBRID_FEED_IN_ASKS] = "asks",
	[HYBRID_FEED_IN_WAITS] = "waits",
	[HYBRID_FEED_IN_SETS] = "sets",
	[HYBRID_FEED_IN_KEPT] = "kept",
	[HYBRID_FEED_IN_REFUSED] = "refused",
	[HYBRID_FEED_IN_OVERRULED] = "overruled",
};

const char *hybrid_state_word(enum hybrid_state state)
{
	return state_words[state];
}

const char *hybrid_kind_word(enum hybrid_kind kind)
{
	return kind_words[kind];
}

static const char *const eps_words[HYBRID_EPS_TOLDS] = {
	[HYBRID_EPS_NOT_TOLD] = "",
	[HYBRID_EPS_ASKED] = "asked",
	[HYBRID_EPS_TOLD_OFF] = "off",
	[HYBRID_EPS_TOLD_ON] = "on",
	[HYBRID_EPS_REFUSED] = "refused",
};

const char *hybrid_eps_word(enum hybrid_eps eps)
{
	return eps_words[eps];
}

const char *hybrid_feed_in_word(enum hybrid_feed_in_state state)
{
	return feed_in_words[state];
}

const char *hybrid_control_word(enum hybrid_control control)
{
	return control_words[control];
}
