/* control_answer.c - small documents, by jansson. */
#include "daemon/control_answer.h"

#include "base/textbuf.h"
#include "core/not_sent.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char *finish(json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(9));

	json_decref(j);
	return text;
}

static void add_text(json_t *j, const char *key, const char *text)
{
	json_object_set_new(j, key, text ? json_string(text) : json_null());
}

static void add_addr(json_t *j, const char *key, const struct target *t, const struct addr *a)
{
	char text[ADDR_STRLEN];

	add_text(j, key, target_addr_text(t, a, text));
}

static void add_time(json_t *j, const char *key, int64_t real_ns)
{
	char text[64];
	struct textbuf t = textbuf_on(text, sizeof(text) - 1);

	textbuf_time(&t, real_ns);
	*t.at = '\0';
	add_text(j, key, text);
}

char *control_answer_error(const char *error, const char *format, ...)
{
	json_t *j = json_object();
	char text[512], shown[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add_text(j, "error", error);
	add_text(j, "detail", textbuf_shown(shown, sizeof(shown), text));
	return finish(j);
}

static void add_icmp_error(json_t *j, const struct target *t, const struct settled *s)
{
	add_addr(j, "from", t, &s->error.from);
	json_object_set_new(j, "icmp_type", json_integer(s->error.type));
	json_object_set_new(j, "icmp_code", json_integer(s->error.code));
	add_text(j, "text", outcome_error_text(s->error.from.family, s->error.type, s->error.code));
}

char *control_answer_probe(const struct target *t, const struct settled *s)
{
	json_t *j = json_object();

	add_text(j, "name", t->name);
	add_addr(j, "ip", t, &s->to);
	json_object_set_new(j, "seq", json_integer(s->number));
	add_text(j, "outcome", outcome_name(s->outcome));
	json_object_set_new(j, "rtt_seconds",
	                    s->rtt_ns < 0 ? json_null() : json_real((double)s->rtt_ns / (double)NS_PER_S));
	json_object_set_new(j, "ttl", s->ttl < 0 ? json_null() : json_integer(s->ttl));
	if (s->has_error)
		add_icmp_error(j, t, s);
	if (s->sys_errno)
		add_text(j, "error", not_sent_errno_name(s->sys_errno));
	if (s->mtu)
		json_object_set_new(j, "mtu", json_integer(s->mtu));
	return finish(j);
}

char *control_answer_lease(const char *name, bool is_paused, int64_t until_real_ns)
{
	json_t *j = json_object();

	add_text(j, "name", name);
	json_object_set_new(j, "paused", json_boolean(is_paused));
	add_time(j, "until", until_real_ns);
	return finish(j);
}

char *control_answer_unlease(const char *name, bool was_paused)
{
	json_t *j = json_object();

	add_text(j, "name", name);
	add_text(j, "was", was_paused ? "paused" : "leased");
	return finish(j);
}

char *control_answer_level(const char *level, const char *was)
{
	json_t *j = json_object();

	add_text(j, "level", level);
	add_text(j, "was", was);
	return finish(j);
}
