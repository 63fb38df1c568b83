/* sample.h - one target with a known history, and a record of each kind about it: what test_record and
 * test_format have in common. */
#ifndef MINIPING_TESTS_SAMPLE_H
#define MINIPING_TESTS_SAMPLE_H
#include "log/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_NS (INT64_C(1767323045) * 1000000000 + 678901234) /* 2026-01-02T03:04:05.678901234Z */
#define SAMPLE_N  24                                             /* records that sample_record knows */

struct sample {
	struct profile profile;
	struct labels *labels;
	struct target target;
	struct target fresh;   /* no name resolved, no group, no label, no probe */
	struct target cut_off; /* its probes cannot be sent */
	struct target lossy;   /* degraded by its losses */
	struct profile fresh_profile, lossy_profile;
};

static inline struct addr sample_addr(const char *text)
{
	struct addr a = { .family = AF_UNSPEC };

	if (text && addr_parse(&a, text))
		abort();
	return a;
}

static inline struct settled sample_reply(int64_t rtt_ns, int ttl)
{
	return (struct settled){
		.outcome = OUTCOME_REPLY,
		.number = 42,
		.size = 56,
		.rtt_ns = rtt_ns,
		.ttl = ttl,
		.to = sample_addr("192.0.2.1"),
	};
}

static inline struct settled sample_loss(enum outcome outcome)
{
	return (struct settled){
		.outcome = outcome,
		.number = 43,
		.rtt_ns = -1,
		.ttl = -1,
		.to = sample_addr("192.0.2.1"),
	};
}

static inline struct settled sample_error(enum outcome outcome, const char *from, uint8_t type, uint8_t code)
{
	struct settled s = sample_loss(outcome);

	s.has_error = true;
	s.error = (struct icmp_error){ .from = sample_addr(from), .type = type, .code = code };
	return s;
}

/* Twelve probes, of which the window of ten has lost the first two: 5 replies, 4 losses, 1 unknown. */
static inline void sample_history(struct target *t)
{
	static const int64_t rtts_ms[] = { 1, 1, 10, 20, 30, 40, 50 };
	static const enum outcome losses[] = { OUTCOME_TIMEOUT, OUTCOME_UNREACHABLE, OUTCOME_TTL_EXCEEDED,
		                               OUTCOME_TOO_BIG, OUTCOME_UNKNOWN };
	struct settled s;

	for (size_t i = 0; i < 7; i++) {
		s = sample_reply(rtts_ms[i] * 1000000, 57);
		target_settle(t, &s, SAMPLE_NS);
	}
	for (size_t i = 0; i < 5; i++) {
		s = sample_loss(losses[i]);
		target_settle(t, &s, SAMPLE_NS);
	}
	t->counters.late = 1;
	t->counters.duplicate = 2;
	t->counters.corrupt = 3;
	t->counters.foreign = 4;
	t->counters.send_error = 5;
	t->counters.truncated = 6;
	target_skip(t, 8);
}

static inline void sample_cut_off(struct target *t)
{
	struct settled s = sample_reply(1000000, 57);

	target_settle(t, &s, SAMPLE_NS);
	for (int i = 0; i < 70; i++) {
		s = sample_loss(OUTCOME_NOT_SENT);
		s.sys_errno = i < 69 ? ENETUNREACH : EPERM;
		target_settle(t, &s, SAMPLE_NS);
	}
	t->reported = true;
}

static inline void sample_lossy(struct target *t)
{
	struct settled s = sample_reply(30000000, 57);

	for (int i = 0; i < 9; i++) {
		s.rtt_ns += 1000000;
		target_settle(t, &s, SAMPLE_NS);
	}
	for (int i = 0; i < 3; i++) {
		s = sample_loss(OUTCOME_TIMEOUT);
		target_settle(t, &s, SAMPLE_NS);
		s = sample_reply(30000000, 57);
		target_settle(t, &s, SAMPLE_NS);
	}
}

static inline void sample_init(struct sample *s)
{
	struct addr addr = sample_addr("192.0.2.1"), none = sample_addr(NULL);

	s->labels = malloc(sizeof(*s->labels) + 2 * sizeof(s->labels->at[0]));
	if (!s->labels)
		abort();
	s->labels->n = 2;
	s->labels->at[0] = (struct label){ "role", "gateway" };
	s->labels->at[1] = (struct label){ "site", "fra1 \"east\"" };
	s->profile = (struct profile){ .options = options_default(), .group = "core", .labels = s->labels };
	s->profile.options.window = 10;
	s->fresh_profile = (struct profile){ .options = options_default() };
	s->lossy_profile = s->fresh_profile;
	s->lossy_profile.options.degraded_loss_pct = 7.5;
	if (target_init(&s->target, "gw", "gw.example.net", &addr, &s->profile, 0) ||
	    target_init(&s->fresh, "new one", "new.example.net", &none, &s->fresh_profile, 0) ||
	    target_init(&s->cut_off, "cut off", "192.0.2.1", &addr, &s->fresh_profile, 0) ||
	    target_init(&s->lossy, "lossy", "192.0.2.1", &addr, &s->lossy_profile, 0))
		abort();
	sample_history(&s->target);
	sample_cut_off(&s->cut_off);
	sample_lossy(&s->lossy);
}

static inline void sample_fini(struct sample *s)
{
	target_fini(&s->target);
	target_fini(&s->fresh);
	target_fini(&s->cut_off);
	target_fini(&s->lossy);
	free(s->labels);
}

static inline void sample_daemon(struct record *r, int i)
{
	static const char *const events[] = { "start", "ready", "reload", "stall", "drop", "stop", "send_error" };

	record_daemon(r, events[i]);
	switch (i) {
	case 0:
		record_add_text(r, "version", "0.1.0");
		record_add_int(r, "pid", 4711);
		record_add_text(r, "config", "/etc/mini pingd.yaml");
		break;
	case 1:
		record_add_int(r, "targets", 3);
		record_add_none(r, "unresolved");
		break;
	case 2:
		record_add_bool(r, "ok", true);
		record_add_bool(r, "again", false);
		record_add_int(r, "added", 0);
		break;
	case 3:
		record_add_text(r, "cause", "loop");
		record_add_time(r, "from", SAMPLE_NS - 1500000000);
		record_add_time(r, "to", SAMPLE_NS);
		record_add_ms(r, "lasted_ms", 1500000000);
		break;
	case 4:
		record_add_int(r, "lines", INT64_MAX);
		break;
	case 5:
		record_add_percent(r, "busy_pct", 12.5);
		record_add_int(r, "least", INT64_MIN);
		break;
	default:
		record_add_text(r, "error", "");
	}
}

/* The i-th sample, 0 .. SAMPLE_N − 1. */
static inline void sample_record(struct record *r, const struct sample *s, int i)
{
	struct target_change change = { .state = true,
		                        .path = true,
		                        .state_from = HEALTH_UP,
		                        .ttl_from = 60,
		                        .since_real_ns = SAMPLE_NS - INT64_C(3600) * 1000000000 };
	struct addr from = sample_addr("2001:db8::7"), none = sample_addr(NULL);
	struct settled p = { 0 };

	switch (i) {
	case 0:
		p = sample_reply(1234567, 57);
		record_probe(r, &s->target, &p);
		break;
	case 1:
		p = sample_loss(OUTCOME_TIMEOUT);
		record_probe(r, &s->target, &p);
		break;
	case 2:
		p = sample_error(OUTCOME_UNREACHABLE, "203.0.113.5", 3, 1);
		record_probe(r, &s->target, &p);
		break;
	case 3:
		p = sample_error(OUTCOME_TIMEOUT, "203.0.113.5", 11, 0);
		p.outcome = OUTCOME_TTL_EXCEEDED;
		record_probe(r, &s->target, &p);
		break;
	case 4:
		p = sample_loss(OUTCOME_UNKNOWN);
		record_probe(r, &s->target, &p);
		break;
	case 5:
		p = sample_reply(0, -1);
		record_probe(r, &s->target, &p);
		break;
	case 6:
		record_report(r, &s->target, NULL, "core/4", SAMPLE_NS);
		break;
	case 7:
		record_report(r, &s->fresh, NULL, NULL, SAMPLE_NS);
		break;
	case 8:
		record_state(r, &s->target, &change, "way out");
		break;
	case 9:
		record_path(r, &s->target, &change);
		break;
	case 10:
		record_dns(r, &s->target, s->target.host, &from, NULL, -1);
		break;
	case 11:
		record_dns(r, &s->fresh, s->fresh.host, &none, "no such name", -1);
		break;
	case 12:
		change.first = true;
		record_state(r, &s->fresh, &change, NULL);
		break;
	case 20:
		p = sample_loss(OUTCOME_NOT_SENT);
		p.sys_errno = ENETUNREACH;
		record_probe(r, &s->target, &p);
		break;
	case 21:
		p = sample_loss(OUTCOME_TOO_BIG);
		p.sys_errno = EMSGSIZE;
		p.mtu = 1500;
		record_probe(r, &s->target, &p);
		break;
	case 22:
		record_report(r, &s->cut_off, NULL, NULL, SAMPLE_NS);
		break;
	case 23:
		record_state(r, &s->lossy, &change, NULL);
		break;
	default:
		sample_daemon(r, i - 13);
	}
}
#endif
