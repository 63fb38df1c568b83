/* events_hub.h - the latest events, from which any number of readers take them as Server-Sent Events (the HTML
 * standard, 9.2), each from where it is. Nothing is kept for a reader but its place: one that is too slow, or comes
 * back too late, loses what has gone and is told so by "event: resync". No I/O, no clock. */
#ifndef MINIPING_EVENTS_HUB_H
#define MINIPING_EVENTS_HUB_H
#include "serve/event_kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Events that are kept; reports have as many places of their own, and so has what the daemon says of itself. Where they
 * are long, there are fewer: each of the three takes at most so many bytes. Of one that is longer than EVENT_MAX
 * readers learn by a resync. */
#define EVENTS_HUB_MAX       10000
#define EVENTS_HUB_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define EVENTS_HUB_EVENT_MAX ((size_t)32 * 1024)

struct events_hub; /* opaque, one owner */

/* events_hub_new - first_id: the first event's, > 0; ids grow. NULL: out of memory. */
struct events_hub *events_hub_new(uint64_t first_id);
void events_hub_free(struct events_hub *h); /* NULL allowed */

/* events_hub_add - json: one line, copied. Without memory for it it is as events_hub_lost. O(1). */
void events_hub_add(struct events_hub *h, enum serve_event kind, const char *json, size_t len);

/* events_hub_lost - here some events are missing: nobody may read across this place. */
void events_hub_lost(struct events_hub *h);

/* events_hub_each - calls on_event for each of that kind that is kept, the latest first, until it returns false. O(n).
 */
void events_hub_each(const struct events_hub *h, enum serve_event kind,
                     bool (*on_event)(void *data, const char *json, size_t len), void *data);

struct events_reader { /* plain; all zero: not begun */
	unsigned kinds;
	uint64_t next_id;
};

/* events_reader_init - of those kinds, bits 1 << enum serve_event; behind last_id, or, if that is 0, from now on. */
void events_reader_init(struct events_reader *r, const struct events_hub *h, unsigned kinds, uint64_t last_id);

/* events_reader_init_kept - from the oldest on that is kept, of kinds. */
void events_reader_init_kept(struct events_reader *r, const struct events_hub *h, unsigned kinds);

/* events_reader_read - whole events into buf, as many as are there and fit, at least one if room is
 * EVENTS_HUB_EVENT_MAX + 128. Returns the bytes; 0: there is none now. */
size_t events_reader_read(struct events_reader *r, const struct events_hub *h, char *buf, size_t room);

/* events_reader_is_behind - events_reader_read would find something. O(log n). */
bool events_reader_is_behind(const struct events_reader *r, const struct events_hub *h);
#endif
