/* SPDX-License-Identifier: Apache-2.0
 *
 * poison.h for AddressSanitizer, which knows of each eight bytes how many of the first may be used.
 */
#ifndef CAIRN_BASE_POISON_ASAN_H_
#define CAIRN_BASE_POISON_ASAN_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* Of the sanitizer's runtime, whose own header not every compiler brings. */
void __asan_poison_memory_region(const volatile void *ptr, size_t bytes);
void __asan_unpoison_memory_region(const volatile void *ptr, size_t bytes);

CAIRN_EXTERN_C_END

#define CAIRN_IS_WATCHED true
#define CAIRN_UNWATCHED __attribute__((no_sanitize("address"), noinline))
#define CAIRN_RECORDS_SCOPE

CAIRN_INLINE void cairn_poison(const void *ptr, size_t bytes)
{
    __asan_poison_memory_region(ptr, bytes);
}

/* Records are used by whole files, and only clang can be told of a file that it is not to be watched. */
#ifdef __clang__
#define CAIRN_RECORDS_PRAGMA(...) _Pragma(#__VA_ARGS__)
#define CAIRN_RECORDS_BEGIN                                                                        \
    CAIRN_RECORDS_PRAGMA(                                                                          \
        clang attribute push(__attribute__((no_sanitize("address"))), apply_to = function))
#define CAIRN_RECORDS_END _Pragma("clang attribute pop")

CAIRN_INLINE void cairn_poison_records(const void *ptr, size_t bytes)
{
    __asan_poison_memory_region(ptr, bytes);
}
#else
#define CAIRN_RECORDS_BEGIN
#define CAIRN_RECORDS_END

CAIRN_INLINE void cairn_poison_records(const void *ptr, size_t bytes)
{
    (void)ptr;
    (void)bytes;
}
#endif

CAIRN_INLINE void cairn_unpoison(const void *ptr, size_t bytes)
{
    __asan_unpoison_memory_region(ptr, bytes);
}

CAIRN_INLINE void cairn_unpoison_defined(const void *ptr, size_t bytes)
{
    __asan_unpoison_memory_region(ptr, bytes);
}

CAIRN_INLINE void cairn_unpoison_rest(const void *ptr, size_t bytes)
{
    __asan_unpoison_memory_region(ptr, bytes);
}

CAIRN_INLINE void cairn_poison_block_out(const void *block, size_t size, size_t room)
{
    (void)room;
    __asan_unpoison_memory_region(block, size);
}

CAIRN_INLINE void cairn_poison_block_out_defined(const void *block, size_t size)
{
    __asan_unpoison_memory_region(block, size);
}

CAIRN_INLINE void cairn_poison_block_resized(const void *block, size_t size, size_t room)
{
    __asan_unpoison_memory_region(block, size);
    __asan_poison_memory_region((const char *)block + size, room - size);
}

CAIRN_INLINE void cairn_poison_block_in(const void *block, size_t room)
{
    __asan_poison_memory_region(block, room);
}

CAIRN_UNWATCHED CAIRN_UNUSED static void *cairn_link_read(void *const *place)
{
    return *place;
}

CAIRN_UNWATCHED CAIRN_UNUSED static void cairn_link_write(void **place, void *value)
{
    *place = value;
}

typedef struct __attribute__((packed, may_alias)) cairn_poison_word {
    uint64_t value;
} cairn_poison_word;

CAIRN_UNWATCHED CAIRN_UNUSED static uint64_t cairn_poison_load(const void *from)
{
    return ((const cairn_poison_word *)from)->value;
}

#endif /* CAIRN_BASE_POISON_ASAN_H_ */
