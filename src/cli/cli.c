/* miniping - measures hosts with ICMP echo requests. */
#include "cli/cli_all.h"
#include "cli/cli_answers.h"
#include "cli/cli_args.h"
#include "cli/cli_complain.h"
#include "cli/cli_csv.h"
#include "cli/cli_json.h"
#include "cli/cli_options.h"
#include "cli/cli_path.h"
#include "cli/cli_privileges.h"
#include "cli/cli_signals.h"
#include "cli/cli_text.h"
#include "cli/cli_verdict.h"
#include "lib/miniping.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run {
	struct cli_text text;
	struct cli_csv csv;
	struct cli_answers answers; /* of broadcast and multicast addresses */
	int answers_err;            /* -ENOMEM: some are not there */
	int64_t n_answered;         /* hosts, with --fast-reachable */
};

static void on_opened(void *data)
{
	(void)data;
	cli_privileges_drop();
}

/* Nothing more is asked of the network whose outcome cannot be written. */
static int on_packet(void *data, const struct miniping_packet *p)
{
	struct run *r = data;
	int err = cli_text_packet(&r->text, p);

	if (!err)
		err = cli_csv_packet(&r->csv, p);
	if (r->text.args->is_fast && p->received && r->text.tallies.at[p->host_index].n_received == 1)
		r->n_answered++;
	return err || (r->text.args->is_fast && r->n_answered >= r->text.args->enough);
}

static int on_answer(void *data, const struct miniping_packet *p, int duplicate)
{
	struct run *r = data;

	return cli_text_answer(&r->text, p, duplicate);
}

static void on_answerer(void *data, const struct miniping_answerer *a)
{
	struct run *r = data;

	if (!r->answers_err)
		r->answers_err = cli_answers_add(&r->answers, a);
}

static int on_signal(void *data)
{
	struct run *r = data;

	return cli_text_signal(&r->text);
}

/* --- what came of it --- */

static void print_silent(const struct cli_args *a, const struct miniping_result *results)
{
	for (size_t i = 0; i < a->hosts.n; i++)
		if (cli_verdict(&results[i], &a->options) == CLI_SILENT)
			puts(results[i].host);
}

/* 0, or -ENOMEM or -errno of standard output. */
static int print_results(const struct run *r, const struct miniping_result *results)
{
	const struct cli_text *t = &r->text;
	int err = 0;

	errno = 0;
	if (t->args->unreachable)
		print_silent(t->args, results);
	else if (!t->args->alive && cli_args_text(t->args))
		cli_text_results(t, results, &r->answers);
	else if (t->args->format == CLI_CSV)
		cli_csv_print(stdout, &r->csv, t->args, results, &r->answers);
	else if (!t->args->alive)
		err = cli_json_print(stdout, t->args, results, &r->answers);
	if (!err)
		err = r->answers_err;
	if (t->write_error)
		return t->write_error;
	if (!err && (fflush(stdout) || ferror(stdout)))
		err = errno ? -errno : -EIO;
	return err;
}

static void print_error(const struct cli_args *a, const struct miniping_result *r)
{
	char text[512];

	miniping_strerror(&r->error, text, sizeof(text));
	if (cli_verdict_wants_broadcast(a, r))
		cli_complain(0, "%s: %s", text, CLI_VERDICT_BROADCAST);
	else if (r->error.status == MINIPING_E_RESOLVE)
		cli_complain(0, "%s (%s)", text, r->error.reason);
	else if (r->error.status == MINIPING_E_UNREACHABLE && cli_args_several(a))
		cli_complain(0, "%s: %s", r->host, text);
	else
		cli_complain(0, "%s", text);
}

static int print_or_complain(const struct run *r, const struct miniping_result *results)
{
	return cli_complain_output(print_results(r, results));
}

static int print_outcome(const struct run *r, const struct miniping_result *results)
{
	const struct cli_args *a = r->text.args;
	bool listing = a->alive || a->unreachable, is_table = a->format == CLI_TEXT && cli_args_several(a);
	int exit_code = print_or_complain(r, results);

	if (exit_code)
		return exit_code;
	for (size_t i = 0; i < a->hosts.n; i++) {
		enum miniping_status s = results[i].error.status;

		/* A list of hosts leaves the reason of each out, and a table has it; what could not be sent
		 * to many is explained once for all. */
		if (s == MINIPING_E_RESOLVE ||
		    (s && !listing && !is_table && (s != MINIPING_E_SEND || !cli_args_several(a))))
			print_error(a, &results[i]);
	}
	if (listing || cli_args_several(a) || results[0].error.status != MINIPING_E_SEND)
		cli_verdict_explain(a, results, cli_signals_interrupted());
	return cli_verdict_exit(a, results, cli_signals_interrupted());
}

/* The run could not be made at all. JSON has an object for each host nonetheless. */
static int print_failure(const struct run *r, const struct miniping_result *results)
{
	const struct cli_args *a = r->text.args;

	if (!cli_args_text(a))
		print_or_complain(r, results);
	return cli_complain_failed(a, &results[0].error);
}

/* --- the run --- */

/* An interrupt or the deadline here is left to the run, which then ends at once and says so. */
static int find_all(struct cli_args *a)
{
	int err = a->all ? cli_all(&a->hosts, cli_args_family(a)) : 0;

	if (err == -EINVAL)
		return cli_complain(CLI_EXIT_ARGUMENTS, "%s", a->hosts.error);
	if (err && err != -EINTR)
		return cli_complain(CLI_EXIT_SYSTEM, "%s", strerror(-err));
	cli_args_stretch(a);
	return 0;
}

static int measure(struct cli_args *a, struct miniping_stop *stop)
{
	struct miniping_result *results = calloc(a->hosts.n, sizeof(*results));
	struct run r = { .n_answered = 0 };
	int exit_code;

	if (!results || cli_csv_open(&r.csv, a) || cli_text_begin(&r.text, a)) {
		cli_csv_close(&r.csv);
		free(results);
		return cli_complain(CLI_EXIT_SYSTEM, "out of memory");
	}
	a->options.on_packet = on_packet;
	a->options.on_opened = on_opened;
	a->options.data = &r;
	a->options.stop = stop;
	/* A run without an end keeps no list of all its RTTs, unless it is asked for. */
	a->more.no_rtt_list = !a->options.count && (!cli_args_json(a) || (!a->show_rtts && !a->deadline_ns));
	a->more.on_signal = on_signal;
	a->more.on_answer = on_answer;
	a->more.on_answerer = on_answerer;
	cli_privileges_wake();
	miniping_hosts((const char *const *)a->hosts.at, a->hosts.n, &a->options, results);
	cli_text_end(&r.text);
	switch (results[0].error.status) {
	case MINIPING_E_ARGUMENT:
	case MINIPING_E_PERMISSION:
	case MINIPING_E_SYSTEM:
		exit_code = print_failure(&r, results);
		break;
	default:
		exit_code = print_outcome(&r, results);
	}
	for (size_t i = 0; i < a->hosts.n; i++)
		miniping_result_fini(&results[i]);
	free(results);
	cli_text_free(&r.text);
	cli_csv_close(&r.csv);
	cli_answers_fini(&r.answers);
	return exit_code;
}

/* A descriptor that was closed would be that of a socket, and what is printed go out as a packet. */
static bool fill_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* What --help and --version print. */
static int finish_output(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return CLI_EXIT_ANSWERED;
	return cli_complain(CLI_EXIT_SYSTEM, "standard output: %s", strerror(errno ? errno : EIO));
}

int main(int argc, char **argv)
{
	char error[CLI_HOSTS_ERROR_LEN];
	const char *refused = cli_privileges_refused();
	struct miniping_stop *stop = NULL;
	struct cli_args args;
	int err, exit_code = CLI_EXIT_ANSWERED;

	if (!fill_descriptors())
		return CLI_EXIT_SYSTEM;
	if (refused)
		return cli_complain(CLI_EXIT_SYSTEM, "%s", refused);
	cli_privileges_rest();
	err = cli_args_parse(&args, argc, argv, error);
	if (err == -EINVAL)
		exit_code = cli_complain(CLI_EXIT_ARGUMENTS, "%s", error);
	else if (err || !(stop = miniping_stop_new()))
		exit_code = cli_complain(CLI_EXIT_SYSTEM, "%s", strerror(err ? -err : errno));
	else if (args.help)
		cli_options_help(stdout);
	else if (args.version)
		puts("miniping " PACKAGE_VERSION);
	else {
		cli_signals_catch(stop);
		if (args.deadline_ns)
			cli_signals_deadline(args.deadline_ns);
		exit_code = find_all(&args);
		if (!exit_code)
			exit_code = args.path ? cli_path(&args, stop) : measure(&args, stop);
	}
	if (!exit_code && (args.help || args.version))
		exit_code = finish_output();
	cli_args_fini(&args);
	miniping_stop_free(stop);
	return exit_code;
}
