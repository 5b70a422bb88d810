/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of the meters (spec/field.md section 1), for the daemon that reads them and
 * the simulator that has them. Rows are at the place of their enum meter_number.
 */
#ifndef CELLAR_IO_METER_MAPS_H
#define CELLAR_IO_METER_MAPS_H

#include "meter.h"

/*
 * DTSU666: what it measures, in one read, and in three, for those that refuse the gaps and on
 * lines that one read would hold for longer than MODBUS_HOLD_MS: voltages, currents and powers
 * alone take 93 ms at 9600 Bd, all of it 175 ms.
 */
extern const struct register_map dtsu666_measured;
extern const struct register_map dtsu666_measured_in_parts;
/* The same from a meter that counts in V, A and W. */
extern const struct register_map dtsu666_units;
/* Its counters, where newer ones have them and where older ones do. */
extern const struct register_map dtsu666_energy;
extern const struct register_map dtsu666_energy_old;
/* Ratios, and its address and speed. */
extern const struct register_map dtsu666_setup;
extern const struct register_map dtsu666_link;

/* DDSU666: in engineering units. */
extern const struct register_map ddsu666_measured;
extern const struct register_map ddsu666_energy;

/* SunSpec 201…204, from the model's id on; it may stand anywhere. */
extern const struct register_map sunspec_meter;

#endif /* CELLAR_IO_METER_MAPS_H */
