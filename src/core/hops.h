/* hops.h - number of hops and operating system, estimated from a received TTL or hop limit. Pure. */
#ifndef MINIPING_HOPS_H
#define MINIPING_HOPS_H

/* hops_from_ttl - routers passed, counting the sender: initial − ttl + 1, where the initial TTL is the
 * lowest of 64, 128, 255 not below ttl. ttl in 0 .. 255; -1 (not known) gives -1. */
int hops_from_ttl(int ttl);

/* hops_os_guess - the family of systems that start at that initial TTL; NULL for -1. */
const char *hops_os_guess(int ttl);
#endif
