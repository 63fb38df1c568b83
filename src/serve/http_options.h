/* http_options.h - the sections http, control and metrics of the configuration, as serve obeys them. */
#ifndef MINIPING_HTTP_OPTIONS_H
#define MINIPING_HTTP_OPTIONS_H
#include "serve/web_config.h"

#include <stdbool.h>
#include <stddef.h>

#define HTTP_LISTEN_MAX  16
#define HTTP_HOSTS_MAX   16
#define HTTP_BUCKETS_MAX 64

struct http_options {
	const char
		*listen[HTTP_LISTEN_MAX];  /* "127.0.0.1:9737", "[::1]:9737", ":9737" (all), "unix:/path", "systemd" */
	size_t n_listen;                   /* 0: off */
	const char *hosts[HTTP_HOSTS_MAX]; /* names that clients may ask by, beside this machine's (http_host.h) */
	size_t n_hosts;
	const char *web_config; /* Prometheus' web configuration file; NULL: none */
	const char *token;      /* a file, or credential:NAME, with a bearer token; NULL: none */
	struct web_config web;  /* what these two files say, and those that they name */
	bool allow_control;     /* POST over http.listen too: only where web_config_asks */
};

struct control_options {
	const char *socket; /* NULL: $RUNTIME_DIRECTORY/control.sock, or off without that; "off" */
};

struct metrics_options {
	bool smokeping_prober, ping_exporter; /* compat */
	double buckets[HTTP_BUCKETS_MAX];     /* seconds, ascending; */
	size_t n_buckets;                     /* 0: smokeping_prober's */
};

struct serve_options { /* all zero: nothing is served */
	struct http_options http;
	struct control_options control;
	struct metrics_options metrics;
};
#endif
