/* config_names.h - the names of targets and groups, each once, and where they are given. */
#ifndef MINIPING_CONFIG_NAMES_H
#define MINIPING_CONFIG_NAMES_H
#include <stdbool.h>
#include <stddef.h>

struct config_node;
struct config_reader;

#define CONFIG_MAX_NAME      255                   /* bytes of a name as it is written */
#define CONFIG_MAX_NAME_MADE (CONFIG_MAX_NAME + 2) /* and with the "/4" of family: both */

/* config_names_init, config_names_fini - r->names. 0 or -ENOMEM. */
int config_names_init(struct config_reader *r);
void config_names_fini(struct config_reader *r);

/* config_names_claim, config_names_claim_group - no other target, or group, has the name; otherwise reported. The node
 * must outlive the reader's names. */
int config_names_claim(struct config_reader *r, const struct config_node *name);
int config_names_claim_group(struct config_reader *r, const struct config_node *name);

/* config_names_add_parent - the target called name gets a target for each of its addresses. */
int config_names_add_parent(struct config_reader *r, const struct config_node *name);

/* config_names_at - what gives a target the name text; NULL: no target is called that, or only one of a range. */
const struct config_node *config_names_at(const struct config_reader *r, const char *text);

/* config_names_is_parent - the target of this name has been given to config_names_add_parent. */
bool config_names_is_parent(const struct config_reader *r, const char *text);

/* config_names_each - on(name, data) for each name of a target, a struct config_node, in the order of the files. */
void config_names_each(const struct config_reader *r, void (*on)(const void *name, void *data), void *data);

/* config_names_n - how many these are. */
size_t config_names_n(const struct config_reader *r);

/* config_names_check - no target has the name that an address of a parent will get; otherwise reported. Once, when
 * all has been read. */
void config_names_check(struct config_reader *r);
#endif
