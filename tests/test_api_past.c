#include "fixture_serve.h"

#include "core/past.h"

#include <jansson.h>

#define MS INT64_C(1000000)

/* The history that is asked: it has what fake says, and keeps what it was asked for. */
static struct {
	int err;
	size_t n_points, n_events;
	const char *error;
	int64_t step_s;
	char name[512];
	int64_t asked_from_s, asked_to_s, asked_step_s, asked_window_s;
	enum past_by by;
	size_t limit;
} fake;

static int fake_points(void *data, const char *name, int64_t from_s, int64_t to_s, int64_t step_s,
                       struct past_points **out)
{
	struct past_points *p;

	(void)data;
	snprintf(fake.name, sizeof(fake.name), "%s", name);
	fake.asked_from_s = from_s;
	fake.asked_to_s = to_s;
	fake.asked_step_s = step_s;
	if (fake.err)
		return fake.err;
	p = calloc(1, sizeof(*p) + fake.n_points * sizeof(p->at[0]));
	p->from_s = from_s;
	p->to_s = to_s;
	p->step_s = fake.step_s;
	p->n = fake.n_points;
	for (size_t i = 0; i < p->n; i++)
		p->at[i] = (struct past_point){ from_s + (int64_t)i * fake.step_s,
			                        20,
			                        5,
			                        10,
			                        2,
			                        1 * MS,
			                        2 * MS,
			                        3 * MS,
			                        4 * MS,
			                        5 * MS,
			                        6 * MS,
			                        7 * MS,
			                        8 * MS,
			                        9 * MS,
			                        i == 1 };
	if (p->n)
		p->at[0] = (struct past_point){ from_s, 20, 20, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, false };
	*out = p;
	return 0;
}

static int fake_worst(void *data, int64_t window_s, enum past_by by, size_t limit, struct past_worsts **out)
{
	struct past_worsts *w;

	(void)data;
	fake.asked_window_s = window_s;
	fake.by = by;
	fake.limit = limit;
	if (fake.err)
		return fake.err;
	w = calloc(1, sizeof(*w));
	w->from_s = 1767319200;
	w->to_s = 1767322800;
	w->n = 2;
	w->at = calloc(2, sizeof(w->at[0]));
	w->names = strdup("\"<b>");
	w->at[0] = (struct past_worst){ w->names, by == PAST_BY_LOSS ? 0.25 : 3e6, 20, 5, 4 * MS, 7 * MS };
	w->at[1] = (struct past_worst){ w->names + 1, by == PAST_BY_LOSS ? 0 : 2e6, 20, 0, -1, -1 };
	*out = w;
	return 0;
}

static int fake_events(void *data, const char *name, int64_t from_s, int64_t to_s, size_t limit,
                       void (*on)(void *to, const struct past_event *e), void *to)
{
	char line[64];

	(void)data;
	snprintf(fake.name, sizeof(fake.name), "%s", name);
	fake.asked_from_s = from_s;
	fake.asked_to_s = to_s;
	fake.limit = limit;
	for (size_t i = 0; i < fake.n_events; i++) {
		size_t len = (size_t)snprintf(line, sizeof(line), "{\"n\":%zu,\"text\":\"[<\\\"]\"}", i);

		on(to, &(struct past_event){ 1, line, len });
	}
	return fake.err;
}

static void fake_status(void *data, struct past_status *out)
{
	(void)data;
	*out = (struct past_status){ true, "/lib/\"h\".db", fake.error ? fake.error : "", 4096, 1767322800, 7, 9 };
}

static const struct past_ops past = { fake_points, fake_worst, fake_events, fake_status, NULL };
static struct fixture_serve serve;

static int start(void **state, const struct past_ops *ops)
{
	memset(&fake, 0, sizeof(fake));
	fake.step_s = 60;
	serve = (struct fixture_serve){ .past = ops };
	if (fixture_make_dir(state))
		return -1;
	fixture_serve_start(&serve);
	return 0;
}

static int init(void **state)
{
	return start(state, &past);
}

static int init_without(void **state)
{
	return start(state, NULL);
}

static int fini(void **state)
{
	fixture_serve_end(&serve);
	return fixture_remove_dir(state);
}

static void assert_status(const char *target, int status, const char *words)
{
	char *answer = fixture_serve_get(&serve, target, "");

	if (fixture_serve_status(answer) != status || !strstr(answer, words))
		fail_msg("GET %s: %s", target, answer);
	free(answer);
}

static json_t *get(const char *target)
{
	char *answer = fixture_serve_get(&serve, target, "");
	json_error_t why;
	json_t *root;

	if (fixture_serve_status(answer) != 200)
		fail_msg("GET %s: %s", target, answer);
	root = json_loads(fixture_serve_body(answer), JSON_REJECT_DUPLICATES, &why);
	if (!root)
		fail_msg("%s: %s", why.text, answer);
	free(answer);
	return root;
}

static json_t *item(json_t *root, size_t i)
{
	return json_array_get(json_object_get(root, "items"), i);
}

static double number(json_t *o, const char *name)
{
	json_t *value = json_object_get(o, name);

	assert_true(json_is_number(value));
	return json_number_value(value);
}

static const char *text(json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static void points_are_figures_with_their_units(void **state)
{
	json_t *root, *p;

	(void)state;
	fake.n_points = 2;
	root = get("/api/v1/targets/a/history?from=2026-01-02T03:00:00Z&to=2026-01-02T04:00:00Z&step=1m");
	assert_string_equal(fake.name, "a");
	assert_int_equal(fake.asked_from_s, 1767322800);
	assert_int_equal(fake.asked_to_s, 1767326400);
	assert_int_equal(fake.asked_step_s, 60);
	assert_string_equal(text(root, "target"), "a");
	assert_string_equal(text(root, "from"), "2026-01-02T03:00:00.000000Z");
	assert_string_equal(text(root, "to"), "2026-01-02T04:00:00.000000Z");
	assert_int_equal(number(root, "step_seconds"), 60);
	assert_int_equal(json_array_size(json_object_get(root, "items")), 2);
	p = item(root, 0);
	assert_true(number(p, "loss_ratio") == 1);
	assert_true(json_is_null(json_object_get(p, "rtt_median_seconds")));
	assert_true(json_is_false(json_object_get(p, "incomplete")));
	p = item(root, 1);
	assert_string_equal(text(p, "time"), "2026-01-02T03:01:00.000000Z");
	assert_int_equal(number(p, "sent"), 20);
	assert_int_equal(number(p, "received"), 5);
	assert_int_equal(number(p, "lost"), 5);
	assert_int_equal(number(p, "unknown"), 10);
	assert_int_equal(number(p, "not_sent"), 2);
	assert_true(number(p, "loss_ratio") == 0.5);
	assert_true(number(p, "rtt_min_seconds") == 0.001 && number(p, "rtt_p10_seconds") == 0.002);
	assert_true(number(p, "rtt_p25_seconds") == 0.003 && number(p, "rtt_median_seconds") == 0.004);
	assert_true(number(p, "rtt_p75_seconds") == 0.005 && number(p, "rtt_p90_seconds") == 0.006);
	assert_true(number(p, "rtt_p95_seconds") == 0.007 && number(p, "rtt_p99_seconds") == 0.008);
	assert_true(number(p, "rtt_max_seconds") == 0.009);
	assert_true(json_is_true(json_object_get(p, "incomplete")));
	json_decref(root);
}

static void a_day_up_to_now_is_asked_for_if_nothing_else_is(void **state)
{
	int64_t before_s = time(NULL);

	(void)state;
	json_decref(get("/api/v1/targets/a/history"));
	assert_in_range(fake.asked_to_s, before_s, time(NULL));
	assert_int_equal(fake.asked_to_s - fake.asked_from_s, 86400);
	assert_int_equal(fake.asked_step_s, 0);
	json_decref(get("/api/v1/targets/a/history?to=2026-01-02T03:04:05Z"));
	assert_int_equal(fake.asked_to_s, 1767323045);
	assert_int_equal(fake.asked_from_s, 1767323045 - 86400);
}

static void a_slash_that_is_escaped_is_the_names(void **state)
{
	(void)state;
	json_decref(get("/api/v1/targets/a%2Fb%3F/history"));
	assert_string_equal(fake.name, "a/b?");
	json_decref(get("/api/v1/targets/history/history"));
	assert_string_equal(fake.name, "history");
	/* Two parts: a target that is called so, and there is none. */
	assert_status("/api/v1/targets/a/b/history", 404, "no target is called");
	assert_status("/api/v1/targets/a%2Fhistory", 404, "no target is called");
	assert_status("/api/v1/targets/a/history/", 404, "no target is called");
	assert_status("/api/v1/targets//history", 404, "no target is called");
}

static void long_pasts_are_whole(void **state)
{
	json_t *root;

	(void)state;
	fake.n_points = PAST_POINTS_MAX;
	root = get("/api/v1/targets/a/history?from=2026-01-02T03:00:00Z&to=2026-01-10T03:00:00Z");
	assert_int_equal(json_array_size(json_object_get(root, "items")), PAST_POINTS_MAX);
	assert_true(number(item(root, PAST_POINTS_MAX - 1), "rtt_max_seconds") == 0.009);
	json_decref(root);
}

static void wrong_parameters_are_named(void **state)
{
	(void)state;
	assert_status("/api/v1/targets/a/history?from=x", 400, "from is");
	assert_status("/api/v1/targets/a/history?to=x", 400, "to is");
	assert_status("/api/v1/targets/a/history?from=now", 400, "from is not before to");
	assert_status("/api/v1/targets/a/history?step=1ms", 400, "step is");
	assert_status("/api/v1/targets/a/history?step=1.5s", 400, "step is");
	assert_status("/api/v1/targets/a/history?from=-8d&step=1m", 400, "more than 11000 steps");
	assert_status("/api/v1/targets/a/history?limit=1", 400, "limit");
	assert_status("/api/v1/chart.svg", 400, "target: expected");
	assert_status("/api/v1/chart.svg?target=a&width=199", 400, "200 to 4000");
	assert_status("/api/v1/chart.svg?target=a&height=2001", 400, "100 to 2000");
	assert_status("/api/v1/worst?window=0", 400, "window is");
	assert_status("/api/v1/worst?window=1h&by=name", 400, "loss, rtt or jitter");
	assert_status("/api/v1/worst?window=1h&limit=0", 400, "1 to 10000");
	assert_status("/api/v1/worst?window=1h&group=a", 400, "group: not together with window");
	assert_status("/api/v1/worst?by=loss", 400, "by: only together with window");
}

static void charts_are_pictures_of_escaped_names(void **state)
{
	char *answer;

	(void)state;
	fake.n_points = 30;
	answer = fixture_serve_get(&serve, "/api/v1/chart.svg?target=%3Cb%3E&from=-2h&width=500&height=200", "");
	assert_int_equal(fixture_serve_status(answer), 200);
	assert_non_null(strstr(answer, "Content-Type: image/svg+xml\r\n"));
	assert_non_null(strstr(answer, "Content-Security-Policy: default-src 'none'"));
	assert_non_null(strstr(answer, "width=\"500\" height=\"200\""));
	assert_non_null(strstr(answer, "<title>&lt;b&gt;</title>"));
	assert_null(strstr(answer, "<b>"));
	assert_non_null(strstr(answer, "</svg>\n"));
	assert_string_equal(fake.name, "<b>");
	assert_int_equal(fake.asked_step_s, (7200 + 427) / 428); /* a pixel each */
	free(answer);
}

static void the_worst_of_a_time_are_in_historys_order(void **state)
{
	json_t *root;

	(void)state;
	root = get("/api/v1/worst?window=1h");
	assert_int_equal(fake.asked_window_s, 3600);
	assert_int_equal(fake.by, PAST_BY_LOSS);
	assert_int_equal(fake.limit, 20);
	assert_string_equal(text(root, "by"), "loss");
	assert_string_equal(text(root, "from"), "2026-01-02T02:00:00.000000Z");
	assert_string_equal(text(item(root, 0), "name"), "\"<b>");
	assert_true(number(item(root, 0), "loss_ratio") == 0.25);
	assert_true(number(item(root, 0), "rtt_p95_seconds") == 0.007);
	assert_true(json_is_null(json_object_get(item(root, 1), "rtt_median_seconds")));
	json_decref(root);
	root = get("/api/v1/worst?window=1d&by=jitter&limit=2");
	assert_int_equal(fake.asked_window_s, 86400);
	assert_int_equal(fake.by, PAST_BY_JITTER);
	assert_int_equal(fake.limit, 2);
	assert_true(number(item(root, 0), "rtt_spread_seconds") == 0.003);
	json_decref(root);
}

static void events_are_the_logs_lines(void **state)
{
	json_t *root;

	(void)state;
	root = get("/api/v1/targets/a%2Fb/events");
	assert_string_equal(fake.name, "a/b");
	assert_int_equal(fake.limit, 100);
	assert_int_equal(fake.asked_to_s - fake.asked_from_s, 86400);
	assert_int_equal(json_array_size(json_object_get(root, "items")), 0);
	json_decref(root);
	fake.n_events = 1000;
	root = get("/api/v1/targets/a/events?from=-7d&limit=1000");
	assert_int_equal(fake.limit, 1000);
	assert_int_equal(json_array_size(json_object_get(root, "items")), 1000);
	assert_int_equal(number(item(root, 999), "n"), 999);
	assert_string_equal(text(item(root, 999), "text"), "[<\"]");
	json_decref(root);
	assert_status("/api/v1/targets/a/events?limit=0", 400, "1 to 10000");
	assert_status("/api/v1/targets/a/events?from=now", 400, "from is not before to");
	fake.err = -EIO;
	assert_status("/api/v1/targets/a/events", 500, "the history cannot be read");
	fake.err = -ENOENT;
	assert_status("/api/v1/targets/a/events", 404, "nothing is known");
}

static void status_and_metrics_say_how_history_is(void **state)
{
	json_t *root, *h;

	(void)state;
	root = get("/api/v1/status");
	h = json_object_get(root, "history");
	assert_string_equal(text(h, "file"), "/lib/\"h\".db");
	assert_true(json_is_null(json_object_get(h, "error")));
	assert_int_equal(number(h, "bytes"), 4096);
	assert_string_equal(text(h, "newest"), "2026-01-02T03:00:00.000000Z");
	assert_int_equal(number(h, "lost_results"), 7);
	json_decref(root);
	assert_status("/metrics", 200, "\nminipingd_history_writable 1\n");
	assert_status("/metrics", 200, "\nminipingd_history_bytes 4096\n");
	assert_status("/metrics", 200, "\nminipingd_history_newest_timestamp_seconds 1767322800\n");
	assert_status("/metrics", 200, "\nminipingd_history_lost_results_total 7\n");
	fake.error = "database is locked";
	root = get("/api/v1/status");
	assert_string_equal(text(json_object_get(root, "history"), "error"), "database is locked");
	json_decref(root);
	assert_status("/metrics", 200, "\nminipingd_history_writable 0\n");
}

static void what_history_says_instead_is_a_status(void **state)
{
	(void)state;
	fake.err = -ENOENT;
	assert_status("/api/v1/targets/a/history", 404, "nothing is known of the past of \\\"a\\\"");
	assert_status("/api/v1/targets/a/history?new=1", 400, "expected empty");
	assert_status("/api/v1/targets/a/events?new=", 400, "expected empty");
	assert_status("/api/v1/targets/a/history?new=empty", 200, "\"items\":[]");
	assert_status("/api/v1/targets/a/events?new=empty", 200, "\"items\": []");
	fake.err = -EIO;
	assert_status("/api/v1/chart.svg?target=a", 500, "the history cannot be read");
	fake.err = -ENOMEM;
	assert_status("/api/v1/worst?window=1h", 503, "out of memory");
	fake.err = -ENOSYS;
	assert_status("/api/v1/targets/a/history", 404, "history.file in the configuration");
}

static void without_a_history_the_answers_say_how_to_have_one(void **state)
{
	char *answer;

	(void)state;
	assert_status("/api/v1/targets/a/history", 404, "history.file in the configuration");
	assert_status("/api/v1/chart.svg?target=a", 404, "no history is kept");
	assert_status("/api/v1/worst?window=1h", 404, "no history is kept");
	assert_status("/api/v1/worst", 200, "\"items\"");
	assert_status("/api/v1/targets/a/events", 404, "no history is kept");
	assert_status("/api/v1/status", 200, "\"history\":null");
	answer = fixture_serve_get(&serve, "/metrics", "");
	assert_null(strstr(answer, "\nminipingd_history_bytes "));
	free(answer);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)
	const struct CMUnitTest tests[] = {
		TEST(points_are_figures_with_their_units),
		TEST(a_day_up_to_now_is_asked_for_if_nothing_else_is),
		TEST(a_slash_that_is_escaped_is_the_names),
		TEST(long_pasts_are_whole),
		TEST(wrong_parameters_are_named),
		TEST(charts_are_pictures_of_escaped_names),
		TEST(the_worst_of_a_time_are_in_historys_order),
		TEST(events_are_the_logs_lines),
		TEST(status_and_metrics_say_how_history_is),
		TEST(what_history_says_instead_is_a_status),
		cmocka_unit_test_setup_teardown(without_a_history_the_answers_say_how_to_have_one, init_without, fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
