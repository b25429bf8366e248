/* SPDX-License-Identifier: Apache-2.0
 *
 * The hook's body. Its set is libc's memory, never the domain's.
 */
#include "cairn/tests/domains/layout_hook.h"

#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "cairn/base/check.h"

namespace {

constexpr size_t kPad = 16;
constexpr char kMark[] = "a padded block";

std::mutex mutex;
std::map<const void *, const void *> owners; /* blocks to states */

void *Note(const void *state, void *base)
{
    if (base == nullptr) {
        return nullptr;
    }
    void *block = static_cast<char *>(base) + kPad;
    memcpy(base, kMark, sizeof kMark);
    std::lock_guard<std::mutex> guard(mutex);
    owners[block] = state;
    return block;
}

/* Before it goes back: a moment later it may be another thread's. */
void *Forget(void *block)
{
    char *base = static_cast<char *>(block) - kPad;
    CAIRN_CHECK(memcmp(base, kMark, sizeof kMark) == 0, "%p is no padded block", block);
    std::lock_guard<std::mutex> guard(mutex);
    owners.erase(block);
    return base;
}

} // namespace

size_t cairn_test::PaddedBlocks()
{
    std::lock_guard<std::mutex> guard(mutex);
    return owners.size();
}

extern "C" {

typedef struct padded_state {
    cairn_hook_node node;
} padded_state;

CAIRN_INLINE void *padded_malloc_over(padded_state *state, cairn_layer next, size_t size)
{
    return Note(state, cairn_layer_malloc(next, size + kPad));
}

CAIRN_INLINE void *padded_calloc_over(padded_state *state, cairn_layer next, size_t count,
                                      size_t size)
{
    return Note(state, cairn_layer_calloc(next, 1, count * size + kPad));
}

CAIRN_INLINE void *padded_realloc_over(padded_state *state, cairn_layer next, void *ptr,
                                       size_t size)
{
    void *base = ptr != NULL ? Forget(ptr) : NULL;
    void *moved = cairn_layer_realloc(next, base, size + kPad);
    return Note(state, moved != NULL ? moved : base);
}

CAIRN_INLINE void padded_free_over(padded_state *, cairn_layer next, void *ptr)
{
    cairn_layer_free(next, ptr != NULL ? Forget(ptr) : NULL);
}

CAIRN_INLINE size_t padded_usable_size_over(padded_state *, cairn_layer next, const void *ptr)
{
    return cairn_layer_room(next, static_cast<const char *>(ptr) - kPad) - kPad;
}

CAIRN_INLINE void *padded_aligned_alloc_over(padded_state *, cairn_layer, size_t, size_t)
{
    return NULL;
}

CAIRN_INLINE void *padded_block_start_over(padded_state *, cairn_layer, const void *)
{
    return NULL;
}

CAIRN_INLINE bool padded_owns_over(padded_state *, cairn_layer, const void *)
{
    return false;
}

CAIRN_INLINE bool padded_owns_block_over(padded_state *state, cairn_layer, const void *ptr)
{
    std::lock_guard<std::mutex> guard(mutex);
    auto found = owners.find(ptr);
    return found != owners.end() && found->second == state;
}

CAIRN_HOOK_FORWARD_TRIM(padded)
CAIRN_HOOK_FORWARD_CHECK(padded)
CAIRN_HOOK_FORWARD_STATS(padded)
CAIRN_HOOK_FORWARD_WALK(padded)

CAIRN_INLINE bool padded_open(padded_state *, const char *options, const char **error)
{
    *error = "padded has to know its blocks";
    return options[0] == '\0' || strncmp(options, "index=1", 7) == 0;
}

static bool padded_put_over_used(cairn_layer below, const char *domain, const char *options,
                                 cairn_layer *out, const char **error)
{
    std::string text = std::string("index=1") + (options[0] != '\0' ? ":" : "") + options;
    return padded_hook.put_over(below, domain, text.c_str(), out, error);
}

CAIRN_DEFINE_HOOK_WITH(padded, "padded", true, padded_put_over_used, NULL)

const cairn_hook unindexed_hook = {"unindexed", true, padded_put_over, nullptr, nullptr};

} // extern "C"
