#include "fixture_view.h"
#include "serve/api_heatmap.h"

#include <math.h>

#define MS INT64_C(1000000)

static struct profile core, edge, parents;

static int init(void **state)
{
	const struct options options = { .window = 20, .fall = 3, .rise = 2 };

	core = (struct profile){ .options = options, .group = "core" };
	edge = (struct profile){ .options = options, .group = "edge" };
	parents = (struct profile){ .options = options };
	parents.options.addresses = ADDRESSES_ALL;
	return fixture_make_fleet(state);
}

/* What a query is answered with, by api_heatmap or api_heatmap_list. */
static struct stream *ask(struct stream *(*answer)(struct view *v, const struct api_query *q), struct view *v,
                          const char *text)
{
	static char buf[256]; /* borrowed by the stream */
	char why[API_WHY_SIZE];
	struct api_query q;
	struct query from;
	struct stream *s;

	snprintf(buf, sizeof(buf), "%s", text);
	assert_null(query_parse(&from, buf));
	if (!api_query_parse(&q, &from, why))
		fail_msg("%s", why);
	s = answer(v, &q);
	assert_non_null(s);
	return s;
}

/* The bytes as minipingd-http(8) says them. */
struct map {
	char *text;
	size_t n_empty; /* slices */
	uint64_t time_us, n, layout;
	const uint8_t *states, *losses, *rtts;
};

static uint64_t le(const char *at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = len; i > 0; i--)
		value = value << 8 | (uint8_t)at[i - 1];
	return value;
}

static struct map map_of(struct view *v, const char *query)
{
	size_t len;
	struct map m = { .n = 0 };

	m.text = fixture_read(ask(api_heatmap, v, query), &len, &m.n_empty);
	assert_true(len >= 32);
	assert_memory_equal(m.text, "MPHM\x01\x00\x20\x00", 8);
	m.time_us = le(m.text + 8, 8);
	m.n = le(m.text + 16, 4);
	assert_int_equal(le(m.text + 20, 4), 0);
	m.layout = le(m.text + 24, 8);
	assert_int_equal(len, 32 + 3 * m.n);
	m.states = (const uint8_t *)m.text + 32;
	m.losses = m.states + m.n;
	m.rtts = m.losses + m.n;
	return m;
}

static uint64_t layout_of(struct view *v, const char *query)
{
	struct map m = map_of(v, query);

	free(m.text);
	return m.layout;
}

/* Of the fleet as it is. */
static uint64_t layout_now(void)
{
	struct view *v = fixture_view();
	uint64_t layout = layout_of(v, "");

	view_unref(v);
	return layout;
}

static const char *name_at(json_t *list, size_t i)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(list, "items"), i), "name"));
}

/* n_lost of 20 */
static void probe(struct target *t, int n_lost, int64_t rtt_ns)
{
	for (int i = 0; i < 20; i++)
		fixture_settle(t, i < n_lost ? OUTCOME_TIMEOUT : OUTCOME_REPLY, rtt_ns, 0);
}

static void make_some(void)
{
	probe(fixture_add("zeta", "z.example", "192.0.2.1", &core), 2, 10 * MS);
	fixture_add("all", "all.example", NULL, &parents);
	probe(fixture_add("\"<script>", "s.example", "192.0.2.2", &edge), 20, -1);
	fixture_add("new", "n.example", NULL, &core);
}

static void codes_are_near_what_they_stand_for(void **state)
{
	uint8_t before = 0;

	(void)state;
	assert_int_equal(api_heatmap_rtt(-1), 255);
	assert_int_equal(api_heatmap_rtt(0), 0);
	assert_int_equal(api_heatmap_rtt(INT64_MAX), 254);
	for (double rtt = 20e3; rtt < 46e9; rtt *= 1.001) {
		uint8_t code = api_heatmap_rtt((int64_t)rtt);
		double back = 20e3 * exp2(code / 12.0);

		assert_true(fabs(back - rtt) <= 0.03 * rtt);
		assert_true(code >= before);
		before = code;
	}
	assert_int_equal(api_heatmap_loss(-1), 255);
	assert_int_equal(api_heatmap_loss(0), 0);
	assert_int_equal(api_heatmap_loss(0.0015), 1);
	assert_int_equal(api_heatmap_loss(20), 50);
	assert_int_equal(api_heatmap_loss(99.999), 249);
	assert_int_equal(api_heatmap_loss(100), 250);
}

static void bytes_are_state_loss_and_rtt_in_the_order_of_the_list(void **state)
{
	struct view *v;
	struct map m;
	json_t *list;
	char layout[17];

	(void)state;
	make_some();
	v = fixture_view();
	m = map_of(v, "");
	list = fixture_json(ask(api_heatmap_list, v, "fields=name,group"));
	assert_int_equal(m.time_us, FIXTURE_REAL_NS / 1000);
	assert_int_equal(m.n, 3); /* a parent is none of them */
	assert_int_equal(json_integer_value(json_object_get(list, "total")), 3);
	snprintf(layout, sizeof(layout), "%016llx", (unsigned long long)m.layout);
	assert_string_equal(json_string_value(json_object_get(list, "layout")), layout);
	assert_string_equal(name_at(list, 0), "zeta");
	assert_string_equal(name_at(list, 1), "\"<script>");
	assert_string_equal(name_at(list, 2), "new");
	assert_memory_equal(m.states, "\x01\x03\x00", 3);
	assert_memory_equal(m.losses, "\x19\xfa\xff", 3);
	assert_memory_equal(m.rtts, "\x6c\xff\xff", 3);
	json_decref(list);
	free(m.text);
	view_unref(v);
}

static void filters_leave_what_is_asked_for(void **state)
{
	struct view *v;
	struct map m;
	json_t *list;

	(void)state;
	make_some();
	v = fixture_view();
	m = map_of(v, "group=edge&state=down");
	assert_int_equal(m.n, 1);
	assert_int_equal(m.states[0], 3);
	list = fixture_json(ask(api_heatmap_list, v, "group=edge&state=down&fields=name,loss_ratio"));
	assert_int_equal(json_array_size(json_object_get(list, "items")), 1);
	assert_string_equal(name_at(list, 0), "\"<script>");
	/* of the window, which is looked at only where a field is of it */
	assert_int_equal(
		json_integer_value(json_object_get(json_array_get(json_object_get(list, "items"), 0), "loss_ratio")),
		1);
	assert_true(m.layout != layout_of(v, ""));
	json_decref(list);
	free(m.text);
	view_unref(v);
}

static void the_layout_is_of_names_and_groups_and_not_of_figures(void **state)
{
	struct target *t;
	uint64_t first, second, third;

	(void)state;
	make_some();
	t = fixture_add("last", "l.example", "192.0.2.9", &core);
	first = layout_now();
	probe(t, 3, 5 * MS);
	assert_true(layout_now() == first);
	t->profile = &edge;
	second = layout_now();
	assert_true(second != first);
	t->profile = &core;
	assert_true(layout_now() == first);
	fixture_add("more", "m.example", NULL, &core);
	third = layout_now();
	assert_true(third != first && third != second);
}

static void an_empty_fleet_is_a_header(void **state)
{
	struct view *v = fixture_view();
	struct map m = map_of(v, "");
	json_t *list = fixture_json(ask(api_heatmap_list, v, "fields=name"));

	(void)state;
	assert_int_equal(m.n, 0);
	assert_int_equal(json_array_size(json_object_get(list, "items")), 0);
	json_decref(list);
	free(m.text);
	view_unref(v);
}

/* More than a piece of each plane, and not a whole number of them. */
static void many_targets_come_in_slices_each_in_its_place(void **state)
{
	enum { N = 20011 };
	static char names[N][16]; /* borrowed by the fleet */
	struct view *v;
	struct map m;

	(void)state;
	for (int i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "t%d", i);
		probe(fixture_add(names[i], names[i], "192.0.2.1", i % 7 ? &core : &edge), i % 20, (i % 97 + 1) * MS);
	}
	v = fixture_view();
	m = map_of(v, "");
	assert_int_equal(m.n, N);
	assert_in_range(m.n_empty, 5, N);
	for (int i = 0; i < N; i++) {
		assert_int_equal(m.losses[i], lround(i % 20 * 12.5));
		assert_int_equal(m.rtts[i], api_heatmap_rtt((i % 97 + 1) * MS));
	}
	free(m.text);
	view_unref(v);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fixture_free_fleet)
	const struct CMUnitTest tests[] = {
		TEST(codes_are_near_what_they_stand_for), TEST(bytes_are_state_loss_and_rtt_in_the_order_of_the_list),
		TEST(filters_leave_what_is_asked_for),    TEST(the_layout_is_of_names_and_groups_and_not_of_figures),
		TEST(an_empty_fleet_is_a_header),         TEST(many_targets_come_in_slices_each_in_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
