/* Numbers, times and escapes in a buffer that never overflows. The lines of the log (test_format.c) try more of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/textbuf.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "random.h"

#define S INT64_C(1000000000)

static char buf[512];
static struct textbuf t;

static void start(void)
{
	memset(buf, 'x', sizeof(buf));
	t = textbuf_on(buf, sizeof(buf));
}

/* Since start(). */
static void is(const char *expected)
{
	assert_false(t.full);
	assert_int_equal(textbuf_len(&t), strlen(expected));
	assert_memory_equal(buf, expected, strlen(expected));
	assert_int_equal(buf[strlen(expected)], 'x');
	start();
}

static void pieces_follow_each_other(void **state)
{
	(void)state;
	start();
	is("");
	textbuf_put(&t, "abc", 2);
	textbuf_char(&t, '=');
	textbuf_text(&t, "text");
	textbuf_text(&t, "");
	is("ab=text");
}

static void whole_numbers_are_decimal(void **state)
{
	(void)state;
	start();
	textbuf_digits(&t, 0, 1);
	is("0");
	textbuf_digits(&t, 7, 3);
	is("007");
	textbuf_digits(&t, 1234, 3);
	is("1234");
	textbuf_digits(&t, UINT64_MAX, 1);
	is("18446744073709551615");
	textbuf_digits(&t, 1, 20);
	is("00000000000000000001");
	textbuf_int(&t, -1);
	is("-1");
	textbuf_int(&t, INT64_MIN);
	is("-9223372036854775808");
	textbuf_int(&t, INT64_MAX);
	is("9223372036854775807");
}

static void milliseconds_keep_every_nanosecond(void **state)
{
	(void)state;
	start();
	textbuf_ms(&t, 0);
	is("0.000000");
	textbuf_ms(&t, 1);
	is("0.000001");
	textbuf_ms(&t, 12345678);
	is("12.345678");
	textbuf_ms(&t, INT64_MAX);
	is("9223372036854.775807");
}

static void decimals_are_rounded_and_end_in_no_zero(void **state)
{
	static const struct {
		double value;
		const char *text;
	} table[] = {
		{ 0, "0" },
		{ 100, "100" },
		{ 12.5, "12.5" },
		{ 0.05, "0.05" },
		{ 33.3333333, "33.333" },
		{ 66.6666666, "66.667" },
		{ 0.0004, "0" },
		{ 0.0005, "0.001" },
		{ 99.9996, "100" },
		{ 10.01, "10.01" },
		{ 999999999999.5, "999999999999.5" },
	};

	(void)state;
	start();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		textbuf_decimal(&t, table[i].value);
		is(table[i].text);
	}
}

static void fixed_decimals_are_exact_and_end_in_no_zero(void **state)
{
	static const struct {
		uint64_t value;
		int decimals;
		const char *text;
	} table[] = {
		{ 0, 8, "0" },
		{ 1, 0, "1" },
		{ 10, 0, "10" },
		{ 1, 8, "0.00000001" },
		{ 12345, 8, "0.00012345" },
		{ 10203040, 8, "0.1020304" },
		{ 100000000, 8, "1" },
		{ 1234500000000, 9, "1234.5" },
		{ 4000000000, 8, "40" },
		{ UINT64_MAX, 0, "18446744073709551615" },
		{ UINT64_MAX, 18, "18.446744073709551615" },
		{ UINT64_MAX, 9, "18446744073.709551615" },
		{ 1, 18, "0.000000000000000001" },
	};

	(void)state;
	start();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		textbuf_fixed(&t, table[i].value, table[i].decimals);
		is(table[i].text);
	}
}

static void labels_are_escaped_as_prometheus_wants_it(void **state)
{
	static const char *const texts[][2] = {
		{ "", "" },
		{ "plain text, {a=b} <script>\t\x01", "plain text, {a=b} <script>\t\x01" },
		{ "\"", "\\\"" },
		{ "a\"b\\c\nd", "a\\\"b\\\\c\\nd" },
		{ "\n\n", "\\n\\n" },
		{ "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "v\xfc\xc3", "v\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },                 /* overlong */
	};

	(void)state;
	start();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		textbuf_label(&t, texts[i][0]);
		is(texts[i][1]);
	}
}

static void times_are_those_of_the_calendar(void **state)
{
	uint64_t seed = 1;
	char expected[64];

	(void)state;
	start();
	textbuf_time(&t, 951782400 * S + 999);
	is("2000-02-29T00:00:00.000000Z");
	textbuf_time(&t, 4107542399 * S + 999999999);
	is("2100-02-28T23:59:59.999999Z");
	textbuf_time(&t, -1);
	is("1970-01-01T00:00:00.000000Z");
	for (int i = 0; i < 10000; i++) {
		int64_t ns = (int64_t)(random_next(&seed) >> 1);
		time_t s = ns / S;
		struct tm tm;
		size_t len;

		gmtime_r(&s, &tm);
		len = strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S", &tm);
		snprintf(expected + len, sizeof(expected) - len, ".%06dZ", (int)(ns % S / 1000));
		textbuf_time(&t, ns);
		is(expected);
	}
}

static void strings_are_escaped_as_each_format_wants_it(void **state)
{
	static const char *const texts[][3] = {
		{ "plain", "\"plain\"", "plain" },
		{ "", "\"\"", "\"\"" },
		{ "two words", "\"two words\"", "\"two words\"" },
		{ "say \"a=b\"", "\"say \\\"a=b\\\"\"", "\"say \\\"a=b\\\"\"" },
		{ "back\\slash", "\"back\\\\slash\"", "\"back\\\\slash\"" },
		{ "\x01\n\x7f", "\"\\u0001\\u000a\\u007f\"", "\"\\x01\\x0a\\x7f\"" },
		{ "\xe2\x82\xac", "\"\xe2\x82\xac\"", "\xe2\x82\xac" },
		{ "\xe2\x80\xae"
		  "a",
		  "\"\\u202ea\"", "\"\\xe2\\x80\\xaea\"" },
		{ "v\xfc", "\"v\xef\xbf\xbd\"", "\"v\\xfc\"" },
	};

	(void)state;
	start();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		textbuf_json(&t, texts[i][0]);
		is(texts[i][1]);
		textbuf_logfmt(&t, texts[i][0]);
		is(texts[i][2]);
	}
}

static void shows(const char *text, const char *expected)
{
	char shown[256];

	assert_string_equal(textbuf_shown(shown, sizeof(shown), text), expected);
}

static void text_for_a_terminal_is_shown_as_it_is_and_all_else_by_its_bytes(void **state)
{
	(void)state;
	shows("", "");
	shows("a b~", "a b~");
	shows("b\xc3\xbc"
	      "cher \xe2\x82\xac \xf0\x9f\x8e\x89",
	      "b\xc3\xbc"
	      "cher \xe2\x82\xac \xf0\x9f\x8e\x89");
	shows("\x01\n\x1b[2J\x7f", "\\x01\\x0a\\x1b[2J\\x7f");
	shows("\xc2\x80\xc2\x9f\xc2\xa0", "\\xc2\\x80\\xc2\\x9f\xc2\xa0");
	shows("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xae\xe2\x80\xaf",
	      "\xe2\x80\xa7\\xe2\\x80\\xa8\\xe2\\x80\\xae\xe2\x80\xaf");
	shows("\xe2\x81\x9f\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xb0",
	      "\xe2\x81\x9f\\xe2\\x81\\xa6\\xe2\\x81\\xa9\xe2\x81\xb0");
	shows("a\xe2\x80\x8e"
	      "b\xef\xbb\xbf",
	      "a\\xe2\\x80\\x8eb\\xef\\xbb\\xbf");
	/* too long, too short, surrogates, beyond Unicode, alone */
	shows("\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf");
	shows("\xe2\x82", "\\xe2\\x82");
	shows("\xf0\x9f\x8e", "\\xf0\\x9f\\x8e");
	shows("\xed\xa0\x80", "\\xed\\xa0\\x80");
	shows("\xf4\x90\x80\x80\xf5", "\\xf4\\x90\\x80\\x80\\xf5");
	shows("\xbf"
	      "a\xfc",
	      "\\xbfa\\xfc");
}

static void a_string_for_a_terminal_is_cut_between_characters(void **state)
{
	static const char text[] = "a\xc3\xbc\x01"
				   "b";
	static const char *const expected[] = {
		"", "a", "a", "a\xc3\xbc", "a\xc3\xbc", "a\xc3\xbc", "a\xc3\xbc", "a\xc3\xbc\\x01", "a\xc3\xbc\\x01b"
	};
	char shown[16];

	(void)state;
	for (size_t len = 1; len <= sizeof(expected) / sizeof(expected[0]); len++) {
		memset(shown, 'x', sizeof(shown));
		assert_string_equal(textbuf_shown(shown, len, text), expected[len - 1]);
		assert_int_equal(shown[len], 'x');
	}
}

static void put_everything(struct textbuf *to)
{
	textbuf_text(to, "text");
	textbuf_int(to, -42);
	textbuf_char(to, ' ');
	textbuf_ms(to, 12345678);
	textbuf_decimal(to, 12.345);
	textbuf_fixed(to, 12345, 8);
	textbuf_time(to, S);
	textbuf_json(to, "a\n\"\xc2\x9b\xff");
	textbuf_label(to, "a\n\"\\\xc3\xbc\xff.");
	textbuf_logfmt(to, "a b\n");
	textbuf_logfmt(to, "a");
	textbuf_terminal(to, "\xe2\x82\xac\x01z");
}

static void what_does_not_fit_is_left_out_with_all_that_follows(void **state)
{
	char whole[sizeof(buf)];
	size_t len;

	(void)state;
	start();
	put_everything(&t);
	len = textbuf_len(&t);
	memcpy(whole, buf, len);
	for (size_t room = 0; room <= len; room++) {
		memset(buf, 'x', sizeof(buf));
		t = textbuf_on(buf, room);
		put_everything(&t);
		assert_int_equal(t.full, room < len);
		assert_true(textbuf_len(&t) <= room);
		assert_memory_equal(buf, whole, textbuf_len(&t));
		assert_int_equal(buf[textbuf_len(&t)], 'x');
		/* A short piece does not slip in behind one that was left out. */
		textbuf_char(&t, '!');
		assert_true(t.full);
		assert_memory_equal(buf, whole, textbuf_len(&t));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_follow_each_other),
		cmocka_unit_test(whole_numbers_are_decimal),
		cmocka_unit_test(milliseconds_keep_every_nanosecond),
		cmocka_unit_test(decimals_are_rounded_and_end_in_no_zero),
		cmocka_unit_test(fixed_decimals_are_exact_and_end_in_no_zero),
		cmocka_unit_test(labels_are_escaped_as_prometheus_wants_it),
		cmocka_unit_test(times_are_those_of_the_calendar),
		cmocka_unit_test(strings_are_escaped_as_each_format_wants_it),
		cmocka_unit_test(text_for_a_terminal_is_shown_as_it_is_and_all_else_by_its_bytes),
		cmocka_unit_test(a_string_for_a_terminal_is_cut_between_characters),
		cmocka_unit_test(what_does_not_fit_is_left_out_with_all_that_follows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
