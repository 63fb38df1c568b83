/* window.c - a ring of samples of 4 bytes, and figures made of them when they are asked for. */
#include "core/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A stored sample is an RTT in WINDOW_UNIT_NS steps, or one of the highest values for an outcome
 * without one, the last of which is as many as there are errnos. 40 s are 4.0e9 steps, so they never meet. */
#define SAMPLE_LOST(outcome)       (UINT32_MAX - (uint32_t)(outcome))
#define SAMPLE_NOT_SENT(sys_errno) (SAMPLE_LOST(OUTCOME_NOT_SENT) - (uint32_t)(sys_errno))

#define SMALL 512 /* samples: a frame of at most two pages */

struct window {
	uint16_t capacity, n, head; /* head: where the next sample goes */
	uint32_t samples[];
};

size_t window_size(uint32_t n)
{
	return sizeof(struct window) + n * sizeof(uint32_t);
}

struct window *window_new(uint32_t n)
{
	struct window *w = malloc(window_size(n));

	if (w)
		*w = (struct window){ .capacity = (uint16_t)n };
	return w;
}

void window_free(struct window *w)
{
	free(w);
}

uint32_t window_capacity(const struct window *w)
{
	return w->capacity;
}

void window_clear(struct window *w)
{
	w->n = w->head = 0;
}

/* The i-th oldest sample, i < w->n. */
static uint32_t sample_at(const struct window *w, uint32_t i)
{
	uint32_t at = (uint32_t)w->head + w->capacity - w->n + i;

	return w->samples[at >= w->capacity ? at - w->capacity : at];
}

static void push(struct window *w, uint32_t sample)
{
	w->samples[w->head] = sample;
	w->head = w->head + 1 == w->capacity ? 0 : (uint16_t)(w->head + 1);
	if (w->n < w->capacity)
		w->n++;
}

void window_copy(struct window *to, const struct window *from)
{
	window_clear(to);
	for (uint32_t i = from->n > to->capacity ? from->n - to->capacity : 0; i < from->n; i++)
		push(to, sample_at(from, i));
}

/* The samples of a window that is not full are its first n (sample_at): no more need be there. */
size_t window_export_size(const struct window *w)
{
	return window_size(w->n);
}

const struct window *window_export(const struct window *w, void *room)
{
	return memcpy(room, w, window_export_size(w));
}

void window_prefetch(const struct window *w)
{
	__builtin_prefetch(w, 1);
}

void window_add(struct window *w, enum outcome outcome, int64_t rtt_ns)
{
	if (outcome != OUTCOME_REPLY) {
		push(w, SAMPLE_LOST(outcome));
		return;
	}
	if (rtt_ns > WINDOW_RTT_MAX_NS)
		rtt_ns = WINDOW_RTT_MAX_NS;
	push(w, (uint32_t)((rtt_ns + WINDOW_UNIT_NS / 2) / WINDOW_UNIT_NS));
}

void window_add_not_sent(struct window *w, int sys_errno)
{
	push(w, SAMPLE_NOT_SENT(sys_errno));
}

uint32_t window_count(const struct window *w)
{
	return w->n;
}

enum outcome window_sample(const struct window *w, uint32_t i, int64_t *rtt_ns, int *sys_errno)
{
	uint32_t s = sample_at(w, i);

	*rtt_ns = -1;
	*sys_errno = 0;
	if (s <= WINDOW_RTT_MAX_NS / WINDOW_UNIT_NS) {
		*rtt_ns = (int64_t)s * WINDOW_UNIT_NS;
		return OUTCOME_REPLY;
	}
	if (s > SAMPLE_LOST(OUTCOME_NOT_SENT))
		return (enum outcome)(UINT32_MAX - s);
	*sys_errno = (int)(SAMPLE_NOT_SENT(0) - s);
	return OUTCOME_NOT_SENT;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* k = (n − 1)·q; d[⌊k⌋]·(1 − frac) + d[⌊k⌋ + 1]·frac */
static int64_t percentile(const int64_t *sorted, size_t n, double q)
{
	double k = (double)(n - 1) * q;
	size_t i = (size_t)k;
	double frac = k - (double)i;

	if (i + 1 >= n)
		return sorted[n - 1];
	return llround((double)sorted[i] * (1 - frac) + (double)sorted[i + 1] * frac);
}

static double sum_of_steps(const int64_t *rtts_ns, size_t n)
{
	double sum = 0;

	for (size_t i = 1; i < n; i++)
		sum += fabs((double)(rtts_ns[i] - rtts_ns[i - 1]));
	return sum;
}

static double sum_of_squares(const int64_t *rtts_ns, size_t n, double mean)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += ((double)rtts_ns[i] - mean) * ((double)rtts_ns[i] - mean);
	return sum;
}

void window_figures(struct window_view *v, int64_t *rtts_ns, size_t n)
{
	double mean, sum = 0;

	v->rtt_min_ns = v->rtt_max_ns = v->rtt_mean_ns = v->rtt_median_ns = -1;
	v->rtt_p90_ns = v->rtt_p95_ns = v->rtt_p99_ns = -1;
	v->jitter_ns = v->ipdv_ns = n ? 0 : -1;
	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		sum += (double)rtts_ns[i];
	mean = sum / (double)n;
	if (n > 1) {
		v->ipdv_ns = llround(sum_of_steps(rtts_ns, n) / (double)(n - 1));
		v->jitter_ns = llround(sqrt(sum_of_squares(rtts_ns, n, mean) / (double)(n - 1)));
	}
	qsort(rtts_ns, n, sizeof(*rtts_ns), by_value);
	v->rtt_min_ns = rtts_ns[0];
	v->rtt_max_ns = rtts_ns[n - 1];
	v->rtt_mean_ns = llround(mean);
	v->rtt_median_ns = percentile(rtts_ns, n, 0.50);
	v->rtt_p90_ns = percentile(rtts_ns, n, 0.90);
	v->rtt_p95_ns = percentile(rtts_ns, n, 0.95);
	v->rtt_p99_ns = percentile(rtts_ns, n, 0.99);
}

/* rtts_ns: room for as many as w has samples. */
static struct window_view view_with(const struct window *w, int64_t *rtts_ns)
{
	struct window_view v = { .loss_pct = -1 };
	uint32_t n_answerable;

	for (uint32_t i = 0; i < w->n; i++) {
		uint32_t s = sample_at(w, i);

		if (s <= WINDOW_RTT_MAX_NS / WINDOW_UNIT_NS)
			rtts_ns[v.n_received++] = (int64_t)s * WINDOW_UNIT_NS;
		else if (s > SAMPLE_LOST(OUTCOME_NOT_SENT))
			v.n_by_outcome[UINT32_MAX - s]++;
		else
			v.n_not_sent++, v.not_sent_errno = (int)(SAMPLE_NOT_SENT(0) - s);
	}
	v.n_by_outcome[OUTCOME_REPLY] = v.n_received;
	v.n_by_outcome[OUTCOME_NOT_SENT] = v.n_not_sent;
	v.n_unknown = v.n_by_outcome[OUTCOME_UNKNOWN];
	v.n_sent = w->n - v.n_not_sent;
	v.n_lost = v.n_sent - v.n_received - v.n_unknown;
	n_answerable = v.n_received + v.n_lost;
	if (n_answerable)
		v.loss_pct = 100.0 * v.n_lost / n_answerable;
	window_figures(&v, rtts_ns, v.n_received);
	return v;
}

static __attribute__((noinline)) struct window_view view_large(const struct window *w)
{
	int64_t rtts_ns[WINDOW_MAX];

	return view_with(w, rtts_ns);
}

/* Where compilers guard against a clash of stacks, each page of a frame is touched: half a megabyte of them took
 * most of the time. */
struct window_view window_view(const struct window *w)
{
	int64_t rtts_ns[SMALL];

	return w->n <= SMALL ? view_with(w, rtts_ns) : view_large(w);
}

/* --- in brief --- */

static bool is_reply(uint32_t sample)
{
	return sample <= WINDOW_RTT_MAX_NS / WINDOW_UNIT_NS;
}

/* The reply that rank others stand before, if they are sorted: one byte after the other, the highest first. Where they
 * stand in the window does not matter: its samples are the first w->n. */
static uint32_t select_reply(const struct window *w, uint32_t rank)
{
	uint32_t found = 0, mask = 0;

	for (int shift = 24; shift >= 0; shift -= 8) {
		uint32_t counts[256] = { 0 }, byte = 0;

		for (uint32_t i = 0; i < w->n; i++)
			if (is_reply(w->samples[i]) && (w->samples[i] & mask) == found)
				counts[w->samples[i] >> shift & 255]++;
		while (rank >= counts[byte])
			rank -= counts[byte++];
		found |= byte << shift;
		mask |= 255u << shift;
	}
	return found;
}

/* The one after sample in their order, which is another one of its size if more than rank + 1 are not above it. */
static uint32_t next_reply(const struct window *w, uint32_t sample, uint32_t rank)
{
	uint32_t n_not_above = 0, next = UINT32_MAX;

	for (uint32_t i = 0; i < w->n; i++) {
		uint32_t s = w->samples[i];

		n_not_above += s <= sample;
		if (s > sample && s < next)
			next = s;
	}
	return n_not_above > rank + 1 ? sample : next;
}

static int64_t median_of(const struct window *w, uint32_t n_received)
{
	uint32_t rank = (n_received - 1) / 2, lower = select_reply(w, rank);
	int64_t pair[2] = { (int64_t)lower * WINDOW_UNIT_NS };

	if (n_received % 2)
		return pair[0];
	pair[1] = (int64_t)next_reply(w, lower, rank) * WINDOW_UNIT_NS;
	return percentile(pair, 2, 0.50);
}

/* In the order they came, as window_figures has them: sums of squares are rounded. Those of RTTs are not. */
static int64_t jitter_of(const struct window *w, uint32_t n_received, int64_t sum_ns)
{
	double mean = (double)sum_ns / n_received, sum = 0;

	for (uint32_t i = 0; i < w->n; i++) {
		uint32_t s = sample_at(w, i);
		double off = (double)((int64_t)s * WINDOW_UNIT_NS) - mean;

		if (is_reply(s))
			sum += off * off;
	}
	return llround(sqrt(sum / (n_received - 1)));
}

struct window_brief window_brief(const struct window *w)
{
	struct window_brief b = { .n = w->n, .loss_pct = -1, .rtt_median_ns = -1, .jitter_ns = -1 };
	uint32_t n_received = 0, n_lost = 0;
	int64_t sum_ns = 0;

	for (uint32_t i = 0; i < w->n; i++) {
		uint32_t s = w->samples[i];

		if (is_reply(s)) {
			n_received++;
			sum_ns += (int64_t)s * WINDOW_UNIT_NS;
		} else {
			n_lost += s > SAMPLE_LOST(OUTCOME_NOT_SENT) && s != SAMPLE_LOST(OUTCOME_UNKNOWN);
		}
	}
	b.n_answerable = n_received + n_lost;
	if (b.n_answerable)
		b.loss_pct = 100.0 * n_lost / b.n_answerable;
	if (n_received)
		b.rtt_median_ns = median_of(w, n_received);
	if (n_received > 1)
		b.jitter_ns = jitter_of(w, n_received, sum_ns);
	return b;
}

bool window_is_at_mark(const struct window *w)
{
	return w->capacity < 2 * WINDOW_MARKS || w->head * WINDOW_MARKS % w->capacity < WINDOW_MARKS;
}
