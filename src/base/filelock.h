/* filelock.h - which process a file belongs to: locks of fcntl(2) that no other takes as long as they are held, and
 * that say who holds them. */
#ifndef MINIPING_FILELOCK_H
#define MINIPING_FILELOCK_H
#include <sys/types.h>

/* filelock_take - fd, which is open for writing, is this process' alone as long as it is open. 0, also where its file
 * system has no locks; or -ETXTBSY: another has it, or this one by another descriptor. *holder is then the process, or
 * 0 if that cannot be found out, or is this one. */
int filelock_take(int fd, pid_t *holder);

/* filelock_sign - after filelock_take: from now on others learn which process holds it, until this one closes any other
 * descriptor of the file. */
void filelock_sign(int fd);
#endif
