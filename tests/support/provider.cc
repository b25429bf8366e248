/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake provider's bookkeeping. Its own memory is libc's, never Cairn's.
 */
#include "cairn/tests/support/provider.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <gtest/gtest.h>

#include "cairn/hooks/fail/fail.h"

namespace cairn_test {

namespace {

void *dirty_alloc(void *, size_t size)
{
    void *ptr = nullptr;
    if (size > PTRDIFF_MAX || posix_memalign(&ptr, 16384, size) != 0) {
        return nullptr;
    }
    return memset(ptr, 0xA5, size);
}

void dirty_free(void *, void *ptr, size_t)
{
    free(ptr);
}

} // namespace

const cairn_arena_source dirty_source = {{nullptr, dirty_alloc, dirty_free},
                                         &cairn_arena_nothing_more};

Provider::Provider(cairn_arena_source below) : below_(below), more_(*below.more)
{
    more_.alloc_aligned = below.more->alloc_aligned != nullptr ? AllocAligned : nullptr;
    more_.purge = below.more->purge != nullptr ? Purge : nullptr;
    more_.remap = below.more->remap != nullptr ? Remap : nullptr;
    more_.describe = below.more->describe != nullptr ? Describe : nullptr;
    more_.page_size = below.more->page_size != nullptr ? PageSize : nullptr;
}

Provider::~Provider()
{
    EXPECT_EQ(live_.size(), 0u) << "arenas that never came back";
}

cairn_arena_source Provider::source()
{
    cairn_arena_source source = {{this, Alloc, Free}, &more_};
    return source;
}

void Provider::Misalign(size_t bytes)
{
    OfferNothing();
    misalignment_ = bytes;
}

void Provider::OfferNothing()
{
    more_ = cairn_arena_nothing_more;
}

size_t Provider::live_bytes() const
{
    return bytes_;
}

std::vector<char *> Provider::arenas() const
{
    std::vector<std::pair<size_t, char *>> numbered;
    for (const auto &entry : live_) {
        numbered.emplace_back(entry.second.number, entry.first);
    }
    std::sort(numbered.begin(), numbered.end());
    std::vector<char *> result;
    for (const auto &entry : numbered) {
        result.push_back(entry.second);
    }
    return result;
}

std::vector<char *> Provider::arenas_of(size_t bytes) const
{
    std::vector<char *> result;
    for (char *arena : arenas()) {
        if (live_.at(arena).bytes == bytes) {
            result.push_back(arena);
        }
    }
    return result;
}

void Provider::Note(void *ptr, size_t size)
{
    live_[static_cast<char *>(ptr)] = {size, allocs++};
    sizes.push_back(size);
    bytes_ += size;
    peak_bytes = std::max(peak_bytes, bytes_);
}

bool Provider::Forget(const char *what, void *ptr, size_t size)
{
    auto found = live_.find(static_cast<char *>(ptr));
    if (found == live_.end()) {
        ADD_FAILURE() << what << " of " << ptr << ", which is no live arena";
        return false;
    }
    EXPECT_EQ(found->second.bytes, size) << what << " with another size than alloc (A4.2)";
    bytes_ -= found->second.bytes;
    live_.erase(found);
    return true;
}

bool Provider::Fails(size_t size)
{
    return plan.Fails() || cairn_fail_now("arena", size);
}

void *Provider::Alloc(void *ctx, size_t size)
{
    auto *self = static_cast<Provider *>(ctx);
    std::lock_guard<std::mutex> guard(self->mutex_);
    if (self->Fails(size) || size > PTRDIFF_MAX) {
        return nullptr;
    }
    auto *base = static_cast<char *>(cairn_arena_alloc(self->below_, size + self->misalignment_));
    if (base == nullptr) {
        return nullptr;
    }
    self->Note(base + self->misalignment_, size);
    return base + self->misalignment_;
}

void Provider::Free(void *ctx, void *ptr, size_t size)
{
    auto *self = static_cast<Provider *>(ctx);
    std::lock_guard<std::mutex> guard(self->mutex_);
    if (self->Forget("free", ptr, size)) {
        self->frees++;
        cairn_arena_free(self->below_, static_cast<char *>(ptr) - self->misalignment_,
                         size + self->misalignment_);
    }
}

void *Provider::AllocAligned(void *ctx, size_t size, size_t alignment)
{
    auto *self = static_cast<Provider *>(ctx);
    std::lock_guard<std::mutex> guard(self->mutex_);
    if (self->Fails(size)) {
        return nullptr;
    }
    void *ptr = self->below_.more->alloc_aligned(self->below_.provider.ctx, size, alignment);
    if (ptr != nullptr) {
        self->Note(ptr, size);
    }
    return ptr;
}

bool Provider::Purge(void *ctx, void *ptr, size_t size)
{
    auto *self = static_cast<Provider *>(ctx);
    std::lock_guard<std::mutex> guard(self->mutex_);
    auto after = self->live_.upper_bound(static_cast<char *>(ptr));
    bool inside = after != self->live_.begin();
    if (inside) {
        auto arena = std::prev(after);
        inside = static_cast<char *>(ptr) + size <= arena->first + arena->second.bytes;
    }
    EXPECT_TRUE(inside) << "purge outside of every arena";
    self->purges++;
    self->purged_bytes += size;
    return inside && cairn_arena_purge(self->below_, ptr, size);
}

void *Provider::Remap(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    auto *self = static_cast<Provider *>(ctx);
    std::lock_guard<std::mutex> guard(self->mutex_);
    if (self->Fails(new_size)) {
        return nullptr;
    }
    void *moved = nullptr;
    if (!self->moves) {
        moved = self->below_.more->remap(self->below_.provider.ctx, ptr, old_size, new_size);
    } else if ((moved = cairn_arena_alloc(self->below_, new_size)) != nullptr) {
        memcpy(moved, ptr, std::min(old_size, new_size));
        cairn_arena_free(self->below_, ptr, old_size);
    }
    if (moved != nullptr && self->Forget("remap", ptr, old_size)) {
        size_t allocs = self->allocs;
        self->Note(moved, new_size);
        self->allocs = allocs;
        self->sizes.pop_back();
        self->remaps++;
    }
    return moved;
}

cairn_arena_region Provider::Describe(void *ctx)
{
    return cairn_arena_describe(static_cast<Provider *>(ctx)->below_);
}

size_t Provider::PageSize(void *ctx)
{
    auto *self = static_cast<Provider *>(ctx);
    return self->below_.more->page_size(self->below_.provider.ctx);
}

} // namespace cairn_test
