// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sections that people have set, as a JSON object that is both kept and read.
 */
#include "wishes.h"

#include <stdlib.h>

/* @sections: by its name, an object of texts by their keys; null: a rule that was dropped */
struct wishes {
	json_t *sections;
};

#define RULE	"rule "
#define ANEW	"anew"

/* What people may set; all else is for who writes the files. */
static const char *const kinds[] = { "site", "charger ", "output ", RULE };

static bool is_kind(const char *section)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strncmp(section, kinds[i], strlen(kinds[i])))
			return true;

	return false;
}

static struct wishes *of(json_t *sections)
{
	struct wishes *w = sections ? calloc(1, sizeof(*w)) : NULL;

	if (!w) {
		json_decref(sections);
		return NULL;
	}
	w->sections = sections;

	return w;
}

struct wishes *wishes_new(void)
{
	return of(json_object());
}

struct wishes *wishes_copy(const struct wishes *wishes)
{
	return of(json_deep_copy(wishes->sections));
}

void wishes_free(struct wishes *wishes)
{
	if (!wishes)
		return;

	json_decref(wishes->sections);
	free(wishes);
}

int wishes_set(struct wishes *wishes, const char *section, const char *key, const char *value)
{
	json_t *keys = json_object_get(wishes->sections, section);

	if (!json_is_object(keys)) {
		bool anew = json_is_null(keys);

		keys = json_object();
		if (json_object_set_new(wishes->sections, section, keys) ||
		    (anew && json_object_set_new(keys, ANEW, json_string("yes"))))
			return -ENOMEM;
	}

	return json_object_set_new(keys, key, json_string(value)) ? -ENOMEM : 0;
}

int wishes_drop_rule(struct wishes *wishes, unsigned int number)
{
	char section[16];

	snprintf(section, sizeof(section), "rule %u", number);

	return json_object_set_new(wishes->sections, section, json_null()) ? -ENOMEM : 0;
}

int wishes_reset(struct wishes *wishes, const char *section)
{
	if (*section)
		return json_object_del(wishes->sections, section) ? -ENOENT : 0;
	if (!json_object_size(wishes->sections))
		return -ENOENT;
	json_object_clear(wishes->sections);

	return 0;
}

/* @section: for the complaint */
struct teller {
	const char *section;
	config_complain complain;
	void *user;
};

static void tell(void *user, const char *text)
{
	const struct teller *teller = user;
	char whole[768];

	/* what config_finish() says has its section in front */
	if (*text == '[')
		snprintf(whole, sizeof(whole), "%s", text);
	else
		snprintf(whole, sizeof(whole), "[%s]: %s", teller->section, text);
	teller->complain(teller->user, whole);
}

static bool is_there(const struct config *config, const char *section)
{
	const char *name = strchr(section, ' ');

	if (!name++)
		return config->house.given;
	if (!strncmp(section, RULE, strlen(RULE)))
		return true;
	if (!strncmp(section, "charger ", 8)) {
		for (unsigned int i = 0; i < config->chargers; i++)
			if (!strcmp(config->charger[i].site.name, name))
				return true;
		return false;
	}
	for (unsigned int i = 0; i < config->outputs; i++)
		if (!strcmp(config->output[i].site.name, name))
			return true;

	return false;
}

static int put_section(struct config *config, const char *section, json_t *keys,
		       struct teller *teller)
{
	const char *key;
	json_t *value;
	int r = 0;

	if (json_is_null(keys) || json_object_get(keys, ANEW))
		config_drop_rule(config, (unsigned int)strtoul(section + strlen(RULE), NULL, 10));
	json_object_foreach(keys, key, value)
		if (strcmp(key, ANEW) != 0 &&
		    config_put(config, section, key, json_string_value(value), tell, teller))
			r = -EINVAL;

	return r ? r : config_finish(config, tell, teller);
}

int wishes_apply(const struct wishes *wishes, struct config *config, config_complain complain,
		 void *user)
{
	struct teller teller = { .complain = complain, .user = user };
	struct config *with;
	const char *section;
	json_t *keys;
	int r = 0;

	with = malloc(sizeof(*with));
	if (!with)
		return -ENOMEM;

	json_object_foreach(wishes->sections, section, keys) {
		if (!is_there(config, section))
			continue;
		*with = *config;
		teller.section = section;
		if (put_section(with, section, keys, &teller))
			r = -EINVAL;
		else
			*config = *with;
	}
	free(with);

	return r;
}

json_t *wishes_write(const struct wishes *wishes)
{
	return json_deep_copy(wishes->sections);
}

static bool keys_are_right(const char *section, json_t *keys)
{
	const char *key;
	json_t *value;

	if (json_is_null(keys) || json_object_get(keys, ANEW))
		if (strncmp(section, RULE, strlen(RULE)) != 0)
			return false;
	if (json_is_null(keys))
		return true;
	if (!json_object_size(keys))
		return false;
	json_object_foreach(keys, key, value)
		if (!json_is_string(value))
			return false;

	return true;
}

struct wishes *wishes_read(const json_t *from)
{
	const char *section;
	json_t *keys;

	if (!json_is_object(from))
		return NULL;
	json_object_foreach((json_t *)from, section, keys)
		if (!is_kind(section) || !keys_are_right(section, keys))
			return NULL;

	return of(json_deep_copy(from));
}
