/* config_state.h - the section state. For the config modules only. */
#ifndef MINIPING_CONFIG_STATE_H
#define MINIPING_CONFIG_STATE_H
#include "config/config_section.h"

/* config_state_read_path - the absolute path of a file, or off, to *out. */
int config_state_read_path(struct config_reader *r, const struct config_node *value, const char **out);

extern const struct config_section config_state_section;
#endif
