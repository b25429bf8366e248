/* SPDX-License-Identifier: Apache-2.0
 *
 * The one way in which the cases reach the allocator that is measured. What it calls is one of the
 * folders in heaps/, which Bazel chooses: each is another worker of the same sources. It is inlined
 * for certain, because one call more would show in the figures.
 * Compile with -fno-builtin, else the compiler may drop a pair whose block nobody uses.
 */
#ifndef CAIRN_BENCH_HEAP_H_
#define CAIRN_BENCH_HEAP_H_

#include <stdio.h>
#include <stdlib.h>

/* Of the folder that was chosen: CallMalloc, CallCalloc, CallRealloc, CallFree, and
 * kForThreads, which is false where only one thread may call them. */
#include "heap_calls.h"

namespace bench {

/* Makes the heap ready for its first call, and says whether it is the one that the driver means to
 * measure; if not, stderr has a line why. */
bool OpenHeap(const char *expected);

/* The compiler must believe that somebody reads the pointer and writes the memory. */
template <typename T> [[gnu::always_inline]] inline void Escape(T *&pointer)
{
    asm volatile("" : "+r"(pointer) : : "memory");
}

[[noreturn]] inline void OutOfMemory(size_t size)
{
    fprintf(stderr, "cairn: bench: the allocator gave no block of %zu bytes\n", size);
    _Exit(1);
}

[[gnu::always_inline]] inline char *Checked(void *block, size_t size)
{
    if (__builtin_expect(block == nullptr, 0)) {
        OutOfMemory(size);
    }
    Escape(block);
    return static_cast<char *>(block);
}

[[gnu::always_inline]] inline char *HeapMalloc(size_t size)
{
    return Checked(CallMalloc(size), size);
}

[[gnu::always_inline]] inline char *HeapCalloc(size_t size)
{
    return Checked(CallCalloc(1, size), size);
}

[[gnu::always_inline]] inline char *HeapRealloc(char *block, size_t size)
{
    return Checked(CallRealloc(block, size), size);
}

[[gnu::always_inline]] inline void HeapFree(char *block)
{
    Escape(block);
    CallFree(block);
}

} /* namespace bench */

#endif /* CAIRN_BENCH_HEAP_H_ */
