/* SPDX-License-Identifier: Apache-2.0
 *
 * Permanent memory that is permanent until the end of an input: what takes it for each wrong or right option
 * would else fill the machine. Stands in for base/permanent.h's.
 */
#ifndef CAIRN_FUZZ_PERMANENT_H_
#define CAIRN_FUZZ_PERMANENT_H_

#include "cairn/base/permanent.h"

enum { FUZZ_PERMANENT_BYTES = 64 << 20 };

/* How many bytes were asked for at that address; 0 when none were, or too long ago. */
size_t fuzz_permanent_bytes(const void *memory);

/* All that was handed out is gone. */
void fuzz_permanent_reset(void);

#endif /* CAIRN_FUZZ_PERMANENT_H_ */
