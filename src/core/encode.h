/* encode.h - an echo request's bytes (RFC 792, RFC 4443 4.1). Pure.
 * A request is a head of ENCODE_HEAD bytes, of its own for each probe, and a filler that all probes of
 * one size share: type, code, checksum, id, seq, nonce | filler. */
#ifndef MINIPING_ENCODE_H
#define MINIPING_ENCODE_H
#include <stddef.h>
#include <stdint.h>

#define ENCODE_NONCE_LEN 8u
#define ENCODE_HEAD      16u /* 8 of ICMP and the nonce */

/* encode_echo4, encode_echo6 - the head. payload_sum is checksum_add of the filler; the ICMPv6 checksum
 * is left to the kernel (RFC 3542 3.1). */
void encode_echo4(uint8_t head[ENCODE_HEAD], uint16_t id, uint16_t seq, uint64_t nonce, uint64_t payload_sum);
void encode_echo6(uint8_t head[ENCODE_HEAD], uint16_t id, uint16_t seq, uint64_t nonce);
#endif
