/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of a whole house is on wires that a configuration knows: meters and inverters on its
 * Modbus lines, and inverters on CAN interfaces that go by the limits which they hear.
 */
#ifndef CELLAR_SIM_PREMISES_DEVICES_H
#define CELLAR_SIM_PREMISES_DEVICES_H

#include "inverter_lines.h"
#include "pace.h"
#include "premises_script.h"
#include "slave_port.h"

/* One of Modbus. @back_ns: when it is there again; UINT64_MAX: it is not gone */
struct premises_line {
	struct slave_line *line;
	struct slave_port port;
	u64 back_ns;
};

/*
 * @meter: the slave of each meter of the configuration
 * @can: inverters that are told of their battery
 */
struct premises_devices {
	const struct config *config;
	struct premises_line line[CONFIG_LINES_MAX];
	struct slave *meter[CONFIG_METERS_MAX];
	struct inverter_options can_options;
	struct inverter_lines can;
};

/*
 * Make what @config has: a pseudo-terminal with a link at the device of each serial line, a
 * port of this machine for each of TCP. Gives @p's inverters their slaves. 0, or a negative
 * errno after saying what is wrong; premises_devices_close() in any case.
 */
int premises_devices_open(struct premises_devices *d, const struct config *config,
			  struct premises *p, const struct premises_script *script, u64 seed);
int premises_devices_close(struct premises_devices *d);

/* After each step: what meters measure of @p. */
void premises_devices_measure(struct premises_devices *d, const struct premises *p);

/* Hear, answer, and let happen what the lines' scripts say. A negative errno: a port is lost. */
int premises_devices_run(struct premises_devices *d, u64 now_ns);
u64 premises_devices_next_ns(const struct premises_devices *d);

/* What to wait for: descriptors into @fds, which has room for PACE_FDS_MAX - 1; how many. */
unsigned int premises_devices_fds(const struct premises_devices *d, int *fds);

#endif /* CELLAR_SIM_PREMISES_DEVICES_H */
