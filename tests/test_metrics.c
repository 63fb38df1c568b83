/* What a scrape gets, as golden text of a small fleet with hostile names, and as rules that any text must keep. */
#include "fixture.h"
#include "serve/metrics_labels.h"
#include "serve/metrics_query.h"
#include "serve/metrics_stream.h"

#define MS        INT64_C(1000000)
#define STARTED   (INT64_C(1767323045) * 1000 * MS + 678 * MS)
#define PIECE     16384
#define ALL_MAX   (1 << 20)
#define HOSTILE   "a\"b\\c\n<script>\xff\xc3\xbc"
#define LINES_MAX 4096

/* --- a fleet --- */

static const int64_t bounds[] = { 50000, 2 * MS, 1000 * MS };
static struct labels *site, *hostile;
static struct profile core_group, hostile_group, no_group, names, own;
static struct fleet *fleet;
static struct histograms *histograms;
static struct view *view;
static char text[ALL_MAX];

static struct labels *labels(size_t n, const struct label *at)
{
	struct labels *l = malloc(sizeof(*l) + n * sizeof(*at));

	assert_non_null(l);
	l->n = n;
	memcpy(l->at, at, n * sizeof(*at));
	return l;
}

static void make_profiles(void)
{
	site = labels(1, (struct label[]){ { "site", "fra1" } });
	hostile = labels(9, (struct label[]){ { "2nd", "digit" },
	                                      { "__name__", "hidden" },
	                                      { "a-b", "first" },
	                                      { "a.b", "second" },
	                                      { "empty", "" },
	                                      { "exported_job", "mine" },
	                                      { "job", "\"}\n# EOF\n" },
	                                      { "le", "\\" },
	                                      { "ok", "\xf0\x9f\x98\x80" } });
	no_group = (struct profile){ .options = options_default() };
	core_group = (struct profile){ .options = options_default(), .group = "core", .labels = site };
	core_group.options.dscp = 46;
	own = core_group;
	own.options.histogram = true;
	own.labels = NULL;
	strcpy(own.options.interface, "eth\"0");
	names = no_group;
	names.options.addresses = ADDRESSES_ALL;
	hostile_group = (struct profile){ .options = options_default(), .group = "g\"\n", .labels = hostile };
}

static uint32_t add(const char *name, const char *addr, const struct profile *p)
{
	struct addr a = { .family = AF_UNSPEC };
	uint32_t number;

	if (addr)
		assert_int_equal(addr_parse(&a, addr), 0);
	number = fleet_add(fleet, name, name, &a, p, 7);
	assert_int_not_equal(number, FLEET_NONE);
	return number;
}

static void settle(uint32_t number, enum outcome outcome, int64_t rtt_ns)
{
	struct target *t = fleet_at(fleet, number);
	struct settled s = { .outcome = outcome, .rtt_ns = rtt_ns, .ttl = 57, .to = t->addr, .sys_errno = ENETUNREACH };

	target_settle(t, &s, 1000);
	if (outcome == OUTCOME_REPLY)
		histograms_count(histograms, number, t, rtt_ns);
}

static void fill_fleet(void)
{
	static const enum outcome outcomes[] = { OUTCOME_TIMEOUT, OUTCOME_TOO_BIG, OUTCOME_UNKNOWN, OUTCOME_NOT_SENT };
	uint32_t web = add("web1", "192.0.2.1", &core_group), down = add(HOSTILE, "2001:db8::1", &hostile_group), local;

	add("new.example", NULL, &no_group);
	add("all.example", NULL, &names);
	local = add("local", "fe80::1", &own);
	for (int i = 1; i <= 5; i++)
		settle(web, OUTCOME_REPLY, i * MS + 12340 * (i == 3));
	for (int i = 0; i < 4; i++)
		settle(web, outcomes[i], -1);
	fleet_at(fleet, web)->counters.duplicate = 4294967295;
	for (int i = 0; i < 3; i++)
		settle(down, OUTCOME_UNREACHABLE, -1);
	settle(local, OUTCOME_REPLY, 50000);
}

static void free_generation(struct generation *g)
{
	snapshot_free(g->targets);
	free(g);
}

static void make_view(void)
{
	struct generation *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	g->free = free_generation;
	g->targets = snapshot_new(10);
	assert_non_null(g->targets);
	assert_int_equal(snapshot_take_some(g->targets, fleet, SIZE_MAX), 0);
	g->histograms = histograms;
	g->config.hash = "0123456789abcdef";
	g->config.last_ok = true;
	g->config.loaded_ns = STARTED;
	g->saves = (struct generation_saves){ true, STARTED + 60000 * MS, 6960 * MS, 17163757, 0 };
	g->status.started_ns = 5 * MS;
	g->status.n_in_state[HEALTH_UP] = 2;
	g->status.engine = (struct engine_stats){ .n_corrupt = 3, .n_socket_drops = 9, .loop_lag_ns = 1500 };
	g->at_ns = g->status.started_ns + 100000 * MS;
	g->at_real_ns = STARTED + 100000 * MS + 123; /* to 10 ms */
	view = view_new(g);
	assert_non_null(view);
}

static int init(void **state)
{
	(void)state;
	make_profiles();
	fleet = fleet_new();
	histograms = histograms_new(bounds, 3, false);
	if (!fleet || !histograms)
		return -1;
	fill_fleet();
	make_view();
	return 0;
}

static int fini(void **state)
{
	(void)state;
	view_unref(view);
	histograms_free(histograms);
	fleet_free(fleet);
	free(site);
	free(hostile);
	return 0;
}

/* --- a scrape --- */

static const struct metrics_options compat = { .smokeping_prober = true, .ping_exporter = true };

/* All of it into text, in pieces of at most room. */
static void scrape_in(struct metrics_choice *c, size_t room)
{
	struct stream *s = metrics_stream_new(view, c);
	size_t len = 0;
	bool more = true;

	assert_non_null(s);
	while (more) {
		struct textbuf t = textbuf_on(text + len, room);

		assert_true(len + room < ALL_MAX);
		more = s->more(s, &t);
		assert_false(t.full);
		assert_true(!more || textbuf_len(&t) > 0);
		len += textbuf_len(&t);
	}
	text[len] = '\0';
	s->free(s);
}

/* parts: of collect[], ends with NULL; NULL: all. */
static void scrape(enum metrics_format format, const struct metrics_options *o, const char *const *parts)
{
	struct metrics_choice c = { .format = format };
	size_t n = 0;

	metrics_query_all(&c, o);
	while (parts && parts[n])
		n++;
	if (n)
		assert_null(metrics_query_collect(&c, parts, n));
	scrape_in(&c, PIECE);
}

/* --- golden text --- */

static const char *const of_targets[] = { "state", "probes", "rtt", "histogram", "path", "replies", NULL };

static void golden(enum metrics_format format, const char *name)
{
	const char *srcdir = getenv("srcdir"), *at = text;
	char path[PATH_MAX], expected[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/golden/%s", srcdir ? srcdir : ".", name);
	f = fopen(path, "r");
	assert_non_null(f);
	scrape(format, &(struct metrics_options){ 0 }, of_targets);
	while (fgets(expected, sizeof(expected), f)) {
		size_t len = strcspn(at, "\n") + 1;

		if (strncmp(at, expected, len) || len != strlen(expected))
			fail_msg("%s has %sbut this is %.*s", name, expected, (int)len, at);
		at += len;
	}
	fclose(f);
	assert_string_equal(at, "");
}

static void text_is_the_golden_one(void **state)
{
	(void)state;
	golden(METRICS_TEXT, "metrics.text");
}

static void openmetrics_is_the_golden_one(void **state)
{
	(void)state;
	golden(METRICS_OPENMETRICS, "metrics.openmetrics");
}

static bool has_line(const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; (at = strstr(at, line)); at++)
		if ((at == text || at[-1] == '\n') && at[len] == '\n')
			return true;
	return false;
}

static void the_daemons_figures_are_those_of_the_generation(void **state)
{
	static const char *const parts[] = { "daemon", "process", NULL };

	(void)state;
	scrape(METRICS_TEXT, &compat, parts);
	assert_true(has_line("minipingd_build_info{version=\"" PACKAGE_VERSION "\"} 1"));
	assert_true(has_line("minipingd_config_hash_info{hash=\"0123456789abcdef\"} 1"));
	assert_true(has_line("minipingd_config_last_reload_successful 1"));
	assert_true(has_line("minipingd_config_last_reload_success_timestamp_seconds 1767323045.678"));
	assert_true(has_line("minipingd_targets{state=\"up\"} 2"));
	assert_true(has_line("minipingd_targets{state=\"down\"} 0"));
	assert_true(has_line("minipingd_unmatched_total{reason=\"corrupt\"} 3"));
	assert_true(has_line("minipingd_socket_drops_total 9"));
	assert_true(has_line("minipingd_loop_lag_seconds 0.0000015"));
	assert_true(has_line("minipingd_state_save_successful 1"));
	assert_true(has_line("minipingd_state_save_timestamp_seconds 1767323105.678"));
	assert_true(has_line("minipingd_state_save_duration_seconds 6.96"));
	assert_true(has_line("minipingd_state_save_bytes 17163757"));
	assert_true(has_line("process_start_time_seconds 1767323045.68"));
	assert_null(strstr(text, "target="));
}

static void the_processs_figures_are_the_kernels(void **state)
{
	struct metrics_process before = metrics_process_read(), after;
	int fd = dup(0);

	(void)state;
	assert_true(fd >= 0);
	after = metrics_process_read();
	close(fd);
	assert_int_equal(after.n_fds, before.n_fds + 1);
	assert_true(before.n_fds >= 3 && before.n_fds <= before.max_fds);
	assert_true(before.resident_bytes > 100000 && before.resident_bytes <= before.virtual_bytes);
	assert_true(before.cpu_ns > 0 && after.cpu_ns >= before.cpu_ns);
}

static void the_others_names_have_their_labels(void **state)
{
	static const char *const parts[] = { "smokeping_prober", "ping_exporter", NULL };

	(void)state;
	scrape(METRICS_TEXT, &compat, parts);
	assert_true(has_line(
		"smokeping_requests_total{ip=\"192.0.2.1\",host=\"web1\",source=\"\",tos=\"184\",site=\"fra1\"} 8"));
	assert_true(has_line(
		"smokeping_send_errors_total{ip=\"192.0.2.1\",host=\"web1\",source=\"\",tos=\"184\",site=\"fra1\"} 1"));
	assert_true(has_line(
		"smokeping_response_ttl{ip=\"192.0.2.1\",host=\"web1\",source=\"\",tos=\"184\",site=\"fra1\"} 57"));
	assert_true(has_line(
		"smokeping_response_duration_seconds_count{ip=\"fe80::1%eth\\\"0\",host=\"local\",source=\"\",tos=\"184\"} 1"));
	assert_true(has_line(
		"smokeping_response_duration_seconds_count{ip=\"192.0.2.1\",host=\"web1\",source=\"\",tos=\"184\",site=\"fra1\"} 0"));
	assert_true(has_line(
		"ping_rtt_best_seconds{target=\"web1\",ip=\"192.0.2.1\",ip_version=\"4\",site=\"fra1\"} 0.001"));
	assert_true(has_line(
		"ping_rtt_worst_seconds{target=\"web1\",ip=\"192.0.2.1\",ip_version=\"4\",site=\"fra1\"} 0.005"));
	/* 1, 2, 3.01234, 4, 5 ms: of a population */
	assert_true(has_line(
		"ping_rtt_std_deviation_seconds{target=\"web1\",ip=\"192.0.2.1\",ip_version=\"4\",site=\"fra1\"} 0.00141422"));
	assert_true(has_line(
		"ping_loss_ratio{target=\"web1\",ip=\"192.0.2.1\",ip_version=\"4\",site=\"fra1\"} 0.285714286"));
	assert_true(has_line("ping_up{version=\"" PACKAGE_VERSION "\"} 1"));
	assert_null(strstr(text, "new.example")); /* without an address they would not have it */
	assert_null(strstr(text, "minipingd_"));
	scrape(METRICS_TEXT, &(struct metrics_options){ 0 }, NULL);
	assert_null(strstr(text, "smokeping_"));
	assert_null(strstr(text, "\nping_"));
}

/* --- rules --- */

static const char *lines[LINES_MAX];
static size_t n_lines;

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The quoted value at *at, which is then behind it. */
static void skip_value(const char **at)
{
	assert_int_equal(*(*at)++, '"');
	for (; **at != '"'; ++*at) {
		assert_int_not_equal(**at, '\n');
		assert_int_not_equal(**at, '\0');
		if (**at == '\\')
			assert_non_null(strchr("\\\"n", *++*at));
	}
	++*at;
}

/* A sample's line: its label names are names, each once, and all else is as the formats say. Returns behind the labels.
 */
static const char *check_labels(const char *at)
{
	char seen[32][64];
	size_t n = 0;

	if (*at != '{')
		return at;
	do {
		size_t len;

		at++;
		len = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
		assert_true(len > 0 && len < 64 && (*at < '0' || *at > '9') && at[len] == '=');
		assert_true(strncmp(at, "__", 2) != 0);
		memcpy(seen[n], at, len);
		seen[n][len] = '\0';
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(seen[i], seen[n]);
		n++;
		at += len + 1;
		skip_value(&at);
	} while (*at == ',');
	assert_int_equal(*at, '}');
	return at + 1;
}

/* name[0 .. len) is of the family: its name and a suffix. */
static bool is_of(const char *name, size_t len, const char *family)
{
	static const char *const suffixes[] = { "", "_total", "_created", "_bucket", "_sum", "_count" };
	size_t family_len = strlen(family);

	if (len < family_len || strncmp(name, family, family_len))
		return false;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (strlen(suffixes[i]) == len - family_len &&
		    !strncmp(name + family_len, suffixes[i], len - family_len))
			return true;
	return false;
}

static void check_sample(char *line, const char *family)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
	char *behind = (char *)(uintptr_t)check_labels(line + len), *end;

	if (!is_of(line, len, family))
		fail_msg("a sample of another family in %s: %s", family, line);
	assert_int_equal(*behind, ' ');
	strtod(behind + 1, &end);
	assert_true(end > behind + 1 && !*end);
	*behind = '\0';
	assert_true(n_lines < LINES_MAX);
	lines[n_lines++] = line;
}

/* "# TYPE name counter" to the name; of a HELP, or a UNIT, it is the one before's. */
static void check_comment(const char *line, char family[128], const char **families, size_t *n_families)
{
	char name[128], keyword[8];

	assert_int_equal(sscanf(line, "# %7s %127s", keyword, name), 2);
	if (strcmp(keyword, "HELP")) {
		assert_string_equal(name, family);
		return;
	}
	strcpy(family, name);
	for (size_t i = 0; i < *n_families; i++)
		if (!strncmp(families[i] + strlen("# HELP "), name, strlen(name)) &&
		    families[i][strlen("# HELP ") + strlen(name)] == ' ')
			fail_msg("%s is split", name);
	families[(*n_families)++] = line;
}

/* No family is in two places, no series is there twice, and each line is one. Takes text to pieces. */
static void check_text(enum metrics_format format)
{
	const char *families[2 * METRICS_FAMILIES_MAX];
	char family[128] = "", *at = text, *line;
	size_t n_families = 0;

	n_lines = 0;
	assert_true(strlen(text) > 0 && text[strlen(text) - 1] == '\n');
	while ((line = strsep(&at, "\n")) && at) {
		if (!strcmp(line, "# EOF"))
			break;
		if (line[0] == '#')
			check_comment(line, family, families, &n_families);
		else
			check_sample(line, family);
	}
	assert_int_equal(!strcmp(line, "# EOF"), format == METRICS_OPENMETRICS);
	assert_string_equal(at ? at : line, "");
	qsort(lines, n_lines, sizeof(*lines), by_text);
	for (size_t i = 1; i < n_lines; i++)
		if (!strcmp(lines[i - 1], lines[i]))
			fail_msg("twice: %s", lines[i]);
}

static void no_family_is_split_and_no_series_is_there_twice(void **state)
{
	(void)state;
	add("web1-again", "192.0.2.1", &core_group);
	fleet_at(fleet, 5)->host = "web1"; /* for smokeping_prober, all that is known of a target is its host */
	view_unref(view);
	make_view();
	scrape(METRICS_TEXT, &compat, NULL);
	check_text(METRICS_TEXT);
	assert_true(n_lines > 200);
	scrape(METRICS_OPENMETRICS, &compat, NULL);
	check_text(METRICS_OPENMETRICS);
}

static void pieces_of_any_size_make_the_same_text(void **state)
{
	static char whole[ALL_MAX];
	struct metrics_choice c = { .format = METRICS_OPENMETRICS };

	(void)state;
	metrics_query_all(&c, &compat);
	for (size_t i = 0; i < c.n_families; i++)
		if (!strcmp(c.families[i]->collect, "process")) /* they differ each time */
			c.families[i] = c.families[0];
	scrape_in(&c, ALL_MAX - 1);
	strcpy(whole, text);
	for (size_t room = 2048; room < 4096; room += 97) {
		scrape_in(&c, room);
		assert_string_equal(text, whole);
	}
}

static void every_family_has_what_its_documents_need(void **state)
{
	struct metrics_choice c = { 0 };

	(void)state;
	metrics_query_all(&c, &compat);
	assert_true(c.n_families <= METRICS_FAMILIES_MAX);
	for (size_t i = 0; i < c.n_families; i++) {
		const struct metrics_family *f = c.families[i];
		size_t len = strlen(f->name), unit_len = f->unit ? strlen(f->unit) : 0;
		bool has_total = len > 6 && !strcmp(f->name + len - 6, "_total");

		assert_int_equal(has_total, f->type == METRICS_COUNTER);
		len -= has_total ? 6 : 0;
		assert_true(!f->unit || (len > unit_len && !strncmp(f->name + len - unit_len, f->unit, unit_len)));
		assert_false(f->help[0] >= 'a' && f->help[0] <= 'z');
		assert_int_not_equal(f->help[strlen(f->help) - 1], '.');
		assert_null(strpbrk(f->help, "\\\n\"`"));
		assert_int_equal(!f->label, !f->values && !f->text);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(c.families[k]->name, f->name);
	}
}

/* --- choices --- */

static void filters_choose_targets_and_groups(void **state)
{
	struct metrics_choice c = { .format = METRICS_TEXT };

	(void)state;
	metrics_query_all(&c, &compat);
	assert_int_equal(filter_add(&c.filter, "group", "core"), 1);
	scrape_in(&c, PIECE);
	assert_non_null(strstr(text, "target=\"web1\""));
	assert_non_null(strstr(text, "target=\"local\""));
	assert_null(strstr(text, "<script>"));
	assert_non_null(strstr(text, "minipingd_rtt_seconds_count{group=\"core\"} 6\n"));
	assert_non_null(strstr(text, "minipingd_build_info"));
	assert_int_equal(filter_add(&c.filter, "label.site", "fra1"), 1);
	scrape_in(&c, PIECE);
	assert_non_null(strstr(text, "target=\"web1\""));
	assert_null(strstr(text, "target=\"local\""));
	assert_null(strstr(text, "minipingd_rtt_seconds_count{group=")); /* that is of more targets */
	assert_int_equal(filter_add(&c.filter, "label.site", "nowhere"), 1);
	c.filter.groups[0] = "none of ours";
	scrape_in(&c, PIECE);
	assert_null(strstr(text, "target="));
}

static size_t n_kept(const struct metrics_options *o, const char *part)
{
	struct metrics_choice c = { 0 };

	metrics_query_all(&c, o);
	return metrics_query_collect(&c, &part, 1) ? 0 : c.n_families;
}

static void families_are_chosen_by_name_or_part(void **state)
{
	static const struct metrics_options none = { 0 };
	static const char *const parts[] = { "minipingd_up", "rtt", "nothing" };
	struct metrics_choice c = { 0 };

	(void)state;
	assert_int_equal(n_kept(&none, "rtt"), 8);
	assert_int_equal(n_kept(&none, "minipingd_up"), 1);
	assert_int_equal(n_kept(&none, "minipingd_probes_sent_total"), 1);
	assert_int_equal(n_kept(&none, "minipingd_probes_sent"), 1);
	assert_int_equal(n_kept(&none, "minipingd_probes_se"), 0);
	assert_int_equal(n_kept(&none, "minipingd_up_total"), 0);
	assert_int_equal(n_kept(&none, ""), 0);
	assert_int_equal(n_kept(&none, "smokeping_prober"), 0);
	assert_int_equal(n_kept(&compat, "smokeping_prober"), 9);
	metrics_query_all(&c, &none);
	assert_null(metrics_query_collect(&c, parts, 2));
	assert_int_equal(c.n_families, 9);
	assert_string_equal(metrics_query_collect(&c, parts, 3), "nothing");
}

static void the_format_is_what_accept_prefers(void **state)
{
	static const struct {
		const char *accept;
		enum metrics_format format;
	} table[] = {
		{ NULL, METRICS_TEXT },
		{ "", METRICS_TEXT },
		{ "*/*", METRICS_TEXT },
		{ "text/plain", METRICS_TEXT },
		{ "application/json", METRICS_TEXT },
		/* Prometheus 2.42, and 3 */
		{ "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
		  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		  METRICS_OPENMETRICS },
		{ "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
		  "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
		  "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
		  METRICS_OPENMETRICS },
		{ "application/openmetrics-text", METRICS_OPENMETRICS },
		{ " Application/OpenMetrics-Text ; VERSION = 1.0.0 ; Q = 1 ", METRICS_OPENMETRICS },
		{ "application/openmetrics-text;version=0.0.1", METRICS_TEXT },
		{ "application/openmetrics-text;version=2.0.0,text/plain", METRICS_TEXT },
		{ "application/openmetrics-text;q=0", METRICS_TEXT },
		{ "application/openmetrics-text;q=0.000, text/plain;q=0", METRICS_TEXT },
		{ "application/openmetrics-text;q=0.5, text/plain", METRICS_TEXT },
		{ "application/openmetrics-text;q=0.5, text/*;q=0.6", METRICS_TEXT },
		{ "application/openmetrics-text;q=0.5, */*;q=0.6", METRICS_TEXT },
		{ "application/openmetrics-text;q=0.5, text/plain;q=0.4, */*", METRICS_OPENMETRICS },
		{ "text/plain;q=0.499, application/openmetrics-text;q=0.5", METRICS_OPENMETRICS },
		{ "application/openmetrics-text;q=x", METRICS_TEXT },
		{ ",;=,;,application/openmetrics-text;;q=1.000,", METRICS_OPENMETRICS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (metrics_query_format(table[i].accept) != table[i].format)
			fail_msg("%s", table[i].accept ? table[i].accept : "NULL");
}

/* --- labels --- */

static void bounds_are_written_as_go_does(void **state)
{
	static const struct {
		int64_t ns;
		const char *text, *openmetrics;
	} table[] = {
		{ 0, "le=\"0\"", "le=\"0.0\"" },
		{ 50 * 1000, "le=\"5e-05\"", "le=\"5e-05\"" },
		{ 12500, "le=\"1.25e-05\"", "le=\"1.25e-05\"" },
		{ 1, "le=\"1e-09\"", "le=\"1e-09\"" },
		{ 99999, "le=\"9.9999e-05\"", "le=\"9.9999e-05\"" },
		{ 100 * 1000, "le=\"0.0001\"", "le=\"0.0001\"" },
		{ 26214400 * INT64_C(1000), "le=\"26.2144\"", "le=\"26.2144\"" },
		{ 1000 * MS, "le=\"1\"", "le=\"1.0\"" },
		{ 40000 * MS, "le=\"40\"", "le=\"40.0\"" },
		{ -1, "le=\"+Inf\"", "le=\"+Inf\"" },
	};
	char buf[METRICS_BOUND_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_string_equal(metrics_labels_bound(buf, table[i].ns, false), table[i].text);
		assert_string_equal(metrics_labels_bound(buf, table[i].ns, true), table[i].openmetrics);
	}
}

static void labels_that_do_not_fit_are_left_out_whole(void **state)
{
	static char long_value[1024], keys[32][8];
	struct label at[32];
	struct snapshot_row r = { .name = HOSTILE, .host = "h", .addr = { .family = AF_INET } };
	static struct metrics_labels labels_of_it;
	struct profile p = no_group;
	char buf[METRICS_LABELS_MAX + 1];
	struct textbuf t = textbuf_on(buf, METRICS_LABELS_MAX);

	(void)state;
	memset(long_value, '"', sizeof(long_value) - 1);
	for (size_t i = 0; i < 32; i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%02zu", i);
		at[i] = (struct label){ keys[i], long_value };
	}
	p.labels = labels(32, at);
	r.profile = &p;
	metrics_labels_put(&labels_of_it, &t, METRICS_OF_TARGETS, &r);
	assert_false(t.full);
	*t.at = '\0';
	assert_non_null(strstr(buf, "k00=\""));
	assert_null(strstr(buf, "k31=\""));
	strcat(strcpy(text, "x{"), buf);
	strcat(text, "}");
	assert_string_equal(check_labels(text + 1), "");
	free((void *)(uintptr_t)p.labels);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_is_the_golden_one),
		TEST(openmetrics_is_the_golden_one),
		TEST(the_daemons_figures_are_those_of_the_generation),
		TEST(the_processs_figures_are_the_kernels),
		TEST(the_others_names_have_their_labels),
		TEST(no_family_is_split_and_no_series_is_there_twice),
		TEST(pieces_of_any_size_make_the_same_text),
		TEST(every_family_has_what_its_documents_need),
		TEST(filters_choose_targets_and_groups),
		TEST(families_are_chosen_by_name_or_part),
		TEST(the_format_is_what_accept_prefers),
		TEST(bounds_are_written_as_go_does),
		TEST(labels_that_do_not_fit_are_left_out_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
