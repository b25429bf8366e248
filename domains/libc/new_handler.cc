/* SPDX-License-Identifier: Apache-2.0
 *
 * The one piece that needs a catch, and so C++. libstdc++'s part in it is referred to weakly: where a
 * handler can be installed it is there, and without it this is never called.
 */
#include "cairn/domains/libc/new_handler.h"

__asm__(".weak __gxx_personality_v0\n"
        ".weak __cxa_begin_catch\n"
        ".weak __cxa_end_catch\n");

bool cairn_call_new_handler(cairn_new_handler handler, bool may_throw)
{
    if (may_throw) {
        handler();
        return true;
    }
    try {
        handler();
    } catch (...) {
        return false;
    }
    return true;
}
