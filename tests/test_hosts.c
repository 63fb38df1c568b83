#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "dns/hosts_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct hosts *parse(const char *text)
{
	size_t len = strlen(text);
	char *copy = malloc(len + 1);
	struct hosts *h;

	assert_non_null(copy);
	memcpy(copy, text, len);
	h = hosts_parse(copy, len, (struct hash_secret){ 1, 2 });
	assert_non_null(h);
	return h;
}

/* "ADDR ADDR …" of name. */
static const char *found_in(const struct hosts *h, const char *name, enum family family)
{
	static char text[HOSTS_ADDRS_MAX * (ADDR_STRLEN + 1)];
	struct addr addrs[HOSTS_ADDRS_MAX];
	size_t n = hosts_find(h, name, family, addrs), len = 0;
	char one[ADDR_STRLEN];

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)sprintf(text + len, "%s%s", i ? " " : "", addr_format(&addrs[i], one));
	return text;
}

static const char *found(const char *file, const char *name, enum family family)
{
	struct hosts *h = parse(file);
	const char *text = found_in(h, name, family);

	hosts_free(h);
	return text;
}

static void a_name_and_its_aliases_have_the_address_of_their_line(void **state)
{
	static const char file[] = "192.0.2.1 a.test  a\talias\n192.0.2.2 b\n";

	(void)state;
	assert_string_equal(found(file, "a.test", FAMILY_ANY), "192.0.2.1");
	assert_string_equal(found(file, "a", FAMILY_ANY), "192.0.2.1");
	assert_string_equal(found(file, "alias", FAMILY_IPV4), "192.0.2.1");
	assert_string_equal(found(file, "b", FAMILY_ANY), "192.0.2.2");
	assert_string_equal(found(file, "c", FAMILY_ANY), "");
	assert_string_equal(found(file, "192.0.2.1", FAMILY_ANY), "");
	assert_string_equal(found(file, "", FAMILY_ANY), "");
}

static void several_lines_of_a_name_add_up_in_their_order(void **state)
{
	static const char file[] = "192.0.2.9 a\n2001:db8::1 b a\n192.0.2.1 A\n192.0.2.5 b\n";

	(void)state;
	assert_string_equal(found(file, "a", FAMILY_ANY), "192.0.2.9 2001:db8::1 192.0.2.1");
	assert_string_equal(found(file, "a", FAMILY_IPV4), "192.0.2.9 192.0.2.1");
	assert_string_equal(found(file, "a", FAMILY_IPV6), "2001:db8::1");
	assert_string_equal(found(file, "b", FAMILY_ANY), "2001:db8::1 192.0.2.5");
}

static void case_is_of_no_account(void **state)
{
	(void)state;
	assert_string_equal(found("192.0.2.1 Gw.Example.NET\n", "gW.eXAMPLE.net", FAMILY_ANY), "192.0.2.1");
	assert_string_equal(found("192.0.2.1 \303\204\n", "\303\244", FAMILY_ANY), "");
}

static void comments_empty_lines_crlf_and_a_missing_last_newline_are_as_usual(void **state)
{
	static const char file[] = "# 192.0.2.7 a\r\n\r\n \t\r\n  192.0.2.1\ta # b\r\n192.0.2.2 b#c\r\n192.0.2.3 last";

	(void)state;
	assert_string_equal(found(file, "a", FAMILY_ANY), "192.0.2.1");
	assert_string_equal(found(file, "b", FAMILY_ANY), "192.0.2.2");
	assert_string_equal(found(file, "c", FAMILY_ANY), "");
	assert_string_equal(found(file, "last", FAMILY_ANY), "192.0.2.3");
}

static void lines_that_are_none_are_passed_over(void **state)
{
	static const char file[] = "256.1.1.1 a\nname a\n1.2.3 a\nfe80::1%nowhere a\n192.0.2.1\n192.0.2.2 a\n";

	(void)state;
	assert_string_equal(found(file, "a", FAMILY_ANY), "192.0.2.2");
}

static void an_address_may_have_a_zone(void **state)
{
	(void)state;
	assert_string_equal(found("fe80::1%lo gw\n", "gw", FAMILY_ANY), "fe80::1%lo");
}

static void long_names_and_many_addresses_are_bounded(void **state)
{
	static char file[2000 * 24 + 600];
	size_t len = 0;
	struct hosts *h;
	struct addr addrs[HOSTS_ADDRS_MAX];
	char name[300];

	(void)state;
	for (int i = 0; i < 2000; i++)
		len += (size_t)sprintf(file + len, "198.18.%d.%d many\n", i >> 8, i & 255);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	sprintf(file + len, "192.0.2.1 %s %.255s\n", name, name);
	h = parse(file);
	assert_int_equal(hosts_find(h, "many", FAMILY_ANY, addrs), HOSTS_ADDRS_MAX);
	assert_int_equal(addrs[255].bytes[3], 255);
	assert_string_equal(found_in(h, name, FAMILY_ANY), "");
	name[255] = '\0';
	assert_string_equal(found_in(h, name, FAMILY_ANY), "192.0.2.1");
	hosts_free(h);
}

static void localhost_is_this_host_where_the_file_does_not_say_otherwise(void **state)
{
	(void)state;
	assert_string_equal(found("", "localhost", FAMILY_ANY), "127.0.0.1 ::1");
	assert_string_equal(found("", "LocalHost", FAMILY_IPV4), "127.0.0.1");
	assert_string_equal(found("127.0.0.9 localhost\n", "localhost", FAMILY_ANY), "127.0.0.9");
	assert_string_equal(found("", "a.localhost", FAMILY_IPV6), "::1");
	assert_string_equal(found("", "alocalhost", FAMILY_ANY), "");
	assert_string_equal(found_in(NULL, "localhost", FAMILY_IPV4), "127.0.0.1");
	assert_string_equal(found_in(NULL, "a", FAMILY_ANY), "");
}

/* --- the reader --- */

static char path[] = "/tmp/minipingd-hosts-XXXXXX";
static struct hosts_reader *reader;

static int init(void **state)
{
	int fd;

	(void)state;
	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	if (fd < 0 || close(fd))
		return -1;
	return hosts_reader_open(&reader, path);
}

static int fini(void **state)
{
	(void)state;
	hosts_reader_close(reader);
	return unlink(path);
}

static void write_file(const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* Looks, and takes what is new; false: nothing. */
static bool look(struct hosts **h)
{
	struct pollfd looked = { .fd = hosts_reader_fd(reader), .events = POLLIN };
	bool lacks_memory;

	assert_int_equal(poll(&looked, 1, 0), 0);
	assert_int_equal(hosts_reader_look(reader), 0);
	assert_int_equal(poll(&looked, 1, -1), 1);
	return hosts_reader_take(reader, h, &lacks_memory);
}

static void finds(const char *expected)
{
	struct hosts *h = NULL;

	assert_true(look(&h));
	assert_string_equal(found_in(h, "a", FAMILY_ANY), expected);
	hosts_free(h);
}

static void each_change_is_seen_also_one_within_the_same_moment(void **state)
{
	char text[32];

	(void)state;
	for (int i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "192.0.2.%d a\n", 10 + i % 90);
		write_file(text);
		snprintf(text, sizeof(text), "192.0.2.%d", 10 + i % 90);
		finds(text);
	}
}

static void what_is_no_regular_file_is_an_empty_one(void **state)
{
	(void)state;
	write_file("192.0.2.1 a\n");
	finds("192.0.2.1");
	assert_int_equal(unlink(path), 0);
	finds("");
	assert_int_equal(mkdir(path, 0700), 0);
	finds("");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	finds("");
	assert_int_equal(unlink(path), 0);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	finds("");
}

/* Its times can be set, but for that of the last change of the inode. */
static void a_file_that_has_been_the_same_for_a_while_is_not_read_again(void **state)
{
	struct hosts *h = NULL;
	int64_t until_ns = clock_mono_ns() + 60 * NS_PER_S;
	int n_read = 0;

	(void)state;
	write_file("192.0.2.1 a\n");
	while (look(&h)) {
		n_read++;
		hosts_free(h);
		h = NULL;
		assert_true(clock_mono_ns() < until_ns);
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
	assert_null(h);
	assert_true(n_read > 1);
	write_file("192.0.2.2 a\n");
	finds("192.0.2.2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_and_its_aliases_have_the_address_of_their_line),
		cmocka_unit_test(several_lines_of_a_name_add_up_in_their_order),
		cmocka_unit_test(case_is_of_no_account),
		cmocka_unit_test(comments_empty_lines_crlf_and_a_missing_last_newline_are_as_usual),
		cmocka_unit_test(lines_that_are_none_are_passed_over),
		cmocka_unit_test(an_address_may_have_a_zone),
		cmocka_unit_test(long_names_and_many_addresses_are_bounded),
		cmocka_unit_test(localhost_is_this_host_where_the_file_does_not_say_otherwise),
		cmocka_unit_test_setup_teardown(each_change_is_seen_also_one_within_the_same_moment, init, fini),
		cmocka_unit_test_setup_teardown(what_is_no_regular_file_is_an_empty_one, init, fini),
		cmocka_unit_test_setup_teardown(a_file_that_has_been_the_same_for_a_while_is_not_read_again, init,
		                                fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
