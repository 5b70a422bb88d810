/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The users of this machine, by its own list alone: another source of them may wait for a
 * network, and no battery waits with it.
 */
#ifndef CELLAR_IO_USERS_H
#define CELLAR_IO_USERS_H

#include "../../driver/wire/env.h"

#define USERS_FILE		"/etc/passwd"
#define USERS_NAME_SIZE		33	/* as useradd(8) takes it */

/* 0, -ENOENT when there is no such user, or another negative errno of @file. */
int users_by_name(const char *file, const char *name, u32 *uid);

/* The same; @name has USERS_NAME_SIZE. */
int users_by_uid(const char *file, u32 uid, char *name);

#endif /* CELLAR_IO_USERS_H */
