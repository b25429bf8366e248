/* SPDX-License-Identifier: Apache-2.0
 *
 * The program's malloc: the C library's, or whatever is preloaded.
 */
#ifndef CAIRN_BENCH_HEAPS_HEAP_CALLS_H_
#define CAIRN_BENCH_HEAPS_HEAP_CALLS_H_

#include <stdlib.h>

namespace bench {

constexpr bool kForThreads = true;

[[gnu::always_inline]] inline void *CallMalloc(size_t size)
{
    return malloc(size);
}

[[gnu::always_inline]] inline void *CallCalloc(size_t count, size_t size)
{
    return calloc(count, size);
}

[[gnu::always_inline]] inline void *CallRealloc(void *block, size_t size)
{
    return realloc(block, size);
}

[[gnu::always_inline]] inline void CallFree(void *block)
{
    free(block);
}

} /* namespace bench */

#endif /* CAIRN_BENCH_HEAPS_HEAP_CALLS_H_ */
