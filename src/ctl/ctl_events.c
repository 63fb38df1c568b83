/* ctl_events.c - the stream of events; where it breaks off, it is taken up again behind the latest event. */
#include "ctl/ctl_events.h"

#include "ctl/ctl_ask.h"
#include "ctl/ctl_json.h"
#include "ctl/ctl_line.h"
#include "ctl/ctl_sse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAIT_MAX 8 /* seconds between two tries */

struct following {
	struct ctl_session *s;
	struct ctl_sse sse;
	bool is_connected; /* something has come since the latest try */
};

static bool on_event(void *context, const char *event, const char *text)
{
	struct following *f = context;
	json_t *j;

	if (!strcmp(event, "resync")) {
		ctl_complain(CTL_EXIT_DONE, "some events are missing here: look anew");
		return true;
	}
	j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(j)) {
		json_decref(j);
		return true;
	}
	if (ctl_options_given(f->s->options, CTL_JSON)) {
		ctl_json_print(j, 0);
		putchar('\n');
	} else {
		ctl_line_print(&f->s->term, j);
	}
	json_decref(j);
	return !fflush(stdout);
}

static bool on_bytes(void *data, const char *bytes, size_t len)
{
	struct following *f = data;

	f->is_connected = true;
	return ctl_sse_feed(&f->sse, bytes, len);
}

/* Until the stream ends. */
static void stream(struct following *f, const char *path, struct ctl_answer *a)
{
	f->is_connected = false;
	ctl_sse_init(&f->sse);
	ctl_http_stream(f->s->http, path, f->sse.id[0] ? f->sse.id : NULL, on_bytes, f, a);
}

/* Only what may pass is tried again: a daemon that is being restarted. */
static bool may_try_again(const struct ctl_answer *a)
{
	return !a->status || a->status == 200 || a->status == 429 || a->status == 503;
}

static enum ctl_exit judge(struct ctl_answer *a, char *why, size_t room)
{
	json_t *unused = NULL;
	enum ctl_exit code = CTL_EXIT_DONE;

	if (a->status == 200)
		snprintf(why, room, "the daemon ended it");
	else
		code = ctl_ask_judge(a, &unused, why, room);
	json_decref(unused);
	ctl_answer_fini(a);
	return code;
}

static enum ctl_exit follow(struct following *f, const char *path)
{
	bool was_connected = false, is_told = false;

	for (unsigned wait = 1;; wait = wait < WAIT_MAX ? 2 * wait : WAIT_MAX) {
		struct ctl_answer a;
		enum ctl_exit code;
		char why[1024];
		bool goes_on;

		stream(f, path, &a);
		goes_on = may_try_again(&a);
		code = judge(&a, why, sizeof(why));
		was_connected |= f->is_connected || code == CTL_EXIT_DONE;
		if (!goes_on || !was_connected)
			return ctl_complain(code, "%s", why);
		if (f->is_connected) {
			wait = 1;
			is_told = false;
		}
		if (!is_told)
			ctl_complain(CTL_EXIT_DONE, "the stream of events broke off (%s): trying again", why);
		is_told = true;
		sleep(wait);
	}
}

/* What the daemon still has of the past. */
static enum ctl_exit list(struct following *f, const char *path)
{
	struct ctl_answer a;
	enum ctl_exit code;
	char why[1024];

	stream(f, path, &a);
	code = judge(&a, why, sizeof(why));
	return code ? ctl_complain(code, "%s", why) : CTL_EXIT_DONE;
}

enum ctl_exit ctl_events(struct ctl_session *s)
{
	struct following *f = calloc(1, sizeof(*f));
	struct ctl_query q = { 0 };
	bool is_following = ctl_options_given(s->options, CTL_FOLLOW);
	enum ctl_exit code;

	ctl_query_path(&q, "/api/v1/events");
	ctl_query_params(&q, "kind", &s->options->kinds);
	if (!is_following)
		ctl_query_param(&q, "follow", "false");
	if (f && ctl_query_text(&q)) {
		f->s = s;
		f->sse.on_event = on_event;
		f->sse.context = f;
		code = (is_following ? follow : list)(f, ctl_query_text(&q));
	} else {
		code = ctl_complain(CTL_EXIT_UNREACHABLE, "out of memory");
	}
	ctl_query_fini(&q);
	free(f);
	return code;
}
