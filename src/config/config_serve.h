/* config_serve.h - the sections of what is served: http, control and metrics (serve/http_options.h). */
#ifndef MINIPING_CONFIG_SERVE_H
#define MINIPING_CONFIG_SERVE_H
#include "config/config_reader.h"
#include "config/config_section.h"

extern const struct config_section config_http_section, config_control_section, config_metrics_section;

/* config_http_check - what keys of http say of each other; value is the section's. */
void config_http_check(struct config_reader *r, const struct config_node *value);
#endif
