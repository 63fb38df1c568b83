/* metrics_daemon.c - the families of the daemon's own figures, and those of its process. */
#include "serve/metrics_families.h"

static const char *const states[] = { "unknown", "up", "degraded", "down", NULL }; /* by enum health_state */
static const char *const reasons[] = { "foreign", "corrupt", "malformed", NULL };

static const char *version(const struct metrics_daemon *d)
{
	(void)d;
	return PACKAGE_VERSION;
}

static const char *hash(const struct metrics_daemon *d)
{
	return d->generation.config.hash;
}

static struct metrics_number one(const struct metrics_daemon *d, unsigned series)
{
	(void)d;
	(void)series;
	return metrics_count(1);
}

static struct metrics_number targets(const struct metrics_daemon *d, unsigned series)
{
	return metrics_count(d->generation.status.n_in_state[series]);
}

static struct metrics_number unmatched(const struct metrics_daemon *d, unsigned series)
{
	const struct engine_stats *e = &d->generation.status.engine;
	const uint64_t n[] = { e->n_foreign, e->n_corrupt, e->n_malformed };

	return metrics_count(n[series]);
}

/* Of the history, if one is kept. */
static struct metrics_number of_past(const struct metrics_daemon *d, uint64_t n)
{
	return d->past.is_on ? metrics_count(n) : (struct metrics_number){ 0, METRICS_NONE };
}

static struct metrics_number history_ok(const struct metrics_daemon *d, unsigned series)
{
	(void)series;
	return of_past(d, d->past_is_ok);
}

static struct metrics_number history_bytes(const struct metrics_daemon *d, unsigned series)
{
	(void)series;
	return of_past(d, d->past.bytes);
}

static struct metrics_number history_newest(const struct metrics_daemon *d, unsigned series)
{
	(void)series;
	return of_past(d, (uint64_t)d->past.newest_s);
}

static struct metrics_number history_lost(const struct metrics_daemon *d, unsigned series)
{
	(void)series;
	return of_past(d, d->past.n_lost_results);
}

static struct metrics_number history_lost_events(const struct metrics_daemon *d, unsigned series)
{
	(void)series;
	return of_past(d, d->past.n_lost_events);
}

/* Of the save in place; none: no series. */
static struct metrics_number of_save(const struct metrics_daemon *d, struct metrics_number n)
{
	return d->generation.saves.begun_real_ns ? n : metrics_none();
}

static struct metrics_number saved(const struct metrics_daemon *d, unsigned series)
{
	(void)series;
	return of_save(d, metrics_ns(d->generation.saves.begun_real_ns));
}

static struct metrics_number save_took(const struct metrics_daemon *d, unsigned series)
{
	(void)series;
	return of_save(d, metrics_ns(d->generation.saves.took_ns));
}

static struct metrics_number save_bytes(const struct metrics_daemon *d, unsigned series)
{
	(void)series;
	return of_save(d, metrics_count(d->generation.saves.bytes));
}

static struct metrics_number save_successful(const struct metrics_daemon *d, unsigned series)
{
	const struct generation_saves *s = &d->generation.saves;

	(void)series;
	return s->begun_real_ns || s->err ? metrics_count(!s->err) : metrics_none();
}

/* clang-format off */
#define OF(n, part, kind, about) .name = (n), .collect = (part), .type = METRICS_##kind, .help = about
#define OWN(n, kind, about) OF("minipingd_" n, "daemon", kind, about)
#define MEMBER(kind, member) .value = METRICS_##kind, .offset = offsetof(struct metrics_daemon, member)
#define ENGINE(kind, member) MEMBER(kind, generation.status.engine.member)

const struct metrics_family metrics_daemon_families[] = {
	{ OWN("build_info", GAUGE, "1, labelled by the version of minipingd"),
	  .label = "version", .text = version, .of_daemon = one },
	{ OWN("config_hash_info", GAUGE, "1, labelled by the hash of the configuration in force"),
	  .label = "hash", .text = hash, .of_daemon = one },
	{ OWN("config_last_reload_successful", GAUGE, "1 if the latest reload, or else the start, succeeded"),
	  MEMBER(BOOL, generation.config.last_ok) },
	{ OWN("config_last_reload_success_timestamp_seconds", GAUGE, "When the configuration in force was loaded"),
	  .unit = "seconds", MEMBER(NS, generation.config.loaded_ns) },
	{ OWN("targets", GAUGE, "Targets by state, as counted every few seconds"),
	  .label = "state", .values = states, .of_daemon = targets },
	{ OWN("names", GAUGE, "Host names that are looked up"), MEMBER(U64, generation.n_names) },
	{ OWN("names_unresolved", GAUGE, "Of these, those that have never been resolved"),
	  MEMBER(U64, generation.n_names_unresolved) },
	{ OWN("packets_sent_total", COUNTER, "Requests that left this host"), ENGINE(U64, n_sent) },
	{ OWN("replies_total", COUNTER, "Replies that matched a request"), ENGINE(U64, n_replies) },
	{ OWN("unmatched_total", COUNTER, "Packets received that concern no target"),
	  .label = "reason", .values = reasons, .of_daemon = unmatched },
	{ OWN("socket_drops_total", COUNTER, "Packets that the kernel dropped because a receive buffer was full"),
	  ENGINE(U32, n_socket_drops) },
	{ OWN("in_flight", GAUGE, "Probes that have not ended"), ENGINE(U32, n_in_flight) },
	{ OWN("loop_lag_seconds", GAUGE, "How late the latest turn of the probing loop ran"),
	  .unit = "seconds", ENGINE(NS, loop_lag_ns) },
	{ OWN("off_schedule_total", COUNTER, "Probes sent more than 2 ms before or after their time"),
	  ENGINE(U64, n_off_schedule) },
	{ OWN("skipped_total", COUNTER, "Probes given up after a stall"), ENGINE(U64, n_skipped) },
	{ OWN("delayed_total", COUNTER, "Probes that a rate limit gave a later time"), ENGINE(U64, n_delayed) },
	{ OWN("log_lines_total", COUNTER, "Lines of the log"), MEMBER(U64, generation.log_lines) },
	{ OWN("log_dropped_total", COUNTER, "Lines that the log did not take in time"),
	  MEMBER(U64, generation.log_dropped) },
	{ OWN("state_save_successful", GAUGE, "1 if the latest save of the state of the targets is in place"),
	  .of_daemon = save_successful },
	{ OWN("state_save_timestamp_seconds", GAUGE, "When the save that is in place began"),
	  .unit = "seconds", .of_daemon = saved },
	{ OWN("state_save_duration_seconds", GAUGE, "How long it took"), .unit = "seconds", .of_daemon = save_took },
	{ OWN("state_save_bytes", GAUGE, "Its size"), .unit = "bytes", .of_daemon = save_bytes },
	{ OWN("events_lost_total", COUNTER, "Events that found no room on their way to /api/v1/events"),
	  MEMBER(U64, generation.events_lost) },
	{ OWN("history_writable", GAUGE, "1 if the history was written, or else opened, the last time"),
	  .of_daemon = history_ok },
	{ OWN("history_bytes", GAUGE, "What the history's file takes, with its write-ahead log"),
	  .unit = "bytes", .of_daemon = history_bytes },
	{ OWN("history_newest_timestamp_seconds", GAUGE, "The beginning of the latest minute that the history has"),
	  .unit = "seconds", .of_daemon = history_newest },
	{ OWN("history_lost_results_total", COUNTER, "Probes that found no room on their way to the history"),
	  .of_daemon = history_lost },
	{ OWN("history_lost_events_total", COUNTER, "Changes of state that found no room on their way to the history"),
	  .of_daemon = history_lost_events },
	{ OF("process_cpu_seconds_total", "process", COUNTER, "User and system time"),
	  .unit = "seconds", MEMBER(NS, process.cpu_ns) },
	{ OF("process_open_fds", "process", GAUGE, "Open file descriptors"), MEMBER(U64, process.n_fds) },
	{ OF("process_max_fds", "process", GAUGE, "Limit of open file descriptors"), MEMBER(U64, process.max_fds) },
	{ OF("process_virtual_memory_bytes", "process", GAUGE, "Virtual memory"),
	  .unit = "bytes", MEMBER(U64, process.virtual_bytes) },
	{ OF("process_resident_memory_bytes", "process", GAUGE, "Resident memory"),
	  .unit = "bytes", MEMBER(U64, process.resident_bytes) },
	{ OF("process_start_time_seconds", "process", GAUGE, "When the process began"),
	  .unit = "seconds", MEMBER(NS, started_real_ns) },
	{ .name = NULL },
};
/* clang-format on */

struct metrics_daemon metrics_daemon_of(const struct generation *g, const struct past_ops *past)
{
	struct past_status status = { .is_on = false };
	int64_t started_ns = g->at_real_ns - (g->at_ns - g->status.started_ns);

	if (past)
		past->status(past->data, &status);
	return (struct metrics_daemon){
		.generation = *g,
		.past = { .is_on = status.is_on,
		          .bytes = status.bytes,
		          .newest_s = status.newest_s,
		          .n_lost_results = status.n_lost_results,
		          .n_lost_events = status.n_lost_events },
		.past_is_ok = status.is_on && !*status.error,
		.process = metrics_process_read(),
		.started_real_ns = (started_ns + METRICS_STARTED_NS / 2) / METRICS_STARTED_NS * METRICS_STARTED_NS,
	};
}
