/* request.c - what a request asks, for the routes' handlers: see request.h. */
#include "serve/request.h"
#include "serve/request_private.h"

const char *request_param(const struct request *r, const char *name)
{
	return query_value(&r->query, name);
}

const char *request_param_next(const struct request *r, const char *name, const char *prev)
{
	return query_next(&r->query, name, prev);
}

bool request_pair(const struct request *r, size_t i, const char **name, const char **value)
{
	if (i >= r->query.n)
		return false;
	*name = r->query.pairs[i].name;
	*value = r->query.pairs[i].value;
	return true;
}

const char *request_rest(const struct request *r)
{
	return r->rest;
}

const char *request_header(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->mhd, MHD_HEADER_KIND, name);
}

const char *request_body(const struct request *r, size_t *len)
{
	*len = r->body_len;
	return r->body ? r->body : "";
}

struct view *request_view(const struct request *r)
{
	return views_user_view(&r->view);
}

const struct serve_options *request_options(const struct request *r)
{
	return &r->setup->options;
}

const struct events_hub *request_events(const struct request *r)
{
	return r->site->hub;
}

bool request_may_control(const struct request *r)
{
	const struct http_options *o = &r->setup->options.http;

	return r->conn->is_control || (o->allow_control && web_config_asks(&o->web));
}

const char *request_control_token(const struct request *r)
{
	bool is_there = r->site->control_token[0];

	return is_there && !r->conn->is_control && request_may_control(r) ? r->site->control_token : NULL;
}

const struct past_ops *request_past(const struct request *r)
{
	return r->site->ops.past;
}

int request_config_text(const struct request *r, char **text, size_t *len)
{
	const struct serve_ops *ops = &r->site->ops;

	return ops->config_text(ops->data, view_generation(request_view(r)), text, len);
}
