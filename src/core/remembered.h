/* remembered.h - one target as it was when the daemon's state was saved: what a restart gives back to it. */
#ifndef MINIPING_REMEMBERED_H
#define MINIPING_REMEMBERED_H
#include "base/addr.h"
#include "core/health.h"
#include "core/outcome.h"
#include "core/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct remembered_sample {
	enum outcome outcome;
	int64_t rtt_ns; /* of a reply */
	int sys_errno;  /* of one that was not sent */
};

struct remembered { /* texts are borrowed */
	const char *name, *host;
	struct addr addr;        /* AF_UNSPEC: none */
	int64_t saved_real_ns;   /* when it was like this, CLOCK_REALTIME */
	int64_t started_real_ns; /* since when the counters count, over all restarts */
	int64_t since_real_ns;   /* when the health state began */
	enum health_state state;
	const char *reason; /* health_reason's; one that is not known here is read as the state's usual one */
	uint32_t streak;    /* losses or replies in a row */
	bool is_known;      /* it has had a state record */
	bool is_blocked;    /* down, and the latest said that something blocks it */
	int ttl;            /* -1: none yet */
	/* Since started_real_ns: */
	uint64_t received, timeout;
	uint64_t unreachable, ttl_exceeded, too_big, unknown, send_error;
	uint64_t late, duplicate, corrupt, foreign, truncated;
	size_t n_samples; /* of the window, the oldest first; */
	/* the i-th, i < n_samples */
	struct remembered_sample (*sample)(const struct remembered *r, size_t i);
	const void *data; /* sample's */
};
#endif
