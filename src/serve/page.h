/* page.h - the routes of the page that people look at: / and what it loads from /assets/. Left out by
 * --without-page. */
#ifndef MINIPING_PAGE_H
#define MINIPING_PAGE_H
#include "serve/request.h"

extern const struct route page_routes[];
#endif
