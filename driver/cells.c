// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IIO face of a pack that knows its cells: their voltages and its temperatures,
 * to be read one by one, or streamed through a buffer, one scan for each complete
 * sample. Documentation/ABI/testing/sysfs-bus-iio-cellar describes it.
 */
#include <linux/device.h>
#include <linux/iio/buffer.h>
#include <linux/iio/iio.h>
#include <linux/iio/kfifo_buf.h>
#include <linux/iio/sysfs.h>
#include <linux/sysfs.h>

#include "pack.h"

#define SCAN_TEMPERATURES	CELLAR_CELLS_MAX
#define SCAN_VALUES		(CELLAR_CELLS_MAX + CELLAR_TEMPERATURES_MAX)
#define SCAN_TIMESTAMP		SCAN_VALUES

/* One scan: the values that are wanted, without gaps, and the time after them. */
struct scan {
	u16 value[SCAN_VALUES];
	s64 timestamp;
} __aligned(8);

/*
 * @cells, @temperatures: how many channels there are of each
 * @streams: somebody has enabled the buffer; under pack->lock, as what follows
 * @wanted: scan indices of the values to stream: all 32 of them fit
 */
struct cells {
	struct cellar_pack *pack;
	u8 cells;
	u8 temperatures;
	bool streams;
	u32 wanted;
	struct scan scan;
};

#define CHANNEL(_type, _number, _index, _sign) {				\
	.type = _type,								\
	.indexed = 1,								\
	.channel = _number,							\
	.info_mask_separate = BIT(IIO_CHAN_INFO_RAW),				\
	.info_mask_shared_by_type = BIT(IIO_CHAN_INFO_SCALE),			\
	.scan_index = _index,							\
	.scan_type = {								\
		.sign = _sign, .realbits = 16, .storagebits = 16,		\
		.endianness = IIO_CPU,						\
	},									\
}

#define CELL(n)		CHANNEL(IIO_VOLTAGE, n, (n) - 1, 'u')
#define TEMPERATURE(n)	CHANNEL(IIO_TEMP, n, SCAN_TEMPERATURES + (n) - 1, 's')

/*
 * One table for all packs: the channels of each are neighbours in it, from its
 * last cell over the time to its last temperature.
 */
static const struct iio_chan_spec channels[] = {
	CELL(24), CELL(23), CELL(22), CELL(21), CELL(20), CELL(19), CELL(18), CELL(17),
	CELL(16), CELL(15), CELL(14), CELL(13), CELL(12), CELL(11), CELL(10), CELL(9),
	CELL(8), CELL(7), CELL(6), CELL(5), CELL(4), CELL(3), CELL(2), CELL(1),
	IIO_CHAN_SOFT_TIMESTAMP(SCAN_TIMESTAMP),
	TEMPERATURE(1), TEMPERATURE(2), TEMPERATURE(3), TEMPERATURE(4),
	TEMPERATURE(5), TEMPERATURE(6), TEMPERATURE(7), TEMPERATURE(8),
};

static_assert(ARRAY_SIZE(channels) == SCAN_VALUES + 1);

/* The value at a scan index; false if it is not live. */
static bool value_of(const struct cellar_reading *r, unsigned int index, int *value)
{
	if (index < SCAN_TEMPERATURES) {
		*value = r->cells_mv[index];
		return cellar_has(r, CELLAR_CELLS) && index < r->cells;
	}

	index -= SCAN_TEMPERATURES;
	*value = r->temperatures_decic[index];

	return cellar_has(r, CELLAR_TEMPERATURES) && index < r->temperatures;
}

static int read_raw(struct iio_dev *indio_dev, const struct iio_chan_spec *channel,
		    int *value, int *value2, long mask)
{
	const struct cells *cells = iio_priv(indio_dev);
	struct cellar_reading reading;

	switch (mask) {
	case IIO_CHAN_INFO_RAW:
		if (!cellar_pack_read(cells->pack, &reading))
			return -ENODEV;
		if (!value_of(&reading, channel->scan_index, value))
			return -ENODATA;
		return IIO_VAL_INT;
	case IIO_CHAN_INFO_SCALE:
		/* to millivolts, and from tenths to thousandths of a degree */
		*value = channel->type == IIO_TEMP ? 100 : 1;
		return IIO_VAL_INT;
	default:
		return -EINVAL;
	}
}

static int read_label(struct iio_dev *indio_dev, const struct iio_chan_spec *channel,
		      char *label)
{
	const struct cells *cells = iio_priv(indio_dev);
	const char *const *names = cells->pack->config.temperature_labels;

	switch (channel->type) {
	case IIO_VOLTAGE:
		return sysfs_emit(label, "cell%d\n", channel->channel);
	case IIO_TEMP:
		if (names)
			return sysfs_emit(label, "%s\n", names[channel->channel - 1]);
		return sysfs_emit(label, "temperature%d\n", channel->channel);
	default:
		return -EINVAL;
	}
}

static ssize_t serial_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct cells *cells = iio_priv(dev_to_iio_dev(dev));

	return sysfs_emit(buf, "%s\n", cells->pack->identity.serial);
}

static IIO_DEVICE_ATTR_RO(serial, 0);

static struct attribute *serial_attrs[] = {
	&iio_dev_attr_serial.dev_attr.attr,
	NULL
};

static const struct attribute_group serial_group = {
	.attrs = serial_attrs,
};

static const struct iio_info info = {
	.read_raw = read_raw,
	.read_label = read_label,
};

static const struct iio_info info_with_serial = {
	.read_raw = read_raw,
	.read_label = read_label,
	.attrs = &serial_group,
};

/*
 * From when IIO has made the buffer ready until before it takes it down, scans are
 * pushed, by one at a time: the lock keeps them apart, and is what IIO's own locks,
 * which are mutexes, cannot be in softirq.
 */
static int stream(struct iio_dev *indio_dev)
{
	struct cells *cells = iio_priv(indio_dev);
	struct cellar_pack *pack = cells->pack;

	spin_lock_irq(&pack->lock);
	cells->wanted = (u32)indio_dev->active_scan_mask[0];
	cells->streams = true;
	spin_unlock_irq(&pack->lock);

	return 0;
}

static int stream_no_more(struct iio_dev *indio_dev)
{
	struct cells *cells = iio_priv(indio_dev);
	struct cellar_pack *pack = cells->pack;

	spin_lock_irq(&pack->lock);
	cells->streams = false;
	spin_unlock_irq(&pack->lock);

	return 0;
}

static const struct iio_buffer_setup_ops setup_ops = {
	.postenable = stream,
	.predisable = stream_no_more,
};

bool cellar_cells_streamed(const struct cellar_pack *pack)
{
	const struct cells *cells;

	lockdep_assert_held(&pack->lock);

	if (!pack->cells)
		return false;

	cells = iio_priv(pack->cells);

	return cells->streams;
}

void cellar_cells_push(struct cellar_pack *pack)
{
	const struct cellar_reading *r = &pack->reading;
	struct cells *cells = iio_priv(pack->cells);
	unsigned int n = 0;
	u32 left;
	int value;

	lockdep_assert_held(&pack->lock);

	/* a pack with other cells than the channels say is renewed soon */
	if (!cellar_has(r, CELLAR_CELLS) || r->cells != cells->cells)
		return;

	for (left = cells->wanted; left; left &= left - 1) {
		if (!value_of(r, __ffs(left), &value))
			return;
		cells->scan.value[n++] = (u16)value;
	}

	/* of a full buffer, the newest scan is lost: nobody reads it */
	iio_push_to_buffers_with_timestamp(pack->cells, &cells->scan,
					   iio_get_time_ns(pack->cells));
}

/* How many channels of each kind the pack asks for. */
static void shape_now(struct cellar_pack *pack, u8 *cells, u8 *temperatures)
{
	spin_lock_irq(&pack->lock);
	*cells = pack->known & BIT_ULL(CELLAR_CELLS) ? pack->reading.cells : 0;
	*temperatures = pack->known & BIT_ULL(CELLAR_TEMPERATURES) ?
			pack->reading.temperatures : 0;
	spin_unlock_irq(&pack->lock);
}

bool cellar_cells_outgrown(struct cellar_pack *pack)
{
	const struct cells *now;
	u8 cells, temperatures;

	shape_now(pack, &cells, &temperatures);
	if (!pack->cells)
		return cells;

	now = iio_priv(pack->cells);

	return now->cells != cells || now->temperatures != temperatures;
}

static struct iio_dev *allocate(struct cellar_pack *pack, u8 n_cells, u8 n_temperatures)
{
	struct iio_dev *indio_dev;
	struct iio_buffer *buffer;
	struct cells *cells;

	indio_dev = iio_device_alloc(pack->config.parent, sizeof(*cells));
	if (!indio_dev)
		return NULL;

	cells = iio_priv(indio_dev);
	cells->pack = pack;
	cells->cells = n_cells;
	cells->temperatures = n_temperatures;

	indio_dev->name = pack->name;
	indio_dev->info = pack->identity.serial[0] ? &info_with_serial : &info;
	indio_dev->channels = channels + CELLAR_CELLS_MAX - n_cells;
	indio_dev->num_channels = n_cells + 1 + n_temperatures;
	indio_dev->modes = INDIO_DIRECT_MODE | INDIO_BUFFER_SOFTWARE;
	indio_dev->setup_ops = &setup_ops;

	buffer = iio_kfifo_allocate();
	if (!buffer || iio_device_attach_buffer(indio_dev, buffer)) {
		iio_device_free(indio_dev);
		indio_dev = NULL;
	}
	/* the device, if there is one, holds it */
	iio_kfifo_free(buffer);

	return indio_dev;
}

int cellar_cells_renew(struct cellar_pack *pack)
{
	struct iio_dev *indio_dev;
	u8 cells, temperatures;
	int ret;

	cellar_cells_unregister(pack);

	shape_now(pack, &cells, &temperatures);
	if (!cells)
		return 0;

	indio_dev = allocate(pack, cells, temperatures);
	ret = indio_dev ? iio_device_register(indio_dev) : -ENOMEM;
	if (ret) {
		dev_err(pack->config.parent, "the cells of %s cannot be shown: %pe\n",
			pack->name, ERR_PTR(ret));
		iio_device_free(indio_dev);
		return ret;
	}

	spin_lock_irq(&pack->lock);
	pack->cells = indio_dev;
	spin_unlock_irq(&pack->lock);

	return 0;
}

void cellar_cells_unregister(struct cellar_pack *pack)
{
	struct iio_dev *indio_dev = pack->cells;

	if (!indio_dev)
		return;

	spin_lock_irq(&pack->lock);
	pack->cells = NULL;
	spin_unlock_irq(&pack->lock);

	iio_device_unregister(indio_dev);
	iio_device_free(indio_dev);
}
