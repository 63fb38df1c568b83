#include "blame.h"

#include <string.h>

static int64_t max_ns(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t min_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The fault that a new one of its cause becomes part of; NULL if it stands alone. */
static struct blame_fault *mergeable(struct blame *b, enum blame_cause cause, int64_t from_ns)
{
	struct blame_fault *latest = NULL;

	for (unsigned i = 0; i < b->n; i++)
		if (b->faults[i].cause == cause)
			latest = &b->faults[i];
	if (latest && (from_ns <= latest->to_ns || b->n == BLAME_MAX))
		return latest;
	return b->n == BLAME_MAX ? &b->faults[BLAME_MAX - 1] : NULL;
}

void blame_note(struct blame *b, enum blame_cause cause, int64_t from_ns, int64_t to_ns, uint64_t amount)
{
	struct blame_fault *f = mergeable(b, cause, from_ns);

	if (!f) {
		b->faults[b->n++] = (struct blame_fault){ cause, from_ns, to_ns, amount, 0 };
		return;
	}
	f->from_ns = min_ns(f->from_ns, from_ns);
	f->to_ns = max_ns(f->to_ns, to_ns);
	f->amount += amount;
}

bool blame_covers(struct blame *b, int64_t sent_ns, int64_t deadline_ns)
{
	for (unsigned i = 0; i < b->n; i++) {
		struct blame_fault *f = &b->faults[i];

		if (f->cause == BLAME_CLOCK || sent_ns > f->to_ns || deadline_ns < f->from_ns)
			continue;
		f->n_unknown++;
		return true;
	}
	return false;
}

bool blame_take(struct blame *b, int64_t before_ns, struct blame_fault *out)
{
	for (unsigned i = 0; i < b->n; i++) {
		if (b->faults[i].to_ns >= before_ns)
			continue;
		*out = b->faults[i];
		b->n--;
		memmove(&b->faults[i], &b->faults[i + 1], (b->n - i) * sizeof(*out));
		return true;
	}
	return false;
}

const char *blame_cause_name(enum blame_cause c)
{
	static const char *const names[] = { "loop", "suspend", "socket_drops", "clock" };

	return names[c];
}
