#include "fixture_config.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#define LINE_LEN 4096
#define MIB      (1024u * 1024)

static struct config_errors errors;

static int parse(struct config **c, const char *text)
{
	return config_parse(c, "x.yaml", text, strlen(text), &errors);
}

static struct config *good(const char *text)
{
	struct config *c;

	if (parse(&c, text) < 0)
		fail_msg("%u:%u: %s", errors.at[0].line, errors.at[0].column, errors.at[0].message);
	assert_non_null(c);
	assert_int_equal(errors.n, 0);
	return c;
}

static void bad(const char *text, size_t n_errors)
{
	struct config *c;

	assert_int_equal(parse(&c, text), -EINVAL);
	assert_null(c);
	assert_int_equal(errors.n, n_errors);
}

static const char *label(const struct config_target *t, const char *key)
{
	const struct labels *labels = t->profile->labels;

	for (size_t i = 0; labels && i < labels->n; i++) {
		if (!strcmp(labels->at[i].key, key))
			return labels->at[i].value;
	}
	return NULL;
}

static void config_dir(char path[PATH_MAX], const char *rest)
{
	const char *srcdir = getenv("srcdir");

	snprintf(path, PATH_MAX, "%s/tests/config/%s", srcdir ? srcdir : ".", rest);
}

/* What errors say about one file, as an .err file has it: without the file's name. */
static char *errors_text(const char *path)
{
	char *text = NULL, line[LINE_LEN];
	size_t len, skip = strlen(path);
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	for (size_t i = 0; i < errors.n; i++) {
		config_error_text(&errors.at[i], line, sizeof(line));
		assert_memory_equal(line, path, skip);
		fprintf(f, "%s\n", line + skip + 1 + !errors.at[i].line);
	}
	fclose(f);
	return text;
}

static char *file_text(const char *path)
{
	char *text = NULL;
	size_t room = 0;
	FILE *f = fopen(path, "re");

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	if (getdelim(&text, &room, '\0', f) < 0)
		text[0] = '\0';
	fclose(f);
	return text;
}

/* The text of an .err file; @NAME@ in it is the line in keys/NAME, so that a new key changes only that. */
static char *expected_text(const char *path)
{
	char *as_written = file_text(path), *text = NULL, *keys;
	char name[32], rest[40], keys_path[PATH_MAX];
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	for (const char *at = as_written; *at;) {
		int n = 0;

		if (sscanf(at, "@%31[a-z]@%n", name, &n) != 1 || !n) {
			putc(*at++, f);
			continue;
		}
		snprintf(rest, sizeof(rest), "keys/%s", name);
		config_dir(keys_path, rest);
		keys = file_text(keys_path);
		fprintf(f, "%.*s", (int)strcspn(keys, "\n"), keys);
		free(keys);
		at += n;
	}
	fclose(f);
	free(as_written);
	return text;
}

static size_t for_each_yaml(const char *dir_name, void (*check)(const char *path))
{
	char dir_path[PATH_MAX], path[2 * PATH_MAX];
	struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	config_dir(dir_path, dir_name);
	dir = opendir(dir_path);
	if (!dir)
		fail_msg("%s: %s", dir_path, strerror(errno));
	while ((entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');

		if (!dot || strcmp(dot, ".yaml"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir_path, entry->d_name);
		check(path);
		n++;
	}
	closedir(dir);
	return n;
}

static void check_bad(const char *path)
{
	char err_path[PATH_MAX], *expected, *found;
	struct config *c;

	assert_int_equal(config_load(&c, path, NULL, &errors), -EINVAL);
	assert_null(c);
	snprintf(err_path, sizeof(err_path), "%.*s.err", (int)(strlen(path) - strlen(".yaml")), path);
	expected = expected_text(err_path);
	found = errors_text(path);
	if (strcmp(expected, found))
		fail_msg("%s: expected:\n%sfound:\n%s", path, expected, found);
	free(expected);
	free(found);
	config_errors_fini(&errors);
}

static void check_good(const char *path)
{
	struct config *c;

	if (config_load(&c, path, NULL, &errors) < 0)
		fail_msg("%s:%u:%u: %s", path, errors.at[0].line, errors.at[0].column, errors.at[0].message);
	assert_true(c->n_all > 0);
	config_free(c);
}

static void each_bad_file_gives_exactly_the_errors_beside_it(void **state)
{
	(void)state;
	assert_true(for_each_yaml("bad", check_bad) > 40);
}

static void each_good_file_loads(void **state)
{
	(void)state;
	assert_true(for_each_yaml("good", check_good) > 5);
}

static void the_nearest_level_wins_wherever_it_stands(void **state)
{
	char path[PATH_MAX];
	struct config *c;

	(void)state;
	config_dir(path, "good/full.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	assert_int_equal(fixture_target(c, "2001:db8::1")->profile->options.interval_ns, 2 * NS_PER_S);
	assert_int_equal(fixture_target(c, "192.0.2.9")->profile->options.interval_ns, NS_PER_S);
	assert_int_equal(fixture_target(c, "192.0.2.1")->profile->options.interval_ns, 500 * NS_PER_MS);
	assert_int_equal(fixture_target(c, "gw")->profile->options.interval_ns, 200 * NS_PER_MS);
	assert_int_equal(fixture_target(c, "gw")->profile->options.dscp, 46);
	assert_int_equal(fixture_target(c, "gw")->profile->options.ttl, 64);
	assert_int_equal(fixture_target(c, "192.0.2.9")->profile->options.dscp, -1);
	assert_int_equal(fixture_target(c, "a.example")->profile->options.window, 150);
	assert_true(fixture_target(c, "a.example")->profile->options.degraded_loss_pct == 5);
	assert_true(fixture_target(c, "a.example")->profile->options.clear_loss_pct == 3);
	assert_int_equal(fixture_target(c, "a.example")->profile->options.clear_rtt_ns, -1);
	assert_string_equal(fixture_target(c, "gw")->profile->group, "core");
	assert_string_equal(fixture_target(c, "b.example")->profile->group, "edge");
	assert_null(fixture_target(c, "192.0.2.9")->profile->group);
	assert_int_equal(c->log.at[0].to, LOG_TO_FILE);
	assert_string_equal(c->log.at[0].path, "/var/log/minipingd.log");
	assert_int_equal(c->log.at[0].format, LOG_JSON);
	config_free(c);
}

static void what_is_served_is_read_from_its_sections(void **state)
{
	const struct serve_options *s;
	char path[PATH_MAX];
	struct config *c;

	(void)state;
	config_dir(path, "good/serve.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	s = &c->serve;
	assert_int_equal(s->http.n_listen, 5);
	assert_string_equal(s->http.listen[1], "[::1]:9737");
	assert_string_equal(s->http.listen[4], "systemd");
	assert_int_equal(s->http.n_hosts, 2);
	assert_string_equal(s->http.hosts[1], "ping");
	assert_null(s->http.web_config);
	assert_null(s->http.token);
	assert_false(s->http.allow_control);
	assert_string_equal(s->control.socket, "/run/minipingd/control.sock");
	assert_true(s->metrics.ping_exporter && s->metrics.smokeping_prober);
	assert_int_equal(s->metrics.n_buckets, 4);
	assert_true(s->metrics.buckets[0] == 0.001 && s->metrics.buckets[1] == 0.01);
	assert_true(s->metrics.buckets[2] == 0.025 && s->metrics.buckets[3] == 1);
	config_free(c);
}

static void the_state_has_a_place_and_a_pace(void **state)
{
	struct config *c = good("targets: [a]");
	char path[PATH_MAX];

	(void)state;
	assert_null(c->state.file);
	assert_int_equal(c->state.every_ns, 60 * NS_PER_S);
	config_free(c);
	config_dir(path, "good/state.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	assert_string_equal(c->state.file, "/var/lib/minipingd/state");
	assert_int_equal(c->state.every_ns, 5 * NS_PER_M);
	config_free(c);
	c = good("state: {file: off}\ntargets: [a]");
	assert_string_equal(c->state.file, "off");
	config_free(c);
}

static void the_history_is_off_unless_its_section_is_there(void **state)
{
	struct config *c = good("targets: [a]");
	char path[PATH_MAX];

	(void)state;
	assert_false(c->history.is_wanted);
	assert_null(c->history.file);
	assert_int_equal(c->history.keep_minutes_ns, 7 * NS_PER_D);
	assert_int_equal(c->history.keep_hours_ns, 365 * NS_PER_D);
	assert_int_equal(c->history.keep_events_ns, 365 * NS_PER_D);
	assert_int_equal(c->history.max_size, UINT64_C(10) << 30);
	assert_int_equal(c->history.detail_ns, 0);
	config_free(c);
	c = good("history: {}\ntargets: [a]");
	assert_true(c->history.is_wanted);
	assert_null(c->history.file);
	config_free(c);
	config_dir(path, "good/history.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	assert_string_equal(c->history.file, "/var/lib/minipingd/history.db");
	assert_int_equal(c->history.keep_minutes_ns, 36 * NS_PER_H);
	assert_int_equal(c->history.keep_hours_ns, 730 * NS_PER_D);
	assert_int_equal(c->history.keep_events_ns, 30 * NS_PER_D);
	assert_int_equal(c->history.max_size, 500 << 20);
	assert_int_equal(c->history.detail_ns, NS_PER_D);
	config_free(c);
}

static void a_target_may_have_had_other_names(void **state)
{
	struct config *c;
	char path[PATH_MAX];

	(void)state;
	config_dir(path, "good/aka.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	assert_int_equal(c->targets[0].profile->aka->n, 1);
	assert_string_equal(c->targets[0].profile->aka->at[0], "old");
	assert_int_equal(c->targets[1].profile->aka->n, 2);
	assert_string_equal(c->targets[1].profile->aka->at[1], "17");
	config_free(c);
	c = good("targets: [a, {host: b, aka: []}]");
	assert_null(c->targets[1].profile->aka);
	config_free(c);
}

static void nothing_is_served_unless_it_is_asked_for(void **state)
{
	static const struct serve_options none;
	struct config *c = good("targets: [a]");

	(void)state;
	assert_memory_equal(&c->serve, &none, sizeof(none));
	config_free(c);
	c = good("http: {listen: \":9737\", hosts: ping}\nmetrics: {compat: ping_exporter, buckets: 1}\ntargets: [a]");
	assert_int_equal(c->serve.http.n_listen, 1); /* one needs no list */
	assert_int_equal(c->serve.http.n_hosts, 1);
	assert_true(c->serve.metrics.ping_exporter);
	assert_int_equal(c->serve.metrics.n_buckets, 1);
	config_free(c);
}

static void labels_of_all_levels_merge_by_key(void **state)
{
	char path[PATH_MAX];
	const struct config_target *gw;
	struct config *c;

	(void)state;
	config_dir(path, "good/full.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	gw = fixture_target(c, "gw");
	assert_int_equal(gw->profile->labels->n, 4);
	assert_string_equal(label(gw, "fleet"), "eu");
	assert_string_equal(label(gw, "site"), "fra1");
	assert_string_equal(label(gw, "role"), "gateway");
	assert_string_equal(label(gw, "tier"), "2");
	assert_string_equal(label(fixture_target(c, "plain"), "tier"), "1");
	assert_null(label(fixture_target(c, "2001:db8::1"), "site"));
	for (size_t i = 1; i < gw->profile->labels->n; i++)
		assert_true(strcmp(gw->profile->labels->at[i - 1].key, gw->profile->labels->at[i].key) < 0);
	config_free(c);
}

static void targets_keep_the_order_of_the_file(void **state)
{
	static const char *const names[] = { "2001:db8::1", "192.0.2.9", "192.0.2.1", "gw",
		                             "plain",       "a.example", "b.example" };
	char path[PATH_MAX];
	struct config *c;

	(void)state;
	config_dir(path, "good/full.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	assert_int_equal(c->n_targets, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < c->n_targets; i++)
		assert_string_equal(c->targets[i].name, names[i]);
	assert_int_equal(c->targets[0].line, 4);
	assert_int_equal(c->targets[6].line, 15);
	config_free(c);
}

static void a_literal_is_an_address_and_a_name_is_not(void **state)
{
	struct config *c = good("targets: [192.0.2.1, \"2001:db8::1\", gw.example, {host: 192.0.2.2, name: two}]");

	(void)state;
	assert_int_equal(c->targets[0].addr.family, AF_INET);
	assert_memory_equal(c->targets[0].addr.bytes, "\xc0\x00\x02\x01", 4);
	assert_int_equal(c->targets[1].addr.family, AF_INET6);
	assert_int_equal(c->targets[2].addr.family, AF_UNSPEC);
	assert_string_equal(c->targets[2].host, "gw.example");
	assert_string_equal(c->targets[3].name, "two");
	assert_string_equal(c->targets[3].host, "192.0.2.2");
	config_free(c);
}

static void targets_that_are_probed_alike_by_the_same_levels_share_a_profile(void **state)
{
	struct config *c = good("defaults: {labels: {a: x}}\n"
	                        "targets: [a, b, {host: c, name: cc}, {host: d, interval: 2s}, {host: e, interval: "
	                        "2s},\n"
	                        "  {host: f, interval: 1s}, {host: g, labels: {b: y}}, {host: h, labels: {b: y}}]\n"
	                        "groups: [{name: g, targets: [i, {host: j}]}]\n");

	(void)state;
	assert_ptr_equal(fixture_target(c, "a")->profile, fixture_target(c, "b")->profile);
	assert_ptr_equal(fixture_target(c, "a")->profile, fixture_target(c, "cc")->profile);
	/* It sets what a has without setting it: alike, with another origin (test_config_origins). */
	assert_ptr_not_equal(fixture_target(c, "a")->profile, fixture_target(c, "f")->profile);
	assert_true(profile_same(fixture_target(c, "a")->profile, fixture_target(c, "f")->profile));
	assert_ptr_equal(fixture_target(c, "d")->profile, fixture_target(c, "e")->profile);
	assert_ptr_not_equal(fixture_target(c, "a")->profile, fixture_target(c, "d")->profile);
	assert_ptr_equal(fixture_target(c, "g")->profile, fixture_target(c, "h")->profile);
	assert_ptr_equal(fixture_target(c, "i")->profile, fixture_target(c, "j")->profile);
	assert_ptr_not_equal(fixture_target(c, "a")->profile, fixture_target(c, "i")->profile);
	assert_ptr_equal(fixture_target(c, "a")->profile->labels, fixture_target(c, "i")->profile->labels);
	config_free(c);
}

static void a_window_of_time_uses_the_interval_of_its_target(void **state)
{
	struct config *c = good("defaults: {window: 1m}\ntargets: [a, {host: b, interval: 100ms}]\n");

	(void)state;
	assert_int_equal(fixture_target(c, "a")->profile->options.window, 60);
	assert_int_equal(fixture_target(c, "b")->profile->options.window, 600);
	config_free(c);
}

static void the_log_goes_to_stdout_as_logfmt_unless_told(void **state)
{
	struct config *c = good("targets: [a]");

	(void)state;
	assert_int_equal(c->log.at[0].to, LOG_TO_STDOUT);
	assert_int_equal(c->log.at[0].format, LOG_LOGFMT);
	config_free(c);
	c = good("log: {to: stderr}\ntargets: [a]");
	assert_int_equal(c->log.at[0].to, LOG_TO_STDERR);
	config_free(c);
}

static void strings_outlive_the_targets_array(void **state)
{
	struct config *c = good("targets: [a.example]");
	const char *name = c->targets[0].name;
	const struct profile *profile = c->targets[0].profile;

	(void)state;
	free(config_take_targets(c));
	assert_int_equal(c->n_targets, 0);
	assert_string_equal(name, "a.example");
	assert_int_equal(profile->options.interval_ns, NS_PER_S);
	config_free(c);
	config_free(NULL);
}

static void the_text_need_not_end_with_a_nul(void **state)
{
	static const char text[] = "targets: [a]";
	size_t len = strlen(text);
	char *exact = malloc(len);
	struct config *c;

	(void)state;
	assert_non_null(exact);
	memcpy(exact, text, len);
	assert_int_equal(config_parse(&c, "x", exact, len, &errors), 0);
	config_free(c);
	free(exact);
}

static void the_first_hundred_errors_are_kept_and_the_rest_counted(void **state)
{
	char text[64 * 1024] = "targets:\n";
	size_t len = strlen(text);

	(void)state;
	for (int i = 0; i < 1000; i++)
		len += (size_t)sprintf(text + len, "- {host: h%d, ttl: 0}\n", i);
	sprintf(text + len, "defaults: {ttl: 0}\n");
	bad(text, CONFIG_MAX_ERRORS);
	assert_int_equal(errors.n_more, 1001 - CONFIG_MAX_ERRORS);
	/* defaults are read first, but stand last. */
	for (uint32_t i = 0; i < CONFIG_MAX_ERRORS; i++)
		assert_int_equal(errors.at[i].line, i + 2);
	config_errors_fini(&errors);
	assert_int_equal(errors.n, 0);
	assert_int_equal(errors.n_more, 0);
}

static void load_error(const char *path, const char *expected)
{
	char line[LINE_LEN], whole[LINE_LEN];
	struct config *c;

	assert_int_equal(config_load(&c, path, NULL, &errors), -EINVAL);
	assert_null(c);
	assert_int_equal(errors.n, 1);
	assert_int_equal(errors.at[0].line, 0);
	snprintf(whole, sizeof(whole), "%s: %s", path, expected);
	assert_string_equal(config_error_text(&errors.at[0], line, sizeof(line)), whole);
	config_errors_fini(&errors);
}

static void a_file_that_cannot_be_read_says_why(void **state)
{
	char path[] = "/tmp/test_config.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	load_error("/nonexistent/x.yaml", "cannot open: No such file or directory");
	load_error("/", "is a directory, not a file");
	assert_int_equal(ftruncate(fd, (off_t)CONFIG_MAX_BYTES + 1), 0);
	load_error(path, "too large: more than 256 MiB");
	assert_int_equal(fchmod(fd, 0), 0);
	if (access(path, R_OK) < 0) /* root may read it all the same */
		load_error(path, "cannot open: Permission denied");
	close(fd);
	unlink(path);
}

static void a_pipe_can_be_read(void **state)
{
	static const char text[] = "targets: [a.example]\n";
	char path[64];
	struct config *c;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], text, strlen(text)), (ssize_t)strlen(text));
	close(fds[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	assert_int_equal(c->n_targets, 1);
	config_free(c);
	close(fds[0]);
}

static char *repeat(const char *before, const char *part, size_t n, const char *after)
{
	size_t part_len = strlen(part);
	char *text = malloc(strlen(before) + n * part_len + strlen(after) + 1), *at;

	assert_non_null(text);
	at = stpcpy(text, before);
	for (size_t i = 0; i < n; i++)
		at = stpcpy(at, part);
	strcpy(at, after);
	return text;
}

/* The budget is 250 ms; the bound here leaves room for sanitizers and busy machines, yet anything
 * quadratic takes minutes. */
static void a_hostile_megabyte_costs_little(void **state)
{
	static const struct {
		const char *before, *part, *after;
	} shapes[] = {
		{ "", "[", "" },
		{ "", "{", "" },
		{ "", "- ", "" },
		{ "", "? ", "" },
		{ "{", "a,", "}" },
		{ "", "a: 1\n", "" },
		{ "targets: [&a x, ", "*a,", "]" },
		{ "targets: [", "a,", "]" },
		{ "targets: [", "1.2,", "]" },
		{ "targets: [", "{b: c},", "]" },
		{ "targets: [", "x", "]" },
		{ "targets: [\"", "\\x41", "\"]" },
		{ "targets: [", "&a x,", "]" },
		{ "targets:\n", "- [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]\n", "" },
		{ "", "%TAG !a! x\n", "" },
		{ "", "#\n", "" },
		{ "", "a: 1\n---\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		char *text = repeat(shapes[i].before, shapes[i].part, MIB / strlen(shapes[i].part), shapes[i].after);
		struct config *c;
		clock_t begin = clock();

		assert_int_equal(parse(&c, text), -EINVAL);
		assert_true(clock() - begin < 10 * CLOCKS_PER_SEC);
		assert_null(c);
		config_errors_fini(&errors);
		free(text);
	}
}

static void distinct_keys_and_names_cost_little(void **state)
{
	char *text = malloc(4 * MIB);
	size_t len;
	struct config *c;
	clock_t begin;

	(void)state;
	assert_non_null(text);
	len = (size_t)sprintf(text, "targets:\n");
	for (int i = 0; i < 100000; i++)
		len += (size_t)sprintf(text + len, "- h%d\n", i);
	for (int i = 0; i < 100000; i++)
		len += (size_t)sprintf(text + len, "k%d: 1\n", i);
	begin = clock();
	assert_int_equal(config_parse(&c, "x", text, len, &errors), -EINVAL);
	assert_true(clock() - begin < 10 * CLOCKS_PER_SEC);
	assert_int_equal(errors.n + errors.n_more, 100000);
	config_errors_fini(&errors);
	free(text);
}

static void labels_cannot_be_multiplied_without_bound(void **state)
{
	char text[4096] = "defaults: {labels: {";
	size_t len = strlen(text);

	(void)state;
	for (int i = 0; i < 32; i++)
		len += (size_t)sprintf(text + len, "l%d: v,", i);
	strcpy(text + len, "}}\ntargets: [{host: a, labels: {l0: own}}]\n");
	config_free(good(text));
	strcpy(text + len, "}}\ntargets: [{host: a, labels: {one_more: x}}]\n");
	bad(text, 1);
	assert_string_equal(errors.at[0].message, "more than 32 labels");
	config_errors_fini(&errors);
}

static void a_million_targets_load_and_one_more_does_not(void **state)
{
	const size_t line_len = strlen("- 127.123.123.123\n");
	char *text = malloc((CONFIG_MAX_TARGETS + 2) * line_len);
	size_t len;
	struct config *c;

	(void)state;
	assert_non_null(text);
	len = (size_t)sprintf(text, "targets:\n");
	for (int i = 0; i < CONFIG_MAX_TARGETS; i++)
		len += (size_t)sprintf(text + len, "- 127.%d.%d.%d\n", i >> 16, i >> 8 & 255, i & 255);
	assert_int_equal(config_parse(&c, "x", text, len, &errors), 0);
	assert_int_equal(c->n_targets, CONFIG_MAX_TARGETS);
	config_free(c);
	len += (size_t)sprintf(text + len, "- one.more\n");
	assert_int_equal(config_parse(&c, "x", text, len, &errors), -EINVAL);
	assert_int_equal(errors.n, 1);
	assert_int_equal(errors.at[0].line, CONFIG_MAX_TARGETS + 2);
	assert_string_equal(errors.at[0].message, "more than 1000000 targets");
	config_errors_fini(&errors);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_bad_file_gives_exactly_the_errors_beside_it),
		cmocka_unit_test(each_good_file_loads),
		cmocka_unit_test(the_nearest_level_wins_wherever_it_stands),
		cmocka_unit_test(what_is_served_is_read_from_its_sections),
		cmocka_unit_test(the_state_has_a_place_and_a_pace),
		cmocka_unit_test(a_target_may_have_had_other_names),
		cmocka_unit_test(the_history_is_off_unless_its_section_is_there),
		cmocka_unit_test(nothing_is_served_unless_it_is_asked_for),
		cmocka_unit_test(labels_of_all_levels_merge_by_key),
		cmocka_unit_test(targets_keep_the_order_of_the_file),
		cmocka_unit_test(a_literal_is_an_address_and_a_name_is_not),
		cmocka_unit_test(targets_that_are_probed_alike_by_the_same_levels_share_a_profile),
		cmocka_unit_test(a_window_of_time_uses_the_interval_of_its_target),
		cmocka_unit_test(the_log_goes_to_stdout_as_logfmt_unless_told),
		cmocka_unit_test(strings_outlive_the_targets_array),
		cmocka_unit_test(the_text_need_not_end_with_a_nul),
		cmocka_unit_test(the_first_hundred_errors_are_kept_and_the_rest_counted),
		cmocka_unit_test(a_file_that_cannot_be_read_says_why),
		cmocka_unit_test(a_pipe_can_be_read),
		cmocka_unit_test(a_hostile_megabyte_costs_little),
		cmocka_unit_test(distinct_keys_and_names_cost_little),
		cmocka_unit_test(labels_cannot_be_multiplied_without_bound),
		cmocka_unit_test(a_million_targets_load_and_one_more_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
