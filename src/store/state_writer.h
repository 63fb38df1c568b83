/* state_writer.h - a state file as it is written: beside the one in place, block by block, and put in its place when it
 * is whole and on the disk. Any call may wait for the disk: not for the loop. */
#ifndef MINIPING_STATE_WRITER_H
#define MINIPING_STATE_WRITER_H
#include <stddef.h>
#include <stdint.h>

struct state_writer;

/* state_writer_begin - a save to path: PATH.new is begun, in place of one that a save before has left. 0 and *out, or
 * -errno. */
int state_writer_begin(struct state_writer **out, const char *path, int64_t now_real_ns);

/* state_writer_add - whole records, at most 64 KiB of them, or none. 0 or -errno, -EINVAL: they are not whole; after an
 * error the save is only good for state_writer_drop. */
int state_writer_add(struct state_writer *w, const void *records, size_t len);

/* state_writer_end - it is whole: to the disk, and in place of the file before. 0, or -errno and the file before is as
 * it was, unless it is the directory alone that the disk did not take: either file may be there after a power cut.
 * bytes: its size; NULL allowed. w is gone either way. */
int state_writer_end(struct state_writer *w, uint64_t *bytes);

/* state_writer_drop - what was written goes, and w with it. NULL allowed. */
void state_writer_drop(struct state_writer *w);
#endif
