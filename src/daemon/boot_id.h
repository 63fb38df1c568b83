/* boot_id.h - which boot of the machine this is: process ids and monotonic times mean something within one only. */
#ifndef MINIPING_BOOT_ID_H
#define MINIPING_BOOT_ID_H

#define BOOT_ID_LEN  33 /* with the NUL */
#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

/* boot_id_read - 32 hex digits, as the journal's _BOOT_ID, from the file at path (BOOT_ID_PATH) or, where a sandbox
 * hides that, from passed (the unit has systemd pass it in MINIPINGD_BOOT_ID; NULL: it has not). out, or NULL: neither
 * knows. */
const char *boot_id_read(char out[BOOT_ID_LEN], const char *path, const char *passed);
#endif
