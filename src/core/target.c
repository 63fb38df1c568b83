/* target.c - one target from its birth, and what each settled probe changes in it. */
#include "core/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HALF_BITS 24u

_Static_assert(2 * HALF_BITS == INTERVAL_BITS, "an interval is kept in two halves");

static struct interval get_interval(const struct target *t)
{
	return (struct interval){ (uint64_t)t->counters.interval_high << HALF_BITS | t->counters.interval_low };
}

static void set_interval(struct target *t, struct interval i)
{
	t->counters.interval_low = i.packed & ((UINT64_C(1) << HALF_BITS) - 1);
	t->counters.interval_high = i.packed >> HALF_BITS & ((UINT64_C(1) << HALF_BITS) - 1);
}

static void count_in_interval(struct target *t, enum interval_count which, int64_t n)
{
	struct interval i = get_interval(t);

	interval_add(&i, which, n);
	set_interval(t, i);
}

static void clear_interval(struct target *t)
{
	struct interval i = get_interval(t);

	interval_clear(&i);
	set_interval(t, i);
}

int target_init(struct target *t, const char *name, const char *host, const struct addr *addr,
                const struct profile *profile, int64_t now_ns)
{
	*t = (struct target){ .name = name, .host = host, .addr = *addr, .born_ns = now_ns, .ttl = -1 };
	t->window = window_new(profile->options.window);
	if (!t->window)
		return -ENOMEM;
	t->profile = profile;
	return 0;
}

int target_init_derived(struct target *t, const struct target *parent, const struct addr *addr, int64_t now_ns,
                        int64_t now_real_ns)
{
	size_t len = strlen(parent->name);
	char *name = malloc(len + 1 + ADDR_STRLEN);

	*t = (struct target){ .ttl = -1 };
	if (!name)
		return -ENOMEM;
	memcpy(name, parent->name, len);
	name[len] = '/';
	addr_format(addr, name + len + 1);
	if (target_init(t, name, name + len + 1, addr, parent->profile, now_ns)) {
		free(name);
		return -ENOMEM;
	}
	t->since_real_ns = now_real_ns;
	return 0;
}

bool target_is_derived(const struct target *t)
{
	uintptr_t name = (uintptr_t)t->name, host = (uintptr_t)t->host;

	return name && host > name && host <= name + strlen(t->name);
}

const char *target_former(const struct target *t, size_t i, char buf[TARGET_FORMER_LEN])
{
	const struct aka *aka = t->profile->aka;
	const char *end = strrchr(t->name, '/');
	bool is_derived = target_is_derived(t), ends = end && (is_derived || !strcmp(end, "/4") || !strcmp(end, "/6"));
	size_t n = aka ? aka->n : 0;

	if (i >= n * (ends && !is_derived ? 2 : 1))
		return NULL;
	if (!ends || i >= n)
		return aka->at[i % n];
	snprintf(buf, TARGET_FORMER_LEN, "%s%s", aka->at[i], end);
	return buf;
}

void target_fini(struct target *t)
{
	if (target_is_derived(t))
		free((void *)(uintptr_t)t->name);
	window_free(t->window);
	clear_interval(t);
	*t = (struct target){ .ttl = -1 };
}

char *target_addr_text(const struct target *t, const struct addr *a, char buf[ADDR_STRLEN])
{
	const char *interface = t->profile->options.interface;
	struct addr bare = *a;

	if (!interface[0] || !addr_takes_zone(a))
		return addr_format(a, buf);
	bare.scope = 0;
	addr_format(&bare, buf);
	return strcat(strcat(buf, "%"), interface);
}

static bool judge(struct target *t)
{
	struct window_brief b = window_brief(t->window);
	uint32_t room = window_capacity(t->window);
	struct health_figures f = {
		.loss_pct = b.loss_pct,
		.rtt_median_ns = b.rtt_median_ns,
		.jitter_ns = b.jitter_ns,
	};

	if (b.n_answerable < HEALTH_SAMPLES_MIN && (room > HEALTH_SAMPLES_MIN || b.n < room))
		return false;
	return health_judge(&t->health, &t->profile->options, &f);
}

static void count_outcome(struct target_counters *c, enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_REPLY:
		c->received++;
		break;
	case OUTCOME_TIMEOUT:
		c->timeout++;
		break;
	case OUTCOME_UNREACHABLE:
		target_count(&c->unreachable);
		break;
	case OUTCOME_TTL_EXCEEDED:
		target_count(&c->ttl_exceeded);
		break;
	case OUTCOME_TOO_BIG:
		target_count(&c->too_big);
		break;
	case OUTCOME_NOT_SENT:
		target_count(&c->send_error);
		break;
	default:
		target_count(&c->unknown);
	}
}

static enum interval_count interval_of(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_REPLY:
		return INTERVAL_RECEIVED;
	case OUTCOME_UNKNOWN:
		return INTERVAL_UNKNOWN;
	case OUTCOME_NOT_SENT:
		return INTERVAL_NOT_SENT;
	default:
		return INTERVAL_LOST;
	}
}

/* A degraded target whose thresholds are gone, by a reload or a restart, is still to be judged: nothing else would end
 * it. */
static bool is_judged(const struct target *t)
{
	return health_judged(&t->profile->options) || t->health.state == HEALTH_DEGRADED;
}

static void add_to_window(struct window *w, const struct settled *s)
{
	if (s->outcome == OUTCOME_NOT_SENT)
		window_add_not_sent(w, s->sys_errno);
	else
		window_add(w, s->outcome, s->rtt_ns);
}

/* Does it say anything of the target? */
static bool is_answerable(enum outcome outcome)
{
	return outcome != OUTCOME_UNKNOWN && outcome != OUTCOME_NOT_SENT;
}

struct target_change target_settle(struct target *t, const struct settled *s, int64_t now_real_ns)
{
	const struct options *o = &t->profile->options;
	struct target_change c = {
		.state_from = (enum health_state)t->health.state,
		.ttl_from = t->ttl,
		.since_real_ns = t->since_real_ns,
	};
	bool known;

	count_outcome(&t->counters, s->outcome);
	count_in_interval(t, interval_of(s->outcome), 1);
	if (s->truncated)
		target_count(&t->counters.truncated);
	add_to_window(t->window, s);
	/* What was in flight as the pause began has its place in the figures. */
	if (t->health.paused)
		return c;
	known = t->health.known;
	c.state = health_settle(&t->health, o, s->outcome, s->sys_errno);
	if (!c.state && is_answerable(s->outcome) && is_judged(t) && window_is_at_mark(t->window))
		c.state = judge(t);
	c.first = c.state && !known;
	if (c.state)
		t->since_real_ns = now_real_ns;
	/* Another address's path says nothing of this one's. */
	if (!addr_equal(&s->to, &t->addr))
		return c;
	if (s->link)
		t->link = s->link;
	if (s->outcome == OUTCOME_REPLY && s->ttl >= 0 && s->ttl != t->ttl) {
		c.path = t->ttl >= 0;
		t->ttl = (int16_t)s->ttl;
	}
	return c;
}

void target_skip(struct target *t, int64_t n)
{
	if (n)
		count_in_interval(t, INTERVAL_SKIPPED, n);
}

struct interval_view target_interval(const struct target *t)
{
	struct interval i = get_interval(t);

	return interval_view(&i);
}

void target_reported(struct target *t)
{
	clear_interval(t);
	t->reported = true;
}

struct target_totals target_totals(const struct target *t)
{
	const struct target_counters *c = &t->counters;
	struct target_totals sum = {
		.received = c->received,
		.lost = c->timeout + c->unreachable + c->ttl_exceeded + c->too_big,
		.unknown = c->unknown,
	};

	sum.sent = sum.received + sum.lost + sum.unknown;
	return sum;
}

void target_move(struct target *t, const struct addr *a, int64_t now_ns, int64_t now_real_ns)
{
	bool paused = t->health.paused, known = t->health.known;

	t->addr = *a;
	t->born_ns = now_ns;
	window_clear(t->window);
	t->health = (struct health){ .state = HEALTH_UNKNOWN, .known = known };
	if (paused)
		health_pause(&t->health);
	t->since_real_ns = now_real_ns;
	t->link = 0;
	t->ttl = -1;
}
