// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts frames on a CAN interface: given on the command line, read from candump's
 * output (screen or log), or invented; once, in a cycle, at the times of the log
 * or as fast as possible. Says "ready" before the first frame and "sent N" after
 * the last one.
 */
#include <errno.h>
#include <getopt.h>
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC	1000000000LL
#define NSEC_PER_MSEC	1000000LL
#define NSEC_PER_USEC	1000LL

/* @at_us: time in the log, -1 if there is none */
struct frame {
	struct canfd_frame frame;
	size_t size;
	int64_t at_us;
};

struct frames {
	struct frame *frame;
	size_t count;
	size_t room;
};

struct feeder {
	struct frames frames;
	int can;
	int stop;	/* readable when we are told to end */
	unsigned long long sent;

	long period_ms;
	long times;
	long flood;
	uint32_t random;
	bool timed;
};

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;

	return -1;
}

/* Pairs of hexadecimal digits, maybe with blanks between; returns what follows. */
static const char *parse_bytes(const char *text, struct canfd_frame *frame, unsigned int max)
{
	frame->len = 0;
	for (;;) {
		while (*text == ' ')
			text++;
		if (digit(text[0]) < 0 || digit(text[1]) < 0 || frame->len == max)
			return text;
		frame->data[frame->len++] = (uint8_t)(digit(text[0]) * 16 + digit(text[1]));
		text += 2;
	}
}

/* Three digits are an 11-bit identifier, eight a 29-bit one. */
static const char *parse_id(const char *text, struct canfd_frame *frame)
{
	char *end;

	frame->can_id = (canid_t)strtoul(text, &end, 16);
	switch (end - text) {
	case 3:
		return end;
	case 8:
		frame->can_id |= CAN_EFF_FLAG;
		return end;
	default:
		return NULL;
	}
}

/* 351#1402…, 351#R, 351#R8, 351##1… (FD, one digit of flags) */
static int parse_frame(const char *text, struct frame *frame)
{
	const char *p;

	memset(frame, 0, sizeof(*frame));
	frame->size = CAN_MTU;
	frame->at_us = -1;

	p = parse_id(text, &frame->frame);
	if (!p || *p++ != '#')
		return -EINVAL;

	if (*p == 'R') {
		frame->frame.can_id |= CAN_RTR_FLAG;
		if (p[1] >= '0' && p[1] <= '8')
			frame->frame.len = (uint8_t)digit(*++p);
		p++;
	} else if (*p == '#' && digit(p[1]) >= 0) {
		frame->size = CANFD_MTU;
		frame->frame.flags = (uint8_t)digit(p[1]);
		p = parse_bytes(p + 2, &frame->frame, CANFD_MAX_DLEN);
	} else {
		p = parse_bytes(p, &frame->frame, CAN_MAX_DLEN);
	}

	return *p && *p != ' ' && *p != '\n' ? -EINVAL : 0;
}

/* (1436509052.249713) can0 351#1402… */
static int parse_log_line(const char *line, struct frame *frame)
{
	long long seconds;
	char text[160];
	int at, err;
	long us;

	if (sscanf(line, " (%lld.%6ld) %*s %n%159s", &seconds, &us, &at, text) != 3)
		return -EINVAL;

	err = parse_frame(text, frame);
	frame->at_us = seconds * 1000000 + us;

	return err;
}

/* can0  351   [8]  14 02 … */
static int parse_screen_line(const char *line, struct frame *frame)
{
	unsigned int len;
	char id[16];
	int at;

	memset(frame, 0, sizeof(*frame));
	frame->size = CAN_MTU;
	frame->at_us = -1;

	if (sscanf(line, " %*s %15s [%u] %n", id, &len, &at) != 2 || len > CAN_MAX_DLEN ||
	    !parse_id(id, &frame->frame))
		return -EINVAL;
	parse_bytes(line + at, &frame->frame, len);

	return frame->frame.len == len ? 0 : -EINVAL;
}

static int add(struct frames *frames, const struct frame *frame)
{
	struct frame *larger;

	if (frames->count == frames->room) {
		frames->room = frames->room ? 2 * frames->room : 64;
		larger = realloc(frames->frame, frames->room * sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		frames->frame = larger;
	}
	frames->frame[frames->count++] = *frame;

	return 0;
}

static int read_log(struct frames *frames, const char *path)
{
	FILE *file = fopen(path, "re");
	struct frame frame;
	unsigned int number = 0;
	char line[512];
	int err = 0;

	if (!file)
		return -errno;

	while (!err && fgets(line, sizeof(line), file)) {
		const char *p = line + strspn(line, " \t");

		number++;
		if (*p == '#' || *p == '\n')
			continue;
		err = *p == '(' ? parse_log_line(p, &frame) : parse_screen_line(p, &frame);
		if (err)
			fprintf(stderr, "%s:%u: no line of candump's\n", path, number);
		else
			err = add(frames, &frame);
	}
	fclose(file);

	return err;
}

static int read_source(struct frames *frames, const char *source)
{
	struct frame frame;
	int err;

	if (strchr(source, '/') || !strchr(source, '#'))
		return read_log(frames, source);

	err = parse_frame(source, &frame);

	return err ? err : add(frames, &frame);
}

static int open_can(const char *interface)
{
	struct sockaddr_can address = { .can_family = AF_CAN };
	struct ifreq request = { 0 };
	int can, on = 1;

	can = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW);
	if (can < 0)
		return -errno;

	strncpy(request.ifr_name, interface, sizeof(request.ifr_name) - 1);
	if (ioctl(can, SIOCGIFINDEX, &request) < 0)
		return -errno;

	address.can_ifindex = request.ifr_ifindex;
	if (setsockopt(can, SOL_CAN_RAW, CAN_RAW_FILTER, NULL, 0) < 0 ||
	    setsockopt(can, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, &on, sizeof(on)) < 0 ||
	    bind(can, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;

	return can;
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* Whether we are told to end before then. */
static bool told_to_stop(const struct feeder *feeder, int64_t until_ns)
{
	struct pollfd stop = { .fd = feeder->stop, .events = POLLIN };
	int64_t left = until_ns - now_ns();
	struct timespec wait = { 0 };

	if (left > 0) {
		wait.tv_sec = left / NSEC_PER_SEC;
		wait.tv_nsec = left % NSEC_PER_SEC;
	}

	return ppoll(&stop, 1, &wait, NULL) > 0;
}

/* A queue that is full is waited for; an interface that is down loses frames. */
static int send_frame(struct feeder *feeder, const struct frame *frame)
{
	while (write(feeder->can, &frame->frame, frame->size) < 0) {
		if (errno == ENETDOWN)
			return 0;
		if (errno != ENOBUFS && errno != EAGAIN)
			return -errno;
		if (told_to_stop(feeder, now_ns() + NSEC_PER_MSEC))
			return -EINTR;
	}
	feeder->sent++;

	return 0;
}

static int send_set(struct feeder *feeder)
{
	const struct frames *frames = &feeder->frames;
	int64_t start_ns = now_ns();
	int err = 0;
	size_t i;

	for (i = 0; i < frames->count && !err; i++) {
		const struct frame *frame = &frames->frame[i];
		int64_t after_us = frame->at_us - frames->frame[0].at_us;

		if (feeder->timed && told_to_stop(feeder, start_ns + after_us * NSEC_PER_USEC))
			return -EINTR;
		err = send_frame(feeder, frame);
	}

	return err;
}

static int send_cycle(struct feeder *feeder)
{
	int64_t next_ns = now_ns();
	long n;
	int err;

	for (n = 0; !feeder->times || n < feeder->times; n++) {
		if (n) {
			next_ns += feeder->period_ms * NSEC_PER_MSEC;
			if (told_to_stop(feeder, next_ns))
				return 0;
		}
		err = send_set(feeder);
		if (err)
			return err;
	}

	return 0;
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;

	return *state;
}

static void invent(uint32_t *state, struct frame *frame)
{
	unsigned int i;

	memset(frame, 0, sizeof(*frame));
	frame->size = CAN_MTU;
	frame->frame.can_id = next_random(state) & CAN_SFF_MASK;
	frame->frame.len = (uint8_t)(next_random(state) % (CAN_MAX_DLEN + 1));
	for (i = 0; i < CAN_MAX_DLEN; i++)
		frame->frame.data[i] = (uint8_t)(next_random(state) >> 8);
}

static int send_flood(struct feeder *feeder)
{
	struct frame invented;
	int err = 0;
	long n;

	for (n = 0; n < feeder->flood && !err; n++) {
		const struct frame *frame = &invented;

		if (n % 256 == 0 && told_to_stop(feeder, 0))
			return 0;
		if (feeder->random)
			invent(&feeder->random, &invented);
		else
			frame = &feeder->frames.frame[(size_t)n % feeder->frames.count];
		err = send_frame(feeder, frame);
	}

	return err;
}

static int watch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);

	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int usage(void)
{
	fprintf(stderr,
		"usage: can_feed [OPTION]... INTERFACE [FRAME|FILE]...\n"
		"  --period MS     send the set each MS milliseconds until told to end\n"
		"  --times N       ... or N times\n"
		"  --timed         frames of a log at the times of the log\n"
		"  --flood N       N frames as fast as possible, over and over the set\n"
		"  --random SEED   with --flood: invented 11-bit frames instead\n"
		"FRAME is 351#1402, 351#R, 351##0AA (FD) or 00000351#14 (29 bits); FILE is\n"
		"what candump printed or logged, with a / or without a # in its name.\n");

	return 2;
}

static int parse_options(struct feeder *feeder, int argc, char **argv)
{
	static const struct option options[] = {
		{ "period", required_argument, NULL, 'p' },
		{ "times", required_argument, NULL, 'n' },
		{ "timed", no_argument, NULL, 't' },
		{ "flood", required_argument, NULL, 'f' },
		{ "random", required_argument, NULL, 'r' },
		{ 0 }
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'p':
			feeder->period_ms = atol(optarg);
			break;
		case 'n':
			feeder->times = atol(optarg);
			break;
		case 't':
			feeder->timed = true;
			break;
		case 'f':
			feeder->flood = atol(optarg);
			break;
		case 'r':
			feeder->random = (uint32_t)atol(optarg);
			break;
		default:
			return -EINVAL;
		}
	}
	if (!feeder->period_ms && !feeder->times)
		feeder->times = 1;

	return 0;
}

int main(int argc, char **argv)
{
	struct feeder feeder = { 0 };
	int i, err;

	if (parse_options(&feeder, argc, argv) || optind == argc)
		return usage();

	for (i = optind + 1; i < argc; i++) {
		err = read_source(&feeder.frames, argv[i]);
		if (err) {
			fprintf(stderr, "can_feed: %s: %s\n", argv[i], strerror(-err));
			return 2;
		}
	}
	if (!feeder.frames.count && !feeder.random)
		return usage();

	feeder.stop = watch_signals();
	feeder.can = open_can(argv[optind]);
	if (feeder.can < 0) {
		fprintf(stderr, "can_feed: %s: %s\n", argv[optind], strerror(-feeder.can));
		return 1;
	}

	puts("ready");
	fflush(stdout);
	err = feeder.flood ? send_flood(&feeder) : send_cycle(&feeder);
	if (err && err != -EINTR)
		fprintf(stderr, "can_feed: %s: %s\n", argv[optind], strerror(-err));
	printf("sent %llu\n", feeder.sent);
	free(feeder.frames.frame);

	return err && err != -EINTR;
}
