/* config_hash.h - which configuration it is, in 16 hex digits that are the same on every machine: the beginning of
 * SHA-256 of the bytes of all its files, one behind the other in the order in which they were read. Files of secrets
 * (config_web.h) are not among them. For the config modules only. */
#ifndef MINIPING_CONFIG_HASH_H
#define MINIPING_CONFIG_HASH_H
#include <stddef.h>

struct config_reader;

/* config_hash_init, config_hash_fini - r->hash. 0 or -ENOMEM. */
int config_hash_init(struct config_reader *r);
void config_hash_fini(struct config_reader *r);

/* config_hash_add - the bytes of a file. 0 or -ENOMEM. */
int config_hash_add(struct config_reader *r, const char *text, size_t len);

/* config_hash_end - no file follows: r->config->hash has the digits. */
void config_hash_end(struct config_reader *r);
#endif
