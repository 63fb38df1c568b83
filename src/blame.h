/* blame.h - when our own host was at fault: what was lost meanwhile is nobody's loss. Pure. */
#ifndef MINIPING_BLAME_H
#define MINIPING_BLAME_H
#include <stdbool.h>
#include <stdint.h>

enum blame_cause {
	BLAME_STALL,              /* the loop did not run: SIGSTOP, a starved CPU */
	BLAME_SUSPEND,            /* the machine slept */
	BLAME_DROPS,              /* the kernel dropped what we did not fetch in time */
	BLAME_CLOCK,              /* CLOCK_REALTIME was set: told, but nothing is lost by it */
	BLAME_LINK,               /* a network interface of ours went down */
};

struct blame_fault {
	enum blame_cause cause;
	uint32_t ifindex;         /* BLAME_LINK: the interface; 0: several */
	int64_t  from_ns, to_ns;  /* monotonic */
	uint64_t amount;          /* BLAME_DROPS: packets; BLAME_SUSPEND, BLAME_CLOCK: ns; else 0 */
	uint64_t n_unknown;       /* probes that became unknown by it */
};

#define BLAME_MAX 64u             /* faults held at once; then the oldest of one cause are merged */

struct blame {                    /* all zero: no fault */
	struct blame_fault faults[BLAME_MAX];   /* by from_ns */
	unsigned           n;
};

/* blame_note - our host was at fault from from_ns to to_ns, all of it or, with ifindex, one interface.
 * Overlapping faults of one cause and one interface become one. */
void blame_note(struct blame *b, enum blame_cause cause, uint32_t ifindex, int64_t from_ns, int64_t to_ns,
                uint64_t amount);

/* blame_covers - was our host at fault at any time in sent_ns .. deadline_ns? Then the unanswered probe
 * that lived then is unknown, and counted with the fault.
 *   ifindex   where the target's replies come in; 0: not known, then no interface's fault is its */
bool blame_covers(struct blame *b, uint32_t ifindex, int64_t sent_ns, int64_t deadline_ns);

/* blame_take - hands over the oldest fault that ended before before_ns: by then, all probes that it
 * could have touched have ended. False: there is none. */
bool blame_take(struct blame *b, int64_t before_ns, struct blame_fault *out);

/* blame_cause_name - "loop", "suspend", "socket_drops", "clock", "link". */
const char *blame_cause_name(enum blame_cause c);
#endif
