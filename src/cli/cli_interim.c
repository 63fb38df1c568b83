/* cli_interim.c - figures since the start, as the summary will have them. */
#include "cli/cli_interim.h"

#include "cli/cli_label.h"

#include <inttypes.h>

static void print_line(FILE *to, const char *label, const struct cli_tally *t)
{
	double loss = cli_tally_loss(t);

	fprintf(to, "%s: sent=%" PRIu64 ", received=%" PRIu64, label, t->n_received + t->n_lost + t->n_unknown,
	        t->n_received);
	if (loss >= 0)
		fprintf(to, ", loss=%.1f%%", loss);
	if (t->n_not_sent)
		fprintf(to, ", not sent=%" PRIu64, t->n_not_sent);
	if (t->n_received)
		fprintf(to, ", RTT min/avg/max/latest: %.3f/%.3f/%.3f/%.3f ms", (double)t->min_ns / 1e6,
		        t->sum_ns / (double)t->n_received / 1e6, (double)t->max_ns / 1e6, (double)t->last_ns / 1e6);
	fputc('\n', to);
}

void cli_interim_print(FILE *to, const struct cli_args *a, const struct cli_tallies *t)
{
	char label[CLI_LABEL_LEN];

	for (size_t i = 0; !a->alive && !a->unreachable && i < t->n; i++)
		print_line(to, cli_label(label, a->hosts.at[i], t->at[i].addr ? t->at[i].addr : ""), &t->at[i]);
	if (!cli_args_several(a))
		return;
	snprintf(label, sizeof(label), "%zu host%s", t->n, t->n == 1 ? "" : "s");
	print_line(to, label, &t->all);
}
