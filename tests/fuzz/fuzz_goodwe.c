// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any frames, through the goodwe codec.
 */
#include "codec_laws.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	codec_laws(CELLAR_DIALECT_GOODWE, data, size);

	return 0;
}
