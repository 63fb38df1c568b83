/* origins.c - options that are a target's own are looked for among all such targets: it is asked for seldom, and
 * costs those that have none nothing. */
#include "core/origins.h"

#include <string.h>

const char *origin_level_name(enum origin_level level)
{
	static const char *const names[] = { "built-in", "defaults", "group", "target" };

	return names[level];
}

static struct origin own(const struct origins_owns *owns, const char *name)
{
	struct origin o = { .level = ORIGIN_TARGET };

	for (size_t i = 0; owns && i < owns->n; i++) {
		if (owns->at[i].name == name) {
			o.file = owns->files[owns->at[i].file];
			o.line = owns->at[i].line;
			break;
		}
	}
	return o;
}

static struct origin written(const struct profile *p, size_t i, const char *name);

/* Of a value that no level has given. */
static struct origin implied(const struct profile *p, size_t i, const char *name)
{
	const struct options built_in = options_default();
	const struct setting *s = &options_settings[i];
	const struct setting *source = options_find("source");

	if (setting_same(&p->options, &built_in, s))
		return (struct origin){ .level = ORIGIN_BUILT_IN };
	if (s == options_find("family") && p->origins->depth[source - options_settings])
		return written(p, (size_t)(source - options_settings), name);
	return own(p->origins->owns, name);
}

static struct origin written(const struct profile *p, size_t i, const char *name)
{
	const struct origins *o = p->origins;
	const struct origins_level *level;

	if (!o || !o->depth[i])
		return o ? implied(p, i, name) : (struct origin){ .level = ORIGIN_BUILT_IN };
	if (o->depth[i] == ORIGINS_OWN)
		return own(o->owns, name);
	for (level = o->innermost; level->depth != o->depth[i];)
		level = level->above;
	return level->is;
}

struct origin origins_find(const struct profile *p, size_t i, const char *name)
{
	const struct options built_in = options_default();
	struct origin o = written(p, i, name);

	if (!p->is_leased)
		return o;
	/* It is in no file, and all defaults are written beside it. */
	if (o.level == ORIGIN_DEFAULTS && setting_same(&p->options, &built_in, &options_settings[i]))
		o.level = ORIGIN_BUILT_IN;
	return (struct origin){ .level = o.level };
}
