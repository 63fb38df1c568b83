#include "fixture_config.h"

#include "log/format.h"
#include "random.h"
#include "sample.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <time.h>

#define S INT64_C(1000000000)

static struct sample sample;
static struct record r;
static char line[FORMAT_LINE_MAX + 2];

static int init(void **state)
{
	(void)state;
	sample_init(&sample);
	return 0;
}

static int fini(void **state)
{
	(void)state;
	sample_fini(&sample);
	return 0;
}

/* Formats r; line then holds the text without its newline. */
static size_t format(enum log_format f, int64_t ts_real_ns, uint64_t n)
{
	size_t len;

	line[FORMAT_LINE_MAX] = 0x5a;
	len = format_line(line, f, &r, ts_real_ns, n);
	assert_int_equal(line[FORMAT_LINE_MAX], 0x5a);
	if (!len)
		return 0;
	assert_int_equal(line[len - 1], '\n');
	assert_null(memchr(line, '\n', len - 1));
	line[len - 1] = '\0';
	assert_int_equal(strlen(line), len - 1);
	return len;
}

/* --- golden lines --- */

static FILE *open_golden(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[PATH_MAX];
	FILE *f;

	assert_true(snprintf(path, sizeof(path), "%s/tests/golden/%s", srcdir ? srcdir : ".", name) <
	            (int)sizeof(path));
	f = fopen(path, "r");
	if (!f)
		fail_msg("cannot open %s", path);
	return f;
}

static void golden(enum log_format f, const char *name)
{
	FILE *file = open_golden(name);
	char expected[4096];

	for (int i = 0; i < SAMPLE_N; i++) {
		sample_record(&r, &sample, i);
		format(f, SAMPLE_NS, (uint64_t)i + 1);
		if (!fgets(expected, sizeof(expected), file))
			fail_msg("%s ends before line %d: %s", name, i + 1, line);
		expected[strcspn(expected, "\n")] = '\0';
		assert_string_equal(line, expected);
	}
	assert_null(fgets(expected, sizeof(expected), file));
	fclose(file);
}

static void logfmt_lines_of_every_kind_are_the_golden_ones(void **state)
{
	(void)state;
	golden(LOG_LOGFMT, "logfmt");
}

static void json_lines_of_every_kind_are_the_golden_ones(void **state)
{
	(void)state;
	golden(LOG_JSON, "json");
}

/* --- JSON, read back by a real parser --- */

static json_t *parse_json(void)
{
	json_error_t error;
	json_t *j = json_loads(line, JSON_REJECT_DUPLICATES, &error);

	if (!j)
		fail_msg("%s, in: %s", error.text, line);
	assert_true(json_is_object(j));
	return j;
}

static void time_text(int64_t real_ns, char *buf, size_t len)
{
	time_t s = real_ns / S;
	struct tm tm;

	gmtime_r(&s, &tm);
	snprintf(buf, len, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	         tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(real_ns % S / 1000));
}

static void json_value_is(const json_t *v, const struct field *f)
{
	char buf[64];

	switch (f->type) {
	case FIELD_NONE:
		assert_true(json_is_null(v));
		break;
	case FIELD_TEXT:
		assert_string_equal(json_string_value(v), f->text);
		break;
	case FIELD_INT:
		assert_true(json_is_integer(v));
		assert_int_equal(json_integer_value(v), f->integer);
		break;
	case FIELD_MS:
		assert_true(json_is_real(v));
		assert_true(fabs(json_real_value(v) * 1e6 - (double)f->integer) <= 0.5 + 1e-9 * (double)f->integer);
		break;
	case FIELD_PERCENT:
		assert_true(json_is_number(v));
		assert_true(fabs(json_number_value(v) - f->number) <= 0.00050001);
		break;
	case FIELD_TIME:
		time_text(f->integer, buf, sizeof(buf));
		assert_string_equal(json_string_value(v), buf);
		break;
	case FIELD_BOOL:
		assert_true(f->integer ? json_is_true(v) : json_is_false(v));
		break;
	}
}

static void *next_is(json_t *j, void *iter, const char *key)
{
	if (!iter || strcmp(json_object_iter_key(iter), key))
		fail_msg("%s should come, not %s, in: %s", key, iter ? json_object_iter_key(iter) : "the end", line);
	return json_object_iter_next(j, iter);
}

static void labels_are(const json_t *j, const struct labels *labels)
{
	assert_true(json_is_object(j));
	assert_int_equal(json_object_size(j), labels ? labels->n : 0);
	for (size_t i = 0; labels && i < labels->n; i++)
		assert_string_equal(json_string_value(json_object_get(j, labels->at[i].key)), labels->at[i].value);
}

/* Every key, in the record's order, with the record's value. */
static void json_is_record(int64_t ts_real_ns, uint64_t n)
{
	json_t *j = parse_json();
	void *iter = json_object_iter(j);
	char ts[64];

	time_text(ts_real_ns, ts, sizeof(ts));
	assert_string_equal(json_string_value(json_object_get(j, "ts")), ts);
	assert_int_equal(json_integer_value(json_object_get(j, "v")), 1);
	assert_int_equal(json_integer_value(json_object_get(j, "n")), n);
	assert_string_equal(json_string_value(json_object_get(j, "kind")), record_kind_name(r.kind));
	iter = next_is(j, next_is(j, next_is(j, next_is(j, iter, "ts"), "v"), "n"), "kind");
	for (size_t i = 0; i < r.n_fields; i++) {
		json_value_is(json_object_get(j, r.fields[i].key), &r.fields[i]);
		iter = next_is(j, iter, r.fields[i].key);
	}
	assert_string_equal(json_string_value(json_object_get(j, "level")), record_level_name(r.level));
	iter = next_is(j, iter, "level");
	if (r.kind != RECORD_DAEMON) {
		labels_are(json_object_get(j, "labels"), r.labels);
		iter = next_is(j, iter, "labels");
	}
	assert_null(iter);
	json_decref(j);
}

static void every_json_line_says_what_its_record_says(void **state)
{
	(void)state;
	for (int i = 0; i < SAMPLE_N; i++) {
		sample_record(&r, &sample, i);
		format(LOG_JSON, SAMPLE_NS + i, 1000 + (uint64_t)i);
		json_is_record(SAMPLE_NS + i, 1000 + (uint64_t)i);
	}
}

/* --- logfmt, read back by the rules of format.h --- */

/* One key=value from *at on into key and value; false at the end of the line. */
static bool next_pair(const char **at, char *key, char *value)
{
	const char *p = *at, *equals = strchr(p, '=');
	bool quoted;

	if (!*p)
		return false;
	assert_non_null(equals);
	memcpy(key, p, (size_t)(equals - p));
	key[equals - p] = '\0';
	assert_null(strpbrk(key, " \""));
	p = equals + 1;
	quoted = *p == '"';
	for (p += quoted; *p && *p != (quoted ? '"' : ' '); value++) {
		if (*p == '\\' && p[1] == 'x') {
			char hex[3] = { p[2], p[3], '\0' };

			*value = (char)strtoul(hex, NULL, 16);
			p += 4;
			continue;
		}
		assert_true(quoted || !strchr("\"=\\", *p));
		assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
		p += *p == '\\';
		*value = *p++;
	}
	*value = '\0';
	assert_true(!quoted || *p == '"');
	p += quoted;
	assert_true(!*p || *p == ' ');
	*at = *p ? p + 1 : p;
	return true;
}

static void value_text(const struct field *f, char *buf, size_t len)
{
	switch (f->type) {
	case FIELD_TEXT:
		snprintf(buf, len, "%s", f->text);
		break;
	case FIELD_INT:
		snprintf(buf, len, "%" PRId64, f->integer);
		break;
	case FIELD_MS:
		snprintf(buf, len, "%" PRId64 ".%06" PRId64, f->integer / 1000000, f->integer % 1000000);
		break;
	case FIELD_TIME:
		time_text(f->integer, buf, len);
		break;
	case FIELD_BOOL:
		snprintf(buf, len, "%s", f->integer ? "true" : "false");
		break;
	default:
		buf[0] = '\0';
	}
}

static void pair_is(const char **at, const char *expected_key, const char *expected)
{
	static char key[4096], value[FORMAT_LINE_MAX];

	if (!next_pair(at, key, value))
		fail_msg("%s is missing in: %s", expected_key, line);
	assert_string_equal(key, expected_key);
	assert_string_equal(value, expected);
}

static void logfmt_is_record(int64_t ts_real_ns, uint64_t n)
{
	const char *at = line;
	char buf[2048], key[300];

	time_text(ts_real_ns, buf, sizeof(buf));
	pair_is(&at, "ts", buf);
	pair_is(&at, "v", "1");
	snprintf(buf, sizeof(buf), "%" PRIu64, n);
	pair_is(&at, "n", buf);
	pair_is(&at, "kind", record_kind_name(r.kind));
	for (size_t i = 0; i < r.n_fields; i++) {
		const struct field *f = &r.fields[i];

		if (f->type == FIELD_PERCENT) {
			snprintf(buf, sizeof(buf), "%.3f", f->number);
			for (size_t len = strlen(buf); buf[len - 1] == '0'; len--)
				buf[len - 1] = '\0';
			if (buf[strlen(buf) - 1] == '.')
				buf[strlen(buf) - 1] = '\0';
			pair_is(&at, f->key, buf);
		} else if (f->type != FIELD_NONE) {
			value_text(f, buf, sizeof(buf));
			pair_is(&at, f->key, buf);
		}
	}
	pair_is(&at, "level", record_level_name(r.level));
	for (size_t i = 0; r.labels && i < r.labels->n; i++) {
		snprintf(key, sizeof(key), "label.%s", r.labels->at[i].key);
		pair_is(&at, key, r.labels->at[i].value);
	}
	assert_int_equal(*at, '\0');
}

static void every_logfmt_line_says_what_its_record_says(void **state)
{
	(void)state;
	for (int i = 0; i < SAMPLE_N; i++) {
		sample_record(&r, &sample, i);
		format(LOG_LOGFMT, SAMPLE_NS + i, 1000 + (uint64_t)i);
		logfmt_is_record(SAMPLE_NS + i, 1000 + (uint64_t)i);
	}
}

/* --- texts --- */

static void text_is(const char *text, const char *logfmt, const char *json)
{
	char expected[512];

	record_daemon(&r, "e");
	record_add_text(&r, "k", text);
	format(LOG_LOGFMT, 0, 1);
	snprintf(expected, sizeof(expected),
	         "ts=1970-01-01T00:00:00.000000Z v=1 n=1 kind=daemon event=e k=%s level=info", logfmt);
	assert_string_equal(line, expected);
	format(LOG_JSON, 0, 1);
	snprintf(expected, sizeof(expected),
	         "{\"ts\":\"1970-01-01T00:00:00.000000Z\",\"v\":1,\"n\":1,\"kind\":\"daemon\",\"event\":\"e\",\"k\":%s,"
	         "\"level\":\"info\"}",
	         json);
	assert_string_equal(line, expected);
	json_is_record(0, 1);
}

static void bytes_that_are_no_utf8_are_shown_and_every_line_is_a_text(void **state)
{
	static const char *const texts[][3] = {
		{ "v\xfc", "k=\"v\\xfc\" level=info", "\"k\":\"v\xef\xbf\xbd\",\"level\":\"info\"}" },
		{ "\xe2\x82", "k=\"\\xe2\\x82\" level=info", "\"k\":\"\xef\xbf\xbd\xef\xbf\xbd\",\"level\":\"info\"}" },
		{ "\xc0\xaf", "k=\"\\xc0\\xaf\" level=info", "\"k\":\"\xef\xbf\xbd\xef\xbf\xbd\",\"level\":\"info\"}" },
		{ "\xed\xa0\x80", "k=\"\\xed\\xa0\\x80\" level=info",
		  "\"k\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\"level\":\"info\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		record_daemon(&r, "e");
		record_add_text(&r, "k", texts[i][0]);
		format(LOG_LOGFMT, 0, 1);
		assert_string_equal(strstr(line, " k=") + 1, texts[i][1]);
		format(LOG_JSON, 0, 1);
		assert_string_equal(strstr(line, "\"k\""), texts[i][2]);
		json_decref(parse_json());
	}
}

static void texts_are_escaped_as_each_format_wants_it(void **state)
{
	(void)state;
	text_is("plain", "plain", "\"plain\"");
	text_is("", "\"\"", "\"\"");
	text_is("two words", "\"two words\"", "\"two words\"");
	text_is("a=b", "\"a=b\"", "\"a=b\"");
	text_is("say \"hi\"", "\"say \\\"hi\\\"\"", "\"say \\\"hi\\\"\"");
	text_is("back\\slash", "\"back\\\\slash\"", "\"back\\\\slash\"");
	text_is("line\nbreak\r\ttab", "\"line\\x0abreak\\x0d\\x09tab\"", "\"line\\u000abreak\\u000d\\u0009tab\"");
	text_is("\x01\x1f\x7f", "\"\\x01\\x1f\\x7f\"", "\"\\u0001\\u001f\\u007f\"");
	text_is("Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x8e\x89", "\"Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x8e\x89\"",
	        "\"Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x8e\x89\"");
	text_is("\xc3\xbc", "\xc3\xbc", "\"\xc3\xbc\"");
	/* What a terminal might obey: C1, and changes of direction. */
	text_is("\xc2\x9b"
	        "2J",
	        "\"\\xc2\\x9b2J\"", "\"\\u009b2J\"");
	text_is("\xe2\x80\xae"
	        "a",
	        "\"\\xe2\\x80\\xaea\"", "\"\\u202ea\"");
	text_is("<script>alert('x')&amp;</script>", "<script>alert('x')&amp;</script>",
	        "\"<script>alert('x')&amp;</script>\"");
	text_is("null", "null", "\"null\"");
	text_is("{}[],:", "{}[],:", "\"{}[],:\"");
}

static size_t put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 63));
	out[2] = (char)(0x80 | (c & 63));
	return 3;
}

static void random_text(uint64_t *seed, char *out, size_t max)
{
	size_t len = 0;

	for (uint64_t n = random_below(seed, max / 3); n; n--) {
		uint32_t c = 1 + (uint32_t)random_below(seed, random_below(seed, 3) ? 0x7f : 0xd7ff);

		len += put_utf8(out + len, random_below(seed, 8) ? c : (uint32_t) "\"\\ =\n"[c % 5]);
	}
	out[len] = '\0';
}

static void any_utf8_text_survives_both_formats(void **state)
{
	static char texts[3][300];
	struct labels *labels = sample.labels;
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		for (int k = 0; k < 3; k++)
			random_text(&seed, texts[k], 300);
		labels->at[0].value = texts[2];
		sample.target.name = texts[0];
		record_dns(&r, &sample.target, sample.target.host, &sample.fresh.addr, texts[1], -1);
		format(LOG_JSON, SAMPLE_NS, 1);
		json_is_record(SAMPLE_NS, 1);
		format(LOG_LOGFMT, SAMPLE_NS, 1);
		logfmt_is_record(SAMPLE_NS, 1);
	}
}

/* --- times and numbers --- */

static void time_is(int64_t real_ns, const char *expected)
{
	char found[64];

	record_daemon(&r, "e");
	format(LOG_LOGFMT, real_ns, 1);
	snprintf(found, sizeof(found), "%.*s", (int)strcspn(line + 3, " "), line + 3);
	assert_string_equal(found, expected);
}

static void dates_follow_the_calendar(void **state)
{
	(void)state;
	time_is(0, "1970-01-01T00:00:00.000000Z");
	time_is(999, "1970-01-01T00:00:00.000000Z");
	time_is(1000, "1970-01-01T00:00:00.000001Z");
	time_is(S - 1, "1970-01-01T00:00:00.999999Z");
	time_is(951782400 * S, "2000-02-29T00:00:00.000000Z");
	time_is(951868800 * S, "2000-03-01T00:00:00.000000Z");
	time_is(978307199 * S + 999999999, "2000-12-31T23:59:59.999999Z");
	time_is(978307200 * S, "2001-01-01T00:00:00.000000Z");
	time_is(1709164800 * S, "2024-02-29T00:00:00.000000Z");
	time_is(1709251199 * S, "2024-02-29T23:59:59.000000Z");
	time_is(1735689599 * S, "2024-12-31T23:59:59.000000Z");
	time_is(1735689600 * S, "2025-01-01T00:00:00.000000Z");
	time_is(4107542399 * S, "2100-02-28T23:59:59.000000Z");
	time_is(4107542400 * S, "2100-03-01T00:00:00.000000Z");
	time_is(INT64_MAX, "2262-04-11T23:47:16.854775Z");
}

static void a_clock_before_1970_is_told_as_1970(void **state)
{
	(void)state;
	time_is(-1, "1970-01-01T00:00:00.000000Z");
	time_is(INT64_MIN, "1970-01-01T00:00:00.000000Z");
}

static void any_time_agrees_with_gmtime(void **state)
{
	uint64_t seed = 2;
	char expected[64];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t ns = (int64_t)(random_next(&seed) >> 1);

		time_text(ns, expected, sizeof(expected));
		time_is(ns, expected);
	}
}

static void every_day_until_2262_agrees_with_gmtime(void **state)
{
	char expected[64];

	(void)state;
	for (int64_t day = 0; day < 106750; day++) {
		time_text(day * 86400 * S, expected, sizeof(expected));
		time_is(day * 86400 * S, expected);
	}
}

static void random_numbers_survive_both_formats(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int shift = (int)random_below(&seed, 64);

		record_daemon(&r, "e");
		record_add_int(&r, "int", (int64_t)random_next(&seed) >> shift);
		record_add_ms(&r, "ms", (int64_t)(random_next(&seed) >> 1 >> shift));
		record_add_percent(&r, "percent", (double)random_below(&seed, 700001) / 7000);
		record_add_time(&r, "time", (int64_t)(random_next(&seed) >> 1));
		record_add_bool(&r, "bool", random_below(&seed, 2));
		format(LOG_JSON, i, (uint64_t)i);
		json_is_record(i, (uint64_t)i);
		format(LOG_LOGFMT, i, (uint64_t)i);
		logfmt_is_record(i, (uint64_t)i);
	}
}

static void percent_is(double value, const char *expected)
{
	char *found, text[64];

	snprintf(text, sizeof(text), " pct=%s level=info", expected);
	record_daemon(&r, "e");
	record_add_percent(&r, "pct", value);
	format(LOG_LOGFMT, 0, 1);
	found = strstr(line, " pct=");
	assert_non_null(found);
	assert_string_equal(found, text);
}

static void a_percentage_has_up_to_three_decimals_and_no_trailing_zero(void **state)
{
	(void)state;
	percent_is(0, "0");
	percent_is(100, "100");
	percent_is(12.5, "12.5");
	percent_is(0.001, "0.001");
	percent_is(0.0004, "0");
	percent_is(0.05, "0.05");
	percent_is(100.0 / 3, "33.333");
	percent_is(200.0 / 3, "66.667");
	percent_is(99.9996, "100");
	percent_is(10.01, "10.01");
}

static void the_line_number_reaches_the_greatest(void **state)
{
	(void)state;
	record_daemon(&r, "e");
	format(LOG_LOGFMT, 0, UINT64_MAX);
	assert_non_null(strstr(line, " n=18446744073709551615 "));
}

/* --- what does not fit --- */

static void a_line_fits_up_to_the_last_byte_and_one_more_gives_nothing(enum log_format f)
{
	static char text[FORMAT_LINE_MAX + 1];
	size_t base, room;

	memset(text, 'a', sizeof(text) - 1);
	record_daemon(&r, "e");
	record_add_text(&r, "k", text + sizeof(text) - 2);
	base = format(f, 0, 1) - 1;
	room = FORMAT_LINE_MAX - base;
	record_daemon(&r, "e");
	record_add_text(&r, "k", text + sizeof(text) - 1 - room);
	assert_int_equal(format(f, 0, 1), FORMAT_LINE_MAX);
	record_daemon(&r, "e");
	record_add_text(&r, "k", text + sizeof(text) - 1 - room - 1);
	assert_int_equal(format(f, 0, 1), 0);
}

static void a_record_that_does_not_fit_gives_nothing_and_writes_nothing_past_the_end(void **state)
{
	(void)state;
	a_line_fits_up_to_the_last_byte_and_one_more_gives_nothing(LOG_LOGFMT);
	a_line_fits_up_to_the_last_byte_and_one_more_gives_nothing(LOG_JSON);
}

/* 32 labels of 255 and 1,023 bytes, a name and a group of 255: all quotation marks, which double. */
static struct config *greatest_config(void)
{
	static char yaml[100000];
	size_t len = 0;
	char marks[1024];

	memset(marks, '"', sizeof(marks));
	len += (size_t)snprintf(yaml, sizeof(yaml),
	                        "groups:\n  - name: '%.255s'\n    targets:\n"
	                        "      - {host: 192.0.2.1, name: '%.255s'}\n    labels:\n",
	                        marks, marks);
	for (int i = 0; i < 32; i++)
		len += (size_t)snprintf(yaml + len, sizeof(yaml) - len, "      k%0254d: '%.1023s'\n", i, marks);
	return fixture_config(yaml);
}

static void the_greatest_record_that_a_configuration_allows_fits(void **state)
{
	struct config *c = greatest_config();
	struct sample great = { 0 };

	(void)state;
	assert_int_equal(c->targets[0].profile->labels->n, 32);
	sample_init(&great);
	great.target.name = great.fresh.name = c->targets[0].name;
	great.target.profile = great.fresh.profile = c->targets[0].profile;
	for (int i = 0; i < SAMPLE_N; i++) {
		sample_record(&r, &great, i);
		assert_int_not_equal(format(LOG_JSON, SAMPLE_NS, 1), 0);
		json_is_record(SAMPLE_NS, 1);
		assert_int_not_equal(format(LOG_LOGFMT, SAMPLE_NS, 1), 0);
		logfmt_is_record(SAMPLE_NS, 1);
	}
	sample_fini(&great);
	config_free(c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(logfmt_lines_of_every_kind_are_the_golden_ones),
		TEST(json_lines_of_every_kind_are_the_golden_ones),
		TEST(every_json_line_says_what_its_record_says),
		TEST(every_logfmt_line_says_what_its_record_says),
		TEST(texts_are_escaped_as_each_format_wants_it),
		TEST(bytes_that_are_no_utf8_are_shown_and_every_line_is_a_text),
		TEST(any_utf8_text_survives_both_formats),
		TEST(dates_follow_the_calendar),
		TEST(a_clock_before_1970_is_told_as_1970),
		TEST(any_time_agrees_with_gmtime),
		TEST(every_day_until_2262_agrees_with_gmtime),
		TEST(random_numbers_survive_both_formats),
		TEST(a_percentage_has_up_to_three_decimals_and_no_trailing_zero),
		TEST(the_line_number_reaches_the_greatest),
		TEST(a_record_that_does_not_fit_gives_nothing_and_writes_nothing_past_the_end),
		TEST(the_greatest_record_that_a_configuration_allows_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
