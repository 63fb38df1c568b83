/* config_web.h - http.web_config and http.token: files of secrets for the server, which are no part of the
 * configuration's text. */
#ifndef MINIPING_CONFIG_WEB_H
#define MINIPING_CONFIG_WEB_H
#include "config/config_section.h"

/* config_web_read - the value of web_config: Prometheus' web configuration file, into config->serve.http.web, with the
 * certificates and keys that it names. What of its format is not served is an error at its place in that file. */
config_special_read config_web_read;

/* config_web_token_read - the value of token: a file that holds a bearer token (RFC 6750 2.1). */
config_special_read config_web_token_read;
#endif
