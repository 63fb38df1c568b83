/* setting.h - the keys of a table of settings: the place of a value in a struct, and by its kind how it is parsed,
 * printed and described. A new kind takes one row in setting.c. */
#ifndef MINIPING_SETTING_H
#define MINIPING_SETTING_H
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SETTING_INTERFACE_LEN   16              /* IFNAMSIZ, with the NUL */
#define SETTING_PATTERN_MAX     16              /* bytes */
#define SETTING_INTERVAL_MAX_NS (24 * NS_PER_H) /* a window of time is at most max of these */

enum setting_kind {
	SETTING_DURATION,  /* int64_t ns; min .. max in ns */
	SETTING_AGE,       /* int64_t ns, in days and years as well; min .. max in ns */
	SETTING_SIZE,      /* uint64_t bytes, min .. max */
	SETTING_COUNT,     /* uint32_t, min .. max */
	SETTING_MARK,      /* uint32_t, also as 0x… */
	SETTING_PERCENT,   /* double */
	SETTING_DSCP,      /* int */
	SETTING_TTL,       /* int, min .. max */
	SETTING_CHOICE,    /* an enum: the index of the word in choices */
	SETTING_BOOL,      /* bool */
	SETTING_TRISTATE,  /* int: 1 yes, 0 no, -1 "default" */
	SETTING_ADDR,      /* struct addr, of one host */
	SETTING_INTERFACE, /* a name of SETTING_INTERFACE_LEN */
	SETTING_PATTERN,   /* hex digits, min .. max bytes; beside it a uint32_t: how many */
	SETTING_WINDOW,    /* uint32_t count, min .. max; beside it an int64_t: ns instead, or 0 */
};

struct setting {
	const char *name; /* "interval", "degraded.loss" */
	enum setting_kind kind;
	size_t offset; /* in the struct that the table is about */
	size_t beside; /* where the kind has a second member: its offset */
	int64_t min, max;
	const char *sentence;       /* for the manual; begins small, without a full stop */
	const char *const *choices; /* of SETTING_CHOICE; ends with NULL */
};

/* clang-format off */
/* Rows of a table of settings of a struct; the table ends with a row without a name. */
#define SETTING(name, kind, base, member, min, max, sentence) \
	{ name, SETTING_##kind, offsetof(base, member), 0, min, max, sentence, NULL }
#define SETTING_PAIR(name, kind, base, member, beside, min, max, sentence) \
	{ name, SETTING_##kind, offsetof(base, member), offsetof(base, beside), min, max, sentence, NULL }
#define SETTING_ONE_OF(name, base, member, choices, sentence) \
	{ name, SETTING_CHOICE, offsetof(base, member), 0, 0, 0, sentence, choices }
/* clang-format on */

/* setting_parse - text into the setting's place in *base. 0, -EINVAL or -ERANGE (*base untouched). */
int setting_parse(void *base, const struct setting *s, const char *text);

/* setting_print - its value in *base as a string that setting_parse reads back, or "default" where there is no other
 * word for it. Returns buf. */
#define SETTING_TEXT_LEN 64
char *setting_print(const void *base, const struct setting *s, char buf[SETTING_TEXT_LEN]);

/* setting_expects - what setting_parse takes: "a duration from 1ms to 24h"; returns buf. */
#define SETTING_EXPECTS_LEN 160
char *setting_expects(const struct setting *s, char *buf, size_t buf_len);

/* setting_schema - the same for editors, as alternatives in JSON Schema with commas between them; returns buf. */
#define SETTING_SCHEMA_LEN 512
char *setting_schema(const struct setting *s, char *buf, size_t buf_len);

/* setting_is_string - in YAML its value is put in quotes. */
bool setting_is_string(const struct setting *s);

/* setting_copy - the value in *from to its place in *to. */
void setting_copy(void *to, const void *from, const struct setting *s);

/* setting_same - the value is the same in both. A window of time is, whatever count each interval makes of it. */
bool setting_same(const void *a, const void *b, const struct setting *s);

/* setting_bytes - the value in *base without padding, into buf. Returns the length: the same for every value, at most
 * the size of its members. */
size_t setting_bytes(const void *base, const struct setting *s, uint8_t *buf);
#endif
