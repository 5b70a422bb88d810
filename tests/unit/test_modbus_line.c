// SPDX-License-Identifier: GPL-2.0-only
/*
 * A Modbus line with its thread, and a device on TCP that answers at once: what the thread does
 * when the loop takes no results.
 */
#include "core_rig.h"

#include "../../userspace/io/boot_clock.h"
#include "../../userspace/io/modbus.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

/* As many results as there is room for (modbus.c). */
#define RESULTS		64

/* Of whatever must come: a machine may be slow. */
#define LONG_MS		60000

#define REQUEST		12
#define ANSWER		11

static unsigned int heard;

/* One connection; of each request all but how many registers is the same: one. */
static void *serve(void *user)
{
	u8 request[REQUEST], answer[ANSWER];
	int fd = accept(*(int *)user, NULL, NULL);

	while (recv(fd, request, sizeof(request), MSG_WAITALL) == REQUEST) {
		memcpy(answer, request, 8);
		answer[5] = 5;
		answer[8] = 2;
		answer[9] = 0;
		answer[10] = 7;
		if (send(fd, answer, sizeof(answer), MSG_NOSIGNAL) != ANSWER)
			break;
	}
	close(fd);

	return NULL;
}

static int listen_on(u16 *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	*port = ntohs(at.sin_port);

	return fd;
}

static void on_heard(void *user, const struct modbus_result *result)
{
	(void)user;
	assert_int_equal(result->outcome, MODBUS_DONE);
	assert_int_equal(result->value[0], 7);
	heard++;
}

static void on_line(void *user, int error)
{
	(void)user, (void)error;
}

static u64 answers(const struct modbus_line *line)
{
	struct modbus_counters counters;

	modbus_line_count(line, &counters);

	return counters.answers;
}

/* That the line is open is a result as well, and the first one. */
static void a_loop_that_takes_no_results_gets_no_more_until_it_does(void **state)
{
	static const struct modbus_hooks hooks = { .heard = on_heard, .line = on_line };
	static const struct modbus_device device = { .address = 1, .tries = 3, .timeout_ms = 1000 };
	static const struct register_read read = { MODBUS_READ_HOLDING, 0, 1 };
	struct modbus_port_config config = { .host = "127.0.0.1" };
	u64 end = boot_clock_ms() + LONG_MS;
	int fd = listen_on(&config.tcp_port);
	struct modbus_line *line;
	sd_event *event;
	pthread_t server;

	(void)state;
	assert_int_equal(pthread_create(&server, NULL, serve, &fd), 0);
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(modbus_line_new(&line, event, &config, &hooks, NULL), 0);
	assert_int_equal(modbus_line_device(line, 0, &device), 0);
	assert_int_equal(modbus_line_read(line, 0, 0, &read, 1), 0);
	while (answers(line) < RESULTS - 1 && boot_clock_ms() < end)
		poll(NULL, 0, 1);
	poll(NULL, 0, 50);
	assert_int_equal(answers(line), RESULTS - 1);
	while (heard < 3 * RESULTS && boot_clock_ms() < end)
		assert_true(sd_event_run(event, 100000) >= 0);
	assert_true(heard >= 3 * RESULTS);

	modbus_line_end(line, 0);
	pthread_join(server, NULL);
	sd_event_unref(event);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loop_that_takes_no_results_gets_no_more_until_it_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
