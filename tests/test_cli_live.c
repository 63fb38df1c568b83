#include "fixture.h"

#include "base/textwidth.h"
#include "cli/cli_live.h"

#define HOSTS 30

static char *names[HOSTS];
static struct cli_args args;
static struct cli_tallies tallies;
static char screen[1 << 17];

/* Host 3 loses every second packet, 4 all; 5 has sent none; the others answer all. */
static int make_hosts(void **state)
{
	(void)state;
	assert_int_equal(cli_tallies_open(&tallies, HOSTS, true), 0);
	for (size_t i = 0; i < HOSTS; i++) {
		assert_true(asprintf(&names[i], i == 7 ? "a-very-long-name-of-a-host-%zu.example.net" : "h%zu", i) > 0);
		for (unsigned k = 0; i != 5 && k < 120; k++) {
			bool lost = i == 4 || (i == 3 && k % 2);
			const struct miniping_packet p = { .host = names[i],
				                           .addr = "2001:db8::1234",
				                           .host_index = i,
				                           .outcome = lost ? MINIPING_TIMEOUT : MINIPING_REPLY,
				                           .rtt_ns = 1000000 * (1 + k % 9) };

			assert_int_equal(cli_tallies_packet(&tallies, &p), 0);
		}
	}
	args = (struct cli_args){ .hosts = { .at = names, .n = HOSTS } };
	return 0;
}

static int free_hosts(void **state)
{
	(void)state;
	cli_tallies_close(&tallies);
	for (size_t i = 0; i < HOSTS; i++)
		free(names[i]);
	return 0;
}

/* The screen without its escape codes; lines end with \n. */
static const char *drawn(int columns, int rows, bool colour)
{
	const struct cli_live l = { .args = &args, .tallies = &tallies, .colour = colour, .started_ns = 0 };
	char raw[sizeof(screen)];
	FILE *f = fmemopen(raw, sizeof(raw), "w");
	char *to = screen;

	assert_non_null(f);
	cli_live_draw(&l, f, columns, rows, INT64_C(3723000000000));
	assert_int_equal(fclose(f), 0);
	for (const char *at = raw; *at; at++) {
		if (*at == '\033')
			at += strcspn(at, "mHJK");
		else if (*at != '\r')
			*to++ = *at;
	}
	*to = '\0';
	return screen;
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	char line[4096];

	(void)state;
	for (int columns = 30; columns <= 250; columns++) {
		const char *at = drawn(columns, 40, columns % 2);

		while (*at) {
			size_t len = strcspn(at, "\n");

			snprintf(line, sizeof(line), "%.*s", (int)len, at);
			assert_true(textwidth(line) <= columns);
			at += len + (at[len] == '\n');
		}
	}
}

static void all_hosts_stand_in_their_order_if_they_fit(void **state)
{
	const char *text = drawn(80, 40, false), *before = text;
	char begin[16];

	(void)state;
	assert_non_null(strstr(text, "30 hosts  01:02:03  3480 packets  loss=5.2%"));
	for (int i = 0; i < HOSTS; i++) {
		snprintf(begin, sizeof(begin), i == 7 ? "\na-very" : "\nh%d (", i);
		if (i == 5)
			strcpy(begin, "\nh5 ");
		before = strstr(before, begin);
		assert_non_null(before);
	}
	assert_null(strstr(text, " more"));
}

static void what_loses_comes_first_if_not_all_fit(void **state)
{
	const char *text = drawn(80, 9, false), *h3 = strstr(text, "\nh3 "), *h4 = strstr(text, "\nh4 "),
		   *h0 = strstr(text, "\nh0 ");

	(void)state;
	assert_true(h3 && h4 && h0 && h3 < h4 && h4 < h0);
	assert_non_null(strstr(text, "\nand 24 more"));
}

static void a_row_has_the_figures_of_the_window(void **state)
{
	const char *row = strstr(drawn(200, 40, false), "\nh3 ");

	(void)state;
	assert_non_null(row);
	assert_non_null(strstr(row, " 120      60  50.0%    2.000    1.000    5.000    9.000    9.000 "));
	assert_non_null(strstr(row, "!"));
	row = strstr(drawn(200, 40, false), "\nh5 ");
	assert_non_null(strstr(row, "   0       0      -        -        -        -        -        - \n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(all_hosts_stand_in_their_order_if_they_fit),
		cmocka_unit_test(what_loses_comes_first_if_not_all_fit),
		cmocka_unit_test(a_row_has_the_figures_of_the_window),
	};

	return cmocka_run_group_tests(tests, make_hosts, free_hosts);
}
