/* options.c - the table of target options and their defaults. */
#include "core/options.h"

#include "base/clock.h"
#include "core/window.h"

#include <errno.h>
#include <string.h>

static const char *const families[] = {
	[FAMILY_ANY] = "any", [FAMILY_IPV4] = "ipv4", [FAMILY_IPV6] = "ipv6", [FAMILY_BOTH] = "both", NULL,
};
static const char *const addresses[] = { [ADDRESSES_FIRST] = "first", [ADDRESSES_ALL] = "all", NULL };
static const char *const address_changes[] = {
	[ADDRESS_CHANGE_KEEP] = "keep",
	[ADDRESS_CHANGE_SPLIT] = "split",
	NULL,
};

const struct setting options_settings[] = {
	SETTING("interval", DURATION, struct options, interval_ns, NS_PER_MS, SETTING_INTERVAL_MAX_NS,
	        "from one probe to the next"),
	SETTING("timeout", DURATION, struct options, timeout_ns, NS_PER_MS, WINDOW_RTT_MAX_NS,
	        "a reply that takes longer is late, and the probe lost; may exceed the interval"),
	SETTING_PAIR("window", WINDOW, struct options, window, window_ns, WINDOW_MIN, WINDOW_MAX,
	             "probes that the statistics cover; a duration is divided by the interval"),
	SETTING("size", COUNT, struct options, size, OPTIONS_SIZE_MIN, OPTIONS_SIZE_MAX, "payload bytes"),
	SETTING_PAIR("pattern", PATTERN, struct options, pattern, pattern_len, 1, SETTING_PATTERN_MAX,
	             "bytes, as hex digits, repeated after the payload's first eight bytes"),
	SETTING("dscp", DSCP, struct options, dscp, 0, 63, "differentiated services code point"),
	SETTING("ttl", TTL, struct options, ttl, 1, 255, "time to live, or hop limit"),
	SETTING("df", TRISTATE, struct options, df, 0, 1, "forbid fragmentation: a probe that is too large is lost"),
	SETTING("mark", MARK, struct options, mark, 0, UINT32_MAX, "firewall mark of the probes; 0: none"),
	SETTING("source", ADDR, struct options, source, 0, 0, "send from this address of this host"),
	SETTING("interface", INTERFACE, struct options, interface, 1, SETTING_INTERFACE_LEN - 1,
	        "send through this interface; it need not exist yet"),
	SETTING_ONE_OF("family", struct options, family, families,
	               "IP version of a name's addresses; both: two targets, NAME/4 and NAME/6; "
	               "with addresses: all, both versions"),
	SETTING_ONE_OF("addresses", struct options, addresses, addresses,
	               "addresses of a name to probe: the first, or all, up to 64, each as a target "
	               "NAME/ADDRESS"),
	SETTING_ONE_OF("on_address_change", struct options, on_address_change, address_changes,
	               "when a name moves to another address: keep its statistics, or split: start "
	               "them anew"),
	SETTING("report", DURATION, struct options, report_ns, NS_PER_S, 24 * NS_PER_H,
	        "from one report record to the next"),
	SETTING("probes", BOOL, struct options, probes, 0, 1, "log each probe"),
	SETTING("histogram", BOOL, struct options, histogram, 0, 1,
	        "a histogram of its RTTs in the metrics, beside that of its group"),
	SETTING("fall", COUNT, struct options, fall, 1, 1000,
	        "losses in a row until a target is down, or probes not sent until it is unknown"),
	SETTING("rise", COUNT, struct options, rise, 1, 1000, "replies in a row until a target is up"),
	SETTING("degraded.loss", PERCENT, struct options, degraded_loss_pct, 0, 100,
	        "a higher loss is degraded; 0: no threshold"),
	SETTING("degraded.rtt", DURATION, struct options, degraded_rtt_ns, 0, WINDOW_RTT_MAX_NS,
	        "a higher median RTT is degraded; 0: no threshold"),
	SETTING("degraded.jitter", DURATION, struct options, degraded_jitter_ns, 0, WINDOW_RTT_MAX_NS,
	        "a higher jitter is degraded; 0: no threshold"),
	SETTING("degraded.clear.loss", PERCENT, struct options, clear_loss_pct, 0, 100,
	        "a degraded target stays degraded above this loss; at most degraded.loss"),
	SETTING("degraded.clear.rtt", DURATION, struct options, clear_rtt_ns, 0, WINDOW_RTT_MAX_NS,
	        "a degraded target stays degraded above this median RTT; at most degraded.rtt"),
	SETTING("degraded.clear.jitter", DURATION, struct options, clear_jitter_ns, 0, WINDOW_RTT_MAX_NS,
	        "a degraded target stays degraded above this jitter; at most degraded.jitter"),
	{ .name = NULL },
};
const size_t options_n_settings = sizeof(options_settings) / sizeof(options_settings[0]) - 1;

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

const struct setting *options_find(const char *name)
{
	for (const struct setting *s = options_settings; s->name; s++) {
		if (!strcmp(s->name, name))
			return s;
	}
	return NULL;
}

int options_set(struct options *o, const struct setting *s, const char *text)
{
	const struct options defaults = options_default();

	if (strcmp(text, "default"))
		return setting_parse(o, s, text);
	setting_copy(o, &defaults, s);
	return 0;
}

const struct setting *options_clear_above(const struct options *o)
{
	if (o->degraded_loss_pct > 0 && o->clear_loss_pct > o->degraded_loss_pct)
		return options_find("degraded.clear.loss");
	if (o->degraded_rtt_ns > 0 && o->clear_rtt_ns > o->degraded_rtt_ns)
		return options_find("degraded.clear.rtt");
	if (o->degraded_jitter_ns > 0 && o->clear_jitter_ns > o->degraded_jitter_ns)
		return options_find("degraded.clear.jitter");
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

size_t options_bytes(const struct options *o, uint8_t buf[OPTIONS_BYTES])
{
	size_t len = 0;

	for (size_t i = 0; i < options_n_settings; i++)
		len += setting_bytes(o, &options_settings[i], buf + len);
	return len;
}
