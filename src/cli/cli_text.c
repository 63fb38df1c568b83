/* cli_text.c - the lines, with colours where the terminal has them. */
#include "cli/cli_text.h"

#include "base/clock.h"
#include "core/not_sent.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_AFTER_NS NS_PER_S /* a run that is over by then needs none */
#define PROGRESS_EVERY_NS (200 * NS_PER_MS)

#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define RED    "\033[31m"
#define PLAIN  "\033[0m"

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

static bool is_terminal(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && (!term || strcmp(term, "dumb"));
}

void cli_text_begin(struct cli_text *t, const struct cli_args *args)
{
	const char *no_colour = getenv("NO_COLOR"); /* no-color.org: set and not empty */
	bool listing = args->alive || args->unreachable, terminal = is_terminal(STDOUT_FILENO);

	*t = (struct cli_text){ .args = args, .started_ns = clock_mono_ns() };
	t->packets = args->show_rtts && !args->quiet && !listing && args->format == CLI_TEXT;
	t->progress = !args->quiet && is_terminal(STDERR_FILENO) && !(t->packets && terminal);
	t->colour = terminal && !(no_colour && *no_colour);
	for (size_t i = 0; t->packets && i < args->hosts.n; i++)
		printf("PING %s with %d bytes of data:\n", args->hosts.at[i], args->options.size);
}

static void print_packet(const struct cli_text *t, const struct miniping_packet *p)
{
	struct clock_pair now = clock_pair_now();

	if (t->args->timestamps)
		printf("[%" PRId64 ".%06" PRId64 "] ", now.real_ns / NS_PER_S, now.real_ns % NS_PER_S / NS_PER_US);
	if (cli_args_several(t->args))
		printf("%s: ", p->host);
	switch (p->outcome) {
	case MINIPING_REPLY:
		printf("%" PRIu32 " bytes from %s: seq=%" PRIu32, p->size, p->reply_from, p->seq);
		if (p->ttl >= 0)
			printf(" ttl=%d", p->ttl);
		printf(" time=%.4f sec\n", seconds(p->rtt_ns));
		break;
	case MINIPING_TIMEOUT:
		printf("Request timeout for seq %" PRIu32 "\n", p->seq);
		break;
	case MINIPING_UNREACHABLE:
	case MINIPING_TTL_EXCEEDED:
	case MINIPING_TOO_BIG:
		printf("From %s: seq=%" PRIu32 " %s\n", p->reply_from, p->seq, p->icmp_text);
		break;
	case MINIPING_UNKNOWN:
		printf("Outcome unknown for seq %" PRIu32 ": local fault\n", p->seq);
		break;
	case MINIPING_SEND_ERROR:
		printf("Cannot send seq %" PRIu32 ": %s\n", p->seq, not_sent_text(p->sys_errno));
		break;
	}
}

static void print_progress(struct cli_text *t, const struct miniping_packet *p)
{
	const struct cli_args *a = t->args;
	int64_t now = clock_mono_ns();
	uint64_t n_answerable = t->n_received + t->n_lost;

	if (now - t->started_ns < PROGRESS_AFTER_NS || now - t->progress_ns < PROGRESS_EVERY_NS)
		return;
	t->progress_ns = now;
	t->progress_shown = true;
	if (a->hosts.n > 1)
		fprintf(stderr, "\r%zu hosts: ", a->hosts.n);
	else
		fprintf(stderr, "\r%s: ", p->host);
	fprintf(stderr, "%" PRIu64, t->n_ended);
	if (a->options.count)
		fprintf(stderr, " of %" PRIu64, (uint64_t)a->options.count * a->hosts.n);
	fprintf(stderr, " packets, %" PRIu64 " received, loss=%.1f%%", t->n_received,
	        n_answerable ? 100.0 * (double)t->n_lost / (double)n_answerable : 0.0);
	if (p->received)
		fprintf(stderr, ", latest %.4f sec", seconds(p->rtt_ns));
	fputs("\033[K", stderr);
}

void cli_text_packet(struct cli_text *t, const struct miniping_packet *p)
{
	t->n_ended++;
	t->n_received += (uint64_t)p->received;
	t->n_lost += p->outcome != MINIPING_REPLY && p->outcome < MINIPING_UNKNOWN;
	if (t->packets)
		print_packet(t, p);
	if (t->progress)
		print_progress(t, p);
}

void cli_text_end(struct cli_text *t)
{
	if (t->progress_shown)
		fputs("\r\033[K", stderr);
	t->progress_shown = false;
}

static void print_loss(const struct cli_text *t, const struct miniping_result *r)
{
	const char *colour = r->loss <= 0 ? GREEN : r->received ? YELLOW : RED;

	if (!t->colour || r->loss < 0)
		colour = "";
	printf("  %sPackets: sent=%" PRIu64 ", received=%" PRIu64 ", loss=", colour, r->sent, r->received);
	if (r->loss < 0)
		printf("n/a");
	else
		printf("%.1f%%", r->loss);
	printf("%s\n", *colour ? PLAIN : "");
}

/* Only those that there are. */
static void print_oddities(const struct miniping_result *r)
{
	const struct {
		const char *name;
		uint64_t n;
	} counts[] = {
		{ "duplicates", r->duplicates }, { "late", r->late },       { "errors", r->errors },
		{ "not sent", r->send_errors },  { "unknown", r->unknown }, { "truncated", r->truncated },
		{ "corrupt", r->corrupt },       { "foreign", r->foreign },
	};
	const char *before = "  Also: ";

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (!counts[i].n)
			continue;
		printf("%s%s=%" PRIu64, before, counts[i].name, counts[i].n);
		before = ", ";
	}
	if (*before != ',')
		return;
	if (r->send_errors)
		printf(" (not sent: %s)", not_sent_text(r->error.sys_errno));
	putchar('\n');
}

void cli_text_summary(const struct cli_text *t, const struct miniping_result *r)
{
	printf("\nPing statistics for %s:\n", r->host);
	print_loss(t, r);
	if (r->received) {
		printf("  RTT min/avg/max/median/jitter: %.4f/%.4f/%.4f/%.4f/%.4f sec\n", seconds(r->min_ns),
		       seconds(r->mean_ns), seconds(r->max_ns), seconds(r->median_ns), seconds(r->jitter_ns));
		printf("  p95: %.4f sec\n", seconds(r->p95_ns));
		if (r->ttl >= 0)
			printf("  TTL: %d, hops: %d, OS guess: %s\n", r->ttl, r->hops, r->os_guess);
	} else {
		printf("  No replies received.\n");
	}
	print_oddities(r);
}
