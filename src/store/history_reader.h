/* history_reader.h - the history as readers have it: a read-only connection of one thread, beside the writer. */
#ifndef MINIPING_HISTORY_READER_H
#define MINIPING_HISTORY_READER_H
#include "core/past.h"

struct history_reader;

/* history_reader_open - 0 and *out, or -errno. Of the thread that uses it. */
int history_reader_open(struct history_reader **out, const char *path);
void history_reader_close(struct history_reader *r); /* NULL allowed */

/* As in past_ops (core/past.h). A day of a target takes some 1 ms of CPU; steps below a minute, of at most three hours,
 * some 0.3 ms a minute (128 targets that are probed once a second); worst, of an hour of 10,000 targets, 7 to 13
 * ms (make bench-history).
 */
int history_reader_points(struct history_reader *r, const char *name, int64_t from_s, int64_t to_s, int64_t step_s,
                          struct past_points **out);
int history_reader_worst(struct history_reader *r, int64_t now_s, int64_t window_s, enum past_by by, size_t limit,
                         struct past_worsts **out);
int history_reader_events(struct history_reader *r, const char *name, int64_t from_s, int64_t to_s, size_t limit,
                          void (*on)(void *to, const struct past_event *e), void *to);
#endif
