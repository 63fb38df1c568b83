#include "fixture.h"

#include "base/arena.h"
#include "random.h"

#define N 2000u

static struct arena *arena;

static int init(void **state)
{
	(void)state;
	arena = arena_new();
	return !arena;
}

static int fini(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* Small and large pieces and texts, each filled and looked at again at the end. */
static void pieces_are_aligned_and_do_not_overlap(void **state)
{
	static unsigned char *piece[N];
	static size_t len[N];
	uint64_t seed = 3;

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		len[i] = random_below(&seed, i % 50 ? 100 : 200000);
		if (i % 3) {
			piece[i] = arena_take(arena, len[i]);
			assert_non_null(piece[i]);
			assert_int_equal((uintptr_t)piece[i] % sizeof(int64_t), 0);
		} else {
			char *text = calloc(1, len[i] + 1);

			assert_non_null(text);
			piece[i] = (unsigned char *)arena_text(arena, text, len[i]);
			free(text);
			assert_non_null(piece[i]);
			assert_int_equal(piece[i][len[i]], '\0');
		}
		memset(piece[i], (int)(i % 251), len[i]);
	}
	for (uint32_t i = 0; i < N; i++)
		for (size_t k = 0; k < len[i]; k++)
			if (piece[i][k] != i % 251)
				fail_msg("byte %zu of piece %u was written by another", k, i);
}

static void a_text_is_copied_as_far_as_its_length_says(void **state)
{
	char text[] = "minipingd", *copy = arena_text(arena, text, 4);

	(void)state;
	text[0] = 'M';
	assert_string_equal(copy, "mini");
	assert_string_equal(arena_text(arena, "", 0), "");
}

static void an_arena_without_anything_is_freed_too(void **state)
{
	(void)state;
	arena_free(NULL);
}

static bool same_text(const void *item, const void *wanted)
{
	return !strcmp(item, wanted);
}

static void expect_next(const void *item, void *data)
{
	uint32_t *n = data;
	char expected[16];

	snprintf(expected, sizeof(expected), "item %u", (*n)++);
	assert_string_equal(item, expected);
}

/* Few hashes: it is same that tells things apart. */
static void an_index_finds_what_was_added_and_keeps_its_order(void **state)
{
	struct arena_index index;
	char text[16];
	uint32_t n = 0;

	(void)state;
	arena_index_init(&index, same_text);
	assert_null(arena_index_at(&index, 0, "item 0"));
	for (uint32_t i = 0; i < N; i++) {
		snprintf(text, sizeof(text), "item %u", i);
		assert_int_equal(arena_index_add(&index, i % 700, arena_text(arena, text, strlen(text))), 0);
	}
	for (uint32_t i = 0; i < N; i++) {
		snprintf(text, sizeof(text), "item %u", i);
		assert_string_equal(arena_index_at(&index, i % 700, text), text);
	}
	assert_null(arena_index_at(&index, 1, "item 2"));
	arena_index_each(&index, expect_next, &n);
	assert_int_equal(n, N);
	arena_index_fini(&index);
	assert_null(index.items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pieces_are_aligned_and_do_not_overlap, init, fini),
		cmocka_unit_test_setup_teardown(a_text_is_copied_as_far_as_its_length_says, init, fini),
		cmocka_unit_test(an_arena_without_anything_is_freed_too),
		cmocka_unit_test_setup_teardown(an_index_finds_what_was_added_and_keeps_its_order, init, fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
