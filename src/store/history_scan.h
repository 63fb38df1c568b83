/* history_scan.h - all rows of a time, in the order in which they stand in the file: first what they come to for each
 * series, then the rows of some of them. */
#ifndef MINIPING_HISTORY_SCAN_H
#define MINIPING_HISTORY_SCAN_H
#include "store/history_reader_private.h"

#define HISTORY_TIMES_FROM 5000u
#define HISTORY_TIMES      256u

struct history_times { /* of RTT codes from HISTORY_TIMES_FROM on, as factors */
	double high[HISTORY_TIMES], low[HISTORY_TIMES];
};

struct history_tally { /* of a series */
	uint64_t n_sent, n_lost, n_replies;
	double sum; /* of what a row's median or jitter is, times its replies */
};

struct history_candidate {
	uint32_t series;
	double key; /* what it is chosen and sorted by: the greater, the worse */
	struct row *rows, merged;
	size_t n;
};

struct history_scan {
	struct history_reader *r;
	enum past_by by;
	int64_t from_s, to_s;
	struct history_times times;
	struct history_tally *tallies; /* by series */
	size_t n_tallies;
	struct history_candidate *candidates; /* ascending by series; NULL: the first scan */
	size_t n_candidates;
};

/* history_scan_init - x, all else of which is 0, is of r, by, from_s and to_s. history_scan - within
 * history_read_begin: the tallies of all series, or, where there are candidates, their rows. 0 or -errno.
 * history_scan_fini */
void history_scan_init(struct history_scan *x);
int history_scan(struct history_scan *x);
void history_scan_fini(struct history_scan *x);

/* history_by_series - for qsort and bsearch: candidates, ascending. */
int history_by_series(const void *a, const void *b);
#endif
