// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a simple-battery of the firmware makes of a model: it may know the pack better
 * than the table, but never allows more than the table does.
 */
#include "../../driver/wire/simple_battery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct cellar_model model(const char *key)
{
	return *cellar_model_by_key(key);
}

/* By the name that the firmware uses; -ENOENT if no row has it. */
static int apply(struct cellar_model *m, const char *property, u32 micro)
{
	unsigned int i;

	for (i = 0; cellar_simple_battery_property(i); i++)
		if (!strcmp(cellar_simple_battery_property(i), property))
			return cellar_simple_battery_apply(m, i, micro);

	return -ENOENT;
}

static void the_capacity_is_what_the_firmware_says(void **state)
{
	struct cellar_model m = model("lesso,lsrr51v100ah");

	(void)state;
	assert_int_equal(apply(&m, "charge-full-design-microamp-hours", 98765432), 0);
	assert_int_equal(m.capacity_mah, 98765);
	assert_int_equal(apply(&m, "charge-full-design-microamp-hours", 280000000), 0);
	assert_int_equal(m.capacity_mah, 280000);
	assert_int_equal(cellar_simple_battery_check(&m), 0);
}

static void a_limit_is_only_made_tighter(void **state)
{
	struct cellar_model m = model("lesso,lsrr51v100ah");

	(void)state;
	assert_int_equal(apply(&m, "voltage-min-design-microvolt", 40000000), 1);
	assert_int_equal(m.voltage_min_mv, 44800);
	assert_int_equal(apply(&m, "voltage-min-design-microvolt", 46000000), 0);
	assert_int_equal(m.voltage_min_mv, 46000);

	assert_int_equal(apply(&m, "constant-charge-current-max-microamp", 100000000), 1);
	assert_int_equal(m.charge_max_ma, 70000);
	assert_int_equal(apply(&m, "constant-charge-current-max-microamp", 60000000), 0);
	assert_int_equal(m.charge_max_ma, 60000);
	assert_int_equal(m.charge_ma, 50000);
	assert_int_equal(apply(&m, "constant-charge-current-max-microamp", 30000000), 0);
	assert_int_equal(m.charge_ma, 30000);
	assert_int_equal(m.discharge_max_ma, 100000);

	assert_int_equal(apply(&m, "constant-charge-voltage-max-microvolt", 58400000), 1);
	assert_int_equal(m.absorption_mv, 56000);
	assert_int_equal(apply(&m, "constant-charge-voltage-max-microvolt", 55000000), 0);
	assert_int_equal(m.absorption_mv, 55000);
	assert_int_equal(m.float_mv, 54600);
	assert_int_equal(apply(&m, "constant-charge-voltage-max-microvolt", 54000000), 0);
	assert_int_equal(m.float_mv, 54000);
	assert_int_equal(cellar_simple_battery_check(&m), 0);
}

static void where_a_battery_is_full_bounds_its_charging(void **state)
{
	struct cellar_model m = model("lesso,lsrr51v100ah");

	(void)state;
	assert_int_equal(apply(&m, "voltage-max-design-microvolt", 58400000), 1);
	assert_int_equal(m.voltage_max_mv, 57600);
	assert_int_equal(apply(&m, "voltage-max-design-microvolt", 55200000), 0);
	assert_int_equal(m.voltage_max_mv, 55200);
	assert_int_equal(m.absorption_mv, 55200);
	assert_int_equal(m.float_mv, 54600);
	/* what UPower makes energy of */
	assert_int_equal(m.nominal_mv, 51200);
	assert_int_equal(cellar_simple_battery_check(&m), 0);
}

/* The makers of a US5000 give no current, those of a ZSX5000 no range. */
static void where_the_table_has_none_the_firmware_may_say(void **state)
{
	struct cellar_model m = model("pylontech,us5000");

	(void)state;
	assert_int_equal(apply(&m, "constant-charge-current-max-microamp", 80000000), 0);
	assert_int_equal(m.charge_max_ma, 80000);
	assert_int_equal(m.charge_ma, 0);

	m = model("zcs,zsx5000");
	assert_int_equal(apply(&m, "voltage-min-design-microvolt", 40000000), 0);
	assert_int_equal(m.voltage_min_mv, 40000);
	assert_int_equal(cellar_simple_battery_check(&m), 0);
}

static void energy_is_never_read(void **state)
{
	struct cellar_model m = model("lesso,lsrr51v100ah");

	(void)state;
	assert_int_equal(apply(&m, "energy-full-design-microwatt-hours", 1), -ENOENT);
}

static void nonsense_is_refused_and_changes_nothing(void **state)
{
	const struct cellar_model before = model("lesso,lsrr51v100ah");
	struct cellar_model m = before;
	unsigned int i;

	(void)state;
	for (i = 0; cellar_simple_battery_property(i); i++) {
		assert_int_equal(cellar_simple_battery_apply(&m, i, 0), -EINVAL);
		assert_int_equal(cellar_simple_battery_apply(&m, i, 999), -EINVAL);
		/* what does not fit into the int of the class */
		assert_int_equal(cellar_simple_battery_apply(&m, i, 2147484000u), -EINVAL);
		assert_int_equal(cellar_simple_battery_apply(&m, i, 4294967295u), -EINVAL);
	}
	assert_int_equal(i, 5);
	assert_memory_equal(&m, &before, sizeof(m));
}

/* One of 24 V, say. */
static void voltages_of_another_battery_are_refused(void **state)
{
	const char *const highest[] = {
		"voltage-max-design-microvolt", "constant-charge-voltage-max-microvolt",
	};
	struct cellar_model m;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(highest); i++) {
		m = model("lesso,lsrr51v100ah");
		assert_int_equal(apply(&m, highest[i], 51200000), 0);
		assert_int_equal(cellar_simple_battery_check(&m), 0);
		assert_int_equal(apply(&m, highest[i], 28000000), 0);
		assert_int_equal(cellar_simple_battery_check(&m), -EINVAL);
	}

	m = model("lesso,lsrr51v100ah");
	assert_int_equal(apply(&m, "voltage-min-design-microvolt", 51200000), 0);
	assert_int_equal(cellar_simple_battery_check(&m), -EINVAL);
}

static void every_model_of_the_table_is_sound(void **state)
{
	const struct cellar_model *m;

	(void)state;
	for (m = cellar_models; m->key; m++)
		assert_int_equal(cellar_simple_battery_check(m), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_capacity_is_what_the_firmware_says),
		cmocka_unit_test(a_limit_is_only_made_tighter),
		cmocka_unit_test(where_a_battery_is_full_bounds_its_charging),
		cmocka_unit_test(where_the_table_has_none_the_firmware_may_say),
		cmocka_unit_test(energy_is_never_read),
		cmocka_unit_test(nonsense_is_refused_and_changes_nothing),
		cmocka_unit_test(voltages_of_another_battery_are_refused),
		cmocka_unit_test(every_model_of_the_table_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
