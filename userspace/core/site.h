/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The energy management of a house: one process image in, one set of decisions out
 * (design.md, "EMS"; spec/ems.md; spec/inverter.md). ems_step() is a pure function of
 * what it is given: no file, no bus, no clock, no allocation, integers only. The same
 * code runs the house and a simulated year.
 *
 * Signs, everywhere: grid power < 0 draws from the grid, > 0 feeds in; battery power > 0
 * charges; production, consumption and charger power are never negative. They add up:
 *
 *	grid = pv - load - chargers - battery
 *
 * The stages are those of the design, in its order, and each can only narrow what the
 * ones before it left (site_parts.h): cluster, grid code, contract, feed-in, EPS, timed
 * charge, self-consumption, chargers, outputs. Who narrowed last is the winner.
 */
#ifndef CELLAR_CORE_SITE_H
#define CELLAR_CORE_SITE_H

#include "env.h"

#define SITE_NAME_SIZE		32
#define SITE_PHASES		3
#define SITE_CHARGERS_MAX	8
#define SITE_OUTPUTS_MAX	4
#define SITE_INVERTERS_MAX	8
#define SITE_RULES_MAX		16	/* of timed charge */
#define SITE_CARDS_MAX		16	/* that are known; each box takes up to … */
#define SITE_BOX_CARDS_MAX	8	/* spec/ems.md, "Wallbox modes" */
#define SITE_EVENTS_MAX		16	/* of one step */

#define SITE_NEVER		UINT32_MAX	/* an age: nothing was ever heard */
#define SITE_NO_LIMIT		INT32_MAX	/* a power that nobody limits, W */
#define SITE_NO_TIME		UINT32_MAX	/* a countdown that does not run */
#define SITE_POWER_MAX_W	1000000		/* what is said beyond is not believed */

/* Between two steps counts up to so much: who slept has no energy to show for it. */
#define SITE_STEP_MAX_MS	5000

/* Configuration ----------------------------------------------------------------- */

/* Rows of spec/ems.md, "Plant"; the number is the row's. */
enum site_plant {
	SITE_PLANT_FREE,		/* sources chosen one by one */
	SITE_PLANT_HYBRID_1PH,
	SITE_PLANT_RETROFIT_1PH,
	SITE_PLANT_HYBRID_3PH,
	SITE_PLANT_STRING_1PH,
	SITE_PLANT_STRING_3PH,
	SITE_PLANT_FOREIGN_1PH,
	SITE_PLANT_FOREIGN_3PH,
	SITE_PLANT_NO_PV_1PH,
	SITE_PLANT_NO_PV_3PH,
	SITE_PLANTS
};

/* Who measures: what a plant preset fixes, and what a person may choose. */
enum site_source {
	SITE_SOURCE_NONE,		/* of production: there is none */
	SITE_SOURCE_INVERTER,
	SITE_SOURCE_METER,		/* Modbus, address 32 of a three-phase plant */
	SITE_SOURCE_SENSOR_1,		/* the controller's own current sensors */
	SITE_SOURCE_SENSOR_2,
	SITE_SOURCES
};

enum site_family {		/* of the packs; spec/inverter.md, "EPS" */
	SITE_FAMILY_OTHER,
	SITE_FAMILY_PYLONTECH,
	SITE_FAMILY_WECO,
	SITE_FAMILY_AZZURRO,
	SITE_FAMILIES
};

/* How the inverter is steered. */
enum site_control {
	SITE_BY_LIMITS,		/* it only listens to the battery: CCL, DCL, force charge */
	SITE_BY_SET_POINTS
};

/*
 * A row of "% charge mode" (spec/inverter.md). Lower numbers win.
 *
 * @from_min, @to_min: of the day, local, 0…1440; from > to goes over midnight, equal is
 *	the whole day. The minute @to_min is not in it.
 * @power_w: charge power; @target_percent: charging stops there
 * @from_day, @to_day: month × 100 + day, both in it; from > to goes over New Year; 0, 0:
 *	the whole year
 * @weekdays: bit 0 is Monday; of the day on which the hours begin; 0x7f: every day
 */
struct site_rule {
	bool enabled;
	u16 from_min, to_min;
	u8 target_percent;
	u32 power_w;
	u16 from_day, to_day;
	u8 weekdays;
};

/* spec/ems.md, "Wallbox strategies" */
enum site_strategy {
	SITE_FAST,
	SITE_KILOMETRES_ONCE,
	SITE_KILOMETRES_REPEATED,
	SITE_ECOLOGICAL_PURE,
	SITE_ECOLOGICAL_MIXED,
	SITE_TIME_POWER,
	SITE_STRATEGIES
};

enum site_charger_mode {
	SITE_REMOTE,		/* charges when somebody starts it, from afar or by strategy */
	SITE_PLUG_AND_PLAY,	/* charges as soon as a car is plugged in */
	SITE_OFFLINE_CARDS	/* charges for a known card */
};

/*
 * One wallbox.
 *
 * @cable_ma, @box_ma: its cable and itself, per phase; the car says its own
 * @min_ma: lowest current that it can be told, ≥ 6000 (IEC 61851)
 * @step_ma: to what a current is rounded down
 * @phases: 1 or 3, as it is wired; @phase: the one of a single-phase box, 0…2
 * @priority: smaller is served first, equals share
 * @wh_per_km, @km: of the kilometres strategies
 * @start_min, @duration_min: of time-power, local
 * @power_w: set maximum of the ecological and time-power strategies; SITE_NO_LIMIT
 * @min_run_s, @min_pause_s: between switching on and off by a strategy
 * @cards: which of the known cards open it, a bit for each; at most SITE_BOX_CARDS_MAX
 */
struct site_charger_config {
	char name[SITE_NAME_SIZE];
	u8 strategy;	/* enum site_strategy */
	u8 mode;	/* enum site_charger_mode */
	u8 phases, phase, priority;
	u32 cable_ma, box_ma, min_ma, step_ma;
	u32 wh_per_km, km;
	u16 start_min, duration_min;
	s32 power_w;
	u32 min_run_s, min_pause_s;
	u32 cards;
};

enum site_variable {	/* spec/ems.md, "Switched outputs" */
	SITE_SOC,		/* % */
	SITE_PV_POWER,		/* W */
	SITE_CAR_POWER,		/* W */
	SITE_GRID_POWER,	/* W drawn, or fed in when @grid_out */
	SITE_FEED_IN_POWER,	/* W */
	SITE_VARIABLES
};

/*
 * One dry contact. Open until the variable reaches @upper, then closed until it falls to
 * @lower.
 *
 * @grid_out: SITE_GRID_POWER means what flows out
 * @check_s: how often the thresholds are looked at; 900 as in spec/ems.md
 * @from_min, @to_min, @from_day, @to_day: as of a rule; outside it is open
 * @min_on_s, @min_off_s: it stays so long at least
 * @load_w: what hangs on it, taken out of the variable while it is closed; 0: not known
 * @closed_without: its state when the variable is not known; open when false
 */
struct site_output_config {
	char name[SITE_NAME_SIZE];
	bool enabled, grid_out, closed_without;
	u8 variable;	/* enum site_variable */
	s32 upper, lower;
	u32 check_s, min_on_s, min_off_s;
	u16 from_min, to_min, from_day, to_day;
	s32 load_w;
};

/* What a grid operator may want of the plant, by contacts that are wired. */
enum site_grid_code {
	SITE_CODE_NONE,
	SITE_CODE_DRM,		/* AS/NZS 4777.2 */
	SITE_CODE_RRCR,		/* VDE-AR-N 4105 */
	SITE_CODE_CEASE,	/* EN 50549-1 */
	SITE_CODES
};

/*
 * One hybrid, retrofit or string inverter; the first is the primary.
 *
 * @rated_w: AC; @battery_w: most into or out of the battery, 0 without one;
 * @eps_w: most off the grid; 0: it has no EPS output
 * @curtails: its production can be limited
 */
struct site_inverter_config {
	char name[SITE_NAME_SIZE];
	u32 rated_w, battery_w, eps_w;
	bool curtails;
};

/*
 * @contract_w: most that may be drawn at the grid meter; SITE_NO_LIMIT: not set up
 * @contract_margin_w: how far below it the plant is kept
 * @feed_in_w: most that may be fed in, 0 for zero feed-in; SITE_NO_LIMIT
 * @standby_w: 100 W (spec/inverter.md, "Automatic mode")
 * @fresh_ms: longest age of a measurement that counts
 * @contact_fresh_ms: the same of the grid operator's contacts
 * @rrcr_hold_s: how long the last valid contact counts after none or several
 * @dod_percent: on the grid; @eps, @eps_dod_percent, @eps_buffer_percent: off it
 * @return_s: after the grid is back, how long before the battery and cars are used again
 * @battery_to_cars: the battery may help a car in SITE_FAST and SITE_TIME_POWER
 */
struct site_config {
	u8 plant;		/* enum site_plant */
	u8 phases;		/* of the plant: 1 or 3 */
	u8 exchange, production;	/* enum site_source */
	u8 control;		/* enum site_control */
	u8 grid_code;		/* enum site_grid_code */
	u8 family;		/* enum site_family */
	u8 dod_percent, eps_dod_percent, eps_buffer_percent;
	bool eps, timed_charge, battery_to_cars;
	s32 contract_w, contract_margin_w, feed_in_w, standby_w;
	u32 fresh_ms, contact_fresh_ms, rrcr_hold_s, return_s;
	unsigned int inverters, chargers, outputs, rules;
	struct site_inverter_config inverter[SITE_INVERTERS_MAX];
	struct site_charger_config charger[SITE_CHARGERS_MAX];
	struct site_output_config output[SITE_OUTPUTS_MAX];
	struct site_rule rule[SITE_RULES_MAX];
};

/* Inputs -------------------------------------------------------------------------- */

/* What was measured, and how long ago; SITE_NEVER: it never was. */
struct site_value {
	s32 value;
	u32 age_ms;
};

enum site_car {			/* IEC 61851 */
	SITE_CAR_UNKNOWN,
	SITE_CAR_NONE,		/* A */
	SITE_CAR_PLUGGED,	/* B: there, not drawing */
	SITE_CAR_CHARGES,	/* C, D */
	SITE_CAR_FAULT		/* E, F */
};

enum site_command {		/* of a person, for one step */
	SITE_NO_COMMAND,
	SITE_START,
	SITE_STOP
};

/*
 * @power_w, @energy_wh: what it measures; energy is a counter that only grows
 * @car_ma: the most that the car takes, per phase; 0: it does not say
 * @car_phases: on which the car charges; 0: not known, then as wired
 * @card: 1 + the known card that was shown since the last step, 0: none,
 *	SITE_UNKNOWN_CARD: one that is not known
 */
#define SITE_UNKNOWN_CARD	UINT8_MAX

struct site_charger_inputs {
	u8 car;		/* enum site_car */
	u8 command;	/* enum site_command */
	u8 card, car_phases;
	u32 car_ma;
	struct site_value power_w;
	struct site_value energy_wh;
	u32 age_ms;	/* of the others */
};

/*
 * @charge_w, @discharge_w: most that the cluster allows now (limits.h), never negative;
 *	both 0 when @age_ms is too old
 * @battery_w: what the cluster measures
 */
struct site_battery_inputs {
	u32 age_ms;
	u16 soc_centi;
	u16 packs;
	u32 voltage_mv;
	s32 charge_w, discharge_w;
	struct site_value battery_w;
	bool force_charge;
};

/* @off_grid: it feeds its EPS output; @ok: it does what it is told */
struct site_inverter_inputs {
	u32 age_ms;
	bool ok, off_grid;
	struct site_value pv_w, battery_w;
};

/*
 * @wall_s, @utc_offset_s: UTC and what the site's clocks show on top; 0: not known, and
 *	whatever needs a time of day waits
 * @exchange_w: of the phases that there are, at the grid meter
 * @production_w: of all PV
 * @grid: 0 blackout, 1 there
 * @drm: bit n is DRMn; contacts that two modes share set both
 * @rrcr: bit 0…3 is L1…L4
 * @cease: 1: closed
 */
struct site_inputs {
	s64 wall_s;
	s32 utc_offset_s;
	struct site_value exchange_w[SITE_PHASES];
	struct site_value production_w;
	struct site_value grid, drm, rrcr, cease;
	struct site_battery_inputs battery;
	struct site_inverter_inputs inverter[SITE_INVERTERS_MAX];
	struct site_charger_inputs charger[SITE_CHARGERS_MAX];
};

/* Outputs ------------------------------------------------------------------------- */

enum site_winner {
	SITE_NOBODY,
	SITE_BY_CLUSTER,	/* what the battery allows now */
	SITE_BY_INVERTER,	/* what the inverter can */
	SITE_BY_DRM,
	SITE_BY_RRCR,
	SITE_BY_CEASE,
	SITE_BY_CONTRACT,
	SITE_BY_FEED_IN,
	SITE_BY_EPS,
	SITE_BY_BLACKOUT,
	SITE_BY_RETURN,		/* the grid has just come back */
	SITE_BY_TIMED_CHARGE,
	SITE_BY_SELF_USE,
	SITE_BY_FORCE_CHARGE,
	SITE_BY_STRATEGY,
	SITE_BY_PERSON,
	SITE_BY_CAR,		/* the car's own current, or it wants no more */
	SITE_BY_CABLE,
	SITE_BY_BOX,
	SITE_BY_MIN_TIME,	/* minimum run or pause */
	SITE_BY_HOURS,		/* outside hours or days */
	SITE_BY_STALE,
	SITE_WINNERS
};

enum site_mode {		/* of the battery; spec/inverter.md, "Automatic mode" */
	SITE_STANDBY,
	SITE_CHARGING,
	SITE_DISCHARGING,
	SITE_OFF_GRID,
	SITE_STOPPED		/* DRM0, or nothing is known */
};

enum site_charger_state {
	SITE_CHARGER_ABSENT,	/* the box says nothing */
	SITE_CHARGER_FREE,
	SITE_CHARGER_WAITING,	/* for a start, a card, or its hour */
	SITE_CHARGER_STANDBY,	/* in a session, paused */
	SITE_CHARGER_CHARGING,
	SITE_CHARGER_DONE,	/* has what it wanted; until the car leaves */
	SITE_CHARGER_FAULT
};

/*
 * @current_ma: what the box is told per phase: 0, or from its minimum up
 * @winner: who keeps it from more; @next_ms: until that may change, SITE_NO_TIME
 * @session_wh, @session_s: of the session that runs, or the last one
 * @wanted_wh: after which it is done; 0: open
 */
struct site_charger_outputs {
	u8 state;	/* enum site_charger_state */
	u8 strategy;	/* the one in force: it changes between sessions only */
	u8 winner;
	u8 phases;
	u32 current_ma;
	s32 power_w;	/* what @current_ma makes at 230 V */
	u32 next_ms;
	u32 session_wh, session_s, wanted_wh;
	bool in_session;
};

struct site_output_outputs {
	bool closed;
	u8 winner;
	bool known;	/* the variable is */
	s32 value;	/* of the variable, without its own load */
	u32 next_ms;	/* until the next check, or the end of a minimum time */
};

/*
 * Of one inverter, its part: of the set-point and its bounds, of production, and of the AC
 * power that a grid code allows (> 0 generates). SITE_NO_LIMIT, -SITE_NO_LIMIT: none.
 */
struct site_inverter_outputs {
	s32 battery_w, battery_min_w, battery_max_w;
	s32 pv_max_w;
	s32 ac_min_w, ac_max_w;
};

enum site_event_code {
	SITE_EVENT_OVERLOAD,		/* import above the contract, nothing left to throttle; W */
	SITE_EVENT_OVERLOAD_OVER,
	SITE_EVENT_CURTAILED,		/* a grid operator's limit begins; W, < 0: of drawing */
	SITE_EVENT_CURTAILED_OVER,	/* s */
	SITE_EVENT_CONTACTS_WRONG,	/* RRCR: none or several */
	SITE_EVENT_BLACKOUT,
	SITE_EVENT_GRID_BACK,
	SITE_EVENT_EPS_OVERLOAD,	/* critical load above what EPS can give */
	SITE_EVENT_METER_STALE,
	SITE_EVENT_METER_BACK,
	SITE_EVENT_CONTACTS_STALE,
	SITE_EVENT_CONTACTS_BACK,
	SITE_EVENT_SESSION_BEGINS,	/* @subject: charger */
	SITE_EVENT_SESSION_ENDS,
	SITE_EVENT_CARD_REFUSED,
	SITE_EVENT_OUTPUT_SWITCHED,	/* @subject: output; @figure: 1 closed */
	SITE_EVENT_CLOCK_MOVED,		/* @figure: seconds */
	SITE_EVENT_CODES
};

struct site_event {
	u8 code;
	u8 subject;	/* index of the charger or output */
	s32 figure;	/* W, Wh or s, as the code has it */
};

/* What flows, as the step understood it. @known: bit SITE_FLOW_… */
enum site_flow {
	SITE_FLOW_PV,
	SITE_FLOW_LOAD,		/* without chargers */
	SITE_FLOW_CHARGERS,
	SITE_FLOW_BATTERY,
	SITE_FLOW_GRID,
	SITE_FLOWS
};

/* Things that a plant steered SITE_BY_LIMITS, or without a curtailing inverter, cannot do. */
enum site_unable {
	SITE_CANNOT_FORCE_DISCHARGE = 1,
	SITE_CANNOT_CHARGE_FROM_GRID = 2,	/* it may ask, by force charge */
	SITE_CANNOT_CURTAIL = 4,
	SITE_CANNOT_DISCONNECT = 8,
};

/*
 * @battery_w: the set-point, within @battery_min_w…@battery_max_w, within what the
 *	cluster allows
 * @grid_min_w, @grid_max_w: the exchange that is allowed now: -import … export
 * @pv_max_w: production that is allowed now
 * @ac_min_w, @ac_max_w: AC power of all inverters, pv - battery, that a grid code allows
 * @limited_by: whose limit decided the set-point, SITE_NOBODY when none did
 * @mode_next_ms: until a hold ends, or the next rule begins or ends
 * @force_charge: ask for charge by the battery's own word (SITE_BY_LIMITS)
 * @charge_ma, @discharge_ma: the bounds as currents of the battery (SITE_BY_LIMITS)
 * @disconnect: leave the grid (DRM0)
 * @rule: index of the timed charge rule in force, -1
 * @unable: what should be done and cannot be, enum site_unable
 */
struct site_outputs {
	s32 flow_w[SITE_FLOWS];
	u32 flows_known;
	s32 battery_w, battery_min_w, battery_max_w;
	s32 grid_min_w, grid_max_w, pv_max_w, ac_min_w, ac_max_w;
	u8 battery_min_winner, battery_max_winner, grid_min_winner, grid_max_winner;
	u8 pv_winner, limited_by, mode;
	s8 rule;
	bool force_charge, disconnect, off_grid, overload;
	u8 unable;
	u32 charge_ma, discharge_ma;
	u32 mode_next_ms;
	struct site_inverter_outputs inverter[SITE_INVERTERS_MAX];
	struct site_charger_outputs charger[SITE_CHARGERS_MAX];
	struct site_output_outputs output[SITE_OUTPUTS_MAX];
	struct site_event event[SITE_EVENTS_MAX];
	unsigned int events;
};

/* The step ------------------------------------------------------------------------ */

struct site_state;	/* site_state.h: what one step leaves to the next */

/* A house without limits, chargers or outputs, by the figures of spec/. */
void site_defaults(struct site_config *config);
void site_charger_defaults(struct site_charger_config *charger, const char *name);
void site_output_defaults(struct site_output_config *output, const char *name);

/* Sources and phases of row @plant of spec/ems.md; the rest stays. */
void site_preset(struct site_config *config, enum site_plant plant);

/*
 * 0, or -EINVAL with @why: what is wrong and what would be right, static storage. A plant
 * that measures the same thing twice, or not at all, is wrong.
 */
int site_config_check(const struct site_config *config, const char **why);

/* Whether @rule can be; as site_config_check(). */
int site_rule_check(const struct site_rule *rule, const char **why);

/* @state (site_state.h) begins as this leaves it. */
void site_start(struct site_state *state, const struct site_config *config);

/*
 * One step at @now_ms, of any clock that only goes forward. @config was checked; it may
 * be another than in the last step: chargers, outputs and rules are known by their index.
 * Equal configurations, states, inputs and times give equal outputs on every machine.
 */
void ems_step(const struct site_config *config, struct site_state *state,
	      const struct site_inputs *inputs, u64 now_ms, struct site_outputs *out);

/* Inputs of which nothing is known: every age SITE_NEVER. */
void site_inputs_clear(struct site_inputs *inputs);

/* "contract", "self-use", …; never NULL for a value of the enum. "" for SITE_NOBODY. */
const char *site_winner_word(enum site_winner winner);
const char *site_strategy_word(enum site_strategy strategy);
const char *site_mode_word(enum site_mode mode);
const char *site_charger_state_word(enum site_charger_state state);
const char *site_variable_word(enum site_variable variable);
const char *site_event_word(enum site_event_code code);
const char *site_plant_word(enum site_plant plant);

/* In which direction the inverters' power was limited: of drawing, else of generating. */
const char *site_direction_word(bool drawing);

#endif /* CELLAR_CORE_SITE_H */
