/* kin.h - which targets were derived from which: the addresses of a name that are all probed. Pure. */
#ifndef MINIPING_KIN_H
#define MINIPING_KIN_H
#include <stddef.h>
#include <stdint.h>

#define KIN_MAX 64u                       /* of one parent */

struct kin;

struct kin_list {                         /* good until the next kin_add or kin_remove */
	const uint32_t *numbers;          /* the oldest first */
	size_t          n;
};

/* kin_new - nobody. NULL: out of memory. */
struct kin *kin_new(void);
void kin_free(struct kin *k);

/* kin_add - child, which is nobody's yet, is parent's; parent has less than KIN_MAX. O(1) amortised. 0, or
 * -ENOMEM (nothing changed). */
int kin_add(struct kin *k, uint32_t parent, uint32_t child);

/* kin_remove - no-op where it is not parent's. O(KIN_MAX). */
void kin_remove(struct kin *k, uint32_t parent, uint32_t child);

/* kin_of - parent's children; none for a target that is no parent. O(1). */
struct kin_list kin_of(const struct kin *k, uint32_t parent);

/* kin_count - children of all parents. */
size_t kin_count(const struct kin *k);
#endif
