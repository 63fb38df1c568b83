/* micro - ns a call of the pure modules on the way of a probe, so that a slower change is seen. Prints one
 * JSON object: of several rounds of each the best, which is the one that others disturbed least. */
#include "base/checksum.h"
#include "base/clock.h"
#include "core/decode.h"
#include "core/encode.h"
#include "core/flight.h"
#include "log/format.h"
#include "core/health.h"
#include "core/histograms.h"
#include "core/schedule.h"
#include "core/hops.h"
#include "core/snapshot.h"
#include "serve/metrics_query.h"
#include "serve/metrics_stream.h"
#include "store/row.h"
#include "store/tape.h"
#include "base/wheel.h"
#include "core/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS  100000
#define ROUNDS 7
#define ROWS   60
#define FLEET  20000 /* targets of a snapshot: more than caches hold */

static uint8_t reply[84], message[1500];
static struct window *window;
static struct target target;
static const struct profile *profile;
static struct wheel *wheel;
static struct flight *flight;
static struct fleet *fleet;
static struct snapshot *snapshot;
static struct histograms *histograms;
static struct view *view;
static struct row rows[ROWS];
static unsigned char tape[64];
static int64_t now = NS_PER_S;
static uint64_t sum; /* what the calls give, so that none can be left out */

static void do_checksum(int i)
{
	message[0] = (uint8_t)i;
	sum += checksum_fold(checksum_add(0, message, 56));
}

static void do_checksum_long(int i)
{
	message[0] = (uint8_t)i;
	sum += checksum_fold(checksum_add(0, message, sizeof(message)));
}

static void do_window_add(int i)
{
	window_add(window, i % 10 ? OUTCOME_REPLY : OUTCOME_TIMEOUT, i * INT64_C(1009) % NS_PER_MS);
}

static void do_window_view(int i)
{
	(void)i;
	sum += (uint64_t)window_view(window).rtt_p95_ns;
}

static void do_row_merge(int i)
{
	struct row merged;

	rows[0].n_lost = (uint32_t)i % 60;
	row_merge(&merged, rows, ROWS);
	sum += merged.q[ROW_P95];
}

static void do_tape(int i)
{
	sum += tape_write_result(tape, 0, sizeof(tape), (uint32_t)i, OUTCOME_REPLY, i * INT64_C(1009) % NS_PER_MS);
}

static void do_encode4(int i)
{
	uint8_t head[ENCODE_HEAD];

	encode_echo4(head, 1, (uint16_t)i, (uint64_t)i, 4711);
	sum += head[2];
}

static void do_encode6(int i)
{
	uint8_t head[ENCODE_HEAD];

	encode_echo6(head, 1, (uint16_t)i, (uint64_t)i);
	sum += head[7];
}

static void do_decode4(int i)
{
	struct decoded d;

	(void)i;
	sum += (uint64_t)decode_ip4(reply, sizeof(reply), &d);
}

static void do_decode6(int i)
{
	static const uint8_t echo[64] = { 129 };
	struct decoded d;

	(void)i;
	sum += (uint64_t)decode_icmp6(echo, sizeof(echo), &d);
}

/* One loss in ten: no change of state, as with most probes. */
static void do_health(int i)
{
	static struct health h;

	sum += health_settle(&h, &profile->options, i % 10 ? OUTCOME_REPLY : OUTCOME_TIMEOUT, 0);
}

static void do_ttl(int i)
{
	sum += (uint64_t)hops_from_ttl(i & 255);
}

static void format(enum log_format how, int i)
{
	static char line[FORMAT_LINE_MAX];
	struct record r;

	record_report(&r, &target, NULL, NULL, 0);
	sum += format_line(line, how, &r, INT64_C(1700000000) * NS_PER_S + i, (uint64_t)i);
}

static void do_logfmt(int i)
{
	format(LOG_LOGFMT, i);
}

static void do_json(int i)
{
	format(LOG_JSON, i);
}

static void do_wheel(int i)
{
	uint32_t due[64];

	wheel_add(wheel, (uint32_t)i, now + i * 1000);
	if (i % 64 == 63) {
		now += 64000;
		sum += wheel_take(wheel, now, due, 64);
	}
	if (i == CALLS - 1)
		while (wheel_take(wheel, now += (INT64_C(1) << WHEEL_FINE) * WHEEL_BUCKETS, due, 64) == 64)
			continue;
}

static void do_flight(int i)
{
	struct probe p = {
		.to = { .family = AF_INET },
		.nonce = (uint64_t)i,
		.sent_ns = now,
		.deadline_ns = now + NS_PER_S,
		.target = (uint32_t)i,
		.size = 56,
	};
	struct probe expired[64];

	now += 10000;
	if (flight_add(flight, &p))
		return;
	struct flight_echo e = {
		.id = p.id,
		.seq = p.seq,
		.from = p.to,
		.has_nonce = true,
		.nonce = p.nonce,
		.payload_len = 56,
		.filler_intact = true,
		.at_ns = now,
	};

	sum += (uint64_t)flight_take(flight, &e, &p);
	if (i % 64 == 63)
		flight_expire(flight, now, expired, 64);
}

static void do_phase(int i)
{
	(void)i;
	sum += (uint64_t)schedule_phase("host4711.example.net", NS_PER_S);
}

static void do_again(int i)
{
	int64_t skipped;

	sum += (uint64_t)schedule_again(now, NS_PER_S, now + i, &skipped);
}

/* In slices of 64, with what the kernel takes for its memory. */
static void do_snapshot_take(int i)
{
	if (!i) {
		snapshot_free(snapshot);
		snapshot = snapshot_new(FLEET);
	}
	if (i % 64 == 0 && snapshot)
		sum += (uint64_t)snapshot_take_some(snapshot, fleet, 64);
}

static void do_snapshot_row(int i)
{
	struct snapshot_row r;

	if (!snapshot || (uint32_t)i >= snapshot_count(snapshot))
		return;
	snapshot_row(snapshot, (uint32_t)i, &r);
	sum += r.totals.sent;
}

static void do_snapshot_window(int i)
{
	if (snapshot && (uint32_t)i < snapshot_count(snapshot))
		sum += (uint64_t)window_view(snapshot_window(snapshot, (uint32_t)i)).rtt_p95_ns;
}

static void do_histograms(int i)
{
	static const struct profile grouped = { .group = "rack-17" };
	static const struct target t = { .profile = &grouped };

	histograms_count(histograms, (uint32_t)i, &t, i * INT64_C(1000003) % NS_PER_S);
}

static void free_generation(struct generation *g)
{
	snapshot_free(g->targets);
	free(g);
}

/* The fleet as a scrape has it; NULL: out of memory. */
static struct view *new_view(void)
{
	struct generation *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->free = free_generation;
	g->targets = snapshot_new(FLEET);
	if (g->targets && !snapshot_take_some(g->targets, fleet, SIZE_MAX))
		return view_new(g);
	free_generation(g);
	return NULL;
}

/* All of a family at the first call of a round, whose figures are known after the first round. */
static void read_family(int i, const char *family)
{
	static char piece[64 * 1024];
	struct metrics_choice choice = { .format = METRICS_TEXT };
	struct textbuf t = textbuf_on(piece, sizeof(piece));
	struct stream *s;

	if (i)
		return;
	metrics_query_all(&choice, &(struct metrics_options){ 0 });
	metrics_query_collect(&choice, &family, 1);
	s = metrics_stream_new(view, &choice);
	for (; s && s->more(s, &t); t = textbuf_on(piece, sizeof(piece)))
		sum += textbuf_len(&t);
	if (s)
		s->free(s);
}

static void do_metrics_counter(int i)
{
	read_family(i, "minipingd_probes_sent_total");
}

static void do_metrics_rtt(int i)
{
	read_family(i, "minipingd_rtt_median_seconds");
}

static const struct {
	const char *name;
	void (*call)(int);
	int calls; /* of one round */
} tests[] = {
	{ "checksum of 56 bytes", do_checksum, CALLS },
	{ "checksum of 1500 bytes", do_checksum_long, CALLS },
	{ "encode_echo4", do_encode4, CALLS },
	{ "encode_echo6", do_encode6, CALLS },
	{ "decode_ip4, a reply", do_decode4, CALLS },
	{ "decode_icmp6, a reply", do_decode6, CALLS },
	{ "flight_add and flight_take", do_flight, CALLS },
	{ "wheel_add and wheel_take", do_wheel, CALLS },
	{ "schedule_phase", do_phase, CALLS },
	{ "schedule_again", do_again, CALLS },
	{ "window_add", do_window_add, CALLS },
	{ "tape_write_result", do_tape, CALLS },
	{ "row_merge of 60", do_row_merge, CALLS / 100 },
	{ "window_view of 60", do_window_view, CALLS / 100 },
	{ "snapshot_take_some, a target", do_snapshot_take, FLEET },
	{ "snapshot_row", do_snapshot_row, FLEET },
	{ "snapshot_window of 60, its view", do_snapshot_window, FLEET / 10 },
	{ "histograms_count", do_histograms, CALLS },
	{ "/metrics, a counter of a target", do_metrics_counter, FLEET },
	{ "/metrics, a figure of a target", do_metrics_rtt, FLEET },
	{ "health_settle", do_health, CALLS },
	{ "hops_from_ttl", do_ttl, CALLS },
	{ "record_report, format_line logfmt", do_logfmt, CALLS / 100 },
	{ "record_report, format_line JSON", do_json, CALLS / 100 },
};

static double best_ns(void (*call)(int), int calls)
{
	double best = 1e18;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t start = clock_mono_ns();
		double ns;

		for (int i = 0; i < calls; i++)
			call(i);
		ns = (double)(clock_mono_ns() - start) / calls;
		best = ns < best ? ns : best;
	}
	return best;
}

/* Each with a full window; false: out of memory. */
static bool fill_fleet(const struct addr *addr)
{
	fleet = fleet_new();
	for (uint32_t i = 0; i < FLEET; i++) {
		uint32_t number =
			fleet ? fleet_add(fleet, "host4711.example.net", "192.0.2.1", addr, profile, now) : FLEET_NONE;

		if (number == FLEET_NONE)
			return false;
		for (int k = 0; k < 60; k++)
			window_add(fleet_at(fleet, number)->window, OUTCOME_REPLY, k * INT64_C(100900) % NS_PER_MS);
	}
	return true;
}

/* What the calls work on; false: out of memory. */
/* Minutes of 60 replies each, of which no two are alike. */
static void make_rows(void)
{
	uint16_t codes[60];

	for (size_t i = 0; i < ROWS; i++) {
		for (size_t k = 0; k < 60; k++)
			codes[k] = (uint16_t)(20000 + (i * 60 + k) * 7919 % 5000);
		rows[i] = (struct row){ .n_sent = 60 };
		row_of_codes(&rows[i], codes, 60);
	}
}

static bool prepare(struct profile *p)
{
	const struct addr addr = { .family = AF_INET };

	reply[0] = 0x45;
	reply[3] = sizeof(reply);
	reply[8] = 64;
	reply[9] = IPPROTO_ICMP;
	reply[22] = reply[23] = 0xff; /* the checksum of an all-zero echo reply */
	p->options = options_default();
	profile = p;
	window = window_new(60);
	wheel = wheel_new(now, WHEEL_FINE);
	flight = flight_new(1, 1, 64, now);
	if (!window || !wheel || !flight || wheel_reserve(wheel, CALLS) ||
	    target_init(&target, "host4711.example.net", "192.0.2.1", &addr, p, now))
		return false;
	for (int i = 0; i < 60; i++) {
		struct settled s = { .outcome = OUTCOME_REPLY, .rtt_ns = i * INT64_C(100900) % NS_PER_MS, .ttl = 57 };

		target_settle(&target, &s, now);
	}
	histograms = histograms_new((const int64_t[]){ NS_PER_MS, 10 * NS_PER_MS, 100 * NS_PER_MS }, 3, false);
	if (!histograms || !fill_fleet(&addr))
		return false;
	view = new_view();
	return view;
}

int main(void)
{
	static struct profile p;

	make_rows();
	if (!prepare(&p)) {
		fputs("micro: out of memory\n", stderr);
		return 1;
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		printf("%s\"%s\":%.1f", i ? ",\n" : "{", tests[i].name, best_ns(tests[i].call, tests[i].calls));
	puts("}");
	target_fini(&target);
	window_free(window);
	wheel_free(wheel);
	flight_free(flight);
	snapshot_free(snapshot);
	histograms_free(histograms);
	view_unref(view);
	fleet_free(fleet);
	return sum == 42;
}
