/* ctl_figures.h - figures as people read them. Pure. Each returns buf. */
#ifndef MINIPING_CTL_FIGURES_H
#define MINIPING_CTL_FIGURES_H
#include <stdint.h>
#include <time.h>

#define CTL_FIGURE_LEN 40

/* ctl_figures_ms - seconds as milliseconds with three decimals, from a second on with none: "0.042", "1503". */
char *ctl_figures_ms(char buf[CTL_FIGURE_LEN], double seconds);

/* ctl_figures_percent - of a ratio: "0.5%", "100%"; what is not 0 or 1 never looks like it: "<0.1%", ">99.9%". */
char *ctl_figures_percent(char buf[CTL_FIGURE_LEN], double ratio);

/* ctl_figures_age - the two largest units of a time span: "42s", "3m05s", "5h12m", "17d03h". */
char *ctl_figures_age(char buf[CTL_FIGURE_LEN], double seconds);

/* ctl_figures_count - a whole number, its thousands apart: "100,000". */
char *ctl_figures_count(char buf[CTL_FIGURE_LEN], double n);

/* ctl_figures_when - RFC 3339 in UTC, "2026-01-02T03:04:05.678901Z", to seconds since 1970; -1: it is no such text. */
double ctl_figures_when(const char *text);
#endif
