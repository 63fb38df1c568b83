/* api_query.h - what a query asks of the list of targets: which, in what order, from where on, which fields. Pure. */
#ifndef MINIPING_API_QUERY_H
#define MINIPING_API_QUERY_H
#include "serve/api_fields.h"
#include "serve/filter.h"
#include "serve/query.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define API_LIMIT       1000
#define API_LIMIT_MAX   10000
#define API_NAME_MAX    511 /* bytes; a target's is shorter */
#define API_CURSOR_SIZE (2 + 16 + 2 * API_NAME_MAX + 1)
#define API_WHY_SIZE    256

struct api_place { /* in the order of a list: by key, then by name */
	uint64_t key;
	const char *name;
};

struct api_query {
	unsigned states; /* bits 1 << enum health_state; 0: any */
	struct filter filter;
	const char *text; /* in its name, host, address, group or a label's value; NULL: any */
	const struct api_sort *sort;
	bool descends;
	uint32_t limit; /* rows */
	uint64_t fields;
	bool has_after; /* from behind this place on: the cursor's */
	uint64_t after_key;
	char after_name[API_NAME_MAX + 1];
};

/* api_query_parse - what from says; its texts are borrowed. False: why says what is wrong with it. Names that it does
 * not know are left alone. */
bool api_query_parse(struct api_query *q, const struct query *from, char why[API_WHY_SIZE]);

/* api_query_takes - is the target of r (its window aside) among those asked for? */
bool api_query_takes(struct api_query *q, const struct snapshot_row *r);

/* api_query_key - of r, so that lists ascend by it in the order asked for. */
uint64_t api_query_key(const struct api_query *q, const struct api_row *r);

/* api_query_compare - < 0: a stands before b. */
int api_query_compare(const struct api_query *q, struct api_place a, struct api_place b);

/* api_query_after - the place behind which the page begins; only if has_after. */
static inline struct api_place api_query_after(const struct api_query *q)
{
	return (struct api_place){ q->after_key, q->after_name };
}

/* api_query_cursor - the cursor that stands for a place; returns buf. A name that is too long is cut. */
char *api_query_cursor(const struct api_query *q, struct api_place p, char buf[API_CURSOR_SIZE]);
#endif
