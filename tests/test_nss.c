#include "dns/nss.h"

#include "fixture.h"

#include "base/thread.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <resolv.h>
#include <semaphore.h>
#include <stdatomic.h>

static struct nss *nss;
static sem_t release; /* for each that waits in getaddrinfo */
static atomic_int n_inside, n_inside_max, n_left, n_without_dns;

static struct sockaddr_in6 link_local = { .sin6_family = AF_INET6, .sin6_addr.s6_addr = { 0xfe, 0x80, [15] = 1 } };
static struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr.s6_addr = { 0xfd, [15] = 6 } };
static struct sockaddr_in four = { .sin_family = AF_INET };
static struct addrinfo list[] = {
	{ .ai_addr = (struct sockaddr *)&link_local, .ai_next = list + 1 },
	{ .ai_addr = (struct sockaddr *)&six, .ai_next = list + 2 },
	{ .ai_addr = (struct sockaddr *)&four },
};

/* In the C library's place: what begins with "known" has two addresses and a link-local one, "hang" waits. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res)
{
	int inside = ++n_inside;

	(void)service;
	n_without_dns += _res.options & RES_INIT && !_res.nscount;
	for (int max = n_inside_max; inside > max && !atomic_compare_exchange_weak(&n_inside_max, &max, inside);)
		;
	if (!strncmp(node, "hang", 4))
		sem_wait(&release);
	n_inside--;
	n_left++;
	*res = hints->ai_family == AF_INET ? list + 2 : list;
	return strncmp(node, "known", 5) ? EAI_NONAME : 0;
}

void freeaddrinfo(struct addrinfo *res)
{
	(void)res;
}

static int init(void **state)
{
	char path[64];
	FILE *conf;

	if (fixture_make_dir(state) || sem_init(&release, 0, 0))
		return -1;
	snprintf(path, sizeof(path), "%s/nsswitch.conf", fixture_dir);
	conf = fopen(path, "w");
	if (!conf || fputs("hosts: files dns mdns\n", conf) < 0 || fclose(conf))
		return -1;
	four.sin_addr.s_addr = htonl(0xc6120004);
	n_inside_max = n_left = n_without_dns = 0;
	return nss_open(&nss, path);
}

static int fini(void **state)
{
	nss_close(nss);
	nss = NULL;
	return fixture_remove_dir(state);
}

static void ask(const char *name, enum family family, uint32_t tag)
{
	const struct nss_name wanted = { .tag = tag, .family = family, .error = "not found", .asked = name };

	assert_int_equal(nss_ask(nss, &wanted, name), 0);
}

static struct nss_name *wait_for_one(void)
{
	struct pollfd p = { .fd = nss_fd(nss), .events = POLLIN };
	struct nss_name *name;

	assert_int_equal(poll(&p, 1, 60000), 1);
	name = nss_take(nss);
	assert_non_null(name);
	return name;
}

static void what_is_found_comes_back_with_its_tag(void **state)
{
	struct nss_name *name;

	(void)state;
	ask("known.test", FAMILY_ANY, 7);
	name = wait_for_one();
	assert_int_equal(name->tag, 7);
	assert_string_equal(name->name, "known.test");
	assert_int_equal(name->n_addrs, 2);
	assert_int_equal(name->addrs[0].family, AF_INET6);
	assert_int_equal(name->addrs[0].bytes[15], 6);
	assert_int_equal(name->addrs[1].family, AF_INET);
	nss_free(name);
	assert_null(nss_take(nss));
	ask("known.test", FAMILY_IPV4, 8);
	name = wait_for_one();
	assert_int_equal(name->n_addrs, 1);
	nss_free(name);
}

static void what_is_not_found_comes_back_with_the_error(void **state)
{
	struct nss_name *name;

	(void)state;
	ask("unknown.test", FAMILY_ANY, 9);
	name = wait_for_one();
	assert_int_equal(name->tag, 9);
	assert_int_equal(name->n_addrs, 0);
	assert_string_equal(name->error, "not found");
	nss_free(name);
}

static void where_dns_is_silent_it_is_not_asked_again(void **state)
{
	struct nss_name wanted = { .family = FAMILY_ANY, .error = "timeout", .asked = "known.test" };

	(void)state;
	for (int i = 0; i < 6; i++) {
		wanted.dns_is_silent = i % 2;
		assert_int_equal(nss_ask(nss, &wanted, wanted.asked), 0);
		nss_free(wait_for_one());
	}
	assert_int_equal(n_without_dns, 3);
	for (uint32_t i = 0; i < 200; i++) {
		wanted.dns_is_silent = i % 2;
		assert_int_equal(nss_ask(nss, &wanted, wanted.asked), 0);
	}
	for (int i = 0; i < 200; i++)
		nss_free(wait_for_one());
	assert_int_equal(n_without_dns, 103);
}

static void many_are_asked_by_a_bounded_number_of_threads(void **state)
{
	bool seen[200] = { false };

	(void)state;
	for (uint32_t i = 0; i < 200; i++)
		ask(i % 2 ? "hang.test" : "known.test", FAMILY_ANY, i);
	for (int i = 0; i < 100; i++)
		sem_post(&release);
	for (int i = 0; i < 200; i++) {
		struct nss_name *name = wait_for_one();

		assert_true(name->tag < 200 && !seen[name->tag]);
		seen[name->tag] = true;
		assert_int_equal(name->n_addrs, name->tag % 2 ? 0 : 2);
		nss_free(name);
	}
	assert_in_range(n_inside_max, 1, NSS_THREADS_MAX);
}

static void closing_waits_for_nobody(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 3 * NSS_THREADS_MAX; i++)
		ask("hang.test", FAMILY_ANY, i);
	while (n_inside < (int)NSS_THREADS_MAX)
		usleep(1000);
	nss_close(nss);
	nss = NULL;
	assert_int_equal(n_inside, NSS_THREADS_MAX);
	for (unsigned i = 0; i < NSS_THREADS_MAX; i++)
		sem_post(&release);
	while (n_left < (int)NSS_THREADS_MAX)
		usleep(1000);
	/* What waited is not asked for any more. */
	usleep(20000);
	assert_int_equal(n_left, NSS_THREADS_MAX);
}

static void files_and_dns_alone_are_nothing_to_ask(void **state)
{
	char path[64];

	(void)state;
	assert_false(nss_has_more(""));
	assert_false(nss_has_more("hosts: files dns\n"));
	assert_false(nss_has_more("hosts:files dns"));
	assert_false(
		nss_has_more("passwd: files systemd\nhosts:\t files [NOTFOUND=continue] dns # mdns\nnetworks: nis\n"));
	assert_false(nss_has_more("#hosts: mdns\n"));
	assert_false(nss_has_more("hosts:\n"));
	assert_false(nss_has_more("hosts: files [mdns"));
	assert_true(nss_has_more("hosts: files mdns4_minimal [NOTFOUND=return] dns\n"));
	assert_true(nss_has_more("hosts: files dns myhostname"));
	assert_true(nss_has_more("  hosts: dnss"));
	assert_true(nss_has_more("hosts: files[SUCCESS=continue]resolve"));
	snprintf(path, sizeof(path), "%s/missing", fixture_dir);
	assert_int_equal(nss_open(&nss, path), -ENOENT);
}

#define T(test) cmocka_unit_test_setup_teardown(test, init, fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_found_comes_back_with_its_tag),
		T(what_is_not_found_comes_back_with_the_error),
		T(where_dns_is_silent_it_is_not_asked_again),
		T(many_are_asked_by_a_bounded_number_of_threads),
		T(closing_waits_for_nobody),
		cmocka_unit_test_setup_teardown(files_and_dns_alone_are_nothing_to_ask, fixture_make_dir,
		                                fixture_remove_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
