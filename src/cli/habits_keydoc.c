/* habits_keydoc - the options of ping(8) and fping(8) as the table of habits has them. Not installed.
 *
 *   habits_keydoc man <miniping.8.in   the page, with the lines "@keys ping@" and "@keys fping@" made into tables
 *   habits_keydoc list                 "PROGRAM OPTION ARGUMENT CASE HERE" for every option there is, with tabs
 *                                      between; "-": none */
#include "base/keydoc.h"
#include "cli/cli_habits.h"

#include <stdio.h>
#include <string.h>

static const char *const case_names[CLI_HABIT_N_CASES] = {
	[CLI_HABIT_SAME] = "same",     [CLI_HABIT_REFUSED] = "refused", [CLI_HABIT_NUMBER] = "number",
	[CLI_HABIT_UNIT] = "unit",     [CLI_HABIT_FLAG] = "flag",       [CLI_HABIT_DIGITS] = "digits",
	[CLI_HABIT_OTHER] = "another",
};

/* What the page says of it. */
static const char *verdict(const struct cli_habit *h)
{
	if (h->is == CLI_HABIT_SAME)
		return "the same";
	return h->is == CLI_HABIT_OTHER ? "another meaning" : "refused";
}

static int put_table(const char *program)
{
	char text[256];
	int n = 0;

	printf(".Bl -tag -width Ds\n");
	for (const struct cli_habit *h = cli_habits; h->there; h++) {
		if (strcmp(cli_habits_program(h), program))
			continue;
		n++;
		printf(".It");
		if (h->letter)
			printf(" Fl %c", h->letter);
		if (h->letter && h->name)
			printf(" ,");
		if (h->name)
			printf(" Fl Fl %s", h->name);
		if (h->argument)
			printf(" Ar %s", h->argument);
		snprintf(text, sizeof(text), "%s: %s%s%s", h->there, verdict(h), h->here ? "; " : "",
		         h->here ? h->here : "");
		putchar('\n');
		keydoc_sentence(text);
	}
	printf(".El\n");
	if (!n)
		fprintf(stderr, "habits_keydoc: no program is called %s\n", program);
	return !n;
}

static void put_row(const struct cli_habit *h, const char *option)
{
	printf("%s\t%s\t%s\t%s\t%s\n", cli_habits_program(h), option, h->argument ? h->argument : "-",
	       case_names[h->is], h->here ? h->here : "-");
}

static int put_list(void)
{
	char option[64];

	for (const struct cli_habit *h = cli_habits; h->there; h++) {
		snprintf(option, sizeof(option), "-%c", h->letter);
		if (h->letter)
			put_row(h, option);
		snprintf(option, sizeof(option), "--%s", h->name ? h->name : "");
		if (h->name)
			put_row(h, option);
	}
	return 0;
}

static int no_schema(void)
{
	return 1;
}

int main(int argc, char **argv)
{
	return keydoc_main(argc, argv, put_table, no_schema, put_list);
}
