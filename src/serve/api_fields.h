/* api_fields.h - the figures of a target as the API has them: one table makes the rows of lists, what fields= may name,
 * and a target's own document; another has what lists are sorted by. */
#ifndef MINIPING_API_FIELDS_H
#define MINIPING_API_FIELDS_H
#include "base/jsonbuf.h"
#include "serve/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct api_row { /* one target; texts are borrowed from the view's generation */
	struct snapshot_row target;
	struct earlier_sums sums; /* over all restarts; unset where it is only sorted */
	struct view_figures window;
};

/* api_row - row i of v. api_row_for - for the fields of which (api_fields_put): its window is all zero, and takes no
 * time, where none of them is of it. */
struct api_row api_row(struct view *v, uint32_t i);
struct api_row api_row_for(struct view *v, uint32_t i, uint64_t which);

enum api_type {
	API_TEXT,    /* const char *; NULL: no value */
	API_BOOL,    /* bool */
	API_COUNT,   /* uint32_t */
	API_TOTAL,   /* uint64_t */
	API_TIME,    /* int64_t, CLOCK_REALTIME ns; 0: no value */
	API_SECONDS, /* uint32_t in steps of 10 ns, or VIEW_NO_RTT */
	API_OTHER    /* put */
};

struct api_field {
	const char *name;
	enum api_type type;
	size_t offset; /* in struct api_row; of API_OTHER, where what it is made of begins */
	bool is_usual; /* in lists, unless fields= says otherwise */
	void (*put)(struct jsonbuf *j, const char *name, const struct api_row *r);
};

extern const struct api_field api_fields[]; /* ends with a NULL name; at most 64 */

/* api_fields_bit - 1 << of the field called name[0 .. len); 0: there is none. */
uint64_t api_fields_bit(const char *name, size_t len);

/* api_fields_usual - the bits of those in lists; api_fields_all - of all. */
uint64_t api_fields_usual(void);
uint64_t api_fields_all(void);

/* api_fields_put - those of r that which has the bits of, in the order of the table, into the object that is open. */
void api_fields_put(struct jsonbuf *j, const struct api_row *r, uint64_t which);

#define API_KEY_NONE UINT64_MAX /* no value; all others are below 2^63 */

struct api_sort {
	const char *name;
	bool by_figures;                          /* key needs the row's window */
	uint64_t (*key)(const struct api_row *r); /* lists ascend by it, then by name; r's window may be unset if not
	                                           * by_figures */
};

extern const struct api_sort api_sorts[]; /* ends with a NULL name; the first is the usual one */

/* api_sort_find - by its name; NULL: there is none. */
const struct api_sort *api_sort_find(const char *name);
#endif
