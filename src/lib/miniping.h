/* miniping.h - measure hosts with ICMP echo requests: loss and round-trip times of one host or of many
 * at once. See miniping(3). Link with pkg-config's miniping.
 *
 * Nothing here prints, exits, installs a signal handler or keeps anything between two calls, but what a
 * session holds: any number of threads may each make their own. Times are nanoseconds; -1 stands for "no such value".
 */
#ifndef MINIPING_H
#define MINIPING_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MINIPING_ADDR_LEN  64      /* an address as text, "%interface" and all */
#define MINIPING_HOSTS_MAX 1000000 /* of one call */

struct miniping_stop;

enum miniping_outcome { /* how one packet ended */
	                MINIPING_REPLY,
	                MINIPING_TIMEOUT,     /* lost, as are the next three */
	                MINIPING_UNREACHABLE, /* an ICMP error about this packet came */
	                MINIPING_TTL_EXCEEDED,
	                MINIPING_TOO_BIG,
	                MINIPING_UNKNOWN,   /* no reply, but this host was at fault: neither received nor lost */
	                MINIPING_SEND_ERROR /* never left this host: not even sent */
};

struct miniping_packet {   /* what on_packet gets; good until it returns */
	const char *host;  /* as it was given */
	size_t host_index; /* its place in the list */
	uint32_t seq;      /* of this host's packets, from 1 */
	enum miniping_outcome outcome;
	int received;           /* 1 for MINIPING_REPLY, else 0 */
	const char *reply_from; /* the address that the reply or ICMP error came from, or NULL */
	int64_t rtt_ns;
	int ttl;                  /* of the reply: TTL or hop limit */
	uint32_t size;            /* payload bytes of the reply; 0: none */
	int family;               /* AF_INET, AF_INET6 */
	int icmp_type, icmp_code; /* of an ICMP error, else -1 */
	const char *icmp_text;    /* "Host unreachable"; NULL: no ICMP error */
	int sys_errno;            /* of MINIPING_SEND_ERROR, and of MINIPING_TOO_BIG if no
	                           * link of this host takes it; else 0 */
	const char *addr;         /* of the host, as text */
};

struct miniping_answerer {   /* who answered packets to a broadcast or multicast address: what on_answerer gets, good
	                      * until   it returns. It grows at its end only */
	const char *host;    /* as it was given */
	size_t host_index;   /* its place in the list */
	const char *addr;    /* who answered; NULL: all but the first 1,024, whose replies are only counted */
	uint64_t received;   /* packets that it answered in time */
	uint64_t duplicates; /* further replies to these */
	int64_t min_ns, max_ns, mean_ns;
	int64_t jitter_ns; /* sample standard deviation; 0 below two replies */
	int ttl;           /* of its first reply */
};

struct miniping_more {       /* further options. It grows at its end only: size says how much of it the caller knows */
	size_t size;         /* sizeof(struct miniping_more) */
	int no_rtt_list;     /* 1: rtt_list_ns is NULL, and a host takes some 5 KB however many packets it gets; its
	                      * median_ns and p95_ns are of the latest 1,000, to 10 ns */
	uint32_t mark;       /* SO_MARK of the packets, which takes CAP_NET_ADMIN; 0: none */
	int dont_fragment;   /* 1: never fragmented; -1: may be; 0: the kernel's default */
	size_t pattern_len;  /* 1 .. 16; 0: the payload is 0, 1, 2, ... */
	const void *pattern; /* repeated over the payload behind its first 8 bytes, which are random */
	/* A signal has been handled while the call waited, by its thread; data is options->data. Not 0: stop. Or NULL.
	 */
	int (*on_signal)(void *data);
	/* Not 0: hosts may be broadcast and multicast addresses, each answered by any number of others. A packet ends
	 * with its first reply; the host is done when the timeout of its last packet is over. */
	int broadcast;
	/* One more reply to a packet of such a host, after its first; duplicate: by who has answered it before, and 0
	 * for all but the first 1,024 who answered the host. Not 0: stop. Or NULL. */
	int (*on_answer)(void *data, const struct miniping_packet *packet, int duplicate);
	/* At the end, for each such host in their order, each who answered, by address. Or NULL. */
	void (*on_answerer)(void *data, const struct miniping_answerer *answerer);
	/* Of a session's own options, not 0: names that neither /etc/hosts nor DNS has are looked up by NSS, too, as
	 * miniping_hosts always does: by threads of the library, which end when they have nothing to look up. */
	int nss;
};

struct miniping_options {
	int64_t count;         /* packets to each host; 0: until stopped */
	int64_t timeout_ns;    /* 1 ms .. 40 s */
	int64_t interval_ns;   /* from one packet to the next of the same host: 1 ms .. 24 h */
	int size;              /* payload bytes: 8 .. 65507 */
	int dscp;              /* 0 .. 63; -1: the kernel's default */
	int ttl;               /* 1 .. 255; -1: the kernel's default */
	int family;            /* AF_INET, AF_INET6; AF_UNSPEC: either */
	const char *source;    /* an address of this host; NULL: the kernel chooses */
	const char *interface; /* leave through it; NULL: as the routes say */
	int precise;           /* no effect: kernel receive stamps are always used */
	int raise_on_timeout;  /* no reply at all is MINIPING_E_TIMEOUT, not MINIPING_OK */
	int (*on_packet)(void *data, const struct miniping_packet *packet); /* not 0: stop */
	void *data;                                                         /* for on_packet, on_opened */
	struct miniping_stop *stop;                                         /* NULL: only on_packet can stop it */
	void (*on_opened)(void *data);    /* the sockets are open: CAP_NET_RAW is not needed any more; no name has
	                                   * been looked up yet, nothing sent or received; or NULL */
	int until_reply;                  /* a host is done with its first reply: no packet follows */
	int max_rate;                     /* packets a second, of all hosts, at most; 0: 100,000 */
	void *reserved[1];                /* NULL */
	const struct miniping_more *more; /* NULL: all as if 0 */
};

/* All but reserved, with the defaults: 1 packet, timeout 1 s, interval 0.1 s, 56 bytes. */
#define MINIPING_OPTIONS_DEFAULT                                                                                   \
	{                                                                                                          \
		1, 1000000000, 100000000, 56, -1, -1, 0, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, 0, 0, { NULL }, \
			NULL                                                                                       \
	}

enum miniping_status {
	MINIPING_OK,
	MINIPING_E_ARGUMENT,    /* nothing was sent */
	MINIPING_E_RESOLVE,     /* the name has no address of the family asked for */
	MINIPING_E_PERMISSION,  /* neither raw nor ping sockets are allowed */
	MINIPING_E_UNREACHABLE, /* no reply, but an ICMP error */
	MINIPING_E_TIMEOUT,     /* no reply; only with raise_on_timeout */
	MINIPING_E_SEND,        /* no packet could be sent: sys_errno */
	MINIPING_E_SYSTEM       /* sys_errno: no memory, no descriptors */
};

struct miniping_error { /* only what belongs to the status is set */
	enum miniping_status status;
	const char *host;   /* as it was given: the caller's memory */
	const char *option; /* MINIPING_E_ARGUMENT: the member at fault */
	const char *reason; /* MINIPING_E_ARGUMENT, _RESOLVE: text; static */
	int64_t timeout_ns;
	int sys_errno;
	int icmp_type, icmp_code;
	const char *icmp_text;
	char icmp_from[MINIPING_ADDR_LEN];
};

struct miniping_result {
	const char *host; /* as it was given: the caller's memory */
	int family;       /* AF_INET, AF_INET6; AF_UNSPEC: not resolved */
	char addr[MINIPING_ADDR_LEN];
	struct miniping_error error;
	uint64_t sent; /* = received + lost + unknown */
	uint64_t received, lost, unknown;
	uint64_t duplicates, late; /* replies beyond the first, and after the timeout: not received */
	uint64_t errors;           /* lost ones that an ICMP error ended */
	uint64_t send_errors;      /* not sent, and in no other figure */
	double loss;               /* percent: 100 * lost / (received + lost); -1: nothing to divide */
	int64_t min_ns, max_ns, mean_ns, median_ns, p95_ns;
	int64_t jitter_ns;         /* sample standard deviation; 0 below two replies */
	int64_t *rtt_list_ns;      /* received of them, in the packets' order; NULL: none, or no_rtt_list */
	int ttl;                   /* of the reply that came first */
	int hops;                  /* from ttl, for an initial TTL of 64, 128 or 255 */
	const char *os_guess;      /* likewise; NULL: no TTL */
	uint64_t truncated;        /* received ones whose payload came back cut short */
	uint64_t corrupt, foreign; /* with a wrong checksum or payload, and somebody else's: not received */
};

/* miniping_options_init - the same as MINIPING_OPTIONS_DEFAULT. */
void miniping_options_init(struct miniping_options *options);

/* miniping_host - measure one host. options NULL: the defaults. Fills *result in any case; it must go to
 * miniping_result_fini. Returns result->error.status. Takes about count * interval + timeout. */
enum miniping_status miniping_host(const char *host, const struct miniping_options *options,
                                   struct miniping_result *result);

/* miniping_hosts - measure n hosts at once; results holds n, filled in any case, each for
 * miniping_result_fini. MINIPING_OK: it was done, and each result has its own status.
 * MINIPING_E_ARGUMENT, _PERMISSION, _SYSTEM: it was not, and every result has this error.
 * At most max_rate packets a second leave; with more hosts than that allows, interval is stretched. */
enum miniping_status miniping_hosts(const char *const *hosts, size_t n, const struct miniping_options *options,
                                    struct miniping_result *results);

/* miniping_result_fini - releases what the result holds. */
void miniping_result_fini(struct miniping_result *result);

/* miniping_strerror - one sentence about error, in English whatever the locale, into buf, cut to buf_len, and
 * ended by a NUL unless buf_len is 0; returns buf. An error may have any values. */
char *miniping_strerror(const struct miniping_error *error, char *buf, size_t buf_len);

/* miniping_outcome_name - "reply", "timeout", "unreachable", "ttl_exceeded", "too_big", "unknown",
 * "send_error"; "unrecognised" for any other value. */
const char *miniping_outcome_name(enum miniping_outcome outcome);

/* A stop ends calls from outside: one that has it among its options returns at once with what it has
 * measured so far, and so does any later one. miniping_stop_now may be called from any thread and from
 * signal handlers. NULL from miniping_stop_new: errno. */
struct miniping_stop *miniping_stop_new(void);
void miniping_stop_now(struct miniping_stop *stop);
void miniping_stop_free(struct miniping_stop *stop);

/* A session probes hosts that come and go, in the event loop of its caller: it waits for nothing, starts no thread, and
 * is one thread's at a time. Whenever miniping_session_fd is readable, miniping_session_process is called, which sends,
 * receives, looks names up, and calls back. A callback may call every function of its session but _process and _free.
 * Names come from /etc/hosts, a file that is read at once, and from DNS; NSS, which waits, is not asked unless its
 * threads are asked for (struct miniping_more). */
struct miniping_session;

struct miniping_session_calls { /* each may be NULL. It grows at its end only */
	size_t size;            /* sizeof(struct miniping_session_calls) */
	void *data;             /* for the calls */
	/* A packet has ended. packet->host_index is 0. */
	void (*on_packet)(void *data, uint64_t id, const struct miniping_packet *packet);
	/* A name has an address, which host->family and host->addr have; it stays for as long as the host is there. */
	void (*on_resolved)(void *data, uint64_t id, const struct miniping_result *host);
	/* The host's last packet has ended, or it cannot be probed any further, as result->error says: no such name, no
	 * memory. It is removed: id is not used again. result is good until the call returns. */
	void (*on_done)(void *data, uint64_t id, const struct miniping_result *result);
};

/* miniping_session_new - without hosts; the sockets are open at the return.
 *   options   of hosts that have none of their own; NULL: the defaults. Not used after the return. max_rate holds for
 *             all hosts, and with 0 there is no limit. on_packet, on_signal, broadcast and stop have no effect
 *   calls     copied; NULL: none. Its size must be set
 *   error     set unless MINIPING_OK; NULL: not wanted
 * MINIPING_OK and *session; or MINIPING_E_ARGUMENT, _PERMISSION, _SYSTEM. */
enum miniping_status miniping_session_new(struct miniping_session **session, const struct miniping_options *options,
                                          const struct miniping_session_calls *calls, struct miniping_error *error);

/* miniping_session_free - nothing is called back any more. NULL allowed. */
void miniping_session_free(struct miniping_session *session);

/* miniping_session_fd - the same until miniping_session_free; to be waited for, not read. */
int miniping_session_fd(const struct miniping_session *session);

/* miniping_session_timeout - ns until the descriptor is readable in any case; 0: it is; -1: no such time. For loops
 * that would rather wait for a time. Changes with each other call. */
int64_t miniping_session_timeout(const struct miniping_session *session);

/* miniping_session_process - does what there is to do, and returns at once; harmless if there is nothing. It takes a
 * millisecond or so, however many hosts have been added or removed at once, and what is left makes the descriptor
 * readable again; now and then, as room for twice as many hosts is made, 0.1 us for each. Called late, it still tells
 * losses and round-trip times right. MINIPING_OK; or MINIPING_E_SYSTEM in *error (or NULL), and may be tried again. */
enum miniping_status miniping_session_process(struct miniping_session *session, struct miniping_error *error);

/* miniping_session_add - probe host (copied) from the next miniping_session_process on; many that are added at once
 * follow each other at 10,000 a second. With count 0, until it is removed.
 *   options   its own, as for miniping_session_new, but for max_rate and nss; NULL: the session's
 *   id        never 0; not used twice. NULL: not wanted
 * MINIPING_OK; or MINIPING_E_ARGUMENT, _SYSTEM: it was not added. */
enum miniping_status miniping_session_add(struct miniping_session *session, const char *host,
                                          const struct miniping_options *options, uint64_t *id,
                                          struct miniping_error *error);

/* miniping_session_remove - probe it no more; what is in flight ends unseen, and nothing is called back. 1; 0: there is
 * no such host. */
int miniping_session_remove(struct miniping_session *session, uint64_t id);

/* miniping_session_hosts - how many there are that are not done. */
size_t miniping_session_hosts(const struct miniping_session *session);

/* miniping_session_result - figures as of now; with count 0, without rtt_list_ns, as with no_rtt_list. Good until the
 * next call for this session, and not for miniping_result_fini. NULL: no such host. O(packets in the list or window).
 */
const struct miniping_result *miniping_session_result(struct miniping_session *session, uint64_t id);

#define MINIPING_PATH_MAX 30 /* hops of a path, and packets that it takes, at most */

enum miniping_path_end {                    /* why a path ends where it does */
	                 MINIPING_PATH_CUT, /* stopped, or there are more hops */
	                 MINIPING_PATH_REACHED,
	                 MINIPING_PATH_ELSEWHERE,   /* the host's reply came from another address */
	                 MINIPING_PATH_UNREACHABLE, /* the last hop said so, by an ICMP error */
	                 MINIPING_PATH_SILENT       /* nobody beyond the last hop that answers does */
};

struct miniping_hop {
	char addr[MINIPING_ADDR_LEN]; /* who answered; "": nobody */
	int64_t rtt_ns;               /* -1: nobody */
	int packets;                  /* sent to it: 1, or up to 3 where it did not answer */
	int icmp_type, icmp_code;     /* of the answer; -1: none */
	const char *icmp_text;        /* of an ICMP error: "TTL exceeded in transit"; static. NULL: none */
};

struct miniping_path {
	const char *host; /* as it was given: the caller's memory */
	int family;       /* AF_INET, AF_INET6; AF_UNSPEC: not resolved */
	char addr[MINIPING_ADDR_LEN];
	struct miniping_error error;
	enum miniping_path_end end;
	int n_hops;  /* that were asked, up to the one where it ends */
	int last;    /* of these, the last that answers, from 1; 0: none does */
	int packets; /* that were sent, with those that went beyond the host */
	struct miniping_hop hops[MINIPING_PATH_MAX];
};

/* miniping_path - find the routers on the way to a host: by packets with a small TTL, which are sent back by the first
 * router, the second and so on, several at once. options NULL: the defaults; count, interval_ns, ttl, on_packet,
 * raise_on_timeout, until_reply, max_rate, no_rtt_list and broadcast have no effect. Fills *path in any case, which
 * holds no memory. MINIPING_OK, whoever has answered; or path->error.status. Takes up to some timeouts where hops are
 * silent. */
enum miniping_status miniping_path(const char *host, const struct miniping_options *options,
                                   struct miniping_path *path);

/* miniping_path_end_name - "cut", "reached", "elsewhere", "unreachable", "silent"; "unrecognised" for any other value.
 */
const char *miniping_path_end_name(enum miniping_path_end end);

/* miniping_version - of the library that is running. */
const char *miniping_version(void);

#ifdef __cplusplus
}
#endif
#endif
