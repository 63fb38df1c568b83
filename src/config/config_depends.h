/* config_depends.h - which targets depend on which, while they are read. */
#ifndef MINIPING_CONFIG_DEPENDS_H
#define MINIPING_CONFIG_DEPENDS_H
#include "core/profile.h"

#include <stdbool.h>
#include <stddef.h>

struct config_node;
struct config_reader;

/* A target that others depend on. */
struct config_depended {
	struct dependency *is;
	const struct config_node *node; /* where it is first named */
	struct config_depended *next;   /* in the order in which they were named */
	/* and once all has been read (config_depends_check.c): */
	const struct config_node *target; /* what gives the target its name */
	const struct depends *on;         /* what it depends on itself */
	struct config_depended *via;      /* the walk came from there */
	size_t n_walked;                  /* of on */
	bool is_open;                     /* on the walk's current path */
};

/* config_depends_init, config_depends_fini - r->depends. 0 or -ENOMEM. */
int config_depends_init(struct config_reader *r);
void config_depends_fini(struct config_reader *r);

/* config_depends_read - "depends_on" in value; *depends becomes the shared list, NULL where it is empty. The names are
 * looked up once all has been read. */
int config_depends_read(struct config_reader *r, const struct config_node *value, const struct depends **depends);

/* config_depends_not_self - name is not among what its own depends_on in value says; otherwise reported. */
void config_depends_not_self(struct config_reader *r, const struct config_node *value, const char *name);

/* config_depends_remember - the target called name, by a node that lasts, depends on these. NULL: on none. */
int config_depends_remember(struct config_reader *r, const struct config_node *name, const struct depends *depends);

/* config_depends_of - what config_depends_remember has for name; NULL: nothing. */
const struct depends *config_depends_of(const struct config_reader *r, const char *name);

/* config_depends_strip - if *profile's list contains the target itself, called name, drop the whole list: members of a
 * dependency list do not depend on it. */
int config_depends_strip(struct config_reader *r, const char *name, const struct profile **profile);

/* config_depends_first - the first of the targets that others depend on; NULL: there are none. */
struct config_depended *config_depends_first(const struct config_reader *r);

/* config_depends_named - the one called name; NULL: no target depends on it. */
struct config_depended *config_depends_named(const struct config_reader *r, const char *name);
#endif
