/* origins.h - at which level of the configuration each option of a profile was set, and where that level is written.
 * Shared by all profiles that it holds for. Pure. */
#ifndef MINIPING_ORIGINS_H
#define MINIPING_ORIGINS_H
#include "core/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum origin_level { ORIGIN_BUILT_IN, ORIGIN_DEFAULTS, ORIGIN_GROUP, ORIGIN_TARGET };

struct origin {
	enum origin_level level;
	const char *file; /* NULL: not known */
	uint32_t line;    /* where the level begins; 0: not known */
};

struct origins_level { /* one that sets options of many targets */
	struct origin is;
	const struct origins_level *above;
	uint8_t depth; /* from 1 */
};

struct origins_own { /* a target with options of its own: one of a million takes no more than this */
	const char *name;
	uint32_t line, file;
};

struct origins_owns { /* of one configuration, in no order */
	const struct origins_own *at;
	size_t n;
	const char *const *files;
};

#define ORIGINS_MAX 32  /* settings of options.h, at most */
#define ORIGINS_OWN 255 /* as depth: it is the target's own */

struct origins {
	const struct origins_level *innermost; /* NULL: none */
	const struct origins_owns *owns;
	uint8_t depth[ORIGINS_MAX]; /* of the level that set it, by the number of the setting; 0: none did */
};

/* origins_find - where the option number i of options_settings of the target called name comes from; p and name are as
 * the configuration has them, so that names are told by their addresses. One that no level sets but that has another
 * than the built-in value follows from the target's host or its source. What is leased has no file. O(1), but for a
 * target's own O(owns). */
struct origin origins_find(const struct profile *p, size_t i, const char *name);

/* origin_level_name - "built-in", "defaults", "group", "target". */
const char *origin_level_name(enum origin_level level);
#endif
