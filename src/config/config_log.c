/* config_log.c - where sinks of the log go, and which records they take. */
#include "config/config_log.h"

#include "config/config_files.h"
#include "config/config_node.h"
#include "config/config_reader.h"

#include <errno.h>
#include <string.h>

#define WORD_MAX 64

static int each_item(struct config_reader *r, const char *name, const struct config_node *value, config_node_take *take)
{
	const struct config_node *n = config_node_follow(value);

	if (n->kind == CONFIG_LIST && !n->first)
		config_complain(r, value, "\"%s\" is an empty list: without this key nothing is left out", name);
	return config_node_each(r, name, value, take);
}

static struct log_options *latest(struct config_reader *r)
{
	return &r->config->log.at[r->config->log.n - 1];
}

static const struct log_filter *filter_of(const void *base)
{
	return &((const struct log_options *)base)->filter;
}

static int read_to(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	struct log_options *o = latest(r);
	const char *text = config_node_text(r, "to", value, CONFIG_MAX_PATH);
	char quoted[CONFIG_QUOTELEN];

	(void)file;
	if (!text)
		return 0;
	if (log_options_to(o, text)) {
		config_complain(r, value, "\"to\" is %s: expected stdout, stderr or a path that begins with /",
		                config_error_quote(text, quoted));
		return 0;
	}
	if (!o->path)
		return 0;
	text = arena_text(r->config->arena, text, strlen(text));
	if (!text)
		return -ENOMEM;
	o->path = text;
	return 0;
}

static const char *to_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	(void)buf;
	return i ? NULL : log_options_place(base);
}

/* --- the records that it takes --- */

static int add_kind(struct config_reader *r, const struct config_node *item)
{
	const char *text = config_node_text(r, "kinds", item, WORD_MAX);
	char quoted[CONFIG_QUOTELEN];

	if (text && log_filter_kind(&latest(r)->filter, text))
		config_complain(r, item, "\"kinds\" is %s: expected probe, report, state, path, dns or daemon",
		                config_error_quote(text, quoted));
	return 0;
}

static int read_kinds(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	return each_item(r, "kinds", value, add_kind);
}

static const char *kinds_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	(void)buf;
	return log_filter_kind_text(filter_of(base), i);
}

static int add_group(struct config_reader *r, const struct config_node *item)
{
	const char *text = config_node_text(r, "groups", item, CONFIG_MAX_PATH);
	struct log_filter *f = &latest(r)->filter;

	if (!text)
		return 0;
	if (f->n_groups == LOG_GROUPS_MAX) {
		config_complain(r, item, "more than %d patterns in \"groups\"", LOG_GROUPS_MAX);
		return 0;
	}
	f->groups[f->n_groups] = arena_text(r->config->arena, text, strlen(text));
	return f->groups[f->n_groups++] ? 0 : -ENOMEM;
}

static int read_groups(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	return each_item(r, "groups", value, add_group);
}

static const char *groups_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	const struct log_filter *f = filter_of(base);

	(void)buf;
	return i < f->n_groups ? f->groups[i] : NULL;
}

static int add_label(struct config_reader *r, const struct config_node *key)
{
	struct log_filter *f = &latest(r)->filter;
	const char *name = config_node_key(key);
	const char *pattern = name ? config_node_text(r, "labels", key->next, CONFIG_MAX_PATH) : NULL;
	struct label *label = &f->labels[f->n_labels];

	if (!pattern)
		return 0;
	if (f->n_labels == LOG_LABELS_MAX) {
		config_complain(r, key, "more than %d labels", LOG_LABELS_MAX);
		return 0;
	}
	label->key = arena_text(r->config->arena, name, strlen(name));
	label->value = arena_text(r->config->arena, pattern, strlen(pattern));
	f->n_labels++;
	return label->key && label->value ? 0 : -ENOMEM;
}

static int read_labels(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	const struct config_node *key;
	int err = 0;

	(void)file;
	if (!config_node_want(r, "labels", value, CONFIG_MAPPING))
		return 0;
	for (key = config_node_follow(value)->first; key && !err; key = config_node_next_key(key))
		err = add_label(r, key);
	return err;
}

static const char *labels_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	const struct log_filter *f = filter_of(base);

	(void)buf;
	if (i / 2 >= f->n_labels)
		return NULL;
	return i % 2 ? f->labels[i / 2].value : f->labels[i / 2].key;
}

/* --- the keys of a report --- */

static int add_field(struct config_reader *r, const struct config_node *item)
{
	const char *text = config_node_text(r, "fields", item, WORD_MAX);
	char quoted[CONFIG_QUOTELEN];

	if (text && log_filter_report(&latest(r)->filter, text))
		config_complain(r, item, "\"fields\" is %s: expected full, brief or keys of a report, see minipingd(8)",
		                config_error_quote(text, quoted));
	return 0;
}

static int read_fields(struct config_reader *r, struct config_file *file, const struct config_node *value)
{
	(void)file;
	return each_item(r, "fields", value, add_field);
}

static const char *fields_text(const void *base, size_t i, char buf[CONFIG_SPECIAL_LEN])
{
	(void)buf;
	return log_filter_report_text(filter_of(base), i);
}

void config_log_check(struct config_reader *r, const struct config_node *value)
{
	const struct log_list *list = &r->config->log;
	const struct config_node *item = config_node_follow(value)->first;
	char quoted[CONFIG_QUOTELEN];

	if (r->errors->n) /* a place may have been none */
		return;
	for (size_t i = 0; i < list->n && list->n > 1; i++, item = item->next) {
		const char *place = log_options_place(&list->at[i]);

		for (size_t j = 0; j < i; j++) {
			if (strcmp(place, log_options_place(&list->at[j])))
				continue;
			config_complain(r, item, "a second sink to %s: each needs a place of its own",
			                config_error_quote(place, quoted));
			break;
		}
	}
}

static const char *const formats[] = { [LOG_LOGFMT] = "logfmt", [LOG_JSON] = "json", NULL };
/* clang-format off */
static const struct setting keys[] = {
	SETTING_ONE_OF("format", struct log_options, format, formats, "how a record becomes a line"),
	{ .name = NULL },
};
static const struct config_special specials[] = {
	{ CONFIG_KEY("to", "log_to", "stdout, stderr, or the absolute path of a file"),
	  .read = read_to, .text = to_text },
	{ CONFIG_KEY("kinds", "kinds",
	             "the kinds of records that it takes, one or a list: probe, report, state, path, dns, daemon; "
	             "default: all"),
	  .read = read_kinds, .text = kinds_text, .is_list = true },
	{ CONFIG_KEY("groups", "patterns",
	             "of what is about a target, the groups that it takes, one or a list, in which * stands for any text "
	             "and ? for one byte; default: all, and targets without a group"),
	  .read = read_groups, .text = groups_text, .is_list = true, .is_never_empty = true },
	{ CONFIG_KEY("labels", "label_patterns",
	             "of what is about a target, the labels that it must have, all of them: names, and values in which * "
	             "and ? stand for the same; default: any"),
	  .read = read_labels, .text = labels_text, .is_mapping = true },
	{ CONFIG_KEY("fields", "fields",
	             "the keys of a report: full, brief (the state, the probes sent, received and lost, loss, median, p95 "
	             "and jitter, and what blocks it), a key, or a list of these; default: full"),
	  .read = read_fields, .text = fields_text, .is_list = true },
	{ .name = NULL },
};
const struct config_section config_log_section = {
	.what = "\"log\"", .specials = specials, .keys = keys, .prefix = "",
	.offset = offsetof(struct config, log.at),
	.n_offset = offsetof(struct config, log.n), .size = sizeof(struct log_options), .n_max = LOG_SINKS_MAX,
};
/* clang-format on */
