/* config_history.h - the section history. For the config modules only. */
#ifndef MINIPING_CONFIG_HISTORY_H
#define MINIPING_CONFIG_HISTORY_H
#include "config/config_section.h"

extern const struct config_section config_history_section;
#endif
