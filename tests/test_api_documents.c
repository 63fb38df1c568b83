#include "fixture_view.h"
#include "core/origins.h"
#include "core/schedule.h"
#include "serve/api_groups.h"
#include "serve/api_status.h"
#include "serve/api_target.h"

#define MS INT64_C(1000000)

static const char hostile[] = "\"</script>\n{\\}'\x01";
static const struct origins_level defaults = { { ORIGIN_DEFAULTS, "main.yaml", 3 }, NULL, 1 };
static const char *const files[] = { "main.yaml", "more.yaml" };
static struct origins_own own[] = { { "a", 17, 1 } };
static const struct origins_owns owns = { own, 1, files };
static struct origins origins = { .innermost = &defaults, .owns = &owns };
static struct profile core, edge, none;
static struct events_hub *hub;

static size_t setting(const char *name)
{
	return (size_t)(options_find(name) - options_settings);
}

static int init(void **state)
{
	const struct options options = options_default();

	origins.depth[setting("interval")] = 1;
	origins.depth[setting("size")] = ORIGINS_OWN;
	core = (struct profile){ .options = options, .group = "core", .origins = &origins };
	core.options.interval_ns = 2000 * MS;
	edge = (struct profile){ .options = options, .group = hostile };
	none = (struct profile){ .options = options };
	hub = events_hub_new(1);
	return hub ? fixture_make_fleet(state) : -1;
}

static int fini(void **state)
{
	events_hub_free(hub);
	return fixture_free_fleet(state);
}

static json_t *read_text(char *text, size_t len)
{
	json_error_t why;
	json_t *root;

	assert_non_null(text);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!root)
		fail_msg("%s at %d: %.*s", why.text, why.position, 2000, text);
	free(text);
	return root;
}

static json_t *target(struct view *v, const char *name)
{
	size_t len;
	char *text = api_target(v, view_find(v, name), hub, &len);

	return read_text(text, len);
}

/* a.b.c */
static json_t *at(json_t *root, const char *path)
{
	char name[64];

	while (*path) {
		size_t len = strcspn(path, ".");

		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		root = json_is_array(root) ? json_array_get(root, (size_t)atoi(name)) : json_object_get(root, name);
		if (!root)
			fail_msg("no %s", path);
		path += len + (path[len] == '.');
	}
	return root;
}

static void is(json_t *root, const char *path, const char *expected)
{
	char *text = json_dumps(at(root, path), JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));

	if (strcmp(text, expected) != 0)
		fail_msg("%s is %s, not %s", path, text, expected);
	free(text);
}

static void options_say_where_they_come_from(void **state)
{
	struct view *v;
	json_t *root;

	(void)state;
	own[0].name = fixture_add("a", "a", "192.0.2.1", &core)->name;
	v = fixture_view();
	root = target(v, "a");
	is(root, "options.interval", "{\"value\":\"2s\",\"origin\":\"defaults\",\"file\":\"main.yaml\",\"line\":3}");
	is(root, "options.size", "{\"value\":\"56\",\"origin\":\"target\",\"file\":\"more.yaml\",\"line\":17}");
	is(root, "options.timeout", "{\"value\":\"1s\",\"origin\":\"built-in\"}");
	is(root, "depends_on", "[]");
	is(root, "parent", "false");
	json_decref(root);
	view_unref(v);
}

static void a_derived_target_has_its_parents_origins(void **state)
{
	struct addr a;
	struct view *v;
	json_t *root;

	(void)state;
	core.options.addresses = ADDRESSES_ALL;
	assert_int_equal(addr_parse(&a, "192.0.2.7"), 0);
	own[0].name = fixture_add("a", "a.example", NULL, &core)->name;
	assert_int_not_equal(fleet_derive(fixture_fleet, 0, &a, 7, FIXTURE_REAL_NS), FLEET_NONE);
	v = fixture_view();
	root = target(v, "a/192.0.2.7");
	is(root, "options.size.line", "17");
	is(root, "derived", "true");
	json_decref(root);
	root = target(v, "a");
	is(root, "parent", "true");
	is(root, "ip", "null");
	json_decref(root);
	view_unref(v);
}

static void outcomes_have_the_times_of_their_slots(void **state)
{
	int64_t phase_ns = schedule_phase("a", 2000 * MS), latest_ns = FIXTURE_AT_NS - 2000 * MS + phase_ns;
	struct target *t = fixture_add("a", "a", "192.0.2.1", &core);
	char text[64] = "\"";
	struct textbuf b = textbuf_on(text + 1, sizeof(text) - 3);
	struct view *v;
	json_t *root;

	(void)state;
	assert_int_equal(FIXTURE_AT_NS % (2000 * MS), 0); /* so that the latest slot is in the interval before it */
	fixture_settle(t, OUTCOME_NOT_SENT, -1, ENETUNREACH);
	fixture_settle(t, OUTCOME_TIMEOUT, -1, 0);
	fixture_settle(t, OUTCOME_REPLY, 10 * MS, 0);
	v = fixture_view();
	root = target(v, "a");
	is(root, "outcomes.0.outcome", "\"not_sent\"");
	is(root, "outcomes.0.error", "\"ENETUNREACH\"");
	is(root, "outcomes.1.rtt_seconds", "null");
	is(root, "outcomes.2.rtt_seconds", "0.01");
	textbuf_time(&b, latest_ns - FIXTURE_AT_NS + FIXTURE_REAL_NS);
	strcpy(b.at, "\"");
	is(root, "outcomes.2.time", text);
	b = textbuf_on(text + 1, sizeof(text) - 3);
	textbuf_time(&b, latest_ns - FIXTURE_AT_NS + FIXTURE_REAL_NS - 4000 * MS);
	is(root, "outcomes.0.time", text);
	json_decref(root);
	view_unref(v);
}

static void a_reply_belongs_to_the_slot_that_it_can_have_come_from(void **state)
{
	int64_t phase_ns = schedule_phase("a", 2000 * MS);
	/* Were it of the latest slot, it would not be here yet. */
	int64_t rtt_ns = 2000 * MS - phase_ns + 1 * MS;
	struct target *t = fixture_add("a", "a", "192.0.2.1", &core);
	char text[64] = "\"";
	struct textbuf b = textbuf_on(text + 1, sizeof(text) - 3);
	struct view *v;
	json_t *root;

	(void)state;
	fixture_settle(t, OUTCOME_REPLY, rtt_ns, 0);
	v = fixture_view();
	root = target(v, "a");
	textbuf_time(&b, FIXTURE_REAL_NS - 4000 * MS + phase_ns);
	strcpy(b.at, "\"");
	is(root, "outcomes.0.time", text);
	json_decref(root);
	t->off_phase = true;
	view_unref(v);
	v = fixture_view();
	root = target(v, "a");
	is(root, "outcomes.0.time", "null");
	json_decref(root);
	view_unref(v);
}

static void at_most_a_hundred_outcomes_are_shown_the_latest(void **state)
{
	struct target *t;
	struct view *v;
	json_t *root;

	(void)state;
	core.options.window = 200;
	t = fixture_add("a", "a", "192.0.2.1", &core);
	for (int i = 1; i <= 150; i++)
		fixture_settle(t, OUTCOME_REPLY, i * MS, 0);
	v = fixture_view();
	root = target(v, "a");
	assert_int_equal(json_array_size(at(root, "outcomes")), API_OUTCOMES_MAX);
	is(root, "outcomes.0.rtt_seconds", "0.051");
	is(root, "outcomes.99.rtt_seconds", "0.15");
	json_decref(root);
	view_unref(v);
}

/* A change of state as the log has it. */
static void happens(const char *ts, const char *name, const char *to)
{
	char text[1024];
	struct textbuf b = textbuf_on(text, sizeof(text));

	textbuf_text(&b, "{\"ts\":\"");
	textbuf_text(&b, ts);
	textbuf_text(&b, "\",\"kind\":\"state\",\"target\":");
	textbuf_json(&b, name);
	textbuf_text(&b, ",\"ip\":null,\"from\":\"up\",\"to\":\"");
	textbuf_text(&b, to);
	textbuf_text(&b, "\",\"reason\":\"loss\",\"since\":null,\"labels\":{\"blocked_by\":\"x\",\"from\":\"y\"}}");
	events_hub_add(hub, SERVE_EVENT_STATE, text, textbuf_len(&b));
}

static void history_is_the_targets_own_changes(void **state)
{
	struct view *v;
	json_t *root;

	(void)state;
	fixture_add("a", "a", "192.0.2.1", &core);
	fixture_add(hostile, "b", "192.0.2.2", &core);
	happens("T1", "a", "down");
	happens("T2", "ab", "down");
	happens("T3", hostile, "degraded");
	happens("T4", "a", "up");
	events_hub_add(hub, SERVE_EVENT_PATH, "{\"target\":\"a\"}", strlen("{\"target\":\"a\"}"));
	v = fixture_view();
	root = target(v, "a");
	assert_int_equal(json_array_size(at(root, "history")), 2);
	is(root, "history.0.time", "\"T1\"");
	is(root, "history.1.time", "\"T4\"");
	is(root, "history.1.from", "\"up\"");
	is(root, "history.1.to", "\"up\"");
	is(root, "history.1.reason", "\"loss\"");
	is(root, "history.1.from_since", "null");
	json_decref(root);
	root = target(v, hostile);
	assert_int_equal(json_array_size(at(root, "history")), 1);
	is(root, "history.0.to", "\"degraded\"");
	assert_string_equal(json_string_value(at(root, "name")), hostile);
	json_decref(root);
	view_unref(v);
}

static void groups_pool_their_targets(void **state)
{
	struct api_query q = { .sort = api_sorts };
	struct target *t;
	struct view *v;
	json_t *root;

	(void)state;
	t = fixture_add("b", "b", "192.0.2.1", &core);
	for (int i = 0; i < 3; i++)
		fixture_settle(t, OUTCOME_REPLY, 10 * MS, 0);
	t = fixture_add("a", "a", "192.0.2.2", &core);
	fixture_settle(t, OUTCOME_REPLY, 50 * MS, 0);
	fixture_add("d", "d", "192.0.2.3", &none);
	fixture_add("c", "c", "192.0.2.3", &edge);
	t = fixture_add("e", "e", "192.0.2.2", &core);
	for (int i = 0; i < 4; i++)
		fixture_settle(t, OUTCOME_TIMEOUT, -1, 0);
	v = fixture_view();
	root = fixture_json(api_groups(v, &q));
	assert_int_equal(json_array_size(at(root, "items")), 3);
	assert_string_equal(json_string_value(at(root, "items.0.name")), hostile);
	is(root, "items.0.loss_ratio", "null");
	is(root, "items.0.rtt_mean_seconds", "null");
	is(root, "items.1.name", "\"core\"");
	is(root, "items.1.targets", "{\"total\":3,\"unknown\":0,\"up\":2,\"degraded\":0,\"down\":1,\"blocked\":0}");
	is(root, "items.1.sent", "8");
	is(root, "items.1.loss_ratio", "0.5");
	is(root, "items.1.rtt_min_seconds", "0.01");
	is(root, "items.1.rtt_mean_seconds", "0.02");
	is(root, "items.1.rtt_max_seconds", "0.05");
	is(root, "items.1.worst", "{\"name\":\"e\",\"state\":\"down\",\"loss_ratio\":1,\"rtt_median_seconds\":null}");
	is(root, "items.2.name", "null");
	is(root, "next", "null");
	json_decref(root);
	assert_int_equal(filter_add(&q.filter, "group", "core"), 1);
	root = fixture_json(api_groups(v, &q));
	assert_int_equal(json_array_size(at(root, "items")), 1);
	json_decref(root);
	view_unref(v);
}

static void status_counts_targets_by_state(void **state)
{
	struct generation *g;
	struct view *v;
	json_t *root;

	(void)state;
	fixture_settle(fixture_add("a", "a", "192.0.2.1", &core), OUTCOME_REPLY, MS, 0);
	fixture_add("b", "b", "192.0.2.1", &core);
	none.options.addresses = ADDRESSES_ALL;
	fixture_add("parent", "parent", NULL, &none);
	g = fixture_generation();
	g->status.started_ns = FIXTURE_AT_NS - 3600 * INT64_C(1000000000);
	g->status.rate = 1.5;
	g->status.engine.n_sent = 12;
	g->is_ready = true;
	g->n_names = 3;
	g->log_dropped = 5;
	g->saves = (struct generation_saves){ true, FIXTURE_REAL_NS - 7000 * MS, 1500 * MS, 12345, -ENOSPC };
	g->config = (struct generation_config){ .path = hostile, .hash = "0123456789abcdef", .last_ok = true };
	v = view_new(g);
	assert_non_null(v);
	root = fixture_json(api_status(v, NULL));
	is(root, "targets", "{\"total\":2,\"unknown\":1,\"up\":1,\"degraded\":0,\"down\":0,\"blocked\":0}");
	is(root, "started", "\"2026-01-02T02:04:05.000000Z\"");
	is(root, "uptime_seconds", "3600");
	is(root, "ready", "true");
	is(root, "names.total", "3");
	is(root, "rate_per_second", "1.5");
	is(root, "since_start.sent", "12");
	is(root, "since_start.log_dropped", "5");
	is(root, "saves.age_seconds", "7");
	is(root, "saves.duration_seconds", "1.5");
	is(root, "saves.bytes", "12345");
	is(root, "saves.error", "\"No space left on device\"");
	is(root, "config.hash", "\"0123456789abcdef\"");
	assert_string_equal(json_string_value(at(root, "config.path")), hostile);
	json_decref(root);
	view_unref(v);
}

static void the_configuration_has_its_files_and_the_latest_errors(void **state)
{
	static const struct generation_file read[] = { { "/etc/a.yaml", "main", FIXTURE_REAL_NS },
		                                       { "/etc/b.txt", "targets", FIXTURE_REAL_NS } };
	static const char *const errors[] = { "a.yaml:1:2: \"x\" is not known" };
	struct generation *g = fixture_generation();
	struct view *v;
	json_t *root;
	size_t len;
	char *text;

	(void)state;
	g->config = (struct generation_config){ .path = "/etc/a.yaml",
		                                .hash = "0123456789abcdef",
		                                .files = read,
		                                .n_files = 2,
		                                .loaded_ns = FIXTURE_REAL_NS,
		                                .last_ns = FIXTURE_REAL_NS,
		                                .errors = errors,
		                                .n_errors = 1,
		                                .n_errors_more = 4 };
	v = view_new(g);
	assert_non_null(v);
	text = api_config(v, "a token", &len);
	root = read_text(text, len);
	is(root, "files.1",
	   "{\"path\":\"/etc/b.txt\",\"kind\":\"targets\",\"changed\":\"2026-01-02T03:04:05.000000Z\"}");
	is(root, "last_reload.ok", "false");
	is(root, "last_reload.errors.0", "\"a.yaml:1:2: \\\"x\\\" is not known\"");
	is(root, "last_reload.more_errors", "4");
	is(root, "loaded", "\"2026-01-02T03:04:05.000000Z\"");
	is(root, "control_token", "\"a token\"");
	json_decref(root);
	text = api_config(v, NULL, &len);
	root = read_text(text, len);
	is(root, "control_token", "null");
	json_decref(root);
	view_unref(v);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)
	const struct CMUnitTest tests[] = {
		TEST(options_say_where_they_come_from),
		TEST(a_derived_target_has_its_parents_origins),
		TEST(outcomes_have_the_times_of_their_slots),
		TEST(a_reply_belongs_to_the_slot_that_it_can_have_come_from),
		TEST(at_most_a_hundred_outcomes_are_shown_the_latest),
		TEST(history_is_the_targets_own_changes),
		TEST(groups_pool_their_targets),
		TEST(status_counts_targets_by_state),
		TEST(the_configuration_has_its_files_and_the_latest_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
