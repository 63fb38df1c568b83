/* profile.c - profiles of different configurations share no memory, so that texts are compared. */
#include "core/profile.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_labels(const struct labels *a, const struct labels *b)
{
	size_t n = a ? a->n : 0;

	if (n != (b ? b->n : 0))
		return false;
	for (size_t i = 0; i < n && a != b; i++)
		if (strcmp(a->at[i].key, b->at[i].key) || strcmp(a->at[i].value, b->at[i].value))
			return false;
	return true;
}

static bool same_depends(const struct depends *a, const struct depends *b)
{
	size_t n = a ? a->n : 0;

	if (n != (b ? b->n : 0))
		return false;
	for (size_t i = 0; i < n && a != b; i++)
		if (strcmp(a->at[i]->name, b->at[i]->name))
			return false;
	return true;
}

static bool same_aka(const struct aka *a, const struct aka *b)
{
	size_t n = a ? a->n : 0;

	if (n != (b ? b->n : 0))
		return false;
	for (size_t i = 0; i < n && a != b; i++)
		if (strcmp(a->at[i], b->at[i]))
			return false;
	return true;
}

bool profile_same(const struct profile *a, const struct profile *b)
{
	uint8_t bytes_a[OPTIONS_BYTES], bytes_b[OPTIONS_BYTES];
	size_t len = options_bytes(&a->options, bytes_a);

	return len == options_bytes(&b->options, bytes_b) && !memcmp(bytes_a, bytes_b, len) &&
	       same_text(a->group, b->group) && same_labels(a->labels, b->labels) &&
	       same_depends(a->depends, b->depends) && same_aka(a->aka, b->aka) && a->is_leased == b->is_leased;
}
