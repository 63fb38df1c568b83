/* ctl_term.h - what standard output can show: colours, UTF-8, how wide it is, and text that fits in. */
#ifndef MINIPING_CTL_TERM_H
#define MINIPING_CTL_TERM_H
#include <stdbool.h>
#include <stddef.h>

enum ctl_colour { CTL_PLAIN, CTL_BOLD, CTL_DIM, CTL_RED, CTL_GREEN, CTL_YELLOW, CTL_MAGENTA };

struct ctl_term {
	bool is_terminal;
	bool has_colour; /* a terminal, no NO_COLOR (no-color.org), and TERM is not dumb */
	bool has_utf8;   /* the locale's */
	int columns;     /* of the terminal; 80 where there is none */
};

/* ctl_term_init - of standard output; sets the locale of characters, which widths are by. */
struct ctl_term ctl_term_init(void);

/* ctl_term_shown - text as a terminal may show it: what is not printable, and in a locale without UTF-8 all that is not
 * ASCII, as \xNN; cut between two characters to fit. Returns buf. */
char *ctl_term_shown(const struct ctl_term *t, char *buf, size_t buf_len, const char *text);

/* ctl_term_width - columns that text takes, which has been through ctl_term_shown. */
int ctl_term_width(const char *text);

/* ctl_term_cut - shortens text in place to at most width columns, the last of them then an ellipsis, "…" or "~". */
void ctl_term_cut(const struct ctl_term *t, char *text, int width);

/* ctl_term_colour - what switches c on, and with CTL_PLAIN all off: "" where there is no colour. */
const char *ctl_term_colour(const struct ctl_term *t, enum ctl_colour c);

/* ctl_term_state - of a target's state. */
enum ctl_colour ctl_term_state(const char *state);
#endif
