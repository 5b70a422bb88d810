// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading, checking and replacing the file of a document. The folder is opened for each,
 * since it may come later than we do.
 */
#include "store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC		"cellar-store "
#define CRC_DIGITS	8
#define HEADER_SIZE	64
#define NAME_SIZE	128

static u32 crc32(u32 crc, const char *bytes, size_t size)
{
	crc = ~crc;
	for (size_t i = 0; i < size; i++) {
		crc ^= (u8)bytes[i];
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}

	return ~crc;
}

static size_t write_header(char *to, unsigned int version, const char *text, size_t length)
{
	char covered[HEADER_SIZE];
	size_t n;
	u32 crc;

	n = (size_t)snprintf(covered, sizeof(covered), " %u\n", version);
	crc = crc32(crc32(0, covered, n), text, length);

	return (size_t)snprintf(to, HEADER_SIZE, MAGIC "%08x%s", crc, covered);
}

/*
 * The one header that this text can have under the version it claims is held against the
 * one it has: what we would not have written so is damaged.
 */
static const char *check(const char *file, size_t size, unsigned int version, size_t *header)
{
	const char *end = memchr(file, '\n', size < HEADER_SIZE ? size : HEADER_SIZE);
	char expected[HEADER_SIZE];
	unsigned long claimed;

	*header = end ? (size_t)(end + 1 - file) : 0;
	if (*header < sizeof(MAGIC) + CRC_DIGITS || memcmp(file, MAGIC, sizeof(MAGIC) - 1) != 0)
		return "it does not begin as it should";

	claimed = strtoul(file + sizeof(MAGIC) - 1 + CRC_DIGITS, NULL, 10);
	if (claimed > UINT32_MAX ||
	    write_header(expected, (unsigned int)claimed, end + 1, size - *header) != *header ||
	    memcmp(file, expected, *header) != 0)
		return "its checksum is wrong";
	if (!claimed || claimed > version)
		return "it is of another version of this program";

	return NULL;
}

static int open_folder(const struct store *store)
{
	int fd = open(store->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static bool is_there(int folder, const char *name)
{
	struct stat st;

	return !fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW);
}

/*
 * 1 and its new name; 0: as many as we keep are there already, so that this one stays
 * and is overwritten one day; negative errno.
 */
static int set_aside(struct store *store, int folder, char *aside)
{
	for (unsigned int i = 1; i <= STORE_ASIDE_MAX; i++) {
		snprintf(aside, NAME_SIZE, "%s.damaged-%u", store->name, i);
		if (is_there(folder, aside))
			continue;
		if (renameat(folder, store->name, folder, aside))
			return -errno;
		store->known = true;
		return 1;
	}
	store->known = true;

	return 0;
}

static void refuse(struct store *store, int folder, const char *fault, char *why)
{
	char aside[NAME_SIZE];
	int r = set_aside(store, folder, aside);

	if (r > 0)
		snprintf(why, STORE_WHY_SIZE, "%s/%s cannot be used: %s; kept as %s",
			 store->folder, store->name, fault, aside);
	else
		snprintf(why, STORE_WHY_SIZE, "%s/%s cannot be used: %s; not kept: %s",
			 store->folder, store->name, fault,
			 r ? strerror(-r) : "as many as we keep are there already");
}

void store_refuse(struct store *store, const char *fault, char *why)
{
	int folder = open_folder(store);

	store->known = false;
	refuse(store, folder, fault, why);
	if (folder >= 0)
		close(folder);
}

/* 0, or a negative errno: -EFBIG when it is larger than any of ours. */
static int read_all(int fd, char *buf, size_t size, size_t *length)
{
	ssize_t n;

	for (*length = 0; *length < size; *length += (size_t)n) {
		n = read(fd, buf + *length, size - *length);
		if (n < 0)
			return -errno;
		if (!n)
			return 0;
	}

	return -EFBIG;
}

/* As read_all(); *@file is the caller's even then, or NULL. */
static int read_file(int folder, const char *name, char **file, size_t *length)
{
	struct stat st;
	int fd, r;

	*file = NULL;
	fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	r = fstat(fd, &st) ? -errno : 0;
	if (!r && !S_ISREG(st.st_mode))
		r = -EINVAL;
	if (!r && st.st_size > STORE_SIZE_MAX)
		r = -EFBIG;
	if (!r) {
		*file = malloc((size_t)st.st_size + 2);
		r = *file ? read_all(fd, *file, (size_t)st.st_size + 2, length) : -ENOMEM;
	}
	if (!r)
		(*file)[*length] = '\0';
	close(fd);

	return r;
}

static int load_from(struct store *store, int folder, char **text, size_t *length, char *why)
{
	const char *fault;
	size_t header = 0;
	char *file;
	int r;

	r = read_file(folder, store->name, &file, length);
	if (r == -ENOENT)
		store->known = true;
	if (r == -ENOENT || r == -ENOMEM) {
		snprintf(why, STORE_WHY_SIZE, "%s", strerror(-r));
		return r;
	}

	fault = !r && file ? check(file, *length, store->version, &header) : strerror(-r);
	if (!file || fault) {
		refuse(store, folder, fault, why);
		free(file);
		return -EBADMSG;
	}
	store->known = true;
	*length -= header;
	memmove(file, file + header, *length);
	file[*length] = '\0';
	*text = file;

	return 0;
}

int store_load(struct store *store, char **text, size_t *length, char *why)
{
	int folder, r;

	*text = NULL;
	store->known = false;
	folder = open_folder(store);
	if (folder < 0) {
		snprintf(why, STORE_WHY_SIZE, "%s: %s", store->folder, strerror(-folder));
		return folder == -ENOENT ? -ENOTDIR : folder;
	}
	r = load_from(store, folder, text, length, why);
	close(folder);

	return r;
}

static int write_all(int fd, const char *bytes, size_t size)
{
	ssize_t n;

	for (; size; bytes += n, size -= (size_t)n) {
		n = write(fd, bytes, size);
		if (n < 0)
			return -errno;
	}

	return 0;
}

static int write_file(const struct store *store, int folder, const char *name, const char *text,
		      size_t length)
{
	char header[HEADER_SIZE];
	size_t n;
	int fd, r;

	/* of a run that was cut off while it wrote */
	if (unlinkat(folder, name, 0) && errno != ENOENT)
		return -errno;
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;

	n = write_header(header, store->version, text, length);
	r = write_all(fd, header, n);
	if (!r)
		r = write_all(fd, text, length);
	if (!r && fsync(fd))
		r = -errno;
	if (close(fd) && !r)
		r = -errno;

	return r;
}

/* The rename is on the disk only when the folder is. */
static int replace(struct store *store, int folder, const char *text, size_t length)
{
	char fresh[NAME_SIZE];
	int r;

	snprintf(fresh, sizeof(fresh), "%s.new", store->name);
	r = write_file(store, folder, fresh, text, length);
	if (!r && renameat(folder, fresh, folder, store->name))
		r = -errno;
	if (r)
		unlinkat(folder, fresh, 0);
	else if (fsync(folder))
		r = -errno;

	return r;
}

int store_save(struct store *store, const char *text, size_t length)
{
	int folder, r, aside = 0;
	char name[NAME_SIZE];

	if (length > STORE_SIZE_MAX - HEADER_SIZE)
		return -EFBIG;
	folder = open_folder(store);
	if (folder < 0)
		return folder;

	if (!store->known && is_there(folder, store->name))
		aside = set_aside(store, folder, name);
	r = aside < 0 ? aside : replace(store, folder, text, length);
	store->known |= !r;
	close(folder);

	return r ? r : aside;
}
