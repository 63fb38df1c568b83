/* config_messages.h - what reading a configuration has to say, on standard error, and the exit code that goes with it.
 */
#ifndef MINIPING_CONFIG_MESSAGES_H
#define MINIPING_CONFIG_MESSAGES_H
#include "config/config.h"

/* config_messages_print - each error and warning as a line of its own, as compilers print them: none is held back.
 *   c   whose warnings; NULL: none */
void config_messages_print(const struct config_errors *errors, const struct config *c);

/* config_messages_exit_code - of a configuration that could not be read.
 *   err    -EINVAL: its errors have been printed; another -errno is printed now, after what */
int config_messages_exit_code(const char *what, int err);
#endif
