/* store_options.h - the sections of the configuration that the store obeys. */
#ifndef MINIPING_STORE_OPTIONS_H
#define MINIPING_STORE_OPTIONS_H
#include <stdbool.h>
#include <stdint.h>

struct state_options {
	const char *file; /* NULL: state in $STATE_DIRECTORY, or off without that; "off" */
	int64_t every_ns; /* 60 s; 1 s .. 1 d */
};

struct history_options {
	const char *file; /* NULL: history.db in $STATE_DIRECTORY if is_wanted, else off; "off" */
	bool is_wanted;   /* the section is there */
	int64_t keep_minutes_ns, keep_hours_ns, keep_events_ns; /* keep: {1m: 7d, 1h: 1y, events: 1y} */
	int64_t detail_ns;                                      /* so long each probe is kept as well; 0: off */
	uint64_t max_size;                                      /* bytes; 10G; >= 1M */
};
#endif
