/* metrics_process.h - what the kernel says of this process, for the metrics that every exporter has. */
#ifndef MINIPING_METRICS_PROCESS_H
#define MINIPING_METRICS_PROCESS_H
#include <stdint.h>

struct metrics_process { /* 0 where the kernel does not say */
	int64_t cpu_ns;
	uint64_t virtual_bytes, resident_bytes;
	uint64_t n_fds, max_fds; /* max_fds: UINT64_MAX: no limit */
};

/* metrics_process_read - from /proc/self and getrlimit(2), now. Some 50 us, and 1 us for each open descriptor. */
struct metrics_process metrics_process_read(void);
#endif
