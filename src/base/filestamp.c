/* filestamp.c - times of modification and of change both count: a file may be replaced within one tick of either. */
#include "base/filestamp.h"

#include "base/clock.h"

static int64_t to_ns(struct timespec t)
{
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

struct filestamp filestamp_of(const struct stat *st)
{
	return (struct filestamp){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = st->st_size,
		.modified_ns = to_ns(st->st_mtim),
		.changed_ns = to_ns(st->st_ctim),
	};
}

bool filestamp_equal(const struct filestamp *a, const struct filestamp *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->modified_ns == b->modified_ns &&
	       a->changed_ns == b->changed_ns;
}
