#include "config/config.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config_errors errors;
	struct config *config;
	int err = config_parse(&config, "fuzz", (const char *)data, size, &errors);

	/* Either a configuration with targets or errors that say why not; never both, never neither. */
	if (err == 0 ? !config || (!config->n_all && config->shard.count == 1) || errors.n
	             : config != NULL || (err == -EINVAL && !errors.n))
		abort();
	config_free(config);
	config_errors_fini(&errors);
	return 0;
}
