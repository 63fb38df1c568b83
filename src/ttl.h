/* ttl.h - what a received TTL or hop limit tells of the way and of the sender. Pure. */
#ifndef MINIPING_TTL_H
#define MINIPING_TTL_H

/* ttl_hops - routers passed, counting the sender: initial − ttl + 1, where the initial TTL is the
 * lowest of 64, 128, 255 not below ttl. ttl in 0 .. 255; -1 (not known) gives -1. */
int ttl_hops(int ttl);

/* ttl_os_guess - the family of systems that start at that initial TTL; NULL for -1. */
const char *ttl_os_guess(int ttl);
#endif
