// SPDX-License-Identifier: GPL-2.0-only
/*
 * A supply of sysfs as a reading: units, what is missing, and what makes no sense.
 */
#include "fake_class.h"

#include "../../userspace/io/psy.h"

#define PACK	"cellar3-07"

static const char uevent[] =
	"DEVTYPE=power_supply\n"
	"POWER_SUPPLY_NAME=" PACK "\n"
	"POWER_SUPPLY_STATUS=Discharging\n"
	"POWER_SUPPLY_PRESENT=1\n"
	"POWER_SUPPLY_VOLTAGE_NOW=52810000\n"
	"POWER_SUPPLY_CURRENT_NOW=-12500000\n"
	"POWER_SUPPLY_CAPACITY=63\n"
	"POWER_SUPPLY_TEMP=-15\n"
	"POWER_SUPPLY_CONSTANT_CHARGE_VOLTAGE_MAX=56800000\n"
	"POWER_SUPPLY_CONSTANT_CHARGE_CURRENT_MAX=50000000\n"
	"POWER_SUPPLY_VOLTAGE_MIN=46000000\n"
	"POWER_SUPPLY_CHARGE_FULL_DESIGN=100000000\n"
	"POWER_SUPPLY_CYCLE_COUNT=120\n"
	"POWER_SUPPLY_MANUFACTURER=LESSO\n"
	"POWER_SUPPLY_MODEL_NAME=LSRR51V100AH-LFP\n"
	"POWER_SUPPLY_SERIAL_NUMBER=TESTPACK00000007\n";

static void write_pack(const struct fake_class *class)
{
	fake_write(class, PACK, "uevent", uevent);
	fake_write(class, PACK, "cellar/role", "pack\n");
	fake_write(class, PACK, "cellar/age_ms", "340\n");
	fake_write(class, PACK, "cellar/protections", "charge_undertemperature\n");
	fake_write(class, PACK, "cellar/warnings", "\n");
	fake_write(class, PACK, "cellar/charge_enable", "0\n");
	fake_write(class, PACK, "cellar/discharge_enable", "1\n");
	fake_write(class, PACK, "cellar/discharge_current_max", "100000000\n");
	fake_write(class, PACK, "cellar/state_of_health", "99\n");
	fake_write(class, PACK, "cellar/cell_voltage_min", "3309000\n");
	fake_write(class, PACK, "cellar/cell_voltage_max", "3319000\n");
}

static int read_now(const struct fake_class *class, const char *name, struct supply *s)
{
	struct psy_files files;

	psy_files_begin(&files, NULL);

	return psy_read(class->fd, name, &files, s);
}

static void units_are_those_of_the_core(void **state)
{
	const struct fake_class *class = *state;
	const struct cellar_reading *r;
	struct supply s;

	write_pack(class);
	assert_int_equal(read_now(class, PACK, &s), 0);
	r = &s.reading;
	assert_string_equal(s.name, PACK);
	assert_string_equal(s.serial, "TESTPACK00000007");
	assert_int_equal(s.bus, 3);
	assert_int_equal(s.address, 7);
	assert_false(s.of_system);
	assert_int_equal(s.age_ms, 340);
	assert_ptr_equal(s.model, cellar_model_by_key("lesso,lsrr51v100ah"));
	assert_int_equal(r->voltage_mv, 52810);
	assert_int_equal(r->current_ma, -12500);
	assert_int_equal(r->soc_centi, 6300);
	assert_int_equal(r->soh_centi, 9900);
	assert_int_equal(r->temperature_decic, -15);
	assert_int_equal(r->charge_voltage_limit_mv, 56800);
	assert_int_equal(r->charge_current_limit_ma, 50000);
	assert_int_equal(r->discharge_current_limit_ma, 100000);
	assert_int_equal(r->discharge_voltage_limit_mv, 46000);
	assert_int_equal(r->design_mah, 100000);
	assert_int_equal(r->cycles, 120);
	assert_int_equal(r->cell_voltage_min_mv, 3309);
	assert_int_equal(r->cell_voltage_max_mv, 3319);
	assert_true(r->protections == BIT_ULL(CELLAR_CHARGE_UNDERTEMPERATURE));
	assert_true(cellar_has(r, CELLAR_WARNINGS) && !r->warnings);
	assert_true(cellar_has(r, CELLAR_CHARGE_ENABLE) && !r->charge_enable);
	assert_true(cellar_has(r, CELLAR_DISCHARGE_ENABLE) && r->discharge_enable);
}

/* Files that are not there: as ENODATA, and as the kernel leaves lines out of uevent. */
static void what_nobody_said_is_not_known(void **state)
{
	const struct fake_class *class = *state;
	struct supply s;

	fake_write(class, "cellar0", "uevent", "POWER_SUPPLY_PRESENT=0\n");
	fake_write(class, "cellar0", "cellar/role", "system\n");
	assert_int_equal(read_now(class, "cellar0", &s), 0);
	assert_true(s.of_system);
	assert_int_equal(s.age_ms, SUPPLY_NEVER);
	assert_true(s.reading.have == 0);
	assert_null(s.model);
	assert_string_equal(s.serial, "");
}

static void what_makes_no_sense_is_not_taken(void **state)
{
	static const struct {
		const char *file, *text;
		enum cellar_field field;
	} bad[] = {
		{ "uevent", "POWER_SUPPLY_VOLTAGE_NOW=52 V\n", CELLAR_VOLTAGE },
		{ "uevent", "POWER_SUPPLY_VOLTAGE_NOW=\n", CELLAR_VOLTAGE },
		{ "uevent", "POWER_SUPPLY_VOLTAGE_NOW=99999999999999999999\n", CELLAR_VOLTAGE },
		{ "uevent", "POWER_SUPPLY_CAPACITY=101\n", CELLAR_SOC },
		{ "uevent", "POWER_SUPPLY_CONSTANT_CHARGE_CURRENT_MAX=-1000\n",
		  CELLAR_CHARGE_CURRENT_LIMIT },
		{ "cellar/discharge_current_max", "-100000\n", CELLAR_DISCHARGE_CURRENT_LIMIT },
		{ "cellar/discharge_current_max", "much\n", CELLAR_DISCHARGE_CURRENT_LIMIT },
		{ "cellar/charge_enable", "2\n", CELLAR_CHARGE_ENABLE },
		{ "cellar/charge_enable", "yes\n", CELLAR_CHARGE_ENABLE },
	};
	const struct fake_class *class = *state;
	struct supply s;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		write_pack(class);
		fake_write(class, PACK, bad[i].file, bad[i].text);
		assert_int_equal(read_now(class, PACK, &s), 0);
		if (cellar_has(&s.reading, bad[i].field))
			fail_msg("%s was taken from \"%s\"", cellar_fields[bad[i].field].name,
				 bad[i].text);
	}
}

/* Of a pack that is asked every 2 s or more often, nothing is waited for longer. */
static void only_a_slow_transport_may_be_old(void **state)
{
	static const struct {
		const char *says;
		u32 max_age_ms;
	} rows[] = {
		{ "2500\n", 0 }, { "5000\n", 0 }, { "5001\n", 5001 }, { "24500\n", 24500 },
		{ "60000\n", 60000 }, { "60001\n", 0 }, { "-9000\n", 0 }, { "9000 ms\n", 0 },
		{ "99999999999999999999\n", 0 }, { "\n", 0 },
	};
	const struct fake_class *class = *state;
	struct supply s;

	write_pack(class);
	assert_int_equal(read_now(class, PACK, &s), 0);
	assert_int_equal(s.max_age_ms, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		fake_write(class, PACK, "cellar/max_age_ms", rows[i].says);
		assert_int_equal(read_now(class, PACK, &s), 0);
		if (s.max_age_ms != rows[i].max_age_ms)
			fail_msg("%u ms from \"%s\"", s.max_age_ms, rows[i].says);
	}
}

/* A dialect has its files for as long as the supply is registered. */
static void what_a_dialect_cannot_say_is_looked_for_once(void **state)
{
	const struct fake_class *class = *state;
	struct psy_files files;
	struct supply s;

	write_pack(class);
	psy_files_begin(&files, NULL);
	assert_int_equal(psy_read(class->fd, PACK, &files, &s), 0);
	assert_int_not_equal(files.absent, 0);
	fake_write(class, PACK, "cellar/force_charge", "1\n");
	fake_write(class, PACK, "cellar/packs_online", "4\n");
	assert_int_equal(psy_read(class->fd, PACK, &files, &s), 0);
	assert_false(cellar_has(&s.reading, CELLAR_FORCE_CHARGE));
	assert_false(cellar_has(&s.reading, CELLAR_PACKS_ONLINE));
	assert_true(cellar_has(&s.reading, CELLAR_CHARGE_ENABLE));
	assert_true(cellar_has(&s.reading, CELLAR_DISCHARGE_CURRENT_LIMIT));
	assert_int_equal(read_now(class, PACK, &s), 0);
	assert_true(cellar_has(&s.reading, CELLAR_FORCE_CHARGE) && s.reading.force_charge);
	assert_int_equal(s.reading.packs_online, 4);

	/* one that is not there hides no other */
	psy_files_begin(&files, NULL);
	fake_write(class, "cellar4-01", "uevent", uevent);
	fake_write(class, "cellar4-01", "cellar/role", "pack\n");
	fake_write(class, "cellar4-01", "cellar/charge_enable", "1\n");
	fake_write(class, "cellar4-01", "cellar/discharge_enable", "1\n");
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(psy_read(class->fd, "cellar4-01", &files, &s), 0);
		assert_true(cellar_has(&s.reading, CELLAR_CHARGE_ENABLE));
		assert_true(cellar_has(&s.reading, CELLAR_DISCHARGE_ENABLE));
	}
}

/* As sysfs has them: what is open says what is there now. */
static void as_many_files_stay_open_as_there_is_room_for(void **state)
{
	static const unsigned int rooms[] = { 0, 1, 4, 100 };
	const struct fake_class *class = *state;

	for (unsigned int i = 0; i < ARRAY_SIZE(rooms); i++) {
		unsigned int room = rooms[i], open = 0;
		struct psy_files files;
		struct supply s;

		write_pack(class);
		psy_files_begin(&files, &room);
		assert_int_equal(psy_read(class->fd, PACK, &files, &s), 0);
		assert_int_equal(s.age_ms, 340);
		for (unsigned int k = 0; k < PSY_FILES; k++)
			open += files.fd[k] >= 0;
		assert_int_equal(open + room, rooms[i]);
		/* all that write_pack() has but its role */
		assert_int_equal(open, rooms[i] < 10 ? rooms[i] : 10);
		fake_write(class, PACK, "cellar/age_ms", "60\n");
		fake_write(class, PACK, "cellar/charge_enable", "1\n");
		fake_write(class, PACK, "cellar/cell_voltage_max", "3401000\n");
		fake_write(class, PACK, "uevent", "POWER_SUPPLY_CURRENT_NOW=1000000\n");
		assert_int_equal(psy_read(class->fd, PACK, &files, &s), 0);
		assert_int_equal(s.age_ms, 60);
		assert_true(s.reading.charge_enable);
		assert_int_equal(s.reading.cell_voltage_max_mv, 3401);
		assert_int_equal(s.reading.current_ma, 1000);
		assert_false(cellar_has(&s.reading, CELLAR_VOLTAGE));
		psy_files_end(&files);
		assert_int_equal(room, rooms[i]);
		/* and can begin anew */
		assert_int_equal(psy_read(class->fd, PACK, &files, &s), 0);
		psy_files_end(&files);
		assert_int_equal(room, rooms[i]);
	}
}

/* Registered once, it stays what it is; without room nothing is taken for granted. */
static void a_role_is_looked_at_once_when_files_stay_open(void **state)
{
	const struct fake_class *class = *state;
	unsigned int room = 100;
	struct psy_files files;
	struct supply s;

	write_pack(class);
	fake_write(class, PACK, "cellar/role", "system\n");
	psy_files_begin(&files, &room);
	assert_int_equal(psy_read(class->fd, PACK, &files, &s), -ENODEV);
	fake_write(class, PACK, "cellar/role", "pack\n");
	assert_int_equal(psy_read(class->fd, PACK, &files, &s), 0);
	fake_write(class, PACK, "cellar/role", "system\n");
	assert_int_equal(psy_read(class->fd, PACK, &files, &s), 0);
	psy_files_end(&files);
	assert_int_equal(psy_read(class->fd, PACK, &files, &s), -ENODEV);
	assert_int_equal(read_now(class, PACK, &s), -ENODEV);
	psy_files_end(&files);
}

/* A word of a newer driver is a failure, and not no alarm. */
static void an_alarm_that_is_not_known_is_an_alarm(void **state)
{
	const struct fake_class *class = *state;
	struct supply s;

	write_pack(class);
	fake_write(class, PACK, "cellar/protections", "cell_overvoltage flux_failure\n");
	assert_int_equal(read_now(class, PACK, &s), 0);
	assert_true(s.reading.protections ==
		    (BIT_ULL(CELLAR_CELL_OVERVOLTAGE) | BIT_ULL(CELLAR_GENERAL)));
}

static void other_supplies_are_not_ours(void **state)
{
	const struct fake_class *class = *state;
	struct supply s = { .address = 99 };

	write_pack(class);
	fake_write(class, "BAT0", "uevent", uevent);
	fake_write(class, "cellar-door", "uevent", uevent);
	fake_write(class, "cellar-door", "cellar/role", "pack\n");
	fake_write(class, "cellar1-02x", "uevent", uevent);
	fake_write(class, "cellar1-02x", "cellar/role", "pack\n");
	fake_write(class, "cellar1", "uevent", uevent);
	fake_write(class, "cellar1", "cellar/role", "pack\n");
	assert_int_equal(read_now(class, "BAT0", &s), -ENODEV);
	assert_int_equal(read_now(class, "cellar-door", &s), -ENODEV);
	assert_int_equal(read_now(class, "cellar1-02x", &s), -ENODEV);
	assert_int_equal(read_now(class, "cellar1", &s), -ENODEV);
	assert_int_equal(read_now(class, "nobody", &s), -ENODEV);
	assert_int_equal(s.address, 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(units_are_those_of_the_core, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(what_nobody_said_is_not_known, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(what_makes_no_sense_is_not_taken, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(what_a_dialect_cannot_say_is_looked_for_once,
						fake_class_new, fake_class_free),
		cmocka_unit_test_setup_teardown(only_a_slow_transport_may_be_old, fake_class_new,
						fake_class_free),
		cmocka_unit_test_setup_teardown(as_many_files_stay_open_as_there_is_room_for,
						fake_class_new, fake_class_free),
		cmocka_unit_test_setup_teardown(a_role_is_looked_at_once_when_files_stay_open,
						fake_class_new, fake_class_free),
		cmocka_unit_test_setup_teardown(an_alarm_that_is_not_known_is_an_alarm,
						fake_class_new, fake_class_free),
		cmocka_unit_test_setup_teardown(other_supplies_are_not_ours, fake_class_new,
						fake_class_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
