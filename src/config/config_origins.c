/* config_origins.c - levels above targets are few, and are kept one by one; targets with options of their own may be
 * all of them, and are rows of a table. */
#include "config/config_origins.h"

#include "config/config_node.h"
#include "config/config_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BEING_READ (ORIGINS_OWN - 1) /* as depth: the level that is being read */

struct config_origins {
	struct arena_index index; /* struct origins, each once */
	struct origins_owns *owns;
	size_t room;
};

static bool same_origins(const void *a, const void *b)
{
	const struct origins *x = a, *y = b;

	return x->innermost == y->innermost && !memcmp(x->depth, y->depth, sizeof(x->depth));
}

int config_origins_init(struct config_reader *r)
{
	r->origins = arena_take(r->scratch, sizeof(*r->origins));
	if (!r->origins)
		return -ENOMEM;
	*r->origins = (struct config_origins){ .owns = arena_take(r->config->arena, sizeof(*r->origins->owns)) };
	arena_index_init(&r->origins->index, same_origins);
	if (!r->origins->owns)
		return -ENOMEM;
	*r->origins->owns = (struct origins_owns){ .n = 0 };
	return 0;
}

void config_origins_fini(struct config_reader *r)
{
	if (r->origins)
		arena_index_fini(&r->origins->index);
}

void config_origins_set(struct config_origins_level *level, const struct setting *s)
{
	level->origins.depth[s - options_settings] = BEING_READ;
}

/* Into the chain of levels, if it sets anything. */
static int add_level(struct config_reader *r, struct config_origins_level *level, const struct config_node *node)
{
	const struct origins_level *above = level->origins.innermost;
	struct config_at at = config_node_at(r, node);
	uint8_t depth = above ? above->depth + 1 : 1;
	struct origins_level *is;

	if (!memchr(level->origins.depth, BEING_READ, options_n_settings))
		return 0;
	if (level->is_own) {
		depth = ORIGINS_OWN;
	} else {
		is = arena_take(r->config->arena, sizeof(*is));
		if (!is)
			return -ENOMEM;
		*is = (struct origins_level){ { level->kind, at.file, at.line }, above, depth };
		level->origins.innermost = is;
	}
	for (size_t i = 0; i < options_n_settings; i++)
		if (level->origins.depth[i] == BEING_READ)
			level->origins.depth[i] = depth;
	return 0;
}

int config_origins_share(struct config_reader *r, struct config_origins_level *level, const struct config_node *node,
                         const struct origins **out)
{
	struct { /* without padding */
		uintptr_t innermost;
		uint8_t depth[ORIGINS_MAX];
	} bytes;
	struct origins *copy;
	uint64_t hash;

	if (add_level(r, level, node) < 0)
		return -ENOMEM;
	level->origins.owns = r->origins->owns;
	bytes.innermost = (uintptr_t)level->origins.innermost;
	memcpy(bytes.depth, level->origins.depth, sizeof(bytes.depth));
	hash = hash_keyed(&r->secret, &bytes, sizeof(bytes));
	*out = arena_index_at(&r->origins->index, hash, &level->origins);
	if (*out)
		return 0;
	copy = arena_take(r->config->arena, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = level->origins;
	*out = copy;
	return arena_index_add(&r->origins->index, hash, copy);
}

/* Room for n targets, n > 0. */
static int fit(struct config *c, struct config_origins *x, size_t n)
{
	struct origins_own *owns = reallocarray(c->owns, n, sizeof(*owns));

	if (!owns)
		return -ENOMEM;
	c->owns = owns;
	x->owns->at = owns;
	x->room = n;
	return 0;
}

int config_origins_own(struct config_reader *r, const struct config_target *target, const struct config_node *node)
{
	struct origins_owns *owns = r->origins->owns;
	size_t room = r->origins->room;

	if (!memchr(target->profile->origins->depth, ORIGINS_OWN, options_n_settings))
		return 0;
	if (owns->n == room && fit(r->config, r->origins, room ? 2 * room : 16) < 0)
		return -ENOMEM;
	r->config->owns[owns->n++] = (struct origins_own){ target->name, node->line, node->file };
	return 0;
}

int config_origins_end(struct config_reader *r)
{
	struct origins_owns *owns = r->origins->owns;
	const char **files = arena_take(r->config->arena, r->config->n_files * sizeof(*files));

	if (!files)
		return -ENOMEM;
	for (size_t i = 0; i < r->config->n_files; i++)
		files[i] = r->config->files[i].path;
	owns->files = files;
	return owns->n ? fit(r->config, r->origins, owns->n) : 0;
}
