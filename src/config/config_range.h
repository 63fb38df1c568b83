/* config_range.h - targets that are written as ranges of addresses. */
#ifndef MINIPING_CONFIG_RANGE_H
#define MINIPING_CONFIG_RANGE_H
#include "core/profile.h"

struct config_item;
struct config_node;
struct config_reader;

/* config_range_init, config_range_fini - r->ranges. 0 or -ENOMEM. */
int config_range_init(struct config_reader *r);
void config_range_fini(struct config_reader *r);

/* config_range_read - the addresses of item's range, without those that it excludes. */
int config_range_read(struct config_reader *r, const struct config_item *item);

/* config_range_check - no address of a range is another target's name; otherwise reported. Once, when all has been
 * read. */
void config_range_check(struct config_reader *r);

/* config_range_at - the range that has a target called name, and what it depends on; NULL: none. After
 * config_range_check. */
const struct config_node *config_range_at(const struct config_reader *r, const char *name,
                                          const struct depends **depends);
#endif
