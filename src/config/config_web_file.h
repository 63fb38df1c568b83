/* config_web_file.h - reads the files that the web configuration is made of: it, and the secrets that it names. */
#ifndef MINIPING_CONFIG_WEB_FILE_H
#define MINIPING_CONFIG_WEB_FILE_H
#include "config/config_error.h"

#include <stddef.h>

struct config_node;
struct config_reader;

/* config_web_file_read - the text of the one file that the key called name has as its value, at most max bytes and none
 * of them a NUL: a path, relative to the file of value, or credential:NAME, one of systemd's ($CREDENTIALS_DIRECTORY).
 * Unlike included files it may be read several times. 0 and *text, malloc'ed (NULL: reported), and whole of it. */
int config_web_file_read(struct config_reader *r, const char *name, const struct config_node *value, size_t max,
                         char **text, struct config_at *whole);
#endif
