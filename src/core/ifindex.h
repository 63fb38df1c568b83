/* ifindex.h - interface names, or numbers, to indices, remembered for a second: an interface may come and go, and
 * gets another index each time. */
#ifndef MINIPING_IFINDEX_H
#define MINIPING_IFINDEX_H
#include "core/options.h"

#include <stdint.h>

#define IFINDEX_NAMES 16u                 /* remembered at once */

struct ifindex {                          /* all but fd zero: nothing remembered */
	int fd;                           /* any socket of the user's, to ask through */
	struct {
		char     name[SETTING_INTERFACE_LEN];
		uint32_t index;
		int64_t  looked_up_ns;
	} at[IFINDEX_NAMES];
};

/* ifindex_find - asks the kernel for the index of an interface by its name or, if there is no such name, number; 0:
 * there is none now. */
uint32_t ifindex_find(const char *name);

/* ifindex_of - the index of the interface called name; 0: there is none now. */
uint32_t ifindex_of(struct ifindex *x, const char name[SETTING_INTERFACE_LEN], int64_t now_ns);
#endif
