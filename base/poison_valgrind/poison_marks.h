/* SPDX-License-Identifier: Apache-2.0
 *
 * poison.h for Valgrind's memcheck, by requests that are a few instructions without effect where no Valgrind runs.
 * Bazel chooses this file by --//base:poison=valgrind.
 */
#ifndef CAIRN_BASE_POISON_MARKS_H_
#define CAIRN_BASE_POISON_MARKS_H_

#include <valgrind/memcheck.h>

#include "cairn/base/compiler.h"

#define CAIRN_IS_WATCHED true
#define CAIRN_UNWATCHED
#define CAIRN_RECORDS_BEGIN
#define CAIRN_RECORDS_END

/* Until the end of the function, nothing that this thread does is reported. */
#define CAIRN_RECORDS_SCOPE                                                                        \
    __attribute__((cleanup(cairn_records_leave))) CAIRN_UNUSED bool in_records =                   \
        cairn_records_enter()

CAIRN_INLINE bool cairn_records_enter(void)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    return true;
}

CAIRN_INLINE void cairn_records_leave(bool *in_records)
{
    (void)in_records;
    VALGRIND_ENABLE_ERROR_REPORTING;
}

CAIRN_INLINE void cairn_poison(const void *ptr, size_t bytes)
{
    VALGRIND_MAKE_MEM_NOACCESS(ptr, bytes);
}

CAIRN_INLINE void cairn_poison_records(const void *ptr, size_t bytes)
{
    VALGRIND_MAKE_MEM_NOACCESS(ptr, bytes);
}

CAIRN_INLINE void cairn_unpoison(const void *ptr, size_t bytes)
{
    VALGRIND_MAKE_MEM_UNDEFINED(ptr, bytes);
}

CAIRN_INLINE void cairn_unpoison_defined(const void *ptr, size_t bytes)
{
    VALGRIND_MAKE_MEM_DEFINED(ptr, bytes);
}

CAIRN_INLINE bool cairn_poison_is_poisoned(const char *byte)
{
    unsigned char bits;
    return VALGRIND_GET_VBITS(byte, &bits, 1) == 3;
}

/* Memory that may be used stands in front of memory that may not. */
CAIRN_UNUSED static void cairn_unpoison_rest(const void *ptr, size_t bytes)
{
    const char *start = (const char *)ptr;
    size_t low = 0;
    size_t high = bytes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cairn_poison_is_poisoned(start + middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    VALGRIND_MAKE_MEM_UNDEFINED(start + low, bytes - low);
}

CAIRN_INLINE void cairn_poison_block_out(const void *block, size_t size, size_t room)
{
    (void)room;
    VALGRIND_MAKE_MEM_UNDEFINED(block, size);
}

CAIRN_INLINE void cairn_poison_block_out_defined(const void *block, size_t size)
{
    VALGRIND_MAKE_MEM_DEFINED(block, size);
}

CAIRN_INLINE void cairn_poison_block_resized(const void *block, size_t size, size_t room)
{
    cairn_unpoison_rest(block, size);
    VALGRIND_MAKE_MEM_NOACCESS((const char *)block + size, room - size);
}

CAIRN_INLINE void cairn_poison_block_in(const void *block, size_t room)
{
    VALGRIND_MAKE_MEM_NOACCESS(block, room);
}

CAIRN_INLINE void *cairn_link_read(void *const *place)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    void *value = *place;
    VALGRIND_ENABLE_ERROR_REPORTING;
    return value;
}

CAIRN_INLINE void cairn_link_write(void **place, void *value)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    *place = value;
    VALGRIND_ENABLE_ERROR_REPORTING;
}

CAIRN_INLINE uint64_t cairn_poison_load(const void *from)
{
    uint64_t value;
    VALGRIND_DISABLE_ERROR_REPORTING;
    __builtin_memcpy(&value, from, sizeof value);
    VALGRIND_ENABLE_ERROR_REPORTING;
    VALGRIND_MAKE_MEM_DEFINED(&value, sizeof value);
    return value;
}

#endif /* CAIRN_BASE_POISON_MARKS_H_ */
