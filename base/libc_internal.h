/* SPDX-License-Identifier: Apache-2.0
 *
 * The one call that a malloc replacement makes at start, in its constructor, before it offers the
 * system allocator: it uses dlsym, which may allocate.
 */
#ifndef CAIRN_BASE_LIBC_INTERNAL_H_
#define CAIRN_BASE_LIBC_INTERNAL_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

void cairn_libc_find(void);

CAIRN_EXTERN_C_END

#endif /* CAIRN_BASE_LIBC_INTERNAL_H_ */
