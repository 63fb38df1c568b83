/* record.c - which keys each kind of record has, in their order. */
#include "log/record.h"

#include "core/not_sent.h"
#include "core/hops.h"

#include <assert.h>

const char *record_kind_name(enum record_kind k)
{
	static const char *const names[] = { "probe", "report", "state", "path", "dns", "daemon" };

	return names[k];
}

const char *record_level_name(enum record_level l)
{
	static const char *const names[] = { "err", "warning", "info", "debug" };

	return names[l];
}

static struct field *add(struct record *r, const char *key, enum field_type type)
{
	struct field *f = &r->fields[r->n_fields++];

	assert(r->n_fields <= RECORD_FIELDS_MAX);
	f->key = key;
	f->type = type;
	return f;
}

void record_add_none(struct record *r, const char *key)
{
	add(r, key, FIELD_NONE);
}

void record_add_text(struct record *r, const char *key, const char *text)
{
	add(r, key, text ? FIELD_TEXT : FIELD_NONE)->text = text;
}

void record_add_int(struct record *r, const char *key, int64_t value)
{
	add(r, key, FIELD_INT)->integer = value;
}

void record_add_ms(struct record *r, const char *key, int64_t ns)
{
	add(r, key, ns < 0 ? FIELD_NONE : FIELD_MS)->integer = ns;
}

void record_add_percent(struct record *r, const char *key, double value)
{
	add(r, key, value < 0 ? FIELD_NONE : FIELD_PERCENT)->number = value;
}

void record_add_time(struct record *r, const char *key, int64_t real_ns)
{
	add(r, key, FIELD_TIME)->integer = real_ns;
}

void record_add_bool(struct record *r, const char *key, bool value)
{
	add(r, key, FIELD_BOOL)->integer = value;
}

/* An int that has no value when it is negative. */
static void add_known(struct record *r, const char *key, int value)
{
	add(r, key, value < 0 ? FIELD_NONE : FIELD_INT)->integer = value;
}

static void add_addr(struct record *r, const char *key, const struct addr *a, int text)
{
	record_add_text(r, key, a->family == AF_UNSPEC ? NULL : addr_format(a, r->texts[text]));
}

static void add_target_addr(struct record *r, const char *key, const struct target *t, const struct addr *a, int text)
{
	record_add_text(r, key, a->family == AF_UNSPEC ? NULL : target_addr_text(t, a, r->texts[text]));
}

static void start(struct record *r, enum record_kind kind, const struct target *t)
{
	r->kind = kind;
	r->level = LEVEL_INFO;
	r->n_fields = 0;
	r->group = t ? t->profile->group : NULL;
	r->labels = t ? t->profile->labels : NULL;
}

/* The keys that every kind about a target begins with. */
static void start_at(struct record *r, enum record_kind kind, const struct target *t, const struct addr *addr)
{
	start(r, kind, t);
	record_add_text(r, "target", t->name);
	add_target_addr(r, "ip", t, addr, 0);
	record_add_text(r, "group", t->profile->group);
}

static void start_target(struct record *r, enum record_kind kind, const struct target *t)
{
	start_at(r, kind, t, &t->addr);
}

static void add_icmp_error(struct record *r, const struct settled *s)
{
	const struct icmp_error *e = &s->error;

	if (!s->has_error) {
		record_add_none(r, "from");
		record_add_none(r, "icmp_type");
		record_add_none(r, "icmp_code");
		record_add_none(r, "text");
		return;
	}
	add_addr(r, "from", &e->from, 1);
	record_add_int(r, "icmp_type", e->type);
	record_add_int(r, "icmp_code", e->code);
	record_add_text(r, "text", outcome_error_text(s->to.family, e->type, e->code));
}

void record_probe(struct record *r, const struct target *t, const struct settled *s)
{
	start_at(r, RECORD_PROBE, t, &s->to);
	r->level = LEVEL_DEBUG;
	record_add_int(r, "seq", s->number);
	record_add_text(r, "outcome", outcome_name(s->outcome));
	record_add_ms(r, "rtt_ms", s->rtt_ns);
	add_known(r, "ttl", s->ttl);
	add_icmp_error(r, s);
	record_add_text(r, "error", not_sent_errno_name(s->sys_errno));
	add_known(r, "mtu", s->mtu ? (int)s->mtu : -1);
}

static void add_window(struct record *r, const struct window_view *v)
{
	record_add_int(r, "sent", v->n_sent);
	record_add_int(r, "received", v->n_received);
	record_add_int(r, "lost", v->n_lost);
	record_add_int(r, "unknown", v->n_unknown);
	record_add_percent(r, "loss_pct", v->loss_pct);
	record_add_ms(r, "min_ms", v->rtt_min_ns);
	record_add_ms(r, "mean_ms", v->rtt_mean_ns);
	record_add_ms(r, "median_ms", v->rtt_median_ns);
	record_add_ms(r, "p95_ms", v->rtt_p95_ns);
	record_add_ms(r, "p99_ms", v->rtt_p99_ns);
	record_add_ms(r, "max_ms", v->rtt_max_ns);
	/* One reply does not differ from another. */
	record_add_ms(r, "jitter_ms", v->n_received > 1 ? v->jitter_ns : -1);
	record_add_ms(r, "ipdv_ms", v->n_received > 1 ? v->ipdv_ns : -1);
}

static void add_totals(struct record *r, const struct earlier_sums *sums)
{
	record_add_int(r, "total_sent", (int64_t)sums->sent);
	record_add_int(r, "total_received", (int64_t)sums->received);
	record_add_int(r, "total_lost", (int64_t)sums->lost);
	record_add_int(r, "total_unknown", (int64_t)sums->unknown);
	record_add_int(r, "late", (int64_t)sums->late);
	record_add_int(r, "duplicate", (int64_t)sums->duplicate);
	record_add_int(r, "corrupt", (int64_t)sums->corrupt);
	record_add_int(r, "foreign", (int64_t)sums->foreign);
	record_add_int(r, "send_error", (int64_t)sums->send_error);
}

static void add_interval(struct record *r, const struct target *t)
{
	struct interval_view v = target_interval(t);
	int64_t received = v.n[INTERVAL_RECEIVED], lost = v.n[INTERVAL_LOST], unknown = v.n[INTERVAL_UNKNOWN];

	record_add_int(r, "interval_sent", received + lost + unknown);
	record_add_int(r, "interval_received", received);
	record_add_int(r, "interval_lost", lost);
	record_add_int(r, "interval_unknown", unknown);
	record_add_int(r, "interval_not_sent", v.n[INTERVAL_NOT_SENT]);
	record_add_int(r, "interval_skipped", v.n[INTERVAL_SKIPPED]);
}

void record_report(struct record *r, const struct target *t, const struct earlier *earlier, const char *blocked_by,
                   int64_t started_real_ns)
{
	struct window_view v = window_view(t->window);
	struct earlier_sums sums = earlier_add(earlier, &t->counters, started_real_ns);

	start_target(r, RECORD_REPORT, t);
	record_add_text(r, "state", health_state_name((enum health_state)t->health.state));
	add_window(r, &v);
	add_known(r, "ttl", t->ttl);
	add_known(r, "hops", hops_from_ttl(t->ttl));
	record_add_text(r, "os_guess", hops_os_guess(t->ttl));
	add_totals(r, &sums);
	record_add_text(r, "blocked_by", blocked_by);
	record_add_int(r, "truncated", (int64_t)sums.truncated);
	record_add_int(r, "not_sent", v.n_not_sent);
	record_add_text(r, "not_sent_error", not_sent_errno_name(v.not_sent_errno));
	add_interval(r, t);
	if (t->reported)
		record_add_none(r, "started");
	else
		record_add_time(r, "started", sums.started_real_ns);
}

/* The figures that a change was judged by, and what they have passed; no values of any other change. */
static void add_judged(struct record *r, const struct target *t, enum health_state from)
{
	struct health_threshold passed = health_threshold(&t->health, &t->profile->options);
	struct window_brief b = { .loss_pct = -1, .rtt_median_ns = -1, .jitter_ns = -1 };

	if (t->health.state == HEALTH_DEGRADED || (from == HEALTH_DEGRADED && t->health.state == HEALTH_UP))
		b = window_brief(t->window);
	record_add_percent(r, "loss_pct", b.loss_pct);
	record_add_ms(r, "median_ms", b.rtt_median_ns);
	record_add_ms(r, "jitter_ms", b.jitter_ns);
	record_add_percent(r, "threshold_pct", passed.loss_pct);
	record_add_ms(r, "threshold_ms", passed.ns);
}

static enum record_level level_of_state(enum health_state s)
{
	if (s == HEALTH_DOWN)
		return LEVEL_ERR;
	return s == HEALTH_UP ? LEVEL_INFO : LEVEL_WARNING;
}

void record_state(struct record *r, const struct target *t, const struct target_change *c, const char *blocked_by)
{
	start_target(r, RECORD_STATE, t);
	r->level = level_of_state((enum health_state)t->health.state);
	record_add_text(r, "from", health_state_name(c->state_from));
	record_add_text(r, "to", health_state_name((enum health_state)t->health.state));
	record_add_text(r, "reason", health_reason(&t->health));
	record_add_time(r, "since", c->since_real_ns);
	record_add_text(r, "blocked_by", blocked_by);
	add_judged(r, t, c->state_from);
	if (c->first)
		record_add_bool(r, "first", true);
	else
		record_add_none(r, "first");
}

void record_path(struct record *r, const struct target *t, const struct target_change *c)
{
	start_target(r, RECORD_PATH, t);
	record_add_int(r, "ttl_from", c->ttl_from);
	record_add_int(r, "ttl_to", t->ttl);
	record_add_int(r, "hops_from", hops_from_ttl(c->ttl_from));
	record_add_int(r, "hops_to", hops_from_ttl(t->ttl));
}

void record_dns(struct record *r, const struct target *t, const char *host, const struct addr *from, const char *error,
                int64_t age_ns)
{
	start(r, RECORD_DNS, t);
	if (error)
		r->level = LEVEL_WARNING;
	record_add_text(r, "target", t->name);
	add_target_addr(r, "ip_from", t, from, 0);
	add_target_addr(r, "ip_to", t, &t->addr, 1);
	record_add_text(r, "error", error);
	if (age_ns < 0)
		record_add_none(r, "age_s");
	else
		record_add_int(r, "age_s", age_ns / NS_PER_S);
	record_add_text(r, "host", host);
	record_add_text(r, "group", t->profile->group);
}

void record_daemon(struct record *r, const char *event)
{
	start(r, RECORD_DAEMON, NULL);
	record_add_text(r, "event", event);
}
