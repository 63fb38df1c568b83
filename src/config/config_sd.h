/* config_sd.h - target files in Prometheus' file_sd format, as found in the field: addresses with ports or as URLs, and
 * labels for Prometheus itself. */
#ifndef MINIPING_CONFIG_SD_H
#define MINIPING_CONFIG_SD_H

struct config_level;
struct config_node;
struct config_reader;

/* config_sd_init, config_sd_fini - r->sd. 0 or -ENOMEM. */
int config_sd_init(struct config_reader *r);
void config_sd_fini(struct config_reader *r);

/* config_sd_read - the list of {targets, labels} in root, which inherits from base. Ports, schemes and paths of
 * targets are dropped, and labels __...; hosts that such a file has had already are skipped; names of labels are
 * made valid, and those that are taken get the prefix exported_. */
int config_sd_read(struct config_reader *r, const struct config_node *root, const struct config_level *base);

/* config_sd_warn - warn of what was dropped or renamed. Once, when all has been read. */
void config_sd_warn(struct config_reader *r);
#endif
