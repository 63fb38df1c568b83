/* Names that somebody chose so that their hashes are the same cost no more than others: in a configuration, a
 * reload of it (and so --diff), its dump, its dependencies, and the table of names that are looked up. They collide
 * in the hashes that such tables often have. Judged by CPU time beside as many names that nobody chose. */
#include "fixture_config.h"

#include "daemon/reload_plan.h"
#include "dns/dns_names.h"
#include "random.h"

#include <time.h>

enum { BITS = 14, N = 1 << BITS, BLOCK = 5, DOT = 8 * BLOCK, LEN = BITS * BLOCK + 1, TRIES = 1 << 17, RUNS = 2 };

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";

typedef uint64_t step(uint64_t hash, unsigned char c);

static uint64_t times_33(uint64_t hash, unsigned char c)
{
	return hash * 33 ^ c;
}

static uint64_t fnv1a32(uint64_t hash, unsigned char c)
{
	return (uint32_t)(hash ^ c) * UINT64_C(16777619) & UINT32_MAX;
}

static uint64_t fnv1a64(uint64_t hash, unsigned char c)
{
	return (hash ^ c) * UINT64_C(0x100000001b3);
}

struct
try {
	uint64_t hash;
	char block[BLOCK];
};

static int by_hash(const void *a, const void *b)
{
	const struct try *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Two blocks that lead from hash, in the bits of mask, to the same one. The hash there. */
static uint64_t find_two(step *f, uint64_t hash, uint64_t mask, uint64_t *random, char two[2][BLOCK])
{
	static struct try tries[TRIES];

	for (;;) {
		for (int i = 0; i < TRIES; i++) {
			tries[i].hash = hash;
			for (int k = 0; k < BLOCK; k++) {
				tries[i].block[k] = alphabet[random_next(random) % (sizeof(alphabet) - 1)];
				tries[i].hash = f(tries[i].hash, (unsigned char)tries[i].block[k]);
			}
			tries[i].hash &= mask;
		}
		qsort(tries, TRIES, sizeof(tries[0]), by_hash);
		for (int i = 1; i < TRIES; i++) {
			if (tries[i].hash != tries[i - 1].hash || !memcmp(tries[i].block, tries[i - 1].block, BLOCK))
				continue;
			memcpy(two[0], tries[i].block, BLOCK);
			memcpy(two[1], tries[i - 1].block, BLOCK);
			return tries[i].hash;
		}
	}
}

/* 2^BITS names, all of one hash in the bits of mask; each LEN characters, a dot among them. */
static char (*collide(step *f, uint64_t hash, uint64_t mask))[LEN + 1]
{
	char(*names)[LEN + 1] = calloc(N, sizeof(*names)), two[2][BLOCK];
	uint64_t random = 1;

	assert_non_null(names);
	for (int bit = 0; bit < BITS; bit++) {
		ptrdiff_t at = (ptrdiff_t)bit * BLOCK;

		if (at == DOT)
			hash = f(hash, '.') & mask;
		hash = find_two(f, hash, mask, &random, two);
		for (int i = 0; i < N; i++) {
			names[i][DOT] = '.';
			memcpy(names[i] + at + (at >= DOT), two[i >> bit & 1], BLOCK);
		}
	}
	return names;
}

static char (*harmless(void))[LEN + 1]
{
	char(*names)[LEN + 1] = calloc(N, sizeof(*names));
	uint64_t random = 2;

	assert_non_null(names);
	for (int i = 0; i < N; i++)
		for (int k = 0; k < LEN; k++)
			names[i][k] = k == DOT ? '.' : alphabet[random_next(&random) % (sizeof(alphabet) - 1)];
	return names;
}

/* Each of them depends on the one before it, at most three in a row. */
static struct config *parse(const char (*names)[LEN + 1])
{
	struct config *c;
	size_t size = (size_t)N * (3 * LEN + 80), len;
	char *text = malloc(size);

	assert_non_null(text);
	len = (size_t)sprintf(text, "targets:\n");
	for (int i = 0; i < N; i++) {
		len += (size_t)sprintf(text + len, "- {host: %s, labels: {k%.20s: %s}", names[i], names[i], names[i]);
		if (i % 3)
			len += (size_t)sprintf(text + len, ", depends_on: %s", names[i - 1]);
		len += (size_t)sprintf(text + len, "}\n");
	}
	assert_true(len < size);
	c = fixture_config(text);
	free(text);
	return c;
}

static void ignore(void *data, enum reload_action a, uint32_t number)
{
	(void)data, (void)a, (void)number;
}

static void plan(struct fleet *f, const struct config *c)
{
	struct reload_plan *p;

	assert_int_equal(reload_plan_make(&p, f, c), 0);
	assert_int_equal(reload_plan_count(p, fleet_count(f) ? RELOAD_KEPT : RELOAD_ADDED), N);
	assert_true(reload_plan_apply(p, SIZE_MAX, 0, 0, ignore, NULL));
	reload_plan_free(p);
}

/* Reads them, starts with them, reads them again and reloads. */
static void reload(const char (*names)[LEN + 1])
{
	struct fleet *f = fleet_new();
	struct config *first = parse(names), *second = parse(names);
	FILE *nowhere = fopen("/dev/null", "w");

	assert_true(f && nowhere);
	plan(f, first);
	plan(f, second);
	assert_int_equal(config_dump(nowhere, second), 0);
	fclose(nowhere);
	fleet_free(f);
	config_free(first);
	config_free(second);
}

static void look_up(const char (*names)[LEN + 1])
{
	static const struct dns_names_policy policy = { .n_in_flight_max = 256 };
	struct dns_names *all = dns_names_new(&policy, 1);

	assert_non_null(all);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(dns_names_add(all, i, names[i], FAMILY_IPV4, 0), 0);
	assert_int_equal(dns_names_count(all), N);
	for (uint32_t i = 0; i < N; i++)
		dns_names_remove(all, i);
	dns_names_free(all);
}

/* The least CPU time of a few. */
static clock_t cpu_of(void (*work)(const char (*)[LEN + 1]), const char (*names)[LEN + 1])
{
	clock_t least = -1;

	for (int i = 0; i < RUNS; i++) {
		clock_t took = clock();

		work(names);
		took = clock() - took;
		least = least < 0 || took < least ? took : least;
	}
	return least;
}

static void cost_no_more(void (*work)(const char (*)[LEN + 1]), char (*hostile)[LEN + 1])
{
	char(*names)[LEN + 1] = harmless();
	clock_t usual = cpu_of(work, names), cost = cpu_of(work, hostile);

	free(names);
	free(hostile);
	if (cost > 3 * usual)
		fail_msg("%ld us of CPU, and %ld us for names that nobody chose", (long)cost, (long)usual);
}

static void a_reload_of_names_that_collide_under_times_33(void **state)
{
	(void)state;
	cost_no_more(reload, collide(times_33, 5381, UINT64_MAX));
}

static void a_reload_of_names_that_collide_under_fnv(void **state)
{
	(void)state;
	cost_no_more(reload, collide(fnv1a64, UINT64_C(0xcbf29ce484222325), UINT32_MAX));
}

static void looking_up_names_that_collide_under_fnv(void **state)
{
	(void)state;
	cost_no_more(look_up, collide(fnv1a32, UINT32_C(2166136261) ^ FAMILY_IPV4, UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reload_of_names_that_collide_under_times_33),
		cmocka_unit_test(a_reload_of_names_that_collide_under_fnv),
		cmocka_unit_test(looking_up_names_that_collide_under_fnv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
