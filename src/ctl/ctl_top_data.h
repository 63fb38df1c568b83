/* ctl_top_data.h - what the live screen shows: the daemon's totals and one page of targets or groups, asked for again
 * and again, one request of each at a time. Only the page that is seen is asked for, so that a fleet of any size costs
 * the same. */
#ifndef MINIPING_CTL_TOP_DATA_H
#define MINIPING_CTL_TOP_DATA_H
#include "ctl/ctl_session.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum ctl_top_mode { CTL_TOP_TARGETS, CTL_TOP_GROUPS, CTL_TOP_DETAIL };

struct ctl_top_question { /* which page; plain */
	enum ctl_top_mode mode;
	const char *sort;
	char search[128];
	char group[256]; /* "" and !is_in_group: any */
	bool is_in_group;
	char target[512]; /* of CTL_TOP_DETAIL */
	int page, rows;
};

struct ctl_top_data; /* opaque, one owner */

struct ctl_top_data *ctl_top_data_new(struct ctl_session *s); /* NULL: out of memory */
void ctl_top_data_free(struct ctl_top_data *d);               /* NULL allowed */

/* ctl_top_data_ask - q is what is to be seen from now on: it is asked for at once if it has changed, else once it is
 * --interval old. now_ns: monotonic. Returns how long to wait at most for the next call, in ms. */
int ctl_top_data_ask(struct ctl_top_data *d, const struct ctl_top_question *q, int64_t now_ns);

/* ctl_top_data_is_new - something has come since the last call. */
bool ctl_top_data_is_new(struct ctl_top_data *d);

/* Borrowed until the next ctl_http_turn; NULL: nothing yet. Documents of /api/v1/status; of the page; of the target. */
json_t *ctl_top_data_status(const struct ctl_top_data *d);
json_t *ctl_top_data_items(const struct ctl_top_data *d);
double ctl_top_data_now(const struct ctl_top_data *d);   /* ctl_columns_now of the page */
double ctl_top_data_total(const struct ctl_top_data *d); /* how many there are on all pages; < 0: not known */
json_t *ctl_top_data_target(const struct ctl_top_data *d);

/* ctl_top_data_has_next - there is a page behind this one. */
bool ctl_top_data_has_next(const struct ctl_top_data *d);

/* ctl_top_data_is_current - the page is the answer to the latest question, not to one before. */
bool ctl_top_data_is_current(const struct ctl_top_data *d);

/* ctl_top_data_error - why the latest request failed; "": it did not. */
const char *ctl_top_data_error(const struct ctl_top_data *d);
#endif
