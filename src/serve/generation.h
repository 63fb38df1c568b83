/* generation.h - all that one scrape or one API answer is made of: every target at about one time, the daemon's own
 * figures of that time, and what keeps them alive. The daemon fills it on the loop; after that it never changes, and
 * the HTTP thread alone has it. */
#ifndef MINIPING_GENERATION_H
#define MINIPING_GENERATION_H
#include "core/histograms.h"
#include "core/snapshot.h"
#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct generation_file { /* of the configuration */
	const char *path;
	const char *kind;   /* "main", "include", "targets" */
	int64_t changed_ns; /* its mtime, CLOCK_REALTIME */
};

struct generation_config {       /* what is in force, and what came of the latest try to change it */
	const char *path, *hash; /* hash: 16 hex digits over the bytes of all its files, in order */
	const struct generation_file *files;
	size_t n_files;
	int64_t loaded_ns;         /* when it came into force, CLOCK_REALTIME */
	bool last_ok;              /* the latest reload, or the start */
	int64_t last_ns;           /* when that was, CLOCK_REALTIME */
	const char *const *errors; /* "file:line:column: message", of the latest reload if it failed */
	size_t n_errors;           /* in errors; */
	size_t n_errors_more;      /* and beyond them */
};

struct generation_saves {      /* of the state of the targets */
	bool is_on;            /* else all is 0 */
	int64_t begun_real_ns; /* when the save in place began, CLOCK_REALTIME; 0: none yet of this process */
	int64_t took_ns;       /* and how long it took, */
	uint64_t bytes;        /* and its size */
	int err;               /* -errno: why the latest one is not in place; 0: it is, or there is none yet */
};

struct generation {
	struct snapshot *targets;
	struct histograms *histograms;
	struct status status;
	struct generation_config config;
	struct generation_saves saves;
	bool is_ready;                      /* every name has been looked up once (READY=1) */
	size_t n_names, n_names_unresolved; /* host names that are followed */
	uint64_t log_lines, log_dropped;    /* since start */
	uint64_t events_lost;               /* that found no room on their way to the HTTP thread */
	int64_t at_ns, at_real_ns;          /* when the first target was copied: monotonic, CLOCK_REALTIME */
	/* generation_free - the only way to be rid of it; not on the loop. */
	void (*free)(struct generation *g);
};
#endif
