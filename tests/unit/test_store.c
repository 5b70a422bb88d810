// SPDX-License-Identifier: GPL-2.0-only
/*
 * A document on a disk that is cut off, full, read-only or full of nonsense.
 */
#include "state_folder.h"

#include "../../userspace/io/store.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define NAME		"doc"
#define ASIDE		NAME ".damaged-"
#define VERSION		3
#define EMPTY		"{}"

/*
 * The calls of the store, by letter: write, fsync of a file (s) and of a folder (S),
 * rename, unlink. @fail_at: the so-manieth fails with EIO, @die_at: ends the process.
 */
static struct {
	char done[32];
	unsigned int calls, fail_at, die_at;
} watch;

static bool refuses(char call)
{
	unsigned int n = ++watch.calls;

	if (n < sizeof(watch.done))
		watch.done[n - 1] = call;
	if (n == watch.die_at)
		_exit(0);
	if (n == watch.fail_at)
		errno = EIO;

	return n == watch.fail_at;
}

ssize_t __real_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
	/* half of it gets there */
	return refuses('w') ? (__real_write(fd, bytes, size / 2), -1) :
	       __real_write(fd, bytes, size);
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	struct stat st;

	return fstat(fd, &st) || refuses(S_ISDIR(st.st_mode) ? 'S' : 's') ? -1 : __real_fsync(fd);
}

int __real_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	return refuses('r') ? -1 : __real_renameat(from_fd, from, to_fd, to);
}

int __real_unlinkat(int fd, const char *name, int flags);
int __wrap_unlinkat(int fd, const char *name, int flags);
int __wrap_unlinkat(int fd, const char *name, int flags)
{
	return refuses('u') ? -1 : __real_unlinkat(fd, name, flags);
}

static struct store store_of(void **state)
{
	memset(&watch, 0, sizeof(watch));

	return (struct store){ folder_path(state), NAME, VERSION, false };
}

static int save(struct store *store, const char *text)
{
	return store_save(store, text, strlen(text));
}

/* What a new process finds; NULL if nothing, and then why. */
static const char *found(void **state, int *r, char *why)
{
	static char kept[4096];
	struct store store = store_of(state);
	size_t length;
	char *text;

	*why = '\0';
	*r = store_load(&store, &text, &length, why);
	if (*r)
		return NULL;

	assert_int_equal(strlen(text), length);
	snprintf(kept, sizeof(kept), "%s", text);
	free(text);

	return kept;
}

static void expect_text(void **state, const char *expected)
{
	char why[STORE_WHY_SIZE];
	const char *text;
	int r;

	text = found(state, &r, why);
	if (!text)
		fail_msg("%d: %s", r, why);
	assert_string_equal(text, expected);
}

/* The document is refused, set aside as @aside, and gone for the next one. */
static void expect_refused(void **state, const char *aside, const char *fault)
{
	char why[STORE_WHY_SIZE];
	int r;

	assert_null(found(state, &r, why));
	assert_int_equal(r, -EBADMSG);
	if (!strstr(why, fault) || !strstr(why, aside) || !strstr(why, folder_path(state)))
		fail_msg("%s: not about %s, %s", why, fault, aside);
	assert_true(has_file(state, aside));
	assert_null(found(state, &r, why));
	assert_int_equal(r, -ENOENT);
}

static void what_was_saved_is_loaded(void **state)
{
	static const char *const texts[] = { EMPTY, "", "one\ntwo\n", "cellar-store 00000000 3\n" };
	struct store store = store_of(state);
	const struct fake_class *folder = *state;
	char *large = malloc(100000);
	struct stat st;
	size_t length;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(save(&store, texts[i]), 0);
		expect_text(state, texts[i]);
	}
	memset(large, 'x', 100000);
	assert_int_equal(store_save(&store, large, 100000), 0);
	assert_int_equal(store_load(&store, &text, &length, (char[STORE_WHY_SIZE]){ 0 }), 0);
	assert_int_equal(length, 100000);
	assert_memory_equal(text, large, length);
	assert_false(fstatat(folder->fd, NAME, &st, 0));
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_false(has_file(state, NAME ".new"));
	free(text);
	free(large);
}

/* Computed elsewhere: other versions of this program must read it. */
static void format_stays(void **state)
{
	struct store store = { folder_path(state), NAME, 1, false };
	char file[FILE_MAX];
	ssize_t n;

	save(&store, EMPTY);
	n = get_file(state, NAME, file);
	file[n] = '\0';
	assert_string_equal(file, "cellar-store a09c6fb7 1\n" EMPTY);
}

static void earlier_version_is_read(void **state)
{
	struct store store = { folder_path(state), NAME, 1, false };

	save(&store, "as it was");
	expect_text(state, "as it was");
}

static void later_version_is_kept_aside(void **state)
{
	struct store later = { folder_path(state), NAME, VERSION + 1, false };
	struct store never = { folder_path(state), NAME, 0, false };

	save(&later, "from the future");
	expect_refused(state, ASIDE "1", "another version");
	save(&never, "from nowhere");
	expect_refused(state, ASIDE "2", "another version");
}

/* Each bit of a file, one by one; what is found wrong is there to be looked at. */
static void every_bit_is_watched(void **state)
{
	struct store store = store_of(state);
	char file[256], read_back[FILE_MAX];
	const struct fake_class *folder = *state;
	ssize_t n;

	save(&store, "{ \"out\": [] }");
	n = get_file(state, NAME, read_back);
	memcpy(file, read_back, (size_t)n);
	for (ssize_t bit = 0; bit < n * 8; bit++) {
		file[bit / 8] ^= (char)(1 << bit % 8);
		put_file(state, NAME, file, (size_t)n);
		expect_refused(state, ASIDE "1", "cannot be used");
		assert_int_equal(get_file(state, ASIDE "1", read_back), n);
		assert_memory_equal(file, read_back, n);
		unlinkat(folder->fd, ASIDE "1", 0);
		file[bit / 8] ^= (char)(1 << bit % 8);
	}
}

static void every_length_is_watched(void **state)
{
	struct store store = store_of(state);
	const struct fake_class *folder = *state;
	char file[FILE_MAX];
	ssize_t n;

	save(&store, "{ \"out\": [] }");
	n = get_file(state, NAME, file);
	file[n] = '\n';
	for (ssize_t length = 0; length <= n + 1; length++) {
		if (length == n)
			continue;
		put_file(state, NAME, file, (size_t)length);
		expect_refused(state, ASIDE "1", "cannot be used");
		unlinkat(folder->fd, ASIDE "1", 0);
	}
}

static void header_is_held_to_the_letter(void **state)
{
	static const char *const files[] = {
		"cellar-store A09C6FB7 1\n" EMPTY,
		"cellar-store a09c6fb7 01\n" EMPTY,
		"cellar-store a09c6fb7 1 \n" EMPTY,
		"cellar-store a09c6fb7 1\r\n" EMPTY,
		"cellar-store  a09c6fb7 1\n" EMPTY,
		"cellar-store a09c6fb7 4294967297\n" EMPTY,
		"cellar-store a09c6fb7 -1\n" EMPTY,
		"cellar-store a09c6fb7\n",
		"cellar-store a09c6fb7 \n",
		"cellar-store\n" EMPTY,
		"cellar-store \n" EMPTY,
		"\n",
	};
	const struct fake_class *folder = *state;

	put_file(state, NAME, "cellar-store a09c6fb7 1\n" EMPTY, 26);
	expect_text(state, EMPTY);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		put_file(state, NAME, files[i], strlen(files[i]));
		expect_refused(state, ASIDE "1", "cannot be used");
		unlinkat(folder->fd, ASIDE "1", 0);
	}
}

static void what_is_no_file_is_kept_aside(void **state)
{
	const struct fake_class *folder = *state;
	struct store store = store_of(state);
	char file[FILE_MAX] = "";

	mkdirat(folder->fd, NAME, 0700);
	put_file(state, NAME "/within", "x", 1);
	expect_refused(state, ASIDE "1", "cannot be used");
	assert_true(has_file(state, ASIDE "1/within"));

	store.name = "target";
	assert_int_equal(save(&store, "theirs"), 0);
	store.name = NAME;
	symlinkat("target", folder->fd, NAME);
	expect_refused(state, ASIDE "2", "cannot be used");

	mkfifoat(folder->fd, NAME, 0600);
	expect_refused(state, ASIDE "3", "cannot be used");

	symlinkat("target", folder->fd, NAME);
	symlinkat("target", folder->fd, NAME ".new");
	store.known = true;
	assert_int_equal(save(&store, "ours"), 0);
	expect_text(state, "ours");
	assert_true(get_file(state, "target", file) > 0);
	assert_non_null(strstr(file, "\ntheirs"));
}

static void what_was_kept_aside_is_never_overwritten(void **state)
{
	char name[32], file[FILE_MAX], why[STORE_WHY_SIZE];
	struct store store;
	size_t length;
	char *text;

	for (char i = '1'; i <= '0' + STORE_ASIDE_MAX; i++) {
		snprintf(name, sizeof(name), ASIDE "%c", i);
		put_file(state, NAME, &i, 1);
		expect_refused(state, name, "cannot be used");
	}
	put_file(state, NAME, "5", 1);
	store = store_of(state);
	assert_int_equal(store_load(&store, &text, &length, why), -EBADMSG);
	assert_non_null(strstr(why, "not kept"));
	assert_true(has_file(state, NAME));
	assert_int_equal(save(&store, "new"), 0);
	expect_text(state, "new");
	for (char i = '1'; i <= '0' + STORE_ASIDE_MAX; i++) {
		snprintf(name, sizeof(name), ASIDE "%c", i);
		assert_int_equal(get_file(state, name, file), 1);
		assert_int_equal(file[0], i);
	}
	assert_false(has_file(state, ASIDE "5"));
}

static void what_makes_no_sense_to_the_reader_is_kept_aside(void **state)
{
	struct store store = store_of(state);
	char why[STORE_WHY_SIZE];
	size_t length;
	char *text;

	save(&store, "nonsense");
	assert_int_equal(store_load(&store, &text, &length, why), 0);
	free(text);
	store_refuse(&store, "no sense in it", why);
	assert_non_null(strstr(why, "no sense in it; kept as " ASIDE "1"));
	assert_true(has_file(state, ASIDE "1"));
	assert_false(has_file(state, NAME));
	assert_int_equal(save(&store, "new"), 0);
}

static void file_that_nobody_has_read_is_not_overwritten(void **state)
{
	struct store store = store_of(state);
	char file[FILE_MAX];

	save(&store, "precious");
	store = store_of(state);
	assert_int_equal(save(&store, "new"), 1);
	expect_text(state, "new");
	assert_true(get_file(state, ASIDE "1", file) > 0);
	assert_non_null(strstr(file, "precious"));
	assert_int_equal(save(&store, "newer"), 0);
	assert_false(has_file(state, ASIDE "2"));
}

/* The text is on the disk before the name is, and the name before it is reported. */
static void order_of_a_save(void **state)
{
	struct store store = store_of(state);

	save(&store, "old");
	memset(&watch, 0, sizeof(watch));
	save(&store, "new");
	assert_string_equal(watch.done, "uwwsrS");
}

static void error_at_any_step_leaves_the_old_one(void **state)
{
	struct store store = store_of(state);

	save(&store, "old");
	for (unsigned int i = 1; i <= 6; i++) {
		watch.calls = 0;
		watch.fail_at = i;
		assert_int_equal(save(&store, "new"), -EIO);
		watch.fail_at = 0;
		/* after the rename nobody knows whether the folder is on the disk */
		expect_text(state, i < 6 ? "old" : "new");
		assert_false(has_file(state, NAME ".new"));
	}
	assert_int_equal(save(&store, "new"), 0);
	expect_text(state, "new");
}

static void death_at_any_step_leaves_one_of_both(void **state)
{
	for (unsigned int i = 1; i <= 6; i++) {
		struct store store = store_of(state);
		pid_t child;

		save(&store, "old");
		child = fork();
		if (!child) {
			watch.calls = 0;
			watch.die_at = i;
			save(&store, "new");
			_exit(1);
		}
		waitpid(child, NULL, 0);
		expect_text(state, i < 6 ? "old" : "new");
		store = store_of(state);
		store.known = true;
		assert_int_equal(save(&store, "after"), 0);
		expect_text(state, "after");
	}
}

/* Killed at any moment, 100 times, while it saves as fast as it can. */
static void kill_leaves_one_that_was_saved(void **state)
{
	struct store store = store_of(state);
	char text[64];
	unsigned int n;
	pid_t child;

	for (unsigned int i = 0; i < 100; i++) {
		child = fork();
		if (!child) {
			for (n = 0;; n++) {
				snprintf(text, sizeof(text), "number %u", n);
				store_save(&store, text, strlen(text));
			}
		}
		usleep(i * 50);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		store = store_of(state);
		if (has_file(state, NAME)) {
			char why[STORE_WHY_SIZE];
			const char *kept;
			int r;

			kept = found(state, &r, why);
			assert_non_null(kept);
			assert_int_equal(sscanf(kept, "number %u", &n), 1);
		}
		store.known = true;
	}
}

static void full_disk_leaves_the_old_one(void **state)
{
	const struct rlimit none = { 40, RLIM_INFINITY };
	struct store store = store_of(state);
	struct rlimit before;
	int r;

	save(&store, "old");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &none);
	r = save(&store, "new, and longer than what there is room for");
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(r, -EFBIG);
	expect_text(state, "old");
	assert_false(has_file(state, NAME ".new"));
}

static void folder_that_may_not_be_written(void **state)
{
	const struct fake_class *folder = *state;
	struct store store = store_of(state), reader;
	char why[STORE_WHY_SIZE];
	size_t length;
	char *text;
	int saved, loaded, refused;

	save(&store, "old");
	fchmodat(AT_FDCWD, folder->path, 0555, 0);
	fchmodat(folder->fd, NAME, 0644, 0);
	if (!geteuid())
		assert_false(seteuid(65534));
	reader = store_of(state);
	saved = save(&store, "new");
	loaded = store_load(&reader, &text, &length, why);
	free(text);
	reader.version = 1;
	refused = store_load(&reader, &text, &length, why);
	if (!getuid())
		assert_false(seteuid(0));
	fchmodat(AT_FDCWD, folder->path, 0700, 0);
	assert_int_equal(saved, -EACCES);
	assert_int_equal(loaded, 0);
	assert_int_equal(refused, -EBADMSG);
	assert_non_null(strstr(why, "not kept: Permission denied"));
	/* what could not be kept aside then is, when it can be written */
	assert_false(reader.known);
	assert_int_equal(save(&reader, "new"), 1);
	assert_true(has_file(state, ASIDE "1"));
}

static void folder_that_comes_later(void **state)
{
	char path[128], why[STORE_WHY_SIZE];
	struct store store = store_of(state);
	size_t length;
	char *text;

	snprintf(path, sizeof(path), "%s/later", folder_path(state));
	store.folder = path;
	assert_int_equal(store_load(&store, &text, &length, why), -ENOTDIR);
	assert_non_null(strstr(why, path));
	assert_int_equal(save(&store, "new"), -ENOENT);
	mkdir(path, 0700);
	assert_int_equal(save(&store, "new"), 0);
	store = store_of(state);
	store.folder = path;
	assert_int_equal(store_load(&store, &text, &length, why), 0);
	assert_string_equal(text, "new");
	free(text);
}

static void too_large_is_neither_written_nor_read(void **state)
{
	const struct fake_class *folder = *state;
	struct store store = store_of(state);
	char *large = calloc(1, STORE_SIZE_MAX);
	int fd;

	save(&store, "old");
	assert_int_equal(store_save(&store, large, STORE_SIZE_MAX), -EFBIG);
	assert_int_equal(store_save(&store, large, STORE_SIZE_MAX - 64), 0);
	free(large);
	fd = openat(folder->fd, NAME, O_WRONLY | O_CLOEXEC);
	assert_false(ftruncate(fd, (off_t)STORE_SIZE_MAX * 1000));
	close(fd);
	expect_refused(state, ASIDE "1", "too large");
}

#define CASE(name)	cmocka_unit_test_setup_teardown(name, fake_class_new, fake_class_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_was_saved_is_loaded),
		CASE(format_stays),
		CASE(earlier_version_is_read),
		CASE(later_version_is_kept_aside),
		CASE(every_bit_is_watched),
		CASE(every_length_is_watched),
		CASE(header_is_held_to_the_letter),
		CASE(what_is_no_file_is_kept_aside),
		CASE(what_was_kept_aside_is_never_overwritten),
		CASE(what_makes_no_sense_to_the_reader_is_kept_aside),
		CASE(file_that_nobody_has_read_is_not_overwritten),
		CASE(order_of_a_save),
		CASE(error_at_any_step_leaves_the_old_one),
		CASE(death_at_any_step_leaves_one_of_both),
		CASE(kill_leaves_one_that_was_saved),
		CASE(full_disk_leaves_the_old_one),
		CASE(folder_that_may_not_be_written),
		CASE(folder_that_comes_later),
		CASE(too_large_is_neither_written_nor_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
