/* ready.c - /-/healthy and /-/ready: see ready.h. */
#include "serve/ready.h"

#include <string.h>

static void say(struct request *r, int status, const char *text)
{
	answer_text(r, status, "text/plain; charset=utf-8", text, strlen(text));
}

static void on_healthy(struct request *r)
{
	say(r, 200, "minipingd is healthy.\n");
}

static void on_ready(struct request *r)
{
	struct view *v = request_view(r);

	if (!v || view_generation(v)->is_ready)
		say(r, 200, "minipingd is ready.\n");
	else
		say(r, 503, "minipingd is not ready: not every host name has been looked up yet.\n");
}

const struct route ready_routes[] = {
	{ .method = "GET",
	  .path = "/-/healthy",
	  .handle = on_healthy,
	  .about = "200 for as long as the daemon serves",
	  .types = "text/plain; charset=utf-8" },
	{ .method = "GET",
	  .path = "/-/ready",
	  .needs = ROUTE_NEEDS_READY,
	  .handle = on_ready,
	  .about = "200 once every host name has been looked up, 503 before that",
	  .types = "text/plain; charset=utf-8" },
	{ 0 },
};
