/* record_keys.c - the contract of the log: what is written, in its order. New keys are appended to their kind. */
#include "log/record_keys.h"

/* What a type's values are in, where the key's name ends in it. */
#define UNIT_TEXT    NULL
#define UNIT_INT     NULL
#define UNIT_BOOL    NULL
#define UNIT_TIME    NULL
#define UNIT_MS      "ms"
#define UNIT_PERCENT "%"

/* clang-format off */
#define KIND(kind, sentence) \
	{ RECORD_##kind, NULL, NULL, FIELD_NONE, false, NULL, sentence }
#define KEY(kind, key, type, sentence) \
	{ RECORD_##kind, NULL, key, FIELD_##type, false, UNIT_##type, sentence }
#define MAYBE(kind, key, type, sentence) \
	{ RECORD_##kind, NULL, key, FIELD_##type, true, UNIT_##type, sentence }
#define EVENT(event, sentence) \
	{ RECORD_DAEMON, event, NULL, FIELD_NONE, false, NULL, sentence }
#define KEY_OF(event, key, type, sentence) \
	{ RECORD_DAEMON, event, key, FIELD_##type, false, UNIT_##type, sentence }
#define MAYBE_OF(event, key, type, sentence) \
	{ RECORD_DAEMON, event, key, FIELD_##type, true, UNIT_##type, sentence }

#define TARGET(kind) \
	KEY(kind, "target", TEXT, NULL), \
	MAYBE(kind, "ip", TEXT, NULL), \
	MAYBE(kind, "group", TEXT, "the target's name, its address and its group")
/* clang-format on */

const struct record_key record_keys[] = {
	KEY(EVERY, "ts", TIME, "time of the record"),
	KEY(EVERY, "v", INT, "version of this format: 1"),
	KEY(EVERY, "n", INT, "number of the line in this sink of the log since the start; a gap means lost lines"),
	KEY(EVERY, "kind", TEXT, "one of those below"),

	KEY(LAST, "level", TEXT,
	    "`err` for the state `down` and a reload that failed; `warning` for the states `degraded` and `unknown`, a lookup "
	    "that failed, and local faults; `debug` for probes; `info` for all else"),

	KIND(PROBE, "the result of one probe; only with `probes: true`"),
	TARGET(PROBE),
	KEY(PROBE, "seq", INT, "number of the probe among the target's probes, from 1"),
	KEY(PROBE, "outcome", TEXT,
	    "`reply`; `timeout`; `unreachable`, `ttl_exceeded` or `too_big` if there was no reply, but an ICMP error "
	    "that quoted the probe; `unknown` if there was no reply, but a local fault at the time; or `not_sent` if "
	    "this host could not send the probe"),
	MAYBE(PROBE, "rtt_ms", MS, "round-trip time"),
	MAYBE(PROBE, "ttl", INT, "time to live or hop limit of the reply"),
	MAYBE(PROBE, "from", TEXT, NULL),
	MAYBE(PROBE, "icmp_type", INT, NULL),
	MAYBE(PROBE, "icmp_code", INT, NULL),
	MAYBE(PROBE, "text", TEXT, "sender, type, code and meaning of the ICMP error"),
	MAYBE(PROBE, "error", TEXT, "name of the error of sending, `ENETUNREACH` for example"),
	{ RECORD_PROBE, NULL, "mtu", FIELD_INT, true, "bytes",
	  "with `too_big`: the largest packet that the link takes, in bytes, if known" },

	KIND(REPORT, "a target's figures, once each `report` interval, on `SIGUSR2`, and at the stop"),
	TARGET(REPORT),
	KEY(REPORT, "state", TEXT,
	    "`unknown` (neither a reply nor enough losses yet, or this host cannot send), `up`, `degraded` or `down`"),
	KEY(REPORT, "sent", INT, NULL),
	KEY(REPORT, "received", INT, NULL),
	KEY(REPORT, "lost", INT, NULL),
	KEY(REPORT, "unknown", INT, "probes in the window that were sent, by outcome"),
	MAYBE(REPORT, "loss_pct", PERCENT, "lost / (received + lost), in percent; no value if the window has neither"),
	MAYBE(REPORT, "min_ms", MS, NULL),
	MAYBE(REPORT, "mean_ms", MS, NULL),
	MAYBE(REPORT, "median_ms", MS, NULL),
	MAYBE(REPORT, "p95_ms", MS, NULL),
	MAYBE(REPORT, "p99_ms", MS, NULL),
	MAYBE(REPORT, "max_ms", MS,
	      "round-trip times over the window, exact rather than estimated; percentiles are interpolated linearly"),
	MAYBE(REPORT, "jitter_ms", MS,
	      "sample standard deviation of the round-trip times; no value for a single reply"),
	MAYBE(REPORT, "ipdv_ms", MS,
	      "mean absolute difference between successive round-trip times; no value for a single reply"),
	MAYBE(REPORT, "ttl", INT, NULL),
	MAYBE(REPORT, "hops", INT, NULL),
	MAYBE(REPORT, "os_guess", TEXT,
	      "time to live of the latest reply, the number of hops if the responder started with 64, 128 or 255, and "
	      "the operating systems that use that initial value"),
	KEY(REPORT, "total_sent", INT, NULL),
	KEY(REPORT, "total_received", INT, NULL),
	KEY(REPORT, "total_lost", INT, NULL),
	KEY(REPORT, "total_unknown", INT,
	    "since `started`. A probe is counted once its outcome is known, so that always sent = received + lost + "
	    "unknown"),
	KEY(REPORT, "late", INT, NULL),
	KEY(REPORT, "duplicate", INT, NULL),
	KEY(REPORT, "corrupt", INT, NULL),
	KEY(REPORT, "foreign", INT,
	    "replies since then that did not count as received: after the timeout; to a probe already answered; "
	    "with a wrong checksum or a payload that differs from the one sent; from another address, or with another "
	    "random number than the probe's"),
	KEY(REPORT, "send_error", INT,
	    "probes since then that could not be sent. They are neither sent, received nor lost"),
	MAYBE(REPORT, "blocked_by", TEXT,
	      "the first target in `depends_on` that does not answer at the moment: it is down, or its latest probe was "
	      "lost or not sent"),
	KEY(REPORT, "truncated", INT,
	    "replies since then that count as received although their payload is cut short, to at least 8 bytes: "
	    "some routers and large resolvers answer so"),
	KEY(REPORT, "not_sent", INT,
	    "probes in the window that could not be sent. They are not part of `sent`, `received`, `lost`, `unknown` or "
	    "any other figure, but occupy a place in the window, so that old figures leave it"),
	MAYBE(REPORT, "not_sent_error", TEXT, "name of the latest one's error"),
	KEY(REPORT, "interval_sent", INT, NULL),
	KEY(REPORT, "interval_received", INT, NULL),
	KEY(REPORT, "interval_lost", INT, NULL),
	KEY(REPORT, "interval_unknown", INT, NULL),
	KEY(REPORT, "interval_not_sent", INT,
	    "probes since the target's previous report whose outcome is known; over all reports of a process their sums are "
	    "what the totals grow by, whatever the reloads, changes of address and reports on `SIGUSR2` between them"),
	KEY(REPORT, "interval_skipped", INT,
	    "slots since then in which no probe was tried, because of a stall or a limit. They are in no other figure"),
	MAYBE(REPORT, "started", TIME,
	      "in the first report of a target: since when its counters count. That is when it was first probed, over all "
	      "restarts that have kept its state"),

	KIND(STATE, "a target has changed its state"),
	TARGET(STATE),
	KEY(STATE, "from", TEXT, NULL),
	KEY(STATE, "to", TEXT, "the old and the new state"),
	KEY(STATE, "reason", TEXT,
	    "the `outcome` of the probe that decided the change; `loss`, `rtt` or `jitter` if that threshold of "
	    "`degraded` was exceeded; or, if the new state is `unknown`, why this host cannot send"),
	KEY(STATE, "since", TIME, "when the old state began"),
	MAYBE(STATE, "blocked_by", TEXT, "as in a report, unless the new state is `up`"),
	MAYBE(STATE, "loss_pct", PERCENT, NULL),
	MAYBE(STATE, "median_ms", MS, NULL),
	MAYBE(STATE, "jitter_ms", MS,
	      "the figures of the window, if they decided the change: to `degraded`, and from there to `up`"),
	MAYBE(STATE, "threshold_pct", PERCENT, NULL),
	MAYBE(STATE, "threshold_ms", MS,
	      "if the new state is `degraded`, the threshold that was exceeded: that of the loss, or of the median or "
	      "jitter, as `reason` says"),
	MAYBE(STATE, "first", BOOL,
	      "true if nothing was known of the target before: it is new, or its state was not kept over a restart"),

	KIND(PATH, "the time to live of a target's replies has changed, most likely because its route has"),
	TARGET(PATH),
	KEY(PATH, "ttl_from", INT, NULL),
	KEY(PATH, "ttl_to", INT, NULL),
	KEY(PATH, "hops_from", INT, NULL),
	KEY(PATH, "hops_to", INT, "before and after"),

	KIND(DNS, "the address of a name has changed, a lookup failed, or lookups succeed again"),
	KEY(DNS, "target", TEXT, "the target's name"),
	MAYBE(DNS, "ip_from", TEXT, NULL),
	MAYBE(DNS, "ip_to", TEXT,
	      "address before and after; no value while the name has never been resolved, and for an address that was "
	      "added or removed, respectively"),
	MAYBE(DNS, "error", TEXT, "why the lookup failed"),
	{ RECORD_DNS, NULL, "age_s", FIELD_INT, true, "s",
	  "with `error`: the time in seconds since the address, which stays in use, was last confirmed" },
	KEY(DNS, "host", TEXT, NULL),
	MAYBE(DNS, "group", TEXT, "the name that was looked up, as written, and the target's group"),

	KIND(DAEMON, "the daemon itself"),
	KEY(DAEMON, "event", TEXT, "what happened; its other keys are those of the event"),

	EVENT("start", "the daemon has read its configuration"),
	KEY_OF("start", "version", TEXT, "version of minipingd"),
	KEY_OF("start", "pid", INT, "its process id"),
	KEY_OF("start", "config", TEXT, "the configuration file"),
	KEY_OF("start", "targets", INT, "number of targets"),
	KEY_OF("start", "started", TIME, "when the process was started, and all counters began at 0"),
	MAYBE_OF(
		"start", "boot_id", TEXT,
		"the boot of the machine, as the journal's `_BOOT_ID`. With `pid` and `started` it tells this run from any "
		"other: a restart from lost lines"),

	EVENT("ready",
	      "probing begins; each name has been looked up once, with or without an answer. Lookups delay this record, and "
	      "the notification to systemd, by two seconds at most"),
	KEY_OF("ready", "targets", INT, "number of targets"),
	KEY_OF("ready", "unresolved", INT, "those of them whose names have no good answer yet"),
	{ RECORD_DAEMON, "ready", "rate", FIELD_INT, false, "probes/s", "probes a second, of all targets together" },
	KEY_OF("ready", "sockets", TEXT, "`raw` or `ping`"),

	EVENT("reload", "the configuration has been read again"),
	KEY_OF("reload", "ok", BOOL, "whether it is now in use"),
	MAYBE_OF("reload", "added", INT, NULL),
	MAYBE_OF("reload", "removed", INT, NULL),
	MAYBE_OF("reload", "changed", INT, NULL),
	MAYBE_OF("reload", "kept", INT, "numbers of targets, if it is"),
	MAYBE_OF("reload", "errors", INT, "number of errors in it, if it is not"),
	MAYBE_OF("reload", "error", TEXT, "the first of them, or why else the reload failed"),

	EVENT("control", "somebody has used the control interface, or what was asked for there has ended"),
	KEY_OF("control", "action", TEXT,
	       "`reload`, `diff`, `probe`, `lease`, `pause`, `unlease` or `log-level`; `end` of a lease or a pause"),
	MAYBE_OF("control", "name", TEXT, "the target's name"),
	MAYBE_OF("control", "uid", INT, NULL),
	MAYBE_OF("control", "pid", INT, "user and process id of the client, if it came by the control socket"),
	KEY_OF("control", "status", INT, "of the answer, as in HTTP: 200, or why nothing has changed"),
	MAYBE_OF("control", "until", TIME, "end of a lease or a pause"),
	MAYBE_OF("control", "reason", TEXT,
	         "of an end: `expired`, `configured` (a reload has brought a target of the same name), `removed` (or "
	         "moved, by a reload) or `max_targets`"),

	EVENT("stall", "a local fault"),
	KEY_OF("stall", "cause", TEXT,
	       "`loop` (the daemon did not run), `suspend`, `clock` (the clock was set), `link` (an interface was set "
	       "down or lost its carrier: one fault until it is back, logged every 10 seconds while it lasts, if it "
	       "affected any probe), `socket_drops` (replies overflowed the receive buffer, at most one for each probe) "
	       "or `flood` (other packets did; logged once in 10 seconds)"),
	KEY_OF("stall", "from", TIME, NULL),
	KEY_OF("stall", "to", TIME, NULL),
	KEY_OF("stall", "lasted_ms", MS, "when, and for how long"),
	KEY_OF("stall", "unknown", INT, "number of probes that became unknown"),
	MAYBE_OF("stall", "packets", INT, "with `socket_drops` and `flood`: packets dropped"),
	MAYBE_OF("stall", "interface", TEXT, "with `link`: its name"),
	MAYBE_OF("stall", "not_sent", INT, "with `link`: probes that could not be sent"),
	MAYBE_OF("stall", "step_ms", MS,
	         "with `clock` and `suspend`: by how much the clock was set, or for how long the machine was "
	         "suspended"),

	EVENT("send_error",
	      "some probes could not be sent. The first is logged at once, further ones every 10 seconds, for each error"),
	KEY_OF("send_error", "error", TEXT, "what the error means"),
	KEY_OF("send_error", "probes", INT, "their number"),
	KEY_OF("send_error", "reason", TEXT, "as in a `state` record"),
	KEY_OF("send_error", "targets", INT, "number of targets affected"),
	MAYBE_OF("send_error", "names", TEXT, "up to three of them, separated by a comma and a space"),

	EVENT("status",
	      "once a minute, so that silence is a signal: a daemon that no longer logs one has stopped, or its log has"),
	KEY_OF("status", "targets", INT, NULL),
	KEY_OF("status", "up", INT, NULL),
	KEY_OF("status", "degraded", INT, NULL),
	KEY_OF("status", "down", INT, NULL),
	KEY_OF("status", "unknown", INT, "number of targets, and by state"),
	{ RECORD_DAEMON, "status", "rate", FIELD_INT, false, "probes/s",
	  "probes sent a second, since the `status` record before" },
	KEY_OF("status", "probes", INT, NULL),
	KEY_OF("status", "in_flight", INT, NULL),
	KEY_OF("status", "off_schedule", INT, NULL),
	KEY_OF("status", "skipped", INT, NULL),
	KEY_OF("status", "delayed", INT, "as in a `stop` record, since the start"),
	KEY_OF("status", "socket_drops", INT,
	       "packets that overflowed the receive buffer since the start, replies or not"),
	KEY_OF("status", "log_dropped", INT, "lines of the log that were lost since the start"),
	{ RECORD_DAEMON, "status", "rss_bytes", FIELD_INT, true, "bytes", "resident memory" },
	KEY_OF("status", "config_hash", TEXT,
	       "the configuration in force: the beginning of SHA-256 of the bytes of all its files, in their order"),
	KEY_OF("status", "uptime_ms", MS, "time since the start"),

	EVENT("drop", "lines of the log were lost, because its reader did not keep up"),
	KEY_OF("drop", "lines", INT, "their number"),

	EVENT("stop", "the daemon stops; the last record"),
	KEY_OF("stop", "signal", TEXT, "`TERM` or `INT`"),
	KEY_OF("stop", "uptime_ms", MS, "time since the start"),
	KEY_OF("stop", "probes", INT, NULL),
	KEY_OF("stop", "in_flight", INT,
	       "number of probes sent, and of those whose outcome is not known yet, which are in no other count"),
	KEY_OF("stop", "foreign", INT, NULL),
	KEY_OF("stop", "corrupt", INT,
	       "packets that belong to no target: no probe has this id, sequence number and address; or they were damaged"),
	KEY_OF("stop", "skipped", INT, NULL),
	KEY_OF("stop", "off_schedule", INT, NULL),
	KEY_OF("stop", "delayed", INT,
	       "probes that were skipped because their time had passed, that left more than 2 ms early or late, and that "
	       "a rate limit delayed"),
};
const size_t record_n_keys = sizeof(record_keys) / sizeof(record_keys[0]);
