/* event_kind.h - what events are about, for whoever listens to some only. */
#ifndef MINIPING_EVENT_KIND_H
#define MINIPING_EVENT_KIND_H

enum serve_event { SERVE_EVENT_STATE, SERVE_EVENT_PATH, SERVE_EVENT_DNS, SERVE_EVENT_DAEMON, SERVE_EVENT_REPORT };
#endif
