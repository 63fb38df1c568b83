/* privileges.h - what the daemon gives up once its sockets are open, and how the kernel is to schedule its loop. */
#ifndef MINIPING_PRIVILEGES_H
#define MINIPING_PRIVILEGES_H
#include <stdint.h>

/* privileges_reduce - gives up CAP_NET_RAW, for what a process does not have cannot be abused. Not if n_marked targets,
 * more than none, have a firewall mark: SO_MARK takes the capability at each send; a warning says so where it is
 * missing. */
void privileges_reduce(uint64_t n_marked);

/* privileges_short_slices - has the calling thread, the loop, run as soon as it has something to do: a thread that runs
 * for long, such as a reload's, gives way at once, not when its own slice of some 3 ms is over (Linux 6.12; older
 * kernels take no notice). Threads that start later inherit neither that nor a nice value below 0. Where it is refused,
 * or the administrator chose another policy, the loop runs as others do. */
void privileges_short_slices(void);

/* privileges_realtime - has the calling thread, the loop, run before all that is not real time (SCHED_FIFO, priority
 * 1). Threads that start later are as others. 0 or -errno; -EPERM: it takes CAP_SYS_NICE or an RLIMIT_RTPRIO of 1 and,
 * with RT_GROUP_SCHED, a control group that has real time to give. */
int privileges_realtime(void);
#endif
