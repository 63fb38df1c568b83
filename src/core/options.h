/* options.h - how one target is probed, and the table of settings that say so. */
#ifndef MINIPING_OPTIONS_H
#define MINIPING_OPTIONS_H
#include "base/addr.h"
#include "core/setting.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum family { FAMILY_ANY, FAMILY_IPV4, FAMILY_IPV6, FAMILY_BOTH }; /* both: no target of a config has it */
#define FAMILY_BIT(family) (1u << (family))
enum addresses { ADDRESSES_FIRST, ADDRESSES_ALL };
enum address_change { ADDRESS_CHANGE_KEEP, ADDRESS_CHANGE_SPLIT };

#define OPTIONS_SIZE_MIN 8     /* the nonce */
#define OPTIONS_SIZE_MAX 65507 /* 65535 − 20 − 8 */

struct options {
	int64_t interval_ns;        /* from one probe to the next */
	int64_t timeout_ns;         /* a reply later than this is late */
	int64_t report_ns;          /* from one report record to the next */
	int64_t count;              /* probes in all; 0: until stopped. Not a configuration key */
	int64_t degraded_rtt_ns;    /* median above it is degraded; 0: no such threshold */
	int64_t degraded_jitter_ns; /* the same for jitter */
	double degraded_loss_pct;   /* the same for loss over the window; 0: no such threshold */
	int64_t clear_rtt_ns;       /* a degraded target stays so above it; -1: 3/4 of the threshold */
	int64_t clear_jitter_ns;
	double clear_loss_pct;
	uint32_t window;                       /* probes that the statistics cover */
	int64_t window_ns;                     /* if not 0, window = window_ns / interval_ns */
	uint32_t size;                         /* payload bytes */
	uint32_t fall, rise;                   /* losses until down, replies until up, in a row */
	int dscp;                              /* -1: the kernel's default */
	int ttl;                               /* -1: the kernel's default */
	struct addr source;                    /* AF_UNSPEC: the kernel chooses */
	char interface[SETTING_INTERFACE_LEN]; /* send through it: its name or number, looked up for each
	                                        * probe (netif.h); "": by the routes */
	uint32_t mark;                         /* SO_MARK of the probes; 0: none */
	int df;                                /* 1: never fragment, 0: may be, -1: the kernel's default */
	uint32_t pattern_len;                  /* 0: the payload after the nonce is 0, 1, 2, … */
	uint8_t pattern[SETTING_PATTERN_MAX];  /* repeated after the nonce */
	enum family family;
	enum addresses addresses;              /* of a name: the first, or a target for each */
	enum address_change on_address_change; /* history is kept, or split at the change */
	bool many;                             /* each probe goes to a broadcast or multicast address, and is
	                                        * answered by any number of hosts. Not a configuration key */
	bool probes;                           /* log each probe */
	bool histogram;                        /* count its RTTs in a histogram of its own (histograms.h) */
};

extern const struct setting options_settings[]; /* ends with a row without a name */
extern const size_t options_n_settings;

/* options_default - the options of a target that sets none: interval 1s, timeout 1s, window 60, size 56,
 * report 60s, fall 3, rise 2. */
struct options options_default(void);

/* options_find - the setting called name; NULL if there is none. */
const struct setting *options_find(const char *name);

/* options_set - as setting_parse; "default" is what options_default has there. */
int options_set(struct options *o, const struct setting *s, const char *text);

/* options_clear_above - the setting of a clear threshold that is above its own, which there is; NULL: none. */
const struct setting *options_clear_above(const struct options *o);

/* options_finish - derive window from window_ns once interval_ns is known. 0, or -ERANGE where the
 * quotient is outside the window's range. */
int options_finish(struct options *o);

/* options_bytes - the value of every setting, one after the other and without padding, into buf: targets
 * with the same bytes are probed alike. Returns the length, the same for all. */
#define OPTIONS_BYTES sizeof(struct options) /* enough: no two settings share a member */
size_t options_bytes(const struct options *o, uint8_t buf[OPTIONS_BYTES]);
#endif
