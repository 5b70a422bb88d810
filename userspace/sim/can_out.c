// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to a frame that cannot be sent, and candump's log format, which every
 * CAN tool reads.
 */
#include "can_out.h"

#include <errno.h>
#include <string.h>

/* What candump would have called the interface */
#define LOG_INTERFACE		"can0"
/* A full queue drains at about 4 frames a millisecond at 500 kbit/s. */
#define FULL_RETRY_MS		2
#define FULL_RETRIES		50

int can_out_interface(struct can_out *out, const char *name, struct pace *pace)
{
	int err;

	*out = (struct can_out){ .name = name, .pace = pace };
	can_port_start(&out->port, name, false);
	err = can_port_open(&out->port);
	if (err == -ENODEV)
		fprintf(stderr, "cellar-sim: there is no interface %s; for a virtual one:\n"
			"  ip link add dev %s type vcan\n"
			"  ip link set %s up\n"
			"or write a log instead: --output -\n", name, name, name);
	else if (err)
		fprintf(stderr, "cellar-sim: %s cannot be used as a CAN interface: %s\n",
			name, strerror(-err));
	return err;
}

int can_out_log(struct can_out *out, const char *path)
{
	*out = (struct can_out){ .name = path };
	can_port_start(&out->port, path, false);
	out->log = strcmp(path, "-") ? fopen(path, "we") : stdout;
	if (!out->log) {
		int err = -errno;

		fprintf(stderr, "cellar-sim: %s: %s\n", path, strerror(-err));
		return err;
	}
	return 0;
}

static int log_frame(struct can_out *out, uint64_t now_ms, const struct can_frame *frame)
{
	bool extended = frame->can_id & CAN_EFF_FLAG;
	unsigned int i;

	fprintf(out->log, "(%llu.%03llu000) " LOG_INTERFACE " %0*X#",
		(unsigned long long)now_ms / 1000, (unsigned long long)now_ms % 1000,
		extended ? 8 : 3,
		frame->can_id & (extended ? CAN_EFF_MASK : CAN_SFF_MASK));
	if (frame->can_id & CAN_RTR_FLAG)
		fputc('R', out->log);
	for (i = 0; i < frame->can_dlc; i++)
		fprintf(out->log, "%02X", frame->data[i]);
	fputc('\n', out->log);
	if (ferror(out->log)) {
		fprintf(stderr, "cellar-sim: %s cannot be written\n", out->name);
		return -EIO;
	}
	out->sent++;
	return 0;
}

/* 0 to try again, 1 to give up, or a negative errno. */
static int after_failure(struct can_out *out, int err, unsigned int tries)
{
	if (err == -EINTR)
		return 0;
	if (out->live || (err == -ENOBUFS && tries == FULL_RETRIES)) {
		can_port_tell(&out->port, err);
		out->lost++;
		return 1;
	}
	if (err == -ENOBUFS)
		return pace_pause(out->pace, FULL_RETRY_MS);
	if (err == -ENETDOWN) {
		can_port_tell(&out->port, err);
		return pace_hold(out->pace, CAN_PORT_RETRY_MS);
	}
	fprintf(stderr, "cellar-sim: %s: %s\n", out->name, strerror(-err));
	return err;
}

static int send_frame(struct can_out *out, const struct can_frame *frame)
{
	unsigned int tries = 0;
	int err = 0, sent;

	while (!err) {
		sent = can_port_send(&out->port, frame);
		if (!sent) {
			out->sent++;
			return 0;
		}
		err = after_failure(out, sent, tries);
		tries += sent == -ENOBUFS;
	}
	return err;
}

int can_out_send(struct can_out *out, uint64_t now_ms, const struct can_frame *frame)
{
	return out->log ? log_frame(out, now_ms, frame) : send_frame(out, frame);
}

int can_out_close(struct can_out *out)
{
	int err = 0;

	can_port_close(&out->port);
	if (out->log && (out->log == stdout ? fflush(stdout) : fclose(out->log)))
		err = -errno;
	if (err)
		fprintf(stderr, "cellar-sim: %s: %s\n", out->name, strerror(-err));
	out->log = NULL;
	return err;
}
