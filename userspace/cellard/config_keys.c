// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of keys, and the reading of one value.
 */
#include "config_keys.h"

#include <ctype.h>

enum kind {
	BUSES,
	YES_NO,
	CURRENTS,
	NUMBER_U8,
	NUMBER_U16,
	MILLI,		/* a figure in V or A with up to three decimals, kept in mV or mA */
	INTERFACE,
	PROTOCOL,
	NAME,
};

#define OF_CLUSTER(member)	offsetof(struct config_cluster, cluster.member)
#define OF_LIMITS(member)	offsetof(struct config_cluster, limits.member)
#define OF_INVERTER(member)	offsetof(struct config_inverter, member)
#define YES_OR_NO		0, 1, "yes or no"
#define AMPERES			0, 10000000, "0 to 10000, in A"
#define VOLTS			40000, 60000, "40 to 60, in V"
#define ANY			0, UINT32_MAX

static const struct config_key cluster_keys[] = {
	{ "buses", BUSES, 0, 0, UINT16_MAX,
	  "buses as their supplies are named, cellar0 cellar1 say, at most 16" },
	{ "commissioned", YES_NO, offsetof(struct config_cluster, commissioned), YES_OR_NO },
	{ "kit", YES_NO, OF_CLUSTER(kit), YES_OR_NO },
	{ "packs", NUMBER_U16, OF_CLUSTER(packs_of_system), 1, CLUSTER_PACKS_MAX, "1 to 256" },
	{ "currents", CURRENTS, OF_LIMITS(rated), 0, 1, "standard or highest" },
	{ "peak", YES_NO, OF_LIMITS(peak), YES_OR_NO },
	{ "force_charge", YES_NO, OF_LIMITS(force_charge), YES_OR_NO },
	{ "cable_pairs", NUMBER_U8, OF_LIMITS(cable_pairs), 1, UINT8_MAX, "1 to 255" },
	{ "charge_current_a", MILLI, OF_LIMITS(charge_ma), AMPERES },
	{ "discharge_current_a", MILLI, OF_LIMITS(discharge_ma), AMPERES },
	{ "absorption_v", MILLI, OF_LIMITS(absorption_mv), VOLTS },
	{ "float_v", MILLI, OF_LIMITS(float_mv), VOLTS },
	{ "cutoff_v", MILLI, OF_LIMITS(cutoff_mv), VOLTS },
	{ "recharge_v", MILLI, OF_LIMITS(recharge_mv), VOLTS },
	{ "restart_v", MILLI, OF_LIMITS(restart_mv), VOLTS },
	{ "dod_percent", NUMBER_U8, OF_LIMITS(dod_percent), 1, 100, "1 to 100" },
	{ "low_soc_percent", NUMBER_U8, OF_LIMITS(low_soc_percent), 0, 100, "0 to 100" },
	{ "eps_dod_percent", NUMBER_U8, OF_LIMITS(eps_dod_percent), 1, 100, "1 to 100" },
	{ "eps_buffer_percent", NUMBER_U8, OF_LIMITS(eps_buffer_percent), 0, 100, "0 to 100" },
};

static const struct config_key inverter_keys[] = {
	{ "interface", INTERFACE, OF_INVERTER(interface), ANY,
	  "the name of a CAN interface, can0 say" },
	{ "protocol", PROTOCOL, OF_INVERTER(dialect), ANY,
	  "pylontech, victron, deye, growatt, goodwe, schneider, sofar, or a make of inverter: "
	  "sma, studer, sol-ark, solis, saj, luxpower, megarevo, invt, sermatec, tbb, must, "
	  "sunsynk" },
	{ "cluster", NAME, OF_INVERTER(cluster), ANY, "the name of a cluster" },
	{ "share_percent", NUMBER_U8, OF_INVERTER(share_percent), 1, 100, "1 to 100" },
	{ "charge_current_a", MILLI, OF_INVERTER(most_ma[CORE_CHARGE]), AMPERES },
	{ "discharge_current_a", MILLI, OF_INVERTER(most_ma[CORE_DISCHARGE]), AMPERES },
	{ "listen", YES_NO, OF_INVERTER(listen), YES_OR_NO },
};

const struct config_keys config_keys[CONFIG_KINDS] = {
	[CONFIG_CLUSTER] = { "cluster", cluster_keys, ARRAY_SIZE(cluster_keys) },
	[CONFIG_INVERTER] = { "inverter", inverter_keys, ARRAY_SIZE(inverter_keys) },
};

/*
 * Makes of inverters by the protocol id of the packs they are used with (packs.md, "DIP
 * switches"). Those of id 1 that have no dialect of their own speak Pylontech's; Sunsynk is
 * Deye under another name (protocols.md 3.1).
 */
static const struct {
	const char *make;
	enum cellar_dialect dialect;
} makes[] = {
	{ "sma", CELLAR_DIALECT_VICTRON },
	{ "studer", CELLAR_DIALECT_VICTRON },
	{ "sol-ark", CELLAR_DIALECT_PYLONTECH },
	{ "solis", CELLAR_DIALECT_PYLONTECH },
	{ "saj", CELLAR_DIALECT_PYLONTECH },
	{ "luxpower", CELLAR_DIALECT_PYLONTECH },
	{ "megarevo", CELLAR_DIALECT_PYLONTECH },
	{ "invt", CELLAR_DIALECT_PYLONTECH },
	{ "sermatec", CELLAR_DIALECT_PYLONTECH },
	{ "tbb", CELLAR_DIALECT_PYLONTECH },
	{ "must", CELLAR_DIALECT_PYLONTECH },
	{ "sunsynk", CELLAR_DIALECT_DEYE },
};

static bool parse_whole(const char *text, u32 *value)
{
	u64 sum = 0;

	if (!*text)
		return false;
	for (; isdigit((unsigned char)*text) && sum <= UINT32_MAX; text++)
		sum = sum * 10 + (u64)(*text - '0');
	*value = (u32)sum;

	return !*text && sum <= UINT32_MAX;
}

/* "53.25" is 53250. */
static bool parse_milli(const char *text, u32 *value)
{
	u64 sum = 0;
	unsigned int decimals = 0;
	bool point = false, digits = false;

	for (; *text && sum <= UINT32_MAX; text++) {
		if (*text == '.' && !point && digits) {
			point = true;
			continue;
		}
		if (!isdigit((unsigned char)*text) || decimals == 3)
			return false;
		sum = sum * 10 + (u64)(*text - '0');
		decimals += point;
		digits = true;
	}
	if (!digits || (point && !decimals))
		return false;
	for (; decimals < 3; decimals++)
		sum *= 10;
	*value = (u32)sum;

	return !*text && sum <= UINT32_MAX;
}

static bool parse_word(const char *text, const char *zero, const char *one, u32 *value)
{
	*value = !strcmp(text, one);

	return *value || !strcmp(text, zero);
}

static bool parse_buses(struct config_cluster *cluster, const char *text)
{
	char copy[256], *word, *rest = copy;
	unsigned int n = 0;
	u32 bus;

	if (strlen(text) >= sizeof(copy))
		return false;
	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (strncmp(word, "cellar", 6) != 0 || !parse_whole(word + 6, &bus) ||
		    bus > UINT16_MAX || n == CONFIG_BUSES_MAX)
			return false;
		cluster->bus[n++] = (u16)bus;
	}
	cluster->buses = n;

	return n;
}

static bool parse_protocol(enum cellar_dialect *dialect, const char *text)
{
	*dialect = cellar_can_dialect_by_name(text);
	for (size_t i = 0; i < ARRAY_SIZE(makes); i++)
		if (!strcmp(makes[i].make, text))
			*dialect = makes[i].dialect;

	return *dialect != CELLAR_DIALECT_NONE;
}

/* As the kernel has it: no blank, no slash, and not the names of two folders. */
static bool parse_interface(char *interface, const char *text)
{
	size_t length = strlen(text);

	if (!length || length >= CONFIG_INTERFACE_SIZE || strpbrk(text, "/: \t") ||
	    !strcmp(text, ".") || !strcmp(text, ".."))
		return false;
	memcpy(interface, text, length + 1);

	return true;
}

static bool parse_name(char *name, const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789_");

	if (!length || text[length] || length >= CONFIG_NAME_SIZE)
		return false;
	memcpy(name, text, length + 1);

	return true;
}

static bool parse_number(const struct config_key *key, const char *text, u32 *value)
{
	switch ((enum kind)key->kind) {
	case YES_NO:
		return parse_word(text, "no", "yes", value);
	case CURRENTS:
		return parse_word(text, "highest", "standard", value);
	case MILLI:
		return parse_milli(text, value);
	default:
		return parse_whole(text, value);
	}
}

bool config_key_take(void *section, const struct config_key *key, const char *text)
{
	void *to = (char *)section + key->offset;
	u32 value;

	switch ((enum kind)key->kind) {
	case BUSES:
		return parse_buses(section, text);
	case INTERFACE:
		return parse_interface(to, text);
	case PROTOCOL:
		return parse_protocol(to, text);
	case NAME:
		return parse_name(to, text);
	default:
		break;
	}
	if (!parse_number(key, text, &value) || value < key->min || value > key->max)
		return false;

	switch ((enum kind)key->kind) {
	case YES_NO:
	case CURRENTS:
		*(bool *)to = value;
		break;
	case NUMBER_U8:
		*(u8 *)to = (u8)value;
		break;
	case NUMBER_U16:
		*(u16 *)to = (u16)value;
		break;
	default:
		*(u32 *)to = value;
		break;
	}

	return true;
}

const char *config_key_right(enum config_kind kind, const char *name)
{
	const struct config_keys *keys = &config_keys[kind];
	size_t i;

	for (i = 0; i + 1 < keys->n && strcmp(keys->key[i].name, name) != 0; i++)
		;

	return keys->key[i].right;
}
