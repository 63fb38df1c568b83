/* record_keys.h - every kind of record, every event of the daemon and every key of them, in the order in which they are
 * written. minipingd(8), the JSON Schema of a line and tests/log-keys.sh are made from this table (record_keydoc.c). */
#ifndef MINIPING_RECORD_KEYS_H
#define MINIPING_RECORD_KEYS_H
#include "log/record.h"

#define RECORD_EVERY RECORD_N_KINDS       /* as a row's kind: every line begins with it; */
#define RECORD_LAST  (RECORD_N_KINDS + 1) /* every line ends with it, but for the labels */

struct record_key {
	enum record_kind kind;
	const char *event;    /* of RECORD_DAEMON; NULL: in the record of every event */
	const char *key;      /* NULL: the row is about the kind, or the event, itself */
	enum field_type type; /* never FIELD_NONE, but where key is NULL */
	bool optional;        /* may be without a value; of an event, may be missing */
	const char *unit;     /* where the key does not say it; NULL: there is none */
	/* For manual and schema: begins small, without a full stop, `words` of the log in backticks. NULL: the next
	 * row's sentence is about this key as well. */
	const char *sentence;
};

extern const struct record_key record_keys[];
extern const size_t record_n_keys;
#endif
