/* minute.h - the running minute of every target, on the store's thread: results in, one row a target out. Pure. */
#ifndef MINIPING_MINUTE_H
#define MINIPING_MINUTE_H
#include "store/detail_block.h"
#include "store/row.h"
#include "store/tape.h"

#include <stdbool.h>
#include <stdint.h>

struct minute; /* opaque, one owner */

struct minute_ops {
	/* number has another name: what is it called in the history from now on? UINT32_MAX: nowhere */
	uint32_t (*series)(void *data, const char *name, size_t name_len, const char *aka, size_t aka_len);
	/* A minute has ended: a row for each series with a result in it, and the probes of which it is, in their order.
	 * at_s is a multiple of 60. */
	void (*on_row)(void *data, int64_t at_s, uint32_t series, const struct row *r,
	               const struct detail_probe *probes, size_t n_probes);
	void (*on_end)(void *data, int64_t at_s);
	void (*on_event)(void *data, int64_t real_ns, const char *name, size_t name_len, const char *line, size_t len);
	void *data;
};

/* minute_new - NULL: out of memory. */
struct minute *minute_new(const struct minute_ops *ops);
void minute_free(struct minute *m);

/* minute_take - a block of tape. Without memory, a result is counted in its row and its RTT left out, and the row
 * marked incomplete. A clock that steps back by up to two minutes stays in the minute it is in until that is over; by
 * more, another begins. */
void minute_take(struct minute *m, const unsigned char *tape, size_t len);

/* minute_flush - ends the running minute as it is: at the stop, and before a change of files. */
void minute_flush(struct minute *m);

size_t minute_bytes(const struct minute *m);
#endif
