// events.js - changes of state as they happen: one stream for all views.

export const events = new EventSource('api/v1/events?kind=state');
