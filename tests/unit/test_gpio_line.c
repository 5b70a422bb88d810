// SPDX-License-Identifier: GPL-2.0-only
/*
 * What libgpiod is asked for, and what becomes of what it answers: with a libgpiod of the test.
 * Lines of a kernel are in tests/integration/wires_in_kernel.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "../../userspace/io/gpio_line.h"

#include <gpiod.h>

#define NOTHING_SAID	(-1)
#define REQUESTS_MAX	4

struct gpiod_chip {
	int opened, closed;
};

struct gpiod_line {
	int any;
};

/*
 * The one chip and the one line that there are. Where a call may fail it has an errno, 0: it
 * works, NOTHING_SAID: it fails without one.
 *
 * @no_chip, @no_line: of looking for them; @refuses: of each request; @fails: of all else
 * @asked, @value_at_request: what each request was
 * @says, @set: of its level
 */

static struct {
	struct gpiod_chip chip;
	struct gpiod_line line;
	char looked_up[GPIO_NAME_SIZE];
	unsigned int offset;
	bool by_name;
	int no_chip, no_line;
	unsigned int requests;
	struct gpiod_line_request_config asked[REQUESTS_MAX];
	int value_at_request[REQUESTS_MAX], refuses[REQUESTS_MAX];
	int fd, says, edges, set;
	struct gpiod_line_event edge[GPIO_EDGES_MAX];
	int fails;
} gpio;

static int begin(void **state)
{
	(void)state;
	memset(&gpio, 0, sizeof(gpio));
	gpio.fd = 7;

	return 0;
}

/* What works may leave anything in errno. */
static bool works(int error)
{
	if (error >= 0)
		errno = error ? error : EPERM;

	return !error;
}

struct gpiod_chip *gpiod_chip_open_lookup(const char *name)
{
	snprintf(gpio.looked_up, sizeof(gpio.looked_up), "%s", name);
	if (!works(gpio.no_chip))
		return NULL;
	gpio.chip.opened++;

	return &gpio.chip;
}

struct gpiod_line *gpiod_chip_get_line(struct gpiod_chip *chip, unsigned int offset)
{
	assert_ptr_equal(chip, &gpio.chip);
	gpio.offset = offset;

	return works(gpio.no_line) ? &gpio.line : NULL;
}

struct gpiod_line *gpiod_line_find(const char *name)
{
	snprintf(gpio.looked_up, sizeof(gpio.looked_up), "%s", name);
	gpio.by_name = true;
	if (!works(gpio.no_line))
		return NULL;
	gpio.chip.opened++;

	return &gpio.line;
}

struct gpiod_chip *gpiod_line_get_chip(struct gpiod_line *line)
{
	assert_ptr_equal(line, &gpio.line);

	return &gpio.chip;
}

void gpiod_chip_close(struct gpiod_chip *chip)
{
	assert_ptr_equal(chip, &gpio.chip);
	chip->closed++;
}

int gpiod_line_request(struct gpiod_line *line, const struct gpiod_line_request_config *config,
		       int value)
{
	unsigned int n = gpio.requests++;

	assert_ptr_equal(line, &gpio.line);
	assert_true(n < REQUESTS_MAX);
	assert_int_equal(gpio.chip.opened, gpio.chip.closed + 1);
	gpio.asked[n] = *config;
	gpio.value_at_request[n] = value;

	return works(gpio.refuses[n]) ? 0 : -1;
}

int gpiod_line_event_get_fd(struct gpiod_line *line)
{
	assert_ptr_equal(line, &gpio.line);

	return gpio.fd;
}

int gpiod_line_event_read_multiple(struct gpiod_line *line, struct gpiod_line_event *events,
				   unsigned int n)
{
	assert_ptr_equal(line, &gpio.line);
	assert_int_equal(n, GPIO_EDGES_MAX);
	if (!works(gpio.fails))
		return -1;
	memcpy(events, gpio.edge, sizeof(gpio.edge));

	return gpio.edges;
}

int gpiod_line_get_value(struct gpiod_line *line)
{
	assert_ptr_equal(line, &gpio.line);

	return works(gpio.fails) ? gpio.says : -1;
}

int gpiod_line_set_value(struct gpiod_line *line, int value)
{
	assert_ptr_equal(line, &gpio.line);
	gpio.set = value;

	return works(gpio.fails) ? 0 : -1;
}

static struct gpio_want want_of(const char *text)
{
	struct gpio_want want;

	assert_true(gpio_want_read(&want, text));

	return want;
}

static struct gpio_line *listen_to(const char *text)
{
	const struct gpio_want want = want_of(text);
	struct gpio_line *line;

	assert_int_equal(gpio_line_listen(&line, &want), 0);

	return line;
}

static struct gpio_line *drive(const char *text, bool closed)
{
	const struct gpio_want want = want_of(text);
	struct gpio_line *line;

	assert_int_equal(gpio_line_drive(&line, &want, closed), 0);

	return line;
}

static void a_contact_is_asked_for_with_its_edges_and_as_its_words_have_it(void **state)
{
	static const struct {
		const char *text;
		int flags;
	} rows[] = {
		{ "wall:5", 0 },
		{ "wall:5 active-low", GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW },
		{ "wall:5 pull-up", GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP },
		{ "wall:5 pull-down active-low", GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN |
		  GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW },
		{ "wall:5 no-bias", GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		begin(state);
		gpio_line_close(listen_to(rows[i].text));
		assert_string_equal(gpio.looked_up, "wall");
		assert_false(gpio.by_name);
		assert_int_equal(gpio.offset, 5);
		assert_int_equal(gpio.requests, 1);
		assert_string_equal(gpio.asked[0].consumer, "cellard");
		assert_int_equal(gpio.asked[0].request_type,
				 GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES);
		assert_int_equal(gpio.asked[0].flags, rows[i].flags);
		assert_int_equal(gpio.chip.closed, 1);
	}
}

static void an_output_is_what_it_is_to_be_from_the_beginning(void **state)
{
	static const struct {
		const char *text;
		bool closed;
		int flags;
	} rows[] = {
		{ "RELAY", true, 0 }, { "RELAY", false, 0 },
		{ "RELAY open-drain", true, GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN },
		{ "RELAY open-source active-low", false, GPIOD_LINE_REQUEST_FLAG_OPEN_SOURCE |
		  GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		begin(state);
		gpio_line_close(drive(rows[i].text, rows[i].closed));
		assert_string_equal(gpio.looked_up, "RELAY");
		assert_true(gpio.by_name);
		assert_int_equal(gpio.requests, 1);
		assert_int_equal(gpio.asked[0].request_type,
				 GPIOD_LINE_REQUEST_DIRECTION_OUTPUT);
		assert_int_equal(gpio.asked[0].flags, rows[i].flags);
		assert_int_equal(gpio.value_at_request[0], rows[i].closed);
		assert_int_equal(gpio.chip.opened, 1);
		assert_int_equal(gpio.chip.closed, 1);
	}
}

static void a_chip_may_be_a_number_alone(void **state)
{
	(void)state;
	gpio_line_close(drive("0:5", false));
	assert_false(gpio.by_name);
	assert_string_equal(gpio.looked_up, "0");
}

/* Whatever was opened on the way is closed. */
static void what_is_not_there_is_no_device(void **state)
{
	static const struct {
		const char *text;
		int chip, line, is;
	} rows[] = {
		{ "wall:5", ENOENT, 0, -ENODEV }, { "wall:5", ENODEV, 0, -ENODEV },
		{ "wall:5", ENOTTY, 0, -ENODEV }, { "wall:5", NOTHING_SAID, 0, -ENODEV },
		{ "wall:5", EACCES, 0, -EACCES }, { "wall:5", 0, EINVAL, -ENODEV },
		{ "wall:5", 0, ENOMEM, -ENOMEM }, { "WALL", 0, ENOENT, -ENODEV },
		{ "WALL", 0, NOTHING_SAID, -ENODEV }, { "WALL", 0, EMFILE, -EMFILE },
	};
	struct gpio_line *line;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct gpio_want want = want_of(rows[i].text);

		begin(state);
		gpio.no_chip = rows[i].chip;
		gpio.no_line = rows[i].line;
		/* of what nobody has said by now nothing is believed */
		errno = EPERM;
		assert_int_equal(gpio_line_drive(&line, &want, true), rows[i].is);
		assert_int_equal(gpio.requests, 0);
		assert_int_equal(gpio.chip.opened, gpio.chip.closed);
	}
}

static void who_may_not_have_a_line_hears_why(void **state)
{
	static const struct {
		int says, is;
	} rows[] = {
		{ EBUSY, -EBUSY }, { EPERM, -EPERM }, { ENODEV, -ENODEV }, { NOTHING_SAID, -EIO },
	};
	const struct gpio_want want = want_of("wall:5");
	struct gpio_line *line;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		begin(state);
		gpio.refuses[0] = rows[i].says;
		assert_int_equal(gpio_line_drive(&line, &want, true), rows[i].is);
		assert_int_equal(gpio.requests, 1);
		assert_int_equal(gpio.chip.opened, 1);
		assert_int_equal(gpio.chip.closed, 1);
	}
}

static void a_line_of_a_chip_without_interrupts_is_asked_for_without_edges(void **state)
{
	static const int mute[] = { ENODEV, ENXIO, EINVAL, EOPNOTSUPP };
	struct gpio_line *line;

	for (size_t i = 0; i < ARRAY_SIZE(mute); i++) {
		begin(state);
		gpio.refuses[0] = mute[i];
		line = listen_to("wall:5 pull-up");
		assert_int_equal(gpio.requests, 2);
		assert_int_equal(gpio.asked[1].request_type, GPIOD_LINE_REQUEST_DIRECTION_INPUT);
		assert_int_equal(gpio.asked[1].flags, gpio.asked[0].flags);
		gpio.fd = -1;
		assert_int_equal(gpio_line_fd(line), -EOPNOTSUPP);
		gpio.fd = 0;
		assert_int_equal(gpio_line_fd(line), 0);
		gpio_line_close(line);
		assert_int_equal(gpio.chip.opened, 2);
		assert_int_equal(gpio.chip.closed, 2);
	}
}

static void one_that_another_program_has_is_not_asked_for_twice(void **state)
{
	const struct gpio_want want = want_of("wall:5");
	struct gpio_line *line;

	(void)state;
	gpio.refuses[0] = EBUSY;
	assert_int_equal(gpio_line_listen(&line, &want), -EBUSY);
	assert_int_equal(gpio.requests, 1);
	/* and of a chip that has gone the second try says so */
	begin(state);
	gpio.refuses[0] = ENODEV;
	gpio.refuses[1] = ENODEV;
	assert_int_equal(gpio_line_listen(&line, &want), -ENODEV);
	assert_int_equal(gpio.requests, 2);
	assert_int_equal(gpio.chip.closed, 2);
}

static void edges_have_their_direction_and_the_time_of_the_kernel(void **state)
{
	struct gpio_edge edges[GPIO_EDGES_MAX];
	struct gpio_line *line = listen_to("wall:5");

	(void)state;
	assert_int_equal(gpio_line_fd(line), 7);
	gpio.edges = 2;
	gpio.edge[0] = (struct gpiod_line_event){
		.event_type = GPIOD_LINE_EVENT_RISING_EDGE, .ts = { 5000000, 123456789 },
	};
	gpio.edge[1] = (struct gpiod_line_event){
		.event_type = GPIOD_LINE_EVENT_FALLING_EDGE, .ts = { 5000001, 1 },
	};
	assert_int_equal(gpio_line_edges(line, edges), 2);
	assert_true(edges[0].closed);
	assert_int_equal(edges[0].at_ns, UINT64_C(5000000123456789));
	assert_false(edges[1].closed);
	assert_int_equal(edges[1].at_ns, UINT64_C(5000001000000001));
	gpio.edges = 0;
	assert_int_equal(gpio_line_edges(line, edges), 0);
	gpio.edges = GPIO_EDGES_MAX;
	gpio.edge[GPIO_EDGES_MAX - 1] = gpio.edge[0];
	assert_int_equal(gpio_line_edges(line, edges), GPIO_EDGES_MAX);
	assert_true(edges[GPIO_EDGES_MAX - 1].closed);
	gpio_line_close(line);
}

static void a_line_is_looked_at_and_switched(void **state)
{
	struct gpio_line *line = drive("wall:5", false);

	(void)state;
	gpio.says = 1;
	assert_int_equal(gpio_line_closed(line), 1);
	gpio.says = 0;
	assert_int_equal(gpio_line_closed(line), 0);
	assert_int_equal(gpio_line_switch(line, true), 0);
	assert_int_equal(gpio.set, 1);
	assert_int_equal(gpio_line_switch(line, false), 0);
	assert_int_equal(gpio.set, 0);
	gpio_line_close(line);
}

/* Each of its calls says why, and of none of them is what another one has said. */
static void a_line_whose_chip_has_gone_says_so(void **state)
{
	static const struct {
		int says, is;
	} rows[] = { { ENODEV, -ENODEV }, { EIO, -EIO }, { NOTHING_SAID, -EIO } };
	struct gpio_edge edges[GPIO_EDGES_MAX];
	struct gpio_line *line = listen_to("wall:5");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		gpio.fails = rows[i].says;
		errno = EPERM;
		assert_int_equal(gpio_line_edges(line, edges), rows[i].is);
		errno = EPERM;
		assert_int_equal(gpio_line_closed(line), rows[i].is);
		errno = EPERM;
		assert_int_equal(gpio_line_switch(line, true), rows[i].is);
	}
	gpio_line_close(line);
	gpio_line_close(NULL);
	assert_int_equal(gpio.chip.closed, 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, begin)
	const struct CMUnitTest tests[] = {
		CASE(a_contact_is_asked_for_with_its_edges_and_as_its_words_have_it),
		CASE(an_output_is_what_it_is_to_be_from_the_beginning),
		CASE(a_chip_may_be_a_number_alone),
		CASE(what_is_not_there_is_no_device),
		CASE(who_may_not_have_a_line_hears_why),
		CASE(a_line_of_a_chip_without_interrupts_is_asked_for_without_edges),
		CASE(one_that_another_program_has_is_not_asked_for_twice),
		CASE(edges_have_their_direction_and_the_time_of_the_kernel),
		CASE(a_line_is_looked_at_and_switched),
		CASE(a_line_whose_chip_has_gone_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
