#include "fixture_view.h"
#include "serve/api.h"
#include "serve/api_targets.h"

#include "random.h"

#define MS        INT64_C(1000000)
#define N_TARGETS 700

static const char hostile[] = "\"</script>\n{\\}'\x01";

static struct labels *fra, *odd;
static struct profile core, edge, parents;
static uint64_t seed;

static int init(void **state)
{
	const struct options options = { .window = 20, .fall = 3, .rise = 2 };

	fra = malloc(sizeof(*fra) + sizeof(fra->at[0]));
	odd = malloc(sizeof(*odd) + 2 * sizeof(odd->at[0]));
	if (!fra || !odd)
		return -1;
	fra->n = 1;
	fra->at[0] = (struct label){ "site", "fra1" };
	odd->n = 2;
	odd->at[0] = (struct label){ "note", hostile };
	odd->at[1] = (struct label){ "raw", "\xff\xc3(" };
	core = (struct profile){ .options = options, .group = "core", .labels = fra };
	edge = (struct profile){ .options = options, .group = hostile, .labels = odd };
	parents = (struct profile){ .options = options };
	parents.options.addresses = ADDRESSES_ALL;
	seed = 1;
	return fixture_make_fleet(state);
}

static int fini(void **state)
{
	free(fra);
	free(odd);
	return fixture_free_fleet(state);
}

/* The page that a query asks for. */
static json_t *page(struct view *v, const char *text)
{
	char buf[4096], why[API_WHY_SIZE];
	struct api_query q;
	struct query from;

	snprintf(buf, sizeof(buf), "%s", text);
	assert_null(query_parse(&from, buf));
	if (!api_query_parse(&q, &from, why))
		fail_msg("%s", why);
	return fixture_json(api_targets(v, &q));
}

static json_t *item(json_t *page, size_t i)
{
	return json_array_get(json_object_get(page, "items"), i);
}

static const char *text_of(json_t *row, const char *field)
{
	return json_string_value(json_object_get(row, field));
}

static double number_of(json_t *row, const char *field)
{
	json_t *value = json_object_get(row, field);

	assert_true(json_is_number(value));
	return json_number_value(value);
}

static void has_names(struct view *v, const char *query, const char *expected)
{
	json_t *p = page(v, query), *row;
	char names[1024] = "";
	size_t i;

	json_array_foreach(json_object_get(p, "items"), i, row) {
		strcat(names, i ? " " : "");
		strcat(names, text_of(row, "name"));
	}
	assert_string_equal(names, expected);
	json_decref(p);
}

static void lose(struct target *t, int n_lost, int64_t rtt_ns)
{
	for (int i = 0; i < 20; i++)
		fixture_settle(t, i < n_lost ? OUTCOME_TIMEOUT : OUTCOME_REPLY, rtt_ns, 0);
}

/* a 5 % 30 ms, b down, c not asked yet, d 10 % 10 ms */
static struct view *four(void)
{
	lose(fixture_add("a", "a.example", "192.0.2.1", &core), 1, 30 * MS);
	lose(fixture_add("d", "d.example", "192.0.2.4", &edge), 2, 10 * MS);
	lose(fixture_add("b", "b.example", "192.0.2.2", &edge), 20, -1);
	fixture_add("c", "other.example", NULL, &core);
	return fixture_view();
}

static void figures_have_their_units_and_null_where_there_is_none(void **state)
{
	struct target *t = fixture_add("a", "host.example", "192.0.2.1", &core);
	struct view *v;
	json_t *p, *row;

	(void)state;
	lose(t, 0, 12345670);
	fixture_settle(t, OUTCOME_TIMEOUT, -1, 0);
	fixture_settle(t, OUTCOME_NOT_SENT, -1, ENETUNREACH);
	fixture_add("b", "other.example", NULL, &parents);
	fixture_add("c", "third.example", NULL, &core);
	v = fixture_view();
	p = page(v, "fields=all");
	assert_string_equal(text_of(p, "time"), "2026-01-02T03:04:05.000000Z");
	assert_int_equal(number_of(p, "total"), 2); /* a parent is none of them */
	row = item(p, 0);
	assert_string_equal(text_of(row, "name"), "a");
	assert_string_equal(text_of(row, "host"), "host.example");
	assert_string_equal(text_of(row, "ip"), "192.0.2.1");
	assert_string_equal(text_of(row, "group"), "core");
	assert_string_equal(text_of(json_object_get(row, "labels"), "site"), "fra1");
	assert_string_equal(text_of(row, "state"), "up");
	assert_string_equal(text_of(row, "since"), "2026-01-02T02:04:05.000000Z");
	assert_true(number_of(row, "rtt_median_seconds") == 0.01234567);
	assert_true(number_of(row, "loss_ratio") == 0.052632);
	assert_int_equal(number_of(row, "sent"), 19);
	assert_int_equal(number_of(row, "total_sent"), 21);
	assert_int_equal(number_of(row, "send_error"), 1);
	assert_string_equal(text_of(row, "not_sent_error"), "ENETUNREACH");
	assert_int_equal(number_of(row, "hops"), 5);
	row = item(p, 1);
	assert_true(json_is_null(json_object_get(row, "ip")));
	assert_true(json_is_null(json_object_get(row, "rtt_median_seconds")));
	assert_true(json_is_null(json_object_get(row, "rtt_jitter_seconds")));
	assert_true(json_is_null(json_object_get(row, "loss_ratio")));
	assert_true(json_is_null(json_object_get(row, "ttl")));
	assert_true(json_is_null(json_object_get(row, "since")));
	json_decref(p);
	view_unref(v);
}

static void filters_leave_what_is_asked_for(void **state)
{
	struct view *v = four();

	(void)state;
	has_names(v, "", "a b c d");
	has_names(v, "state=down", "b");
	has_names(v, "state=down&state=unknown", "b c");
	has_names(v, "group=core", "a c");
	has_names(v, "group=core&state=up", "a");
	has_names(v, "label.site=fra1", "a c");
	has_names(v, "label.site=", "b d");
	has_names(v, "q=EXAMPLE", "a b c d");
	has_names(v, "q=other", "c");
	has_names(v, "q=2.0.2.4", "d");
	has_names(v, "q=fra1&state=up", "a");
	has_names(v, "q=none", "");
	view_unref(v);
}

static void lists_are_sorted_both_ways_and_end_with_what_has_no_value(void **state)
{
	struct view *v = four();

	(void)state;
	has_names(v, "sort=-name", "d c b a");
	has_names(v, "sort=loss", "a d b c");
	has_names(v, "sort=-loss", "b d a c");
	has_names(v, "sort=rtt", "d a b c");
	has_names(v, "sort=-rtt", "a d b c");
	has_names(v, "sort=state", "a d c b");
	has_names(v, "sort=-state", "b c a d");
	has_names(v, "sort=worst", "b c d a");
	view_unref(v);
}

static void fields_are_those_named_in_the_order_of_the_table(void **state)
{
	struct view *v = four();
	json_t *p = page(v, "limit=1&fields=loss_ratio,name&fields=ttl");
	char *text = json_dumps(item(p, 0), JSON_COMPACT);

	(void)state;
	assert_string_equal(text, "{\"name\":\"a\",\"loss_ratio\":0.050000000000000003,\"ttl\":60}");
	free(text);
	json_decref(p);
	view_unref(v);
}

static void wrong_parameters_are_named(void **state)
{
	static const char *const wrong[] = { "state=bad",        "sort=ip",
		                             "sort=--name",      "sort=",
		                             "limit=0",          "limit=10001",
		                             "limit=x",          "limit=-1",
		                             "fields=nam",       "fields=name,,host",
		                             "fields=name,nope", "cursor=x",
		                             "cursor=a001",      "cursor=a00000000000000000g" };
	char buf[128], why[API_WHY_SIZE];
	struct api_query q;
	struct query from;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(buf, sizeof(buf), "%s", wrong[i]);
		assert_null(query_parse(&from, buf));
		if (api_query_parse(&q, &from, why))
			fail_msg("%s was taken", wrong[i]);
		assert_memory_equal(why, wrong[i], strcspn(wrong[i], "="));
	}
}

static void the_schema_has_what_lists_are_sorted_by(void **state)
{
	const struct route *r = api_routes;
	const struct route_param *p;
	char pattern[256] = "\"^-?(";

	(void)state;
	while (strcmp(r->path, "/api/v1/targets") != 0)
		r++;
	for (p = r->params; strcmp(p->name, "sort") != 0;)
		p++;
	for (const struct api_sort *s = api_sorts; s->name; s++)
		strcat(strcat(pattern, s->name), s[1].name ? "|" : ")$\"");
	if (!strstr(p->schema, pattern))
		fail_msg("%s has no %s", p->schema, pattern);
}

static void every_field_has_a_bit_of_its_own(void **state)
{
	uint64_t seen = 0;

	(void)state;
	for (const struct api_field *f = api_fields; f->name; f++) {
		uint64_t bit = api_fields_bit(f->name, strlen(f->name));

		assert_true(bit && !(seen & bit));
		seen |= bit;
	}
	assert_true(seen == api_fields_all());
}

/* --- pages --- */

static void add_many(void)
{
	static char names[N_TARGETS][40];

	for (uint32_t i = 0; i < N_TARGETS; i++) {
		/* Many names share their first eight bytes, or differ in the last bit of these. */
		snprintf(names[i], sizeof(names[i]), "target%c%c%u", 'a' + (int)random_below(&seed, 4),
		         '0' + (int)random_below(&seed, 2), i);
		lose(fixture_add(names[i], "h", "192.0.2.1", i % 2 ? &core : &edge), (int)random_below(&seed, 21),
		     (int64_t)random_below(&seed, 5) * MS);
	}
}

static void pages_are_complete_and_disjoint(struct view *v, const char *query)
{
	char next[API_CURSOR_SIZE + 64], last[API_CURSOR_SIZE] = "";
	json_t *all, *p, *row, *whole = json_array();
	size_t i, n_pages = 0;

	snprintf(next, sizeof(next), "%s&limit=10000", query);
	all = page(v, next);
	do {
		snprintf(next, sizeof(next), "%s&limit=37&cursor=%s", query, last);
		p = page(v, next);
		json_array_foreach(json_object_get(p, "items"), i, row)
			json_array_append(whole, row);
		assert_true(i <= 37);
		snprintf(last, sizeof(last), "%s", text_of(p, "next") ? text_of(p, "next") : "");
		json_decref(p);
		assert_true(n_pages++ < N_TARGETS);
	} while (last[0]);
	assert_true(json_equal(whole, json_object_get(all, "items")));
	assert_int_equal(json_array_size(whole), number_of(all, "total"));
	json_decref(whole);
	json_decref(all);
}

static void each_target_is_on_one_page(void **state)
{
	static const char *const queries[] = { "sort=name",  "sort=-name", "sort=loss",
		                               "sort=-loss", "sort=rtt",   "sort=-rtt",
		                               "sort=state", "sort=worst", "sort=-state&q=targeta",
		                               "group=core" };
	struct view *v;

	(void)state;
	add_many();
	v = fixture_view();
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		pages_are_complete_and_disjoint(v, queries[i]);
	view_unref(v);
}

static void pages_go_on_where_they_were_when_targets_have_gone(void **state)
{
	struct view *v = four();
	json_t *p = page(v, "limit=2");
	char query[API_CURSOR_SIZE + 32];

	(void)state;
	assert_string_equal(text_of(item(p, 1), "name"), "b");
	snprintf(query, sizeof(query), "limit=2&cursor=%s", text_of(p, "next"));
	json_decref(p);
	view_unref(v);
	for (uint32_t i = 0; i < fleet_size(fixture_fleet); i++)
		if (!strcmp(fleet_at(fixture_fleet, i)->name, "b")) /* the cursor's own */
			fleet_retire(fixture_fleet, i);
	v = fixture_view();
	has_names(v, query, "c d");
	view_unref(v);
}

static void a_cursor_serves_the_sort_that_it_is_of(void **state)
{
	struct view *v = four();
	json_t *p = page(v, "limit=2&sort=loss");
	char query[API_CURSOR_SIZE + 32], why[API_WHY_SIZE];
	struct api_query q;
	struct query from;

	(void)state;
	snprintf(query, sizeof(query), "sort=-loss&cursor=%s", text_of(p, "next"));
	assert_null(query_parse(&from, query));
	assert_false(api_query_parse(&q, &from, why));
	json_decref(p);
	view_unref(v);
}

/* --- names and labels --- */

static void hostile_texts_come_back(void **state)
{
	struct view *v;
	json_t *p, *row;

	(void)state;
	lose(fixture_add(hostile, hostile, "fe80::1", &edge), 0, MS);
	lose(fixture_add("\xff", "\xff", "192.0.2.1", &edge), 0, MS);
	v = fixture_view();
	p = page(v, "fields=all");
	row = item(p, 0);
	assert_string_equal(text_of(row, "name"), hostile);
	assert_string_equal(text_of(row, "host"), hostile);
	assert_string_equal(text_of(row, "group"), hostile);
	assert_string_equal(text_of(json_object_get(row, "labels"), "note"), hostile);
	assert_string_equal(text_of(json_object_get(row, "labels"), "raw"), "\xef\xbf\xbd\xef\xbf\xbd(");
	assert_string_equal(text_of(item(p, 1), "name"), "\xef\xbf\xbd");
	json_decref(p);
	pages_are_complete_and_disjoint(v, "q=");
	view_unref(v);
}

static void a_row_may_be_longer_than_a_piece(void **state)
{
	static char value[40000];
	struct view *v;
	json_t *p;

	(void)state;
	memset(value, '"', sizeof(value) - 1);
	odd->at[0].value = value;
	fixture_add("a", "a", NULL, &edge);
	fixture_add("b", "b", NULL, &edge);
	v = fixture_view();
	p = page(v, "");
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(text_of(json_object_get(item(p, i), "labels"), "note"), value);
	assert_string_equal(text_of(item(p, 1), "name"), "b");
	json_decref(p);
	view_unref(v);
}

static void an_empty_fleet_is_an_empty_list(void **state)
{
	struct view *v = fixture_view();
	json_t *p = page(v, "");

	(void)state;
	assert_int_equal(json_array_size(json_object_get(p, "items")), 0);
	assert_true(json_is_null(json_object_get(p, "next")));
	json_decref(p);
	view_unref(v);
}

static void long_lists_are_made_in_slices(void **state)
{
	char none[] = "";
	char why[API_WHY_SIZE];
	size_t len, n_empty;
	struct api_query q;
	struct query from;
	struct view *v;

	(void)state;
	for (int i = 0; i < 20; i++)
		add_many();
	v = fixture_view();
	assert_null(query_parse(&from, none));
	assert_true(api_query_parse(&q, &from, why));
	free(fixture_read(api_targets(v, &q), &len, &n_empty));
	assert_in_range(n_empty, 5, N_TARGETS);
	view_unref(v);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)
	const struct CMUnitTest tests[] = {
		TEST(figures_have_their_units_and_null_where_there_is_none),
		TEST(filters_leave_what_is_asked_for),
		TEST(lists_are_sorted_both_ways_and_end_with_what_has_no_value),
		TEST(fields_are_those_named_in_the_order_of_the_table),
		TEST(wrong_parameters_are_named),
		TEST(the_schema_has_what_lists_are_sorted_by),
		TEST(every_field_has_a_bit_of_its_own),
		TEST(each_target_is_on_one_page),
		TEST(pages_go_on_where_they_were_when_targets_have_gone),
		TEST(a_cursor_serves_the_sort_that_it_is_of),
		TEST(hostile_texts_come_back),
		TEST(a_row_may_be_longer_than_a_piece),
		TEST(an_empty_fleet_is_an_empty_list),
		TEST(long_lists_are_made_in_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
