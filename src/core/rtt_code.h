/* rtt_code.h - a round-trip time in 16 bits: what history and the page's map keep of it. Pure. */
#ifndef MINIPING_RTT_CODE_H
#define MINIPING_RTT_CODE_H
#include <stdint.h>

#define RTT_CODE_NONE UINT16_MAX /* no value */
#define RTT_CODE_MAX  (UINT16_MAX - 1)

/* rtt_code - of 0 .. 40 s, logarithmic: a code and its time differ by at most 0.02 %, or by 10 ns below 50 µs; larger
 * values are stored as 40 s, negative ones as RTT_CODE_NONE. Ascending. O(1). rtt_code_ns - back; -1 of
 * RTT_CODE_NONE. */
uint16_t rtt_code(int64_t rtt_ns);
int64_t rtt_code_ns(uint16_t code);
#endif
