/* SPDX-License-Identifier: Apache-2.0
 *
 * The registered lookup.
 */
#include "cairn/hooks/sites.h"

static const cairn_sites *registered;

void cairn_sites_register(const cairn_sites *sites)
{
    __atomic_store_n(&registered, sites, __ATOMIC_RELEASE);
}

const cairn_sites *cairn_sites_registered(void)
{
    return __atomic_load_n(&registered, __ATOMIC_ACQUIRE);
}
