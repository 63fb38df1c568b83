/* ctl_top.c - keys, signals and answers, each waited for at the same place; after any of them the screen is drawn anew.
 */
#include "ctl/ctl_top.h"

#include "base/clock.h"
#include "ctl/ctl_json.h"
#include "ctl/ctl_top_data.h"
#include "ctl/ctl_top_screen.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#define KEY_ESCAPE 27
#define BEHIND_MAX 2 /* groups, then the targets of one, then a target */

static const char *const sorts[] = { "worst", "-loss", "-rtt", "-since", "name" };
#define N_SORTS (sizeof(sorts) / sizeof(*sorts))

struct top {
	struct ctl_session *s;
	struct ctl_top_data *data;
	struct ctl_top_screen *screen;
	struct ctl_top_question question;
	int selected;
	struct {
		struct ctl_top_question question;
		int selected;
	} behind[BEHIND_MAX]; /* where Esc goes back to */
	int n_behind;
	int turns; /* pages to turn once it is known what is behind this one */
	bool is_typing, is_over;
	char search_before[sizeof(((struct ctl_top_question *)0)->search)];
};

/* --- moving --- */

static int n_items(const struct top *t)
{
	int n = (int)json_array_size(ctl_top_data_items(t->data)), rows = t->question.rows;

	return n < rows ? n : rows;
}

static void turn_page(struct top *t, int by)
{
	t->turns = 0;
	if (by > 0 && !ctl_top_data_is_current(t->data))
		t->turns = by;
	else if (by > 0 && ctl_top_data_has_next(t->data)) {
		t->question.page++;
		t->selected = 0;
	} else if (by < 0 && t->question.page) {
		t->question.page--;
		t->selected = t->question.rows - 1;
	}
}

static void move_by(struct top *t, int by)
{
	int to = t->selected + by;

	if (to < 0 || to >= n_items(t))
		turn_page(t, by);
	else
		t->selected = to;
}

static void to_first_page(struct top *t)
{
	t->question.page = 0;
	t->selected = 0;
}

/* --- other things to see --- */

/* Esc comes back to what is seen now. */
static void leave_behind(struct top *t)
{
	if (t->n_behind < BEHIND_MAX) {
		t->behind[t->n_behind].question = t->question;
		t->behind[t->n_behind++].selected = t->selected;
	}
}

static void back(struct top *t)
{
	int rows = t->question.rows;

	if (t->n_behind) {
		t->question = t->behind[--t->n_behind].question;
		t->selected = t->behind[t->n_behind].selected;
	} else if (*t->question.search) {
		t->question.search[0] = '\0';
		to_first_page(t);
	}
	if (t->question.rows != rows) { /* other rows, other pages */
		t->question.rows = rows;
		to_first_page(t);
	}
}

static bool copy_name(char *to, size_t room, const char *name)
{
	return name && (size_t)snprintf(to, room, "%s", name) < room;
}

static void open_selected(struct top *t)
{
	json_t *item = json_array_get(ctl_top_data_items(t->data), (size_t)t->selected);
	struct ctl_top_question *q = &t->question;
	const char *name = ctl_json_text(item, "name");
	struct ctl_top_question next = *q;

	if (!item || q->mode == CTL_TOP_DETAIL)
		return;
	if (q->mode == CTL_TOP_GROUPS) {
		next.mode = CTL_TOP_TARGETS;
		next.is_in_group = true;
		next.page = 0;
		/* Targets in no group are those of the group "". */
		if (!copy_name(next.group, sizeof(next.group), name ? name : ""))
			return;
	} else {
		next.mode = CTL_TOP_DETAIL;
		if (!copy_name(next.target, sizeof(next.target), name))
			return;
	}
	leave_behind(t);
	*q = next;
	t->selected = 0;
}

static void next_sort(struct top *t)
{
	size_t i = 0;

	while (i < N_SORTS && strcmp(sorts[i], t->question.sort) != 0)
		i++;
	t->question.sort = sorts[(i + 1) % N_SORTS];
	to_first_page(t);
}

static void fold(struct top *t)
{
	struct ctl_top_question *q = &t->question;

	q->mode = q->mode == CTL_TOP_GROUPS ? CTL_TOP_TARGETS : CTL_TOP_GROUPS;
	q->is_in_group = false;
	q->group[0] = '\0';
	t->n_behind = 0;
	to_first_page(t);
}

static void start_typing(struct top *t)
{
	if (t->question.mode == CTL_TOP_GROUPS)
		fold(t);
	if (t->question.mode != CTL_TOP_TARGETS)
		return;
	strcpy(t->search_before, t->question.search);
	t->is_typing = true;
}

/* --- keys --- */

/* Takes the last character away, with all of its bytes. */
static void rub_out(char *text)
{
	size_t len = strlen(text);

	while (len && ((unsigned char)text[--len] & 0xc0) == 0x80)
		;
	text[len] = '\0';
}

static void type(struct top *t, wint_t c, bool is_key)
{
	char *search = t->question.search;
	size_t len = strlen(search);
	mbstate_t state = { 0 };

	if (c == KEY_ESCAPE && !is_key)
		strcpy(search, t->search_before);
	if (c == '\r' || c == '\n' || (c == KEY_ESCAPE && !is_key) || (is_key && c == KEY_ENTER))
		t->is_typing = false;
	else if ((is_key && c == KEY_BACKSPACE) || (!is_key && (c == 127 || c == '\b')))
		rub_out(search);
	else if (!is_key && c == ('U' & 31))
		search[0] = '\0';
	else if (!is_key && iswprint(c) && len + MB_CUR_MAX < sizeof(t->question.search)) {
		size_t n = wcrtomb(search + len, (wchar_t)c, &state);

		search[n == (size_t)-1 ? len : len + n] = '\0';
	}
	to_first_page(t);
}

static void on_special_key(struct top *t, wint_t key)
{
	switch (key) {
	case KEY_UP:
		move_by(t, -1);
		break;
	case KEY_DOWN:
		move_by(t, 1);
		break;
	case KEY_PPAGE:
		turn_page(t, -1);
		break;
	case KEY_NPAGE:
		turn_page(t, 1);
		break;
	case KEY_HOME:
		to_first_page(t);
		break;
	case KEY_ENTER:
	case KEY_RIGHT:
		open_selected(t);
		break;
	case KEY_LEFT:
	case KEY_BACKSPACE:
		back(t);
		break;
	}
}

static void on_key(struct top *t, wint_t key)
{
	switch (key) {
	case 'q':
		t->is_over = true;
		break;
	case '/':
		start_typing(t);
		break;
	case 's':
		if (t->question.mode == CTL_TOP_TARGETS)
			next_sort(t);
		break;
	case 'g':
		if (t->question.mode != CTL_TOP_DETAIL)
			fold(t);
		break;
	case 'k':
		move_by(t, -1);
		break;
	case 'j':
		move_by(t, 1);
		break;
	case ' ':
		turn_page(t, 1);
		break;
	case '\r':
	case '\n':
		open_selected(t);
		break;
	case KEY_ESCAPE:
	case 127:
	case '\b':
		back(t);
		break;
	case 'L' & 31:
		clearok(curscr, TRUE);
		break;
	}
}

static void read_keys(struct top *t)
{
	wint_t c;
	int kind;

	while (!t->is_over && (kind = get_wch(&c)) != ERR) {
		bool is_key = kind == KEY_CODE_YES;

		if (t->is_typing)
			type(t, c, is_key);
		else if (is_key)
			on_special_key(t, c);
		else
			on_key(t, c);
	}
}

/* --- the loop --- */

static void on_signal(struct top *t, int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			ctl_top_screen_resize(t->screen);
		else
			t->is_over = true;
	}
}

static void fit(struct top *t)
{
	int n;

	if (t->question.rows != ctl_top_screen_rows(t->screen)) {
		t->question.rows = ctl_top_screen_rows(t->screen);
		t->question.page = 0;
	}
	if (t->turns && ctl_top_data_is_current(t->data))
		turn_page(t, t->turns);
	n = n_items(t);
	if (t->selected >= n && ctl_top_data_is_current(t->data))
		t->selected = n ? n - 1 : 0;
}

static void run(struct top *t, int signals)
{
	bool is_new = true;

	while (!t->is_over) {
		struct pollfd fds[] = { { STDIN_FILENO, POLLIN, 0 }, { signals, POLLIN, 0 } };
		int wait_ms;

		fit(t);
		wait_ms = ctl_top_data_ask(t->data, &t->question, clock_mono_ns());
		if (is_new)
			ctl_top_screen_draw(t->screen, t->data, &t->question, t->selected, t->is_typing);
		ctl_http_turn(t->s->http, fds, sizeof(fds) / sizeof(*fds), wait_ms);
		if (fds[1].revents)
			on_signal(t, signals);
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			t->is_over = true;
		if (fds[0].revents)
			read_keys(t);
		is_new = ctl_top_data_is_new(t->data) || fds[0].revents || fds[1].revents;
	}
}

/* Signals are read from a descriptor, so that none of them comes at a bad time. */
static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static enum ctl_exit take_terminal(struct top *t)
{
	int err, signals = signals_open();

	if (signals < 0)
		return ctl_complain(CTL_EXIT_UNREACHABLE, "%s", strerror(errno));
	err = ctl_top_screen_open(&t->screen, t->s);
	if (!err) {
		run(t, signals);
		ctl_top_screen_close(t->screen);
	}
	close(signals);
	if (err == -ENOTTY)
		return ctl_complain(CTL_EXIT_ARGUMENTS, "TERM: expected the name of this terminal, as xterm-256color");
	return err ? ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory") : CTL_EXIT_DONE;
}

enum ctl_exit ctl_top(struct ctl_session *s)
{
	struct top t = { .s = s, .question = { .mode = CTL_TOP_TARGETS } };
	enum ctl_exit code;

	t.question.sort = s->options->sort ? s->options->sort : sorts[0];
	if (s->options->n_arguments &&
	    !copy_name(t.question.search, sizeof(t.question.search), s->options->arguments[0]))
		return ctl_complain(CTL_EXIT_ARGUMENTS, "%.100s...: expected a shorter text", s->options->arguments[0]);
	if (!s->term.is_terminal || !isatty(STDIN_FILENO))
		return ctl_complain(CTL_EXIT_ARGUMENTS,
		                    "top needs a terminal; for programs: minipingctl targets --json");
	t.data = ctl_top_data_new(s);
	if (!t.data)
		return ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
	code = take_terminal(&t);
	ctl_top_data_free(t.data);
	return code;
}
