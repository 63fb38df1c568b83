/* ctl_top_screen.c - every draw writes all of the screen into ncurses, which sends the terminal what has changed. */
#include "ctl/ctl_top_screen.h"

#include "ctl/ctl_columns.h"
#include "ctl/ctl_figures.h"
#include "ctl/ctl_json.h"
#include "ctl/ctl_show.h"

#include <curses.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define HEAD_LINES 4 /* totals, and the titles of the columns */
#define NAME_MIN   12

struct ctl_top_screen {
	struct ctl_session *s;
	SCREEN *screen;
	bool has_colour;
};

int ctl_top_screen_open(struct ctl_top_screen **out, struct ctl_session *s)
{
	struct ctl_top_screen *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->s = s;
	p->screen = newterm(NULL, stdout, stdin);
	if (!p->screen) {
		free(p);
		return -ENOTTY;
	}
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	p->has_colour = s->term.has_colour && has_colors();
	if (p->has_colour) {
		start_color();
		use_default_colors();
		init_pair(CTL_RED, COLOR_RED, -1);
		init_pair(CTL_GREEN, COLOR_GREEN, -1);
		init_pair(CTL_YELLOW, COLOR_YELLOW, -1);
		init_pair(CTL_MAGENTA, COLOR_MAGENTA, -1);
	}
	*out = p;
	return 0;
}

void ctl_top_screen_close(struct ctl_top_screen *p)
{
	endwin();
	delscreen(p->screen);
	free(p);
}

void ctl_top_screen_resize(struct ctl_top_screen *p)
{
	struct winsize size;

	(void)p;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
}

int ctl_top_screen_rows(const struct ctl_top_screen *p)
{
	int rows = LINES - HEAD_LINES - 1;

	(void)p;
	return rows > 0 ? rows : 0;
}

static attr_t attributes(const struct ctl_top_screen *p, enum ctl_colour c)
{
	if (c == CTL_BOLD)
		return A_BOLD;
	if (c == CTL_DIM)
		return A_DIM;
	return p->has_colour && c != CTL_PLAIN ? (attr_t)COLOR_PAIR((int)c) : A_NORMAL;
}

/* put - text at column x of line y, cut to width columns and filled up to them; what it says shows in what is
 * printable. */
static void put(const struct ctl_top_screen *p, int y, int x, int width, bool to_right, const char *text, attr_t a)
{
	char shown[1024];
	int gap;

	if (width > COLS - x)
		width = COLS - x;
	if (width <= 0 || y >= LINES)
		return;
	ctl_term_shown(&p->s->term, shown, sizeof(shown), text);
	ctl_term_cut(&p->s->term, shown, width);
	gap = width - ctl_term_width(shown);
	attrset(a);
	mvprintw(y, x, "%*s", width, "");
	mvaddstr(y, to_right ? x + gap : x, shown);
	attrset(A_NORMAL);
}

/* put_on - text at x; returns where it ends. */
static int put_on(const struct ctl_top_screen *p, int y, int x, const char *text, attr_t a)
{
	int width = ctl_term_width(text);

	put(p, y, x, width, false, text, a);
	return x + width;
}

/* --- the head --- */

static void draw_title(const struct ctl_top_screen *p, json_t *status)
{
	const struct ctl_options *o = p->s->options;
	const char *version = ctl_json_text(status, "version"), *started = ctl_json_text(status, "started");
	const char *where = o->url ? o->url : o->name ? o->name : o->socket ? o->socket : "";
	char text[512], age[CTL_FIGURE_LEN] = "", figure[CTL_FIGURE_LEN] = "-", clock[16];
	time_t now = time(NULL);
	struct tm tm;
	double n;

	if (ctl_json_number(&n, status, "targets.total"))
		ctl_figures_count(figure, n);
	if (started)
		ctl_figures_age(age, (double)now - ctl_figures_when(started));
	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "minipingd %s%s%s   %s targets   %s", version ? version : "", *age ? "   up " : "",
	         age, figure, where);
	put(p, 0, 0, COLS - 10, false, text, A_BOLD);
	put(p, 0, COLS - 8, 8, true, clock, A_NORMAL);
}

static void draw_totals(const struct ctl_top_screen *p, json_t *status)
{
	static const char *const states[] = { "down", "unknown", "degraded", "up" };
	char figure[CTL_FIGURE_LEN], path[64], text[128];
	double n;
	int x = 0;

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		snprintf(path, sizeof(path), "targets.%s", states[i]);
		if (!ctl_json_number(&n, status, path))
			continue;
		snprintf(text, sizeof(text), "%s %s", ctl_figures_count(figure, n), states[i]);
		x = put_on(p, 1, x, text, n > 0 ? attributes(p, ctl_term_state(states[i])) | A_BOLD : A_DIM) + 3;
	}
	if (ctl_json_number(&n, status, "rate_per_second")) {
		snprintf(text, sizeof(text), "%s probes/s", ctl_figures_count(figure, n));
		put_on(p, 1, x, text, A_NORMAL);
	}
}

/* "1-40 of 100,000" */
static char *place_text(const struct ctl_top_data *d, const struct ctl_top_question *q, char *buf, size_t buf_len)
{
	double total = ctl_top_data_total(d);
	size_t n = json_array_size(ctl_top_data_items(d)), first = (size_t)q->page * (size_t)q->rows;
	char figures[3][CTL_FIGURE_LEN];

	buf[0] = '\0';
	if (n && total >= 0)
		snprintf(buf, buf_len, "   %s-%s of %s", ctl_figures_count(figures[0], (double)first + 1),
		         ctl_figures_count(figures[1], (double)(first + n)), ctl_figures_count(figures[2], total));
	return buf;
}

/* What is seen, and in what order. */
static void draw_question(const struct ctl_top_screen *p, const struct ctl_top_data *d,
                          const struct ctl_top_question *q)
{
	char text[1024], place[128];

	place_text(d, q, place, sizeof(place));
	if (q->mode == CTL_TOP_DETAIL)
		snprintf(text, sizeof(text), "target: %s", q->target);
	else if (q->mode == CTL_TOP_GROUPS)
		snprintf(text, sizeof(text), "groups%s", place);
	else
		snprintf(text, sizeof(text), "by %s%s%s%s%s%s", q->sort + (q->sort[0] == '-'), place,
		         q->is_in_group ? "   group: " : "", q->group, *q->search ? "   search: " : "", q->search);
	put(p, 2, 0, COLS, false, text, ctl_top_data_is_current(d) ? A_NORMAL : A_DIM);
}

/* --- rows --- */

/* The one column without a width gets what the others leave. */
static int width_of(const struct ctl_columns *columns, const struct ctl_column *c)
{
	int left = COLS;

	if (c->width || !*c->title)
		return c->width;
	for (size_t i = 0; i < columns->n; i++)
		if (columns->at[i].width && COLS >= columns->at[i].from_columns)
			left -= columns->at[i].width + 1;
	return left > NAME_MIN ? left : NAME_MIN;
}

/* item NULL: the titles. */
static void draw_row(const struct ctl_top_screen *p, const struct ctl_columns *columns, int y, json_t *item, double now,
                     attr_t a)
{
	char text[1024];
	int x = 0;

	put(p, y, 0, COLS, false, "", a);
	for (size_t i = 0; i < columns->n; i++) {
		const struct ctl_column *c = &columns->at[i];
		enum ctl_colour colour = CTL_PLAIN;
		int width = width_of(columns, c);

		if (!width || COLS < c->from_columns)
			continue;
		if (item)
			colour = ctl_columns_cell(c, item, now, text, sizeof(text));
		put(p, y, x, width, ctl_columns_to_right(c), item ? text : c->title, attributes(p, colour) | a);
		x += width + 1;
	}
}

static void draw_list(const struct ctl_top_screen *p, const struct ctl_top_data *d, const struct ctl_top_question *q,
                      int selected)
{
	const struct ctl_columns *columns = q->mode == CTL_TOP_GROUPS ? &ctl_columns_groups : &ctl_columns_targets;
	json_t *items = ctl_top_data_items(d);
	int n = (int)json_array_size(items), rows = ctl_top_screen_rows(p);

	draw_row(p, columns, HEAD_LINES - 1, NULL, 0, A_REVERSE);
	for (int i = 0; i < n && i < rows; i++)
		draw_row(p, columns, HEAD_LINES + i, json_array_get(items, (size_t)i), ctl_top_data_now(d),
		         i == selected ? A_REVERSE : A_NORMAL);
	if (!n && items && ctl_top_data_is_current(d))
		put(p, HEAD_LINES + 1, 2, COLS, false, *q->search ? "nothing like that" : "nothing here", A_DIM);
}

/* The text of "show", as many lines of it as there is room for. */
static void draw_detail(const struct ctl_top_screen *p, const struct ctl_top_data *d)
{
	json_t *target = ctl_top_data_target(d);
	struct ctl_term plain = p->s->term;
	char *text = NULL, *line, *rest;
	size_t len = 0;
	FILE *f;
	int y = HEAD_LINES - 1;

	plain.has_colour = false;
	plain.columns = COLS;
	if (!target || !(f = open_memstream(&text, &len)))
		return;
	ctl_show_print(f, &plain, target);
	if (!fclose(f))
		for (line = strtok_r(text, "\n", &rest); line && y < LINES - 1; line = strtok_r(NULL, "\n", &rest))
			put(p, y++, 0, COLS, false, line, A_NORMAL);
	free(text);
}

/* --- the last line --- */

static void draw_foot(const struct ctl_top_screen *p, const struct ctl_top_data *d, const struct ctl_top_question *q,
                      bool is_typing)
{
	static const char *const help[] = {
		[CTL_TOP_TARGETS] = "q quit  / search  s sort  g groups  Enter show  Esc back  PgUp PgDn page",
		[CTL_TOP_GROUPS] = "q quit  Enter open  g targets  PgUp PgDn page",
		[CTL_TOP_DETAIL] = "q quit  Esc back",
	};
	const char *error = ctl_top_data_error(d);
	char text[256];

	if (is_typing) {
		snprintf(text, sizeof(text), "search: %s", q->search);
		put(p, LINES - 1, 0, COLS, false, text, A_BOLD);
		move(LINES - 1, ctl_term_width(text) < COLS ? ctl_term_width(text) : COLS - 1);
		return;
	}
	if (*error) {
		put(p, LINES - 1, 0, COLS, false, error, attributes(p, CTL_RED) | A_BOLD);
		return;
	}
	put(p, LINES - 1, 0, COLS, false, help[q->mode], A_DIM);
}

void ctl_top_screen_draw(struct ctl_top_screen *p, const struct ctl_top_data *d, const struct ctl_top_question *q,
                         int selected, bool is_typing)
{
	json_t *status = ctl_top_data_status(d);

	erase();
	draw_title(p, status);
	draw_totals(p, status);
	draw_question(p, d, q);
	if (q->mode == CTL_TOP_DETAIL)
		draw_detail(p, d);
	else
		draw_list(p, d, q, selected);
	draw_foot(p, d, q, is_typing);
	curs_set(is_typing);
	refresh();
}
