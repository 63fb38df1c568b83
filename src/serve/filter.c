/* filter.c - groups and labels are a profile's, so that each profile is judged once. */
#include "serve/filter.h"

#include <errno.h>
#include <string.h>

#define LABEL "label."

int filter_add(struct filter *f, const char *name, const char *value)
{
	bool is_group = !strcmp(name, "group");

	if (!is_group && (strncmp(name, LABEL, strlen(LABEL)) || !name[strlen(LABEL)]))
		return 0;
	if ((is_group ? f->n_groups : f->n_labels) == FILTER_MAX)
		return -E2BIG;
	if (is_group)
		f->groups[f->n_groups++] = value;
	else
		f->labels[f->n_labels++] = (struct label){ name + strlen(LABEL), value };
	return 1;
}

static bool takes_group(const struct filter *f, const struct profile *p)
{
	const char *group = p->group ? p->group : "";

	for (size_t i = 0; i < f->n_groups; i++)
		if (!strcmp(f->groups[i], group))
			return true;
	return !f->n_groups;
}

static const char *label_of(const struct profile *p, const char *key)
{
	for (size_t i = 0; p->labels && i < p->labels->n; i++)
		if (!strcmp(p->labels->at[i].key, key))
			return p->labels->at[i].value;
	return "";
}

/* One of those that ask for key has the value that p has. */
static bool takes_label(const struct filter *f, const struct profile *p, const char *key)
{
	const char *value = label_of(p, key);

	for (size_t i = 0; i < f->n_labels; i++)
		if (!strcmp(f->labels[i].key, key) && !strcmp(f->labels[i].value, value))
			return true;
	return false;
}

static bool judge(const struct filter *f, const struct profile *p)
{
	if (!takes_group(f, p))
		return false;
	for (size_t i = 0; i < f->n_labels; i++)
		if (!takes_label(f, p, f->labels[i].key))
			return false;
	return true;
}

bool filter_takes(struct filter *f, const struct profile *p)
{
	if (f->latest != p) {
		f->takes_latest = judge(f, p);
		f->latest = p;
	}
	return f->takes_latest;
}
