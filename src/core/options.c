#include "core/options.h"

#include "base/parse.h"

#include <errno.h>
#include <string.h>

#define WINDOW_MIN    2
#define WINDOW_MAX    65535
#define INTERVAL_MAX  (24 * NS_PER_H)
#define WINDOW_MAX_NS (WINDOW_MAX * INTERVAL_MAX)

#define KEY(name, type, member, min, max, about) \
	{ name, OPTIONS_##type, offsetof(struct options, member), min, max, about, NULL }
#define CHOICE(name, member, choices, about) \
	{ name, OPTIONS_CHOICE, offsetof(struct options, member), 0, 0, about, choices }

static const char *const families[] = {
	[FAMILY_ANY] = "any", [FAMILY_IPV4] = "ipv4", [FAMILY_IPV6] = "ipv6", [FAMILY_BOTH] = "both", NULL,
};
static const char *const addresses[] = { [ADDRESSES_FIRST] = "first", [ADDRESSES_ALL] = "all", NULL };
static const char *const address_changes[] = {
	[ADDRESS_CHANGE_KEEP] = "keep", [ADDRESS_CHANGE_SPLIT] = "split", NULL,
};

const struct options_key options_keys[] = {
	KEY("interval", DURATION, interval_ns, NS_PER_MS, INTERVAL_MAX, "from one probe to the next"),
	KEY("timeout", DURATION, timeout_ns, NS_PER_MS, OPTIONS_RTT_MAX_NS,
	    "a reply later than this is late"),
	KEY("window", WINDOW, window, WINDOW_MIN, WINDOW_MAX,
	    "probes, or time, that the statistics cover"),
	KEY("size", COUNT, size, OPTIONS_SIZE_MIN, OPTIONS_SIZE_MAX, "payload bytes"),
	KEY("pattern", PATTERN, pattern, 1, OPTIONS_PATTERN_MAX,
	    "bytes, as hex digits, that are repeated behind the payload's first eight"),
	KEY("dscp", DSCP, dscp, 0, 63, "differentiated services code point"),
	KEY("ttl", TTL, ttl, 1, 255, "time to live, or hop limit"),
	KEY("df", TRISTATE, df, 0, 1, "forbid fragmentation: too large a probe is lost, not cut in pieces"),
	KEY("mark", MARK, mark, 0, UINT32_MAX, "firewall mark of the probes; 0: none"),
	KEY("source", ADDR, source, 0, 0, "address of this host that probes are sent from"),
	KEY("interface", INTERFACE, interface, 0, 0, "interface of this host that probes leave through"),
	CHOICE("family", family, families,
	       "IP version of a name's addresses; both: two targets, NAME/4 and NAME/6, or with addresses: all "
	       "those of both"),
	CHOICE("addresses", addresses, addresses,
	       "of a name, the first address, or all: a target NAME/ADDRESS for each, up to 64"),
	CHOICE("on_address_change", on_address_change, address_changes,
	       "a name has moved to another address: keep its statistics, or split them there"),
	KEY("report", DURATION, report_ns, NS_PER_S, 24 * NS_PER_H,
	    "from one report record to the next"),
	KEY("probes", BOOL, probes, 0, 1, "log each probe"),
	KEY("fall", COUNT, fall, 1, 1000, "losses in a row until a target is down, or probes not sent until it is unknown"),
	KEY("rise", COUNT, rise, 1, 1000, "replies in a row until a target is up"),
	KEY("degraded.loss", PERCENT, degraded_loss_pct, 0, 100,
	    "loss above it is degraded; 0: no threshold"),
	KEY("degraded.rtt", DURATION, degraded_rtt_ns, 0, OPTIONS_RTT_MAX_NS,
	    "median RTT above it is degraded; 0: no threshold"),
	KEY("degraded.jitter", DURATION, degraded_jitter_ns, 0, OPTIONS_RTT_MAX_NS,
	    "jitter above it is degraded; 0: no threshold"),
	KEY("degraded.clear.loss", PERCENT, clear_loss_pct, 0, 100,
	    "loss above it keeps a degraded target degraded; at most degraded.loss"),
	KEY("degraded.clear.rtt", DURATION, clear_rtt_ns, 0, OPTIONS_RTT_MAX_NS,
	    "median RTT above it keeps a degraded target degraded; at most degraded.rtt"),
	KEY("degraded.clear.jitter", DURATION, clear_jitter_ns, 0, OPTIONS_RTT_MAX_NS,
	    "jitter above it keeps a degraded target degraded; at most degraded.jitter"),
	{ .name = NULL },
};
const size_t options_n_keys = sizeof(options_keys) / sizeof(options_keys[0]) - 1;

struct options options_default(void)
{
	return (struct options){
		.interval_ns = NS_PER_S,
		.timeout_ns = NS_PER_S,
		.report_ns = NS_PER_M,
		.window = 60,
		.size = 56,
		.fall = 3,
		.rise = 2,
		.clear_rtt_ns = -1,
		.clear_jitter_ns = -1,
		.clear_loss_pct = -1,
		.dscp = -1,
		.ttl = -1,
		.df = -1,
	};
}

const struct options_key *options_key_find(const char *name)
{
	for (size_t i = 0; i < options_n_keys; i++) {
		if (!strcmp(options_keys[i].name, name))
			return &options_keys[i];
	}
	return NULL;
}

static int choice_set(void *place, const struct options_key *key, const char *text)
{
	for (int i = 0; key->choices[i]; i++) {
		if (!strcmp(key->choices[i], text)) {
			memcpy(place, &i, sizeof(i));   /* every enum here has an int's size */
			return 0;
		}
	}
	return -EINVAL;
}

static int count_set(uint32_t *out, const struct options_key *key, const char *text)
{
	int64_t value;
	int err = parse_count(&value, text, key->min, key->max);

	if (!err)
		*out = (uint32_t)value;
	return err;
}

static int ttl_set(int *out, const struct options_key *key, const char *text)
{
	int64_t value;
	int err = parse_count(&value, text, key->min, key->max);

	if (!err)
		*out = (int)value;
	return err;
}

static int window_set(struct options *o, const struct options_key *key, const char *text)
{
	int err = count_set(&o->window, key, text);

	if (!err)
		o->window_ns = 0;
	/* A bare number would be seconds to parse_duration; here it is a count, good or bad. */
	if (err != -EINVAL || !text[strcspn(text, "usmhd")])
		return err;
	return parse_duration(&o->window_ns, text, 1, WINDOW_MAX_NS);
}

static int tristate_set(int *out, const char *text)
{
	bool value;
	int err = parse_bool(&value, text);

	if (!err)
		*out = value;
	return err;
}

static int addr_set(struct addr *out, const char *text)
{
	struct addr a;

	if (addr_parse(&a, text) < 0 || !addr_is_probeable(&a))
		return -EINVAL;
	*out = a;
	return 0;
}

/* What the kernel takes for a name (dev_valid_name), and only what can be seen. */
static int interface_set(char out[OPTIONS_INTERFACE_LEN], const char *text)
{
	size_t len = strlen(text);

	if (!len || len >= OPTIONS_INTERFACE_LEN || !strcmp(text, ".") || !strcmp(text, ".."))
		return -EINVAL;
	for (const char *at = text; *at; at++) {
		if (*at <= ' ' || *at == 0x7f || *at == '/' || *at == ':')
			return -EINVAL;
	}
	strncpy(out, text, OPTIONS_INTERFACE_LEN);        /* pads with NULs: profiles are compared byte by byte */
	return 0;
}

static int pattern_set(struct options *o, const char *text)
{
	uint8_t bytes[OPTIONS_PATTERN_MAX] = { 0 };
	int n = parse_hex(bytes, sizeof(bytes), text);

	if (n < 0)
		return n;
	memcpy(o->pattern, bytes, sizeof(bytes));
	o->pattern_len = (uint32_t)n;
	return 0;
}

int options_key_set(void *base, const struct options_key *key, const char *text)
{
	void *place = (char *)base + key->offset;

	switch (key->type) {
	case OPTIONS_DURATION:
		return parse_duration(place, text, key->min, key->max);
	case OPTIONS_COUNT:
		return count_set(place, key, text);
	case OPTIONS_MARK:
		return parse_bits(place, text);
	case OPTIONS_PERCENT:
		return parse_percent(place, text);
	case OPTIONS_DSCP:
		return parse_dscp(place, text);
	case OPTIONS_TTL:
		return ttl_set(place, key, text);
	case OPTIONS_CHOICE:
		return choice_set(place, key, text);
	case OPTIONS_BOOL:
		return parse_bool(place, text);
	case OPTIONS_TRISTATE:
		return tristate_set(place, text);
	case OPTIONS_ADDR:
		return addr_set(place, text);
	case OPTIONS_INTERFACE:
		return interface_set(place, text);
	case OPTIONS_PATTERN:
		return pattern_set(base, text);
	case OPTIONS_WINDOW:
		return window_set(base, key, text);
	}
	return -EINVAL;
}

static size_t key_size(const struct options_key *key)
{
	switch (key->type) {
	case OPTIONS_DURATION:  return sizeof(int64_t);
	case OPTIONS_COUNT:
	case OPTIONS_MARK:
	case OPTIONS_WINDOW:    return sizeof(uint32_t);
	case OPTIONS_PERCENT:   return sizeof(double);
	case OPTIONS_DSCP:
	case OPTIONS_TTL:
	case OPTIONS_TRISTATE:  return sizeof(int);
	case OPTIONS_CHOICE:    return sizeof(enum family);
	case OPTIONS_BOOL:      return sizeof(bool);
	case OPTIONS_ADDR:      return offsetof(struct addr, family) + sizeof(uint16_t);
	case OPTIONS_INTERFACE: return OPTIONS_INTERFACE_LEN * sizeof(char);
	case OPTIONS_PATTERN:   return OPTIONS_PATTERN_MAX * sizeof(uint8_t);
	}
	return 0;
}

int options_set(struct options *o, const struct options_key *key, const char *text)
{
	const struct options defaults = options_default();

	if (strcmp(text, "default"))
		return options_key_set(o, key, text);
	memcpy((char *)o + key->offset, (const char *)&defaults + key->offset, key_size(key));
	if (key->type == OPTIONS_WINDOW)
		o->window_ns = 0;
	if (key->type == OPTIONS_PATTERN)
		o->pattern_len = 0;
	return 0;
}

bool options_same(const struct options *a, const struct options *b, const struct options_key *key)
{
	/* A window of time is the same one, whatever each interval makes of it. */
	if (key->type == OPTIONS_WINDOW && (a->window_ns || b->window_ns))
		return a->window_ns == b->window_ns;
	if (key->type == OPTIONS_PATTERN && a->pattern_len != b->pattern_len)
		return false;
	return !memcmp((const char *)a + key->offset, (const char *)b + key->offset, key_size(key));
}

const struct options_key *options_clear_above(const struct options *o)
{
	if (o->degraded_loss_pct > 0 && o->clear_loss_pct > o->degraded_loss_pct)
		return options_key_find("degraded.clear.loss");
	if (o->degraded_rtt_ns > 0 && o->clear_rtt_ns > o->degraded_rtt_ns)
		return options_key_find("degraded.clear.rtt");
	if (o->degraded_jitter_ns > 0 && o->clear_jitter_ns > o->degraded_jitter_ns)
		return options_key_find("degraded.clear.jitter");
	return NULL;
}

int options_finish(struct options *o)
{
	int64_t n;

	if (!o->window_ns)
		return 0;
	n = o->window_ns / o->interval_ns;
	if (n < WINDOW_MIN || n > WINDOW_MAX)
		return -ERANGE;
	o->window = (uint32_t)n;
	return 0;
}

static size_t put(uint8_t *buf, size_t len, const void *from, size_t size)
{
	memcpy(buf + len, from, size);
	return len + size;
}

size_t options_bytes(const struct options *o, uint8_t buf[OPTIONS_BYTES])
{
	size_t len = 0;

	for (size_t i = 0; i < options_n_keys; i++)
		len = put(buf, len, (const char *)o + options_keys[i].offset, key_size(&options_keys[i]));
	len = put(buf, len, &o->window_ns, sizeof(o->window_ns));
	return put(buf, len, &o->pattern_len, sizeof(o->pattern_len));
}
