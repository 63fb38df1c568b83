/* config_state.h - the section state. For the config modules only. */
#ifndef MINIPING_CONFIG_STATE_H
#define MINIPING_CONFIG_STATE_H
#include "config/config_section.h"

extern const struct config_section config_state_section;
#endif
