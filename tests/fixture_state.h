/* fixture_state.h - targets with a past, for tests of the state file. */
#ifndef MINIPING_FIXTURE_STATE_H
#define MINIPING_FIXTURE_STATE_H
#include "core/target.h"
#include "random.h"

#include <errno.h>
#include <stdio.h>

#define STATE_NOW_NS INT64_C(1700000000123456789)

static struct profile fixture_state_profile = {
	.options = { .interval_ns = 1000000000, .timeout_ns = 1000000000, .window = 20, .fall = 3, .rise = 2 }
};

/* Target i, called so: all kinds of outcomes, an address or none, any state. */
static inline void fixture_state_target(struct target *t, char name[32], unsigned i)
{
	uint64_t seed = i;
	static const int errnos[] = { ENETUNREACH, EPERM, ENOBUFS, 4095 };
	struct addr addr = { .family = AF_UNSPEC };
	char text[32];

	snprintf(name, 32, i % 3 ? "target-%u" : "t\xc3\xa4rget \"%u\"/x", i);
	snprintf(text, sizeof(text), i % 2 ? "198.18.%u.%u" : "fd00::%x:%x", i / 250 % 250, i % 250 + 1);
	if (i % 5)
		assert_int_equal(addr_parse(&addr, text), 0);
	assert_int_equal(target_init(t, name, name, &addr, &fixture_state_profile, 1), 0);
	for (unsigned n = 0; n < i % 45; n++) {
		struct settled s = { .rtt_ns = -1,
			             .ttl = -1,
			             .outcome = (enum outcome)(random_below(&seed, OUTCOME_COUNT)) };

		if (s.outcome == OUTCOME_REPLY) {
			s.rtt_ns = (int64_t)(random_below(&seed, 40000000000)) / 10 * 10;
			s.ttl = (int)(random_below(&seed, 256));
		}
		if (s.outcome == OUTCOME_NOT_SENT)
			s.sys_errno = errnos[random_below(&seed, 4)];
		target_settle(t, &s, STATE_NOW_NS - n);
	}
	t->counters.late = i;
}
#endif
