/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens libpython and looks its allocation functions up.
 */
#include <dlfcn.h>

#include "bench/heap.h"
#include "bench/override.h"

namespace bench {

PythonCalls python_calls;

namespace {

template <typename Pointer> void Find(void *library, const char *name, Pointer &function)
{
    function = reinterpret_cast<Pointer>(dlsym(library, name));
}

template <typename Pointer> Function Found(const char *name, Pointer function)
{
    return {name, reinterpret_cast<const void *>(function)};
}

} /* namespace */

/* Expected is the path of libpython. */
bool OpenHeap(const char *expected)
{
    void *library = dlopen(expected, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        fprintf(stderr, "cairn: bench: %s\n", dlerror());
        return false;
    }
    Find(library, "PyObject_Malloc", python_calls.malloc);
    Find(library, "PyObject_Calloc", python_calls.calloc);
    Find(library, "PyObject_Realloc", python_calls.realloc);
    Find(library, "PyObject_Free", python_calls.free);
    return AllIn(expected, {Found("PyObject_Malloc", python_calls.malloc),
                            Found("PyObject_Calloc", python_calls.calloc),
                            Found("PyObject_Realloc", python_calls.realloc),
                            Found("PyObject_Free", python_calls.free)});
}

} /* namespace bench */
