/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a program whose stack cannot be had.
 */
#include <unistd.h>

#include "cairn/base/print.h"
#include "cairn/config/instance.h"
#include "cairn/config/start.h"

void cairn_stack_refuse(const char *config, const char *hook, const char *domain,
                        const char *sentence)
{
    cairn_print out;
    cairn_print_to_fd(&out, 2);
    cairn_printf(&out, "cairn: %s: hook %s of domain %s: %s\n", config, hook, domain, sentence);
    cairn_print_flush(&out);
    _exit(CAIRN_EXIT_CONFIGURATION);
}
