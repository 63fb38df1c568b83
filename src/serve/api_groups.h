/* api_groups.h - /api/v1/groups: what the targets of each group come to. */
#ifndef MINIPING_API_GROUPS_H
#define MINIPING_API_GROUPS_H
#include "serve/api_query.h"
#include "serve/request.h"

/* api_groups - of the targets that q's filters take, by name, and those in no group last. Some 120 bytes a group.
 * NULL: out of memory. */
struct stream *api_groups(struct view *v, const struct api_query *q);
#endif
