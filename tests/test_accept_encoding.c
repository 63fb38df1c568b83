#include "fixture.h"
#include "serve/accept_encoding.h"

static void gzip_is_taken_where_it_is_asked_for(void **state)
{
	static const char *const headers[] = {
		"gzip",
		"GZIP",
		"deflate, gzip",
		"deflate,gzip;q=0.5",
		"gzip; q=1.0",
		"x-gzip",
		"*",
		"br;q=1, *;q=0.1",
		" gzip ",
		"gzip ;q=0.001",
		",,gzip",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		if (!accept_encoding_gzip(headers[i]))
			fail_msg("%s", headers[i]);
}

static void gzip_is_not_taken_where_it_is_refused(void **state)
{
	static const char *const headers[] = {
		"",      "identity", "gzip;q=0", "gzip;q=0.000", "gzip; q = 0",   "*;q=0",
		"gzipx", "x, gzi",   "br",       "gzip;Q=0",     "*, gzip;q=0.0", "gzip;q=0, *",
	};

	(void)state;
	assert_false(accept_encoding_gzip(NULL));
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		if (accept_encoding_gzip(headers[i]))
			fail_msg("%s", headers[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_is_taken_where_it_is_asked_for),
		cmocka_unit_test(gzip_is_not_taken_where_it_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
