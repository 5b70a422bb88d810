// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of wallbox profiles: what is in one, and what each mistake is called, with its line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../userspace/io/wallbox_profile.h"

#define GOOD \
	"[box]\n" \
	"model = A box\n" \
	"unit = 1\n" \
	"[state]\n" \
	"register = 5\n" \
	"A = 1\n" \
	"B = 2 3\n" \
	"C = 0x10\n"

#define SET \
	"[set-current]\n" \
	"register = 100\n" \
	"max_a = 16\n"

#define NONE \
	"[fail-safe]\n" \
	"none = it goes on with what it was told last\n"

#define ARMED \
	"[fail-safe-current]\n" \
	"register = 110\n" \
	"max_a = 16\n" \
	"zero = yes\n" \
	"[fail-safe-time]\n" \
	"register = 111\n" \
	"value_s = 30\n"

/* What was complained of, a line each. */
struct said {
	char text[8192];
	unsigned int times;
};

static void hear(void *user, const char *text)
{
	struct said *said = user;
	size_t length = strlen(said->text);

	snprintf(said->text + length, sizeof(said->text) - length, "%s\n", text);
	said->times++;
}

static int read_text(const char *text, struct wallbox_profile *profile, struct said *said)
{
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	int r;

	assert_non_null(file);
	memset(said, 0, sizeof(*said));
	r = wallbox_profile_read(profile, file, "a.conf", hear, said);
	fclose(file);

	return r;
}

static void test_a_short_profile_is_enough(void **state)
{
	struct wallbox_profile p;
	struct said said;

	(void)state;
	assert_int_equal(read_text(GOOD SET NONE, &p, &said), 0);
	assert_string_equal(said.text, "");
	assert_string_equal(p.model, "A box");
	assert_int_equal(p.unit, 1);
	assert_int_equal(p.timeout_ms, 1000);
	assert_int_equal(p.number[WALLBOX_STATE].function, MODBUS_READ_HOLDING);
	assert_int_equal(p.number[WALLBOX_STATE].type, REGISTER_U16);
	assert_int_equal(p.setting[WALLBOX_SET_CURRENT].function, MODBUS_WRITES);
	assert_int_equal(p.setting[WALLBOX_SET_CURRENT].min_ma, 6000);
	assert_int_equal(p.setting[WALLBOX_SET_CURRENT].max_ma, 16000);
	assert_true(p.setting[WALLBOX_SET_CURRENT].zero);
	assert_int_equal(wallbox_profile_state(&p, 16, ""), WALLBOX_C);
	assert_int_equal(p.safety, WALLBOX_UNGUARDED);
	assert_int_equal(read_text(GOOD SET ARMED, &p, &said), 0);
	assert_int_equal(p.safety, WALLBOX_ARMED);
	assert_int_equal(p.lapse_ms, 30000);
}

/* Each with what is said of it, and at which line; 0: at none. */
static const struct {
	const char *text;
	unsigned int line;
	const char *says;
} mistakes[] = {
	{ GOOD SET NONE "[gears]\nn = 1\n", 15, "section [gears] is not known: must be one of box, state" },
	{ GOOD SET NONE "[power]\nunit = 1\n", 15, "unit is no key of [power]; there are: read, register, type, scale, every_s" },
	{ GOOD "A = 9\n" SET NONE, 9, "A is given twice in [state]" },
	{ GOOD SET NONE "rubbish\n", 14, "neither a [SECTION] nor KEY = VALUE" },
	{ "[box]\nunit = 0\n", 2, "unit = 0: must be 1 to 247, or 255 on TCP" },
	{ "[box]\nunit = 250\n", 2, "unit = 250: must be 1 to 247, or 255 on TCP" },
	{ "[box]\nunit = 1x\n", 2, "unit = 1x: must be" },
	{ "[box]\nmodel =\n", 2, "model = : must be up to 63 characters" },
	{ "[box]\nword_order = big\n", 2, "must be high-first or low-first" },
	{ "[box]\nread = one\n", 2, "read = one: must be holding or input" },
	{ "[box]\nwrite = input\n", 2, "write = input: must be one, many or coil" },
	{ "[box]\none_a_read = 1\n", 2, "must be yes or no" },
	{ "[box]\nread_over = 101\n", 2, "must be 0 to 100 registers" },
	{ "[box]\ntimeout_ms = 49\n", 2, "must be 50 to 10000, in ms" },
	{ "[power]\nregister = 65536\n", 2, "must be 0 to 65535, as on the wire" },
	{ "[power]\ntype = u8\n", 2, "type = u8: must be u16, u32" },
	{ "[power]\ntype = text\n", 2, "type = text: must be u16, u32" },
	{ "[state]\ntype = f32\n", 2, "type = f32: must be u16, u32" },
	{ "[set-current]\ntype = s16\n", 2, "type = s16: must be u16, u32" },
	{ "[power]\nscale = 0\n", 2, "scale = 0: must be A, V, W, Wh or s for a count of one" },
	{ "[power]\nscale = 1/0\n", 2, "scale = 1/0: must be" },
	{ "[power]\nscale = -1\n", 2, "scale = -1: must be" },
	{ "[power]\nscale = 1.2.3\n", 2, "scale = 1.2.3: must be" },
	{ "[power]\nevery_s = 0\n", 2, "must be 1 to 3600, in s" },
	{ "[state]\nmask = 0\n", 2, "must be the bits that count" },
	{ "[set-current]\nmin_a = 5\n", 2, "min_a = 5: must be 6 to 80, in A" },
	{ "[set-current]\nmax_a = 81\n", 2, "max_a = 81: must be 6 to 80, in A" },
	{ "[set-current]\npause = stop\n", 2, "must be zero or enable" },
	{ "[fail-safe-current]\ndefault_a = 3\n", 2, "must be 0, or 6 to 80, in A" },
	{ "[fail-safe-time]\nvalue_s = 61\n", 2, "value_s = 61: must be 4 to 60, in s" },
	{ "[fail-safe-time]\nkept_by = luck\n", 2, "must be requests or writes" },
	{ "[fail-safe]\nnone =\n", 2, "must be what that means" },
	{ "[plugged]\nyes =\n", 2, "must be up to 8 values" },
	{ "[state]\nA = 12345678\n", 2, "must be values of the register, or texts of up to 7 characters" },
	{ GOOD NONE, 0, "no [set-current]: must be there, with its register" },
	{ SET NONE, 0, "no [state]: must be there, with its register" },
	{ SET NONE, 0, "[box]: no model: must be how it is called" },
	{ SET NONE, 0, "[box]: no unit: must be 1 to 247" },
	{ GOOD SET, 0, "there must be either [fail-safe-current] and [fail-safe-time], or a [fail-safe]" },
	{ GOOD SET ARMED NONE, 0, "there must be either [fail-safe-current]" },
	{ GOOD SET "[fail-safe-current]\nregister = 1\nmax_a = 16\nzero = yes\n", 0, "there must be either" },
	{ GOOD "[set-current]\nregister = 1\n" NONE, 0, "[set-current]: no max_a: must be 6 to 80" },
	{ GOOD "[set-current]\nmax_a = 16\n" NONE, 0, "[set-current]: no register: must be 0 to 65535" },
	{ GOOD SET "min_a = 20\n" NONE, 0, "[set-current]: max_a: must not be less than min_a" },
	{ GOOD SET "scale = 0.0001\n" NONE, 0, "[set-current]: max_a does not fit into the register" },
	{ GOOD SET "pause = enable\n" NONE, 0, "pause = enable: there must be an [enable]" },
	{ GOOD SET NONE "[enable]\nregister = 7\n", 0, "[enable]: on and off must be there" },
	{ GOOD SET NONE "[phases]\nregister = 7\n", 0, "[phases]: one and three must be there" },
	{ GOOD SET NONE "lapse_s = 20\n", 0, "lapse_s: who has none has no time: must go" },
	{ GOOD SET "[fail-safe]\nown = it does\nlapse_s = 20\n", 0, "refresh_s: must be there, and at most half of lapse_s" },
	{ GOOD SET "refresh_s = 11\n[fail-safe]\nown = it does\nlapse_s = 20\n", 0, "at most half of lapse_s" },
	{ GOOD SET ARMED "kept_by = writes\n", 0, "kept_by = writes: something must have a refresh_s" },
	{ GOOD SET ARMED "kept_by = writes\nrefresh_s = 16\n", 0, "kept_by = writes: something" },
	{ GOOD SET "[fail-safe-current]\nregister = 1\nmax_a = 16\n[fail-safe-time]\nregister = 2\nvalue_s = 9\n",
	  0, "default_a: must be from min_a to max_a, or 0 with zero = yes" },
	{ GOOD SET "[fail-safe-current]\nregister = 1\nmax_a = 16\nzero = yes\n[fail-safe-time]\nregister = 2\n",
	  0, "[fail-safe-time]: no value_s" },
	{ GOOD "D = B7\n" SET NONE, 0, "[state]: B7: must be a value of its register" },
	{ GOOD "D = 70000\n" SET NONE, 0, "[state]: 70000: must be a value of its register" },
	{ GOOD "D = 16\n" SET NONE, 0, "[state]: 16 is given twice: must be of one state" },
	{ GOOD "length = 2\n" SET NONE, 0, "[state]: length: only a text has one" },
	{ GOOD "type = text\n" SET NONE, 0, "[state]: no length: must be 1 to 16 registers" },
	{ "[box]\nmodel = A\nunit = 1\n[state]\nregister = 5\nB = 1\nC = 2\n" SET NONE, 0,
	  "A (without a car), B (plugged in) and C (charges) must each have a value" },
	{ GOOD SET NONE "[plugged]\nregister = 3\n", 0, "[plugged]: no yes" },
	{ GOOD SET NONE "[energy]\nregister = 65535\ntype = u32\n", 0, "register = 65535: must leave room for 2 registers" },
	{ GOOD SET "type = u32\nwrite = one\n" NONE, 0, "[set-current]: a type of two registers: must be written as many" },
	{ GOOD SET NONE "[keep-1]\nregister = 1\ntype = f32\n", 0, "[keep-1]: type = f32: must be u16 or u32" },
};

static void test_each_mistake_is_said_with_its_line_and_what_would_be_right(void **state)
{
	struct wallbox_profile p;
	struct said said;
	char at[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (mistakes[i].line)
			snprintf(at, sizeof(at), "a.conf:%u: ", mistakes[i].line);
		else
			snprintf(at, sizeof(at), "a.conf: ");
		if (read_text(mistakes[i].text, &p, &said) != -EINVAL ||
		    !strstr(said.text, mistakes[i].says) ||
		    strncmp(said.text, "a.conf:", 7) != 0 || !strstr(said.text, at))
			fail_msg("%s\nis wrong by \"%s\" at %u, and not by\n%s", mistakes[i].text,
				 mistakes[i].says, mistakes[i].line, said.text);
	}
}

static void test_all_mistakes_are_said_at_once(void **state)
{
	struct wallbox_profile p;
	struct said said;

	(void)state;
	assert_int_equal(read_text("[box]\nunit = 0\nread = x\n[power]\nscale = y\n", &p, &said),
			 -EINVAL);
	assert_int_equal(said.times, 3);
}

static void test_a_line_that_is_too_long_is_said(void **state)
{
	char text[600] = "[box]\nmodel = ";
	struct wallbox_profile p;
	struct said said;

	(void)state;
	memset(text + strlen(text), 'x', 500);
	assert_int_equal(read_text(text, &p, &said), -EINVAL);
	assert_non_null(strstr(said.text, "a.conf:2: the line is too long"));
}

static void test_what_stands_together_is_read_together(void **state)
{
	struct wallbox_read reads[WALLBOX_READS_MAX];
	struct wallbox_profile p;
	struct said said;

	(void)state;
	assert_int_equal(read_text(GOOD SET NONE
		"[power]\nregister = 6\ntype = u32\n[energy]\nregister = 10\ntype = u32\n"
		"[error]\nregister = 8\nread = input\n[current-1]\nregister = 9\nevery_s = 5\n",
		&p, &said), 0);
	assert_int_equal(wallbox_profile_plan(&p, reads), 4);
	assert_int_equal(reads[0].read.at, 5);
	assert_int_equal(reads[0].read.n, 3);
	assert_int_equal(reads[1].read.at, 10);
	assert_int_equal(reads[2].every_ms, 5000);
	assert_int_equal(reads[3].read.function, MODBUS_READ_INPUT);

	p.read_over = 2;
	assert_int_equal(wallbox_profile_plan(&p, reads), 3);
	assert_int_equal(reads[0].read.n, 7);
	p.one_a_read = true;
	assert_int_equal(wallbox_profile_plan(&p, reads), 5);
	assert_int_equal(reads[0].read.n, 1);
}

static void test_no_request_is_longer_than_modbus_allows(void **state)
{
	struct wallbox_read reads[WALLBOX_READS_MAX];
	struct wallbox_profile p;
	struct said said;

	(void)state;
	assert_int_equal(read_text(GOOD SET NONE "[power]\nregister = 100\n[error]\nregister = 129\n"
				   "[energy]\nregister = 130\n", &p, &said), 0);
	p.read_over = 100;
	assert_int_equal(wallbox_profile_plan(&p, reads), 2);
	assert_int_equal(reads[0].read.n, 125);
	assert_int_equal(reads[1].read.at, 130);
}

static void test_a_number_is_written_rounded_down(void **state)
{
	struct wallbox_profile p;
	struct said said;
	u16 to[4];

	(void)state;
	assert_int_equal(read_text(GOOD SET "scale = 0.1\n" NONE, &p, &said), 0);
	assert_int_equal(wallbox_profile_put(&p, WALLBOX_SET_CURRENT, 6099, to), 1);
	assert_int_equal(to[0], 60);
	assert_int_equal(wallbox_profile_put(&p, WALLBOX_ENABLE, 1, to), 0);

	assert_int_equal(read_text(GOOD SET "type = f32\n" NONE, &p, &said), 0);
	assert_int_equal(wallbox_profile_put(&p, WALLBOX_SET_CURRENT, 6100, to), 2);
	assert_int_equal(to[0], 0x40c3);
	assert_int_equal(to[1], 0x3333);
	assert_int_equal(wallbox_profile_put(&p, WALLBOX_SET_CURRENT, 0, to), 2);
	assert_int_equal(to[0], 0);
	assert_int_equal(to[1], 0);
	p.order = REGISTER_LOW_FIRST;
	assert_int_equal(wallbox_profile_put(&p, WALLBOX_SET_CURRENT, 16000, to), 2);
	assert_int_equal(to[1], 0x4180);
}

static void test_a_profile_that_is_not_there_is_said_with_where_it_was_looked_for(void **state)
{
	struct wallbox_profile p;
	struct said said = { 0 };

	(void)state;
	assert_int_equal(wallbox_profile_load(&p, "no-such-box", hear, &said), -EINVAL);
	assert_non_null(strstr(said.text, "no-such-box.conf: cannot be read: No such file"));
	assert_non_null(strstr(said.text, "/etc/cellar/wallboxes"));
	memset(&said, 0, sizeof(said));
	assert_int_equal(wallbox_profile_load(&p, "/nowhere/a.conf", hear, &said), -EINVAL);
	assert_non_null(strstr(said.text, "/nowhere/a.conf: cannot be read"));
	assert_string_equal(wallbox_profile_folders[0], "/etc/cellar/wallboxes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_short_profile_is_enough),
		cmocka_unit_test(test_each_mistake_is_said_with_its_line_and_what_would_be_right),
		cmocka_unit_test(test_all_mistakes_are_said_at_once),
		cmocka_unit_test(test_a_line_that_is_too_long_is_said),
		cmocka_unit_test(test_what_stands_together_is_read_together),
		cmocka_unit_test(test_no_request_is_longer_than_modbus_allows),
		cmocka_unit_test(test_a_number_is_written_rounded_down),
		cmocka_unit_test(test_a_profile_that_is_not_there_is_said_with_where_it_was_looked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
