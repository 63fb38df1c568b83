#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture_state.h"
#include "core/window.h"
#include "store/state_record.h"

#include <stdlib.h>
#include <string.h>

#define STARTED INT64_C(1600000000000000000)

/* What was read is what the target is. */
static void assert_same(const struct remembered *r, const struct target *t)
{
	assert_string_equal(r->name, t->name);
	assert_string_equal(r->host, t->host);
	assert_memory_equal(&r->addr.bytes, &t->addr.bytes, sizeof(r->addr.bytes));
	assert_int_equal(r->addr.family, t->addr.family);
	assert_int_equal(r->addr.scope, t->addr.scope);
	assert_int_equal(r->state, t->health.state);
	assert_string_equal(r->reason, health_reason(&t->health));
	assert_int_equal(r->streak, t->health.streak);
	assert_int_equal(r->ttl, t->ttl);
	assert_true(r->saved_real_ns == STATE_NOW_NS && r->started_real_ns == STARTED);
	assert_true(r->since_real_ns == t->since_real_ns);
	assert_int_equal(r->late, t->counters.late);
	assert_int_equal(r->received, t->counters.received);
	assert_int_equal(r->timeout, t->counters.timeout);
	assert_int_equal(r->send_error, t->counters.send_error);
	assert_int_equal(r->n_samples, window_count(t->window));
	for (uint32_t i = 0; i < r->n_samples; i++) {
		struct remembered_sample s = r->sample(r, i);
		int64_t rtt_ns;
		int sys_errno;

		assert_int_equal(s.outcome, window_sample(t->window, i, &rtt_ns, &sys_errno));
		assert_true(s.rtt_ns == rtt_ns && s.sys_errno == sys_errno);
	}
}

static void a_target_comes_back_as_it_was(void **state)
{
	static unsigned char bytes[STATE_RECORD_BYTES_MAX];

	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		struct remembered r;
		struct target t;
		char name[32];
		size_t len;

		fixture_state_target(&t, name, i);
		len = state_record_write(bytes, sizeof(bytes), &t, NULL, STARTED, STATE_NOW_NS);
		assert_true(len > 0);
		assert_int_equal(state_record_read(&r, bytes, len), len);
		assert_same(&r, &t);
		assert_int_equal(state_record_write(bytes, len - 1, &t, NULL, STARTED, STATE_NOW_NS), 0);
		target_fini(&t);
	}
}

static void what_was_counted_earlier_is_added(void **state)
{
	const struct remembered earlier = { .received = UINT64_C(1) << 40,
		                            .timeout = 7,
		                            .unreachable = 1,
		                            .ttl_exceeded = 2,
		                            .too_big = 3,
		                            .unknown = 4,
		                            .send_error = 5,
		                            .late = 6,
		                            .duplicate = 8,
		                            .corrupt = 9,
		                            .foreign = 10,
		                            .truncated = 11 };
	unsigned char bytes[1024];
	struct remembered r;
	struct target t;
	char name[32];
	size_t len;

	(void)state;
	fixture_state_target(&t, name, 44);
	len = state_record_write(bytes, sizeof(bytes), &t, &earlier, STARTED, STATE_NOW_NS);
	assert_int_equal(state_record_read(&r, bytes, len), len);
	assert_true(r.received == earlier.received + t.counters.received);
	assert_true(r.timeout == 7 + t.counters.timeout && r.unreachable == 1u + t.counters.unreachable);
	assert_true(r.ttl_exceeded == 2u + t.counters.ttl_exceeded && r.too_big == 3u + t.counters.too_big);
	assert_true(r.unknown == 4u + t.counters.unknown && r.send_error == 5u + t.counters.send_error);
	assert_int_equal(r.late, 6 + 44);
	assert_true(r.duplicate == 8 && r.corrupt == 9 && r.foreign == 10);
	assert_true(r.truncated == 11u + t.counters.truncated);
	target_fini(&t);
}

static void what_has_been_told_of_a_target_goes_along(void **state)
{
	unsigned char bytes[1024];
	struct remembered r;
	struct target t;
	char name[32];
	size_t len;

	(void)state;
	fixture_state_target(&t, name, 0);
	for (unsigned i = 0; i < 4; i++) {
		t.health.known = i & 1;
		t.health.blocked = i & 2 ? HEALTH_ASKED : HEALTH_FREE;
		len = state_record_write(bytes, sizeof(bytes), &t, NULL, STARTED, STATE_NOW_NS);
		assert_int_equal(state_record_read(&r, bytes, len), len);
		assert_int_equal(r.is_known, i & 1);
		assert_int_equal(r.is_blocked, i / 2);
	}
	target_fini(&t);
}

static void of_a_large_window_the_latest_are_kept(void **state)
{
	static unsigned char bytes[STATE_RECORD_BYTES_MAX];
	const struct addr addr = { .family = AF_UNSPEC };
	struct profile profile = { .options = { .window = WINDOW_MAX } };
	struct remembered r;
	struct target t;
	size_t len;

	(void)state;
	assert_int_equal(target_init(&t, "a", "b", &addr, &profile, 1), 0);
	for (uint32_t i = 0; i < 2 * STATE_RECORD_SAMPLES_MAX; i++)
		window_add(t.window, OUTCOME_REPLY, (int64_t)i * WINDOW_UNIT_NS);
	len = state_record_write(bytes, sizeof(bytes), &t, NULL, STARTED, STATE_NOW_NS);
	assert_int_equal(state_record_read(&r, bytes, len), len);
	assert_int_equal(r.n_samples, STATE_RECORD_SAMPLES_MAX);
	for (uint32_t i = 0; i < STATE_RECORD_SAMPLES_MAX; i++)
		assert_true(r.sample(&r, i).rtt_ns == (int64_t)(STATE_RECORD_SAMPLES_MAX + i) * WINDOW_UNIT_NS);
	target_fini(&t);
}

/* Only what could have been written is taken; the block has exactly its size, so that a sanitizer sees a byte more. */
static void any_bytes_do_no_harm(void **state)
{
	unsigned char whole[1024], *bytes;
	uint64_t seed = 16;
	struct remembered r;
	struct target t;
	char name[32];
	size_t len;
	unsigned n_taken = 0;

	(void)state;
	fixture_state_target(&t, name, 44);
	len = state_record_write(whole, sizeof(whole), &t, NULL, STARTED, STATE_NOW_NS);
	for (size_t cut = 0; cut < len; cut++) {
		bytes = malloc(cut + 1);
		assert_non_null(bytes);
		memcpy(bytes, whole, cut);
		assert_int_equal(state_record_read(&r, bytes, cut), 0);
		free(bytes);
	}
	for (int i = 0; i < 100000; i++) {
		bytes = malloc(len);
		assert_non_null(bytes);
		memcpy(bytes, whole, len);
		for (uint64_t n = random_below(&seed, 3) + 1; n; n--)
			bytes[random_below(&seed, len)] ^= (unsigned char)(1u << random_below(&seed, 8));
		if (state_record_read(&r, bytes, len)) {
			n_taken++;
			assert_true(r.state <= HEALTH_DOWN && r.ttl >= -1 && r.ttl <= 255);
			assert_true(strlen(r.name) > 0 && strlen(r.host) < len && strlen(r.reason) < len);
			for (size_t s = 0; s < r.n_samples; s++)
				assert_true(r.sample(&r, s).outcome < OUTCOME_COUNT);
		}
		free(bytes);
	}
	assert_in_range(n_taken, 1, 99999); /* else nothing was tried */
	target_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_comes_back_as_it_was),
		cmocka_unit_test(what_was_counted_earlier_is_added),
		cmocka_unit_test(what_has_been_told_of_a_target_goes_along),
		cmocka_unit_test(of_a_large_window_the_latest_are_kept),
		cmocka_unit_test(any_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
