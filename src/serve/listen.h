/* listen.h - sockets that connections come in by: opened, taken over from systemd, and shared by the setups of two
 * reloads. */
#ifndef MINIPING_LISTEN_H
#define MINIPING_LISTEN_H
#include <stdbool.h>
#include <stddef.h>

struct listener; /* opaque, counted; by any thread */

/* listen_check - what is wrong with "127.0.0.1:9737", "[::1]:9737", ":9737" (all addresses), "unix:/path" or "systemd";
 * NULL: nothing. */
const char *listen_check(const char *name);

/* listen_open - listens at name, but for "systemd". Descriptors do not block.
 *   mine  what this process listens at: one that overlaps does not stand in the way
 * A socket file that nobody listens at is replaced; a new one is 0660. 0 and *out, or -errno. */
int listen_open(struct listener **out, const char *name, struct listener *const *mine, size_t n_mine);

/* listen_inherited - what systemd has passed (sd_listen_fds(3)), up to max; each call gives the same. Returns how
 * many. */
size_t listen_inherited(struct listener **out, size_t max);

struct listener *listen_ref(struct listener *l);

/* listen_unref - the last one closes it, and removes the socket file that it has made. NULL allowed. */
void listen_unref(struct listener *l);

int listen_fd(const struct listener *l);
const char *listen_name(const struct listener *l); /* as it was opened; "systemd" */
bool listen_is_unix(const struct listener *l);
#endif
