/* config_rows.h - the targets of a snapshot as those of a configuration, for its dump: the one in force keeps no list
 * of them. */
#ifndef MINIPING_CONFIG_ROWS_H
#define MINIPING_CONFIG_ROWS_H
#include "config/config.h"
#include "core/snapshot.h"

#include <stddef.h>

/* config_rows - *out is to be given to free(); what it points to is the snapshot's. Parents are in it; what is derived
 * from them, or leased, is not. In the order of the rows, but with targets of one group one behind the other, as a file
 * has them. 0 or -ENOMEM. O(n log n). */
int config_rows(struct config_target **out, size_t *n, const struct snapshot *s);
#endif
