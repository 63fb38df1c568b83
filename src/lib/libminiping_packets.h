/* libminiping_packets.h - what becomes of the packets of a run, and when its hosts are done. */
#ifndef LIBMINIPING_PACKETS_H
#define LIBMINIPING_PACKETS_H
#include "lib/libminiping_run.h"

/* libminiping_packets_listen - from now on the packets that r's engine emits are counted and handed on. */
void libminiping_packets_listen(struct libminiping_run *r);

/* libminiping_packets_done - no more comes of one host; with the last one, the run is over. */
void libminiping_packets_done(struct libminiping_run *r);

/* libminiping_packets_linger - hosts that only wait for more answers are done, if their time is over. */
void libminiping_packets_linger(struct libminiping_run *r);

/* libminiping_packets_answerers - hands on who has answered for hosts that many answer for. */
void libminiping_packets_answerers(const struct libminiping_run *r);
#endif
