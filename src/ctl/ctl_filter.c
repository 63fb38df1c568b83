/* ctl_filter.c - a label is a parameter of its own, label.NAME=VALUE. */
#include "ctl/ctl_filter.h"

#include <stdio.h>
#include <string.h>

static void add_label(struct ctl_query *q, const char *label)
{
	char name[512];
	const char *value = strchr(label, '=');

	if ((size_t)snprintf(name, sizeof(name), "label.%.*s", (int)(value - label), label) < sizeof(name))
		ctl_query_param(q, name, value + 1);
	else
		q->failed = true;
}

void ctl_filter_add(struct ctl_query *q, const struct ctl_options *o, const char *text)
{
	ctl_query_params(q, "state", &o->states);
	ctl_query_params(q, "group", &o->groups);
	for (size_t i = 0; i < o->labels.n; i++)
		add_label(q, o->labels.at[i]);
	if (text && *text)
		ctl_query_param(q, "q", text);
}
