/* icmp_private.h - what the engine knows of ICMP: its sockets (icmp.c), what leaves by them (icmp_send.c) and what
 * comes in (icmp_receive.c). For the engine's files alone. */
#ifndef MINIPING_ICMP_PRIVATE_H
#define MINIPING_ICMP_PRIVATE_H
#include "base/clock.h"
#include "core/flight.h"
#include "core/payload.h"
#include "core/sock.h"
#include "core/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ICMP_NONCES 512u /* fetched at once */

struct engine;

struct lane { /* a socket that sends, and the batch that is about to leave by it */
	struct sock_out out[SOCK_BATCH];
	struct probe probes[SOCK_BATCH];
	uint8_t n_tries[SOCK_BATCH]; /* that each has behind it */
	size_t n;
	int64_t pause_ns, paused_until_ns; /* its buffer is full */
};

struct channel {                       /* one IP version */
	struct sock *sock;             /* NULL: this host has no such version */
	struct lane *lanes;            /* as many as sock has */
	unsigned n_lanes, n_answering; /* of them the first: of targets that answer */
	uint32_t waiting;              /* bit i: lane i holds some */
	uint32_t n_ids_filtered, n_drops;
	int rcvbuf;
	struct clock_pair drained; /* what had come by then has been read */
	struct clock_pair mark;    /* reading began anew: then the queue was empty, or is the next drained */
	uint32_t n_read, n_own;    /* packets read since the mark; of them replies that ended a probe */
};

struct icmp {
	struct channel channels[2]; /* IPv4, IPv6 */
	uint16_t first_id;
	uint64_t nonces[ICMP_NONCES];
	unsigned n_nonces;      /* not yet used */
	struct payload payload; /* that targets without a pattern share */
	bool has_patterns;      /* some target has had a payload of its own */
	int64_t errors_read_ns;
};

/* icmp_open - as engine_open says. */
int icmp_open(struct engine *e, unsigned n_lanes);
void icmp_close(struct engine *e);

/* icmp_fd - one of the sockets that are open. */
int icmp_fd(const struct engine *e);

/* icmp_reserve - for packets with size_max payload bytes, and receive buffers of rcvbuf bytes. 0 or -ENOMEM. */
int icmp_reserve(struct engine *e, uint32_t size_max, int rcvbuf);

/* icmp_nonce - 64 random bits. */
uint64_t icmp_nonce(struct engine *e);

/* icmp_send - puts t's next probe into a batch, which leaves once it is full. One that cannot be sent has gone through
 * engine_send_failed by then, or will have once its batch leaves. */
void icmp_send(struct engine *e, uint32_t target, struct target *t, int64_t now_ns);

/* icmp_send_waiting - sends all batches that hold some. */
void icmp_send_waiting(struct engine *e);

/* icmp_receive - takes in what has arrived at c, some thousand packets at most: sending and expiring go on under
 * whatever comes. icmp_known_ns says how far it got. */
void icmp_receive(struct engine *e, struct channel *c);

/* icmp_receive_all - the same of both IP versions, and from time to time of ICMP errors. */
void icmp_receive_all(struct engine *e);

/* icmp_receive_errors - takes in ICMP errors that have sockets of their own, likewise in bounds: what strangers add to
 * them pushes out errors, and no reply. */
void icmp_receive_errors(struct engine *e);

/* icmp_known_ns - now_ns, or the time by when all that came has been taken in, whichever is earlier. */
int64_t icmp_known_ns(const struct engine *e, int64_t now_ns);
#endif
