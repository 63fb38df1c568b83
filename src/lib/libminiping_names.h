/* libminiping_names.h - the addresses of a run's hosts. */
#ifndef LIBMINIPING_NAMES_H
#define LIBMINIPING_NAMES_H
#include "lib/libminiping_run.h"

/* libminiping_names_find - host i is probed as soon as its address is known, which may be now; or it is done, and its
 * result says why. 0 or -errno. */
int libminiping_names_find(struct libminiping_run *r, size_t i);

/* libminiping_names_fini - no name is looked up any more; the engine must be closed. */
void libminiping_names_fini(struct libminiping_run *r);
#endif
