/* hosts_reader.h - /etc/hosts as it is now, read on a thread of its own: a long file takes a while, and one on
 * a file server that does not answer takes for ever. Read again only after a change. */
#ifndef MINIPING_HOSTS_READER_H
#define MINIPING_HOSTS_READER_H
#include "dns/hosts.h"

#include <stdbool.h>

struct hosts_reader;

/* hosts_reader_open - of path; its thread starts with the first hosts_reader_look. 0 and *out, or -errno. */
int hosts_reader_open(struct hosts_reader **out, const char *path);

/* hosts_reader_without_thread - from now on hosts_reader_look reads the file itself, before it returns. Before the
 * first look. */
void hosts_reader_without_thread(struct hosts_reader *r);

/* hosts_reader_close - waits a fifth of a second at most, then leaves the thread behind. NULL allowed. */
void hosts_reader_close(struct hosts_reader *r);

/* hosts_reader_fd - readable when it has looked, until hosts_reader_take. */
int hosts_reader_fd(const struct hosts_reader *r);

/* hosts_reader_look - begin to look whether the file has changed; not while it is looking already. 0; or -errno
 * (no thread), and what was read last stays. */
int hosts_reader_look(struct hosts_reader *r);

/* hosts_reader_take - once it has looked: true where the file has changed since, and *h is then the caller's
 * (NULL: it is empty, not there, not to be read, or above 64 MiB).
 *   lacks_memory   there was none for what the file has now; it is read again with the next look */
bool hosts_reader_take(struct hosts_reader *r, struct hosts **h, bool *lacks_memory);
#endif
