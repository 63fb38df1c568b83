#include "fixture.h"

#include "base/clock.h"
#include "serve/control_body.h"

static char wrong[CONTROL_BODY_WRONG_LEN];

static int read_body(struct control_body *w, enum ask_kind kind, const char *body)
{
	wrong[0] = '\0';
	return control_body_read(w, kind, body, strlen(body), wrong);
}

static void refused(enum ask_kind kind, const char *body, int status, const char *why)
{
	struct control_body w;

	assert_int_equal(read_body(&w, kind, body), status);
	if (!strstr(wrong, why))
		fail_msg("%s: %s", body, wrong);
	assert_null(w.target);
	assert_null(w.text);
}

static void a_reload_may_come_without_a_body(void **state)
{
	struct control_body w;

	(void)state;
	assert_int_equal(read_body(&w, ASK_RELOAD, ""), 0);
	assert_int_equal(read_body(&w, ASK_DIFF, "{}\r\n"), 0);
	refused(ASK_RELOAD, "{\"path\": \"/etc/passwd\"}", 400, "unknown key \"path\"");
}

static void a_target_is_named(void **state)
{
	struct control_body w;

	(void)state;
	assert_int_equal(read_body(&w, ASK_PROBE, "{\"name\": \"r\u00f6uter\"}"), 0);
	assert_string_equal(w.target, "r\u00f6uter");
	control_body_free(&w);
	refused(ASK_PROBE, "", 400, "\"name\" is missing");
	refused(ASK_PROBE, "{\"name\": 7}", 400, "must be a string");
	refused(ASK_UNLEASE, "{\"name\": \"\"}", 400, "not empty");
	refused(ASK_UNLEASE, "{\"name\": \"a\", \"for\": \"1h\"}", 400, "unknown key \"for\"");
}

static void a_lease_is_a_mapping_and_a_duration(void **state)
{
	struct control_body w;

	(void)state;
	assert_int_equal(read_body(&w, ASK_LEASE, "{\"host\": \"192.0.2.1\", \"interval\": \"1s\", \"for\": \"2h\"}"),
	                 0);
	assert_string_equal(w.text, "{\"host\":\"192.0.2.1\",\"interval\":\"1s\"}");
	assert_null(w.target);
	assert_int_equal(w.duration_ns, 2 * NS_PER_H);
	control_body_free(&w);
	assert_int_equal(read_body(&w, ASK_LEASE, "{\"host\": \"192.0.2.1\"}"), 0);
	assert_int_equal(w.duration_ns, NS_PER_H);
	control_body_free(&w);
	assert_int_equal(read_body(&w, ASK_LEASE, "{\"host\": \"h\", \"for\": 90}"), 0);
	assert_int_equal(w.duration_ns, 90 * NS_PER_S);
	control_body_free(&w);
	refused(ASK_LEASE, "{\"host\": \"h\", \"for\": \"8d\"}", 400, "1s to 7d");
	refused(ASK_LEASE, "{\"host\": \"h\", \"for\": \"0s\"}", 400, "1s to 7d");
	refused(ASK_LEASE, "{\"host\": \"h\", \"for\": -1}", 400, "1s to 7d");
	refused(ASK_LEASE, "{\"host\": \"h\", \"for\": [1]}", 400, "1s to 7d");
}

static void a_pause_is_a_name_and_a_duration(void **state)
{
	struct control_body w;

	(void)state;
	assert_int_equal(read_body(&w, ASK_LEASE, "{\"name\": \"gw\", \"pause\": true, \"for\": \"5m\"}"), 0);
	assert_string_equal(w.target, "gw");
	assert_null(w.text);
	assert_int_equal(w.duration_ns, 5 * NS_PER_M);
	control_body_free(&w);
	refused(ASK_LEASE, "{\"name\": \"gw\", \"pause\": true, \"host\": \"x\"}", 400, "unknown key \"host\"");
	refused(ASK_LEASE, "{\"name\": \"gw\", \"pause\": 1}", 400, "true or false");
}

static void what_is_no_object_is_refused_with_its_place(void **state)
{
	(void)state;
	refused(ASK_PROBE, "[]", 400, "JSON object");
	refused(ASK_PROBE, "{\"name\": \"a\",\n \"name\": \"b\"}", 400, "line 2");
	refused(ASK_PROBE, "{\"name\": \"a\"", 400, "line 1");
	refused(ASK_PROBE, "{\"name\": \"\\u0000\"}", 400, "line 1");
	refused(ASK_PROBE, "{\"name\": \"\xff\"}", 400, "line 1");
	refused(ASK_PROBE, "{} {}", 400, "line 1");
}

static void what_is_large_is_refused(void **state)
{
	char body[CONTROL_BODY_MAX + 2];

	(void)state;
	memset(body, ' ', sizeof(body));
	body[sizeof(body) - 1] = '\0';
	refused(ASK_RELOAD, body, 413, "more than 8192 bytes");
	snprintf(body, sizeof(body), "{\"host\": \"%04999d\"}", 0);
	refused(ASK_LEASE, body, 413, "more than 4096 bytes");
	memset(body, '[', sizeof(body) - 2);
	body[CONTROL_BODY_MAX] = '\0';
	refused(ASK_RELOAD, body, 400, "line 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reload_may_come_without_a_body),
		cmocka_unit_test(a_target_is_named),
		cmocka_unit_test(a_lease_is_a_mapping_and_a_duration),
		cmocka_unit_test(a_pause_is_a_name_and_a_duration),
		cmocka_unit_test(what_is_no_object_is_refused_with_its_place),
		cmocka_unit_test(what_is_large_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
