/* answer_ask.h - requests whose answer is the loop's: see answer_ask() in request.h. */
#ifndef MINIPING_ANSWER_ASK_H
#define MINIPING_ANSWER_ASK_H
#include "serve/request_private.h"

/* answer_ask_forget - r does not wait for the loop any more, which goes on with what it was asked. Nothing where r has
 * asked nothing. */
void answer_ask_forget(struct request *r);

/* answer_ask_drop - at the end: frees what is still with the loop, which will not answer. */
void answer_ask_drop(struct site *s);
#endif
