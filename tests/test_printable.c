/* What is text, and what a terminal might obey. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/printable.h"

#include <string.h>

static void shows(const char *text, const char *expected)
{
	char buf[256];

	assert_string_equal(printable_text(buf, sizeof(buf), text), expected);
	assert_int_equal(printable_all(text), !strcmp(text, expected));
}

static void text_is_shown_as_it_is_and_all_else_by_its_bytes(void **state)
{
	(void)state;
	shows("", "");
	shows("a b~", "a b~");
	shows("b\xc3\xbc" "cher \xe2\x82\xac \xf0\x9f\x8e\x89", "b\xc3\xbc" "cher \xe2\x82\xac \xf0\x9f\x8e\x89");
	shows("\x01\n\x1b[2J\x7f", "\\x01\\x0a\\x1b[2J\\x7f");
	shows("\xc2\x80\xc2\x9f\xc2\xa0", "\\xc2\\x80\\xc2\\x9f\xc2\xa0");
	shows("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xae\xe2\x80\xaf", "\xe2\x80\xa7\\xe2\\x80\\xa8\\xe2\\x80\\xae\xe2\x80\xaf");
	shows("\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa", "\xe2\x81\xa5\\xe2\\x81\\xa6\\xe2\\x81\\xa9\xe2\x81\xaa");
	/* too long, too short, surrogates, beyond Unicode, alone */
	shows("\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf");
	shows("\xe2\x82", "\\xe2\\x82");
	shows("\xf0\x9f\x8e", "\\xf0\\x9f\\x8e");
	shows("\xed\xa0\x80", "\\xed\\xa0\\x80");
	shows("\xf4\x90\x80\x80\xf5", "\\xf4\\x90\\x80\\x80\\xf5");
	shows("\xbf" "a\xfc", "\\xbfa\\xfc");
}

static void what_does_not_fit_is_cut_between_characters(void **state)
{
	static const char text[] = "a\xc3\xbc\x01" "b";
	static const char *const expected[] = { "", "a", "a", "a\xc3\xbc", "a\xc3\xbc", "a\xc3\xbc", "a\xc3\xbc",
		                                "a\xc3\xbc\\x01", "a\xc3\xbc\\x01b" };
	char buf[16];

	(void)state;
	for (size_t len = 1; len <= sizeof(expected) / sizeof(expected[0]); len++) {
		memset(buf, 'x', sizeof(buf));
		assert_string_equal(printable_text(buf, len, text), expected[len - 1]);
		assert_int_equal(buf[len], 'x');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_shown_as_it_is_and_all_else_by_its_bytes),
		cmocka_unit_test(what_does_not_fit_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
