#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sample.h"

static struct sample sample;
static struct record r;

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

/* keys: "a b c". The log contract's keys, in its order; a new one may only be appended. */
static void has_keys(enum record_kind kind, const char *keys)
{
	char found[1024] = "";

	assert_int_equal(r.kind, kind);
	for (size_t i = 0; i < r.n_fields; i++) {
		strcat(found, i ? " " : "");
		strcat(found, r.fields[i].key);
	}
	assert_string_equal(found, keys);
}

static const struct field *field(const char *key)
{
	for (size_t i = 0; i < r.n_fields; i++)
		if (!strcmp(r.fields[i].key, key))
			return &r.fields[i];
	fail_msg("no field %s", key);
	return NULL;
}

static void is_int(const char *key, int64_t value)
{
	assert_int_equal(field(key)->type, FIELD_INT);
	if (field(key)->integer != value)
		fail_msg("%s is %lld, should be %lld", key, (long long)field(key)->integer, (long long)value);
}

static void is_ms(const char *key, int64_t ns)
{
	assert_int_equal(field(key)->type, FIELD_MS);
	if (field(key)->integer != ns)
		fail_msg("%s is %lld ns, should be %lld", key, (long long)field(key)->integer, (long long)ns);
}

static void is_text(const char *key, const char *text)
{
	assert_int_equal(field(key)->type, FIELD_TEXT);
	assert_string_equal(field(key)->text, text);
}

static void is_none(const char *key)
{
	if (field(key)->type != FIELD_NONE)
		fail_msg("%s has a value", key);
}

#define REPORT_KEYS                                                                                             \
	"target ip group state sent received lost unknown loss_pct min_ms mean_ms median_ms p95_ms "            \
	"p99_ms max_ms jitter_ms ipdv_ms ttl hops os_guess total_sent total_received total_lost total_unknown " \
	"late duplicate corrupt foreign send_error blocked_by truncated not_sent not_sent_error "               \
	"interval_sent interval_received interval_lost interval_unknown interval_not_sent interval_skipped started"

#define PROBE_KEYS "target ip group seq outcome rtt_ms ttl from icmp_type icmp_code text error mtu"

#define STATE_KEYS \
	"target ip group from to reason since blocked_by loss_pct median_ms jitter_ms threshold_pct threshold_ms first"

static void kinds_have_the_log_contracts_names(void **state)
{
	static const char *const names[] = { "probe", "report", "state", "path", "dns", "daemon" };

	(void)state;
	for (int k = RECORD_PROBE; k <= RECORD_DAEMON; k++)
		assert_string_equal(record_kind_name((enum record_kind)k), names[k]);
}

/* The words of syslog(3), so that journalctl -p and rsyslog's severities are not another language. */
static void each_record_has_the_level_that_it_deserves(void **state)
{
	static const struct {
		int sample;
		const char *level;
	} table[] = {
		{ 0, "debug" },    /* a probe */
		{ 2, "debug" },    /* a probe with an ICMP error */
		{ 6, "info" },     /* a report of a target that is down */
		{ 8, "err" },      /* down */
		{ 12, "warning" }, /* unknown */
		{ 23, "warning" }, /* degraded */
		{ 9, "info" },     /* path */
		{ 10, "info" },    /* another address */
		{ 11, "warning" }, /* a failed lookup */
		{ 14, "info" },    /* an event that says nothing of it */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		sample_record(&r, &sample, table[i].sample);
		assert_string_equal(record_level_name(r.level), table[i].level);
	}
	sample.target.health.state = HEALTH_UP;
	sample_record(&r, &sample, 8);
	assert_string_equal(record_level_name(r.level), "info");
}

static void each_kind_has_the_contracts_keys_in_its_order(void **state)
{
	static const struct {
		int sample;
		enum record_kind kind;
		const char *keys;
	} table[] = {
		{ 0, RECORD_PROBE, PROBE_KEYS },
		{ 2, RECORD_PROBE, PROBE_KEYS },
		{ 6, RECORD_REPORT, REPORT_KEYS },
		{ 7, RECORD_REPORT, REPORT_KEYS },
		{ 8, RECORD_STATE, STATE_KEYS },
		{ 23, RECORD_STATE, STATE_KEYS },
		{ 9, RECORD_PATH, "target ip group ttl_from ttl_to hops_from hops_to" },
		{ 10, RECORD_DNS, "target ip_from ip_to error age_s host group" },
		{ 20, RECORD_PROBE, PROBE_KEYS },
		{ 22, RECORD_REPORT, REPORT_KEYS },
		{ 14, RECORD_DAEMON, "event targets unresolved" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		sample_record(&r, &sample, table[i].sample);
		has_keys(table[i].kind, table[i].keys);
	}
}

static void a_reply_tells_its_round_trip_and_no_error(void **state)
{
	(void)state;
	sample_record(&r, &sample, 0);
	is_text("target", "gw");
	is_text("ip", "192.0.2.1");
	is_text("group", "core");
	is_int("seq", 42);
	is_text("outcome", "reply");
	is_ms("rtt_ms", 1234567);
	is_int("ttl", 57);
	is_none("from");
	is_none("icmp_type");
	is_none("icmp_code");
	is_none("text");
	assert_ptr_equal(r.labels, sample.labels);
}

static void what_blocks_a_target_is_told_where_there_is_any(void **state)
{
	static const struct {
		int sample;
		const char *name;
	} table[] = { { 6, "core/4" }, { 7, NULL }, { 8, "way out" }, { 12, NULL } };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		sample_record(&r, &sample, table[i].sample);
		if (table[i].name)
			is_text("blocked_by", table[i].name);
		else
			is_none("blocked_by");
	}
}

static void a_round_trip_of_zero_is_a_value(void **state)
{
	(void)state;
	sample_record(&r, &sample, 5);
	is_ms("rtt_ms", 0);
	is_none("ttl");
}

static void a_timeout_has_no_round_trip(void **state)
{
	(void)state;
	sample_record(&r, &sample, 1);
	is_text("outcome", "timeout");
	is_none("rtt_ms");
	is_none("ttl");
}

static void an_error_tells_who_sent_it_and_what_it_means(void **state)
{
	(void)state;
	sample_record(&r, &sample, 2);
	is_text("outcome", "unreachable");
	is_text("from", "203.0.113.5");
	is_int("icmp_type", 3);
	is_int("icmp_code", 1);
	is_text("text", "Host unreachable");
	is_text("ip", "192.0.2.1"); /* the two addresses do not share their text */
}

static void what_was_not_sent_tells_why(void **state)
{
	(void)state;
	sample_record(&r, &sample, 20);
	is_text("outcome", "not_sent");
	is_text("error", "ENETUNREACH");
	is_none("rtt_ms");
	is_none("mtu");
	is_none("from");
}

static void what_no_link_takes_tells_what_it_would_take(void **state)
{
	(void)state;
	sample_record(&r, &sample, 21);
	is_text("outcome", "too_big");
	is_text("error", "EMSGSIZE");
	is_int("mtu", 1500);
	is_none("from");
	sample_record(&r, &sample, 2);
	is_none("error");
	is_none("mtu");
}

static void a_report_of_what_cannot_be_sent_has_no_figures_and_tells_the_latest_error(void **state)
{
	(void)state;
	sample_record(&r, &sample, 22);
	is_text("state", "unknown");
	is_int("sent", 0);
	is_int("received", 0);
	is_int("not_sent", 60);
	is_text("not_sent_error", "EPERM");
	is_none("loss_pct");
	is_none("median_ms");
	is_int("total_sent", 1);
	is_int("send_error", 70);
	sample_record(&r, &sample, 6);
	is_int("not_sent", 0);
	is_none("not_sent_error");
}

static void a_report_says_what_has_come_since_the_one_before(void **state)
{
	struct settled s = sample_reply(1000000, 57);

	(void)state;
	sample_record(&r, &sample, 6);
	is_int("interval_sent", 12);
	is_int("interval_received", 7);
	is_int("interval_lost", 4);
	is_int("interval_unknown", 1);
	is_int("interval_not_sent", 0);
	is_int("interval_skipped", 8);
	assert_int_equal(field("started")->type, FIELD_TIME);
	assert_int_equal(field("started")->integer, SAMPLE_NS);
	target_reported(&sample.target);
	target_settle(&sample.target, &s, SAMPLE_NS);
	sample_record(&r, &sample, 6);
	is_int("total_sent", 13);
	is_int("interval_sent", 1);
	is_int("interval_received", 1);
	is_int("interval_lost", 0);
	is_int("interval_unknown", 0);
	is_int("interval_skipped", 0);
	is_none("started");
	sample_record(&r, &sample, 22);
	is_int("interval_sent", 1);
	is_int("interval_not_sent", 70);
}

static void an_ipv6_targets_error_has_icmpv6s_text(void **state)
{
	struct settled s = sample_error(OUTCOME_UNREACHABLE, "2001:db8::ff", 1, 3);

	(void)state;
	s.to = sample.target.addr = sample_addr("2001:db8::1");
	record_probe(&r, &sample.target, &s);
	is_text("text", "Address unreachable");
	is_text("ip", "2001:db8::1");
	is_text("from", "2001:db8::ff");
}

/* The target has moved while the probe was under way, to an address of the other IP version at that. */
static void a_probe_tells_the_address_that_it_went_to(void **state)
{
	struct settled reply = sample_reply(1234567, 57),
		       error = sample_error(OUTCOME_UNREACHABLE, "2001:db8::ff", 1, 3);

	(void)state;
	sample.target.addr = sample_addr("192.0.2.99");
	record_probe(&r, &sample.target, &reply);
	is_text("ip", "192.0.2.1");
	error.to = sample_addr("2001:db8::1");
	record_probe(&r, &sample.target, &error);
	is_text("ip", "2001:db8::1");
	is_text("text", "Address unreachable");
}

static void a_report_holds_the_windows_figures_and_the_totals(void **state)
{
	(void)state;
	sample_record(&r, &sample, 6);
	is_text("state", "down");
	is_int("sent", 10);
	is_int("received", 5);
	is_int("lost", 4);
	is_int("unknown", 1);
	assert_int_equal(field("loss_pct")->type, FIELD_PERCENT);
	assert_true(field("loss_pct")->number > 44.44 && field("loss_pct")->number < 44.45);
	is_ms("min_ms", 10000000);
	is_ms("mean_ms", 30000000);
	is_ms("median_ms", 30000000);
	is_ms("p95_ms", 48000000);
	is_ms("p99_ms", 49600000);
	is_ms("max_ms", 50000000);
	is_ms("jitter_ms", 15811388); /* √250 */
	is_ms("ipdv_ms", 10000000);
	is_int("ttl", 57);
	is_int("hops", 8);
	is_text("os_guess", "Linux/Unix/BSD/macOS/Android");
	is_int("total_sent", 12);
	is_int("total_received", 7);
	is_int("total_lost", 4);
	is_int("total_unknown", 1);
	is_int("late", 1);
	is_int("duplicate", 2);
	is_int("corrupt", 3);
	is_int("foreign", 4);
	is_int("send_error", 5);
	is_int("truncated", 6);
}

static void a_report_without_probes_has_counts_of_zero_and_no_figures(void **state)
{
	static const char *const none[] = { "ip",        "group",  "loss_pct", "min_ms",  "mean_ms",
		                            "median_ms", "p95_ms", "p99_ms",   "max_ms",  "jitter_ms",
		                            "ipdv_ms",   "ttl",    "hops",     "os_guess" };
	static const char *const zero[] = { "sent",           "received",   "lost",          "unknown",  "total_sent",
		                            "total_received", "total_lost", "total_unknown", "late",     "duplicate",
		                            "corrupt",        "foreign",    "send_error",    "truncated" };

	(void)state;
	sample_record(&r, &sample, 7);
	is_text("state", "unknown");
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		is_none(none[i]);
	for (size_t i = 0; i < sizeof(zero) / sizeof(zero[0]); i++)
		is_int(zero[i], 0);
	assert_null(r.labels);
}

static void a_change_of_state_tells_both_states_the_reason_and_since_when_the_old_one_held(void **state)
{
	(void)state;
	sample_record(&r, &sample, 8);
	is_text("from", "up");
	is_text("to", "down");
	is_text("reason", health_reason(&sample.target.health));
	assert_int_equal(field("since")->type, FIELD_TIME);
	assert_int_equal(field("since")->integer, SAMPLE_NS - INT64_C(3600) * 1000000000);
}

static void a_change_that_was_judged_tells_by_what(void **state)
{
	static const char *const keys[] = { "loss_pct", "median_ms", "jitter_ms", "threshold_pct", "threshold_ms" };
	struct target_change c = { .state = true, .state_from = HEALTH_DEGRADED };

	(void)state;
	sample_record(&r, &sample, 23);
	is_text("to", "degraded");
	is_text("reason", "loss");
	assert_true(field("loss_pct")->number == 20);
	is_ms("median_ms", 33500000);
	is_ms("jitter_ms", 3250874);
	assert_true(field("threshold_pct")->number == 7.5);
	is_none("threshold_ms");
	sample.lossy.health.state = HEALTH_UP; /* again */
	record_state(&r, &sample.lossy, &c, NULL);
	is_ms("median_ms", 33500000);
	is_none("threshold_pct");
	c.state_from = HEALTH_DOWN;
	record_state(&r, &sample.lossy, &c, NULL);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		is_none(keys[i]);
}

static void only_what_was_unknown_before_is_first(void **state)
{
	(void)state;
	sample_record(&r, &sample, 8);
	is_none("first");
	sample_record(&r, &sample, 12);
	assert_int_equal(field("first")->type, FIELD_BOOL);
	assert_int_equal(field("first")->integer, true);
}

static void what_was_before_a_restart_is_added(void **state)
{
	const struct earlier earlier = { .started_real_ns = 7,
		                         .received = 1000,
		                         .timeout = 200,
		                         .unreachable = 30,
		                         .unknown = 4,
		                         .late = 5000,
		                         .corrupt = 1,
		                         .send_error = 60,
		                         .truncated = 100 };
	int64_t sent, lost;

	(void)state;
	record_report(&r, &sample.target, NULL, NULL, SAMPLE_NS);
	sent = field("total_sent")->integer;
	lost = field("total_lost")->integer;
	assert_int_equal(field("started")->integer, SAMPLE_NS);
	record_report(&r, &sample.target, &earlier, NULL, SAMPLE_NS);
	is_int("total_sent", sent + 1234);
	is_int("total_lost", lost + 230);
	is_int("total_received", 1007);
	is_int("total_unknown", 5);
	is_int("late", 5001);
	is_int("duplicate", 2);
	is_int("corrupt", 4);
	is_int("foreign", 4);
	is_int("send_error", 65);
	is_int("truncated", 106);
	is_int("interval_sent", 12);
	assert_int_equal(field("started")->integer, 7);
}

static void one_reply_does_not_vary(void **state)
{
	struct settled s = sample_reply(1000000, 57);

	(void)state;
	target_settle(&sample.fresh, &s, SAMPLE_NS);
	record_report(&r, &sample.fresh, NULL, NULL, SAMPLE_NS);
	is_ms("p99_ms", 1000000);
	is_none("jitter_ms");
	is_none("ipdv_ms");
	target_settle(&sample.fresh, &s, SAMPLE_NS);
	record_report(&r, &sample.fresh, NULL, NULL, SAMPLE_NS);
	is_ms("jitter_ms", 0);
	is_ms("ipdv_ms", 0);
}

static void a_change_of_path_tells_ttl_and_hops_before_and_after(void **state)
{
	(void)state;
	sample_record(&r, &sample, 9);
	is_int("ttl_from", 60);
	is_int("ttl_to", 57);
	is_int("hops_from", 5);
	is_int("hops_to", 8);
}

static void a_change_of_address_tells_both_and_a_failure_its_error(void **state)
{
	(void)state;
	sample_record(&r, &sample, 10);
	is_text("ip_from", "2001:db8::7");
	is_text("ip_to", "192.0.2.1");
	is_none("error");
	is_none("age_s");
	is_text("host", sample.target.host);
	is_text("group", "core");
	sample_record(&r, &sample, 11);
	is_none("ip_from");
	is_none("ip_to");
	is_text("error", "no such name");
}

static void the_zone_of_an_address_is_the_interface_as_it_is_written(void **state)
{
	struct target *t = &sample.target;
	struct options *o = &sample.profile.options;
	struct addr was = t->addr, from = sample_addr("2001:db8::7");

	(void)state;
	t->addr = sample_addr("fe80::1");
	t->addr.scope = UINT32_MAX; /* of an interface that is gone */
	strcpy(o->interface, "no-such-if.100");
	record_report(&r, t, NULL, NULL, SAMPLE_NS);
	is_text("ip", "fe80::1%no-such-if.100");
	record_dns(&r, t, t->host, &from, NULL, -1);
	is_text("ip_from", "2001:db8::7");
	is_text("ip_to", "fe80::1%no-such-if.100");
	strcpy(o->interface, "");
	record_report(&r, t, NULL, NULL, SAMPLE_NS);
	is_text("ip", "fe80::1");
	t->addr = was;
}

static void a_failure_tells_how_old_the_kept_answer_is_in_whole_seconds(void **state)
{
	struct addr from = sample_addr("192.0.2.1");

	(void)state;
	record_dns(&r, &sample.target, sample.target.host, &from, "timed out", INT64_C(90999999999));
	is_int("age_s", 90);
	record_dns(&r, &sample.target, sample.target.host, &from, "timed out", 0);
	is_int("age_s", 0);
}

static void an_event_has_its_figures_in_the_order_they_were_added(void **state)
{
	(void)state;
	record_daemon(&r, "stall");
	record_add_text(&r, "a", "x");
	record_add_text(&r, "b", NULL);
	record_add_int(&r, "c", -5);
	record_add_ms(&r, "d", 7);
	record_add_ms(&r, "e", -1);
	record_add_percent(&r, "f", 0);
	record_add_percent(&r, "g", -1);
	record_add_time(&r, "h", 0);
	record_add_bool(&r, "i", true);
	record_add_none(&r, "j");
	has_keys(RECORD_DAEMON, "event a b c d e f g h i j");
	is_text("event", "stall");
	is_none("b");
	is_int("c", -5);
	is_ms("d", 7);
	is_none("e");
	assert_int_equal(field("f")->type, FIELD_PERCENT);
	is_none("g");
	assert_int_equal(field("h")->type, FIELD_TIME);
	assert_int_equal(field("i")->type, FIELD_BOOL);
	is_none("j");
}

static void a_record_is_overwritten_whole(void **state)
{
	(void)state;
	sample_record(&r, &sample, 6);
	record_daemon(&r, "ready");
	has_keys(RECORD_DAEMON, "event");
	assert_null(r.labels);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kinds_have_the_log_contracts_names),
		TEST(each_record_has_the_level_that_it_deserves),
		TEST(each_kind_has_the_contracts_keys_in_its_order),
		TEST(a_reply_tells_its_round_trip_and_no_error),
		TEST(what_blocks_a_target_is_told_where_there_is_any),
		TEST(a_round_trip_of_zero_is_a_value),
		TEST(a_timeout_has_no_round_trip),
		TEST(an_error_tells_who_sent_it_and_what_it_means),
		TEST(what_was_not_sent_tells_why),
		TEST(what_no_link_takes_tells_what_it_would_take),
		TEST(a_report_of_what_cannot_be_sent_has_no_figures_and_tells_the_latest_error),
		TEST(a_report_says_what_has_come_since_the_one_before),
		TEST(an_ipv6_targets_error_has_icmpv6s_text),
		TEST(a_probe_tells_the_address_that_it_went_to),
		TEST(a_report_holds_the_windows_figures_and_the_totals),
		TEST(a_report_without_probes_has_counts_of_zero_and_no_figures),
		TEST(a_change_of_state_tells_both_states_the_reason_and_since_when_the_old_one_held),
		TEST(a_change_that_was_judged_tells_by_what),
		TEST(only_what_was_unknown_before_is_first),
		TEST(what_was_before_a_restart_is_added),
		TEST(one_reply_does_not_vary),
		TEST(a_change_of_path_tells_ttl_and_hops_before_and_after),
		TEST(a_change_of_address_tells_both_and_a_failure_its_error),
		TEST(the_zone_of_an_address_is_the_interface_as_it_is_written),
		TEST(a_failure_tells_how_old_the_kept_answer_is_in_whole_seconds),
		TEST(an_event_has_its_figures_in_the_order_they_were_added),
		TEST(a_record_is_overwritten_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
