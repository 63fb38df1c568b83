/* metrics_keydoc - what the tables of families say, for readers. Not installed.
 *
 *   metrics_keydoc man <minipingd-http.8.in   the page, with each line "@keys PART@" made into a list of the families
 * of that part (collect[]=PART) metrics_keydoc list                       "PART NAME TYPE UNIT LABEL" for each family;
 * "-": none */
#include "base/keydoc.h"
#include "serve/metrics_families.h"

#include <stdio.h>
#include <string.h>

static const struct metrics_family *const tables[] = {
	metrics_targets_families,
	metrics_daemon_families,
	metrics_compat_smokeping_prober,
	metrics_compat_ping_exporter,
};
#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

static const char *const types[] = {
	[METRICS_COUNTER] = "counter",
	[METRICS_GAUGE] = "gauge",
	[METRICS_HISTOGRAM] = "histogram",
};

static void put_family(const struct metrics_family *f)
{
	if (f->label)
		printf(".It Cm %s Ns { Ns Cm %s Ns }\n", f->name, f->label);
	else
		printf(".It Cm %s\n", f->name);
	keydoc_sentence(f->help);
	if (f->values) {
		printf(".Cm %s :\n", f->label);
		for (size_t i = 0; f->values[i]; i++)
			printf(".Li %s%s\n", f->values[i], f->values[i + 1] ? " ," : " .");
	}
}

static int put_part(const char *part)
{
	bool found = false;

	printf(".Bl -tag -width Ds\n");
	for (size_t i = 0; i < N_TABLES; i++)
		for (const struct metrics_family *f = tables[i]; f->name; f++) {
			if (strcmp(f->collect, part))
				continue;
			put_family(f);
			found = true;
		}
	printf(".El\n");
	if (!found)
		fprintf(stderr, "metrics_keydoc: no part is called %s\n", part);
	return !found;
}

static int put_schema(void)
{
	fprintf(stderr, "metrics_keydoc: there is no schema of metrics\n");
	return 1;
}

static int put_list(void)
{
	for (size_t i = 0; i < N_TABLES; i++)
		for (const struct metrics_family *f = tables[i]; f->name; f++)
			printf("%s %s %s %s %s\n", f->collect, f->name, types[f->type], f->unit ? f->unit : "-",
			       f->label ? f->label : "-");
	return 0;
}

int main(int argc, char **argv)
{
	return keydoc_main(argc, argv, put_part, put_schema, put_list);
}
