/* metrics_targets.c - the families of targets: counters since the start, and figures of the window. */
#include "serve/metrics_families.h"

#include "core/hops.h"

static const char *const states[] = { "unknown", "up", "degraded", "down", NULL }; /* by enum health_state */
static const char *const reasons[] = { "timeout", "unreachable", "ttl_exceeded", "too_big", NULL };

static struct metrics_number up(const struct metrics_row *r, unsigned series)
{
	(void)series;
	if (r->target.state == HEALTH_UNKNOWN)
		return metrics_none();
	return metrics_count(r->target.state != HEALTH_DOWN);
}

static struct metrics_number state(const struct metrics_row *r, unsigned series)
{
	return metrics_count(r->target.state == series);
}

static struct metrics_number blocked(const struct metrics_row *r, unsigned series)
{
	(void)series;
	return metrics_count(r->target.is_blocked);
}

static struct metrics_number lost(const struct metrics_row *r, unsigned series)
{
	const struct target_counters *c = &r->target.counters;
	const uint64_t n[] = { c->timeout, c->unreachable, c->ttl_exceeded, c->too_big };

	return metrics_count(n[series]);
}

struct metrics_number metrics_loss(const struct metrics_row *r, unsigned series)
{
	uint64_t n_lost = r->figures.n_lost, n = n_lost + r->figures.n_received;

	(void)series;
	if (!n)
		return metrics_none();
	return (struct metrics_number){ .n = (n_lost * 1000000000 + n / 2) / n, .decimals = 9 };
}

static struct metrics_number hops(const struct metrics_row *r, unsigned series)
{
	(void)series;
	return r->target.ttl < 0 ? metrics_none() : metrics_count((uint64_t)hops_from_ttl(r->target.ttl));
}

/* clang-format off */
#define OF(n, part, kind, about) \
	.name = "minipingd_" n, .collect = (part), .type = METRICS_##kind, .of = METRICS_OF_TARGETS, .help = about
#define MEMBER(kind, member) .value = METRICS_##kind, .offset = offsetof(struct metrics_row, member)
#define WINDOW(n, member, about) \
	{ OF(n "_seconds", "rtt", GAUGE, about), .unit = "seconds", .needs_figures = true, MEMBER(STEPS, figures.member) }

const struct metrics_family metrics_targets_families[] = {
	{ OF("up", "state", GAUGE, "1 if the target answers (up or degraded), 0 if it is down; unknown has no value"),
	  .of_target = up },
	{ OF("state", "state", GAUGE, "1 for the state that the target is in, 0 for the others"),
	  .label = "state", .values = states, .of_target = state },
	{ OF("blocked", "state", GAUGE, "1 if the target is down, as is what it depends on (or just was), 0 if not"),
	  .of_target = blocked },
	{ OF("probes_sent_total", "probes", COUNTER, "Probes that were sent and have ended"),
	  MEMBER(U64, target.totals.sent) },
	{ OF("probes_received_total", "probes", COUNTER, "Probes that were answered in time"),
	  MEMBER(U64, target.totals.received) },
	{ OF("probes_lost_total", "probes", COUNTER, "Probes that were not answered in time, or by an ICMP error"),
	  .label = "reason", .values = reasons, .of_target = lost },
	{ OF("probes_unknown_total", "probes", COUNTER,
	     "Probes that were not answered, for which a fault of this host may be the reason"),
	  MEMBER(U64, target.totals.unknown) },
	{ OF("probes_not_sent_total", "probes", COUNTER, "Probes that this host could not send"),
	  MEMBER(U32, target.counters.send_error) },
	{ OF("loss_ratio", "probes", GAUGE, "Lost probes of those received or lost, over the window"),
	  .unit = "ratio", .needs_figures = true, .of_target = metrics_loss },
	WINDOW("rtt_min", rtt_min, "Least round-trip time in the window"),
	WINDOW("rtt_mean", rtt_mean, "Mean round-trip time of the window"),
	WINDOW("rtt_median", rtt_median, "Median round-trip time of the window"),
	WINDOW("rtt_p95", rtt_p95, "95th percentile of the window's round-trip times"),
	WINDOW("rtt_p99", rtt_p99, "99th percentile of the window's round-trip times"),
	WINDOW("rtt_max", rtt_max, "Greatest round-trip time in the window"),
	WINDOW("rtt_jitter", jitter, "Sample standard deviation of the window's round-trip times"),
	WINDOW("rtt_ipdv", ipdv, "Mean difference, without its sign, of successive round-trip times in the window"),
	{ .name = "minipingd_rtt_seconds", .collect = "histogram", .type = METRICS_HISTOGRAM, .of = METRICS_OF_GROUPS,
	  .unit = "seconds", .help = "Round-trip times of each group, and of each target with the option histogram" },
	{ OF("reply_ttl", "path", GAUGE, "Time to live, or hop limit, of the latest reply"), MEMBER(INT, target.ttl) },
	{ OF("hops", "path", GAUGE, "Routers on the way back, estimated from the reply's time to live"),
	  .of_target = hops },
	{ OF("replies_late_total", "replies", COUNTER, "Replies that came after the timeout"),
	  MEMBER(U32, target.counters.late) },
	{ OF("replies_duplicate_total", "replies", COUNTER, "Further replies to a probe"),
	  MEMBER(U32, target.counters.duplicate) },
	{ OF("replies_corrupt_total", "replies", COUNTER, "Replies with a wrong checksum, or altered"),
	  MEMBER(U32, target.counters.corrupt) },
	{ OF("replies_foreign_total", "replies", COUNTER, "Replies from another address, or to no probe"),
	  MEMBER(U32, target.counters.foreign) },
	{ OF("replies_truncated_total", "replies", COUNTER, "Replies with no more than the payload's beginning"),
	  MEMBER(U32, target.counters.truncated) },
	{ .name = NULL },
};
/* clang-format on */
