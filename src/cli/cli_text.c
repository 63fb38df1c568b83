/* cli_text.c - the lines, with colours where the terminal has them. */
#include "cli/cli_text.h"

#include "cli/cli_label.h"
#include "cli/cli_note.h"
#include "cli/cli_seed.h"
#include "cli/cli_table.h"
#include "base/clock.h"
#include "base/textwidth.h"
#include "core/not_sent.h"
#include "dns/host.h"

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROGRESS_AFTER_NS NS_PER_S /* a run that is over by then needs none */
#define PROGRESS_EVERY_NS (200 * NS_PER_MS)

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

void cli_text_begin(struct cli_text *t, const struct cli_args *args)
{
	const char *no_colour = getenv("NO_COLOR"); /* no-color.org: set and not empty */
	bool listing = args->alive || args->unreachable, terminal = is_terminal(STDOUT_FILENO);
	bool watched = terminal && args->format == CLI_TEXT && !cli_args_several(args);

	(void)setlocale(LC_CTYPE, ""); /* a locale that is not there: ASCII */
	*t = (struct cli_text){ .args = args, .started_ns = clock_mono_ns() };
	t->packets = (args->show_rtts || watched) && !args->quiet && !listing && cli_args_text(args);
	t->progress = !args->quiet && is_terminal(STDERR_FILENO) && !(t->packets && terminal);
	t->colour = terminal && !(no_colour && *no_colour);
	if (!t->packets && !args->alive)
		return;
	setvbuf(stdout, NULL, _IOLBF, 0); /* a reader gets each line as it comes */
	if (t->packets)
		begin_packets(t);
}

/* --- packets --- */

static void print_reply(const struct cli_text *t, const struct miniping_packet *p)
{
	char label[CLI_LABEL_LEN];
	bool named = !cli_args_several(t->args) && !strcmp(p->reply_from, p->addr);

	printf("%" PRIu32 " bytes from %s: seq=%" PRIu32, p->size,
	       named ? cli_label(label, p->host, p->addr) : p->reply_from, p->seq);
	if (p->ttl >= 0)
		printf(" ttl=%d", p->ttl);
	printf(" time=%.3f ms\n", ms(p->rtt_ns));
}

static void print_packet(const struct cli_text *t, const struct miniping_packet *p)
{
	struct clock_pair now;

	if (t->args->timestamps) {
		now = clock_pair_now();
		printf("[%" PRId64 ".%06" PRId64 "] ", now.real_ns / NS_PER_S, now.real_ns % NS_PER_S / NS_PER_US);
	}
	if (cli_args_several(t->args))
		printf("%s: ", p->host);
	if (t->args->format == CLI_TEXT && p->outcome == MINIPING_REPLY)
		print_reply(t, p);
	else
		cli_seed_packet(stdout, p);
}

/* --- progress --- */

static void print_progress(struct cli_text *t, const struct miniping_packet *p)
{
	const struct cli_args *a = t->args;
	int64_t now = clock_mono_ns();
	uint64_t n_answerable = t->n_received + t->n_lost;
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
	         ": %" PRIu64 "%s packets, %" PRIu64 " received, loss=%.1f%%%s", t->n_ended, of, t->n_received,
	         n_answerable ? 100.0 * (double)t->n_lost / (double)n_answerable : 0.0, latest);
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
	puts(p->host);
}

int cli_text_packet(struct cli_text *t, const struct miniping_packet *p)
{
	t->n_ended++;
	t->n_received += (uint64_t)p->received;
	t->n_lost += p->outcome != MINIPING_REPLY && p->outcome < MINIPING_UNKNOWN;
	errno = 0;
	if (t->packets && !t->begun)
		print_begin(t, p->host, p->addr);
	if (t->packets)
		print_packet(t, p);
	if (t->args->alive && p->received)
		print_alive(t, p);
	if (!t->write_error && ferror(stdout))
		t->write_error = errno ? -errno : -EIO;
	if (t->progress)
		print_progress(t, p);
	return t->write_error;
}

void cli_text_end(struct cli_text *t)
{
	hide_progress(t);
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

void cli_text_results(const struct cli_text *t, const struct miniping_result *results)
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
}
