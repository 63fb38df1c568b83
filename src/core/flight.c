/* flight.c - slots in an array; those that are free wait in a list, longest unused first. */
#include "core/flight.h"

#include "base/clock.h"
#include "base/wheel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define START_SLOTS  128u
#define RECLAIM      2u       /* slots taken back for each one given out, if there are as many */
#define GRACE_MIN_NS NS_PER_S /* a short timeout does not make networks forget faster */

/* FREE slots keep their probe until they are used again, so that a reply after the grace is still known
 * as late. UNUSED ones have never carried any. */
enum slot_state { SLOT_UNUSED, SLOT_IN_FLIGHT, SLOT_ANSWERED, SLOT_OVERDUE, SLOT_FREE_ANSWERED, SLOT_FREE_OVERDUE };

struct slot { /* 64 bytes */
	uint64_t nonce;
	int64_t sent_ns, deadline_ns;
	uint8_t to[16];
	uint32_t target, number;
	uint32_t next_free;
	uint32_t size : 24, state : 4, has_error : 1, is_ip6 : 1, many : 1;
	uint32_t scope;
	uint8_t alias;
};

struct flight {
	struct slot *slots;
	struct icmp_error *errors; /* of the slots with has_error; else never touched */
	struct wheel *deadlines;   /* by slot: of those in flight */
	struct wheel *graces;      /* by slot: when those that have ended may be used again */
	uint32_t n_slots, n_slots_max;
	uint32_t first_free, last_free; /* FIFO: the longest unused is used next */
	uint32_t n_in_flight;
	unsigned alias_bits; /* 2^alias_bits ids for each 65,536 slots */
	uint16_t first_id;
	uint32_t n_lingering_max; /* while there are fewer slots, none is used again too soon */
};

#define NO_SLOT UINT32_MAX

struct flight *flight_new(uint16_t first_id, uint32_t n_aliases, uint32_t max_ids, int64_t now_ns)
{
	struct flight *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->first_id = first_id;
	f->alias_bits = (unsigned)__builtin_ctz(n_aliases);
	f->n_slots_max = max_ids / n_aliases * FLIGHT_SEQS;
	f->first_free = f->last_free = NO_SLOT;
	f->deadlines = wheel_new(now_ns, WHEEL_FINE);
	f->graces = wheel_new(now_ns, WHEEL_COARSE);
	if (!f->deadlines || !f->graces) {
		flight_free(f);
		return NULL;
	}
	return f;
}

void flight_free(struct flight *f)
{
	if (!f)
		return;
	wheel_free(f->deadlines);
	wheel_free(f->graces);
	free(f->errors);
	free(f->slots);
	free(f);
}

static void release(struct flight *f, uint32_t i)
{
	f->slots[i].next_free = NO_SLOT;
	if (f->last_free == NO_SLOT)
		f->first_free = i;
	else
		f->slots[f->last_free].next_free = i;
	f->last_free = i;
}

static int grow_to(struct flight *f, uint32_t n)
{
	struct icmp_error *errors;
	struct slot *slots;

	if (wheel_reserve(f->deadlines, n) || wheel_reserve(f->graces, n))
		return -ENOMEM;
	slots = reallocarray(f->slots, n, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	f->slots = slots;
	errors = reallocarray(f->errors, n, sizeof(*errors));
	if (!errors)
		return -ENOMEM;
	f->errors = errors;
	memset(slots + f->n_slots, 0, (n - f->n_slots) * sizeof(*slots));
	/* They come first: nothing is forgotten by using them. */
	for (uint32_t i = f->n_slots; i < n; i++)
		slots[i].next_free = i + 1 < n ? i + 1 : f->first_free;
	if (f->last_free == NO_SLOT)
		f->last_free = n - 1;
	f->first_free = f->n_slots;
	f->n_slots = n;
	return 0;
}

double flight_room(double n_in_flight, double rate)
{
	/* A slot is free GRACE_MIN_NS after its deadline, or later; it is used again after all that were free before.
	 */
	double n = n_in_flight + rate * (double)(FLIGHT_LINGER_NS - GRACE_MIN_NS) / (double)NS_PER_S;

	return n * FLIGHT_SLOT_BYTES < FLIGHT_LINGER_BYTES ? n : n_in_flight;
}

void flight_linger(struct flight *f, bool linger)
{
	uint32_t n = FLIGHT_LINGER_BYTES / FLIGHT_SLOT_BYTES;

	f->n_lingering_max = !linger ? 0 : n < f->n_slots_max ? n : f->n_slots_max;
}

int flight_reserve(struct flight *f, uint32_t n)
{
	if (n > f->n_slots_max)
		n = f->n_slots_max;
	return n > f->n_slots ? grow_to(f, n) : 0;
}

static int grow(struct flight *f, uint32_t n_max)
{
	uint32_t n = f->n_slots ? 2 * f->n_slots : START_SLOTS;

	return flight_reserve(f, n < n_max ? n : n_max);
}

static uint16_t slot_id(const struct flight *f, uint32_t i)
{
	return (uint16_t)(f->first_id + (i / FLIGHT_SEQS << f->alias_bits) + f->slots[i].alias);
}

static uint32_t slot_index(const struct flight *f, uint16_t id, uint16_t seq)
{
	return ((uint32_t)(uint16_t)(id - f->first_id) >> f->alias_bits) * FLIGHT_SEQS + seq;
}

void flight_prefetch(const struct flight *f, uint16_t id, uint16_t seq)
{
	uint32_t i = slot_index(f, id, seq);

	if (i < f->n_slots)
		__builtin_prefetch(&f->slots[i], 1);
}

/* The slot of an id and sequence number; NULL if we have never used it, or latest by another id. */
static struct slot *slot_of(const struct flight *f, uint16_t id, uint16_t seq)
{
	uint32_t i = slot_index(f, id, seq);

	return i < f->n_slots && f->slots[i].state != SLOT_UNUSED && slot_id(f, i) == id ? &f->slots[i] : NULL;
}

static uint32_t index_of(const struct flight *f, const struct slot *s)
{
	return (uint32_t)(s - f->slots);
}

static struct addr slot_addr(const struct slot *s)
{
	struct addr a = { .family = s->is_ip6 ? AF_INET6 : AF_INET, .scope = s->scope };

	memcpy(a.bytes, s->to, sizeof(a.bytes));
	return a;
}

static int64_t grace_of(const struct slot *s)
{
	int64_t timeout = s->deadline_ns - s->sent_ns;

	return timeout > GRACE_MIN_NS ? timeout : GRACE_MIN_NS;
}

/* A probe that has ended: its slot stays closed until no reply can be on its way any more. */
static void end(struct flight *f, struct slot *s, enum slot_state state)
{
	s->state = state;
	f->n_in_flight--;
	wheel_add(f->graces, index_of(f, s), s->deadline_ns + grace_of(s));
}

/* Slots whose grace is over at now_ns. */
static void reclaim(struct flight *f, int64_t now_ns)
{
	uint32_t over[RECLAIM];
	size_t n = wheel_take(f->graces, now_ns, over, RECLAIM);

	for (size_t i = 0; i < n; i++) {
		struct slot *s = &f->slots[over[i]];

		s->state = s->state == SLOT_ANSWERED ? SLOT_FREE_ANSWERED : SLOT_FREE_OVERDUE;
		release(f, over[i]);
	}
}

/* Would what slot i carried last be forgotten too soon? */
static bool lingers(const struct flight *f, uint32_t i, int64_t now_ns)
{
	return f->slots[i].state != SLOT_UNUSED && now_ns < f->slots[i].deadline_ns + FLIGHT_LINGER_NS;
}

/* The longest unused slot comes next, or a new one. 0, -EAGAIN or -ENOMEM. */
static int take_free(struct flight *f, int64_t now_ns, uint32_t *out)
{
	int err;

	if (f->first_free == NO_SLOT) {
		err = f->n_slots < f->n_slots_max ? grow(f, f->n_slots_max) : -EAGAIN;
		if (err)
			return err;
	} else if (f->n_slots < f->n_lingering_max && lingers(f, f->first_free, now_ns)) {
		grow(f, f->n_lingering_max); /* out of memory, the old ones have to do */
	}
	*out = f->first_free;
	f->first_free = f->slots[*out].next_free;
	if (f->first_free == NO_SLOT)
		f->last_free = NO_SLOT;
	else
		__builtin_prefetch(&f->slots[f->first_free], 1);
	return 0;
}

int flight_add(struct flight *f, struct probe *p)
{
	struct slot *s;
	uint32_t i;
	int err;

	reclaim(f, p->sent_ns);
	err = take_free(f, p->sent_ns, &i);
	if (err)
		return err;
	s = &f->slots[i];
	*s = (struct slot){
		.nonce = p->nonce,
		.sent_ns = p->sent_ns,
		.deadline_ns = p->deadline_ns,
		.target = p->target,
		.number = p->number,
		.size = p->size & 0xffffffu,
		.state = SLOT_IN_FLIGHT,
		.is_ip6 = p->to.family == AF_INET6,
		.many = p->many,
		.scope = p->to.scope,
		.alias = p->alias,
	};
	memcpy(s->to, p->to.bytes, sizeof(s->to));
	wheel_add(f->deadlines, i, p->deadline_ns);
	f->n_in_flight++;
	p->id = slot_id(f, i);
	p->seq = (uint16_t)i;
	return 0;
}

void flight_sent(struct flight *f, uint16_t id, uint16_t seq, int64_t sent_ns, int64_t deadline_ns)
{
	struct slot *s = slot_of(f, id, seq);

	/* The wheel still holds the first estimate, the earlier of the two: flight_expire looks again. */
	s->sent_ns = sent_ns;
	s->deadline_ns = deadline_ns;
}

void flight_cancel(struct flight *f, uint16_t id, uint16_t seq)
{
	struct slot *s = slot_of(f, id, seq);

	wheel_remove(f->deadlines, index_of(f, s));
	s->state = SLOT_UNUSED;
	release(f, index_of(f, s));
	f->n_in_flight--;
}

static void hand_over(struct flight *f, const struct slot *s, struct probe *out)
{
	uint32_t i = index_of(f, s);

	*out = (struct probe){
		.to = slot_addr(s),
		.nonce = s->nonce,
		.sent_ns = s->sent_ns,
		.deadline_ns = s->deadline_ns,
		.target = s->target,
		.number = s->number,
		.size = s->size,
		.id = slot_id(f, i),
		.seq = (uint16_t)i,
		.alias = s->alias,
		.many = s->many,
		.has_error = s->has_error,
	};
	if (s->has_error)
		out->error = f->errors[i];
}

/* The slot that an echo names, if address and nonce are right; else NULL. An echo that has one of them
 * right concerns the slot's target (*out says so); one that has neither is not about it at all. A reply to many comes
 * from any address. */
static struct slot *find(const struct flight *f, const struct flight_echo *e, bool is_reply, struct probe *out)
{
	struct slot *s = slot_of(f, e->id, e->seq);
	bool right_addr, right_nonce;
	struct addr to;

	out->target = FLIGHT_NOBODY;
	out->sent_ns = 0;
	if (!s)
		return NULL;
	to = slot_addr(s);
	right_addr = (is_reply && s->many) || addr_equal(&to, &e->from);
	right_nonce = e->has_nonce && e->nonce == s->nonce;
	if (right_addr || right_nonce) {
		out->target = s->target;
		out->sent_ns = s->sent_ns;
	}
	return right_addr && (right_nonce || !e->has_nonce) ? s : NULL;
}

/* Of a probe that goes to many and has had its first reply. */
static enum flight_verdict further(struct flight *f, const struct flight_echo *e, const struct slot *s,
                                   struct probe *out)
{
	if (e->at_ns - e->doubt_ns > s->deadline_ns)
		return FLIGHT_LATE;
	hand_over(f, s, out);
	return FLIGHT_FURTHER;
}

enum flight_verdict flight_take(struct flight *f, const struct flight_echo *e, struct probe *out)
{
	struct slot *s = find(f, e, true, out);

	if (!s || !e->has_nonce)
		return FLIGHT_FOREIGN;
	if (e->payload_len > s->size || !e->filler_intact)
		return FLIGHT_CORRUPT;
	switch (s->state) {
	case SLOT_ANSWERED:
	case SLOT_FREE_ANSWERED:
		return s->many ? further(f, e, s, out) : FLIGHT_DUPLICATE;
	case SLOT_IN_FLIGHT:
		if (e->at_ns - e->doubt_ns <= s->deadline_ns)
			break;
		return FLIGHT_LATE;
	default:
		return FLIGHT_LATE;
	}
	s->has_error = 0; /* of a quote without nonce: the answer refutes it */
	hand_over(f, s, out);
	wheel_remove(f->deadlines, index_of(f, s));
	end(f, s, SLOT_ANSWERED);
	return FLIGHT_ENDED;
}

enum flight_verdict flight_error(struct flight *f, const struct flight_echo *e, const struct icmp_error *error,
                                 struct probe *out)
{
	struct slot *s = find(f, e, false, out);

	if (!s || s->state != SLOT_IN_FLIGHT)
		return FLIGHT_FOREIGN;
	f->errors[index_of(f, s)] = *error;
	s->has_error = 1;
	if (!e->has_nonce || s->many) /* one host's error is not that of all */
		return FLIGHT_NOTED;
	hand_over(f, s, out);
	wheel_remove(f->deadlines, index_of(f, s));
	end(f, s, SLOT_OVERDUE);
	return FLIGHT_ENDED;
}

uint32_t flight_owner(const struct flight *f, uint16_t id, uint16_t seq, const struct addr *to, int64_t *sent_ns)
{
	struct flight_echo e = { .id = id, .seq = seq, .from = *to };
	struct probe out;

	if (!find(f, &e, true, &out))
		return FLIGHT_NOBODY;
	*sent_ns = out.sent_ns;
	return out.target;
}

/* A slot whose time in the wheel is over: true if it hands over an overdue probe. */
static bool slot_due(struct flight *f, uint32_t i, int64_t now_ns, struct probe *out)
{
	struct slot *s = &f->slots[i];

	if (s->deadline_ns >= now_ns) {
		wheel_add(f->deadlines, i, s->deadline_ns);
		return false;
	}
	hand_over(f, s, out);
	end(f, s, SLOT_OVERDUE);
	return true;
}

size_t flight_expire(struct flight *f, int64_t now_ns, struct probe *out, size_t max)
{
	uint32_t due[64];
	size_t n = 0, n_due;

	while (n < max) {
		size_t room = max - n < 64 ? max - n : 64;

		n_due = wheel_take(f->deadlines, now_ns, due, room);
		for (size_t i = 0; i < n_due; i++)
			n += slot_due(f, due[i], now_ns, &out[n]);
		if (n_due < room)
			break;
	}
	return n;
}

int64_t flight_next(const struct flight *f)
{
	return wheel_next(f->deadlines);
}

uint32_t flight_count(const struct flight *f)
{
	return f->n_in_flight;
}

uint32_t flight_n_ids(const struct flight *f)
{
	return (f->n_slots + FLIGHT_SEQS - 1) / FLIGHT_SEQS << f->alias_bits;
}
