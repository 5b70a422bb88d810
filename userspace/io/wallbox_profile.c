// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reading of a wallbox profile by libinih, from where it is found.
 */
#include "wallbox_parts.h"

#include "ini_line.h"

#include <ini.h>
#include <stdarg.h>

const char *const wallbox_profile_folders[] = {
	"/etc/cellar/wallboxes", "/usr/local/share/cellar/wallboxes",
	"/usr/share/cellar/wallboxes", NULL
};

void wallbox_wrong(struct wallbox_reader *reader, const char *format, ...)
{
	char text[WALLBOX_COMPLAINT_SIZE];
	size_t length;
	va_list args;

	if (reader->line)
		length = (size_t)snprintf(text, sizeof(text), "%s:%u: ", reader->path,
					  reader->line);
	else
		length = (size_t)snprintf(text, sizeof(text), "%s: ", reader->path);
	if (length >= sizeof(text))
		length = 0;
	va_start(args, format);
	vsnprintf(text + length, sizeof(text) - length, format, args);
	va_end(args);
	reader->errors++;
	reader->complain(reader->user, text);
}

/* What libinih calls for each key; always goes on, to find every error at once. */
static int take_key(void *user, const char *section, const char *name, const char *value)
{
	wallbox_take_key(user, section, name, value);

	return 1;
}

/* Counts the lines, and refuses what libinih would cut in two. */
static char *take_line(char *line, int size, void *user)
{
	struct wallbox_reader *reader = user;
	bool whole;

	if (!ini_line(line, size, reader->stream, &whole))
		return NULL;

	reader->line++;
	if (!whole)
		wallbox_wrong(reader, "the line is too long: at most %d characters", size - 2);

	return line;
}

int wallbox_profile_read(struct wallbox_profile *profile, FILE *file, const char *path,
			 wallbox_complain complain, void *user)
{
	struct wallbox_reader reader = {
		.profile = profile, .complain = complain, .user = user, .stream = file,
		.path = path, .read = MODBUS_READ_HOLDING, .write = MODBUS_WRITES,
	};
	int line;

	memset(profile, 0, sizeof(*profile));
	profile->timeout_ms = 1000;
	line = ini_parse_stream(take_line, &reader, take_key, &reader);
	if (line > 0) {
		reader.line = (unsigned int)line;
		wallbox_wrong(&reader, "neither a [SECTION] nor KEY = VALUE");
	} else if (line < 0 || ferror(file)) {
		wallbox_wrong(&reader, "cannot be read: %s", strerror(errno));
	}
	reader.line = 0;
	if (reader.errors)
		return -EINVAL;
	wallbox_keys_end(&reader);
	wallbox_profile_finish(&reader);

	return reader.errors ? -EINVAL : 0;
}

static FILE *open_named(const char *name, char *path, size_t size)
{
	FILE *file = NULL;

	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		return fopen(path, "re");
	}
	for (unsigned int i = 0; !file && wallbox_profile_folders[i]; i++) {
		snprintf(path, size, "%s/%s.conf", wallbox_profile_folders[i], name);
		file = fopen(path, "re");
		if (!file && errno != ENOENT)
			break;
	}

	return file;
}

int wallbox_profile_load(struct wallbox_profile *profile, const char *name,
			 wallbox_complain complain, void *user)
{
	struct wallbox_reader reader = { .complain = complain, .user = user };
	char path[WALLBOX_NAME_SIZE + 64];
	FILE *file = open_named(name, path, sizeof(path));
	int r;

	if (!file) {
		reader.path = path;
		wallbox_wrong(&reader, "cannot be read: %s: must be a profile, the name of one in %s or %s, or its path",
			      strerror(errno), wallbox_profile_folders[0],
			      wallbox_profile_folders[2]);
		return -EINVAL;
	}
	r = wallbox_profile_read(profile, file, path, complain, user);
	fclose(file);

	return r;
}
