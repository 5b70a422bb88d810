// SPDX-License-Identifier: GPL-2.0-only
/*
 * A walk through the list of users.
 */
#include "users.h"

#include <pwd.h>

/* The first that has @name, or @uid when there is none. */
static int find(const char *file, const char *name, u32 *uid, char *found)
{
	const struct passwd *user;
	FILE *stream;
	int r = -ENOENT;

	stream = fopen(file, "re");
	if (!stream)
		return -errno;

	while ((user = fgetpwent(stream))) {
		if (name ? strcmp(user->pw_name, name) != 0 : user->pw_uid != *uid)
			continue;
		if (strlen(user->pw_name) < USERS_NAME_SIZE) {
			*uid = user->pw_uid;
			snprintf(found, USERS_NAME_SIZE, "%s", user->pw_name);
			r = 0;
		}
		break;
	}
	fclose(stream);

	return r;
}

int users_by_name(const char *file, const char *name, u32 *uid)
{
	char found[USERS_NAME_SIZE];

	return find(file, name, uid, found);
}

int users_by_uid(const char *file, u32 uid, char *name)
{
	return find(file, NULL, &uid, name);
}
