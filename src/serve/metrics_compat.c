/* metrics_compat.c - the families of smokeping_prober 0.11 and ping_exporter 1.2 under their names, for dashboards and
 * rules that were made for these. What they count and we do not is left out. */
#include "serve/metrics_families.h"

#include <math.h>

static const char *version(const struct metrics_daemon *d)
{
	(void)d;
	return PACKAGE_VERSION;
}

static struct metrics_number one(const struct metrics_daemon *d, unsigned series)
{
	(void)d;
	(void)series;
	return metrics_count(1);
}

/* Theirs is that of a population, ours of a sample. */
static struct metrics_number deviation(const struct metrics_row *r, unsigned series)
{
	double n = r->figures.n_received, jitter = r->figures.jitter;

	(void)series;
	return n > 0 ? metrics_steps((uint32_t)lround(jitter * sqrt((n - 1) / n))) : metrics_none();
}

/* clang-format off */
#define ROW(kind, member) .value = METRICS_##kind, .offset = offsetof(struct metrics_row, member)
#define DAEMON(kind, member) .value = METRICS_##kind, .offset = offsetof(struct metrics_daemon, member)
#define SMOKEPING(n, kind, about) \
	.name = "smokeping_" n, .collect = "smokeping_prober", .type = METRICS_##kind, .help = about
#define OF_TARGETS .of = METRICS_OF_SMOKEPING_PROBER
#define PING(n, about) \
	.name = "ping_" n, .collect = "ping_exporter", .type = METRICS_GAUGE, .help = about
#define WINDOW(u) .of = METRICS_OF_PING_EXPORTER, .unit = (u), .needs_figures = true

const struct metrics_family metrics_compat_smokeping_prober[] = {
	{ SMOKEPING("requests_total", COUNTER, "Number of ping requests sent"), OF_TARGETS,
	  ROW(U64, target.totals.sent) },
	{ SMOKEPING("response_duration_seconds", HISTOGRAM, "A histogram of latencies for ping responses"), OF_TARGETS,
	  .unit = "seconds" },
	{ SMOKEPING("response_ttl", GAUGE, "The last response Time To Live (TTL)"), OF_TARGETS, ROW(INT, target.ttl) },
	{ SMOKEPING("response_duplicates_total", COUNTER, "The number of duplicated response packets"), OF_TARGETS,
	  ROW(U32, target.counters.duplicate) },
	{ SMOKEPING("send_errors_total", COUNTER, "The number of requests that could not be sent"), OF_TARGETS,
	  ROW(U32, target.counters.send_error) },
	{ SMOKEPING("receive_errors_total", COUNTER, "The number of packets received that could not be read"),
	  DAEMON(U64, generation.status.engine.n_malformed) },
	{ SMOKEPING("prober_build_info", GAUGE, "1, labelled by the version of minipingd"),
	  .label = "version", .text = version, .of_daemon = one },
	{ SMOKEPING("prober_config_last_reload_successful", GAUGE,
	            "1 if the latest reload, or else the start, succeeded"), DAEMON(BOOL, generation.config.last_ok) },
	{ SMOKEPING("prober_config_last_reload_success_timestamp_seconds", GAUGE,
	            "When the configuration in force was loaded"), .unit = "seconds",
	  DAEMON(NS, generation.config.loaded_ns) },
	{ .name = NULL },
};

const struct metrics_family metrics_compat_ping_exporter[] = {
	{ PING("up", "1, labelled by the version of minipingd"), .label = "version", .text = version, .of_daemon = one },
	{ PING("rtt_best_seconds", "Best round trip time in seconds"), WINDOW("seconds"), ROW(STEPS, figures.rtt_min) },
	{ PING("rtt_worst_seconds", "Worst round trip time in seconds"), WINDOW("seconds"),
	  ROW(STEPS, figures.rtt_max) },
	{ PING("rtt_mean_seconds", "Mean round trip time in seconds"), WINDOW("seconds"), ROW(STEPS, figures.rtt_mean) },
	{ PING("rtt_std_deviation_seconds", "Standard deviation in seconds"), WINDOW("seconds"),
	  .of_target = deviation },
	{ PING("loss_ratio", "Packet loss from 0.0 to 1.0"), WINDOW("ratio"), .of_target = metrics_loss },
	{ .name = NULL },
};
/* clang-format on */
