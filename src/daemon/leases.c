/* leases.c - a small table, and texts that the parser of configurations reads. */
#include "daemon/leases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As a file of its own: so that all that a file's targets are held to is asked of it, too. */
static char *text_of(const struct profile *defaults, const char *mapping, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);
	bool failed;

	if (!f)
		return NULL;
	failed = config_dump_defaults(f, defaults);
	failed |= fprintf(f, "targets:\n  - %s\n", mapping) < 0;
	failed |= fclose(f) != 0;
	if (!failed)
		return text;
	free(text);
	return NULL;
}

/* What is said of a place in that text helps nobody. */
static void forget_places(struct config_errors *errors)
{
	for (size_t i = 0; i < errors->n; i++)
		errors->at[i].line = errors->at[i].column = 0;
}

static int add_error(struct config_errors *errors, const char *message)
{
	struct config_error *e = &errors->at[0];

	*e = (struct config_error){ .file = strdup("lease"), .message = strdup(message) };
	errors->n = e->file && e->message;
	if (errors->n)
		return -EINVAL;
	free(e->file);
	free(e->message);
	return -ENOMEM;
}

int leases_parse(struct config **out, const struct profile *defaults, const char *mapping, struct config_errors *errors)
{
	struct profile *p;
	size_t len = 0;
	char *text = text_of(defaults, mapping, &len);
	int err;

	*out = NULL;
	*errors = (struct config_errors){ .n = 0 };
	if (!text)
		return -ENOMEM;
	err = config_parse(out, "lease", text, len, errors);
	free(text);
	forget_places(errors);
	if (err)
		return err;
	if ((*out)->n_targets != 1) {
		config_free(*out);
		*out = NULL;
		return add_error(errors, "a range: a lease is of one target");
	}
	p = (struct profile *)(uintptr_t)(*out)->targets[0].profile; /* nobody else has it as yet */
	p->is_leased = true;
	return 0;
}

/* --- the table --- */

struct lease *leases_add(struct leases *l, struct config *c, uint32_t number, int64_t until_ns)
{
	if (l->n == LEASES_MAX)
		return NULL;
	l->at[l->n] = (struct lease){
		.name = c->targets[0].name,
		.number = number,
		.until_ns = until_ns,
		.config = c,
		.needs = capacity_make(c),
	};
	return &l->at[l->n++];
}

struct lease *leases_pause(struct leases *l, const char *name, uint32_t number, int64_t until_ns)
{
	struct lease *x = leases_find(l, name);
	char *copy;

	if (x) {
		x->until_ns = until_ns;
		return x;
	}
	copy = l->n < LEASES_MAX ? strdup(name) : NULL;
	if (!copy)
		return NULL;
	l->at[l->n] = (struct lease){ .name = copy, .number = number, .until_ns = until_ns };
	return &l->at[l->n++];
}

void leases_remove(struct leases *l, struct lease *x)
{
	if (!x->config)
		free((char *)(uintptr_t)x->name);
	config_free(x->config);
	*x = l->at[--l->n];
}

void leases_free(struct leases *l)
{
	while (l->n)
		leases_remove(l, &l->at[0]);
}

struct lease *leases_find(struct leases *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->at[i].name, name))
			return &l->at[i];
	return NULL;
}

static void raise_by(struct engine_load *load, const struct capacity *c)
{
	if (c->size_max > load->size_max)
		load->size_max = c->size_max;
	if (c->timeout_max_ns > load->timeout_max_ns)
		load->timeout_max_ns = c->timeout_max_ns;
	load->rate += c->probes_s;
	load->has_patterns |= c->n_patterned > 0;
}

void leases_raise(const struct leases *l, const struct capacity *more, struct engine_load *load)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].config)
			raise_by(load, &l->at[i].needs);
	if (more)
		raise_by(load, more);
}

int64_t leases_interval_ns(const struct leases *l)
{
	int64_t min = INT64_MAX;

	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].config && l->at[i].needs.interval_min_ns < min)
			min = l->at[i].needs.interval_min_ns;
	return min;
}
