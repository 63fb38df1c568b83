/* ctl_sse.c - line by line: a field and its value, and an empty line behind the last field of an event. */
#include "ctl/ctl_sse.h"

#include <string.h>

void ctl_sse_init(struct ctl_sse *s)
{
	s->line_len = s->data_len = 0;
	s->after_cr = false;
	s->event[0] = '\0';
}

static bool dispatch(struct ctl_sse *s)
{
	bool go_on = true;

	if (s->data_len || s->event[0]) {
		s->data[s->data_len] = '\0';
		go_on = s->on_event(s->context, s->event, s->data);
	}
	s->data_len = 0;
	s->event[0] = '\0';
	return go_on;
}

static void append_data(struct ctl_sse *s, const char *value, size_t len)
{
	size_t room = sizeof(s->data) - 1 - s->data_len; /* the NUL's is not counted */

	if (s->data_len && room) {
		s->data[s->data_len++] = '\n';
		room--;
	}
	if (len > room)
		len = room;
	memcpy(s->data + s->data_len, value, len);
	s->data_len += len;
}

/* Longer than room, it is no value of ours, and is ignored. */
static void copy(char *to, size_t room, const char *value)
{
	if (strlen(value) < room)
		strcpy(to, value);
}

static bool end_line(struct ctl_sse *s)
{
	char *value;

	s->line[s->line_len] = '\0';
	s->line_len = 0;
	if (!s->line[0])
		return dispatch(s);
	value = strchr(s->line, ':');
	if (value == s->line)
		return true; /* a comment */
	if (value) {
		*value++ = '\0';
		value += *value == ' ';
	} else {
		value = s->line + strlen(s->line);
	}
	if (!strcmp(s->line, "data"))
		append_data(s, value, strlen(value));
	else if (!strcmp(s->line, "event"))
		copy(s->event, sizeof(s->event), value);
	else if (!strcmp(s->line, "id"))
		copy(s->id, sizeof(s->id), value);
	return true;
}

bool ctl_sse_feed(struct ctl_sse *s, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];
		bool is_end = c == '\r' || (c == '\n' && !s->after_cr);

		if (!is_end && c != '\n' && c && s->line_len < sizeof(s->line) - 1)
			s->line[s->line_len++] = c;
		s->after_cr = c == '\r';
		if (is_end && !end_line(s))
			return false;
	}
	return true;
}
