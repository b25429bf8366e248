/* SPDX-License-Identifier: Apache-2.0
 *
 * Putting the debug hook over the three domains.
 */
#include "cairn/domains/pymem.h"

void PyMem_SetupDebugHooks(void)
{
}
