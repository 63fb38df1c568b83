#include "ifindex.h"

#include "value.h"

#include <net/if.h>
#include <string.h>

#define REMEMBER_NS NS_PER_S

uint32_t ifindex_find(const char *name)
{
	uint32_t index = if_nametoindex(name);
	char found[IF_NAMESIZE];
	int64_t number;

	if (!index && value_count(&number, name, 1, INT32_MAX) == 0 && if_indextoname((unsigned)number, found))
		index = (uint32_t)number;
	return index;
}

uint32_t ifindex_of(struct ifindex *x, const char name[OPTIONS_INTERFACE_LEN], int64_t now_ns)
{
	size_t place = 0;

	for (size_t i = 0; i < IFINDEX_NAMES; i++) {
		if (!strcmp(x->at[i].name, name)) {
			if (now_ns - x->at[i].looked_up_ns < REMEMBER_NS)
				return x->at[i].index;
			place = i;
			break;
		}
		if (x->at[i].looked_up_ns < x->at[place].looked_up_ns)
			place = i;
	}
	memcpy(x->at[place].name, name, OPTIONS_INTERFACE_LEN);
	x->at[place].index = ifindex_find(name);
	x->at[place].looked_up_ns = now_ns;
	return x->at[place].index;
}
