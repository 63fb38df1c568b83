#include "options.h"

#include "value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define WINDOW_MIN    2
#define WINDOW_MAX    65535
#define INTERVAL_MAX  (24 * NS_PER_H)
#define WINDOW_MAX_NS (WINDOW_MAX * INTERVAL_MAX)

#define KEY(name, type, member, min, max, about) \
	{ name, OPTIONS_##type, offsetof(struct options, member), min, max, about }

const struct options_key options_keys[] = {
	KEY("interval", DURATION, interval_ns, NS_PER_MS, INTERVAL_MAX, "from one probe to the next"),
	KEY("timeout", DURATION, timeout_ns, NS_PER_MS, OPTIONS_RTT_MAX_NS,
	    "a reply later than this is late"),
	KEY("window", WINDOW, window, WINDOW_MIN, WINDOW_MAX,
	    "probes, or time, that the statistics cover"),
	KEY("size", COUNT, size, OPTIONS_SIZE_MIN, OPTIONS_SIZE_MAX, "payload bytes"),
	KEY("dscp", DSCP, dscp, 0, 63, "differentiated services code point"),
	KEY("ttl", TTL, ttl, 1, 255, "time to live, or hop limit"),
	KEY("family", FAMILY, family, 0, 0, "IP version of a name's addresses"),
	KEY("report", DURATION, report_ns, NS_PER_S, 24 * NS_PER_H,
	    "from one report record to the next"),
	KEY("probes", BOOL, probes, 0, 1, "log each probe"),
	KEY("fall", COUNT, fall, 1, 1000, "losses in a row until a target is down"),
	KEY("rise", COUNT, rise, 1, 1000, "replies in a row until a target is up"),
	KEY("degraded.loss", PERCENT, degraded_loss_pct, 0, 100,
	    "loss above it is degraded; 0: no threshold"),
	KEY("degraded.rtt", DURATION, degraded_rtt_ns, 0, OPTIONS_RTT_MAX_NS,
	    "median RTT above it is degraded; 0: no threshold"),
	KEY("degraded.jitter", DURATION, degraded_jitter_ns, 0, OPTIONS_RTT_MAX_NS,
	    "jitter above it is degraded; 0: no threshold"),
};
const size_t options_n_keys = sizeof(options_keys) / sizeof(options_keys[0]);

static const char *const families[] = {
	[FAMILY_ANY] = "any", [FAMILY_IPV4] = "ipv4", [FAMILY_IPV6] = "ipv6",
};

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
		.dscp = -1,
		.ttl = -1,
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

static int family_parse(enum family *out, const char *text)
{
	for (int f = FAMILY_ANY; f <= FAMILY_IPV6; f++) {
		if (!strcmp(families[f], text)) {
			*out = (enum family)f;
			return 0;
		}
	}
	return -EINVAL;
}

static int count_set(uint32_t *out, const struct options_key *key, const char *text)
{
	int64_t value;
	int err = value_count(&value, text, key->min, key->max);

	if (!err)
		*out = (uint32_t)value;
	return err;
}

static int ttl_set(int *out, const struct options_key *key, const char *text)
{
	int64_t value;
	int err = value_count(&value, text, key->min, key->max);

	if (!err)
		*out = (int)value;
	return err;
}

static int window_set(struct options *o, const struct options_key *key, const char *text)
{
	int err = count_set(&o->window, key, text);

	if (!err)
		o->window_ns = 0;
	/* A bare number would be seconds to value_duration; here it is a count, good or bad. */
	if (err != -EINVAL || !text[strcspn(text, "usmhd")])
		return err;
	return value_duration(&o->window_ns, text, 1, WINDOW_MAX_NS);
}

int options_set(struct options *o, const struct options_key *key, const char *text)
{
	char *place = (char *)o + key->offset;

	switch (key->type) {
	case OPTIONS_DURATION:
		return value_duration((int64_t *)(void *)place, text, key->min, key->max);
	case OPTIONS_COUNT:
		return count_set((uint32_t *)(void *)place, key, text);
	case OPTIONS_PERCENT:
		return value_percent((double *)(void *)place, text);
	case OPTIONS_DSCP:
		return value_dscp((int *)(void *)place, text);
	case OPTIONS_TTL:
		return ttl_set((int *)(void *)place, key, text);
	case OPTIONS_FAMILY:
		return family_parse((enum family *)(void *)place, text);
	case OPTIONS_BOOL:
		return value_bool((bool *)(void *)place, text);
	case OPTIONS_WINDOW:
		return window_set(o, key, text);
	}
	return -EINVAL;
}

char *options_expects(const struct options_key *key, char *buf, size_t buf_len)
{
	char min[VALUE_STRLEN], max[VALUE_STRLEN];
	long long low = key->min, high = key->max;

	switch (key->type) {
	case OPTIONS_DURATION:
		snprintf(buf, buf_len, "a duration from %s to %s", value_duration_text(key->min, min),
		         value_duration_text(key->max, max));
		break;
	case OPTIONS_COUNT:
	case OPTIONS_TTL:
		snprintf(buf, buf_len, "a whole number from %lld to %lld", low, high);
		break;
	case OPTIONS_PERCENT:
		snprintf(buf, buf_len, "a percentage from %lld%% to %lld%%", low, high);
		break;
	case OPTIONS_DSCP:
		snprintf(buf, buf_len,
			 "a number from %lld to %lld, or CS0 to CS7, AF11 to AF43, EF, VA or LE", low,
			 high);
		break;
	case OPTIONS_FAMILY:
		snprintf(buf, buf_len, "any, ipv4 or ipv6");
		break;
	case OPTIONS_BOOL:
		snprintf(buf, buf_len, "true or false");
		break;
	case OPTIONS_WINDOW:
		snprintf(buf, buf_len, "a number of probes from %lld to %lld, or a duration such as 5m",
			 low, high);
		break;
	}
	return buf;
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

static size_t key_size(const struct options_key *key)
{
	switch (key->type) {
	case OPTIONS_DURATION: return sizeof(int64_t);
	case OPTIONS_COUNT:
	case OPTIONS_WINDOW:   return sizeof(uint32_t);
	case OPTIONS_PERCENT:  return sizeof(double);
	case OPTIONS_DSCP:
	case OPTIONS_TTL:      return sizeof(int);
	case OPTIONS_FAMILY:   return sizeof(enum family);
	case OPTIONS_BOOL:     return sizeof(bool);
	}
	return 0;
}

size_t options_bytes(const struct options *o, uint8_t buf[OPTIONS_BYTES])
{
	size_t len = 0;

	for (size_t i = 0; i < options_n_keys; i++) {
		size_t size = key_size(&options_keys[i]);

		memcpy(buf + len, (const char *)o + options_keys[i].offset, size);
		len += size;
	}
	memcpy(buf + len, &o->window_ns, sizeof(o->window_ns));
	return len + sizeof(o->window_ns);
}
