/* config_depends_check.h - the dependencies of all targets together. */
#ifndef MINIPING_CONFIG_DEPENDS_CHECK_H
#define MINIPING_CONFIG_DEPENDS_CHECK_H

struct config_reader;

/* config_depends_check - each name that a target depends on is that of a target that is probed, and no target
 * depends on itself by way of others; otherwise reported. Once, when all has been read, after config_range_check, and
 * not if errors have been found: what could not be read may be what is named. O(targets), without recursion. */
void config_depends_check(struct config_reader *r);
#endif
