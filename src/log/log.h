/* log.h - the log that users scrape: records numbered, formatted and handed to a sink.
 * Every record gets a number, also one that is dropped, so that a gap shows lost lines. */
#ifndef MINIPING_LOG_H
#define MINIPING_LOG_H
#include "base/sink.h"
#include "log/format.h"
#include "log/record.h"

#include <stdint.h>

struct log;

enum log_to { LOG_TO_STDOUT, LOG_TO_STDERR, LOG_TO_FILE };

struct log_options {
	enum log_to to;
	const char *path; /* of LOG_TO_FILE, absolute */
	enum log_format format;
};

/* log_options_to - sets where the log goes: text is stdout, stderr, or a path that begins with /, which is borrowed.
 * 0, or -EINVAL with o as it was. */
int log_options_to(struct log_options *o, const char *text);

/* log_open - 0 and *out, or -errno, after a message that says why (logfile_open). */
int log_open(struct log **out, const struct log_options *o);

/* log_write - queues r as a line, stamped with the time. Never blocks. */
void log_write(struct log *l, const struct record *r);

/* log_switch - from now on to where o says; what is queued still goes to the old place, for two seconds at
 * most. 0, or -errno (as log_open; the old place stays; -EBUSY: the one before has not yet taken what was its).
 * The format stays. Numbers go on. Does not wait. */
int log_switch(struct log *l, const struct log_options *o);

/* log_format - of the records from now on. */
void log_format(struct log *l, enum log_format format);

/* log_flush - once for each turn of the loop. */
void log_flush(struct log *l);

/* log_tend - once a second: logs a drop record once there is room again, and reports failing writes by diag. */
void log_tend(struct log *l);

/* log_busy - the queue is half full: background output (a report of every target) should pause. */
bool log_busy(struct log *l);

/* log_abandoned - standard output, or standard error, has lost its reader: no line will ever be read. */
bool log_abandoned(struct log *l);

/* log_reopen - open the file anew (rotation). */
void log_reopen(struct log *l);

/* log_lines - since start, dropped ones among them. log_dropped - lines lost since start. */
uint64_t log_lines(const struct log *l);
uint64_t log_dropped(struct log *l);

/* log_tap - from now on t, the caller's until log_untap, hears of every record as it is written: when (CLOCK_REALTIME)
 * and its number. */
struct log_tap {
	void (*on_record)(void *data, const struct record *r, int64_t ts_real_ns, uint64_t n);
	void *data;
	struct log_tap *next; /* for log_tap */
};
void log_tap(struct log *l, struct log_tap *t);
void log_untap(struct log *l, const struct log_tap *t);

/* log_close - waits at most wait_ns for what is queued. NULL allowed. */
void log_close(struct log *l, int64_t wait_ns);
#endif
