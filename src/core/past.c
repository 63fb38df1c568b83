/* past.c - what answers about the past leave behind. */
#include "core/past.h"

#include <stdlib.h>

void past_worsts_free(struct past_worsts *w)
{
	if (!w)
		return;
	free(w->at);
	free(w->names);
	free(w);
}
