/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One document in a folder, written so that a loss of power leaves the old one or the
 * new one, and read so that anything else is recognised. What cannot be used is kept
 * aside for people and never overwritten.
 *
 * The file is a line "cellar-store CRC VERSION" with the text behind it; CRC (CRC-32 of
 * IEEE 802.3, eight hex digits) covers VERSION, the end of that line, and the text.
 */
#ifndef CELLAR_IO_STORE_H
#define CELLAR_IO_STORE_H

#include "../../driver/wire/env.h"

#define STORE_SIZE_MAX		(8u << 20)
#define STORE_ASIDE_MAX		4	/* "NAME.damaged-1" to "-4" */
#define STORE_WHY_SIZE		512

/*
 * @folder, @name: of the document; they outlive the store
 * @version: of what we write; a higher one is not read
 * @known: what stands there is ours to overwrite: it has been read, or written, or set
 *         aside. False at first.
 */
struct store {
	const char *folder;
	const char *name;
	unsigned int version;
	bool known;
};

/*
 * Read the document: 0 and *@text, which the caller frees, with a '\0' behind it.
 * -ENOENT: there is none yet. Else with a sentence in @why (STORE_WHY_SIZE): -EBADMSG:
 * it is damaged, or of a newer version, and has been set aside if that was possible;
 * another negative errno: the folder cannot be used.
 */
int store_load(struct store *store, char **text, size_t *length, char *why);

/* What was read makes no sense, because of @fault: set it aside, and say so in @why. */
void store_refuse(struct store *store, const char *fault, char *why);

/*
 * Write the document; it is on the disk when this returns. 0, or 1 if a file that had
 * not been read was set aside for it. On a negative errno the old one stands as it was.
 * Blocks for as long as the disk does.
 */
int store_save(struct store *store, const char *text, size_t length);

#endif /* CELLAR_IO_STORE_H */
