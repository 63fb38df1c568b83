/* schedule.c - a name's hash is its phase; the rest is arithmetic on intervals. */
#include "core/schedule.h"

#include "base/hash.h"

/* FNV-1a, finished by a multiply-xorshift so that the high bits of short names spread as well. */
static uint64_t hash(const char *name)
{
	uint64_t h = hash_fnv1a64(name);

	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 32;
}

int64_t schedule_phase(const char *name, int64_t interval_ns)
{
	return (int64_t)(((unsigned __int128)hash(name) * (uint64_t)interval_ns) >> 64);
}

int64_t schedule_first(int64_t now_ns, int64_t phase_ns, int64_t interval_ns)
{
	int64_t first = now_ns - now_ns % interval_ns + phase_ns;

	return first > now_ns ? first : first + interval_ns;
}

int64_t schedule_slots(int64_t from_ns, int64_t to_ns, int64_t phase_ns, int64_t interval_ns)
{
	/* One interval more, since a time may be below the phase. */
	return (to_ns - phase_ns + interval_ns) / interval_ns - (from_ns - phase_ns + interval_ns) / interval_ns;
}

int64_t schedule_again(int64_t due_ns, int64_t interval_ns, int64_t now_ns, int64_t *n_skipped)
{
	int64_t late = now_ns - due_ns;

	*n_skipped = late > 0 ? late / interval_ns : 0;
	return due_ns + (*n_skipped + 1) * interval_ns;
}

int64_t schedule_next(struct schedule_last *last, const char *name, int64_t interval_ns, int64_t now_ns,
                      int64_t *n_skipped)
{
	int64_t after_ns = last->due_ns + interval_ns / 2, phase_ns, next_ns;

	if (!last->off_phase || last->waited)
		return schedule_again(last->due_ns, interval_ns, now_ns, n_skipped);
	/* The place that is nearest to an interval after it. */
	last->off_phase = false;
	phase_ns = schedule_phase(name, interval_ns);
	next_ns = schedule_first(after_ns > now_ns ? after_ns : now_ns, phase_ns, interval_ns);
	*n_skipped = schedule_slots(last->due_ns, next_ns, phase_ns, interval_ns) - 1;
	return next_ns;
}
