// SPDX-License-Identifier: GPL-2.0-only
/*
 * A timer comes when it was asked for, once, and is left alone when it already does.
 */
#include "../../userspace/io/boot_clock.h"
#include "../../userspace/io/boot_timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct rig {
	sd_event *event;
	sd_event_source *timer;
	unsigned int came;
};

int __real_sd_event_source_set_time(sd_event_source *timer, uint64_t usec);
int __wrap_sd_event_source_set_time(sd_event_source *timer, uint64_t usec);

static unsigned int times_set;

int __wrap_sd_event_source_set_time(sd_event_source *timer, uint64_t usec)
{
	times_set++;

	return __real_sd_event_source_set_time(timer, usec);
}

static int on_timer(sd_event_source *timer, uint64_t usec, void *user)
{
	struct rig *rig = user;

	(void)timer, (void)usec;
	rig->came++;

	return 0;
}

static int set_up(void **state)
{
	static struct rig rig;

	rig.came = 0;
	assert_int_equal(sd_event_new(&rig.event), 0);
	assert_int_equal(sd_event_add_time(rig.event, &rig.timer, CLOCK_BOOTTIME, UINT64_MAX, 1,
					   on_timer, &rig), 0);
	*state = &rig;

	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;

	sd_event_source_unref(rig->timer);
	sd_event_unref(rig->event);

	return 0;
}

/* Whatever is due; waits for it for @wait_ms. */
static void run(struct rig *rig, unsigned int wait_ms)
{
	assert_true(sd_event_run(rig->event, wait_ms * 1000ULL) >= 0);
}

static void assert_set(const struct rig *rig, u64 at_ms, int enabled)
{
	uint64_t us;
	int is;

	assert_int_equal(sd_event_source_get_time(rig->timer, &us), 0);
	assert_int_equal(us, at_ms * 1000);
	assert_true(sd_event_source_get_enabled(rig->timer, &is) >= 0);
	assert_int_equal(is, enabled);
}

static void what_has_passed_comes_at_once_and_once(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(boot_timer_at(rig->timer, boot_clock_ms()), 0);
	run(rig, 10000);
	assert_int_equal(rig->came, 1);
	run(rig, 0);
	assert_int_equal(rig->came, 1);
}

static void it_comes_no_sooner_than_it_was_asked_for(void **state)
{
	struct rig *rig = *state;
	u64 at_ms = boot_clock_ms() + 30;

	assert_int_equal(boot_timer_at(rig->timer, at_ms), 0);
	run(rig, 10000);
	assert_int_equal(rig->came, 1);
	assert_true(boot_clock_ms() >= at_ms);
}

static void the_last_time_counts_sooner_or_later(void **state)
{
	struct rig *rig = *state;
	u64 now_ms = boot_clock_ms();

	assert_int_equal(boot_timer_at(rig->timer, now_ms + 3600000), 0);
	assert_set(rig, now_ms + 3600000, SD_EVENT_ONESHOT);
	assert_int_equal(boot_timer_at(rig->timer, now_ms), 0);
	assert_set(rig, now_ms, SD_EVENT_ONESHOT);
	assert_int_equal(boot_timer_at(rig->timer, now_ms + 3600000), 0);
	run(rig, 0);
	assert_int_equal(rig->came, 0);
}

static void never_is_not_at_all(void **state)
{
	struct rig *rig = *state;
	u64 at_ms = boot_clock_ms();

	assert_int_equal(boot_timer_at(rig->timer, at_ms), 0);
	assert_int_equal(boot_timer_at(rig->timer, BOOT_TIMER_NEVER), 0);
	run(rig, 0);
	assert_int_equal(rig->came, 0);
	assert_set(rig, at_ms, SD_EVENT_OFF);
}

static void what_is_so_already_is_left_alone(void **state)
{
	struct rig *rig = *state;
	u64 at_ms = boot_clock_ms() + 3600000;

	assert_int_equal(boot_timer_at(rig->timer, at_ms), 0);
	times_set = 0;
	assert_int_equal(boot_timer_at(rig->timer, at_ms), 0);
	assert_int_equal(times_set, 0);
	assert_int_equal(boot_timer_at(rig->timer, at_ms + 1), 0);
	assert_int_equal(times_set, 1);
}

/* The same time again: it has come once, or never did, and is asked for anew. */
static void it_comes_again_when_it_is_asked_for_again(void **state)
{
	struct rig *rig = *state;
	u64 at_ms = boot_clock_ms();

	assert_int_equal(boot_timer_at(rig->timer, at_ms), 0);
	run(rig, 10000);
	assert_int_equal(boot_timer_at(rig->timer, at_ms), 0);
	run(rig, 10000);
	assert_int_equal(rig->came, 2);
	assert_int_equal(boot_timer_at(rig->timer, BOOT_TIMER_NEVER), 0);
	assert_int_equal(boot_timer_at(rig->timer, at_ms), 0);
	run(rig, 10000);
	assert_int_equal(rig->came, 3);
}

/* An event source of another kind has no time. */
static void what_sd_event_says_is_returned(void **state)
{
	struct rig *rig = *state;
	sd_event_source *defer;

	assert_int_equal(sd_event_add_defer(rig->event, &defer, NULL, NULL), 0);
	assert_int_equal(boot_timer_at(defer, 1000), -EDOM);
	sd_event_source_unref(defer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_has_passed_comes_at_once_and_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(it_comes_no_sooner_than_it_was_asked_for, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_last_time_counts_sooner_or_later, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(never_is_not_at_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_so_already_is_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_comes_again_when_it_is_asked_for_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_sd_event_says_is_returned, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
