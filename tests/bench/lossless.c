// SPDX-License-Identifier: GPL-2.0-only
/*
 * The highest rate at which cellar decodes every frame that was sent: the rate
 * grows until frames are missing or the sender cannot keep it, then the space
 * between the last two is halved a few times.
 */
#include "feed.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_RATE	1000
#define LAST_RATE	1024000
#define TRY_MS		500
#define HALVINGS	3

/* Another program of the machine may have got in the way. */
#define TRIES		3

/* A sender that was held up may not make up for all of it at once. */
#define BURST		100

/* For what is still on its way when the last frame was sent */
#define DRAIN_MS	200

/* A supply settles within 3 s of its last new field. */
#define WARM_UP_S	8

enum outcome { KEPT, LOST, TOO_SLOW };

struct trial {
	struct feed feed;
	const char *supply;
	int fd;
	double reached;	/* frames per second, in the last try */
	long long lost;
};

static int send_at(struct trial *trial, unsigned int rate, unsigned int frames)
{
	int64_t start = feed_now_ns(), due;
	unsigned int sent = 0, burst;
	int ret;

	while (sent < frames) {
		due = (feed_now_ns() - start) * rate / 1000000000 + 1;
		for (burst = 0; burst < BURST && sent < frames && sent < due; burst++) {
			ret = feed_send(trial->fd, &trial->feed.frame[sent % trial->feed.n]);
			if (ret)
				return ret;
			sent++;
		}
		if (sent >= due)
			feed_sleep_ms(1);
	}
	trial->reached = frames * 1e9 / (double)(feed_now_ns() - start);

	return 0;
}

static int try_once(struct trial *trial, unsigned int rate)
{
	unsigned int frames = rate * TRY_MS / 1000;
	int64_t before = feed_decoded(trial->supply), after;
	int ret;

	if (before < 0)
		return (int)before;
	ret = send_at(trial, rate, frames);
	if (ret)
		return ret;
	feed_sleep_ms(DRAIN_MS);
	after = feed_decoded(trial->supply);
	if (after < 0)
		return (int)after;

	trial->lost = frames - (after - before);
	if (trial->lost)
		return LOST;

	return trial->reached < rate * 0.9 ? TOO_SLOW : KEPT;
}

static int try_rate(struct trial *trial, unsigned int rate)
{
	int ret = LOST, i;

	for (i = 0; i < TRIES && (ret == LOST || ret == TOO_SLOW); i++)
		ret = try_once(trial, rate);

	return ret;
}

static int find(struct trial *trial)
{
	unsigned int rate, step, i, best = 0;
	int ret = KEPT;

	for (rate = FIRST_RATE; rate <= LAST_RATE; rate *= 2) {
		ret = try_rate(trial, rate);
		if (ret != KEPT)
			break;
		best = rate;
	}
	if (ret < 0 || !best)
		return ret < 0 ? ret : -ERANGE;
	if (ret == TOO_SLOW) {
		printf("rate %.0f sender\n", trial->reached);
		return 0;
	}

	for (i = 0, step = best / 2; i < HALVINGS; i++, step /= 2) {
		ret = try_rate(trial, best + step);
		if (ret < 0)
			return ret;
		if (ret == KEPT)
			best += step;
	}
	printf("rate %u lost\n", best);

	return 0;
}

static int warm_up(struct trial *trial)
{
	unsigned int second;
	int ret;

	for (second = 0; second < WARM_UP_S; second++) {
		ret = send_at(trial, FIRST_RATE, (unsigned int)trial->feed.n);
		if (ret)
			return ret;
		feed_sleep_ms(1000);
	}

	return 0;
}

int main(int argc, char **argv)
{
	static struct trial trial;
	int ret;

	if (argc != 4) {
		fprintf(stderr, "usage: lossless RECORDING INTERFACE SUPPLY\n");
		return 2;
	}

	trial.supply = argv[3];
	ret = feed_read(&trial.feed, argv[1]);
	if (!ret) {
		trial.fd = feed_open(argv[2]);
		ret = trial.fd < 0 ? trial.fd : warm_up(&trial);
	}
	if (!ret)
		ret = find(&trial);
	if (ret)
		fprintf(stderr, "lossless: %s\n", strerror(-ret));

	return ret ? 1 : 0;
}
