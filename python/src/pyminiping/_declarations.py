"""libminiping's declarations, made from miniping.h by update_declarations.py."""

TEXT = """
#define MINIPING_ADDR_LEN 64
#define MINIPING_HOSTS_MAX 1000000
struct miniping_stop;
enum miniping_outcome {
MINIPING_REPLY,
MINIPING_TIMEOUT,
MINIPING_UNREACHABLE,
MINIPING_TTL_EXCEEDED,
MINIPING_TOO_BIG,
MINIPING_UNKNOWN,
MINIPING_SEND_ERROR
};
struct miniping_packet {
const char *host;
size_t host_index;
uint32_t seq;
enum miniping_outcome outcome;
int received;
const char *reply_from;
int64_t rtt_ns;
int ttl;
uint32_t size;
int family;
int icmp_type, icmp_code;
const char *icmp_text;
int sys_errno;
const char *addr;
};
struct miniping_answerer {
const char *host;
size_t host_index;
const char *addr;
uint64_t received;
uint64_t duplicates;
int64_t min_ns, max_ns, mean_ns;
int64_t jitter_ns;
int ttl;
};
struct miniping_more {
size_t size;
int no_rtt_list;
uint32_t mark;
int dont_fragment;
size_t pattern_len;
const void *pattern;
int (*on_signal)(void *data);
int broadcast;
int (*on_answer)(void *data, const struct miniping_packet *packet, int duplicate);
void (*on_answerer)(void *data, const struct miniping_answerer *answerer);
int nss;
};
struct miniping_options {
int64_t count;
int64_t timeout_ns;
int64_t interval_ns;
int size;
int dscp;
int ttl;
int family;
const char *source;
const char *interface;
int precise;
int raise_on_timeout;
int (*on_packet)(void *data, const struct miniping_packet *packet);
void *data;
struct miniping_stop *stop;
void (*on_opened)(void *data);
int until_reply;
int max_rate;
void *reserved[1];
const struct miniping_more *more;
};
enum miniping_status {
MINIPING_OK,
MINIPING_E_ARGUMENT,
MINIPING_E_RESOLVE,
MINIPING_E_PERMISSION,
MINIPING_E_UNREACHABLE,
MINIPING_E_TIMEOUT,
MINIPING_E_SEND,
MINIPING_E_SYSTEM
};
struct miniping_error {
enum miniping_status status;
const char *host;
const char *option;
const char *reason;
int64_t timeout_ns;
int sys_errno;
int icmp_type, icmp_code;
const char *icmp_text;
char icmp_from[MINIPING_ADDR_LEN];
};
struct miniping_result {
const char *host;
int family;
char addr[MINIPING_ADDR_LEN];
struct miniping_error error;
uint64_t sent;
uint64_t received, lost, unknown;
uint64_t duplicates, late;
uint64_t errors;
uint64_t send_errors;
double loss;
int64_t min_ns, max_ns, mean_ns, median_ns, p95_ns;
int64_t jitter_ns;
int64_t *rtt_list_ns;
int ttl;
int hops;
const char *os_guess;
uint64_t truncated;
uint64_t corrupt, foreign;
};
void miniping_options_init(struct miniping_options *options);
enum miniping_status miniping_host(const char *host, const struct miniping_options *options,
struct miniping_result *result);
enum miniping_status miniping_hosts(const char *const *hosts, size_t n, const struct miniping_options *options,
struct miniping_result *results);
void miniping_result_fini(struct miniping_result *result);
char *miniping_strerror(const struct miniping_error *error, char *buf, size_t buf_len);
const char *miniping_outcome_name(enum miniping_outcome outcome);
struct miniping_stop *miniping_stop_new(void);
void miniping_stop_now(struct miniping_stop *stop);
void miniping_stop_free(struct miniping_stop *stop);
struct miniping_session;
struct miniping_session_calls {
size_t size;
void *data;
void (*on_packet)(void *data, uint64_t id, const struct miniping_packet *packet);
void (*on_resolved)(void *data, uint64_t id, const struct miniping_result *host);
void (*on_done)(void *data, uint64_t id, const struct miniping_result *result);
};
enum miniping_status miniping_session_new(struct miniping_session **session, const struct miniping_options *options,
const struct miniping_session_calls *calls, struct miniping_error *error);
void miniping_session_free(struct miniping_session *session);
int miniping_session_fd(const struct miniping_session *session);
int64_t miniping_session_timeout(const struct miniping_session *session);
enum miniping_status miniping_session_process(struct miniping_session *session, struct miniping_error *error);
enum miniping_status miniping_session_add(struct miniping_session *session, const char *host,
const struct miniping_options *options, uint64_t *id,
struct miniping_error *error);
int miniping_session_remove(struct miniping_session *session, uint64_t id);
size_t miniping_session_hosts(const struct miniping_session *session);
const struct miniping_result *miniping_session_result(struct miniping_session *session, uint64_t id);
#define MINIPING_PATH_MAX 30
enum miniping_path_end {
MINIPING_PATH_CUT,
MINIPING_PATH_REACHED,
MINIPING_PATH_ELSEWHERE,
MINIPING_PATH_UNREACHABLE,
MINIPING_PATH_SILENT
};
struct miniping_hop {
char addr[MINIPING_ADDR_LEN];
int64_t rtt_ns;
int packets;
int icmp_type, icmp_code;
const char *icmp_text;
};
struct miniping_path {
const char *host;
int family;
char addr[MINIPING_ADDR_LEN];
struct miniping_error error;
enum miniping_path_end end;
int n_hops;
int last;
int packets;
struct miniping_hop hops[MINIPING_PATH_MAX];
};
enum miniping_status miniping_path(const char *host, const struct miniping_options *options,
struct miniping_path *path);
const char *miniping_path_end_name(enum miniping_path_end end);
const char *miniping_version(void);
"""
