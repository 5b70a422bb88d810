// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sensors of a house, with readings of the test in place of libiio's: what of them the house
 * counts, and how long.
 */
#include "fake_class.h"
#include "plant_rig.h"

#include "../../userspace/cellard/sensors.h"

#define NOW_MS	100000
#define MAINS	"[sensor mains]\ndevice = d\nchannel = c\nkind = ct\ninput = 1\n"
#define ROOF	"[sensor roof]\ndevice = d\nchannel = c\nkind = ct\ninput = 2\n"
#define TANK	"[sensor tank]\ndevice = d\nchannel = c\nkind = pt100\n"
#define SHED	"[sensor shed]\ndevice = broken\nchannel = c\nkind = ct\n"
#define SITE	"[site]\nplant = free\nphases = 1\nexchange = sensor-1\nproduction = sensor-2\n"

struct sensor {
	bool open;
	struct sensor_config config;
	struct sensor_reading last;
	void (*heard)(void *user);
	void *user;
};

static struct sensor fakes[CONFIG_SENSORS_MAX * 2];
static unsigned int opened;

int sensor_new(struct sensor **sensor, sd_event *event, const struct sensor_config *config,
	       void (*heard)(void *user), void *user)
{
	struct sensor *s = &fakes[opened++];

	assert_ptr_equal(event, fakes);
	if (!strcmp(config->device, "broken")) {
		opened--;
		return -EMFILE;
	}
	*s = (struct sensor){ true, *config, { .error = 1 }, heard, user };
	*sensor = s;

	return 0;
}

void sensor_free(struct sensor *sensor)
{
	sensor->open = false;
}

void sensor_last(struct sensor *sensor, struct sensor_reading *reading)
{
	*reading = sensor->last;
}

struct rooms {
	struct fake_class *dir;
	struct plant_rig rig;
	struct config files;
	struct house *house;
	struct events *events;
	struct sensors *sensors;
	struct event event;
	unsigned int changes, said;
};

static u64 an_hour(void)
{
	return 3600000;
}

static s64 no_clock(void)
{
	return 0;
}

static void keep(void *user, const struct event *event)
{
	struct rooms *r = user;

	r->said++;
	r->event = *event;
}

static const struct events_hooks hooks = { an_hour, no_clock, keep };

static void changed(void *user)
{
	((struct rooms *)user)->changes++;
}

static void must_not(void *user, const char *text)
{
	(void)user;
	fail_msg("%s", text);
}

static void load(struct rooms *r, const char *text)
{
	char path[128];

	fake_write(r->dir, "etc", "a", text);
	snprintf(path, sizeof(path), "%s/etc/a", r->dir->path);
	assert_int_equal(config_load(&r->files, path, must_not, NULL), 0);
}

static void fit(struct rooms *r, const char *text)
{
	void *dir;

	memset(r, 0, sizeof(*r));
	opened = 0;
	fake_class_new(&dir);
	r->dir = dir;
	load(r, text);
	plant_rig_new(&r->rig, &r->files, 1);
	assert_int_equal(house_new(&r->house, r->rig.plant, &r->files, NULL), 0);
	assert_int_equal(events_new(&r->events, &hooks, r), 0);
	assert_int_equal(sensors_new(&r->sensors, (sd_event *)fakes, r->events, &r->files, changed, r), 0);
}

static void unfit(struct rooms *r)
{
	void *dir = r->dir;

	sensors_free(r->sensors);
	for (unsigned int i = 0; i < opened; i++)
		assert_false(fakes[i].open);
	events_free(r->events);
	house_free(r->house);
	plant_free(r->rig.plant);
	fake_class_free(&dir);
}

static void say(unsigned int sensor, int error, s64 milli)
{
	fakes[sensor].last = (struct sensor_reading){ error, SENSOR_VOLTS, milli, NOW_MS };
	fakes[sensor].heard(fakes[sensor].user);
}

static s32 heard_w(const struct rooms *r, enum house_figure figure)
{
	assert_true(r->house->heard[figure].known);
	assert_int_equal(r->house->heard[figure].at_ms, NOW_MS);

	return r->house->heard[figure].value;
}

static void a_current_sensor_is_the_exchange_and_the_other_one_the_production(void **state)
{
	struct rooms r;

	(void)state;
	fit(&r, SITE TANK MAINS ROOF);
	say(0, 0, 999000);
	say(1, 0, -1234567);
	say(2, 0, 1499500);
	sensors_tell(r.sensors, r.house);
	assert_int_equal(heard_w(&r, HOUSE_EXCHANGE_1), -1235);
	assert_int_equal(heard_w(&r, HOUSE_PRODUCTION), 1500);
	assert_false(r.house->heard[HOUSE_EXCHANGE_2].known);
	say(1, 0, 1499499);
	sensors_tell(r.sensors, r.house);
	assert_int_equal(heard_w(&r, HOUSE_EXCHANGE_1), 1499);
	say(1, 0, -1499499);
	sensors_tell(r.sensors, r.house);
	assert_int_equal(heard_w(&r, HOUSE_EXCHANGE_1), -1499);
	/* what an inverter takes at night */
	say(2, 0, -25000);
	sensors_tell(r.sensors, r.house);
	assert_int_equal(heard_w(&r, HOUSE_PRODUCTION), 0);
	assert_int_equal(r.changes, 6);
	unfit(&r);
	/* wherever it stands */
	fit(&r, SITE MAINS ROOF);
	say(0, 0, -1499500);
	sensors_tell(r.sensors, r.house);
	assert_int_equal(heard_w(&r, HOUSE_EXCHANGE_1), -1500);
	unfit(&r);
}

static void a_sensor_that_says_nothing_is_told_to_nobody(void **state)
{
	struct rooms r;

	(void)state;
	fit(&r, SITE MAINS ROOF);
	sensors_tell(r.sensors, r.house);
	assert_false(r.house->heard[HOUSE_EXCHANGE_1].known);
	say(0, -ERANGE, 5000);
	say(1, -ENODEV, 5000);
	sensors_tell(r.sensors, r.house);
	assert_false(r.house->heard[HOUSE_EXCHANGE_1].known);
	assert_false(r.house->heard[HOUSE_PRODUCTION].known);
	unfit(&r);
}

static void without_a_house_and_of_another_source_nothing_is_told(void **state)
{
	struct rooms r;

	(void)state;
	fit(&r, MAINS ROOF);
	say(0, 0, 5000);
	sensors_tell(r.sensors, r.house);
	assert_false(r.house->heard[HOUSE_EXCHANGE_1].known);
	unfit(&r);
	fit(&r, "[site]\nplant = free\nexchange = meter\nproduction = meter\n" MAINS ROOF);
	say(0, 0, 5000);
	say(1, 0, 5000);
	sensors_tell(r.sensors, r.house);
	assert_false(r.house->heard[HOUSE_EXCHANGE_1].known);
	assert_false(r.house->heard[HOUSE_PRODUCTION].known);
	unfit(&r);
}

static void a_reading_counts_for_5_s_or_three_periods(void **state)
{
	static const struct {
		const char *text;
		u64 fresh_ms;
	} rows[] = {
		{ TANK, 5000 }, { TANK "period_ms = 1000\n", 5000 },
		{ TANK "period_ms = 4000\n", 12000 },
	};
	struct sensor_reading reading;
	struct rooms r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		u64 last_ms = NOW_MS + rows[i].fresh_ms;

		fit(&r, rows[i].text);
		say(0, 0, 21500);
		assert_true(sensors_reading(&r.sensors->one[0], &reading, last_ms));
		assert_int_equal(reading.milli, 21500);
		assert_string_equal(sensors_state_word(&r.sensors->one[0], last_ms), "well");
		assert_false(sensors_reading(&r.sensors->one[0], &reading, last_ms + 1));
		assert_string_equal(sensors_state_word(&r.sensors->one[0], last_ms + 1), "silent");
		unfit(&r);
	}
}

/* Why it has none, in a word and by an event; each once, however often it is tried. */
static void a_sensor_says_why_it_has_no_value(void **state)
{
	static const struct {
		int error;
		const char *word, *code, *words;
	} rows[] = {
		{ -ENODEV, "gone", "sensor-lost", "there is no such device or channel" },
		{ -ERANGE, "out-of-range", "sensor-nonsense",
		  "what it says cannot be, and is not used: look at its wires, gain and offset" },
		{ -ENOSYS, "no-libiio", "sensor-lost",
		  "there is no libiio.so.0: install libiio0" },
		{ -EPIPE, "silent", "sensor-lost", "local:: Broken pipe" },
		{ 0, "well", "sensor-well", "it says what it measures" },
	};
	struct sensor_reading reading;
	struct rooms r;

	(void)state;
	fit(&r, TANK);
	assert_string_equal(sensors_state_word(&r.sensors->one[0], NOW_MS), "starting");
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		say(0, rows[i].error, 21500);
		say(0, rows[i].error, 21500);
		assert_string_equal(sensors_state_word(&r.sensors->one[0], NOW_MS), rows[i].word);
		assert_int_equal(sensors_reading(&r.sensors->one[0], &reading, NOW_MS),
				 !rows[i].error);
		assert_int_equal(r.said, i + 1);
		assert_string_equal(r.event.code, rows[i].code);
		assert_string_equal(r.event.subject, "tank");
		assert_string_equal(r.event.words, rows[i].words);
	}
	unfit(&r);
}

/* The others go on without it. */
static void one_that_cannot_be_had_is_an_error(void **state)
{
	struct sensors *sensors;
	struct rooms r;

	(void)state;
	fit(&r, MAINS ROOF);
	load(&r, TANK SHED MAINS);
	assert_int_equal(sensors_reconfigure(r.sensors, &r.files), -EMFILE);
	assert_int_equal(r.sensors->n, 2);
	assert_string_equal(r.sensors->one[0].config.name, "tank");
	assert_string_equal(r.sensors->one[1].config.name, "mains");
	assert_true(fakes[2].open && fakes[3].open);
	load(&r, MAINS SHED);
	assert_int_equal(sensors_new(&sensors, (sd_event *)fakes, r.events, &r.files, changed, &r),
			 -EMFILE);
	assert_false(fakes[4].open);
	unfit(&r);
}

static void another_configuration_starts_them_anew_only_when_it_changes_them(void **state)
{
	static const char *const others[] = {
		MAINS ROOF "gain = 2\n", MAINS ROOF "offset = 2\n", MAINS ROOF "multiply = 3\n",
		MAINS ROOF "period_ms = 2000\n", MAINS ROOF "uri = ip:10.0.0.1\n", MAINS,
		MAINS "[sensor roof]\ndevice = e\nchannel = c\nkind = ct\ninput = 2\n",
		MAINS "[sensor roof]\ndevice = d\nchannel = e\nkind = ct\ninput = 2\n",
		MAINS "[sensor roof]\ndevice = d\nchannel = c\nkind = ct\n",
		MAINS "[sensor shed]\ndevice = d\nchannel = c\nkind = ct\ninput = 2\n",
		MAINS "[sensor roof]\ndevice = d\nchannel = c\nkind = channel\n",
		MAINS "offset = 1\n" ROOF,
	};
	struct rooms r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		unsigned int n = i == 5 ? 1 : 2;

		fit(&r, MAINS ROOF);
		load(&r, MAINS ROOF "[history]\n");
		assert_int_equal(sensors_reconfigure(r.sensors, &r.files), 0);
		assert_int_equal(opened, 2);
		load(&r, others[i]);
		assert_int_equal(sensors_reconfigure(r.sensors, &r.files), 0);
		assert_int_equal(opened, 2 + n);
		assert_false(fakes[0].open);
		assert_true(fakes[2].open);
		assert_int_equal(r.sensors->n, n);
		unfit(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_current_sensor_is_the_exchange_and_the_other_one_the_production),
		cmocka_unit_test(a_sensor_that_says_nothing_is_told_to_nobody),
		cmocka_unit_test(without_a_house_and_of_another_source_nothing_is_told),
		cmocka_unit_test(a_reading_counts_for_5_s_or_three_periods),
		cmocka_unit_test(a_sensor_says_why_it_has_no_value),
		cmocka_unit_test(one_that_cannot_be_had_is_an_error),
		cmocka_unit_test(another_configuration_starts_them_anew_only_when_it_changes_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
