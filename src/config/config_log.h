/* config_log.h - the section log: what each sink takes. For the config modules only. */
#ifndef MINIPING_CONFIG_LOG_H
#define MINIPING_CONFIG_LOG_H
#include "config/config_section.h"

/* Its readers set the last sink of the list. */
extern const struct config_section config_log_section;

/* config_log_check - what has been read of value has no two sinks to the same place. */
void config_log_check(struct config_reader *r, const struct config_node *value);
#endif
