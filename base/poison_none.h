/* SPDX-License-Identifier: Apache-2.0
 *
 * poison.h where nobody watches: nothing, down to the instruction.
 */
#ifndef CAIRN_BASE_POISON_NONE_H_
#define CAIRN_BASE_POISON_NONE_H_

#include "cairn/base/compiler.h"

#define CAIRN_IS_WATCHED false
#define CAIRN_UNWATCHED
#define CAIRN_RECORDS_BEGIN
#define CAIRN_RECORDS_END
#define CAIRN_RECORDS_SCOPE

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

CAIRN_INLINE void cairn_unpoison(const void *ptr, size_t bytes)
{
    (void)ptr;
    (void)bytes;
}

CAIRN_INLINE void cairn_unpoison_defined(const void *ptr, size_t bytes)
{
    (void)ptr;
    (void)bytes;
}

CAIRN_INLINE void cairn_unpoison_rest(const void *ptr, size_t bytes)
{
    (void)ptr;
    (void)bytes;
}

CAIRN_INLINE void cairn_poison_block_out(const void *block, size_t size, size_t room)
{
    (void)block;
    (void)size;
    (void)room;
}

CAIRN_INLINE void cairn_poison_block_out_defined(const void *block, size_t size)
{
    (void)block;
    (void)size;
}

CAIRN_INLINE void cairn_poison_block_resized(const void *block, size_t size, size_t room)
{
    (void)block;
    (void)size;
    (void)room;
}

CAIRN_INLINE void cairn_poison_block_in(const void *block, size_t room)
{
    (void)block;
    (void)room;
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
    return value;
}

#endif /* CAIRN_BASE_POISON_NONE_H_ */
