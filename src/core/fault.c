/* fault.c - faults by their beginning, in an array that is searched from its front: there are few. */
#include "core/fault.h"

#include <string.h>

static int64_t max_ns(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t min_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void merge(struct fault *f, const struct fault *with)
{
	f->from_ns = min_ns(f->from_ns, with->from_ns);
	f->to_ns = max_ns(f->to_ns, with->to_ns);
	f->amount += with->amount;
	f->n_unknown += with->n_unknown;
	f->n_not_sent += with->n_not_sent;
}

static void remove_at(struct faults *all, unsigned i)
{
	all->n--;
	memmove(&all->faults[i], &all->faults[i + 1], (all->n - i) * sizeof(all->faults[0]));
}

static bool alike(const struct fault *a, const struct fault *b)
{
	return a->cause == b->cause && a->ifindex == b->ifindex;
}

/* Floods within some time are logged as one, or others could fill our log. */
static bool is_held(const struct fault *f, int64_t at_ns)
{
	return f->cause == FAULT_FLOOD && at_ns - f->from_ns < FAULT_FLOOD_NS;
}

static bool of_one_cause(const struct fault *a, const struct fault *b)
{
	return a->cause == b->cause;
}

static bool merge_oldest(struct faults *all, bool (*same)(const struct fault *, const struct fault *))
{
	for (unsigned i = 0; i < all->n; i++) {
		for (unsigned j = i + 1; j < all->n; j++) {
			struct fault *f = &all->faults[i];

			if (!same(f, &all->faults[j]))
				continue;
			if (!alike(f, &all->faults[j]))
				f->ifindex = 0;
			merge(f, &all->faults[j]);
			remove_at(all, j);
			return true;
		}
	}
	return false;
}

/* A full table has several faults of one cause: the two oldest of them become one, if they can of one
 * interface. */
static void make_place(struct faults *all)
{
	if (!merge_oldest(all, alike))
		merge_oldest(all, of_one_cause);
}

void fault_note(struct faults *all, enum fault_cause cause, uint32_t ifindex, int64_t from_ns, int64_t to_ns,
                uint64_t amount)
{
	struct fault new = {
		.cause = cause,
		.ifindex = ifindex,
		.from_ns = from_ns,
		.to_ns = to_ns,
		.amount = amount,
	};
	unsigned i;

	for (i = 0; i < all->n; i++) {
		struct fault *f = &all->faults[i];

		if (alike(f, &new) && to_ns >= f->from_ns && (from_ns <= f->to_ns || is_held(f, to_ns))) {
			merge(&new, f);
			remove_at(all, i);
			break;
		}
	}
	if (all->n == FAULT_MAX)
		make_place(all);
	for (i = all->n; i > 0 && all->faults[i - 1].from_ns > new.from_ns; i--)
		all->faults[i] = all->faults[i - 1];
	all->faults[i] = new;
	all->n++;
}

/* May what happened at the fault's interface have touched a probe of this one? */
static bool at_interface(const struct fault *f, uint32_t ifindex)
{
	return !f->ifindex || f->ifindex == ifindex;
}

const struct fault *fault_covers(struct faults *all, uint32_t ifindex, int64_t sent_ns, int64_t deadline_ns)
{
	for (unsigned i = 0; i < all->n; i++) {
		struct fault *f = &all->faults[i];

		if (f->cause == FAULT_CLOCK || f->cause == FAULT_FLOOD || sent_ns > f->to_ns ||
		    deadline_ns < f->from_ns || !at_interface(f, ifindex))
			continue;
		f->n_unknown++;
		return f;
	}
	return NULL;
}

void fault_count_not_sent(struct faults *all, uint32_t ifindex, int64_t at_ns)
{
	for (unsigned i = all->n; i-- > 0;) {
		struct fault *f = &all->faults[i];

		if (f->cause != FAULT_LINK || f->ifindex != ifindex || f->from_ns > at_ns)
			continue;
		f->n_not_sent++;
		return;
	}
}

bool fault_take(struct faults *all, int64_t before_ns, struct fault *out)
{
	for (unsigned i = 0; i < all->n; i++) {
		if (all->faults[i].to_ns >= before_ns || is_held(&all->faults[i], before_ns))
			continue;
		*out = all->faults[i];
		remove_at(all, i);
		return true;
	}
	return false;
}

bool fault_may_overflow(const struct fault_overflow *o)
{
	return (uint64_t)o->n_read * o->packet_max >= o->rcvbuf / 2;
}

enum fault_cause fault_of_overflow(const struct fault_overflow *o)
{
	bool could_fill_it = (uint64_t)o->n_own * o->packet_max >= o->rcvbuf / 2;

	return could_fill_it && o->n_own >= o->n_read / 2 ? FAULT_DROPS : FAULT_FLOOD;
}

const char *fault_cause_name(enum fault_cause c)
{
	static const char *const names[] = { "loop", "suspend", "socket_drops", "clock", "link", "flood" };

	return names[c];
}
