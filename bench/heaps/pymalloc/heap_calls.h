/* SPDX-License-Identifier: Apache-2.0
 *
 * CPython's own pymalloc: PyObject_Malloc and its relatives, in a libpython that is opened when the
 * worker starts. They serve before Py_Initialize, and count on the GIL: one thread only.
 */
#ifndef CAIRN_BENCH_HEAPS_HEAP_CALLS_H_
#define CAIRN_BENCH_HEAPS_HEAP_CALLS_H_

#include <stddef.h>

namespace bench {

constexpr bool kForThreads = false;

struct PythonCalls {
    void *(*malloc)(size_t size);
    void *(*calloc)(size_t count, size_t size);
    void *(*realloc)(void *block, size_t size);
    void (*free)(void *block);
};

/* Set by OpenHeap. A call through it costs what one to a shared library costs. */
extern PythonCalls python_calls;

[[gnu::always_inline]] inline void *CallMalloc(size_t size)
{
    return python_calls.malloc(size);
}

[[gnu::always_inline]] inline void *CallCalloc(size_t count, size_t size)
{
    return python_calls.calloc(count, size);
}

[[gnu::always_inline]] inline void *CallRealloc(void *block, size_t size)
{
    return python_calls.realloc(block, size);
}

[[gnu::always_inline]] inline void CallFree(void *block)
{
    python_calls.free(block);
}

} /* namespace bench */

#endif /* CAIRN_BENCH_HEAPS_HEAP_CALLS_H_ */
