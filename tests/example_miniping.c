/* What a user of libminiping may write: built against an installed tree, by tests/install.sh. */
#include <inttypes.h>
#include <miniping.h>
#include <stdio.h>

static int on_packet(void *data, const struct miniping_packet *p)
{
	int *n = data;

	printf("%s seq=%" PRIu32 " %s from %s: %" PRId64 " ns, ttl %d\n", p->host, p->seq,
	       miniping_outcome_name(p->outcome), p->reply_from ? p->reply_from : "nobody", p->rtt_ns, p->ttl);
	++*n;
	return 0;
}

int main(int argc, char **argv)
{
	struct miniping_options options = MINIPING_OPTIONS_DEFAULT;
	struct miniping_result result;
	char text[256];
	int n = 0, failed;

	options.count = 3;
	options.interval_ns = 10 * 1000000;
	options.on_packet = on_packet;
	options.data = &n;
	if (miniping_host(argc > 1 ? argv[1] : "127.0.0.1", &options, &result))
		puts(miniping_strerror(&result.error, text, sizeof(text)));
	else
		printf("%s: sent=%" PRIu64 " received=%" PRIu64 " median=%" PRId64 " ns hops=%d\n", result.host,
		       result.sent, result.received, result.median_ns, result.hops);
	failed = result.received != 3 || n != 3;
	miniping_result_fini(&result);
	return failed;
}
