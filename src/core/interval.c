/* interval.c - bits of one word, or, where its lowest bit is set, the address of a block. */
#include "core/interval.h"

#include <stdlib.h>

#define IS_BLOCK UINT64_C(1)

static const struct {
	unsigned shift, bits;
} places[INTERVAL_COUNTS] = {
	[INTERVAL_RECEIVED] = { 1, 12 }, [INTERVAL_LOST] = { 13, 12 },   [INTERVAL_UNKNOWN] = { 25, 8 },
	[INTERVAL_NOT_SENT] = { 33, 8 }, [INTERVAL_SKIPPED] = { 41, 7 },
};

static int64_t greatest(enum interval_count which)
{
	return (INT64_C(1) << places[which].bits) - 1;
}

static uint32_t packed(const struct interval *i, enum interval_count which)
{
	return (uint32_t)(i->packed >> places[which].shift & (uint64_t)greatest(which));
}

static struct interval_view *block(const struct interval *i)
{
	return i->packed & IS_BLOCK ? (struct interval_view *)(uintptr_t)(i->packed & ~IS_BLOCK) : NULL;
}

/* NULL: out of memory. */
static struct interval_view *unpack(struct interval *i)
{
	struct interval_view *v = malloc(sizeof(*v));

	if (!v || (uintptr_t)v >> INTERVAL_BITS) { /* no kernel gives such an address unless it is asked to */
		free(v);
		return NULL;
	}
	*v = interval_view(i);
	i->packed = (uintptr_t)v | IS_BLOCK;
	return v;
}

void interval_add(struct interval *i, enum interval_count which, int64_t n)
{
	struct interval_view *v = block(i);
	int64_t before = v ? v->n[which] : packed(i, which), sum = before + n;

	if (sum < 0)
		sum = 0;
	if (!v && sum > greatest(which) && !(v = unpack(i)))
		sum = greatest(which);
	if (v)
		v->n[which] = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
	else
		i->packed += (uint64_t)(sum - before) << places[which].shift;
}

struct interval_view interval_view(const struct interval *i)
{
	const struct interval_view *v = block(i);
	struct interval_view copy;

	if (v)
		return *v;
	for (int which = 0; which < INTERVAL_COUNTS; which++)
		copy.n[which] = packed(i, (enum interval_count)which);
	return copy;
}

void interval_clear(struct interval *i)
{
	free(block(i));
	i->packed = 0;
}
