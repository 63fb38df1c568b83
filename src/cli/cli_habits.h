/* cli_habits.h - every option of ping(8) of iputils and of fping(8) 5: what holds of it here, so that a habit of the
 * hand never silently means something else. Pure. */
#ifndef MINIPING_CLI_HABITS_H
#define MINIPING_CLI_HABITS_H
#include <stddef.h>

enum cli_habit_program { CLI_HABIT_PING, CLI_HABIT_FPING };

enum cli_habit_case {
	CLI_HABIT_SAME,    /* it means here what it means there */
	CLI_HABIT_REFUSED, /* no option here */
	CLI_HABIT_NUMBER,  /* takes no value here: refused where a number follows, which only the other program takes */
	CLI_HABIT_UNIT,    /* a time here: refused as a whole number from CLI_HABIT_UNIT_MIN on, without its unit */
	CLI_HABIT_FLAG,    /* takes a value here and none there: refused if what follows is no such value */
	CLI_HABIT_DIGITS,  /* a pattern here: refused if its digits are decimal ones only */
	CLI_HABIT_OTHER,   /* means something else here, and cannot be told apart */
	CLI_HABIT_N_CASES,
};
#define CLI_HABIT_UNIT_MIN 10

struct cli_habit {
	enum cli_habit_program program;
	char letter;          /* 0: the long name only */
	const char *name;     /* NULL: the letter only */
	const char *argument; /* NULL: it takes none there */
	const char *there;    /* what it means there */
	enum cli_habit_case is;
	const char *here; /* of CLI_HABIT_SAME what there is to add, or NULL; else how to say it here */
};

extern const struct cli_habit cli_habits[]; /* ends with a row without there */

/* cli_habits_program - "ping" or "fping". */
const char *cli_habits_program(const struct cli_habit *h);

/* cli_habits_is - one of the programs has this letter with that case. */
int cli_habits_is(int letter, enum cli_habit_case is);

/* cli_habits_hint - the hints of both programs for what is not the same here, "as ping's (time to live): --ttl N; as
 * fping's (...): ..." into buf; of an option by its letter, or if that is 0 by its long name, name_len long.
 * Returns buf, or NULL: neither has it. */
char *cli_habits_hint(char *buf, size_t buf_len, int letter, const char *name, size_t name_len);
#endif
