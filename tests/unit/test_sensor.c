// SPDX-License-Identifier: GPL-2.0-only
/*
 * The thread of a sensor, with a libiio of the test and a clock of its own: what it reads of
 * which channel, what becomes of what cannot be read, and when it tries again. Each of its turns
 * ends in poll(), where the test holds it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "../../userspace/io/libiio.h"
#include "../../userspace/io/sensor.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

#define T0_MS		5000000u
#define CHANNELS	4
#define FDS		64
#define HANGS_S		60	/* a test of which the thread does not come on */

/* @input to @scale: what its files say, NULL: there is none; @fails: of each of them */
struct iio_channel {
	const char *id, *label;
	bool output;
	enum iio_chan_type type;
	const double *input, *raw, *offset, *scale;
	const char *bad;
	int fails;
};

struct iio_device {
	struct iio_channel channel[CHANNELS];
	unsigned int n;
};

struct iio_context {
	unsigned int timeout_ms;
};

/*
 * @no_lib, @no_context: why there is none; a context without a reason is -1
 * @takes_ms: to be connected to it; @held: until the test lets it
 * @signals: the thread hears some
 */
static struct {
	struct iio_context context;
	struct iio_device device;
	bool no_lib;
	int no_context;
	unsigned int takes_ms, opened, closed, contexts, destroyed;
	char uri[SENSOR_URI_SIZE];
	bool signals, held;
} iio;

static u64 now_ms;
static int pause_ms, woken, no_thread;
static unsigned int no_file;	/* the how manieth is none; 0: all are there */
static sem_t paused, go, gone;

/* What sensor.c takes of the system ------------------------------------------------- */

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __real_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
int __real_eventfd(unsigned int count, int flags);
int __wrap_eventfd(unsigned int count, int flags);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *user),
			  void *user);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *user),
			  void *user);
int __real_pthread_mutex_destroy(pthread_mutex_t *lock);
int __wrap_pthread_mutex_destroy(pthread_mutex_t *lock);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	assert_int_equal(clock, CLOCK_BOOTTIME);
	*now = (struct timespec){
		.tv_sec = (time_t)(now_ms / 1000), .tv_nsec = (long)(now_ms % 1000) * 1000000,
	};

	return 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	assert_int_equal(n, 1);
	assert_int_equal(fds->events, POLLIN);
	pause_ms = timeout_ms;
	woken = __real_poll(fds, n, 0);
	sem_post(&paused);
	sem_wait(&go);

	return 0;
}

int __wrap_eventfd(unsigned int count, int flags)
{
	if (!no_file || --no_file)
		return __real_eventfd(count, flags);
	errno = EMFILE;

	return -1;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *user),
			  void *user)
{
	return no_thread ? no_thread : __real_pthread_create(thread, attr, run, user);
}

/* It is the last of what either side does, but for free(). */
int __wrap_pthread_mutex_destroy(pthread_mutex_t *lock)
{
	int r = __real_pthread_mutex_destroy(lock);

	sem_post(&gone);

	return r;
}

/* libiio's -------------------------------------------------------------------------- */

static bool hears_signals(void)
{
	sigset_t blocked;

	pthread_sigmask(SIG_BLOCK, NULL, &blocked);

	return !sigismember(&blocked, SIGTERM) || !sigismember(&blocked, SIGHUP);
}

static struct iio_context *create_context(const char *uri)
{
	iio.signals |= hears_signals();
	if (iio.held) {
		sem_post(&paused);
		sem_wait(&go);
	}
	snprintf(iio.uri, sizeof(iio.uri), "%s", uri);
	now_ms += iio.takes_ms;
	if (iio.no_context > 0)
		errno = iio.no_context;
	if (iio.no_context)
		return NULL;
	iio.contexts++;

	return &iio.context;
}

static void destroy_context(struct iio_context *context)
{
	assert_ptr_equal(context, &iio.context);
	iio.destroyed++;
}

static int set_timeout(struct iio_context *context, unsigned int ms)
{
	context->timeout_ms = ms;

	return 0;
}

static struct iio_device *find_device(const struct iio_context *context, const char *name)
{
	assert_ptr_equal(context, &iio.context);

	return strcmp(name, "adc") ? NULL : &iio.device;
}

static unsigned int count_channels(const struct iio_device *device)
{
	return device->n;
}

static struct iio_channel *get_channel(const struct iio_device *device, unsigned int index)
{
	assert_in_range(index, 0, device->n - 1);

	return &iio.device.channel[index];
}

static struct iio_channel *find_channel(const struct iio_device *device, const char *name,
					bool output)
{
	for (unsigned int i = 0; i < device->n; i++)
		if (!strcmp(device->channel[i].id, name) && device->channel[i].output == output)
			return &iio.device.channel[i];

	return NULL;
}

static bool is_output(const struct iio_channel *channel)
{
	return channel->output;
}

static enum iio_chan_type get_type(const struct iio_channel *channel)
{
	return channel->type;
}

static const double *figure_of(const struct iio_channel *channel, const char *name)
{
	return !strcmp(name, "input") ? channel->input : !strcmp(name, "raw") ? channel->raw :
	       !strcmp(name, "offset") ? channel->offset :
	       !strcmp(name, "scale") ? channel->scale : NULL;
}

static const char *find_attr(const struct iio_channel *channel, const char *name)
{
	return strcmp(name, "label") ? figure_of(channel, name) ? name : NULL : channel->label;
}

/* As the kernel and libiio do: with a newline, and as much as there is room for. */
static ssize_t read_text(const struct iio_channel *channel, const char *name, char *to,
			 size_t size)
{
	char text[256];

	assert_string_equal(name, "label");
	if (!*channel->label)
		return -EIO;
	snprintf(text, sizeof(text), "%s\n", channel->label);
	memcpy(to, text, strlen(text) < size ? strlen(text) + 1 : size);

	return (ssize_t)(strlen(text) < size ? strlen(text) + 1 : size);
}

static int read_double(const struct iio_channel *channel, const char *name, double *value)
{
	const double *figure = figure_of(channel, name);

	if (channel->fails && (!channel->bad || !strcmp(channel->bad, name)))
		return channel->fails;
	if (!figure)
		return -ENOENT;
	*value = *figure;

	return 0;
}

int libiio_open(struct libiio *lib)
{
	if (iio.no_lib)
		return -ENOSYS;
	iio.opened++;
	/* what works may leave anything there */
	errno = EPERM;
	*lib = (struct libiio){
		.handle = &iio, .create_context_from_uri = create_context,
		.context_destroy = destroy_context, .context_set_timeout = set_timeout,
		.context_find_device = find_device, .device_get_channels_count = count_channels,
		.device_get_channel = get_channel, .device_find_channel = find_channel,
		.channel_is_output = is_output, .channel_get_type = get_type,
		.channel_find_attr = find_attr, .channel_attr_read = read_text,
		.channel_attr_read_double = read_double,
	};

	return 0;
}

void libiio_close(struct libiio *lib)
{
	iio.closed += !!lib->handle;
	lib->handle = NULL;
}

/* The tests ------------------------------------------------------------------------- */

static const double figure = 1500, offset = 500, scale = 0.25;

static sd_event *event;
static struct sensor *sensor;
static struct sensor_config config;
static unsigned int heard;

static void hear(void *user)
{
	assert_ptr_equal(user, &iio);
	heard++;
}

static int begin(void **state)
{
	(void)state;
	memset(&iio, 0, sizeof(iio));
	iio.device.n = 1;
	iio.device.channel[0] = (struct iio_channel){
		.id = "voltage0", .type = IIO_VOLTAGE, .input = &figure,
	};
	config = (struct sensor_config){
		.uri = "local:", .device = "adc", .channel = "voltage0", .period_ms = 250,
		.scale = { .kind = SENSOR_CHANNEL, .multiply = 1, .gain_milli = 1000 },
	};
	now_ms = T0_MS;
	no_thread = 0;
	no_file = 0;
	heard = 0;
	sem_init(&paused, 0, 0);
	sem_init(&go, 0, 0);
	sem_init(&gone, 0, 0);

	return sd_event_new(&event) < 0;
}

static int end(void **state)
{
	(void)state;
	sd_event_unref(event);

	return 0;
}

/* The thread has had a turn, and waits for the next one; the loop has heard of it. */
static struct sensor_reading last(void)
{
	struct sensor_reading reading;

	sem_wait(&paused);
	assert_int_equal(woken, 0);
	heard = 0;
	assert_true(sd_event_run(event, UINT64_MAX) > 0);
	assert_int_equal(heard, 1);
	assert_int_equal(sd_event_run(event, 0), 0);
	sensor_last(sensor, &reading);

	return reading;
}

static struct sensor_reading start(void)
{
	struct sensor_reading reading;

	assert_int_equal(sensor_new(&sensor, event, &config, hear, &iio), 0);
	reading = last();

	return reading;
}

static struct sensor_reading again(void)
{
	sem_post(&go);

	return last();
}

/* It ends by itself. */
static void stop(void)
{
	sensor_free(sensor);
	sem_post(&go);
	sem_wait(&gone);
	assert_int_equal(iio.contexts, iio.destroyed);
	assert_int_equal(iio.opened, iio.closed);
	assert_false(iio.signals);
}

static void must_be(s64 milli)
{
	struct sensor_reading reading = start();

	assert_int_equal(reading.error, 0);
	assert_int_equal(reading.milli, milli);
	stop();
}

static void what_it_measures_is_in_units_of_si(void **state)
{
	static const struct {
		enum iio_chan_type type;
		enum sensor_quantity quantity;
		s64 milli;
	} rows[] = {
		{ IIO_VOLTAGE, SENSOR_VOLTS, 1500 }, { IIO_ALTVOLTAGE, SENSOR_VOLTS, 1500 },
		{ IIO_CURRENT, SENSOR_AMPERES, 1500 }, { IIO_POWER, SENSOR_WATTS, 1500 },
		{ IIO_TEMP, SENSOR_DEGREES, 1500 }, { IIO_RESISTANCE, SENSOR_OHMS, 1500000 },
		{ IIO_HUMIDITYRELATIVE, SENSOR_PER_CENT, 1500 },
		{ IIO_PRESSURE, SENSOR_OTHER, 1500000 },
	};
	struct sensor_reading reading;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		iio.device.channel[0].type = rows[i].type;
		reading = start();
		assert_int_equal(reading.error, 0);
		assert_int_equal(reading.quantity, rows[i].quantity);
		assert_int_equal(reading.milli, rows[i].milli);
		stop();
	}
}

static void a_raw_figure_has_its_offset_and_its_scale(void **state)
{
	struct iio_channel *c = &iio.device.channel[0];

	(void)state;
	c->input = NULL;
	c->raw = &figure;
	must_be(1500);
	c->offset = &offset;
	must_be(2000);
	c->scale = &scale;
	must_be(500);
	c->offset = NULL;
	must_be(375);
	/* who has both says the first without them */
	c->input = &offset;
	must_be(500);
	config.scale.gain_milli = 2000;
	config.scale.offset_milli = -250;
	must_be(750);
}

static void a_channel_is_found_by_its_id_else_by_its_label(void **state)
{
	static const char long_label[] =
		"a label that has exactly as many characters as a name may have_";
	static const char longer[] =
		"a label that goes on for longer than a name may be, and has no end where it is cut";
	static const double figures[CHANNELS] = { 1000, 2000, 3000, 4000 };
	struct iio_channel *c = iio.device.channel;

	(void)state;
	iio.device.n = CHANNELS;
	for (unsigned int i = 0; i < CHANNELS; i++)
		c[i] = (struct iio_channel){
			.id = "voltage", .type = IIO_VOLTAGE, .input = &figures[i],
		};
	c[0].label = "";
	c[1].output = true;
	c[1].label = "mains";
	c[2].label = "mains";
	c[3].id = "mains2";
	c[3].label = long_label;
	snprintf(config.channel, sizeof(config.channel), "mains");
	must_be(3000);
	snprintf(config.channel, sizeof(config.channel), "mains2");
	must_be(4000);
	assert_int_equal(strlen(long_label), SENSOR_NAME_SIZE - 1);
	snprintf(config.channel, sizeof(config.channel), "%s", long_label);
	must_be(4000);
	c[0].label = longer;
	must_be(4000);
	/* an id goes before a label */
	c[0].label = "mains2";
	snprintf(config.channel, sizeof(config.channel), "mains2");
	must_be(4000);
	/* the first of two labels */
	c[0].label = "mains";
	snprintf(config.channel, sizeof(config.channel), "mains");
	must_be(1000);
}

static void what_is_not_there_is_said_and_looked_for_again(void **state)
{
	static const struct {
		bool no_lib;
		int no_context;
		const char *device, *channel;
		int error;
	} rows[] = {
		{ true, 0, "adc", "voltage0", -ENOSYS },
		{ false, ECONNREFUSED, "adc", "voltage0", -ECONNREFUSED },
		{ false, -1, "adc", "voltage0", -EIO },
		{ false, 0, "dac", "voltage0", -ENODEV },
		{ false, 0, "adc", "voltage1", -ENODEV },
	};

	(void)state;
	snprintf(config.uri, sizeof(config.uri), "ip:10.0.0.1");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(config.device, sizeof(config.device), "%s", rows[i].device);
		snprintf(config.channel, sizeof(config.channel), "%s", rows[i].channel);
		iio.no_lib = rows[i].no_lib;
		iio.no_context = rows[i].no_context;
		assert_int_equal(start().error, rows[i].error);
		assert_int_equal(iio.contexts, iio.destroyed);
		assert_int_equal(pause_ms, SENSOR_RETRY_MS);
		if (!rows[i].no_lib)
			assert_string_equal(iio.uri, "ip:10.0.0.1");
		iio.no_lib = false;
		iio.no_context = 0;
		snprintf(config.device, sizeof(config.device), "adc");
		assert_int_equal(again().error, i < 3 ? 0 : -ENODEV);
		stop();
	}
}

/* It is connected once, and has so long for each answer. */
static void a_reading_is_of_when_it_was_asked_for(void **state)
{
	struct sensor_reading reading;

	(void)state;
	iio.takes_ms = 700;
	reading = start();
	assert_int_equal(reading.at_ms, T0_MS + 700);
	assert_int_equal(iio.context.timeout_ms, 2000);
	assert_int_equal(pause_ms, 250);
	now_ms += 250;
	reading = again();
	assert_int_equal(reading.at_ms, T0_MS + 950);
	assert_int_equal(reading.error, 0);
	assert_int_equal(iio.contexts, 1);
	assert_int_equal(iio.opened, 1);
	stop();
	/* of what could not be read it is when that was begun */
	now_ms = T0_MS;
	iio.no_context = EHOSTUNREACH;
	reading = start();
	assert_int_equal(reading.error, -EHOSTUNREACH);
	assert_int_equal(reading.at_ms, T0_MS);
	stop();
}

static void one_that_cannot_be_read_is_connected_anew(void **state)
{
	static const char *const parts[] = { "raw", "offset", "scale" };
	struct iio_channel *c = &iio.device.channel[0];
	unsigned int contexts;

	(void)state;
	assert_int_equal(start().error, 0);
	c->fails = -EIO;
	assert_int_equal(again().error, -EIO);
	assert_int_equal(iio.destroyed, 1);
	assert_int_equal(pause_ms, SENSOR_RETRY_MS);
	/* its file has gone */
	c->fails = -ENOENT;
	assert_int_equal(again().error, -ENODEV);
	c->input = NULL;
	c->raw = &figure;
	c->offset = &offset;
	c->scale = &scale;
	c->fails = -ETIMEDOUT;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		c->bad = parts[i];
		assert_int_equal(again().error, -ETIMEDOUT);
	}
	c->fails = 0;
	contexts = iio.contexts;
	assert_int_equal(again().milli, 500);
	assert_int_equal(iio.contexts, contexts + 1);
	assert_int_equal(pause_ms, 250);
	stop();
}

static void a_value_that_makes_no_sense_is_no_reason_to_connect_anew(void **state)
{
	struct sensor_reading reading;

	(void)state;
	config.scale.kind = SENSOR_PT100;
	iio.device.channel[0].type = IIO_RESISTANCE;
	reading = start();
	assert_int_equal(reading.error, -ERANGE);
	assert_int_equal(reading.at_ms, T0_MS);
	assert_int_equal(pause_ms, 250);
	assert_int_equal(again().error, -ERANGE);
	assert_int_equal(iio.contexts, 1);
	assert_int_equal(iio.destroyed, 0);
	stop();
}

static void it_is_tried_again_after_longer_each_time(void **state)
{
	static const int pauses[] = { 1000, 2000, 4000, 8000, 16000, 30000, 30000 };

	(void)state;
	iio.no_context = ECONNREFUSED;
	assert_int_equal(start().error, -ECONNREFUSED);
	for (size_t i = 0; i < ARRAY_SIZE(pauses); i++) {
		assert_int_equal(pause_ms, pauses[i]);
		assert_int_equal(again().error, -ECONNREFUSED);
	}
	iio.no_context = 0;
	assert_int_equal(again().error, 0);
	assert_int_equal(pause_ms, 250);
	iio.device.channel[0].fails = -EIO;
	assert_int_equal(again().error, -EIO);
	assert_int_equal(pause_ms, 1000);
	stop();
}

/* No more often than it is read. */
static void one_that_is_read_seldom_is_tried_again_as_seldom(void **state)
{
	(void)state;
	config.period_ms = 40000;
	start();
	assert_int_equal(pause_ms, 40000);
	iio.device.channel[0].fails = -EIO;
	again();
	assert_int_equal(pause_ms, 40000);
	again();
	assert_int_equal(pause_ms, 40000);
	stop();
}

static unsigned int open_files(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < FDS; fd++)
		n += fcntl(fd, F_GETFD) >= 0;

	return n;
}

/* Those that a program which we start would have, or on which we could hang */
static unsigned int loose_files(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < FDS; fd++)
		n += fcntl(fd, F_GETFD) == 0 ||
		     (fcntl(fd, F_GETFD) > 0 && !(fcntl(fd, F_GETFL) & O_NONBLOCK));

	return n;
}

static void it_leaves_nothing_behind_and_hears_no_signals(void **state)
{
	unsigned int files = open_files(), loose = loose_files();

	(void)state;
	assert_true(hears_signals());
	start();
	assert_int_equal(open_files(), files + 2);
	assert_int_equal(loose_files(), loose);
	assert_true(hears_signals());
	stop();
	assert_int_equal(open_files(), files);
	no_thread = EAGAIN;
	assert_int_equal(sensor_new(&sensor, event, &config, hear, &iio), -EAGAIN);
	assert_int_equal(sem_trywait(&gone), 0);
	assert_int_equal(open_files(), files);
	assert_true(hears_signals());
	for (unsigned int i = 1; i <= 2; i++) {
		no_file = i;
		assert_int_equal(sensor_new(&sensor, event, &config, hear, &iio), -EMFILE);
		assert_int_equal(sem_trywait(&gone), 0);
		assert_int_equal(open_files(), files);
	}
	sensor_free(NULL);
}

static void nothing_is_known_before_it_has_been_read(void **state)
{
	struct sensor_reading reading;

	(void)state;
	iio.held = true;
	assert_int_equal(sensor_new(&sensor, event, &config, hear, &iio), 0);
	sem_wait(&paused);
	sensor_last(sensor, &reading);
	assert_int_equal(reading.error, 1);
	assert_int_equal(sd_event_run(event, 0), 0);
	sem_post(&go);
	assert_int_equal(last().error, 0);
	stop();
}

/* Who has freed it hears nothing more, however long its thread still takes. */
static void one_that_is_freed_while_it_is_read_ends_by_itself(void **state)
{
	(void)state;
	iio.held = true;
	assert_int_equal(sensor_new(&sensor, event, &config, hear, &iio), 0);
	sem_wait(&paused);
	sensor_free(sensor);
	assert_int_equal(sem_trywait(&gone), -1);
	sem_post(&go);
	sem_wait(&paused);
	assert_int_equal(woken, 1);
	assert_int_equal(sd_event_run(event, 0), 0);
	assert_int_equal(heard, 0);
	sem_post(&go);
	sem_wait(&gone);
	assert_int_equal(iio.contexts, 1);
	assert_int_equal(iio.destroyed, 1);
	assert_int_equal(iio.closed, 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(what_it_measures_is_in_units_of_si),
		CASE(a_raw_figure_has_its_offset_and_its_scale),
		CASE(a_channel_is_found_by_its_id_else_by_its_label),
		CASE(what_is_not_there_is_said_and_looked_for_again),
		CASE(a_reading_is_of_when_it_was_asked_for),
		CASE(one_that_cannot_be_read_is_connected_anew),
		CASE(a_value_that_makes_no_sense_is_no_reason_to_connect_anew),
		CASE(it_is_tried_again_after_longer_each_time),
		CASE(one_that_is_read_seldom_is_tried_again_as_seldom),
		CASE(it_leaves_nothing_behind_and_hears_no_signals),
		CASE(nothing_is_known_before_it_has_been_read),
		CASE(one_that_is_freed_while_it_is_read_ends_by_itself),
	};

	alarm(HANGS_S);

	return cmocka_run_group_tests(tests, NULL, NULL);
}
