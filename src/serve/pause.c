/* pause.c - connections that wait: see pause.h. */
#include "serve/pause.h"

void pause_begin(struct request *r)
{
	MHD_suspend_connection(r->mhd);
	r->is_suspended = true;
}

void pause_end(struct request *r)
{
	if (!r->is_suspended)
		return;
	r->is_suspended = false;
	MHD_resume_connection(r->mhd);
	/* With external polling no descriptor shows it: without MHD_run() the connection would wait on. */
	*r->conn->wake = true;
}
