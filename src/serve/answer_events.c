/* answer_events.c - Server-Sent Events to clients: see answer_events.h. */
#include "serve/answer_events.h"

#include "base/clock.h"
#include "serve/answer.h"
#include "serve/pause.h"

#include <string.h>

#define BLOCK (EVENTS_HUB_EVENT_MAX + 1024)

static ssize_t on_read(void *data, uint64_t position, char *buf, size_t room)
{
	static const char comment[] = ":\n\n";
	struct request *r = data;
	int64_t now_ns = clock_mono_ns();
	size_t n;

	(void)position;
	if (!r->is_following)
		return MHD_CONTENT_READER_END_OF_STREAM;
	n = events_reader_read(&r->reader, r->site->hub, buf, room);
	if (!n && r->ends_when_read)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (!n && now_ns - r->quiet_ns >= ANSWER_EVENTS_QUIET_NS) {
		n = sizeof(comment) - 1;
		memcpy(buf, comment, n);
	}
	if (n) {
		r->quiet_ns = r->conn->moved_ns = now_ns;
		return (ssize_t)n;
	}
	pause_begin(r);
	return 0;
}

void answer_events_begin(struct request *r, int64_t now_ns)
{
	struct site *s = r->site;
	struct MHD_Response *response;

	if (s->n_followers >= ANSWER_EVENTS_MAX) {
		answer_error(r, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "%u clients get events already", s->n_followers);
		return;
	}
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read, r, NULL);
	answer_response(r, MHD_HTTP_OK, "text/event-stream", response);
	if (!response)
		return;
	/* A comment at once, so that the client knows of its answer before there is an event. */
	r->quiet_ns = now_ns - ANSWER_EVENTS_QUIET_NS;
	r->is_following = true;
	r->next = s->followers;
	if (s->followers)
		s->followers->prev = r;
	s->followers = r;
	s->n_followers++;
}

static void unlink_follower(struct request *r)
{
	struct site *s = r->site;

	if (r->prev)
		r->prev->next = r->next;
	else
		s->followers = r->next;
	if (r->next)
		r->next->prev = r->prev;
	r->prev = r->next = NULL;
	s->n_followers--;
	r->is_following = false;
}

void answer_events_end(struct request *r)
{
	if (r->is_following)
		unlink_follower(r);
}

void answer_events_wake(struct site *s, int64_t now_ns)
{
	for (struct request *r = s->followers; r; r = r->next)
		if (r->is_suspended &&
		    (now_ns - r->quiet_ns >= ANSWER_EVENTS_QUIET_NS || events_reader_is_behind(&r->reader, s->hub)))
			pause_end(r);
}

void answer_events_close(struct site *s)
{
	while (s->followers) {
		struct request *r = s->followers;

		unlink_follower(r);
		pause_end(r);
	}
}

unsigned answer_events_kinds(const struct site *s)
{
	unsigned kinds = 0;

	for (const struct request *r = s->followers; r; r = r->next)
		kinds |= r->reader.kinds;
	return kinds;
}
