/* miniping - measures hosts with ICMP echo requests. */
#include "cli_args.h"
#include "cli_json.h"
#include "cli_text.h"
#include "miniping.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_ANSWERED, EXIT_UNANSWERED, EXIT_UNRESOLVED, EXIT_ARGUMENTS, EXIT_SYSTEM };

static struct miniping_stop *stop;        /* a signal handler gets no argument of ours */

static void on_signal(int signum)
{
	(void)signum;
	miniping_stop_now(stop);
}

/* The second one ends it the hard way. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART | (int)SA_RESETHAND };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static int complain(int exit_code, const char *text)
{
	fprintf(stderr, "miniping: %s\n", text);
	return exit_code;
}

static int on_packet(void *data, const struct miniping_packet *p)
{
	cli_text_packet(data, p);
	return 0;
}

/* --- what came of it --- */

static void print_text(const struct cli_text *t, const struct miniping_result *results)
{
	const struct cli_args *a = t->args;

	for (size_t i = 0; i < a->hosts.n; i++) {
		const struct miniping_result *r = &results[i];

		if (a->alive || a->unreachable) {
			if ((r->received > 0) == a->alive)
				puts(r->host);
		} else if (r->error.status != MINIPING_E_RESOLVE) {
			cli_text_summary(t, r);
		}
	}
}

/* A name that does not resolve has no object of its own to be told in, if it is the only one. */
static int print_results(const struct cli_text *t, const struct miniping_result *results)
{
	const struct cli_args *a = t->args;

	if (a->format == CLI_TEXT)
		print_text(t, results);
	else if (results[0].error.status != MINIPING_E_RESOLVE || cli_args_several(a))
		return cli_json_print(stdout, a, results);
	return 0;
}

static void print_error(const struct cli_args *a, const struct miniping_result *r)
{
	char text[512];

	miniping_strerror(&r->error, text, sizeof(text));
	if (r->error.status == MINIPING_E_RESOLVE)
		fprintf(stderr, "miniping: %s (%s)\n", text, r->error.reason);
	else if (r->error.status == MINIPING_E_UNREACHABLE && cli_args_several(a))
		fprintf(stderr, "miniping: %s: %s\n", r->host, text);
	else
		fprintf(stderr, "miniping: %s\n", text);
}

static int tell(const struct cli_text *t, const struct miniping_result *results)
{
	const struct cli_args *a = t->args;
	int exit_code = EXIT_ANSWERED;

	if (print_results(t, results))
		return complain(EXIT_SYSTEM, "out of memory");
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "miniping: standard output: %s\n", strerror(errno));
		return EXIT_SYSTEM;
	}
	for (size_t i = 0; i < a->hosts.n; i++) {
		enum miniping_status s = results[i].error.status;

		/* Whoever asks for a list of the dead does not want each one's story as well. */
		if (s && (s == MINIPING_E_RESOLVE || (!a->alive && !a->unreachable)))
			print_error(a, &results[i]);
		if (s == MINIPING_E_RESOLVE)
			exit_code = EXIT_UNRESOLVED;
		else if (!results[i].received && exit_code == EXIT_ANSWERED)
			exit_code = EXIT_UNANSWERED;
	}
	return exit_code;
}

static int tell_failure(const struct cli_args *a, const struct miniping_error *e)
{
	char text[512];

	miniping_strerror(e, text, sizeof(text));
	if (e->status == MINIPING_E_PERMISSION)
		strcat(text, " (Or let your group in: sysctl net.ipv4.ping_group_range.)");
	if (e->status != MINIPING_E_ARGUMENT)
		return complain(EXIT_SYSTEM, text);
	/* Of the command line, only where to send from has not been checked to the end. */
	fprintf(stderr, "miniping: --interface %s: %s\n",
	        strcmp(e->option, "source") ? a->options.interface : a->options.source, text);
	return EXIT_ARGUMENTS;
}

/* --- the run --- */

static int measure(struct cli_args *a)
{
	struct miniping_result *results = calloc(a->hosts.n, sizeof(*results));
	struct cli_text t;
	int exit_code;

	if (!results)
		return complain(EXIT_SYSTEM, "out of memory");
	if (a->show_rtts)
		setvbuf(stdout, NULL, _IOLBF, 0);  /* whoever reads along gets each line as it comes */
	cli_text_begin(&t, a);
	a->options.on_packet = on_packet;
	a->options.data = &t;
	a->options.stop = stop;
	miniping_hosts((const char *const *)a->hosts.at, a->hosts.n, &a->options, results);
	cli_text_end(&t);
	switch (results[0].error.status) {
	case MINIPING_E_ARGUMENT:
	case MINIPING_E_PERMISSION:
	case MINIPING_E_SYSTEM:
		exit_code = tell_failure(a, &results[0].error);
		break;
	default:
		exit_code = tell(&t, results);
	}
	for (size_t i = 0; i < a->hosts.n; i++)
		miniping_result_fini(&results[i]);
	free(results);
	return exit_code;
}

int main(int argc, char **argv)
{
	char error[CLI_HOSTS_ERROR_LEN];
	struct cli_args args;
	int err = cli_args_parse(&args, argc, argv, error), exit_code = EXIT_ANSWERED;

	if (err == -EINVAL)
		exit_code = complain(EXIT_ARGUMENTS, error);
	else if (err || !(stop = miniping_stop_new()))
		exit_code = complain(EXIT_SYSTEM, strerror(err ? -err : errno));
	else if (args.help)
		fputs(cli_args_usage, stdout);
	else if (args.version)
		puts("miniping " PACKAGE_VERSION);
	else {
		catch_signals();
		exit_code = measure(&args);
	}
	cli_args_fini(&args);
	miniping_stop_free(stop);
	return exit_code;
}
