/* state_memory.h - a state file that has been read, found by the names of targets. */
#ifndef MINIPING_STATE_MEMORY_H
#define MINIPING_STATE_MEMORY_H
#include "core/remembered.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state_memory; /* one owner; read by any thread while it is not changed */

/* state_memory_read - the file at path. 0 and *out; -ENOENT: there is none; -EBADMSG: it is damaged, foreign or of a
 * newer version (why says which, 160 bytes), and nothing of it is taken in; or -errno. Time O(bytes). */
int state_memory_read(struct state_memory **out, const char *path, char why[160]);
void state_memory_free(struct state_memory *m); /* NULL allowed; not on the loop */

/* state_memory_find - the record of the target called name; borrowed until state_memory_free. False: none. O(1).
 * state_memory_take - the same, once: what has been taken is not found again. */
bool state_memory_find(const struct state_memory *m, const char *name, struct remembered *out);
bool state_memory_take(struct state_memory *m, const char *name, struct remembered *out);

size_t state_memory_count(const struct state_memory *m); /* records not taken yet */
int64_t state_memory_saved_real_ns(const struct state_memory *m);

/* state_memory_each - the i-th record, i < the number of records in the file, taken or not. */
bool state_memory_at(const struct state_memory *m, size_t i, struct remembered *out);
#endif
