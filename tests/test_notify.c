#include "fixture.h"

#include "base/clock.h"
#include "daemon/notify.h"

static char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
static char heard[4096];

/* A supervisor's socket at path, or of an abstract name. */
static int listen_at(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0 && len < sizeof(a.sun_path));
	memcpy(a.sun_path, name, len);
	if (name[0] == '@')
		a.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)), 0);
	return fd;
}

/* All that it has heard, a "|" after each datagram. */
static const char *hear(int fd)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, heard + len, sizeof(heard) - len - 2, 0)) > 0) {
		len += (size_t)n;
		heard[len++] = '|';
	}
	heard[len] = '\0';
	return heard;
}

/* Until there is no room for another datagram. */
static void fill(int fd)
{
	struct sockaddr_un a;
	socklen_t len = sizeof(a);
	int from = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_true(from >= 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	while (sendto(from, "x", 1, 0, (struct sockaddr *)&a, len) == 1)
		;
	assert_int_equal(errno, EAGAIN);
	close(from);
}

static int set_up(void **state)
{
	(void)state;
	unlink(path);
	/* What waits for room waits for ever here. */
	alarm(20);
	return setenv("NOTIFY_SOCKET", path, 1);
}

static void each_state_is_told_once(void **state)
{
	struct notify n;
	int fd = listen_at(path);

	(void)state;
	notify_open(&n);
	assert_true(notify_is_on(&n));
	notify_ready(&n);
	assert_true(notify_status(&n, "3 targets"));
	notify_tend(&n);
	notify_reloading(&n, 12345 * NS_PER_US + 678);
	notify_ready(&n);
	notify_stopping(&n);
	assert_string_equal(hear(fd), "READY=1|STATUS=3 targets|WATCHDOG=1|RELOADING=1\nMONOTONIC_USEC=12345|READY=1|"
	                              "STOPPING=1|");
	notify_close(&n);
	close(fd);
}

static void an_abstract_name_is_one_too(void **state)
{
	struct notify n;
	char name[64];
	int fd;

	(void)state;
	snprintf(name, sizeof(name), "@minipingd-test-%d", (int)getpid());
	fd = listen_at(name);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_open(&n);
	notify_ready(&n);
	assert_string_equal(hear(fd), "READY=1|");
	notify_close(&n);
	close(fd);
}

static void without_a_socket_nothing_is_told(void **state)
{
	static const char *const names[] = { NULL, "", "/", "relative", "vsock:2:1234" };
	struct notify n;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i])
			setenv("NOTIFY_SOCKET", names[i], 1);
		else
			unsetenv("NOTIFY_SOCKET");
		notify_open(&n);
		assert_false(notify_is_on(&n));
		notify_reloading(&n, 0);
		notify_ready(&n);
		notify_tend(&n);
		assert_true(notify_status(&n, "text"));
		notify_stopping(&n);
		notify_close(&n);
	}
}

static void a_full_queue_is_not_waited_for_and_hears_it_later(void **state)
{
	struct notify n;
	int fd = listen_at(path);

	(void)state;
	notify_open(&n);
	fill(fd);
	notify_ready(&n);
	notify_tend(&n);
	assert_false(notify_status(&n, "text"));
	hear(fd);
	notify_tend(&n);
	assert_string_equal(hear(fd), "READY=1|WATCHDOG=1|");
	notify_tend(&n);
	assert_string_equal(hear(fd), "WATCHDOG=1|");
	notify_close(&n);
	close(fd);
}

static void of_reloads_that_found_no_room_the_latest_is_told_before_its_end(void **state)
{
	struct notify n;
	int fd = listen_at(path);

	(void)state;
	notify_open(&n);
	fill(fd);
	notify_reloading(&n, NS_PER_MS);
	notify_ready(&n);
	notify_reloading(&n, 2 * NS_PER_MS);
	hear(fd);
	notify_ready(&n);
	assert_string_equal(hear(fd), "RELOADING=1\nMONOTONIC_USEC=2000|READY=1|");
	fill(fd);
	notify_ready(&n);
	notify_stopping(&n);
	hear(fd);
	notify_stopping(&n);
	assert_string_equal(hear(fd), "STOPPING=1|");
	notify_close(&n);
	close(fd);
}

static void a_supervisor_that_is_away_hears_it_when_it_is_back(void **state)
{
	struct notify n;
	int fd = listen_at(path);

	(void)state;
	notify_open(&n);
	close(fd);
	notify_ready(&n); /* refused */
	unlink(path);
	notify_tend(&n); /* not there */
	fd = listen_at(path);
	notify_tend(&n);
	assert_string_equal(hear(fd), "READY=1|WATCHDOG=1|");
	notify_close(&n);
	close(fd);
}

static int make_dir(void **state)
{
	int err = fixture_make_dir(state);

	snprintf(path, sizeof(path), "%s/socket", fixture_dir);
	return err;
}

static int remove_dir(void **state)
{
	unlink(path);
	return fixture_remove_empty_dir(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_state_is_told_once, set_up),
		cmocka_unit_test_setup(an_abstract_name_is_one_too, set_up),
		cmocka_unit_test_setup(without_a_socket_nothing_is_told, set_up),
		cmocka_unit_test_setup(a_full_queue_is_not_waited_for_and_hears_it_later, set_up),
		cmocka_unit_test_setup(of_reloads_that_found_no_room_the_latest_is_told_before_its_end, set_up),
		cmocka_unit_test_setup(a_supervisor_that_is_away_hears_it_when_it_is_back, set_up),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
