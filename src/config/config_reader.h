/* config_reader.h - what the modules that make trees into a configuration have in common. For the config modules only.
 * Their functions report what is wrong and go on; they return 0, or -errno of what this machine lacks
 * now: memory or descriptors. */
#ifndef MINIPING_CONFIG_READER_H
#define MINIPING_CONFIG_READER_H
#include "base/arena.h"
#include "base/hash.h"
#include "config/config.h"

struct config_reader {
	struct config *config;
	struct config_errors *errors;
	const struct config_overrides *overrides;
	struct arena *scratch; /* what lives as long as the reader */
	struct hash_secret secret;
	/* What each module keeps for itself, from its init to its fini. */
	struct config_files *files;
	struct config_intake *intake;
	struct config_names *names;
	struct config_ranges *ranges;
	struct config_labels *labels;
	struct config_profiles *profiles;
	struct config_origins *origins;
	struct config_depends *depends;
	struct config_akas *akas;
	struct config_sd *sd;
	struct hash_hd_st *hash; /* GnuTLS' handle */
};
#endif
