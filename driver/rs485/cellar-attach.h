/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between cellar-attach and the line discipline of cellar-rs485.ko: what to look for
 * on a serial line that has the discipline CELLAR_ATTACH_LDISC.
 */
#ifndef CELLAR_ATTACH_H
#define CELLAR_ATTACH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* N_DEVELOPMENT: kept free by the kernel for modules outside of it. */
#define CELLAR_ATTACH_LDISC		29

/* Find the speed; without it, that of the line (termios) holds. */
#define CELLAR_ATTACH_FIND_BAUD		0x1

/* This host runs on the battery (power_supply's scope System). */
#define CELLAR_ATTACH_SCOPE_SYSTEM	0x2

/*
 * struct cellar_attach - settings of a bus
 * @flags: CELLAR_ATTACH_*
 * @bus: set by the kernel: the B of cellarB
 * @dialect: its name, or "auto" to find out
 * @model: key of a model of pack, or empty
 */
struct cellar_attach {
	__u32 flags;
	__u32 bus;
	char dialect[16];
	char model[32];
};

/*
 * Start the bus on this line anew, with these settings. The setting of the
 * discipline has started it with: auto, no model, scope Device, speed of the line.
 * Needs CAP_SYS_ADMIN. -EINVAL has left the bus as it was, and a line in the kernel
 * log that says what is possible.
 */
#define CELLAR_ATTACH			_IOWR(0xCE, 0x40, struct cellar_attach)

#endif /* CELLAR_ATTACH_H */
