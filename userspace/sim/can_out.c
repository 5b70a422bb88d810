// SPDX-License-Identifier: GPL-2.0-only
/*
 * A raw CAN socket that only sends, and candump's log format, which every CAN
 * tool reads.
 */
#include "can_out.h"

#include <errno.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What candump would have called the interface */
#define LOG_INTERFACE		"can0"
#define DOWN_RETRY_MS		200
/* A full queue drains at about 4 frames a millisecond at 500 kbit/s. */
#define FULL_RETRY_MS		2
#define FULL_RETRIES		50

int can_out_interface(struct can_out *out, const char *name, struct pace *pace)
{
	struct sockaddr_can address = { .can_family = AF_CAN };
	int err;

	*out = (struct can_out){ .fd = -1, .name = name, .pace = pace };
	address.can_ifindex = (int)if_nametoindex(name);
	if (!address.can_ifindex) {
		fprintf(stderr, "cellar-sim: there is no interface %s; for a virtual one:\n"
			"  ip link add dev %s type vcan\n"
			"  ip link set %s up\n"
			"or write a log instead: --output -\n", name, name, name);
		return -ENODEV;
	}
	out->fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW);
	/* Nothing is received: no filter, so the socket's own queue stays empty. */
	if (out->fd >= 0 &&
	    !setsockopt(out->fd, SOL_CAN_RAW, CAN_RAW_FILTER, NULL, 0) &&
	    !bind(out->fd, (struct sockaddr *)&address, sizeof(address)))
		return 0;

	err = -errno;
	fprintf(stderr, "cellar-sim: %s cannot be used as a CAN interface: %s\n",
		name, strerror(-err));
	can_out_close(out);
	return err;
}

int can_out_log(struct can_out *out, const char *path)
{
	*out = (struct can_out){ .fd = -1, .name = path };
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

static int wait_until_up(struct can_out *out)
{
	if (!out->down)
		fprintf(stderr, "cellar-sim: %s is down, waiting (ip link set %s up)\n",
			out->name, out->name);
	out->down = true;
	return pace_hold(out->pace, DOWN_RETRY_MS);
}

static int send_frame(struct can_out *out, const struct can_frame *frame)
{
	unsigned int tries = 0;
	int err = 0;

	while (!err) {
		if (write(out->fd, frame, sizeof(*frame)) == (ssize_t)sizeof(*frame)) {
			out->down = false;
			out->sent++;
			return 0;
		}
		switch (errno) {
		case EINTR:
			break;
		case ENETDOWN:
			err = wait_until_up(out);
			break;
		case ENOBUFS:
			if (tries++ == FULL_RETRIES) {
				out->lost++;
				return 0;
			}
			err = pace_pause(out->pace, FULL_RETRY_MS);
			break;
		default:
			err = -errno;
			fprintf(stderr, "cellar-sim: %s: %s\n", out->name,
				strerror(-err));
			break;
		}
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

	if (out->fd >= 0)
		close(out->fd);
	if (out->log && (out->log == stdout ? fflush(stdout) : fclose(out->log)))
		err = -errno;
	if (err)
		fprintf(stderr, "cellar-sim: %s: %s\n", out->name, strerror(-err));
	out->fd = -1;
	out->log = NULL;
	return err;
}
