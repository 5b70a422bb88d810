/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cellard.conf(5): which buses are one cluster, what its limits are to keep to, and which
 * inverters are told of it. Whatever is wrong is said with its file and line, its key, and
 * what would be right.
 */
#ifndef CELLAR_CELLARD_CONFIG_H
#define CELLAR_CELLARD_CONFIG_H

#include "../core/one_battery.h"
#include "can.h"

#define CONFIG_FILE		"/etc/cellar/cellard.conf"
#define CONFIG_CLUSTERS_MAX	16
#define CONFIG_BUSES_MAX	16
#define CONFIG_NAME_SIZE	32
#define CONFIG_INVERTERS_MAX	ONE_BATTERY_INVERTERS_MAX
#define CONFIG_INTERFACE_SIZE	16	/* IFNAMSIZ of <linux/if.h> */

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
 * @cluster: its name, "": the only one that there is
 * @share_percent: as given, 0: not; @share_permille: what it is, 1…1000
 * @most_ma: what the inverter can; LIMITS_NONE
 * @listen: say nothing, compare
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
};

struct config {
	struct config_cluster cluster[CONFIG_CLUSTERS_MAX];
	unsigned int clusters;
	struct config_inverter inverter[CONFIG_INVERTERS_MAX];
	unsigned int inverters;
};

/* Who is told of an error: a whole sentence without a newline. */
typedef void (*config_complain)(void *user, const char *text);

/* A cluster with its model's defaults. */
void config_cluster_defaults(struct config_cluster *cluster, const char *name);

/*
 * Read @path and then, in the order of their names, the files "*.conf" in the folder
 * "@path.d"; a later file replaces what an earlier one said. No file at all is an empty
 * configuration. Returns 0, or -EINVAL when something was complained of; @config is then
 * not to be used.
 */
int config_load(struct config *config, const char *path, config_complain complain, void *user);

/* NULL when no cluster was configured for the bus. */
const struct config_cluster *config_of_bus(const struct config *config, u16 bus);

#endif /* CELLAR_CELLARD_CONFIG_H */
