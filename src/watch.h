/* watch.h - tells when one of some files changes, comes or goes. */
#ifndef MINIPING_WATCH_H
#define MINIPING_WATCH_H
#include "filestamp.h"

#include <stddef.h>

struct ev_loop;
struct watch;

/* watch_open - on_change(data) is called from the loop, once for all that changes within half a second.
 * NULL: out of memory. */
struct watch *watch_open(struct ev_loop *loop, void (*on_change)(void *data), void *data);

/* watch_close - NULL allowed. */
void watch_close(struct watch *w);

struct watch_file {
	const char      *path;
	struct filestamp stamp;           /* when it was read: it may have changed since, and that is told, too */
};

/* watch_files - from now on these files (copied), and no others. 0, or -ENOMEM (then none). */
int watch_files(struct watch *w, const struct watch_file *files, size_t n);
#endif
