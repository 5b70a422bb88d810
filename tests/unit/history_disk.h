/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A disk for SQLite that is as full, and as broken, as a test wants.
 */
#ifndef CELLAR_TESTS_HISTORY_DISK_H
#define CELLAR_TESTS_HISTORY_DISK_H

#include <sqlite3.h>
#include <string.h>

/*
 * @fails: what each write returns, SQLITE_OK: what the real one does; @syncs: so far
 * @of, @real_of: what is done with a log and with a database: they lock otherwise
 */
static struct {
	int fails;
	unsigned int syncs;
	sqlite3_vfs vfs, *real;
	sqlite3_io_methods of[2];
	const sqlite3_io_methods *real_of[2];
} disk;

static const sqlite3_io_methods *disk_real(const sqlite3_file *file)
{
	return disk.real_of[file->pMethods == &disk.of[1]];
}

static int disk_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
	return disk.fails ? disk.fails : disk_real(file)->xWrite(file, bytes, size, at);
}

static int disk_sync(sqlite3_file *file, int flags)
{
	disk.syncs++;

	return disk_real(file)->xSync(file, flags);
}

static int disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
		     int *out_flags)
{
	int which = !!(flags & SQLITE_OPEN_MAIN_DB), r;

	(void)vfs;
	r = disk.real->xOpen(disk.real, path, file, flags, out_flags);
	if (r)
		return r;

	disk.real_of[which] = file->pMethods;
	disk.of[which] = *file->pMethods;
	disk.of[which].xWrite = disk_write;
	disk.of[which].xSync = disk_sync;
	file->pMethods = &disk.of[which];

	return r;
}

/* From now on all files are on it. */
static inline void disk_begin(void)
{
	disk.real = sqlite3_vfs_find(NULL);
	disk.vfs = *disk.real;
	disk.vfs.zName = "disk";
	disk.vfs.xOpen = disk_open;
	sqlite3_vfs_register(&disk.vfs, 1);
}

#endif /* CELLAR_TESTS_HISTORY_DISK_H */
