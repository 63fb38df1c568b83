/* incoming.h - what a packet is that has come by one of our sockets, of whatever kind the socket is. */
#ifndef MINIPING_INCOMING_H
#define MINIPING_INCOMING_H
#include "core/decode.h"
#include "core/sock.h"

/* incoming_decode - as decode.h says, for a packet that s has received; what is longer than it can be is
 * DECODE_MALFORMED. The id of a ping socket's packets is the kernel's, and means nothing. */
enum decode_kind incoming_decode(const struct sock *s, const struct sock_in *in, struct decoded *out);
#endif
