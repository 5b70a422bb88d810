// SPDX-License-Identifier: GPL-2.0-only
/*
 * The thread of a sensor.
 */
#include "sensor.h"

#include "boot_clock.h"
#include "event_fd.h"
#include "libiio.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LABEL_SIZE	SENSOR_NAME_SIZE

/*
 * @users: the thread and the loop; the last one frees it
 * @last: of both of them, by @lock
 */
struct sensor {
	struct sensor_config config;
	atomic_uint users;
	atomic_bool ends;
	int to_thread, to_loop;
	pthread_mutex_t lock;
	struct sensor_reading last;

	/* the thread's */
	struct libiio lib;
	struct iio_context *context;
	struct iio_channel *channel;
	u32 pause_ms;

	/* the loop's */
	sd_event_source *io;
	void (*heard)(void *user);
	void *user;
};

static void unref(struct sensor *s)
{
	if (atomic_fetch_sub(&s->users, 1) != 1)
		return;
	if (s->to_thread >= 0)
		close(s->to_thread);
	if (s->to_loop >= 0)
		close(s->to_loop);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* The thread's side ----------------------------------------------------------------- */

/* As Documentation/ABI/testing/sysfs-bus-iio of the kernel has its units. */
static double unit_of(const struct libiio *lib, const struct iio_channel *channel,
		      enum sensor_quantity *quantity)
{
	static const struct {
		enum iio_chan_type type;
		enum sensor_quantity quantity;
		double unit;
	} types[] = {
		{ IIO_VOLTAGE, SENSOR_VOLTS, 1e-3 },
		{ IIO_ALTVOLTAGE, SENSOR_VOLTS, 1e-3 },
		{ IIO_CURRENT, SENSOR_AMPERES, 1e-3 },
		{ IIO_POWER, SENSOR_WATTS, 1e-3 },
		{ IIO_TEMP, SENSOR_DEGREES, 1e-3 },
		{ IIO_RESISTANCE, SENSOR_OHMS, 1 },
		{ IIO_HUMIDITYRELATIVE, SENSOR_PER_CENT, 1e-3 },
	};
	enum iio_chan_type type = lib->channel_get_type(channel);

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i].type != type)
			continue;
		*quantity = types[i].quantity;
		return types[i].unit;
	}
	*quantity = SENSOR_OTHER;

	return 1;
}

static struct iio_channel *find_channel(const struct libiio *lib, const struct iio_device *device,
					const char *name)
{
	struct iio_channel *channel = lib->device_find_channel(device, name, false);
	char label[LABEL_SIZE];

	for (unsigned int i = 0; !channel && i < lib->device_get_channels_count(device); i++) {
		struct iio_channel *c = lib->device_get_channel(device, i);

		if (lib->channel_is_output(c) || !lib->channel_find_attr(c, "label") ||
		    lib->channel_attr_read(c, "label", label, sizeof(label)) <= 0)
			continue;
		label[sizeof(label) - 1] = '\0';
		label[strcspn(label, "\n")] = '\0';
		if (!strcmp(label, name))
			channel = c;
	}

	return channel;
}

static int connect_to(struct sensor *s)
{
	const struct iio_device *device;

	if (!s->lib.handle && libiio_open(&s->lib))
		return -ENOSYS;
	errno = 0;
	s->context = s->lib.create_context_from_uri(s->config.uri);
	if (!s->context)
		return errno ? -errno : -EIO;
	s->lib.context_set_timeout(s->context, SENSOR_TIMEOUT_MS);
	device = s->lib.context_find_device(s->context, s->config.device);
	if (!device)
		return -ENODEV;
	s->channel = find_channel(&s->lib, device, s->config.channel);

	return s->channel ? 0 : -ENODEV;
}

static void disconnect(struct sensor *s)
{
	if (s->context)
		s->lib.context_destroy(s->context);
	s->context = NULL;
	s->channel = NULL;
}

/* A channel without this attribute has @otherwise. */
static int read_part(struct sensor *s, const char *name, double otherwise, double *value)
{
	*value = otherwise;
	if (!s->lib.channel_find_attr(s->channel, name))
		return 0;

	return s->lib.channel_attr_read_double(s->channel, name, value);
}

static int read_channel(struct sensor *s, double *value)
{
	double offset, scale;
	int r;

	if (s->lib.channel_find_attr(s->channel, "input"))
		return s->lib.channel_attr_read_double(s->channel, "input", value);
	r = s->lib.channel_attr_read_double(s->channel, "raw", value);
	if (!r)
		r = read_part(s, "offset", 0, &offset);
	if (!r)
		r = read_part(s, "scale", 1, &scale);
	if (!r)
		*value = (*value + offset) * scale;

	return r;
}

static void measure(struct sensor *s, struct sensor_reading *reading)
{
	enum sensor_quantity quantity;
	double value, unit;

	reading->at_ms = boot_clock_ms();
	reading->error = s->channel ? 0 : connect_to(s);
	if (reading->error)
		return;
	unit = unit_of(&s->lib, s->channel, &quantity);
	reading->quantity = (u8)quantity;
	/* to be connected may have taken long */
	reading->at_ms = boot_clock_ms();
	reading->error = read_channel(s, &value);
	/* its file has gone, or what is behind it */
	if (reading->error == -ENOENT)
		reading->error = -ENODEV;
	if (!reading->error &&
	    !sensor_value(&s->config.scale, quantity, value * unit, &reading->milli))
		reading->error = -ERANGE;
}

static void report(struct sensor *s, const struct sensor_reading *reading)
{
	pthread_mutex_lock(&s->lock);
	s->last = *reading;
	pthread_mutex_unlock(&s->lock);
	event_fd_wake(s->to_loop);
}

/* A value that makes no sense is no reason to connect anew. */
static void turn(struct sensor *s)
{
	struct sensor_reading reading = { 0 };
	u32 longest = s->config.period_ms > SENSOR_RETRY_MAX_MS ? s->config.period_ms :
		      SENSOR_RETRY_MAX_MS;

	measure(s, &reading);
	report(s, &reading);
	if (!reading.error || reading.error == -ERANGE) {
		s->pause_ms = s->config.period_ms;
		return;
	}
	disconnect(s);
	s->pause_ms = s->pause_ms < SENSOR_RETRY_MS ? SENSOR_RETRY_MS : s->pause_ms * 2;
	if (s->pause_ms > longest)
		s->pause_ms = longest;
}

static void *run(void *user)
{
	struct sensor *s = user;

	while (!atomic_load(&s->ends)) {
		struct pollfd word = { .fd = s->to_thread, .events = POLLIN };

		turn(s);
		poll(&word, 1, (int)s->pause_ms);
	}
	disconnect(s);
	libiio_close(&s->lib);
	unref(s);

	return NULL;
}

/* The loop's side ------------------------------------------------------------------- */

static int on_reading(sd_event_source *io, int fd, uint32_t events, void *user)
{
	struct sensor *s = user;

	(void)io, (void)events;
	event_fd_calm(fd);
	s->heard(s->user);

	return 0;
}

/* Signals are the loop's. */
static int start_thread(struct sensor *s)
{
	sigset_t all, before;
	pthread_t thread;
	int r;

	sigfillset(&all);
	r = -pthread_sigmask(SIG_SETMASK, &all, &before);
	if (r)
		return r;
	atomic_fetch_add(&s->users, 1);
	r = -pthread_create(&thread, NULL, run, s);
	if (r)
		atomic_fetch_sub(&s->users, 1);
	else
		pthread_detach(thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);

	return r;
}

int sensor_new(struct sensor **sensor, sd_event *event, const struct sensor_config *config,
	       void (*heard)(void *user), void *user)
{
	struct sensor *s;
	int r;

	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;

	atomic_init(&s->users, 1);
	pthread_mutex_init(&s->lock, NULL);
	s->config = *config;
	s->heard = heard;
	s->user = user;
	s->last.error = 1;
	s->to_thread = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->to_loop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = s->to_thread < 0 || s->to_loop < 0 ? -errno : 0;
	if (!r)
		r = sd_event_add_io(event, &s->io, s->to_loop, EPOLLIN, on_reading, s);
	if (r >= 0)
		r = start_thread(s);
	if (r < 0) {
		sd_event_source_disable_unref(s->io);
		unref(s);
		return r;
	}
	*sensor = s;

	return 0;
}

void sensor_free(struct sensor *s)
{
	if (!s)
		return;

	s->io = sd_event_source_disable_unref(s->io);
	atomic_store(&s->ends, true);
	event_fd_wake(s->to_thread);
	unref(s);
}

void sensor_last(struct sensor *s, struct sensor_reading *reading)
{
	pthread_mutex_lock(&s->lock);
	*reading = s->last;
	pthread_mutex_unlock(&s->lock);
}
