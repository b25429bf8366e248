/* SPDX-License-Identifier: Apache-2.0
 *
 * Time that only goes forward, for policies that wait: cheap and coarse.
 */
#ifndef CAIRN_BASE_CLOCK_H_
#define CAIRN_BASE_CLOCK_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* Milliseconds since some moment in the past, right to a hundredth of a second. errno is kept. */
uint64_t cairn_clock_milliseconds(void);

CAIRN_EXTERN_C_END

#endif /* CAIRN_BASE_CLOCK_H_ */
