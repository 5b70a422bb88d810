/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where frames go: a SocketCAN interface, or a candump log.
 */
#ifndef CELLAR_SIM_CAN_OUT_H
#define CELLAR_SIM_CAN_OUT_H

#include <linux/can.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "can_port.h"
#include "pace.h"

/*
 * One of @log and @port is in use.
 *
 * @live: nothing is waited for, time goes on and frames are lost
 * @lost: frames a full queue had no room for, or that nobody took while @live
 */
struct can_out {
	FILE *log;
	struct can_port port;
	const char *name;
	struct pace *pace;
	bool live;
	uint64_t sent;
	uint64_t lost;
};

/*
 * Both say on standard error what is wrong. @name and @path outlive @out;
 * "-" is standard output.
 */
int can_out_interface(struct can_out *out, const char *name, struct pace *pace);
int can_out_log(struct can_out *out, const char *path);

/*
 * Send @frame. An interface that is down is waited for; a full queue is tried
 * again for a while, then the frame is lost and counted. 0, 1 when it was lost, -EINTR
 * when the program is to end, or a negative errno after saying what happened.
 */
int can_out_send(struct can_out *out, uint64_t now_ms, const struct can_frame *frame);

/* 0, or a negative errno when the log could not be written whole. */
int can_out_close(struct can_out *out);

#endif /* CELLAR_SIM_CAN_OUT_H */
