/* SPDX-License-Identifier: Apache-2.0
 *
 * What only a malloc replacement does at start: find the parts of libc's allocator that have no
 * internal name. Runs after the instances are registered, before the configuration is read.
 */
#include "cairn/base/libc_internal.h"

__attribute__((constructor(101))) static void find_libc(void)
{
    cairn_libc_find();
}
