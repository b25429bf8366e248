/* SPDX-License-Identifier: Apache-2.0
 *
 * The one way in which the cases reach the allocator that is measured. It is the program's malloc,
 * whatever is preloaded; a worker that measures another interface replaces this header only.
 * Compile with -fno-builtin, else the compiler may drop a pair whose block nobody uses.
 */
#ifndef CAIRN_BENCH_HEAP_H_
#define CAIRN_BENCH_HEAP_H_

#include <stdio.h>
#include <stdlib.h>

namespace bench {

/* The compiler must believe that somebody reads the pointer and writes the memory. */
template <typename T> inline void Escape(T *&pointer)
{
    asm volatile("" : "+r"(pointer) : : "memory");
}

[[noreturn]] inline void OutOfMemory(size_t size)
{
    fprintf(stderr, "cairn: bench: the allocator gave no block of %zu bytes\n", size);
    _Exit(1);
}

inline char *Checked(void *block, size_t size)
{
    if (__builtin_expect(block == nullptr, 0)) {
        OutOfMemory(size);
    }
    Escape(block);
    return static_cast<char *>(block);
}

inline char *HeapMalloc(size_t size)
{
    return Checked(malloc(size), size);
}

inline char *HeapCalloc(size_t size)
{
    return Checked(calloc(1, size), size);
}

inline char *HeapRealloc(char *block, size_t size)
{
    return Checked(realloc(block, size), size);
}

inline void HeapFree(char *block)
{
    Escape(block);
    free(block);
}

} /* namespace bench */

#endif /* CAIRN_BENCH_HEAP_H_ */
