/* libminiping_packets.c - hears of packets that have ended, counts them, and hands them on. */
#include "lib/libminiping_packets.h"

#include "base/clock.h"

#include <math.h>

void libminiping_packets_done(struct libminiping_run *r)
{
	if (!--r->n_left)
		r->over = true;
}

/* No packet follows; but others may still answer the latest of those to many. */
static void host_ended(struct libminiping_run *r, size_t i)
{
	const struct libminiping_tally *t = &r->tallies[i];

	if (!t->answers || t->until_ns <= clock_mono_ns()) {
		libminiping_packets_done(r);
		return;
	}
	if (!r->n_lingering++ || r->loop.until_ns < t->until_ns)
		r->loop.until_ns = t->until_ns;
}

void libminiping_packets_linger(struct libminiping_run *r)
{
	if (!r->n_lingering || clock_mono_ns() < r->loop.until_ns)
		return;
	engine_turn(r->engine, clock_mono_ns()); /* takes in what has come */
	if (clock_mono_ns() < r->loop.until_ns)
		return; /* another one lingers */
	r->loop.until_ns = INT64_MAX;
	for (; r->n_lingering; r->n_lingering--)
		libminiping_packets_done(r);
}

/* What is in flight to it ends unseen. */
static void host_answered(struct libminiping_run *r, size_t i)
{
	r->tallies[i].answered = true;
	engine_remove(r->engine, (uint32_t)i);
	libminiping_packets_done(r);
}

static void packet_ended(struct libminiping_run *r, size_t i, const struct miniping_packet *p)
{
	const struct miniping_options *o = r->options;
	struct libminiping_tally *t = &r->tallies[i];

	if (o->on_packet && o->on_packet(o->data, p))
		r->over = true;
	else if (p->received && o->until_reply)
		host_answered(r, i);
	else if (++t->n_ended == o->count)
		host_ended(r, i);
}

/* As libminiping_answers_add; of hosts that one answers for, nothing. */
static int note_answer(struct libminiping_run *r, size_t i, const struct settled *s)
{
	struct libminiping_answers *a = r->tallies[i].answers;
	int answer = 0;

	if (a && s->outcome == OUTCOME_REPLY)
		answer = libminiping_answers_add(a, &s->from, s->number, s->rtt_ns, s->ttl);
	if (answer < 0) {
		r->err = answer;
		r->over = true;
	}
	return answer;
}

static void on_further(void *data, uint32_t i, const struct settled *s)
{
	struct libminiping_run *r = data;
	const struct miniping_options *o = r->options;
	char from[ADDR_STRLEN];
	struct miniping_packet p;
	int answer;

	if (r->over || r->tallies[i].answered)
		return;
	answer = note_answer(r, i, s);
	if (answer < 0 || !r->more.on_answer)
		return;
	libminiping_result_packet(&p, &r->results[i], s, from);
	p.host_index = i;
	if (r->more.on_answer(o->data, &p, answer == LIBMINIPING_ANSWER_AGAIN))
		r->over = true;
}

static void on_settled(void *data, uint32_t i, const struct settled *s, const struct target_change *c)
{
	struct libminiping_run *r = data;
	struct libminiping_tally *t = &r->tallies[i];
	int64_t until_ns = s->sent_ns + r->options->timeout_ns;
	char from[ADDR_STRLEN];
	struct miniping_packet p;

	(void)c;
	if (r->over || t->answered)
		return;
	if (until_ns > t->until_ns)
		t->until_ns = until_ns;
	r->err = libminiping_result_settled(&r->results[i], t, s);
	if (r->err)
		r->over = true;
	else if (note_answer(r, i, s) >= 0) {
		libminiping_result_packet(&p, &r->results[i], s, from);
		p.host_index = i;
		packet_ended(r, i, &p);
	}
}

void libminiping_packets_listen(struct libminiping_run *r)
{
	r->listener = (struct listener){ .on_settled = on_settled, .on_further = on_further, .data = r };
	events_add(&r->events, &r->listener);
}

static void report_answerers_of(const struct libminiping_run *r, size_t i)
{
	const struct libminiping_answers *a = r->tallies[i].answers;
	struct miniping_answerer out = { .host = r->results[i].host, .host_index = i };
	char addr[ADDR_STRLEN];

	for (size_t k = 0; k < a->n; k++) {
		const struct libminiping_answerer *one = &a->at[k];

		out.addr = addr_format(&one->from, addr);
		out.received = one->n_received;
		out.duplicates = one->n_duplicates;
		out.min_ns = one->min_ns;
		out.max_ns = one->max_ns;
		out.mean_ns = one->n_received ? llround(one->mean) : -1;
		out.jitter_ns = libminiping_answerer_jitter_ns(one);
		out.ttl = one->ttl;
		r->more.on_answerer(r->options->data, &out);
	}
	if (!a->n_beyond)
		return;
	out = (struct miniping_answerer){ .host = out.host,
		                          .host_index = i,
		                          .received = a->n_beyond,
		                          .min_ns = -1,
		                          .max_ns = -1,
		                          .mean_ns = -1,
		                          .ttl = -1 };
	r->more.on_answerer(r->options->data, &out);
}

void libminiping_packets_answerers(const struct libminiping_run *r)
{
	for (size_t i = 0; r->more.on_answerer && i < r->n_hosts; i++)
		if (r->tallies[i].answers)
			report_answerers_of(r, i);
}
