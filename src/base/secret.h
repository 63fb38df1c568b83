/* secret.h - a random number from the kernel. */
#ifndef MINIPING_SECRET_H
#define MINIPING_SECRET_H
#include "base/hash.h"

/* secret_new - for the hashes of a table. Does not wait: in a machine without entropy as yet it is the time,
 * which is as good for all but a table that somebody attacks. */
struct hash_secret secret_new(void);
#endif
