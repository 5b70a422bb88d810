/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of wallbox profiles have of each other.
 */
#ifndef CELLAR_IO_WALLBOX_PARTS_H
#define CELLAR_IO_WALLBOX_PARTS_H

#include "wallbox_profile.h"

#define WALLBOX_SECTIONS	32
#define WALLBOX_COMPLAINT_SIZE	640

/*
 * @line: where we are, 0: behind the last one
 * @errors: complaints so far
 * @read, @write: functions of the box, for what says none of its own
 * @pause_by_enable, @own, @none: what has been said
 * @set: keys of each section that have been given
 */
struct wallbox_reader {
	struct wallbox_profile *profile;
	wallbox_complain complain;
	void *user;
	FILE *stream;
	const char *path;
	unsigned int line, errors;
	u8 read, write;
	bool pause_by_enable, own, none;
	u64 set[WALLBOX_SECTIONS];
};

void wallbox_wrong(struct wallbox_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One line: @text behind key @name of @section; complains of what cannot be. */
void wallbox_take_key(struct wallbox_reader *reader, const char *section, const char *name,
		      const char *text);

/* What keys of one section say together, when all have been taken: its unit and its type. */
void wallbox_keys_end(struct wallbox_reader *reader);

/* What no single line shows, when all have been read; and what stands for what none says. */
void wallbox_profile_finish(struct wallbox_reader *reader);

/* "[current-1]" … as they are called in a file */
const char *wallbox_number_section(enum wallbox_number number);
const char *wallbox_setting_section(enum wallbox_setting setting);

/* "0x10" or "16", to @most; all of @text. */
bool wallbox_whole(const char *text, u32 most, u32 *number);

/* "0.001" or "1/360": parts of at most a million. */
bool wallbox_take_fraction(const char *text, s32 *num, s32 *den);

/* Up to three decimals, in thousandths, to @most. */
bool wallbox_take_milli(const char *text, u32 most, u32 *milli);

/* Its place among @words, which end with NULL. */
bool wallbox_take_word(const char *text, const char *const words[], u8 *number);

/* "yes" or "no" */
bool wallbox_take_bool(const char *text, bool *to);

/* Some characters, with room for its end. */
bool wallbox_take_text(const char *text, char *to, size_t size);

/* A function of two that read, or of three that write. */
bool wallbox_take_function(const char *text, bool writes, u8 *to);

#endif /* CELLAR_IO_WALLBOX_PARTS_H */
