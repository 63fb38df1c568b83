/* state_memory.h - a state file that has been read, found by the names of targets. */
#ifndef MINIPING_STATE_MEMORY_H
#define MINIPING_STATE_MEMORY_H
#include "store/place.h"
#include "base/hash.h"
#include "core/remembered.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state_memory; /* opaque, one owner, no lock */

/* state_memory_read - the whole file at path. 0 and *out; -ENOENT: there is none; -EBADMSG: it is damaged, foreign,
 * of a newer version or no regular file, as why says, and nothing of it is taken in; or -errno. Never waits for
 * anything but the disk. Some 1 s and 500 MB for a million targets with windows of 60. */
int state_memory_read(struct state_memory **out, const char *path, struct hash_secret secret, char why[PLACE_WHY]);
void state_memory_free(struct state_memory *m); /* NULL allowed; not on the loop */

/* state_memory_take - the target called name, as it was; borrowed until state_memory_free. Once: false the next time,
 * as for one that is not known. O(1). */
bool state_memory_take(struct state_memory *m, const char *name, struct remembered *out);

/* state_memory_count - records that have not been taken; state_memory_size - and how many there were, or were left when
 * it shrank. */
size_t state_memory_count(const struct state_memory *m);
uint32_t state_memory_size(const struct state_memory *m);

/* state_memory_left - record i < state_memory_size as its bytes are (state_record.h), *len of them: borrowed until
 * state_memory_free or _shrink. NULL: it has been taken. O(1). */
const void *state_memory_left(const struct state_memory *m, uint32_t i, size_t *len);

/* state_memory_shrink - forgets what has been taken, and gives its memory back. O(bytes that are left), and of all
 * there were. Without memory for it, m stays as it is. */
void state_memory_shrink(struct state_memory *m);

/* state_memory_saved_real_ns - when the save began. */
int64_t state_memory_saved_real_ns(const struct state_memory *m);
#endif
