/* array.h - arrays that grow by doubling. Pure but for memory. */
#ifndef MINIPING_ARRAY_H
#define MINIPING_ARRAY_H
#include <stdbool.h>
#include <stddef.h>

/* array_reserve - room in *array for n values of size bytes; *room is how many fit, 0 with NULL at first. What is new
 * is not set. False: out of memory, and all is as before. Amortized O(1) a value. */
bool array_reserve(void **array, size_t *room, size_t n, size_t size);
#endif
