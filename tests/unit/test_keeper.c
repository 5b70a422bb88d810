// SPDX-License-Identifier: GPL-2.0-only
/*
 * When what is remembered gets onto the disk, and what is said where it cannot. The disk
 * is as slow, and as broken, as a test wants.
 */
#include "memory_house.h"
#include "state_folder.h"

#include "../../userspace/cellard/keeper.h"
#include "../../userspace/io/store.h"

#include <pthread.h>
#include <stdatomic.h>

#define ASIDE	KEEPER_NAME ".damaged-1"

/*
 * @fails: errno of each fsync()
 * @slow: it does not return; only then there is a thread, so that what else happens does
 *        not depend on how fast this machine is
 * @tries, @saves: those that worked
 */
static struct {
	int fails;
	atomic_bool slow;
	atomic_uint tries, saves;
	bool thread;
} disk;

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	struct stat st;
	bool folder = !fstat(fd, &st) && S_ISDIR(st.st_mode);

	disk.tries += !folder;
	while (disk.slow)
		usleep(1000);
	if (disk.fails) {
		errno = disk.fails;
		return -1;
	}
	disk.saves += folder;

	return __real_fsync(fd);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
			  void *user);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
			  void *user);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
			  void *user)
{
	disk.thread = disk.slow;
	if (disk.thread)
		return __real_pthread_create(thread, attr, start, user);

	start(user);

	return 0;
}

int __real_pthread_join(pthread_t thread, void **result);
int __wrap_pthread_join(pthread_t thread, void **result);
int __wrap_pthread_join(pthread_t thread, void **result)
{
	return disk.thread ? __real_pthread_join(thread, result) : 0;
}

/* @said: codes, a blank behind each; @last: the last sentence; @gathered: how often */
struct kept_house {
	struct house house;
	struct keeper *keeper;
	const char *folder;
	unsigned int gathered;
	char said[256];
	char last[1024];
};

static void said(void *user, const char *code, const char *text)
{
	struct kept_house *k = user;
	size_t n = strlen(k->said);

	snprintf(k->said + n, sizeof(k->said) - n, "%s ", code);
	snprintf(k->last, sizeof(k->last), "%s", text);
}

static void gather(void *user, struct memory *memory)
{
	struct kept_house *k = user;

	assert_ptr_equal(memory, keeper_memory(k->keeper));
	k->gathered++;
}

static void open_at(struct kept_house *k, const char *folder)
{
	memset(k, 0, sizeof(*k));
	k->folder = folder;
	assert_int_equal(keeper_new(&k->keeper, folder, said, gather, k), 0);
	house_open(&k->house, LESSO, keeper_memory(k->keeper));
	disk.saves = 0;
	disk.tries = 0;
}

static void close_it(struct kept_house *k)
{
	keeper_free(k->keeper, k->house.plant);
	house_close(&k->house);
}

/* The power goes: nothing more is written. */
static void lose_power(struct kept_house *k)
{
	keeper_free(k->keeper, NULL);
	house_close(&k->house);
}

static void run(struct kept_house *k, unsigned int seconds)
{
	while (seconds--) {
		house_step(&k->house);
		keeper_step(k->keeper, k->house.plant, k->house.now_ms);
	}
}

/* Its packs are known and on the disk, and there have been no news for a minute. */
static void open_settled(struct kept_house *k, const char *folder)
{
	unsigned int tries;

	open_at(k, folder);
	run(k, 200);
	tries = disk.tries;
	run(k, KEEPER_NEWS_MS / 1000 + 1);
	assert_int_equal(disk.tries, tries);
	assert_int_equal(k->gathered, tries);
	disk.saves = 0;
	disk.tries = 0;
}

static void nothing_to_remember_is_no_file(void **state)
{
	struct kept_house k;

	open_at(&k, folder_path(state));
	keeper_step(k.keeper, k.house.plant, 1000);
	close_it(&k);
	assert_false(has_file(state, KEEPER_NAME));
	assert_string_equal(k.said, "");
}

static void first_step_with_packs_is_written(void **state)
{
	struct kept_house k;

	open_at(&k, folder_path(state));
	run(&k, 1);
	assert_int_equal(disk.tries, 1);
	assert_int_equal(disk.saves, 1);
	lose_power(&k);
	open_at(&k, folder_path(state));
	run(&k, 1);
	assert_string_equal(k.said, "");
	assert_string_equal(k.house.plant->clusters->advice->kept->pack[3].key, "S0004");
	close_it(&k);
}

static void decision_is_on_the_disk_with_the_next_step(void **state)
{
	struct kept_house k;

	open_settled(&k, folder_path(state));
	assert_int_equal(plant_set_out(k.house.plant, "S0002", true), 0);
	run(&k, 1);
	assert_int_equal(disk.tries, 1);
	assert_int_equal(plant_set_disconnected(k.house.plant, "S0003", true), 0);
	run(&k, 1);
	assert_int_equal(disk.tries, 2);
	lose_power(&k);

	open_at(&k, folder_path(state));
	run(&k, 5);
	assert_int_equal(house_reason(&k.house, "cellar0-02"), CLUSTER_BY_PERSON);
	assert_true(k.house.plant->clusters->advice->kept->pack[2].disconnected);
	close_it(&k);
}

static void first_full_charge_is_on_the_disk_with_the_next_step(void **state)
{
	struct kept_house k;

	open_settled(&k, folder_path(state));
	k.house.plant->clusters->limits->out.started = true;
	run(&k, 1);
	assert_int_equal(disk.tries, 1);
	lose_power(&k);
	open_at(&k, folder_path(state));
	run(&k, 1);
	assert_true(k.house.plant->clusters->limits->out.started);
	close_it(&k);
}

static void timers_are_written_every_ten_minutes(void **state)
{
	struct kept_house k;

	open_settled(&k, folder_path(state));
	plant_set_out(k.house.plant, "S0002", true);
	run(&k, 1);
	assert_int_equal(disk.tries, 1);
	/* that a pack is missing is advice, and news */
	run(&k, KEEPER_NEWS_MS / 1000);
	assert_true(disk.tries <= 2);
	disk.tries = 0;
	run(&k, KEEPER_TIMERS_MS / 1000 - KEEPER_NEWS_MS / 1000 - 1);
	assert_int_equal(disk.tries, 0);
	run(&k, KEEPER_NEWS_MS / 1000 + 1);
	assert_int_equal(disk.tries, 1);
	run(&k, KEEPER_TIMERS_MS / 1000 * 6);
	assert_int_equal(disk.tries, 7);
	close_it(&k);
}

/* At once when the last is a minute old, and then not for a minute. */
static void news_are_written_once_a_minute(void **state)
{
	struct kept_house k;

	open_settled(&k, folder_path(state));
	house_pack(&k.house, 0)->reading.protections = BIT_ULL(CELLAR_CHARGE_OVERCURRENT);
	run(&k, 1);
	assert_int_equal(disk.tries, 1);
	house_pack(&k.house, 0)->reading.protections = 0;
	run(&k, 1);
	house_pack(&k.house, 0)->reading.protections = BIT_ULL(CELLAR_CHARGE_OVERCURRENT);
	run(&k, KEEPER_NEWS_MS / 1000 - 5);
	assert_int_equal(disk.tries, 1);
	run(&k, 5);
	assert_int_equal(disk.tries, 2);
	lose_power(&k);
	open_at(&k, folder_path(state));
	run(&k, 1);
	assert_int_equal(k.house.plant->clusters->advice->kept->pack[0].trips[CORE_CHARGE], 2);
	close_it(&k);
}

static void last_full_charge_is_news(void **state)
{
	struct kept_house k;

	open_settled(&k, folder_path(state));
	house_say(&k.house, CELLAR_SOC, 10000);
	run(&k, 130);
	run(&k, 1);
	lose_power(&k);
	open_at(&k, folder_path(state));
	run(&k, 1);
	assert_true(k.house.plant->clusters->advice->kept->pack[0].at[ADVICE_WAS_FULL]);
	close_it(&k);
}

static void end_writes_what_is_known_by_then(void **state)
{
	struct kept_house k;
	u32 clock_s;

	open_settled(&k, folder_path(state));
	run(&k, 30);
	assert_int_equal(disk.tries, 0);
	clock_s = k.house.plant->clusters->advice->kept->clock_s;
	close_it(&k);
	assert_int_equal(disk.saves, 1);
	open_at(&k, folder_path(state));
	k.house.wall_s = 0;
	run(&k, 1);
	assert_int_equal(k.house.plant->clusters->advice->kept->clock_s, clock_s);
	close_it(&k);
}

/* A card that takes its time: steps go on, and a decision is written after it. */
static void slow_disk_keeps_nobody_waiting(void **state)
{
	struct kept_house k;

	open_settled(&k, folder_path(state));
	disk.slow = true;
	plant_set_out(k.house.plant, "S0002", true);
	run(&k, 5);
	plant_set_out(k.house.plant, "S0003", true);
	run(&k, 5);
	assert_true(disk.tries <= 1);
	assert_int_equal(disk.saves, 0);
	disk.slow = false;
	for (unsigned int ms = 0; disk.tries < 2 && ms < 30000; ms++) {
		usleep(1000);
		keeper_step(k.keeper, k.house.plant, k.house.now_ms);
	}
	assert_int_equal(disk.saves, 2);
	lose_power(&k);
	open_at(&k, folder_path(state));
	assert_int_equal(k.house.plant->outs, 2);
	close_it(&k);
}

static void broken_disk_is_said_once_and_tried_each_minute(void **state)
{
	struct kept_house k;

	open_settled(&k, folder_path(state));
	disk.fails = ENOSPC;
	plant_set_out(k.house.plant, "S0002", true);
	run(&k, 2);
	assert_int_equal(disk.tries, 1);
	assert_string_equal(k.said, "state-unwritable ");
	assert_non_null(strstr(k.last, "No space left"));
	run(&k, KEEPER_RETRY_MS / 1000 - 3);
	plant_set_out(k.house.plant, "S0003", true);
	run(&k, 1);
	assert_int_equal(disk.tries, 1);
	run(&k, 1);
	assert_int_equal(disk.tries, 2);
	run(&k, KEEPER_RETRY_MS / 1000);
	assert_int_equal(disk.tries, 3);
	assert_string_equal(k.said, "state-unwritable ");
	disk.fails = 0;
	run(&k, KEEPER_RETRY_MS / 1000);
	assert_int_equal(disk.tries, 4);
	run(&k, 1);
	assert_string_equal(k.said, "state-unwritable state-written ");
	assert_int_equal(disk.tries, 4);
	lose_power(&k);
	open_at(&k, folder_path(state));
	assert_int_equal(k.house.plant->outs, 2);
	close_it(&k);
}

static void missing_folder_is_said_once(void **state)
{
	struct kept_house k;
	char path[128];

	snprintf(path, sizeof(path), "%s/none", folder_path(state));
	open_at(&k, path);
	assert_string_equal(k.said, "state-unwritable ");
	assert_non_null(strstr(k.last, path));
	run(&k, 100);
	assert_string_equal(k.said, "state-unwritable ");
	mkdir(path, 0700);
	run(&k, KEEPER_RETRY_MS / 1000 + 1);
	assert_int_equal(disk.saves, 1);
	assert_string_equal(k.said, "state-unwritable state-written ");
	close_it(&k);
	open_at(&k, path);
	assert_string_equal(k.said, "");
	close_it(&k);
}

/* Mounted too late: what was there is neither used nor lost. */
static void file_that_appears_later_is_kept_aside(void **state)
{
	struct kept_house k;
	char path[128];

	snprintf(path, sizeof(path), "%s/late", folder_path(state));
	open_at(&k, path);
	mkdir(path, 0700);
	put_file(state, "late/" KEEPER_NAME, "theirs", 6);
	run(&k, 2);
	assert_string_equal(k.said, "state-unwritable state-refused state-written ");
	assert_true(has_file(state, "late/" ASIDE));
	close_it(&k);
}

static void damaged_file_is_kept_aside_and_said(void **state)
{
	char file[FILE_MAX];
	struct kept_house k;
	ssize_t n;

	open_settled(&k, folder_path(state));
	plant_set_out(k.house.plant, "S0002", true);
	close_it(&k);
	n = get_file(state, KEEPER_NAME, file);
	file[n / 2] ^= 1;
	put_file(state, KEEPER_NAME, file, (size_t)n);

	open_at(&k, folder_path(state));
	assert_string_equal(k.said, "state-refused ");
	assert_non_null(strstr(k.last, ASIDE));
	assert_int_equal(k.house.plant->outs, 0);
	assert_true(has_file(state, ASIDE));
	run(&k, 1);
	assert_int_equal(disk.tries, 1);
	close_it(&k);
	open_at(&k, folder_path(state));
	assert_string_equal(k.said, "");
	close_it(&k);
}

/* Written by a program that knew better, or by a person: nothing of it is used. */
static void sound_file_without_sense_is_kept_aside(void **state)
{
	static const char text[] = "{\"clusters\": {}, \"out\": [{\"key\": \"S0002\"}]}";
	struct store store = { folder_path(state), KEEPER_NAME, MEMORY_VERSION, false };
	struct kept_house k;

	store_save(&store, text, strlen(text));
	open_at(&k, folder_path(state));
	assert_string_equal(k.said, "state-refused ");
	assert_non_null(strstr(k.last, "out; kept as " ASIDE));
	assert_true(has_file(state, ASIDE));
	close_it(&k);
}

static int set_up(void **state)
{
	disk.fails = 0;
	disk.slow = false;

	return fake_class_new(state);
}

#define CASE(name)	cmocka_unit_test_setup_teardown(name, set_up, fake_class_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(nothing_to_remember_is_no_file),
		CASE(first_step_with_packs_is_written),
		CASE(decision_is_on_the_disk_with_the_next_step),
		CASE(first_full_charge_is_on_the_disk_with_the_next_step),
		CASE(timers_are_written_every_ten_minutes),
		CASE(news_are_written_once_a_minute),
		CASE(last_full_charge_is_news),
		CASE(end_writes_what_is_known_by_then),
		CASE(slow_disk_keeps_nobody_waiting),
		CASE(broken_disk_is_said_once_and_tried_each_minute),
		CASE(missing_folder_is_said_once),
		CASE(file_that_appears_later_is_kept_aside),
		CASE(damaged_file_is_kept_aside_and_said),
		CASE(sound_file_without_sense_is_kept_aside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
