/* /metrics and /probe as a client gets them: by HTTP from a thread that has a fleet of its own. */
#include "fixture_serve.h"

#define HOSTILE "a\"b<script>\xff"

static struct fixture_serve serve;
static struct profile profile, names;
static char *answer;

static void add(struct fleet *f, const char *name, const char *host, const char *addr, const struct profile *p,
                enum outcome outcome)
{
	struct addr a = { .family = AF_UNSPEC };
	uint32_t number;

	if (addr)
		assert_int_equal(addr_parse(&a, addr), 0);
	number = fleet_add(f, name, host, &a, p, 7);
	assert_int_not_equal(number, FLEET_NONE);
	for (int i = 1; i <= 3 && addr; i++) {
		struct settled s = { .outcome = outcome, .rtt_ns = i * NS_PER_MS, .ttl = 57, .to = a };

		target_settle(fleet_at(f, number), &s, 1000);
	}
}

static struct generation *make(void *data)
{
	struct generation *g = calloc(1, sizeof(*g));
	struct fleet *f = fleet_new();

	(void)data;
	assert_non_null(g);
	assert_non_null(f);
	add(f, "web", "web.example", "127.0.0.1", &profile, OUTCOME_REPLY);
	add(f, HOSTILE, "::1", "::1", &profile, OUTCOME_TIMEOUT);
	add(f, "new", "new.example", NULL, &profile, OUTCOME_REPLY);
	add(f, "all", "all.example", NULL, &names, OUTCOME_REPLY);
	g->targets = snapshot_new(4);
	assert_non_null(g->targets);
	assert_int_equal(snapshot_take_some(g->targets, f, SIZE_MAX), 0);
	g->histograms = histograms_new((const int64_t[]){ NS_PER_MS }, 1, false);
	g->config.hash = "0123456789abcdef";
	fleet_free(f);
	return g;
}

static int init(void **state)
{
	profile = (struct profile){ .options = options_default(), .group = "core" };
	names = profile;
	names.options.addresses = ADDRESSES_ALL;
	serve = (struct fixture_serve){ .make = make };
	if (fixture_make_dir(state))
		return -1;
	fixture_serve_start(&serve);
	return 0;
}

static int fini(void **state)
{
	free(answer);
	answer = NULL;
	fixture_serve_end(&serve);
	return fixture_remove_dir(state);
}

static void get(const char *target, const char *headers, int status)
{
	free(answer);
	answer = fixture_serve_get(&serve, target, headers);
	if (fixture_serve_status(answer) != status)
		fail_msg("GET %s: %s", target, answer);
}

static void has(const char *text)
{
	if (!strstr(answer, text))
		fail_msg("%s is not in %s", text, answer);
}

static void has_not(const char *text)
{
	if (strstr(answer, text))
		fail_msg("%s is in %s", text, answer);
}

static void accept_says_which_format(void **state)
{
	(void)state;
	get("/metrics", "", 200);
	has("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
	has("\r\n\r\n# HELP minipingd_up ");
	has("\nminipingd_up{target=\"web\",ip=\"127.0.0.1\",group=\"core\"} 1\n");
	has("\nminipingd_up{target=\"a\\\"b<script>\xef\xbf\xbd\",ip=\"::1\",group=\"core\"} 0\n");
	has_not("target=\"all\"");
	has_not("# EOF");
	get("/metrics", "Accept: application/openmetrics-text; version=1.0.0, text/plain; q=0.5\r\n", 200);
	has("Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n");
	assert_string_equal(answer + strlen(answer) - strlen("\n# EOF\n"), "\n# EOF\n");
}

static void parameters_choose_and_others_are_refused(void **state)
{
	(void)state;
	get("/metrics?collect[]=rtt&collect%5B%5D=minipingd_up&group=none&group=core", "", 200);
	has("minipingd_rtt_median_seconds{target=\"web\",ip=\"127.0.0.1\",group=\"core\"} 0.002\n");
	has("minipingd_up{");
	has_not("minipingd_state");
	get("/metrics?group=", "", 200);
	has_not("target=");
	has("minipingd_build_info");
	get("/metrics?label.site=fra1", "", 200);
	has_not("target=");
	get("/metrics?collect[]=nothing", "", 400);
	has("collect[]=nothing");
	get("/metrics?collect=rtt", "", 400);
	get("/metrics?label.=x", "", 400);
	get("/metrics?Group=core", "", 400);
	get("/metrics/", "", 404);
}

static void the_others_names_are_there_where_options_say_so(void **state)
{
	(void)state;
	get("/metrics?collect[]=ping_exporter", "", 400);
	serve.options.metrics.ping_exporter = true;
	fixture_serve_use(&serve);
	get("/metrics?collect[]=ping_exporter", "", 200);
	has("ping_rtt_mean_seconds{target=\"web\",ip=\"127.0.0.1\",ip_version=\"4\"} 0.002\n");
}

static void a_target_that_answers_is_a_probe_that_succeeded(void **state)
{
	(void)state;
	get("/probe?target=web&module=icmp_ttl5", "", 200);
	has("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
	has("\nprobe_success 1\n");
	has("\nprobe_duration_seconds 0.002\n");
	has("\nprobe_icmp_duration_seconds{phase=\"rtt\"} 0.002\n");
	has("\nprobe_icmp_reply_hop_limit 57\n");
	has("\nprobe_ip_protocol 4\n");
	has("\nprobe_ip_addr_hash 3668918509\n"); /* blackbox_exporter 0.23's of 127.0.0.1, and below of ::1 */
	get("/probe?target=web.example", "", 200);
	has("\nprobe_success 1\n");
}

static void one_that_does_not_is_a_probe_that_failed(void **state)
{
	(void)state;
	get("/probe?target=a%22b%3Cscript%3E%FF", "", 200);
	has("\nprobe_success 0\n");
	has("\nprobe_duration_seconds 1\n"); /* the timeout */
	has("\nprobe_icmp_duration_seconds{phase=\"rtt\"} 0\n");
	has_not("probe_icmp_reply_hop_limit");
	has("\nprobe_ip_protocol 6\n");
	has("\nprobe_ip_addr_hash 1751717746\n");
	get("/probe?target=new", "", 200);
	has("\nprobe_success 0\n");
	has("\nprobe_ip_protocol 0\n");
	has("\nprobe_ip_addr_hash 0\n");
}

static void what_is_not_probed_is_no_failed_probe(void **state)
{
	(void)state;
	get("/probe?target=nowhere", "", 404);
	has("nowhere");
	has_not("probe_success");
	get("/probe?target=%3Cscript%3E%22%0A", "", 404);
	has("<script>\\\"\\u000a");
	get("/probe?target=all", "", 404);
	get("/probe?target=all.example", "", 404);
	get("/probe", "", 400);
	get("/probe?target=", "", 400);
	get("/probe?target=web&module=http_2xx", "", 400);
	get("/probe?target=web&target=new", "", 400);
	get("/probe?target=web&debug=true", "", 400);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(accept_says_which_format),
		TEST(parameters_choose_and_others_are_refused),
		TEST(the_others_names_are_there_where_options_say_so),
		TEST(a_target_that_answers_is_a_probe_that_succeeded),
		TEST(one_that_does_not_is_a_probe_that_failed),
		TEST(what_is_not_probed_is_no_failed_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
