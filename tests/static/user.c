/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that uses one configuration by its own names.
 */
#include <stddef.h>

#define NAME_OF(configuration, operation) configuration##_obj_##operation
#define NAME(configuration, operation) NAME_OF(configuration, operation)

void *NAME(CONFIGURATION, malloc)(size_t size);
void NAME(CONFIGURATION, free)(void *ptr);

int main(void)
{
    void *block = NAME(CONFIGURATION, malloc)(100);
    NAME(CONFIGURATION, free)(block);
    return block == NULL;
}
