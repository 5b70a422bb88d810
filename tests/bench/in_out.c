// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a lower limit that a battery says to the frame that says it to the inverter: sends
 * the frames of a Pylontech battery on one interface, each time with one limit 0.1 A lower,
 * and looks on another for 0x351 that says no more. Times are the kernel's of both frames.
 * Prints: trials, how many were not answered within a second, p50, p99 and worst in ns.
 */
#include "feed.h"

#include <errno.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LIMITS		0x351
#define FIRST_DECIA	950	/* below what one pair of cables may carry */
#define LAST_DECIA	10
#define TRIALS_MAX	(2 * (FIRST_DECIA - LAST_DECIA))
#define GAP_MS		2	/* between the frames of one set */
#define MEMBER_MS	60000	/* a new battery is watched, then its limits rise */
#define WAIT_MS		1000
#define STEP_MS		7	/* so that trials fall on all phases of a second */

enum way { CHARGE, DISCHARGE };

struct trials {
	int in_fd, out_fd;
	unsigned int deci_a[2];
	unsigned int n, missed;
	int64_t ns[TRIALS_MAX];
};

static int open_side(const char *interface)
{
	const struct can_filter limits = { LIMITS, CAN_SFF_MASK | CAN_EFF_FLAG | CAN_RTR_FLAG };
	const int on = 1;
	struct sockaddr_can address = {
		.can_family = AF_CAN,
		.can_ifindex = (int)if_nametoindex(interface),
	};
	int fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW);

	if (!address.can_ifindex || fd < 0 ||
	    setsockopt(fd, SOL_CAN_RAW, CAN_RAW_FILTER, &limits, sizeof(limits)) ||
	    setsockopt(fd, SOL_CAN_RAW, CAN_RAW_RECV_OWN_MSGS, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		fprintf(stderr, "%s: %s\n", interface, strerror(errno));
		return -ENODEV;
	}

	return fd;
}

/* The next frame and when the kernel had it; -ETIMEDOUT. */
static int receive(int fd, int wait_ms, struct can_frame *frame, int64_t *at_ns)
{
	char control[CMSG_SPACE(sizeof(struct timespec))];
	struct iovec into = { frame, sizeof(*frame) };
	struct msghdr message = {
		.msg_iov = &into, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	const struct cmsghdr *c;
	struct timespec at;

	if (poll(&wait, 1, wait_ms) <= 0)
		return -ETIMEDOUT;
	if (recvmsg(fd, &message, 0) != sizeof(*frame))
		return -EIO;

	c = CMSG_FIRSTHDR(&message);
	if (!c || c->cmsg_type != SCM_TIMESTAMPNS)
		return -ENODATA;
	memcpy(&at, CMSG_DATA(c), sizeof(at));
	*at_ns = at.tv_sec * 1000000000LL + at.tv_nsec;

	return 0;
}

static int send_bytes(int fd, canid_t id, const uint8_t *bytes, uint8_t len)
{
	struct can_frame frame = { .can_id = id, .can_dlc = len };

	memcpy(frame.data, bytes, len);
	feed_sleep_ms(GAP_MS);

	return feed_send(fd, &frame);
}

static void put_u16(uint8_t *to, unsigned int value)
{
	to[0] = (uint8_t)value;
	to[1] = (uint8_t)(value >> 8);
}

static unsigned int get_u16(const uint8_t *from)
{
	return from[0] | (unsigned int)from[1] << 8;
}

/* 53.2 V, 50 %, 52.00 V, 25.0 °C, 1 A, both ways enabled (protocols.md 1). */
static int send_set(struct trials *t)
{
	static const uint8_t alarms[7] = { [4] = 1, [5] = 'P', [6] = 'N' };
	static const uint8_t charge[4] = { 50, 0, 99, 0 }, requests[2] = { 0xc0, 0 };
	uint8_t limits[8] = { 0x14, 0x02, [6] = 0xcc, [7] = 0x01 };
	uint8_t measured[6] = { 0x50, 0x14, 10, 0, 250, 0 };
	int ret;

	put_u16(limits + 2, t->deci_a[CHARGE]);
	put_u16(limits + 4, t->deci_a[DISCHARGE]);
	ret = send_bytes(t->in_fd, 0x359, alarms, sizeof(alarms));
	if (!ret)
		ret = send_bytes(t->in_fd, LIMITS, limits, sizeof(limits));
	if (!ret)
		ret = send_bytes(t->in_fd, 0x355, charge, sizeof(charge));
	if (!ret)
		ret = send_bytes(t->in_fd, 0x356, measured, sizeof(measured));
	if (!ret)
		ret = send_bytes(t->in_fd, 0x35c, requests, sizeof(requests));

	return ret ? ret : send_bytes(t->in_fd, 0x35e, (const uint8_t *)"PYLON   ", 8);
}

static void forget(int fd)
{
	struct can_frame frame;
	int64_t at_ns;

	while (!receive(fd, 0, &frame, &at_ns))
		;
}

static int be_a_member(struct trials *t)
{
	int64_t end_ns = feed_now_ns() + MEMBER_MS * 1000000LL;
	int ret = 0;

	while (!ret && feed_now_ns() < end_ns) {
		ret = send_set(t);
		feed_sleep_ms(500);
	}

	return ret;
}

static int try_once(struct trials *t)
{
	unsigned int way = t->n % 2;
	int64_t in_ns, out_ns;
	struct can_frame frame;
	int ret;

	forget(t->in_fd);
	forget(t->out_fd);
	t->deci_a[way]--;
	ret = send_set(t);
	if (!ret)
		ret = receive(t->in_fd, WAIT_MS, &frame, &in_ns);
	if (ret)
		return ret;

	do {
		ret = receive(t->out_fd, WAIT_MS, &frame, &out_ns);
	} while (!ret && (out_ns < in_ns || get_u16(frame.data + 2) > t->deci_a[CHARGE] ||
			  get_u16(frame.data + 4) > t->deci_a[DISCHARGE]));
	if (ret && ret != -ETIMEDOUT)
		return ret;

	if (ret)
		t->missed++;
	t->ns[t->n++] = ret ? WAIT_MS * 1000000LL : out_ns - in_ns;
	feed_sleep_ms(900 + t->n * STEP_MS % 100);

	return 0;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	static struct trials t = { .deci_a = { FIRST_DECIA, FIRST_DECIA } };
	unsigned int trials = argc == 4 ? (unsigned int)strtoul(argv[3], NULL, 10) : 0;
	int ret;

	if (!trials || trials > TRIALS_MAX) {
		fprintf(stderr, "usage: in_out IN OUT TRIALS, at most %d\n", TRIALS_MAX);
		return 2;
	}

	t.in_fd = open_side(argv[1]);
	t.out_fd = open_side(argv[2]);
	ret = t.in_fd < 0 || t.out_fd < 0 ? -ENODEV : be_a_member(&t);
	while (!ret && t.n < trials)
		ret = try_once(&t);
	if (ret) {
		fprintf(stderr, "in_out: trial %u: %s\n", t.n, strerror(-ret));
		return 1;
	}
	qsort(t.ns, t.n, sizeof(t.ns[0]), by_size);
	printf("%u %u %lld %lld %lld\n", t.n, t.missed, (long long)t.ns[t.n / 2],
	       (long long)t.ns[t.n * 99 / 100], (long long)t.ns[t.n - 1]);

	return 0;
}
