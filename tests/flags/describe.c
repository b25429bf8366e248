/* SPDX-License-Identifier: Apache-2.0
 *
 * Says what it was built with: the preset's name, and a line that names its parts.
 */
#include <stdio.h>

#include "cairn/cairn.h"

int main(void)
{
    printf("%s\n%s\n", cairn_preset_name(), cairn_configuration());
    return 0;
}
