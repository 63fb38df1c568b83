/* filestamp.h - which file it is and in which state, to notice later that either has changed. Pure. */
#ifndef MINIPING_FILESTAMP_H
#define MINIPING_FILESTAMP_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct filestamp {
	uint64_t dev, ino;
	int64_t size, modified_ns, changed_ns;
};

struct filestamp filestamp_of(const struct stat *st);

bool filestamp_equal(const struct filestamp *a, const struct filestamp *b);
#endif
