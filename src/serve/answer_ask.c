/* answer_ask.c - requests whose answer is the loop's: see answer_ask.h. */
#include "serve/answer_ask.h"

#include "serve/answer.h"
#include "serve/pause.h"

#include <stdlib.h>
#include <string.h>

struct asked {
	struct ask ask;
	struct request *request; /* NULL: it waits no longer */
	struct asked *prev, *next;
	struct site *site;
	char *target, *text; /* ours */
};

static void asked_free(struct asked *x)
{
	if (x->prev)
		x->prev->next = x->next;
	else
		x->site->asked = x->next;
	if (x->next)
		x->next->prev = x->prev;
	free(x->target);
	free(x->text);
	free(x);
}

static void on_answer(struct ask *a)
{
	struct asked *x = a->data;
	struct request *r = x->request;

	if (r && a->body)
		answer_taken(r, a->status, "application/json", a->body, strlen(a->body));
	else if (r)
		answer_text(r, a->status, "application/json", "{}\n", 3);
	else
		free(a->body);
	asked_free(x);
	if (r) {
		r->asked = NULL;
		pause_end(r);
	}
}

void answer_ask(struct request *r, int kind, const char *target, const char *text, long long duration_ns)
{
	struct site *s = r->site;
	struct asked *x = calloc(1, sizeof(*x));

	if (!x || (target && !(x->target = strdup(target))) || (text && !(x->text = strdup(text)))) {
		if (x)
			free(x->target);
		free(x);
		answer_response(r, MHD_HTTP_SERVICE_UNAVAILABLE, NULL, NULL);
		return;
	}
	x->ask = (struct ask){ .kind = (enum ask_kind)kind,
		               .target = x->target,
		               .text = x->text,
		               .duration_ns = duration_ns,
		               .pid = r->conn->pid,
		               .uid = r->conn->uid,
		               .on_answer = on_answer,
		               .data = x };
	x->request = r;
	x->site = s;
	x->next = s->asked;
	if (s->asked)
		s->asked->prev = x;
	s->asked = x;
	r->asked = x;
	s->ops.ask(s->ops.data, &x->ask);
}

void answer_ask_forget(struct request *r)
{
	if (r->asked)
		r->asked->request = NULL;
	r->asked = NULL;
}

void answer_ask_drop(struct site *s)
{
	while (s->asked)
		asked_free(s->asked);
}
