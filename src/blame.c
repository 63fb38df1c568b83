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

static void merge(struct blame_fault *f, const struct blame_fault *with)
{
	f->from_ns = min_ns(f->from_ns, with->from_ns);
	f->to_ns = max_ns(f->to_ns, with->to_ns);
	f->amount += with->amount;
	f->n_unknown += with->n_unknown;
	f->n_not_sent += with->n_not_sent;
}

static void remove_at(struct blame *b, unsigned i)
{
	b->n--;
	memmove(&b->faults[i], &b->faults[i + 1], (b->n - i) * sizeof(b->faults[0]));
}

static bool alike(const struct blame_fault *a, const struct blame_fault *b)
{
	return a->cause == b->cause && a->ifindex == b->ifindex;
}

/* Of floods those of some time are told at once, or others could fill our log. */
static bool is_held(const struct blame_fault *f, int64_t at_ns)
{
	return f->cause == BLAME_FLOOD && at_ns - f->from_ns < BLAME_FLOOD_NS;
}

static bool of_one_cause(const struct blame_fault *a, const struct blame_fault *b)
{
	return a->cause == b->cause;
}

static bool merge_oldest(struct blame *b, bool (*same)(const struct blame_fault *, const struct blame_fault *))
{
	for (unsigned i = 0; i < b->n; i++) {
		for (unsigned j = i + 1; j < b->n; j++) {
			struct blame_fault *f = &b->faults[i];

			if (!same(f, &b->faults[j]))
				continue;
			if (!alike(f, &b->faults[j]))
				f->ifindex = 0;
			merge(f, &b->faults[j]);
			remove_at(b, j);
			return true;
		}
	}
	return false;
}

/* A full table has several faults of one cause: the two oldest of them become one, if they can of one
 * interface. */
static void make_place(struct blame *b)
{
	if (!merge_oldest(b, alike))
		merge_oldest(b, of_one_cause);
}

void blame_note(struct blame *b, enum blame_cause cause, uint32_t ifindex, int64_t from_ns, int64_t to_ns,
                uint64_t amount)
{
	struct blame_fault new = {
		.cause = cause, .ifindex = ifindex, .from_ns = from_ns, .to_ns = to_ns, .amount = amount,
	};
	unsigned i;

	for (i = 0; i < b->n; i++) {
		struct blame_fault *f = &b->faults[i];

		if (alike(f, &new) && to_ns >= f->from_ns && (from_ns <= f->to_ns || is_held(f, to_ns))) {
			merge(&new, f);
			remove_at(b, i);
			break;
		}
	}
	if (b->n == BLAME_MAX)
		make_place(b);
	for (i = b->n; i > 0 && b->faults[i - 1].from_ns > new.from_ns; i--)
		b->faults[i] = b->faults[i - 1];
	b->faults[i] = new;
	b->n++;
}

/* May what happened at the fault's interface have touched a probe of this one? */
static bool at_interface(const struct blame_fault *f, uint32_t ifindex)
{
	return !f->ifindex || f->ifindex == ifindex;
}

const struct blame_fault *blame_covers(struct blame *b, uint32_t ifindex, int64_t sent_ns, int64_t deadline_ns)
{
	for (unsigned i = 0; i < b->n; i++) {
		struct blame_fault *f = &b->faults[i];

		if (f->cause == BLAME_CLOCK || f->cause == BLAME_FLOOD || sent_ns > f->to_ns || deadline_ns < f->from_ns ||
		    !at_interface(f, ifindex))
			continue;
		f->n_unknown++;
		return f;
	}
	return NULL;
}

void blame_count_not_sent(struct blame *b, uint32_t ifindex, int64_t at_ns)
{
	for (unsigned i = b->n; i-- > 0;) {
		struct blame_fault *f = &b->faults[i];

		if (f->cause != BLAME_LINK || f->ifindex != ifindex || f->from_ns > at_ns)
			continue;
		f->n_not_sent++;
		return;
	}
}

bool blame_take(struct blame *b, int64_t before_ns, struct blame_fault *out)
{
	for (unsigned i = 0; i < b->n; i++) {
		if (b->faults[i].to_ns >= before_ns || is_held(&b->faults[i], before_ns))
			continue;
		*out = b->faults[i];
		remove_at(b, i);
		return true;
	}
	return false;
}

bool blame_may_overflow(const struct blame_overflow *o)
{
	return (uint64_t)o->n_read * o->packet_max >= o->rcvbuf / 2;
}

enum blame_cause blame_of_overflow(const struct blame_overflow *o)
{
	bool could_fill_it = (uint64_t)o->n_own * o->packet_max >= o->rcvbuf / 2;

	return could_fill_it && o->n_own >= o->n_read / 2 ? BLAME_DROPS : BLAME_FLOOD;
}

const char *blame_cause_name(enum blame_cause c)
{
	static const char *const names[] = { "loop", "suspend", "socket_drops", "clock", "link", "flood" };

	return names[c];
}
