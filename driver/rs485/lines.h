/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside cellar-rs485.ko: what the two transports share, and the one for lines that
 * somebody attaches (ldisc.c) to the module (serdev.c).
 */
#ifndef CELLAR_RS485_LINES_H
#define CELLAR_RS485_LINES_H

#include <linux/math.h>
#include <linux/types.h>

/* Far longer than any question takes at 9600 baud: 34 ms. */
#define CELLAR_RS485_SEND_MS	500

/* A UART that is 2 % off is a fifth of a bit off at the end of a character. */
static inline bool cellar_rs485_baud_is(unsigned int got, unsigned int wanted)
{
	return abs((int)(got - wanted)) <= wanted / 50;
}

int cellar_rs485_ldisc_init(void);
void cellar_rs485_ldisc_exit(void);

#endif /* CELLAR_RS485_LINES_H */
