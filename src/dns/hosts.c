/* hosts.c - cuts the text into names and addresses in place, and indexes the names. */
#include "dns/hosts.h"

#include "base/index.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SPACE   " \t\r\f\v"
#define NAMELEN 256u /* and its NUL; no target has a longer name */

struct entry {            /* a name on a line */
	const char *name; /* in lower case */
	uint32_t addr;
	uint32_t next, last; /* of the same name; last: of the first one's alone */
};

struct hosts {
	char *text;
	struct addr *addrs;
	struct entry *entries;
	struct index index; /* of each name's first entry */
	uint32_t n_addrs, addrs_room, n_entries, entries_room;
};

static bool same_name(const void *data, uint32_t number, const void *wanted)
{
	const struct hosts *h = data;

	return !strcmp(h->entries[number].name, wanted);
}

/* Whatever the locale. */
static void lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

static void *grown(void *all, uint32_t n, uint32_t *room, size_t size)
{
	uint32_t more = *room ? 2 * *room : 64;

	if (n < *room)
		return all;
	all = more > *room ? reallocarray(all, more, size) : NULL;
	if (all)
		*room = more;
	return all;
}

static bool add_addr(struct hosts *h, const struct addr *a)
{
	struct addr *addrs = grown(h->addrs, h->n_addrs, &h->addrs_room, sizeof(*addrs));

	if (!addrs)
		return false;
	h->addrs = addrs;
	addrs[h->n_addrs++] = *a;
	return true;
}

/* For the address that was added last. */
static bool add_name(struct hosts *h, char *name)
{
	struct entry *entries = grown(h->entries, h->n_entries, &h->entries_room, sizeof(*entries));
	uint32_t hash, first, i = h->n_entries;

	if (!entries)
		return false;
	lower(name);
	h->entries = entries;
	hash = index_hash_text(&h->index, name);
	first = index_at(&h->index, hash, h, name);
	entries[i] = (struct entry){ .name = name, .addr = h->n_addrs - 1, .next = INDEX_NONE, .last = i };
	if (first == INDEX_NONE && index_add(&h->index, hash, i))
		return false;
	if (first != INDEX_NONE) {
		entries[entries[first].last].next = i;
		entries[first].last = i;
	}
	h->n_entries++;
	return true;
}

static bool read_line(struct hosts *h, char *line)
{
	char *rest, *word;
	struct addr a;

	line[strcspn(line, "#")] = '\0';
	word = strtok_r(line, SPACE, &rest);
	if (!word || addr_parse_scoped(&a, word))
		return true;
	if (!add_addr(h, &a))
		return false;
	while ((word = strtok_r(NULL, SPACE, &rest)))
		if (strlen(word) < NAMELEN && !add_name(h, word))
			return false;
	return true;
}

struct hosts *hosts_parse(char *text, size_t len, struct hash_secret secret)
{
	struct hosts *h = calloc(1, sizeof(*h));
	char *end;

	if (!h) {
		free(text);
		return NULL;
	}
	h->text = text;
	index_init(&h->index, secret, same_name);
	text[len] = '\0';
	for (char *line = text; line < text + len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + len - line));
		end = end ? end : text + len;
		*end = '\0';
		if (!read_line(h, line)) {
			hosts_free(h);
			return NULL;
		}
	}
	return h;
}

void hosts_free(struct hosts *h)
{
	if (!h)
		return;
	index_fini(&h->index);
	free(h->entries);
	free(h->addrs);
	free(h->text);
	free(h);
}

static bool is_wanted(const struct addr *a, enum family family)
{
	return family == FAMILY_ANY || (family == FAMILY_IPV6) == (a->family == AF_INET6);
}

static size_t find_listed(const struct hosts *h, const char *name, enum family family, struct addr *addrs)
{
	uint32_t i = index_at(&h->index, index_hash_text(&h->index, name), h, name);
	size_t n = 0;

	for (; i != INDEX_NONE && n < HOSTS_ADDRS_MAX; i = h->entries[i].next)
		if (is_wanted(&h->addrs[h->entries[i].addr], family))
			addrs[n++] = h->addrs[h->entries[i].addr];
	return n;
}

static bool is_localhost(const char *name)
{
	static const char localhost[] = "localhost";
	size_t len = strlen(name), tail = sizeof(localhost) - 1;

	return len >= tail && !strcmp(name + len - tail, localhost) && (len == tail || name[len - tail - 1] == '.');
}

static size_t find_loopback(enum family family, struct addr *addrs)
{
	static const uint8_t ip4[4] = { 127, 0, 0, 1 }, ip6[16] = { [15] = 1 };
	const struct addr loopback[] = { addr_from_bytes(ip4, AF_INET), addr_from_bytes(ip6, AF_INET6) };
	size_t n = 0;

	for (size_t i = 0; i < 2; i++)
		if (is_wanted(&loopback[i], family))
			addrs[n++] = loopback[i];
	return n;
}

size_t hosts_find(const struct hosts *h, const char *name, enum family family, struct addr addrs[HOSTS_ADDRS_MAX])
{
	char wanted[NAMELEN];
	size_t n = 0;

	if (strlen(name) >= sizeof(wanted))
		return 0;
	strcpy(wanted, name);
	lower(wanted);
	if (h)
		n = find_listed(h, wanted, family, addrs);
	return n || !is_localhost(wanted) ? n : find_loopback(family, addrs);
}
