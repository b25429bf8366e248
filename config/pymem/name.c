/* SPDX-License-Identifier: Apache-2.0
 *
 * The name of what serves the three domains (clause A3.11).
 */
#include "cairn/cairn.h"
#include "cairn/domains/pymem.h"

const char *cairn_pymem_allocator_name(void)
{
    for (size_t i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        if (cairn_domain_get(&cairn_domains[i]) != cairn_domains[i].built_in) {
            return NULL;
        }
    }
    return cairn_preset_name();
}
