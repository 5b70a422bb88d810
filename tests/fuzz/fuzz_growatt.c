// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any frames, through the growatt codec.
 */
#include "codec_laws.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	codec_laws(CELLAR_DIALECT_GROWATT, data, size);

	return 0;
}
