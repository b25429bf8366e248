/* SPDX-License-Identifier: Apache-2.0
 *
 * poison.h for MemorySanitizer, to which poisoned memory is memory without contents: it may be read and copied, but
 * nothing may depend on it. So records are as they are, and free blocks are like blocks that were just handed out.
 */
#ifndef CAIRN_BASE_POISON_MSAN_H_
#define CAIRN_BASE_POISON_MSAN_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* Of the sanitizer's runtime, whose own header not every compiler brings. */
void __msan_poison(const volatile void *ptr, size_t bytes);
void __msan_unpoison(const volatile void *ptr, size_t bytes);
void __msan_allocated_memory(const volatile void *ptr, size_t bytes);

CAIRN_EXTERN_C_END

#define CAIRN_IS_WATCHED true
#define CAIRN_UNWATCHED
#define CAIRN_RECORDS_BEGIN
#define CAIRN_RECORDS_END
#define CAIRN_RECORDS_SCOPE

/* Blocks lose their contents as they are handed out and as they come back: to mark all that is not a block, too, would
 * only cost the pages for the marks. */
CAIRN_INLINE void cairn_poison(const void *ptr, size_t bytes)
{
    (void)ptr;
    (void)bytes;
}

CAIRN_INLINE void cairn_poison_records(const void *ptr, size_t bytes)
{
    (void)ptr;
    (void)bytes;
}

/* Its reports then say where the memory was handed out. */
CAIRN_INLINE void cairn_unpoison(const void *ptr, size_t bytes)
{
    __msan_allocated_memory(ptr, bytes);
}

CAIRN_INLINE void cairn_unpoison_defined(const void *ptr, size_t bytes)
{
    __msan_unpoison(ptr, bytes);
}

CAIRN_INLINE void cairn_unpoison_rest(const void *ptr, size_t bytes)
{
    (void)ptr;
    (void)bytes;
}

/* The marks of a block take more memory than the block: of a long one only the start is marked. */
CAIRN_INLINE size_t cairn_poison_marked(size_t bytes)
{
    const size_t most = (size_t)1 << 20;
    return bytes < most ? bytes : most;
}

CAIRN_INLINE void cairn_poison_block_out(const void *block, size_t size, size_t room)
{
    (void)size;
    __msan_allocated_memory(block, cairn_poison_marked(room));
}

CAIRN_INLINE void cairn_poison_block_out_defined(const void *block, size_t size)
{
    __msan_unpoison(block, size);
}

/* What the block loses may be what it gets again. */
CAIRN_INLINE void cairn_poison_block_resized(const void *block, size_t size, size_t room)
{
    __msan_poison((const char *)block + size, cairn_poison_marked(room - size));
}

CAIRN_INLINE void cairn_poison_block_in(const void *block, size_t room)
{
    __msan_poison(block, cairn_poison_marked(room));
}

CAIRN_INLINE void *cairn_link_read(void *const *place)
{
    return *place;
}

CAIRN_INLINE void cairn_link_write(void **place, void *value)
{
    *place = value;
}

CAIRN_INLINE uint64_t cairn_poison_load(const void *from)
{
    uint64_t value;
    __builtin_memcpy(&value, from, sizeof value);
    __msan_unpoison(&value, sizeof value);
    return value;
}

#endif /* CAIRN_BASE_POISON_MSAN_H_ */
