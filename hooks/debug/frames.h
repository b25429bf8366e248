/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls that led to a report.
 */
#ifndef CAIRN_HOOKS_DEBUG_FRAMES_H_
#define CAIRN_HOOKS_DEBUG_FRAMES_H_

#include "cairn/base/print.h"

/* Writes the caller's stack as addresses, modules and offsets, there and to CAIRN_REPORT_FD. Never
 * allocates; takes the loader's lock. */
void debug_print_frames(cairn_print *out);

#endif /* CAIRN_HOOKS_DEBUG_FRAMES_H_ */
