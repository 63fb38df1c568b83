/* Configurations of several files, ranges, shards, and what is printed of them. */
#include "fixture_config.h"
#include "config/shard.h"

#include <dirent.h>
#include <sys/stat.h>

#define TEXT_LEN 8192

static struct config_errors errors;

static int leave_dir(void **state)
{
	config_errors_fini(&errors);
	return fixture_remove_dir(state);
}

static void put_dir(const char *name)
{
	assert_int_equal(mkdir(fixture_path(name), 0777), 0);
}

static struct config *good(const char *name)
{
	struct config *c;
	char text[TEXT_LEN];

	if (config_load(&c, fixture_path(name), NULL, &errors) < 0)
		fail_msg("%s", config_error_text(&errors.at[0], text, sizeof(text)));
	return c;
}

static void put_without_dir(FILE *out, const char *text)
{
	const char *at;

	for (; (at = strstr(text, fixture_dir)); text = at + strlen(fixture_dir) + 1)
		fprintf(out, "%.*s", (int)(at - text), text);
	fputs(text, out);
}

/* What the errors of the file say, in lines, with the names of files as they are in the directory. */
static void bad(const char *name, const char *expected)
{
	char *found, line[TEXT_LEN];
	size_t len;
	FILE *f = open_memstream(&found, &len);
	struct config *c;

	assert_int_equal(config_load(&c, fixture_path(name), NULL, &errors), -EINVAL);
	assert_null(c);
	for (size_t i = 0; i < errors.n; i++) {
		put_without_dir(f, config_error_text(&errors.at[i], line, sizeof(line)));
		putc('\n', f);
	}
	fclose(f);
	assert_string_equal(found, expected);
	free(found);
	config_errors_fini(&errors);
}

static void names_are(const struct config *c, const char *expected)
{
	char found[TEXT_LEN] = "";
	size_t len = 0;

	for (size_t i = 0; i < c->n_targets; i++)
		len += (size_t)sprintf(found + len, "%s%s", i ? " " : "", c->targets[i].name);
	assert_string_equal(found, expected);
}

static void good_file(char path[PATH_MAX], const char *name)
{
	const char *srcdir = getenv("srcdir");

	snprintf(path, PATH_MAX, "%s/tests/config/good/%s", srcdir ? srcdir : ".", name);
}

static void includes_are_read_in_place_and_their_defaults_stay_their_own(void **state)
{
	char path[PATH_MAX];
	struct config *c;

	(void)state;
	good_file(path, "files.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	names_are(c, "first.example included.example grouped.example deeper.example glob-a.example "
	             "glob-b.example 192.0.2.50 short Z\xc3\xbcrich#1 last.example "
	             "sd1.example 192.0.2.60 sd2.example sd3.example");
	config_free(c);
}

static void what_an_included_file_says_reaches_nobody_else(void **state)
{
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "defaults: {interval: 2s, ttl: 9}\ninclude: a.yaml\ntargets: [m]\n");
	fixture_put("a.yaml", "targets: [a]\ndefaults: {interval: 5s}\ninclude: b.yaml\n");
	fixture_put("b.yaml", "defaults: {ttl: 7}\ntargets: [b]\n");
	c = good("main.yaml");
	names_are(c, "a b m");
	assert_int_equal(fixture_target(c, "m")->profile->options.interval_ns, 2 * NS_PER_S);
	assert_int_equal(fixture_target(c, "a")->profile->options.interval_ns, 5 * NS_PER_S);
	assert_int_equal(fixture_target(c, "b")->profile->options.interval_ns, 5 * NS_PER_S);
	assert_int_equal(fixture_target(c, "a")->profile->options.ttl, 9);
	assert_int_equal(fixture_target(c, "b")->profile->options.ttl, 7);
	config_free(c);
}

static void every_file_read_is_listed_with_its_kind(void **state)
{
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "include: [a.yaml, none-*.yaml]\ntargets_file: t.txt\n");
	fixture_put("a.yaml", "groups: [{name: g, targets_file: sub/u.json}]\n");
	fixture_put("t.txt", "h\n");
	put_dir("sub");
	fixture_put("sub/u.json", "[{\"targets\":[\"u\"]}]");
	c = good("main.yaml");
	assert_int_equal(c->n_files, 4);
	assert_string_equal(c->files[0].path, fixture_path("main.yaml"));
	assert_int_equal(c->files[0].kind, CONFIG_INPUT_MAIN);
	assert_string_equal(c->files[1].path, fixture_path("a.yaml"));
	assert_int_equal(c->files[1].kind, CONFIG_INPUT_INCLUDE);
	assert_string_equal(c->files[2].path, fixture_path("sub/u.json"));
	assert_int_equal(c->files[2].kind, CONFIG_INPUT_TARGETS);
	assert_string_equal(c->files[3].path, fixture_path("t.txt"));
	names_are(c, "u h");
	config_free(c);
}

static void paths_begin_at_the_file_they_stand_in(void **state)
{
	struct config *c;

	(void)state;
	put_dir("x[1]");
	put_dir("x[1]/deep");
	fixture_put("main.yaml", "include: 'x[1]/inner.yaml'\n");
	fixture_put("x[1]/inner.yaml", "include: deep/*.yaml\ntargets_file: hosts\n");
	fixture_put("x[1]/deep/2.yaml", "targets: [two]");
	fixture_put("x[1]/deep/10.yaml", "targets: [ten]");
	fixture_put("x[1]/hosts", "host");
	/* The brackets of a directory are no wildcards; as a pattern they would stand before a "/". */
	bad("main.yaml", "main.yaml:1:10: \"x[1]/inner.yaml\": wildcards may only stand behind the last \"/\"\n");
	c = good("x[1]/inner.yaml");
	names_are(c, "ten two host");
	config_free(c);
}

static void a_cycle_is_refused_with_its_chain(void **state)
{
	(void)state;
	fixture_put("a.yaml", "include: b.yaml\ntargets: [a]\n");
	fixture_put("b.yaml", "include:\n  - c.yaml\n");
	fixture_put("c.yaml", "include: a.yaml\n");
	bad("a.yaml", "c.yaml:1:10: \"include\" is a cycle: a.yaml -> b.yaml -> c.yaml -> a.yaml\n");
	fixture_put("self.yaml", "include: '*.yaml'\n");
	unlink(fixture_path("a.yaml"));
	unlink(fixture_path("b.yaml"));
	unlink(fixture_path("c.yaml"));
	bad("self.yaml", "self.yaml:1:10: \"include\" is a cycle: self.yaml -> self.yaml\n");
	fixture_put("a.yaml", "targets: [a]\ntargets_file: link\n");
	assert_int_equal(symlink("a.yaml", fixture_path("link")), 0);
	bad("a.yaml", "a.yaml:2:15: \"targets_file\" is a cycle: a.yaml -> a.yaml\n");
}

static void a_file_is_read_once(void **state)
{
	(void)state;
	fixture_put("main.yaml", "include: [a.yaml, ./a.yaml]\ntargets_file: a.yaml\n");
	fixture_put("a.yaml", "targets: [a]\n");
	bad("main.yaml", "main.yaml:1:19: \"./a.yaml\" is read already (at 1:11)\n"
	                 "main.yaml:2:15: \"a.yaml\" is read already (at 1:11)\n");
}

static void nesting_ends_somewhere(void **state)
{
	char name[16], text[64];

	(void)state;
	for (int i = 0; i < 9; i++) {
		sprintf(name, "%d.yaml", i);
		sprintf(text, "targets: [t%d]\ninclude: %d.yaml\n", i, i + 1);
		fixture_put(name, text);
	}
	fixture_put("9.yaml", "targets: [t9]");
	bad("0.yaml", "8.yaml:2:10: \"include\" nests files more than 8 deep\n");
	config_free(good("1.yaml"));
}

static void what_cannot_be_read_is_told_where_it_is_named(void **state)
{
	(void)state;
	put_dir("d");
	assert_int_equal(mkfifo(fixture_path("fifo"), 0666), 0);
	assert_int_equal(symlink("a", fixture_path("a")), 0);
	fixture_put("main.yaml", "include: [none.yaml, d, fifo, a/*.yaml, d*/x]\ntargets: [a]\n"
	                         "targets_file: [none.txt, fifo, '*']\n");
	bad("main.yaml", "main.yaml:1:11: \"none.yaml\": cannot open: No such file or directory\n"
	                 "main.yaml:1:22: \"d\": is a directory, not a file\n"
	                 "main.yaml:1:25: \"fifo\": is not a regular file\n"
	                 "main.yaml:1:31: \"a/*.yaml\": cannot read the directory: Too many levels of symbolic links\n"
	                 "main.yaml:1:41: \"d*/x\": wildcards may only stand behind the last \"/\"\n"
	                 "main.yaml:3:16: \"none.txt\": cannot open: No such file or directory\n"
	                 "main.yaml:3:26: \"fifo\": is not a regular file\n"
	                 "main.yaml:3:32: \"*\": cannot open: No such file or directory\n");
}

static void errors_of_all_files_come_file_by_file(void **state)
{
	(void)state;
	fixture_put("main.yaml",
	            "include: [a.yaml, b.yaml]\ntargets_file: [t.txt, s.json]\ntargets: [x, x, {ttl: 0}]\n");
	fixture_put("a.yaml", "log: {to: stdout}\ntargets: [y, x]\nsilence: 1\n");
	fixture_put("b.yaml", "targets: [\n");
	fixture_put("t.txt", "# fine\nx\n1.2.3.999   bad # no address\nh one two\n\xc3\xbc~.example\n");
	fixture_put("s.json", "[{\"targets\": [\"y\"], \"labels\": {\"a-b\": \"c\"}}, {\"label\": {}}, 7]\n");
	bad("main.yaml",
	    "main.yaml:3:11: duplicate target name \"x\" (first at a.yaml:2:14)\n"
	    "main.yaml:3:14: duplicate target name \"x\" (first at a.yaml:2:14)\n"
	    "main.yaml:3:17: a target without \"host\"\n"
	    "main.yaml:3:23: \"ttl\" is \"0\": expected a whole number from 1 to 255\n"
	    "a.yaml:1:1: \"log\" belongs in the main file, not in an included one\n"
	    "a.yaml:3:1: unknown key \"silence\" in an included file; it takes: defaults groups targets "
	    "targets_file include\n"
	    "b.yaml:2:1: YAML syntax: did not find expected node content\n"
	    "t.txt:2:1: duplicate target name \"x\" (first at a.yaml:2:14)\n"
	    "t.txt:3:1: \"1.2.3.999\" is not an IPv4 address\n"
	    "t.txt:4:7: \"two\" behind host and name: a comment begins with #\n"
	    "t.txt:5:1: \"\xc3\xbc~.example\" is not a host name: expected letters, digits, \"-\", \"_\" and "
	    "\".\"\n"
	    "s.json:1:15: duplicate target name \"y\" (first at a.yaml:2:11)\n"
	    "s.json:1:46: an entry without \"targets\"\n"
	    "s.json:1:47: unknown key \"label\" in an entry of a targets file; did you mean \"labels\"?\n"
	    "s.json:1:61: an entry must be a mapping with \"targets\", not a string\n");
}

static void a_plain_list_may_be_empty_or_end_anyhow(void **state)
{
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "targets: [m]\ntargets_file: [a, b, c, d.json, e.yaml]\n");
	fixture_put("a", "");
	fixture_put("b", "#");
	fixture_put("c", "h1\r\n\r\n\th2 \r\nh3 n3#x");
	fixture_put("d.json", "[]");
	fixture_put("e.yaml", "# nothing\n");
	c = good("main.yaml");
	names_are(c, "m h1 h2 n3#x");
	assert_int_equal(fixture_target(c, "h2")->line, 3);
	config_free(c);
}

static void a_json_list_that_is_none_says_so(void **state)
{
	(void)state;
	fixture_put("main.yaml", "targets: [m]\ntargets_file: a.json\n");
	fixture_put("a.json", "{\"targets\": [\"a\"]}");
	bad("main.yaml", "a.json:1:1: the file must be a list of {targets: [...], labels: {...}}, not a mapping\n");
	fixture_put("a.json", "[{\"labels\": {}}]");
	bad("main.yaml", "a.json:1:2: an entry without \"targets\"\n");
}

static void a_group_of_65536_targets_is_one_line(void **state)
{
	char text[64];
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "groups: [{name: g, targets: [{range: 10.0.0.0-10.0.255.255, labels: {a: b}}]}]\n");
	c = good("main.yaml");
	assert_int_equal(c->n_targets, 65536);
	assert_string_equal(c->targets[0].name, "10.0.0.0");
	assert_string_equal(c->targets[65535].name, "10.0.255.255");
	for (size_t i = 0; i < c->n_targets; i++) {
		sprintf(text, "10.0.%zu.%zu", i >> 8, i & 255);
		assert_string_equal(c->targets[i].name, text);
		assert_ptr_equal(c->targets[i].host, c->targets[i].name);
		assert_ptr_equal(c->targets[i].profile, c->targets[0].profile);
		assert_int_equal(c->targets[i].addr.bytes[2], i >> 8);
		assert_int_equal(c->targets[i].addr.bytes[3], i & 255);
	}
	config_free(c);
}

static void a_million_by_one_line_and_not_one_more(void **state)
{
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "targets: [{range: 10.0.0.0-10.15.66.63}]\n");
	c = good("main.yaml");
	assert_int_equal(c->n_targets, 1000000);
	config_free(c);
	fixture_put("main.yaml", "targets: [{range: 10.0.0.0-10.15.66.64}]\n");
	bad("main.yaml", "main.yaml:1:19: \"range\" holds 1000001 addresses: limits.max_targets is 1000000\n");
	fixture_put("main.yaml", "targets: [{range: 10.0.0.0-10.15.66.64}]\nlimits: {max_targets: 1000001}\n");
	c = good("main.yaml");
	assert_int_equal(c->n_targets, 1000001);
	config_free(c);
}

static void family_both_makes_two_targets_of_a_name_and_one_of_an_address(void **state)
{
	char path[PATH_MAX];
	struct config *c;

	(void)state;
	good_file(path, "options.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	assert_int_equal(fixture_target(c, "c.example/4")->profile->options.family, FAMILY_IPV4);
	assert_int_equal(fixture_target(c, "c.example/6")->profile->options.family, FAMILY_IPV6);
	assert_string_equal(fixture_target(c, "D/6")->host, "d.example");
	assert_int_equal(fixture_target(c, "192.0.2.3")->profile->options.family, FAMILY_ANY);
	assert_int_equal(fixture_target(c, "192.0.2.5")->profile->options.family, FAMILY_ANY);
	assert_ptr_equal(fixture_target(c, "c.example/4")->profile, fixture_target(c, "D/4")->profile);
	config_free(c);
}

static void a_source_decides_the_family_of_names(void **state)
{
	char path[PATH_MAX];
	struct config *c;

	(void)state;
	good_file(path, "options.yaml");
	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	assert_int_equal(fixture_target(c, "a.example")->profile->options.family, FAMILY_IPV4);
	assert_int_equal(fixture_target(c, "e.example")->profile->options.family, FAMILY_IPV6);
	assert_string_equal(fixture_target(c, "a.example")->profile->options.interface, "eth0.100");
	assert_string_equal(fixture_target(c, "b.example")->profile->options.interface, "");
	assert_int_equal(fixture_target(c, "a.example")->profile->options.mark, 0x10);
	assert_int_equal(fixture_target(c, "192.0.2.2")->profile->options.mark, 0);
	assert_int_equal(fixture_target(c, "192.0.2.1")->profile->options.df, 0);
	assert_int_equal(fixture_target(c, "192.0.2.2")->profile->options.df, -1);
	config_free(c);
}

static void a_shard_has_its_part_of_the_same_targets(void **state)
{
	enum { N_SHARDS = 5 };
	char text[256];
	size_t sum = 0;

	(void)state;
	for (uint32_t i = 0; i < N_SHARDS; i++) {
		struct config *c;

		sprintf(text,
		        "shard: {count: %d, index: %u}\ntargets: [a, b, {range: 10.0.0.0/22}, {host: c, name: "
		        "d}]\n",
		        N_SHARDS, i);
		fixture_put("main.yaml", text);
		c = good("main.yaml");
		assert_int_equal(c->n_all, 1022 + 3);
		for (size_t k = 0; k < c->n_targets; k++)
			assert_true(shard_takes(&c->shard, c->targets[k].name));
		sum += c->n_targets;
		config_free(c);
	}
	assert_int_equal(sum, 1022 + 3);
}

static struct config *overridden(const char *name, const struct config_overrides *o)
{
	struct config *c = NULL;

	assert_int_equal(config_load(&c, fixture_path(name), o, &errors), 0);
	return c;
}

static void what_overrides_say_of_the_log_wins_over_the_file(void **state)
{
	char place[] = "/elsewhere";
	struct config_overrides o = { .has_log_to = true,
		                      .log = { .to = LOG_TO_FILE, .path = place, .format = LOG_JSON } };
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "log: {to: /there, format: logfmt}\ntargets: [a]\n");
	c = overridden("main.yaml", &o);
	place[0] = 'x'; /* copied */
	assert_int_equal(c->log.at[0].to, LOG_TO_FILE);
	assert_string_equal(c->log.at[0].path, "/elsewhere");
	assert_int_equal(c->log.at[0].format, LOG_LOGFMT);
	config_free(c);
	o = (struct config_overrides){ .has_log_to = true, .log = { .to = LOG_TO_STDERR } };
	c = overridden("main.yaml", &o);
	assert_int_equal(c->log.at[0].to, LOG_TO_STDERR);
	assert_null(c->log.at[0].path);
	config_free(c);
	o = (struct config_overrides){ .has_log_format = true, .log = { .format = LOG_JSON } };
	c = overridden("main.yaml", &o);
	assert_string_equal(c->log.at[0].path, "/there");
	assert_int_equal(c->log.at[0].format, LOG_JSON);
	config_free(c);
}

static void a_file_with_errors_has_them_whatever_overrides_say(void **state)
{
	struct config_overrides o = { .has_log_format = true };
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "log: {format: xml}\ntargets: [a]\n");
	assert_int_equal(config_load(&c, fixture_path("main.yaml"), &o, &errors), -EINVAL);
	assert_null(c);
	assert_int_equal(errors.n, 1);
	config_errors_fini(&errors);
}

static void shards_of_overrides_take_the_place_of_the_files(void **state)
{
	size_t sum = 0;

	(void)state;
	fixture_put("main.yaml",
	            "shard: {count: 3, index: 1}\ntargets: [{range: 10.0.0.0/22}, {host: a, depends_on: 10.0.0.1}]\n");
	for (int half = 0; half < 2; half++) {
		struct shard_set shards = { .bits = { half ? UINT64_MAX : 0, half ? 0 : UINT64_MAX,
			                              half ? UINT64_MAX : 0, half ? 0 : UINT64_MAX } };
		struct config *c = overridden("main.yaml", &(struct config_overrides){ .shards = &shards });

		assert_int_equal(c->n_all, 1023);
		assert_int_equal(c->shard.count, 3);
		for (size_t k = 0; k < c->n_targets; k++)
			assert_true(shard_set_has(&shards, shard_number(c->targets[k].name)));
		assert_int_equal(c->dependencies->elsewhere, !shard_set_has(&shards, shard_number("10.0.0.1")));
		sum += c->n_targets;
		config_free(c);
	}
	assert_int_equal(sum, 1023);
}

static void a_name_given_twice_is_an_error_in_every_shard(void **state)
{
	char text[256];

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		sprintf(text, "shard: {count: 4, index: %u}\ntargets: [a, {range: 10.0.0.0/30}, a, 10.0.0.1]\n", i);
		fixture_put("main.yaml", text);
		bad("main.yaml", "main.yaml:2:36: duplicate target name \"a\" (first at 2:11)\n"
		                 "main.yaml:2:39: duplicate target name \"10.0.0.1\" (first at 2:22)\n");
	}
}

static char *dump(const struct config *c)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(config_dump(f, c), 0);
	fclose(f);
	return text;
}

static void same_text(const char *a, const char *b)
{
	assert_true(a == b || (a && b && !strcmp(a, b)));
}

static void same_target(const struct config_target *a, const struct config_target *b)
{
	uint8_t x[OPTIONS_BYTES], y[OPTIONS_BYTES];
	const struct labels *la = a->profile->labels, *lb = b->profile->labels;

	options_bytes(&a->profile->options, x);
	assert_memory_equal(x, y, options_bytes(&b->profile->options, y));
	assert_string_equal(a->host, b->host);
	same_text(a->profile->group, b->profile->group);
	assert_int_equal(la ? la->n : 0, lb ? lb->n : 0);
	for (size_t i = 0; la && i < la->n; i++) {
		assert_string_equal(la->at[i].key, lb->at[i].key);
		assert_string_equal(la->at[i].value, lb->at[i].value);
	}
}

static void same_serve(const struct serve_options *a, const struct serve_options *b)
{
	assert_int_equal(a->http.n_listen, b->http.n_listen);
	for (size_t i = 0; i < a->http.n_listen; i++)
		assert_string_equal(a->http.listen[i], b->http.listen[i]);
	assert_int_equal(a->http.n_hosts, b->http.n_hosts);
	for (size_t i = 0; i < a->http.n_hosts; i++)
		assert_string_equal(a->http.hosts[i], b->http.hosts[i]);
	assert_int_equal(a->http.allow_control, b->http.allow_control);
	same_text(a->control.socket, b->control.socket);
	assert_int_equal(a->metrics.smokeping_prober, b->metrics.smokeping_prober);
	assert_int_equal(a->metrics.ping_exporter, b->metrics.ping_exporter);
	assert_int_equal(a->metrics.n_buckets, b->metrics.n_buckets);
	assert_memory_equal(a->metrics.buckets, b->metrics.buckets, a->metrics.n_buckets * sizeof(double));
}

static void check_round_trip(const char *path)
{
	struct config *c, *again;
	char *text, *text_again, line[TEXT_LEN];

	assert_int_equal(config_load(&c, path, NULL, &errors), 0);
	text = dump(c);
	if (config_parse(&again, "dump", text, strlen(text), &errors) < 0)
		fail_msg("%s: %s", path, config_error_text(&errors.at[0], line, sizeof(line)));
	assert_int_equal(c->n_targets, again->n_targets);
	for (size_t i = 0; i < c->n_targets; i++)
		same_target(&c->targets[i], fixture_target(again, c->targets[i].name));
	assert_int_equal(c->max_targets, again->max_targets);
	assert_memory_equal(&c->ratelimit, &again->ratelimit, sizeof(c->ratelimit));
	assert_memory_equal(&c->shard, &again->shard, sizeof(c->shard));
	assert_int_equal(c->log.at[0].to, again->log.at[0].to);
	assert_int_equal(c->log.at[0].format, again->log.at[0].format);
	same_text(c->log.at[0].path, again->log.at[0].path);
	same_serve(&c->serve, &again->serve);
	same_text(c->state.file, again->state.file);
	assert_int_equal(c->state.every_ns, again->state.every_ns);
	text_again = dump(again);
	assert_string_equal(text, text_again);
	free(text);
	free(text_again);
	config_free(c);
	config_free(again);
}

static void what_is_dumped_reads_back_as_the_same(void **state)
{
	char path[PATH_MAX], file[2 * PATH_MAX];
	struct dirent *entry;
	size_t n = 0;
	DIR *d;

	(void)state;
	good_file(path, "");
	d = opendir(path);
	assert_non_null(d);
	while ((entry = readdir(d))) {
		if (!strstr(entry->d_name, ".yaml"))
			continue;
		snprintf(file, sizeof(file), "%s%s", path, entry->d_name);
		check_round_trip(file);
		n++;
	}
	closedir(d);
	assert_true(n > 10);
}

static void a_configuration_is_known_by_the_bytes_of_its_files(void **state)
{
	struct config *c;

	(void)state;
	fixture_put("main.yaml", "targets: [a]\ninclude: [more.yaml]\n");
	fixture_put("more.yaml", "targets: [b]\n");
	c = good("main.yaml");
	assert_string_equal(c->hash, "0b2cd8f101885c39"); /* cat main.yaml more.yaml | sha256sum */
	config_free(c);
	fixture_put("more.yaml", "targets: [c]\n");
	c = good("main.yaml");
	assert_string_equal(c->hash, "82b7cf98eeafd10a");
	config_free(c);
}

static void odd_texts_survive_a_dump(void **state)
{
	(void)state;
	fixture_put(
		"odd.yaml",
		"targets:\n"
		"  - {host: a, name: \"q\\\"b\\\\s # : {}[],&*!|>'%@`\"}\n"
		"  - {host: b, name: \"l\\Lp\\Pn\\uFEFFx\\uFFFE\\U0001F600\", labels: {x: '', y: \"  \", z: \"~\"}}\n"
		"  - {host: c, name: \"null\", labels: {x: \"no\", y: '0x10', z: \"1e3\"}}\n"
		"groups: [{name: \"- 'g'\", targets: [{host: d, window: 5m, interval: 1234567us, "
		"degraded: {loss: 33.3%}}, e, {host: f, labels: {k: v}}]}]\n");
	check_round_trip(fixture_path("odd.yaml"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_make_dir, leave_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(includes_are_read_in_place_and_their_defaults_stay_their_own),
		TEST(what_an_included_file_says_reaches_nobody_else),
		TEST(every_file_read_is_listed_with_its_kind),
		TEST(paths_begin_at_the_file_they_stand_in),
		TEST(a_cycle_is_refused_with_its_chain),
		TEST(a_file_is_read_once),
		TEST(nesting_ends_somewhere),
		TEST(what_cannot_be_read_is_told_where_it_is_named),
		TEST(errors_of_all_files_come_file_by_file),
		TEST(a_plain_list_may_be_empty_or_end_anyhow),
		TEST(a_json_list_that_is_none_says_so),
		TEST(a_group_of_65536_targets_is_one_line),
		TEST(a_million_by_one_line_and_not_one_more),
		TEST(family_both_makes_two_targets_of_a_name_and_one_of_an_address),
		TEST(a_source_decides_the_family_of_names),
		TEST(a_shard_has_its_part_of_the_same_targets),
		TEST(what_overrides_say_of_the_log_wins_over_the_file),
		TEST(a_file_with_errors_has_them_whatever_overrides_say),
		TEST(shards_of_overrides_take_the_place_of_the_files),
		TEST(a_name_given_twice_is_an_error_in_every_shard),
		TEST(what_is_dumped_reads_back_as_the_same),
		TEST(a_configuration_is_known_by_the_bytes_of_its_files),
		TEST(odd_texts_survive_a_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
