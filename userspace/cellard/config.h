/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cellard.conf(5): which buses are one cluster, what its limits are to keep to, which
 * inverters are told of it, the house around it with its meters, and what is kept of all
 * that. Whatever is wrong is said with its file and line, its key, and what would be right.
 */
#ifndef CELLAR_CELLARD_CONFIG_H
#define CELLAR_CELLARD_CONFIG_H

#include "../core/one_battery.h"
#include "../core/site.h"
#include "../io/gpio_line.h"
#include "../io/hybrid.h"
#include "../io/meter.h"
#include "../io/modbus_port.h"
#include "../io/sensor_value.h"
#include "../io/wallbox.h"
#include "can.h"

#define CONFIG_FILE		"/etc/cellar/cellard.conf"
#define CONFIG_CLUSTERS_MAX	16
#define CONFIG_BUSES_MAX	16
#define CONFIG_NAME_SIZE	SITE_NAME_SIZE
#define CONFIG_INVERTERS_MAX	ONE_BATTERY_INVERTERS_MAX
#define CONFIG_INTERFACE_SIZE	16	/* IFNAMSIZ of <linux/if.h> */
#define CONFIG_TIMEZONE_SIZE	48
#define CONFIG_UID_SIZE		21	/* 4, 7 or 10 bytes (ISO/IEC 14443-3), as digits */
#define CONFIG_CARDS_SIZE	200	/* of a line */
#define CONFIG_LINES_MAX	8	/* of Modbus */
#define CONFIG_METERS_MAX	16
#define CONFIG_SENSORS_MAX	8

_Static_assert(CONFIG_INVERTERS_MAX <= SITE_INVERTERS_MAX, "each may be of the house");

/*
 * @bus: the B of the supplies "cellar<B>…"
 * @commissioned: a person says that the packs have been full together before
 */
struct config_cluster {
	char name[CONFIG_NAME_SIZE];
	u16 bus[CONFIG_BUSES_MAX];
	unsigned int buses;
	bool commissioned;
	struct cluster_config cluster;
	struct limits_config limits;
};

/*
 * @interface: "": nothing is said to it on a CAN bus
 * @cluster: its name, "": the only one that there is
 * @share_percent: as given, 0: not; @share_permille: what it is, 1…1000; 0: without a battery
 * @most_ma: what the inverter can; LIMITS_NONE
 * @listen: say nothing, compare
 * @rated_w: AC, 0: it is no inverter of the house; @battery_w, @eps_w, @curtails: as
 *	struct site_inverter_config
 * @of_house: 1 + its index there, 0: it is none
 * @line: of Modbus, its name, "": none; @line_at: its place in struct config
 */
struct config_inverter {
	char name[CONFIG_NAME_SIZE];
	char interface[CONFIG_INTERFACE_SIZE];
	char cluster[CONFIG_NAME_SIZE];
	enum cellar_dialect dialect;
	u8 share_percent;
	u16 share_permille;
	u32 most_ma[CORE_WAYS];
	bool listen;
	u32 rated_w, battery_w, eps_w;
	bool curtails;
	u8 of_house;
	char line[CONFIG_NAME_SIZE];
	u8 line_at;
	struct hybrid_config hybrid;
	struct modbus_device device;
};

/* @uid: as a reader says it, in digits of base 16, upper case */
struct config_card {
	char name[CONFIG_NAME_SIZE];
	char uid[CONFIG_UID_SIZE];
};

/*
 * A wallbox on a line of Modbus.
 *
 * @line: its name, "": it is on none; @line_at: its place in struct config
 * @profile: its name, or a path; @wallbox.profile is what stood there
 * @safe_ma: CONFIG_AS_PROFILE, or 0 or more
 * @device.address: 0: as the profile has it
 */
struct config_wallbox {
	char line[CONFIG_NAME_SIZE];
	char profile[WALLBOX_NAME_SIZE];
	u8 line_at;
	u32 safe_ma;
	struct wallbox_config wallbox;
	struct modbus_device device;
};

#define CONFIG_AS_PROFILE	UINT32_MAX

/* @cards: names and uids, as given */
struct config_charger {
	struct site_charger_config site;
	char cards[CONFIG_CARDS_SIZE];
	struct config_wallbox box;
};

/* @number: of the contact, 1…SITE_OUTPUTS_MAX */
struct config_output {
	struct site_output_config site;
	u8 number;
};

struct config_rule {
	struct site_rule site;
	bool given;
};

/* A line of Modbus: serial, or TCP. */
struct config_line {
	char name[CONFIG_NAME_SIZE];
	struct modbus_port_config port;
};

/* @line: its name; @line_at: its place in struct config */
struct config_meter {
	char name[CONFIG_NAME_SIZE];
	char line[CONFIG_NAME_SIZE];
	u8 line_at;
	struct meter_config meter;
	struct modbus_device device;
};

#define CONFIG_AS_PLANT	0xff

/*
 * The house, from its sections.
 *
 * @given: there is a [site]; without one nothing is decided for a house
 * @phases, @exchange, @production: as given, CONFIG_AS_PLANT: as the plant has it
 * @control: as given, CONFIG_AS_PLANT: by limits when an inverter is told of its battery on
 *	a CAN bus, by set-points when none is
 * @cluster: its battery; "": the only one that there is
 * @timezone: "Europe/Rome"; "": that of this machine
 * @site: all of it, for ems_step(). Chargers and outputs stand as in struct config, rules
 *	at their numbers, and those that are not there are not enabled
 */
struct config_house {
	bool given;
	u8 phases, exchange, production, control;
	char cluster[CONFIG_NAME_SIZE];
	char timezone[CONFIG_TIMEZONE_SIZE];
	struct site_config site;
};

enum config_climate {
	CONFIG_NORTH,	/* of Europe */
	CONFIG_MIDDLE,
	CONFIG_SOUTH,
	CONFIG_CLIMATES
};

/*
 * What cellar-sim(1) is to put around the house; cellard has no use for it.
 *
 * @model: index in cellar_models
 * @efficiency_percent: of the battery, each way
 * @latitude, @longitude, @azimuth: thousandths of a degree: north, east; 0 is south, and
 *	west is positive
 * @pv_wp: 0: as much as the inverters are rated
 */
struct config_simulation {
	bool given;
	u8 model, climate;
	u16 packs;
	u8 start_soc_percent, efficiency_percent;
	u8 inverter_lag_s, charger_lag_s;
	bool switched_loads;
	struct gpio_want relay[SITE_OUTPUTS_MAX];
	s32 latitude, longitude, azimuth;
	u8 tilt;
	u32 pv_wp, load_kwh;
};

/*
 * What is kept of what was (cellar-history).
 *
 * @minute_days: how long rows by the minute stay
 */
struct config_history {
	bool keep;
	u16 minute_days;
};

/* Contacts: those that are read, and, from CONFIG_OUTPUT_1 on, those that are switched. */
enum config_contact {
	CONFIG_DRM0,
	CONFIG_DRM1_5,
	CONFIG_DRM2_6,
	CONFIG_DRM3_7,
	CONFIG_DRM4_8,
	CONFIG_RRCR_L1,
	CONFIG_RRCR_L2,
	CONFIG_RRCR_L3,
	CONFIG_RRCR_L4,
	CONFIG_CEASE,
	CONFIG_CHARGE_ENABLE,
	CONFIG_DISCHARGE_ENABLE,
	CONFIG_SHUTDOWN_SWITCH,
	CONFIG_OUTPUT_1,	/* of struct config_output's number */
	CONFIG_RAPID_SHUTDOWN = CONFIG_OUTPUT_1 + SITE_OUTPUTS_MAX,
	CONFIG_CONTACTS
};

/*
 * @line: as enum config_contact; @closed_at_exit: of those that are switched
 * @cluster: whose packs have charge_enable and its like, "": all
 */
struct config_contacts {
	struct gpio_want line[CONFIG_CONTACTS];
	bool closed_at_exit[CONFIG_CONTACTS];
	u32 debounce_ms;
	char cluster[CONFIG_NAME_SIZE];
};

/* @input: of the current sensors of the plant, 1 or 2, 0: of none */
struct config_sensor {
	char name[CONFIG_NAME_SIZE];
	u8 input;
	struct sensor_config sensor;
};

struct config {
	struct config_cluster cluster[CONFIG_CLUSTERS_MAX];
	unsigned int clusters;
	struct config_inverter inverter[CONFIG_INVERTERS_MAX];
	unsigned int inverters;
	struct config_house house;
	struct config_charger charger[SITE_CHARGERS_MAX];
	unsigned int chargers;
	struct config_card card[SITE_CARDS_MAX];
	unsigned int cards;
	struct config_output output[SITE_OUTPUTS_MAX];
	unsigned int outputs;
	struct config_rule rule[SITE_RULES_MAX];
	struct config_simulation simulation;
	struct config_line line[CONFIG_LINES_MAX];
	unsigned int lines;
	struct config_meter meter[CONFIG_METERS_MAX];
	unsigned int meters;
	struct config_history history;
	struct config_contacts contacts;
	struct config_sensor sensor[CONFIG_SENSORS_MAX];
	unsigned int sensors;
};

/* Who is told of an error: a whole sentence without a newline. */
typedef void (*config_complain)(void *user, const char *text);

/* What stands where [simulation] says nothing: one pack in Tuscany. */
void config_simulation_defaults(struct config_simulation *simulation);

/* No contacts. */
void config_contacts_defaults(struct config_contacts *contacts);

/* Its key in [contacts]; whether it is switched, and not read. */
const char *config_contact_word(unsigned int contact);
bool config_contact_is_output(unsigned int contact);

/* A cluster with its model's defaults. */
void config_cluster_defaults(struct config_cluster *cluster, const char *name);

/*
 * Read @path and then, in the order of their names, the files "*.conf" in the folder
 * "@path.d"; a later file replaces what an earlier one said. No file at all is an empty
 * configuration. Returns 0, or -EINVAL when something was complained of; @config is then
 * not to be used.
 */
int config_load(struct config *config, const char *path, config_complain complain, void *user);

/*
 * Put one KEY = VALUE more into [@section] of a configuration that was loaded, as if it
 * stood in a later file: of a section that is there, or of any rule. config_finish() comes
 * behind the last one. Returns 0, or -EINVAL with what was wrong, as a complaint.
 */
int config_put(struct config *config, const char *section, const char *key, const char *value,
	       config_complain complain, void *user);

/* No rule @number any more. config_finish() comes behind it. */
void config_drop_rule(struct config *config, unsigned int number);

/* What no single line shows, and config->house.site from its parts. As config_load(). */
int config_finish(struct config *config, config_complain complain, void *user);

/* NULL when no cluster was configured for the bus. */
const struct config_cluster *config_of_bus(const struct config *config, u16 bus);

#endif /* CELLAR_CELLARD_CONFIG_H */
