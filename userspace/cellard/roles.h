/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who owns the plant, and whom the owner lets change it (spec/ems.md, "Roles"). Users of
 * this machine, by number and name: a number that another user has got since is nobody.
 * Whoever is not in here is a matter of polkit (polkit.h).
 */
#ifndef CELLAR_CELLARD_ROLES_H
#define CELLAR_CELLARD_ROLES_H

#include "../io/users.h"

#include <jansson.h>

/* The actions of dbus/org.cellar1.policy that methods need. */
#define ROLES_ADD_DEVICES		"org.cellar1.add-devices"
#define ROLES_CHANGE_POWER		"org.cellar1.change-power"
#define ROLES_CHANGE_STRATEGY		"org.cellar1.change-strategy"
#define ROLES_CHOOSE_ADMINISTRATORS	"org.cellar1.choose-administrators"
#define ROLES_CLAIM			"org.cellar1.claim"
#define ROLES_CONTROL_BATTERY		"org.cellar1.control-battery"
#define ROLES_MANAGE_OUTPUTS		"org.cellar1.manage-outputs"

#define ROLES_ADMINISTRATORS_MAX	16

struct roles_person {
	u32 uid;
	char name[USERS_NAME_SIZE];
};

/* @users: the list of this machine; @owner.name: "": nobody has claimed the plant */
struct roles {
	const char *users;
	struct roles_person owner;
	struct roles_person administrator[ROLES_ADMINISTRATORS_MAX];
	unsigned int administrators;
};

enum roles_word {
	ROLES_ASK,	/* polkit knows */
	ROLES_YES,
	ROLES_NO
};

void roles_start(struct roles *roles, const char *users);

/* May the user @uid do @action of dbus/org.cellar1.policy? */
enum roles_word roles_may(const struct roles *roles, u32 uid, const char *action);

/*
 * @uid owns the plant from now on, for good. -EEXIST: somebody does already; -ENOENT: there
 * is no such user.
 */
int roles_claim(struct roles *roles, u32 uid);

/* -ENOENT: no such user; -EEXIST: is one; -ENOSPC: there are ROLES_ADMINISTRATORS_MAX. */
int roles_add(struct roles *roles, const char *name);
/* -ENOENT: is none */
int roles_remove(struct roles *roles, const char *name);

/* As JSON: { "owner": { "name", "uid" } or null, "administrators": [ … ] }; NULL: no memory. */
json_t *roles_write(const struct roles *roles);
/* What that has written; false: it is something else, and @roles is as it was. */
bool roles_read(struct roles *roles, const json_t *from);

#endif /* CELLAR_CELLARD_ROLES_H */
