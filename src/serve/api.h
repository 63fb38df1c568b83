/* api.h - the documents of /api/v1 that are read: targets, groups, status, configuration, events. */
#ifndef MINIPING_API_H
#define MINIPING_API_H
#include "serve/request.h"

/* Ends with a NULL path; one of several such tables (routes.c has the list) that make the routes and openapi.json. */
extern const struct route api_routes[];
#endif
