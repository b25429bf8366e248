/* SPDX-License-Identifier: Apache-2.0
 *
 * The quiet forms of operator new with a new handler that throws: the standard has them catch it and
 * return null.
 */
#include "victim.h"

#include <new>

namespace {

int handled;

struct OwnError : std::bad_alloc {};

void ThrowOwn()
{
    handled++;
    throw OwnError();
}

} // namespace

int main()
{
    constexpr std::align_val_t kAligned{256};
    size_t size = opaque_size(SIZE_MAX / 2);
    victim_begin();
    std::set_new_handler(ThrowOwn);
    CHECK(::operator new(size, std::nothrow) == nullptr);
    CHECK(::operator new[](size, std::nothrow) == nullptr);
    CHECK(::operator new(size, kAligned, std::nothrow) == nullptr);
    CHECK(::operator new[](size, kAligned, std::nothrow) == nullptr);
    CHECK(handled == 4);
    return 0;
}
