/* log.h - the log that users scrape: records numbered, formatted and handed to a sink.
 * Every record gets a number, also one that is dropped, so that a gap shows lost lines. */
#ifndef MINIPING_LOG_H
#define MINIPING_LOG_H
#include "config/config.h"
#include "log/record.h"
#include "base/sink.h"

#include <stdint.h>

struct log;

/* log_open - 0 and *out, or -errno, with diag told why (logfile_open). */
int log_open(struct log **out, const struct config_log *c);

/* log_write - tells r now. Never blocks. */
void log_write(struct log *l, const struct record *r);

/* log_switch - from now on to where c says; what is queued still goes to the old place, for two seconds at
 * most. 0, or -errno (as log_open; the old place stays; -EBUSY: the one before has not yet taken what was its).
 * The format stays. Numbers go on. Does not wait. */
int log_switch(struct log *l, const struct config_log *c);

/* log_format - of the records from now on. */
void log_format(struct log *l, enum config_format format);

/* log_flush - once for each turn of the loop. */
void log_flush(struct log *l);

/* log_tend - once a second: tells a drop record once there is room again, and diag of failing writes. */
void log_tend(struct log *l);

/* log_busy - the queue is half full: what is told at leisure should wait. */
bool log_busy(struct log *l);

/* log_abandoned - standard output, or standard error, has lost its reader: no line will ever be read. */
bool log_abandoned(struct log *l);

/* log_reopen - open the file anew (rotation). */
void log_reopen(struct log *l);

/* log_dropped - lines lost since start. */
uint64_t log_dropped(struct log *l);

/* log_close - waits at most wait_ns for what is queued. NULL allowed. */
void log_close(struct log *l, int64_t wait_ns);
#endif
