// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes on the line and any answers, through the seplos dialect of RS-485.
 */
#include "rs485_laws.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	rs485_laws(CELLAR_RS485_SEPLOS, data, size);

	return 0;
}
