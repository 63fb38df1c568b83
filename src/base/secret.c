/* secret.c - by getrandom(2), which must not block: a daemon may start before the machine has entropy. */
#include "base/secret.h"

#include "base/clock.h"

#include <sys/random.h>

struct hash_secret secret_new(void)
{
	struct hash_secret secret;

	if (getrandom(&secret, sizeof(secret), GRND_NONBLOCK) != sizeof(secret))
		secret = (struct hash_secret){ (uint64_t)clock_mono_ns(), (uint64_t)clock_pair_now().real_ns };
	return secret;
}
