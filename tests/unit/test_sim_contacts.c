// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contacts and outputs of cellar-sim's whole house as lines of gpio-sim, with its files in a
 * folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../userspace/sim/premises_contacts.h"
#include "../../userspace/sim/premises_relays.h"

static char sys[] = "/tmp/test_sim_contacts.XXXXXX";
static struct config config;
static struct premises_contacts contacts;
static struct premises premises;

static void put(const char *path, const char *text)
{
	char whole[200];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", sys, path);
	for (char *p = whole + strlen(sys) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(whole, 0700);
		*p = '/';
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void assert_pull(const char *path, const char *wanted)
{
	char whole[200], text[20] = "";
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/devices/platform/%s/pull", sys, path);
	file = fopen(whole, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_string_equal(text, wanted);
}

/* Two chips, of which the second one has the names. */
static int set_up(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	memset(&premises, 0, sizeof(premises));
	put("kernel/config/gpio-sim/other/dev_name", "gpio-sim.0\n");
	put("kernel/config/gpio-sim/other/bank/chip_name", "gpiochip0\n");
	put("kernel/config/gpio-sim/other/bank/label", "shed\n");
	put("kernel/config/gpio-sim/other/bank/line5/name", "\n");
	put("kernel/config/gpio-sim/house/dev_name", "gpio-sim.1\n");
	put("kernel/config/gpio-sim/house/bank/chip_name", "gpiochip3\n");
	put("kernel/config/gpio-sim/house/bank/label", "\n");
	put("kernel/config/gpio-sim/house/bank/line1/name", "DRM_0\n");
	put("kernel/config/gpio-sim/house/bank/line12/name", "DRM_1_5\n");
	put("devices/platform/gpio-sim.0/gpiochip0/sim_gpio5/pull", "?");
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio1/pull", "?");
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio2/pull", "?");
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio12/pull", "?");
	return 0;
}

static void wire(enum config_contact contact, const char *text)
{
	assert_true(gpio_want_read(&config.contacts.line[contact], text));
}

static void find(unsigned int n)
{
	premises_contacts_find(&contacts, &config, sys);
	assert_int_equal(contacts.n, n);
	assert_int_equal(premises_contacts_move(&contacts, &premises), 0);
}

static void a_line_is_found_by_its_name_and_pulled(void **state)
{
	(void)state;
	wire(CONFIG_DRM0, "DRM_0");
	wire(CONFIG_DRM1_5, "DRM_1_5 active-low");
	find(2);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "pull-down");
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio12", "pull-up");
	premises.drm = BIT(0) | BIT(5);
	assert_int_equal(premises_contacts_move(&contacts, &premises), 0);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "pull-up");
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio12", "pull-down");
	premises.drm = BIT(1);
	assert_int_equal(premises_contacts_move(&contacts, &premises), 0);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "pull-down");
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio12", "pull-down");
}

static void a_line_is_found_by_its_chip_and_offset(void **state)
{
	(void)state;
	wire(CONFIG_DRM2_6, "gpiochip3:2");
	wire(CONFIG_DRM4_8, "shed:5");
	premises.drm = BIT(2) | BIT(8);
	find(2);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio2", "pull-up");
	assert_pull("gpio-sim.0/gpiochip0/sim_gpio5", "pull-up");
	premises.drm = BIT(6) | BIT(4);
	assert_int_equal(premises_contacts_move(&contacts, &premises), 0);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio2", "pull-up");
	assert_pull("gpio-sim.0/gpiochip0/sim_gpio5", "pull-up");
	premises.drm = BIT(7);
	assert_int_equal(premises_contacts_move(&contacts, &premises), 0);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio2", "pull-down");
	assert_pull("gpio-sim.0/gpiochip0/sim_gpio5", "pull-down");
}

static void contacts_of_a_receiver_are_pulled_each_by_its_own(void **state)
{
	(void)state;
	wire(CONFIG_RRCR_L1, "DRM_0");
	wire(CONFIG_RRCR_L4, "DRM_1_5");
	premises.drm = 0x1ff;
	premises.cease = true;
	premises.rrcr = BIT(3);
	find(2);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "pull-down");
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio12", "pull-up");
	premises.rrcr = BIT(0) | BIT(1);
	assert_int_equal(premises_contacts_move(&contacts, &premises), 0);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "pull-up");
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio12", "pull-down");
}

static void a_cease_is_pulled(void **state)
{
	(void)state;
	wire(CONFIG_CEASE, "DRM_0");
	premises.drm = 0x1ff;
	premises.rrcr = 0xf;
	find(1);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "pull-down");
	premises.drm = 0;
	premises.rrcr = 0;
	premises.cease = true;
	assert_int_equal(premises_contacts_move(&contacts, &premises), 0);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "pull-up");
}

static void what_has_not_changed_is_not_pulled_again(void **state)
{
	(void)state;
	wire(CONFIG_DRM3_7, "DRM_0");
	premises.drm = BIT(7);
	find(1);
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio1/pull", "left alone");
	assert_int_equal(premises_contacts_move(&contacts, &premises), 0);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "left alone");
}

static void a_contact_that_is_nowhere_is_left_to_others(void **state)
{
	(void)state;
	wire(CONFIG_DRM0, "DRM_7");
	wire(CONFIG_DRM1_5, "gpiochip9:1");
	wire(CONFIG_DRM2_6, "DRM_1_5");
	wire(CONFIG_RRCR_L4, "L_4");
	wire(CONFIG_CEASE, "CEASE");
	wire(CONFIG_CHARGE_ENABLE, "DRM_0");
	find(1);
	assert_int_equal(contacts.of[0].which, CONFIG_DRM2_6);
	premises_contacts_find(&contacts, &config, "/nowhere");
	assert_int_equal(contacts.n, 0);
}

static void a_chip_that_goes_is_an_error(void **state)
{
	char pull[200];

	(void)state;
	wire(CONFIG_DRM0, "gpiochip3:7");
	premises_contacts_find(&contacts, &config, sys);
	assert_int_equal(contacts.n, 1);
	snprintf(pull, sizeof(pull), "%s/devices/platform/gpio-sim.1/gpiochip3/sim_gpio7/pull", sys);
	assert_string_equal(contacts.of[0].pull, pull);
	assert_int_equal(premises_contacts_move(&contacts, &premises), -ENOENT);
}

static struct premises_relays relays;

/* Its first section is of output 2, its second one of output 4. */
static int set_up_outputs(void **state)
{
	set_up(state);
	memset(&relays, 0, sizeof(relays));
	config.outputs = 2;
	config.output[0].number = 2;
	config.output[1].number = 4;
	wire(CONFIG_OUTPUT_1 + 1, "DRM_0");
	wire(CONFIG_OUTPUT_1 + 3, "DRM_1_5 active-low");
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio1/value", "0\n");
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio12/value", "1\n");
	return 0;
}

static void assert_closed(bool first, bool second)
{
	assert_int_equal(premises_relays_look(&relays, &premises), 0);
	assert_int_equal(premises.relay[0].closed, first);
	assert_int_equal(premises.relay[1].closed, second);
}

static void an_output_is_as_its_line_stands(void **state)
{
	(void)state;
	premises_relays_find(&relays, &config, sys);
	assert_closed(false, false);
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio1/value", "1\n");
	assert_closed(true, false);
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio12/value", "0\n");
	assert_closed(true, true);
}

static void an_output_that_nobody_drives_is_open(void **state)
{
	(void)state;
	premises_relays_find(&relays, &config, sys);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "pull-down");
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio12", "pull-up");
}

static void an_output_that_is_nowhere_stays_open(void **state)
{
	(void)state;
	wire(CONFIG_OUTPUT_1 + 1, "OUT_9");
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio12/value", "0\n");
	premises_relays_find(&relays, &config, sys);
	assert_int_equal(relays.n, 1);
	assert_closed(false, true);
	config.contacts.line[CONFIG_OUTPUT_1 + 3].given = false;
	premises_relays_find(&relays, &config, sys);
	assert_int_equal(relays.n, 0);
}

/* What cellard drives is a line of an expander, say, that is wired to it. */
static void a_relay_may_be_behind_another_chip(void **state)
{
	(void)state;
	wire(CONFIG_OUTPUT_1 + 1, "gpio-aggregator.0:0 active-low");
	assert_true(gpio_want_read(&config.simulation.relay[1], "DRM_0"));
	premises_relays_find(&relays, &config, sys);
	assert_int_equal(relays.n, 2);
	assert_pull("gpio-sim.1/gpiochip3/sim_gpio1", "pull-down");
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio1/value", "1\n");
	assert_closed(true, false);
	config.simulation.relay[1].given = false;
}

static void an_output_whose_chip_goes_is_an_error(void **state)
{
	(void)state;
	premises_relays_find(&relays, &config, sys);
	put("devices/platform/gpio-sim.1/gpiochip3/sim_gpio1/value", "");
	assert_int_equal(premises_relays_look(&relays, &premises), -EIO);
	snprintf(relays.of[0].value, sizeof(relays.of[0].value), "%s/nowhere", sys);
	assert_int_equal(premises_relays_look(&relays, &premises), -ENOENT);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(sys) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[60];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", sys);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_line_is_found_by_its_name_and_pulled, set_up),
		cmocka_unit_test_setup(a_line_is_found_by_its_chip_and_offset, set_up),
		cmocka_unit_test_setup(contacts_of_a_receiver_are_pulled_each_by_its_own, set_up),
		cmocka_unit_test_setup(a_cease_is_pulled, set_up),
		cmocka_unit_test_setup(what_has_not_changed_is_not_pulled_again, set_up),
		cmocka_unit_test_setup(a_contact_that_is_nowhere_is_left_to_others, set_up),
		cmocka_unit_test_setup(a_chip_that_goes_is_an_error, set_up),
		cmocka_unit_test_setup(an_output_is_as_its_line_stands, set_up_outputs),
		cmocka_unit_test_setup(an_output_that_nobody_drives_is_open, set_up_outputs),
		cmocka_unit_test_setup(an_output_that_is_nowhere_stays_open, set_up_outputs),
		cmocka_unit_test_setup(a_relay_may_be_behind_another_chip, set_up_outputs),
		cmocka_unit_test_setup(an_output_whose_chip_goes_is_an_error, set_up_outputs),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
