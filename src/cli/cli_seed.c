/* cli_seed.c - seconds with four decimals, and nothing that pyminiping does not count. */
#include "cli/cli_seed.h"

#include "core/not_sent.h"

#include <inttypes.h>

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

void cli_seed_begin(FILE *to, const char *host, int size)
{
	fprintf(to, "PING %s with %d bytes of data:\n", host, size);
}

void cli_seed_packet(FILE *to, const struct miniping_packet *p)
{
	switch (p->outcome) {
	case MINIPING_REPLY:
		fprintf(to, "%" PRIu32 " bytes from %s: seq=%" PRIu32, p->size, p->reply_from, p->seq);
		if (p->ttl >= 0)
			fprintf(to, " ttl=%d", p->ttl);
		fprintf(to, " time=%.4f sec\n", seconds(p->rtt_ns));
		break;
	case MINIPING_TIMEOUT:
		fprintf(to, "Request timeout for seq %" PRIu32 "\n", p->seq);
		break;
	case MINIPING_UNREACHABLE:
	case MINIPING_TTL_EXCEEDED:
	case MINIPING_TOO_BIG:
		if (p->icmp_text)
			fprintf(to, "From %s: seq=%" PRIu32 " %s\n", p->reply_from, p->seq, p->icmp_text);
		else
			fprintf(to, "Cannot send seq %" PRIu32 ": no link takes so much at once\n", p->seq);
		break;
	case MINIPING_UNKNOWN:
		fprintf(to, "Outcome unknown for seq %" PRIu32 ": local fault\n", p->seq);
		break;
	case MINIPING_SEND_ERROR:
		fprintf(to, "Cannot send seq %" PRIu32 ": %s\n", p->seq, not_sent_text(p->sys_errno));
		break;
	}
}

void cli_seed_summary(FILE *to, const struct miniping_result *r, const char *colour, const char *plain)
{
	fprintf(to, "\nPing statistics for %s:\n", r->host);
	fprintf(to, "  %sPackets: sent=%" PRIu64 ", received=%" PRIu64 ", loss=", colour, r->sent, r->received);
	if (r->loss < 0)
		fprintf(to, "n/a%s\n", plain);
	else
		fprintf(to, "%.1f%%%s\n", r->loss, plain);
	if (!r->received) {
		fprintf(to, "  No replies received.\n");
		return;
	}
	fprintf(to, "  RTT min/avg/max/median/jitter: %.4f/%.4f/%.4f/%.4f/%.4f sec\n", seconds(r->min_ns),
	        seconds(r->mean_ns), seconds(r->max_ns), seconds(r->median_ns), seconds(r->jitter_ns));
	fprintf(to, "  p95: %.4f sec\n", seconds(r->p95_ns));
	if (r->ttl >= 0)
		fprintf(to, "  TTL: %d, hops: %d, OS guess: %s\n", r->ttl, r->hops, r->os_guess);
}
