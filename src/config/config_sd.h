/* config_sd.h - target files in the format of Prometheus' file_sd, as they exist: addresses with ports or as URLs, labels
 * for Prometheus itself. */
#ifndef MINIPING_CONFIG_SD_H
#define MINIPING_CONFIG_SD_H

struct config_level;
struct config_node;
struct config_reader;

/* config_sd_init, config_sd_fini - r->sd. 0 or -ENOMEM. */
int config_sd_init(struct config_reader *r);
void config_sd_fini(struct config_reader *r);

/* config_sd_read - the list of {targets, labels} in root, which inherits from base. Ports, schemes and paths of
 * targets are dropped, and labels __...; hosts that came before in such a file are passed over; names of labels are
 * made valid, and those that are taken get the prefix exported_. */
int config_sd_read(struct config_reader *r, const struct config_node *root, const struct config_level *base);

/* config_sd_warn - say so, once. When all has been read. */
void config_sd_warn(struct config_reader *r);
#endif
