/* filewatch.h - notices when one of some files changes, comes or goes, or another one is reached by its name: within
 * moments, within a second or so where symbolic links lead to it (500 such files). */
#ifndef MINIPING_FILEWATCH_H
#define MINIPING_FILEWATCH_H
#include "base/filestamp.h"

#include <stddef.h>

struct ev_loop;
struct filewatch;

/* filewatch_open - on_change(data) is called from the loop, once for all that changes within half a second.
 * NULL: out of memory. */
struct filewatch *filewatch_open(struct ev_loop *loop, void (*on_change)(void *data), void *data);

/* filewatch_tend - once a second: looks at files that symbolic links lead to. O(500). */
void filewatch_tend(struct filewatch *w);

/* filewatch_close - NULL allowed. */
void filewatch_close(struct filewatch *w);

struct filewatch_file {
	const char *path;
	struct filestamp stamp; /* as it was read: a change since then is noticed, too */
};

/* filewatch_files - from now on these files (copied), and no others. 0, or -ENOMEM (then none). */
int filewatch_files(struct filewatch *w, const struct filewatch_file *files, size_t n);
#endif
