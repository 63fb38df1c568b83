#include "fixture_serve.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <sys/resource.h>
#include <time.h>

static struct fixture_serve serve;

static int init(void **state)
{
	serve = (struct fixture_serve){ 0 };
	if (fixture_make_dir(state))
		return -1;
	fixture_serve_start(&serve);
	return 0;
}

static int fini(void **state)
{
	fixture_serve_end(&serve);
	return fixture_remove_dir(state);
}

static void assert_status(const char *target, const char *headers, int status)
{
	char *answer = fixture_serve_get(&serve, target, headers);

	if (fixture_serve_status(answer) != status)
		fail_msg("GET %s: %s", target, answer);
	free(answer);
}

static void health_is_answered_with_200(void **state)
{
	char *answer = fixture_serve_get(&serve, "/-/healthy", "");

	(void)state;
	assert_int_equal(fixture_serve_status(answer), 200);
	assert_string_equal(fixture_serve_body(answer), "minipingd is healthy.\n");
	free(answer);
}

static void a_path_that_is_not_there_is_answered_with_404(void **state)
{
	(void)state;
	assert_status("/nothing", "", 404);
	assert_status("/-/healthy/", "", 404);
	assert_status("/../../etc/passwd", "", 404);
}

static char *exchange(const char *request)
{
	return fixture_serve_exchange(serve.path, request);
}

static void assert_exchange(const char *request, int status)
{
	char *answer = exchange(request);

	if (fixture_serve_status(answer) != status)
		fail_msg("%s: %s", request, answer);
	free(answer);
}

/* An answer that has come whole on a connection that stays. */
static char *receive(int fd, const char *end)
{
	static char buf[16384];
	size_t n = 0;

	do {
		ssize_t got = recv(fd, buf + n, sizeof(buf) - n - 1, 0);

		if (got <= 0)
			fail_msg("no \"%s\" in: %.*s", end, (int)n, buf);
		n += (size_t)got;
		buf[n] = '\0';
	} while (!strstr(buf, end));
	return buf;
}

#define HEALTHY "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define LAST    "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
#define READY   "GET /-/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

static void answers_forbid_browsers_what_they_need_not(void **state)
{
	static const char *const headers[] = {
		"\r\nX-Content-Type-Options: nosniff\r\n",
		"\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n",
		"\r\nCache-Control: no-store\r\n",
	};
	static const char *const targets[] = { "/-/healthy", "/nothing", "/api/v1/openapi.json" };

	(void)state;
	for (size_t t = 0; t < 3; t++) {
		char *answer = fixture_serve_get(&serve, targets[t], "");

		for (size_t i = 0; i < 3; i++)
			assert_non_null(strstr(answer, headers[i]));
		free(answer);
	}
}

static void a_web_configuration_s_headers_stand_in_place_of_ours(void **state)
{
	struct web_header headers[] = { { "X-Frame-Options", "SAMEORIGIN" },
		                        { "Strict-Transport-Security", "max-age=1" } };
	char *answer;

	(void)state;
	serve.options.http.web.headers = headers;
	serve.options.http.web.n_headers = 2;
	fixture_serve_use(&serve);
	answer = fixture_serve_get(&serve, "/-/healthy", "");
	assert_non_null(strstr(answer, "\r\nX-Frame-Options: SAMEORIGIN\r\n"));
	assert_null(strstr(answer, "DENY"));
	assert_non_null(strstr(answer, "\r\nStrict-Transport-Security: max-age=1\r\n"));
	free(answer);
}

static void head_has_the_headers_alone(void **state)
{
	char *answer = exchange("HEAD /-/healthy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

	(void)state;
	assert_int_equal(fixture_serve_status(answer), 200);
	assert_non_null(strstr(answer, "\r\nContent-Length: 22\r\n"));
	assert_string_equal(fixture_serve_body(answer), "");
	free(answer);
}

static void what_two_readers_could_see_as_two_requests_is_refused(void **state)
{
	(void)state;
	assert_exchange("GET /-/healthy HTTP/1.1\r\nHost: a\r\nHost: a\r\nConnection: close\r\n\r\n", 400);
	assert_exchange("GET /-/healthy HTTP/1.1\r\nConnection: close\r\n\r\n", 400);
	assert_exchange("POST /-/healthy HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
	                "Connection: close\r\n\r\n0\r\n\r\n",
	                400);
	assert_exchange("GET /-/healthy HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n"
	                "Connection: close\r\n\r\n",
	                400);
	assert_exchange("GET /-/healthy HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
	                "0\r\n\r\n",
	                411);
	assert_exchange("GET /-/healthy HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
	                200); /* any, at a socket */
}

static void parameters_that_a_route_has_not_are_refused(void **state)
{
	char *answer = fixture_serve_get(&serve, "/-/healthy?x=%22%0a", "");

	(void)state;
	assert_int_equal(fixture_serve_status(answer), 400);
	assert_string_equal(fixture_serve_body(answer),
	                    "{\"error\": \"bad request\", \"detail\": \"no parameter \\\"x\\\" here\"}\n");
	free(answer);
	assert_status("/-/healthy?%", "", 400);
	assert_status("/-/healthy?", "", 200);
}

static void long_targets_and_headers_are_refused(void **state)
{
	static char text[32768];
	char *answer;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "GET /", 5);
	strcpy(text + 4098, "xxx HTTP/1.0\r\n\r\n");
	assert_exchange(text, 414);
	memcpy(text, "GET /-/healthy HTTP/1.0\r\nX: ", 28);
	memset(text + 28, 'x', sizeof(text) - 28);
	strcpy(text + 8100, "\r\n\r\n");
	assert_exchange(text, 200);
	memset(text + 28, 'x', sizeof(text) - 28);
	strcpy(text + 8300, "\r\n\r\n");
	assert_exchange(text, 431);
	/* More than fits anywhere: the connection ends with an answer or without. */
	memset(text + 28, 'x', sizeof(text) - 28);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0, fd = fixture_serve_connect(serve.path); i < 20; i++) {
		if (send(fd, text, sizeof(text) - 1, MSG_NOSIGNAL) >= 0 && i < 19)
			continue;
		answer = fixture_serve_read(fd, NULL);
		assert_true(!*answer || fixture_serve_status(answer) == 431);
		free(answer);
		close(fd);
		break;
	}
	assert_status("/-/healthy", "", 200);
}

static void only_get_and_head_are_allowed_where_one_reads(void **state)
{
	static char text[100000];
	static const char *const methods[] = { "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW" };

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		char *answer;

		snprintf(text, sizeof(text), "%s /-/healthy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
		         methods[i]);
		answer = exchange(text);
		assert_int_equal(fixture_serve_status(answer), 405);
		assert_non_null(strstr(answer, "\r\nAllow: GET, HEAD\r\n"));
		free(answer);
	}
	/* With its body in pieces, and one that is too long for any. */
	assert_exchange("POST /-/healthy HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabcd",
	                405);
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "POST /-/healthy HTTP/1.1\r\nHost: a\r\nContent-Length: 99000\r\n\r\n", 61);
	assert_exchange(text, 405);
}

static void at_the_control_socket_a_route_s_own_method_counts(void **state)
{
	char *answer = fixture_serve_exchange(serve.control,
	                                      "POST /-/healthy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

	(void)state;
	assert_int_equal(fixture_serve_status(answer), 405);
	assert_non_null(strstr(answer, "\"only GET, HEAD\""));
	free(answer);
	answer = fixture_serve_exchange(serve.control, LAST);
	assert_int_equal(fixture_serve_status(answer), 200);
	free(answer);
}

static void a_get_with_a_body_is_answered(void **state)
{
	(void)state;
	assert_exchange("GET /-/healthy HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabcd",
	                200);
	assert_exchange("GET /-/healthy HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\nConnection: close\r\n\r\n",
	                413);
	assert_exchange("GET /-/healthy HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\nConnection: close\r\n\r\n", 400);
}

static void requests_in_a_row_are_answered_in_a_row(void **state)
{
	int fd = fixture_serve_connect(serve.path);
	char *answers;
	size_t n = 0;

	(void)state;
	fixture_serve_send(fd, HEALTHY HEALTHY HEALTHY "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n" LAST);
	answers = fixture_serve_read(fd, NULL);
	for (const char *at = answers; (at = strstr(at, "HTTP/1.1 ")); at++)
		assert_int_equal(fixture_serve_status(at), n++ == 3 ? 404 : 200);
	assert_int_equal(n, 5);
	free(answers);
	close(fd);
}

static void who_sends_no_more_is_answered_still(void **state)
{
	int fd = fixture_serve_connect(serve.path);
	char *answer;

	(void)state;
	fixture_serve_send(fd, HEALTHY);
	shutdown(fd, SHUT_WR);
	answer = fixture_serve_read(fd, NULL);
	assert_int_equal(fixture_serve_status(answer), 200);
	free(answer);
	close(fd);
}

static void who_leaves_early_disturbs_nobody(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++) {
		int fd = fixture_serve_connect(serve.path);

		if (i % 2)
			fixture_serve_send(fd, i % 4 == 1 ? READY : "GET /-/heal");
		close(fd);
	}
	assert_status("/-/healthy", "", 200);
}

static void garbage_is_refused(void **state)
{
	static const char *const texts[] = {
		"\r\n\r\n\r\n",
		"GET\r\n\r\n",
		"\x16\x03\x01\x02",
		"GET / HTTP/9.9\r\n\r\n",
		"GET  HTTP/1.0\r\n\r\n",
		"\xff\xfe",
		"GET * HTTP/1.0\r\n\r\n",
		"GET http:/x HTTP/1.0\r\n\r\n",
		"CONNECT a:1 HTTP/1.0\r\n\r\n",
	};
	int fds[sizeof(texts) / sizeof(*texts)];

	(void)state;
	/* At once: some are closed by a deadline only. */
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		fds[i] = fixture_serve_connect(serve.path);
		fixture_serve_send(fds[i], texts[i]);
		shutdown(fds[i], SHUT_WR);
	}
	assert_status("/-/healthy", "", 200);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *answer = fixture_serve_read(fds[i], NULL);

		if (*answer && fixture_serve_status(answer) < 400)
			fail_msg("%zu: %s", i, answer);
		free(answer);
		close(fds[i]);
	}
	assert_status("/-/healthy", "", 200);
}

static void the_oldest_without_headers_goes_when_all_places_are_taken(void **state)
{
	enum { PLACES = 64 };
	int fds[PLACES + 8];
	char c;

	(void)state;
	for (int i = 0; i < PLACES + 8; i++) {
		fds[i] = fixture_serve_connect(serve.path);
		if (i % 2)
			fixture_serve_send(fds[i], "GET /-/healthy HT");
	}
	/* All but the first are still here once others are answered. */
	assert_status("/-/healthy", "", 200);
	for (int i = 0; i < 9; i++)
		assert_int_equal(recv(fds[i], &c, 1, 0), 0);
	assert_int_equal(recv(fds[PLACES - 1], &c, 1, MSG_DONTWAIT), -1);
	fixture_serve_send(fds[PLACES + 7], "TP/1.0\r\n\r\n");
	assert_non_null(strstr(receive(fds[PLACES + 7], "healthy.\n"), "200 OK"));
	for (int i = 0; i < PLACES + 8; i++)
		close(fds[i]);
}

static void who_waits_for_an_answer_leaves_places_to_others(void **state)
{
	enum { ALL = 64, LONG = 48 };
	int fds[ALL];

	(void)state;
	atomic_store(&serve.holds, true);
	for (int i = 0; i < ALL; i++) {
		fds[i] = fixture_serve_connect(serve.path);
		fixture_serve_send(fds[i], READY);
	}
	/* The last ones are refused, and others are answered. */
	for (int i = LONG; i < ALL; i++) {
		char *answer = fixture_serve_read(fds[i], NULL);

		assert_int_equal(fixture_serve_status(answer), 503);
		assert_non_null(strstr(answer, "\"busy\""));
		assert_non_null(strstr(answer, "\r\nRetry-After: 1\r\n"));
		free(answer);
		close(fds[i]);
	}
	assert_status("/-/healthy", "", 200);
	fixture_serve_release(&serve);
	for (int i = 0; i < LONG; i++) {
		char *answer = fixture_serve_read(fds[i], NULL);

		assert_non_null(strstr(answer, "is not ready"));
		free(answer);
		close(fds[i]);
	}
	/* All of one generation. */
	assert_int_equal(atomic_load(&serve.n_asks), 1);
	assert_status("/-/ready", "", 503);
}

static void who_is_silent_or_slow_has_five_seconds(void **state)
{
	int silent = fixture_serve_connect(serve.path), slow = fixture_serve_connect(serve.path);
	int later = fixture_serve_connect(serve.path);
	int64_t begun_ns = clock_mono_ns();
	ssize_t got;
	char c;

	(void)state;
	fixture_serve_send(slow, "GET /-/healthy HTTP/1.1\r\n");
	fixture_serve_send(later, HEALTHY);
	receive(later, "healthy.\n");
	do {
		send(slow, "X: y\r\n", 6, MSG_NOSIGNAL);
		usleep(100000);
		got = recv(slow, &c, 1, MSG_DONTWAIT);
	} while (got < 0 && errno == EAGAIN);
	assert_true(clock_mono_ns() - begun_ns > 4 * NS_PER_S);
	assert_int_equal(recv(silent, &c, 1, 0), 0);
	/* One that has been answered may rest for longer. */
	fixture_serve_send(later, LAST);
	receive(later, "healthy.\n");
	close(silent);
	close(slow);
	close(later);
}

static struct generation *make_ready(void *data)
{
	struct generation *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	g->is_ready = *(const bool *)data;
	return g;
}

static void wait_until_given_back(void)
{
	while (atomic_load(&serve.n_generations))
		usleep(10000);
}

static void readiness_is_asked_of_the_loop_until_it_is_there(void **state)
{
	bool ready = false;

	(void)state;
	serve.make = make_ready;
	serve.data = &ready;
	assert_status("/-/ready", "", 503);
	ready = true;
	wait_until_given_back();
	assert_status("/-/ready", "", 200);
	assert_int_equal(atomic_load(&serve.n_asks), 2);
	wait_until_given_back();
	assert_status("/-/ready", "", 200);
	assert_int_equal(atomic_load(&serve.n_asks), 2);
}

static void requests_of_a_second_share_a_view(void **state)
{
	(void)state;
	assert_status("/-/ready", "", 503);
	assert_status("/-/ready", "", 503);
	assert_int_equal(atomic_load(&serve.n_asks), 1);
	wait_until_given_back();
	assert_status("/-/ready", "", 503);
	assert_int_equal(atomic_load(&serve.n_asks), 2);
}

static void without_memory_for_a_generation_the_answer_is_503(void **state)
{
	char *answer;

	(void)state;
	serve.fails = true;
	answer = fixture_serve_get(&serve, "/-/ready", "");
	assert_int_equal(fixture_serve_status(answer), 503);
	assert_non_null(strstr(answer, "\r\nRetry-After: 1\r\n"));
	assert_non_null(strstr(answer, "no memory"));
	free(answer);
}

static char tcp[32];

static int connect_tcp(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(9737) };
	char host[32];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(host, sizeof(host), "%.*s", (int)strcspn(tcp, ":"), tcp);
	assert_int_equal(inet_pton(AF_INET, host, &in.sin_addr), 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	return fd;
}

static void listen_tcp(void)
{
	unsigned id = (unsigned)getpid();

	/* All of 127/8 is this host's, and this address nobody else's. */
	snprintf(tcp, sizeof(tcp), "127.%u.%u.%u:9737", 1 + id / 65536 % 254, id / 256 % 256, id % 256);
	serve.options.http.listen[serve.options.http.n_listen++] = tcp;
	fixture_serve_use(&serve);
}

static int ask_tcp(const char *host)
{
	int fd = connect_tcp(), status;
	char request[256], *answer;

	snprintf(request, sizeof(request), "GET /-/healthy HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", host);
	fixture_serve_send(fd, request);
	answer = fixture_serve_read(fd, NULL);
	status = fixture_serve_status(answer);
	free(answer);
	close(fd);
	return status;
}

static void strange_names_are_refused(void **state)
{
	(void)state;
	serve.options.http.hosts[serve.options.http.n_hosts++] = "pings.example";
	listen_tcp();
	assert_int_equal(ask_tcp(tcp), 200);
	assert_int_equal(ask_tcp("localhost:9737"), 200);
	assert_int_equal(ask_tcp("pings.example:1"), 200);
	assert_int_equal(ask_tcp("evil.example"), 403);
	assert_int_equal(ask_tcp("a b"), 400);
}

static void with_a_token_names_do_not_matter_but_the_token_does(void **state)
{
	int fd;
	char *answer;

	(void)state;
	serve.options.http.web.token = "secret";
	listen_tcp();
	assert_int_equal(ask_tcp("evil.example"), 401);
	fd = connect_tcp();
	fixture_serve_send(fd, "GET /-/healthy HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer secret\r\n"
	                       "Connection: close\r\n\r\n");
	answer = fixture_serve_read(fd, NULL);
	assert_int_equal(fixture_serve_status(answer), 200);
	free(answer);
	close(fd);
	answer = fixture_serve_get(&serve, "/-/healthy", "");
	assert_int_equal(fixture_serve_status(answer), 401);
	assert_non_null(strstr(answer, "\r\nWWW-Authenticate: Bearer"));
	free(answer);
	/* Who may open the control socket needs none. */
	answer = fixture_serve_exchange(serve.control, LAST);
	assert_int_equal(fixture_serve_status(answer), 200);
	free(answer);
}

static void a_reload_keeps_what_is_listened_at_and_its_connections(void **state)
{
	int fd = fixture_serve_connect(serve.path), waits = fixture_serve_connect(serve.path);
	char *answer;

	(void)state;
	fixture_serve_send(fd, HEALTHY);
	receive(fd, "healthy.\n");
	atomic_store(&serve.holds, true);
	fixture_serve_send(waits, READY);
	while (atomic_load(&serve.n_asks) == 0)
		usleep(1000);
	listen_tcp();
	assert_int_equal(ask_tcp("localhost"), 200);
	fixture_serve_send(fd, HEALTHY);
	receive(fd, "healthy.\n");
	fixture_serve_release(&serve);
	answer = fixture_serve_read(waits, NULL);
	assert_int_equal(fixture_serve_status(answer), 503);
	free(answer);
	close(fd);
	close(waits);
}

static void who_came_in_where_nobody_listens_any_more_is_answered_still(void **state)
{
	int idle, waits, begun;
	char *answer, c;

	(void)state;
	listen_tcp();
	idle = connect_tcp();
	fixture_serve_send(idle, HEALTHY);
	receive(idle, "healthy.\n");
	begun = connect_tcp();
	fixture_serve_send(begun, "GET /-/healthy HTTP/1.1\r\n");
	atomic_store(&serve.holds, true);
	waits = connect_tcp();
	fixture_serve_send(waits, "GET /-/ready HTTP/1.1\r\nHost: localhost\r\n\r\n");
	while (atomic_load(&serve.n_asks) == 0)
		usleep(1000);
	serve.options.http.n_listen--;
	fixture_serve_use(&serve);
	assert_int_equal(recv(idle, &c, 1, 0), 0);
	fixture_serve_send(begun, "Host: localhost\r\n\r\n");
	fixture_serve_release(&serve);
	answer = fixture_serve_read(waits, NULL); /* to its end: it is closed then */
	assert_int_equal(fixture_serve_status(answer), 503);
	assert_non_null(strstr(answer, "\r\nConnection: close\r\n"));
	free(answer);
	answer = fixture_serve_read(begun, NULL);
	assert_int_equal(fixture_serve_status(answer), 200);
	free(answer);
	close(idle);
	close(begun);
	close(waits);
}

static void a_setup_that_cannot_listen_changes_nothing(void **state)
{
	struct serve_setup *x;

	(void)state;
	serve.options.http.listen[serve.options.http.n_listen++] = "unix:/nonexistent/socket";
	assert_int_equal(serve_prepare(&x, serve.serve, &serve.options), -ENOENT);
	serve.options.http.n_listen--;
	assert_status("/-/healthy", "", 200);
	assert_int_equal(serve_prepare(&x, serve.serve, &serve.options), 0);
	serve_setup_free(x);
	assert_status("/-/healthy", "", 200);
}

static void an_end_answers_who_waits(void **state)
{
	int waits = fixture_serve_connect(serve.path), silent = fixture_serve_connect(serve.path);
	int64_t begun_ns = clock_mono_ns();
	char *answer;

	(void)state;
	atomic_store(&serve.holds, true);
	fixture_serve_send(waits, READY);
	while (atomic_load(&serve.n_asks) == 0)
		usleep(1000);
	assert_true(serve_end(serve.serve, 30 * NS_PER_S));
	assert_true(clock_mono_ns() - begun_ns < 10 * NS_PER_S);
	answer = fixture_serve_read(waits, NULL);
	assert_int_equal(fixture_serve_status(answer), 503);
	free(answer);
	close(waits);
	close(silent);
	assert_int_equal(access(serve.path, F_OK), -1);
	assert_int_equal(access(serve.control, F_OK), -1);
	/* For fini. */
	serve = (struct fixture_serve){ 0 };
	fixture_serve_start(&serve);
}

#define EVENTS "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n"

static int follow(const char *headers)
{
	int fd = fixture_serve_connect(serve.path);

	fixture_serve_send(fd, EVENTS);
	fixture_serve_send(fd, headers);
	fixture_serve_send(fd, "\r\n");
	return fd;
}

static void feed(enum serve_event kind, const char *json)
{
	serve_event(serve.serve, kind, json, strlen(json));
	serve_events_flush(serve.serve);
}

static void events_come_as_they_happen(void **state)
{
	int fd = follow("");
	char *text = receive(fd, ":\n\n");
	char id[64], *end;

	(void)state;
	assert_non_null(strstr(text, "\r\nContent-Type: text/event-stream\r\n"));
	feed(SERVE_EVENT_STATE, "{\"n\": 1}");
	text = receive(fd, "{\"n\": 1}\n\n");
	assert_non_null(strstr(text, "event: state\ndata: {\"n\": 1}\n\n"));
	snprintf(id, sizeof(id), "%.*s", (int)strcspn(strstr(text, "id: ") + 4, "\n"), strstr(text, "id: ") + 4);
	feed(SERVE_EVENT_DNS, "{\"n\": 2}");
	feed(SERVE_EVENT_REPORT, "{\"n\": 3}"); /* not asked for */
	feed(SERVE_EVENT_PATH, "{\"n\": 4}");
	text = receive(fd, "{\"n\": 4}\n\n");
	assert_non_null(strstr(text, "event: path\n"));
	assert_null(strstr(text, "{\"n\": 3}"));
	close(fd);
	/* Back again, behind the first. */
	{
		char header[96];

		snprintf(header, sizeof(header), "Last-Event-ID: %llu\r\n", strtoull(id, &end, 10));
		assert_int_equal(*end, '\0');
		fd = follow(header);
	}
	text = receive(fd, "{\"n\": 4}\n\n");
	assert_non_null(strstr(text, "{\"n\": 2}"));
	assert_null(strstr(text, "{\"n\": 1}"));
	assert_null(strstr(text, "resync"));
	close(fd);
}

static void who_does_not_read_its_events_is_told_to_look_anew(void **state)
{
	static char json[2000];
	int fd = follow(""), other = follow("");
	char *text;

	(void)state;
	receive(fd, ":\n\n");
	receive(other, ":\n\n");
	memset(json, 'x', sizeof(json) - 1);
	for (int i = 0; i < 20000; i++) {
		feed(SERVE_EVENT_STATE, json);
		if (i % 500 == 0)
			usleep(1000);
	}
	feed(SERVE_EVENT_STATE, "the last");
	/* What had been written is read to its end, and then it is told. */
	text = malloc(64 * 1024 * 1024);
	assert_non_null(text);
	for (size_t n = 0; n < 64 * 1024 * 1024 - 1;) {
		ssize_t got = recv(fd, text + n, 65536, 0);

		assert_true(got > 0);
		text[n + (size_t)got] = '\0';
		n += (size_t)got;
		if (strstr(text + (n > 70000 ? n - 70000 : 0), "event: resync\ndata: {}\n\n"))
			break;
	}
	free(text);
	close(fd);
	close(other);
}

static void events_are_for_a_bounded_number_of_clients(void **state)
{
	enum { FOLLOWERS = 32 };
	int fds[FOLLOWERS];

	(void)state;
	for (int i = 0; i < FOLLOWERS; i++) {
		fds[i] = follow("");
		receive(fds[i], ":\n\n");
	}
	assert_status("/api/v1/events", "", 503);
	assert_status("/-/healthy", "", 200);
	/* Who has gone is noticed by the next that is written. */
	close(fds[0]);
	feed(SERVE_EVENT_STATE, "{}");
	for (int i = 1; i < FOLLOWERS; i++)
		receive(fds[i], "data: {}\n\n");
	fds[0] = follow("");
	receive(fds[0], ":\n\n");
	for (int i = 0; i < FOLLOWERS; i++)
		close(fds[i]);
}

static void reports_are_wanted_while_somebody_asks_for_them(void **state)
{
	int fd = fixture_serve_connect(serve.path);

	(void)state;
	assert_false(serve_wants_reports(serve.serve));
	fixture_serve_send(fd, "GET /api/v1/events?kind=report HTTP/1.1\r\nHost: localhost\r\n\r\n");
	receive(fd, ":\n\n");
	while (!serve_wants_reports(serve.serve))
		usleep(10000);
	feed(SERVE_EVENT_REPORT, "{}");
	receive(fd, "event: report\ndata: {}\n\n");
	close(fd);
	while (serve_wants_reports(serve.serve)) {
		feed(SERVE_EVENT_REPORT, "{}");
		usleep(10000);
	}
}

static void events_end_with_the_daemon(void **state)
{
	int fd = follow("");
	char *text;

	(void)state;
	receive(fd, ":\n\n");
	assert_true(serve_end(serve.serve, 30 * NS_PER_S));
	text = fixture_serve_read(fd, NULL);
	assert_string_equal(text, "0\r\n\r\n"); /* the last chunk: it is whole */
	free(text);
	close(fd);
	serve = (struct fixture_serve){ 0 };
	fixture_serve_start(&serve);
}

static void a_head_of_a_list_takes_no_generation(void **state)
{
	char *answer = exchange("HEAD /api/v1/targets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

	(void)state;
	assert_int_equal(fixture_serve_status(answer), 200);
	assert_non_null(strstr(answer, "\r\nContent-Type: application/json\r\n"));
	assert_null(strstr(answer, "\r\nContent-Length:"));
	assert_string_equal(fixture_serve_body(answer), "");
	free(answer);
	assert_int_equal(atomic_load(&serve.n_asks), 0);
	answer = exchange("HEAD /api/v1/events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	assert_int_equal(fixture_serve_status(answer), 200);
	assert_string_equal(fixture_serve_body(answer), "");
	free(answer);
	answer = exchange("HEAD /api/v1/targets/none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	assert_int_equal(fixture_serve_status(answer), 404);
	free(answer);
}

#define CONFIG "GET /api/v1/config?text=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

static void long_texts_that_nobody_reads_are_bounded(void **state)
{
	enum { LEN = 10 * 1024 * 1024 };
	char *text = malloc(LEN + 1), *got;
	int fds[4];

	(void)state;
	assert_non_null(text);
	memset(text, '#', LEN);
	text[LEN] = '\0';
	serve.config_text = text;
	for (int i = 0; i < 3; i++) {
		fds[i] = fixture_serve_connect(serve.path);
		fixture_serve_send(fds[i], CONFIG);
		receive(fds[i], "\r\n\r\n");
	}
	assert_exchange(CONFIG, 503);
	assert_exchange(LAST, 200);
	for (int i = 0; i < 2; i++) {
		got = fixture_serve_read(fds[i], NULL);
		assert_true(strlen(got) > LEN - 65536);
		free(got);
		close(fds[i]);
	}
	close(fds[2]); /* in its middle */
	do {
		got = exchange(CONFIG);
	} while (fixture_serve_status(got) == 503 && (free(got), 1));
	assert_int_equal(strlen(fixture_serve_body(got)), LEN);
	free(got);
	free(text);
}

static void without_descriptors_clients_wait(void **state)
{
	int fds[1024], n = 0, client = fixture_serve_connect(serve.path), late;
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct timespec before, after;
	struct rlimit limit, few;
	clockid_t cpu;
	char c;

	(void)state;
	fixture_serve_send(client, HEALTHY);
	receive(client, "healthy.\n");
	late = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	few = (struct rlimit){ 256, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	while (n < 1024 && (fds[n] = dup(late)) >= 0)
		n++;
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", serve.path);
	assert_int_equal(connect(late, (struct sockaddr *)&un, sizeof(un)), 0);
	fixture_serve_send(late, LAST);
	/* Nor does it turn without end meanwhile. */
	assert_int_equal(clock_getcpuclockid(0, &cpu), 0);
	clock_gettime(cpu, &before);
	usleep(500000);
	clock_gettime(cpu, &after);
	assert_true((after.tv_sec - before.tv_sec) * NS_PER_S + after.tv_nsec - before.tv_nsec < 250 * NS_PER_MS);
	assert_int_equal(recv(late, &c, 1, MSG_DONTWAIT), -1);
	fixture_serve_send(client, HEALTHY);
	receive(client, "healthy.\n");
	while (n)
		close(fds[--n]);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	receive(late, "healthy.\n");
	close(late);
	close(client);
}

/* Each parameter of the path is one of the operation, and each operation says what it is for. */
static void assert_operation(const char *path, json_t *operation)
{
	json_t *parameters = json_object_get(operation, "parameters"), *p;
	const char *part = strchr(path, '{');
	size_t i, n_in_path = 0;

	assert_true(json_string_length(json_object_get(operation, "summary")) > 0);
	assert_non_null(json_object_get(json_object_get(operation, "responses"), "200"));
	json_array_foreach(parameters, i, p) {
		const char *name = json_string_value(json_object_get(p, "name"));
		const char *in = json_string_value(json_object_get(p, "in"));

		assert_non_null(name);
		assert_true(json_is_object(json_object_get(p, "schema")));
		if (strcmp(in, "path") == 0) {
			n_in_path++;
			assert_non_null(part);
			assert_memory_equal(part + 1, name, strlen(name));
		}
	}
	assert_int_equal(n_in_path, part != NULL);
}

static void the_document_of_all_routes_has_each_with_its_parameters(void **state)
{
	char *answer = fixture_serve_get(&serve, "/api/v1/openapi.json", "");
	json_t *json = json_loads(fixture_serve_body(answer), JSON_REJECT_DUPLICATES, NULL), *paths, *item, *operation;
	const char *path, *method;

	(void)state;
	assert_non_null(json);
	paths = json_object_get(json, "paths");
	assert_non_null(json_object_get(json_object_get(paths, "/-/healthy"), "get"));
	assert_non_null(json_object_get(json_object_get(paths, "/api/v1/control/reload"), "post"));
	assert_true(json_object_size(paths) >= 12);
	json_object_foreach(paths, path, item) {
		json_object_foreach(item, method, operation) {
			assert_true(strcmp(method, "get") == 0 || strcmp(method, "post") == 0);
			assert_operation(path, operation);
		}
	}
	json_decref(json);
	free(answer);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(health_is_answered_with_200),
		TEST(a_path_that_is_not_there_is_answered_with_404),
		TEST(answers_forbid_browsers_what_they_need_not),
		TEST(a_web_configuration_s_headers_stand_in_place_of_ours),
		TEST(head_has_the_headers_alone),
		TEST(what_two_readers_could_see_as_two_requests_is_refused),
		TEST(parameters_that_a_route_has_not_are_refused),
		TEST(long_targets_and_headers_are_refused),
		TEST(only_get_and_head_are_allowed_where_one_reads),
		TEST(at_the_control_socket_a_route_s_own_method_counts),
		TEST(a_get_with_a_body_is_answered),
		TEST(requests_in_a_row_are_answered_in_a_row),
		TEST(who_sends_no_more_is_answered_still),
		TEST(who_leaves_early_disturbs_nobody),
		TEST(garbage_is_refused),
		TEST(the_oldest_without_headers_goes_when_all_places_are_taken),
		TEST(who_waits_for_an_answer_leaves_places_to_others),
		TEST(who_is_silent_or_slow_has_five_seconds),
		TEST(readiness_is_asked_of_the_loop_until_it_is_there),
		TEST(requests_of_a_second_share_a_view),
		TEST(without_memory_for_a_generation_the_answer_is_503),
		TEST(strange_names_are_refused),
		TEST(with_a_token_names_do_not_matter_but_the_token_does),
		TEST(a_reload_keeps_what_is_listened_at_and_its_connections),
		TEST(who_came_in_where_nobody_listens_any_more_is_answered_still),
		TEST(a_setup_that_cannot_listen_changes_nothing),
		TEST(an_end_answers_who_waits),
		TEST(events_come_as_they_happen),
		TEST(who_does_not_read_its_events_is_told_to_look_anew),
		TEST(events_are_for_a_bounded_number_of_clients),
		TEST(reports_are_wanted_while_somebody_asks_for_them),
		TEST(events_end_with_the_daemon),
		TEST(a_head_of_a_list_takes_no_generation),
		TEST(long_texts_that_nobody_reads_are_bounded),
		TEST(without_descriptors_clients_wait),
		TEST(the_document_of_all_routes_has_each_with_its_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
