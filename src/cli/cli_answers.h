/* cli_answers.h - who answered packets to broadcast and multicast addresses. */
#ifndef MINIPING_CLI_ANSWERS_H
#define MINIPING_CLI_ANSWERS_H
#include "cli/cli_args.h"
#include "lib/miniping.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct cli_answer { /* as struct miniping_answerer */
	size_t host_index;
	char addr[MINIPING_ADDR_LEN]; /* "": all those that are not kept */
	uint64_t received, duplicates;
	int64_t min_ns, max_ns, mean_ns, jitter_ns;
	int ttl;
};

struct cli_answers {           /* all zero: none yet */
	struct cli_answer *at; /* by host, and then by address */
	size_t n, room;
};

/* cli_answers_add - they come in that order. 0 or -ENOMEM. */
int cli_answers_add(struct cli_answers *c, const struct miniping_answerer *a);
void cli_answers_fini(struct cli_answers *c);

/* cli_answers_of - how many there are of a host, and *first of them. O(log n). */
size_t cli_answers_of(const struct cli_answers *c, size_t host_index, const struct cli_answer **first);

/* cli_answers_print - a table of them all, with the host if there are several, and what is not kept; if there are none,
 * nothing. */
void cli_answers_print(FILE *to, const struct cli_answers *c, const struct cli_args *a);
#endif
