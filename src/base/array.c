/* array.c - never less than some values at first, so that short arrays do not grow one by one. */
#include "base/array.h"

#include <stdlib.h>

#define ROOM_FIRST 64u

bool array_reserve(void **array, size_t *room, size_t n, size_t size)
{
	size_t more = *room ? *room : ROOM_FIRST;
	void *grown;

	if (n <= *room)
		return true;
	while (more < n)
		more *= 2;
	grown = reallocarray(*array, more, size);
	if (!grown)
		return false;
	*array = grown;
	*room = more;
	return true;
}
