/* What is text, and what a terminal might obey. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/printable.h"

static void is_character(const char *text, size_t len, uint32_t character)
{
	uint32_t c = 0;

	assert_int_equal(printable_decode(&c, text), len);
	if (len)
		assert_int_equal(c, character);
}

static void sequences_are_decoded_by_the_rfc(void **state)
{
	(void)state;
	is_character("a", 1, 'a');
	is_character("\x01", 1, 1);
	is_character("\xc3\xbcx", 2, 0xfc);
	is_character("\xe2\x82\xac", 3, 0x20ac);
	is_character("\xf0\x9f\x8e\x89", 4, 0x1f389);
	is_character("\xf4\x8f\xbf\xbf", 4, 0x10ffff);
	is_character("", 0, 0);
	/* too long, too short, surrogates, beyond Unicode, alone */
	is_character("\xc0\xaf", 0, 0);
	is_character("\xe0\x80\xaf", 0, 0);
	is_character("\xe2\x82", 0, 0);
	is_character("\xed\xa0\x80", 0, 0);
	is_character("\xf4\x90\x80\x80", 0, 0);
	is_character("\xf5\x80\x80\x80", 0, 0);
	is_character("\xbf", 0, 0);
}

static void controls_changes_of_direction_and_what_shows_as_nothing_are_not_safe(void **state)
{
	static const uint32_t safe[] = { ' ',    '~',    0xa0,   0xac,   0xae,   0xfc,    0x61b,   0x61d,
		                         0x200a, 0x200c, 0x200d, 0x2010, 0x2027, 0x202f,  0x205f,  0x2070,
		                         0xfefe, 0xff00, 0xfff8, 0xfffc, 0xfffd, 0x1f389, 0x10ffff };
	static const uint32_t not_safe[] = { 0,      1,      '\n',   0x1b,   0x1f,   0x7f,   0x80,   0x9f,
		                             0xad,   0x61c,  0x180e, 0x200b, 0x200e, 0x200f, 0x2028, 0x202e,
		                             0x2060, 0x2066, 0x2069, 0x206f, 0xfeff, 0xfff9, 0xfffb };

	(void)state;
	for (size_t i = 0; i < sizeof(safe) / sizeof(safe[0]); i++)
		assert_true(printable_is_safe(safe[i]));
	for (size_t i = 0; i < sizeof(not_safe) / sizeof(not_safe[0]); i++)
		assert_false(printable_is_safe(not_safe[i]));
}

static void text_is_printable_as_a_whole_or_not(void **state)
{
	(void)state;
	assert_true(printable_all(""));
	assert_true(printable_all("b\xc3\xbc"
	                          "cher \xe2\x82\xac"));
	assert_false(printable_all("a\n"));
	assert_false(printable_all("a\xc2\x9b"
	                           "b"));
	assert_false(printable_all("a\xfc"));
	assert_int_equal(printable_len("\xe2\x82\xac"
	                               "a"),
	                 3);
	assert_int_equal(printable_len("\xe2\x80\xae"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequences_are_decoded_by_the_rfc),
		cmocka_unit_test(controls_changes_of_direction_and_what_shows_as_nothing_are_not_safe),
		cmocka_unit_test(text_is_printable_as_a_whole_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
