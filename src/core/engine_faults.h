/* engine_faults.h - what this host does to its own probes: a stalled loop, suspend, packets that the kernel drops,
 * interfaces that go down. For the engine's files alone. */
#ifndef MINIPING_ENGINE_FAULTS_H
#define MINIPING_ENGINE_FAULTS_H
#include <stdint.h>

struct channel;
struct engine;

/* engine_check_stall - was the loop stalled until now_ns? Called before and after it waits, and before and after
 * whatever the engine does, for it may be stalled in the midst of that, too. */
void engine_check_stall(struct engine *e, int64_t now_ns);

/* engine_check_faults - that, and did the machine sleep? */
void engine_check_faults(struct engine *e, int64_t now_ns);

/* engine_check_overflow - c's queue has been read up to its end, or as much as it can hold, at now_ns: has it
 * overflowed meanwhile, and by whose doing? */
void engine_check_overflow(struct engine *e, struct channel *c, int64_t now_ns);

/* engine_forget_malformed - the drops that malformed packets cause are no fault. */
void engine_forget_malformed(struct engine *e);

/* engine_emit_faults - emits those that ended before before_ns. */
void engine_emit_faults(struct engine *e, int64_t before_ns);

/* engine_note_links - interfaces that have been cut off until now_ns are at fault until then. */
void engine_note_links(struct engine *e, int64_t now_ns);

/* engine_links_due - when engine_note_links should be called at the latest. */
int64_t engine_links_due(const struct engine *e);

/* engine_read_links - takes in what has changed: what is in flight at an interface that goes down is unknown. */
void engine_read_links(struct engine *e);

/* engine_ask_links - while one is cut off: has any changed? Called where a turn ends. */
void engine_ask_links(struct engine *e);
#endif
