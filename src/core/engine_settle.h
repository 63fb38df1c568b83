/* engine_settle.h - a probe has ended, or something has come that ends none: its target and the listeners take it in.
 * For the engine's files alone. */
#ifndef MINIPING_ENGINE_SETTLE_H
#define MINIPING_ENGINE_SETTLE_H
#include "core/events.h"
#include "core/flight.h"

#include <stdint.h>

struct engine;

/* engine_owner - the target that a probe was sent for; NULL if it has been retired since, even if another
 * has its number. */
struct target *engine_owner(const struct engine *e, uint32_t target, int64_t sent_ns);

/* engine_settle - p has ended as s says: for its target, and as an event. */
void engine_settle(struct engine *e, const struct probe *p, struct settled *s);

/* engine_further - p, which goes to many, has had one more reply after that which ended it: an event. */
void engine_further(struct engine *e, const struct probe *p, struct settled *s);

/* engine_not_sent - p has not left, and is not going to: EMSGSIZE settles it as too_big, any other errno as
 * not_sent. To be called once the last try has failed, with p in no table of probes in flight. */
void engine_not_sent(struct engine *e, const struct probe *p, int sys_errno);

/* engine_count_stray - something came that ends no probe. */
void engine_count_stray(struct engine *e, uint32_t target, int64_t sent_ns, enum stray kind);

/* engine_turn_id - t is probed by another ICMP id from now on. */
void engine_turn_id(struct target *t);
#endif
