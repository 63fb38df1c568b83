/* resolve_servers.c - sorts a channel's servers by how long they are to be shunned. */
#ifndef CARES_NO_DEPRECATED
#define CARES_NO_DEPRECATED /* lists of nodes are what all versions have */
#endif
#include "dns/resolve_servers.h"

#include <string.h>

static bool is_same(const struct resolve_server *a, const struct resolve_server *b)
{
	return a->family == b->family && a->port == b->port && !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static struct resolve_server server_of(const struct ares_addr_port_node *node)
{
	struct resolve_server s = { .family = node->family, .port = node->udp_port };

	memcpy(s.bytes, &node->addr, node->family == AF_INET ? 4 : 16);
	return s;
}

/* When it need not be shunned any more; 0: now. */
static int64_t shunned_until(const struct resolve_servers *s, const struct ares_addr_port_node *node, int64_t now_ns)
{
	struct resolve_server server = server_of(node);

	for (unsigned i = 0; i < RESOLVE_SERVERS_MAX; i++)
		if (s->shunned[i].until_ns > now_ns && is_same(&s->shunned[i].server, &server))
			return s->shunned[i].until_ns;
	return 0;
}

/* A list of nodes does not tell the interface of a link-local server: such a list is left as it is. */
static unsigned take_nodes(struct ares_addr_port_node *list, struct ares_addr_port_node *nodes[RESOLVE_SERVERS_MAX])
{
	unsigned n = 0;

	for (; list; list = list->next) {
		const uint8_t *bytes = (const uint8_t *)&list->addr;

		if (n == RESOLVE_SERVERS_MAX ||
		    (list->family == AF_INET6 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80))
			return 0;
		nodes[n++] = list;
	}
	return n;
}

/* By insertion: it keeps the order of what is equal. */
static void sort(struct ares_addr_port_node *nodes[], int64_t until_ns[], unsigned n)
{
	for (unsigned i = 1; i < n; i++)
		for (unsigned j = i; j > 0 && until_ns[j] < until_ns[j - 1]; j--) {
			struct ares_addr_port_node *node = nodes[j];
			int64_t until = until_ns[j];

			nodes[j] = nodes[j - 1];
			until_ns[j] = until_ns[j - 1];
			nodes[j - 1] = node;
			until_ns[j - 1] = until;
		}
}

void resolve_servers_arrange(struct resolve_servers *s, ares_channel ares, bool rotate, int64_t now_ns,
                             struct resolve_server *first)
{
	struct ares_addr_port_node *list = NULL, *nodes[RESOLVE_SERVERS_MAX], *sorted[RESOLVE_SERVERS_MAX];
	int64_t until_ns[RESOLVE_SERVERS_MAX];
	unsigned n, from;

	*first = (struct resolve_server){ .family = AF_UNSPEC };
	if (ares_get_servers_ports(ares, &list))
		return;
	n = take_nodes(list, nodes);
	from = rotate && n ? s->n_channels++ % n : 0;
	for (unsigned i = 0; i < n; i++) {
		sorted[i] = nodes[(from + i) % n];
		until_ns[i] = shunned_until(s, sorted[i], now_ns);
	}
	sort(sorted, until_ns, n);
	if (n > 1) {
		struct ares_addr_port_node copies[RESOLVE_SERVERS_MAX];

		for (unsigned i = 0; i < n; i++) {
			copies[i] = *sorted[i];
			copies[i].next = i + 1 < n ? &copies[i + 1] : NULL;
		}
		if (!ares_set_servers_ports(ares, copies))
			*first = server_of(sorted[0]);
	}
	ares_free_data(list);
}

/* In the place of the same one, or of what is to be shunned no more, or the least long. */
void resolve_servers_shun(struct resolve_servers *s, const struct resolve_server *server, int64_t now_ns)
{
	unsigned at = 0;

	for (unsigned i = 0; i < RESOLVE_SERVERS_MAX; i++) {
		if (is_same(&s->shunned[i].server, server)) {
			at = i;
			break;
		}
		if (s->shunned[i].until_ns < s->shunned[at].until_ns)
			at = i;
	}
	s->shunned[at].server = *server;
	s->shunned[at].until_ns = now_ns + RESOLVE_SERVERS_SHUN_NS;
}
