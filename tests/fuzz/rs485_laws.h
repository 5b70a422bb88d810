/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must hold for any bytes on an RS-485 line and for any answer. A broken law
 * ends the program.
 */
#ifndef CELLAR_FUZZ_RS485_LAWS_H
#define CELLAR_FUZZ_RS485_LAWS_H

#include "../../driver/wire/rs485.h"

/*
 * The first byte of @data says what the rest is: even: bytes on the line; odd: the
 * content of an answer, which is put on the line with right checksums.
 */
void rs485_laws(enum cellar_rs485_dialect_id dialect, const u8 *data, size_t size);

#endif /* CELLAR_FUZZ_RS485_LAWS_H */
