/* config_labels.c - reads labels into a sorted set, and shares equal sets. */
#include "config/config_labels.h"

#include "config/config_node.h"
#include "config/config_reader.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_KEY   255
#define MAX_VALUE 1023

struct config_labels {
	struct arena_index index; /* struct labels, each once */
};

struct label_set { /* on the stack; texts are in the tree or in the arena */
	size_t n;
	struct label at[CONFIG_MAX_LABELS]; /* sorted by key */
};

static bool is_label_key(const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	static const char all[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

	return strspn(text, letters) > 0 && !text[strspn(text, all)];
}

/* The metrics and the API have these of their own. */
static bool is_taken_key(const char *text)
{
	return !strcmp(text, "target") || !strcmp(text, "ip") || !strcmp(text, "group");
}

static bool check_label_key(struct config_reader *r, const struct config_node *key, const char *text)
{
	char quoted[CONFIG_QUOTELEN];

	if (is_label_key(text) && !is_taken_key(text) && strlen(text) <= MAX_KEY)
		return true;
	config_error_quote(text, quoted);
	if (is_taken_key(text))
		config_complain(r, key, "label %s is taken: every target has its own", quoted);
	else if (is_label_key(text))
		config_complain(r, key, "label %s is longer than %d bytes", quoted, MAX_KEY);
	else
		config_complain(r, key, "label %s: expected letters, digits and \"_\", not a digit first", quoted);
	return false;
}

static const char *label_value(struct config_reader *r, const char *key, const struct config_node *value)
{
	const struct config_node *n = config_node_follow(value);
	char name[sizeof("labels.") + MAX_KEY];

	/* A quoted empty string is deliberate: it clears an inherited label. */
	if (n->kind == CONFIG_SCALAR && n->quoted && !n->text[0])
		return n->text;
	snprintf(name, sizeof(name), "labels.%s", key);
	return config_node_text(r, name, value, MAX_VALUE);
}

/* False: the set is full. */
static bool set_put(struct label_set *set, struct label label)
{
	size_t i = 0;
	int order = 1;

	while (i < set->n && (order = strcmp(set->at[i].key, label.key)) < 0)
		i++;
	if (i == set->n || order != 0) {
		if (set->n == CONFIG_MAX_LABELS)
			return false;
		memmove(&set->at[i + 1], &set->at[i], (set->n - i) * sizeof(set->at[0]));
		set->n++;
	}
	set->at[i] = label;
	return true;
}

static bool same_labels(const void *item, const void *wanted)
{
	const struct labels *x = item;
	const struct label_set *y = wanted;

	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++) {
		if (strcmp(x->at[i].key, y->at[i].key) || strcmp(x->at[i].value, y->at[i].value))
			return false;
	}
	return true;
}

static uint64_t set_hash(const struct config_reader *r, const struct label_set *set)
{
	struct hash_secret chain = r->secret;

	/* Each text is hashed with the hash so far as key, and a hash covers the length: lists that only differ in
	 * where one text ends have different hashes. */
	for (size_t i = 0; i < set->n; i++) {
		chain.k0 ^= hash_keyed(&chain, set->at[i].key, strlen(set->at[i].key));
		chain.k0 ^= hash_keyed(&chain, set->at[i].value, strlen(set->at[i].value));
	}
	return chain.k0;
}

static bool label_copy(struct arena *arena, struct label *to, const struct label *from)
{
	to->key = arena_text(arena, from->key, strlen(from->key));
	to->value = arena_text(arena, from->value, strlen(from->value));
	return to->key && to->value;
}

static int set_share(struct config_reader *r, const struct label_set *wanted, const struct labels **out)
{
	uint64_t hash = set_hash(r, wanted);
	struct labels *copy;

	*out = arena_index_at(&r->labels->index, hash, wanted);
	if (*out)
		return 0;
	copy = arena_take(r->config->arena, sizeof(*copy) + wanted->n * sizeof(copy->at[0]));
	if (!copy)
		return -ENOMEM;
	copy->n = wanted->n;
	for (size_t i = 0; i < copy->n; i++) {
		if (!label_copy(r->config->arena, &copy->at[i], &wanted->at[i]))
			return -ENOMEM;
	}
	*out = copy;
	return arena_index_add(&r->labels->index, hash, copy);
}

int config_labels_read(struct config_reader *r, const struct config_node *value, const struct labels **labels)
{
	const struct labels *base = *labels;
	const struct config_node *key;
	struct label_set set = { 0 };

	if (!config_node_want(r, "labels", value, CONFIG_MAPPING))
		return 0;
	if (base) {
		set.n = base->n;
		memcpy(set.at, base->at, base->n * sizeof(base->at[0]));
	}
	for (key = config_node_follow(value)->first; key; key = config_node_next_key(key)) {
		struct label label = { .key = config_node_key(key) };

		if (!label.key || !check_label_key(r, key, label.key))
			continue;
		label.value = label_value(r, label.key, key->next);
		if (label.value && !set_put(&set, label)) {
			config_complain(r, key, "more than %d labels", CONFIG_MAX_LABELS);
			break;
		}
	}
	return set.n ? set_share(r, &set, labels) : 0;
}

int config_labels_init(struct config_reader *r)
{
	r->labels = arena_take(r->scratch, sizeof(*r->labels));
	if (!r->labels)
		return -ENOMEM;
	arena_index_init(&r->labels->index, same_labels);
	return 0;
}

void config_labels_fini(struct config_reader *r)
{
	if (r->labels)
		arena_index_fini(&r->labels->index);
}
