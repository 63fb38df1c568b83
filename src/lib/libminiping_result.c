/* libminiping_result.c - counts packets and replies, and makes figures of them. */
#include "lib/libminiping_result.h"

#include "core/hops.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define START_ROOM 16u

void libminiping_result_begin(struct miniping_result *result, const char *host)
{
	*result = (struct miniping_result){
		.host = host,
		.error.host = host,
		.loss = -1,
		.min_ns = -1,
		.max_ns = -1,
		.mean_ns = -1,
		.median_ns = -1,
		.p95_ns = -1,
		.ttl = -1,
		.hops = -1,
	};
}

void libminiping_result_fail(struct miniping_result *result, const struct miniping_error *error)
{
	const char *host = result->host;

	miniping_result_fini(result);
	libminiping_result_begin(result, host);
	result->error = *error;
	result->error.host = host;
}

static int make_room(struct miniping_result *result, struct libminiping_tally *t)
{
	uint64_t room = t->room ? 2 * t->room : START_ROOM;
	int64_t *rtts;
	uint32_t *seqs;

	if (result->received < t->room)
		return 0;
	rtts = reallocarray(result->rtt_list_ns, room, sizeof(*rtts));
	if (!rtts)
		return -ENOMEM;
	result->rtt_list_ns = rtts;
	seqs = reallocarray(t->seqs, room, sizeof(*seqs));
	if (!seqs)
		return -ENOMEM;
	t->seqs = seqs;
	t->room = room;
	return 0;
}

/* Replies overtake each other at times; the list is in the order of the packets. */
static int add_rtt(struct miniping_result *result, struct libminiping_tally *t, const struct settled *s)
{
	uint64_t i = result->received;
	int err = make_room(result, t);

	if (err)
		return err;
	for (; i && t->seqs[i - 1] > s->number; i--) {
		t->seqs[i] = t->seqs[i - 1];
		result->rtt_list_ns[i] = result->rtt_list_ns[i - 1];
	}
	t->seqs[i] = s->number;
	result->rtt_list_ns[i] = s->rtt_ns;
	return 0;
}

/* Min, max, mean and variance go on without the single values. */
static void add_to_sums(struct miniping_result *result, struct libminiping_tally *t, int64_t rtt_ns)
{
	double from_mean = (double)rtt_ns - t->mean;

	t->mean += from_mean / (double)(result->received + 1);
	t->squares += from_mean * ((double)rtt_ns - t->mean);
	if (!result->received || rtt_ns < result->min_ns)
		result->min_ns = rtt_ns;
	if (rtt_ns > result->max_ns)
		result->max_ns = rtt_ns;
}

static int add_reply(struct miniping_result *result, struct libminiping_tally *t, const struct settled *s)
{
	int err = 0;

	if (t->no_list)
		add_to_sums(result, t, s->rtt_ns);
	else
		err = add_rtt(result, t, s);
	if (err)
		return err;
	if (result->ttl < 0)
		result->ttl = s->ttl;
	result->received++;
	return 0;
}

static void note_error(struct miniping_result *result, int family, const struct icmp_error *error)
{
	struct miniping_error *e = &result->error;
	char text[ADDR_STRLEN];

	result->errors++;
	e->icmp_type = error->type;
	e->icmp_code = error->code;
	e->icmp_text = outcome_error_text(family, error->type, error->code);
	strcpy(e->icmp_from, addr_format(&error->from, text));
}

int libminiping_result_settled(struct miniping_result *result, struct libminiping_tally *t, const struct settled *s)
{
	if (s->outcome == OUTCOME_NOT_SENT) {
		result->send_errors++;
		result->error.sys_errno = s->sys_errno;
		return 0;
	}
	result->sent++;
	switch (s->outcome) {
	case OUTCOME_REPLY:
		return add_reply(result, t, s);
	case OUTCOME_UNKNOWN:
		result->unknown++;
		return 0;
	case OUTCOME_TIMEOUT:
		break;
	default:
		if (s->has_error)
			note_error(result, s->to.family, &s->error);
	}
	result->lost++;
	return 0;
}

void libminiping_result_packet(struct miniping_packet *p, const struct miniping_result *result, const struct settled *s,
                               char from[ADDR_STRLEN])
{
	*p = (struct miniping_packet){
		.host = result->host,
		.addr = result->addr,
		.family = result->family,
		.seq = s->number,
		.outcome = (enum miniping_outcome)s->outcome,
		.rtt_ns = s->rtt_ns,
		.ttl = s->ttl,
		.icmp_type = -1,
		.icmp_code = -1,
		.sys_errno = s->sys_errno,
	};
	if (s->outcome == OUTCOME_REPLY) {
		p->received = 1;
		p->size = s->size;
		p->reply_from = addr_format(&s->from, from);
	} else if (s->has_error) {
		p->reply_from = addr_format(&s->error.from, from);
		p->icmp_type = s->error.type;
		p->icmp_code = s->error.code;
		p->icmp_text = outcome_error_text(s->to.family, s->error.type, s->error.code);
	}
}

/* Of a result without a list: median and p95 of the target's window, the others of all replies. */
static void finish_sums(struct miniping_result *result, const struct libminiping_tally *tally, const struct target *t)
{
	struct window_view v = window_view(t->window);

	result->median_ns = v.rtt_median_ns;
	result->p95_ns = v.rtt_p95_ns;
	/* Replies that came after the end of it are in the window, too. */
	if (result->received == 1)
		result->median_ns = result->p95_ns = result->max_ns;
	if (result->received)
		result->mean_ns = llround(tally->mean);
	if (result->received > 1)
		result->jitter_ns = llround(sqrt(tally->squares / (double)(result->received - 1)));
}

/* scratch holds result->received. */
static void finish_list(struct miniping_result *result, int64_t *scratch)
{
	struct window_view v;

	if (result->received)
		memcpy(scratch, result->rtt_list_ns, result->received * sizeof(*scratch));
	window_figures(&v, scratch, result->received);
	result->min_ns = v.rtt_min_ns;
	result->max_ns = v.rtt_max_ns;
	result->mean_ns = v.rtt_mean_ns;
	result->median_ns = v.rtt_median_ns;
	result->p95_ns = v.rtt_p95_ns;
	result->jitter_ns = result->received ? v.jitter_ns : 0;
}

static void finish_figures(struct miniping_result *result)
{
	if (result->received + result->lost)
		result->loss = 100.0 * (double)result->lost / (double)(result->received + result->lost);
	result->hops = hops_from_ttl(result->ttl);
	result->os_guess = hops_os_guess(result->ttl);
}

static void finish_status(struct miniping_result *result, const struct miniping_options *o)
{
	struct miniping_error *e = &result->error;

	if (e->status || result->received)
		return;
	if (result->errors) {
		e->status = MINIPING_E_UNREACHABLE;
	} else if (!result->sent && result->send_errors) {
		e->status = MINIPING_E_SEND;
	} else if (o->raise_on_timeout && result->lost) {
		e->status = MINIPING_E_TIMEOUT;
		e->timeout_ns = o->timeout_ns;
	}
}

void libminiping_result_finish(struct miniping_result *result, const struct libminiping_tally *tally,
                               const struct target *t, const struct miniping_options *o, int64_t *scratch)
{
	result->duplicates = t->counters.duplicate + (tally->answers ? tally->answers->n_duplicates : 0);
	result->late = t->counters.late;
	result->truncated = t->counters.truncated;
	result->corrupt = t->counters.corrupt;
	result->foreign = t->counters.foreign;
	if (tally->no_list)
		finish_sums(result, tally, t);
	else
		finish_list(result, scratch);
	finish_figures(result);
	finish_status(result, o);
}

void miniping_result_fini(struct miniping_result *result)
{
	free(result->rtt_list_ns);
	result->rtt_list_ns = NULL;
}
