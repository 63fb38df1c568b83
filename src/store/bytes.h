/* bytes.h - numbers in files: little-endian, at any alignment. */
#ifndef MINIPING_BYTES_H
#define MINIPING_BYTES_H
#include <stddef.h>
#include <stdint.h>

/* bytes_put, bytes_get - the n low bytes of value, n = 1 .. 8, the lowest first. */
static inline void bytes_put(unsigned char *at, uint64_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

static inline uint64_t bytes_get(const unsigned char *at, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}
#endif
