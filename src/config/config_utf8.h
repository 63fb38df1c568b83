/* config_utf8.h - which bytes a file may have. */
#ifndef MINIPING_CONFIG_UTF8_H
#define MINIPING_CONFIG_UTF8_H
#include "config/config_error.h"

/* config_utf8_check - text can be read as YAML: 0, or -EINVAL and the first offence in *errors. */
int config_utf8_check(struct config_at whole, const char *text, size_t len, struct config_errors *errors);

/* config_utf8_is_control - a control character (Unicode category Cc) begins at text, which is UTF-8. */
bool config_utf8_is_control(const char *text);
#endif
