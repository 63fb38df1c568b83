/* config_targets_file.h - target files: lines of hosts, or Prometheus' file_sd (config_sd.h). */
#ifndef MINIPING_CONFIG_TARGETS_FILE_H
#define MINIPING_CONFIG_TARGETS_FILE_H

struct config_level;
struct config_node;
struct config_reader;
struct profile;

/* config_targets_file_read - the file or files named in value, whose targets inherit from base and its shared copy. */
int config_targets_file_read(struct config_reader *r, const struct config_node *value, const struct config_level *base,
                             const struct profile *shared);
#endif
