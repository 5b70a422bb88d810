// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the buffer of an IIO device as a program without libiio would: enables all
 * its channels and the buffer, and prints "ready", then each scan as a line of its
 * values in the order of their scan indices, the time last. Ends after COUNT scans,
 * or after SECONDS without one; "gone" says that the device went away.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHANNELS_MAX	64

struct channel {
	unsigned int index;
	unsigned int bytes;
	unsigned int offset;
	int is_signed;
};

struct layout {
	struct channel channel[CHANNELS_MAX];
	unsigned int count;
	unsigned int bytes;
};

static int read_text(const char *folder, const char *name, char *text, size_t size)
{
	char path[512];
	ssize_t len;
	int file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	len = read(file, text, size - 1);
	close(file);
	if (len < 0)
		return -errno;
	text[len] = '\0';

	return 0;
}

static int write_text(const char *folder, const char *name, const char *text)
{
	char path[512];
	int file, err = 0;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	if (write(file, text, strlen(text)) < 0)
		err = -errno;
	close(file);

	return err;
}

/* One channel, by the name of its _en file. */
static int add_channel(const char *scan, const char *file, struct layout *layout)
{
	struct channel *c = &layout->channel[layout->count];
	size_t len = strlen(file) - strlen("_en");
	char name[300], text[64], sign;
	unsigned int bits;
	int err;

	if (layout->count == CHANNELS_MAX)
		return -E2BIG;

	err = write_text(scan, file, "1");
	if (err)
		return err;

	snprintf(name, sizeof(name), "%.*s_index", (int)len, file);
	err = read_text(scan, name, text, sizeof(text));
	if (err)
		return err;
	c->index = (unsigned int)strtoul(text, NULL, 10);

	snprintf(name, sizeof(name), "%.*s_type", (int)len, file);
	err = read_text(scan, name, text, sizeof(text));
	if (err)
		return err;
	if (sscanf(text, "%*2c:%c%*u/%u", &sign, &bits) != 2)
		return -EINVAL;
	c->is_signed = sign == 's';
	c->bytes = bits / 8;
	layout->count++;

	return 0;
}

static int by_index(const void *a, const void *b)
{
	const struct channel *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* Each value is aligned to its own size, and the scan to its largest. */
static int read_layout(const char *folder, struct layout *layout)
{
	unsigned int i, largest = 1;
	struct dirent *entry;
	char scan[300];
	DIR *dir;
	int err = 0;

	snprintf(scan, sizeof(scan), "%s/scan_elements", folder);
	dir = opendir(scan);
	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len > 3 && !strcmp(entry->d_name + len - 3, "_en"))
			err = add_channel(scan, entry->d_name, layout);
	}
	closedir(dir);
	if (err)
		return err;

	qsort(layout->channel, layout->count, sizeof(layout->channel[0]), by_index);
	for (i = 0; i < layout->count; i++) {
		struct channel *c = &layout->channel[i];

		layout->bytes = (layout->bytes + c->bytes - 1) / c->bytes * c->bytes;
		c->offset = layout->bytes;
		layout->bytes += c->bytes;
		largest = c->bytes > largest ? c->bytes : largest;
	}
	layout->bytes = (layout->bytes + largest - 1) / largest * largest;

	return 0;
}

static long long value_of(const struct channel *c, const unsigned char *scan)
{
	uint16_t u16;
	int16_t s16;
	int64_t s64;

	if (c->bytes == 8) {
		memcpy(&s64, scan + c->offset, 8);
		return s64;
	}
	if (c->is_signed) {
		memcpy(&s16, scan + c->offset, 2);
		return s16;
	}
	memcpy(&u16, scan + c->offset, 2);

	return u16;
}

static void print_scan(const struct layout *layout, const unsigned char *scan)
{
	unsigned int i;

	for (i = 0; i < layout->count; i++)
		printf("%s%lld", i ? " " : "", value_of(&layout->channel[i], scan));
	putchar('\n');
	fflush(stdout);
}

static void ignore(int signal)
{
	(void)signal;
}

/* Who polls is not told that the device has gone; who reads is. */
static int stream(int device, const struct layout *layout, int count, unsigned int seconds)
{
	const struct sigaction interrupt = { .sa_handler = ignore };
	unsigned char scan[8 * CHANNELS_MAX];
	ssize_t len;

	sigaction(SIGALRM, &interrupt, NULL);
	for (; count; count--) {
		alarm(seconds);
		len = read(device, scan, layout->bytes);
		if (len < 0 && errno == ENODEV)
			puts("gone");
		if (len < 0)
			return errno == ENODEV || errno == EINTR ? 0 : -errno;
		if (len != (ssize_t)layout->bytes)
			return -EIO;
		print_scan(layout, scan);
	}

	return 0;
}

int main(int argc, char **argv)
{
	struct layout layout = { 0 };
	char folder[64], path[64];
	int device, err;

	if (argc != 4) {
		fprintf(stderr, "usage: iio_scans DEVICE COUNT SECONDS\n");
		return 2;
	}

	snprintf(folder, sizeof(folder), "/sys/bus/iio/devices/%s", argv[1]);
	snprintf(path, sizeof(path), "/dev/%s", argv[1]);
	device = open(path, O_RDONLY | O_CLOEXEC);
	err = device < 0 ? -errno : read_layout(folder, &layout);
	if (!err)
		err = write_text(folder, "buffer/length", "256");
	if (!err)
		err = write_text(folder, "buffer/enable", "1");
	if (!err) {
		puts("ready");
		fflush(stdout);
		err = stream(device, &layout, atoi(argv[2]),
			     (unsigned int)atoi(argv[3]));
		write_text(folder, "buffer/enable", "0");
	}
	if (err)
		fprintf(stderr, "iio_scans: %s: %s\n", argv[1], strerror(-err));

	return !!err;
}
