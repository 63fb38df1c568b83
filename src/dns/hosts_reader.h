/* hosts_reader.h - /etc/hosts as it is now, read on a thread of its own: a long file takes a while to read, one on a
 * file server that is gone for ever. Read anew only where it has changed. */
#ifndef MINIPING_HOSTS_READER_H
#define MINIPING_HOSTS_READER_H
#include "dns/hosts.h"

#include <stdbool.h>

struct hosts_reader;

/* hosts_reader_open - of path; its thread starts with the first hosts_reader_look. on_ready(data) is called on that
 * thread, once for each of them. 0 and *out, or -ENOMEM. */
int hosts_reader_open(struct hosts_reader **out, const char *path, void (*on_ready)(void *data), void *data);

/* hosts_reader_close - waits a fifth of a second at most, then leaves the thread behind; on_ready is not called any
 * more when it returns. NULL allowed. */
void hosts_reader_close(struct hosts_reader *r);

/* hosts_reader_look - look whether the file has changed; not while that is so already. Where it cannot (no thread),
 * what was read last stays. 0 or -errno, and then on_ready is not called. */
int hosts_reader_look(struct hosts_reader *r);

/* hosts_reader_take - after on_ready: true where the file has changed since, and *h is then the caller's (NULL: it is
 * empty, not there, not to be read, or above 64 MiB). */
bool hosts_reader_take(struct hosts_reader *r, struct hosts **h);
#endif
