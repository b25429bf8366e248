/* SPDX-License-Identifier: Apache-2.0
 *
 * A static configuration by name, inline, as a program calls it that wants all that Cairn can give.
 */
#ifndef CAIRN_BENCH_HEAPS_HEAP_CALLS_H_
#define CAIRN_BENCH_HEAPS_HEAP_CALLS_H_

#include "bench/bench_static_stack.h"

namespace bench {

constexpr bool kForThreads = true;

[[gnu::always_inline]] inline void *CallMalloc(size_t size)
{
    return bench_static_obj_inline_malloc(size);
}

[[gnu::always_inline]] inline void *CallCalloc(size_t count, size_t size)
{
    return bench_static_obj_inline_calloc(count, size);
}

[[gnu::always_inline]] inline void *CallRealloc(void *block, size_t size)
{
    return bench_static_obj_inline_realloc(block, size);
}

[[gnu::always_inline]] inline void CallFree(void *block)
{
    bench_static_obj_inline_free(block);
}

} /* namespace bench */

#endif /* CAIRN_BENCH_HEAPS_HEAP_CALLS_H_ */
