/* config_rows.c - rows are as old as their numbers: after reloads, groups are no longer in one piece. */
#include "daemon/config_rows.h"

#include "base/index.h"
#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct config_target target; /* first: its place in the sorted array is above it */
	uint32_t group;              /* the entry with which its group begins; INDEX_NONE: none */
};

static bool is_of_group(const void *data, uint32_t number, const void *wanted)
{
	const struct entry *entries = data;

	return !strcmp(entries[number].target.profile->group, wanted);
}

static int group_of(struct index *groups, const struct entry *entries, uint32_t i, uint32_t *out)
{
	const char *group = entries[i].target.profile->group;
	uint32_t hash;

	*out = INDEX_NONE;
	if (!group)
		return 0;
	hash = index_hash_text(groups, group);
	*out = index_at(groups, hash, entries, group);
	if (*out != INDEX_NONE)
		return 0;
	*out = i;
	return index_add(groups, hash, i);
}

static uint32_t fill(struct entry *entries, const struct snapshot *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < snapshot_count(s); i++) {
		struct snapshot_row r;

		snapshot_row(s, i, &r);
		if (r.is_derived || r.profile->is_leased)
			continue;
		entries[n++].target = (struct config_target){
			.name = r.name,
			.host = r.host,
			.addr = r.addr,
			.profile = r.profile,
			.line = i,
		};
	}
	return n;
}

static int by_group(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->target.line < y->target.line ? -1 : 1;
}

int config_rows(struct config_target **out, size_t *n, const struct snapshot *s)
{
	struct entry *entries = calloc((size_t)snapshot_count(s) + 1, sizeof(*entries));
	struct index groups;
	int err = 0;

	if (!entries)
		return -ENOMEM;
	index_init(&groups, secret_new(), is_of_group);
	*n = fill(entries, s);
	for (uint32_t i = 0; i < *n && !err; i++)
		err = group_of(&groups, entries, i, &entries[i].group);
	index_fini(&groups);
	if (err) {
		free(entries);
		return err;
	}
	qsort(entries, *n, sizeof(*entries), by_group);
	*out = (struct config_target *)(void *)entries;
	for (size_t i = 0; i < *n; i++)
		memmove(&(*out)[i], &entries[i].target, sizeof(**out));
	return 0;
}
