#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/rtt_code.h"

static void a_code_is_within_its_promise(void **state)
{
	(void)state;
	for (int64_t ns = 0; ns < INT64_C(40000000000); ns += 1 + ns / 3000) {
		int64_t back = rtt_code_ns(rtt_code(ns)), off = back > ns ? back - ns : ns - back;

		if (off > 10)
			assert_in_range(off * 10000, 0, 2 * ns);
	}
}

static void codes_ascend_and_come_back(void **state)
{
	int64_t before = -1;

	(void)state;
	for (uint32_t code = 0; code <= RTT_CODE_MAX; code++) {
		int64_t ns = rtt_code_ns((uint16_t)code);

		assert_true(ns > before);
		assert_int_equal(rtt_code(ns), code);
		before = ns;
	}
}

static void what_is_out_of_range_has_its_code(void **state)
{
	(void)state;
	assert_int_equal(rtt_code(-1), RTT_CODE_NONE);
	assert_int_equal(rtt_code_ns(RTT_CODE_NONE), -1);
	assert_int_equal(rtt_code(INT64_C(50000000000)), RTT_CODE_MAX);
	assert_int_equal(rtt_code(INT64_MAX), RTT_CODE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_within_its_promise),
		cmocka_unit_test(codes_ascend_and_come_back),
		cmocka_unit_test(what_is_out_of_range_has_its_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
