/* state_record.h - one target as bytes of the state file, and back. Pure. */
#ifndef MINIPING_STATE_RECORD_H
#define MINIPING_STATE_RECORD_H
#include "core/remembered.h"

#include <stddef.h>
#include <stdint.h>

#define STATE_RECORD_SAMPLES_MAX 4096u /* of a window, the latest: a record stays well below STORE_BLOCK_BYTES */

/* state_record_write - t at now_real_ns; started_real_ns: since when its counters count; earlier: what they were before
 * this process, NULL: nothing. Returns its length, or 0: it does not fit into room. O(window), some 0.2 µs of a window
 * of 60; allocates nothing. */
size_t state_record_write(void *bytes, size_t room, const struct target *t, const struct remembered *earlier,
                          int64_t started_real_ns, int64_t now_real_ns);

/* state_record_read - the record that begins at bytes; *r borrows from them. Its length, or 0: it is damaged. Reads
 * nothing beyond len, whatever the bytes are. Records of older versions are read; what they lack is as of a target of
 * which it is not known. */
size_t state_record_read(struct remembered *r, const void *bytes, size_t len, unsigned version);
#endif
