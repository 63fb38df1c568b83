/* fault.h - periods in which this host itself may have lost probes or replies: unanswered probes of such a period are
 * unknown, not lost. Pure. */
#ifndef MINIPING_FAULT_H
#define MINIPING_FAULT_H
#include <stdbool.h>
#include <stdint.h>

enum fault_cause {
	FAULT_STALL,   /* the loop did not run: SIGSTOP, a starved CPU */
	FAULT_SUSPEND, /* the machine slept */
	FAULT_DROPS,   /* the kernel dropped replies that we did not fetch in time */
	FAULT_CLOCK,   /* CLOCK_REALTIME was set: logged, but no probe is lost by it */
	FAULT_LINK,    /* a network interface of ours went down */
	FAULT_FLOOD, /* others had filled the buffer, and the kernel dropped packets: logged, but it excuses nothing */
};

struct fault {
	enum fault_cause cause;
	uint32_t ifindex;       /* FAULT_LINK: the interface; 0: several */
	int64_t from_ns, to_ns; /* monotonic */
	uint64_t amount;        /* FAULT_DROPS, FAULT_FLOOD: packets; FAULT_SUSPEND, FAULT_CLOCK: ns; else 0 */
	uint64_t n_unknown;     /* probes that became unknown by it */
	uint64_t n_not_sent;    /* FAULT_LINK: probes that could not be sent */
};

#define FAULT_MAX      64u                  /* faults held at once; then the oldest of one cause are merged */
#define FAULT_FLOOD_NS INT64_C(10000000000) /* floods that begin within it are one, and logged when it is over */

struct faults {                         /* all zero: no fault */
	struct fault faults[FAULT_MAX]; /* by from_ns */
	unsigned n;
};

/* fault_note - a local fault from from_ns to to_ns, of the whole host or, with ifindex, of one interface.
 * Overlapping faults of one cause and one interface become one. */
void fault_note(struct faults *all, enum fault_cause cause, uint32_t ifindex, int64_t from_ns, int64_t to_ns,
                uint64_t amount);

/* fault_covers - a local fault at any time in sent_ns .. deadline_ns; NULL: none. The
 * unanswered probe that lived then is unknown, and counted with the fault.
 *   ifindex   where the target's replies come in; 0: not known, then no interface's fault is its */
const struct fault *fault_covers(struct faults *all, uint32_t ifindex, int64_t sent_ns, int64_t deadline_ns);

/* fault_count_not_sent - a probe could not be sent at at_ns, by the fault of that interface if there is one. */
void fault_count_not_sent(struct faults *all, uint32_t ifindex, int64_t at_ns);

/* fault_take - hands over the oldest fault that ended before before_ns: by then, all probes that it
 * could have touched have ended. False: there is none. With before_ns INT64_MAX whatever there is. */
bool fault_take(struct faults *all, int64_t before_ns, struct fault *out);

struct fault_overflow {      /* what was read of a receive buffer since it was last known to be empty */
	uint32_t n_read;     /* packets */
	uint32_t n_own;      /* of them the first replies to probes of ours */
	uint32_t packet_max; /* bytes of the buffer that one of ours takes at most */
	uint32_t rcvbuf;     /* its bytes */
};

/* fault_may_overflow - can it have been full? Half of it is taken for full: what was read may not be all that it held.
 */
bool fault_may_overflow(const struct fault_overflow *o);

/* fault_of_overflow - it was full: FAULT_DROPS, if our own replies, one for each probe, could have filled it alone and
 * are at least half of what it held; else FAULT_FLOOD. Duplicates, late and forged replies are what others can send as
 * many of as they please: what those push out excuses no loss, or anyone could hide an outage. */
enum fault_cause fault_of_overflow(const struct fault_overflow *o);

/* fault_cause_name - "loop", "suspend", "socket_drops", "clock", "link", "flood". */
const char *fault_cause_name(enum fault_cause c);
#endif
