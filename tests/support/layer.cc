/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake layer's bookkeeping. Its own memory is libc's, never the domain's.
 */
#include "cairn/tests/support/layer.h"

namespace cairn_test {

namespace {

Layer *self(void *ctx)
{
    return static_cast<Layer *>(ctx);
}

} // namespace

Layer::Layer(cairn_layer below) : below_(below), more_(*below.more)
{
    more_.usable_size = more_.usable_size != nullptr ? UsableSize : nullptr;
    more_.aligned_alloc = more_.aligned_alloc != nullptr ? AlignedAlloc : nullptr;
    more_.block_start = more_.block_start != nullptr ? BlockStart : nullptr;
    more_.owns = more_.owns != nullptr ? Owns : nullptr;
    more_.trim = more_.trim != nullptr ? Trim : nullptr;
    more_.check = more_.check != nullptr ? Check : nullptr;
    more_.stats = more_.stats != nullptr ? Stats : nullptr;
    more_.owns_block = nullptr; /* then owns is asked */
    more_.walk = nullptr;
    more_.hook = nullptr;
}

cairn_layer Layer::layer()
{
    cairn_layer layer = {{this, Malloc, Calloc, Realloc, Free}, &more_};
    return layer;
}

cairn_layer Layer::bare()
{
    cairn_layer layer = {{this, Malloc, Calloc, Realloc, Free}, &cairn_nothing_more};
    return layer;
}

std::string Layer::names() const
{
    std::string result;
    for (const Call &call : calls) {
        result += (result.empty() ? "" : " ") + call.name;
    }
    return result;
}

void Layer::Note(const char *name, void *ptr, size_t first, size_t second, void *result)
{
    calls.push_back({name, ptr, first, second, result});
    if (result != nullptr) {
        live_.erase(ptr);
        live_.insert(result);
    }
}

void *Layer::Malloc(void *ctx, size_t size)
{
    std::lock_guard<std::mutex> guard(self(ctx)->mutex_);
    bool fails = self(ctx)->plan.Fails();
    fails = self(ctx)->mallocs.Fails() || fails;
    void *ptr = fails ? nullptr : cairn_layer_malloc(self(ctx)->below_, size);
    self(ctx)->Note("malloc", nullptr, size, 0, ptr);
    return ptr;
}

void *Layer::Calloc(void *ctx, size_t count, size_t size)
{
    std::lock_guard<std::mutex> guard(self(ctx)->mutex_);
    bool fails = self(ctx)->plan.Fails();
    fails = self(ctx)->callocs.Fails() || fails;
    void *ptr = fails ? nullptr : cairn_layer_calloc(self(ctx)->below_, count, size);
    self(ctx)->Note("calloc", nullptr, count, size, ptr);
    return ptr;
}

void *Layer::Realloc(void *ctx, void *ptr, size_t size)
{
    std::lock_guard<std::mutex> guard(self(ctx)->mutex_);
    bool fails = self(ctx)->plan.Fails();
    void *moved = fails ? nullptr : cairn_layer_realloc(self(ctx)->below_, ptr, size);
    self(ctx)->Note("realloc", ptr, size, 0, moved);
    return moved;
}

void Layer::Free(void *ctx, void *ptr)
{
    std::lock_guard<std::mutex> guard(self(ctx)->mutex_);
    self(ctx)->Note("free", ptr, 0, 0, nullptr);
    self(ctx)->live_.erase(ptr);
    cairn_layer_free(self(ctx)->below_, ptr);
}

size_t Layer::UsableSize(void *ctx, const void *ptr)
{
    return cairn_layer_room(self(ctx)->below_, ptr);
}

void *Layer::AlignedAlloc(void *ctx, size_t alignment, size_t size)
{
    std::lock_guard<std::mutex> guard(self(ctx)->mutex_);
    bool fails = self(ctx)->plan.Fails();
    void *ptr = fails ? nullptr : cairn_layer_aligned_alloc(self(ctx)->below_, alignment, size);
    self(ctx)->Note("aligned_alloc", nullptr, alignment, size, ptr);
    return ptr;
}

void *Layer::BlockStart(void *ctx, const void *address)
{
    return cairn_layer_block_start(self(ctx)->below_, address);
}

bool Layer::Owns(void *ctx, const void *ptr)
{
    return cairn_layer_owns(self(ctx)->below_, ptr);
}

size_t Layer::Trim(void *ctx)
{
    return cairn_layer_trim(self(ctx)->below_);
}

bool Layer::Check(void *ctx)
{
    return cairn_layer_check(self(ctx)->below_);
}

void Layer::Stats(void *ctx, cairn_report *report)
{
    cairn_layer_stats(self(ctx)->below_, report);
}

} // namespace cairn_test
