/* health.c - counts losses and replies in a row, and compares figures with thresholds. */
#include "core/health.h"

#include "core/not_sent.h"

#include <string.h>

enum reason {
	REASON_NONE,
	REASON_LOSS,
	REASON_RTT,
	REASON_JITTER,
	REASON_PAUSED,
	REASON_OUTCOME,                                  /* and as many as there are outcomes, */
	REASON_NOT_SENT = REASON_OUTCOME + OUTCOME_COUNT /* then as many as enum not_sent has */
};

static bool enter(struct health *h, enum health_state state, unsigned reason)
{
	h->state = state & 0xf;
	h->known = true;
	h->reason = reason & 0x7f;
	h->streak = 0;
	h->over = 0;
	return true;
}

/* The row counts up to need and stays there. */
static bool row_complete(uint16_t *row, uint32_t need)
{
	if (*row < need)
		++*row;
	return *row >= need;
}

/* Changes the state once, however long it lasts. */
static bool settle_not_sent(struct health *h, const struct options *o, int sys_errno)
{
	bool is_known = h->state == HEALTH_UNKNOWN && h->reason >= REASON_NOT_SENT;

	h->lost = true;
	if (!row_complete(&h->not_sent, o->fall < o->window ? o->fall : o->window) || is_known)
		return false;
	return enter(h, HEALTH_UNKNOWN, REASON_NOT_SENT + not_sent_of(sys_errno));
}

bool health_settle(struct health *h, const struct options *o, enum outcome outcome, int sys_errno)
{
	bool replied = outcome == OUTCOME_REPLY;
	bool down = h->state == HEALTH_DOWN;

	if (outcome == OUTCOME_NOT_SENT || (outcome == OUTCOME_UNKNOWN && sys_errno))
		return settle_not_sent(h, o, sys_errno);
	if (outcome == OUTCOME_UNKNOWN)
		return false;
	h->not_sent = 0;
	h->lost = !replied;
	if (h->state == HEALTH_UNKNOWN && replied)
		return enter(h, HEALTH_UP, REASON_OUTCOME + outcome);
	/* What a row counts depends on the state: replies lead out of down, losses lead into it. */
	if (replied != down) {
		h->streak = 0;
		return false;
	}
	if (!row_complete(&h->streak, down ? o->rise : o->fall))
		return false;
	return enter(h, down ? HEALTH_UP : HEALTH_DOWN, REASON_OUTCOME + outcome);
}

bool health_pause(struct health *h)
{
	bool before = h->state == HEALTH_UNKNOWN && h->reason == REASON_PAUSED;

	h->paused = true;
	h->lost = false;
	h->not_sent = 0;
	return enter(h, HEALTH_UNKNOWN, REASON_PAUSED) && !before;
}

void health_resume(struct health *h)
{
	h->paused = false;
}

/* May a state have it? */
static bool is_reason_of(enum health_state state, unsigned reason)
{
	switch (state) {
	case HEALTH_UP:
		return reason == REASON_OUTCOME + OUTCOME_REPLY;
	case HEALTH_DEGRADED:
		return reason == REASON_LOSS || reason == REASON_RTT || reason == REASON_JITTER;
	case HEALTH_DOWN:
		return reason >= REASON_OUTCOME + OUTCOME_TIMEOUT && reason <= REASON_OUTCOME + OUTCOME_TOO_BIG;
	default:
		return reason == REASON_NONE || reason >= REASON_NOT_SENT;
	}
}

void health_restore(struct health *h, enum health_state state, const char *reason, uint32_t streak, bool known)
{
	static const uint8_t usual[] = {
		[HEALTH_UNKNOWN] = REASON_NONE,
		[HEALTH_UP] = REASON_OUTCOME + OUTCOME_REPLY,
		[HEALTH_DEGRADED] = REASON_LOSS,
		[HEALTH_DOWN] = REASON_OUTCOME + OUTCOME_TIMEOUT,
	};

	enter(h, state, usual[state]);
	for (unsigned i = REASON_NONE; i <= REASON_NOT_SENT + NOT_SENT_OTHER; i++) {
		struct health other = { .reason = i & 0x7f };

		if (is_reason_of(state, i) && !strcmp(health_reason(&other), reason))
			h->reason = other.reason;
	}
	h->known = known;
	h->streak = streak < UINT16_MAX ? (uint16_t)streak : UINT16_MAX;
}

bool health_judged(const struct options *o)
{
	return o->degraded_loss_pct > 0 || o->degraded_rtt_ns > 0 || o->degraded_jitter_ns > 0;
}

static double clear_loss_pct(const struct options *o)
{
	return o->clear_loss_pct < 0 ? o->degraded_loss_pct * 3 / 4 : o->clear_loss_pct;
}

static int64_t clear_ns(int64_t threshold_ns, int64_t clear_ns)
{
	return clear_ns < 0 ? threshold_ns / 4 * 3 : clear_ns;
}

static enum reason passed(const struct options *o, const struct health_figures *f, bool degraded)
{
	double loss_pct = degraded ? clear_loss_pct(o) : o->degraded_loss_pct;
	int64_t rtt_ns = degraded ? clear_ns(o->degraded_rtt_ns, o->clear_rtt_ns) : o->degraded_rtt_ns;
	int64_t jitter_ns = degraded ? clear_ns(o->degraded_jitter_ns, o->clear_jitter_ns) : o->degraded_jitter_ns;

	if (o->degraded_loss_pct > 0 && f->loss_pct > loss_pct)
		return REASON_LOSS;
	if (o->degraded_rtt_ns > 0 && f->rtt_median_ns > rtt_ns)
		return REASON_RTT;
	if (o->degraded_jitter_ns > 0 && f->jitter_ns > jitter_ns)
		return REASON_JITTER;
	return REASON_NONE;
}

bool health_judge(struct health *h, const struct options *o, const struct health_figures *f)
{
	bool degraded = h->state == HEALTH_DEGRADED;
	enum reason reason = passed(o, f, degraded);

	if (h->state != HEALTH_UP && !degraded)
		return false;
	if ((reason != REASON_NONE) == degraded) {
		h->over = 0;
		return false;
	}
	if (!row_complete(&h->over, degraded ? o->rise : o->fall))
		return false;
	return enter(h, degraded ? HEALTH_UP : HEALTH_DEGRADED, degraded ? REASON_OUTCOME + OUTCOME_REPLY : reason);
}

struct health_threshold health_threshold(const struct health *h, const struct options *o)
{
	struct health_threshold t = { -1, -1 };

	if (h->state != HEALTH_DEGRADED)
		return t;
	if (h->reason == REASON_LOSS)
		t.loss_pct = o->degraded_loss_pct;
	else
		t.ns = h->reason == REASON_RTT ? o->degraded_rtt_ns : o->degraded_jitter_ns;
	return t;
}

bool health_failing(const struct health *h)
{
	return h->state == HEALTH_DOWN || h->lost;
}

const char *health_state_name(enum health_state s)
{
	static const char *const names[] = { "unknown", "up", "degraded", "down" };

	return names[s];
}

const char *health_reason(const struct health *h)
{
	switch (h->reason) {
	case REASON_NONE:
		return "start";
	case REASON_LOSS:
		return "loss";
	case REASON_RTT:
		return "rtt";
	case REASON_JITTER:
		return "jitter";
	case REASON_PAUSED:
		return "paused";
	default:
		if (h->reason >= REASON_NOT_SENT)
			return not_sent_name((enum not_sent)(h->reason - REASON_NOT_SENT));
		return outcome_name((enum outcome)(h->reason - REASON_OUTCOME));
	}
}
