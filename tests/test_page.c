/* The page as a browser gets it: what its answers say about it, and that it loads nothing that is not there. */
#include "fixture_serve.h"

#include <zlib.h>

static struct fixture_serve serve;
static char *answer;
static char text[256 * 1024];

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
	free(answer);
	answer = NULL;
	fixture_serve_end(&serve);
	return fixture_remove_dir(state);
}

static void has(const char *part)
{
	if (!strstr(answer, part))
		fail_msg("%s is not in %s", part, answer);
}

/* Sends it, and returns the length of the body. */
static size_t ask(const char *method, const char *path, const char *headers, int status)
{
	char request[1024];
	int fd = fixture_serve_connect(serve.path);
	size_t len;

	snprintf(request, sizeof(request), "%s %s HTTP/1.0\r\n%s\r\n", method, path, headers);
	fixture_serve_send(fd, request);
	free(answer);
	answer = fixture_serve_read(fd, &len);
	close(fd);
	if (fixture_serve_status(answer) != status)
		fail_msg("%s %s: %s", method, path, answer);
	return len - (size_t)(fixture_serve_body(answer) - answer);
}

/* A GET whose body goes to text, uncompressed. */
static size_t get(const char *path)
{
	size_t len = ask("GET", path, "", 200);
	z_stream z = { 0 };

	has("\r\nContent-Encoding: gzip\r\n");
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)fixture_serve_body(answer);
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)text;
	z.avail_out = sizeof(text) - 1;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	text[z.total_out] = '\0';
	inflateEnd(&z);
	return len;
}

static void the_page_may_load_only_what_is_ours(void **state)
{
	(void)state;
	get("/");
	has("\r\nContent-Type: text/html; charset=utf-8\r\n");
	has("\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
	    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n");
	has("\r\nX-Content-Type-Options: nosniff\r\n");
	assert_null(strstr(text, "<style"));
	assert_null(strstr(text, " style="));
	assert_null(strstr(text, " onclick"));
	assert_null(strstr(text, "//"));
	ask("GET", "/favicon.ico", "", 200);
	has("\r\nContent-Type: image/svg+xml\r\n");
}

/* Asks for each file that stands between before and a quote in text, and adds up their lengths. */
static size_t get_each(const char *before, const char *type)
{
	char *page = strdup(text), path[128], header[128];
	size_t len = 0, n = 0;

	assert_non_null(page);
	snprintf(header, sizeof(header), "\r\nContent-Type: %s\r\n", type);
	for (const char *at = page; (at = strstr(at, before)); n++) {
		at += strlen(before);
		snprintf(path, sizeof(path), "/assets/%.*s", (int)strcspn(at, "\"'"), at);
		len += get(path);
		has(header);
	}
	assert_true(n > 0);
	free(page);
	return len;
}

static void all_that_it_loads_is_there_and_small(void **state)
{
	size_t len = get("/");

	(void)state;
	len += get_each("<link rel=\"stylesheet\" href=\"assets/", "text/css; charset=utf-8");
	get("/");
	len += get_each("<script type=\"module\" src=\"assets/", "text/javascript; charset=utf-8");
	len += get_each("from './", "text/javascript; charset=utf-8"); /* of the script that came last: app.js */
	get("/assets/fleet.js");
	len += get_each("from './", "text/javascript; charset=utf-8");
	get("/assets/target.js");
	len += get_each("from './", "text/javascript; charset=utf-8");
	len += get("/assets/uplot.js") + get("/assets/uplot.css");
	if (len > (size_t)120 * 1000)
		fail_msg("the page takes %zu bytes", len);
}

static void a_copy_that_is_still_good_is_not_sent_again(void **state)
{
	char headers[128], tag[32];
	const char *at;

	(void)state;
	ask("GET", "/assets/app.js", "", 200);
	at = strstr(answer, "\r\nETag: ");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "\r\nETag: %31[^\r]", tag), 1);
	snprintf(headers, sizeof(headers), "If-None-Match: W/\"x\", %s\r\n", tag);
	assert_int_equal(ask("GET", "/assets/app.js", headers, 304), 0);
	has(tag);
	ask("GET", "/assets/map.js", headers, 200);
	ask("GET", "/assets/app.js", "If-None-Match: \"x\"\r\n", 200);
}

static void head_is_answered_without_a_text(void **state)
{
	char length[64];

	(void)state;
	snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n", ask("GET", "/", "", 200));
	assert_int_equal(ask("HEAD", "/", "", 200), 0);
	has(length);
	has("\r\nETag: ");
}

static void what_it_has_not_is_not_found(void **state)
{
	(void)state;
	ask("GET", "/assets/", "", 404);
	ask("GET", "/assets/../page.c", "", 404);
	ask("GET", "/assets/app.js/", "", 404);
	ask("POST", "/", "", 405);
	ask("GET", "/?x=1", "", 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_page_may_load_only_what_is_ours, init, fini),
		cmocka_unit_test_setup_teardown(all_that_it_loads_is_there_and_small, init, fini),
		cmocka_unit_test_setup_teardown(a_copy_that_is_still_good_is_not_sent_again, init, fini),
		cmocka_unit_test_setup_teardown(head_is_answered_without_a_text, init, fini),
		cmocka_unit_test_setup_teardown(what_it_has_not_is_not_found, init, fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
