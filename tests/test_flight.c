#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "core/flight.h"
#include "random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ID 0xfff0u
#define TIMEOUT  NS_PER_S
#define GRACE    NS_PER_S
#define TICK     NS_PER_MS /* more than flight's own resolution */
#define SIZE     56u

static struct addr addr_of(uint32_t n)
{
	uint8_t bytes[4] = { 10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	return addr_from_bytes(bytes, AF_INET);
}

static uint64_t nonce_of(uint32_t n)
{
	uint64_t state = n;

	return random_next(&state);
}

static struct flight *flight_of(uint32_t max_ids)
{
	struct flight *f = flight_new(FIRST_ID, 1, max_ids, 0);

	assert_non_null(f);
	return f;
}

static struct probe probe_for(uint32_t target, int64_t sent_ns)
{
	return (struct probe){
		.to = addr_of(target),
		.nonce = nonce_of(target),
		.sent_ns = sent_ns,
		.deadline_ns = sent_ns + TIMEOUT,
		.target = target,
		.number = target + 1,
		.size = SIZE,
	};
}

static struct probe add(struct flight *f, uint32_t target, int64_t sent_ns)
{
	struct probe p = probe_for(target, sent_ns);

	assert_int_equal(flight_add(f, &p), 0);
	return p;
}

static struct flight_echo reply_to(const struct probe *p, int64_t at_ns)
{
	return (struct flight_echo){
		.id = p->id,
		.seq = p->seq,
		.from = p->to,
		.has_nonce = true,
		.nonce = p->nonce,
		.payload_len = p->size,
		.filler_intact = true,
		.at_ns = at_ns,
	};
}

static enum flight_verdict take(struct flight *f, const struct probe *p, int64_t at_ns, struct probe *out)
{
	struct flight_echo e = reply_to(p, at_ns);

	return flight_take(f, &e, out);
}

static size_t expire_all(struct flight *f, int64_t now_ns)
{
	struct probe out[32];
	size_t n, sum = 0;

	do {
		n = flight_expire(f, now_ns, out, 32);
		for (size_t i = 0; i < n; i++)
			assert_true(out[i].deadline_ns < now_ns);
		sum += n;
	} while (n == 32);
	return sum;
}

static void a_reply_hands_its_probe_over(void **state)
{
	struct flight *f = flight_of(4);
	struct probe p = add(f, 3, 100), out;

	(void)state;
	assert_int_equal(flight_count(f), 1);
	assert_int_equal(take(f, &p, 200, &out), FLIGHT_ENDED);
	assert_int_equal(flight_count(f), 0);
	assert_true(addr_equal(&out.to, &p.to));
	assert_true(out.nonce == p.nonce && out.sent_ns == 100 && out.deadline_ns == 100 + TIMEOUT);
	assert_true(out.target == 3 && out.number == 4 && out.size == SIZE);
	assert_true(out.id == p.id && out.seq == p.seq && !out.has_error);
	assert_int_equal(expire_all(f, NS_PER_H), 0);
	flight_free(f);
}

static void an_ipv6_probe_keeps_its_address_and_scope(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = probe_for(1, 0), out;
	struct flight_echo e;

	(void)state;
	assert_int_equal(addr_parse(&p.to, "fe80::1234"), 0);
	p.to.scope = 3;
	assert_int_equal(flight_add(f, &p), 0);
	e = reply_to(&p, 1);
	e.from.scope = 4;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
	e.from.scope = 3;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_ENDED);
	assert_memory_equal(&out.to, &p.to, sizeof(p.to));
	flight_free(f);
}

/* 70,000 under way at once: each has its own id and sequence number, two ids are in use. */
static void ids_and_sequence_numbers_are_unique_and_a_second_id_takes_over(void **state)
{
	static uint8_t seen[2 * FLIGHT_SEQS];
	struct flight *f = flight_of(4);

	(void)state;
	memset(seen, 0, sizeof(seen));
	for (uint32_t i = 0; i < 70000; i++) {
		struct probe p = add(f, i, 0);
		uint16_t id = (uint16_t)(p.id - FIRST_ID);

		assert_true(id < 2);
		assert_int_equal(seen[id * FLIGHT_SEQS + p.seq]++, 0);
		if (i + 1 == FLIGHT_SEQS)
			assert_int_equal(flight_n_ids(f), 1);
	}
	assert_int_equal(flight_n_ids(f), 2);
	assert_int_equal(flight_count(f), 70000);
	flight_free(f);
}

static void every_one_of_more_than_65536_under_way_is_matched(void **state)
{
	static struct probe probes[150000];
	struct flight *f = flight_of(32);
	struct probe out;

	(void)state;
	for (uint32_t i = 0; i < 150000; i++)
		probes[i] = add(f, i, 0);
	assert_int_equal(flight_n_ids(f), 4); /* doubles as it grows */
	for (uint32_t i = 0; i < 150000; i++) {
		assert_int_equal(take(f, &probes[i], 5, &out), FLIGHT_ENDED);
		assert_int_equal(out.target, i);
	}
	assert_int_equal(flight_count(f), 0);
	flight_free(f);
}

static void ids_wrap_past_65535(void **state)
{
	struct flight *f = flight_new(0xffff, 1, 2, 0);
	struct probe p, out;
	bool wrapped = false;

	(void)state;
	for (uint32_t i = 0; i < FLIGHT_SEQS + 10; i++) {
		p = add(f, i, 0);
		wrapped |= p.id == 0;
		assert_true(p.id == 0xffff || p.id == 0);
		assert_int_equal(take(f, &p, 0, &out), FLIGHT_ENDED);
	}
	assert_true(wrapped);
	flight_free(f);
}

static void one_slot_goes_by_any_of_its_ids_one_at_a_time(void **state)
{
	struct flight *f = flight_new(0xfffe, 4, 8, 0);
	struct probe out;

	(void)state;
	for (uint32_t i = 0; i < 2 * FLIGHT_SEQS; i++) {
		struct probe p = probe_for(i, 0), other;

		p.alias = i % 4;
		assert_int_equal(flight_add(f, &p), 0);
		assert_int_equal(p.id, (uint16_t)(0xfffe + i / FLIGHT_SEQS * 4 + i % 4));
		assert_int_equal(flight_n_ids(f), i < FLIGHT_SEQS ? 4 : 8);
		other = p;
		other.id = (uint16_t)(p.id ^ 1);
		assert_int_equal(take(f, &other, 5, &out), FLIGHT_FOREIGN);
		assert_int_equal(out.target, FLIGHT_NOBODY);
		assert_int_equal(take(f, &p, 5, &out), FLIGHT_ENDED);
		assert_int_equal(out.target, i);
		assert_int_equal(out.id, p.id);
		assert_int_equal(out.alias, p.alias);
	}
	flight_free(f);
}

/* As after a change of id: what is still on its way by the old one is known. */
static void a_late_reply_by_another_id_is_known_until_its_slot_is_used_again(void **state)
{
	struct flight *f = flight_new(FIRST_ID, 4, 4, 0);
	struct probe old = probe_for(7, 0), new = probe_for(7, NS_PER_S), out;

	(void)state;
	old.alias = 0;
	new.alias = 1;
	assert_int_equal(flight_add(f, &old), 0);
	assert_int_equal(flight_expire(f, TIMEOUT + TICK, &out, 1), 1);
	assert_int_equal(flight_add(f, &new), 0);
	assert_int_equal(take(f, &old, NS_PER_S + 2, &out), FLIGHT_LATE);
	assert_int_equal(out.target, 7);
	assert_int_equal(take(f, &new, NS_PER_S + 2, &out), FLIGHT_ENDED);
	flight_free(f);
}

static void every_sequence_number_with_a_wrong_nonce_is_refused(void **state)
{
	struct flight *f = flight_of(4);
	struct probe out;

	(void)state;
	for (uint32_t i = 0; i < FLIGHT_SEQS; i++)
		add(f, 0, 0);
	for (uint32_t seq = 0; seq < FLIGHT_SEQS; seq++) {
		struct flight_echo e = {
			.id = (uint16_t)FIRST_ID,
			.seq = (uint16_t)seq,
			.from = addr_of(0),
			.has_nonce = true,
			.nonce = nonce_of(0) + 1,
			.payload_len = SIZE,
			.filler_intact = true,
			.at_ns = 1,
		};

		assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
		assert_int_equal(out.target, 0);
		e.has_nonce = false;
		assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
	}
	assert_int_equal(flight_count(f), FLIGHT_SEQS);
	flight_free(f);
}

static void no_id_but_ours_is_taken_for_any_sequence_number(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 0, 0), out;

	(void)state;
	for (uint32_t i = 0; i < 65536; i++) {
		struct flight_echo e = reply_to(&p, 1);

		e.id = (uint16_t)i;
		if (e.id == p.id)
			continue;
		for (uint32_t seq = p.seq; seq < 65536; seq += 21845) {
			e.seq = (uint16_t)seq;
			assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
			assert_true(out.target == FLIGHT_NOBODY);
		}
	}
	assert_int_equal(flight_count(f), 1);
	flight_free(f);
}

/* A blind attacker who even knows the address: random id, sequence number and nonce. */
static void a_million_blind_guesses_end_no_probe(void **state)
{
	struct flight *f = flight_of(32);
	uint64_t seed = 0x5eed;
	struct probe out;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++)
		add(f, 7, 0);
	for (uint32_t i = 0; i < 1u << 20; i++) {
		struct flight_echo e = {
			.id = (uint16_t)(i % 2 ? random_next(&seed) : FIRST_ID + random_below(&seed, 2)),
			.seq = (uint16_t)random_next(&seed),
			.from = addr_of(7),
			.has_nonce = true,
			.nonce = random_next(&seed),
			.payload_len = SIZE,
			.filler_intact = true,
			.at_ns = 1,
		};

		assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
	}
	assert_int_equal(flight_count(f), 100000);
	flight_free(f);
}

static void a_wrong_source_is_foreign_and_the_true_reply_still_wins(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;
	struct flight_echo e = reply_to(&p, 1);

	(void)state;
	e.from = addr_of(6);
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
	assert_int_equal(out.target, 5); /* the nonce tells whom it concerns */
	e.nonce ^= 1;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
	assert_true(out.target == FLIGHT_NOBODY);
	assert_int_equal(take(f, &p, 2, &out), FLIGHT_ENDED);
	flight_free(f);
}

static void a_sequence_number_never_used_is_nobodys(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;
	struct flight_echo e = reply_to(&p, 1);

	(void)state;
	e.seq = (uint16_t)(p.seq + 1);
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
	assert_true(out.target == FLIGHT_NOBODY);
	e.seq = 65535; /* beyond the slots that exist so far */
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
	flight_free(f);
}

static void a_second_reply_is_a_duplicate(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;

	(void)state;
	assert_int_equal(take(f, &p, 1, &out), FLIGHT_ENDED);
	for (int64_t at = 2; at < 5; at++) {
		out.target = 0;
		assert_int_equal(take(f, &p, at, &out), FLIGHT_DUPLICATE);
		assert_int_equal(out.target, 5);
	}
	assert_int_equal(take(f, &p, 10 * TIMEOUT, &out), FLIGHT_DUPLICATE);
	expire_all(f, NS_PER_H);
	assert_int_equal(take(f, &p, NS_PER_H, &out), FLIGHT_DUPLICATE);
	assert_int_equal(flight_count(f), 0);
	flight_free(f);
}

static void a_reply_at_the_deadline_is_in_time_and_one_later_is_late(void **state)
{
	struct flight *f = flight_of(1);
	struct probe a = add(f, 1, 0), b = add(f, 2, 0), out;

	(void)state;
	assert_int_equal(expire_all(f, TIMEOUT), 0);
	assert_int_equal(take(f, &a, TIMEOUT, &out), FLIGHT_ENDED);
	assert_int_equal(take(f, &b, TIMEOUT + 1, &out), FLIGHT_LATE);
	assert_int_equal(out.target, 2);
	assert_int_equal(flight_count(f), 1); /* still to be handed over as overdue */
	assert_int_equal(expire_all(f, TIMEOUT + TICK), 1);
	flight_free(f);
}

static void a_reply_that_may_have_come_in_time_is_not_late(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 1, 0), q = add(f, 2, 0), out;
	struct flight_echo e = reply_to(&p, TIMEOUT + 10);

	(void)state;
	e.doubt_ns = 10;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_ENDED);
	e = reply_to(&q, TIMEOUT + 10);
	e.doubt_ns = 9;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_LATE);
	flight_free(f);
}

static void an_overdue_probe_is_handed_over_once_and_its_reply_is_late(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 100), out;

	(void)state;
	assert_int_equal(flight_expire(f, 100 + TIMEOUT, &out, 1), 0);
	assert_int_equal(flight_expire(f, 100 + TIMEOUT + TICK, &out, 1), 1);
	assert_true(out.target == 5 && out.sent_ns == 100 && out.id == p.id && out.seq == p.seq);
	assert_int_equal(flight_count(f), 0);
	assert_int_equal(take(f, &p, 100 + TIMEOUT + TICK, &out), FLIGHT_LATE);
	assert_int_equal(out.target, 5);
	/* A stamp from before the deadline that is read after it: the probe has been told as lost. */
	assert_int_equal(take(f, &p, 100 + TIMEOUT, &out), FLIGHT_LATE);
	assert_int_equal(expire_all(f, NS_PER_H), 0);
	flight_free(f);
}

static void a_reply_is_late_beyond_the_grace_until_its_slot_is_used_again(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out, next;
	int64_t now = NS_PER_H;

	(void)state;
	expire_all(f, TIMEOUT + TICK);
	expire_all(f, now);
	assert_int_equal(take(f, &p, now, &out), FLIGHT_LATE);
	assert_int_equal(out.target, 5);
	do {
		next = add(f, 6, now);
		assert_int_equal(take(f, &p, now, &out), next.seq == p.seq ? FLIGHT_FOREIGN : FLIGHT_LATE);
	} while (next.seq != p.seq);
	flight_free(f);
}

/* The far end's answers come from all over the time line: each credits its own probe and no other. */
static void one_credit_a_probe_across_the_wrap_of_sequence_numbers(void **state)
{
	enum { N = 4 * FLIGHT_SEQS, BACK = 3000 };
	static struct probe sent[N];
	static uint8_t credits[N];
	struct flight *f = flight_of(1);
	uint64_t seed = 11;
	struct probe out;

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		int64_t now = i * (4 * NS_PER_S / FLIGHT_SEQS);

		expire_all(f, now);
		sent[i] = add(f, i, now);
		for (int k = 0; k < 3; k++) {
			uint32_t which = i - (uint32_t)random_below(&seed, i < BACK ? i + 1 : BACK);

			if (take(f, &sent[which], now, &out) != FLIGHT_ENDED)
				continue;
			assert_int_equal(out.target, which);
			credits[out.target]++;
		}
	}
	for (uint32_t i = 0; i < N; i++)
		assert_true(credits[i] <= 1);
	assert_int_equal(flight_n_ids(f), 1);
	flight_free(f);
}

static void a_slot_rests_until_deadline_and_grace_are_over(void **state)
{
	static int64_t free_from[2 * FLIGHT_SEQS];
	struct flight *f = flight_of(2);
	uint64_t seed = 12;
	int64_t now = 0;
	struct probe out;

	(void)state;
	for (int i = 0; i < 400000; i++) {
		struct probe p = probe_for((uint32_t)i, now);
		int64_t timeout = (1 + (int64_t)random_below(&seed, 30)) * NS_PER_S / 10, *free_at;

		p.deadline_ns = now + timeout;
		assert_int_equal(flight_add(f, &p), 0);
		free_at = &free_from[(uint16_t)(p.id - FIRST_ID) * FLIGHT_SEQS + p.seq];
		if (*free_at > now)
			fail_msg("used again %lld ns too early", (long long)(*free_at - now));
		*free_at = p.deadline_ns + (timeout > GRACE ? timeout : GRACE);
		if (random_below(&seed, 2))
			assert_int_equal(take(f, &p, now + 1, &out), FLIGHT_ENDED);
		now += (int64_t)random_below(&seed, NS_PER_S / 10000);
		if (i % 50 == 0)
			expire_all(f, now);
	}
	flight_free(f);
}

static void eagain_when_every_sequence_number_is_under_way_or_at_rest(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p, out, before;

	(void)state;
	for (uint32_t i = 0; i < FLIGHT_SEQS; i++)
		p = add(f, i, 0);
	assert_int_equal(take(f, &p, 1, &out), FLIGHT_ENDED);
	p = before = probe_for(9, 1);
	assert_int_equal(flight_add(f, &p), -EAGAIN);
	assert_memory_equal(&p, &before, sizeof(p));
	assert_int_equal(flight_count(f), FLIGHT_SEQS - 1);
	assert_int_equal(expire_all(f, TIMEOUT + TICK), FLIGHT_SEQS - 1);
	assert_int_equal(flight_add(f, &p), -EAGAIN); /* in their grace */
	p = probe_for(9, TIMEOUT + GRACE + 2 * TICK);
	assert_int_equal(flight_add(f, &p), 0);
	flight_free(f);
}

static void room_made_beforehand_is_used_and_never_more_than_the_ids_allow(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p;

	(void)state;
	assert_int_equal(flight_reserve(f, 10 * FLIGHT_SEQS), 0);
	assert_int_equal(flight_n_ids(f), 1);
	assert_int_equal(flight_reserve(f, 1), 0);
	for (uint32_t i = 0; i < FLIGHT_SEQS; i++)
		add(f, i, 0);
	p = probe_for(9, 1);
	assert_int_equal(flight_add(f, &p), -EAGAIN);
	flight_free(f);
}

struct late { /* of one timeout: in the order in which they come */
	struct probe p[20000];
	unsigned n, n_came;
};

/* rate probes a second with these timeouts in turn, of which every tenth is answered, and one of 97 so late. How many
 * of those are known for what they are, in percent. */
static unsigned share_known(struct flight *f, unsigned rate, const int64_t *timeouts, size_t n_timeouts,
                            int64_t late_ns)
{
	static struct late late[3];
	unsigned n_came = 0, n_known = 0;
	struct probe out;

	memset(late, 0, sizeof(late));
	for (unsigned i = 0; i < 40 * rate; i++) {
		struct probe p = probe_for(i, (int64_t)i * NS_PER_S / rate);
		struct late *l = &late[i % n_timeouts];

		p.deadline_ns = p.sent_ns + timeouts[i % n_timeouts];
		expire_all(f, p.sent_ns);
		assert_int_equal(flight_add(f, &p), 0);
		if (i % 10 == 0)
			assert_int_equal(take(f, &p, p.sent_ns, &out), FLIGHT_ENDED);
		else if (i % 97 == 0)
			l->p[l->n++] = p;
		for (; l->n_came < l->n && l->p[l->n_came].deadline_ns + late_ns <= p.sent_ns; l->n_came++) {
			enum flight_verdict v = take(f, &l->p[l->n_came], p.sent_ns, &out);

			n_came++;
			n_known += v == FLIGHT_LATE && out.target == l->p[l->n_came].target;
		}
	}
	assert_true(n_came > 0);
	return 100 * n_known / n_came;
}

static void late_replies_are_known_for_ten_seconds_whatever_the_rate(void **state)
{
	static const int64_t plain[] = { TIMEOUT }, mixed[] = { NS_PER_S / 10, NS_PER_S, 5 * NS_PER_S };
	static const unsigned rates[] = { 10, 100, 3000, 20000 };
	const int64_t most =
		FLIGHT_LINGER_NS - NS_PER_S / 2; /* one that is due between two sends comes with the next */

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		for (int reserved = 0; reserved < 2; reserved++) {
			struct flight *f = flight_of(32), *g = flight_of(32);

			flight_linger(f, true);
			flight_linger(g, true);
			if (reserved)
				assert_int_equal(
					flight_reserve(f, (uint32_t)(flight_room(2.0 * rates[i], rates[i]) * 1.05)), 0);
			assert_int_equal(share_known(f, rates[i], plain, 1, most), 100);
			assert_int_equal(share_known(g, rates[i], mixed, 3, most), 100);
			flight_free(f);
			flight_free(g);
		}
	}
}

static void without_room_late_replies_are_forgotten_and_the_grace_still_holds(void **state)
{
	static const int64_t plain[] = { TIMEOUT };
	struct flight *f = flight_of(32);

	(void)state;
	assert_true(share_known(f, 3000, plain, 1, FLIGHT_LINGER_NS) < 10);
	flight_free(f);
	f = flight_of(32);
	assert_int_equal(share_known(f, 3000, plain, 1, GRACE), 100);
	flight_free(f);
}

static void lingering_takes_no_more_than_64_megabytes(void **state)
{
	const uint32_t most = FLIGHT_LINGER_BYTES / FLIGHT_SLOT_BYTES;
	struct flight *f = flight_of(32);
	struct probe out;

	(void)state;
	assert_true(flight_room(100000, 50000) > 500000);
	assert_float_equal(flight_room(2 * 60000, 60000), 11 * 60000, 1e-3);
	assert_float_equal(flight_room(2 * 61000, 61000), 2 * 61000, 1e-3);
	flight_linger(f, true);
	for (uint32_t i = 0; i < 10 * 100000; i++) { /* 100,000 a second */
		struct probe p = add(f, i, (int64_t)i * 10000);

		assert_int_equal(take(f, &p, p.sent_ns, &out), FLIGHT_ENDED);
	}
	assert_int_equal(flight_n_ids(f), (most + FLIGHT_SEQS - 1) / FLIGHT_SEQS);
	flight_free(f);
}

static void nobody_has_to_be_woken_for_what_is_answered(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 1, 0), out;

	(void)state;
	assert_true(flight_next(f) <= TIMEOUT + TICK);
	assert_int_equal(take(f, &p, 1, &out), FLIGHT_ENDED);
	assert_true(flight_next(f) == INT64_MAX);
	flight_free(f);
}

static void a_cancelled_probe_frees_its_slot_at_once_and_knows_no_reply(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p, out;
	int64_t sent;

	(void)state;
	for (uint32_t i = 0; i < FLIGHT_SEQS; i++)
		p = add(f, i, 0);
	flight_cancel(f, p.id, p.seq);
	assert_int_equal(flight_count(f), FLIGHT_SEQS - 1);
	assert_int_equal(take(f, &p, 1, &out), FLIGHT_FOREIGN);
	assert_true(flight_owner(f, p.id, p.seq, &p.to, &sent) == FLIGHT_NOBODY);
	out = probe_for(1, 1);
	assert_int_equal(flight_add(f, &out), 0);
	assert_int_equal(out.seq, p.seq);
	assert_int_equal(expire_all(f, NS_PER_H), FLIGHT_SEQS);
	flight_free(f);
}

static void the_deadline_moves_with_the_moment_of_sending(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;

	(void)state;
	flight_sent(f, p.id, p.seq, 300 * NS_PER_MS, 300 * NS_PER_MS + TIMEOUT);
	assert_int_equal(expire_all(f, TIMEOUT + TICK), 0);
	assert_int_equal(take(f, &p, 300 * NS_PER_MS + TIMEOUT, &out), FLIGHT_ENDED);
	assert_true(out.sent_ns == 300 * NS_PER_MS && out.deadline_ns == 300 * NS_PER_MS + TIMEOUT);
	p = add(f, 6, 2 * NS_PER_S);
	flight_sent(f, p.id, p.seq, 3 * NS_PER_S, 3 * NS_PER_S + TIMEOUT);
	assert_int_equal(expire_all(f, 3 * NS_PER_S + TIMEOUT), 0);
	assert_int_equal(expire_all(f, 3 * NS_PER_S + TIMEOUT + TICK), 1);
	flight_free(f);
}

static const struct icmp_error host_unreachable = { .type = 3, .code = 1 };

static void an_error_that_quotes_the_nonce_ends_the_probe(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;
	struct flight_echo e = reply_to(&p, 1);
	struct icmp_error error = { .from = addr_of(99), .type = 3, .code = 4, .mtu = 1400 };

	(void)state;
	e.payload_len = 8; /* quotes are cut: their length says nothing */
	e.filler_intact = false;
	assert_int_equal(flight_error(f, &e, &error, &out), FLIGHT_ENDED);
	assert_int_equal(out.target, 5);
	assert_true(out.has_error && out.error.type == 3 && out.error.code == 4 && out.error.mtu == 1400);
	assert_true(addr_equal(&out.error.from, &error.from));
	assert_int_equal(flight_count(f), 0);
	assert_int_equal(flight_error(f, &e, &error, &out), FLIGHT_FOREIGN);
	assert_int_equal(take(f, &p, 2, &out), FLIGHT_LATE);
	assert_int_equal(expire_all(f, NS_PER_H), 0);
	flight_free(f);
}

static void an_error_without_nonce_is_kept_and_its_timeout_carries_it(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;
	struct flight_echo e = reply_to(&p, 1);

	(void)state;
	e.has_nonce = false;
	assert_int_equal(flight_error(f, &e, &host_unreachable, &out), FLIGHT_NOTED);
	assert_int_equal(out.target, 5);
	assert_int_equal(flight_count(f), 1);
	assert_int_equal(flight_expire(f, TIMEOUT + TICK, &out, 1), 1);
	assert_true(out.has_error && out.error.type == 3 && out.error.code == 1);
	flight_free(f);
}

static void a_true_reply_wins_over_a_noted_error(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;
	struct flight_echo e = reply_to(&p, 1);

	(void)state;
	e.has_nonce = false;
	assert_int_equal(flight_error(f, &e, &host_unreachable, &out), FLIGHT_NOTED);
	assert_int_equal(take(f, &p, 2, &out), FLIGHT_ENDED);
	assert_false(out.has_error); /* the answer has refuted it */
	flight_free(f);
}

static void a_forged_error_changes_nothing(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;
	struct flight_echo e = reply_to(&p, 1);

	(void)state;
	e.nonce ^= UINT64_C(1) << 63;
	assert_int_equal(flight_error(f, &e, &host_unreachable, &out), FLIGHT_FOREIGN);
	e = reply_to(&p, 1);
	e.from = addr_of(6); /* quotes a request to somebody else */
	assert_int_equal(flight_error(f, &e, &host_unreachable, &out), FLIGHT_FOREIGN);
	e.has_nonce = false;
	assert_int_equal(flight_error(f, &e, &host_unreachable, &out), FLIGHT_FOREIGN);
	e = reply_to(&p, 1);
	e.id++;
	assert_int_equal(flight_error(f, &e, &host_unreachable, &out), FLIGHT_FOREIGN);
	assert_int_equal(take(f, &p, 2, &out), FLIGHT_ENDED);
	assert_false(out.has_error);
	flight_free(f);
}

static void an_error_of_an_earlier_probe_does_not_stick_to_the_slot(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;
	struct flight_echo e = reply_to(&p, 1);
	int64_t now = 10 * NS_PER_S;
	uint16_t seq = p.seq;

	(void)state;
	e.has_nonce = false;
	assert_int_equal(flight_error(f, &e, &host_unreachable, &out), FLIGHT_NOTED);
	expire_all(f, now);
	expire_all(f, now + GRACE);
	do
		p = add(f, 6, now);
	while (p.seq != seq);
	assert_int_equal(take(f, &p, now, &out), FLIGHT_ENDED);
	assert_false(out.has_error);
	flight_free(f);
}

static void an_altered_or_longer_payload_is_corrupt_and_the_true_reply_still_wins(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 0), out;
	struct flight_echo e = reply_to(&p, 1);

	(void)state;
	e.filler_intact = false;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_CORRUPT);
	assert_int_equal(out.target, 5);
	e.payload_len = SIZE - 1;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_CORRUPT);
	e = reply_to(&p, 1);
	e.payload_len = SIZE + 1;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_CORRUPT);
	assert_int_equal(flight_count(f), 1);
	assert_int_equal(take(f, &p, 2, &out), FLIGHT_ENDED);
	flight_free(f);
}

static void a_payload_cut_short_is_a_reply_once(void **state)
{
	static const size_t lens[] = { 8, 9, SIZE - 1 };
	struct flight *f = flight_of(1);
	struct probe p, out;
	struct flight_echo e;

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		p = add(f, 5, 0);
		e = reply_to(&p, 1);
		e.payload_len = lens[i];
		assert_int_equal(flight_take(f, &e, &out), FLIGHT_ENDED);
		assert_true(out.target == 5 && out.size == SIZE);
		assert_int_equal(flight_take(f, &e, &out), FLIGHT_DUPLICATE);
		assert_int_equal(take(f, &p, 2, &out), FLIGHT_DUPLICATE);
	}
	flight_free(f);
}

static void whoever_replies_in_time_answers_a_probe_to_many(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = probe_for(5, 0), out;
	const struct icmp_error error = { .type = 3, .code = 1 };
	struct flight_echo e;
	int64_t sent;

	(void)state;
	p.many = true;
	assert_int_equal(flight_add(f, &p), 0);
	e = reply_to(&p, 1);
	assert_int_equal(flight_error(f, &e, &error, &out), FLIGHT_NOTED); /* others may still reply */
	e.from = addr_of(77);
	e.nonce++;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_FOREIGN);
	e.nonce--;
	assert_int_equal(flight_error(f, &e, &error, &out), FLIGHT_FOREIGN); /* of another request */
	assert_int_equal(flight_owner(f, p.id, p.seq, &e.from, &sent), 5);
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_ENDED);
	assert_true(out.target == 5 && !out.has_error);
	for (uint32_t i = 78; i < 90; i++) {
		e.from = addr_of(i % 80 + 70);
		assert_int_equal(flight_take(f, &e, &out), FLIGHT_FURTHER);
		assert_true(out.target == 5 && out.number == 6 && out.size == SIZE);
	}
	assert_int_equal(flight_count(f), 0);
	e.payload_len = SIZE + 1;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_CORRUPT);
	e.payload_len = SIZE;
	e.at_ns = TIMEOUT + 1;
	assert_int_equal(flight_take(f, &e, &out), FLIGHT_LATE);
	flight_free(f);
}

static void a_probe_to_many_that_nobody_answers_is_overdue(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = probe_for(5, 0), out;

	(void)state;
	p.many = true;
	assert_int_equal(flight_add(f, &p), 0);
	assert_int_equal(flight_expire(f, TIMEOUT + TICK, &out, 1), 1);
	assert_true(out.many);
	assert_int_equal(take(f, &p, TIMEOUT + 2 * TICK, &out), FLIGHT_LATE);
	flight_free(f);
}

static void the_greatest_payload_keeps_its_length(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = probe_for(5, 0), out;

	(void)state;
	p.size = 65507;
	assert_int_equal(flight_add(f, &p), 0);
	assert_int_equal(take(f, &p, 1, &out), FLIGHT_ENDED);
	assert_int_equal(out.size, 65507);
	flight_free(f);
}

static void the_owner_is_whose_probe_last_had_the_number(void **state)
{
	struct flight *f = flight_of(1);
	struct probe p = add(f, 5, 7);
	struct addr other = addr_of(6);
	int64_t sent = 0;

	(void)state;
	assert_int_equal(flight_owner(f, p.id, p.seq, &p.to, &sent), 5);
	assert_int_equal(sent, 7);
	assert_true(flight_owner(f, p.id, p.seq, &other, &sent) == FLIGHT_NOBODY);
	assert_true(flight_owner(f, (uint16_t)(p.id + 1), p.seq, &p.to, &sent) == FLIGHT_NOBODY);
	expire_all(f, NS_PER_H);
	assert_int_equal(flight_owner(f, p.id, p.seq, &p.to, &sent), 5);
	flight_free(f);
}

static void expire_hands_over_no_more_than_there_is_room_for(void **state)
{
	struct flight *f = flight_of(1);
	struct probe out[300];
	size_t n, sum = 0;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		add(f, i, 0);
	do {
		n = flight_expire(f, 2 * TIMEOUT, out, 300);
		assert_true(n <= 300);
		sum += n;
	} while (n == 300);
	assert_int_equal(sum, 1000);
	flight_free(f);
}

static void next_is_never_after_the_earliest_deadline_and_a_tick(void **state)
{
	struct flight *f = flight_of(1);
	struct probe out;

	(void)state;
	assert_true(flight_next(f) == INT64_MAX);
	add(f, 1, NS_PER_S);
	add(f, 2, 0);
	assert_true(flight_next(f) > TIMEOUT && flight_next(f) <= TIMEOUT + TICK);
	assert_int_equal(flight_expire(f, flight_next(f), &out, 1), 1);
	assert_int_equal(out.target, 2);
	flight_free(f);
}

/* Slots grow by doubling: what is under way must survive each move. */
static void growing_loses_no_probe(void **state)
{
	static struct probe probes[20000];
	struct flight *f = flight_of(1);
	struct probe out;

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		struct flight_echo e;

		probes[i] = add(f, i, i);
		e = reply_to(&probes[i], i);
		e.has_nonce = false;
		assert_int_equal(flight_error(f, &e, &(struct icmp_error){ .mtu = i }, &out), FLIGHT_NOTED);
	}
	for (uint32_t i = 0; i < 20000; i += 2) {
		assert_int_equal(take(f, &probes[i], i, &out), FLIGHT_ENDED);
		assert_int_equal(out.target, i);
	}
	for (uint32_t i = 0; i < 10000; i++) {
		assert_int_equal(flight_expire(f, NS_PER_M, &out, 1), 1);
		assert_true(out.target % 2 == 1 && out.has_error && out.error.mtu == out.target);
	}
	flight_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_hands_its_probe_over),
		cmocka_unit_test(an_ipv6_probe_keeps_its_address_and_scope),
		cmocka_unit_test(ids_and_sequence_numbers_are_unique_and_a_second_id_takes_over),
		cmocka_unit_test(every_one_of_more_than_65536_under_way_is_matched),
		cmocka_unit_test(ids_wrap_past_65535),
		cmocka_unit_test(one_slot_goes_by_any_of_its_ids_one_at_a_time),
		cmocka_unit_test(a_late_reply_by_another_id_is_known_until_its_slot_is_used_again),
		cmocka_unit_test(every_sequence_number_with_a_wrong_nonce_is_refused),
		cmocka_unit_test(no_id_but_ours_is_taken_for_any_sequence_number),
		cmocka_unit_test(a_million_blind_guesses_end_no_probe),
		cmocka_unit_test(a_wrong_source_is_foreign_and_the_true_reply_still_wins),
		cmocka_unit_test(a_sequence_number_never_used_is_nobodys),
		cmocka_unit_test(a_second_reply_is_a_duplicate),
		cmocka_unit_test(a_reply_at_the_deadline_is_in_time_and_one_later_is_late),
		cmocka_unit_test(a_reply_that_may_have_come_in_time_is_not_late),
		cmocka_unit_test(an_overdue_probe_is_handed_over_once_and_its_reply_is_late),
		cmocka_unit_test(a_reply_is_late_beyond_the_grace_until_its_slot_is_used_again),
		cmocka_unit_test(one_credit_a_probe_across_the_wrap_of_sequence_numbers),
		cmocka_unit_test(a_slot_rests_until_deadline_and_grace_are_over),
		cmocka_unit_test(eagain_when_every_sequence_number_is_under_way_or_at_rest),
		cmocka_unit_test(room_made_beforehand_is_used_and_never_more_than_the_ids_allow),
		cmocka_unit_test(late_replies_are_known_for_ten_seconds_whatever_the_rate),
		cmocka_unit_test(without_room_late_replies_are_forgotten_and_the_grace_still_holds),
		cmocka_unit_test(lingering_takes_no_more_than_64_megabytes),
		cmocka_unit_test(nobody_has_to_be_woken_for_what_is_answered),
		cmocka_unit_test(a_cancelled_probe_frees_its_slot_at_once_and_knows_no_reply),
		cmocka_unit_test(the_deadline_moves_with_the_moment_of_sending),
		cmocka_unit_test(an_error_that_quotes_the_nonce_ends_the_probe),
		cmocka_unit_test(an_error_without_nonce_is_kept_and_its_timeout_carries_it),
		cmocka_unit_test(a_true_reply_wins_over_a_noted_error),
		cmocka_unit_test(a_forged_error_changes_nothing),
		cmocka_unit_test(an_error_of_an_earlier_probe_does_not_stick_to_the_slot),
		cmocka_unit_test(an_altered_or_longer_payload_is_corrupt_and_the_true_reply_still_wins),
		cmocka_unit_test(a_payload_cut_short_is_a_reply_once),
		cmocka_unit_test(whoever_replies_in_time_answers_a_probe_to_many),
		cmocka_unit_test(a_probe_to_many_that_nobody_answers_is_overdue),
		cmocka_unit_test(the_greatest_payload_keeps_its_length),
		cmocka_unit_test(the_owner_is_whose_probe_last_had_the_number),
		cmocka_unit_test(expire_hands_over_no_more_than_there_is_room_for),
		cmocka_unit_test(next_is_never_after_the_earliest_deadline_and_a_tick),
		cmocka_unit_test(growing_loses_no_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
