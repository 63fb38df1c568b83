#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "core/decode.h"
#include "random.h"
#include "core/sock_private.h"

#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST_ID 0xfff0u
#define N_IDS    32u
#define OURS     0x0003u /* the range wraps */
#define LAST     0x000fu
#define NOT_OURS 0x0010u

/* --- the BPF programs, run by the kernel: on what comes to a Unix socket that they are attached to --- */

struct filtered {
	int to, from;
};

static struct filtered filtered(const struct sock_program *p)
{
	struct sock_fprog program = { p->n, (struct sock_filter *)(uintptr_t)p->at };
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(setsockopt(fds[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)), 0);
	return (struct filtered){ fds[0], fds[1] };
}

static bool passes(const struct filtered *f, const uint8_t *pkt, size_t len)
{
	uint8_t got[256];

	assert_int_equal(send(f->to, pkt, len, 0), len);
	return recv(f->from, got, sizeof(got), 0) == (ssize_t)len;
}

static void close_filtered(struct filtered *f)
{
	close(f->to);
	close(f->from);
}

static struct filtered replies(int family)
{
	struct sock_program p;

	sock_program_replies(&p, family, FIRST_ID, N_IDS);
	return filtered(&p);
}

static struct filtered errors(int family)
{
	struct sock_program p;

	sock_program_errors(&p, family, FIRST_ID, N_IDS);
	return filtered(&p);
}

struct packet {
	uint8_t bytes[160];
	size_t len;
};

static void put8(struct packet *p, unsigned v)
{
	p->bytes[p->len++] = (uint8_t)v;
}

static void put16(struct packet *p, unsigned v)
{
	put8(p, v >> 8);
	put8(p, v);
}

static void put0(struct packet *p, size_t n)
{
	memset(p->bytes + p->len, 0, n);
	p->len += n;
}

static void put_ip4(struct packet *p, unsigned ihl, unsigned protocol, unsigned fragment)
{
	put8(p, 0x40 | ihl);
	put0(p, 5);
	put16(p, fragment);
	put8(p, 64);
	put8(p, protocol);
	put0(p, 10);
	put0(p, ihl > 5 ? (ihl - 5) * 4 : 0);
}

static void put_echo(struct packet *p, unsigned type, unsigned id)
{
	put8(p, type);
	put0(p, 3);
	put16(p, id);
	put16(p, 7);
	put0(p, 8);
}

static struct packet reply4(unsigned ihl, unsigned type, unsigned id)
{
	struct packet p = { .len = 0 };

	put_ip4(&p, ihl, IPPROTO_ICMP, 0);
	put_echo(&p, type, id);
	return p;
}

struct quote4 {
	unsigned outer_ihl, type, ihl, protocol, fragment, quoted_type, id;
};

static struct packet error4(const struct quote4 *q)
{
	struct packet p = { .len = 0 };

	put_ip4(&p, q->outer_ihl, IPPROTO_ICMP, 0);
	put8(&p, q->type);
	put0(&p, 7);
	put_ip4(&p, q->ihl, q->protocol, q->fragment);
	put_echo(&p, q->quoted_type, q->id);
	return p;
}

/* next: of the quoted header; ext: an extension header of 8 bytes stands behind it. */
static struct packet error6(unsigned type, unsigned next, bool ext, unsigned quoted_type, unsigned id)
{
	struct packet p = { .len = 0 };

	put8(&p, type);
	put0(&p, 7);
	put8(&p, 0x60);
	put0(&p, 5);
	put8(&p, next);
	put0(&p, 33);
	if (ext) {
		put8(&p, IPPROTO_ICMPV6);
		put0(&p, 7);
	}
	put_echo(&p, quoted_type, id);
	return p;
}

static void only_echo_replies_with_our_ids_pass(void **state)
{
	static const struct {
		unsigned id;
		bool ours;
	} ids[] = { { FIRST_ID, true },  { 0xffff, true },        { 0, true },      { OURS, true }, { LAST, true },
		    { NOT_OURS, false }, { FIRST_ID - 1, false }, { 0x8000, false } };
	struct filtered f4 = replies(AF_INET), f6 = replies(AF_INET6);
	struct packet p, p6 = { .len = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		for (unsigned ihl = 5; ihl <= 15; ihl++) {
			p = reply4(ihl, ICMP_ECHOREPLY, ids[i].id);
			assert_int_equal(passes(&f4, p.bytes, p.len), ids[i].ours);
		}
		p6.len = 0;
		put_echo(&p6, ICMP6_ECHO_REPLY, ids[i].id);
		assert_int_equal(passes(&f6, p6.bytes, p6.len), ids[i].ours);
	}
	for (unsigned type = 0; type < 256; type++) {
		p = reply4(5, type, OURS);
		assert_int_equal(passes(&f4, p.bytes, p.len), type == ICMP_ECHOREPLY);
		p6.len = 0;
		put_echo(&p6, type, OURS);
		assert_int_equal(passes(&f6, p6.bytes, p6.len), type == ICMP6_ECHO_REPLY);
	}
	close_filtered(&f4);
	close_filtered(&f6);
}

static void a_reply_that_ends_before_its_id_does_not_pass(void **state)
{
	struct filtered f4 = replies(AF_INET), f6 = replies(AF_INET6);
	struct packet p = reply4(6, ICMP_ECHOREPLY, OURS), p6 = { .len = 0 };

	(void)state;
	for (size_t len = 1; len < p.len; len++)
		assert_int_equal(passes(&f4, p.bytes, len), len >= 24 + 6);
	put_echo(&p6, ICMP6_ECHO_REPLY, OURS);
	for (size_t len = 1; len < p6.len; len++)
		assert_int_equal(passes(&f6, p6.bytes, len), len >= 6);
	close_filtered(&f4);
	close_filtered(&f6);
}

static void before_there_is_an_id_no_reply_and_no_quote_passes(void **state)
{
	struct packet reply = reply4(5, ICMP_ECHOREPLY, 0);
	struct packet error = error4(&(struct quote4){ 5, ICMP_DEST_UNREACH, 5, IPPROTO_ICMP, 0, ICMP_ECHO, 0 });
	struct sock_program p;
	struct filtered f;

	(void)state;
	sock_program_replies(&p, AF_INET, 0, 0);
	f = filtered(&p);
	assert_false(passes(&f, reply.bytes, reply.len));
	close_filtered(&f);
	sock_program_errors(&p, AF_INET, 0, 0);
	f = filtered(&p);
	assert_false(passes(&f, error.bytes, error.len));
	close_filtered(&f);
}

static void of_ipv4_errors_those_pass_that_quote_a_request_of_ours(void **state)
{
	static const struct {
		struct quote4 q;
		bool ours;
	} table[] = {
		{ { 5, ICMP_DEST_UNREACH, 5, IPPROTO_ICMP, 0, ICMP_ECHO, OURS }, true },
		{ { 5, ICMP_TIME_EXCEEDED, 5, IPPROTO_ICMP, 0x4000, ICMP_ECHO, FIRST_ID }, true },
		{ { 5, ICMP_PARAMETERPROB, 5, IPPROTO_ICMP, 0x2000, ICMP_ECHO, LAST }, true },
		{ { 15, ICMP_DEST_UNREACH, 5, IPPROTO_ICMP, 0, ICMP_ECHO, OURS }, true },
		{ { 5, ICMP_DEST_UNREACH, 7, IPPROTO_ICMP, 0, ICMP_ECHO, OURS }, true },
		{ { 6, ICMP_DEST_UNREACH, 15, IPPROTO_ICMP, 0, ICMP_ECHO, OURS }, true },
		{ { 5, ICMP_DEST_UNREACH, 5, IPPROTO_ICMP, 0, ICMP_ECHO, NOT_OURS }, false },
		{ { 5, ICMP_DEST_UNREACH, 7, IPPROTO_ICMP, 0, ICMP_ECHO, NOT_OURS }, false },
		{ { 5, ICMP_DEST_UNREACH, 5, IPPROTO_UDP, 0, ICMP_ECHO, OURS }, false },
		{ { 5, ICMP_DEST_UNREACH, 5, IPPROTO_TCP, 0, ICMP_ECHO, OURS }, false },
		{ { 5, ICMP_DEST_UNREACH, 5, IPPROTO_ICMP, 3, ICMP_ECHO, OURS }, false },
		{ { 5, ICMP_DEST_UNREACH, 5, IPPROTO_ICMP, 0, ICMP_ECHOREPLY, OURS }, false },
		{ { 5, ICMP_REDIRECT, 5, IPPROTO_ICMP, 0, ICMP_ECHO, OURS }, false },
		{ { 5, ICMP_ECHOREPLY, 5, IPPROTO_ICMP, 0, ICMP_ECHO, OURS }, false },
		{ { 5, 0x43, 5, IPPROTO_ICMP, 0, ICMP_ECHO, OURS }, false },
	};
	struct filtered f = errors(AF_INET);

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct packet p = error4(&table[i].q);

		if (passes(&f, p.bytes, p.len) != table[i].ours)
			fail_msg("line %zu", i);
	}
	close_filtered(&f);
}

static void of_ipv6_errors_those_pass_that_quote_a_request_of_ours_or_may_do_so(void **state)
{
	static const struct {
		unsigned type, next;
		bool ext;
		unsigned quoted_type, id;
		bool pass;
	} table[] = {
		{ ICMP6_DST_UNREACH, IPPROTO_ICMPV6, false, ICMP6_ECHO_REQUEST, OURS, true },
		{ ICMP6_PACKET_TOO_BIG, IPPROTO_ICMPV6, false, ICMP6_ECHO_REQUEST, FIRST_ID, true },
		{ ICMP6_TIME_EXCEEDED, IPPROTO_ICMPV6, false, ICMP6_ECHO_REQUEST, LAST, true },
		{ ICMP6_PARAM_PROB, IPPROTO_ICMPV6, false, ICMP6_ECHO_REQUEST, OURS, true },
		{ ICMP6_DST_UNREACH, IPPROTO_ICMPV6, false, ICMP6_ECHO_REQUEST, NOT_OURS, false },
		{ ICMP6_DST_UNREACH, IPPROTO_ICMPV6, false, ICMP6_ECHO_REPLY, OURS, false },
		{ ICMP6_DST_UNREACH, IPPROTO_UDP, false, ICMP6_ECHO_REQUEST, OURS, false },
		{ ICMP6_DST_UNREACH, IPPROTO_TCP, false, ICMP6_ECHO_REQUEST, OURS, false },
		{ ICMP6_DST_UNREACH, IPPROTO_NONE, true, ICMP6_ECHO_REQUEST, OURS, false },
		{ ICMP6_DST_UNREACH, IPPROTO_HOPOPTS, true, ICMP6_ECHO_REQUEST, OURS, true },
		{ ICMP6_DST_UNREACH, IPPROTO_ROUTING, true, ICMP6_ECHO_REQUEST, OURS, true },
		{ ICMP6_DST_UNREACH, IPPROTO_FRAGMENT, true, ICMP6_ECHO_REQUEST, OURS, true },
		{ ICMP6_DST_UNREACH, IPPROTO_AH, true, ICMP6_ECHO_REQUEST, OURS, true },
		{ ICMP6_DST_UNREACH, IPPROTO_DSTOPTS, true, ICMP6_ECHO_REQUEST, NOT_OURS, true },
		{ ICMP6_ECHO_REPLY, IPPROTO_ICMPV6, false, ICMP6_ECHO_REQUEST, OURS, false },
	};
	struct filtered f = errors(AF_INET6);

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct packet p = error6(table[i].type, table[i].next, table[i].ext, table[i].quoted_type, table[i].id);

		if (passes(&f, p.bytes, p.len) != table[i].pass)
			fail_msg("line %zu", i);
	}
	close_filtered(&f);
}

static bool is_ours(enum decode_kind kind, const struct decoded *d)
{
	return kind == DECODE_ERROR && (uint16_t)(d->id - FIRST_ID) < N_IDS;
}

/* Whatever is damaged and wherever it is cut: no error passes over that decode would take for one of ours. */
static void no_error_of_ours_is_held_back(void **state)
{
	struct filtered f4 = errors(AF_INET), f6 = errors(AF_INET6);
	uint64_t seed = 11;
	unsigned n4 = 0, n6 = 0;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		struct packet p = error4(&(struct quote4){ 5 + (unsigned)random_below(&seed, 3), ICMP_DEST_UNREACH,
		                                           5 + (unsigned)random_below(&seed, 11), IPPROTO_ICMP, 0,
		                                           ICMP_ECHO, OURS });
		struct packet p6 = error6(ICMP6_DST_UNREACH, i % 2 ? IPPROTO_ICMPV6 : IPPROTO_DSTOPTS, i % 2 == 0,
		                          ICMP6_ECHO_REQUEST, OURS);
		size_t ihl = (p.bytes[0] & 0x0fu) * 4, len = ihl + 8 + random_below(&seed, p.len - ihl - 7);
		size_t len6 = 8 + random_below(&seed, p6.len - 7);
		struct decoded d;

		p.bytes[ihl + random_below(&seed, p.len - ihl)] ^= (uint8_t)random_below(&seed, 256);
		p6.bytes[random_below(&seed, p6.len)] ^= (uint8_t)random_below(&seed, 256);
		if (is_ours(decode_icmp4(p.bytes + ihl, len - ihl, &d), &d) && ++n4)
			assert_true(passes(&f4, p.bytes, len));
		if (is_ours(decode_icmp6(p6.bytes, len6, &d), &d) && ++n6)
			assert_true(passes(&f6, p6.bytes, len6));
	}
	assert_true(n4 > 1000 && n6 > 1000);
	close_filtered(&f4);
	close_filtered(&f6);
}

/* --- control data --- */

static struct {
	char bytes[SOCK_CONTROL_IN] __attribute__((aligned(8)));
	struct mmsghdr msg;
	struct sockaddr_storage from;
} in;

static void start(const char *from)
{
	struct addr a;

	memset(&in, 0, sizeof(in));
	assert_int_equal(addr_parse(&a, from), 0);
	in.msg.msg_len = 64;
	in.msg.msg_hdr.msg_namelen = addr_to_sockaddr(&a, &in.from);
	in.msg.msg_hdr.msg_name = &in.from;
	in.msg.msg_hdr.msg_control = in.bytes;
}

static void put(int level, int type, const void *value, size_t len)
{
	struct msghdr *m = &in.msg.msg_hdr;
	struct cmsghdr *c = (struct cmsghdr *)(void *)(in.bytes + m->msg_controllen);

	m->msg_controllen += CMSG_SPACE(len);
	assert_true(m->msg_controllen <= sizeof(in.bytes));
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), value, len);
}

static struct sock_in message(void)
{
	static const uint8_t data[64];
	struct sock_in out;

	sock_read_message(&out, &in.msg, data);
	assert_ptr_equal(out.data, data);
	assert_int_equal(out.len, 64);
	return out;
}

static void is_addr(const struct addr *a, const char *text)
{
	char got[ADDR_STRLEN];

	assert_string_equal(addr_format(a, got), text);
}

static void without_control_data_nothing_is_known_but_who_sent_it(void **state)
{
	struct sock_in out;

	(void)state;
	start("192.0.2.1");
	out = message();
	is_addr(&out.from, "192.0.2.1");
	assert_true(out.ttl == -1 && out.stamp_real_ns == -1 && out.ifindex == 0);
	assert_false(out.truncated || out.is_error);
}

static void stamp_ttl_and_interface_of_both_ip_versions_are_read(void **state)
{
	struct timespec ts = { 1700000000, 123456789 };
	struct in_pktinfo ip4 = { .ipi_ifindex = 3 };
	struct in6_pktinfo ip6 = { .ipi6_ifindex = 4 };
	int ttl = 57;
	struct sock_in out;

	(void)state;
	start("192.0.2.1");
	put(SOL_SOCKET, SCM_TIMESTAMPNS, &ts, sizeof(ts));
	put(IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	put(IPPROTO_IP, IP_PKTINFO, &ip4, sizeof(ip4));
	out = message();
	assert_true(out.stamp_real_ns == ts.tv_sec * NS_PER_S + ts.tv_nsec && out.ttl == 57 && out.ifindex == 3);
	start("2001:db8::1");
	put(IPPROTO_IPV6, IPV6_PKTINFO, &ip6, sizeof(ip6));
	put(IPPROTO_IPV6, IPV6_HOPLIMIT, &ttl, sizeof(ttl));
	put(SOL_SOCKET, SCM_TIMESTAMPNS, &ts, sizeof(ts));
	out = message();
	assert_true(out.stamp_real_ns == ts.tv_sec * NS_PER_S + ts.tv_nsec && out.ttl == 57 && out.ifindex == 4);
}

static void what_is_not_known_among_the_control_data_is_passed_over(void **state)
{
	int ttl = 1, drops = 77;
	struct sock_in out;

	(void)state;
	start("192.0.2.1");
	put(SOL_SOCKET, SO_RXQ_OVFL, &drops, sizeof(drops));
	put(IPPROTO_IP, IP_TOS, &drops, 1);
	put(IPPROTO_IPV6, IP_TTL, &drops, sizeof(drops)); /* another level's type */
	put(IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	out = message();
	assert_int_equal(out.ttl, 1);
	assert_int_equal(out.ifindex, 0);
}

struct queued {
	struct sock_extended_err e;
	struct sockaddr_storage offender;
};

static void put_queued(int level, int type, uint8_t origin, const char *offender)
{
	struct queued q = { .e = { .ee_origin = origin, .ee_type = 3, .ee_code = 4, .ee_info = 1400 } };
	struct addr a;

	assert_int_equal(addr_parse(&a, offender), 0);
	put(level, type, &q, sizeof(q.e) + addr_to_sockaddr(&a, &q.offender));
}

static void an_error_queue_tells_error_sender_and_where_the_request_went(void **state)
{
	struct sock_in out;

	(void)state;
	start("192.0.2.1");
	put_queued(IPPROTO_IP, IP_RECVERR, SO_EE_ORIGIN_ICMP, "203.0.113.5");
	out = message();
	assert_true(out.is_error && out.type == 3 && out.code == 4 && out.mtu == 1400);
	is_addr(&out.from, "203.0.113.5");
	is_addr(&out.quoted_to, "192.0.2.1");
	start("2001:db8::1");
	put_queued(IPPROTO_IPV6, IPV6_RECVERR, SO_EE_ORIGIN_ICMP6, "2001:db8::ff");
	out = message();
	assert_true(out.is_error);
	is_addr(&out.from, "2001:db8::ff");
	is_addr(&out.quoted_to, "2001:db8::1");
}

/* An error of our own stack is no ICMP message. */
static void a_local_error_is_none_of_the_networks(void **state)
{
	struct sock_in out;

	(void)state;
	start("192.0.2.1");
	put_queued(IPPROTO_IP, IP_RECVERR, SO_EE_ORIGIN_LOCAL, "203.0.113.5");
	out = message();
	assert_false(out.is_error);
	is_addr(&out.from, "192.0.2.1");
}

static void what_was_cut_by_the_kernel_says_so(void **state)
{
	(void)state;
	start("192.0.2.1");
	in.msg.msg_hdr.msg_flags = MSG_TRUNC;
	assert_true(message().truncated);
	in.msg.msg_hdr.msg_flags = MSG_CTRUNC;
	assert_true(message().truncated);
	in.msg.msg_hdr.msg_flags = MSG_ERRQUEUE;
	assert_false(message().truncated);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_echo_replies_with_our_ids_pass),
		cmocka_unit_test(a_reply_that_ends_before_its_id_does_not_pass),
		cmocka_unit_test(before_there_is_an_id_no_reply_and_no_quote_passes),
		cmocka_unit_test(of_ipv4_errors_those_pass_that_quote_a_request_of_ours),
		cmocka_unit_test(of_ipv6_errors_those_pass_that_quote_a_request_of_ours_or_may_do_so),
		cmocka_unit_test(no_error_of_ours_is_held_back),
		cmocka_unit_test(without_control_data_nothing_is_known_but_who_sent_it),
		cmocka_unit_test(stamp_ttl_and_interface_of_both_ip_versions_are_read),
		cmocka_unit_test(what_is_not_known_among_the_control_data_is_passed_over),
		cmocka_unit_test(an_error_queue_tells_error_sender_and_where_the_request_went),
		cmocka_unit_test(a_local_error_is_none_of_the_networks),
		cmocka_unit_test(what_was_cut_by_the_kernel_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
