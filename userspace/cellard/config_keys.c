// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of sections and keys. What a section is before its first key: config_begin.c.
 */
#include "config_keys.h"

#include "models.h"

#define OF_CLUSTER(member)	offsetof(struct config_cluster, cluster.member)
#define OF_LIMITS(member)	offsetof(struct config_cluster, limits.member)
#define OF_INVERTER(member)	offsetof(struct config_inverter, member)
#define OF_HOUSE(member)	offsetof(struct config_house, member)
#define OF_SITE(member)		offsetof(struct config_house, site.member)
#define OF_CHARGER(member)	offsetof(struct config_charger, site.member)
#define OF_BOX(member)		offsetof(struct config_charger, box.member)
#define OF_OUTPUT(member)	offsetof(struct config_output, site.member)
#define OF_RULE(member)		offsetof(struct config_rule, site.member)
#define OF_SIMULATION(member)	offsetof(struct config_simulation, member)
#define RELAY(i)		CONFIG_GPIO, OF_SIMULATION(relay[i]), ANY, \
	"a line of gpio-sim, NAME or CHIP:OFFSET, and then active-low", NULL
#define OF_LINE(member)		offsetof(struct config_line, port.member)
#define OF_METER(member)	offsetof(struct config_meter, member)
#define OF_SENSOR(member)	offsetof(struct config_sensor, member)
#define OF_HISTORY(member)	offsetof(struct config_history, member)

#define YES_OR_NO		0, 1, "yes or no", NULL
#define AMPERES			0, 10000000, "0 to 10000, in A", NULL
#define VOLTS			40000, 60000, "40 to 60, in V", NULL
#define WATTS			0, SITE_POWER_MAX_W, "0 to 1000000, in W", NULL
#define WATTS_OR_NONE		0, SITE_POWER_MAX_W, "0 to 1000000, in W, or none", NULL
#define SOME_WATTS_OR_NONE	1, SITE_POWER_MAX_W, "1 to 1000000, in W, or none", NULL
#define SECONDS			0, 86400, "0 to 86400, in s", NULL
#define UP_TO_AN_HOUR		0, 3600, "0 to 3600, in s", NULL
#define AGE			200, 60000, "200 to 60000, in ms", NULL
#define NONE_TO_ALL		0, 100, "0 to 100", NULL
#define SOME_TO_ALL		1, 100, "1 to 100", NULL
#define HOURS_OF_DAY		0, 0, "HH:MM-HH:MM, 22:00-06:00 say", NULL
#define DAYS_OF_YEAR		0, 0, "MM/DD-MM/DD, 11/01-03/31 say", NULL
#define LAG			0, 10, "0 to 10, in s", NULL
#define ANY			0, UINT32_MAX

#define ONE(key)		+ 1
#define MODELS			(0 CELLAR_MODEL_KEYS(ONE))

static const char *plant_word(unsigned int plant)
{
	return site_plant_word(plant);
}

static const char *strategy_word(unsigned int strategy)
{
	return site_strategy_word(strategy);
}

static const char *variable_word(unsigned int variable)
{
	return site_variable_word(variable);
}

static const char *source_word(unsigned int source)
{
	static const char *const words[SITE_SOURCES] = {
		[SITE_SOURCE_NONE] = "none",
		[SITE_SOURCE_INVERTER] = "inverter",
		[SITE_SOURCE_METER] = "meter",
		[SITE_SOURCE_SENSOR_1] = "sensor-1",
		[SITE_SOURCE_SENSOR_2] = "sensor-2",
	};

	return words[source];
}

static const char *control_word(unsigned int control)
{
	return control == SITE_BY_LIMITS ? "limits" : "set-points";
}

static const char *code_word(unsigned int code)
{
	static const char *const words[SITE_CODES] = {
		[SITE_CODE_NONE] = "none",
		[SITE_CODE_DRM] = "drm",
		[SITE_CODE_RRCR] = "rrcr",
		[SITE_CODE_CEASE] = "cease",
	};

	return words[code];
}

static const char *mode_word(unsigned int mode)
{
	static const char *const words[] = {
		[SITE_REMOTE] = "remote",
		[SITE_PLUG_AND_PLAY] = "plug-and-play",
		[SITE_OFFLINE_CARDS] = "cards",
	};

	return words[mode];
}

static const char *currents_word(unsigned int rated)
{
	return rated ? "standard" : "highest";
}

static const char *contact_word(unsigned int closed)
{
	return closed ? "closed" : "open";
}

static const char *direction_word(unsigned int out)
{
	return out ? "out" : "in";
}

static const char *model_word(unsigned int model)
{
	return cellar_models[model].key;
}

static const char *climate_word(unsigned int climate)
{
	static const char *const words[CONFIG_CLIMATES] = {
		[CONFIG_NORTH] = "north",
		[CONFIG_MIDDLE] = "middle",
		[CONFIG_SOUTH] = "south",
	};

	return words[climate];
}

static const char *parity_word(unsigned int parity)
{
	static const char *const words[] = {
		[MODBUS_PARITY_NONE] = "none",
		[MODBUS_PARITY_EVEN] = "even",
		[MODBUS_PARITY_ODD] = "odd",
	};

	return words[parity];
}

static const char *kind_word(unsigned int kind)
{
	return meter_kind_word(kind);
}

static const char *role_word(unsigned int role)
{
	return meter_role_word(role);
}

static const char *map_word(unsigned int kind)
{
	return hybrid_kind_word(kind);
}

static const char *sensor_word(unsigned int kind)
{
	return sensor_kind_word(kind);
}

static const char *order_word(unsigned int order)
{
	return order == REGISTER_HIGH_FIRST ? "high-first" : "low-first";
}

static const struct config_key cluster_keys[] = {
	{ "buses", CONFIG_BUSES, 0, 0, UINT16_MAX,
	  "buses as their supplies are named, cellar0 cellar1 say, at most 16", NULL },
	{ "commissioned", CONFIG_YES_NO, offsetof(struct config_cluster, commissioned),
	  YES_OR_NO },
	{ "kit", CONFIG_YES_NO, OF_CLUSTER(kit), YES_OR_NO },
	{ "packs", CONFIG_U16, OF_CLUSTER(packs_of_system), 1, CLUSTER_PACKS_MAX, "1 to 256",
	  NULL },
	{ "currents", CONFIG_WORD, OF_LIMITS(rated), 0, 1, "standard or highest",
	  currents_word },
	{ "peak", CONFIG_YES_NO, OF_LIMITS(peak), YES_OR_NO },
	{ "force_charge", CONFIG_YES_NO, OF_LIMITS(force_charge), YES_OR_NO },
	{ "cable_pairs", CONFIG_U8, OF_LIMITS(cable_pairs), 1, UINT8_MAX, "1 to 255", NULL },
	{ "charge_current_a", CONFIG_MILLI, OF_LIMITS(charge_ma), AMPERES },
	{ "discharge_current_a", CONFIG_MILLI, OF_LIMITS(discharge_ma), AMPERES },
	{ "absorption_v", CONFIG_MILLI, OF_LIMITS(absorption_mv), VOLTS },
	{ "float_v", CONFIG_MILLI, OF_LIMITS(float_mv), VOLTS },
	{ "cutoff_v", CONFIG_MILLI, OF_LIMITS(cutoff_mv), VOLTS },
	{ "recharge_v", CONFIG_MILLI, OF_LIMITS(recharge_mv), VOLTS },
	{ "restart_v", CONFIG_MILLI, OF_LIMITS(restart_mv), VOLTS },
	{ "dod_percent", CONFIG_U8, OF_LIMITS(dod_percent), SOME_TO_ALL },
	{ "low_soc_percent", CONFIG_U8, OF_LIMITS(low_soc_percent), NONE_TO_ALL },
	{ "eps_dod_percent", CONFIG_U8, OF_LIMITS(eps_dod_percent), SOME_TO_ALL },
	{ "eps_buffer_percent", CONFIG_U8, OF_LIMITS(eps_buffer_percent), NONE_TO_ALL },
};

static const struct config_key inverter_keys[] = {
	{ "interface", CONFIG_INTERFACE, OF_INVERTER(interface), ANY,
	  "the name of a CAN interface, can0 say", NULL },
	{ "protocol", CONFIG_PROTOCOL, OF_INVERTER(dialect), ANY,
	  "pylontech, victron, deye, growatt, goodwe, schneider, sofar, or a make of inverter: "
	  "sma, studer, sol-ark, solis, saj, luxpower, megarevo, invt, sermatec, tbb, must, "
	  "sunsynk", NULL },
	{ "cluster", CONFIG_NAME, OF_INVERTER(cluster), ANY, "the name of a cluster", NULL },
	{ "share_percent", CONFIG_U8, OF_INVERTER(share_percent), SOME_TO_ALL },
	{ "charge_current_a", CONFIG_MILLI, OF_INVERTER(most_ma[CORE_CHARGE]), AMPERES },
	{ "discharge_current_a", CONFIG_MILLI, OF_INVERTER(most_ma[CORE_DISCHARGE]), AMPERES },
	{ "listen", CONFIG_YES_NO, OF_INVERTER(listen), YES_OR_NO },
	{ "rated_w", CONFIG_U32, OF_INVERTER(rated_w), 1, SITE_POWER_MAX_W,
	  "1 to 1000000, in W", NULL },
	{ "battery_w", CONFIG_U32, OF_INVERTER(battery_w), WATTS },
	{ "eps_w", CONFIG_U32, OF_INVERTER(eps_w), WATTS },
	{ "curtails", CONFIG_YES_NO, OF_INVERTER(curtails), YES_OR_NO },
	{ "keep_feed_in_limit", CONFIG_YES_NO, OF_INVERTER(hybrid.keep_feed_in), YES_OR_NO },
	{ "line", CONFIG_NAME, OF_INVERTER(line), ANY, "the NAME of a [line NAME]", NULL },
	{ "address", CONFIG_U8, OF_INVERTER(hybrid.address), 1, 247, "1 to 247", NULL },
	{ "map", CONFIG_WORD, OF_INVERTER(hybrid.kind), 0, HYBRID_KINDS - 1, NULL, map_word },
	{ "period_ms", CONFIG_U32, OF_INVERTER(hybrid.period_ms), 20, 60000,
	  "20 to 60000, in ms", NULL },
	{ "timeout_ms", CONFIG_U16, OF_INVERTER(device.timeout_ms), 50, 10000,
	  "50 to 10000, in ms", NULL },
	{ "pause_ms", CONFIG_U16, OF_INVERTER(device.gap_ms), 0, 5000, "0 to 5000, in ms",
	  NULL },
};

static const struct config_key site_keys[] = {
	{ "plant", CONFIG_WORD, OF_SITE(plant), 0, SITE_PLANTS - 1, NULL, plant_word },
	{ "phases", CONFIG_PHASES, OF_HOUSE(phases), 1, 3, "1 or 3", NULL },
	{ "exchange", CONFIG_WORD, OF_HOUSE(exchange), 0, SITE_SOURCES - 1, NULL, source_word },
	{ "production", CONFIG_WORD, OF_HOUSE(production), 0, SITE_SOURCES - 1, NULL,
	  source_word },
	{ "control", CONFIG_WORD, OF_HOUSE(control), 0, 1, NULL, control_word },
	{ "grid_code", CONFIG_WORD, OF_SITE(grid_code), 0, SITE_CODES - 1, NULL, code_word },
	{ "cluster", CONFIG_NAME, OF_HOUSE(cluster), ANY, "the name of a cluster", NULL },
	{ "timezone", CONFIG_TIMEZONE, OF_HOUSE(timezone), ANY,
	  "a zone of /usr/share/zoneinfo, Europe/Rome say", NULL },
	{ "contract_w", CONFIG_U32_OR_NONE, OF_SITE(contract_w), SOME_WATTS_OR_NONE },
	{ "contract_margin_w", CONFIG_U32, OF_SITE(contract_margin_w), WATTS },
	{ "feed_in_w", CONFIG_U32_OR_NONE, OF_SITE(feed_in_w), WATTS_OR_NONE },
	{ "standby_w", CONFIG_U32, OF_SITE(standby_w), 0, 1000, "0 to 1000, in W", NULL },
	{ "dod_percent", CONFIG_U8, OF_SITE(dod_percent), SOME_TO_ALL },
	{ "eps", CONFIG_YES_NO, OF_SITE(eps), YES_OR_NO },
	{ "eps_dod_percent", CONFIG_U8, OF_SITE(eps_dod_percent), SOME_TO_ALL },
	{ "eps_buffer_percent", CONFIG_U8, OF_SITE(eps_buffer_percent), NONE_TO_ALL },
	{ "timed_charge", CONFIG_YES_NO, OF_SITE(timed_charge), YES_OR_NO },
	{ "battery_to_cars", CONFIG_YES_NO, OF_SITE(battery_to_cars), YES_OR_NO },
	{ "return_s", CONFIG_U32, OF_SITE(return_s), UP_TO_AN_HOUR },
	{ "rrcr_hold_s", CONFIG_U32, OF_SITE(rrcr_hold_s), UP_TO_AN_HOUR },
	{ "fresh_ms", CONFIG_U32, OF_SITE(fresh_ms), AGE },
	{ "contact_fresh_ms", CONFIG_U32, OF_SITE(contact_fresh_ms), AGE },
};

static const struct config_key charger_keys[] = {
	{ "strategy", CONFIG_WORD, OF_CHARGER(strategy), 0, SITE_STRATEGIES - 1, NULL,
	  strategy_word },
	{ "mode", CONFIG_WORD, OF_CHARGER(mode), SITE_REMOTE, SITE_OFFLINE_CARDS, NULL,
	  mode_word },
	{ "phases", CONFIG_PHASES, OF_CHARGER(phases), 1, 3, "1 or 3", NULL },
	{ "phase", CONFIG_PHASE, OF_CHARGER(phase), 0, SITE_PHASES - 1, "1, 2 or 3", NULL },
	{ "priority", CONFIG_U8, OF_CHARGER(priority), 0, UINT8_MAX, "0 to 255", NULL },
	{ "cable_a", CONFIG_MILLI, OF_CHARGER(cable_ma), 6000, 80000, "6 to 80, in A", NULL },
	{ "box_a", CONFIG_MILLI, OF_CHARGER(box_ma), 6000, 80000, "6 to 80, in A", NULL },
	{ "min_a", CONFIG_MILLI, OF_CHARGER(min_ma), 6000, 80000, "6 to 80, in A", NULL },
	{ "step_a", CONFIG_MILLI, OF_CHARGER(step_ma), 1, 16000, "0.001 to 16, in A", NULL },
	{ "wh_per_km", CONFIG_U32, OF_CHARGER(wh_per_km), 50, 1000, "50 to 1000", NULL },
	{ "km", CONFIG_U32, OF_CHARGER(km), 1, 2000, "1 to 2000", NULL },
	{ "start", CONFIG_TIME, OF_CHARGER(start_min), 0, 0, "HH:MM, 22:30 say", NULL },
	{ "duration_min", CONFIG_U16, OF_CHARGER(duration_min), 1, 1440, "1 to 1440, in min",
	  NULL },
	{ "power_w", CONFIG_U32_OR_NONE, OF_CHARGER(power_w), SOME_WATTS_OR_NONE },
	{ "min_run_s", CONFIG_U32, OF_CHARGER(min_run_s), SECONDS },
	{ "min_pause_s", CONFIG_U32, OF_CHARGER(min_pause_s), SECONDS },
	{ "cards", CONFIG_CARDS, offsetof(struct config_charger, cards), ANY,
	  "names or uids of cards, at most 8", NULL },
	{ "line", CONFIG_NAME, OF_BOX(line), ANY, "the NAME of a [line NAME]", NULL },
	{ "profile", CONFIG_PROFILE, OF_BOX(profile), ANY,
	  "the name of a profile, keba-p40 say, or the path of one", NULL },
	{ "address", CONFIG_UNIT, OF_BOX(device.address), ANY, "1 to 247, or 255 on TCP", NULL },
	{ "fail_safe_a", CONFIG_SAFE, OF_BOX(safe_ma), 0, 80000, "0, or 6 to 80, in A", NULL },
	{ "period_ms", CONFIG_U32, OF_BOX(wallbox.period_ms), 100, 60000,
	  "100 to 60000, in ms", NULL },
};

static const struct config_key card_keys[] = {
	{ "uid", CONFIG_UID, offsetof(struct config_card, uid), ANY,
	  "4, 7 or 10 bytes, 04:A3:5B:1C say", NULL },
};

static const struct config_key output_keys[] = {
	{ "number", CONFIG_U8, offsetof(struct config_output, number), 1, SITE_OUTPUTS_MAX,
	  "1 to 4", NULL },
	{ "enabled", CONFIG_YES_NO, OF_OUTPUT(enabled), YES_OR_NO },
	{ "variable", CONFIG_WORD, OF_OUTPUT(variable), 0, SITE_VARIABLES - 1, NULL,
	  variable_word },
	{ "upper", CONFIG_U32, OF_OUTPUT(upper), 0, SITE_POWER_MAX_W,
	  "0 to 1000000, in W, or in % of the battery", NULL },
	{ "lower", CONFIG_U32, OF_OUTPUT(lower), 0, SITE_POWER_MAX_W,
	  "0 to 1000000, in W, or in % of the battery", NULL },
	{ "check_s", CONFIG_U32, OF_OUTPUT(check_s), 1, 86400, "1 to 86400, in s", NULL },
	{ "min_on_s", CONFIG_U32, OF_OUTPUT(min_on_s), SECONDS },
	{ "min_off_s", CONFIG_U32, OF_OUTPUT(min_off_s), SECONDS },
	{ "hours", CONFIG_HOURS, OF_OUTPUT(from_min), HOURS_OF_DAY },
	{ "days", CONFIG_DAYS, OF_OUTPUT(from_day), DAYS_OF_YEAR },
	{ "load_w", CONFIG_U32, OF_OUTPUT(load_w), WATTS },
	{ "without", CONFIG_WORD, OF_OUTPUT(closed_without), 0, 1, NULL, contact_word },
	{ "direction", CONFIG_WORD, OF_OUTPUT(grid_out), 0, 1, NULL, direction_word },
};

static const struct config_key rule_keys[] = {
	{ "enabled", CONFIG_YES_NO, OF_RULE(enabled), YES_OR_NO },
	{ "hours", CONFIG_HOURS, OF_RULE(from_min), HOURS_OF_DAY },
	{ "target_percent", CONFIG_U8, OF_RULE(target_percent), SOME_TO_ALL },
	{ "power_w", CONFIG_U32, OF_RULE(power_w), 1, SITE_POWER_MAX_W, "1 to 1000000, in W",
	  NULL },
	{ "days", CONFIG_DAYS, OF_RULE(from_day), DAYS_OF_YEAR },
	{ "weekdays", CONFIG_WEEKDAYS, OF_RULE(weekdays), ANY,
	  "days of the week, mon-fri sun say", NULL },
};

static const struct config_key simulation_keys[] = {
	{ "model", CONFIG_WORD, OF_SIMULATION(model), 0, MODELS - 1, NULL, model_word },
	{ "packs", CONFIG_U16, OF_SIMULATION(packs), 0, CLUSTER_PACKS_MAX, "0 to 256", NULL },
	{ "start_soc_percent", CONFIG_U8, OF_SIMULATION(start_soc_percent), NONE_TO_ALL },
	{ "efficiency_percent", CONFIG_U8, OF_SIMULATION(efficiency_percent), 50, 100,
	  "50 to 100", NULL },
	{ "inverter_lag_s", CONFIG_U8, OF_SIMULATION(inverter_lag_s), LAG },
	{ "charger_lag_s", CONFIG_U8, OF_SIMULATION(charger_lag_s), LAG },
	{ "switched_loads", CONFIG_YES_NO, OF_SIMULATION(switched_loads), YES_OR_NO },
	{ "relay_1", RELAY(0) },
	{ "relay_2", RELAY(1) },
	{ "relay_3", RELAY(2) },
	{ "relay_4", RELAY(3) },
	{ "climate", CONFIG_WORD, OF_SIMULATION(climate), 0, CONFIG_CLIMATES - 1, NULL,
	  climate_word },
	{ "latitude", CONFIG_DEGREES, OF_SIMULATION(latitude), 0, 66000,
	  "-66 to 66, in degrees", NULL },
	{ "longitude", CONFIG_DEGREES, OF_SIMULATION(longitude), 0, 180000,
	  "-180 to 180, in degrees", NULL },
	{ "tilt", CONFIG_U8, OF_SIMULATION(tilt), 0, 90, "0 to 90, in degrees", NULL },
	{ "azimuth", CONFIG_DEGREES, OF_SIMULATION(azimuth), 0, 180000,
	  "-180 to 180, in degrees from south, west positive", NULL },
	{ "pv_kwp", CONFIG_MILLI, OF_SIMULATION(pv_wp), 0, SITE_POWER_MAX_W,
	  "0 to 1000, in kW", NULL },
	{ "load_kwh", CONFIG_U32, OF_SIMULATION(load_kwh), 1000, 100000,
	  "1000 to 100000, in kWh a year", NULL },
};

static const struct config_key line_keys[] = {
	{ "device", CONFIG_DEVICE, OF_LINE(device), ANY,
	  "the path of a serial port, /dev/ttyUSB0 say", NULL },
	{ "baud", CONFIG_BAUD, OF_LINE(baud), ANY,
	  "1200, 2400, 4800, 9600, 19200, 38400, 57600 or 115200", NULL },
	{ "parity", CONFIG_WORD, OF_LINE(parity), 0, MODBUS_PARITY_ODD, NULL, parity_word },
	{ "stop_bits", CONFIG_U8, OF_LINE(stop_bits), 1, 2, "1 or 2", NULL },
	{ "gap_ms", CONFIG_U16, OF_LINE(gap_ms), 0, 5000, "0 to 5000, in ms", NULL },
	{ "host", CONFIG_HOST, OF_LINE(host), ANY, "a name or an address, 192.168.1.50 say",
	  NULL },
	{ "port", CONFIG_U16, OF_LINE(tcp_port), 1, UINT16_MAX, "1 to 65535", NULL },
};

static const struct config_key meter_keys[] = {
	{ "line", CONFIG_NAME, OF_METER(line), ANY, "the NAME of a [line NAME]", NULL },
	{ "address", CONFIG_U8, OF_METER(meter.address), 1, 247, "1 to 247", NULL },
	{ "kind", CONFIG_WORD, OF_METER(meter.kind), 0, METER_KINDS - 1, NULL, kind_word },
	{ "role", CONFIG_WORD, OF_METER(meter.role), 0, METER_ROLES - 1, NULL, role_word },
	{ "invert", CONFIG_YES_NO, OF_METER(meter.invert), YES_OR_NO },
	{ "ct_ratio", CONFIG_U16, OF_METER(meter.ct), 1, 9999, "1 to 9999", NULL },
	{ "word_order", CONFIG_WORD, OF_METER(meter.order), 0, 1, NULL, order_word },
	{ "period_ms", CONFIG_U32, OF_METER(meter.period_ms), 20, 60000,
	  "20 to 60000, in ms", NULL },
	{ "timeout_ms", CONFIG_U16, OF_METER(device.timeout_ms), 50, 10000,
	  "50 to 10000, in ms", NULL },
	{ "pause_ms", CONFIG_U16, OF_METER(device.gap_ms), 0, 5000, "0 to 5000, in ms", NULL },
};

static const struct config_key history_keys[] = {
	{ "keep", CONFIG_YES_NO, OF_HISTORY(keep), YES_OR_NO },
	{ "minute_days", CONFIG_U16, OF_HISTORY(minute_days), 1, 366, "1 to 366", NULL },
};

static const struct config_key sensor_keys[] = {
	{ "uri", CONFIG_HOST, OF_SENSOR(sensor.uri), ANY,
	  "a context of libiio, local: or ip:192.168.1.60 say", NULL },
	{ "device", CONFIG_IIO, OF_SENSOR(sensor.device), ANY,
	  "id, name or label of an IIO device, ads1015 say", NULL },
	{ "channel", CONFIG_IIO, OF_SENSOR(sensor.channel), ANY,
	  "id or label of a channel, voltage0 say", NULL },
	{ "kind", CONFIG_WORD, OF_SENSOR(sensor.scale.kind), 0, SENSOR_KINDS - 1, NULL,
	  sensor_word },
	{ "input", CONFIG_U8, OF_SENSOR(input), 1, 2, "1 or 2", NULL },
	{ "multiply", CONFIG_PHASES, OF_SENSOR(sensor.scale.multiply), 1, 3, "1 or 3", NULL },
	{ "gain", CONFIG_DEGREES, OF_SENSOR(sensor.scale.gain_milli), 0, 1000000000,
	  "-1000000 to 1000000, with up to three decimals", NULL },
	{ "offset", CONFIG_DEGREES, OF_SENSOR(sensor.scale.offset_milli), 0, 1000000000,
	  "-1000000 to 1000000, with up to three decimals", NULL },
	{ "period_ms", CONFIG_U32, OF_SENSOR(sensor.period_ms), 100, 60000,
	  "100 to 60000, in ms", NULL },
};

/* The pairs of CONFIG_HOURS and CONFIG_DAYS stand side by side. */
_Static_assert(OF_RULE(to_min) == OF_RULE(from_min) + sizeof(u16), "hours of a rule");
_Static_assert(OF_RULE(to_day) == OF_RULE(from_day) + sizeof(u16), "days of a rule");
_Static_assert(OF_OUTPUT(to_min) == OF_OUTPUT(from_min) + sizeof(u16), "hours of an output");
_Static_assert(OF_OUTPUT(to_day) == OF_OUTPUT(from_day) + sizeof(u16), "days of an output");

/* CONFIG_WORD writes a u8 there. */
_Static_assert(sizeof(bool) == sizeof(u8), "words for yes and no");

#define IN_CONFIG(array, of_them)	offsetof(struct config, array), \
	sizeof(((struct config *)NULL)->array[0]), offsetof(struct config, of_them)

const struct config_keys config_keys[CONFIG_KINDS] = {
	[CONFIG_CLUSTER] = { "cluster", "[cluster NAME], NAME not cellar...", cluster_keys,
			     ARRAY_SIZE(cluster_keys), CONFIG_CLUSTERS_MAX, false,
			     IN_CONFIG(cluster, clusters), config_begin_cluster },
	[CONFIG_INVERTER] = { "inverter", "[inverter NAME]", inverter_keys,
			      ARRAY_SIZE(inverter_keys), CONFIG_INVERTERS_MAX, false,
			      IN_CONFIG(inverter, inverters), config_begin_inverter },
	[CONFIG_SITE] = { "site", "[site]", site_keys, ARRAY_SIZE(site_keys), 1, false,
			  offsetof(struct config, house), 0, 0, config_begin_site },
	[CONFIG_CHARGER] = { "charger", "[charger NAME]", charger_keys, ARRAY_SIZE(charger_keys),
			     SITE_CHARGERS_MAX, false, IN_CONFIG(charger, chargers),
			     config_begin_charger },
	[CONFIG_CARD] = { "card", "[card NAME]", card_keys, ARRAY_SIZE(card_keys), SITE_CARDS_MAX,
			  false, IN_CONFIG(card, cards), config_begin_card },
	[CONFIG_OUTPUT] = { "output", "[output NAME]", output_keys, ARRAY_SIZE(output_keys),
			    SITE_OUTPUTS_MAX, false, IN_CONFIG(output, outputs),
			    config_begin_output },
	[CONFIG_RULE] = { "rule", "[rule N]", rule_keys, ARRAY_SIZE(rule_keys), SITE_RULES_MAX,
			  true, offsetof(struct config, rule), sizeof(struct config_rule), 0,
			  config_begin_rule },
	[CONFIG_SIMULATION] = { "simulation", "[simulation]", simulation_keys,
				ARRAY_SIZE(simulation_keys), 1, false,
				offsetof(struct config, simulation), 0, 0,
				config_begin_simulation },
	[CONFIG_LINE] = { "line", "[line NAME]", line_keys, ARRAY_SIZE(line_keys),
			  CONFIG_LINES_MAX, false, IN_CONFIG(line, lines), config_begin_line },
	[CONFIG_METER] = { "meter", "[meter NAME]", meter_keys, ARRAY_SIZE(meter_keys),
			   CONFIG_METERS_MAX, false, IN_CONFIG(meter, meters), config_begin_meter },
	[CONFIG_HISTORY] = { "history", "[history]", history_keys, ARRAY_SIZE(history_keys), 1,
			     false, offsetof(struct config, history), 0, 0, config_begin_history },
	[CONFIG_CONTACTS_OF] = { "contacts", "[contacts]", config_contacts_keys,
				 ARRAY_SIZE(config_contacts_keys), 1, false,
				 offsetof(struct config, contacts), 0, 0, config_begin_contacts },
	[CONFIG_SENSOR] = { "sensor", "[sensor NAME]", sensor_keys, ARRAY_SIZE(sensor_keys),
			    CONFIG_SENSORS_MAX, false, IN_CONFIG(sensor, sensors),
			    config_begin_sensor },
};

const struct config_key *config_key_named(enum config_kind kind, const char *name)
{
	const struct config_keys *keys = &config_keys[kind];

	for (size_t i = 0; i < keys->n; i++)
		if (!strcmp(keys->key[i].name, name))
			return &keys->key[i];

	return NULL;
}
