/* cli_path.c - one call of the library, and its hops as a table or as JSON. */
#include "cli/cli_path.h"

#include "cli/cli_complain.h"
#include "cli/cli_label.h"
#include "cli/cli_privileges.h"
#include "cli/cli_signals.h"
#include "cli/cli_verdict.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DIGITS JSON_REAL_PRECISION(15)

static bool is_unfinished(const struct miniping_path *p)
{
	return p->end == MINIPING_PATH_CUT && (cli_signals_interrupted() || cli_signals_late());
}

/* Of a hop that says more than that it is there. */
static const char *note(const struct miniping_path *p, int i)
{
	bool is_end = i + 1 == p->n_hops && p->end == MINIPING_PATH_UNREACHABLE;

	return is_end && p->hops[i].icmp_text ? p->hops[i].icmp_text : "";
}

/* --- for people --- */

/* How it ends, in a line. */
static void print_end(const struct miniping_path *p)
{
	char label[CLI_LABEL_LEN];

	cli_label(label, p->host, p->addr);
	switch (p->end) {
	case MINIPING_PATH_REACHED:
		printf("%s answers at hop %d\n", label, p->last);
		break;
	case MINIPING_PATH_ELSEWHERE:
		printf("%s answers at hop %d, from another address\n", label, p->last);
		break;
	case MINIPING_PATH_UNREACHABLE:
		printf("%s is not reached: hop %d says so\n", label, p->last);
		break;
	case MINIPING_PATH_SILENT:
		if (p->last)
			printf("%s is not reached: nobody beyond hop %d answers\n", label, p->last);
		else
			printf("%s is not reached: nobody answers\n", label);
		break;
	default:
		printf("%s is not reached: %s\n", label,
		       is_unfinished(p) ? "not traced to the end" : "more hops than are asked");
	}
}

static void print_text(const struct miniping_path *p)
{
	int width = (int)strlen("ADDRESS");

	for (int i = 0; i < p->last; i++)
		if ((int)strlen(p->hops[i].addr) > width)
			width = (int)strlen(p->hops[i].addr);
	if (p->last)
		printf("HOP  %-*s    RTT ms\n", width, "ADDRESS");
	/* The silent ones at the end are not known to be there. */
	for (int i = 0; i < p->last; i++) {
		const struct miniping_hop *hop = &p->hops[i];
		const char *text = note(p, i);

		if (hop->rtt_ns < 0)
			printf("%3d  %-*s  %8s\n", i + 1, width, "-", "-");
		else
			printf("%3d  %-*s  %8.3f%s%s\n", i + 1, width, hop->addr, (double)hop->rtt_ns / 1e6,
			       *text ? "  " : "", text);
	}
	print_end(p);
}

/* --- as JSON --- */

static json_t *hop_object(const struct miniping_path *p, int i)
{
	const struct miniping_hop *hop = &p->hops[i];
	json_t *object = json_pack(
		"{s:i, s:o, s:o, s:i}", "hop", i + 1, "address", *hop->addr ? json_string(hop->addr) : json_null(),
		"rtt", hop->rtt_ns < 0 ? json_null() : json_real((double)hop->rtt_ns / 1e9), "packets", hop->packets);

	if (*note(p, i) && json_object_set_new(object, "error", json_string(note(p, i)))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *path_object(const struct miniping_path *p)
{
	json_t *hops = json_array(), *object;
	char text[512];
	int err = 0;

	for (int i = 0; i < p->n_hops; i++)
		err |= json_array_append_new(hops, hop_object(p, i));
	object = json_pack("{s:s, s:o, s:s, s:i, s:i, s:o}", "host", p->host, "address",
	                   *p->addr ? json_string(p->addr) : json_null(), "end", miniping_path_end_name(p->end), "last",
	                   p->last, "packets", p->packets, "hops", hops);
	if (p->error.status)
		err |= json_object_set_new(object, "error",
		                           json_string(miniping_strerror(&p->error, text, sizeof(text))));
	if (is_unfinished(p))
		err |= json_object_set_new(object, "interrupted", json_true());
	if (!err)
		return object;
	json_decref(object);
	return NULL;
}

/* 0 or -ENOMEM. */
static int print_json(const struct cli_args *a, const struct miniping_path *p)
{
	json_t *object = path_object(p);
	size_t flags = a->format == CLI_JSON ? JSON_INDENT(2) : JSON_COMPACT;
	int err = object ? 0 : -ENOMEM;

	if (object && json_dumpf(object, stdout, flags | DIGITS) && !ferror(stdout))
		err = -ENOMEM;
	if (!err)
		putchar('\n');
	json_decref(object);
	return err;
}

/* --- the run --- */

static void on_opened(void *data)
{
	(void)data;
	cli_privileges_drop();
}

/* 0, or -ENOMEM or -errno of standard output. */
static int print(const struct cli_args *a, const struct miniping_path *p)
{
	int err = 0;

	errno = 0;
	if (cli_args_json(a))
		err = print_json(a, p);
	else if (!p->error.status)
		print_text(p);
	if (!err && (fflush(stdout) || ferror(stdout)))
		err = errno ? -errno : -EIO;
	return err;
}

static int verdict(const struct cli_args *a, const struct miniping_path *p)
{
	char text[512];

	switch (p->error.status) {
	case MINIPING_OK:
		break;
	case MINIPING_E_RESOLVE:
		miniping_strerror(&p->error, text, sizeof(text));
		return cli_complain(CLI_EXIT_UNRESOLVED, "%s (%s)", text, p->error.reason);
	default:
		return cli_complain_failed(a, &p->error);
	}
	if (is_unfinished(p))
		return cli_complain(cli_signals_interrupted() ? CLI_EXIT_INTERRUPTED : CLI_EXIT_UNANSWERED,
		                    "%s: %s not traced to the end",
		                    cli_signals_interrupted() ? "interrupted" : "deadline", p->host);
	return p->end == MINIPING_PATH_REACHED ? CLI_EXIT_ANSWERED : CLI_EXIT_UNANSWERED;
}

int cli_path(struct cli_args *a, struct miniping_stop *stop)
{
	struct miniping_path p;
	int exit_code;

	a->options.on_opened = on_opened;
	a->options.stop = stop;
	cli_privileges_wake();
	miniping_path(a->hosts.at[0], &a->options, &p);
	exit_code = cli_complain_output(print(a, &p));
	return exit_code ? exit_code : verdict(a, &p);
}
