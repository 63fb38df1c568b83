/* filewatch.h - tells when one of some files changes, comes or goes. */
#ifndef MINIPING_FILEWATCH_H
#define MINIPING_FILEWATCH_H
#include "base/filestamp.h"

#include <stddef.h>

struct ev_loop;
struct filewatch;

/* filewatch_open - on_change(data) is called from the loop, once for all that changes within half a second.
 * NULL: out of memory. */
struct filewatch *filewatch_open(struct ev_loop *loop, void (*on_change)(void *data), void *data);

/* filewatch_close - NULL allowed. */
void filewatch_close(struct filewatch *w);

struct filewatch_file {
	const char      *path;
	struct filestamp stamp;           /* when it was read: it may have changed since, and that is told, too */
};

/* filewatch_files - from now on these files (copied), and no others. 0, or -ENOMEM (then none). */
int filewatch_files(struct filewatch *w, const struct filewatch_file *files, size_t n);
#endif
