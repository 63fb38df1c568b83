/* reload_report.c - a plan, or errors, to JSON by jansson, which allocates as it goes: a reload of a million targets
 * reports no more than one of a thousand. */
#include "daemon/reload_report.h"

#include "base/textbuf.h"
#include "core/options.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_LEN 2048 /* of an error, a list of dependencies */

struct report {
	const struct config *was; /* NULL: no options */
	json_t *changes;
	size_t n[RELOAD_ACTIONS], n_more;
};

static const char *const action_names[RELOAD_ACTIONS] = {
	[RELOAD_KEPT] = "kept",   [RELOAD_CHANGED] = "changed", [RELOAD_MOVED] = "moved",
	[RELOAD_ADDED] = "added", [RELOAD_REMOVED] = "removed",
};

/* Paths may be no UTF-8. */
static json_t *text_of(const char *text)
{
	char shown[TEXT_LEN];
	json_t *j = text ? json_string(text) : json_null();

	return j ? j : json_string(textbuf_shown(shown, sizeof(shown), text));
}

static char *finish(json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT);

	json_decref(j);
	return text;
}

/* --- what differs in one target --- */

static void add_option(void *data, const char *option, const char *from, const char *to)
{
	json_t *j = json_object();

	json_object_set_new(j, "option", text_of(option));
	json_object_set_new(j, "from", text_of(from));
	json_object_set_new(j, "to", text_of(to));
	json_array_append_new(data, j);
}

static void diff_texts(json_t *options, const char *option, const char *from, const char *to)
{
	if (from != to && (!from || !to || strcmp(from, to)))
		add_option(options, option, from, to);
}

static const char *label_value(const struct labels *labels, const char *key)
{
	for (size_t i = 0; labels && i < labels->n; i++)
		if (!strcmp(labels->at[i].key, key))
			return labels->at[i].value;
	return NULL;
}

static void diff_label(json_t *options, const char *key, const struct labels *was, const struct labels *is)
{
	char option[TEXT_LEN];

	snprintf(option, sizeof(option), "labels.%s", key);
	diff_texts(options, option, label_value(was, key), label_value(is, key));
}

static void diff_labels(json_t *options, const struct labels *was, const struct labels *is)
{
	for (size_t i = 0; was && i < was->n; i++)
		diff_label(options, was->at[i].key, was, is);
	for (size_t i = 0; is && i < is->n; i++)
		if (!label_value(was, is->at[i].key))
			diff_label(options, is->at[i].key, was, is);
}

/* NULL: it depends on nothing. */
static const char *depends_text(const struct depends *d, char text[TEXT_LEN])
{
	size_t len = 0;

	for (size_t i = 0; d && i < d->n && len < TEXT_LEN; i++)
		len += (size_t)snprintf(text + len, TEXT_LEN - len, "%s%s", i ? ", " : "", d->at[i]->name);
	return len ? text : NULL;
}

static void diff_depends(json_t *options, const struct depends *was, const struct depends *is)
{
	char from[TEXT_LEN], to[TEXT_LEN];

	diff_texts(options, "depends_on", depends_text(was, from), depends_text(is, to));
}

static json_t *options_of(const struct target *was, const struct config_target *is)
{
	const struct profile *a = was->profile, *b = is->profile;
	char from[SETTING_TEXT_LEN], to[SETTING_TEXT_LEN];
	json_t *options = json_array();

	diff_texts(options, "host", was->host, is->host);
	diff_texts(options, "group", a->group, b->group);
	for (const struct setting *s = options_settings; s->name; s++)
		if (!setting_same(&a->options, &b->options, s))
			add_option(options, s->name, setting_print(&a->options, s, from),
			           setting_print(&b->options, s, to));
	diff_labels(options, a->labels, b->labels);
	diff_depends(options, a->depends, b->depends);
	return options;
}

/* --- a plan --- */

static void on_change(void *data, enum reload_action a, const struct target *was, const struct config_target *is)
{
	struct report *r = data;
	json_t *j;

	if (++r->n[a] > RELOAD_REPORT_NAMES) {
		r->n_more++;
		return;
	}
	j = json_object();
	json_object_set_new(j, "name", text_of(is ? is->name : was->name));
	json_object_set_new(j, "change", text_of(action_names[a]));
	if (r->was && a != RELOAD_ADDED && a != RELOAD_REMOVED)
		json_object_set_new(j, "options", options_of(was, is));
	json_array_append_new(r->changes, j);
}

static json_t *texts_of(const struct config_errors *errors)
{
	json_t *j = json_array();
	char text[TEXT_LEN];

	for (size_t i = 0; i < errors->n; i++)
		json_array_append_new(j, text_of(config_error_text(&errors->at[i], text, sizeof(text))));
	return j;
}

char *reload_report_plan(const struct reload_plan *p, const struct config *was, const struct config *is)
{
	struct report r = { .was = was, .changes = json_array() };
	json_t *j = json_object(), *counts = json_object(), *settings;

	for (int a = 0; a < RELOAD_ACTIONS; a++)
		json_object_set_new(counts, action_names[a],
		                    json_integer((json_int_t)reload_plan_count(p, (enum reload_action)a)));
	reload_plan_each(p, on_change, &r);
	json_object_set_new(j, "counts", counts);
	json_object_set_new(j, "changes", r.changes);
	json_object_set_new(j, "more", json_integer((json_int_t)r.n_more));
	if (was) {
		settings = json_array();
		config_diff(was, is, add_option, settings);
		json_object_set_new(j, "settings", settings);
	}
	json_object_set_new(j, "warnings", texts_of(&is->warnings));
	return finish(j);
}

/* --- what cannot be taken --- */

char *reload_report_errors(const struct config_errors *errors)
{
	json_t *j = json_object();
	char text[TEXT_LEN];

	json_object_set_new(j, "error", json_string("errors in the configuration"));
	json_object_set_new(j, "detail", text_of(config_error_text(&errors->at[0], text, sizeof(text))));
	json_object_set_new(j, "errors", texts_of(errors));
	json_object_set_new(j, "more", json_integer((json_int_t)errors->n_more));
	return finish(j);
}

char *reload_report_failure(const char *why)
{
	json_t *j = json_object();

	json_object_set_new(j, "error", json_string("reload failed"));
	json_object_set_new(j, "detail", text_of(why));
	return finish(j);
}
