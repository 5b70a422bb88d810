// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows of spec/ems.md, "Roles", for those whom cellard knows by itself.
 */
#include "roles.h"

/* What administrators may is all else. */
static const char *const of_owner[] = { ROLES_CHOOSE_ADMINISTRATORS, ROLES_CLAIM };

void roles_start(struct roles *roles, const char *users)
{
	memset(roles, 0, sizeof(*roles));
	roles->users = users;
}

/* Still the one that was meant? */
static bool is(const struct roles *roles, const struct roles_person *person, u32 uid)
{
	char name[USERS_NAME_SIZE];

	return *person->name && person->uid == uid && !users_by_uid(roles->users, uid, name) &&
	       !strcmp(name, person->name);
}

static bool is_owners(const char *action)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_owner); i++)
		if (!strcmp(of_owner[i], action))
			return true;

	return false;
}

enum roles_word roles_may(const struct roles *roles, u32 uid, const char *action)
{
	if (is(roles, &roles->owner, uid))
		return ROLES_YES;

	/* nobody takes over what has an owner; root could as well edit the list */
	if (is_owners(action))
		return *roles->owner.name && uid ? ROLES_NO : ROLES_ASK;
	for (unsigned int i = 0; i < roles->administrators; i++)
		if (is(roles, &roles->administrator[i], uid))
			return ROLES_YES;

	return ROLES_ASK;
}

int roles_claim(struct roles *roles, u32 uid)
{
	struct roles_person owner = { .uid = uid };
	int r;

	if (*roles->owner.name)
		return -EEXIST;

	r = users_by_uid(roles->users, uid, owner.name);
	if (!r)
		roles->owner = owner;

	return r;
}

static unsigned int find(const struct roles *roles, const char *name)
{
	unsigned int i;

	for (i = 0; i < roles->administrators; i++)
		if (!strcmp(roles->administrator[i].name, name))
			break;

	return i;
}

int roles_add(struct roles *roles, const char *name)
{
	struct roles_person person = { 0 };
	int r;

	r = users_by_name(roles->users, name, &person.uid);
	if (r)
		return r;
	if (find(roles, name) < roles->administrators)
		return -EEXIST;
	if (roles->administrators == ROLES_ADMINISTRATORS_MAX)
		return -ENOSPC;

	snprintf(person.name, sizeof(person.name), "%s", name);
	roles->administrator[roles->administrators++] = person;

	return 0;
}

int roles_remove(struct roles *roles, const char *name)
{
	unsigned int i = find(roles, name);

	if (i == roles->administrators)
		return -ENOENT;

	roles->administrators--;
	memmove(&roles->administrator[i], &roles->administrator[i + 1],
		(roles->administrators - i) * sizeof(roles->administrator[0]));

	return 0;
}

static json_t *write_person(const struct roles_person *person)
{
	return json_pack("{s:s, s:I}", "name", person->name, "uid", (json_int_t)person->uid);
}

json_t *roles_write(const struct roles *roles)
{
	json_t *administrators = json_array();
	int r = 0;

	for (unsigned int i = 0; i < roles->administrators; i++)
		r |= json_array_append_new(administrators,
					   write_person(&roles->administrator[i]));
	if (r) {
		json_decref(administrators);
		return NULL;
	}

	return json_pack("{s:o, s:o}", "owner", *roles->owner.name ?
			 write_person(&roles->owner) : json_null(), "administrators",
			 administrators);
}

static bool read_person(json_t *from, struct roles_person *person)
{
	const char *name;
	json_int_t uid;

	if (json_unpack_ex(from, NULL, JSON_STRICT, "{s:s, s:I}", "name", &name, "uid", &uid) ||
	    !*name || strlen(name) >= USERS_NAME_SIZE || uid < 0 || uid > UINT32_MAX)
		return false;

	person->uid = (u32)uid;
	snprintf(person->name, sizeof(person->name), "%s", name);

	return true;
}

bool roles_read(struct roles *roles, const json_t *from)
{
	struct roles read = { .users = roles->users };
	json_t *owner, *administrators, *person;
	size_t i;

	if (json_unpack_ex((json_t *)from, NULL, JSON_STRICT, "{s:o, s:o}", "owner", &owner,
			   "administrators", &administrators) ||
	    !json_is_array(administrators) ||
	    json_array_size(administrators) > ROLES_ADMINISTRATORS_MAX)
		return false;
	if (!json_is_null(owner) && !read_person(owner, &read.owner))
		return false;
	json_array_foreach(administrators, i, person)
		if (!read_person(person, &read.administrator[read.administrators++]))
			return false;
	*roles = read;

	return true;
}
