#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/events.h"

static char heard[64];
static char nobody[] = "", a_says[] = "a-", b_says[] = "b-", c_says[] = "c-";

static void note(void *data, const char *what)
{
	strcat(strcat(heard, data), what);
}

static void on_settled(void *data, uint32_t target, const struct settled *s, const struct target_change *c)
{
	assert_int_equal(target, 7);
	assert_int_equal(s->number, 3);
	assert_true(c->path);
	note(data, "settled ");
}

static void on_further(void *data, uint32_t target, const struct settled *s)
{
	assert_int_equal(target, 11);
	assert_int_equal(s->number, 4);
	note(data, "further ");
}

static void on_stray(void *data, uint32_t target, enum stray kind)
{
	assert_int_equal(target, 8);
	assert_int_equal(kind, STRAY_DUPLICATE);
	note(data, "stray ");
}

static void on_report(void *data, uint32_t target)
{
	assert_int_equal(target, 9);
	note(data, "report ");
}

static void on_fault(void *data, const struct fault *fault)
{
	assert_int_equal(fault->amount, 5);
	note(data, "fault ");
}

static void on_dns(void *data, const struct dns_change *change)
{
	assert_int_equal(change->target, 10);
	note(data, "dns ");
}

static void on_reload(void *data, const struct reload_outcome *outcome)
{
	assert_int_equal(outcome->n_kept, 6);
	note(data, "reload ");
}

static void emit_all(const struct events *e)
{
	heard[0] = '\0';
	events_settled(e, 7, &(struct settled){ .number = 3 }, &(struct target_change){ .path = true });
	events_further(e, 11, &(struct settled){ .number = 4 });
	events_stray(e, 8, STRAY_DUPLICATE);
	events_report(e, 9);
	events_fault(e, &(struct fault){ .amount = 5 });
	events_dns(e, &(struct dns_change){ .target = 10 });
	events_reload(e, &(struct reload_outcome){ .n_kept = 6 });
}

static void nobody_has_to_listen(void **state)
{
	struct events e = { .first = NULL };

	(void)state;
	emit_all(&e);
	assert_string_equal(heard, "");
}

static void each_kind_reaches_its_callback_with_its_data(void **state)
{
	struct events e = { .first = NULL };
	struct listener l = {
		.on_settled = on_settled,
		.on_further = on_further,
		.on_stray = on_stray,
		.on_report = on_report,
		.on_fault = on_fault,
		.on_dns = on_dns,
		.on_reload = on_reload,
		.data = nobody,
	};

	(void)state;
	events_add(&e, &l);
	emit_all(&e);
	assert_string_equal(heard, "settled further stray report fault dns reload ");
}

static void listeners_hear_in_the_order_in_which_they_came_and_only_what_they_want(void **state)
{
	struct events e = { .first = NULL };
	struct listener a = { .on_report = on_report, .on_dns = on_dns, .data = a_says };
	struct listener b = { .on_fault = on_fault, .data = b_says };
	struct listener c = { .on_report = on_report, .on_fault = on_fault, .data = c_says, .next = &a };

	(void)state;
	events_add(&e, &a);
	events_add(&e, &b);
	events_add(&e, &c);
	emit_all(&e);
	assert_string_equal(heard, "a-report c-report b-fault c-fault a-dns ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(each_kind_reaches_its_callback_with_its_data),
		cmocka_unit_test(listeners_hear_in_the_order_in_which_they_came_and_only_what_they_want),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
