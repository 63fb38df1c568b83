/* capacity.h - what a configuration needs of this machine, before it is run. */
#ifndef MINIPING_CAPACITY_H
#define MINIPING_CAPACITY_H
#include "config/config.h"

#include <stdint.h>
#include <stdio.h>

/* Costs that bench/ has measured on one machine. */
#define CAPACITY_CPU_NS_A_PROBE 5000 /* kernel and all, on loopback, when the machine is busy */
#define CAPACITY_BYTES_A_TARGET 200  /* beside the window: target.h has the arithmetic */
#define CAPACITY_BYTES_AT_LEAST (12 * 1024 * 1024)

struct capacity {                    /* figures of one configuration */
	uint64_t n_targets, n_names; /* names: to be resolved */
	uint64_t n_patterned;        /* targets with a payload pattern of their own */
	uint64_t n_marked;           /* with a firewall mark */
	double probes_s;             /* as the intervals ask for */
	double probes_limited_s;     /* as limits.max_rate allows */
	double bits_s;               /* of IP packets, one way, unlimited */
	uint32_t size_max;           /* payload bytes */
	int64_t timeout_max_ns;
	int64_t interval_min_ns; /* INT64_MAX: no target */
	double n_in_flight;      /* most probes in flight or in their grace, as long as the timeout */
	double n_slots;          /* places for them, and to know late replies by */
	uint32_t n_ids; /* ICMP ids for them: one for each 65,536, and those that take turns for what is down */
	double memory_bytes;
	double rcvbuf_bytes; /* of one socket */
	double cores;        /* CPU at that rate */
};

/* capacity_make - the figures. Pure; O(targets). */
struct capacity capacity_make(const struct config *c);

/* capacity_print - the figures as text, beside what this machine's sysctls allow, and a line for each limit
 * that is exceeded. Returns their number. */
int capacity_print(FILE *out, const struct config *c, const struct capacity *p);
#endif
