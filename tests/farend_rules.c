#include "farend_rules.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const char *const action_names[ACTION_DAMAGE] = {
	"loss", "dup", "reorder", "late", "error", "forge-before", "replay-previous",
};

static const struct {
	const char *name;
	size_t offset;
} durations[] = {
	{ "delay", offsetof(struct rule, delay_ns) },
	{ "jitter", offsetof(struct rule, jitter_ns) },
	{ "dup-delay", offsetof(struct rule, dup_delay_ns) },
	{ "reorder-delay", offsetof(struct rule, reorder_delay_ns) },
	{ "late-delay", offsetof(struct rule, late_delay_ns) },
	{ "hop-delay", offsetof(struct rule, hop_delay_ns) },
}, counts[] = {
	{ "flood", offsetof(struct rule, flood) },
	{ "dup-copies", offsetof(struct rule, dup_copies) },
	{ "ttl", offsetof(struct rule, ttl) },
	{ "wrong-id-xor", offsetof(struct rule, wrong_id_xor) },
	{ "wrong-seq-xor", offsetof(struct rule, wrong_seq_xor) },
	{ "mtu", offsetof(struct rule, error.mtu) },
	{ "hops", offsetof(struct rule, hops) },
	{ "hop-silent", offsetof(struct rule, hop_silent) },
}, flags[] = {
	{ "opts", offsetof(struct rule, opts) },
	{ "true-too", offsetof(struct rule, true_too) },
	{ "error-then-reply", offsetof(struct rule, error_then_reply) },
	{ "quote-opts", offsetof(struct rule, error.quote_opts) },
	{ "quote-bad-nonce", offsetof(struct rule, error.quote_bad_nonce) },
	{ "quote-wrong-id", offsetof(struct rule, error.quote_wrong_id) },
};

static void *field(struct rule *r, size_t offset)
{
	return (char *)r + offset;
}

static int parse_count(uint32_t *out, const char *text)
{
	char *end;
	unsigned long v = strtoul(text, &end, 0);

	if (end == text || *end || v > UINT32_MAX)
		return -EINVAL;
	*out = (uint32_t)v;
	return 0;
}

static int parse_duration(int64_t *out, const char *text)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	char *end;
	double v = strtod(text, &end);

	if (end == text || !(v >= 0 && v < 1e9))
		return -EINVAL;
	for (size_t i = 0; i < N_OF(units); i++)
		if (!strcmp(end, units[i].unit)) {
			*out = (int64_t)(v * units[i].ns);
			return 0;
		}
	return -EINVAL;
}

static const char *action_name(size_t a)
{
	return a < ACTION_DAMAGE ? action_names[a] : damage_name((enum damage)(a - ACTION_DAMAGE + 1));
}

/* NAME, NAME=P% or NAME-every=N. -ENOENT: the word is no action. */
static int parse_action(struct rule *r, const char *name, const char *value)
{
	size_t a = 0, len = 0;
	char *end;

	for (; a < ACTION_COUNT; a++) {
		len = strlen(action_name(a));
		if (!strncmp(name, action_name(a), len) && (!name[len] || !strcmp(name + len, "-every")))
			break;
	}
	if (a == ACTION_COUNT || (a == ACTION_ERROR && !name[len] && !strchr(value, '%')))
		return -ENOENT;
	if (name[len])
		return parse_count(&r->rates[a].every, value);
	r->rates[a].share = *value ? strtod(value, &end) / 100 : 1;
	if (*value && strcmp(end, "%"))
		return -EINVAL;
	return r->rates[a].share >= 0 && r->rates[a].share <= 1 ? 0 : -EINVAL;
}

/* "A:B" */
static int parse_pair(uint32_t *a, uint32_t *b, const char *text)
{
	char first[16];
	const char *colon = strchr(text, ':');

	if (!colon || colon - text >= (int)sizeof(first))
		return -EINVAL;
	snprintf(first, sizeof(first), "%.*s", (int)(colon - text), text);
	return parse_count(a, first) || parse_count(b, colon + 1) ? -EINVAL : 0;
}

static int parse_error(struct rule *r, const char *value)
{
	uint32_t type, code;

	if (parse_pair(&type, &code, value) || type > 255 || code > 255)
		return -EINVAL;
	r->error.type = (uint8_t)type;
	r->error.code = (uint8_t)code;
	if (!r->rates[ACTION_ERROR].every && r->rates[ACTION_ERROR].share == 0)
		r->rates[ACTION_ERROR].share = 1;
	return 0;
}

static int parse_quote(struct rule *r, const char *value)
{
	uint32_t n = 0;

	if (!strcmp(value, "full"))
		r->error.quote = QUOTE_FULL;
	else if (parse_count(&n, value))
		return -EINVAL;
	else
		r->error.quote = n;
	return 0;
}

static int parse_table(struct rule *r, const char *name, const char *value)
{
	for (size_t i = 0; i < N_OF(durations); i++)
		if (!strcmp(name, durations[i].name))
			return parse_duration(field(r, durations[i].offset), value);
	for (size_t i = 0; i < N_OF(counts); i++)
		if (!strcmp(name, counts[i].name))
			return parse_count(field(r, counts[i].offset), value);
	for (size_t i = 0; i < N_OF(flags); i++)
		if (!strcmp(name, flags[i].name) && !*value) {
			*(bool *)field(r, flags[i].offset) = true;
			return 0;
		}
	return -ENOENT;
}

/* TTL:ADDRESS */
static int parse_hop_from(struct rule *r, const char *value)
{
	char ttl[16];
	const char *colon = strchr(value, ':');

	if (!colon || colon - value >= (int)sizeof(ttl))
		return -EINVAL;
	snprintf(ttl, sizeof(ttl), "%.*s", (int)(colon - value), value);
	return parse_count(&r->hop_from, ttl) || inet_pton(r->family, colon + 1, r->hop_from_addr) != 1 ? -EINVAL : 0;
}

static int parse_hops(struct rule *r, const char *name, const char *value)
{
	if (!strcmp(name, "routers"))
		return inet_pton(r->family, value, r->routers) == 1 ? 0 : -EINVAL;
	if (!strcmp(name, "hop-change"))
		return parse_pair(&r->hop_change, &r->hop_change_after, value);
	if (!strcmp(name, "hop-from"))
		return parse_hop_from(r, value);
	return -EINVAL;
}

static int parse_word(struct rule *r, char *name)
{
	char *equals = strchr(name, '=');
	const char *value = equals ? equals + 1 : "";
	int err;

	if (equals)
		*equals = '\0';
	err = parse_action(r, name, value);
	if (err == -ENOENT)
		err = parse_table(r, name, value);
	if (err != -ENOENT)
		return err;
	if (!strcmp(name, "error"))
		return parse_error(r, value);
	if (!strcmp(name, "quote"))
		return parse_quote(r, value);
	if (!strcmp(name, "ttl-change-after"))
		return parse_pair(&r->ttl_change_after, &r->ttl_changed, value);
	if (!strcmp(name, "from")) {
		r->has_from = true;
		return inet_pton(r->family, value, r->from) == 1 ? 0 : -EINVAL;
	}
	return parse_hops(r, name, value);
}

static int parse_prefix(struct rule *r, char *text)
{
	char *slash = strchr(text, '/');
	uint32_t len, max;

	if (slash)
		*slash = '\0';
	r->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	max = len = r->family == AF_INET ? 32 : 128;
	if (inet_pton(r->family, text, r->prefix) != 1)
		return -EINVAL;
	if (slash && (parse_count(&len, slash + 1) || len > max))
		return -EINVAL;
	r->prefix_len = len;
	return 0;
}

static int parse_line(struct rule *r, char *line, char word[64])
{
	char *save, *text = strtok_r(line, " \t\n", &save);

	*r = (struct rule){ .ttl = 64, .flood = 1, .dup_copies = 1, .wrong_id_xor = 0x8000, .wrong_seq_xor = 0x4000 };
	r->error.quote = QUOTE_FULL;
	snprintf(word, 64, "%s", text);
	if (parse_prefix(r, text))
		return -EINVAL;
	while ((text = strtok_r(NULL, " \t\n", &save))) {
		snprintf(word, 64, "%s", text);
		if (parse_word(r, text))
			return -EINVAL;
	}
	return 0;
}

static int append(struct rules *out, const struct rule *r)
{
	/* In steps of 64: a rules file is read once. */
	if (out->n % 64 == 0) {
		struct rule *at = realloc(out->at, (out->n + 64) * sizeof(*at));

		if (!at)
			return -ENOMEM;
		out->at = at;
	}
	out->at[out->n++] = *r;
	return 0;
}

int rules_load(struct rules *out, const char *path, unsigned *line, char word[64])
{
	FILE *f = fopen(path, "re");
	char text[1024];
	int err = 0;

	*out = (struct rules){ 0 };
	*line = 0;
	word[0] = '\0';
	if (!f)
		return -errno;
	while (!err && fgets(text, sizeof(text), f)) {
		struct rule r;

		++*line;
		text[strcspn(text, "#")] = '\0';
		if (!text[strspn(text, " \t\n")])
			continue;
		err = parse_line(&r, text, word);
		if (!err)
			err = append(out, &r);
	}
	fclose(f);
	return err;
}

void rules_fini(struct rules *r)
{
	free(r->at);
}

static bool holds(const struct rule *r, const uint8_t *addr)
{
	unsigned whole = r->prefix_len / 8, rest = r->prefix_len % 8;
	uint8_t mask = (uint8_t)(0xff00u >> rest);

	if (memcmp(r->prefix, addr, whole))
		return false;
	return !rest || !((r->prefix[whole] ^ addr[whole]) & mask);
}

const struct rule *rules_find(const struct rules *r, int family, const uint8_t addr[16])
{
	for (size_t i = 0; i < r->n; i++)
		if (r->at[i].family == family && holds(&r->at[i], addr))
			return &r->at[i];
	return NULL;
}
