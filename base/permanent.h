/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is handed out once and never taken back: for published tables and the state of hooks,
 * which must outlive every call that may still be inside of them.
 */
#ifndef CAIRN_BASE_PERMANENT_H_
#define CAIRN_BASE_PERMANENT_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* Zeroed memory, 64-byte aligned; NULL when the system has none. Any thread; errno is kept. */
void *cairn_permanent_alloc(size_t bytes);

CAIRN_EXTERN_C_END

#endif /* CAIRN_BASE_PERMANENT_H_ */
