#include "fixture.h"
#include "base/jsonbuf.h"

#include <jansson.h>
#include <math.h>

static char text[4096];
static struct textbuf buf;
static struct jsonbuf j;

static int init(void **state)
{
	(void)state;
	buf = textbuf_on(text, sizeof(text) - 1);
	j = jsonbuf_on(&buf);
	return 0;
}

static void is(const char *expected)
{
	*buf.at = '\0';
	assert_string_equal(text, expected);
}

static void puts_commas_between_values_only(void **state)
{
	(void)state;
	jsonbuf_open(&j, NULL, '{');
	jsonbuf_open(&j, "none", '[');
	jsonbuf_close(&j, ']');
	jsonbuf_open(&j, "list", '[');
	jsonbuf_int(&j, NULL, -1);
	jsonbuf_open(&j, NULL, '{');
	jsonbuf_close(&j, '}');
	jsonbuf_uint(&j, NULL, UINT64_MAX);
	jsonbuf_close(&j, ']');
	jsonbuf_bool(&j, "yes", true);
	jsonbuf_null(&j, "nothing");
	jsonbuf_text(&j, "text", NULL);
	jsonbuf_raw(&j, "raw", "[1]", 3);
	jsonbuf_close(&j, '}');
	is("{\"none\":[],\"list\":[-1,{},18446744073709551615],\"yes\":true,\"nothing\":null,\"text\":null,"
	   "\"raw\":[1]}");
}

static void seconds_are_exact(void **state)
{
	(void)state;
	jsonbuf_open(&j, NULL, '[');
	jsonbuf_seconds(&j, NULL, 0);
	jsonbuf_seconds(&j, NULL, 1);
	jsonbuf_seconds(&j, NULL, 1234560);
	jsonbuf_seconds(&j, NULL, INT64_C(40000000000));
	jsonbuf_seconds(&j, NULL, INT64_C(86400500000000));
	jsonbuf_seconds(&j, NULL, -1);
	jsonbuf_close(&j, ']');
	is("[0,0.000000001,0.00123456,40,86400.5,null]");
}

static void decimals_have_six_places_and_no_zeros_at_the_end(void **state)
{
	(void)state;
	jsonbuf_open(&j, NULL, '[');
	jsonbuf_ratio(&j, NULL, 1.0 / 3);
	jsonbuf_ratio(&j, NULL, 0.05);
	jsonbuf_ratio(&j, NULL, 1);
	jsonbuf_ratio(&j, NULL, -1);
	jsonbuf_decimal(&j, NULL, -2.5);
	jsonbuf_decimal(&j, NULL, -0.0000001);
	jsonbuf_decimal(&j, NULL, NAN);
	jsonbuf_close(&j, ']');
	is("[0.333333,0.05,1,null,-2.5,0,null]");
}

static void times_are_rfc_3339_or_null(void **state)
{
	(void)state;
	jsonbuf_open(&j, NULL, '[');
	jsonbuf_time(&j, NULL, INT64_C(1767323045678901234));
	jsonbuf_time(&j, NULL, 0);
	jsonbuf_close(&j, ']');
	is("[\"2026-01-02T03:04:05.678901Z\",null]");
}

static void any_name_and_text_comes_back(void **state)
{
	static const char hostile[] = "\"</script>\n\t\\ \x01\x7f \xe2\x80\xae \xc3\xa4";
	json_t *root;

	(void)state;
	jsonbuf_open(&j, NULL, '{');
	jsonbuf_named(&j, hostile, hostile);
	jsonbuf_named(&j, "broken", "a\xff\xc3(");
	jsonbuf_close(&j, '}');
	root = json_loadb(text, textbuf_len(&buf), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, hostile)), hostile);
	assert_string_equal(json_string_value(json_object_get(root, "broken")), "a\xef\xbf\xbd\xef\xbf\xbd(");
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(puts_commas_between_values_only, init),
		cmocka_unit_test_setup(seconds_are_exact, init),
		cmocka_unit_test_setup(decimals_have_six_places_and_no_zeros_at_the_end, init),
		cmocka_unit_test_setup(times_are_rfc_3339_or_null, init),
		cmocka_unit_test_setup(any_name_and_text_comes_back, init),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
