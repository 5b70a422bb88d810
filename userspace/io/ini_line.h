/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of a file for inih, which would take the rest of one that is too long for
 * another one.
 */
#ifndef CELLAR_IO_INI_LINE_H
#define CELLAR_IO_INI_LINE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static inline bool ini_line_ends(const char *line)
{
	size_t length = strlen(line);

	return !length || line[length - 1] == '\n';
}

/* As fgets(); @whole is false of one that is too long, which is skipped: @line is "" then. */
static inline char *ini_line(char *line, int size, FILE *stream, bool *whole)
{
	if (!fgets(line, size, stream))
		return NULL;

	*whole = ini_line_ends(line) || feof(stream);
	if (*whole)
		return line;
	while (!ini_line_ends(line) && fgets(line, size, stream))
		;
	line[0] = '\0';

	return line;
}

#endif /* CELLAR_IO_INI_LINE_H */
