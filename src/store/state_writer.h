/* state_writer.h - a state file as it is written: beside the one in place, in checksummed blocks, and put in its place
 * when it is whole and on the disk. */
#ifndef MINIPING_STATE_WRITER_H
#define MINIPING_STATE_WRITER_H
#include <stddef.h>
#include <stdint.h>

#define STATE_VERSION 1u /* of the format; older ones are read */

struct state_writer;

/* state_writer_begin - path's directory is opened, and a file without a name or with one of its own begun in it. 0 and
 * *out, or -errno. state_writer_add - whole records, len <= STORE_BLOCK_BYTES; 0 or -errno. state_writer_end - fsync,
 * rename, fsync of the directory; 0 or -errno, and what was in place stays; frees w. state_writer_drop - what was
 * written goes. All may wait for a disk. */
int state_writer_begin(struct state_writer **out, const char *path, int64_t now_real_ns);
int state_writer_add(struct state_writer *w, const void *records, size_t len);
int state_writer_end(struct state_writer *w, uint64_t *bytes);
void state_writer_drop(struct state_writer *w);
#endif
