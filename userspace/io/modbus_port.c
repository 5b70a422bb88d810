// SPDX-License-Identifier: GPL-2.0-only
/*
 * libmodbus, and what it leaves to its caller: locking the port, dropping what came too
 * late, keep-alive, and what an error means (field.md section 7).
 */
#include "modbus_port.h"

#include "modbus_command.h"

#include <fcntl.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

/* A peer that has gone is noticed within so long, also when nobody says anything. */
#define KEEPALIVE_IDLE_S	30
#define KEEPALIVE_PAUSE_S	10
#define KEEPALIVE_COUNT		3
#define UNACKNOWLEDGED_MS	10000

/* A TCP connection is tried for so long. */
#define CONNECT_MS		3000

/*
 * @modbus: NULL: closed
 * @lock: holds the lock on a serial port
 */
struct modbus_port {
	struct modbus_port_config config;
	modbus_t *modbus;
	int lock;
};

int modbus_port_new(struct modbus_port **port, const struct modbus_port_config *config)
{
	struct modbus_port *p;

	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;

	p->config = *config;
	p->lock = -1;
	*port = p;

	return 0;
}

void modbus_port_close(struct modbus_port *port)
{
	if (port->modbus) {
		modbus_close(port->modbus);
		modbus_free(port->modbus);
		port->modbus = NULL;
	}
	if (port->lock >= 0)
		close(port->lock);
	port->lock = -1;
}

void modbus_port_free(struct modbus_port *port)
{
	if (!port)
		return;

	modbus_port_close(port);
	free(port);
}

/* Before anything is set on it: another program may be in the middle of a frame. */
static int lock_serial(struct modbus_port *port)
{
	port->lock = open(port->config.device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (port->lock < 0)
		return -errno;
	if (flock(port->lock, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK ? -EBUSY : -errno;

	return 0;
}

static modbus_t *new_context(const struct modbus_port_config *config)
{
	static const char parities[] = { 'N', 'E', 'O' };
	char service[8];

	if (config->device[0])
		return modbus_new_rtu(config->device, (int)config->baud,
				      parities[config->parity], 8, config->stop_bits);
	snprintf(service, sizeof(service), "%u", config->tcp_port);

	return modbus_new_tcp_pi(config->host, service);
}

static void keep_alive(int fd)
{
	const int on = 1, idle_s = KEEPALIVE_IDLE_S, pause_s = KEEPALIVE_PAUSE_S;
	const int count = KEEPALIVE_COUNT;
	const unsigned int unacknowledged_ms = UNACKNOWLEDGED_MS;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &pause_s, sizeof(pause_s));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms,
		   sizeof(unacknowledged_ms));
}

static void set_timeout(modbus_t *modbus, u32 ms)
{
	modbus_set_response_timeout(modbus, ms / 1000, ms % 1000 * 1000);
}

static int connect_port(struct modbus_port *port)
{
	int fd;

	port->modbus = new_context(&port->config);
	if (!port->modbus)
		return errno ? -errno : -EINVAL;
	modbus_set_error_recovery(port->modbus, MODBUS_ERROR_RECOVERY_NONE);
	modbus_set_byte_timeout(port->modbus, 0, MODBUS_BYTE_MS * 1000);
	set_timeout(port->modbus, CONNECT_MS);
	if (modbus_connect(port->modbus))
		return errno && errno < MODBUS_ENOBASE ? -errno : -ECONNREFUSED;

	/* libmodbus waits by select() */
	fd = modbus_get_socket(port->modbus);
	if (fd >= FD_SETSIZE)
		return -EMFILE;
	if (!port->config.device[0])
		keep_alive(fd);
	else if (ioctl(fd, TIOCEXCL))
		return -errno;

	return 0;
}

int modbus_port_open(struct modbus_port *port)
{
	int r = 0;

	errno = 0;
	if (port->config.device[0])
		r = lock_serial(port);
	if (!r)
		r = connect_port(port);
	if (r)
		modbus_port_close(port);

	return r;
}

/*
 * What an errno of libmodbus means. Sofar's inverters answer a read with the exception of a
 * write (field.md 2.1): that is an answer, but libmodbus keeps its code to itself.
 */
static int judge(int error, enum modbus_outcome *outcome, u8 *exception)
{
	switch (error) {
	case ETIMEDOUT:
		*outcome = MODBUS_LOST;
		return 0;
	case EMBBADEXC:
		*outcome = MODBUS_REFUSED;
		*exception = MODBUS_UNREADABLE;
		return 0;
	case EMBBADCRC:
	case EMBBADDATA:
	case EMBBADSLAVE:
	case EMBUNKEXC:
	case EMBMDATA:
		*outcome = MODBUS_GARBLED;
		return 0;
	default:
		break;
	}
	if (error > MODBUS_ENOBASE && error < MODBUS_ENOBASE + MODBUS_EXCEPTION_MAX) {
		*outcome = MODBUS_REFUSED;
		*exception = (u8)(error - MODBUS_ENOBASE);
		return 0;
	}

	return error ? -error : -EIO;
}

/* One of the device's own, which libmodbus does not know. */
static bool is_command(u8 function)
{
	return function != MODBUS_WRITES && function != MODBUS_WRITES_ONE &&
	       function != MODBUS_WRITES_COIL;
}

int modbus_port_exchange(struct modbus_port *port, const struct modbus_ask *ask,
			 enum modbus_outcome *outcome, u8 *exception, u16 *value)
{
	modbus_t *modbus = port->modbus;
	int done;

	*exception = 0;
	if (modbus_flush(modbus) < 0)
		return errno ? -errno : -EIO;
	set_timeout(modbus, ask->timeout_ms);
	modbus_set_slave(modbus, ask->address);
	if (ask->write && is_command(ask->function))
		return modbus_command_exchange(modbus, !port->config.device[0], ask, outcome,
					       exception, value);
	errno = 0;
	if (ask->write && ask->function == MODBUS_WRITES_COIL)
		done = modbus_write_bit(modbus, ask->at, ask->value[0] != 0);
	else if (ask->write && ask->function == MODBUS_WRITES_ONE)
		done = modbus_write_register(modbus, ask->at, ask->value[0]);
	else if (ask->write)
		done = modbus_write_registers(modbus, ask->at, ask->n, ask->value);
	else if (ask->function == MODBUS_READ_INPUT)
		done = modbus_read_input_registers(modbus, ask->at, ask->n, value);
	else
		done = modbus_read_registers(modbus, ask->at, ask->n, value);
	if (done < 0)
		return judge(errno, outcome, exception);

	*outcome = done == ask->n ? MODBUS_DONE : MODBUS_GARBLED;

	return 0;
}
