/* api_fields.c - the tables, and what is written otherwise than its type says. */
#include "serve/api_fields.h"

#include "core/hops.h"
#include "core/not_sent.h"

#include <string.h>

static void take_target(struct api_row *r, const struct view *v, uint32_t i)
{
	const struct generation *g = view_generation(v);

	view_target(v, i, &r->target);
	r->sums = earlier_add(view_earlier(v, i), &r->target.counters, g->at_real_ns - (g->at_ns - r->target.born_ns));
}

struct api_row api_row(struct view *v, uint32_t i)
{
	struct api_row r;

	take_target(&r, v, i);
	r.window = *view_figures(v, i);
	return r;
}

struct api_row api_row_for(struct view *v, uint32_t i, uint64_t which)
{
	struct api_row r = { .window = { 0 } };

	for (size_t field = 0; api_fields[field].name; field++)
		if (which >> field & 1 && api_fields[field].offset >= offsetof(struct api_row, window))
			return api_row(v, i);
	take_target(&r, v, i);
	return r;
}

/* --- fields --- */

static void put_ip(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	const struct target t = { .profile = r->target.profile };
	char text[ADDR_STRLEN];
	bool is_known = r->target.addr.family != AF_UNSPEC;

	jsonbuf_text(j, name, is_known ? target_addr_text(&t, &r->target.addr, text) : NULL);
}

static void put_leased(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	jsonbuf_bool(j, name, r->target.profile->is_leased);
}

static void put_group(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	jsonbuf_text(j, name, r->target.profile->group);
}

static void put_labels(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	const struct labels *labels = r->target.profile->labels;

	jsonbuf_open(j, name, '{');
	for (size_t i = 0; labels && i < labels->n; i++)
		jsonbuf_named(j, labels->at[i].key, labels->at[i].value);
	jsonbuf_close(j, '}');
}

static void put_state(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	jsonbuf_text(j, name, health_state_name(r->target.state));
}

static void put_loss(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	uint32_t n = r->window.n_received + r->window.n_lost;

	jsonbuf_ratio(j, name, n ? (double)r->window.n_lost / n : -1);
}

/* One reply does not differ from another. */
static void put_difference(struct jsonbuf *j, const char *name, const struct api_row *r, uint32_t rtt)
{
	jsonbuf_seconds(j, name, r->window.n_received < 2 ? -1 : (int64_t)rtt * WINDOW_UNIT_NS);
}

static void put_jitter(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	put_difference(j, name, r, r->window.jitter);
}

static void put_ipdv(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	put_difference(j, name, r, r->window.ipdv);
}

static void put_not_sent_error(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	jsonbuf_text(j, name, not_sent_errno_name(r->window.not_sent_errno));
}

static void put_ttl(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	if (r->target.ttl < 0)
		jsonbuf_null(j, name);
	else
		jsonbuf_int(j, name, r->target.ttl);
}

static void put_hops(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	int hops = hops_from_ttl(r->target.ttl);

	if (hops < 0)
		jsonbuf_null(j, name);
	else
		jsonbuf_int(j, name, hops);
}

static void put_os_guess(struct jsonbuf *j, const char *name, const struct api_row *r)
{
	jsonbuf_text(j, name, hops_os_guess(r->target.ttl));
}

/* clang-format off */
#define FIELD(name, type, member)   { name, API_##type, offsetof(struct api_row, member), true, NULL }
#define EXTRA(name, type, member)   { name, API_##type, offsetof(struct api_row, member), false, NULL }
#define SPECIAL(name, usual, put)   { name, API_OTHER, 0, usual, put }
#define DERIVED(name, usual, put)   { name, API_OTHER, offsetof(struct api_row, window), usual, put }

const struct api_field api_fields[] = {
	FIELD("name", TEXT, target.name),
	SPECIAL("ip", true, put_ip),
	EXTRA("host", TEXT, target.host),
	SPECIAL("group", true, put_group),
	SPECIAL("labels", true, put_labels),
	SPECIAL("state", true, put_state),
	FIELD("reason", TEXT, target.reason),
	FIELD("since", TIME, target.since_real_ns),
	FIELD("blocked", BOOL, target.is_blocked),
	EXTRA("derived", BOOL, target.is_derived),
	SPECIAL("leased", false, put_leased),
	/* Over the window: */
	FIELD("sent", COUNT, window.n_sent),
	FIELD("received", COUNT, window.n_received),
	FIELD("lost", COUNT, window.n_lost),
	FIELD("unknown", COUNT, window.n_unknown),
	FIELD("not_sent", COUNT, window.n_not_sent),
	DERIVED("not_sent_error", false, put_not_sent_error),
	DERIVED("loss_ratio", true, put_loss),
	FIELD("rtt_min_seconds", SECONDS, window.rtt_min),
	FIELD("rtt_mean_seconds", SECONDS, window.rtt_mean),
	FIELD("rtt_median_seconds", SECONDS, window.rtt_median),
	EXTRA("rtt_p90_seconds", SECONDS, window.rtt_p90),
	FIELD("rtt_p95_seconds", SECONDS, window.rtt_p95),
	FIELD("rtt_p99_seconds", SECONDS, window.rtt_p99),
	FIELD("rtt_max_seconds", SECONDS, window.rtt_max),
	DERIVED("rtt_jitter_seconds", true, put_jitter),
	DERIVED("rtt_ipdv_seconds", false, put_ipdv),
	SPECIAL("ttl", false, put_ttl),
	SPECIAL("hops", false, put_hops),
	SPECIAL("os_guess", false, put_os_guess),
	/* Since started: */
	EXTRA("total_sent", TOTAL, sums.sent),
	EXTRA("total_received", TOTAL, sums.received),
	EXTRA("total_lost", TOTAL, sums.lost),
	EXTRA("total_unknown", TOTAL, sums.unknown),
	EXTRA("total_timeout", TOTAL, sums.timeout),
	EXTRA("total_unreachable", TOTAL, sums.unreachable),
	EXTRA("total_ttl_exceeded", TOTAL, sums.ttl_exceeded),
	EXTRA("total_too_big", TOTAL, sums.too_big),
	EXTRA("send_error", TOTAL, sums.send_error),
	EXTRA("late", TOTAL, sums.late),
	EXTRA("duplicate", TOTAL, sums.duplicate),
	EXTRA("corrupt", TOTAL, sums.corrupt),
	EXTRA("foreign", TOTAL, sums.foreign),
	EXTRA("truncated", TOTAL, sums.truncated),
	EXTRA("started", TIME, sums.started_real_ns),
	{ .name = NULL },
};
/* clang-format on */

uint64_t api_fields_bit(const char *name, size_t len)
{
	for (size_t i = 0; api_fields[i].name; i++)
		if (strlen(api_fields[i].name) == len && !memcmp(api_fields[i].name, name, len))
			return UINT64_C(1) << i;
	return 0;
}

uint64_t api_fields_usual(void)
{
	uint64_t bits = 0;

	for (size_t i = 0; api_fields[i].name; i++)
		bits |= (uint64_t)api_fields[i].is_usual << i;
	return bits;
}

uint64_t api_fields_all(void)
{
	size_t n = 0;

	while (api_fields[n].name)
		n++;
	return (UINT64_C(1) << n) - 1;
}

static void put_field(struct jsonbuf *j, const struct api_field *f, const struct api_row *r)
{
	const void *at = (const char *)r + f->offset;

	switch (f->type) {
	case API_TEXT:
		jsonbuf_text(j, f->name, *(const char *const *)at);
		break;
	case API_BOOL:
		jsonbuf_bool(j, f->name, *(const bool *)at);
		break;
	case API_COUNT:
		jsonbuf_uint(j, f->name, *(const uint32_t *)at);
		break;
	case API_TOTAL:
		jsonbuf_uint(j, f->name, *(const uint64_t *)at);
		break;
	case API_TIME:
		jsonbuf_time(j, f->name, *(const int64_t *)at);
		break;
	case API_SECONDS:
		jsonbuf_seconds(j, f->name,
		                *(const uint32_t *)at == VIEW_NO_RTT ? -1 : *(const uint32_t *)at * INT64_C(10));
		break;
	default:
		f->put(j, f->name, r);
	}
}

void api_fields_put(struct jsonbuf *j, const struct api_row *r, uint64_t which)
{
	for (size_t i = 0; api_fields[i].name; i++)
		if (which >> i & 1)
			put_field(j, &api_fields[i], r);
}

/* --- sorting --- */

/* The first eight bytes, but for the last bit, which leaves the order of those that differ by it to the names. */
static uint64_t key_name(const struct api_row *r)
{
	uint64_t key = 0;
	size_t len = strlen(r->target.name);

	for (size_t i = 0; i < 8; i++)
		key = key << 8 | (i < len ? (unsigned char)r->target.name[i] : 0);
	return key >> 1;
}

/* From good to bad; what cannot be asked is worse than what answers badly, and better than what does not. */
static uint64_t key_state(const struct api_row *r)
{
	static const uint8_t ranks[] = {
		[HEALTH_UP] = 0, [HEALTH_DEGRADED] = 1, [HEALTH_UNKNOWN] = 2, [HEALTH_DOWN] = 3
	};

	return ranks[r->target.state];
}

static uint64_t key_since(const struct api_row *r)
{
	return r->target.since_real_ns > 0 ? (uint64_t)r->target.since_real_ns : API_KEY_NONE;
}

static uint64_t key_rtt(const struct api_row *r)
{
	return r->window.rtt_median == VIEW_NO_RTT ? API_KEY_NONE : r->window.rtt_median;
}

#define LOSS_BITS 29

static uint64_t key_loss(const struct api_row *r)
{
	uint64_t n = (uint64_t)r->window.n_received + r->window.n_lost;

	return n ? ((uint64_t)r->window.n_lost << LOSS_BITS) / n : API_KEY_NONE;
}

/* The worst first: by state, then by loss, then by RTT. */
static uint64_t key_worst(const struct api_row *r)
{
	uint64_t loss = key_loss(r), rtt = key_rtt(r), badness = key_state(r);

	badness = badness << (LOSS_BITS + 1) | (loss == API_KEY_NONE ? 0 : loss);
	badness = badness << 31 | (rtt == API_KEY_NONE ? 0 : rtt >> 1);
	return (UINT64_C(1) << 63) - 1 - badness;
}

const struct api_sort api_sorts[] = {
	{ "name", false, key_name },
	{ "state", false, key_state },
	{ "since", false, key_since },
	{ "loss", true, key_loss },
	{ "rtt", true, key_rtt },
	{ "worst", true, key_worst },
	{ .name = NULL },
};

const struct api_sort *api_sort_find(const char *name)
{
	for (const struct api_sort *s = api_sorts; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}
