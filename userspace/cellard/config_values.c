// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reading of one value of cellard.conf(5).
 */
#include "config_keys.h"

#include "../core/civil.h"

#include <ctype.h>
#include <sys/stat.h>

#define ZONES	"/usr/share/zoneinfo/"

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

static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

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

static bool parse_yes_no(const char *text, u32 *value)
{
	*value = !strcmp(text, "yes");

	return *value || !strcmp(text, "no");
}

static bool parse_word(const struct config_key *key, const char *text, u32 *value)
{
	for (*value = key->min; *value <= key->max; ++*value)
		if (!strcmp(key->word(*value), text))
			return true;

	return false;
}

/* Two digits, @mark, two digits; what follows is left. */
static bool parse_pair(const char **text, char mark, unsigned int *first, unsigned int *second)
{
	const unsigned char *t = (const unsigned char *)*text;

	if (!isdigit(t[0]) || !isdigit(t[1]) || t[2] != (unsigned char)mark || !isdigit(t[3]) || !isdigit(t[4]))
		return false;

	*first = (t[0] - '0') * 10u + (t[1] - '0');
	*second = (t[3] - '0') * 10u + (t[4] - '0');
	*text += 5;

	return true;
}

/* Up to 24:00, which is the end of a day. */
static bool parse_time(const char **text, u16 *minute)
{
	unsigned int hour, min;

	if (!parse_pair(text, ':', &hour, &min) || min > 59)
		return false;
	*minute = (u16)(hour * 60 + min);

	return *minute <= CIVIL_DAY_MIN;
}

static bool parse_day(const char **text, u16 *day)
{
	unsigned int month, of_month;

	if (!parse_pair(text, '/', &month, &of_month))
		return false;
	*day = (u16)(month * 100 + of_month);

	return civil_is_month_day(*day);
}

static bool parse_range(u16 range[2], const char *text,
			bool (*parse)(const char **text, u16 *value))
{
	u16 from, to;

	if (!parse(&text, &from) || *text++ != '-' || !parse(&text, &to) || *text)
		return false;

	range[0] = from;
	range[1] = to;

	return true;
}

static bool find_weekday(const char *text, size_t length, unsigned int *day)
{
	for (*day = 0; *day < ARRAY_SIZE(weekdays); ++*day)
		if (length == 3 && !strncmp(weekdays[*day], text, 3))
			return true;

	return false;
}

/* "sat" or "fri-mon" */
static bool parse_weekday(const char *text, u8 *days)
{
	const char *dash = strchr(text, '-');
	unsigned int from, to;

	if (!find_weekday(text, dash ? (size_t)(dash - text) : strlen(text), &from))
		return false;
	if (!dash)
		to = from;
	else if (!find_weekday(dash + 1, strlen(dash + 1), &to))
		return false;
	for (; from != to; from = (from + 1) % 7)
		*days |= (u8)BIT(from);
	*days |= (u8)BIT(to);

	return true;
}

/* Each word of @text to @take; false when there is none, or one is refused. */
static bool parse_words(void *to, const char *text, bool (*take)(void *to, const char *word))
{
	char copy[CONFIG_CARDS_SIZE], *word, *rest = copy;
	unsigned int n = 0;

	if (strlen(text) >= sizeof(copy))
		return false;
	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (!take(to, word))
			return false;
		n++;
	}

	return n;
}

static bool take_weekday(void *to, const char *word)
{
	return parse_weekday(word, to);
}

static bool parse_weekdays(u8 *to, const char *text)
{
	u8 days = 0;

	if (!parse_words(&days, text, take_weekday))
		return false;
	*to = days;

	return true;
}

static bool take_bus(void *to, const char *word)
{
	struct config_cluster *cluster = to;
	u32 bus;

	if (strncmp(word, "cellar", 6) != 0 || !parse_whole(word + 6, &bus) || bus > UINT16_MAX ||
	    cluster->buses == CONFIG_BUSES_MAX)
		return false;
	cluster->bus[cluster->buses++] = (u16)bus;

	return true;
}

static bool parse_buses(struct config_cluster *cluster, const char *text)
{
	cluster->buses = 0;

	return parse_words(cluster, text, take_bus);
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

/* One that the C library would find; else it would say UTC without a word. */
static bool parse_timezone(char *timezone, const char *text)
{
	char path[sizeof(ZONES) + CONFIG_TIMEZONE_SIZE];
	size_t length = strlen(text);
	struct stat zone;

	if (!isalpha((unsigned char)*text) || length >= CONFIG_TIMEZONE_SIZE || strstr(text, ".."))
		return false;
	snprintf(path, sizeof(path), ZONES "%s", text);
	if (stat(path, &zone) || !S_ISREG(zone.st_mode))
		return false;
	memcpy(timezone, text, length + 1);

	return true;
}

static bool parse_uid(char *uid, const char *text)
{
	char digits[CONFIG_UID_SIZE];
	size_t n = 0;

	for (; *text; text++) {
		if (*text == ':' && n && !(n % 2) && isxdigit((unsigned char)text[1]))
			continue;
		if (!isxdigit((unsigned char)*text) || n == sizeof(digits) - 1)
			return false;
		digits[n++] = (char)toupper((unsigned char)*text);
	}
	if (n != 8 && n != 14 && n != 20)
		return false;
	digits[n] = '\0';
	memcpy(uid, digits, n + 1);

	return true;
}

/* What they are shows when all sections have been read. */
static bool parse_cards(char *cards, const char *text)
{
	size_t length = strlen(text);

	if (!length || length >= CONFIG_CARDS_SIZE)
		return false;
	memcpy(cards, text, length + 1);

	return true;
}

/* Those that both termios and libmodbus have. */
static bool is_baud(u32 baud)
{
	static const u32 bauds[] = { 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200 };

	for (size_t i = 0; i < ARRAY_SIZE(bauds); i++)
		if (bauds[i] == baud)
			return true;

	return false;
}

static bool parse_path(char *path, const char *text, const char *begins)
{
	size_t length = strlen(text);

	if (!length || length >= MODBUS_PATH_SIZE || strpbrk(text, " \t") ||
	    strncmp(text, begins, strlen(begins)) != 0)
		return false;
	memcpy(path, text, length + 1);

	return true;
}

/* Of what stands in a folder of profiles, or a path. */
static bool parse_profile(char *profile, const char *text)
{
	size_t length = strlen(text);

	if (!length || length >= WALLBOX_NAME_SIZE || *text == '.' || strpbrk(text, " \t@"))
		return false;
	memcpy(profile, text, length + 1);

	return true;
}

/* Names of IIO may have spaces. */
static bool parse_iio(char *name, const char *text)
{
	size_t length = strlen(text);

	if (!length || length >= SENSOR_NAME_SIZE)
		return false;
	for (size_t i = 0; i < length; i++)
		if (iscntrl((unsigned char)text[i]))
			return false;
	memcpy(name, text, length + 1);

	return true;
}

static bool parse_number(const struct config_key *key, const char *text, u32 *value)
{
	switch ((enum config_value)key->value) {
	case CONFIG_YES_NO:
		return parse_yes_no(text, value);
	case CONFIG_WORD:
		return parse_word(key, text, value);
	case CONFIG_MILLI:
		return parse_milli(text, value);
	case CONFIG_SAFE:
		return parse_milli(text, value) && (!*value || *value >= WALLBOX_LEAST_MA);
	case CONFIG_UNIT:
		return parse_whole(text, value) && *value && (*value <= 247 || *value == 255);
	case CONFIG_PHASES:
		return parse_whole(text, value) && (*value == 1 || *value == 3);
	case CONFIG_BAUD:
		return parse_whole(text, value) && is_baud(*value);
	case CONFIG_PHASE:
		if (!parse_whole(text, value) || !*value)
			return false;
		--*value;
		return true;
	default:
		return parse_whole(text, value);
	}
}

/* Up to key->max either way. */
static bool take_degrees(s32 *to, const struct config_key *key, const char *text)
{
	bool below = *text == '-';
	u32 value;

	if (!parse_milli(text + below, &value) || value > key->max)
		return false;
	*to = below ? -(s32)value : (s32)value;

	return true;
}

static bool take_number(void *to, const struct config_key *key, const char *text)
{
	u32 value;

	if (!parse_number(key, text, &value) || value < key->min || value > key->max)
		return false;

	switch ((enum config_value)key->value) {
	case CONFIG_YES_NO:
		*(bool *)to = value;
		break;
	case CONFIG_WORD:
	case CONFIG_U8:
	case CONFIG_PHASE:
	case CONFIG_PHASES:
	case CONFIG_UNIT:
		*(u8 *)to = (u8)value;
		break;
	case CONFIG_U16:
		*(u16 *)to = (u16)value;
		break;
	default:
		*(u32 *)to = value;
		break;
	}

	return true;
}

bool config_key_take(void *section, const struct config_key *key, const char *text)
{
	void *to = (char *)section + key->offset;
	u16 minute;

	switch ((enum config_value)key->value) {
	case CONFIG_BUSES:
		return parse_buses(section, text);
	case CONFIG_INTERFACE:
		return parse_interface(to, text);
	case CONFIG_PROTOCOL:
		return parse_protocol(to, text);
	case CONFIG_NAME:
		return parse_name(to, text);
	case CONFIG_TIMEZONE:
		return parse_timezone(to, text);
	case CONFIG_UID:
		return parse_uid(to, text);
	case CONFIG_CARDS:
		return parse_cards(to, text);
	case CONFIG_DEVICE:
		return parse_path(to, text, "/");
	case CONFIG_HOST:
		return parse_path(to, text, "");
	case CONFIG_PROFILE:
		return parse_profile(to, text);
	case CONFIG_IIO:
		return parse_iio(to, text);
	case CONFIG_GPIO:
		return gpio_want_read(to, text);
	case CONFIG_HOURS:
		return parse_range(to, text, parse_time);
	case CONFIG_DAYS:
		return parse_range(to, text, parse_day);
	case CONFIG_WEEKDAYS:
		return parse_weekdays(to, text);
	case CONFIG_TIME:
		if (!parse_time(&text, &minute) || *text || minute == CIVIL_DAY_MIN)
			return false;
		*(u16 *)to = minute;
		return true;
	case CONFIG_DEGREES:
		return take_degrees(to, key, text);
	case CONFIG_U32_OR_NONE:
		if (strcmp(text, "none") != 0)
			return take_number(to, key, text);
		*(s32 *)to = SITE_NO_LIMIT;
		return true;
	default:
		return take_number(to, key, text);
	}
}

const char *config_key_right(const struct config_key *key, char *right)
{
	size_t length = 0;

	if (key->right) {
		snprintf(right, CONFIG_RIGHT_SIZE, "%s", key->right);
		return right;
	}
	for (u32 i = key->min; i <= key->max && length < CONFIG_RIGHT_SIZE; i++)
		length += (size_t)snprintf(right + length, CONFIG_RIGHT_SIZE - length, "%s%s",
					   i == key->min ? "" : i == key->max ? " or " : ", ",
					   key->word(i));

	return right;
}
