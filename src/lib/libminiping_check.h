/* libminiping_check.h - the options of a caller to those of the core, or what is wrong with them. */
#ifndef MINIPING_LIBMINIPING_CHECK_H
#define MINIPING_LIBMINIPING_CHECK_H
#include "lib/miniping.h"
#include "core/options.h"

#include <stddef.h>
#include <stdint.h>

/* libminiping_check - fills *out for n_hosts hosts probed at once. MINIPING_OK, or what *error has:
 * MINIPING_E_ARGUMENT, and then nothing in *out counts. */
enum miniping_status libminiping_check(struct options *out, const struct miniping_options *in, size_t n_hosts,
                                       struct miniping_error *error);

/* libminiping_check_gap_ns - from one packet to the next of all hosts, at least, as max_rate says. */
int64_t libminiping_check_gap_ns(const struct miniping_options *in);

/* libminiping_check_more - what the caller has of further options, and 0 in the rest. */
struct miniping_more libminiping_check_more(const struct miniping_options *in);
#endif
