// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keep-alives of inverters, in bytes written down by hand from protocols.md 1 to 3.6.
 */
#include "can_bus.h"

#include "../../driver/wire/inverter_said.h"

#define X(id)	(CELLAR_CAN_EXTENDED | (id))

static struct cellar_inverter_said said;

static int listen(enum cellar_dialect dialect, u32 id, const char *hex)
{
	struct cellar_can_frame frame = frame_of(id, hex);

	memset(&said, 0xa5, sizeof(said));

	return cellar_inverter_hear(dialect, &frame, &said);
}

/* 54.2 V, 12.3 A into the battery, 23.4 °C, 87.6 % */
static void sma_is_negative_while_it_charges(void **state)
{
	(void)state;
	assert_int_equal(listen(CELLAR_DIALECT_VICTRON, 0x305, "1E 02 85 FF EA 00 6C 03"), 0);
	assert_true(said.measures);
	assert_int_equal(said.voltage_mv, 54200);
	assert_int_equal(said.current_ma, 12300);
	assert_int_equal(said.temperature_decic, 234);
	assert_int_equal(said.soc_centi, 8760);
	assert_int_equal(listen(CELLAR_DIALECT_VICTRON, 0x305, "1E 02 7B 00 F6 FF E8 03"), 0);
	assert_int_equal(said.current_ma, -12300);
	assert_int_equal(said.temperature_decic, -10);
	assert_int_equal(said.soc_centi, 10000);
}

static void venus_measures_nothing(void **state)
{
	(void)state;
	assert_int_equal(listen(CELLAR_DIALECT_VICTRON, 0x305, "00 00 00 00 00 00 00 00"), 0);
	assert_false(said.measures);
	assert_int_equal(said.voltage_mv, 0);
}

static void what_cannot_be_is_not_believed(void **state)
{
	static const char *const wrong[] = {
		"C7 00 00 00 00 00 00 00",	/* 19.9 V */
		"BD 02 00 00 00 00 00 00",	/* 70.1 V */
		"FF FF 00 00 00 00 00 00",	/* no value */
		"1E 02 00 80 EA 00 6C 03",
		"1E 02 00 00 00 80 6C 03",
		"1E 02 00 00 DD 05 6C 03",	/* 150.1 °C */
		"1E 02 00 00 A7 FD 6C 03",	/* -60.1 °C */
		"1E 02 00 00 EA 00 E9 03",	/* 100.1 % */
		"1E 02 00 00 EA 00 FF FF",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(listen(CELLAR_DIALECT_VICTRON, 0x305, wrong[i]), -ERANGE);
		assert_false(said.measures);
	}
	assert_int_equal(listen(CELLAR_DIALECT_VICTRON, 0x305, "1E 02 85 FF EA 00 6C"), -EMSGSIZE);
	assert_false(said.measures);
	assert_int_equal(listen(CELLAR_DIALECT_VICTRON, 0x305, ""), -EMSGSIZE);
	assert_int_equal(listen(CELLAR_DIALECT_VICTRON, 0x305, "C8 00 00 00 00 00 00 00"), 0);
	assert_int_equal(listen(CELLAR_DIALECT_VICTRON, 0x305, "BC 02 00 00 00 00 00 00"), 0);
	assert_true(said.measures);
}

/* Seconds, minutes, hours, day, month, year: would be 22.5 V from SMA */
static void deye_tells_the_date(void **state)
{
	(void)state;
	assert_int_equal(listen(CELLAR_DIALECT_DEYE, 0x305, "E1 00 0C 14 0B 1A 00 00"), 0);
	assert_false(said.measures);
	assert_int_equal(listen(CELLAR_DIALECT_DEYE, 0x305, "00 00 00 00 00 00 00 00"), 0);
}

static void the_others_have_nothing_to_tell(void **state)
{
	(void)state;
	assert_int_equal(listen(CELLAR_DIALECT_PYLONTECH, 0x305, "1E 02 85 FF EA 00 6C 03"), 0);
	assert_false(said.measures);
	assert_int_equal(listen(CELLAR_DIALECT_PYLONTECH, 0x305, ""), 0);
	assert_int_equal(listen(CELLAR_DIALECT_GOODWE, 0x305, "00 00 00 00 00 00 00 00"), 0);
	assert_int_equal(listen(CELLAR_DIALECT_GROWATT, 0x301, "11 22 33 44 55 66 77 88"), 0);
	assert_false(said.measures);
	assert_int_equal(listen(CELLAR_DIALECT_SCHNEIDER, X(0x310), "01"), 0);
	assert_false(said.measures);
}

static void another_frame_is_no_keep_alive(void **state)
{
	(void)state;
	assert_int_equal(listen(CELLAR_DIALECT_VICTRON, 0x307, "12 34 56 78 56 49 43 00"), -ENOENT);
	assert_int_equal(listen(CELLAR_DIALECT_VICTRON, X(0x305), "00"), -ENOENT);
	assert_int_equal(listen(CELLAR_DIALECT_SCHNEIDER, 0x310, "00"), -ENOENT);
	assert_int_equal(listen(CELLAR_DIALECT_GROWATT, 0x305, "00"), -ENOENT);
	assert_int_equal(listen(CELLAR_DIALECT_SOFAR, X(0x605), "00"), -ENOENT);
	assert_int_equal(listen(CELLAR_DIALECT_SOFAR, 0, ""), -ENOENT);
}

/* No keep-alive is a frame of a battery of the same dialect. */
static void identifiers(void **state)
{
	static const u32 ids[CELLAR_DIALECTS] = {
		[CELLAR_DIALECT_PYLONTECH] = 0x305, [CELLAR_DIALECT_VICTRON] = 0x305,
		[CELLAR_DIALECT_DEYE] = 0x305, [CELLAR_DIALECT_GOODWE] = 0x305,
		[CELLAR_DIALECT_GROWATT] = 0x301, [CELLAR_DIALECT_SCHNEIDER] = X(0x310),
	};
	u8 address;

	(void)state;
	for (unsigned int i = 1; i < CELLAR_DIALECTS; i++) {
		assert_int_equal(cellar_inverter_keepalive_id(i), ids[i]);
		assert_null(cellar_can_find_row(cellar_can_dialect(i), ids[i], &address));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sma_is_negative_while_it_charges),
		cmocka_unit_test(venus_measures_nothing),
		cmocka_unit_test(what_cannot_be_is_not_believed),
		cmocka_unit_test(deye_tells_the_date),
		cmocka_unit_test(the_others_have_nothing_to_tell),
		cmocka_unit_test(another_frame_is_no_keep_alive),
		cmocka_unit_test(identifiers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
