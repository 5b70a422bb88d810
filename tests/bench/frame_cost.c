// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a received frame costs, from send() to the end of its softirq on the same
 * CPU: with nobody listening, with can-bcm content filters, and with cellar. The
 * four take turns in every round, so that whatever disturbs one disturbs all.
 */
#include "feed.h"

#include <errno.h>
#include <linux/can/bcm.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROUNDS		9
#define ROUND_FRAMES	2000

/* A supply settles within 3 s of its last new field; the slowest comes after 5.3 s. */
#define WARM_UP_S	10

enum listener { NOBODY, BCM, FIXED, AUTO, LISTENERS };

static const char *const listener_names[LISTENERS] = {
	[NOBODY] = "nobody", [BCM] = "can-bcm", [FIXED] = "cellar", [AUTO] = "cellar-auto",
};

/* What moves all the time in a battery that works: lowest bits of measurements. */
static const struct {
	canid_t id;
	unsigned int at;
} restless[] = {
	{ 0x356, 0 }, { 0x356, 2 },	/* system: voltage, current */
	{ 0x361, 0 },			/* Deye system: highest cell voltage */
	{ 0x150, 0 }, { 0x150, 2 },	/* Deye pack 1: voltage, current */
	{ 0x200, 0 },			/* Deye pack 1: highest cell voltage */
};

/* @sent: frames, all rounds and the warm-up; @news: messages of can-bcm */
struct bench {
	struct feed feed;
	bool changing;
	unsigned int passes;
	int sender[LISTENERS];
	const char *supply[LISTENERS];
	int64_t sent[LISTENERS];
	int64_t news;
	int bcm;
	bool phase[CAN_SFF_MASK + 1];
	double cost_ns[LISTENERS][ROUNDS];
};

static int add_content_filter(int bcm, canid_t id)
{
	struct {
		struct bcm_msg_head head;
		struct can_frame mask;
	} message = {
		.head = { .opcode = RX_SETUP, .can_id = id, .nframes = 1 },
		.mask = { .len = CAN_MAX_DLEN },
	};

	memset(message.mask.data, 0xff, sizeof(message.mask.data));

	return write(bcm, &message, sizeof(message)) == sizeof(message) ? 0 : -errno;
}

static int open_bcm(struct bench *bench, const char *interface)
{
	struct sockaddr_can address = {
		.can_family = AF_CAN,
		.can_ifindex = (int)if_nametoindex(interface),
	};
	bool filtered[CAN_SFF_MASK + 1] = { false };
	size_t i;
	int ret;

	bench->bcm = socket(PF_CAN, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, CAN_BCM);
	if (bench->bcm < 0 ||
	    connect(bench->bcm, (struct sockaddr *)&address, sizeof(address)))
		return -errno;

	for (i = 0; i < bench->feed.n; i++) {
		canid_t id = bench->feed.frame[i].can_id;

		if (filtered[id])
			continue;
		filtered[id] = true;
		ret = add_content_filter(bench->bcm, id);
		if (ret)
			return ret;
	}

	return 0;
}

/* Its queue must not fill up, but reading it is not the kernel's receive path. */
static void read_bcm(struct bench *bench)
{
	char message[256];

	while (read(bench->bcm, message, sizeof(message)) > 0)
		bench->news++;
}

static void move(struct bench *bench, struct can_frame *frame)
{
	bool on = bench->phase[frame->can_id] ^= 1;
	size_t i;

	for (i = 0; i < sizeof(restless) / sizeof(restless[0]); i++)
		if (restless[i].id == frame->can_id)
			frame->data[restless[i].at] ^= on;
}

/* Once through the recording; returns the nanoseconds it took, or -errno. */
static int64_t pass(struct bench *bench, enum listener listener)
{
	struct can_frame frames[FEED_FRAMES_MAX];
	int64_t start;
	size_t i;
	int ret;

	memcpy(frames, bench->feed.frame, bench->feed.n * sizeof(frames[0]));
	if (bench->changing)
		for (i = 0; i < bench->feed.n; i++)
			move(bench, &frames[i]);

	start = feed_now_ns();
	for (i = 0; i < bench->feed.n; i++) {
		ret = feed_send(bench->sender[listener], &frames[i]);
		if (ret)
			return ret;
	}
	/* what a listener has put off to a kernel thread is part of its cost */
	sched_yield();
	start = feed_now_ns() - start;

	bench->sent[listener] += (int64_t)bench->feed.n;
	read_bcm(bench);

	return start;
}

static int warm_up(struct bench *bench)
{
	unsigned int second, listener;

	for (second = 0; second < WARM_UP_S; second++) {
		for (listener = 0; listener < LISTENERS; listener++) {
			int64_t ret = pass(bench, listener);

			if (ret < 0)
				return (int)ret;
		}
		feed_sleep_ms(1000);
	}

	return 0;
}

static int run_round(struct bench *bench, unsigned int round)
{
	unsigned int listener, i;

	for (listener = 0; listener < LISTENERS; listener++) {
		int64_t total = 0;

		for (i = 0; i < bench->passes; i++) {
			int64_t took = pass(bench, listener);

			if (took < 0)
				return (int)took;
			total += took;
		}
		bench->cost_ns[listener][round] =
			(double)total / (double)(bench->passes * bench->feed.n);
	}

	return 0;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sent and decoded must be the same number, or it was not cellar that was measured. */
static int check_decoded(const struct bench *bench, enum listener listener,
			 const int64_t before[LISTENERS],
			 const int64_t sent_before[LISTENERS])
{
	int64_t decoded = feed_decoded(bench->supply[listener]) - before[listener];
	int64_t sent = bench->sent[listener] - sent_before[listener];

	if (decoded == sent)
		return 0;

	fprintf(stderr, "%s: %lld frames sent, %lld decoded\n", listener_names[listener],
		(long long)sent, (long long)decoded);

	return -EBADMSG;
}

static void print(struct bench *bench, const char *recording)
{
	unsigned int listener;

	for (listener = 0; listener < LISTENERS; listener++) {
		double *cost = bench->cost_ns[listener];

		qsort(cost, ROUNDS, sizeof(*cost), by_size);
		printf("cost %s %s %s %.1f %.1f %.1f\n", recording,
		       bench->changing ? "changing" : "recorded", listener_names[listener],
		       cost[ROUNDS / 2], cost[0], cost[ROUNDS - 1]);
	}
}

static int measure(struct bench *bench, const char *recording)
{
	int64_t before[LISTENERS] = { 0 }, sent[LISTENERS] = { 0 }, news = bench->news;
	unsigned int listener, round;
	int ret;

	for (listener = FIXED; listener < LISTENERS; listener++) {
		before[listener] = feed_decoded(bench->supply[listener]);
		sent[listener] = bench->sent[listener];
		if (before[listener] < 0) {
			fprintf(stderr, "%s did not appear\n", bench->supply[listener]);
			return -ENODEV;
		}
	}

	for (round = 0; round < ROUNDS; round++) {
		ret = run_round(bench, round);
		if (ret)
			return ret;
	}

	for (listener = FIXED; listener < LISTENERS; listener++) {
		ret = check_decoded(bench, listener, before, sent);
		if (ret)
			return ret;
	}
	if (bench->changing && bench->news == news) {
		fprintf(stderr, "can-bcm saw no change\n");
		return -EBADMSG;
	}
	print(bench, recording);

	return 0;
}

static int set_up(struct bench *bench, const char *path, char *interface[LISTENERS])
{
	unsigned int listener;
	int ret;

	ret = feed_read(&bench->feed, path);
	if (ret)
		return ret;
	bench->passes = (unsigned int)(ROUND_FRAMES / bench->feed.n + 1);

	for (listener = 0; listener < LISTENERS; listener++) {
		ret = feed_open(interface[listener]);
		if (ret < 0)
			return ret;
		bench->sender[listener] = ret;
	}

	return open_bcm(bench, interface[BCM]);
}

int main(int argc, char **argv)
{
	static struct bench bench;
	const char *recording;
	int ret;

	if (argc != 8) {
		fprintf(stderr,
			"usage: frame_cost NAME RECORDING NOBODY BCM FIXED AUTO FIXED_SUPPLY,AUTO_SUPPLY\n");
		return 2;
	}

	recording = argv[1];
	bench.supply[FIXED] = strtok(argv[7], ",");
	bench.supply[AUTO] = strtok(NULL, ",");

	ret = set_up(&bench, argv[2], argv + 3);
	if (!ret)
		ret = warm_up(&bench);
	if (!ret)
		ret = measure(&bench, recording);
	bench.changing = true;
	if (!ret)
		ret = measure(&bench, recording);
	if (ret)
		fprintf(stderr, "frame_cost %s: %s\n", recording, strerror(-ret));

	return ret ? 1 : 0;
}
