// SPDX-License-Identifier: GPL-2.0-only
/*
 * A year of the largest house, as fast as it goes: how much is on the flash after it, how
 * much was written, how often, and what is still known.
 */
#include <setjmp.h>
#include <stdarg.h>

#include "history_house.h"

#include <cmocka.h>

#include <ftw.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../userspace/history/database.h"

static unsigned int days_run = 365;

#define DAY_S		86400
#define YEAR_SIZE_MAX	50000000	/* design.md, "Figures to reach" */

static char folder[64];

static void say(void *user, const char *code, const char *text)
{
	(void)user;
	fail_msg("%s: %s", code, text);
}

static u64 size_of(const char *name)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder, name);

	return stat(path, &st) ? 0 : (u64)st.st_size;
}

static u64 written(void)
{
	FILE *io = fopen("/proc/self/io", "r");
	unsigned long long bytes = 0;
	char line[64];

	assert_non_null(io);
	while (fgets(line, sizeof(line), io))
		sscanf(line, "wchar: %llu", &bytes);
	fclose(io);

	return bytes;
}

static double cpu_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);

	return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void run(struct database *d, s64 from_s, unsigned int days, u64 *most)
{
	static u8 rows[65536];
	struct database_batch batch = { .rows = rows, .minute_days = HISTORY_DAYS_OF_MINUTES };
	u64 size;

	for (s64 t = from_s; t < from_s + (s64)days * DAY_S; t += 60) {
		batch.size = history_house_minute(t, rows, sizeof(rows));
		batch.now_s = t + 60;
		batch.token = t;
		assert_int_equal(database_write(d, &batch), 0);
		if (t % DAY_S)
			continue;
		size = size_of(DATABASE_NAME) + size_of(DATABASE_NAME "-wal");
		*most = size > *most ? size : *most;
	}
}

static int count(void *user, const struct history_row *row)
{
	(void)row;
	(*(unsigned int *)user)++;

	return 0;
}

/* Rows of @table in the day that begins at @from_s. */
static unsigned int rows_of_day(struct database *d, u8 table, s64 from_s)
{
	struct database_question q = { .table = table, .from = from_s, .to = from_s + DAY_S };
	unsigned int n = 0;

	while (q.from < q.to)
		assert_int_equal(database_read(d, &q, count, &n, &q.from), 0);

	return n;
}

static void a_year_of_the_largest_house_is_at_most_50_mb(void **state)
{
	u64 most = 0, wrote = written();
	struct database *d;
	s64 last = HOUSE_BEGIN_S + (s64)(days_run - 1) * DAY_S;

	(void)state;
	assert_int_equal(database_new(&d, folder, say, NULL), 0);
	run(d, HOUSE_BEGIN_S, days_run, &most);
	assert_int_equal(database_commits(d), days_run * 1440);
	printf("# %d days: file %.1f MB, at most %.1f MB with its log; %.2f GB written, %.0f kB a"
	       " minute; %.0f s of CPU\n", days_run, (double)size_of(DATABASE_NAME) / 1e6,
	       (double)most / 1e6, (double)(written() - wrote) / 1e9,
	       (double)(written() - wrote) / (days_run * 1440) / 1e3, cpu_s());
	assert_true(most <= YEAR_SIZE_MAX);

	assert_int_equal(rows_of_day(d, HISTORY_FLOWS, last), 1440);
	assert_int_equal(rows_of_day(d, HISTORY_LIMITS, last), 1440 * HOUSE_CLUSTERS);
	for (unsigned int day = 16; day < days_run && day < 180; day += 30) {
		s64 at = last - day * DAY_S;

		assert_int_equal(rows_of_day(d, HISTORY_FLOWS, at), 96);
		assert_int_equal(rows_of_day(d, HISTORY_LIMITS, at), 96 * HOUSE_CLUSTERS);
		assert_int_equal(rows_of_day(d, HISTORY_CHARGING, at), 32 * HOUSE_CHARGERS);
	}
	for (unsigned int day = 0; day < days_run; day++) {
		s64 at = HOUSE_BEGIN_S + (s64)day * DAY_S;

		assert_int_equal(rows_of_day(d, HISTORY_ENERGY, at), 1);
		assert_int_equal(rows_of_day(d, HISTORY_CURTAILMENTS, at), 1);
		assert_int_equal(rows_of_day(d, HISTORY_SESSIONS, at), HOUSE_CHARGERS);
	}
	database_free(d);
	printf("# closed: %.1f MB\n", (double)size_of(DATABASE_NAME) / 1e6);
}

static int remove_it(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;

	return remove(path);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_year_of_the_largest_house_is_at_most_50_mb),
	};
	int failed;

	if (argc == 2)
		days_run = (unsigned int)atoi(argv[1]);
	snprintf(folder, sizeof(folder), "%s/history-XXXXXX", access("/dev/shm", W_OK) ?
		 "/tmp" : "/dev/shm");
	assert(mkdtemp(folder));

	failed = cmocka_run_group_tests(tests, NULL, NULL);
	nftw(folder, remove_it, 8, FTW_DEPTH | FTW_PHYS);

	return failed;
}
