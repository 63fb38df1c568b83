/* test_detail_block.c - single probes as a block and back: what comes out is what went in, whatever it is, and damaged
 * blocks are refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/rtt_code.h"
#include "store/detail_block.h"

#include "random.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SERIES 5u
#define N_PROBES 300u

static struct detail_probe probes[N_SERIES][N_PROBES], back[4 * N_PROBES];
static struct detail_series all[N_SERIES];
static size_t n_back;

static void make(uint64_t seed)
{
	for (unsigned s = 0; s < N_SERIES; s++) {
		all[s] = (struct detail_series){ 256 + 31 * s, probes[s], random_next(&seed) % (N_PROBES + 1) };
		for (unsigned i = 0; i < N_PROBES; i++)
			probes[s][i] = (struct detail_probe){ (uint16_t)random_next(&seed), (uint8_t)(i / 5),
				                              (uint8_t)(random_next(&seed) % 4) };
	}
}

static int on_probe(void *to, const struct detail_probe *p)
{
	assert_ptr_equal(to, back);
	assert_true(n_back < 4 * (size_t)N_PROBES);
	back[n_back++] = *p;
	return 0;
}

static int read_back(const unsigned char *block, size_t len, uint32_t series)
{
	n_back = 0;
	return detail_block_read(block, len, series, on_probe, back);
}

static void is_all(size_t at, unsigned s)
{
	for (size_t i = 0; i < all[s].n; i++) {
		assert_int_equal(back[at + i].rtt, probes[s][i].rtt);
		assert_int_equal(back[at + i].second, probes[s][i].second);
		assert_int_equal(back[at + i].kind, probes[s][i].kind);
	}
}

static void probes_come_back_as_they_were(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 50; seed++) {
		unsigned char *block;
		size_t len;

		make(seed);
		block = detail_block_write(all, N_SERIES, &len);
		assert_non_null(block);
		for (unsigned s = 0; s < N_SERIES; s++) {
			assert_int_equal(read_back(block, len, all[s].series), 0);
			assert_int_equal(n_back, all[s].n);
			is_all(0, s);
		}
		assert_int_equal(read_back(block, len, 300), 0);
		assert_int_equal(n_back, 0);
		free(block);
	}
}

static void blocks_may_stand_one_behind_the_other(void **state)
{
	unsigned char *one, *two;
	size_t len;

	(void)state;
	make(7);
	one = detail_block_write(all, N_SERIES, &len);
	assert_non_null(one);
	two = malloc(2 * len);
	assert_non_null(two);
	memcpy(two, one, len);
	memcpy(two + len, one, len);
	assert_int_equal(read_back(two, 2 * len, all[2].series), 0);
	assert_int_equal(n_back, 2 * all[2].n);
	is_all(0, 2);
	is_all(all[2].n, 2);
	assert_int_equal(read_back(two, 0, all[2].series), 0);
	assert_int_equal(n_back, 0);
	free(one);
	free(two);
}

static void what_is_too_much_is_left_out(void **state)
{
	size_t n = DETAIL_PROBES_MAX - 10, len;
	struct detail_probe *many = calloc(n, sizeof(*many));
	struct detail_series two[2] = { { 0, many, n }, { 1, probes[0], N_PROBES } };
	unsigned char *block;

	(void)state;
	assert_non_null(many);
	make(3);
	block = detail_block_write(two, 2, &len);
	assert_non_null(block);
	assert_int_equal(read_back(block, len, 1), 0);
	assert_int_equal(n_back, 10);
	free(block);
	free(many);
}

/* A minute of 60 series, of recorded times: the manual says how much that is. */
static void a_probe_takes_less_than_three_bytes(void **state)
{
	static struct detail_probe recorded[3600];
	struct detail_series many[60];
	const char *srcdir = getenv("srcdir");
	unsigned char *block;
	char path[PATH_MAX];
	size_t len;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/recorded/veth", srcdir ? srcdir : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	for (unsigned i = 0; i < 3600; i++) {
		long long ns;

		assert_int_equal(fscanf(f, "%lld", &ns), 1);
		recorded[i] = (struct detail_probe){ rtt_code(ns), (uint8_t)(i % 60), DETAIL_REPLY };
	}
	fclose(f);
	for (unsigned s = 0; s < 60; s++)
		many[s] = (struct detail_series){ s, recorded + (size_t)60 * s, 60 };
	block = detail_block_write(many, 60, &len);
	assert_non_null(block);
	print_message("%.2f bytes a probe\n", (double)len / 3600);
	assert_true(len < 3 * 3600);
	free(block);
}

static void a_damaged_block_is_refused(void **state)
{
	unsigned char *block;
	size_t len, n_same = 0;

	(void)state;
	make(11);
	block = detail_block_write(all, N_SERIES, &len);
	assert_non_null(block);
	for (size_t cut = 1; cut < len; cut++)
		assert_int_equal(read_back(block, cut, all[0].series), -EBADMSG);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		block[bit / 8] ^= (unsigned char)(1u << bit % 8);
		/* zstd does not look at all bits of its frames. */
		if (!read_back(block, len, all[0].series)) {
			assert_int_equal(n_back, all[0].n);
			is_all(0, 0);
			n_same++;
		}
		block[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	assert_in_range(n_same, 0, len / 8);
	assert_int_equal(read_back(block, len, all[0].series), 0);
	free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probes_come_back_as_they_were),
		cmocka_unit_test(blocks_may_stand_one_behind_the_other),
		cmocka_unit_test(what_is_too_much_is_left_out),
		cmocka_unit_test(a_probe_takes_less_than_three_bytes),
		cmocka_unit_test(a_damaged_block_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
