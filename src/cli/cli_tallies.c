/* cli_tallies.c - a ring for each host's window, all in one piece. */
#include "cli/cli_tallies.h"

#include "core/window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_NS 100

int cli_tallies_open(struct cli_tallies *t, size_t n, bool with_windows)
{
	*t = (struct cli_tallies){ .at = calloc(n, sizeof(*t->at)), .n = n };
	if (with_windows)
		t->windows = calloc(n, CLI_TALLIES_WINDOW * sizeof(*t->windows));
	if (t->at && (t->windows || !with_windows))
		return 0;
	cli_tallies_close(t);
	return -ENOMEM;
}

void cli_tallies_close(struct cli_tallies *t)
{
	for (size_t i = 0; t->at && i < t->n; i++)
		free(t->at[i].addr);
	free(t->at);
	free(t->windows);
	*t = (struct cli_tallies){ 0 };
}

static void count(struct cli_tally *t, const struct miniping_packet *p)
{
	switch (p->outcome) {
	case MINIPING_REPLY:
		if (!t->n_received || p->rtt_ns < t->min_ns)
			t->min_ns = p->rtt_ns;
		if (!t->n_received || p->rtt_ns > t->max_ns)
			t->max_ns = p->rtt_ns;
		t->sum_ns += (double)p->rtt_ns;
		t->last_ns = p->rtt_ns;
		t->n_received++;
		break;
	case MINIPING_UNKNOWN:
		t->n_unknown++;
		break;
	case MINIPING_SEND_ERROR:
		t->n_not_sent++;
		break;
	default:
		t->n_lost++;
	}
}

static uint32_t code_of(const struct miniping_packet *p)
{
	switch (p->outcome) {
	case MINIPING_REPLY:
		return (uint32_t)(p->rtt_ns / UNIT_NS);
	case MINIPING_UNKNOWN:
		return CLI_TALLIES_UNKNOWN;
	case MINIPING_SEND_ERROR:
		return CLI_TALLIES_NOT_SENT;
	default:
		return CLI_TALLIES_LOST;
	}
}

static void push(struct cli_tally *t, uint32_t *window, uint32_t code)
{
	if (t->n_window == CLI_TALLIES_WINDOW)
		t->n_window_lost -= window[t->window_at] == CLI_TALLIES_LOST;
	else
		t->n_window++;
	window[t->window_at] = code;
	t->window_at = (t->window_at + 1) % CLI_TALLIES_WINDOW;
	t->n_window_lost += code == CLI_TALLIES_LOST;
}

int cli_tallies_packet(struct cli_tallies *t, const struct miniping_packet *p)
{
	struct cli_tally *host = &t->at[p->host_index];

	if (!host->addr && !(host->addr = strdup(p->addr)))
		return -ENOMEM;
	count(host, p);
	count(&t->all, p);
	if (t->windows)
		push(host, t->windows + p->host_index * CLI_TALLIES_WINDOW, code_of(p));
	return 0;
}

static double loss(uint64_t n_lost, uint64_t n_received)
{
	return n_lost + n_received ? 100.0 * (double)n_lost / (double)(n_lost + n_received) : -1;
}

struct cli_tallies_window cli_tallies_window(const struct cli_tallies *t, size_t i)
{
	uint32_t latest[CLI_TALLIES_WINDOW];
	int64_t rtts_ns[CLI_TALLIES_WINDOW];
	unsigned n = cli_tallies_latest(t, i, latest, CLI_TALLIES_WINDOW), n_received = 0;
	struct window_view v;

	for (unsigned k = 0; k < n; k++)
		if (latest[k] < CLI_TALLIES_NOT_SENT)
			rtts_ns[n_received++] = (int64_t)latest[k] * UNIT_NS;
	window_figures(&v, rtts_ns, n_received);
	return (struct cli_tallies_window){
		.min_ns = v.rtt_min_ns,
		.median_ns = v.rtt_median_ns,
		.p95_ns = v.rtt_p95_ns,
		.max_ns = v.rtt_max_ns,
		.loss = loss(t->at[i].n_window_lost, n_received),
	};
}

unsigned cli_tallies_latest(const struct cli_tallies *t, size_t i, uint32_t *out, unsigned n)
{
	const struct cli_tally *host = &t->at[i];
	const uint32_t *window;

	if (!t->windows)
		return 0;
	window = t->windows + i * CLI_TALLIES_WINDOW;
	if (n > host->n_window)
		n = host->n_window;
	for (unsigned k = 0; k < n; k++)
		out[k] = window[(host->window_at + CLI_TALLIES_WINDOW - n + k) % CLI_TALLIES_WINDOW];
	return n;
}

double cli_tally_loss(const struct cli_tally *t)
{
	return loss(t->n_lost, t->n_received);
}
