/* config_host.h - the host of a target, checked by itself and against the options. */
#ifndef MINIPING_CONFIG_HOST_H
#define MINIPING_CONFIG_HOST_H
#include "dns/host.h"

#include <stdbool.h>
#include <stdint.h>

struct config_node;
struct config_reader;
struct options;

/* config_host_read - the text of the host at node, and in *h what it is; NULL: reported. */
const char *config_host_read(struct config_reader *r, const struct options *o, const struct config_node *node,
                             struct host *h);

/* config_host_check_family - an address of that family, of the text that is at node, suits the options; otherwise
 * reported. AF_UNSPEC: a name. */
bool config_host_check_family(struct config_reader *r, const struct options *o, const struct config_node *node,
                              uint16_t family);
#endif
