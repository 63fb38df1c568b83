/* farend_rules.h - what the far end does with requests, by destination prefix.
 *
 * One rule a line, the first whose prefix holds the destination wins, "#" begins a comment:
 *     198.18.1.0/24  delay=10ms jitter=2ms loss=30% dup-every=4 dup-delay=1ms
 * An ACTION happens always (ACTION), at random (ACTION=P%) or at each N-th request that the
 * destination gets (ACTION-every=N):
 *     loss dup reorder late error forge-before replay-previous and each name of enum damage
 * Values:
 *     delay= jitter= dup-delay= reorder-delay= late-delay=   durations: ns us ms s
 *     dup-copies=N  ttl=N  ttl-change-after=N:TTL  wrong-id-xor=N  wrong-seq-xor=N
 *     opts (IPv4 options or an IPv6 extension header on whatever is sent)
 *     flood=N (damaged replies and errors are sent N times)
 *     true-too (a damaged reply goes at once, the true one follows when due)
 *     error=TYPE:CODE  from=ADDRESS  mtu=N  quote=N|full  quote-opts  quote-bad-nonce  quote-wrong-id
 *     error-then-reply (the error goes at once, the true reply follows when due)
 *     hops=N routers=ADDRESS (requests with a TTL below N get "time exceeded", from ADDRESS + TTL - 1; the true
 *     reply is what the others get)  hop-delay=DURATION (times the TTL)  hop-silent=TTL
 *     hop-change=TTL:N (after N requests with this TTL, that router is ADDRESS + 128 + TTL - 1)
 *     hop-from=TTL:ADDRESS (that router answers from this address)
 */
#ifndef FAREND_RULES_H
#define FAREND_RULES_H
#include "farend_packet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum action {
	ACTION_LOSS,
	ACTION_DUP,
	ACTION_REORDER,
	ACTION_LATE,
	ACTION_ERROR,
	ACTION_FORGE_BEFORE,    /* a reply with a wrong nonce, at once, and then the true one */
	ACTION_REPLAY_PREVIOUS, /* at once the reply that this destination sent last */
	ACTION_DAMAGE,          /* + enum damage - 1 */
	ACTION_COUNT = ACTION_DAMAGE + DAMAGE_COUNT - 1
};

struct rate {
	double share;   /* 0 .. 1, at random */
	uint32_t every; /* not 0: each N-th request instead */
};

struct rule {
	int family;
	uint8_t prefix[16];
	unsigned prefix_len;
	struct rate rates[ACTION_COUNT];
	int64_t delay_ns, jitter_ns, dup_delay_ns, reorder_delay_ns, late_delay_ns, hop_delay_ns;
	uint32_t flood, dup_copies, ttl, ttl_change_after, ttl_changed, wrong_id_xor, wrong_seq_xor;
	bool opts, true_too, error_then_reply;
	bool has_from;
	uint8_t from[16]; /* sender of errors; else the destination itself */
	struct error_shape error;
	uint32_t hops, hop_silent, hop_change, hop_change_after, hop_from; /* TTLs; 0: none */
	uint8_t routers[16], hop_from_addr[16];
};

struct rules {
	struct rule *at;
	size_t n;
};

/* rules_load - 0, or -errno with *line the line at fault (0: the file) and *word its word. */
int rules_load(struct rules *out, const char *path, unsigned *line, char word[64]);
void rules_fini(struct rules *r);

/* rules_find - the first rule that holds addr; NULL if none does. */
const struct rule *rules_find(const struct rules *r, int family, const uint8_t addr[16]);
#endif
