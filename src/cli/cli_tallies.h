/* cli_tallies.h - the figures of each host while the run goes on: since its start, and over the latest packets. */
#ifndef MINIPING_CLI_TALLIES_H
#define MINIPING_CLI_TALLIES_H
#include "lib/miniping.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLI_TALLIES_WINDOW 100u /* packets; that many columns of a sparkline */

/* Of a packet in a window: its RTT in units of 100 ns, or why there is none. */
#define CLI_TALLIES_LOST     UINT32_MAX
#define CLI_TALLIES_UNKNOWN  (UINT32_MAX - 1)
#define CLI_TALLIES_NOT_SENT (UINT32_MAX - 2)

struct cli_tally {  /* of one host, since the start */
	char *addr; /* NULL: not known yet */
	uint64_t n_received, n_lost, n_unknown, n_not_sent;
	int64_t min_ns, max_ns, last_ns; /* last: of the latest reply */
	double sum_ns;
	unsigned n_window, n_window_lost, window_at; /* at: where the next one goes */
};

struct cli_tallies {
	struct cli_tally *at;
	size_t n;
	uint32_t *windows; /* of CLI_TALLIES_WINDOW each; NULL: none are kept */
	struct cli_tally all;
};

struct cli_tallies_window { /* figures of a host's window; -1: no reply in it */
	int64_t min_ns, median_ns, p95_ns, max_ns;
	double loss; /* percent of those received and lost; -1: neither */
};

/* cli_tallies_open - for n hosts. 0 or -ENOMEM. Some 90 bytes a host, and 400 for its window. */
int cli_tallies_open(struct cli_tallies *t, size_t n, bool with_windows);
void cli_tallies_close(struct cli_tallies *t); /* all zero allowed */

/* cli_tallies_packet - one packet has ended. 0 or -ENOMEM. */
int cli_tallies_packet(struct cli_tallies *t, const struct miniping_packet *p);

/* cli_tallies_window - of host i. Where no windows are kept, all -1. */
struct cli_tallies_window cli_tallies_window(const struct cli_tallies *t, size_t i);

/* cli_tallies_latest - copies the latest packets of host i, at most n, the latest last. Returns how many. */
unsigned cli_tallies_latest(const struct cli_tallies *t, size_t i, uint32_t *out, unsigned n);

/* cli_tally_loss - percent since the start, as in struct cli_tallies_window. */
double cli_tally_loss(const struct cli_tally *t);
#endif
