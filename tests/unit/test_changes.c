// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of an object on the bus is said when: an inverter on CAN, whose frames go out one by one.
 */
#include "core_rig.h"

#include "../../userspace/cellard/inverters.h"
#include "../../userspace/cellard/object.h"

#define T0	1000000u

/* What inverter_can.c, inverters.c and bus.c would be. */
struct inverter_can {
	struct inverter_can_status status;
};

struct bus {
	struct bus_setup setup;
};

const struct inverter_can_status *inverter_can_status(const struct inverter_can *line)
{
	return &line->status;
}

const char *inverter_can_state_word(enum inverter_can_state state)
{
	(void)state;

	return "";
}

void inverters_obey_words(const struct inverters *all, const struct inverter *inverter,
			  char *words)
{
	(void)all, (void)inverter;
	snprintf(words, INVERTERS_WORDS_SIZE, "obeys");
}

void inverters_lowered(const struct inverters *all, const struct inverter *inverter,
		       u32 cap_ma[CORE_WAYS])
{
	(void)all, (void)inverter;
	memset(cap_ma, 0, CORE_WAYS * sizeof(*cap_ma));
}

const struct bus_setup *bus_setup_of(const struct bus *bus)
{
	return &bus->setup;
}

static struct inverter_can line;
static struct inverters inverters;
static struct bus bus;
static struct object object;

/* All has been said at T0. */
static void begin(void)
{
	const char *names[OBJECT_PROPERTIES_MAX + 1];

	line = (struct inverter_can){ .status.state = INVERTER_CAN_SPEAKING };
	memset(&inverters, 0, sizeof(inverters));
	inverters.n = 1;
	inverters.inverter[0].line = &line;
	inverters.inverter[0].config.dialect = CELLAR_DIALECT_PYLONTECH;
	bus.setup.inverters = &inverters;
	object = (struct object){ .kind = &object_inverter, .bus = &bus };
	object_changes(&object, names, T0);
}

static void sends(s32 mv)
{
	cellar_say_number(&line.status.sent, CELLAR_VOLTAGE, mv);
}

/* @words: what is said at @now_ms, with a space between the names */
static void says(u64 now_ms, const char *words)
{
	const char *names[OBJECT_PROPERTIES_MAX + 1];
	char said[256] = "";
	size_t n = object_changes(&object, names, now_ms);

	for (size_t i = 0; i < n; i++) {
		strcat(said, i ? " " : "");
		strcat(said, names[i]);
	}
	assert_null(names[n]);
	assert_string_equal(said, words);
}

static void what_comes_in_parts_is_said_once_a_round(void **state)
{
	(void)state;
	begin();
	sends(52000);
	says(T0 + 999, "");
	sends(52100);
	says(T0 + 1000, "Sent");
	says(T0 + 1001, "");
	sends(52200);
	says(T0 + 1999, "");
	says(T0 + 2000, "Sent");
	says(T0 + 9000, "");
	sends(52300);
	says(T0 + 9001, "Sent");
}

static void with_whatever_else_has_changed_it_is_said_at_once(void **state)
{
	(void)state;
	begin();
	sends(52000);
	says(T0 + 10, "");
	line.status.state = INVERTER_CAN_NO_ACK;
	says(T0 + 20, "State Sent");
	says(T0 + 30, "");
	sends(52100);
	says(T0 + 1019, "");
	says(T0 + 1020, "Sent");
	line.status.state = INVERTER_CAN_SPEAKING;
	says(T0 + 1021, "State");
}

static void what_is_as_it_was_again_is_not_said(void **state)
{
	(void)state;
	begin();
	sends(52000);
	says(T0 + 1000, "Sent");
	sends(52100);
	says(T0 + 1500, "");
	sends(52000);
	says(T0 + 2000, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_in_parts_is_said_once_a_round),
		cmocka_unit_test(with_whatever_else_has_changed_it_is_said_at_once),
		cmocka_unit_test(what_is_as_it_was_again_is_not_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
