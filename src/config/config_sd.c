/* config_sd.c - turns entries of file_sd into targets and labels as minipingd.yaml has them. */
#include "config/config_sd.h"

#include "config/config_intake.h"
#include "config/config_labels.h"
#include "config/config_level.h"
#include "config/config_node.h"
#include "config/config_reader.h"
#include "config/config_section.h"
#include "config/config_target.h"
#include "config/config_targets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_LABEL  255
#define MAX_LABELS ((size_t)2 * CONFIG_MAX_LABELS) /* read at most: two may become one */
#define EXPORTED   "exported_"
#define PREFIX_LEN (sizeof(EXPORTED) - 1)
#define DIGITS     "0123456789"
#define LETTERS    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* A warning is given once, for the first, with the number of further ones. */
struct note {
	const struct config_node *first;
	size_t n;
};

struct config_sd {
	struct arena_index hosts; /* of all such files: struct config_node */
	struct note ports, labels, again;
};

static bool same_text(const void *item, const void *wanted)
{
	const struct config_node *x = item, *y = wanted;

	return !strcmp(x->text, y->text);
}

int config_sd_init(struct config_reader *r)
{
	r->sd = arena_take(r->scratch, sizeof(*r->sd));
	if (!r->sd)
		return -ENOMEM;
	*r->sd = (struct config_sd){ .ports.n = 0 };
	arena_index_init(&r->sd->hosts, same_text);
	return 0;
}

void config_sd_fini(struct config_reader *r)
{
	if (r->sd)
		arena_index_fini(&r->sd->hosts);
}

/* Prometheus takes null for nothing. */
static bool is_empty(const struct config_node *value)
{
	const struct config_node *n = config_node_follow(value);

	return n->kind == CONFIG_SCALAR && !n->quoted &&
	       (!n->text[0] || !strcmp(n->text, "null") || !strcmp(n->text, "~"));
}

static void note(struct note *n, const struct config_node *node)
{
	if (!n->n++)
		n->first = node;
}

/* node with another text, which is copied. NULL: no memory. */
static struct config_node *with_text(struct config_reader *r, const struct config_node *node, const char *text,
                                     size_t len)
{
	struct config_node *n = arena_take(r->scratch, sizeof(*n));

	if (!n)
		return NULL;
	*n = (struct config_node){
		.text = arena_text(r->scratch, text, len),
		.line = node->line,
		.column = node->column,
		.file = node->file,
		.kind = CONFIG_SCALAR,
		.quoted = true,
	};
	return n->text ? n : NULL;
}

/* --- targets --- */

/* The host in "host:9100", "[v6]:9100", "https://user@host:8443/path": begins at *host, and has that length. */
static size_t host_in(const char *text, const char **host)
{
	const char *scheme = strstr(text, "://"), *colon, *at;
	size_t len = strlen(text);

	if (scheme) {
		text = scheme + 3;
		len = strcspn(text, "/?#");
		at = memrchr(text, '@', len);
		if (at) {
			len -= (size_t)(at + 1 - text);
			text = at + 1;
		}
	}
	*host = text;
	colon = memrchr(text, ':', len);
	if (colon && strspn(colon + 1, DIGITS) == (size_t)(text + len - colon - 1) &&
	    (colon[-(colon > text)] == ']' || !memchr(text, ':', (size_t)(colon - text))))
		len = (size_t)(colon - text);
	if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
		*host = text + 1;
		len -= 2;
	}
	return len;
}

/* Such files list a machine once for each of its exporters. */
static int read_host(struct config_reader *r, const struct profile *shared, const struct config_node *node)
{
	struct config_item item = { .node = node, .host = node, .profile = shared, .is_plain = true };
	const struct config_node *n = config_node_follow(node);
	const char *host;
	size_t len = host_in(n->text, &host);
	uint64_t hash;

	if (len != strlen(n->text)) {
		note(&r->sd->ports, node);
		item.host = with_text(r, node, host, len);
		if (!item.host)
			return -ENOMEM;
	}
	n = config_node_follow(item.host);
	hash = hash_keyed(&r->secret, n->text, strlen(n->text));
	if (arena_index_at(&r->sd->hosts, hash, n)) {
		note(&r->sd->again, node);
		return 0;
	}
	return arena_index_add(&r->sd->hosts, hash, n) < 0 ? -ENOMEM : config_target_read(r, &item);
}

static int read_targets(struct config_reader *r, const struct config_node *value, const struct config_level *level,
                        const struct profile *shared)
{
	int err = 0;

	if (is_empty(value) || !config_node_want(r, "targets", value, CONFIG_LIST))
		return 0;
	for (const struct config_node *node = config_node_follow(value)->first;
	     node && !err && !config_intake_is_full(r); node = node->next) {
		if (config_node_follow(node)->kind == CONFIG_SCALAR)
			err = read_host(r, shared, node);
		else
			err = config_targets_item(r, level, shared, node);
	}
	return err;
}

/* --- labels --- */

/* Keys that every line of the log begins with, and labels that metrics have already. */
static bool is_taken(const char *name)
{
	static const char *const taken[] = {
		"ts",     "v",    "n",      "kind", "target",     "ip",  "group",    "state",
		"reason", "host", "source", "tos",  "ip_version", "job", "instance", "le",
	};

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (!strcmp(taken[i], name))
			return true;
	return false;
}

/* As Prometheus' SanitizeFullLabelName: a "_" for each character that may not be there. */
static size_t put_valid(char *out, const char *text)
{
	char *at = out;

	for (const char *c = text; *c && at - out < MAX_LABEL; c++) {
		bool is_letter = strchr(LETTERS "_", *c), is_digit = strchr(DIGITS, *c);

		if (((unsigned char)*c & 0xc0) != 0x80)
			*at++ = (char)(is_letter || (is_digit && c > text) ? *c : '_');
	}
	*at = '\0';
	return (size_t)(at - out);
}

/* The name for a label of labels. NULL: no memory; empty: a label for Prometheus itself. */
static struct config_node *label_name(struct config_reader *r, const struct config_node *labels,
                                      const struct config_node *key)
{
	char name[4 * sizeof(EXPORTED) + MAX_LABEL + 1];
	size_t len;

	if (!strncmp(config_node_key(key), "__", 2))
		return with_text(r, key, "", 0);
	len = put_valid(name, config_node_key(key));
	if (is_taken(name)) {
		note(&r->sd->labels, key);
		do {
			memmove(name + PREFIX_LEN, name, len + 1);
			memcpy(name, EXPORTED, PREFIX_LEN);
			len += PREFIX_LEN;
		} while (len < MAX_LABEL && config_node_child(labels, name));
	}
	return with_text(r, key, name, len);
}

/* Read as the "labels" of minipingd.yaml, with names that are valid there. */
static int read_labels(struct config_reader *r, struct config_level *level, const struct config_node *value)
{
	const struct config_node *labels = config_node_follow(value);
	struct config_node ours = *labels, key = { .text = "labels", .kind = CONFIG_SCALAR, .next = &ours };
	struct config_node **tail = &ours.first;
	size_t n = 0;
	bool taken;

	ours.line = value->line;
	ours.column = value->column;
	if (is_empty(value))
		return 0;
	if (labels->kind != CONFIG_MAPPING)
		return config_level_key(r, level, &key, &taken);
	*tail = NULL;
	for (const struct config_node *k = labels->first; k; k = config_node_next_key(k)) {
		struct config_node *name = config_node_key(k) ? label_name(r, labels, k) : NULL, *copy;

		if (config_node_key(k) && !name)
			return -ENOMEM;
		if (!name || !name->text[0] || is_empty(k->next))
			continue;
		if (++n > MAX_LABELS) {
			config_complain(r, k, "more than %d labels", CONFIG_MAX_LABELS);
			return 0;
		}
		copy = arena_take(r->scratch, sizeof(*copy));
		if (!copy)
			return -ENOMEM;
		*copy = *k->next;
		copy->next = NULL;
		name->next = copy;
		*tail = name;
		tail = &copy->next;
	}
	return config_level_key(r, level, &key, &taken);
}

/* --- entries --- */

/* {targets: […], labels: {…}} */
static int read_entry(struct config_reader *r, const struct config_node *entry, const struct config_level *base)
{
	const struct config_node *n = config_node_follow(entry), *targets;
	struct config_level level = *base;
	const struct profile *shared;
	int err = 0;

	level.window = NULL;
	if (n->kind != CONFIG_MAPPING) {
		config_complain(r, entry, "an entry must be a mapping with \"targets\", not %s", config_node_kind(n));
		return 0;
	}
	for (const struct config_node *key = n->first; key && !err; key = config_node_next_key(key)) {
		const char *text = config_node_key(key);

		if (!text || !strcmp(text, "targets"))
			continue;
		if (!strcmp(text, "labels"))
			err = read_labels(r, &level, key->next);
		else
			config_section_unknown_key(r, &config_sd_section, key);
	}
	if (err || config_level_end(r, &level, entry, &shared) < 0)
		return -ENOMEM;
	targets = config_node_child(n, "targets");
	if (targets)
		return read_targets(r, targets, &level, shared);
	config_complain(r, entry, "an entry without \"targets\"");
	return 0;
}

int config_sd_read(struct config_reader *r, const struct config_node *root, const struct config_level *base)
{
	const struct config_node *n = config_node_follow(root);
	int err = 0;

	if (n->kind != CONFIG_LIST) {
		config_complain(r, root, "the file must be a list of {targets: [...], labels: {...}}, not %s",
		                config_node_kind(n));
		return 0;
	}
	for (const struct config_node *entry = n->first; entry && !err; entry = entry->next)
		err = read_entry(r, entry, base);
	return err;
}

static void warn(struct config_reader *r, const struct note *n, const char *what)
{
	char quoted[CONFIG_QUOTELEN], more[64] = "";

	if (!n->n)
		return;
	if (n->n > 1)
		snprintf(more, sizeof(more), " (and %zu more)", n->n - 1);
	config_warn(r, n->first, "warning: %s%s: %s", config_error_quote(config_node_follow(n->first)->text, quoted),
	            more, what);
}

void config_sd_warn(struct config_reader *r)
{
	warn(r, &r->sd->ports, "only the host is taken: ICMP has no port, scheme or path");
	warn(r, &r->sd->again, "listed again, and probed once, with the labels of its first entry");
	warn(r, &r->sd->labels, "this label's name is taken: it is called \"" EXPORTED "...\"");
}
