/* config_tree_keys.c - finds duplicate keys and applies merge keys, one mapping at a time. */
#include "config/config_tree_keys.h"

#include <errno.h>
#include <string.h>

static struct config_at position_of(const struct config_tree_keys *k, const struct config_node *n)
{
	return (struct config_at){ k->whole.file, n->line, n->column, k->whole.number };
}

static bool is_scalar(const struct config_node *key)
{
	return config_node_follow(key)->kind == CONFIG_SCALAR;
}

static const char *kind_of(const struct config_node *n)
{
	return n->kind == CONFIG_LIST ? "list" : n->kind == CONFIG_MAPPING ? "mapping" : "string";
}

static bool same_text(const void *a, const void *b)
{
	const struct config_node *x = a, *y = b;

	return !strcmp(config_node_follow(x)->text, config_node_follow(y)->text);
}

static uint64_t hash_of(const struct config_tree_keys *k, const struct config_node *key)
{
	const char *text = config_node_follow(key)->text;

	return hash_keyed(k->secret, text, strlen(text));
}

static void refuse_duplicate(struct config_tree_keys *k, const struct config_node *key, const struct config_node *first)
{
	char quoted[CONFIG_QUOTELEN] = "";

	if (!config_error_would_drop(k->errors, position_of(k, key)))
		config_error_quote(config_node_follow(key)->text, quoted);
	config_error_add(k->errors, position_of(k, key), "duplicate key %s (first at %u:%u)", quoted, first->line,
	                 first->column);
}

static int check_key(struct config_tree_keys *k, struct arena_index *index, const struct config_node *key)
{
	const struct config_node *value = config_node_follow(key), *first;
	uint64_t hash;

	if (value->kind != CONFIG_SCALAR) {
		config_error_add(k->errors, position_of(k, key), "a key must be a string, not a %s", kind_of(value));
		return 0;
	}
	hash = hash_of(k, key);
	first = arena_index_at(index, hash, key);
	if (!first)
		return arena_index_add(index, hash, key);
	refuse_duplicate(k, key, first);
	return 0;
}

/* --- merging --- */

static bool is_merge(const struct config_node *key)
{
	return key->kind == CONFIG_SCALAR && !key->quoted && !strcmp(key->text, "<<");
}

/* Takes the merge key out of the mapping; NULL: there is none. Its value is still its next. */
static const struct config_node *take_merge(struct config_node *mapping)
{
	const struct config_node *merge = NULL;

	for (struct config_node **at = &mapping->first; *at;) {
		struct config_node *key = *at;

		if (!is_merge(key)) {
			at = &key->next->next;
			continue;
		}
		if (!merge) /* a second one has been reported */
			merge = key;
		*at = key->next->next;
	}
	return merge;
}

/* n more nodes that have been looked at. */
static bool is_within_bounds(struct config_tree_keys *k, const struct config_node *merge, uint64_t n)
{
	*k->n_merged += n;
	if (*k->n_merged <= k->max_merged)
		return true;
	config_error_add(k->errors, position_of(k, merge),
	                 "\"<<\": merge keys bring more than %llu values into the file",
	                 (unsigned long long)k->max_merged);
	return false;
}

/* key and its value once more, at the end of the mapping. */
static int append(struct config_tree_keys *k, struct config_node *mapping, struct config_node ***tail,
                  const struct config_node *key)
{
	const struct config_node *value = key->next, *target = config_node_follow(value);
	struct config_node *copies = arena_take(k->arena, 2 * sizeof(*copies));

	if (!copies)
		return -ENOMEM;
	copies[0] = *key;
	copies[0].next = &copies[1];
	copies[1] = (struct config_node){
		.target = target,
		.line = value->line,
		.column = value->column,
		.file = value->file,
		.kind = CONFIG_ALIAS,
	};
	**tail = copies;
	*tail = &copies[1].next;
	mapping->n_below += 2 + target->n_below;
	return 0;
}

static int merge_one(struct config_tree_keys *k, struct config_node *mapping, struct arena_index *index,
                     struct config_node ***tail, const struct config_node *merge, const struct config_node *from)
{
	const struct config_node *source = config_node_follow(from);
	int err = 0;

	if (source->kind != CONFIG_MAPPING) {
		config_error_add(k->errors, position_of(k, from),
		                 "\"<<\" takes a mapping or a list of mappings, not a %s", kind_of(source));
		return 0;
	}
	if (from->kind == CONFIG_ALIAS) /* it leads nowhere now: what it brought is counted below */
		*k->n_followed -= source->n_below + 1u;
	for (const struct config_node *key = source->first; key && !err; key = key->next->next) {
		bool is_new = is_scalar(key) && !arena_index_at(index, hash_of(k, key), key);

		if (!is_within_bounds(k, merge, is_new ? 2 + config_node_follow(key->next)->n_below : 1))
			return -EINVAL;
		if (is_new)
			err = append(k, mapping, tail, key);
		if (is_new && !err)
			err = arena_index_add(index, hash_of(k, key), key);
	}
	return err;
}

static int merge(struct config_tree_keys *k, struct config_node *mapping, struct arena_index *index)
{
	const struct config_node *merge = take_merge(mapping), *value;
	struct config_node **tail = &mapping->first;
	int err = 0;

	if (!merge)
		return 0;
	while (*tail)
		tail = &(*tail)->next;
	value = config_node_follow(merge->next);
	if (value->kind != CONFIG_LIST)
		return merge_one(k, mapping, index, &tail, merge, merge->next);
	for (const struct config_node *from = value->first; from && !err; from = from->next)
		err = merge_one(k, mapping, index, &tail, merge, from);
	return err;
}

int config_tree_keys_check(struct config_tree_keys *k, struct config_node *mapping)
{
	struct arena_index index;
	int err = 0;

	arena_index_init(&index, same_text);
	for (const struct config_node *key = mapping->first; key && !err; key = key->next->next)
		err = check_key(k, &index, key);
	if (!err)
		err = merge(k, mapping, &index);
	arena_index_fini(&index);
	return err;
}
