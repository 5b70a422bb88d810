// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who writes is killed at any moment; files are cut and overwritten anywhere. What was
 * said to be written is there after the first; after the second there is a history.
 */
#include "state_folder.h"

#include "history_house.h"

#include "../../userspace/history/database.h"

#include <signal.h>
#include <sys/wait.h>

#define KILLS		40
#define DAMAGES		120
#define T		HOUSE_BEGIN_S

static unsigned int said_n;

static void said(void *user, const char *code, const char *text)
{
	(void)user, (void)text;
	assert_string_equal(code, "history-damaged");
	said_n++;
}

static int write_minute(struct database *d, unsigned int minute)
{
	static u8 rows[65536];
	struct database_batch batch = {
		.rows = rows, .token = minute + 1, .now_s = T + minute * 60,
		.minute_days = 366,
	};

	batch.size = history_house_minute(T + minute * 60, rows, sizeof(rows));

	return database_write(d, &batch);
}

/* Rows of @table; of the first column that is no key, the sum. */
struct sum {
	unsigned int rows;
	s64 of_first;
};

static int add(void *user, const struct history_row *row)
{
	struct sum *sum = user;

	sum->rows++;
	sum->of_first += row->value[history_tables[row->table].keys].number;

	return 0;
}

static int sum_of(struct database *d, u8 table, struct sum *sum)
{
	struct database_question q = { .table = table, .to = T + 400 * (s64)86400 };
	int r = 0;

	*sum = (struct sum){ 0 };
	while (!r && q.from < q.to)
		r = database_read(d, &q, add, sum, &q.from);

	return r;
}

/* Writes minutes from @from on, and says each that is written, until it is killed. */
static void write_on(const char *folder, unsigned int from, int to)
{
	struct database *d;

	if (database_new(&d, folder, said, NULL))
		_exit(1);
	for (;; from++) {
		if (write_minute(d, from) ||
		    write(to, &from, sizeof(from)) != sizeof(from))
			_exit(1);
	}
}

/* Kill it @us after its word @words; the last minute that it said, or the one before @from. */
static unsigned int write_and_kill(const char *folder, unsigned int from, unsigned int words,
				   unsigned int us)
{
	unsigned int last = from - 1;
	int pair[2], status;
	pid_t pid;

	assert_int_equal(pipe(pair), 0);
	pid = fork();
	if (!pid) {
		close(pair[0]);
		write_on(folder, from, pair[1]);
	}
	assert_true(pid > 0);
	close(pair[1]);
	while (words-- && read(pair[0], &last, sizeof(last)) == sizeof(last))
		;
	usleep(us);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	while (read(pair[0], &last, sizeof(last)) == sizeof(last))
		;
	close(pair[0]);

	return last;
}

/* All that was said, and at most the one of which it could not say so any more. */
static unsigned int is_there(const char *folder, unsigned int said_minutes)
{
	struct sum flows, limits, energy;
	struct database *d;

	assert_int_equal(database_new(&d, folder, said, NULL), 0);
	assert_int_equal(database_check(d), 0);
	assert_int_equal(sum_of(d, HISTORY_FLOWS, &flows), 0);
	assert_in_range(flows.rows, said_minutes, said_minutes + 1);
	assert_int_equal(flows.of_first, flows.rows * 60);
	assert_int_equal(sum_of(d, HISTORY_LIMITS, &limits), 0);
	assert_int_equal(limits.rows, flows.rows * HOUSE_CLUSTERS);
	assert_int_equal(sum_of(d, HISTORY_ENERGY, &energy), 0);
	assert_int_equal(energy.rows, (flows.rows + 1439) / 1440);
	database_free(d);

	return flows.rows;
}

static void killed_at_any_moment_nothing_that_was_written_is_lost(void **state)
{
	unsigned int minutes = 0, last, most = 0;

	srandom(1);
	said_n = 0;
	for (unsigned int i = 0; i < KILLS; i++) {
		last = write_and_kill(folder_path(state), minutes, (u32)random() % 6,
				      (u32)random() % 20000);
		most = last + 1 - minutes > most ? last + 1 - minutes : most;
		minutes = is_there(folder_path(state), last + 1);
	}
	assert_int_equal(said_n, 0);
	print_message("# %u minutes, at most %u between two kills\n", minutes, most);
	assert_true(most >= 5);
}

/* Bytes of a file that somebody else has been at. */
static size_t damage(char *bytes, size_t size)
{
	size_t at = (size_t)random() % size, n;

	switch (random() % 4) {
	case 0:		/* cut */
		return at;
	case 1:		/* a block of a card that was never written */
		n = 512u << random() % 4;
		at -= at % n;
		memset(bytes + at, random() % 2 ? 0 : 0xff, n < size - at ? n : size - at);
		return size;
	case 2:		/* a block of something else */
		n = 1024;
		at -= at % n;
		for (size_t i = at; i < at + n && i < size; i++)
			bytes[i] = (char)random();
		return size;
	default:	/* some bits */
		for (unsigned int i = 0; i < 1 + (u32)random() % 8; i++)
			bytes[(size_t)random() % size] ^= (char)(1 << random() % 8);
		return size;
	}
}

/* A new life: it opens, is written, and what is new is there, whatever was before. */
static void live_on(const char *folder, bool *was_damaged)
{
	unsigned int n = said_n;
	struct database *d;
	struct sum sum;

	assert_int_equal(database_new(&d, folder, said, NULL), 0);
	database_open(d);
	database_check(d);
	assert_int_equal(write_minute(d, 5000), 0);
	assert_int_equal(write_minute(d, 5001), 0);
	for (u8 table = 0; table < HISTORY_TABLES; table++)
		if (sum_of(d, table, &sum))
			assert_int_equal(sum_of(d, table, &sum), 0);
	assert_int_equal(write_minute(d, 5002), 0);
	assert_int_equal(database_check(d), 0);
	database_free(d);
	*was_damaged = said_n != n;
}

static void damaged_anywhere_there_is_a_history(void **state)
{
	static char db[FILE_MAX], wal[FILE_MAX], bytes[FILE_MAX];
	unsigned int noticed = 0;
	ssize_t db_size, wal_size;

	srandom(2);
	write_and_kill(folder_path(state), 0, 250, 0);
	db_size = get_file(state, DATABASE_NAME, db);
	wal_size = get_file(state, DATABASE_NAME "-wal", wal);
	assert_true(db_size > 20000 && db_size < FILE_MAX && wal_size > 10000);
	for (unsigned int i = 0; i < DAMAGES; i++) {
		bool of_wal = i % 3 == 0, was_damaged;
		size_t size = (size_t)(of_wal ? wal_size : db_size);

		memcpy(bytes, of_wal ? wal : db, size);
		put_file(state, DATABASE_NAME, db, (size_t)db_size);
		put_file(state, DATABASE_NAME "-wal", wal, (size_t)wal_size);
		size = damage(bytes, size);
		put_file(state, of_wal ? DATABASE_NAME "-wal" : DATABASE_NAME, bytes, size);
		live_on(folder_path(state), &was_damaged);
		noticed += was_damaged;
	}
	print_message("# %u of %u were damaged so that it was kept aside\n", noticed, DAMAGES);
	assert_in_range(noticed, DAMAGES / 10, DAMAGES);
}

#define CASE(name)	cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(killed_at_any_moment_nothing_that_was_written_is_lost),
		CASE(damaged_anywhere_there_is_a_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
