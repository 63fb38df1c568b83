/* dns_children.h - which targets were derived from which: the targets for the addresses of a name that are all probed.
 * Pure. */
#ifndef MINIPING_DNS_CHILDREN_H
#define MINIPING_DNS_CHILDREN_H
#include <stddef.h>
#include <stdint.h>

#define DNS_CHILDREN_MAX 64u /* of one parent */

struct dns_children;

struct dns_children_list {       /* valid until the next dns_children_add or dns_children_remove */
	const uint32_t *numbers; /* the oldest first */
	size_t n;
};

/* dns_children_new - empty. NULL: out of memory. */
struct dns_children *dns_children_new(void);
void dns_children_free(struct dns_children *c);

/* dns_children_add - child, which has no parent yet, is parent's; parent has less than DNS_CHILDREN_MAX. O(1)
 * amortised. 0, or -ENOMEM (nothing changed). */
int dns_children_add(struct dns_children *c, uint32_t parent, uint32_t child);

/* dns_children_remove - no-op where child is not parent's. O(DNS_CHILDREN_MAX). */
void dns_children_remove(struct dns_children *c, uint32_t parent, uint32_t child);

/* dns_children_of - parent's children; none for a target that is no parent. O(1). */
struct dns_children_list dns_children_of(const struct dns_children *c, uint32_t parent);

/* dns_children_count - children of all parents. */
size_t dns_children_count(const struct dns_children *c);
#endif
