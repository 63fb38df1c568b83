/* reload_depends.c - finds the targets that dependencies name by an index that lives as long as the plan is made. */
#include "daemon/reload_depends.h"

#include "base/index.h"
#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool same_dependency(const void *data, uint32_t number, const void *wanted)
{
	const struct reload_depends *d = data;

	return !strcmp(d->at[number].is->name, wanted);
}

static int find_all(struct reload_depends *d, const struct config *c)
{
	struct index x;
	int err;

	index_init(&x, secret_new(), same_dependency);
	err = index_reserve(&x, d->n);
	for (uint32_t i = 0; i < d->n && !err; i++)
		err = index_add(&x, index_hash_text(&x, d->at[i].is->name), i);
	for (uint32_t i = 0; i < c->n_targets && !err; i++) {
		const char *name = c->targets[i].name;
		uint32_t found = index_at(&x, index_hash_text(&x, name), d, name);

		if (found != INDEX_NONE)
			d->at[found].target = i;
	}
	index_fini(&x);
	return err;
}

int reload_depends_find(struct reload_depends *d, const struct config *c)
{
	*d = (struct reload_depends){ .n = 0 };
	if (!c->n_dependencies)
		return 0;
	d->at = malloc(c->n_dependencies * sizeof(*d->at));
	if (!d->at)
		return -ENOMEM;
	for (struct dependency *is = c->dependencies; is; is = is->next)
		d->at[d->n++] = (struct reload_dependency){ is, RELOAD_DEPENDS_NONE };
	return find_all(d, c);
}

void reload_depends_free(struct reload_depends *d)
{
	free(d->at);
	*d = (struct reload_depends){ .n = 0 };
}
