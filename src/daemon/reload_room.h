/* reload_room.h - room in the engine for the targets of a configuration and for those that are leased beside them. */
#ifndef MINIPING_RELOAD_ROOM_H
#define MINIPING_RELOAD_ROOM_H
#include "core/engine.h"
#include "daemon/capacity.h"
#include "daemon/reload_thread.h"

#include <stdbool.h>
#include <stdint.h>

struct daemon;

struct reload_room {             /* of the configuration in force; of reload_room.c alone */
	struct engine_load load; /* leases not included */
	int64_t quantum_ns, interval_min_ns;
	bool has_marks; /* it sets a mark */
};

/* reload_room_refusal - what only a new start can do; NULL: nothing. A start with marks that are not permitted has
 * warned of them. */
const char *reload_room_refusal(const struct daemon *d, const struct capacity *needs);

/* reload_room_reserve - make room for all that x needs. 0 or -ENOMEM: nothing has changed. reload_room_use - it is in
 * force from now on. */
int reload_room_reserve(struct daemon *d, const struct reload_thread_result *x);
void reload_room_use(struct daemon *d, const struct reload_thread_result *x);

/* reload_room_extend - make room for one target beside those, which needs that: a lease. 0 or -ENOMEM. reload_room_pace
 * - leases have come or gone. */
int reload_room_extend(struct daemon *d, const struct capacity *needs);
void reload_room_pace(struct daemon *d);
#endif
