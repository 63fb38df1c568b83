/* config_aka.h - the names that targets had before. */
#ifndef MINIPING_CONFIG_AKA_H
#define MINIPING_CONFIG_AKA_H
#include "core/profile.h"

struct config_node;
struct config_reader;

/* config_aka_init, config_aka_fini - r->akas. 0 or -ENOMEM. */
int config_aka_init(struct config_reader *r);
void config_aka_fini(struct config_reader *r);

/* config_aka_read - "aka" in value; *out is NULL where it is empty. */
int config_aka_read(struct config_reader *r, const struct config_node *value, const struct aka **out);

/* config_aka_check - no former name is one that a target has now; otherwise reported. Once, when all has been read. */
void config_aka_check(struct config_reader *r);
#endif
