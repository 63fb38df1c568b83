/* cli_json.c - writes the objects with printf(3), key by key. */
#include "cli/cli_json.h"
#include "cli/cli_verdict.h"
#include "core/not_sent.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define DIGITS JSON_REAL_PRECISION(15) /* 40 s in ns have 11 */

static json_t *seconds(int64_t ns)
{
	return ns < 0 ? json_null() : json_real((double)ns / 1e9);
}

static json_t *number(int value)
{
	return value < 0 ? json_null() : json_integer(value);
}

/* Null where none was kept. */
static json_t *rtt_list(const struct miniping_result *r, bool is_kept)
{
	json_t *list = is_kept ? json_array() : json_null();

	for (uint64_t i = 0; is_kept && i < r->received; i++)
		if (json_array_append_new(list, seconds(r->rtt_list_ns[i])))
			goto free_list;
	return list;
free_list:
	json_decref(list);
	return NULL;
}

/* What counts neither as received nor as lost, or is odd about what was received: always there. */
static int add_counts(json_t *object, const struct miniping_result *r)
{
	const struct {
		const char *key;
		uint64_t n;
	} counts[] = {
		{ "late", r->late },
		{ "duplicate", r->duplicates },
		{ "truncated", r->truncated },
		{ "corrupt", r->corrupt },
		{ "foreign", r->foreign },
		{ "unknown", r->unknown },
		{ "not_sent", r->send_errors },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		err |= json_object_set_new(object, counts[i].key, json_integer((json_int_t)counts[i].n));
	if (r->send_errors)
		err |= json_object_set_new(object, "not_sent_error", json_string(not_sent_text(r->error.sys_errno)));
	return err;
}

static bool is_interrupted(const struct miniping_result *r, const struct miniping_options *o)
{
	switch (r->error.status) {
	case MINIPING_E_ARGUMENT:
	case MINIPING_E_RESOLVE:
	case MINIPING_E_PERMISSION:
	case MINIPING_E_SYSTEM:
		return false;
	default:
		return !cli_verdict_finished(r, o);
	}
}

static json_t *answerer(const struct cli_answer *a)
{
	return json_pack("{s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "address", a->addr, "received",
	                 (json_int_t)a->received, "duplicate", (json_int_t)a->duplicates, "min", seconds(a->min_ns),
	                 "max", seconds(a->max_ns), "mean", seconds(a->mean_ns), "jitter",
	                 a->jitter_ns ? seconds(a->jitter_ns) : json_integer(0), "ttl", number(a->ttl));
}

/* Who answered, and how many replies were of others. */
static int add_answers(json_t *object, const struct cli_answers *answers, size_t host_index)
{
	const struct cli_answer *first;
	size_t n = cli_answers_of(answers, host_index, &first);
	json_int_t n_beyond = 0;
	json_t *list = json_array();
	int err = 0;

	for (size_t i = 0; i < n; i++)
		if (first[i].addr[0])
			err |= json_array_append_new(list, answerer(&first[i]));
		else
			n_beyond = (json_int_t)first[i].received;
	err |= json_object_set_new(object, "answerers", list);
	err |= json_object_set_new(object, "answers_not_listed", json_integer(n_beyond));
	return err;
}

static json_t *result_object(const struct cli_args *a, const struct miniping_result *results, size_t i,
                             const struct cli_answers *answers, bool host_first)
{
	const struct miniping_result *r = &results[i];
	char text[512];
	const struct {
		const char *key;
		json_t *value;
	} members[] = {
		{ "sent", json_integer((json_int_t)r->sent) },
		{ "received", json_integer((json_int_t)r->received) },
		{ "loss", r->loss < 0 ? json_null() : json_real(r->loss) },
		{ "min", seconds(r->min_ns) },
		{ "max", seconds(r->max_ns) },
		{ "mean", seconds(r->mean_ns) },
		{ "median", seconds(r->median_ns) },
		{ "jitter", r->jitter_ns ? seconds(r->jitter_ns) : json_integer(0) },
		{ "rtt_list", rtt_list(r, !a->more.no_rtt_list) },
		{ "ttl", number(r->ttl) },
		{ "hops", number(r->hops) },
		{ "os_guess", r->os_guess ? json_string(r->os_guess) : json_null() },
		{ "p95", seconds(r->p95_ns) },
	};
	json_t *object = json_object();
	int err = host_first ? json_object_set_new(object, "host", json_string(r->host)) : 0;

	/* Each value is handed over, whatever went wrong before. */
	for (size_t k = 0; k < sizeof(members) / sizeof(members[0]); k++)
		err |= json_object_set_new(object, members[k].key, members[k].value);
	if (!host_first)
		err |= json_object_set_new(object, "host", json_string(r->host));
	err |= json_object_set_new(object, "address", *r->addr ? json_string(r->addr) : json_null());
	if (r->error.status)
		err |= json_object_set_new(object, "error",
		                           json_string(miniping_strerror(&r->error, text, sizeof(text))));
	if (is_interrupted(r, &a->options))
		err |= json_object_set_new(object, "interrupted", json_true());
	err |= add_counts(object, r);
	if (a->more.broadcast)
		err |= add_answers(object, answers, i);
	if (!err)
		return object;
	json_decref(object);
	return NULL;
}

static int dump(FILE *out, json_t *value, size_t flags)
{
	int err = value ? 0 : -ENOMEM;

	if (value && json_dumpf(value, out, flags | DIGITS) && !ferror(out))
		err = -ENOMEM;
	if (!err)
		fputc('\n', out);
	json_decref(value);
	return err;
}

static int dump_array(FILE *out, const struct cli_args *a, const struct miniping_result *results,
                      const struct cli_answers *answers)
{
	json_t *array = json_array();
	int err = 0;

	for (size_t i = 0; i < a->hosts.n; i++)
		err |= json_array_append_new(array, result_object(a, results, i, answers, true));
	if (!err)
		return dump(out, array, JSON_INDENT(2));
	json_decref(array);
	return -ENOMEM;
}

int cli_json_print(FILE *out, const struct cli_args *a, const struct miniping_result *results,
                   const struct cli_answers *answers)
{
	int err = 0;

	if (a->format == CLI_JSON && cli_args_several(a))
		return dump_array(out, a, results, answers);
	if (a->format == CLI_JSON)
		return dump(out, result_object(a, results, 0, answers, false), JSON_INDENT(2));
	for (size_t i = 0; !err && i < a->hosts.n; i++)
		err = dump(out, result_object(a, results, i, answers, true), JSON_COMPACT);
	return err;
}
