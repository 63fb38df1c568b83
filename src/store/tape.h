/* tape.h - results of probes on their way from the loop to the store's thread: 8 bytes each, in blocks. Pure, one
 * writer and one reader of each block. */
#ifndef MINIPING_TAPE_H
#define MINIPING_TAPE_H
#include "core/outcome.h"
#include "core/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tape_kind {
	TAPE_RESULT, /* one settled probe */
	TAPE_NAME,   /* from now on number is this target (before its first result, and after each change of name) */
	TAPE_TIME,   /* what follows happened at or after this second (CLOCK_REALTIME); each second at most once */
	TAPE_LOST,   /* n results found no room here */
	TAPE_EVENT,  /* a state record, as JSON, of the target with this name */
};

struct tape_entry { /* texts are borrowed from the block */
	enum tape_kind kind;
	uint32_t number;      /* of RESULT and NAME: the target's in the fleet; of LOST: how many */
	enum outcome outcome; /* of RESULT */
	uint16_t rtt;         /* of RESULT: rtt_code */
	int64_t real_ns;      /* of TIME and EVENT */
	const char *name;     /* of NAME and EVENT; not ended by a NUL */
	const char *text; /* of NAME: former names (aka), one behind the other with a NUL each; of EVENT: the line */
	size_t name_len, text_len;
};

/* tape_write_* - append one; the new length, or 0: there is no room. O(length), a result some 12 ns (bench/micro). */
size_t tape_write_result(unsigned char *bytes, size_t len, size_t room, uint32_t number, enum outcome outcome,
                         int64_t rtt_ns);
size_t tape_write_name(unsigned char *bytes, size_t len, size_t room, uint32_t number, const char *name,
                       const char *const *aka, size_t n_aka);
size_t tape_write_time(unsigned char *bytes, size_t len, size_t room, int64_t real_ns);
size_t tape_write_lost(unsigned char *bytes, size_t len, size_t room, uint32_t n);
size_t tape_write_event(unsigned char *bytes, size_t len, size_t room, int64_t real_ns, const char *name,
                        const char *line, size_t line_len);

/* tape_read - the entry at *at, which moves behind it. False: the end. */
bool tape_read(struct tape_entry *e, const unsigned char *bytes, size_t len, size_t *at);
#endif
