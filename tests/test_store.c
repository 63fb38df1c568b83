#include "fixture.h"

#include "base/clock.h"
#include "base/diag.h"
#include "fixture_state.h"
#include "store/state_memory.h"
#include "store/state_record.h"
#include "store/store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#define SOON    (10 * NS_PER_S) /* far more than is needed, unless something hangs */
#define STARTED INT64_C(1600000000000000000)

static const struct hash_secret secret = { 1, 2 };

static struct store *start(void)
{
	struct store *s = NULL;

	assert_int_equal(store_start(&s), 0);
	assert_non_null(s);
	return s;
}

static void stop(struct store *s)
{
	assert_true(store_end(s, SOON));
	store_free(s);
}

/* Waits for one. */
static struct store_block *take(struct store *s, enum store_kind kind)
{
	int64_t until_ns = clock_mono_ns() + SOON;
	struct store_block *b;

	while (!(b = store_take(s, kind))) {
		assert_true(clock_mono_ns() < until_ns);
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	assert_int_equal(b->kind, kind);
	assert_int_equal(b->len, 0);
	return b;
}

static void begin(struct store *s, const char *path)
{
	struct store_block *b = take(s, STORE_STATE_BEGIN);

	b->len = (uint32_t)strlen(path) + 1;
	memcpy(b->bytes, path, b->len);
	b->at_real_ns = STATE_NOW_NS;
	store_give(s, b);
}

/* n targets from the first on, a block for each 40 of them. */
static void add(struct store *s, unsigned first, unsigned n)
{
	struct store_block *b = take(s, STORE_STATE);

	for (unsigned i = 0; i < n; i++) {
		struct target t;
		char name[32];
		size_t len;

		fixture_state_target(&t, name, first + i);
		len = state_record_write(b->bytes + b->len, STORE_BLOCK_BYTES - b->len, &t, NULL, STARTED,
		                         STATE_NOW_NS);
		assert_true(len > 0);
		b->len += (uint32_t)len;
		target_fini(&t);
		if (i % 40 == 39) {
			store_give(s, b);
			b = take(s, STORE_STATE);
		}
	}
	store_give(s, b);
}

static void end(struct store *s)
{
	store_give(s, take(s, STORE_STATE_END));
}

static void save(struct store *s, const char *path, unsigned first, unsigned n)
{
	begin(s, path);
	add(s, first, n);
	end(s);
}

/* The file has these, and no others. */
static void holds(const char *path, unsigned first, unsigned n)
{
	char why[PLACE_WHY];
	struct state_memory *m = NULL;
	struct remembered r;

	assert_int_equal(state_memory_read(&m, path, secret, why), 0);
	assert_int_equal(state_memory_count(m), n);
	assert_int_equal(state_memory_saved_real_ns(m), STATE_NOW_NS);
	for (unsigned i = 0; i < n; i++) {
		struct target t;
		char name[32];

		fixture_state_target(&t, name, first + i);
		assert_true(state_memory_take(m, name, &r));
		assert_int_equal(r.n_samples, window_count(t.window));
		target_fini(&t);
	}
	state_memory_free(m);
}

static void what_is_given_is_the_file(void **state)
{
	char *path = fixture_path("state");
	struct store *s = start();

	(void)state;
	save(s, path, 0, 3000);
	stop(s);
	holds(path, 0, 3000);
	assert_int_equal(unlink(path), 0);
}

static void of_two_saves_the_later_stays(void **state)
{
	char *path = fixture_path("state");
	struct store *s = start();

	(void)state;
	save(s, path, 0, 100);
	save(s, path, 1000, 200);
	stop(s);
	holds(path, 1000, 200);
	assert_int_equal(unlink(path), 0);
}

static void a_save_that_begins_anew_drops_the_one_before(void **state)
{
	char *path = fixture_path("state");
	struct store *s = start();

	(void)state;
	begin(s, path);
	add(s, 0, 100);
	save(s, path, 1000, 200);
	stop(s);
	holds(path, 1000, 200);
	assert_int_equal(unlink(path), 0);
}

static void a_save_without_its_end_leaves_the_file_before(void **state)
{
	char *path = fixture_path("state");
	struct store *s = start();

	(void)state;
	save(s, path, 0, 100);
	begin(s, path);
	add(s, 1000, 200);
	stop(s);
	holds(path, 0, 100);
	assert_int_equal(unlink(path), 0);
}

static void blocks_run_out_and_come_back(void **state)
{
	struct store *s = start();
	struct store_block *blocks[STORE_BLOCKS];

	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		for (size_t i = 0; i < STORE_BLOCKS; i++)
			blocks[i] = take(s, STORE_STATE);
		assert_null(store_take(s, STORE_STATE));
		for (size_t i = 0; i < STORE_BLOCKS; i++)
			store_give(s, blocks[i]);
	}
	stop(s);
}

/* What has been written to standard error meanwhile, in text. */
static int saved_stderr;

static void hear(void)
{
	int fd = open(fixture_path("said"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	saved_stderr = fcntl(2, F_DUPFD_CLOEXEC, 10);
	assert_true(fd >= 0 && saved_stderr >= 0);
	dup2(fd, 2);
	close(fd);
}

static void heard(char *text, size_t room)
{
	int fd = open(fixture_path("said"), O_RDONLY | O_CLOEXEC);
	ssize_t n;

	dup2(saved_stderr, 2);
	close(saved_stderr);
	n = read(fd, text, room - 1);
	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
	unlink(fixture_path("said"));
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (text = strstr(text, word); text; text = strstr(text + 1, word))
		n++;
	return n;
}

static void a_failure_is_told_once_and_so_is_its_end(void **state)
{
	char path[PATH_MAX], dir[PATH_MAX], text[2048];
	struct store *s;
	struct store_block *blocks[STORE_BLOCKS];

	(void)state;
	snprintf(path, sizeof(path), "%s/none/state", fixture_dir);
	snprintf(dir, sizeof(dir), "%s/none", fixture_dir);
	diag_init("test_store", DIAG_INFO);
	hear();
	s = start();
	save(s, path, 0, 100);
	save(s, path, 0, 200);
	for (size_t i = 0; i < STORE_BLOCKS; i++) /* all are free: these saves are over */
		blocks[i] = take(s, STORE_STATE);
	for (size_t i = 0; i < STORE_BLOCKS; i++)
		store_give(s, blocks[i]);
	assert_int_equal(mkdir(dir, 0700), 0);
	save(s, path, 500, 100);
	save(s, path, 500, 200);
	stop(s);
	heard(text, sizeof(text));
	assert_int_equal(count(text, "cannot save the state"), 1);
	assert_int_equal(count(text, "is saved in"), 1);
	holds(path, 500, 200);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* Waits for one. */
static struct store_save outcome(struct store *s)
{
	int64_t until_ns = clock_mono_ns() + SOON;
	struct store_save o;

	while (!store_saved(s, &o)) {
		assert_true(clock_mono_ns() < until_ns);
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return o;
}

static void what_came_of_a_save_is_known_once(void **state)
{
	char *path = fixture_path("state"), none[PATH_MAX];
	struct store *s = start();
	struct store_save o;
	struct stat st;

	(void)state;
	assert_false(store_saved(s, &o));
	save(s, path, 0, 300);
	o = outcome(s);
	assert_int_equal(o.err, 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(o.bytes, st.st_size);
	assert_int_equal(o.begun_real_ns, STATE_NOW_NS);
	assert_true(o.took_ns > 0 && o.took_ns < SOON);
	assert_false(store_saved(s, &o));
	snprintf(none, sizeof(none), "%s/none/state", fixture_dir);
	save(s, none, 0, 300);
	o = outcome(s);
	assert_int_equal(o.err, -ENOENT);
	save(s, path, 0, 100);
	assert_int_equal(outcome(s).err, 0);
	save(s, path, 0, 10);
	stop(s); /* what is not asked for goes with it */
	assert_int_equal(unlink(path), 0);
}

/* What no target has taken can be saved again, whether the others' memory has been given back or not. */
static void what_is_left_can_be_saved_again(void **state)
{
	char *path = fixture_path("state"), why[PLACE_WHY];
	struct state_memory *m = NULL;
	struct store *s = start();
	struct remembered r;

	(void)state;
	save(s, path, 0, 300);
	stop(s);
	assert_int_equal(state_memory_read(&m, path, secret, why), 0);
	for (unsigned i = 0; i < 200; i++) {
		struct target t;
		char name[32];

		fixture_state_target(&t, name, i);
		assert_true(state_memory_take(m, name, &r));
		assert_false(state_memory_take(m, name, &r));
		target_fini(&t);
	}
	for (unsigned round = 0; round < 2; round++) {
		struct store_block *b;
		unsigned n = 0;

		s = start();
		begin(s, path);
		b = take(s, STORE_STATE);
		for (uint32_t i = 0; i < state_memory_size(m); i++) {
			size_t len;
			const void *bytes = state_memory_left(m, i, &len);

			if (!bytes)
				continue;
			assert_true(len && len <= STORE_BLOCK_BYTES - b->len);
			memcpy(b->bytes + b->len, bytes, len);
			b->len += (uint32_t)len;
			n++;
		}
		assert_int_equal(n, 100);
		store_give(s, b);
		end(s);
		stop(s);
		holds(path, 200, 100);
		state_memory_shrink(m);
		assert_int_equal(state_memory_size(m), 100);
		assert_int_equal(state_memory_count(m), 100);
		assert_int_equal(state_memory_saved_real_ns(m), STATE_NOW_NS);
	}
	state_memory_free(m);
	assert_int_equal(unlink(path), 0);
}

static void what_is_forgotten_is_freed(void **state)
{
	char *path = fixture_path("state"), why[PLACE_WHY];
	struct store *s = start();

	(void)state;
	save(s, path, 0, 100);
	stop(s);
	s = start();
	for (unsigned i = 0; i < 3; i++) {
		struct state_memory *m = NULL;

		assert_int_equal(state_memory_read(&m, path, secret, why), 0);
		store_forget(s, m);
	}
	stop(s);
	assert_int_equal(unlink(path), 0);
	assert_true(store_end(NULL, 0));
	store_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_is_the_file),
		cmocka_unit_test(of_two_saves_the_later_stays),
		cmocka_unit_test(a_save_that_begins_anew_drops_the_one_before),
		cmocka_unit_test(a_save_without_its_end_leaves_the_file_before),
		cmocka_unit_test(blocks_run_out_and_come_back),
		cmocka_unit_test(a_failure_is_told_once_and_so_is_its_end),
		cmocka_unit_test(what_came_of_a_save_is_known_once),
		cmocka_unit_test(what_is_left_can_be_saved_again),
		cmocka_unit_test(what_is_forgotten_is_freed),
	};

	/* Which is empty at the end: no save leaves anything behind. */
	return cmocka_run_group_tests(tests, fixture_make_dir, fixture_remove_empty_dir);
}
