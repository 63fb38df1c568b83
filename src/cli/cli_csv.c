/* cli_csv.c - keeps what results do not have: which of the packets had no reply. */
#include "cli/cli_csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int cli_csv_open(struct cli_csv *c, const struct cli_args *a)
{
	*c = (struct cli_csv){ .n = 0 };
	if (a->format != CLI_CSV || !a->options.count)
		return 0;
	c->hosts = calloc(a->hosts.n, sizeof(*c->hosts));
	if (!c->hosts)
		return -ENOMEM;
	c->n = a->hosts.n;
	return 0;
}

void cli_csv_close(struct cli_csv *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->hosts[i].at);
	free(c->hosts);
}

int cli_csv_packet(struct cli_csv *c, const struct miniping_packet *p)
{
	struct cli_csv_rtts *r;
	int64_t *at;
	size_t room;

	if (p->host_index >= c->n || !p->seq)
		return 0;
	r = &c->hosts[p->host_index];
	if (p->seq > r->room) {
		room = 2 * r->room > p->seq ? 2 * r->room : p->seq + 3;
		at = reallocarray(r->at, room, sizeof(*at));
		if (!at)
			return -ENOMEM;
		r->at = at;
		r->room = room;
	}
	for (; r->n < p->seq; r->n++)
		r->at[r->n] = -1;
	r->at[p->seq - 1] = p->received ? p->rtt_ns : -1;
	return 0;
}

static void put_text(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

/* Empty where there is none. */
static void put_ms(FILE *out, int64_t ns)
{
	fputc(',', out);
	if (ns >= 0)
		fprintf(out, "%.3f", (double)ns / 1e6);
}

static void put_host(FILE *out, const struct cli_csv_rtts *rtts, const struct miniping_result *r)
{
	char text[512] = "";

	put_text(out, r->host);
	fprintf(out, ",%s,%" PRIu64 ",%" PRIu64 ",", r->addr, r->sent, r->received);
	if (r->loss >= 0)
		fprintf(out, "%.3f", r->loss);
	put_ms(out, r->min_ns);
	put_ms(out, r->mean_ns);
	put_ms(out, r->median_ns);
	put_ms(out, r->p95_ns);
	put_ms(out, r->max_ns);
	put_ms(out, r->received ? r->jitter_ns : -1);
	fputc(',', out);
	if (r->ttl >= 0)
		fprintf(out, "%d", r->ttl);
	fputc(',', out);
	if (r->error.status)
		put_text(out, miniping_strerror(&r->error, text, sizeof(text)));
	fputc(',', out);
	for (size_t i = 0; rtts && i < rtts->n; i++) {
		if (i)
			fputc(' ', out);
		if (rtts->at[i] < 0)
			fputc('-', out);
		else
			fprintf(out, "%.3f", (double)rtts->at[i] / 1e6);
	}
}

/* The columns of a host, but for those that only a host has, and two more. */
static void put_answer(FILE *out, const struct miniping_result *r, const struct cli_answer *one)
{
	put_text(out, r->host);
	fprintf(out, ",%s,,%" PRIu64 ",", r->addr, one->received);
	put_ms(out, one->min_ns);
	put_ms(out, one->mean_ns);
	fputs(",,", out);
	put_ms(out, one->max_ns);
	put_ms(out, one->addr[0] ? one->jitter_ns : -1);
	fputc(',', out);
	if (one->ttl >= 0)
		fprintf(out, "%d", one->ttl);
	fprintf(out, ",,,%s,", one->addr[0] ? one->addr : "others");
	if (one->addr[0])
		fprintf(out, "%" PRIu64, one->duplicates);
	fputc('\n', out);
}

void cli_csv_print(FILE *out, const struct cli_csv *c, const struct cli_args *a, const struct miniping_result *results,
                   const struct cli_answers *answers)
{
	const struct cli_answer *first;
	size_t n;

	fprintf(out, "host,address,sent,received,loss,min,mean,median,p95,max,jitter,ttl,error,rtts%s\n",
	        a->more.broadcast ? ",from,duplicates" : "");
	for (size_t i = 0; i < a->hosts.n; i++) {
		put_host(out, i < c->n ? &c->hosts[i] : NULL, &results[i]);
		fputs(a->more.broadcast ? ",,\n" : "\n", out);
		n = cli_answers_of(answers, i, &first);
		for (size_t k = 0; k < n; k++)
			put_answer(out, &results[i], &first[k]);
	}
}
