/* SPDX-License-Identifier: Apache-2.0
 *
 * Nothing can take the place of calls that are inline; what can go wrong is that the driver starts
 * another worker, or that the configuration passes its blocks on to libc.
 */
#include <string.h>

#include "bench/heap.h"

namespace bench {

bool OpenHeap(const char *expected)
{
    if (strcmp(expected, "cairn-static") != 0) {
        fprintf(stderr, "cairn: bench: this worker measures cairn-static, not %s\n", expected);
        return false;
    }
    void *block = CallMalloc(1);
    bool is_cairns = block != nullptr && cairn_layer_owns_block(*bench_static_obj_layer(), block);
    CallFree(block);
    if (!is_cairns) {
        fputs("cairn: bench: the static configuration does not own its block\n", stderr);
    }
    return is_cairns;
}

} /* namespace bench */
