/* One megabyte of anything is answered in bounded time and memory, each file in a process of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1024u * 1024)

/* The budget is 250 ms on an idle machine; four times as much here, where others may run. A range's targets
 * cost by the target: about 100 bytes, and less than a microsecond. */
#define MAX_US       1000000
#define MAX_KIB      (64 * 1024)
#define TARGET_US    1
#define TARGET_BYTES 110
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

struct shape {
	const char *before, *part, *after; /* each @ of a part is how many parts stand before it */
	long n_targets;                    /* that ranges expand to before the end is seen */
};

static const struct shape shapes[] = {
	{ "", "[", "", 0 },
	{ "", "{", "", 0 },
	{ "", "- ", "", 0 },
	{ "", "? ", "", 0 },
	{ "", "'", "", 0 },
	{ "", "\n", "", 0 },
	{ "{", "a,", "}", 0 },
	{ "", "a: 1\n", "", 0 },
	{ "", "k@: 1\n", "", 0 },
	{ "targets: [&a x, ", "*a,", "]", 0 },
	{ "x-: &a {ttl: 1, size: 8, fall: 2, rise: 3, dscp: 4, df: no, mark: 5, window: 6}\ntargets: [", "{<<: *a},",
	  "]", 0 },
	{ "x-: &a {ttl: 1, size: 8}\ntargets: [", "{<<: *a, host: h@},", "]", 0 },
	{ "x-: &a {ttl: 1, size: 8}\ntargets: [", "{<<: [*a, *a, *a, *a, *a, *a], host: h@},", "]", 0 },
	{ "x-: {a0: &a0 {k: 1}, ", "a@: &a@ {<<: *a0, k@: 1},", "}", 0 },
	{ "x-: &a {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1}\nx-b: {<<: [", "*a,", "]}", 0 },
	{ "x-: [", "&a {<<: {k: 1}},", "]", 0 },
	{ "targets: [", "a,", "]", 0 },
	{ "targets: [", "1.2,", "]", 0 },
	{ "targets: [", "{},", "]", 0 },
	{ "targets: [", "{b: c},", "]", 0 },
	{ "targets: [", "{host: a, labels: {a: b}},", "]", 0 },
	{ "targets: [", "{host: h@, labels: {a: v@}},", "]", 0 },
	{ "targets: [", "{host: h@, interval: @ms},", "]", 0 },
	{ "targets: [", "{host: h@, depends_on: x@},", "]", 0 },
	{ "targets: [", "{host: h@, depends_on: [h0]},", "]", 0 },
	{ "defaults: {depends_on: [h1, h2, h3, h4, h5, h6, h7, h8]}\ntargets: [", "h@,", "]", 0 },
	{ "targets: [", "h@,", "]", 0 },
	{ "defaults: {family: both}\ntargets: [", "h@,", "]", 0 },
	{ "targets: [", "x", "]", 0 },
	{ "targets: [\"", "\\x41", "\"]", 0 },
	{ "targets: [", "&a x,", "]", 0 },
	{ "targets: [", "&a@ x,", "]", 0 },
	{ "targets: |\n", " x\n", "", 0 },
	{ "targets:\n", "- [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]\n", "", 0 },
	{ "", "%TAG !a! x\n", "", 0 },
	{ "", "#\n", "", 0 },
	{ "", "a: 1\n---\n", "", 0 },
	{ "defaults: {labels: {", "a: b,", "}}", 0 },
	{ "groups: [", "{name: g},", "]", 0 },
	{ "groups: [", "{name: g@, targets: [h@]},", "]", 0 },
	{ "groups: [", "{name: g, targets_file: q},", "]", 0 },
	{ "include: [", "a,", "]", 0 },
	{ "include: [", "f@,", "]", 0 },
	{ "include: [", "'/proc/self/*',", "]", 0 },
	{ "include: [", "'/*/*/*/*/*',", "]", 0 },
	{ "targets_file: [", "/,", "]", 0 },
	{ "targets_file: [", "/dev/zero,", "]", 0 },
	{ "shard: {", "count: 1000,", "}", 0 },
	{ "targets: [{range: [", "1.1.1.1,", "]}]", 0 },
	{ "targets: [{range: [", "::@,", "]}]", 100000 },
	{ "targets: [{range: 1.0.0.0/8, exclude: [", "1.1.1.1,", "]}]", 0 },
	{ "targets: [", "{range: \"::/0\"},", "]", 0 },
	{ "targets: [", "{range: 10.0.0.0/13},", "]", 1000000 },
	{ "targets: [", "{range: 10.0.0.0/30},", "]", 100000 },
	{ "targets: [&a {range: 10.0.0.0/30}, ", "*a,", "]", 700000 },
	{ "e: &e [1.0.0.0, 1.0.0.2, 1.0.0.4]\ntargets: [", "{range: 1.0.0.0/16, exclude: *e},", "]", 1000000 },
	{ "targets: [", "{range: 10.0.0.@-10.200.0.0},", "]", 0 },
	{ "targets: [10.0.0.1-10.0.0.2,", "{host: h, name: 10.0.@.1},", "{range: 10.0.0.0/16}]", 65536 },
};

static char *make(const struct shape *s, size_t *len)
{
	char *text = malloc(MIB + 4096), *at, *end = text + MIB - 80;

	assert_non_null(text);
	at = stpcpy(text, s->before);
	for (int i = 0; at < end; i++) {
		for (const char *c = s->part; *c; c++) {
			if (*c == '@')
				at += sprintf(at, "%d", i);
			else
				*at++ = *c;
		}
	}
	at = stpcpy(at, s->after);
	*len = (size_t)(at - text);
	return text;
}

/* In the child: 0 or 1 as the answer is good or bad. */
static int answer(const char *text, size_t len)
{
	static struct config_errors errors;
	struct config *c;
	int err = config_parse(&c, "x.yaml", text, len, &errors);

	if (err == 0)
		return !c || errors.n;
	return err != -EINVAL || !errors.n;
}

static void check(const struct shape *s)
{
	struct rusage used;
	size_t len;
	char *text = make(s, &len);
	int status;
	pid_t pid;
	long us;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(answer(text, len));
	free(text);
	assert_int_equal(wait4(pid, &status, 0, &used), pid);
	if (status)
		fail_msg("%s%s...: status %d", s->before, s->part, status);
	us = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000L + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
	printf("%6ld ms %4ld MiB  %.40s%.40s\n", us / 1000, used.ru_maxrss / 1024, s->before, s->part);
	if (us > (SANITIZED ? 20 : 1) * (MAX_US + s->n_targets * TARGET_US))
		fail_msg("%s%s...: %ld us", s->before, s->part, us);
	if (!SANITIZED && used.ru_maxrss > MAX_KIB + s->n_targets * TARGET_BYTES / 1024)
		fail_msg("%s%s...: %ld KiB", s->before, s->part, used.ru_maxrss);
}

static void a_megabyte_of_anything_is_answered_soon_and_within_64_mib(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		check(&shapes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_megabyte_of_anything_is_answered_soon_and_within_64_mib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
