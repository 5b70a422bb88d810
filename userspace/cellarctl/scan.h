/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verb `scan`: what is connected to serial ports and Modbus TCP hosts, as a configuration
 * that cellard would take.
 */
#ifndef CELLAR_CELLARCTL_SCAN_H
#define CELLAR_CELLARCTL_SCAN_H

#include "../io/modbus_port.h"

#define SCAN_DEVICES_MAX	8
#define SCAN_TEXT_SIZE		68

/*
 * @section: "meter" or "inverter", NULL: something answers that is none that cellard knows
 * @kind: as the configuration calls it; @rated_w: of an inverter, 0: it does not say; @says: who it says it is, "" if it does not
 */
struct scan_device {
	u8 address;
	u32 rated_w;
	const char *section, *kind;
	char says[SCAN_TEXT_SIZE];
};

/*
 * Who answers at an open @port, at the addresses of a house: their number, or a negative
 * errno. Only reads are sent.
 */
int scan_devices(struct modbus_port *port, u16 timeout_ms,
		 struct scan_device found[SCAN_DEVICES_MAX]);

/* The verb with its @n words behind it; returns an exit status, and says what is wrong. */
int scan(int n, char **words);

#endif /* CELLAR_CELLARCTL_SCAN_H */
