/* state_record.h - one target as bytes of the state file, and back. Pure. */
#ifndef MINIPING_STATE_RECORD_H
#define MINIPING_STATE_RECORD_H
#include "core/remembered.h"

#include <stddef.h>
#include <stdint.h>

/* Of a window that is larger, the latest samples are kept: a record takes at most STATE_RECORD_BYTES_MAX. */
#define STATE_RECORD_SAMPLES_MAX 8192u
#define STATE_RECORD_BYTES_MAX   ((size_t)40 * 1024)

/* state_record_write - t as it is at now_real_ns.
 *   earlier           what t's counters were before those of this process began at 0; NULL: nothing. Of it only the
 *                     counters are read
 *   started_real_ns   since when the two count together
 * Its length, or 0: it does not fit into room. Some 0.4 µs with a window of 60; allocates nothing. */
size_t state_record_write(void *bytes, size_t room, const struct target *t, const struct remembered *earlier,
                          int64_t started_real_ns, int64_t now_real_ns);

/* state_record_read - the record that begins at bytes; *out borrows from them. Its length, or 0: it is damaged. Reads
 * nothing beyond len, whatever the bytes are. */
size_t state_record_read(struct remembered *out, const void *bytes, size_t len);
#endif
