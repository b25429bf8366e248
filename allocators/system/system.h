/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocator "system": libc's malloc under the zero-size rule of clause A2.7. Stateless. Offers
 * usable_size, aligned_alloc and trim; it cannot tell which pointers are its own, so a pointer that
 * no part owns reaches libc.
 */
#ifndef CAIRN_ALLOCATORS_SYSTEM_SYSTEM_H_
#define CAIRN_ALLOCATORS_SYSTEM_SYSTEM_H_

#include "cairn/allocators/allocator.h"

CAIRN_EXTERN_C_BEGIN

extern const cairn_layer cairn_system;

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_SYSTEM_SYSTEM_H_ */
