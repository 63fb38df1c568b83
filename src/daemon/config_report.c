/* config_report.c - made at the end of each reload: later it only has to be counted who reads it. */
#include "daemon/config_report.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_LEN 2048 /* of an error */

struct config_report {
	atomic_uint n_refs;
	struct config *config; /* from which value borrows */
	struct generation_config value;
	struct generation_file *files;
	char **errors;
};

static const char *kind_name(enum config_input_kind kind)
{
	static const char *const names[] = {
		[CONFIG_INPUT_MAIN] = "main",
		[CONFIG_INPUT_INCLUDE] = "include",
		[CONFIG_INPUT_TARGETS] = "targets",
		[CONFIG_INPUT_WEB] = "web",
	};

	return names[kind];
}

static struct config_report *report_new(struct config *c, const struct generation_config *value)
{
	struct config_report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	atomic_init(&r->n_refs, 1);
	r->config = config_ref(c);
	r->value = *value;
	r->value.errors = NULL;
	r->value.n_errors = r->value.n_errors_more = 0;
	r->files = calloc(value->n_files ? value->n_files : 1, sizeof(*r->files));
	r->value.files = r->files;
	if (r->files)
		return r;
	config_report_unref(r);
	return NULL;
}

struct config_report *config_report_loaded(struct config *c, const char *path, int64_t now_real_ns)
{
	const struct generation_config value = {
		.path = path,
		.hash = c->hash,
		.n_files = c->n_files,
		.loaded_ns = now_real_ns,
		.last_ok = true,
		.last_ns = now_real_ns,
	};
	struct config_report *r = report_new(c, &value);

	for (size_t i = 0; r && i < c->n_files; i++) {
		const struct config_input *f = &c->files[i];

		r->files[i] = (struct generation_file){
			.path = f->path,
			.kind = kind_name(f->kind),
			.changed_ns = f->stamp.modified_ns,
		};
	}
	return r;
}

/* Without memory for all, the first ones. */
static void add_errors(struct config_report *r, const struct config_errors *errors, const char *why)
{
	size_t n = errors && errors->n ? errors->n : 1;
	char text[TEXT_LEN];

	r->errors = calloc(n, sizeof(*r->errors));
	r->value.errors = (const char *const *)r->errors;
	r->value.n_errors_more = errors ? errors->n + errors->n_more : 0;
	for (size_t i = 0; r->errors && i < n; i++) {
		if (errors && errors->n)
			why = config_error_text(&errors->at[i], text, sizeof(text));
		r->errors[i] = strdup(why);
		if (!r->errors[i])
			break;
		r->value.n_errors++;
	}
	if (r->value.n_errors_more)
		r->value.n_errors_more -= r->value.n_errors;
}

struct config_report *config_report_failed(const struct config_report *before, const struct config_errors *errors,
                                           const char *why, int64_t now_real_ns)
{
	struct config_report *r = report_new(before->config, &before->value);

	if (!r)
		return NULL;
	memcpy(r->files, before->files, before->value.n_files * sizeof(*r->files));
	r->value.last_ok = false;
	r->value.last_ns = now_real_ns;
	add_errors(r, errors, why);
	return r;
}

struct config_report *config_report_ref(struct config_report *r)
{
	atomic_fetch_add_explicit(&r->n_refs, 1, memory_order_relaxed);
	return r;
}

void config_report_unref(struct config_report *r)
{
	if (!r || atomic_fetch_sub_explicit(&r->n_refs, 1, memory_order_acq_rel) > 1)
		return;
	for (size_t i = 0; i < r->value.n_errors; i++)
		free(r->errors[i]);
	free(r->errors);
	free(r->files);
	config_free(r->config);
	free(r);
}

struct generation_config config_report_value(const struct config_report *r)
{
	return r->value;
}
