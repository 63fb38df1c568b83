#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "log/log_filter.h"
#include "log/record_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A record about a target of the group, with the labels site and role. */
static struct record record_of(enum record_kind kind, const char *group, const char *site)
{
	static struct labels *labels;
	struct record r = { .kind = kind, .group = group };

	if (!labels)
		labels = calloc(1, sizeof(*labels) + 2 * sizeof(labels->at[0]));
	labels->n = site ? 2 : 0;
	labels->at[0] = (struct label){ "role", "gw" };
	labels->at[1] = (struct label){ "site", site };
	r.labels = labels;
	return r;
}

static bool takes(const struct log_filter *f, enum record_kind kind, const char *group, const char *site)
{
	struct record r = record_of(kind, group, site);

	return log_filter_takes(f, &r);
}

static void without_a_word_everything_is_taken(void **state)
{
	struct log_filter f = { .kinds = 0 };

	(void)state;
	for (int kind = 0; kind < RECORD_N_KINDS; kind++) {
		struct record r = record_of((enum record_kind)kind, NULL, NULL);

		assert_true(log_filter_takes(&f, &r));
		assert_true(log_filter_fields(&f, &r) == UINT64_MAX);
		assert_string_equal(log_filter_kind_text(&f, (size_t)kind), record_kind_name((enum record_kind)kind));
	}
	assert_null(log_filter_kind_text(&f, RECORD_N_KINDS));
	assert_string_equal(log_filter_report_text(&f, 0), "full");
	assert_null(log_filter_report_text(&f, 1));
}

static void kinds_are_those_that_are_named(void **state)
{
	struct log_filter f = { .kinds = 0 };

	(void)state;
	assert_int_equal(log_filter_kind(&f, "state"), 0);
	assert_int_equal(log_filter_kind(&f, "daemon"), 0);
	assert_int_equal(log_filter_kind(&f, "status"), -EINVAL);
	assert_true(takes(&f, RECORD_STATE, NULL, NULL));
	assert_true(takes(&f, RECORD_DAEMON, NULL, NULL));
	assert_false(takes(&f, RECORD_REPORT, NULL, NULL));
	assert_string_equal(log_filter_kind_text(&f, 0), "state");
	assert_string_equal(log_filter_kind_text(&f, 1), "daemon");
	assert_null(log_filter_kind_text(&f, 2));
}

static void one_pattern_of_the_groups_is_to_match(void **state)
{
	struct log_filter f = { .n_groups = 2, .groups = { "core", "edge-*" } };

	(void)state;
	assert_true(takes(&f, RECORD_STATE, "core", NULL));
	assert_true(takes(&f, RECORD_STATE, "edge-", NULL));
	assert_true(takes(&f, RECORD_PROBE, "edge-fra1", NULL));
	assert_false(takes(&f, RECORD_STATE, "core2", NULL));
	assert_false(takes(&f, RECORD_STATE, "Core", NULL));
	assert_false(takes(&f, RECORD_STATE, "my-edge-fra1", NULL));
	assert_false(takes(&f, RECORD_STATE, NULL, NULL));
	assert_true(takes(&f, RECORD_DAEMON, NULL, NULL)); /* about no target */
}

static void all_labels_are_to_match(void **state)
{
	struct log_filter f = { .n_labels = 2, .labels = { { "site", "fra?" }, { "role", "*" } } };

	(void)state;
	assert_true(takes(&f, RECORD_STATE, NULL, "fra1"));
	assert_false(takes(&f, RECORD_STATE, NULL, "fra10"));
	assert_false(takes(&f, RECORD_STATE, NULL, "ams1"));
	assert_false(takes(&f, RECORD_STATE, NULL, NULL));
	assert_true(takes(&f, RECORD_DAEMON, NULL, NULL));
	f.labels[1].value = "sw";
	assert_false(takes(&f, RECORD_STATE, NULL, "fra1"));
	f.labels[1] = (struct label){ "rack", "*" };
	assert_false(takes(&f, RECORD_STATE, NULL, "fra1"));
}

static void a_star_is_any_text_and_a_question_mark_one_byte(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} table[] = {
		{ "*", "", true },      { "", "", true },
		{ "", "a", false },     { "?", "", false },
		{ "?", "a", true },     { "?", "ab", false },
		{ "**", "a", true },    { "*a*b*", "xaybz", true },
		{ "*a*b", "ab", true }, { "*a*b", "aba", false },
		{ "a*a", "a", false },  { "a*a", "aa", true },
		{ "*ab", "aab", true }, { "*.b?r", "a.b.bar", true },
		{ "[a]", "a", false },  { "\\*", "*", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct log_filter f = { .n_groups = 1, .groups = { table[i].pattern } };

		if (takes(&f, RECORD_STATE, table[i].text, NULL) != table[i].matches)
			fail_msg("%s and %s", table[i].pattern, table[i].text);
	}
}

/* Which keys of a report the bits are. */
static bool has(uint64_t bits, const char *key)
{
	size_t i = 0;

	for (size_t k = 0; k < record_n_keys; k++) {
		if (record_keys[k].kind != RECORD_REPORT || !record_keys[k].key)
			continue;
		if (!strcmp(record_keys[k].key, key))
			return bits >> i & 1;
		i++;
	}
	fail_msg("no key %s", key);
	return false;
}

static void a_report_has_its_target_and_the_keys_that_are_named(void **state)
{
	struct log_filter f = { .report = 0 };
	struct record report = record_of(RECORD_REPORT, NULL, NULL), other = record_of(RECORD_STATE, NULL, NULL);
	uint64_t bits;

	(void)state;
	assert_int_equal(log_filter_report(&f, "started"), 0); /* the last one */
	assert_int_equal(log_filter_report(&f, "loss_pct"), 0);
	assert_int_equal(log_filter_report(&f, "rtt_ms"), -EINVAL);
	assert_int_equal(log_filter_report(&f, ""), -EINVAL);
	bits = log_filter_fields(&f, &report);
	assert_int_equal(__builtin_popcountll(bits), 3);
	assert_true(has(bits, "target") && has(bits, "loss_pct") && has(bits, "started"));
	assert_string_equal(log_filter_report_text(&f, 1), "loss_pct");
	assert_null(log_filter_report_text(&f, 3));
	assert_true(log_filter_fields(&f, &other) == UINT64_MAX);
	assert_int_equal(log_filter_report(&f, "full"), 0);
	assert_true(log_filter_fields(&f, &report) == UINT64_MAX);
}

static void brief_is_a_word_for_the_most_important_keys(void **state)
{
	struct log_filter f = { .report = 0 };
	struct record report = record_of(RECORD_REPORT, NULL, NULL);
	uint64_t bits;

	(void)state;
	assert_int_equal(log_filter_report(&f, "brief"), 0);
	assert_string_equal(log_filter_report_text(&f, 0), "brief");
	assert_null(log_filter_report_text(&f, 1));
	bits = log_filter_fields(&f, &report);
	assert_true(has(bits, "state") && has(bits, "p95_ms") && !has(bits, "total_sent"));
	assert_int_equal(__builtin_popcountll(bits), 12);
	assert_int_equal(log_filter_report(&f, "ttl"), 0);
	assert_int_equal(__builtin_popcountll(log_filter_fields(&f, &report)), 13);
	assert_string_equal(log_filter_report_text(&f, 0), "target");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_word_everything_is_taken),
		cmocka_unit_test(kinds_are_those_that_are_named),
		cmocka_unit_test(one_pattern_of_the_groups_is_to_match),
		cmocka_unit_test(all_labels_are_to_match),
		cmocka_unit_test(a_star_is_any_text_and_a_question_mark_one_byte),
		cmocka_unit_test(a_report_has_its_target_and_the_keys_that_are_named),
		cmocka_unit_test(brief_is_a_word_for_the_most_important_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
