/* micro - ns a call of the pure modules on the way of a probe, so that a slower change is seen. Prints one
 * JSON object: the best of several rounds of each. */
#include "clock.h"
#include "decode.h"
#include "encode.h"
#include "flight.h"
#include "format.h"
#include "schedule.h"
#include "wheel.h"
#include "window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS  100000
#define ROUNDS 7

static uint8_t reply[84];
static struct window *window;
static struct wheel *wheel;
static struct flight *flight;
static int64_t now = NS_PER_S;
static uint64_t sum;                      /* what keeps the compiler from leaving calls out */

static void do_window_add(int i)
{
	window_add(window, i % 10 ? OUTCOME_REPLY : OUTCOME_TIMEOUT, i * INT64_C(1009) % NS_PER_MS);
}

static void do_window_view(int i)
{
	if (i % 100 == 0)
		sum += (uint64_t)window_view(window).rtt_p95_ns;
}

static void do_encode(int i)
{
	uint8_t head[ENCODE_HEAD];

	encode_echo4(head, 1, (uint16_t)i, (uint64_t)i, 4711);
	sum += head[2];
}

static void do_decode(int i)
{
	struct decoded d;

	(void)i;
	sum += (uint64_t)decode_ip4(reply, sizeof(reply), &d);
}

static void do_wheel(int i)
{
	uint32_t due[64];

	wheel_add(wheel, (uint32_t)i, now + i * 1000);
	if (i % 64 == 63) {
		now += 64000;
		sum += wheel_take(wheel, now, due, 64);
	}
	if (i == CALLS - 1)
		while (wheel_take(wheel, now += (INT64_C(1) << WHEEL_FINE) * WHEEL_BUCKETS, due, 64) == 64)
			continue;
}

static void do_flight(int i)
{
	struct probe p = {
		.to = { .family = AF_INET }, .nonce = (uint64_t)i, .sent_ns = now,
		.deadline_ns = now + NS_PER_S, .target = (uint32_t)i, .size = 56,
	};
	struct probe expired[64];

	now += 10000;
	if (flight_add(flight, &p))
		return;
	struct flight_echo e = {
		.id = p.id, .seq = p.seq, .from = p.to, .has_nonce = true, .nonce = p.nonce,
		.payload_len = 56, .filler_intact = true, .at_ns = now,
	};

	sum += (uint64_t)flight_take(flight, &e, &p);
	if (i % 64 == 63)
		flight_expire(flight, now, expired, 64);
}

static void do_phase(int i)
{
	char name[16];

	snprintf(name, sizeof(name), "host%d", i);
	sum += (uint64_t)schedule_phase(name, NS_PER_S);
}

static void measure(const char *name, void (*call)(int), double calls, const char *end)
{
	double best = 1e18;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t start = clock_mono_ns();
		double ns;

		for (int i = 0; i < CALLS; i++)
			call(i);
		ns = (double)(clock_mono_ns() - start) / calls;
		best = ns < best ? ns : best;
	}
	printf("\"%s\":%.1f%s", name, best, end);
}

int main(void)
{
	memset(reply, 0, sizeof(reply));
	reply[0] = 0x45;
	reply[3] = sizeof(reply);
	reply[8] = 64;
	reply[9] = IPPROTO_ICMP;
	reply[22] = reply[23] = 0xff;     /* the checksum of an all-zero echo reply */
	window = window_new(60);
	wheel = wheel_new(now, WHEEL_FINE);
	flight = flight_new(1, 64, now);
	if (!window || !wheel || !flight || wheel_reserve(wheel, CALLS))
		return 1;
	putchar('{');
	measure("window_add", do_window_add, CALLS, ",");
	measure("window_view", do_window_view, CALLS / 100, ",");
	measure("encode_echo4", do_encode, CALLS, ",");
	measure("decode_ip4", do_decode, CALLS, ",");
	measure("wheel_add_take", do_wheel, CALLS, ",");
	measure("flight_add_take", do_flight, CALLS, ",");
	measure("schedule_phase", do_phase, CALLS, "");
	puts("}");
	window_free(window);
	wheel_free(wheel);
	flight_free(flight);
	return sum == 42;
}
