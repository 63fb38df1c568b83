#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture_state.h"
#include "store/state_format.h"
#include "store/state_memory.h"
#include "store/state_record.h"
#include "store/state_writer.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define STARTED   INT64_C(1600000000000000000)
#define N_TARGETS 300u

static const struct hash_secret secret = { 1, 2 };
static char dir[] = "/tmp/state.XXXXXX", path[64], path_new[64];

static size_t record_of(unsigned char *bytes, size_t room, unsigned i)
{
	struct target t;
	char name[32];
	size_t len;

	fixture_state_target(&t, name, i);
	len = state_record_write(bytes, room, &t, NULL, STARTED, STATE_NOW_NS);
	assert_true(len > 0);
	target_fini(&t);
	return len;
}

/* n targets from the first on, a block for each 40 of them. */
static void add_targets(struct state_writer *w, unsigned first, unsigned n)
{
	static unsigned char block[40 * 1024];
	size_t len = 0;

	for (unsigned i = 0; i < n; i++) {
		len += record_of(block + len, sizeof(block) - len, first + i);
		if (i % 40 == 39 || i + 1 == n) {
			assert_int_equal(state_writer_add(w, block, len), 0);
			len = 0;
		}
	}
}

static uint64_t save(unsigned first, unsigned n)
{
	struct state_writer *w;
	uint64_t bytes = 0;

	assert_int_equal(state_writer_begin(&w, path, STATE_NOW_NS), 0);
	add_targets(w, first, n);
	assert_int_equal(state_writer_end(w, &bytes), 0);
	return bytes;
}

static unsigned char *slurp(size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char *all;
	struct stat st;

	assert_true(fd >= 0 && !fstat(fd, &st));
	all = malloc((size_t)st.st_size);
	assert_non_null(all);
	assert_int_equal(read(fd, all, (size_t)st.st_size), st.st_size);
	close(fd);
	*len = (size_t)st.st_size;
	return all;
}

static void spill(const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

/* Refused, with words that have this in them. */
static void assert_refused(const char *word)
{
	char why[PLACE_WHY];
	struct state_memory *m = NULL;

	assert_int_equal(state_memory_read(&m, path, secret, why), -EBADMSG);
	assert_null(m);
	assert_true(why[0] != '\0');
	if (!strstr(why, word))
		fail_msg("\"%s\" does not say \"%s\"", why, word);
}

static struct state_memory *must_read(void)
{
	char why[PLACE_WHY];
	struct state_memory *m = NULL;

	assert_int_equal(state_memory_read(&m, path, secret, why), 0);
	return m;
}

static void targets_are_found_by_their_names_once(void **state)
{
	uint64_t bytes = save(0, N_TARGETS);
	struct state_memory *m = must_read();
	struct remembered r;
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, bytes);
	assert_int_equal(st.st_mode & 07, 0);
	assert_true(state_memory_saved_real_ns(m) == STATE_NOW_NS);
	assert_int_equal(state_memory_count(m), N_TARGETS);
	for (unsigned i = 0; i < N_TARGETS; i++) {
		struct target t;
		char name[32];

		fixture_state_target(&t, name, i);
		assert_true(state_memory_take(m, name, &r));
		assert_string_equal(r.name, name);
		assert_int_equal(r.late, i);
		assert_int_equal(r.received, t.counters.received);
		assert_false(state_memory_take(m, name, &r));
		target_fini(&t);
	}
	assert_int_equal(state_memory_count(m), 0);
	assert_false(state_memory_take(m, "nobody", &r));
	state_memory_free(m);
}

static void no_target_is_a_state_too(void **state)
{
	struct state_memory *m;

	(void)state;
	save(0, 0);
	m = must_read();
	assert_int_equal(state_memory_count(m), 0);
	state_memory_free(m);
}

static void a_block_of_nothing_does_not_end_the_file(void **state)
{
	struct state_writer *w;
	struct state_memory *m;

	(void)state;
	assert_int_equal(state_writer_begin(&w, path, STATE_NOW_NS), 0);
	add_targets(w, 0, 3);
	assert_int_equal(state_writer_add(w, "", 0), 0);
	add_targets(w, 3, 4);
	assert_int_equal(state_writer_end(w, NULL), 0);
	m = must_read();
	assert_int_equal(state_memory_count(m), 7);
	state_memory_free(m);
}

/* Their lengths have to lead to the end. */
static void what_is_not_whole_records_is_not_written(void **state)
{
	static const unsigned char records[][8] = {
		{ 0 }, { 4, 0, 0, 0, 0, 0, 0, 0 }, { 9 }, { 6 }, { 255, 255, 255, 255 }
	};
	struct state_writer *w;

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++) {
		assert_int_equal(state_writer_begin(&w, path, STATE_NOW_NS), 0);
		assert_int_equal(state_writer_add(w, records[i], sizeof(records[i])), -EINVAL);
		state_writer_drop(w);
	}
}

static void of_two_records_of_a_name_the_later_counts(void **state)
{
	unsigned char block[4096];
	struct state_writer *w;
	struct state_memory *m;
	struct remembered r;
	struct target t;
	char name[32];
	size_t len;

	(void)state;
	fixture_state_target(&t, name, 7);
	len = state_record_write(block, sizeof(block), &t, NULL, STARTED, STATE_NOW_NS);
	t.counters.late = 99;
	len += state_record_write(block + len, sizeof(block) - len, &t, NULL, STARTED, STATE_NOW_NS);
	target_fini(&t);
	assert_int_equal(state_writer_begin(&w, path, STATE_NOW_NS), 0);
	assert_int_equal(state_writer_add(w, block, len), 0);
	assert_int_equal(state_writer_end(w, NULL), 0);
	m = must_read();
	assert_int_equal(state_memory_count(m), 1);
	assert_true(state_memory_take(m, name, &r));
	assert_int_equal(r.late, 99);
	state_memory_free(m);
}

static void a_file_cut_at_any_byte_is_refused(void **state)
{
	size_t len;
	unsigned char *all;

	(void)state;
	save(0, 40);
	all = slurp(&len);
	for (size_t cut = 1; cut < len; cut++) {
		spill(all, cut);
		assert_refused("cut off");
	}
	spill(all, 0);
	assert_refused("empty");
	free(all);
}

static void a_flipped_bit_is_found(void **state)
{
	uint64_t seed = 10000;
	size_t len;
	unsigned char *all;

	(void)state;
	save(0, N_TARGETS);
	all = slurp(&len);
	for (int i = 0; i < 10000; i++) {
		size_t at = random_below(&seed, len);
		unsigned char bit = (unsigned char)(1u << random_below(&seed, 8));

		all[at] ^= bit;
		spill(all, len);
		assert_refused("");
		all[at] ^= bit;
	}
	spill(all, len);
	state_memory_free(must_read());
	free(all);
}

static void blocks_cannot_change_places_or_go(void **state)
{
	size_t len, first, second;
	unsigned char *all, *other;

	(void)state;
	save(0, 80);
	all = slurp(&len);
	other = malloc(len + 1);
	assert_non_null(other);
	first = 16 + bytes_get(all + 32 + 4, 4);
	second = 16 + bytes_get(all + 32 + first + 4, 4);
	memcpy(other, all, len);
	memcpy(other + 32, all + 32 + first, second);
	memcpy(other + 32 + second, all + 32, first);
	spill(other, len);
	assert_refused("damaged");
	memcpy(other, all, 32);
	memcpy(other + 32, all + 32 + first, len - 32 - first);
	spill(other, len - first);
	assert_refused("damaged");
	memcpy(other, all, len);
	other[len] = 'x';
	spill(other, len + 1);
	assert_refused("behind its end");
	free(other);
	free(all);
}

static void what_is_no_state_of_ours_is_refused(void **state)
{
	char why[PLACE_WHY];
	struct state_memory *m;
	unsigned char *all;
	size_t len;

	(void)state;
	unlink(path);
	assert_int_equal(state_memory_read(&m, path, secret, why), -ENOENT);
	spill("SQLite format 3\0 and so on, for more than a head", 48);
	assert_refused("no state file");
	save(0, 3);
	all = slurp(&len);
	bytes_put(all + 8, 2, 4);
	spill(all, len);
	assert_refused("damaged"); /* the version is under the head's hash */
	for (unsigned version = 0; version <= STATE_VERSION + 1; version += STATE_VERSION + 1) {
		bytes_put(all + STATE_HEAD_VERSION, version, 4);
		bytes_put(all + STATE_HEAD_HASH, state_head_hash(all), 8);
		spill(all, len);
		assert_refused(version ? "its format is version 2, and this minipingd reads up to 1" : "version 0");
	}
	free(all);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused("regular file");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_refused("regular file");
	rmdir(path);
}

/* Its own user's or another's: one of 65534, where this may be made. */
static void a_link_is_not_followed(void **state)
{
	(void)state;
	save(0, 3);
	assert_int_equal(rename(path, path_new), 0);
	assert_int_equal(symlink(path_new, path), 0);
	assert_refused("symbolic link");
	if (geteuid() == 0)
		assert_int_equal(lchown(path, 65534, 65534), 0);
	assert_refused("symbolic link");
	unlink(path_new);
	assert_refused("symbolic link"); /* not -ENOENT, as if nothing were there */
	unlink(path);
}

/* A disk that is full at any byte: the file before stays, and nothing else does. */
static void a_save_that_fails_leaves_the_file_before(void **state)
{
	struct rlimit all, some;
	struct state_writer *w;
	struct state_memory *m;
	unsigned n_failed = 0;

	(void)state;
	save(0, 5);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	for (rlim_t room = 0; room < 3000; room += 100) {
		unsigned char record[2048];
		size_t len = record_of(record, sizeof(record), 44);
		int err;

		some = (struct rlimit){ room, all.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &some), 0);
		err = state_writer_begin(&w, path, STATE_NOW_NS);
		if (!err) {
			err = state_writer_add(w, record, len);
			if (err)
				state_writer_drop(w);
			else
				err = state_writer_end(w, NULL);
		}
		setrlimit(RLIMIT_FSIZE, &all);
		m = must_read();
		assert_int_equal(state_memory_count(m), err ? 5 : 1);
		state_memory_free(m);
		assert_int_equal(access(path_new, F_OK), -1);
		if (!err)
			break;
		assert_int_equal(err, -EFBIG);
		n_failed++;
	}
	assert_in_range(n_failed, 3, 29);
}

static void a_save_that_is_dropped_or_was_killed_leaves_nothing_behind(void **state)
{
	struct state_writer *w;
	struct state_memory *m;

	(void)state;
	save(0, 5);
	assert_int_equal(state_writer_begin(&w, path, STATE_NOW_NS), 0);
	add_targets(w, 0, 50);
	state_writer_drop(w);
	assert_int_equal(access(path_new, F_OK), -1);
	/* As if it had been killed, and somebody had put a link there. */
	assert_int_equal(symlink("/dev/full", path_new), 0);
	save(10, 6);
	m = must_read();
	assert_int_equal(state_memory_count(m), 6);
	state_memory_free(m);
	assert_int_equal(state_writer_begin(&w, "/nonexistent/state", STATE_NOW_NS), -ENOENT);
}

static int prepare(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/state", dir);
	snprintf(path_new, sizeof(path_new), "%s/state.new", dir);
	return 0;
}

static int clean_up(void **state)
{
	(void)state;
	unlink(path);
	unlink(path_new);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_found_by_their_names_once),
		cmocka_unit_test(no_target_is_a_state_too),
		cmocka_unit_test(a_block_of_nothing_does_not_end_the_file),
		cmocka_unit_test(what_is_not_whole_records_is_not_written),
		cmocka_unit_test(of_two_records_of_a_name_the_later_counts),
		cmocka_unit_test(a_file_cut_at_any_byte_is_refused),
		cmocka_unit_test(a_flipped_bit_is_found),
		cmocka_unit_test(blocks_cannot_change_places_or_go),
		cmocka_unit_test(what_is_no_state_of_ours_is_refused),
		cmocka_unit_test(a_link_is_not_followed),
		cmocka_unit_test(a_save_that_fails_leaves_the_file_before),
		cmocka_unit_test(a_save_that_is_dropped_or_was_killed_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, prepare, clean_up);
}
