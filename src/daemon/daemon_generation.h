/* daemon_generation.h - one generation for the HTTP thread: memory is found there, the loop fills it in slices, and
 * whoever reads it last frees it, with the configurations that its rows borrow from. */
#ifndef MINIPING_DAEMON_GENERATION_H
#define MINIPING_DAEMON_GENERATION_H
#include "base/post.h"
#include "serve/generation.h"

#include <stddef.h>

struct daemon;
struct made;

/* made_new - one to be filled; bytes: what its rows will take, as far as is known. Not on the loop. NULL: out of
 * memory. made_free - not on the loop. NULL allowed. */
struct made *made_new(size_t bytes);
void made_free(struct made *m);

/* For post_add. */
struct post_item *made_item(struct made *m);
struct made *made_of_item(struct post_item *it);

/* made_fill_some - the next slice. 1: there is more; 0: it is whole; -ENOMEM: of no use but for made_free. A step takes
 * at most 30 µs. */
int made_fill_some(struct made *m, struct daemon *d);

/* made_give - a whole one is the taker's, until its free(). made_bytes - of its rows. */
struct generation *made_give(struct made *m);
size_t made_bytes(const struct made *m);

/* generation_config_text - the configuration in force as g became whole, as minipingd --dump prints it, with g's
 * targets; malloc'ed. On the HTTP thread. 0 or -errno. */
int generation_config_text(const struct generation *g, char **text, size_t *len);
#endif
