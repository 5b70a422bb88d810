// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the folder of one supply says, as a reading: uevent in one go, then the files of
 * the group `cellar`. Nothing is guessed: what cannot be read is not known.
 */
#include "psy.h"

#include "read_file.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define UEVENT_SIZE	4096	/* one page, as the kernel has it */
#define LINE_SIZE	1024	/* every alarm word at once */

/*
 * A transport that asks promises 2.5 of its intervals, and at least this much: what it
 * asks every 2 s has a younger reading whenever SUPPLY_FRESH_MS is over, and need not
 * last longer. Nothing lasts longer than a supply is present.
 */
#define ASKED_OFTEN_MS	5000

/*
 * A number of a file or of uevent: multiplied by @times and divided by @by it is the
 * field's. What is not within @min…@max, after that, is not said.
 */
struct number {
	const char *from;
	u8 field;	/* enum cellar_field */
	u16 times, by;
	s64 min, max;
};

/* Micro-units become milli-units, per cent hundredths of them. */
static const struct number properties[] = {
	{ "VOLTAGE_NOW", CELLAR_VOLTAGE, 1, 1000, 1, INT32_MAX },
	{ "CURRENT_NOW", CELLAR_CURRENT, 1, 1000, INT32_MIN, INT32_MAX },
	{ "CAPACITY", CELLAR_SOC, 100, 1, 0, 10000 },
	{ "STATE_OF_HEALTH", CELLAR_SOH, 100, 1, 0, 10000 },
	{ "TEMP", CELLAR_TEMPERATURE, 1, 1, INT16_MIN, INT16_MAX },
	{ "CONSTANT_CHARGE_VOLTAGE_MAX", CELLAR_CHARGE_VOLTAGE_LIMIT, 1, 1000, 1, INT32_MAX },
	{ "CONSTANT_CHARGE_CURRENT_MAX", CELLAR_CHARGE_CURRENT_LIMIT, 1, 1000, 0, INT32_MAX },
	{ "VOLTAGE_MIN", CELLAR_DISCHARGE_VOLTAGE_LIMIT, 1, 1000, 1, INT32_MAX },
	{ "CHARGE_NOW", CELLAR_REMAINING, 1, 1000, 0, INT32_MAX },
	{ "CHARGE_FULL", CELLAR_FULL, 1, 1000, 1, INT32_MAX },
	{ "CHARGE_FULL_DESIGN", CELLAR_DESIGN, 1, 1000, 1, INT32_MAX },
	{ "CYCLE_COUNT", CELLAR_CYCLES, 1, 1, 0, INT32_MAX },
};

static const struct number numbers[] = {
	{ "discharge_current_max", CELLAR_DISCHARGE_CURRENT_LIMIT, 1, 1000, 0, INT32_MAX },
	{ "state_of_health", CELLAR_SOH, 100, 1, 0, 10000 },
	{ "packs_online", CELLAR_PACKS_ONLINE, 1, 1, 0, UINT16_MAX },
	{ "packs_offline", CELLAR_PACKS_OFFLINE, 1, 1, 0, UINT16_MAX },
	{ "packs_blocking_charge", CELLAR_PACKS_BLOCKING_CHARGE, 1, 1, 0, UINT16_MAX },
	{ "packs_blocking_discharge", CELLAR_PACKS_BLOCKING_DISCHARGE, 1, 1, 0, UINT16_MAX },
	{ "cell_voltage_min", CELLAR_CELL_VOLTAGE_MIN, 1, 1000, 1, UINT16_MAX },
	{ "cell_voltage_max", CELLAR_CELL_VOLTAGE_MAX, 1, 1000, 1, UINT16_MAX },
};

static const struct {
	const char *from;
	u8 field;
	u16 offset;
} flags[] = {
	{ "charge_enable", CELLAR_CHARGE_ENABLE, offsetof(struct cellar_reading, charge_enable) },
	{ "discharge_enable", CELLAR_DISCHARGE_ENABLE,
	  offsetof(struct cellar_reading, discharge_enable) },
	{ "force_charge", CELLAR_FORCE_CHARGE, offsetof(struct cellar_reading, force_charge) },
	{ "full_charge_request", CELLAR_FULL_CHARGE_REQUEST,
	  offsetof(struct cellar_reading, full_charge_request) },
};

/* Places of files in @fd and, where one may not be there, bits in @absent. */
enum {
	FILE_NUMBER,
	FILE_FLAG = FILE_NUMBER + ARRAY_SIZE(numbers),
	FILE_AGE = FILE_FLAG + ARRAY_SIZE(flags),
	FILE_MAX_AGE,
	FILE_UEVENT,
	FILE_PROTECTIONS,
	FILE_WARNINGS,
	FILE_END
};

_Static_assert(FILE_END == PSY_FILES, "psy.h says how many there are");

/* @fd: -1 until it is needed */
struct folder {
	int class_fd, fd;
	const char *name;
	struct psy_files *files;
};

void psy_files_begin(struct psy_files *files, unsigned int *room)
{
	*files = (struct psy_files){ .room = room };
	for (unsigned int i = 0; i < PSY_FILES; i++)
		files->fd[i] = -1;
}

void psy_files_end(struct psy_files *files)
{
	for (unsigned int i = 0; i < PSY_FILES; i++) {
		if (files->fd[i] < 0)
			continue;
		close(files->fd[i]);
		++*files->room;
	}
	psy_files_begin(files, files->room);
}

static int open_folder(struct folder *folder)
{
	if (folder->fd < 0)
		folder->fd = openat(folder->class_fd, folder->name,
				    O_PATH | O_DIRECTORY | O_CLOEXEC);

	return folder->fd < 0 ? -ENODEV : folder->fd;
}

/* One that is not open yet, and stays so if it can. */
static ssize_t read_first(struct folder *folder, const char *path, unsigned int file, char *buf,
			  size_t size)
{
	struct psy_files *files = folder->files;
	int fd;

	fd = open_folder(folder);
	if (fd < 0 || !files->room || !*files->room)
		return fd < 0 ? fd : read_file(fd, path, buf, size);

	fd = openat(fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	files->fd[file] = fd;
	--*files->room;

	return read_open_file(fd, buf, size);
}

static ssize_t read_ours(struct folder *folder, const char *name, unsigned int file, char *buf,
			 size_t size)
{
	int fd = folder->files->fd[file];
	char path[48];

	if (fd >= 0)
		return read_open_file(fd, buf, size);

	snprintf(path, sizeof(path), "cellar/%s", name);

	return read_first(folder, path, file, buf, size);
}

static bool to_number(const char *text, s64 *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);

	return !errno && end != text && !*end;
}

static void say_number(struct cellar_reading *r, const struct number *n, const char *text)
{
	s64 value;

	if (!to_number(text, &value) || value > INT64_MAX / 100 || value < INT64_MIN / 100)
		return;

	value = value * n->times / n->by;
	if (value >= n->min && value <= n->max)
		cellar_say_number(r, n->field, value);
}

static void say_property(struct supply *s, const char *name, const char *text)
{
	struct cellar_reading *r = &s->reading;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(properties); i++) {
		if (strcmp(name, properties[i].from) != 0)
			continue;
		say_number(r, &properties[i], text);
		return;
	}

	if (!strcmp(name, "MANUFACTURER") && *text) {
		snprintf(r->manufacturer, sizeof(r->manufacturer), "%s", text);
		cellar_say(r, CELLAR_MANUFACTURER);
	} else if (!strcmp(name, "MODEL_NAME") && *text) {
		snprintf(r->model, sizeof(r->model), "%s", text);
		cellar_say(r, CELLAR_MODEL);
	} else if (!strcmp(name, "SERIAL_NUMBER") && strlen(text) < sizeof(s->serial)) {
		snprintf(s->serial, sizeof(s->serial), "%s", text);
	}
}

static int read_uevent(struct folder *folder, struct supply *s)
{
	static const char prefix[] = "POWER_SUPPLY_";
	char buf[UEVENT_SIZE], *line, *rest = buf, *value;
	int fd = folder->files->fd[FILE_UEVENT];
	ssize_t n;

	n = fd >= 0 ? read_open_file(fd, buf, sizeof(buf)) :
	    read_first(folder, "uevent", FILE_UEVENT, buf, sizeof(buf));
	if (n < 0)
		return (int)n;

	while ((line = strsep(&rest, "\n"))) {
		value = strchr(line, '=');
		if (!value || strncmp(line, prefix, sizeof(prefix) - 1) != 0)
			continue;
		*value++ = '\0';
		say_property(s, line + sizeof(prefix) - 1, value);
	}

	return 0;
}

/* A word that is not known stands for a failure: no alarm is overheard. */
static u64 alarms_of(char *words)
{
	char *word, *rest = words;
	u64 alarms = 0;
	unsigned int i;

	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		for (i = 0; i < CELLAR_ALARMS; i++)
			if (!strcmp(word, cellar_alarm_word(i)))
				break;
		alarms |= BIT_ULL(i < CELLAR_ALARMS ? i : CELLAR_GENERAL);
	}

	return alarms;
}

/* A file that this dialect may not have. */
static ssize_t read_optional(struct folder *folder, const char *name, unsigned int file,
			     char *buf, size_t size)
{
	ssize_t n;

	if (folder->files->absent & BIT(file))
		return -ENOENT;

	n = read_ours(folder, name, file, buf, size);
	if (n == -ENOENT)
		folder->files->absent |= (u32)BIT(file);

	return n;
}

static void read_group(struct folder *folder, struct cellar_reading *r)
{
	char text[LINE_SIZE];
	unsigned int i;
	s64 value;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (read_optional(folder, numbers[i].from, FILE_NUMBER + i, text, sizeof(text)) > 0)
			say_number(r, &numbers[i], text);

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (read_optional(folder, flags[i].from, FILE_FLAG + i, text, sizeof(text)) <= 0 ||
		    !to_number(text, &value) || (value != 0 && value != 1))
			continue;
		*(bool *)((char *)r + flags[i].offset) = value;
		cellar_say(r, flags[i].field);
	}

	if (read_ours(folder, "protections", FILE_PROTECTIONS, text, sizeof(text)) >= 0) {
		r->protections = alarms_of(text);
		cellar_say(r, CELLAR_PROTECTIONS);
	}
	if (read_ours(folder, "warnings", FILE_WARNINGS, text, sizeof(text)) >= 0) {
		r->warnings = alarms_of(text);
		cellar_say(r, CELLAR_WARNINGS);
	}
}

/* Digits at @text, at most @max; @text then points behind them. */
static bool take_digits(const char **text, unsigned long max, unsigned long *value)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	*value = strtoul(*text, &end, 10);
	*text = end;

	return *value <= max;
}

/* "cellar<B>" of a system, "cellar<B>-<AA>" of a pack. */
static int read_name(struct supply *s, const char *name)
{
	static const char prefix[] = "cellar";
	const char *at = name + sizeof(prefix) - 1;
	unsigned long bus, address = 0;

	if (strlen(name) >= sizeof(s->name) || strncmp(name, prefix, sizeof(prefix) - 1) != 0 ||
	    !take_digits(&at, UINT16_MAX, &bus))
		return -ENODEV;
	s->of_system = !*at;
	if (!s->of_system && (*at++ != '-' || !take_digits(&at, UINT8_MAX, &address) || *at))
		return -ENODEV;

	s->bus = (u16)bus;
	s->address = (u8)address;
	snprintf(s->name, sizeof(s->name), "%s", name);

	return 0;
}

/*
 * The kernel names maker and model as the owner or the firmware did, when they did;
 * a battery that says both, word for word, is believed as well.
 */
static const struct cellar_model *model_of(const struct cellar_reading *r)
{
	const struct cellar_model *m;

	for (m = cellar_models; m->key; m++)
		if (!strcmp(m->maker, r->manufacturer) && !strcmp(m->model, r->model))
			return m;

	return NULL;
}

/* Milliseconds that a file of the group says; @unsaid without it. */
static u32 read_ms(struct folder *folder, const char *name, unsigned int file, u32 unsaid)
{
	char text[32];
	s64 ms;

	if (read_ours(folder, name, file, text, sizeof(text)) <= 0 || !to_number(text, &ms) ||
	    ms < 0)
		return unsaid;

	return ms < SUPPLY_NEVER ? (u32)ms : SUPPLY_NEVER - 1;
}

/* What it is does not change for as long as it is registered. */
static int check_role(struct folder *folder, const struct supply *s)
{
	const char *role = s->of_system ? "system" : "pack";
	char text[LINE_SIZE];
	int fd;

	if (folder->files->known)
		return 0;
	fd = open_folder(folder);
	if (fd < 0 || read_file(fd, "cellar/role", text, sizeof(text)) < 0 ||
	    strcmp(text, role) != 0)
		return -ENODEV;
	folder->files->known = folder->files->room != NULL;

	return 0;
}

/* The age comes first: what is read after it can only be younger. */
static int read_folder(struct folder *folder, struct supply *s)
{
	u32 max_age_ms;
	int ret;

	ret = read_name(s, folder->name);
	if (!ret)
		ret = check_role(folder, s);
	if (ret)
		return ret;

	s->age_ms = read_ms(folder, "age_ms", FILE_AGE, SUPPLY_NEVER);
	max_age_ms = read_ms(folder, "max_age_ms", FILE_MAX_AGE, 0);
	if (max_age_ms > ASKED_OFTEN_MS && max_age_ms <= SUPPLY_PRESENT_MS)
		s->max_age_ms = max_age_ms;
	if (read_uevent(folder, s))
		return -ENODEV;
	read_group(folder, &s->reading);
	s->model = model_of(&s->reading);

	return 0;
}

int psy_read(int class_fd, const char *name, struct psy_files *files, struct supply *supply)
{
	struct folder folder = { class_fd, -1, name, files };
	struct supply s = { 0 };
	int ret;

	ret = read_folder(&folder, &s);
	if (folder.fd >= 0)
		close(folder.fd);
	if (!ret)
		*supply = s;

	return ret;
}
