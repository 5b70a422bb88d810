// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellarctl scan, on ports that the test has in place of real ones: who is found, by which
 * requests, and what is proposed, word by word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../userspace/cellarctl/scan.h"
#include "../../userspace/cellarctl/service.h"
#include "../../userspace/io/hybrid_maps.h"
#include "../../userspace/sim/slave.h"

#include <stdio.h>

#define DEVICES_MAX	6
#define PORTS_MAX	16
#define NOW_NS		5000000000000u
#define MEASURED	0x2000	/* of a DTSU666 and a DDSU666 */

#define HEAD \
	"# What cellarctl scan has found. Names may be others; which meter is at the grid,\n" \
	"# and which measures production, is for you to say by its role.\n"
#define LINE_1	"\n[line line1]\nhost = house\nport = 502\n"

/* Of libmodbus nothing is used: the port of the test is what it was made of. */
struct modbus_port {
	struct modbus_port_config config;
};

/*
 * Where devices are: on serial ports of these settings, baud 0: any
 *
 * @asked: requests in all, @of: by address; @fails_at, @lost_at: with the request of this
 *	number, from 1 on, the port fails, or its answer is lost
 * @garbled: so many answers are, from the first one on
 */
static struct {
	struct slave device[DEVICES_MAX];
	unsigned int devices;
	u32 baud;
	u8 parity, stop_bits;
	int open_error;
	unsigned int asked, of[256], fails_at, lost_at, garbled;
	u16 timeout_ms;
	struct modbus_port_config port[PORTS_MAX];
	unsigned int ports, open;
} wire;

static char *out, *err;

int modbus_port_new(struct modbus_port **port, const struct modbus_port_config *config)
{
	*port = malloc(sizeof(**port));
	assert_non_null(*port);
	(*port)->config = *config;
	assert_true(wire.ports < PORTS_MAX);
	wire.port[wire.ports++] = *config;
	wire.open++;

	return 0;
}

void modbus_port_free(struct modbus_port *port)
{
	free(port);
	wire.open--;
}

int modbus_port_open(struct modbus_port *port)
{
	(void)port;

	return wire.open_error;
}

static bool is_heard(const struct modbus_port_config *config)
{
	return !config->device[0] || !wire.baud ||
	       (config->baud == wire.baud && config->parity == wire.parity &&
		config->stop_bits == wire.stop_bits);
}

int modbus_port_exchange(struct modbus_port *port, const struct modbus_ask *ask,
			 enum modbus_outcome *outcome, u8 *exception, u16 *value)
{
	const u8 request[] = {
		ask->function, (u8)(ask->at >> 8), (u8)ask->at, (u8)(ask->n >> 8), (u8)ask->n,
	};
	u8 answer[SLAVE_PDU_MAX];
	size_t size = 0;

	assert_true(ask->function == MODBUS_READ_HOLDING || ask->function == MODBUS_READ_INPUT);
	assert_false(ask->write);
	wire.timeout_ms = ask->timeout_ms;
	wire.of[ask->address]++;
	if (++wire.asked == wire.fails_at)
		return -EIO;
	for (unsigned int i = 0; is_heard(&port->config) && i < wire.devices; i++)
		if (wire.device[i].address == ask->address)
			size = slave_answer(&wire.device[i], NOW_NS, request, sizeof(request),
					    answer);
	if (!size || wire.asked == wire.lost_at) {
		*outcome = MODBUS_LOST;
	} else if (wire.garbled) {
		wire.garbled--;
		*outcome = MODBUS_GARBLED;
	} else if (answer[0] & 0x80) {
		*outcome = MODBUS_REFUSED;
		*exception = answer[1];
	} else {
		*outcome = MODBUS_DONE;
		for (unsigned int i = 0; i < ask->n; i++)
			value[i] = (u16)(answer[2 + 2 * i] << 8 | answer[3 + 2 * i]);
	}

	return 0;
}

static struct slave *device(const char *kind, u8 address)
{
	struct slave *s = &wire.device[wire.devices++];

	slave_start(s, slave_kind_by_name(kind), address, NOW_NS);

	return s;
}

static void forget(void)
{
	memset(&wire, 0, sizeof(wire));
	free(out);
	free(err);
	out = NULL;
	err = NULL;
}

/* What it says is in @out and @err. */
static int look(int n, const char *const *words)
{
	FILE *stdout_was = stdout, *stderr_was = stderr;
	size_t size;
	int status;

	free(out);
	free(err);
	stdout = open_memstream(&out, &size);
	stderr = open_memstream(&err, &size);
	status = scan(n, (char **)words);
	fclose(stdout);
	fclose(stderr);
	stdout = stdout_was;
	stderr = stderr_was;
	assert_int_equal(wire.open, 0);

	return status;
}

static int look_at(const char *word)
{
	return look(1, &word);
}

/* field.md 1.2, 2.1, 3 and 5 */
static void what_is_found_is_a_configuration(void **state)
{
	(void)state;
	forget();
	device("dtsu666", 1);
	device("sofar-g3", 2);
	device("sunspec", 3);
	device("ddsu666", 4);
	device("dtsu666-units", 32);
	assert_int_equal(look_at("/dev/ttyUSB0"), EXIT_SUCCESS);
	assert_string_equal(out, HEAD
		"\n[line line1]\ndevice = /dev/ttyUSB0\nbaud = 9600\nparity = none\nstop_bits = 1\n"
		"\n[meter line1_1]\nline = line1\naddress = 1\nkind = dtsu666\n"
		"\n# ZCS 1PH HYD-ZSS-HP, serial number ZM2ES050SIM00042\n"
		"[inverter line1_2]\nline = line1\naddress = 2\nmap = sofar-g3\nrated_w = 5000\n"
		"\n# Cellar Simulated inverter\n"
		"[inverter line1_3]\nline = line1\naddress = 3\nmap = sunspec\nrated_w = 5000\n"
		"\n[meter line1_4]\nline = line1\naddress = 4\nkind = ddsu666\nrole = production\n"
		"\n[meter line1_32]\nline = line1\naddress = 32\nkind = dtsu666\nrole = production\n");
	assert_string_equal(err, "/dev/ttyUSB0: looking at 9600 8N1\n");
	assert_int_equal(wire.timeout_ms, 500);
}

static void what_does_not_say_its_power_is_to_be_told(void **state)
{
	(void)state;
	forget();
	device("sofar-me3000", 1);
	device("sofar-hyd-es", 2);
	device("sunspec-meter", 3);
	assert_int_equal(look_at("house"), EXIT_SUCCESS);
	assert_string_equal(out, HEAD LINE_1
		"\n# ZCS 3000SP or HYD, serial number ZM1ES030SIM042\n"
		"[inverter line1_1]\nline = line1\naddress = 1\nmap = sofar-me3000\nrated_w = 3000\n"
		"# or what its plate has: it does not say\n"
		"\n# Sofar ME3000SP or HYD-ES, serial number SM1ES060SIM042\n"
		"[inverter line1_2]\nline = line1\naddress = 2\nmap = sofar-hyd-es\nrated_w = 3000\n"
		"# or what its plate has: it does not say\n"
		"\n# Cellar Simulated meter\n"
		"[meter line1_3]\nline = line1\naddress = 3\nkind = sunspec\n");
	assert_string_equal(err, "house: looking\n");
	assert_int_equal(wire.timeout_ms, 3000);
}

/* field.md 1.2, 1.3 and 2.1 */
static void a_serial_port_is_tried_as_devices_are_delivered(void **state)
{
	static const struct {
		u32 baud;
		u8 parity, stop_bits;
		const char *lines;
	} rows[] = {
		{ 9600, MODBUS_PARITY_NONE, 1, "\nbaud = 9600\nparity = none\nstop_bits = 1\n" },
		{ 9600, MODBUS_PARITY_NONE, 2, "\nbaud = 9600\nparity = none\nstop_bits = 2\n" },
		{ 9600, MODBUS_PARITY_EVEN, 1, "\nbaud = 9600\nparity = even\nstop_bits = 1\n" },
		{ 115200, MODBUS_PARITY_NONE, 1, "\nbaud = 115200\nparity = none\nstop_bits = 1\n" },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		forget();
		device("dtsu666", 3);
		wire.baud = rows[i].baud;
		wire.parity = rows[i].parity;
		wire.stop_bits = rows[i].stop_bits;
		assert_int_equal(look_at("/dev/tty"), EXIT_SUCCESS);
		assert_non_null(strstr(out, rows[i].lines));
		assert_int_equal(wire.ports, i + 1);
	}
	assert_string_equal(err, "/dev/tty: looking at 9600 8N1\n/dev/tty: looking at 9600 8N2\n"
			    "/dev/tty: looking at 9600 8E1\n/dev/tty: looking at 115200 8N1\n");
}

static void where_nobody_answers_nothing_is_proposed(void **state)
{
	static const u8 addresses[] = { 1, 2, 3, 4, 32 };

	(void)state;
	forget();
	device("dtsu666", 99);
	assert_int_equal(look_at("house"), EXIT_FAILURE);
	assert_string_equal(out, "");
	assert_string_equal(err, "house: looking\nhouse: nobody answers\n");
	/* who has never answered is asked once */
	for (unsigned int i = 0; i < ARRAY_SIZE(addresses); i++)
		assert_int_equal(wire.of[addresses[i]], 1);
	assert_int_equal(wire.asked, ARRAY_SIZE(addresses));
	assert_int_equal(look_at("/dev/tty"), EXIT_FAILURE);
	assert_non_null(strstr(err, "115200 8N1\n/dev/tty: nobody answers\n"));
}

static void what_is_not_known_is_said(void **state)
{
	(void)state;
	forget();
	device("dtsu666", 3)->refuse = 4;
	assert_int_equal(look_at("house"), EXIT_SUCCESS);
	assert_string_equal(out, HEAD LINE_1
		"\n# At address 3 something answers that cellard does not know.\n");
}

/* An answer that is lost or torn is asked for once more of who is there. */
static void one_bad_answer_does_not_hide_a_device(void **state)
{
	(void)state;
	forget();
	device("dtsu666", 1);
	wire.garbled = 1;
	assert_int_equal(look_at("house"), EXIT_SUCCESS);
	assert_non_null(strstr(out, "kind = dtsu666\n"));
	assert_int_equal(wire.of[1], 2);
	forget();
	device("dtsu666", 1);
	wire.garbled = 2;
	assert_int_equal(look_at("house"), EXIT_FAILURE);
	assert_int_equal(wire.of[1], 2);
	/* whatever a meter measures it refuses to say, and then an answer is lost */
	for (unsigned int at = 2; at <= 3; at++) {
		forget();
		device("sofar-g3", 1);
		wire.lost_at = at;
		assert_int_equal(look_at("house"), EXIT_SUCCESS);
		assert_non_null(strstr(out, "rated_w = 5000\n"));
		assert_int_equal(wire.of[1], 4);
	}
}

/* Bounds of what a phase of a house has, in tenths and in V. */
static void a_meter_is_known_by_the_voltage_of_a_phase(void **state)
{
	static const struct {
		float first, phase;
		const char *kind;
	} rows[] = {
		{ 0, 1500, "dtsu666" }, { 0, 2800, "dtsu666" }, { 0, 1499, NULL },
		{ 0, 2801, NULL }, { 0, 150, "dtsu666" }, { 0, 280, "dtsu666" }, { 0, 149, NULL },
		{ 0, 281, NULL }, { 150, 0, "ddsu666" }, { 280, 0, "ddsu666" }, { 149, 0, NULL },
		{ 281, 0, NULL }, { 2300, 0, NULL }, { 400, 230, "dtsu666" }, { -230, -230, NULL },
		{ 230, 5, "ddsu666" },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		u32 first, phase;
		struct slave *s;

		forget();
		s = device("dtsu666", 1);
		s->frozen = true;
		memcpy(&first, &rows[i].first, sizeof(first));
		memcpy(&phase, &rows[i].phase, sizeof(phase));
		s->value[MEASURED] = (u16)(first >> 16);
		s->value[MEASURED + 1] = (u16)first;
		s->value[MEASURED + 6] = (u16)(phase >> 16);
		s->value[MEASURED + 7] = (u16)phase;
		assert_int_equal(look_at("house"), EXIT_SUCCESS);
		if (rows[i].kind)
			assert_non_null(strstr(out, rows[i].kind));
		else
			assert_non_null(strstr(out, "does not know"));
	}
}

static void an_inverter_is_known_by_its_serial_number(void **state)
{
	static const struct {
		const char *kind, *serial, *map;
		u16 at;
	} rows[] = {
		{ "sofar-g3", "SP1ES006N12345", "sofar-g3", SOFAR_SERIAL },
		{ "sofar-g3", "XX1ES006N12345", NULL, SOFAR_SERIAL },
		{ "sofar-g3", "SM1ES006N12345", NULL, SOFAR_SERIAL },
		{ "sofar-g3", "ZM1ES006N12345", NULL, SOFAR_SERIAL },
		{ "sofar-me3000", "SM1ES006N12345", "sofar-me3000", LEGACY_SERIAL },
		{ "sofar-me3000", "SP1ES006N12345", NULL, LEGACY_SERIAL },
		{ "sofar-hyd-es", "ZM1ES006N12345", "sofar-hyd-es", LEGACY_SERIAL },
	};
	char line[64];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct slave *s;

		forget();
		s = device(rows[i].kind, 1);
		slave_put_text(s, rows[i].at, 7, rows[i].serial);
		slave_put_text(s, rows[i].at + 7, 1, "");
		assert_int_equal(look_at("house"), EXIT_SUCCESS);
		snprintf(line, sizeof(line), "map = %s\n", rows[i].map);
		if (!rows[i].map) {
			assert_non_null(strstr(out, "does not know"));
			continue;
		}
		assert_non_null(strstr(out, line));
		snprintf(line, sizeof(line), "serial number %s\n", rows[i].serial);
		assert_non_null(strstr(out, line));
	}
}

/* The first model behind the common one says what it is. */
static void a_sunspec_device_is_known_by_its_models(void **state)
{
	static const struct {
		u16 model;
		const char *section;
	} rows[] = {
		{ 100, NULL }, { 101, "[inverter" }, { 103, "[inverter" }, { 104, NULL },
		{ 110, NULL }, { 111, "[inverter" }, { 113, "[inverter" }, { 114, NULL },
		{ 200, NULL }, { 201, "[meter" }, { 204, "[meter" }, { 205, NULL },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		forget();
		device("sunspec-meter", 1)->value[40002 + SUNSPEC_COMMON_N] = rows[i].model;
		assert_int_equal(look_at("house"), EXIT_SUCCESS);
		assert_non_null(strstr(out, rows[i].section ? rows[i].section : "does not know"));
	}
}

/* Nothing, less than nothing, and more than any house has, is not on a plate. */
static void a_power_that_cannot_be_is_not_proposed(void **state)
{
	static const struct {
		double watts;
		const char *line;
	} rows[] = {
		{ 8000, "rated_w = 8000\n" }, { 0, "rated_w = 3000\n# or what" },
		{ 1000000, "rated_w = 1000000\n" }, { 1000100, "rated_w = 3000\n# or what" },
	};
	u16 said;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct slave *s;

		forget();
		s = device("sofar-g3", 1);
		slave_put(s, &sofar_rated, HYBRID_RATED_W, rows[i].watts * 1e3);
		assert_int_equal(look_at("house"), EXIT_SUCCESS);
		assert_non_null(strstr(out, rows[i].line));
	}
	/* nor what it refuses to say */
	forget();
	said = sofar_rated.block->at;
	slave_make_hole(device("sofar-g3", 1), said);
	assert_int_equal(look_at("house"), EXIT_SUCCESS);
	assert_non_null(strstr(out, "rated_w = 3000\n# or what"));
}

/* Whatever was asked: what is proposed of a line that has failed would be half of it. */
static void a_port_that_fails_proposes_nothing(void **state)
{
	static const char *const kinds[] = {
		"sofar-g3", "sofar-me3000", "sunspec", "sunspec-meter", "dtsu666",
	};
	unsigned int all, total = 0;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		forget();
		device(kinds[i], 1);
		assert_int_equal(look_at("house"), EXIT_SUCCESS);
		all = wire.asked;
		total += all;
		for (unsigned int at = 1; at <= all; at++) {
			forget();
			device(kinds[i], 1);
			wire.fails_at = at;
			assert_int_equal(look_at("house"), EXIT_FAILURE);
			assert_string_equal(out, "");
			assert_string_equal(err, "house: looking\nhouse: Input/output error\n");
		}
	}
	assert_true(total > 40);
}

static void a_port_that_cannot_be_opened_is_said_and_the_next_one_looked_at(void **state)
{
	const char *const words[] = { "/dev/a", "/dev/b" };

	(void)state;
	forget();
	wire.open_error = -EBUSY;
	assert_int_equal(look(2, words), EXIT_FAILURE);
	assert_string_equal(out, "");
	assert_string_equal(err, "/dev/a: looking at 9600 8N1\n"
		"/dev/a: another program has it, and it is left alone; if that is cellard, stop it first\n"
		"/dev/b: looking at 9600 8N1\n"
		"/dev/b: another program has it, and it is left alone; if that is cellard, stop it first\n");
	wire.open_error = -ENOENT;
	assert_int_equal(look_at("/dev/a"), EXIT_FAILURE);
	assert_string_equal(err, "/dev/a: looking at 9600 8N1\n/dev/a: No such file or directory\n");
	assert_int_equal(wire.asked, 0);
}

static void two_lines_have_one_meter_at_the_grid(void **state)
{
	const char *const words[] = { "one", "two:1502" };

	(void)state;
	forget();
	device("ddsu666", 1);
	assert_int_equal(look(2, words), EXIT_SUCCESS);
	assert_string_equal(out, HEAD
		"\n[line line1]\nhost = one\nport = 502\n"
		"\n[meter line1_1]\nline = line1\naddress = 1\nkind = ddsu666\n"
		"\n[line line2]\nhost = two\nport = 1502\n"
		"\n[meter line2_1]\nline = line2\naddress = 1\nkind = ddsu666\nrole = production\n");
}

static void a_host_is_a_name_or_an_address_and_may_have_a_port(void **state)
{
	static const struct {
		const char *word, *host;
		u16 port;
	} rows[] = {
		{ "h", "h", 502 }, { "h:1", "h", 1 }, { "192.168.1.5:65535", "192.168.1.5", 65535 },
		{ "::1", "::1", 502 }, { "fe80::1:2", "fe80::1:2", 502 }, { "[::1]", "::1", 502 },
		{ "[::1]:1502", "::1", 1502 }, { "[h]", "h", 502 },
		{ "h:0", NULL, 0 }, { "h:65536", NULL, 0 }, { "h:", NULL, 0 }, { "h:x", NULL, 0 },
		{ "h:1x", NULL, 0 }, { ":502", NULL, 0 }, { "", NULL, 0 }, { "[]", NULL, 0 },
		{ "[::1]x", NULL, 0 }, { "[::1]:", NULL, 0 }, { "[::1]:0", NULL, 0 },
		{ "h:99999999999999999999", NULL, 0 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		char said[128];

		forget();
		device("dtsu666", 1);
		if (rows[i].host) {
			assert_int_equal(look_at(rows[i].word), EXIT_SUCCESS);
			assert_string_equal(wire.port[0].host, rows[i].host);
			assert_int_equal(wire.port[0].tcp_port, rows[i].port);
			assert_string_equal(wire.port[0].device, "");
			continue;
		}
		assert_int_equal(look_at(rows[i].word), EXIT_USAGE);
		snprintf(said, sizeof(said), "cellarctl: \"%s\" is neither the path of a serial port nor HOST or HOST:PORT\n",
			 rows[i].word);
		assert_string_equal(err, said);
		assert_int_equal(wire.ports, 0);
	}
}

/* Cut off, it would be another one. */
static void a_name_that_is_too_long_is_refused(void **state)
{
	char host[MODBUS_PATH_SIZE + 4] = "", device_path[MODBUS_PATH_SIZE + 4] = "/";

	(void)state;
	memset(host, 'h', MODBUS_PATH_SIZE - 1);
	memset(device_path + 1, 'd', MODBUS_PATH_SIZE - 2);
	forget();
	device("dtsu666", 1);
	assert_int_equal(look_at(host), EXIT_SUCCESS);
	assert_int_equal(look_at(device_path), EXIT_SUCCESS);
	assert_string_equal(wire.port[1].device, device_path);
	wire.ports = 0;
	host[MODBUS_PATH_SIZE - 1] = 'h';
	device_path[MODBUS_PATH_SIZE - 1] = 'd';
	assert_int_equal(look_at(host), EXIT_USAGE);
	assert_non_null(strstr(err, "is too long: at most 127 characters"));
	assert_int_equal(look_at(device_path), EXIT_USAGE);
	assert_non_null(strstr(err, "is too long: at most 127 characters"));
	assert_int_equal(wire.ports, 0);
}

static void wrong_usage_ends_it(void **state)
{
	const char *const words[] = { "h:x", "house" };

	(void)state;
	forget();
	device("dtsu666", 1);
	assert_int_equal(look(2, words), EXIT_USAGE);
	assert_int_equal(wire.ports, 0);
}

static void no_more_lines_are_proposed_than_a_configuration_takes(void **state)
{
	const char *const words[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };

	(void)state;
	forget();
	device("dtsu666", 1);
	assert_int_equal(look(8, words), EXIT_SUCCESS);
	assert_null(strstr(err, "not looked at"));
	wire.ports = 0;
	assert_int_equal(look(10, words), EXIT_SUCCESS);
	assert_int_equal(wire.ports, 8);
	assert_non_null(strstr(out, "[line line8]"));
	assert_non_null(strstr(err, "i: not looked at: a configuration has at most 8 lines\n"
			       "j: not looked at: a configuration has at most 8 lines\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_found_is_a_configuration),
		cmocka_unit_test(what_does_not_say_its_power_is_to_be_told),
		cmocka_unit_test(a_serial_port_is_tried_as_devices_are_delivered),
		cmocka_unit_test(where_nobody_answers_nothing_is_proposed),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(one_bad_answer_does_not_hide_a_device),
		cmocka_unit_test(a_meter_is_known_by_the_voltage_of_a_phase),
		cmocka_unit_test(an_inverter_is_known_by_its_serial_number),
		cmocka_unit_test(a_sunspec_device_is_known_by_its_models),
		cmocka_unit_test(a_power_that_cannot_be_is_not_proposed),
		cmocka_unit_test(a_port_that_fails_proposes_nothing),
		cmocka_unit_test(a_port_that_cannot_be_opened_is_said_and_the_next_one_looked_at),
		cmocka_unit_test(two_lines_have_one_meter_at_the_grid),
		cmocka_unit_test(a_host_is_a_name_or_an_address_and_may_have_a_port),
		cmocka_unit_test(a_name_that_is_too_long_is_refused),
		cmocka_unit_test(wrong_usage_ends_it),
		cmocka_unit_test(no_more_lines_are_proposed_than_a_configuration_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
