// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words of the energy management, as D-Bus, the command line and files have them.
 */
#include "site.h"

static const char *const winner_words[SITE_WINNERS] = {
	[SITE_NOBODY] = "",
	[SITE_BY_CLUSTER] = "cluster",
	[SITE_BY_INVERTER] = "inverter",
	[SITE_BY_DRM] = "drm",
	[SITE_BY_RRCR] = "rrcr",
	[SITE_BY_CEASE] = "cease",
	[SITE_BY_CONTRACT] = "contract",
	[SITE_BY_FEED_IN] = "feed-in",
	[SITE_BY_EPS] = "eps",
	[SITE_BY_BLACKOUT] = "blackout",
	[SITE_BY_RETURN] = "return",
	[SITE_BY_TIMED_CHARGE] = "timed-charge",
	[SITE_BY_SELF_USE] = "self-use",
	[SITE_BY_FORCE_CHARGE] = "force-charge",
	[SITE_BY_STRATEGY] = "strategy",
	[SITE_BY_PERSON] = "person",
	[SITE_BY_CAR] = "car",
	[SITE_BY_CABLE] = "cable",
	[SITE_BY_BOX] = "box",
	[SITE_BY_MIN_TIME] = "min-time",
	[SITE_BY_HOURS] = "hours",
	[SITE_BY_STALE] = "stale",
};

static const char *const strategy_words[SITE_STRATEGIES] = {
	[SITE_FAST] = "fast",
	[SITE_KILOMETRES_ONCE] = "kilometres-once",
	[SITE_KILOMETRES_REPEATED] = "kilometres-repeated",
	[SITE_ECOLOGICAL_PURE] = "ecological-pure",
	[SITE_ECOLOGICAL_MIXED] = "ecological-mixed",
	[SITE_TIME_POWER] = "time-power",
};

static const char *const mode_words[] = {
	[SITE_STANDBY] = "standby",
	[SITE_CHARGING] = "charging",
	[SITE_DISCHARGING] = "discharging",
	[SITE_OFF_GRID] = "off-grid",
	[SITE_STOPPED] = "stopped",
};

static const char *const charger_state_words[] = {
	[SITE_CHARGER_ABSENT] = "absent",
	[SITE_CHARGER_FREE] = "free",
	[SITE_CHARGER_WAITING] = "waiting",
	[SITE_CHARGER_STANDBY] = "standby",
	[SITE_CHARGER_CHARGING] = "charging",
	[SITE_CHARGER_DONE] = "done",
	[SITE_CHARGER_FAULT] = "fault",
};

static const char *const variable_words[SITE_VARIABLES] = {
	[SITE_SOC] = "soc",
	[SITE_PV_POWER] = "pv-power",
	[SITE_CAR_POWER] = "car-power",
	[SITE_GRID_POWER] = "grid-power",
	[SITE_FEED_IN_POWER] = "feed-in-power",
};

static const char *const event_words[SITE_EVENT_CODES] = {
	[SITE_EVENT_OVERLOAD] = "overload",
	[SITE_EVENT_OVERLOAD_OVER] = "overload-over",
	[SITE_EVENT_CURTAILED] = "curtailed",
	[SITE_EVENT_CURTAILED_OVER] = "curtailed-over",
	[SITE_EVENT_CONTACTS_WRONG] = "contacts-wrong",
	[SITE_EVENT_BLACKOUT] = "blackout",
	[SITE_EVENT_GRID_BACK] = "grid-back",
	[SITE_EVENT_EPS_OVERLOAD] = "eps-overload",
	[SITE_EVENT_METER_STALE] = "meter-stale",
	[SITE_EVENT_METER_BACK] = "meter-back",
	[SITE_EVENT_CONTACTS_STALE] = "contacts-stale",
	[SITE_EVENT_CONTACTS_BACK] = "contacts-back",
	[SITE_EVENT_SESSION_BEGINS] = "session-begins",
	[SITE_EVENT_SESSION_ENDS] = "session-ends",
	[SITE_EVENT_CARD_REFUSED] = "card-refused",
	[SITE_EVENT_OUTPUT_SWITCHED] = "output-switched",
	[SITE_EVENT_CLOCK_MOVED] = "clock-moved",
};

static const char *const plant_words[SITE_PLANTS] = {
	[SITE_PLANT_FREE] = "free",
	[SITE_PLANT_HYBRID_1PH] = "hybrid-1ph",
	[SITE_PLANT_RETROFIT_1PH] = "retrofit-1ph",
	[SITE_PLANT_HYBRID_3PH] = "hybrid-3ph",
	[SITE_PLANT_STRING_1PH] = "string-1ph",
	[SITE_PLANT_STRING_3PH] = "string-3ph",
	[SITE_PLANT_FOREIGN_1PH] = "foreign-1ph",
	[SITE_PLANT_FOREIGN_3PH] = "foreign-3ph",
	[SITE_PLANT_NO_PV_1PH] = "no-pv-1ph",
	[SITE_PLANT_NO_PV_3PH] = "no-pv-3ph",
};

const char *site_winner_word(enum site_winner winner)
{
	return winner_words[winner];
}

const char *site_strategy_word(enum site_strategy strategy)
{
	return strategy_words[strategy];
}

const char *site_mode_word(enum site_mode mode)
{
	return mode_words[mode];
}

const char *site_charger_state_word(enum site_charger_state state)
{
	return charger_state_words[state];
}

const char *site_variable_word(enum site_variable variable)
{
	return variable_words[variable];
}

const char *site_event_word(enum site_event_code code)
{
	return event_words[code];
}

const char *site_plant_word(enum site_plant plant)
{
	return plant_words[plant];
}

const char *site_direction_word(bool drawing)
{
	return drawing ? "drawing" : "generating";
}
