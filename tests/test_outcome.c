#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/not_sent.h"
#include "core/outcome.h"

#include <errno.h>

static void names_are_those_of_the_log_contract(void **state)
{
	static const char *const names[OUTCOME_COUNT] = {
		[OUTCOME_REPLY] = "reply",
		[OUTCOME_TIMEOUT] = "timeout",
		[OUTCOME_UNREACHABLE] = "unreachable",
		[OUTCOME_TTL_EXCEEDED] = "ttl_exceeded",
		[OUTCOME_TOO_BIG] = "too_big",
		[OUTCOME_UNKNOWN] = "unknown",
		[OUTCOME_NOT_SENT] = "not_sent",
	};

	(void)state;
	for (int o = 0; o < OUTCOME_COUNT; o++)
		assert_string_equal(outcome_name((enum outcome)o), names[o]);
}

static void what_was_not_sent_has_its_reason_and_its_errnos_name(void **state)
{
	static const struct {
		int sys_errno;
		const char *reason, *name;
	} table[] = {
		{ ENETUNREACH, "no_route", "ENETUNREACH" },
		{ EHOSTUNREACH, "no_route", "EHOSTUNREACH" },
		{ EINVAL, "no_route", "EINVAL" },
		{ ENETDOWN, "interface_down", "ENETDOWN" },
		{ ENODEV, "no_interface", "ENODEV" },
		{ ENXIO, "no_interface", "ENXIO" },
		{ EADDRNOTAVAIL, "no_address", "EADDRNOTAVAIL" },
		{ EPERM, "not_permitted", "EPERM" },
		{ EACCES, "not_permitted", "EACCES" },
		{ ENOBUFS, "no_buffer", "ENOBUFS" },
		{ EAGAIN, "no_buffer", "EAGAIN" },
		{ ENOMEM, "no_buffer", "ENOMEM" },
		{ NOT_SENT_ERRNO_NEIGHBOURS, "neighbours_full", "EXFULL" },
		{ EAFNOSUPPORT, "no_ip_version", "EAFNOSUPPORT" },
		{ EIO, "other", "EIO" },
		{ 4000, "other", "other" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_string_equal(not_sent_name(not_sent_of(table[i].sys_errno)), table[i].reason);
		assert_string_equal(not_sent_errno_name(table[i].sys_errno), table[i].name);
	}
	assert_null(not_sent_errno_name(0));
}

static void icmp4_errors_mean_what_rfc_792_says(void **state)
{
	(void)state;
	for (int code = 0; code < 256; code++) {
		assert_int_equal(outcome_of_error(AF_INET, 3, (uint8_t)code),
		                 code == 4 ? OUTCOME_TOO_BIG : OUTCOME_UNREACHABLE);
		assert_int_equal(outcome_of_error(AF_INET, 11, (uint8_t)code), OUTCOME_TTL_EXCEEDED);
		assert_int_equal(outcome_of_error(AF_INET, 12, (uint8_t)code), OUTCOME_UNREACHABLE);
	}
}

static void icmp6_errors_mean_what_rfc_4443_says(void **state)
{
	(void)state;
	for (int code = 0; code < 256; code++) {
		assert_int_equal(outcome_of_error(AF_INET6, 1, (uint8_t)code), OUTCOME_UNREACHABLE);
		assert_int_equal(outcome_of_error(AF_INET6, 2, (uint8_t)code), OUTCOME_TOO_BIG);
		assert_int_equal(outcome_of_error(AF_INET6, 3, (uint8_t)code), OUTCOME_TTL_EXCEEDED);
		assert_int_equal(outcome_of_error(AF_INET6, 4, (uint8_t)code), OUTCOME_UNREACHABLE);
	}
}

static void a_type_that_is_no_error_changes_nothing(void **state)
{
	(void)state;
	for (int type = 0; type < 256; type++) {
		if (type != 3 && type != 11 && type != 12)
			assert_int_equal(outcome_of_error(AF_INET, (uint8_t)type, 0), OUTCOME_TIMEOUT);
		if (type < 1 || type > 4)
			assert_int_equal(outcome_of_error(AF_INET6, (uint8_t)type, 0), OUTCOME_TIMEOUT);
	}
}

static void texts_are_those_of_the_rfcs(void **state)
{
	static const struct {
		int family;
		uint8_t type, code;
		const char *text;
	} table[] = {
		{ AF_INET, 3, 0, "Network unreachable" },
		{ AF_INET, 3, 1, "Host unreachable" },
		{ AF_INET, 3, 3, "Port unreachable" },
		{ AF_INET, 3, 4, "Fragmentation needed and DF set" },
		{ AF_INET, 3, 13, "Communication administratively prohibited (firewalled)" },
		{ AF_INET, 3, 15, "Precedence cutoff in effect" },
		{ AF_INET, 3, 16, "Unknown reason" },
		{ AF_INET, 11, 0, "Time to live exceeded" },
		{ AF_INET, 11, 1, "Fragment reassembly time exceeded" },
		{ AF_INET, 11, 2, "Unknown reason" },
		{ AF_INET, 12, 0, "Parameter problem" },
		{ AF_INET6, 1, 0, "No route to destination" },
		{ AF_INET6, 1, 3, "Address unreachable" },
		{ AF_INET6, 1, 8, "Headers too long" },
		{ AF_INET6, 1, 9, "Unknown reason" },
		{ AF_INET6, 2, 0, "Packet too big" },
		{ AF_INET6, 3, 0, "Hop limit exceeded" },
		{ AF_INET6, 4, 0, "Erroneous header field" },
		{ AF_INET6, 4, 2, "Unrecognized IPv6 option" },
		{ AF_INET6, 4, 10, "Option too big" },
		{ AF_INET6, 4, 255, "Unknown reason" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_string_equal(outcome_error_text(table[i].family, table[i].type, table[i].code), table[i].text);
}

static void every_type_and_code_has_a_text(void **state)
{
	(void)state;
	for (int i = 0; i < 65536; i++) {
		assert_non_null(outcome_error_text(AF_INET, (uint8_t)(i >> 8), (uint8_t)i));
		assert_non_null(outcome_error_text(AF_INET6, (uint8_t)(i >> 8), (uint8_t)i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_the_log_contract),
		cmocka_unit_test(what_was_not_sent_has_its_reason_and_its_errnos_name),
		cmocka_unit_test(icmp4_errors_mean_what_rfc_792_says),
		cmocka_unit_test(icmp6_errors_mean_what_rfc_4443_says),
		cmocka_unit_test(a_type_that_is_no_error_changes_nothing),
		cmocka_unit_test(texts_are_those_of_the_rfcs),
		cmocka_unit_test(every_type_and_code_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
