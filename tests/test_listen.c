#include "fixture.h"
#include "serve/listen.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* An address that no other process uses: all of 127/8 is this host's. */
static char address[32];

static int init(void **state)
{
	unsigned id = (unsigned)getpid();

	snprintf(address, sizeof(address), "127.%u.%u.%u:9737", 1 + id / 65536 % 254, id / 256 % 256, id % 256);
	return fixture_make_dir(state);
}

static void names_are_checked(void **state)
{
	static const char *const good[] = { "127.0.0.1:9737", "[::1]:1", ":65535", "unix:/run/x.sock", "systemd" };
	static const char *const bad[] = {
		"",
		"127.0.0.1",
		"localhost:9737",
		"::1:9737",
		"[127.0.0.1]:9737",
		"127.0.0.1:0",
		":65536",
		"unix:x",
		"[::1:9737",
		"127.0.0.1:9737x",
		":-1",
		":+1",
		"unix:",
		"127.1:9737",
		"[::1]9737",
		": 1",
		"[fe80::1%nosuch]:9737",
	};
	char path[128] = "unix:/";

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (listen_check(good[i]))
			fail_msg("%s: %s", good[i], listen_check(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (!listen_check(bad[i]))
			fail_msg("%s", bad[i]);
	memset(path + 6, 'x', 106);
	assert_null(listen_check(path));
	strcat(path, "x");
	assert_non_null(listen_check(path));
}

static struct listener *open_at(const char *name, struct listener *mine)
{
	struct listener *l;
	int rc = listen_open(&l, name, &mine, mine != NULL);

	if (rc)
		fail_msg("%s: %s", name, strerror(-rc));
	return l;
}

/* A connection to an IPv4 address or a path, and whether l gets it. */
static bool reaches(const char *name, const struct listener *l)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(9737) };
	bool is_path = *name == '/';
	int fd = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), there = -1;
	char host[32];

	assert_true(fd >= 0);
	if (is_path) {
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", name);
	} else {
		snprintf(host, sizeof(host), "%.*s", (int)strcspn(name, ":"), name);
		assert_int_equal(inet_pton(AF_INET, host, &in.sin_addr), 1);
	}
	if (connect(fd, is_path ? (struct sockaddr *)&un : (struct sockaddr *)&in, is_path ? sizeof(un) : sizeof(in)) ==
	            0 &&
	    send(fd, "x", 1, MSG_NOSIGNAL) == 1)
		there = accept4(listen_fd(l), NULL, NULL, SOCK_CLOEXEC);
	close(fd);
	if (there >= 0)
		close(there);
	return there >= 0;
}

static void an_address_is_listened_at(void **state)
{
	struct listener *l = open_at(address, NULL), *other;

	(void)state;
	assert_true(fcntl(listen_fd(l), F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(listen_fd(l), F_GETFD) & FD_CLOEXEC);
	assert_false(listen_is_unix(l));
	assert_string_equal(listen_name(l), address);
	assert_true(reaches(address, l));
	assert_int_equal(listen_open(&other, address, NULL, 0), -EADDRINUSE);
	listen_unref(l);
}

static void our_own_socket_is_not_in_the_way_of_one_for_all_addresses(void **state)
{
	char all[16];
	struct listener *one, *both, *other;
	unsigned port = 20000 + (unsigned)getpid() % 10000;

	(void)state;
	snprintf(all, sizeof(all), ":%u", port);
	snprintf(strchr(address, ':'), 8, ":%u", port);
	one = open_at(address, NULL);
	assert_int_equal(listen_open(&both, all, NULL, 0), -EADDRINUSE);
	both = open_at(all, one);
	/* Nobody else may come in beside them. */
	assert_int_equal(listen_open(&other, address, NULL, 0), -EADDRINUSE);
	listen_unref(one);
	assert_int_equal(listen_open(&other, address, NULL, 0), -EADDRINUSE);
	one = open_at(address, both);
	listen_unref(one);
	listen_unref(both);
}

static char name[64];

static const char *unix_path(void)
{
	snprintf(name, sizeof(name), "unix:%s", fixture_path("s"));
	return name + 5;
}

static void a_socket_file_is_for_the_group_and_goes_with_the_last_reference(void **state)
{
	const char *path = unix_path();
	struct listener *l = open_at(name, NULL);
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0660);
	assert_true(listen_is_unix(l));
	assert_true(reaches(path, l));
	listen_unref(listen_ref(l));
	assert_int_equal(stat(path, &st), 0);
	listen_unref(l);
	assert_int_equal(stat(path, &st), -1);
}

static void a_socket_file_that_is_left_over_is_replaced(void **state)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct listener *l, *other;

	(void)state;
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", unix_path());
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	close(fd);
	l = open_at(name, NULL);
	/* One that is alive is not. */
	assert_int_equal(listen_open(&other, name, NULL, 0), -EADDRINUSE);
	assert_true(reaches(unix_path(), l));
	listen_unref(l);
}

static void a_file_that_is_no_socket_is_left_alone(void **state)
{
	struct listener *l;

	(void)state;
	fixture_put("s", "precious");
	unix_path();
	assert_int_equal(listen_open(&l, name, NULL, 0), -EADDRINUSE);
	assert_int_equal(access(name + 5, R_OK), 0);
}

static void a_socket_file_of_a_successor_is_left_alone(void **state)
{
	struct listener *l, *other;

	(void)state;
	unix_path();
	l = open_at(name, NULL);
	unlink(name + 5);
	other = open_at(name, NULL);
	listen_unref(l);
	assert_true(reaches(unix_path(), other));
	listen_unref(other);
}

static void without_systemd_nothing_is_inherited(void **state)
{
	struct listener *l[4];

	(void)state;
	unsetenv("LISTEN_PID");
	assert_int_equal(listen_inherited(l, 4), 0);
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", "1", 1);
	assert_int_equal(listen_inherited(l, 4), 0);
}

static void what_systemd_passes_is_listened_at(void **state)
{
	struct listener *l[4], *again[4], *real;
	char pid[16];
	int fd_3 = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	if (fd_3 != 3)
		skip(); /* the test's own runner has something there */
	real = open_at(address, NULL);
	assert_int_equal(dup2(listen_fd(real), 3), 3);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	assert_int_equal(listen_inherited(l, 4), 1);
	listen_unref(real);
	assert_string_equal(listen_name(l[0]), "systemd");
	assert_false(listen_is_unix(l[0]));
	assert_true(fcntl(listen_fd(l[0]), F_GETFD) & FD_CLOEXEC);
	assert_true(reaches(address, l[0]));
	listen_unref(l[0]);
	/* Given up, and taken again by a later reload. */
	assert_int_equal(listen_inherited(again, 4), 1);
	assert_true(reaches(address, again[0]));
	assert_int_equal(listen_inherited(again, 0), 0);
	listen_unref(again[0]);
	unsetenv("LISTEN_PID");
	close(fd_3);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, init, fixture_remove_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_are_checked),
		TEST(an_address_is_listened_at),
		TEST(our_own_socket_is_not_in_the_way_of_one_for_all_addresses),
		TEST(a_socket_file_is_for_the_group_and_goes_with_the_last_reference),
		TEST(a_socket_file_that_is_left_over_is_replaced),
		TEST(a_file_that_is_no_socket_is_left_alone),
		TEST(a_socket_file_of_a_successor_is_left_alone),
		TEST(without_systemd_nothing_is_inherited),
		TEST(what_systemd_passes_is_listened_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
