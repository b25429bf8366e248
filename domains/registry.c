/* SPDX-License-Identifier: Apache-2.0
 *
 * The domains of the program's own configuration.
 */
#include "cairn/domains/domain.h"

size_t cairn_domain_count(void)
{
    return cairn_domain_count_in(cairn_domain_registry);
}

cairn_domain *cairn_domain_find(const char *name)
{
    return cairn_domain_find_in(cairn_domain_registry, name);
}

cairn_status cairn_domain_create(const char *name, char id, cairn_domain **out)
{
    return cairn_domain_create_in(cairn_domain_registry, name, id, out);
}
