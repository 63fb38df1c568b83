/* log.h - the log that users scrape: records formatted, numbered and handed to sinks, one or several.
 * In each sink, every record that it takes gets a number, also one that is dropped, so that a gap shows lost lines. */
#ifndef MINIPING_LOG_H
#define MINIPING_LOG_H
#include "log/log_options.h"
#include "log/record.h"

#include <stdint.h>

struct log;

/* log_open - 0 and *out, or -errno, after a message that says why (logfile_open). What o points to is borrowed until
 * log_switch, which log_close may follow later. */
int log_open(struct log **out, const struct log_list *o);

/* log_write - queues r as a line of each sink that takes it, stamped with the time. Never blocks. */
void log_write(struct log *l, const struct record *r);

/* log_switch - from now on to the sinks of o. One that stays at its place goes on, with its numbers. What has no place
 * of before takes over the numbers of one that goes, if there is any, the first of the first. What is queued at a place
 * that is left still goes there, for two seconds at most.
 * 0, or -errno (as log_open; all is as before; -EBUSY: a place that was left before has not yet taken what was its).
 * Does not wait. */
int log_switch(struct log *l, const struct log_list *o);

/* log_flush - once for each turn of the loop. */
void log_flush(struct log *l);

/* log_tend - once a second: logs a drop record in each sink that dropped lines, once there is room again, and reports
 * failing writes by diag. */
void log_tend(struct log *l);

/* log_busy - a queue is half full: background output (a report of every target) should pause. A sink that takes no
 * reports never is, nor does one that has taken nothing for a second keep the lines from another that does. */
bool log_busy(struct log *l);

/* log_give_up - from now on nothing waits for the sinks that are half full. */
void log_give_up(struct log *l);

/* log_abandoned - standard output, or standard error, has lost its reader, and there is no other sink: no line will
 * ever be read. */
bool log_abandoned(struct log *l);

/* log_reopen - open the files anew (rotation). */
void log_reopen(struct log *l);

/* log_lines - of all sinks since start, dropped ones among them. log_dropped - lines lost since start. */
uint64_t log_lines(const struct log *l);
uint64_t log_dropped(struct log *l);

/* log_tap - from now on t, the caller's until log_untap, hears of every record as it is written, whichever sinks take
 * it: when (CLOCK_REALTIME) and its number among all records. */
struct log_tap {
	void (*on_record)(void *data, const struct record *r, int64_t ts_real_ns, uint64_t n);
	void *data;
	struct log_tap *next; /* for log_tap */
};
void log_tap(struct log *l, struct log_tap *t);
void log_untap(struct log *l, const struct log_tap *t);

/* log_close - waits at most wait_ns for what is queued, but not for a sink that is given up or has lost its reader.
 * NULL allowed. */
void log_close(struct log *l, int64_t wait_ns);
#endif
