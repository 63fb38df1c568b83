/* rtt_code.c - below 50 us steps of 10 ns, above them steps that grow with the time itself. */
#include "core/rtt_code.h"

#include <math.h>

#define LINEAR_NS    50000 /* up to here a code is */
#define LINEAR_STEP  10    /* so many ns */
#define LINEAR_CODES 5000  /* LINEAR_NS / LINEAR_STEP */
#define RTT_MAX_NS   40e9

_Static_assert(LINEAR_CODES *LINEAR_STEP == LINEAR_NS, "the steps do not meet");

/* Codes above LINEAR_CODES: LINEAR_NS * (RTT_MAX_NS / LINEAR_NS) ^ (their place among them). */
static double span(void)
{
	return log(RTT_MAX_NS / LINEAR_NS) / (RTT_CODE_MAX - LINEAR_CODES);
}

uint16_t rtt_code(int64_t rtt_ns)
{
	double code;

	if (rtt_ns < 0)
		return RTT_CODE_NONE;
	if (rtt_ns < LINEAR_NS)
		return (uint16_t)((rtt_ns + LINEAR_STEP / 2) / LINEAR_STEP);
	code = LINEAR_CODES + round(log((double)rtt_ns / LINEAR_NS) / span());
	return code < RTT_CODE_MAX ? (uint16_t)code : RTT_CODE_MAX;
}

int64_t rtt_code_ns(uint16_t code)
{
	if (code == RTT_CODE_NONE)
		return -1;
	if (code <= LINEAR_CODES)
		return (int64_t)code * LINEAR_STEP;
	return llround(LINEAR_NS * exp(span() * (code - LINEAR_CODES)));
}
