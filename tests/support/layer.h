/* SPDX-License-Identifier: Apache-2.0
 *
 * A fake layer that stands over a real one: it records each of the four operations with its
 * arguments, counts what is live, and fails by plan.
 */
#ifndef CAIRN_TESTS_SUPPORT_LAYER_H_
#define CAIRN_TESTS_SUPPORT_LAYER_H_

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "cairn/allocators/allocator.h"
#include "cairn/tests/support/plan.h"

namespace cairn_test {

struct Call {
    std::string name; /* malloc, calloc, realloc, free, aligned_alloc */
    void *ptr;        /* of realloc and free */
    size_t first;     /* the size; calloc's count; the alignment */
    size_t second;    /* calloc's and aligned_alloc's size */
    void *result;
};

class Layer {
  public:
    explicit Layer(cairn_layer below);
    Layer(const Layer &) = delete;
    Layer &operator=(const Layer &) = delete;

    /* With the optional operations of the layer below, aligned_alloc recorded. */
    cairn_layer layer();

    /* Without any optional operation. */
    cairn_layer bare();

    size_t live() const
    {
        return live_.size();
    }

    /* The names of the calls so far, "malloc free". */
    std::string names() const;

    Plan plan; /* of the calls that ask for memory */
    Plan mallocs;
    Plan callocs;
    std::vector<Call> calls;

  private:
    static void *Malloc(void *ctx, size_t size);
    static void *Calloc(void *ctx, size_t count, size_t size);
    static void *Realloc(void *ctx, void *ptr, size_t size);
    static void Free(void *ctx, void *ptr);
    static size_t UsableSize(void *ctx, const void *ptr);
    static void *AlignedAlloc(void *ctx, size_t alignment, size_t size);
    static void *BlockStart(void *ctx, const void *address);
    static bool Owns(void *ctx, const void *ptr);
    static size_t Trim(void *ctx);
    static bool Check(void *ctx);
    static void Stats(void *ctx, cairn_report *report);
    void Note(const char *name, void *ptr, size_t first, size_t second, void *result);

    cairn_layer below_;
    cairn_allocator_more more_;
    std::set<void *> live_;
    std::mutex mutex_;
};

} // namespace cairn_test

#endif /* CAIRN_TESTS_SUPPORT_LAYER_H_ */
