// SPDX-License-Identifier: GPL-2.0-only
/*
 * What cellard's Modbus lines are held against: a program that does nothing but read the
 * measurements of meters 1 to METERS by libmodbus, in turn, with no pause but the silence
 * that ends a frame. It shows them to nobody.
 */
#include <errno.h>
#include <modbus/modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MEASURED	0x2000
#define REGISTERS	70

/* 3.5 characters of 11 bits; above 19200 Bd always 1.75 ms (Modbus over serial line, 2.5.1) */
static long silence_ns(int baud)
{
	return baud > 19200 ? 1750000 : baud ? 77 * (1000000000L / 2 / baud) : 0;
}

static modbus_t *open_line(const char *place, const char *baud)
{
	modbus_t *line = strcmp(baud, "tcp") ? modbus_new_rtu(place, atoi(baud), 'N', 8, 1) :
			 modbus_new_tcp("127.0.0.1", atoi(place));

	if (line && modbus_connect(line)) {
		modbus_free(line);
		return NULL;
	}
	if (line)
		modbus_flush(line);

	return line;
}

/* @gap_ns: of the line */
static int read_meter(modbus_t *line, int meter, long gap_ns)
{
	const struct timespec gap = { 0, gap_ns };
	uint16_t value[REGISTERS];

	nanosleep(&gap, NULL);
	modbus_set_slave(line, meter);

	return modbus_read_registers(line, MEASURED, REGISTERS, value) == REGISTERS ? 0 : -errno;
}

int main(int argc, char **argv)
{
	int meters = argc == 4 ? atoi(argv[3]) : 0, r = 0;
	modbus_t *line;

	if (meters <= 0) {
		fprintf(stderr, "usage: poll TTY BAUD METERS, or poll PORT tcp METERS\n");
		return 2;
	}

	line = open_line(argv[1], argv[2]);
	for (int meter = 0; line && !r; meter = (meter + 1) % meters)
		r = read_meter(line, 1 + meter, silence_ns(atoi(argv[2])));
	fprintf(stderr, "poll %s: %s\n", argv[1], strerror(line ? -r : errno));

	return 1;
}
