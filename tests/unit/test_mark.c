// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mark is another one for whatever is otherwise.
 */
#include "core_rig.h"

#include "../../userspace/core/mark.h"

static u64 of(const void *bytes, size_t size)
{
	return mark_bytes(MARK_START, bytes, size);
}

static void any_bit_of_any_byte_counts(void **state)
{
	u8 bytes[19] = { 0 };

	(void)state;
	for (size_t size = 1; size <= sizeof(bytes); size++) {
		u64 before = of(bytes, size);

		for (size_t bit = 0; bit < 8 * size; bit++) {
			bytes[bit / 8] ^= (u8)(1u << bit % 8);
			assert_true(of(bytes, size) != before);
			bytes[bit / 8] ^= (u8)(1u << bit % 8);
		}
		assert_true(of(bytes, size) == before);
	}
}

static void so_does_how_many_there_are(void **state)
{
	const u8 bytes[17] = { 0 };

	(void)state;
	for (size_t a = 0; a <= sizeof(bytes); a++)
		for (size_t b = 0; b < a; b++)
			assert_true(of(bytes, a) != of(bytes, b));
}

/* Of two powers that turn round, or two flags of the same place. */
static void what_changes_at_two_places_does_not_cancel_out(void **state)
{
	s64 number[] = { 0, 0, 0 };
	const u64 before = mark_numbers(MARK_START, number, 3);

	(void)state;
	for (unsigned int a = 0; a < 3; a++)
		for (unsigned int b = 0; b < a; b++)
			for (unsigned int bit = 0; bit < 64; bit++) {
				number[a] = number[b] = (s64)(1ull << bit);
				assert_true(mark_numbers(MARK_START, number, 3) != before);
				number[a] = number[b] = 0;
			}
}

static void two_texts_are_not_the_same_in_another_place(void **state)
{
	static const char *const text[] = {
		"", "a", "ab", "abc", "abcdefg", "abcdefgh", "abcdefghi",
	};

	(void)state;
	for (size_t a = 0; a < ARRAY_SIZE(text); a++)
		for (size_t b = 0; b < a; b++)
			assert_true(mark_text(MARK_START, text[a]) !=
				    mark_text(MARK_START, text[b]));
	assert_true(mark_text(mark_text(MARK_START, "ab"), "c") !=
		    mark_text(mark_text(MARK_START, "a"), "bc"));
	assert_true(mark_text(mark_text(MARK_START, "abcdefgh"), "") !=
		    mark_text(mark_text(MARK_START, ""), "abcdefgh"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_bit_of_any_byte_counts),
		cmocka_unit_test(so_does_how_many_there_are),
		cmocka_unit_test(what_changes_at_two_places_does_not_cancel_out),
		cmocka_unit_test(two_texts_are_not_the_same_in_another_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
