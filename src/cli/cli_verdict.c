/* cli_verdict.c - judges results one by one, and counts. */
#include "cli/cli_verdict.h"

#include "cli/cli_signals.h"
#include "core/netcheck.h"
#include "core/netif.h"
#include "core/not_sent.h"
#include "dns/host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ERRNO_MAX 256 /* Linux has none above 133 */
#define NAMED_MAX 3u

bool cli_verdict_finished(const struct miniping_result *r, const struct miniping_options *o)
{
	if (!o->count) /* any number is the end, but none */
		return r->sent + r->send_errors > 0;
	return (o->until_reply && r->received) || r->sent + r->send_errors >= (uint64_t)o->count;
}

enum cli_verdict cli_verdict(const struct miniping_result *r, const struct miniping_options *o)
{
	if (r->error.status == MINIPING_E_RESOLVE)
		return CLI_UNRESOLVED;
	if (r->received)
		return CLI_ANSWERED;
	if (!cli_verdict_finished(r, o))
		return CLI_UNFINISHED;
	if (r->lost)
		return CLI_SILENT;
	return r->send_errors && !r->sent ? CLI_NOT_SENT : CLI_UNFINISHED;
}

bool cli_verdict_wants_broadcast(const struct cli_args *a, const struct miniping_result *r)
{
	struct addr to, source = { .family = AF_UNSPEC };
	struct host h;

	if (a->more.broadcast)
		return false;
	if (r->error.status == MINIPING_E_RESOLVE)
		return !host_address(&h, r->host) && addr_is_many(&h.addr);
	if (a->options.source)
		addr_parse(&source, a->options.source);
	return r->send_errors && r->error.sys_errno == EACCES && !addr_parse(&to, r->addr) &&
	       netcheck_is_broadcast(&to, &source, a->options.interface ? netif_find(a->options.interface) : 0);
}

enum cli_exit cli_verdict_exit(const struct cli_args *a, const struct miniping_result *results, bool interrupted)
{
	uint64_t n[CLI_UNRESOLVED + 1] = { 0 }, n_unfinished = 0;

	for (size_t i = 0; i < a->hosts.n; i++) {
		enum cli_verdict v = cli_verdict(&results[i], &a->options);

		n[v]++;
		n_unfinished += v != CLI_UNRESOLVED && !cli_verdict_finished(&results[i], &a->options);
	}
	if (a->enough && n[CLI_ANSWERED] >= (uint64_t)a->enough)
		return CLI_EXIT_ANSWERED;
	if (interrupted && n_unfinished)
		return CLI_EXIT_INTERRUPTED;
	if (n[CLI_NOT_SENT])
		return CLI_EXIT_SYSTEM;
	if (n[CLI_UNRESOLVED])
		return CLI_EXIT_UNRESOLVED;
	if (a->enough || (n_unfinished && !interrupted)) /* too few, or the deadline came first: as ping(8) has it */
		return CLI_EXIT_UNANSWERED;
	return n[CLI_ANSWERED] < a->hosts.n ? CLI_EXIT_UNANSWERED : CLI_EXIT_ANSWERED;
}

static void print_number(uint64_t n, const char *what)
{
	fprintf(stderr, "%" PRIu64 " %s%s", n, what, n == 1 ? "" : "s");
}

/* Of the hosts with the first one's error, from that on; a broadcast address is another matter than a forbidden route.
 */
static void explain_not_sent(const struct cli_args *a, const struct miniping_result *results, size_t first, bool wants)
{
	int sys_errno = results[first].error.sys_errno;
	const char *named[NAMED_MAX];
	uint64_t n_packets = 0;
	size_t n_hosts = 0;

	for (size_t i = first; i < a->hosts.n; i++) {
		if (!results[i].send_errors || results[i].error.sys_errno != sys_errno ||
		    cli_verdict_wants_broadcast(a, &results[i]) != wants)
			continue;
		if (n_hosts < NAMED_MAX)
			named[n_hosts] = results[i].host;
		n_hosts++;
		n_packets += results[i].send_errors;
	}
	fprintf(stderr, "miniping: ");
	print_number(n_packets, "packet");
	fprintf(stderr, " to ");
	print_number(n_hosts, "host");
	fprintf(stderr, " could not be sent: %s (", wants ? CLI_VERDICT_BROADCAST : not_sent_text(sys_errno));
	for (size_t i = 0; i < n_hosts && i < NAMED_MAX; i++)
		fprintf(stderr, "%s%s", i ? ", " : "", named[i]);
	fprintf(stderr, "%s)\n", n_hosts > NAMED_MAX ? ", ..." : "");
}

void cli_verdict_explain(const struct cli_args *a, const struct miniping_result *results, bool interrupted)
{
	bool printed[ERRNO_MAX][2] = { { false } };
	uint64_t n_unfinished = 0, n_answered = 0;

	for (size_t i = 0; i < a->hosts.n; i++) {
		const struct miniping_result *r = &results[i];
		int sys_errno = r->error.sys_errno;
		bool wants;

		n_answered += r->received > 0;
		if (r->error.status != MINIPING_E_RESOLVE && !cli_verdict_finished(r, &a->options))
			n_unfinished++;
		if (!r->send_errors || sys_errno < 0 || sys_errno >= ERRNO_MAX)
			continue;
		wants = cli_verdict_wants_broadcast(a, r);
		if (printed[sys_errno][wants])
			continue;
		printed[sys_errno][wants] = true;
		explain_not_sent(a, results, i, wants);
	}
	if (n_answered < (uint64_t)a->enough)
		fprintf(stderr, "miniping: too few hosts answered: %" PRIu64 " of %" PRId64 "\n", n_answered,
		        a->enough);
	if (!n_unfinished || (!interrupted && !cli_signals_late()))
		return;
	fprintf(stderr, "miniping: %s: ", interrupted ? "interrupted" : "deadline");
	print_number(n_unfinished, "host");
	fprintf(stderr, " of %zu not probed to the end\n", a->hosts.n);
}
