#include "fixture.h"
#include "serve/query.h"

static void assert_split(const char *text, const char *authority, const char *path, const char *query)
{
	char buf[128];
	struct query_target t;

	snprintf(buf, sizeof(buf), "%s", text);
	assert_true(query_split(&t, buf));
	if (authority)
		assert_string_equal(t.authority, authority);
	else
		assert_null(t.authority);
	assert_string_equal(t.path, path);
	assert_string_equal(t.query, query);
}

static void a_target_is_a_path_and_perhaps_a_query(void **state)
{
	(void)state;
	assert_split("/", NULL, "/", "");
	assert_split("/metrics", NULL, "/metrics", "");
	assert_split("/metrics?", NULL, "/metrics", "");
	assert_split("/probe?target=a?b", NULL, "/probe", "target=a?b");
	assert_split("//evil.example/metrics", NULL, "//evil.example/metrics", "");
}

static void a_target_with_a_scheme_has_an_authority(void **state)
{
	(void)state;
	assert_split("http://[::1]:9737/metrics?a=1", "[::1]:9737", "/metrics", "a=1");
	assert_split("HTTPS://h/", "h", "/", "");
}

static void other_targets_are_refused(void **state)
{
	static const char *const texts[] = { "",          "*",           "metrics",  "http://",
		                             "http:///x", "http://host", "ftp://h/", "?a=/" };
	struct query_target t;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char buf[32];

		snprintf(buf, sizeof(buf), "%s", texts[i]);
		if (query_split(&t, buf))
			fail_msg("%s", texts[i]);
	}
}

static void assert_decoded(const char *text, bool plus, const char *want)
{
	char buf[64];

	snprintf(buf, sizeof(buf), "%s", text);
	assert_int_equal(query_decode(buf, plus), want != NULL);
	if (want)
		assert_string_equal(buf, want);
}

static void percents_are_decoded(void **state)
{
	(void)state;
	assert_decoded("", true, "");
	assert_decoded("%41%5a%2F%c3%A9", true, "AZ/\xc3\xa9");
	assert_decoded("a+b", true, "a b");
	assert_decoded("a+b", false, "a+b");
	assert_decoded("%2B", true, "+");
	assert_decoded("%2541", true, "%41");
}

static void broken_percents_are_refused(void **state)
{
	(void)state;
	assert_decoded("%", true, NULL);
	assert_decoded("%4", true, NULL);
	assert_decoded("%4g", true, NULL);
	assert_decoded("%g4", true, NULL);
	assert_decoded("%@1", true, NULL);
	assert_decoded("%:1", true, NULL);
	assert_decoded("a%00b", true, NULL);
}

static char parsed[1024];

static const char *parse(struct query *q, const char *text)
{
	snprintf(parsed, sizeof(parsed), "%s", text);
	return query_parse(q, parsed);
}

static void names_have_values(void **state)
{
	struct query q;

	(void)state;
	assert_null(parse(&q, "a=1&b&c=&label.site=fra+1&&%61=2&d=x=y"));
	assert_int_equal(q.n, 6);
	assert_string_equal(query_value(&q, "a"), "1");
	assert_string_equal(query_value(&q, "b"), "");
	assert_string_equal(query_value(&q, "c"), "");
	assert_string_equal(query_value(&q, "label.site"), "fra 1");
	assert_string_equal(query_value(&q, "d"), "x=y");
	assert_null(query_value(&q, "e"));
	assert_null(query_value(&q, "A"));
}

static void a_name_given_twice_has_two_values(void **state)
{
	struct query q;
	const char *first, *second;

	(void)state;
	assert_null(parse(&q, "group=a&x=1&group=b"));
	first = query_next(&q, "group", NULL);
	second = query_next(&q, "group", first);
	assert_string_equal(first, "a");
	assert_string_equal(second, "b");
	assert_null(query_next(&q, "group", second));
}

static void empty_values_of_one_name_are_told_apart(void **state)
{
	struct query q;
	const char *at = NULL;
	size_t n = 0;

	(void)state;
	assert_null(parse(&q, "a&a&a="));
	while ((at = query_next(&q, "a", at)))
		n++;
	assert_int_equal(n, 3);
}

static void a_query_out_of_bounds_is_refused(void **state)
{
	char text[512] = "";
	struct query q;

	(void)state;
	for (size_t i = 0; i < QUERY_PAIRS_MAX; i++)
		strcat(text, "a=1&");
	assert_null(parse(&q, text));
	strcat(text, "a=1");
	assert_non_null(parse(&q, text));
	assert_non_null(parse(&q, "a=%"));
	assert_non_null(parse(&q, "%=a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_is_a_path_and_perhaps_a_query),
		cmocka_unit_test(a_target_with_a_scheme_has_an_authority),
		cmocka_unit_test(other_targets_are_refused),
		cmocka_unit_test(percents_are_decoded),
		cmocka_unit_test(broken_percents_are_refused),
		cmocka_unit_test(names_have_values),
		cmocka_unit_test(a_name_given_twice_has_two_values),
		cmocka_unit_test(empty_values_of_one_name_are_told_apart),
		cmocka_unit_test(a_query_out_of_bounds_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
