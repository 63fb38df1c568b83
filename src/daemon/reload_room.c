/* reload_room.c - from what a configuration and leases need to what the engine is asked for. */
#include "daemon/reload_room.h"

#include "base/diag.h"
#include "core/netcheck.h"
#include "daemon/daemon_private.h"

#define PING_SOCKET_PROBES 65536.0            /* one id */
#define SPARSE_RATE        20000.0            /* probes a second below which few leave together, */
#define SPARSE_QUANTUM_NS  (1500 * NS_PER_US) /* and so are gathered from further apart */
#define DENSE_QUANTUM_NS   (850 * NS_PER_US)

static void warn_of_limits(const struct daemon *d, double n_in_flight)
{
	struct engine_stats s = engine_stats(d->engine);

	if (s.rcvbuf < s.rcvbuf_wished)
		diag(DIAG_WARNING,
		     "the receive buffer is %d KiB of the %d KiB that this fleet may need: "
		     "raise net.core.rmem_max, or grant CAP_NET_ADMIN",
		     s.rcvbuf / 1024, s.rcvbuf_wished / 1024);
	if (s.ping && n_in_flight > PING_SOCKET_PROBES)
		diag(DIAG_WARNING,
		     "this fleet has about %.0f probes in flight, and ping sockets carry %.0f: "
		     "grant CAP_NET_RAW",
		     n_in_flight, PING_SOCKET_PROBES);
}

const char *reload_room_refusal(const struct daemon *d, const struct capacity *needs)
{
	if (!needs->n_marked || d->room.has_marks || netcheck_may_mark())
		return NULL;
	return "mark needs CAP_NET_RAW, which was given up at the start or never held: restart minipingd with it";
}

int reload_room_reserve(struct daemon *d, const struct reload_thread_result *x)
{
	struct engine_load load = {
		.n_targets = fleet_size(d->fleet) + (uint32_t)reload_plan_count(x->plan, RELOAD_ADDED),
		.size_max = x->needs.size_max,
		.timeout_max_ns = x->needs.timeout_max_ns,
		.rate = x->needs.probes_limited_s,
		.n_in_flight = x->needs.n_in_flight,
		.has_patterns = x->needs.n_patterned > 0,
	};
	struct engine_load raised = load;
	int err;

	leases_raise(&d->leases, NULL, &raised);
	err = engine_reserve(d->engine, &raised);
	if (!err)
		d->room.load = load;
	return err;
}

int reload_room_extend(struct daemon *d, const struct capacity *needs)
{
	struct engine_load load = d->room.load;

	if (load.n_targets < fleet_size(d->fleet) + 1)
		load.n_targets = fleet_size(d->fleet) + 1;
	leases_raise(&d->leases, needs, &load);
	return engine_reserve(d->engine, &load);
}

void reload_room_pace(struct daemon *d)
{
	int64_t leased_ns = leases_interval_ns(&d->leases), interval_ns = d->room.interval_min_ns;

	engine_coalesce(d->engine, d->room.quantum_ns, leased_ns < interval_ns ? leased_ns : interval_ns);
}

void reload_room_use(struct daemon *d, const struct reload_thread_result *x)
{
	d->room.quantum_ns = x->needs.probes_limited_s < SPARSE_RATE ? SPARSE_QUANTUM_NS : DENSE_QUANTUM_NS;
	d->room.interval_min_ns = x->needs.interval_min_ns;
	d->room.has_marks = x->needs.n_marked;
	reload_room_pace(d);
	warn_of_limits(d, x->needs.n_in_flight);
}
