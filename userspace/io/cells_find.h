/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which IIO devices have cells of packs, of which packs, and what their channels are.
 */
#ifndef CELLAR_IO_CELLS_FIND_H
#define CELLAR_IO_CELLS_FIND_H

#include "../core/supply.h"

#define CELLS_DEVICES	"/sys/bus/iio/devices"

/*
 * @folder: with the files in_voltage<1...cells>_raw, in millivolts, and
 *          in_temp<1...temperatures>_raw, in tenths of a degree Celsius
 * @label: of each temperature
 */
struct cells_device {
	char folder[sizeof(CELLS_DEVICES) + 32];
	char supply[SUPPLY_NAME_SIZE];
	char label[CELLAR_TEMPERATURES_MAX][SUPPLY_LABEL_SIZE];
	unsigned int cells, temperatures;
};

/*
 * Call @found for each device, which is the caller's for the call. Returns 0; -ENOSYS
 * when there is no libiio; another negative errno when devices came or went meanwhile,
 * or memory is short: it may be asked again.
 */
int cells_find(void (*found)(void *user, const struct cells_device *device), void *user);

#endif /* CELLAR_IO_CELLS_FIND_H */
