/* config_profiles.h - targets that are probed alike share one profile. */
#ifndef MINIPING_CONFIG_PROFILES_H
#define MINIPING_CONFIG_PROFILES_H
#include "core/profile.h"

struct config_reader;

/* config_profiles_init, config_profiles_fini - r->profiles. 0 or -ENOMEM. */
int config_profiles_init(struct config_reader *r);
void config_profiles_fini(struct config_reader *r);

/* config_profiles_share - the shared profile that says the same as p; its labels and depends are shared ones, its
 * group and its origins are compared by their addresses. */
int config_profiles_share(struct config_reader *r, const struct profile *p, const struct profile **out);

/* config_profiles_share_as - likewise, but for this family. A source address leaves only its own IP version. */
int config_profiles_share_as(struct config_reader *r, const struct profile *p, enum family family,
                             const struct profile **out);

/* config_profiles_of - the shared profile like p, which is shared itself, but for this family: as above, and fast where
 * one target after another asks for the same. */
int config_profiles_of(struct config_reader *r, const struct profile *p, enum family family,
                       const struct profile **out);

/* config_profiles_on - the shared profile like p, but for this interface. */
int config_profiles_on(struct config_reader *r, const struct profile *p, const char interface[SETTING_INTERFACE_LEN],
                       const struct profile **out);
#endif
