#include "fixture.h"

#include "ctl/ctl_query.h"
#include "ctl/ctl_table.h"

#include <locale.h>

static const struct ctl_term utf8 = { .has_utf8 = true, .columns = 80 }, ascii = { .columns = 80 },
			     coloured = { .has_utf8 = true, .has_colour = true, .columns = 80 };
static const struct ctl_table_column columns[] = { { "NAME", false }, { "EMPTY", false }, { "N", true } };

static int has_locale(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

/* A table of pairs, printed into a text that lasts until the next. */
static const char *print(const struct ctl_term *term, const char *const (*rows)[2], size_t n, enum ctl_colour c)
{
	static char buf[4096];
	FILE *f;
	struct ctl_table *t = ctl_table_new(term, columns, 3);

	buf[0] = '\0';
	f = fmemopen(buf, sizeof(buf), "w");
	for (size_t i = 0; i < n; i++) {
		ctl_table_cell(t, rows[i][0], c);
		ctl_table_cell(t, "", CTL_PLAIN);
		ctl_table_cell(t, rows[i][1], CTL_PLAIN);
	}
	assert_true(ctl_table_print(t, f, 1));
	fclose(f);
	ctl_table_free(t);
	return buf;
}

static void columns_are_aligned_by_what_is_seen(void **state)
{
	const char *const rows[][2] = { { "gw", "1" }, { "zürich", "22" }, { "東京", "3" } };

	(void)state;
	assert_string_equal(print(&utf8, rows, 3, CTL_PLAIN), " NAME     N\n gw       1\n zürich  22\n 東京     3\n");
}

static void what_a_terminal_obeys_is_shown_by_number(void **state)
{
	const char *const rows[][2] = { { "a\033[2Jb\nc\xff", "1" } };

	(void)state;
	assert_string_equal(print(&utf8, rows, 1, CTL_PLAIN), " NAME                N\n a\\x1b[2Jb\\x0ac\\xff  1\n");
}

static void without_utf8_all_is_ascii(void **state)
{
	const char *const rows[][2] = { { "zürich", "1" } };

	(void)state;
	assert_string_equal(print(&ascii, rows, 1, CTL_PLAIN), " NAME           N\n z\\xc3\\xbcrich  1\n");
}

static void colour_takes_no_columns(void **state)
{
	const char *const rows[][2] = { { "a", "1" }, { "abcdef", "2" } };

	(void)state;
	assert_string_equal(print(&coloured, rows, 2, CTL_RED), " \033[1mNAME\033[0m    \033[1mN\033[0m\n"
	                                                        " \033[31ma\033[0m       1\n"
	                                                        " \033[31mabcdef\033[0m  2\n");
}

static void a_table_without_rows_is_nothing(void **state)
{
	(void)state;
	assert_string_equal(print(&utf8, NULL, 0, CTL_PLAIN), "");
}

static void texts_are_cut_between_characters(void **state)
{
	char text[64];

	(void)state;
	strcpy(text, "zürich");
	ctl_term_cut(&utf8, text, 6);
	assert_string_equal(text, "zürich");
	ctl_term_cut(&utf8, text, 3);
	assert_string_equal(text, "zü…");
	strcpy(text, "東京都");
	ctl_term_cut(&utf8, text, 4);
	assert_string_equal(text, "東…");
	strcpy(text, "abcdef");
	ctl_term_cut(&ascii, text, 4);
	assert_string_equal(text, "abc~");
	ctl_term_cut(&ascii, text, 0);
	assert_string_equal(text, "");
}

static void queries_are_encoded(void **state)
{
	struct ctl_query q = { 0 };

	(void)state;
	ctl_query_path(&q, "/api/v1/targets/");
	ctl_query_part(&q, "a/b?#% ü");
	ctl_query_param(&q, "x", "1&2=3+4");
	ctl_query_param(&q, "label.a b", "");
	assert_string_equal(ctl_query_text(&q), "/api/v1/targets/a%2Fb%3F%23%25%20%C3%BC?x=1%262%3D3%2B4&label.a%20b=");
	ctl_query_fini(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_aligned_by_what_is_seen),
		cmocka_unit_test(what_a_terminal_obeys_is_shown_by_number),
		cmocka_unit_test(without_utf8_all_is_ascii),
		cmocka_unit_test(colour_takes_no_columns),
		cmocka_unit_test(a_table_without_rows_is_nothing),
		cmocka_unit_test(texts_are_cut_between_characters),
		cmocka_unit_test(queries_are_encoded),
	};

	return cmocka_run_group_tests(tests, has_locale, NULL);
}
