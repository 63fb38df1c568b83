/* sink.h - where log lines go: a bounded queue and one writer thread, so that a full disk or an unread
 * pipe never holds up the caller. Lines arrive whole or not at all, and every one that does not is counted. */
#ifndef MINIPING_SINK_H
#define MINIPING_SINK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sink;

struct sink_options {
	const char *path; /* as logfile_open has it; NULL: use fd */
	pid_t *holder;    /* likewise, or NULL */
	int fd;           /* of the caller, who keeps it */
	size_t queue_len; /* bytes that may wait; at least one line */
};

struct sink_counts {
	uint64_t n_written, n_dropped; /* lines; dropped: for want of room, or given up at the end */
	int error;                     /* errno of the latest failed write while it lasts, else 0; */
	bool reopen_failed;            /* or of the latest reopen: the old file is still written; */
	pid_t holder;                  /* who writes to the new one, with ETXTBSY (logfile_open) */
	bool abandoned;                /* of an fd: its reader has gone for good */
};

/* sink_open - 0 and *out with its thread running, or -errno (of a path as logfile_open). */
int sink_open(struct sink **out, const struct sink_options *o);

/* sink_push - one line with its newline. False: the queue is full, the line is dropped and counted.
 * Never blocks; O(len). The writer may not start on it before the next sink_flush. */
bool sink_push(struct sink *s, const char *line, size_t len);

/* sink_flush - let the writer have what was pushed; once for each turn of the caller's loop. It is written at
 * once, or, after a write, some 20 ms later or as soon as a quarter of the queue is full. */
void sink_flush(struct sink *s);

/* sink_half_full - background output (a report of every target) should pause. */
bool sink_half_full(struct sink *s);

struct sink_counts sink_counts(struct sink *s);

/* sink_reopen - the writer opens path anew before its next write (log rotation); if that fails the old
 * file stays in use, and the counts have the error. */
void sink_reopen(struct sink *s);

/* sink_end - nothing more is pushed: the writer writes what is queued, for at most wait_ns. Does not wait
 * itself; sink_close does not wait either once sink_ended is true: the writer has ended, or is stuck in a
 * write that does not come back (a terminal that is not read, a file server that is gone). */
void sink_end(struct sink *s, int64_t wait_ns);
bool sink_ended(struct sink *s);

/* sink_close - waits at most wait_ns, or what is left of sink_end's, until everything is written, then
 * gives up on the rest, which is counted as dropped. Frees s; returns the final counts. A writer that is
 * stuck half a second later is left behind, and frees s itself should its write ever come back. */
struct sink_counts sink_close(struct sink *s, int64_t wait_ns);
#endif
