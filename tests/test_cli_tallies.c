#include "fixture.h"

#include "cli/cli_tallies.h"

static void packet(struct cli_tallies *t, size_t host, enum miniping_outcome outcome, int64_t rtt_ns)
{
	const struct miniping_packet p = {
		.host = "h", .addr = "192.0.2.1", .host_index = host, .outcome = outcome, .rtt_ns = rtt_ns
	};

	assert_int_equal(cli_tallies_packet(t, &p), 0);
}

static void a_window_forgets_what_the_start_remembers(void **state)
{
	struct cli_tallies t;
	struct cli_tallies_window v;

	(void)state;
	assert_int_equal(cli_tallies_open(&t, 2, true), 0);
	for (unsigned i = 0; i < 10; i++)
		packet(&t, 1, MINIPING_TIMEOUT, 0);
	packet(&t, 1, MINIPING_REPLY, 9000000);
	for (unsigned i = 0; i < CLI_TALLIES_WINDOW; i++)
		packet(&t, 1, MINIPING_REPLY, 1000000 + i * 1000);
	v = cli_tallies_window(&t, 1);
	assert_int_equal(v.min_ns, 1000000);
	assert_int_equal(v.max_ns, 1099000);
	assert_int_equal(v.median_ns, 1049500);
	assert_int_equal(v.p95_ns, 1094050);
	assert_true(v.loss == 0);
	assert_int_equal(t.at[1].n_lost, 10);
	assert_int_equal(t.at[1].n_received, CLI_TALLIES_WINDOW + 1);
	assert_int_equal(t.at[1].max_ns, 9000000);
	assert_int_equal(t.at[1].last_ns, 1099000);
	assert_int_equal(t.all.n_lost, 10);
	assert_string_equal(t.at[1].addr, "192.0.2.1");
	assert_null(t.at[0].addr);
	cli_tallies_close(&t);
}

static void loss_is_of_what_was_received_or_lost(void **state)
{
	struct cli_tallies t;

	(void)state;
	assert_int_equal(cli_tallies_open(&t, 1, true), 0);
	assert_true(cli_tallies_window(&t, 0).loss < 0);
	packet(&t, 0, MINIPING_SEND_ERROR, 0);
	packet(&t, 0, MINIPING_UNKNOWN, 0);
	assert_true(cli_tallies_window(&t, 0).loss < 0);
	assert_true(cli_tally_loss(&t.at[0]) < 0);
	packet(&t, 0, MINIPING_REPLY, 1000);
	packet(&t, 0, MINIPING_UNREACHABLE, 0);
	packet(&t, 0, MINIPING_TOO_BIG, 0);
	packet(&t, 0, MINIPING_TTL_EXCEEDED, 0);
	assert_true(cli_tallies_window(&t, 0).loss == 75);
	assert_true(cli_tally_loss(&t.at[0]) == 75);
	cli_tallies_close(&t);
}

static void the_latest_come_in_their_order(void **state)
{
	struct cli_tallies t;
	uint32_t latest[CLI_TALLIES_WINDOW];

	(void)state;
	assert_int_equal(cli_tallies_open(&t, 1, true), 0);
	assert_int_equal(cli_tallies_latest(&t, 0, latest, 5), 0);
	for (unsigned i = 0; i < CLI_TALLIES_WINDOW + 7; i++)
		packet(&t, 0, MINIPING_REPLY, i * 100);
	packet(&t, 0, MINIPING_TIMEOUT, 0);
	packet(&t, 0, MINIPING_SEND_ERROR, 0);
	packet(&t, 0, MINIPING_UNKNOWN, 0);
	assert_int_equal(cli_tallies_latest(&t, 0, latest, 5), 5);
	assert_int_equal(latest[0], CLI_TALLIES_WINDOW + 5);
	assert_int_equal(latest[1], CLI_TALLIES_WINDOW + 6);
	assert_int_equal(latest[2], CLI_TALLIES_LOST);
	assert_int_equal(latest[3], CLI_TALLIES_NOT_SENT);
	assert_int_equal(latest[4], CLI_TALLIES_UNKNOWN);
	assert_int_equal(cli_tallies_latest(&t, 0, latest, CLI_TALLIES_WINDOW), CLI_TALLIES_WINDOW);
	cli_tallies_close(&t);
}

static void without_windows_there_are_the_figures_since_the_start(void **state)
{
	struct cli_tallies t;
	uint32_t latest[1];

	(void)state;
	assert_int_equal(cli_tallies_open(&t, 1, false), 0);
	packet(&t, 0, MINIPING_REPLY, 2000);
	assert_int_equal(cli_tallies_latest(&t, 0, latest, 1), 0);
	assert_int_equal(cli_tallies_window(&t, 0).median_ns, -1);
	assert_int_equal(t.at[0].min_ns, 2000);
	cli_tallies_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_forgets_what_the_start_remembers),
		cmocka_unit_test(loss_is_of_what_was_received_or_lost),
		cmocka_unit_test(the_latest_come_in_their_order),
		cmocka_unit_test(without_windows_there_are_the_figures_since_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
