/* config_intake.h - puts targets into struct config: counts them against the limit, drops those of other shards. */
#ifndef MINIPING_CONFIG_INTAKE_H
#define MINIPING_CONFIG_INTAKE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_node;
struct config_reader;
struct config_target;

/* config_intake_init - r->intake. 0 or -ENOMEM. */
int config_intake_init(struct config_reader *r);

/* config_intake_count - n more targets at node; false: too many, and reported, once. */
bool config_intake_count(struct config_reader *r, uint64_t n, const struct config_node *node);

/* config_intake_is_full - limits.max_targets is used up, and that has been reported: further targets may be left
 * unread. */
bool config_intake_is_full(const struct config_reader *r);

/* config_intake_n - targets counted so far, of all shards. */
size_t config_intake_n(const struct config_reader *r);

/* config_intake_is_ours - the target called name is this daemon's to probe: of one of the shards that overrides name,
 * or else of the part that "shard" gives it. */
bool config_intake_is_ours(const struct config_reader *r, const char *name);

/* config_intake_keep - add to config->targets, unless it is of another shard, or there are errors, when the
 * configuration is of no use. Copies name; where host is NULL, it is the name. */
int config_intake_keep(struct config_reader *r, const struct config_target *target);
#endif
