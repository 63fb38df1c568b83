/* Apart from what reads a configuration, so that a program that only probes needs no YAML. */
#include "config.h"
#include "config_arena.h"

#include <stdlib.h>

void config_free(struct config *c)
{
	if (!c)
		return;
	free(c->targets);
	free(c->files);
	config_arena_free(c->arena);
	free(c);
}

void config_forget_targets(struct config *c)
{
	free(c->targets);
	c->targets = NULL;
	c->n_targets = 0;
}
