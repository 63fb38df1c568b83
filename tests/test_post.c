#include "fixture.h"
#include "base/post.h"

#include <pthread.h>
#include <sched.h>

#define ADDERS 3
#define EACH   20000

struct thing {
	struct post_item item;
	unsigned adder, number;
};

static struct post list;
static struct thing things[ADDERS][EACH];

static void an_empty_list_gives_nothing(void **state)
{
	struct post p = { .latest = NULL };

	(void)state;
	assert_null(post_take(&p));
}

static void what_was_added_comes_whole_and_the_oldest_first(void **state)
{
	struct post p = { .latest = NULL };
	struct post_item items[3], *it;

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_true(post_add(&p, &items[0])); /* the taker may sleep */
		assert_false(post_add(&p, &items[1]));
		assert_false(post_add(&p, &items[2]));
		it = post_take(&p);
		for (int i = 0; i < 3; i++, it = it->next)
			assert_ptr_equal(it, &items[i]);
		assert_null(it);
		assert_null(post_take(&p));
	}
}

static void *add_all(void *data)
{
	struct thing *mine = data;

	for (unsigned i = 0; i < EACH; i++)
		post_add(&list, &mine[i].item);
	return NULL;
}

static void several_threads_add_while_one_takes(void **state)
{
	unsigned next[ADDERS] = { 0 }, n = 0;
	pthread_t threads[ADDERS];

	(void)state;
	for (unsigned a = 0; a < ADDERS; a++)
		for (unsigned i = 0; i < EACH; i++)
			things[a][i] = (struct thing){ .adder = a, .number = i };
	for (unsigned a = 0; a < ADDERS; a++)
		assert_int_equal(pthread_create(&threads[a], NULL, add_all, things[a]), 0);
	while (n < ADDERS * EACH) {
		struct post_item *it = post_take(&list);

		if (!it)
			sched_yield();
		for (; it; it = it->next, n++) {
			const struct thing *t = (const struct thing *)it;

			assert_int_equal(t->number, next[t->adder]++); /* each adder's in its order */
		}
	}
	for (unsigned a = 0; a < ADDERS; a++) {
		pthread_join(threads[a], NULL);
		assert_int_equal(next[a], EACH);
	}
	assert_null(post_take(&list));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_list_gives_nothing),
		cmocka_unit_test(what_was_added_comes_whole_and_the_oldest_first),
		cmocka_unit_test(several_threads_add_while_one_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
