// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellard and the process that keeps its history: the real one, and, by the word that
 * stands in the folder, this program as one that is slow, full, dead or mad.
 */
#include "state_folder.h"

#include "../../userspace/cellard/history.h"
#include "../../userspace/cellard/history_queue.h"
#include "../../userspace/history/link.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#define WALL_S	1767225600
#define REAL	"cellar-history"

/* Who answers ------------------------------------------------------------------- */

static struct link_message message;

static void answer(u8 kind, s64 number, const char *text)
{
	message.header = (struct link_header){ .kind = kind, .number = number };
	memcpy(message.bytes, text, strlen(text) + 1);
	link_send(STDIN_FILENO, &message, strlen(text) + 1);
}

/* What it has been told goes to a file, a line for each batch: token, size, wall clock. */
static void note(const char *folder)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/told", folder);
	file = fopen(path, "a");
	if (!file)
		exit(1);
	fprintf(file, "%lld %lld %lld\n", (long long)message.header.token,
		(long long)message.header.number, (long long)message.header.time_s);
	fclose(file);
}

static int fake(const char *folder)
{
	char path[128], how[32] = "";
	bool ready = true;
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/how", folder);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%31s", how) != 1)
		return 1;
	fclose(file);
	if (!strcmp(how, "dead"))
		return 3;
	if (!strcmp(how, "mad"))
		answer(77, 0, "what?");
	while (!link_receive(STDIN_FILENO, &message, &size)) {
		if (ready)
			message.header.number = (s64)size;
		if (message.header.kind == LINK_WRITE)
			note(folder);
		if (!strcmp(how, "stuck"))
			pause();
		if (!strcmp(how, "dies"))
			return 0;
		if (message.header.kind == LINK_ASK)
			answer(LINK_END, -EIO, "the card is broken");
		else if (!strcmp(how, "full"))
			answer(LINK_WRITTEN, -ENOSPC, "the disk is full");
		else
			answer(LINK_WRITTEN, 0, "");
	}

	return 0;
}

/* Who asks ------------------------------------------------------------------------ */

/* The paths of both. */
static char real[512], self[256];

/* @said: codes, a blank behind each; @last: the last sentence */
static struct {
	struct history *history;
	sd_event *event;
	const char *folder;
	u64 now_ms;
	s64 wall_s;
	char said[256], last[1024];
} k;

static void said(void *user, const char *code, const char *text)
{
	size_t n = strlen(k.said);

	(void)user;
	snprintf(k.said + n, sizeof(k.said) - n, "%s ", code);
	snprintf(k.last, sizeof(k.last), "%s", text);
}

static void begin(void **state, const char *how)
{
	memset(&k, 0, sizeof(k));
	k.folder = folder_path(state);
	k.now_ms = 1000000;
	k.wall_s = WALL_S;
	if (strcmp(how, REAL) != 0)
		put_file(state, "how", how, strlen(how));
	assert_int_equal(sd_event_new(&k.event), 0);
	assert_int_equal(history_new(&k.history, k.event, strcmp(how, REAL) ? self : real,
				     k.folder, said, NULL), 0);
	history_configure(k.history, true, 14);
}

static void end(const struct energy *energy)
{
	history_free(k.history, energy, k.now_ms, k.wall_s);
	sd_event_unref(k.event);
}

/* What has come, for as long as it comes. */
static void hear(unsigned int ms)
{
	while (sd_event_run(k.event, ms * 1000) > 0)
		;
}

static void hear_until_said(const char *codes)
{
	for (unsigned int i = 0; i < 300 && strcmp(k.said, codes) != 0; i++)
		sd_event_run(k.event, 100000);
	assert_string_equal(k.said, codes);
}

static void step_later(u32 ms, const struct energy *energy)
{
	k.now_ms += ms;
	k.wall_s += k.wall_s ? ms / 1000 : 0;
	history_step(k.history, energy, k.now_ms, k.wall_s);
}

static void add_event(s64 time_s, s64 sequence)
{
	struct history_row row;

	history_row_clear(&row, HISTORY_EVENTS);
	row.value[EVENTS_TIME].number = time_s;
	row.value[EVENTS_SEQUENCE].number = sequence;
	row.value[EVENTS_CODE].text = "x";
	row.value[EVENTS_SUBJECT].text = "";
	row.value[EVENTS_WORDS].text = "words";
	history_add(k.history, &row, k.now_ms);
}

/* Lines of what a fake was told. */
static unsigned int batches(void **state, char *told)
{
	static char bytes[FILE_MAX];
	ssize_t n = get_file(state, "told", bytes);
	unsigned int lines = 0;

	for (ssize_t i = 0; i < n; i++)
		lines += bytes[i] == '\n';
	if (told)
		snprintf(told, 512, "%.*s", n > 0 ? (int)n : 0, bytes);

	return lines;
}

static void await_batches(void **state, unsigned int n)
{
	for (unsigned int i = 0; i < 300 && batches(state, NULL) < n; i++)
		hear(20);
	hear(50);
	assert_int_equal(batches(state, NULL), n);
}

/* "n rows", or what went wrong */
static struct {
	unsigned int rows, ends;
	int error;
	char why[256], text[512];
	s64 next;
} answered;

static void on_row(void *user, const struct history_row *row)
{
	size_t n = strlen(answered.text);

	(void)user;
	answered.rows++;
	snprintf(answered.text + n, sizeof(answered.text) - n, "%lld %lld|",
		 (long long)row->value[0].number, (long long)row->value[1].number);
}

static void on_end(void *user, int error, const char *why, s64 next)
{
	(void)user;
	answered.ends++;
	answered.error = error;
	answered.next = next;
	snprintf(answered.why, sizeof(answered.why), "%s", why);
}

static const struct history_answer answers = { on_row, on_end };

static int ask(u8 table, s64 from, s64 to)
{
	const struct history_asked asked = { .table = table, .from = from, .to = to };

	return history_ask(k.history, &asked, &answers, NULL);
}

static void ask_and_wait(u8 table, s64 from, s64 to)
{
	memset(&answered, 0, sizeof(answered));
	assert_int_equal(ask(table, from, to), 0);
	for (unsigned int i = 0; i < 300 && !answered.ends; i++)
		sd_event_run(k.event, 100000);
	assert_int_equal(answered.ends, 1);
}

static void flow(struct energy *energy, u32 s, s64 local_s)
{
	struct energy_flow f = { .known = (1 << ENERGY_KINDS) - 1 };

	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++)
		f.w[kind] = 1000 + (s32)kind;
	for (u32 i = 0; i < s; i++)
		energy_step(energy, &f, 1000, local_s + i);
}

static void rows_are_written_and_read(void **state)
{
	begin(state, REAL);
	add_event(WALL_S + 5, 1);
	add_event(WALL_S + 6, 2);
	step_later(60000, NULL);
	ask_and_wait(HISTORY_EVENTS, 0, WALL_S + 86400);
	assert_int_equal(answered.error, 0);
	assert_int_equal(answered.next, WALL_S + 86400);
	assert_string_equal(answered.text, "1767225605 1|1767225606 2|");
	ask_and_wait(HISTORY_EVENTS, WALL_S + 6, WALL_S + 86400);
	assert_int_equal(answered.rows, 1);
	ask_and_wait(HISTORY_FLOWS, 0, WALL_S);
	assert_int_equal(answered.rows, 0);
	end(NULL);
	assert_string_equal(k.said, "");
}

static void what_waits_is_written_when_the_daemon_ends(void **state)
{
	begin(state, REAL);
	step_later(60000, NULL);
	add_event(WALL_S, 1);
	end(NULL);
	/* closed as it should be: nothing waits in its log */
	assert_true(has_file(state, "history.db"));
	assert_false(has_file(state, "history.db-wal"));
	begin(state, REAL);
	step_later(60000, NULL);
	ask_and_wait(HISTORY_EVENTS, 0, WALL_S + 86400);
	assert_int_equal(answered.rows, 1);
	end(NULL);
}

static void energies_survive_a_restart_exactly(void **state)
{
	struct energy energy, later;
	s64 wall_s = 5;

	begin(state, REAL);
	energy_start(&energy);
	assert_true(history_restore_energy(k.history, &energy, &wall_s) || !wall_s || wall_s == 5);
	flow(&energy, 1000, 20454 * 86400 + 80000);
	end(&energy);

	begin(state, REAL);
	energy_start(&later);
	assert_true(history_restore_energy(k.history, &later, &wall_s));
	assert_int_equal(wall_s, WALL_S);
	assert_memory_equal(later.sum, energy.sum, sizeof(energy.sum));
	assert_int_equal(later.day, energy.day);
	flow(&later, 600, 20454 * 86400 + 85900);
	step_later(60000, &later);
	ask_and_wait(HISTORY_ENERGY, 0, 30000 * (s64)86400);
	/* 1600 s at 1 kW, of which the last 99 were after midnight */
	assert_string_equal(answered.text, "20454 1501000000|20455 99000000|");
	end(&later);
}

/* The power goes: what the last minute had is lost, and no more. */
static void a_power_cut_costs_a_minute_at_most(void **state)
{
	struct energy energy, later, written;
	s64 wall_s = 0;
	pid_t pid;
	int status;

	pid = fork();
	if (!pid) {
		begin(state, REAL);
		energy_start(&energy);
		history_restore_energy(k.history, &energy, &wall_s);
		flow(&energy, 1000, 20454 * 86400);
		step_later(60000, &energy);
		ask_and_wait(HISTORY_ENERGY, 0, 0);
		flow(&energy, 59, 20454 * 86400 + 1000);
		step_later(59000, &energy);
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, &status, 0);
	energy_start(&written);
	flow(&written, 1000, 20454 * 86400);
	begin(state, REAL);
	energy_start(&later);
	assert_true(history_restore_energy(k.history, &later, &wall_s));
	assert_memory_equal(later.sum, written.sum, sizeof(written.sum));
	assert_int_equal(wall_s, WALL_S + 60);
	end(&later);
}

/* They were written by other means after the history could not be written any more. */
static void later_energies_are_not_set_back(void **state)
{
	struct energy energy, later;
	s64 wall_s = 0;

	begin(state, REAL);
	energy_start(&energy);
	history_restore_energy(k.history, &energy, &wall_s);
	flow(&energy, 100, 20454 * 86400);
	end(&energy);
	begin(state, REAL);
	later = energy;
	flow(&later, 10, 20454 * 86400 + 100);
	energy = later;
	assert_false(history_restore_energy(k.history, &later, &wall_s));
	assert_memory_equal(&later, &energy, sizeof(energy));
	/* and the day has what was missing */
	step_later(60000, &later);
	ask_and_wait(HISTORY_ENERGY, 0, 30000 * (s64)86400);
	assert_string_equal(answered.text, "20454 110000000|");
	end(&later);
}

static void there_is_one_transaction_a_minute(void **state)
{
	begin(state, "well");
	for (unsigned int s = 0; s < 600; s++) {
		add_event(WALL_S + s, s);
		step_later(1000, NULL);
		hear(0);
		if (s % 60 == 30)
			hear(100);
	}
	assert_in_range(batches(state, NULL), 9, 10);
	end(NULL);
	assert_in_range(batches(state, NULL), 10, 11);
}

static void nothing_to_write_is_no_transaction(void **state)
{
	begin(state, "well");
	for (unsigned int i = 0; i < 10; i++)
		step_later(60000, NULL);
	hear(50);
	end(NULL);
	assert_int_equal(batches(state, NULL), 0);
	assert_string_equal(k.said, "");
}

/* A card takes minutes: everything else goes on, and what is new waits. */
static void a_card_that_hangs_keeps_nobody_waiting(void **state)
{
	struct timespec from, to;

	begin(state, "stuck");
	add_event(WALL_S, 1);
	step_later(60000, NULL);
	await_batches(state, 1);
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (unsigned int i = 0; i < 2000; i++) {
		add_event(WALL_S, i);
		step_later(1000, NULL);
		hear(0);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true(to.tv_sec - from.tv_sec < 20);
	assert_int_equal(batches(state, NULL), 1);
	for (unsigned int i = 0; i < HISTORY_ASKED_MAX; i++)
		assert_int_equal(ask(HISTORY_EVENTS, 0, WALL_S), 0);
	assert_int_equal(ask(HISTORY_EVENTS, 0, WALL_S), -EBUSY);
	memset(&answered, 0, sizeof(answered));
	end(NULL);
	assert_int_equal(answered.ends, HISTORY_ASKED_MAX);
	assert_int_equal(answered.error, -ENOTCONN);
}

static void a_full_disk_is_said_once_and_so_is_its_end(void **state)
{
	begin(state, "full");
	add_event(WALL_S, 1);
	step_later(60000, NULL);
	hear_until_said("history-unwritable ");
	assert_non_null(strstr(k.last, "the disk is full"));
	step_later(1000, NULL);
	hear(100);
	assert_int_equal(batches(state, NULL), 1);
	step_later(59000, NULL);
	await_batches(state, 2);
	assert_string_equal(k.said, "history-unwritable ");
	put_file(state, "how", "well", 4);
	end(NULL);
}

static void it_is_started_again_a_minute_after_it_died(void **state)
{
	begin(state, "dies");
	add_event(WALL_S, 1);
	step_later(60000, NULL);
	hear_until_said("history-unwritable ");
	assert_non_null(strstr(k.last, "cellar-history has ended"));
	assert_int_equal(ask(HISTORY_EVENTS, 0, WALL_S), -ENOTCONN);
	put_file(state, "how", "well", 4);
	step_later(59000, NULL);
	assert_int_equal(batches(state, NULL), 1);
	step_later(1000, NULL);
	hear_until_said("history-unwritable history-written ");
	end(NULL);
}

/* It may have written it and died then: it gets the same again, and knows it. */
static void a_batch_without_an_answer_goes_again_as_it_was(void **state)
{
	char told[512], *second;

	begin(state, "dies");
	add_event(WALL_S, 1);
	step_later(60000, NULL);
	hear_until_said("history-unwritable ");
	add_event(WALL_S + 1, 2);
	put_file(state, "how", "well", 4);
	step_later(60000, NULL);
	await_batches(state, 2);
	batches(state, told);
	second = strchr(told, '\n') + 1;
	assert_int_equal(strtoll(told, NULL, 10), strtoll(second, NULL, 10));
	assert_int_equal(strtoll(strchr(told, ' '), NULL, 10),
			 strtoll(strchr(second, ' '), NULL, 10));
	/* then what has come since, as another one */
	step_later(60000, NULL);
	await_batches(state, 3);
	batches(state, told);
	second = strchr(told, '\n') + 1;
	second = strchr(second, '\n') + 1;
	assert_int_equal(strtoll(told, NULL, 10) + 1, strtoll(second, NULL, 10));
	end(NULL);
}

static void without_the_program_it_is_said_once(void **state)
{
	begin(state, "well");
	history_free(k.history, NULL, 0, 0);
	assert_int_equal(history_new(&k.history, k.event, "/nowhere/cellar-history", k.folder,
				     said, NULL), 0);
	history_configure(k.history, true, 14);
	for (unsigned int i = 0; i < 5; i++)
		step_later(60000, NULL);
	assert_string_equal(k.said, "history-unwritable ");
	assert_non_null(strstr(k.last, "/nowhere/cellar-history: No such file"));
	end(NULL);
}

static void one_that_ends_at_once_is_no_history(void **state)
{
	struct energy energy;
	s64 wall_s = 0;

	begin(state, "dead");
	energy_start(&energy);
	assert_false(history_restore_energy(k.history, &energy, &wall_s));
	assert_string_equal(k.said, "history-unwritable ");
	end(&energy);
}

static void one_that_makes_no_sense_is_ended(void **state)
{
	begin(state, "mad");
	step_later(60000, NULL);
	hear_until_said("history-unwritable ");
	end(NULL);
}

static void an_answer_may_be_that_it_cannot(void **state)
{
	begin(state, "well");
	step_later(60000, NULL);
	ask_and_wait(HISTORY_EVENTS, 0, WALL_S);
	assert_int_equal(answered.error, -EIO);
	assert_string_equal(answered.why, "the card is broken");
	end(NULL);
}

static void who_keeps_none_has_none(void **state)
{
	begin(state, REAL);
	history_configure(k.history, false, 14);
	add_event(WALL_S, 1);
	step_later(60000, NULL);
	assert_int_equal(ask(HISTORY_EVENTS, 0, WALL_S), -ENOTCONN);
	end(NULL);
	assert_false(has_file(state, "history.db"));

	/* and it can be changed while it runs */
	begin(state, REAL);
	add_event(WALL_S, 1);
	step_later(60000, NULL);
	ask_and_wait(HISTORY_EVENTS, 0, WALL_S + 60);
	history_configure(k.history, false, 14);
	assert_int_equal(ask(HISTORY_EVENTS, 0, WALL_S), -ENOTCONN);
	history_configure(k.history, true, 14);
	step_later(60000, NULL);
	ask_and_wait(HISTORY_EVENTS, 0, WALL_S + 60);
	assert_int_equal(answered.rows, 1);
	end(NULL);
	assert_string_equal(k.said, "");
}

static void a_damaged_file_is_said(void **state)
{
	put_file(state, "history.db", "Dear diary, today the sun was out.", 34);
	begin(state, REAL);
	add_event(WALL_S, 1);
	step_later(60000, NULL);
	hear_until_said("history-damaged ");
	ask_and_wait(HISTORY_EVENTS, 0, WALL_S + 60);
	assert_int_equal(answered.rows, 1);
	end(NULL);
}

static void it_goes_on_in_a_folder_that_is_not_there(void **state)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/none", folder_path(state));
	begin(state, REAL);
	history_free(k.history, NULL, 0, 0);
	assert_int_equal(history_new(&k.history, k.event, real, path, said, NULL), 0);
	history_configure(k.history, true, 14);
	add_event(WALL_S, 1);
	step_later(60000, NULL);
	hear_until_said("history-unwritable ");
	step_later(60000, NULL);
	hear(200);
	assert_string_equal(k.said, "history-unwritable ");
	mkdir(path, 0700);
	step_later(60000, NULL);
	hear_until_said("history-unwritable history-written ");
	ask_and_wait(HISTORY_EVENTS, 0, WALL_S + 60);
	assert_int_equal(answered.rows, 1);
	end(NULL);
}

/* The queue ----------------------------------------------------------------------- */

static struct history_queue queue_of(size_t most)
{
	return (struct history_queue){ .most = most };
}

static void put_event(struct history_queue *q, s64 time_s, s64 sequence, u64 now_ms)
{
	struct history_row row;

	history_row_clear(&row, HISTORY_EVENTS);
	row.value[EVENTS_TIME].number = time_s;
	row.value[EVENTS_SEQUENCE].number = sequence;
	row.value[EVENTS_WORDS].text = "eighty letters, as they stand in an event of the kind"
				       " that comes every few minutes";
	history_queue_add(q, &row, now_ms);
}

/* What a batch has: "time sequence|". */
static const char *taken(struct history_queue *q, size_t room, u64 now_ms, s64 wall_s, bool again)
{
	static char text[4096];
	static u8 bytes[65536];
	const u8 *at = bytes, *end;
	struct history_row row;
	size_t n = 0;

	end = bytes + history_queue_take(q, bytes, room, now_ms, wall_s, again);
	text[0] = '\0';
	while (rows_take(&at, end, &row) && n < sizeof(text))
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%lld %lld|",
				      (long long)row.value[0].number,
				      (long long)row.value[1].number);
	assert_ptr_equal(at, end);

	return text;
}

static void rows_wait_in_order(void **state)
{
	struct history_queue q = queue_of(65536);

	(void)state;
	for (unsigned int i = 1; i <= 4; i++)
		put_event(&q, i, i, 0);
	assert_string_equal(taken(&q, 250, 0, 0, false), "1 1|2 2|");
	put_event(&q, 5, 5, 0);
	assert_string_equal(taken(&q, 65536, 0, 0, true), "1 1|2 2|");
	history_queue_written(&q);
	assert_string_equal(taken(&q, 65536, 0, 0, false), "3 3|4 4|5 5|");
	assert_string_equal(taken(&q, 65536, 0, 0, false), "3 3|4 4|5 5|");
	history_queue_written(&q);
	assert_string_equal(taken(&q, 65536, 0, 0, false), "");
	assert_int_equal(q.size, 0);
	history_queue_free(&q);
}

static void the_oldest_go_when_there_is_no_room(void **state)
{
	struct history_queue q = queue_of(8192);
	const char *text;

	(void)state;
	for (unsigned int i = 1; i <= 100; i++)
		put_event(&q, i, i, 0);
	assert_true(q.room <= 8192);
	assert_in_range(q.lost, 10, 60);
	text = taken(&q, 65536, 0, 0, false);
	assert_int_equal(strtol(text, NULL, 10), q.lost + 1);
	assert_non_null(strstr(text, "|100 100|"));
	history_queue_free(&q);
}

/* A batch is under way while they go: what stays is not written twice, nor lost. */
static void what_goes_from_a_batch_is_not_counted_twice(void **state)
{
	struct history_queue q = queue_of(8192);
	unsigned int before;

	(void)state;
	for (unsigned int i = 1; i <= 40; i++)
		put_event(&q, i, i, 0);
	taken(&q, 1000, 0, 0, false);
	for (unsigned int i = 41; i <= 85; i++)
		put_event(&q, i, i, 0);
	before = (unsigned int)q.lost;
	assert_true(before > 0);
	history_queue_written(&q);
	assert_in_range(strtol(taken(&q, 65536, 0, 0, false), NULL, 10), before + 1, before + 9);
	history_queue_free(&q);
}

static void a_row_without_a_time_gets_the_one_it_had(void **state)
{
	struct history_queue q = queue_of(65536);
	struct history_row row;

	(void)state;
	put_event(&q, HISTORY_NOTHING, 1, 5000);
	history_row_clear(&row, HISTORY_FLOWS);
	row.value[FLOWS_SECONDS].number = 60;
	history_queue_add(&q, &row, 9000);
	put_event(&q, 7, 3, 10000);
	/* while nobody knows the time they wait, and in their order */
	assert_string_equal(taken(&q, 65536, 20000, 0, false), "");
	assert_string_equal(taken(&q, 65536, 65000, WALL_S + 130, false),
			    "1767225670 1|1767225660 60|7 3|");
	history_queue_free(&q);
}

#define CASE(name)	cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(rows_are_written_and_read),
		CASE(what_waits_is_written_when_the_daemon_ends),
		CASE(energies_survive_a_restart_exactly),
		CASE(a_power_cut_costs_a_minute_at_most),
		CASE(later_energies_are_not_set_back),
		CASE(there_is_one_transaction_a_minute),
		CASE(nothing_to_write_is_no_transaction),
		CASE(a_card_that_hangs_keeps_nobody_waiting),
		CASE(a_full_disk_is_said_once_and_so_is_its_end),
		CASE(it_is_started_again_a_minute_after_it_died),
		CASE(a_batch_without_an_answer_goes_again_as_it_was),
		CASE(without_the_program_it_is_said_once),
		CASE(one_that_ends_at_once_is_no_history),
		CASE(one_that_makes_no_sense_is_ended),
		CASE(an_answer_may_be_that_it_cannot),
		CASE(who_keeps_none_has_none),
		CASE(a_damaged_file_is_said),
		CASE(it_goes_on_in_a_folder_that_is_not_there),
		cmocka_unit_test(rows_wait_in_order),
		cmocka_unit_test(the_oldest_go_when_there_is_no_room),
		cmocka_unit_test(what_goes_from_a_batch_is_not_counted_twice),
		cmocka_unit_test(a_row_without_a_time_gets_the_one_it_had),
	};
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		return 1;
	if (argc == 2)
		return fake(argv[1]);
	/* this is tests/unit/test_history beside it */
	snprintf(real, sizeof(real), "%s", self);
	for (unsigned int up = 0; up < 3; up++)
		*strrchr(real, '/') = '\0';
	snprintf(real + strlen(real), sizeof(real) - strlen(real), "/" REAL);

	return cmocka_run_group_tests(tests, NULL, NULL);
}
