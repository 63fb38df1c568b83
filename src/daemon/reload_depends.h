/* reload_depends.h - which of a new configuration's targets its dependencies name, found by name. */
#ifndef MINIPING_RELOAD_DEPENDS_H
#define MINIPING_RELOAD_DEPENDS_H
#include "config/config.h"

#include <stddef.h>
#include <stdint.h>

#define RELOAD_DEPENDS_NONE UINT32_MAX

struct reload_depends {
	struct reload_dependency {
		struct dependency *is;
		uint32_t target; /* its index in the configuration's targets[]; RELOAD_DEPENDS_NONE */
	} * at;
	size_t n;
};

/* reload_depends_find - d anew, for c, from which it borrows. 0 or -ENOMEM (then there is something to free all the
 * same). O(targets), or O(1) where none depends on any. */
int reload_depends_find(struct reload_depends *d, const struct config *c);
void reload_depends_free(struct reload_depends *d);
#endif
