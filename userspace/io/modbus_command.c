// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sending a command, and the reading of its answer byte by byte.
 */
#include "modbus_command.h"

#include <poll.h>
#include <unistd.h>

#include "modbus_port.h"

#define CRC		2
#define MBAP		6	/* in front of the address in TCP */
#define EXCEPTION	0x80
#define SOFAR_EXCEPTION	0x90	/* whatever it was asked (field.md 2.1) */

#define COMMAND_ANSWER	5	/* address, function, 2, status */
#define SHORTEST	3

size_t modbus_command_request(const struct modbus_ask *ask, u8 bytes[MODBUS_COMMAND_REQUEST])
{
	size_t n = 0;

	bytes[n++] = ask->address;
	bytes[n++] = ask->function;
	bytes[n++] = (u8)(ask->at >> 8);
	bytes[n++] = (u8)ask->at;
	if (ask->function == MODBUS_EPS) {
		bytes[n++] = 0;
		bytes[n++] = 1;
	}
	bytes[n++] = (u8)(ask->value[0] >> 8);
	bytes[n++] = (u8)ask->value[0];

	return n;
}

/* From address to the end of what it says: how long; 0: it is not whole. */
static size_t frame(bool tcp, const u8 *bytes, size_t n, const u8 **from)
{
	size_t head = tcp ? MBAP : 0, tail = tcp ? 0 : CRC;

	if (n < head + SHORTEST + tail)
		return 0;
	*from = bytes + head;
	n -= head + tail;
	if (tcp)
		return bytes[2] || bytes[3] || ((size_t)bytes[4] << 8 | bytes[5]) != n ? 0 : n;

	return modbus_crc(bytes, n) == ((u16)bytes[n + 1] << 8 | bytes[n]) ? n : 0;
}

static enum modbus_outcome judge_status(u16 status, u8 *exception)
{
	switch ((enum modbus_command_status)(status & 0xff)) {
	case MODBUS_COMMAND_TAKEN:
		return MODBUS_DONE;
	case MODBUS_COMMAND_WRONG_MODE:
		*exception = MODBUS_FAILURE;
		return MODBUS_REFUSED;
	case MODBUS_COMMAND_BUSY:
		*exception = MODBUS_BUSY;
		return MODBUS_REFUSED;
	case MODBUS_COMMAND_BAD_VALUE:
		*exception = MODBUS_ILLEGAL_VALUE;
		return MODBUS_REFUSED;
	case MODBUS_COMMAND_BAD_CRC:
		break;
	}

	return MODBUS_GARBLED;
}

enum modbus_outcome modbus_command_judge(const struct modbus_ask *ask, bool tcp,
					 const u8 *bytes, size_t n, u8 *exception, u16 *value)
{
	const u8 *said;

	*exception = 0;
	*value = ask->function == MODBUS_EPS ? ask->value[0] : 0;
	if (!n)
		return ask->function == MODBUS_COMMAND ? MODBUS_LOST : MODBUS_DONE;
	n = frame(tcp, bytes, n, &said);
	if (!n || said[0] != ask->address)
		return MODBUS_GARBLED;
	if (n == SHORTEST && (said[1] == (ask->function | EXCEPTION) ||
			      said[1] == SOFAR_EXCEPTION)) {
		*exception = said[2];
		return MODBUS_REFUSED;
	}
	if (said[1] != ask->function)
		return MODBUS_GARBLED;
	if (ask->function != MODBUS_COMMAND)
		return MODBUS_DONE;
	if (n != COMMAND_ANSWER || said[2] != 2)
		return MODBUS_GARBLED;
	*value = (u16)(said[3] << 8 | said[4]);

	return judge_status(*value, exception);
}

/* Until it is whole, or nothing more comes: how much of it, or a negative errno. */
static int receive(int fd, bool tcp, u32 timeout_ms, u8 bytes[MODBUS_COMMAND_MAX])
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	size_t n = 0;
	const u8 *from;
	ssize_t r;

	while (n < MODBUS_COMMAND_MAX && !frame(tcp, bytes, n, &from)) {
		r = poll(&wait, 1, (int)(n ? MODBUS_BYTE_MS : timeout_ms));
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (!r)
			break;
		r = read(fd, bytes + n, MODBUS_COMMAND_MAX - n);
		if (r < 0)
			return -errno;
		if (!r)
			return -ECONNRESET;
		n += (size_t)r;
	}

	return (int)n;
}

int modbus_command_exchange(modbus_t *modbus, bool tcp, const struct modbus_ask *ask,
			    enum modbus_outcome *outcome, u8 *exception, u16 *value)
{
	u8 request[MODBUS_COMMAND_REQUEST];
	u8 bytes[MODBUS_COMMAND_MAX] = { 0 };
	int n;

	errno = 0;
	if (modbus_send_raw_request(modbus, request,
				    (int)modbus_command_request(ask, request)) < 0)
		return errno && errno < MODBUS_ENOBASE ? -errno : -EIO;
	n = receive(modbus_get_socket(modbus), tcp, ask->timeout_ms, bytes);
	if (n < 0)
		return n;
	*outcome = modbus_command_judge(ask, tcp, bytes, (size_t)n, exception, value);

	return 0;
}
