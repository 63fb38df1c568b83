/* config_keydoc - makes manual page and schema from the tables of keys. Not installed.
 *
 *   config_keydoc man <minipingd.yaml.5.in   the page, with each line "@keys MAPPING@" made into a list
 *   config_keydoc schema                     the JSON Schema (draft 7)
 *   config_keydoc list                       "MAPPING KEY" for every key there is */
#include "config/config.h"
#include "config/config_root.h"
#include "base/keydoc.h"

#include <stdio.h>
#include <string.h>

#define MAX_ABOUT 400

/* A mapping that takes keys. */
struct mapping {
	const char *name;
	const struct config_section *section;
	const char *rules; /* of the schema, beside the keys */
};

/* All but the sections with tables of their own, which follow as config_root_sections has them. */
static const struct mapping mappings[] = {
	{ "file", &config_root_main, "\"patternProperties\": {\"^x-\": {}}, " },
	{ "defaults", &config_defaults_section, "" },
	{ "group", &config_group_section,
	  "\"required\": [\"name\"], "
	  "\"anyOf\": [{\"required\": [\"targets\"]}, {\"required\": [\"targets_file\"]}], " },
	{ "target", &config_target_section,
	  "\"oneOf\": [{\"required\": [\"host\"]}, {\"required\": [\"range\"]}], "
	  "\"dependencies\": {\"exclude\": [\"range\"]}, " },
	{ "degraded", &config_degraded_section, "" },
	{ "clear", &config_clear_section, "" },
};
#define N_MAPPINGS (sizeof(mappings) / sizeof(mappings[0]))

/* The i-th of all; false: there are no more. */
static bool mapping_at(size_t i, struct mapping *out)
{
	size_t n = N_MAPPINGS;

	if (i < n) {
		*out = mappings[i];
		return true;
	}
	for (const struct config_special *s = config_root_sections; s->name; s++) {
		if (!s->section)
			continue;
		if (n++ == i) {
			*out = (struct mapping){ s->name, s->section, "" };
			return true;
		}
		for (const struct config_special *inner = s->section->specials; inner && inner->name; inner++) {
			if (inner->section && n++ == i) {
				*out = (struct mapping){ inner->name, inner->section, "" };
				return true;
			}
		}
	}
	return false;
}

#define LISTEN_AT   "\"type\": \"string\", \"pattern\": \"^(unix:/.+|systemd|.*:[0-9]+)$\""
#define HOST        "\"type\": \"string\", \"pattern\": \"^[-._A-Za-z0-9]{1,253}$\""
#define RECORD_KIND "\"enum\": [\"probe\", \"report\", \"state\", \"path\", \"dns\", \"daemon\"]"
#define PATTERN     "\"type\": [\"string\", \"number\", \"boolean\"]"
#define COMPAT_WITH "\"enum\": [\"smokeping_prober\", \"ping_exporter\"]"

/* The values that special keys take. */
static const struct {
	const char *shape, *schema;
} shapes[] = {
	{ "host", "\"type\": \"string\"" },
	{ "name", "\"type\": [\"string\", \"number\"]" },
	{ "ranges", "\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}}]" },
	{ "names", "\"anyOf\": [{\"type\": [\"string\", \"number\"]}, {\"type\": \"array\", \"maxItems\": 8, "
	           "\"uniqueItems\": true, \"items\": {\"type\": [\"string\", \"number\"]}}]" },
	{ "files", "\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}}]" },
	{ "labels", "\"type\": \"object\", \"maxProperties\": 32, "
	            "\"propertyNames\": {\"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\", "
	            "\"not\": {\"enum\": [\"target\", \"ip\", \"group\"]}}, "
	            "\"additionalProperties\": {\"type\": [\"string\", \"number\", \"boolean\"]}" },
	{ "targets", "\"type\": \"array\", \"items\": {\"anyOf\": [{\"type\": \"string\"}, "
	             "{\"$ref\": \"#/definitions/target\"}]}" },
	{ "groups", "\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/group\"}" },
	{ "listen", "\"anyOf\": [{" LISTEN_AT "}, {\"type\": \"array\", \"maxItems\": 16, \"uniqueItems\": true, "
	            "\"items\": {" LISTEN_AT "}}]" },
	{ "hosts", "\"anyOf\": [{" HOST "}, {\"type\": \"array\", \"maxItems\": 16, \"items\": {" HOST "}}]" },
	{ "file", "\"type\": \"string\"" },
	{ "credential", "\"type\": \"string\"" },
	{ "state_file", "\"type\": \"string\", \"pattern\": \"^(off|/.*[^/])$\"" },
	{ "detail",
	  "\"type\": \"string\", \"pattern\": \"^(off|[0-9]+y|([0-9]+(ms|s|m|h|d))*[0-9]+([.][0-9]+)?(us|ms|s|m|h|d))$\"" },
	{ "socket", "\"type\": \"string\", \"pattern\": \"^(off|/.{1,106})$\"" },
	{ "compat", "\"anyOf\": [{" COMPAT_WITH "}, {\"type\": \"array\", \"items\": {" COMPAT_WITH "}}]" },
	{ "buckets", "\"type\": \"array\", \"maxItems\": 64, \"items\": {\"type\": [\"number\", \"string\"]}" },
	{ "kinds",
	  "\"anyOf\": [{" RECORD_KIND "}, {\"type\": \"array\", \"minItems\": 1, \"items\": {" RECORD_KIND "}}]" },
	{ "patterns", "\"anyOf\": [{" PATTERN "}, {\"type\": \"array\", \"minItems\": 1, \"maxItems\": 64, "
	              "\"items\": {" PATTERN "}}]" },
	{ "label_patterns", "\"type\": \"object\", \"maxProperties\": 16, \"additionalProperties\": {" PATTERN "}" },
	{ "fields", "\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"minItems\": 1, "
	            "\"items\": {\"type\": \"string\"}}]" },
	{ "log_to", "\"type\": \"string\", \"pattern\": \"^(stdout|stderr|/.*)$\"" },
};

static bool is_option(const struct setting *key)
{
	return options_find(key->name) == key;
}

/* What key of the section has where no file gives it. */
static const char *default_text(const struct config_section *section, const struct setting *key,
                                char buf[SETTING_TEXT_LEN])
{
	struct options o = options_default();
	struct config c = { .targets = NULL };

	config_default(&c);
	setting_print(is_option(key) ? (const void *)&o : (const char *)&c + section->offset, key, buf);
	if (strcmp(buf, "default"))
		return buf;
	if (config_section_has(&config_clear_section, key))
		return "3/4 of that threshold";
	return key->kind == SETTING_PATTERN ? "00 01 02 and so on" : "the kernel's";
}

/* --- the manual page --- */

static void put_key(const struct config_section *section, const struct setting *key)
{
	char expects[SETTING_EXPECTS_LEN], text[SETTING_TEXT_LEN], takes[MAX_ABOUT];

	printf(".It Cm %s\n", key->name + strlen(section->prefix));
	keydoc_sentence(key->sentence);
	snprintf(takes, sizeof(takes), "Takes %s.", setting_expects(key, expects, sizeof(expects)));
	keydoc_text(takes);
	printf("Default: %s.\n", default_text(section, key, text));
}

static void put_list(const struct config_section *section)
{
	printf(".Bl -tag -width Ds\n");
	for (const struct config_special *s = section->specials; s && s->name; s++) {
		printf(".It Cm %s\n", s->name);
		keydoc_sentence(s->about);
	}
	/* Options have a list of their own. */
	for (const struct setting *k = section->keys; k && k->name; k++) {
		if (config_section_has(section, k) && (section->keys != options_settings || section->prefix[0]))
			put_key(section, k);
	}
	printf(".El\n");
}

static void put_options(void)
{
	printf(".Bl -tag -width Ds\n");
	for (const struct setting *k = options_settings; k->name; k++) {
		if (config_section_has(&config_defaults_section, k))
			put_key(&config_defaults_section, k);
	}
	printf(".El\n");
}

static int put_directive(const char *name)
{
	struct mapping mapping;

	if (!strcmp(name, "options")) {
		put_options();
		return 0;
	}
	for (size_t i = 0; mapping_at(i, &mapping); i++) {
		if (!strcmp(name, mapping.name)) {
			put_list(mapping.section);
			return 0;
		}
	}
	fprintf(stderr, "config_keydoc: no mapping is called %s\n", name);
	return 1;
}

/* --- the schema --- */

static void put_key_schema(const struct config_section *section, const struct setting *key)
{
	char about[MAX_ABOUT], expects[SETTING_EXPECTS_LEN], text[SETTING_TEXT_LEN], schema[SETTING_SCHEMA_LEN];

	snprintf(about, sizeof(about), "%s (%s; default: %s)", key->sentence,
	         setting_expects(key, expects, sizeof(expects)), default_text(section, key, text));
	printf("{\"description\": ");
	keydoc_json(about);
	printf(", \"anyOf\": [%s%s]}", setting_schema(key, schema, sizeof(schema)),
	       is_option(key) ? ", {\"const\": \"default\"}" : "");
}

static void put_special_schema(const struct config_special *s)
{
	const char *shape = s->shape ? s->shape : s->name;

	printf("{\"description\": ");
	keydoc_json(s->about);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (!strcmp(shapes[i].shape, shape)) {
			printf(", %s}", shapes[i].schema);
			return;
		}
	}
	if (s->section && s->section->n_max) {
		printf(", \"anyOf\": [{\"$ref\": \"#/definitions/%s\"}, {\"type\": \"array\", \"minItems\": 1, "
		       "\"maxItems\": %zu, \"items\": {\"$ref\": \"#/definitions/%s\"}}]}",
		       shape, s->section->n_max, shape);
		return;
	}
	/* draft 7 ignores what is beside a $ref */
	printf(", \"allOf\": [{\"$ref\": \"#/definitions/%s\"}]}", shape);
}

static void put_mapping_schema(const struct mapping *mapping)
{
	const struct config_section *section = mapping->section;
	const char *between = "";

	printf("{\n   \"type\": \"object\", \"additionalProperties\": false, %s\n   \"properties\": {\n",
	       mapping->rules);
	for (const struct config_special *s = section->specials; s && s->name; s++, between = ",\n") {
		printf("%s    \"%s\": ", between, s->name);
		put_special_schema(s);
	}
	for (const struct setting *k = section->keys; k && k->name; k++) {
		if (!config_section_has(section, k))
			continue;
		printf("%s    \"%s\": ", between, k->name + strlen(section->prefix));
		put_key_schema(section, k);
		between = ",\n";
	}
	printf("\n   }\n  }");
}

static int put_schema(void)
{
	struct mapping mapping;

	printf("{\n \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
	       " \"title\": \"minipingd.yaml\",\n"
	       " \"description\": \"The configuration of minipingd; see minipingd.yaml(5).\",\n"
	       " \"$ref\": \"#/definitions/file\",\n \"definitions\": {\n");
	for (size_t i = 0; mapping_at(i, &mapping); i++) {
		printf("%s  \"%s\": ", i ? ",\n" : "", mapping.name);
		put_mapping_schema(&mapping);
	}
	printf("\n }\n}\n");
	return 0;
}

static int put_keys(void)
{
	struct mapping mapping;
	const char *key;

	for (size_t i = 0; mapping_at(i, &mapping); i++) {
		for (size_t k = 0; (key = config_section_key(mapping.section, k)); k++)
			printf("%s %s\n", mapping.name, key);
	}
	return 0;
}

int main(int argc, char **argv)
{
	return keydoc_main(argc, argv, put_directive, put_schema, put_keys);
}
