#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/rows_block.h"

#include "random.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct row rows[ROWS_BLOCK_ROWS], back[ROWS_BLOCK_ROWS];
static unsigned char block[ROWS_BLOCK_MAX];
static struct rows_zstd *zstd;
static const uint64_t all = (UINT64_C(1) << ROWS_BLOCK_ROWS) - 1;

static void make_random(uint64_t seed)
{
	for (unsigned i = 0; i < ROWS_BLOCK_ROWS; i++) {
		struct row *r = &rows[i];

		*r = (struct row){ (uint32_t)random_next(&seed),
			           (uint32_t)random_next(&seed),
			           (uint32_t)random_next(&seed),
			           (uint32_t)random_next(&seed),
			           { 0 },
			           random_next(&seed) & 1 };
		for (unsigned k = 0; k < ROW_POINTS; k++)
			r->q[k] = (uint16_t)random_next(&seed);
	}
}

/* Minutes of 60 probes each out of a recording. */
static void make_recorded(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/recorded/%s", srcdir ? srcdir : ".", name);
	f = fopen(path, "r");
	assert_non_null(f);
	for (unsigned i = 0; i < ROWS_BLOCK_ROWS; i++) {
		uint16_t codes[60];

		rows[i] = (struct row){ .n_sent = 60 };
		for (int k = 0; k < 60; k++) {
			long long ns;

			assert_int_equal(fscanf(f, "%lld", &ns), 1);
			codes[k] = rtt_code(ns);
		}
		row_of_codes(&rows[i], codes, 60);
	}
	fclose(f);
}

static void assert_rows(const struct row *want, const struct row *got, uint64_t mask)
{
	for (unsigned i = 0; i < ROWS_BLOCK_ROWS; i++)
		if (mask >> i & 1) {
			assert_int_equal(want[i].n_sent, got[i].n_sent);
			assert_int_equal(want[i].n_lost, got[i].n_lost);
			assert_int_equal(want[i].n_unknown, got[i].n_unknown);
			assert_int_equal(want[i].n_not_sent, got[i].n_not_sent);
			assert_memory_equal(want[i].q, got[i].q, sizeof(want->q));
			assert_int_equal(want[i].is_incomplete, got[i].is_incomplete);
		}
}

static void a_block_comes_back(void **state)
{
	const uint64_t masks[] = { all, 1, UINT64_C(1) << 59, UINT64_C(0x0a5a5a5a5a5a5a5), 0 };

	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++)
		for (size_t m = 0; m < sizeof(masks) / sizeof(*masks); m++) {
			uint64_t mask = ~UINT64_C(0);
			size_t len;

			make_random(seed);
			len = rows_block_write(zstd, block, rows, masks[m]);
			assert_in_range(len, 1, ROWS_BLOCK_MAX);
			assert_int_equal(rows_block_read(zstd, back, &mask, block, len), 0);
			assert_true(mask == masks[m]);
			assert_rows(rows, back, mask);
		}
}

static void a_recorded_hour_takes_at_most_24_bytes_a_row(void **state)
{
	const char *const names[] = { "veth", "veth-busy" };
	size_t len;

	(void)state;
	for (int i = 0; i < 2; i++) {
		make_recorded(names[i]);
		len = rows_block_write(zstd, block, rows, all);
		print_message("%s: %.1f bytes a row\n", names[i], (double)len / ROWS_BLOCK_ROWS);
		assert_in_range(len, 1, 24 * ROWS_BLOCK_ROWS - ROWS_BLOCK_ROWS);
	}
}

static void what_is_damaged_is_refused(void **state)
{
	uint64_t random = 1, mask;
	unsigned char damaged[ROWS_BLOCK_MAX];
	size_t len;

	(void)state;
	make_recorded("veth");
	len = rows_block_write(zstd, block, rows, all);
	for (size_t cut = 0; cut < len; cut++) {
		unsigned char *exact = malloc(cut + 1); /* a read beyond it is seen */

		memcpy(exact, block, cut);
		assert_int_equal(rows_block_read(zstd, back, &mask, cut ? exact : block, cut), -EBADMSG);
		free(exact);
	}
	for (int flip = 0; flip < 10000; flip++) {
		size_t at = random_below(&random, 8 * len);

		memcpy(damaged, block, len);
		damaged[at / 8] ^= (unsigned char)(1 << at % 8);
		if (rows_block_read(zstd, back, &mask, damaged, len) == 0) {
			/* a bit of zstd's that says nothing */
			assert_true(mask == all);
			assert_rows(rows, back, mask);
		}
	}
	for (int run = 0; run < 10000; run++) {
		size_t n = random_below(&random, 64);

		for (size_t i = 0; i < n; i++)
			damaged[i] = (unsigned char)random_next(&random);
		damaged[0] = run % 2 ? block[0] : damaged[0];
		assert_int_equal(rows_block_read(zstd, back, &mask, damaged, n), -EBADMSG);
	}
}

static void a_slot_comes_back_and_its_counts_stop_at_their_greatest(void **state)
{
	unsigned char slot[ROWS_SLOT_BYTES];
	struct row r;

	(void)state;
	make_random(7);
	for (unsigned i = 0; i < ROWS_BLOCK_ROWS; i++) {
		rows[i].n_sent &= 0xffff, rows[i].n_lost &= 0xffff, rows[i].n_unknown &= 0xffff,
			rows[i].n_not_sent &= 0x7fff;
		rows_pack_slot(slot, &rows[i]);
		rows_unpack_slot(&back[i], slot);
	}
	assert_rows(rows, back, all);
	r = (struct row){ .n_sent = 70000, .n_lost = 65535, .n_unknown = 1000000, .n_not_sent = 40000 };
	rows_pack_slot(slot, &r);
	rows_unpack_slot(&back[0], slot);
	assert_int_equal(back[0].n_sent, 65535);
	assert_int_equal(back[0].n_lost, 65535);
	assert_int_equal(back[0].n_unknown, 65535);
	assert_int_equal(back[0].n_not_sent, 32767);
	assert_int_equal(back[0].is_incomplete, 0);
}

static void a_glance_sees_what_is_in_the_slot(void **state)
{
	unsigned char slot[ROWS_SLOT_BYTES];
	struct rows_glance g;

	(void)state;
	make_random(7);
	for (unsigned i = 0; i < ROWS_BLOCK_ROWS; i++) {
		uint64_t others;

		rows_pack_slot(slot, &rows[i]);
		rows_unpack_slot(&back[0], slot);
		rows_slot_glance(&g, slot);
		others = (uint64_t)back[0].n_lost + back[0].n_unknown;
		assert_int_equal(g.n_sent, back[0].n_sent);
		assert_int_equal(g.n_lost, back[0].n_lost);
		assert_int_equal(g.n_replies, back[0].n_sent > others ? back[0].n_sent - others : 0);
		assert_int_equal(g.p10, back[0].q[ROW_P10]);
		assert_int_equal(g.median, back[0].q[ROW_MEDIAN]);
		assert_int_equal(g.p90, back[0].q[ROW_P90]);
	}
}

static int setup(void **state)
{
	(void)state;
	zstd = rows_zstd_new();
	return zstd ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	rows_zstd_free(zstd);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_comes_back),
		cmocka_unit_test(a_recorded_hour_takes_at_most_24_bytes_a_row),
		cmocka_unit_test(what_is_damaged_is_refused),
		cmocka_unit_test(a_slot_comes_back_and_its_counts_stop_at_their_greatest),
		cmocka_unit_test(a_glance_sees_what_is_in_the_slot),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
