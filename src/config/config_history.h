/* config_history.h - the section history. For the config modules only. */
#ifndef MINIPING_CONFIG_HISTORY_H
#define MINIPING_CONFIG_HISTORY_H
#include "config/config_reader.h"
#include "config/config_section.h"

extern const struct config_section config_history_section;

/* config_history_check - what keys of history say of each other; value is the section's. */
void config_history_check(struct config_reader *r, const struct config_node *value);
#endif
