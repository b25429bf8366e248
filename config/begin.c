/* SPDX-License-Identifier: Apache-2.0
 *
 * The start of a configuration that does not heed the environment.
 */
#include <unistd.h>

#include "cairn/base/print.h"
#include "cairn/config/start.h"

void cairn_start_by_itself(const cairn_startup *startup)
{
    const cairn_preset *preset = startup->presets[0];
    const char *error = NULL;
    cairn_print out;
    if (preset->raw != NULL) {
        *preset->raw = &startup->table->domains[CAIRN_DOMAIN_RAW];
    }
    if (preset->load != NULL && !preset->load(&error)) {
        cairn_print_to_fd(&out, 2);
        cairn_printf(&out, "cairn: %s: %s\n", startup->name, error);
        cairn_print_flush(&out);
        _exit(CAIRN_EXIT_CONFIGURATION);
    }
}
