/* SPDX-License-Identifier: Apache-2.0
 *
 * A preload that fails leaves the program running on libc, and every figure wrong: asks the loader
 * where the allocation functions come from.
 */
#include <dlfcn.h>

#include "bench/heap.h"
#include "bench/override.h"

namespace bench {

namespace {

/* By name in the global scope, which is how the worker's own calls are bound; &malloc may be a stub
 * in the program itself. */
Function Bound(const char *name)
{
    return {name, dlsym(RTLD_DEFAULT, name)};
}

} /* namespace */

/* Expected is a library: a path, or the bare file name of one that the loader finds. */
bool OpenHeap(const char *expected)
{
    return AllIn(expected, {Bound("malloc"), Bound("calloc"), Bound("realloc"), Bound("free")});
}

} /* namespace bench */
