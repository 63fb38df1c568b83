/* ctl_http.c - every request is a transfer of one curl_multi, so that connections are kept from one to the next. */
#include "ctl/ctl_http.h"

#include "base/clock.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MAX        ((size_t)256 << 20) /* a page of a million targets is far below it */
#define FDS_MAX           4
#define STREAM_SILENCE_NS (45 * NS_PER_S) /* three of the comments that a silent daemon sends */

struct call {
	struct ctl_http *http;
	CURL *easy;
	struct curl_slist *headers;
	char *url;
	size_t room;
	struct ctl_answer answer;
	char curl_error[CURL_ERROR_SIZE];
	bool (*on_bytes)(void *data, const char *bytes, size_t len);
	void (*on_answer)(void *data, struct ctl_answer *a);
	void *data;
	bool is_ended;    /* on_bytes has heard enough */
	int64_t heard_ns; /* when the latest piece came */
	struct call *next;
};

struct ctl_http {
	struct ctl_http_where where;
	CURLM *multi;
	struct call *calls;
};

struct ctl_http *ctl_http_open(const struct ctl_http_where *w)
{
	struct ctl_http *h = calloc(1, sizeof(*h));

	if (!h || curl_global_init(CURL_GLOBAL_DEFAULT) || !(h->multi = curl_multi_init())) {
		free(h);
		return NULL;
	}
	h->where = *w;
	return h;
}

static void call_free(struct call *c)
{
	if (c->easy) {
		curl_multi_remove_handle(c->http->multi, c->easy);
		curl_easy_cleanup(c->easy);
	}
	curl_slist_free_all(c->headers);
	free(c->url);
	free(c->answer.text);
	free(c);
}

void ctl_http_close(struct ctl_http *h)
{
	if (!h)
		return;
	while (h->calls) {
		struct call *c = h->calls;

		h->calls = c->next;
		call_free(c);
	}
	curl_multi_cleanup(h->multi);
	curl_global_cleanup();
	free(h);
}

void ctl_answer_fini(struct ctl_answer *a)
{
	free(a->text);
	a->text = NULL;
}

/* --- one request --- */

static size_t on_write(char *bytes, size_t one, size_t len, void *data)
{
	struct call *c = data;
	struct ctl_answer *a = &c->answer;
	long status = 0;

	(void)one; /* 1, as documented */
	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	c->heard_ns = clock_mono_ns();
	if (c->on_bytes && status == 200) {
		c->is_ended = !c->on_bytes(c->data, bytes, len);
		return c->is_ended ? 0 : len;
	}
	if (len > ANSWER_MAX - a->len)
		return 0;
	if (a->len + len >= c->room) {
		size_t room = 2 * (a->len + len) + 4096;
		char *text = realloc(a->text, room);

		if (!text)
			return 0;
		a->text = text;
		c->room = room;
	}
	memcpy(a->text + a->len, bytes, len);
	a->len += len;
	a->text[a->len] = '\0';
	return len;
}

static bool add_header(struct call *c, const char *name, const char *value)
{
	char line[4096];
	struct curl_slist *longer;

	if ((size_t)snprintf(line, sizeof(line), "%s: %s", name, value) >= sizeof(line))
		return false;
	longer = curl_slist_append(c->headers, line);
	if (longer)
		c->headers = longer;
	return longer;
}

/* Only what is asked for: no other protocol, no redirect, no .netrc. */
static void set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "minipingctl/" PACKAGE_VERSION);
}

static bool set_where(struct call *c)
{
	const struct ctl_http_where *w = &c->http->where;
	CURL *easy = c->easy;

	if (w->socket) {
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, w->socket);
		curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	} else {
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	}
	if (w->cacert)
		curl_easy_setopt(easy, CURLOPT_CAINFO, w->cacert);
	if (w->user) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, w->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, w->password);
	}
	if (w->token) {
		char bearer[4000];

		if ((size_t)snprintf(bearer, sizeof(bearer), "Bearer %s", w->token) >= sizeof(bearer))
			return false;
		return add_header(c, "Authorization", bearer);
	}
	return true;
}

/* libcurl's own limit is one of speed, in whole bytes a second: a comment now and then is below it. */
static int on_progress(void *data, curl_off_t all, curl_off_t now, curl_off_t all_up, curl_off_t now_up)
{
	const struct call *c = data;

	(void)all, (void)now, (void)all_up, (void)now_up;
	return clock_mono_ns() - c->heard_ns > STREAM_SILENCE_NS;
}

static void set_times(struct call *c)
{
	long seconds = (long)(c->http->where.timeout_ns / NS_PER_S);

	curl_easy_setopt(c->easy, CURLOPT_CONNECTTIMEOUT, seconds < 10 ? seconds : 10L);
	if (c->on_bytes) {
		c->heard_ns = clock_mono_ns();
		curl_easy_setopt(c->easy, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(c->easy, CURLOPT_XFERINFODATA, c);
		curl_easy_setopt(c->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	} else {
		curl_easy_setopt(c->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(c->easy, CURLOPT_LOW_SPEED_TIME, seconds);
	}
}

static char *url_of(const struct ctl_http *h, const char *path)
{
	const char *base = h->where.url ? h->where.url : "http://localhost";
	size_t base_len = strlen(base), path_len = strlen(path);
	char *url;

	while (base_len && base[base_len - 1] == '/')
		base_len--;
	url = malloc(base_len + path_len + 1);
	if (url) {
		memcpy(url, base, base_len);
		memcpy(url + base_len, path, path_len + 1);
	}
	return url;
}

/* NULL: out of memory. */
static struct call *call_new(struct ctl_http *h, const char *path)
{
	struct call *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->http = h;
	c->url = url_of(h, path);
	c->easy = curl_easy_init();
	if (!c->url || !c->easy || !set_where(c)) {
		call_free(c);
		return NULL;
	}
	set_protocols(c->easy);
	curl_easy_setopt(c->easy, CURLOPT_URL, c->url);
	curl_easy_setopt(c->easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c->easy, CURLOPT_ERRORBUFFER, c->curl_error);
	curl_easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, on_write);
	curl_easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(c->easy, CURLOPT_PRIVATE, c);
	return c;
}

/* False: out of memory, and c is freed. */
static bool call_start(struct call *c)
{
	set_times(c);
	if (c->headers)
		curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
	if (curl_multi_add_handle(c->http->multi, c->easy)) {
		call_free(c);
		return false;
	}
	c->next = c->http->calls;
	c->http->calls = c;
	return true;
}

/* --- what became of it --- */

/* Why the socket cannot be connected to: libcurl does not always say. */
static int socket_errno(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int err = 0, fd;

	if (strlen(path) >= sizeof(sun.sun_path))
		return ENAMETOOLONG;
	strcpy(sun.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return errno;
	if (connect(fd, (const struct sockaddr *)&sun, sizeof(sun)))
		err = errno;
	close(fd);
	return err;
}

static void explain(struct call *c, CURLcode code)
{
	const struct ctl_http_where *w = &c->http->where;
	const char *where = w->socket ? w->socket : w->url;
	const char *why = c->curl_error[0] ? c->curl_error : curl_easy_strerror(code);
	char *error = c->answer.error;
	size_t room = sizeof(c->answer.error);
	int err;

	switch (code) {
	case CURLE_COULDNT_CONNECT:
		err = w->socket ? socket_errno(w->socket) : 0;
		if (w->socket)
			snprintf(error, room,
			         "cannot connect to %.200s: %s: is minipingd running, and are you in group minipingd?",
			         where, err ? strerror(err) : why);
		else
			snprintf(error, room,
			         "cannot connect to %.200s: %s: is minipingd running, with http.listen set?", where,
			         why);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		snprintf(error, room, "%.200s: no answer within %lld s (--timeout)", where,
		         (long long)(w->timeout_ns / NS_PER_S));
		break;
	case CURLE_ABORTED_BY_CALLBACK:
		snprintf(error, room, "%.200s: silent for %lld s", where, (long long)(STREAM_SILENCE_NS / NS_PER_S));
		break;
	case CURLE_WRITE_ERROR:
		snprintf(error, room, "%.200s: the answer is too long", where);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		snprintf(error, room, "%.200s: %.200s (--cacert names the certificate to trust)", where, why);
		break;
	default:
		snprintf(error, room, "%.200s: %.250s", where, why);
	}
}

/* Takes c out of the list; its answer is complete. */
static void settle(struct call *c, CURLcode code)
{
	struct call **at = &c->http->calls;
	long status = 0;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (code && !c->is_ended) {
		explain(c, code);
		return;
	}
	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	c->answer.status = (int)status;
}

static void hand_over(struct call *c)
{
	struct ctl_answer a = c->answer;

	c->answer.text = NULL;
	if (c->on_answer)
		c->on_answer(c->data, &a);
	else
		ctl_answer_fini(&a);
	call_free(c);
}

/* Moves all transfers on. awaited: returns true once that one is over, which is then the caller's. */
static bool advance(struct ctl_http *h, const struct call *awaited)
{
	int n_running, n_left;
	CURLMsg *m;

	curl_multi_perform(h->multi, &n_running);
	while ((m = curl_multi_info_read(h->multi, &n_left))) {
		CURLcode code = m->data.result;
		char *private = NULL;
		struct call *c;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &private);
		c = (struct call *)(void *)private;
		settle(c, code);
		if (c == awaited)
			return true;
		hand_over(c);
	}
	return false;
}

/* --- the ways to ask --- */

static void out_of_memory(struct ctl_answer *out)
{
	*out = (struct ctl_answer){ .error = "out of memory" };
}

static void run(struct call *c, struct ctl_answer *out)
{
	struct ctl_http *h = c->http;

	if (!call_start(c)) {
		out_of_memory(out);
		return;
	}
	while (!advance(h, c))
		curl_multi_poll(h->multi, NULL, 0, 1000, NULL);
	*out = c->answer;
	c->answer.text = NULL;
	call_free(c);
}

void ctl_http_do(struct ctl_http *h, const char *method, const char *path, const char *body, struct ctl_answer *out)
{
	struct call *c = call_new(h, path);
	bool is_post = !strcmp(method, "POST");

	if (!c || (is_post && !add_header(c, "Content-Type", "application/json"))) {
		if (c)
			call_free(c);
		out_of_memory(out);
		return;
	}
	if (is_post) {
		curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE, body ? (long)strlen(body) : 0L);
		curl_easy_setopt(c->easy, CURLOPT_COPYPOSTFIELDS, body ? body : "");
	}
	run(c, out);
}

void ctl_http_stream(struct ctl_http *h, const char *path, const char *last_id,
                     bool (*on_bytes)(void *data, const char *bytes, size_t len), void *data, struct ctl_answer *out)
{
	struct call *c = call_new(h, path);

	if (!c || !add_header(c, "Accept", "text/event-stream") ||
	    (last_id && !add_header(c, "Last-Event-ID", last_id))) {
		if (c)
			call_free(c);
		out_of_memory(out);
		return;
	}
	c->on_bytes = on_bytes;
	c->data = data;
	run(c, out);
}

bool ctl_http_begin(struct ctl_http *h, const char *path, void (*on_answer)(void *data, struct ctl_answer *a),
                    void *data)
{
	struct call *c = call_new(h, path);

	if (!c)
		return false;
	c->on_answer = on_answer;
	c->data = data;
	return call_start(c);
}

void ctl_http_turn(struct ctl_http *h, struct pollfd *fds, size_t n_fds, int wait_ms)
{
	struct curl_waitfd wait[FDS_MAX];

	for (size_t i = 0; i < n_fds; i++)
		wait[i] = (struct curl_waitfd){ .fd = fds[i].fd, .events = CURL_WAIT_POLLIN };
	advance(h, NULL);
	curl_multi_poll(h->multi, wait, (unsigned)n_fds, wait_ms, NULL);
	/* libcurl does not pass on that a terminal has hung up. */
	poll(fds, n_fds, 0);
	advance(h, NULL);
}
