#include "config/config_reader.h"
#include "base/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_LABEL_KEY   255
#define MAX_LABEL_VALUE 1023
#define DEGRADED        "degraded"
#define CLEAR           "clear"

struct label_set {                        /* on the stack; texts lie in the tree or in the arena */
	size_t       n;
	struct label at[CONFIG_MAX_LABELS];   /* sorted by key */
};

static void read_option(struct config_reader *r, struct config_level *level,
			const struct setting *key, const struct config_node *value)
{
	const struct config_node *n = config_node_follow(value);

	if (n->kind != CONFIG_SCALAR || options_set(&level->profile.options, key, n->text) < 0)
		config_bad_value(r, key, value);
	else if (key->kind == SETTING_WINDOW || key->offset == offsetof(struct options, interval_ns))
		level->window = value;
}

/* A mapping of options: degraded, and clear in it. */
static void read_options(struct config_reader *r, struct config_level *level, const char *name,
			 const struct config_section *place, const struct config_node *value)
{
	const struct config_node *key;

	if (!config_want(r, name, value, CONFIG_MAPPING))
		return;
	for (key = config_node_follow(value)->first; key; key = config_next_key(key)) {
		const char *text = config_key(key);
		const struct setting *option;

		if (!text)
			continue;
		option = config_section_find(place, text);
		if (option)
			read_option(r, level, option, key->next);
		else if (config_section_special(place, text))
			read_options(r, level, CLEAR, &config_clear_section, key->next);
		else
			config_unknown_key(r, place, key);
	}
}

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

	if (is_label_key(text) && !is_taken_key(text) && strlen(text) <= MAX_LABEL_KEY)
		return true;
	config_quote(text, quoted);
	if (is_taken_key(text))
		config_report(r->errors, config_node_at(r, key),
			      "label %s is taken: every target has its own", quoted);
	else if (is_label_key(text))
		config_report(r->errors, config_node_at(r, key), "label %s is longer than %d bytes",
			      quoted, MAX_LABEL_KEY);
	else
		config_report(r->errors, config_node_at(r, key),
			      "label %s: expected letters, digits and \"_\", not a digit first",
			      quoted);
	return false;
}

static const char *label_value(struct config_reader *r, const char *key,
			       const struct config_node *value)
{
	const struct config_node *n = config_node_follow(value);
	char name[sizeof("labels.") + MAX_LABEL_KEY];

	/* A quoted empty text is meant; it takes an inherited label's value away. */
	if (n->kind == CONFIG_SCALAR && n->quoted && !n->text[0])
		return n->text;
	snprintf(name, sizeof(name), "labels.%s", key);
	return config_node_text(r, name, value, MAX_LABEL_VALUE);
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

	/* Each text is hashed under what came before it, and a hash covers the length: no two lists of
	 * texts run together. */
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

	*out = arena_index_at(&r->labels, hash, wanted);
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
	return arena_index_add(&r->labels, hash, copy);
}

static int read_labels(struct config_reader *r, struct config_level *level,
		       const struct config_node *value)
{
	const struct labels *base = level->profile.labels;
	const struct config_node *key;
	struct label_set set = { 0 };

	if (!config_want(r, "labels", value, CONFIG_MAPPING))
		return 0;
	if (base) {
		set.n = base->n;
		memcpy(set.at, base->at, base->n * sizeof(base->at[0]));
	}
	for (key = config_node_follow(value)->first; key; key = config_next_key(key)) {
		struct label label = { .key = config_key(key) };

		if (!label.key || !check_label_key(r, key, label.key))
			continue;
		label.value = label_value(r, label.key, key->next);
		if (label.value && !set_put(&set, label)) {
			config_report(r->errors, config_node_at(r, key), "more than %d labels",
				      CONFIG_MAX_LABELS);
			break;
		}
	}
	return set.n ? set_share(r, &set, &level->profile.labels) : 0;
}

int config_level_key(struct config_reader *r, struct config_level *level, const struct config_node *key,
                     bool *taken)
{
	const char *text = config_key(key);
	const struct setting *option;

	*taken = true;
	if (!strcmp(text, "labels"))
		return read_labels(r, level, key->next);
	if (!strcmp(text, "depends_on"))
		return config_depends_read(r, level, key->next);
	if (!strcmp(text, DEGRADED)) {
		level->degraded = key->next;
		read_options(r, level, DEGRADED, &config_degraded_section, key->next);
		return 0;
	}
	option = config_section_find(&config_defaults_section, text);
	if (option)
		read_option(r, level, option, key->next);
	*taken = option != NULL;
	return 0;
}

static bool same_profile(const void *a, const void *b)
{
	return profile_same(a, b);
}

static uint64_t profile_hash(const struct config_reader *r, const struct profile *p)
{
	uint8_t bytes[OPTIONS_BYTES];
	uint64_t chain[4] = { (uintptr_t)p->labels, (uintptr_t)p->group, (uintptr_t)p->depends };

	chain[3] = hash_keyed(&r->secret, bytes, options_bytes(&p->options, bytes));
	return hash_keyed(&r->secret, chain, sizeof(chain));
}

static void check_clear(struct config_reader *r, struct config_level *level, const struct config_node *at)
{
	struct options *o = &level->profile.options;
	const struct setting *key;
	char clear[SETTING_TEXT_LEN], threshold[SETTING_TEXT_LEN], name[32];

	while ((key = options_clear_above(o))) {
		snprintf(name, sizeof(name), DEGRADED "%s", strrchr(key->name, '.'));
		config_report(r->errors, config_node_at(r, level->degraded ? level->degraded : at),
			      "\"%s\" is %s, above \"%s\", which is %s: expected at most that", key->name,
			      setting_print(o, key, clear), name,
			      setting_print(o, options_find(name), threshold));
		options_set(o, key, "default");   /* told once, not again for all that inherit it */
	}
}

static void finish_options(struct config_reader *r, struct config_level *level,
			   const struct config_node *at)
{
	struct options *o = &level->profile.options;
	char window[PARSE_STRLEN], interval[PARSE_STRLEN], expects[SETTING_EXPECTS_LEN];

	if (options_finish(o) == 0)
		return;
	config_report(r->errors, config_node_at(r, level->window ? level->window : at),
		      "a window of %s holds %lld probes at an interval of %s: expected %s",
		      parse_duration_text(o->window_ns, window),
		      (long long)(o->window_ns / o->interval_ns),
		      parse_duration_text(o->interval_ns, interval),
		      setting_expects(options_find("window"), expects, sizeof(expects)));
	o->window_ns = 0;                     /* told once, not again for all that inherit it */
}

int config_profile_share(struct config_reader *r, const struct profile *p, const struct profile **out)
{
	uint64_t hash = profile_hash(r, p);
	struct profile *copy;

	*out = arena_index_at(&r->profiles, hash, p);
	if (*out)
		return 0;
	copy = arena_take(r->config->arena, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = *p;
	*out = copy;
	return arena_index_add(&r->profiles, hash, copy);
}

/* A source address can only reach addresses of its own IP version. */
static enum family family_of(const struct options *o)
{
	if (o->family != FAMILY_ANY || o->source.family == AF_UNSPEC)
		return o->family;
	return o->source.family == AF_INET ? FAMILY_IPV4 : FAMILY_IPV6;
}

static int share_with(struct config_reader *r, const struct profile *p, enum family family,
                      const struct profile **out)
{
	struct profile other = *p;

	other.options.family = family;
	other.options.family = family_of(&other.options);
	return config_profile_share(r, &other, out);
}

int config_profile_of(struct config_reader *r, const struct profile *p, enum family family,
                      const struct profile **out)
{
	struct config_variant *v = &r->variants[family == FAMILY_IPV6];
	int err = 0;

	if (v->of != p || v->family != family) {
		*v = (struct config_variant){ .of = p, .family = family };
		err = share_with(r, p, family, &v->is);
	}
	*out = v->is;
	return err;
}

int config_profile_on(struct config_reader *r, const struct profile *p, const char interface[SETTING_INTERFACE_LEN],
                      const struct profile **out)
{
	struct profile other = *p;

	memcpy(other.options.interface, interface, SETTING_INTERFACE_LEN);
	return config_profile_share(r, &other, out);
}

int config_level_end(struct config_reader *r, struct config_level *level, const struct config_node *at,
                     const struct profile **out)
{
	finish_options(r, level, at);
	check_clear(r, level, at);
	/* Only in the shared copy: a level below may have another source. */
	return share_with(r, &level->profile, level->profile.options.family, out);
}

void config_profiles_init(struct config_reader *r)
{
	arena_index_init(&r->profiles, same_profile);
	arena_index_init(&r->labels, same_labels);
}

void config_profiles_fini(struct config_reader *r)
{
	arena_index_fini(&r->profiles);
	arena_index_fini(&r->labels);
}
