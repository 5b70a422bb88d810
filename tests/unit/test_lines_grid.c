// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether there is a grid, by what inverters on Modbus lines measure of it and by what they say
 * of themselves: what of that reaches the house. No line is open here, the readings are set.
 */
#include "fake_class.h"
#include "plant_rig.h"

#include "../../userspace/cellard/house.h"
#include "../../userspace/cellard/lines_house.h"
#include "../../userspace/io/hybrid_maps.h"

#define SITE	"[site]\nplant = free\nexchange = meter\nproduction = inverter\n" \
	"control = set-points\n"
#define HALL	"[line a]\ndevice = /dev/null\n[inverter hall]\nline = a\naddress = 1\n" \
	"map = sofar-g3\nrated_w = 3000\nbattery_w = 3000\n"
#define ATTIC	"[inverter attic]\nline = a\naddress = 2\nmap = sofar-g3\nrated_w = 3000\n" \
	"battery_w = 3000\n"

#define NOW_MS	100000

struct stage {
	struct fake_class *dir;
	struct plant_rig rig;
	struct config files;
	struct house *house;
	struct lines *lines;
};

/* On the grid, and everything has been read just now. */
static void on_grid(struct lines_inverter *i)
{
	struct hybrid_reading *r = &i->hybrid.reading;

	i->hybrid.state = HYBRID_ON_GRID;
	r->at_ms = NOW_MS;
	r->state_ms = NOW_MS;
	r->number[HYBRID_HZ] = 50000;
	r->number[HYBRID_V_1] = 230000;
	r->known = HYBRID_BIT(HYBRID_HZ) | HYBRID_BIT(HYBRID_V_1) | HYBRID_BIT(HYBRID_V_2) |
		   HYBRID_BIT(HYBRID_V_3);
}

static void must_not(void *user, const char *text)
{
	(void)user;
	fail_msg("%s", text);
}

static void open_stage(struct stage *s, const char *text)
{
	char path[128];
	void *dir;

	*s = (struct stage){ 0 };
	fake_class_new(&dir);
	s->dir = dir;
	fake_write(s->dir, "etc", "a", text);
	snprintf(path, sizeof(path), "%s/etc/a", s->dir->path);
	assert_int_equal(config_load(&s->files, path, must_not, NULL), 0);
	plant_rig_new(&s->rig, &s->files, 1);
	assert_int_equal(house_new(&s->house, s->rig.plant, &s->files, NULL), 0);
	s->lines = calloc(1, sizeof(*s->lines));
	assert_non_null(s->lines);
	for (unsigned int n = 0; n < s->files.inverters; n++) {
		struct lines_inverter *i = &s->lines->inverter[s->lines->inverters++];

		i->config = s->files.inverter[n];
		hybrid_start(&i->hybrid, &i->config.hybrid);
		on_grid(i);
	}
}

static void close_stage(struct stage *s)
{
	void *dir = s->dir;

	free(s->lines);
	house_free(s->house);
	plant_free(s->rig.plant);
	fake_class_free(&dir);
}

static void measures(struct stage *s, unsigned int n, s64 mhz, s64 mv)
{
	s->lines->inverter[n].hybrid.reading.number[HYBRID_HZ] = mhz;
	s->lines->inverter[n].hybrid.reading.number[HYBRID_V_1] = mv;
}

/* What the house has heard of the grid since: 0, 1; -1: nothing. */
static int heard(struct stage *s)
{
	s->house->heard[HOUSE_GRID] = (struct house_heard){ 0 };
	lines_tell(s->lines, s->house, NOW_MS);

	return s->house->heard[HOUSE_GRID].known ? s->house->heard[HOUSE_GRID].value : -1;
}

static bool off_grid(const struct stage *s, unsigned int n)
{
	return s->house->inverter[n].said.off_grid;
}

static void a_blackout_is_known_before_the_inverter_is_asked_for_its_state(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s, SITE HALL);
	assert_int_equal(heard(&s), 1);
	assert_false(off_grid(&s, 0));
	measures(&s, 0, 0, 0);
	s.house->hurry = false;
	s.lines->inverter[0].hybrid.reading.state_ms = NOW_MS - 6000;
	assert_int_equal(heard(&s), 0);
	assert_true(off_grid(&s, 0));
	assert_true(s.house->hurry);
	assert_int_equal(s.house->heard[HOUSE_GRID].at_ms, NOW_MS);
	close_stage(&s);
}

/* Its own output has a frequency as well: that is not the grid's. */
static void on_its_emergency_output_there_is_no_grid_whatever_is_measured(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s, SITE HALL);
	s.lines->inverter[0].hybrid.state = HYBRID_EPS;
	assert_int_equal(heard(&s), 0);
	assert_true(off_grid(&s, 0));
	measures(&s, 0, 0, 0);
	assert_int_equal(heard(&s), 0);
	measures(&s, 0, 0, 230000);
	assert_int_equal(heard(&s), 0);
	assert_true(off_grid(&s, 0));
	close_stage(&s);
}

static void a_frequency_that_is_missing_says_nothing(void **state)
{
	struct stage s;
	u64 all;

	(void)state;
	open_stage(&s, SITE HALL);
	measures(&s, 0, 0, 0);
	all = s.lines->inverter[0].hybrid.reading.known;
	s.lines->inverter[0].hybrid.reading.known = all & ~HYBRID_BIT(HYBRID_HZ);
	assert_int_equal(heard(&s), 1);
	s.lines->inverter[0].hybrid.reading.known = all & ~HYBRID_BIT(HYBRID_V_1);
	assert_int_equal(heard(&s), 1);
	s.lines->inverter[0].hybrid.reading.known = 0;
	assert_int_equal(heard(&s), 1);
	assert_false(off_grid(&s, 0));
	close_stage(&s);
}

/* Neither a grid, nor none: then cars wait (site_image.c), and what protects the grid goes on. */
static void half_a_grid_is_no_word(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s, SITE HALL);
	measures(&s, 0, 0, 230000);
	assert_int_equal(heard(&s), -1);
	assert_false(off_grid(&s, 0));
	measures(&s, 0, 50000, 0);
	assert_int_equal(heard(&s), -1);
	measures(&s, 0, 0, 50000);
	assert_int_equal(heard(&s), -1);
	measures(&s, 0, 0, 49999);
	assert_int_equal(heard(&s), 0);
	measures(&s, 0, 1, 50000);
	assert_int_equal(heard(&s), 1);
	close_stage(&s);
}

static void one_phase_with_a_voltage_is_enough(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s, SITE HALL);
	measures(&s, 0, 0, 0);
	s.lines->inverter[0].hybrid.reading.number[HYBRID_V_3] = 230000;
	assert_int_equal(heard(&s), -1);
	s.lines->inverter[0].hybrid.reading.known &= ~HYBRID_BIT(HYBRID_V_3);
	assert_int_equal(heard(&s), 0);
	close_stage(&s);
}

/* A breaker of one of them is no blackout. */
static void one_inverter_without_a_grid_is_none_while_another_has_it(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s, SITE HALL ATTIC);
	for (unsigned int n = 0; n < 2; n++) {
		measures(&s, n, 0, 0);
		assert_int_equal(heard(&s), 1);
		assert_false(off_grid(&s, 0));
		assert_false(off_grid(&s, 1));
		measures(&s, n, 50000, 230000);
	}
	measures(&s, 0, 0, 0);
	measures(&s, 1, 0, 0);
	assert_int_equal(heard(&s), 0);
	assert_true(off_grid(&s, 0) && off_grid(&s, 1));
	close_stage(&s);
}

static void one_that_is_silent_or_old_is_not_waited_for(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s, SITE HALL ATTIC);
	measures(&s, 0, 0, 0);
	s.lines->inverter[1].hybrid.state = HYBRID_SILENT;
	assert_int_equal(heard(&s), 0);
	on_grid(&s.lines->inverter[1]);
	assert_int_equal(heard(&s), 1);
	s.lines->inverter[1].hybrid.reading.at_ms = NOW_MS - 7000;
	s.lines->inverter[1].hybrid.state = HYBRID_WAITING;
	assert_int_equal(heard(&s), 0);
	assert_int_equal(s.house->heard[HOUSE_GRID].at_ms, NOW_MS);
	s.lines->inverter[1].hybrid.reading.at_ms = NOW_MS - 6999;
	assert_int_equal(heard(&s), -1);
	close_stage(&s);
}

/* What is old says no more that there is none than that there is one. */
static void an_old_reading_ends_no_grid(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s, SITE HALL);
	measures(&s, 0, 0, 0);
	s.lines->inverter[0].hybrid.reading.at_ms = NOW_MS - 7000;
	assert_int_equal(heard(&s), -1);
	assert_false(off_grid(&s, 0));
	close_stage(&s);
}

/* One without an emergency output looks at the grid, and says nothing else. */
static void who_waits_for_the_grid_says_that_there_is_none(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s, SITE HALL);
	s.lines->inverter[0].hybrid.state = HYBRID_CHECKING;
	assert_int_equal(heard(&s), -1);
	measures(&s, 0, 0, 0);
	assert_int_equal(heard(&s), 0);
	assert_false(off_grid(&s, 0));
	close_stage(&s);
}

/* These have their state in the same answer, and may show what their own output has. */
static void others_than_g3_are_believed_by_their_state_alone(void **state)
{
	static const u8 kinds[] = { HYBRID_ME3000, HYBRID_HYD_ES, HYBRID_SUNSPEC };
	struct stage s;

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		open_stage(&s, SITE HALL);
		s.lines->inverter[0].hybrid.config.kind = kinds[k];
		measures(&s, 0, 0, 0);
		assert_int_equal(heard(&s), 1);
		assert_false(off_grid(&s, 0));
		close_stage(&s);
	}
}

static void an_inverter_of_no_house_says_nothing_of_its_grid(void **state)
{
	struct stage s;

	(void)state;
	open_stage(&s, SITE HALL ATTIC);
	s.lines->inverter[1].config.of_house = 0;
	measures(&s, 1, 0, 0);
	assert_int_equal(heard(&s), 1);
	measures(&s, 1, 50000, 230000);
	measures(&s, 0, 0, 0);
	assert_int_equal(heard(&s), 0);
	close_stage(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_blackout_is_known_before_the_inverter_is_asked_for_its_state),
		cmocka_unit_test(on_its_emergency_output_there_is_no_grid_whatever_is_measured),
		cmocka_unit_test(a_frequency_that_is_missing_says_nothing),
		cmocka_unit_test(half_a_grid_is_no_word),
		cmocka_unit_test(one_phase_with_a_voltage_is_enough),
		cmocka_unit_test(one_inverter_without_a_grid_is_none_while_another_has_it),
		cmocka_unit_test(one_that_is_silent_or_old_is_not_waited_for),
		cmocka_unit_test(an_old_reading_ends_no_grid),
		cmocka_unit_test(who_waits_for_the_grid_says_that_there_is_none),
		cmocka_unit_test(others_than_g3_are_believed_by_their_state_alone),
		cmocka_unit_test(an_inverter_of_no_house_says_nothing_of_its_grid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
