// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may what: every row of spec/ems.md, "Roles", for whom cellard knows itself.
 */
#include "fake_class.h"

#include "../../userspace/cellard/roles.h"

#define OLIVE	1001
#define ANNA	1002
#define BOB	1003

struct rig {
	void *dir;
	char users[160];
	struct roles roles;
};

static void write_users(struct rig *rig, const char *text)
{
	fake_write(rig->dir, "etc", "passwd", text);
}

static void set_up(struct rig *rig)
{
	const struct fake_class *dir;

	fake_class_new(&rig->dir);
	dir = rig->dir;
	snprintf(rig->users, sizeof(rig->users), "%s/etc/passwd", dir->path);
	write_users(rig, "root:x:0:0::/root:/bin/sh\nolive:x:1001:1001::/:/bin/sh\n"
		    "anna:x:1002:1002::/:/bin/sh\nbob:x:1003:1003::/:/bin/sh\n");
	roles_start(&rig->roles, rig->users);
}

static void owned(struct rig *rig)
{
	set_up(rig);
	assert_int_equal(roles_claim(&rig->roles, OLIVE), 0);
	assert_int_equal(roles_add(&rig->roles, "anna"), 0);
}

static void each_row_of_the_table(void **state)
{
	static const struct {
		const char *action;
		enum roles_word owner, administrator, user, root;
	} rows[] = {
		{ ROLES_CHOOSE_ADMINISTRATORS, ROLES_YES, ROLES_NO, ROLES_NO, ROLES_ASK },
		{ ROLES_CLAIM, ROLES_YES, ROLES_NO, ROLES_NO, ROLES_ASK },
		{ ROLES_CHANGE_POWER, ROLES_YES, ROLES_YES, ROLES_ASK, ROLES_ASK },
		{ ROLES_ADD_DEVICES, ROLES_YES, ROLES_YES, ROLES_ASK, ROLES_ASK },
		{ ROLES_CHANGE_STRATEGY, ROLES_YES, ROLES_YES, ROLES_ASK, ROLES_ASK },
		{ ROLES_MANAGE_OUTPUTS, ROLES_YES, ROLES_YES, ROLES_ASK, ROLES_ASK },
		{ ROLES_CONTROL_BATTERY, ROLES_YES, ROLES_YES, ROLES_ASK, ROLES_ASK },
	};
	struct rig rig;

	(void)state;
	owned(&rig);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(roles_may(&rig.roles, OLIVE, rows[i].action), rows[i].owner);
		assert_int_equal(roles_may(&rig.roles, ANNA, rows[i].action),
				 rows[i].administrator);
		assert_int_equal(roles_may(&rig.roles, BOB, rows[i].action), rows[i].user);
		assert_int_equal(roles_may(&rig.roles, 0, rows[i].action), rows[i].root);
	}
	fake_class_free(&rig.dir);
}

static void before_a_claim_polkit_is_asked_about_everybody(void **state)
{
	struct rig rig;

	(void)state;
	set_up(&rig);
	assert_int_equal(roles_may(&rig.roles, OLIVE, ROLES_CLAIM), ROLES_ASK);
	assert_int_equal(roles_may(&rig.roles, OLIVE, ROLES_CHOOSE_ADMINISTRATORS), ROLES_ASK);
	assert_int_equal(roles_may(&rig.roles, 0, ROLES_CHANGE_POWER), ROLES_ASK);
	fake_class_free(&rig.dir);
}

/* "The first account that registers a plant owns it; nobody else can take it over." */
static void a_plant_is_claimed_once(void **state)
{
	struct rig rig;

	(void)state;
	set_up(&rig);
	assert_int_equal(roles_claim(&rig.roles, 4711), -ENOENT);
	assert_int_equal(roles_claim(&rig.roles, OLIVE), 0);
	assert_int_equal(roles_claim(&rig.roles, BOB), -EEXIST);
	assert_int_equal(roles_claim(&rig.roles, 0), -EEXIST);
	assert_int_equal(roles_claim(&rig.roles, OLIVE), -EEXIST);
	assert_string_equal(rig.roles.owner.name, "olive");
	fake_class_free(&rig.dir);
}

static void administrators_come_and_go(void **state)
{
	char name[8], users[2048] = "olive:x:1001:1001::/:\n";
	struct rig rig;

	(void)state;
	owned(&rig);
	assert_int_equal(roles_add(&rig.roles, "anna"), -EEXIST);
	assert_int_equal(roles_add(&rig.roles, "carl"), -ENOENT);
	assert_int_equal(roles_remove(&rig.roles, "bob"), -ENOENT);
	assert_int_equal(roles_add(&rig.roles, "bob"), 0);
	assert_int_equal(roles_remove(&rig.roles, "anna"), 0);
	assert_int_equal(roles_may(&rig.roles, ANNA, ROLES_CHANGE_POWER), ROLES_ASK);
	assert_int_equal(roles_may(&rig.roles, BOB, ROLES_CHANGE_POWER), ROLES_YES);
	assert_int_equal(roles_remove(&rig.roles, "bob"), 0);
	for (unsigned int i = 0; i <= ROLES_ADMINISTRATORS_MAX; i++) {
		size_t length = strlen(users);

		snprintf(users + length, sizeof(users) - length, "u%u:x:%u:1::/:\n", i, 2000 + i);
	}
	write_users(&rig, users);
	for (unsigned int i = 0; i <= ROLES_ADMINISTRATORS_MAX; i++) {
		snprintf(name, sizeof(name), "u%u", i);
		assert_int_equal(roles_add(&rig.roles, name),
				 i < ROLES_ADMINISTRATORS_MAX ? 0 : -ENOSPC);
	}
	fake_class_free(&rig.dir);
}

/* A number that another user has got since is nobody. */
static void who_has_gone_may_nothing(void **state)
{
	struct rig rig;

	(void)state;
	owned(&rig);
	write_users(&rig, "eve:x:1001:1001::/:\nmallory:x:1002:1002::/:\n");
	assert_int_equal(roles_may(&rig.roles, OLIVE, ROLES_CHOOSE_ADMINISTRATORS), ROLES_NO);
	assert_int_equal(roles_may(&rig.roles, OLIVE, ROLES_CHANGE_POWER), ROLES_ASK);
	assert_int_equal(roles_may(&rig.roles, ANNA, ROLES_CHANGE_POWER), ROLES_ASK);
	fake_class_free(&rig.dir);
}

static void a_list_that_cannot_be_read_is_an_error(void **state)
{
	char name[USERS_NAME_SIZE];
	u32 uid;

	(void)state;
	assert_int_equal(users_by_name("/nowhere/passwd", "root", &uid), -ENOENT);
	assert_int_equal(users_by_uid("/", 0, name), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_of_the_table),
		cmocka_unit_test(before_a_claim_polkit_is_asked_about_everybody),
		cmocka_unit_test(a_plant_is_claimed_once),
		cmocka_unit_test(administrators_come_and_go),
		cmocka_unit_test(who_has_gone_may_nothing),
		cmocka_unit_test(a_list_that_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
