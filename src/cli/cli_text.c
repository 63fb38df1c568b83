/* cli_text.c - the lines, with colours where the terminal has them. */
#include "cli/cli_text.h"

#include "cli/cli_interim.h"
#include "cli/cli_label.h"
#include "cli/cli_note.h"
#include "cli/cli_seed.h"
#include "cli/cli_signals.h"
#include "cli/cli_table.h"
#include "base/clock.h"
#include "base/textwidth.h"
#include "core/not_sent.h"
#include "dns/host.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROGRESS_AFTER_NS NS_PER_S /* a run that is over by then needs none */
#define PROGRESS_EVERY_NS (200 * NS_PER_MS)
#define DRAW_EVERY_NS     (250 * NS_PER_MS)
#define LIVE_BUFFER       65536

#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define RED    "\033[31m"
#define PLAIN  "\033[0m"

static double ms(int64_t ns)
{
	return (double)ns / 1e6;
}

static bool is_terminal(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && (!term || strcmp(term, "dumb"));
}

/* --- the line above those of packets --- */

static void print_begin(struct cli_text *t, const char *host, const char *addr)
{
	char label[CLI_LABEL_LEN];

	printf("PING %s with %d bytes of data:\n", cli_label(label, host, addr), t->args->options.size);
	t->begun = true;
}

/* As soon as the address is known: at once, or with the first packet. */
static void begin_packets(struct cli_text *t)
{
	const struct cli_args *a = t->args;
	struct host h;

	t->begun = cli_args_several(a);
	for (size_t i = 0; a->format == CLI_SEED && i < a->hosts.n; i++) {
		cli_seed_begin(stdout, a->hosts.at[i], a->options.size);
		t->begun = true;
	}
	if (!t->begun && !host_address(&h, a->hosts.at[0]))
		print_begin(t, a->hosts.at[0], "");
}

/* --- the live table --- */

static void draw(struct cli_text *t, int64_t now_ns)
{
	struct winsize size = { 0 };

	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	cli_live_draw(&t->live, stdout, size.ws_col ? size.ws_col : 80, size.ws_row ? size.ws_row : 24, now_ns);
	(void)fflush(stdout); /* cli_text_packet sees what went wrong */
	t->drawn_ns = now_ns;
}

static void enter_live(struct cli_text *t)
{
	cli_signals_screen(CLI_LIVE_ENTER, CLI_LIVE_LEAVE);
	fputs(CLI_LIVE_ENTER, stdout);
	draw(t, clock_mono_ns());
}

static void leave_live(void)
{
	cli_signals_screen(NULL, NULL);
	fputs(CLI_LIVE_LEAVE, stdout);
	(void)fflush(stdout);
}

static void begin_live(struct cli_text *t)
{
	t->live = (struct cli_live){ .args = t->args,
		                     .tallies = &t->tallies,
		                     .colour = t->colour,
		                     .has_utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		                     .started_ns = t->started_ns };
	/* A screen goes out whole, not in pieces that show. */
	setvbuf(stdout, NULL, _IOFBF, LIVE_BUFFER);
	enter_live(t);
}

int cli_text_begin(struct cli_text *t, const struct cli_args *args)
{
	const char *no_colour = getenv("NO_COLOR"); /* no-color.org: set and not empty */
	bool listing = args->alive || args->unreachable, terminal = is_terminal(STDOUT_FILENO), watched;

	(void)setlocale(LC_CTYPE, ""); /* a locale that is not there: ASCII */
	*t = (struct cli_text){ .args = args, .started_ns = clock_mono_ns() };
	watched = terminal && args->format == CLI_TEXT && !args->quiet && !listing;
	t->packets = (args->show_rtts || (watched && !cli_args_several(args))) && !args->quiet && !listing &&
	             cli_args_text(args);
	t->is_live = watched && !t->packets && !args->options.count;
	t->progress = !args->quiet && is_terminal(STDERR_FILENO) && !(t->packets && terminal) && !t->is_live;
	t->colour = terminal && !(no_colour && *no_colour);
	if (cli_tallies_open(&t->tallies, args->hosts.n, t->is_live))
		return -ENOMEM;
	if (t->is_live)
		begin_live(t);
	if (t->packets || args->alive)
		setvbuf(stdout, NULL, _IOLBF, 0); /* a reader gets each line as it comes */
	if (t->packets)
		begin_packets(t);
	return 0;
}

/* --- packets --- */

static void print_reply(const struct cli_text *t, const struct miniping_packet *p, bool is_duplicate)
{
	char label[CLI_LABEL_LEN];
	bool named = !cli_args_several(t->args) && !strcmp(p->reply_from, p->addr);

	printf("%" PRIu32 " bytes from %s: seq=%" PRIu32, p->size,
	       named ? cli_label(label, p->host, p->addr) : p->reply_from, p->seq);
	if (p->ttl >= 0)
		printf(" ttl=%d", p->ttl);
	printf(" time=%.3f ms%s\n", ms(p->rtt_ns), is_duplicate ? " (duplicate)" : "");
}

static void print_packet(const struct cli_text *t, const struct miniping_packet *p, bool is_duplicate)
{
	struct clock_pair now;

	if (t->args->timestamps) {
		now = clock_pair_now();
		printf("[%" PRId64 ".%06" PRId64 "] ", now.real_ns / NS_PER_S, now.real_ns % NS_PER_S / NS_PER_US);
	}
	if (cli_args_several(t->args))
		printf("%s: ", p->host);
	if (t->args->format == CLI_TEXT && p->outcome == MINIPING_REPLY)
		print_reply(t, p, is_duplicate);
	else
		cli_seed_packet(stdout, p);
}

/* --- progress --- */

static void print_progress(struct cli_text *t, const struct miniping_packet *p)
{
	const struct cli_args *a = t->args;
	int64_t now = clock_mono_ns();
	const struct cli_tally *all = &t->tallies.all;
	double loss = cli_tally_loss(all);
	char line[512], of[64] = "", latest[64] = "";
	struct winsize size;

	if (now - t->started_ns < PROGRESS_AFTER_NS || now - t->progress_ns < PROGRESS_EVERY_NS)
		return;
	t->progress_ns = now;
	t->progress_shown = true;
	if (a->options.count)
		snprintf(of, sizeof(of), " of %" PRIu64, (uint64_t)a->options.count * a->hosts.n);
	if (p->received)
		snprintf(latest, sizeof(latest), ", latest %.3f ms", ms(p->rtt_ns));
	if (a->hosts.n > 1)
		snprintf(line, sizeof(line), "%zu hosts", a->hosts.n);
	else
		cli_label(line, p->host, "");
	snprintf(line + strlen(line), sizeof(line) - strlen(line),
	         ": %" PRIu64 "%s packets, %" PRIu64 " received, loss=%.1f%%%s",
	         all->n_received + all->n_lost + all->n_unknown + all->n_not_sent, of, all->n_received,
	         loss < 0 ? 0.0 : loss, latest);
	/* The last column stays free: at it some terminals wrap. */
	textwidth_cut(line, !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col - 1 : 79, "~");
	fprintf(stderr, "\r%s\033[K", line);
}

static void hide_progress(struct cli_text *t)
{
	if (t->progress_shown)
		fputs("\r\033[K", stderr);
	t->progress_shown = false;
}

static void print_alive(struct cli_text *t, const struct miniping_packet *p)
{
	hide_progress(t); /* it may be the same terminal */
	if (t->args->elapsed)
		printf("%s (%.3f ms)\n", p->host, ms(p->rtt_ns));
	else
		puts(p->host);
}

static void print_interim(struct cli_text *t)
{
	hide_progress(t);
	if (t->is_live)
		leave_live();
	cli_interim_print(stderr, t->args, &t->tallies);
	if (t->is_live)
		enter_live(t);
}

static void obey_signals(struct cli_text *t)
{
	if (cli_signals_asked())
		print_interim(t);
	if (cli_signals_resized() && t->is_live)
		draw(t, clock_mono_ns());
}

static void print_new(struct cli_text *t, const struct miniping_packet *p)
{
	int64_t now_ns = clock_mono_ns();

	if (t->packets && !t->begun)
		print_begin(t, p->host, p->addr);
	if (t->packets)
		print_packet(t, p, false);
	if (t->args->alive && p->received)
		print_alive(t, p);
	obey_signals(t);
	if (t->progress)
		print_progress(t, p);
	if (t->is_live && now_ns - t->drawn_ns >= DRAW_EVERY_NS)
		draw(t, now_ns);
}

/* errno is that of what has been written since it was 0. */
static int written(struct cli_text *t)
{
	if (!t->write_error && ferror(stdout))
		t->write_error = errno ? -errno : -EIO;
	return t->write_error;
}

int cli_text_packet(struct cli_text *t, const struct miniping_packet *p)
{
	int err = cli_tallies_packet(&t->tallies, p);

	if (!t->write_error)
		t->write_error = err;
	errno = 0;
	print_new(t, p);
	return written(t);
}

int cli_text_answer(struct cli_text *t, const struct miniping_packet *p, bool is_duplicate)
{
	errno = 0;
	if (t->packets)
		print_packet(t, p, is_duplicate);
	return written(t);
}

int cli_text_signal(struct cli_text *t)
{
	errno = 0;
	obey_signals(t);
	return written(t);
}

void cli_text_end(struct cli_text *t)
{
	hide_progress(t);
	if (t->is_live)
		leave_live();
	t->is_live = false;
}

void cli_text_free(struct cli_text *t)
{
	cli_tallies_close(&t->tallies);
}

/* --- results --- */

static const char *colour_of(const struct cli_text *t, const struct miniping_result *r)
{
	if (!t->colour || r->loss < 0)
		return "";
	return r->loss <= 0 ? GREEN : r->received ? YELLOW : RED;
}

static void print_loss(const struct cli_text *t, const struct miniping_result *r)
{
	const char *colour = colour_of(t, r);

	printf("  %sPackets: sent=%" PRIu64 ", received=%" PRIu64 ", loss=", colour, r->sent, r->received);
	if (r->loss < 0)
		printf("n/a");
	else
		printf("%.1f%%", r->loss);
	printf("%s\n", *colour ? PLAIN : "");
}

static void print_oddities(const struct miniping_result *r)
{
	char text[CLI_NOTE_LEN];

	if (!*cli_note_oddities(text, r))
		return;
	printf("  Also: %s", text);
	if (r->send_errors)
		printf(" (not sent: %s)", not_sent_text(r->error.sys_errno));
	putchar('\n');
}

static void print_summary(const struct cli_text *t, const struct miniping_result *r)
{
	char label[CLI_LABEL_LEN];

	printf("%sPing statistics for %s:\n", t->packets ? "\n" : "", cli_label(label, r->host, r->addr));
	print_loss(t, r);
	if (r->received) {
		printf("  RTT min/avg/median/p95/max/jitter: %.3f/%.3f/%.3f/%.3f/%.3f/%.3f ms\n", ms(r->min_ns),
		       ms(r->mean_ns), ms(r->median_ns), ms(r->p95_ns), ms(r->max_ns), ms(r->jitter_ns));
		if (r->ttl >= 0)
			printf("  TTL: %d, hops: %d, OS guess: %s\n", r->ttl, r->hops, r->os_guess);
	} else {
		printf("  No replies received.\n");
	}
	print_oddities(r);
}

static void print_seed(const struct cli_text *t, const struct miniping_result *r)
{
	const char *colour = colour_of(t, r);

	if (r->error.status != MINIPING_E_RESOLVE)
		cli_seed_summary(stdout, r, colour, *colour ? PLAIN : "");
}

void cli_text_results(const struct cli_text *t, const struct miniping_result *results,
                      const struct cli_answers *answers)
{
	const struct cli_args *a = t->args;

	for (size_t i = 0; a->format == CLI_SEED && i < a->hosts.n; i++)
		print_seed(t, &results[i]);
	if (a->format == CLI_SEED)
		return;
	if (t->packets && cli_args_several(a))
		putchar('\n');
	if (cli_args_several(a))
		cli_table_print(stdout, a, results, t->colour);
	else if (results[0].error.status != MINIPING_E_RESOLVE)
		print_summary(t, &results[0]);
	cli_answers_print(stdout, answers, a);
}
