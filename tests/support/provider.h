/* SPDX-License-Identifier: Apache-2.0
 *
 * A fake arena provider that stands over a real one: it counts, compares each free with its alloc,
 * fails by its own plan and by that of the fail hook, for which it is the domain "arena", and gives
 * unaligned memory when it is told to.
 */
#ifndef CAIRN_TESTS_SUPPORT_PROVIDER_H_
#define CAIRN_TESTS_SUPPORT_PROVIDER_H_

#include <map>
#include <mutex>
#include <vector>

#include "cairn/allocators/arena.h"
#include "cairn/tests/support/plan.h"

namespace cairn_test {

/* 16 KiB aligned memory from libc, full of 0xA5. */
extern const cairn_arena_source dirty_source;

class Provider {
  public:
    explicit Provider(cairn_arena_source below = dirty_source);
    /* Expects that everything came back. */
    ~Provider();
    Provider(const Provider &) = delete;
    Provider &operator=(const Provider &) = delete;

    cairn_arena_source source();

    /* From now on arenas start so many bytes behind a multiple of 16 KiB. Takes the optional
     * operations away, which could not keep that up. */
    void Misalign(size_t bytes);
    void OfferNothing();

    size_t live() const
    {
        return live_.size();
    }
    size_t live_bytes() const;
    /* The addresses of live arenas, in the order in which they were given. */
    std::vector<char *> arenas() const;
    /* Of exactly so many bytes. */
    std::vector<char *> arenas_of(size_t bytes) const;

    Plan plan;
    bool moves = false; /* remap always finds another place */
    size_t allocs = 0;  /* that succeeded */
    size_t frees = 0;
    size_t purges = 0;
    size_t purged_bytes = 0;
    size_t remaps = 0; /* that succeeded */
    size_t peak_bytes = 0;
    std::vector<size_t> sizes; /* of the allocs that succeeded */

  private:
    struct Arena {
        size_t bytes;
        size_t number;
    };
    static void *Alloc(void *ctx, size_t size);
    static void Free(void *ctx, void *ptr, size_t size);
    static void *AllocAligned(void *ctx, size_t size, size_t alignment);
    static bool Purge(void *ctx, void *ptr, size_t size);
    static void *Remap(void *ctx, void *ptr, size_t old_size, size_t new_size);
    static cairn_arena_region Describe(void *ctx);
    static size_t PageSize(void *ctx);
    bool Fails(size_t size);
    void Note(void *ptr, size_t size);
    bool Forget(const char *what, void *ptr, size_t size);

    cairn_arena_source below_;
    cairn_arena_more more_;
    size_t misalignment_ = 0;
    size_t bytes_ = 0;
    std::map<char *, Arena> live_;
    std::mutex mutex_;
};

} // namespace cairn_test

#endif /* CAIRN_TESTS_SUPPORT_PROVIDER_H_ */
