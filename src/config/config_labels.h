/* config_labels.h - the labels of a level: read, merged with those it inherits, and each set kept once. */
#ifndef MINIPING_CONFIG_LABELS_H
#define MINIPING_CONFIG_LABELS_H
#include "core/profile.h"

struct config_node;
struct config_reader;

#define CONFIG_MAX_LABELS 32 /* of one target: bounds what merging can cost */

/* config_labels_init, config_labels_fini - r->labels. 0 or -ENOMEM. */
int config_labels_init(struct config_reader *r);
void config_labels_fini(struct config_reader *r);

/* config_labels_read - "labels" in value; *labels is what it inherits, and becomes what the level has. */
int config_labels_read(struct config_reader *r, const struct config_node *value, const struct labels **labels);
#endif
