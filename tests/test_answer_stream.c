#include "fixture_serve.h"

#include <zlib.h>

/* Answers that are long: those of /metrics of many targets. */
#define N_TARGETS 3000

static struct fixture_serve serve;
static struct fleet *fleet;
static char names[N_TARGETS][16]; /* the fleet's targets borrow theirs */
static const struct profile usual = { .options = { .window = 4, .fall = 3, .rise = 2 } };

static struct generation *make(void *data)
{
	struct generation *g = calloc(1, sizeof(*g));

	(void)data;
	assert_non_null(g);
	g->targets = snapshot_new(N_TARGETS);
	assert_non_null(g->targets);
	assert_int_equal(snapshot_take_some(g->targets, fleet, SIZE_MAX), 0);
	g->histograms = histograms_new((const int64_t[]){ 1000000 }, 1, false);
	assert_non_null(g->histograms);
	return g;
}

static int init(void **state)
{
	serve = (struct fixture_serve){ .make = make };
	fleet = fleet_new();
	if (!fleet || fixture_make_dir(state))
		return -1;
	for (int i = 0; i < N_TARGETS; i++) {
		snprintf(names[i], sizeof(names[i]), "target-%d", i);
		if (fleet_add(fleet, names[i], names[i], &(struct addr){ .family = AF_INET }, &usual, 7) == FLEET_NONE)
			return -1;
	}
	fixture_serve_start(&serve);
	return 0;
}

static int fini(void **state)
{
	fixture_serve_end(&serve);
	fleet_free(fleet);
	return fixture_remove_dir(state);
}

static int begin(const char *headers)
{
	char request[512];
	int fd = fixture_serve_connect(serve.path);

	snprintf(request, sizeof(request), "GET /metrics HTTP/1.0\r\n%s\r\n", headers);
	fixture_serve_send(fd, request);
	return fd;
}

static size_t n_lines(const char *text, const char *begin_of_line)
{
	size_t n = 0;

	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
		n += strncmp(at, begin_of_line, strlen(begin_of_line)) == 0;
	return n;
}

static char *inflated(const char *bytes, size_t len)
{
	size_t room = 64 * 1024 * 1024;
	char *text = malloc(room);
	z_stream z = { 0 };

	assert_non_null(text);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (unsigned char *)(uintptr_t)bytes;
	z.avail_in = (unsigned)len;
	z.next_out = (unsigned char *)text;
	z.avail_out = (unsigned)room - 1;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	text[z.total_out] = '\0';
	assert_int_equal(z.avail_in, 0);
	inflateEnd(&z);
	return text;
}

/* From its HELP to the next one's. */
static const char *family(const char *text, const char *name, size_t *len)
{
	char help[64];
	const char *begin, *end;

	snprintf(help, sizeof(help), "# HELP %s", name);
	begin = strstr(text, help);
	assert_non_null(begin);
	end = strstr(begin, "\n# HELP ");
	*len = end ? (size_t)(end - begin) : strlen(begin);
	return begin;
}

static void assert_same_family(const char *a, const char *b, const char *name)
{
	size_t a_len, b_len;
	const char *in_a = family(a, name, &a_len), *in_b = family(b, name, &b_len);

	assert_int_equal(a_len, b_len);
	assert_memory_equal(in_a, in_b, a_len);
}

static void gzip_has_the_same_text(void **state)
{
	size_t len;
	int fd = begin("");
	char *plain = fixture_serve_read(fd, NULL), *zipped, *text;

	(void)state;
	close(fd);
	assert_null(strstr(plain, "\r\nContent-Encoding:"));
	assert_non_null(strstr(plain, "\r\nVary: Accept-Encoding\r\n"));
	fd = begin("Accept-Encoding: deflate, gzip;q=0.5\r\n");
	zipped = fixture_serve_read(fd, &len);
	close(fd);
	assert_non_null(strstr(zipped, "\r\nContent-Encoding: gzip\r\n"));
	len -= (size_t)(fixture_serve_body(zipped) - zipped);
	text = inflated(fixture_serve_body(zipped), len);
	assert_true(len < strlen(text) / 5);
	assert_true(n_lines(text, "minipingd_state{") >= N_TARGETS);
	assert_same_family(text, fixture_serve_body(plain), "minipingd_state ");
	free(plain);
	free(zipped);
	free(text);
	assert_int_equal(atomic_load(&serve.n_asks), 1);
}

/* Until all that is read is of an earlier second. */
static void pass_a_second(void)
{
	usleep(1100000);
}

static void a_third_long_answer_at_once_is_refused(void **state)
{
	char c, *answer;
	int first, second;

	(void)state;
	first = begin("");
	assert_int_equal(recv(first, &c, 1, 0), 1);
	pass_a_second();
	second = begin("");
	assert_int_equal(recv(second, &c, 1, 0), 1);
	pass_a_second();
	answer = fixture_serve_get(&serve, "/metrics", "");
	assert_int_equal(fixture_serve_status(answer), 503);
	assert_non_null(strstr(answer, "\r\nRetry-After: 1\r\n"));
	free(answer);
	assert_int_equal(atomic_load(&serve.n_generations), 2);
	answer = fixture_serve_get(&serve, "/-/healthy", "");
	assert_int_equal(fixture_serve_status(answer), 200);
	free(answer);
	/* Both are whole all the same, and their memory is given back. */
	answer = fixture_serve_read(first, NULL);
	assert_true(n_lines(answer, "minipingd_state{") >= N_TARGETS);
	free(answer);
	close(first);
	answer = fixture_serve_get(&serve, "/metrics", "");
	assert_int_equal(fixture_serve_status(answer), 200);
	free(answer);
	answer = fixture_serve_read(second, NULL);
	assert_true(n_lines(answer, "minipingd_state{") >= N_TARGETS);
	free(answer);
	close(second);
	while (atomic_load(&serve.n_generations))
		usleep(10000);
}

static void who_leaves_in_the_middle_gives_the_generation_back(void **state)
{
	char c;

	(void)state;
	for (int i = 0; i < 10; i++) {
		int fd = begin(i % 2 ? "Accept-Encoding: gzip\r\n" : "");

		assert_int_equal(recv(fd, &c, 1, 0), 1);
		close(fd);
	}
	while (atomic_load(&serve.n_generations))
		usleep(10000);
}

static void a_reload_does_not_end_an_answer(void **state)
{
	char c, *answer;
	int fd = begin("");

	(void)state;
	assert_int_equal(recv(fd, &c, 1, 0), 1);
	serve.options.http.n_listen = 0; /* nothing is listened at but the control socket */
	fixture_serve_use(&serve);
	assert_int_equal(access(serve.control, F_OK), 0);
	while (access(serve.path, F_OK) == 0)
		usleep(1000);
	answer = fixture_serve_read(fd, NULL);
	assert_true(n_lines(answer, "minipingd_state{") >= N_TARGETS);
	free(answer);
	close(fd);
}

static void a_head_reads_nothing(void **state)
{
	char *answer =
		fixture_serve_exchange(serve.path, "HEAD /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

	(void)state;
	assert_int_equal(fixture_serve_status(answer), 200);
	assert_string_equal(fixture_serve_body(answer), "");
	assert_int_equal(atomic_load(&serve.n_asks), 0);
	free(answer);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(gzip_has_the_same_text),
		TEST(a_third_long_answer_at_once_is_refused),
		TEST(who_leaves_in_the_middle_gives_the_generation_back),
		TEST(a_reload_does_not_end_an_answer),
		TEST(a_head_reads_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
