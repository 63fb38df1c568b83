#include "fixture.h"

#include "daemon/boot_id.h"
#define ID "0123456789abcdef0123456789abcdef"

static char out[BOOT_ID_LEN];

static const char *with_file(const char *text, const char *passed)
{
	fixture_put("boot_id", text);
	return boot_id_read(out, fixture_path("boot_id"), passed);
}

static void it_is_what_the_kernel_says_without_dashes(void **state)
{
	(void)state;
	assert_string_equal(with_file("01234567-89ab-cdef-0123-456789abcdef\n", NULL), ID);
	assert_string_equal(with_file("01234567-89ab-cdef-0123-456789abcdef\n", "ffff"), ID);
}

static void where_the_kernel_is_hidden_it_is_what_systemd_has_passed(void **state)
{
	(void)state;
	assert_string_equal(boot_id_read(out, fixture_path("none"), ID), ID);
	assert_string_equal(with_file("", ID), ID);
	assert_null(boot_id_read(out, fixture_path("none"), NULL));
}

static void what_is_no_id_is_none(void **state)
{
	static const char newline[] = "\n" ID, too_long[] = ID "0";
	static const char *const texts[] = { "", "%b", "0123", too_long, "0123456789abcdef0123456789abcdeg", newline };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_null(boot_id_read(out, fixture_path("none"), texts[i]));
		assert_null(with_file(texts[i], NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_what_the_kernel_says_without_dashes),
		cmocka_unit_test(where_the_kernel_is_hidden_it_is_what_systemd_has_passed),
		cmocka_unit_test(what_is_no_id_is_none),
	};

	return cmocka_run_group_tests(tests, fixture_make_dir, fixture_remove_dir);
}
