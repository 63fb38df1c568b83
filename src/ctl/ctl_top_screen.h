/* ctl_top_screen.h - the live screen as ncurses draws it: totals, one page of rows, and the keys. */
#ifndef MINIPING_CTL_TOP_SCREEN_H
#define MINIPING_CTL_TOP_SCREEN_H
#include "ctl/ctl_session.h"
#include "ctl/ctl_top_data.h"

#include <stdbool.h>

struct ctl_top_screen; /* opaque, one owner; ncurses knows one terminal, so there is one of them at a time */

/* ctl_top_screen_open - takes the terminal. 0 and *out; -ENOTTY: it is none that ncurses knows; or -ENOMEM.
 * ctl_top_screen_close - gives it back. */
int ctl_top_screen_open(struct ctl_top_screen **out, struct ctl_session *s);
void ctl_top_screen_close(struct ctl_top_screen *p);

/* ctl_top_screen_resize - the terminal has another size. ctl_top_screen_rows - how many rows of targets fit. */
void ctl_top_screen_resize(struct ctl_top_screen *p);
int ctl_top_screen_rows(const struct ctl_top_screen *p);

/* ctl_top_screen_draw - all of it.
 *   selected   row of the page
 *   is_typing  the search text is being typed */
void ctl_top_screen_draw(struct ctl_top_screen *p, const struct ctl_top_data *d, const struct ctl_top_question *q,
                         int selected, bool is_typing);
#endif
