/* libminiping_check.h - the options of a caller to those of the core, or what is wrong with them. */
#ifndef MINIPING_LIBMINIPING_CHECK_H
#define MINIPING_LIBMINIPING_CHECK_H
#include "lib/miniping.h"
#include "core/options.h"
#include "dns/host.h"

#include <stddef.h>
#include <stdint.h>

/* libminiping_check - fills *out for n_hosts hosts probed at once. MINIPING_OK, or what *error has:
 * MINIPING_E_ARGUMENT, and then nothing in *out counts. */
enum miniping_status libminiping_check(struct options *out, const struct miniping_options *in, size_t n_hosts,
                                       struct miniping_error *error);

/* libminiping_check_gap_ns - from one packet to the next of all hosts, at least, as max_rate says. */
int64_t libminiping_check_gap_ns(const struct miniping_options *in);

/* libminiping_check_no_list - the figures that need a list are going to be those of the window. */
void libminiping_check_no_list(struct options *o);

/* libminiping_check_host - why the address cannot be probed as it is asked for; NULL: it can. */
const char *libminiping_check_host(const struct options *o, const struct host *h);

/* libminiping_quantum_ns - of many hosts, those due within a hundredth of the interval are sent together: the
 * difference cannot be seen, and a slow sweep wakes up a tenth as often. For engine_coalesce. */
int64_t libminiping_quantum_ns(int64_t interval_ns);

/* libminiping_check_more - what the caller has of further options, and 0 in the rest. */
struct miniping_more libminiping_check_more(const struct miniping_options *in);
#endif
