/* SPDX-License-Identifier: Apache-2.0
 *
 * C++'s operators with a buffer of their own.
 */
#include <new>

alignas(64) static char buffer[1 << 16];
static std::size_t used;

void *operator new(std::size_t size)
{
    if (size > sizeof buffer - used) {
        throw std::bad_alloc();
    }
    void *block = buffer + used;
    used += (size + 63) / 64 * 64;
    return block;
}

void operator delete(void *) noexcept
{
}

void operator delete(void *, std::size_t) noexcept
{
}
