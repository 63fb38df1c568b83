/* libminiping_result.h - a host's result, from the first packet to its figures. */
#ifndef LIBMINIPING_RESULT_H
#define LIBMINIPING_RESULT_H
#include "core/outcome.h"
#include "core/target.h"
#include "lib/libminiping_answers.h"
#include "lib/miniping.h"

#include <stdbool.h>
#include <stdint.h>

struct libminiping_tally { /* of one host: what its result does not show; all zero, but for no_list and answers: nothing
	                      yet */
	uint32_t *seqs;    /* of the replies in rtt_list_ns, ascending; freed by the owner */
	uint64_t room;
	int64_t n_ended;                     /* packets settled or not sent */
	bool answered;                       /* and that is the end of it */
	bool no_list;                        /* of them all, only these sums are kept: */
	double mean, squares;                /* of the RTTs; of their distances from the mean (Welford 1962) */
	struct libminiping_answers *answers; /* NULL: only one host answers */
	int64_t until_ns;                    /* monotonic: by then its packets so far are answered in time, or not */
};

/* libminiping_result_begin - nothing measured yet. */
void libminiping_result_begin(struct miniping_result *result, const char *host);

/* libminiping_result_settled - takes one packet in. 0 or -ENOMEM. */
int libminiping_result_settled(struct miniping_result *result, struct libminiping_tally *t, const struct settled *s);

/* libminiping_result_packet - what on_packet gets of it; host_index is 0.
 *   from   room for an address as text, which *p borrows */
void libminiping_result_packet(struct miniping_packet *p, const struct miniping_result *result, const struct settled *s,
                               char from[ADDR_STRLEN]);

/* libminiping_result_finish - no packet follows: figures and status.
 *   t         the host's target
 *   scratch   room for result->received figures, at least 1; with tally->no_list, not used */
void libminiping_result_finish(struct miniping_result *result, const struct libminiping_tally *tally,
                               const struct target *t, const struct miniping_options *o, int64_t *scratch);

/* libminiping_result_fail - forgets what was measured: there is only this error. */
void libminiping_result_fail(struct miniping_result *result, const struct miniping_error *error);
#endif
