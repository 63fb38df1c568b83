/* record_keydoc - what the table of the log's keys says, for readers and programs. Not installed.
 *
 *   record_keydoc man <minipingd.8.in   the page, with each line "@keys KIND@" made into a list of its keys, "@keys
 *                                       every@" and "@keys last@" into those that every line begins and ends with,
 * "@keys events@" into that of the events record_keydoc schema                the JSON Schema (draft 7) of a line
 *   record_keydoc list                  "KIND EVENT KEY TYPE always|maybe" for every key there is; "-": no event */
#include "base/keydoc.h"
#include "log/record_keys.h"

#include <stdio.h>
#include <string.h>

static const char *const type_names[] = {
	[FIELD_TEXT] = "text",       [FIELD_INT] = "int",   [FIELD_MS] = "ms",
	[FIELD_PERCENT] = "percent", [FIELD_TIME] = "time", [FIELD_BOOL] = "bool",
};
static const char *const type_schemas[] = {
	[FIELD_TEXT] = "string",    [FIELD_INT] = "integer", [FIELD_MS] = "number",
	[FIELD_PERCENT] = "number", [FIELD_TIME] = "string", [FIELD_BOOL] = "boolean",
};

static const char *kind_name(enum record_kind kind)
{
	if (kind == RECORD_EVERY)
		return "every";
	return kind == RECORD_LAST ? "last" : record_kind_name(kind);
}

/* Is the row a key of that kind and event? NULL: of the kind, whatever the event. */
static bool is_key_of(const struct record_key *k, enum record_kind kind, const char *event)
{
	return k->key && k->kind == kind && (event ? k->event && !strcmp(k->event, event) : !k->event);
}

static bool is_event(const struct record_key *k)
{
	return k->event && !k->key;
}

/* The row with the sentence about k's key. */
static const struct record_key *described(const struct record_key *k)
{
	while (!k->sentence)
		k++;
	return k;
}

/* --- the manual page --- */

static void put_list(enum record_kind kind, const char *event)
{
	const char *before = ".It Cm";

	printf(".Bl -tag -width Ds\n");
	for (const struct record_key *k = record_keys; k < record_keys + record_n_keys; k++) {
		if (!is_key_of(k, kind, event))
			continue;
		printf("%s %s", before, k->key);
		before = " ,";
		if (!k->sentence)
			continue;
		putchar('\n');
		keydoc_sentence(k->sentence);
		before = ".It Cm";
	}
	printf(".El\n");
}

static void put_events(void)
{
	printf(".Bl -tag -width Ds\n");
	for (const struct record_key *k = record_keys; k < record_keys + record_n_keys; k++) {
		if (!is_event(k))
			continue;
		printf(".It Cm %s\n", k->event);
		keydoc_sentence(k->sentence);
		put_list(k->kind, k->event);
	}
	printf(".El\n");
}

static int put_directive(const char *name)
{
	bool found = false;

	if (!strcmp(name, "events")) {
		put_events();
		return 0;
	}
	for (const struct record_key *k = record_keys; k < record_keys + record_n_keys; k++) {
		if (k->event || strcmp(kind_name(k->kind), name))
			continue;
		if (!k->key)
			keydoc_sentence(k->sentence);
		if (k->key && !found) {
			put_list(k->kind, NULL);
			found = true;
		}
	}
	if (!found)
		fprintf(stderr, "record_keydoc: no kind of record is called %s\n", name);
	return !found;
}

/* --- the schema --- */

/* Of an object, the order does not matter. */
static bool is_property_of(const struct record_key *k, enum record_kind kind, const char *event)
{
	return is_key_of(k, kind, event) || (kind == RECORD_EVERY && k->kind == RECORD_LAST);
}

static void put_property(const struct record_key *k)
{
	const char *about = described(k)->sentence;

	printf("{\"description\": ");
	keydoc_json(about);
	/* Events are promised no key: in their records each may be missing, or null. */
	printf(k->optional || k->event ? ", \"type\": [\"%s\", \"null\"]" : ", \"type\": \"%s\"",
	       type_schemas[k->type]);
	if (k->type == FIELD_TIME)
		printf(", \"format\": \"date-time\"");
	if (k->type == FIELD_MS || k->type == FIELD_PERCENT)
		printf(", \"minimum\": 0");
	if (k->unit)
		printf(", \"$comment\": \"unit: %s\"", k->unit);
	putchar('}');
}

/* The keys of a kind, or event, as a JSON Schema's properties, and as the list of those that every record has. */
static void put_properties(enum record_kind kind, const char *event, const char *indent)
{
	const char *between = "";

	printf("\"properties\": {");
	for (const struct record_key *k = record_keys; k < record_keys + record_n_keys; k++) {
		if (!is_property_of(k, kind, event))
			continue;
		printf("%s\n%s \"%s\": ", between, indent, k->key);
		put_property(k);
		between = ",";
	}
	if (kind < RECORD_DAEMON)
		printf(",\n%s \"labels\": {\"$ref\": \"#/definitions/labels\"}", indent);
	printf("\n%s}", indent);
}

static void put_required(enum record_kind kind)
{
	const char *between = "";

	printf("\"required\": [");
	for (const struct record_key *k = record_keys; k < record_keys + record_n_keys; k++) {
		if (!is_property_of(k, kind, NULL))
			continue;
		printf("%s\"%s\"", between, k->key);
		between = ", ";
	}
	printf("%s], ", kind < RECORD_DAEMON ? ", \"labels\"" : "");
}

/* One of several cases: where key is name, the definition of that name holds. */
static void put_case(const char *between, const char *key, const char *name)
{
	printf("%s\n  {\"if\": {\"properties\": {\"%s\": {\"const\": \"%s\"}}}, "
	       "\"then\": {\"$ref\": \"#/definitions/%s\"}}",
	       between, key, name, name);
}

static void put_kinds(void)
{
	printf(" \"allOf\": [\n  {\"properties\": {\"kind\": {\"enum\": [");
	for (int kind = 0; kind < RECORD_N_KINDS; kind++)
		printf("%s\"%s\"", kind ? ", " : "", record_kind_name((enum record_kind)kind));
	printf("]}}}");
	for (int kind = 0; kind < RECORD_N_KINDS; kind++)
		put_case(",", "kind", record_kind_name((enum record_kind)kind));
	printf("\n ],\n");
}

static void put_event_cases(void)
{
	const char *between = "";

	printf(", \"allOf\": [");
	for (const struct record_key *k = record_keys; k < record_keys + record_n_keys; k++) {
		if (!is_event(k))
			continue;
		put_case(between, "event", k->event);
		between = ",";
	}
	printf("\n  ]");
}

/* Those that describe kinds and events. */
static void put_definitions(void)
{
	printf(" \"definitions\": {\n"
	       "  \"labels\": {\"description\": \"The target's labels\", \"type\": \"object\", "
	       "\"additionalProperties\": {\"type\": \"string\"}}");
	for (const struct record_key *k = record_keys; k < record_keys + record_n_keys; k++) {
		if (k->key)
			continue;
		printf(",\n  \"%s\": {\"description\": ", k->event ? k->event : record_kind_name(k->kind));
		keydoc_json(k->sentence);
		printf(", ");
		if (!k->event)
			put_required(k->kind);
		put_properties(k->kind, k->event, "   ");
		if (k->kind == RECORD_DAEMON && !k->event)
			put_event_cases();
		putchar('}');
	}
	printf("\n }\n");
}

static int put_schema(void)
{
	printf("{\n \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
	       " \"title\": \"a line of minipingd's log\",\n"
	       " \"description\": \"A record as JSON; see minipingd(8). Keys are only ever added. A report is one with fields: full.\",\n"
	       " \"type\": \"object\", ");
	put_required(RECORD_EVERY);
	put_properties(RECORD_EVERY, NULL, " ");
	printf(",\n");
	put_kinds();
	put_definitions();
	printf("}\n");
	return 0;
}

static int put_keys(void)
{
	for (const struct record_key *k = record_keys; k < record_keys + record_n_keys; k++) {
		if (k->key)
			printf("%s %s %s %s %s\n", kind_name(k->kind), k->event ? k->event : "-", k->key,
			       type_names[k->type], k->optional ? "maybe" : "always");
	}
	return 0;
}

int main(int argc, char **argv)
{
	return keydoc_main(argc, argv, put_directive, put_schema, put_keys);
}
