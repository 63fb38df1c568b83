/* checksum.h - the Internet checksum (RFC 1071). Pure. */
#ifndef MINIPING_CHECKSUM_H
#define MINIPING_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>

/* checksum_add - sum with the 16-bit words of len bytes added, for checksum_fold (not a
 * canonical value: equal messages may have different sums). Of several pieces in a
 * row only the last may have an odd length. O(len). */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len);

/* checksum_fold - a sum to the checksum, in host order; 0 over a message that carries a right one. */
uint16_t checksum_fold(uint64_t sum);
#endif
