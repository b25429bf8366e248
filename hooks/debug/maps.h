/* SPDX-License-Identifier: Apache-2.0
 *
 * Which loaded file an address lies in.
 */
#ifndef CAIRN_HOOKS_DEBUG_MAPS_H_
#define CAIRN_HOOKS_DEBUG_MAPS_H_

#include "cairn/base/compiler.h"

typedef struct debug_module {
    uintptr_t base; /* what is to be subtracted to get addresses as in the file */
    bool is_writable;
    bool is_code;
    char path[256];
} debug_module;

/* false when no loaded file has a segment there. Never allocates; takes the loader's lock. */
bool debug_find_module(const void *address, debug_module *out);

#endif /* CAIRN_HOOKS_DEBUG_MAPS_H_ */
