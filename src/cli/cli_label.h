/* cli_label.h - how a host is named: NAME (ADDRESS). */
#ifndef MINIPING_CLI_LABEL_H
#define MINIPING_CLI_LABEL_H

#define CLI_LABEL_LEN 512

/* cli_label - into buf, CLI_LABEL_LEN long: host as a terminal may show it, and addr behind it if that says more; ""
 * where it is not known. Returns buf. */
char *cli_label(char *buf, const char *host, const char *addr);
#endif
