/* row.c - a row is known at some ranks of its sorted RTTs. Between two of them, the others are taken to lie evenly; so
 * what is known of few probes is exact, and a merge adds up what is known. */
#include "store/row.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MERGE_ROWS 64u /* at a time */
#define KNOTS      (MERGE_ROWS * ROW_POINTS)

/* Of the points, in parts of 10,000. */
static const uint16_t shares[ROW_POINTS] = { 0,    1000, 2500, 5000, 7500, 9000, 9500, 9600,
	                                     9700, 9800, 9850, 9900, 9950, 9975, 9990, 10000 };

/* Of n sorted values, from 1: the least that is not below this share of them. */
static uint64_t rank_of(unsigned point, uint64_t n)
{
	uint64_t rank = (n * shares[point] + 9999) / 10000;

	return rank ? rank : 1;
}

static void set_none(struct row *r)
{
	for (unsigned i = 0; i < ROW_POINTS; i++)
		r->q[i] = RTT_CODE_NONE;
}

static int by_code(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

void row_of_codes(struct row *r, uint16_t *codes, size_t n)
{
	if (!n) {
		set_none(r);
		return;
	}
	qsort(codes, n, sizeof(*codes), by_code);
	for (unsigned i = 0; i < ROW_POINTS; i++)
		r->q[i] = codes[rank_of(i, n) - 1];
}

/* --- merging --- */

/* The sum of all distributions, as far as it is known where it bends: how many replies are at or below a code. */
struct sum {
	size_t n;
	uint16_t code[KNOTS], order[KNOTS];
	double jump[KNOTS];  /* as many are exactly here */
	double slope[KNOTS]; /* as many more a code, from here on */
	uint64_t n_replies;
};

static uint64_t replies(const struct row *r)
{
	uint64_t others = (uint64_t)r->n_lost + r->n_unknown;

	return r->n_sent > others ? r->n_sent - others : 0;
}

static void add_knot(struct sum *s, uint16_t code, double jump)
{
	s->code[s->n] = code;
	s->jump[s->n] = jump;
	s->slope[s->n++] = 0;
}

static void add_row(struct sum *s, const struct row *row)
{
	uint64_t n = replies(row), rank = 0, next;
	uint16_t code = 0;

	if (!n || row->q[ROW_MIN] == RTT_CODE_NONE)
		return;
	for (unsigned i = 0; i < ROW_POINTS; i++) {
		uint16_t point = row->q[i];
		double between;

		next = rank_of(i, n);
		if (next == rank)
			continue;
		if (point == RTT_CODE_NONE || point < code) /* what has been read from a file may be anything */
			point = code;
		between = (double)(next - rank - 1);
		if (point == code)
			add_knot(s, point, 1 + between);
		else
			add_knot(s, point, 1);
		if (point > code && between > 0) {
			s->slope[s->n - 2] += between / (point - code);
			s->slope[s->n - 1] -= between / (point - code);
		}
		rank = next;
		code = point;
	}
	s->n_replies += n;
}

/* From how many there are of each byte to where they begin. */
static void place(uint16_t at[256])
{
	uint16_t sum = 0;

	for (unsigned b = 0; b < 256; b++) {
		uint16_t n = at[b];

		at[b] = sum;
		sum = (uint16_t)(sum + n);
	}
}

/* One byte after the other, the lower first. */
static void sort_knots(struct sum *s)
{
	uint16_t other[KNOTS], low[256] = { 0 }, high[256] = { 0 };

	for (size_t i = 0; i < s->n; i++) {
		low[s->code[i] & 0xff]++;
		high[s->code[i] >> 8]++;
	}
	place(low);
	place(high);
	for (size_t i = 0; i < s->n; i++)
		other[low[s->code[i] & 0xff]++] = (uint16_t)i;
	for (size_t i = 0; i < s->n; i++)
		s->order[high[s->code[other[i]] >> 8]++] = other[i];
}

static double wanted(unsigned point, uint64_t n)
{
	return point < ROW_POINTS ? (double)rank_of(point, n) - 0.5 : (double)n + 1;
}

static void read_off(const struct sum *s, struct row *out)
{
	double sum = 0, slope = 0, want = wanted(0, s->n_replies);
	unsigned point = 0;
	uint16_t code = s->code[s->order[0]], last = s->code[s->order[s->n - 1]];

	for (size_t i = 0; i < s->n; i++) {
		size_t k = s->order[i];
		double here = sum + slope * (s->code[k] - code);

		while (want <= here && slope > 0) {
			out->q[point++] = (uint16_t)(code + (want - sum) / slope + 0.5);
			want = wanted(point, s->n_replies);
		}
		code = s->code[k];
		sum = here + s->jump[k];
		slope += s->slope[k];
		while (want <= sum) {
			out->q[point++] = code;
			want = wanted(point, s->n_replies);
		}
	}
	for (; point < ROW_POINTS; point++) /* what rounding has left of the sum */
		out->q[point] = last;
	out->q[ROW_MIN] = s->code[s->order[0]];
	out->q[ROW_MAX] = last;
}

static void merge_some(struct row *out, const struct row *rows, size_t n)
{
	struct sum s;
	struct row merged = { 0 };

	assert(n <= MERGE_ROWS);
	s.n = 0;
	s.n_replies = 0;
	set_none(&merged);
	for (size_t i = 0; i < n; i++) {
		merged.n_sent += rows[i].n_sent;
		merged.n_lost += rows[i].n_lost;
		merged.n_unknown += rows[i].n_unknown;
		merged.n_not_sent += rows[i].n_not_sent;
		merged.is_incomplete |= rows[i].is_incomplete;
		add_row(&s, &rows[i]);
	}
	if (s.n) {
		sort_knots(&s);
		read_off(&s, &merged);
	}
	*out = merged;
}

/* What has been read from a file may be anything. */
static bool is_sound(const struct row *r)
{
	for (unsigned i = 1; i < ROW_POINTS; i++)
		if (r->q[i] < r->q[i - 1])
			return false;
	return replies(r) ? r->q[ROW_MAX] != RTT_CODE_NONE : r->q[ROW_MIN] == RTT_CODE_NONE;
}

/* More than fit are merged one batch after the other, each with what the batches before have come to. */
void row_merge(struct row *out, const struct row *rows, size_t n)
{
	struct row some[MERGE_ROWS];
	size_t at = 0, n_some = 0;

	if (n == 1 && is_sound(rows)) {
		*out = rows[0];
		return;
	}
	do {
		while (at < n && n_some < MERGE_ROWS)
			some[n_some++] = rows[at++];
		merge_some(&some[0], some, n_some);
		n_some = 1;
	} while (at < n);
	*out = some[0];
}

void row_point(struct past_point *out, const struct row *r, int64_t at_s)
{
	*out = (struct past_point){ .at_s = at_s,
		                    .n_sent = r->n_sent,
		                    .n_lost = r->n_lost,
		                    .n_unknown = r->n_unknown,
		                    .n_not_sent = r->n_not_sent,
		                    .min_ns = rtt_code_ns(r->q[ROW_MIN]),
		                    .p10_ns = rtt_code_ns(r->q[ROW_P10]),
		                    .p25_ns = rtt_code_ns(r->q[ROW_P25]),
		                    .median_ns = rtt_code_ns(r->q[ROW_MEDIAN]),
		                    .p75_ns = rtt_code_ns(r->q[ROW_P75]),
		                    .p90_ns = rtt_code_ns(r->q[ROW_P90]),
		                    .p95_ns = rtt_code_ns(r->q[ROW_P95]),
		                    .p99_ns = rtt_code_ns(r->q[ROW_P99]),
		                    .max_ns = rtt_code_ns(r->q[ROW_MAX]),
		                    .is_incomplete = r->is_incomplete };
}
