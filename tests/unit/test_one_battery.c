// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an inverter is told; each case named after what a user would report.
 */
#include "../../userspace/core/one_battery.h"
#include "core_rig.h"

#define WHOLE	ONE_BATTERY_WHOLE_PERMILLE

static const u32 no_cap[CORE_WAYS] = { LIMITS_NONE, LIMITS_NONE };

static bool tell(struct one_battery *battery, struct rig *rig, u16 share,
		 struct cellar_reading *say)
{
	return one_battery_say(battery, rig->cluster, &rig->limits->out, share, no_cap, say);
}

static void four_packs_are_one_battery(void **state)
{
	struct rig *rig = rig_of(&(struct rig_plan){ .key = LESSO, .n = 4, .started = true,
						     .limits = rig_plan(LESSO, 4).limits });
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	rig_all(rig, CELLAR_CURRENT, -12500);
	rig_run(rig, 200);
	assert_true(tell(&battery, rig, WHOLE, &say));
	assert_int_equal(say.voltage_mv, 52800);
	assert_int_equal(say.current_ma, -50000);
	assert_int_equal(say.soc_centi, 5000);
	assert_int_equal(say.soh_centi, 9900);
	assert_int_equal(say.temperature_decic, 210);
	assert_int_equal(say.charge_current_limit_ma, 200000);
	assert_int_equal(say.discharge_current_limit_ma, 200000);
	assert_true(cellar_has(&say, CELLAR_GRID_CHARGE_CURRENT_LIMIT));
	assert_int_equal(say.grid_charge_current_limit_ma, 200000);
	assert_int_equal(say.grid_discharge_current_limit_ma, 200000);
	assert_int_equal(say.charge_voltage_limit_mv,
			 rig->limits->out.charge_voltage.value);
	assert_int_equal(say.packs_online, 4);
	assert_true(cellar_is_set(&say, CELLAR_CHARGE_ENABLE));
	assert_true(cellar_is_set(&say, CELLAR_DISCHARGE_ENABLE));
	assert_true(cellar_has(&say, CELLAR_PROTECTIONS) && !say.protections);
	assert_true(cellar_has(&say, CELLAR_WARNINGS) && !say.warnings);
	rig_free(rig);
}

static void the_gauge_in_ampere_hours(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	assert_true(tell(&battery, rig, WHOLE, &say));
	assert_int_equal(say.full_mah, 200000);
	assert_int_equal(say.remaining_mah, 100000);
	rig_all(rig, CELLAR_FULL, 90000);
	rig_run(rig, 2);
	tell(&battery, rig, WHOLE, &say);
	assert_int_equal(say.full_mah, 180000);
	assert_int_equal(say.remaining_mah, 90000);
	rig->supply[0].reading.have &= ~BIT_ULL(CELLAR_FULL);
	rig_run(rig, 2);
	tell(&battery, rig, WHOLE, &say);
	assert_int_equal(say.full_mah, 200000);
	rig->supply[0].reading.have &= ~BIT_ULL(CELLAR_DESIGN);
	rig_run(rig, 2);
	tell(&battery, rig, WHOLE, &say);
	assert_false(cellar_has(&say, CELLAR_FULL));
	assert_false(cellar_has(&say, CELLAR_REMAINING));
	rig_free(rig);
}

static void nothing_is_said_before_anything_is_known(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig = rig_of(&plan);
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	rig->silent[0] = true;
	rig->supply[0].age_ms = SUPPLY_NEVER;
	rig_run(rig, 10);
	assert_false(tell(&battery, rig, WHOLE, &say));
	assert_int_equal(say.have, 0);
	rig_free(rig);
}

static void all_packs_fall_silent(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);
	struct one_battery battery = { 0 };
	struct cellar_reading say;
	u32 voltage, lowest;

	(void)state;
	tell(&battery, rig, WHOLE, &say);
	voltage = say.charge_voltage_limit_mv;
	lowest = say.discharge_voltage_limit_mv;
	assert_true(lowest > 0);
	for (unsigned int i = 0; i < 3; i++)
		rig->silent[i] = true;
	rig_run(rig, 3);
	assert_true(tell(&battery, rig, WHOLE, &say));
	assert_int_equal(say.charge_current_limit_ma, 0);
	assert_int_equal(say.discharge_current_limit_ma, 0);
	assert_true(cellar_has(&say, CELLAR_CHARGE_CURRENT_LIMIT));
	assert_true(cellar_has(&say, CELLAR_DISCHARGE_CURRENT_LIMIT));
	assert_int_equal(say.charge_voltage_limit_mv, voltage);
	assert_int_equal(say.discharge_voltage_limit_mv, lowest);
	assert_true(cellar_has(&say, CELLAR_CHARGE_ENABLE) && !say.charge_enable);
	assert_true(cellar_has(&say, CELLAR_DISCHARGE_ENABLE) && !say.discharge_enable);
	assert_int_equal(say.protections, BIT_ULL(CELLAR_INTERNAL_COMMUNICATION));
	assert_false(cellar_has(&say, CELLAR_VOLTAGE));
	assert_false(cellar_has(&say, CELLAR_SOC));
	assert_false(cellar_has(&say, CELLAR_CURRENT));
	assert_false(cellar_has(&say, CELLAR_TEMPERATURE));
	rig_free(rig);
}

/* The sum is that of the last step; limits that somebody else still shows are not used. */
static void silence_wins_over_limits_that_lag(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);
	struct limits_out before = rig->limits->out;
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	rig->silent[0] = true;
	rig_run(rig, 3);
	assert_true(before.current[CORE_CHARGE].value > 0);
	assert_true(one_battery_say(&battery, rig->cluster, &before, WHOLE, no_cap, &say));
	assert_int_equal(say.charge_current_limit_ma, 0);
	assert_int_equal(say.discharge_current_limit_ma, 0);
	rig_free(rig);
}

static void one_of_four_protects_itself(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	rig_protect(rig, 2, CELLAR_CELL_OVERVOLTAGE);
	rig_run(rig, 2);
	assert_true(tell(&battery, rig, WHOLE, &say));
	assert_int_equal(say.protections, 0);
	assert_int_equal(say.warnings, BIT_ULL(CELLAR_CELL_OVERVOLTAGE));
	assert_int_equal(say.charge_current_limit_ma, 150000);
	assert_true(say.charge_enable);
	rig_free(rig);
}

static void all_protect_themselves_from_charge(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	rig_protect(rig, 0, CELLAR_CELL_OVERVOLTAGE);
	rig_protect(rig, 1, CELLAR_CELL_OVERVOLTAGE);
	rig_all(rig, CELLAR_SOC, 300);
	rig_run(rig, 2);
	assert_true(tell(&battery, rig, WHOLE, &say));
	assert_true(rig->limits->out.force_charge);
	assert_false(cellar_is_set(&say, CELLAR_FORCE_CHARGE));
	assert_int_equal(say.protections, BIT_ULL(CELLAR_CELL_OVERVOLTAGE));
	assert_int_equal(say.charge_current_limit_ma, 0);
	assert_false(say.charge_enable);
	rig_free(rig);
}

/* Near the end of a charge, say: that is no alarm. */
static void all_say_no_to_charge(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	rig->supply[0].reading.charge_enable = false;
	rig->supply[1].reading.charge_enable = false;
	rig_run(rig, 2);
	assert_true(tell(&battery, rig, WHOLE, &say));
	assert_int_equal(say.charge_current_limit_ma, 0);
	assert_int_equal(say.protections, 0);
	assert_false(say.charge_enable);
	assert_true(say.discharge_enable);
	assert_true(say.discharge_current_limit_ma > 0);
	rig_free(rig);
}

static void a_voltage_that_is_not_known_is_not_said(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	rig->limits->out.known = false;
	assert_false(tell(&battery, rig, WHOLE, &say));
	rig->limits->out.known = true;
	rig->limits->out.charge_voltage.value = LIMITS_NONE;
	assert_false(tell(&battery, rig, WHOLE, &say));
	rig_free(rig);
}

static void a_failure_is_called_by_its_name(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	tell(&battery, rig, WHOLE, &say);
	rig_protect(rig, 0, CELLAR_MOSFET_FAILURE);
	rig_run(rig, 2);
	assert_true(tell(&battery, rig, WHOLE, &say));
	assert_int_equal(say.protections, BIT_ULL(CELLAR_MOSFET_FAILURE));
	assert_int_equal(say.charge_current_limit_ma, 0);
	assert_int_equal(say.discharge_current_limit_ma, 0);
	rig_free(rig);
}

static void three_inverters_share_two_hundred_ampere(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);
	struct one_battery battery = { 0 };
	static const u16 shares[] = { 333, 333, 334 };
	struct cellar_reading say;
	u32 sum = 0;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(shares); i++) {
		assert_true(tell(&battery, rig, shares[i], &say));
		sum += say.charge_current_limit_ma;
	}
	assert_int_equal(sum, 200000);
	tell(&battery, rig, 333, &say);
	assert_int_equal(say.charge_current_limit_ma, 66600);
	assert_int_equal(say.current_ma, 0);
	rig_free(rig);
}

static void an_inverter_that_may_only_thirty(void **state)
{
	static const u32 cap[CORE_WAYS] = { 30000, LIMITS_NONE };
	struct rig *rig = rig_simple(LESSO, 4);
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	one_battery_say(&battery, rig->cluster, &rig->limits->out, WHOLE, cap, &say);
	assert_int_equal(say.charge_current_limit_ma, 30000);
	assert_int_equal(say.discharge_current_limit_ma, 200000);
	rig_free(rig);
}

static void low_and_wants_to_be_charged(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);
	struct one_battery battery = { 0 };
	struct cellar_reading say;

	(void)state;
	tell(&battery, rig, WHOLE, &say);
	assert_false(cellar_is_set(&say, CELLAR_FORCE_CHARGE));
	rig_all(rig, CELLAR_SOC, 300);
	rig_run(rig, 60);
	tell(&battery, rig, WHOLE, &say);
	assert_true(rig->limits->out.force_charge);
	assert_true(cellar_is_set(&say, CELLAR_FORCE_CHARGE));
	rig->input.full_charge = true;
	rig_run(rig, 2);
	tell(&battery, rig, WHOLE, &say);
	assert_true(cellar_is_set(&say, CELLAR_FULL_CHARGE_REQUEST));
	rig_free(rig);
}

static void what_is_nobodys_business(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);
	struct one_battery battery = { 0 };
	struct cellar_reading say;
	u64 more = BIT_ULL(CELLAR_CELLS) | BIT_ULL(CELLAR_SERIAL_HEAD) | BIT_ULL(CELLAR_CYCLES) |
		   BIT_ULL(CELLAR_BALANCING);

	(void)state;
	rig->cluster->out.sum.have |= more;
	tell(&battery, rig, WHOLE, &say);
	assert_int_equal(say.have & more, 0);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_packs_are_one_battery),
		cmocka_unit_test(the_gauge_in_ampere_hours),
		cmocka_unit_test(nothing_is_said_before_anything_is_known),
		cmocka_unit_test(all_packs_fall_silent),
		cmocka_unit_test(silence_wins_over_limits_that_lag),
		cmocka_unit_test(one_of_four_protects_itself),
		cmocka_unit_test(all_protect_themselves_from_charge),
		cmocka_unit_test(all_say_no_to_charge),
		cmocka_unit_test(a_voltage_that_is_not_known_is_not_said),
		cmocka_unit_test(a_failure_is_called_by_its_name),
		cmocka_unit_test(three_inverters_share_two_hundred_ampere),
		cmocka_unit_test(an_inverter_that_may_only_thirty),
		cmocka_unit_test(low_and_wants_to_be_charged),
		cmocka_unit_test(what_is_nobodys_business),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
