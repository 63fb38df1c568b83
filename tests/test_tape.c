#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/rtt_code.h"
#include "store/tape.h"

#include <stdlib.h>
#include <string.h>

static void what_is_written_is_read(void **state)
{
	const char *const aka[] = { "old", "older one" };
	unsigned char bytes[512];
	struct tape_entry e;
	size_t len = 0, at = 0;

	(void)state;
	len = tape_write_time(bytes, len, sizeof(bytes), INT64_C(1767323045678901234));
	len = tape_write_name(bytes, len, sizeof(bytes), 999999, "name", aka, 2);
	len = tape_write_name(bytes, len, sizeof(bytes), 3, "alone", NULL, 0);
	len = tape_write_result(bytes, len, sizeof(bytes), 999999, OUTCOME_REPLY, 1234567);
	len = tape_write_result(bytes, len, sizeof(bytes), 3, OUTCOME_TIMEOUT, 5);
	len = tape_write_lost(bytes, len, sizeof(bytes), 77);
	len = tape_write_event(bytes, len, sizeof(bytes), -5, "name", "{\"n\":1}", 7);

	assert_true(tape_read(&e, bytes, len, &at));
	assert_int_equal(e.kind, TAPE_TIME);
	assert_int_equal(e.real_ns, INT64_C(1767323045678901234));
	assert_true(tape_read(&e, bytes, len, &at));
	assert_int_equal(e.kind, TAPE_NAME);
	assert_int_equal(e.number, 999999);
	assert_int_equal(e.name_len, 4);
	assert_memory_equal(e.name, "name", 4);
	assert_int_equal(e.text_len, sizeof("old\0older one"));
	assert_memory_equal(e.text, "old\0older one", e.text_len);
	assert_true(tape_read(&e, bytes, len, &at));
	assert_int_equal(e.text_len, 0);
	assert_memory_equal(e.name, "alone", 5);
	assert_true(tape_read(&e, bytes, len, &at));
	assert_int_equal(e.kind, TAPE_RESULT);
	assert_int_equal(e.number, 999999);
	assert_int_equal(e.outcome, OUTCOME_REPLY);
	assert_int_equal(e.rtt, rtt_code(1234567));
	assert_true(tape_read(&e, bytes, len, &at));
	assert_int_equal(e.number, 3);
	assert_int_equal(e.outcome, OUTCOME_TIMEOUT);
	assert_int_equal(e.rtt, RTT_CODE_NONE);
	assert_true(tape_read(&e, bytes, len, &at));
	assert_int_equal(e.kind, TAPE_LOST);
	assert_int_equal(e.number, 77);
	assert_true(tape_read(&e, bytes, len, &at));
	assert_int_equal(e.kind, TAPE_EVENT);
	assert_int_equal(e.real_ns, -5);
	assert_memory_equal(e.name, "name", 4);
	assert_int_equal(e.text_len, 7);
	assert_memory_equal(e.text, "{\"n\":1}", 7);
	assert_false(tape_read(&e, bytes, len, &at));
}

static size_t write_any(int kind, unsigned char *bytes, size_t room)
{
	const char *const aka[] = { "b" };

	switch (kind) {
	case 0:
		return tape_write_result(bytes, 0, room, 1, OUTCOME_REPLY, 1);
	case 1:
		return tape_write_name(bytes, 0, room, 1, "a", aka, 1);
	case 2:
		return tape_write_time(bytes, 0, room, 1);
	case 3:
		return tape_write_lost(bytes, 0, room, 1);
	default:
		return tape_write_event(bytes, 0, room, 1, "a", "b", 1);
	}
}

/* In a piece of memory that is just as large, where a byte too many is seen. */
static void what_has_no_room_is_not_begun(void **state)
{
	unsigned char big[64];

	(void)state;
	for (int kind = 0; kind < 5; kind++) {
		size_t need = write_any(kind, big, sizeof(big));

		for (size_t room = 1; room <= need; room++) {
			unsigned char *exact = malloc(room);

			assert_int_equal(write_any(kind, exact, room), room < need ? 0 : need);
			free(exact);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_has_no_room_is_not_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
