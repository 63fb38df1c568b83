/* farend - the far end of minipingd's tests: answers echo requests that a TUN device is routed, with
 * exact delays, losses, duplicates, errors and forgeries, and writes down what it did.
 *
 *     farend --dev NAME --rules FILE --truth FILE [--holds FILE] [--seed N] [--spin]
 *            [--ready-file FILE | --ready-fd N]
 *
 * USR1 writes the truth file; USR2 drops every request from then on, so that a test's counts come to
 * rest; TERM and INT write the truth file and exit 0. Rules: farend_rules.h. --holds: a line for each true
 * reply: its destination, which of that destination's replies it is (from 1), ns that it was held. --spin: never
 * sleep, at the price of a core: no request waits until we are woken. */
#include "farend_packet.h"
#include "farend_queue.h"
#include "farend_rules.h"
#include "farend_truth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S   INT64_C(1000000000)
#define BATCH      64 /* requests read before due answers get their turn */
#define HOLDS_ROOM (1u << 24)

struct farend {
	int tun;
	bool quiet; /* drop everything */
	bool spin;
	struct rules rules;
	struct queue queue;
	struct truth truth;
	const char *truth_path;
	FILE *holds; /* NULL: not asked for */
	uint8_t in[PACKET_BUF], out[PACKET_BUF];
};

struct args {
	const char *dev, *rules, *truth, *holds, *ready_file;
	int ready_fd;
	uint64_t seed;
	bool spin;
};

static volatile sig_atomic_t want_stop, want_truth, want_quiet;

static void on_signal(int signo)
{
	if (signo == SIGUSR1)
		want_truth = 1;
	else if (signo == SIGUSR2)
		want_quiet = 1;
	else
		want_stop = 1;
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* A number in [0, 1) that depends on the seed, the destination, which of its requests this is and
 * what it is for, and on nothing else: the order of arrival changes no choice (splitmix64). */
static double chance(const struct dest *d, unsigned what)
{
	uint64_t z = d->hash + d->requests * UINT64_C(0x9e3779b97f4a7c15) + what * UINT64_C(0xd1342543de82ef95);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static bool happens(const struct dest *d, unsigned action)
{
	const struct rate *r = &d->rule->rates[action];

	return r->every ? d->requests % r->every == 0 : r->share > 0 && chance(d, action) < r->share;
}

/* Only what was really sent can be replayed later. */
static void remember(struct dest *d, const uint8_t *pkt, size_t len)
{
	const struct rate *r = &d->rule->rates[ACTION_REPLAY_PREVIOUS];
	uint8_t *copy;

	if (!r->every && r->share <= 0)
		return;
	copy = realloc(d->last, len);
	if (!copy)
		return;
	memcpy(copy, pkt, len);
	d->last = copy;
	d->last_len = len;
}

static void note_hold(struct farend *f, const struct dest *d, int64_t hold_ns)
{
	char text[INET6_ADDRSTRLEN];

	if (f->holds)
		fprintf(f->holds, "%s %llu %lld\n", inet_ntop(d->family, d->addr, text, sizeof(text)),
		        (unsigned long long)d->sent[SENT_REPLY], (long long)hold_ns);
}

static void emit(struct farend *f, struct dest *d, int what, const uint8_t *pkt, size_t len, int64_t read_ns)
{
	int64_t now = now_ns();

	if (write(f->tun, pkt, len) != (ssize_t)len) {
		f->truth.write_errors++;
		return;
	}
	if (what != SENT_REPLY) {
		d->sent[what]++;
		return;
	}
	truth_held(d, now - read_ns);
	note_hold(f, d, now - read_ns);
	remember(d, pkt, len);
}

/* Send the len bytes in f->out delay_ns after read_ns. */
static void emit_after(struct farend *f, struct dest *d, int what, size_t len, int64_t read_ns, int64_t delay_ns)
{
	struct waiting *w;

	if (delay_ns <= 0) {
		emit(f, d, what, f->out, len, read_ns);
		return;
	}
	w = malloc(sizeof(*w) + len);
	if (!w) {
		f->truth.write_errors++;
		return;
	}
	*w = (struct waiting){ .due_ns = read_ns + delay_ns, .read_ns = read_ns, .dest = d, .what = what, .len = len };
	memcpy(w->bytes, f->out, len);
	d->waiting++;
	if (queue_add(&f->queue, w)) {
		free(w);
		d->waiting--;
		f->truth.write_errors++;
	}
}

static struct outer outer_of(const struct dest *d, const uint8_t *from)
{
	const struct rule *r = d->rule;
	bool changed = r->ttl_change_after && d->requests > r->ttl_change_after;
	struct outer o = { .ttl = (uint8_t)(changed ? r->ttl_changed : r->ttl), .opts = r->opts };

	memcpy(o.from, from, sizeof(o.from));
	return o;
}

static void send_error(struct farend *f, struct dest *d, const struct echo *e, int64_t read_ns, int64_t delay_ns)
{
	struct outer o = outer_of(d, d->rule->has_from ? d->rule->from : d->addr);

	for (uint32_t i = 0; i < d->rule->flood; i++)
		emit_after(f, d, SENT_ERROR, error_build(f->out, e, &o, &d->rule->error), read_ns, delay_ns);
}

static void send_damaged(struct farend *f, struct dest *d, const struct echo *e, int what, enum damage damage,
                         int64_t read_ns, int64_t delay_ns)
{
	struct outer o = outer_of(d, d->addr);
	struct reply_shape s = { .damage = damage,
		                 .id_xor = (uint16_t)d->rule->wrong_id_xor,
		                 .seq_xor = (uint16_t)d->rule->wrong_seq_xor };

	for (uint32_t i = 0; i < d->rule->flood; i++)
		emit_after(f, d, what, reply_build(f->out, e, &o, &s), read_ns, delay_ns);
}

static void send_true(struct farend *f, struct dest *d, const struct echo *e, int64_t read_ns, int64_t delay_ns)
{
	const struct rule *r = d->rule;
	struct outer o = outer_of(d, d->addr);
	struct reply_shape undamaged = { .damage = DAMAGE_NONE };
	bool late = happens(d, ACTION_LATE);
	size_t len;

	if (late)
		delay_ns = r->late_delay_ns;
	if (happens(d, ACTION_REORDER)) {
		delay_ns += r->reorder_delay_ns;
		d->reordered++;
	}
	len = reply_build(f->out, e, &o, &undamaged);
	emit_after(f, d, late ? SENT_LATE : SENT_REPLY, len, read_ns, delay_ns);
	if (!happens(d, ACTION_DUP))
		return;
	for (uint32_t i = 1; i <= r->dup_copies; i++)
		emit_after(f, d, SENT_DUPLICATE, len, read_ns, delay_ns + i * r->dup_delay_ns);
}

/* The first damage that the rule asks for at this request. */
static enum damage damage_of(const struct dest *d)
{
	for (int i = DAMAGE_NONE + 1; i < DAMAGE_COUNT; i++)
		if (happens(d, (unsigned)(ACTION_DAMAGE + i - 1)))
			return (enum damage)i;
	return DAMAGE_NONE;
}

static void answer(struct farend *f, struct dest *d, const struct echo *e, int64_t read_ns)
{
	const struct rule *r = d->rule;
	int64_t delay = r->delay_ns;
	enum damage damage = damage_of(d);

	if (r->jitter_ns)
		delay += (int64_t)(chance(d, ACTION_COUNT) * (double)r->jitter_ns);
	if (happens(d, ACTION_FORGE_BEFORE))
		send_damaged(f, d, e, SENT_FORGED_BEFORE, DAMAGE_ALTER_NONCE, read_ns, 0);
	if (d->last && happens(d, ACTION_REPLAY_PREVIOUS))
		emit(f, d, SENT_REPLAYED, d->last, d->last_len, read_ns);
	if (happens(d, ACTION_ERROR)) {
		send_error(f, d, e, read_ns, r->error_then_reply ? 0 : delay);
		if (!r->error_then_reply)
			return;
	}
	if (damage) {
		send_damaged(f, d, e, SENT_DAMAGED + (int)damage - 1, damage, read_ns, r->true_too ? 0 : delay);
		if (!r->true_too)
			return;
	}
	send_true(f, d, e, read_ns, delay);
}

/* A router on the way gets it. What is counted is no request to the destination. */
static void answer_expired(struct farend *f, struct dest *d, const struct echo *e, int64_t read_ns)
{
	const struct rule *r = d->rule;
	struct error_shape shape = r->error;
	struct outer o = { .ttl = 64, .opts = r->opts };
	uint64_t n = ++d->expired[e->ttl];

	shape.type = e->family == AF_INET ? 11 : 3;
	shape.code = 0;
	shape.mtu = 0;
	memcpy(o.from, r->routers, sizeof(o.from));
	o.from[e->family == AF_INET ? 3 : 15] += (uint8_t)(e->ttl - 1);
	if (e->ttl == r->hop_change && n > r->hop_change_after)
		o.from[e->family == AF_INET ? 3 : 15] += 128;
	if (e->ttl == r->hop_from)
		memcpy(o.from, r->hop_from_addr, sizeof(o.from));
	if (e->ttl != r->hop_silent && !f->quiet)
		emit_after(f, d, SENT_EXPIRED, error_build(f->out, e, &o, &shape), read_ns, e->ttl * r->hop_delay_ns);
}

static void take_request(struct farend *f, size_t len, int64_t read_ns)
{
	struct echo e;
	enum echo_verdict v = echo_parse(&e, f->in, len);
	struct dest *d;

	if (v == ECHO_OTHER || v == ECHO_MALFORMED) {
		f->truth.other += v == ECHO_OTHER;
		f->truth.malformed += v == ECHO_MALFORMED;
		return;
	}
	d = truth_dest(&f->truth, &f->rules, e.family, e.dst);
	if (!d)
		return;
	if (v == ECHO_BAD_CHECKSUM) {
		d->bad_checksum++;
		return;
	}
	if (d->rule && e.ttl < d->rule->hops) {
		answer_expired(f, d, &e, read_ns);
		return;
	}
	d->requests++;
	d->tos = e.tos;
	d->ttl = e.ttl;
	d->size = (uint32_t)(e.icmp_len - 8);
	if (f->quiet || !d->rule || happens(d, ACTION_LOSS))
		d->dropped++;
	else
		answer(f, d, &e, read_ns);
}

/* Read up to BATCH requests; whether more may wait. */
static bool read_requests(struct farend *f)
{
	for (int i = 0; i < BATCH; i++) {
		ssize_t n = read(f->tun, f->in, PACKET_MAX);

		if (n < 0)
			return false;
		take_request(f, (size_t)n, now_ns());
	}
	return true;
}

static void send_due(struct farend *f)
{
	struct waiting *w;

	while ((w = queue_take(&f->queue, now_ns()))) {
		w->dest->waiting--;
		emit(f, w->dest, w->what, w->bytes, w->len, w->read_ns);
		free(w);
	}
}

static void wait_for_work(struct farend *f, bool more, const sigset_t *unblocked)
{
	struct pollfd p = { .fd = f->tun, .events = POLLIN };
	int64_t next = queue_next(&f->queue), wait = more || f->spin ? 0 : next - now_ns();
	struct timespec ts;

	if (wait < 0)
		wait = 0;
	ts = (struct timespec){ .tv_sec = wait / NS_PER_S, .tv_nsec = wait % NS_PER_S };
	ppoll(&p, 1, wait && next == INT64_MAX ? NULL : &ts, unblocked);
}

static int save_truth(const struct farend *f)
{
	int err = truth_write(&f->truth, f->truth_path);

	if (err)
		fprintf(stderr, "farend: %s: %s\n", f->truth_path, strerror(-err));
	return err;
}

static int run(struct farend *f, const sigset_t *unblocked)
{
	while (!want_stop) {
		bool more = read_requests(f);

		send_due(f);
		wait_for_work(f, more, unblocked);
		f->quiet = want_quiet;
		if (want_truth) {
			want_truth = 0;
			save_truth(f);
		}
	}
	return save_truth(f) ? 1 : 0;
}

/* Signals come only inside ppoll, so that none is missed before it. */
static void catch_signals(sigset_t *unblocked)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGUSR1, SIGUSR2 };
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t block;

	sigemptyset(&block);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		sigaddset(&block, signals[i]);
		sigaction(signals[i], &sa, NULL);
	}
	sigprocmask(SIG_BLOCK, &block, unblocked);
}

static int open_tun(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (!ioctl(fd, TUNSETIFF, &ifr))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static void tell_ready(const struct args *a)
{
	int fd = a->ready_fd;

	if (a->ready_file)
		fd = open(a->ready_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return;
	if (write(fd, "ready\n", 6) != 6)
		fputs("farend: nobody reads that we are ready\n", stderr);
	close(fd);
}

static int usage(void)
{
	fputs("usage: farend --dev NAME --rules FILE --truth FILE [--holds FILE] [--seed N] [--spin]\n"
	      "              [--ready-file FILE | --ready-fd N]\n",
	      stderr);
	return -EINVAL;
}

static int parse_args(struct args *a, int argc, char **argv)
{
	static const struct option options[] = {
		{ "dev", required_argument, NULL, 'd' },
		{ "rules", required_argument, NULL, 'r' },
		{ "truth", required_argument, NULL, 't' },
		{ "holds", required_argument, NULL, 'h' },
		{ "seed", required_argument, NULL, 's' },
		{ "spin", no_argument, NULL, 'p' },
		{ "ready-file", required_argument, NULL, 'f' },
		{ "ready-fd", required_argument, NULL, 'n' },
		{ 0 },
	};
	int c;

	*a = (struct args){ .ready_fd = -1, .seed = 1 };
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'd':
			a->dev = optarg;
			break;
		case 'r':
			a->rules = optarg;
			break;
		case 't':
			a->truth = optarg;
			break;
		case 'h':
			a->holds = optarg;
			break;
		case 's':
			a->seed = strtoull(optarg, NULL, 0);
			break;
		case 'p':
			a->spin = true;
			break;
		case 'f':
			a->ready_file = optarg;
			break;
		case 'n':
			a->ready_fd = atoi(optarg);
			break;
		default:
			return usage();
		}
	}
	return a->dev && a->rules && a->truth && optind == argc ? 0 : usage();
}

/* Much room, so that writing a block comes between two packets as seldom as can be. */
static int open_holds(struct farend *f, const char *path)
{
	if (!path)
		return 0;
	f->holds = fopen(path, "we");
	if (f->holds)
		return setvbuf(f->holds, NULL, _IOFBF, HOLDS_ROOM);
	fprintf(stderr, "farend: %s: %s\n", path, strerror(errno));
	return -1;
}

static int load_rules(struct farend *f, const char *path)
{
	unsigned line;
	char word[64];
	int err = rules_load(&f->rules, path, &line, word);

	if (err)
		fprintf(stderr, "farend: %s:%u: %s: %s\n", path, line, word, strerror(-err));
	return err;
}

int main(int argc, char **argv)
{
	static struct farend f;
	struct args a;
	sigset_t unblocked;
	int code;

	if (parse_args(&a, argc, argv) || load_rules(&f, a.rules) || open_holds(&f, a.holds))
		return 2;
	f.truth.seed = a.seed;
	f.spin = a.spin;
	f.truth_path = a.truth;
	catch_signals(&unblocked);
	/* The kernel's default lets a sleep end 50 us late. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	f.tun = open_tun(a.dev);
	if (f.tun < 0) {
		fprintf(stderr, "farend: %s: %s\n", a.dev, strerror(-f.tun));
		return 1;
	}
	tell_ready(&a);
	code = run(&f, &unblocked);
	if (f.holds && fclose(f.holds))
		code = 1;
	queue_fini(&f.queue);
	truth_fini(&f.truth);
	rules_fini(&f.rules);
	return code;
}
