/* api_target.h - /api/v1/targets/NAME: all that is known of one target. */
#ifndef MINIPING_API_TARGET_H
#define MINIPING_API_TARGET_H
#include "serve/events_hub.h"
#include "serve/view.h"

#define API_OUTCOMES_MAX 100 /* the latest ones that are shown */
#define API_HISTORY_MAX  100 /* likewise changes of state */

/* api_target - the document of row i, malloc'ed: every field of the lists, its options and the level that each came
 * from, the outcomes in its window, and its changes of state among hub's events. hub NULL: without these. NULL: out of
 * memory. O(n log n) of its window's n, and O(hub's events). */
char *api_target(struct view *v, uint32_t i, const struct events_hub *hub, size_t *len);
#endif
