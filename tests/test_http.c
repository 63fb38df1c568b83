#include "fixture.h"
#include "serve/answer_events.h"
#include "serve/http.h"
#include "base/clock.h"

#include <ev.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Connections on a loop of the test's own, which answers only when it is told to, and whose time is the test's. */
static struct ev_loop *ours;
static struct site site;
static struct http *http;
static struct ask *asked;
static unsigned n_generations;
static int client;

static void free_generation(struct generation *g)
{
	n_generations--;
	snapshot_free(g->targets);
	free(g);
}

static void ask(void *data, struct ask *a)
{
	(void)data;
	assert_null(asked);
	asked = a;
}

static void answer(void)
{
	struct ask *a = asked;

	assert_non_null(a);
	asked = NULL;
	if (a->kind == ASK_GENERATION) {
		a->generation = calloc(1, sizeof(*a->generation));
		assert_non_null(a->generation);
		a->generation->targets = snapshot_new(1);
		a->generation->free = free_generation;
		n_generations++;
	} else {
		a->status = 200;
		a->body = strdup("{}");
	}
	a->on_answer(a);
}

static int init(void **state)
{
	static char path[64];
	struct serve_options options = { .control.socket = path };

	if (fixture_make_dir(state))
		return -1;
	snprintf(path, sizeof(path), "%s", fixture_path("s"));
	site = (struct site){ .ops.ask = ask };
	ours = ev_loop_new(EVFLAG_AUTO);
	site.views = views_new(&site.ops);
	site.hub = events_hub_new(1);
	if (!ours || !site.views || !site.hub || setup_new(&site.setup, &options, NULL))
		return -1;
	http = http_new(ours, &site, HTTP_CONNECTIONS_MAX, NULL);
	client = -1;
	return http ? 0 : -1;
}

static int fini(void **state)
{
	if (client >= 0)
		close(client);
	http_free(http);
	views_free(site.views);
	events_hub_free(site.hub);
	setup_unref(site.setup);
	ev_loop_destroy(ours);
	assert_int_equal(n_generations, 0);
	return fixture_remove_dir(state);
}

static void turn(void)
{
	for (int i = 0; i < 5; i++)
		ev_run(ours, EVRUN_NOWAIT);
}

static void say(const char *text)
{
	assert_int_equal(send(client, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	turn();
}

static void begin(bool is_control, const char *text)
{
	struct sockaddr_un from = { .sun_family = AF_UNIX };
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	client = fds[0];
	http_add(http, fds[1], (struct sockaddr *)&from, sizeof(from), site.setup->control, is_control);
	say(text);
}

static void pass(int seconds)
{
	http_tick(http, clock_mono_ns() + seconds * NS_PER_S);
	turn();
}

static const char *heard(void)
{
	static char buf[4096];
	ssize_t n = recv(client, buf, sizeof(buf) - 1, MSG_DONTWAIT);

	buf[n < 0 ? 0 : n] = '\0';
	return buf;
}

static void assert_closed(void)
{
	char c;

	assert_int_equal(recv(client, &c, 1, MSG_DONTWAIT), 0);
	assert_int_equal(http_count(http), 0);
}

#define HEALTHY "GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n"
#define READY   "GET /-/ready HTTP/1.1\r\nHost: a\r\n\r\n"
#define RELOAD  "POST /api/v1/control/reload HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"

static void a_request_s_headers_have_five_seconds(void **state)
{
	(void)state;
	begin(false, "GET /-/healthy HTTP/1.1\r\n");
	pass(4);
	assert_int_equal(http_count(http), 1);
	pass(6);
	assert_closed();
}

static void the_next_request_s_headers_have_them_too(void **state)
{
	(void)state;
	begin(false, HEALTHY "GET /-/healthy HTTP/1.1\r\n");
	assert_non_null(strstr(heard(), "200 OK"));
	pass(4);
	assert_int_equal(http_count(http), 1);
	pass(6);
	assert_closed();
}

static void a_connection_may_rest_for_thirty_seconds(void **state)
{
	(void)state;
	begin(false, HEALTHY);
	assert_non_null(strstr(heard(), "200 OK"));
	pass(29);
	assert_int_equal(http_count(http), 1);
	pass(31);
	assert_closed();
}

static void a_body_has_thirty_seconds(void **state)
{
	(void)state;
	begin(true, "POST /api/v1/control/reload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{");
	pass(29);
	assert_int_equal(http_count(http), 1);
	pass(31);
	assert_closed();
	assert_null(asked);
}

static void a_loop_that_does_not_answer_is_waited_for_so_long(void **state)
{
	(void)state;
	begin(false, READY);
	assert_non_null(asked);
	pass(29);
	assert_string_equal(heard(), "");
	pass(31);
	assert_non_null(strstr(heard(), "503 Service Unavailable"));
	/* What comes after all is given back when its time is over. */
	answer();
	turn();
	assert_string_equal(heard(), "");
	assert_int_equal(n_generations, 1);
	views_tick(site.views, clock_mono_ns() + 2 * NS_PER_S);
	assert_int_equal(n_generations, 0);
	/* The connection is good still. */
	say(HEALTHY);
	assert_non_null(strstr(heard(), "200 OK"));
}

static void what_changes_the_daemon_is_waited_for_longer(void **state)
{
	(void)state;
	begin(true, RELOAD);
	assert_non_null(asked);
	assert_int_equal(asked->kind, ASK_RELOAD);
	pass(119);
	assert_string_equal(heard(), "");
	pass(121);
	assert_non_null(strstr(heard(), "may be done yet"));
	answer();
	assert_null(site.asked);
	turn();
	assert_string_equal(heard(), "");
}

static void an_answer_of_the_loop_is_passed_on(void **state)
{
	(void)state;
	begin(true, RELOAD);
	answer();
	turn();
	assert_non_null(strstr(heard(), "\r\n\r\n{}"));
	begin(false, READY);
	answer();
	turn();
	assert_non_null(strstr(heard(), "is not ready"));
	views_tick(site.views, clock_mono_ns() + 2 * NS_PER_S);
}

static void a_client_that_leaves_while_it_waits_leaves_nothing(void **state)
{
	(void)state;
	begin(false, READY);
	close(client);
	client = -1;
	turn();
	answer();
	turn();
	assert_int_equal(http_count(http), 0);
	views_tick(site.views, clock_mono_ns() + 2 * NS_PER_S);
}

static void quiet_followers_get_a_comment_each_fifteen_seconds(void **state)
{
	(void)state;
	begin(false, "GET /api/v1/events HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_non_null(strstr(heard(), "\r\n:\n\n\r\n"));
	answer_events_wake(&site, clock_mono_ns() + 14 * NS_PER_S);
	turn();
	assert_string_equal(heard(), "");
	site.followers->quiet_ns -= 15 * NS_PER_S;
	answer_events_wake(&site, clock_mono_ns());
	turn();
	assert_non_null(strstr(heard(), ":\n\n"));
	/* Nor is it closed for its silence. */
	pass(3600);
	assert_int_equal(http_count(http), 1);
	answer_events_close(&site);
	turn();
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_s_headers_have_five_seconds),
		TEST(the_next_request_s_headers_have_them_too),
		TEST(a_connection_may_rest_for_thirty_seconds),
		TEST(a_body_has_thirty_seconds),
		TEST(a_loop_that_does_not_answer_is_waited_for_so_long),
		TEST(what_changes_the_daemon_is_waited_for_longer),
		TEST(an_answer_of_the_loop_is_passed_on),
		TEST(a_client_that_leaves_while_it_waits_leaves_nothing),
		TEST(quiet_followers_get_a_comment_each_fifteen_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
